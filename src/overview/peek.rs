//! A look at a record beside a list: what it is and what was last, without leaving the list.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::clients::assessment;
use crate::clients::{AttentionRule, ClientId, Explained};
use crate::contacts::{self, list_queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::market;
use crate::records::{self, RecordKind, RecordRef};
use crate::web::{Id, Page, Reader, Shell, html};

/// Contacts that are shown.
const CONTACTS: i64 = 3;

#[derive(Template)]
#[template(path = "overview/peek.html")]
struct PeekPage {
    shell: Shell,
    kind: RecordKind,
    reference: RecordRef,
    /// Of a client.
    attention: Option<Explained>,
    facts: Vec<Fact>,
    contacts: Vec<contacts::pages::Item>,
}

struct Fact {
    label: &'static str,
    text: String,
}

fn fact(label: &'static str, text: impl ToString) -> Fact {
    Fact { label, text: text.to_string() }
}

/// `GET /clients/{id}/peek` and its like.
pub async fn show(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let facts = market::facts(db, kind, &record)?.into_iter();
            let known = facts.filter_map(|cell| Some(Fact { label: cell.label, text: cell.text? }));
            let mut show = PeekPage {
                shell: page.shell(&record.name, kind.path()).crumb(kind.plural(), format!("/{}", kind.path())),
                kind,
                reference: RecordRef { kind, id },
                attention: None,
                facts: known.collect(),
                contacts: Vec::new(),
            };
            match kind {
                RecordKind::Client => of_client(db, page, ClientId(id), &mut show)?,
                RecordKind::Person => {
                    let latest = contacts::queries::of_person(db, page.viewer(), PersonnelId(id), CONTACTS)?;
                    show.contacts = contacts::pages::items(db, page, latest)?;
                }
                _ => {}
            }
            html(StatusCode::OK, &show)
        })
        .await
}

/// What is known of a client beside its fields, each part as far as the person may see it.
fn of_client(db: &mut Db, page: &Page, id: ClientId, show: &mut PeekPage) -> Result<()> {
    let (client, judged) = assessment::find_client(db, page.viewer().team(), id)?.ok_or(Error::NotFound)?;
    let rule = AttentionRule::new(&page.config, page.visit.today);
    show.attention = Some(rule.explain(&client, judged.as_ref().map(|judged| &judged.rhythm)));
    if let Some(judged) = judged {
        show.facts.splice(0..0, judged.assessment.in_words().map(|(label, text)| fact(label, text)));
    }
    let days = [
        ("Next contact", client.planned.next_planned_contact_date),
        ("Last contact", client.last_contact.last_contact_date),
    ];
    for (label, date) in days {
        if let Some(day) = page.day_or_none(date) {
            show.facts.insert(0, fact(label, format!("{}, {}", day.distance(), day.full())));
        }
    }
    let filter = ContactFilter { client: Some(id), ..ContactFilter::default() };
    let latest = contacts::list_queries::latest(db, page.viewer(), &filter, CONTACTS)?;
    show.contacts = contacts::pages::items(db, page, latest)?;
    Ok(())
}
