//! Work that became somebody's: one letter for all that one save gave them.

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Section, one_line};
use super::model::Topic;
use crate::action_items::owner_queries::still_theirs;
use crate::audit;
use crate::db::Db;
use crate::error::Result;
use crate::ids::ChangeId;
use crate::records::{self, RecordRef};
use crate::web::beginning;

/// Items that are told at most.
const SHOWN: usize = 20;

/// The letter about what a change gave a person, as far as it is still theirs to do. What mail may not hold is told
/// without a word and a number.
pub fn letter(db: &mut Db, reader: &Reader, change: ChangeId) -> Result<Composed> {
    let Some(person) = reader.whole.personnel_id else { return Ok(Err("The account is tied to no colleague.")) };
    let assignments = audit::queries::rows_of(db, change, "action_item_owners")?;
    if still_theirs(db, &reader.whole, &assignments, person)?.is_empty() {
        return Ok(Err("It is not theirs any more."));
    }
    let page = &reader.page;
    let items = still_theirs(db, page.viewer(), &assignments, person)?;
    let names = records::queries::names_of(db, items.iter().map(|item| RecordRef::from(item.row.client_id)))?;
    let name = |item: &crate::action_items::ActionItem| {
        names.get(&RecordRef::from(item.row.client_id)).map(|name| one_line(name)).unwrap_or_default()
    };
    let lines: Vec<Line> = items
        .iter()
        .map(|item| {
            let due = item.row.draft.due_date.map(|day| format!(", due {}", page.day(day).full()));
            let text = beginning(&one_line(&item.row.draft.text), 300);
            Line {
                words: format!("{}: {text}{}", name(item), due.unwrap_or_default()),
                address: reader.address(&format!("/clients/{}", item.row.client_id)),
            }
        })
        .collect();
    let subject = match &items[..] {
        [] => "Work became yours".to_owned(),
        [item] => format!("Yours to do: {}", beginning(&one_line(&item.row.draft.text), 80)),
        several => format!("Yours to do: {} action items", several.len()),
    };
    let intro = match lines.is_empty() {
        true => "Work became yours. Mail does not say what: it stands in Roundtable.",
        false => "This became yours to do.",
    };
    let sections = if lines.is_empty() { Vec::new() } else { vec![Section::new("Action items", lines, SHOWN)] };
    Ok(Ok(Letter {
        to: reader.to.clone(),
        subject,
        intro: intro.into(),
        sections,
        link: ("My work", reader.address("/my-work")),
        why: topic_words(Topic::Assignment),
        topic: Some(Topic::Assignment),
        calendar: None,
    }))
}
