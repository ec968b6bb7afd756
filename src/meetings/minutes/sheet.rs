//! Minutes as a sheet of paper.

use roundtable_pdf::{Block, Sheet};

use super::Minutes;

/// The minutes as they are set.
pub fn of(minutes: &Minutes) -> Sheet {
    let fact = |(label, words): &(&'static str, String)| Block::Fact((*label).into(), words.clone());
    let mut blocks = vec![Block::Remark(minutes.edition.readers().into())];
    blocks.extend(minutes.facts.iter().map(fact));
    for part in &minutes.parts {
        blocks.push(Block::Heading(part.name.clone()));
        blocks.extend(part.outcome.iter().map(|words| Block::Remark(words.clone())));
        blocks.extend(part.facts.iter().map(fact));
        for (heading, words) in &part.texts {
            blocks.extend([Block::Subheading((*heading).into()), Block::Text(words.clone())]);
        }
        if !part.items.is_empty() {
            blocks.push(Block::Subheading("Assigned".into()));
        }
        blocks.extend(part.items.iter().map(|words| Block::Item(words.clone())));
    }
    let foot = format!("{} · {} · {}", minutes.title, minutes.day.full(), minutes.edition.readers());
    Sheet { title: minutes.title.clone(), foot, blocks, is_one_page: false }
}
