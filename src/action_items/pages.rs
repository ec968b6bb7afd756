//! Items as pages show them, with the names that they refer to.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{NaiveDate, NaiveDateTime};

use super::queries::Totals;
use super::{ActionItem, Acts, ItemState, form, queries};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, MeetingId};
use crate::people::Colleague;
use crate::records::RecordRef;
use crate::web::{Day, FormView, Page};

/// One item with its names.
#[derive(Template)]
#[template(path = "action_items/_item.html")]
pub struct Item {
    pub item: ActionItem,
    /// Who does it.
    pub owners: Vec<String>,
    /// The client's name, where items of several stand together.
    pub client_name: Option<String>,
    pub due: Option<Day>,
    /// When it was done or dropped.
    pub settled: Option<Day>,
    /// How many meetings it was carried over, for those who may know of any.
    pub carried: usize,
    /// What can be done with one that is to be done, for those who may.
    pub acts: Option<Acts>,
    pub may_write: bool,
    /// Whether those who see it are the NED Team, who have to know which items others see.
    pub is_marked: bool,
}

impl HtmlSafe for Item {}

impl Item {
    /// An item with names that are known.
    pub fn new(page: &Page, item: ActionItem, names: &HashMap<RecordRef, String>) -> Self {
        let person = |id: &crate::ids::PersonnelId| names.get(&RecordRef::from(*id)).cloned();
        let viewer = page.viewer();
        Self {
            owners: item.owners.iter().filter_map(person).collect(),
            client_name: None,
            due: page.day_or_none(item.row.draft.due_date),
            settled: item.row.settled_date.map(|at| page.day(page.date_of(at))),
            carried: 0,
            may_write: viewer.may_write(),
            acts: (viewer.may_write() && item.is_unsettled()).then(|| Acts::of(&item)),
            is_marked: viewer.team().is_some(),
            item,
        }
    }

    /// The same beside items of other clients.
    pub fn of_client(mut self, names: &HashMap<RecordRef, String>) -> Self {
        self.client_name = names.get(&RecordRef::from(self.item.row.client_id)).cloned();
        self
    }

    /// The same on the page of one of those who do it, who is not named again.
    pub fn without(mut self, own: &str) -> Self {
        self.owners.retain(|name| name != own);
        self
    }

    /// The same with how often it was carried over: once at each meeting that was closed since it came up.
    pub fn carried_over(mut self, closed: &[NaiveDateTime]) -> Self {
        if self.item.is_unsettled() {
            self.carried = closed.iter().filter(|at| **at > self.item.row.created_date).count();
        }
        self
    }

    /// Whether it is still to be done.
    pub fn is_unsettled(&self) -> bool {
        self.item.is_unsettled()
    }

    /// Whether it was given up.
    pub fn is_dropped(&self) -> bool {
        self.item.row.draft.item_state == ItemState::Dropped
    }

    /// Whether its day has passed.
    pub fn is_late(&self) -> bool {
        self.is_unsettled() && self.due.is_some_and(|day| day.is_past())
    }
}

/// The records that items refer to.
pub fn mentioned(items: &[ActionItem]) -> impl Iterator<Item = RecordRef> {
    items.iter().flat_map(|item| {
        let people = item.owners.iter().copied().map(RecordRef::from);
        people.chain([RecordRef::from(item.row.client_id)])
    })
}

/// The items of a client as they are kept, to be named together with others.
pub struct Kept {
    items: Vec<ActionItem>,
    totals: Totals,
}

/// So many items stand on the page of a client.
const SHOWN: i64 = 20;

/// Settled items among them.
const SETTLED: usize = 3;

/// The first items of a client that this person may see.
pub fn kept(db: &mut Db, page: &Page, client: ClientId) -> Result<Kept> {
    // One more, so that it shows whether more of them are late.
    let (mut items, totals) = queries::of_client(db, page.viewer(), client, (0, SHOWN + 1))?;
    let unsettled = items.iter().filter(|item| item.is_unsettled()).count();
    items.truncate(unsettled + SETTLED);
    Ok(Kept { items, totals })
}

impl Kept {
    /// The records that the items refer to.
    pub fn mentioned(&self) -> impl Iterator<Item = RecordRef> {
        mentioned(&self.items)
    }

    /// Those that should have been done before a day, the most overdue first: they stand before all others.
    pub fn late(&self, today: NaiveDate) -> Vec<ActionItem> {
        let is_late =
            |item: &&ActionItem| item.is_unsettled() && item.row.draft.due_date.is_some_and(|day| day < today);
        self.items.iter().filter(is_late).cloned().collect()
    }
}

/// The items of a client as its page, or the meeting, shows them.
#[derive(Template)]
#[template(path = "action_items/_of_client.html")]
pub struct Items {
    client: ClientId,
    items: Vec<Item>,
    totals: Totals,
    /// Those to whom one can be handed on.
    staff: Vec<String>,
    /// Present for those who may add one.
    form: Option<FormView>,
    /// The parts of the page that are brought up to date with it.
    parts: &'static str,
}

impl HtmlSafe for Items {}

impl Items {
    /// The items with names that are known; `parts` are the parts of the page that a change of one shows in.
    pub fn named(
        page: &Page,
        client: ClientId,
        kept: Kept,
        staff: &[Colleague],
        names: &HashMap<RecordRef, String>,
        parts: &'static str,
    ) -> Self {
        let may_write = page.viewer().may_write();
        Self {
            client,
            items: kept.items.into_iter().take(SHOWN as usize).map(|item| Item::new(page, item, names)).collect(),
            totals: kept.totals,
            staff: active_names(staff),
            form: may_write.then(|| form::quick_form(page, staff, client)),
            parts,
        }
    }

    /// The same on another page than the client's, to which adding one leads back; of the meeting that is on there.
    pub fn leading_to(mut self, back: &str, meeting: Option<MeetingId>) -> Self {
        let meeting = meeting.map(|meeting| meeting.to_string());
        self.form = self.form.map(|form| form.carrying("back", back).carrying_any("meeting_id", meeting));
        self
    }

    /// The same with how often each was carried over, at the meetings that were closed since.
    pub fn carried_over(mut self, closed: &[NaiveDateTime]) -> Self {
        self.items = self.items.into_iter().map(|item| item.carried_over(closed)).collect();
        self
    }

    /// Whether there are more than are shown.
    fn has_more(&self) -> bool {
        usize::try_from(self.totals.all).is_ok_and(|all| all > self.items.len())
    }
}

/// The names of the colleagues who may be given work.
pub fn active_names(staff: &[Colleague]) -> Vec<String> {
    staff.iter().filter(|person| person.is_active).map(|person| person.full_name.clone()).collect()
}
