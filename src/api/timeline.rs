//! What happened with a client, the latest first, as its page tells it.

use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{self, Rows};
use super::asked::Asked;
use super::cursor::Cursor;
use super::{Collection, logged, team};
use crate::clients;
use crate::error::{Error, Result};
use crate::ids::ClientId;
use crate::overview::timeline::{self, Moment};
use crate::records;
use crate::web::{Id, Query, Reader};

/// `GET /api/v1/clients/{id}/timeline`: `limit` counts each sort of row.
pub async fn list(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    const SORT: &str = "-day";
    reader
        .page(move |db, page| {
            let asked = Asked::parse(Collection::Timeline, page.viewer(), query)?;
            clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let passed = |cursor: &Cursor| usize::try_from(cursor.id).unwrap_or_default();
            let after = asked.cursor_of(SORT)?.and_then(|cursor| Some((cursor.key(0)?, passed(cursor))));
            let limit = usize::try_from(asked.limit).unwrap_or_default();
            let wanted = timeline::Asked::program(id, page.viewer(), &asked.query, (limit, after));
            let found = timeline::find(db, page, wanted)?;
            let names = records::queries::names_of(db, found.mentioned(page.viewer()))?;
            let told = found.named(page, &names, "");
            let place = |(day, rows)| Cursor::after(SORT, json!([day]), i64::try_from(rows).unwrap_or_default());
            let next = told.next.map(place);
            let items = told.months.iter().flat_map(|month| month.moments.iter().filter_map(moment)).collect();
            answer::list(Collection::Timeline, &asked, Rows { items, next })
        })
        .await
}

fn moment(moment: &Moment) -> Option<Value> {
    Some(match moment {
        Moment::Contact(item) => {
            json!({ "type": "contact", "day": item.day.date, "contact": logged::contact(&item.contact) })
        }
        Moment::Entry(item) => json!({ "type": "entry", "day": item.day.date, "entry": team::entry(&item.entry) }),
        Moment::Meeting(talk) => {
            let (id, title) = (talk.meeting.meeting_id, &talk.meeting.draft.title);
            let about = json!({ "meeting_id": id, "title": title, "outcome": talk.outcome });
            json!({ "type": "meeting", "day": talk.day.date, "meeting": about })
        }
        Moment::Change(line) => {
            let parts: Vec<&str> = line.parts.iter().map(|part| part.words.as_str()).collect();
            let (day, author, act) = (line.day.date, &line.author, line.act);
            let about = json!({ "author": author, "act": act, "parts": parts, "reason": line.reason });
            json!({ "type": "change", "day": day, "change": about })
        }
        Moment::End(..) => return None,
    })
}
