//! The form of an item: made for a client, or changed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Map;

use super::model::Rules;
use super::origin_queries::{self, Origin};
use super::{ActionItem, ItemDraft, ItemState, acts, owner_queries, queries};
use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::{self, Client};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, ItemId, MeetingId, PersonnelId};
use crate::people::{self, Colleague, choices, several};
use crate::sessions;
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Checked, Choice, Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Reader, Shell, Values, Writer,
    back_to_meeting, html, programs, values_of,
};

#[derive(Template)]
#[template(path = "action_items/form.html")]
struct ItemPage {
    shell: Shell,
    form: FormView,
    client: ClientId,
    /// Where it comes from, for the team.
    origin: Origin,
}

/// An item that is made for a client or changed; the client is held.
struct ItemForm {
    client: Client,
    item: Option<ActionItem>,
    /// The page of the meeting on which it was begun.
    back: Option<String>,
    /// The meeting that is on there.
    meeting: Option<(TeamPass, MeetingId)>,
}

/// What the form of an item says: its columns, and who does it.
struct Written {
    draft: ItemDraft,
    owners: Vec<PersonnelId>,
}

/// The values of an item as its form shows them.
fn values(item: &ActionItem) -> Values {
    let mut values = values_of(&item.row.draft);
    values.insert("assigned_to".into(), people::joined(item.owners.iter().copied()));
    values
}

impl ItemForm {
    fn address(&self) -> String {
        format!("/clients/{}", self.client.client_id)
    }
}

impl Saving for ItemForm {
    type Draft = Written;

    fn chosen(&self, _db: &mut Db, sent: FormData) -> Result<FormData> {
        Ok(sent.joined("assigned_to"))
    }

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        clients::queries::gone(db, &self.client)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Written, Invalid>> {
        let staff = people::queries::staff(db)?;
        let outsiders = sessions::queries::outside_team(db)?;
        let rules = Rules { staff: &staff, outsiders: &outsiders };
        let parsed = ItemDraft::parse(sent, &page.visit, &rules, self.item.as_ref());
        Ok(parsed.map(|(draft, owners)| Written { draft, owners }))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        let version = self.item.as_ref().map(|item| ("version", item.row.version.to_string()));
        Ok(version.into_iter().collect())
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let Some(item) = &self.item else { return Ok((Values::new(), String::new())) };
        let class = if item.row.draft.is_open { Sensitivity::Public } else { Sensitivity::Team };
        Ok((values(item), saved_by(db, page, "action_items", item.id().0, class)?))
    }

    fn write(&self, db: &mut Db, page: &Page, Written { draft, owners }: Written) -> Result<Saved> {
        let name = &self.client.draft.client_name;
        let (id, message) = match &self.item {
            None => {
                let id = queries::insert(db, &page.visit, self.client.client_id, &draft, &owners)?;
                if let Some((pass, meeting)) = self.meeting {
                    let origin = Origin { meeting_id: Some(meeting), history_id: None };
                    origin_queries::set(db, &page.visit, pass, id, origin)?;
                }
                (id, format!("Action item for {name} added"))
            }
            Some(item) => {
                queries::update(db, &page.visit, item, &draft)?;
                owner_queries::set_owners(db, &page.visit, item, &owners)?;
                (item.id(), format!("Action item for {name} saved"))
            }
        };
        let address = self.back.clone().unwrap_or_else(|| self.address());
        Ok(Saved { address, message, id: Some(id.0) })
    }

    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let staff = people::queries::staff(db)?;
        let (action, words) = match &self.item {
            None => (format!("{}/action-items", self.address()), "Add action item"),
            Some(item) => (format!("/action-items/{}/edit", item.id()), "Save action item"),
        };
        let back = self.back.clone().unwrap_or_else(|| self.address());
        let form =
            FormView::new(action, words, back, fields(page, several(&staff, values, "assigned_to"))).filled(values);
        let meeting = self.meeting.map(|(_, meeting)| meeting.to_string());
        Ok(form.carrying_any("back", self.back.as_deref()).carrying_any("meeting_id", meeting))
    }

    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let origin = match page.viewer().team().zip(self.item.as_ref()) {
            Some((pass, item)) => origin_queries::of(db, pass, item.id())?,
            None => Origin::default(),
        };
        let name = &self.client.draft.client_name;
        let title = if self.item.is_some() { "Action item for" } else { "New action item for" };
        let shell = page.shell(format!("{title} {name}"), "clients").crumb(name, self.address());
        html(status, &ItemPage { shell, form, client: self.client.client_id, origin })
    }
}

/// The fields of an item; who does it is chosen by one input or another.
fn fields(page: &Page, who: Input) -> Vec<Field> {
    let mut fields = vec![
        Field::new("text", "What is to be done", Input::Area(2)).required(),
        Field::new("assigned_to", "Who", who).required(),
        Field::new("due_date", "By", Input::Date).offering(&["in 1 week", "in 2 weeks", "in 1 month"]),
    ];
    if page.viewer().team().is_some() {
        let mark = Field::new("is_open", "Open to everyone", Input::Tick);
        fields.push(
            mark.hint(
                "Without it the NED Team alone sees the item. Only the team is told which meeting it comes from.",
            ),
        );
    }
    fields
}

