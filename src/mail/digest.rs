//! The digest of a person: what is late and due, what is planned, which of their clients have gone quiet, and what
//! others did with their clients.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, TimeDelta};

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Section, one_line};
use super::model::Topic;
use crate::action_items;
use crate::audit::client_queries::{self, Asked};
use crate::clients::list::{JudgedRow, lines};
use crate::clients::{AttentionRule, ClientId, plan_queries, poc_queries};
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::jobs::Job;
use crate::people::queries::Names;
use crate::records::{self, RecordRef};
use crate::since;
use crate::web::beginning;

/// Rows that are looked at, and lines of a section that are told.
const ROWS: i64 = 300;
const CLIENTS: i64 = 2000;
const CHANGES: i64 = 1000;
const SHOWN: usize = 15;

/// How far ahead it looks, in days.
const AHEAD: u64 = 7;

/// How far back what was not done is looked for, in days.
const BACK: u64 = 3650;

/// The digest over the last so many days; none when there is nothing to tell.
pub fn letter(db: &mut Db, reader: &Reader, job: &Job, days: u32) -> Result<Composed> {
    let Some(person) = reader.whole.personnel_id else { return Ok(Err("The account is tied to no colleague.")) };
    let page = &reader.page;
    let mut work = due(db, reader, person)?;
    work.sort_by_key(|(day, _)| *day);
    let (late, due): (Vec<_>, Vec<_>) = work.into_iter().partition(|(day, _)| *day < page.visit.today);
    let own = poc_queries::of_poc(db, page.viewer().team(), (person, None), (0, CLIENTS))?;
    let begin = job.created_date - TimeDelta::days(days.into());
    let changed = changed(db, reader, person, &own, begin)?;
    let lines = |dated: Vec<(NaiveDate, Line)>| dated.into_iter().map(|(_, line)| line).collect::<Vec<_>>();
    let subject = subject(late.len(), due.len(), days);
    let sections = [
        Section::new("Late", lines(late), SHOWN),
        Section::new("Due in the next seven days", lines(due), SHOWN),
        Section::new("Your clients that have gone quiet", quiet(reader, own), SHOWN),
        Section::new("What happened with your clients", changed, SHOWN),
    ];
    let sections: Vec<Section> = sections.into_iter().filter(|section| !section.lines.is_empty()).collect();
    if sections.is_empty() {
        return Ok(Err("There was nothing to tell."));
    }
    Ok(Ok(Letter {
        to: reader.to.clone(),
        subject,
        intro: format!("{}, this is how your work stands.", reader.page.viewer().full_name),
        sections,
        link: ("My work", reader.address("/my-work")),
        why: topic_words(Topic::Digest),
        topic: Some(Topic::Digest),
        calendar: None,
    }))
}

fn subject(late: usize, due: usize, days: u32) -> String {
    let span = match days {
        0..=3 => "Your day".to_owned(),
        4..=6 => format!("Your last {days} days"),
        _ => "Your week".to_owned(),
    };
    let counted: Vec<String> =
        [(late, "late"), (due, "due")].iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if counted.is_empty() { span } else { format!("{span}: {}", counted.join(", ")) }
}

