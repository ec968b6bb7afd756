//! A project on paper and as Markdown: what it is, who takes part, which clients it reaches. Each reader gets what they
//! may see.

use axum::response::Response;
use roundtable_pdf::{Block, Sheet};

use super::brief::{readers, under};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links;
use crate::market::{self, figures};
use crate::records::{self, Record, RecordKind, RecordRef};
use crate::web::markdown::{markdown_file, markdown_of};
use crate::web::{Id, Page, Reader, pdf};

const PROJECT: RecordKind = RecordKind::Project;

/// Links of a kind that are told.
const LINKS: i64 = 200;

/// `GET /projects/{id}/summary.pdf`
pub async fn as_pdf(reader: Reader, Id(id): Id<i64>) -> Result<Response> {
    reader.page(move |db, page| pdf(&format!("project-{id}.pdf"), &found(db, page, id)?)).await
}

/// `GET /projects/{id}/summary.md`
pub async fn as_markdown(reader: Reader, Id(id): Id<i64>) -> Result<Response> {
    reader.page(move |db, page| markdown_file(&format!("project-{id}.md"), markdown_of(&found(db, page, id)?))).await
}

fn found(db: &mut Db, page: &Page, id: i64) -> Result<Sheet> {
    let record = records::queries::find(db, PROJECT, id)?.ok_or(Error::NotFound)?;
    let mut blocks = facts(db, &record)?;
    if let Some(pass) = page.viewer().confidential() {
        let known = figures::find(db, pass, id)?.labelled().into_iter();
        let told =
            known.filter_map(|(label, unit, value)| Some(Block::Fact(label.into(), format!("{} {unit}", value?))));
        blocks.extend(under("Figures (confidential)", told.collect()));
    }
    for (place, linked) in links::queries::of(db, page.viewer(), RecordRef { kind: PROJECT, id }, LINKS)? {
        let links = linked.links.iter().map(|link| {
            let product = link.product.iter().map(|(_, name)| name.clone());
            let draft = &link.draft;
            let mark = draft.is_confidential.then(|| "confidential".to_owned());
            let words = product.chain(draft.role.clone()).chain(draft.contracted_volume.clone()).chain(mark);
            Block::Item([link.name.clone()].into_iter().chain(words).collect::<Vec<_>>().join(", "))
        });
        let mut links: Vec<Block> = links.collect();
        links.extend(more(usize::try_from(linked.total.rows).unwrap_or_default(), links.len()));
        blocks.extend(under(place.heading(), links));
    }
    let (total, clients) = links::queries::clients_reaching(db, page.viewer(), PROJECT, id)?;
    let told = clients.len();
    let reaching = clients.into_iter().map(|client| Block::Item(format!("{}, {}", client.client_name, client.reason)));
    blocks.extend(under("Clients that reach it", reaching.chain(more(total, told)).collect()));
    let texts = [("Notes", record.text("notes")), ("Sources", record.text("sources"))];
    for (heading, text) in texts {
        blocks.extend(under(heading, text.map(Block::Text).into_iter().collect()));
    }
    let foot = format!("{} · {} · {}", record.name, page.day(page.visit.today).full(), readers(page));
    Ok(Sheet { title: record.name, foot, blocks, is_one_page: false })
}

/// Says what is left out, where something is.
fn more(total: usize, told: usize) -> Option<Block> {
    (total > told).then(|| Block::Remark(format!("and {} more", total - told)))
}

/// What is known of it in a line each.
fn facts(db: &mut Db, record: &Record) -> Result<Vec<Block>> {
    let known = market::facts(db, PROJECT, record)?.into_iter().filter(|fact| fact.label != "Notes");
    let told = known.filter_map(|fact| {
        let unit = fact.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        Some(Block::Fact(fact.label.into(), format!("{}{unit}", fact.text?)))
    });
    Ok(told.collect())
}