/// The form on the page of a client, where one colleague is chosen.
pub fn quick_form(page: &Page, staff: &[Colleague], client: ClientId) -> FormView {
    let own = page.viewer().personnel_id.map(|person| person.to_string()).unwrap_or_default();
    let values = Values::from([("assigned_to".to_owned(), own)]);
    let who = Input::Select(choices(staff, &values, "assigned_to"));
    let action = format!("/clients/{client}/action-items");
    FormView::new(action, "Add action item", "", fields(page, who)).filled(&values).prefixed("item-")
}

/// `GET /clients/{id}/action-items/new`
pub async fn new(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let own = page.viewer().personnel_id.map(|person| person.to_string()).unwrap_or_default();
            let values = Values::from([("assigned_to".to_owned(), own)]);
            begin(db, page, &ItemForm { client, item: None, back: None, meeting: None }, &values)
        })
        .await
}

/// `POST /clients/{id}/action-items`
pub async fn create(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let back = back_to_meeting(sent.get("back"));
            let named = sent.get("meeting_id").and_then(|id| id.parse().ok()).map(MeetingId);
            let meeting = match page.viewer().team().zip(named) {
                Some((pass, id)) => origin_queries::is_on(db, pass, id)?.then_some((pass, id)),
                None => None,
            };
            save(db, page, &ItemForm { client, item: None, back, meeting }, &sent)
        })
        .await
}

/// `GET /action-items/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ItemId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let item = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let values = values(&item);
            let kind = of(db, item)?;
            begin(db, page, &kind, &values)
        })
        .await
}

/// `POST /action-items/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ItemId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let item = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let kind = of(db, item)?;
            save(db, page, &kind, &sent)
        })
        .await
}

/// The fields of an item as programs know them.
pub fn program_fields(page: &Page) -> Vec<Field> {
    FormView::new("", "", "", fields(page, several(&[], &Values::new(), "assigned_to"))).filled(&own(page)).fields
}

/// What a new item begins with for a program: whoever makes it does it.
fn own(page: &Page) -> Values {
    let person = page.viewer().personnel_id.map(|person| person.to_string()).unwrap_or_default();
    Values::from([("assigned_to".to_owned(), person)])
}

/// Makes an item of a client, which is held, for a program; whoever makes it does it, unless someone is named.
pub fn create_for_program(db: &mut Db, page: &Page, client: Client, sent: &JsonObject) -> Result<i64> {
    programs::create(db, page, &ItemForm { client, item: None, back: None, meeting: None }, own(page), sent)
}

/// The fields by which a program settles an item, or takes it up again.
pub fn settling_fields() -> Vec<Field> {
    vec![
        Field::new("item_state", "What became of it", Input::Select(Choice::all::<ItemState>())).required(),
        Field::new("reason", "Why it is dropped", Input::Line),
    ]
}

/// Changes an item for a program: what its form says, and what became of it.
pub fn update_for_program(db: &mut Db, page: &Page, id: ItemId, sent: &JsonObject) -> Result<i64> {
    let find = |db: &mut Db| queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound);
    let item = find(db)?;
    let fields = settling_fields();
    let is_settling = |name: &String| fields.iter().any(|field| field.name == name);
    let (settling, rest): (Map<_, _>, Map<_, _>) = sent.0.clone().into_iter().partition(|(name, _)| is_settling(name));
    let kind = of(db, item)?;
    programs::update(db, page, &kind, &JsonObject(rest))?;
    if !settling.is_empty() {
        let item = find(db)?;
        let mut values = values_of(&item.row.draft);
        values.extend(programs::read(&fields, &JsonObject(settling))?);
        let form = FormData::of_pairs(values, page.visit.today);
        let mut checked = Checked::new(&form);
        let item_state = checked.choice("item_state").unwrap_or(item.row.draft.item_state);
        let reason = match item_state {
            ItemState::Dropped => Some(acts::reason(&mut checked)),
            ItemState::Open | ItemState::Done => None,
        };
        let draft = checked.finish(ItemDraft { item_state, reason, ..item.row.draft.clone() })?;
        queries::update(db, &page.visit, &item, &draft)?;
    }
    Ok(id.0)
}

fn of(db: &mut Db, item: ActionItem) -> Result<ItemForm> {
    let client = clients::queries::find(db, item.row.client_id)?.ok_or(Error::NotFound)?;
    Ok(ItemForm { client, item: Some(item), back: None, meeting: None })
}

/// The form of an item with what a small form sent, and what is wrong with it: 422.
pub fn refused(db: &mut Db, page: &Page, item: ActionItem, sent: &FormData, invalid: Invalid) -> Result<Response> {
    let mut values = values(&item);
    values.extend(sent.values().into_iter().filter(|(name, _)| name == "due_date"));
    let kind = of(db, item)?;
    let begun_on = kind.begun_on(db, page)?;
    let form = kind.form(db, page, &values)?.begun_on(begun_on).refused(invalid);
    kind.show(db, page, StatusCode::UNPROCESSABLE_ENTITY, form)
}
