//! What an entry tells of who does what: offered as ticks while it is typed, and made action items as it is filed.

use std::collections::HashSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::{Change, TeamPass, Visit};
use crate::action_items::origin_queries::{self, Origin};
use crate::action_items::{ItemDraft, Recognised, fresh, queries, recognised};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ChangeId, ClientId, PersonnelId};
use crate::people::{self, queries::Names};
use crate::sessions;
use crate::web::{Day, FormData, Id, Page, Reader, html, offering, tell};

/// The field that names the lines that stood there with ticks, and the one that names those that are ticked.
const SEEN: &str = "item_seen";
const TICKED: &str = "item";

/// A line that is offered with a tick.
struct Offer {
    item: Recognised,
    owners: String,
    due: Option<Day>,
    /// Whether someone outside the NED Team does it: as an item it is open to everyone, so that it has to be ticked.
    is_outside: bool,
}

#[derive(Template)]
#[template(path = "roundtable/_recognised.html")]
struct Offers {
    offers: Vec<Offer>,
}

fn is_outside(item: &Recognised, outsiders: &HashSet<PersonnelId>) -> bool {
    item.owners.iter().any(|person| outsiders.contains(person))
}

/// `POST /crm/roundtable/{client_id}/recognised`: the lines of `action_items` that become items, as ticks.
pub async fn offer(reader: Reader, Id(_): Id<ClientId>, sent: FormData) -> Result<Response> {
    reader
        .page(move |db, page| {
            page.viewer().require_team()?;
            let staff = people::queries::staff(db)?;
            let outsiders = sessions::queries::outside_team(db)?;
            let names = Names::of_staff(&staff);
            let text = sent.get("action_items").unwrap_or_default();
            let offer = |item: Recognised| Offer {
                owners: item.owners.iter().filter_map(|id| names.of(Some(*id))).collect::<Vec<_>>().join(", "),
                due: page.day_or_none(item.due_date),
                is_outside: is_outside(&item, &outsiders),
                item,
            };
            let offers = recognised(&text, &staff, page.visit.today).into_iter().map(offer).collect();
            html(StatusCode::OK, &Offers { offers })
        })
        .await
}

/// What became of the lines of an entry.
#[derive(Default)]
pub struct Made {
    items: usize,
    /// Lines that are no item, since who does it would not see it and nobody ticked that everyone may.
    left: usize,
    change: Option<ChangeId>,
}

impl Made {
    /// The answer of the entry, which offers to take the items back although the entry stays.
    pub fn offered_by(&self, response: Response) -> Response {
        match self.change {
            Some(change) => offering(response, change),
            None => response,
        }
    }

    /// What the message of the entry says of them.
    pub fn in_words(&self) -> String {
        let items = match self.items {
            0 => String::new(),
            1 => " 1 action item made.".into(),
            items => format!(" {items} action items made."),
        };
        let left = match self.left {
            0 => "",
            _ => " A line for someone outside the NED Team was not ticked and is no item: add it as one that is open.",
        };
        items + left
    }
}

/// Makes items of what is recognised in the words of an entry and was not in its earlier ones, but for what was
/// unticked. They are a change of their own.
pub fn make(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    (client, origin): (ClientId, Origin),
    (text, earlier): (Option<&str>, Option<&str>),
    sent: &FormData,
) -> Result<Made> {
    let mut made = Made::default();
    let Some(text) = text else { return Ok(made) };
    let found = fresh(text, earlier.unwrap_or_default(), &people::queries::staff(db)?, page.visit.today);
    if found.is_empty() {
        return Ok(made);
    }
    let outsiders = sessions::queries::outside_team(db)?;
    let visit = Visit { change: Change::begin(), ..page.visit.clone() };
    let names = |field: &str, item: &Recognised| sent.all(field).any(|line| line == item.line);
    for item in found {
        let is_open = is_outside(&item, &outsiders);
        let is_wanted = if names(SEEN, &item) { names(TICKED, &item) } else { !is_open };
        if !is_wanted {
            made.left += usize::from(is_open);
            continue;
        }
        let draft = ItemDraft::new(item.text, item.due_date, is_open);
        let id = queries::insert(db, &visit, client, &draft, &item.owners)?;
        origin_queries::set(db, &visit, pass, id, origin)?;
        made.items += 1;
        made.change = Some(visit.change.id);
    }
    tell(db, &visit)?;
    Ok(made)
}