/// What a person has to do until a week from now: action items, follow-ups, planned contacts, each on its day.
fn due(db: &mut Db, reader: &Reader, person: PersonnelId) -> Result<Vec<(NaiveDate, Line)>> {
    let page = &reader.page;
    let days = (page.visit.today - Days::new(BACK), page.visit.today + Days::new(AHEAD));
    let items = action_items::queries::due_between(db, page.viewer(), Some(person), days, ROWS)?;
    let (follow_ups, _) = contacts::queries::open_follow_ups(db, page.viewer(), Some(person), (0, ROWS))?;
    let planned = plan_queries::planned_between(db, Some(person), days, ROWS)?;
    let clients = items.iter().map(|item| item.row.client_id).chain(follow_ups.iter().map(|one| one.client_id));
    let names = records::queries::names_of(db, clients.map(RecordRef::from))?;
    let line = |client: ClientId, day: NaiveDate, name: &str, what: &str| {
        let words = format!("{}: {}, {}", one_line(name), beginning(&one_line(what), 300), page.day(day).distance());
        (day, Line { words, address: reader.address(&format!("/clients/{client}")) })
    };
    let name = |client: ClientId| names.get(&RecordRef::from(client)).map(String::as_str).unwrap_or_default();
    let mut work = Vec::new();
    for item in &items {
        let (client, draft) = (item.row.client_id, &item.row.draft);
        work.extend(draft.due_date.map(|day| line(client, day, name(client), &draft.text)));
    }
    for one in &follow_ups {
        let told = one.draft.summary.as_deref().map(|words| format!("follow up on “{}”", beginning(words, 120)));
        let day = one.draft.follow_up_date.filter(|day| *day <= days.1);
        let words = told.unwrap_or_else(|| "follow up".into());
        work.extend(day.map(|day| line(one.client_id, day, name(one.client_id), &words)));
    }
    for row in &planned {
        let kind = row.next_planned_contact_type.map(|kind| format!("contact planned ({kind})").to_lowercase());
        let words = kind.unwrap_or_else(|| "contact planned".into());
        let day = row.next_planned_contact_date;
        work.extend(day.map(|day| line(row.client_id, day, &row.client_name, &words)));
    }
    Ok(work)
}

/// The clients that need a contact for which none is planned, the longest silence first.
fn quiet(reader: &Reader, own: Vec<JudgedRow>) -> Vec<Line> {
    let page = &reader.page;
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let is_planned = |day: Option<NaiveDate>| day.is_some_and(|day| day >= page.visit.today);
    lines(page, &rule, &Names::default(), own)
        .into_iter()
        .filter(|line| line.explained.needs_contact() && !is_planned(line.row.next_planned_contact_date))
        .map(|line| Line {
            words: format!("{}: {}", one_line(&line.row.client_name), line.explained.reason),
            address: reader.address(&format!("/clients/{}", line.row.client_id)),
        })
        .collect()
}

/// What others did with the clients since a moment (UTC): contacts they made, then what the log tells.
fn changed(
    db: &mut Db,
    reader: &Reader,
    person: PersonnelId,
    own: &[JudgedRow],
    begin: chrono::NaiveDateTime,
) -> Result<Vec<Line>> {
    let page = &reader.page;
    let clients: HashMap<ClientId, String> =
        own.iter().map(|(row, _)| (row.client_id, one_line(&row.client_name))).collect();
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let (viewer, span) = (page.viewer(), (page.date_of(begin), begin));
    let ids: Vec<ClientId> = clients.keys().copied().collect();
    let logged = contacts::queries::since_by_others(db, viewer, &ids, person, span, page.visit.today, ROWS)?;
    let by_others = Some((ids.as_slice(), viewer.user_id));
    let asked = Asked { by_others, from: Some(begin), ..Asked::default() };
    let rows = client_queries::list(db, viewer, asked, CHANGES)?;
    let mentioned: Vec<RecordRef> =
        contacts::pages::mentioned(&logged).chain(rows.iter().flat_map(|row| since::mentioned(viewer, row))).collect();
    let names = records::queries::names_of(db, mentioned)?;
    let line = |client: ClientId, what: String| Line {
        words: format!("{}: {}", clients[&client], one_line(&what)),
        address: reader.address(&format!("/clients/{client}")),
    };
    let contact = |item: contacts::pages::Item| {
        let by = item.made_by.unwrap_or_default();
        let kind = item.contact.draft.contact_type.to_string().to_lowercase();
        let said = item.contact.draft.summary.map(|words| format!(" – {}", beginning(&words, 160)));
        let what = format!("{by} logged a contact ({kind}), {}{}", item.day.distance(), said.unwrap_or_default());
        line(item.contact.client_id, what)
    };
    let mut told: Vec<Line> = contacts::pages::items_named(page, logged, &names).into_iter().map(contact).collect();
    for row in &rows {
        told.extend(since::lines(page, row, &names).into_iter().map(|one| line(row.client_id, in_words(&one))));
    }
    Ok(told)
}

fn in_words(line: &since::Line) -> String {
    let parts: Vec<&str> = line.parts.iter().map(|part| part.words.as_str()).collect();
    let reason = line.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{} {} {}{reason}, {}", line.author, line.act(), beginning(&parts.join("; "), 200), line.day.distance())
}
