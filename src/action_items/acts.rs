//! What is done to an item by one act each: done, dropped, moved, handed on; each is undone as any change is.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::HeaderMap;
use axum::response::Response;

use super::form::refused;
use super::model::Rules;
use super::{ActionItem, ItemDraft, ItemState, owner_queries, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ItemId, PersonnelId};
use crate::people;
use crate::sessions;
use crate::web::{Checked, FormData, Id, Invalid, Page, Writer, beginning, redirect, sent_from};

/// The small forms that move a piece of work, hand it on or drop it; for what has a date and someone who does it.
#[derive(Template, Clone)]
#[template(path = "action_items/_acts.html")]
pub struct Acts {
    /// What it is about, for those who read by ear.
    pub about: String,
    /// Where another day is sent, in which field, and the day now.
    pub moves: (String, &'static str, String),
    /// Where another colleague is sent, and in which field.
    pub hands_on: (String, &'static str),
    /// Where a reason to drop it is sent.
    pub drops: Option<String>,
    /// Links to what else can be done.
    pub links: Vec<(&'static str, String)>,
}

impl HtmlSafe for Acts {}

impl Acts {
    /// Those of an item.
    pub fn of(item: &ActionItem) -> Self {
        let path = format!("/action-items/{}", item.id());
        let day = item.row.draft.due_date.map(|day| day.to_string()).unwrap_or_default();
        Self {
            about: item.row.draft.text.clone(),
            moves: (format!("{path}/moved"), "due_date", day),
            hands_on: (format!("{path}/handed-on"), "assigned_to"),
            drops: Some(format!("{path}/dropped")),
            links: vec![("Edit", format!("{path}/edit"))],
        }
    }
}

/// The item of an act, which is held; 404 for one that is hidden.
fn held(db: &mut Db, page: &Page, id: ItemId) -> Result<ActionItem> {
    queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)
}

/// Back to where the act was done, or else to the client.
fn back(headers: &HeaderMap, item: &ActionItem, message: &str) -> Result<Response> {
    let client = format!("/clients/{}", item.row.client_id);
    redirect(&sent_from(headers).unwrap_or(client), message)
}

/// The words of an item as a message takes them.
fn words(item: &ActionItem) -> String {
    beginning(&item.row.draft.text, 60)
}

/// `POST /action-items/{id}/done`: done, or with `done=` empty to be done again.
pub async fn done(writer: Writer, Id(id): Id<ItemId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let item = held(db, page, id)?;
            let is_done = !form.has("done") || form.flag("done");
            let item_state = if is_done { ItemState::Done } else { ItemState::Open };
            let draft = ItemDraft { item_state, reason: None, ..item.row.draft.clone() };
            queries::update(db, &page.visit, &item, &draft)?;
            let state = if is_done { "Done" } else { "To be done again" };
            back(&headers, &item, &format!("{state}: {}", words(&item)))
        })
        .await
}

/// Why an item is dropped, as it has to be said.
pub fn reason(checked: &mut Checked<'_>) -> String {
    checked.required("reason", "Enter why it is dropped.")
}

/// `POST /action-items/{id}/dropped`: not to be done any more, with the `reason`.
pub async fn drop_item(writer: Writer, Id(id): Id<ItemId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let item = held(db, page, id)?;
            let mut checked = Checked::new(&form);
            let reason = reason(&mut checked);
            let reason = match checked.finish(reason) {
                Ok(reason) => Some(reason),
                Err(invalid) => return refused(db, page, item, &form, invalid),
            };
            let draft = ItemDraft { item_state: ItemState::Dropped, reason, ..item.row.draft.clone() };
            queries::update(db, &page.visit, &item, &draft)?;
            back(&headers, &item, &format!("Dropped: {}", words(&item)))
        })
        .await
}

/// `POST /action-items/{id}/moved`: to another `due_date`, or with none to no day.
pub async fn move_item(writer: Writer, Id(id): Id<ItemId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let item = held(db, page, id)?;
            let mut checked = Checked::new(&form);
            let due_date = checked.date("due_date");
            let due_date = match checked.finish(due_date) {
                Ok(day) => day,
                Err(invalid) => return refused(db, page, item, &form, invalid),
            };
            let draft = ItemDraft { due_date, ..item.row.draft.clone() };
            queries::update(db, &page.visit, &item, &draft)?;
            let day = due_date.map_or_else(|| "without a date".into(), |day| format!("due {}", page.day(day).full()));
            back(&headers, &item, &format!("Now {day}: {}", words(&item)))
        })
        .await
}

/// `POST /action-items/{id}/handed-on`: to another colleague, `assigned_to`, by id or by name. Of several who do it,
/// whoever hands it on is the one that leaves; else all of them.
pub async fn hand_on(writer: Writer, Id(id): Id<ItemId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let item = held(db, page, id)?;
            let staff = people::queries::staff(db)?;
            let outsiders = sessions::queries::outside_team(db)?;
            let Some(to) = people::chosen(&form, "assigned_to", &staff) else {
                let invalid = Invalid::one("assigned_to", "Choose an active colleague.");
                return refused(db, page, item, &form, invalid);
            };
            let own = page.viewer().personnel_id.filter(|own| item.owners.contains(own));
            let stay =
                item.owners.iter().copied().filter(|person| own.is_some() && Some(*person) != own && *person != to);
            let owners: Vec<PersonnelId> = stay.chain([to]).collect();
            let rules = Rules { staff: &staff, outsiders: &outsiders };
            if let Some(words) = rules.obstacle(item.row.draft.is_open, &owners) {
                let invalid = Invalid::one("is_open", words);
                return refused(db, page, item, &form, invalid);
            }
            owner_queries::set_owners(db, &page.visit, &item, &owners)?;
            let name = staff.iter().find(|person| person.personnel_id == to).map_or("", |person| &person.full_name);
            back(&headers, &item, &format!("Handed on to {name}: {}", words(&item)))
        })
        .await
}
