//! The page of a client and the form of its open data.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::assessment::{self, Assessment};
use super::{Attention, AttentionRule, Client, ClientDraft, ClientId, ClientType, queries};
use crate::audit::{self, Sensitivity};
use crate::contacts::{self, queries::ContactFilter};
use crate::db::Db;
use crate::db::name_key::name_core;
use crate::error::{Error, Result};
use crate::links::{self, Chain, End, Node};
use crate::merging::{self, Merge};
use crate::people::{self, choices, queries::Names};
use crate::roundtable;
use crate::web::{
    Choice, Day, Field, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer, html,
    redirect, values_of,
};

/// What a client's page shows of the team's knowledge; there is none without the pass.
struct TeamPart {
    assessment: Assessment,
    entries: Vec<roundtable::pages::Item>,
    entry_count: i64,
}

#[derive(Template)]
#[template(path = "clients/show.html")]
struct ShowPage {
    shell: Shell,
    client: Client,
    node: Node,
    /// Where it went, if it was merged into another.
    merged: Option<Merge>,
    attention: Attention,
    names: Names,
    last_contact: Option<Day>,
    next_contact: Option<Day>,
    team: Option<TeamPart>,
    groups: Vec<links::Group>,
    chains: Vec<Chain>,
    contacts: Vec<contacts::pages::Item>,
    contact_count: i64,
    contact_form: FormView,
}

/// Contacts and entries on the page; the rest on request (product.md §4).
const CONTACTS: i64 = 10;
const ENTRIES: i64 = 3;

/// `GET /clients/{id}`: everything known, in one look.
pub async fn show(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
            let show = show_page(db, page, client)?;
            html(StatusCode::OK, &show)
        })
        .await
}

fn show_page(db: &mut Db, page: &Page, client: Client) -> Result<ShowPage> {
    let (id, viewer) = (client.client_id, page.viewer());
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let people = [
        client.draft.mpr_primary_poc,
        client.draft.mpr_secondary_poc,
        client.last_contact.last_contact_by,
        client.planned.next_planned_contact_assigned_to,
    ];
    let groups = links::pages::groups(db, page, End::Client, id.0)?;
    let chains = links::chain(db, viewer, id, &groups)?;
    let filter = ContactFilter { client: Some(id), ..ContactFilter::default() };
    let latest = contacts::queries::list(db, viewer, &filter, 0, CONTACTS)?;
    let staff = people::queries::staff(db)?;
    let node = Node { end: End::Client, id: id.0 };
    let merged = if client.is_archived { merging::queries::of_merged(db, node)? } else { None };
    Ok(ShowPage {
        node,
        merged,
        shell: page.shell(&client.draft.client_name, "clients"),
        attention: rule.of(client.last_contact.last_contact_date),
        names: people::queries::names(db, people)?,
        last_contact: page.day_or_none(client.last_contact.last_contact_date),
        next_contact: page.day_or_none(client.planned.next_planned_contact_date),
        team: team_part(db, page, id)?,
        groups,
        chains,
        contacts: contacts::pages::items(db, page, latest)?,
        contact_count: contacts::queries::count(db, viewer, &filter)?,
        contact_form: contacts::recording::blank_form(page, &staff, &client).prefixed("contact-"),
        client,
    })
}

fn team_part(db: &mut Db, page: &Page, id: ClientId) -> Result<Option<TeamPart>> {
    let Some(pass) = page.viewer().team() else { return Ok(None) };
    Ok(Some(TeamPart {
        assessment: assessment::find(db, pass, id)?.unwrap_or_default(),
        entries: roundtable::pages::items(page, roundtable::queries::of_client(db, pass, id, ENTRIES)?),
        entry_count: roundtable::queries::count(db, pass, id)?,
    }))
}

#[derive(Template)]
#[template(path = "clients/form.html")]
struct FormPage {
    shell: Shell,
    form: FormView,
    /// Clients whose name may mean the same.
    near: Near,
}

fn form_view(db: &mut Db, id: Option<ClientId>, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let poc = |field| Input::Select(choices(&staff, values, field));
    let fields = vec![
        Field::new("client_name", "Client name", Input::Line)
            .required()
            .hint("The name people use for the organisation."),
        Field::new("client_type", "Type", Input::Select(Choice::all::<ClientType>())),
        Field::new("mpr_primary_poc", "Primary point of contact", poc("mpr_primary_poc"))
            .hint("The colleague who looks after this client."),
        Field::new("mpr_secondary_poc", "Secondary point of contact", poc("mpr_secondary_poc"))
            .hint("Who stands in; someone other than the primary."),
        Field::new("notes", "Notes", Input::Area(6)).hint("Everyone who signs in can read this."),
    ];
    let (action, cancel) = match id {
        Some(id) => (format!("/clients/{id}/edit"), format!("/clients/{id}")),
        None => ("/clients/new".to_owned(), "/clients".to_owned()),
    };
    Ok(FormView::new(action, "Save client", cancel, fields).filled(values))
}

/// `GET /clients/new`; `?name=` fills the name.
pub async fn new(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let name = query.get("name").unwrap_or_default().to_owned();
            let form = form_view(db, None, &Values::from([("client_name".to_owned(), name)]))?;
            new_page(page, StatusCode::OK, form, Vec::new())
        })
        .await
}

fn new_page(page: &Page, status: StatusCode, form: FormView, near: Near) -> Result<Response> {
    let shell = page.shell("New client", "clients").crumb("Clients", "/clients");
    html(status, &FormPage { shell, form, near })
}

/// `POST /clients/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let staff = people::queries::staff(db)?;
            let form = form_view(db, None, &sent.values())?;
            let draft = match ClientDraft::parse(&sent, &staff, None) {
                Ok(draft) => draft,
                Err(invalid) => {
                    return new_page(page, StatusCode::UNPROCESSABLE_ENTITY, form.refused(invalid), Vec::new());
                }
            };
            if let Some((invalid, near)) = nearly_named(db, None, &draft, &sent)? {
                return new_page(page, StatusCode::UNPROCESSABLE_ENTITY, form.refused(invalid), near);
            }
            let id = queries::insert(db, &page.visit, &draft)?;
            redirect(&format!("/clients/{id}"), &format!("{} saved.", draft.client_name))
        })
        .await
}

/// Clients whose name may mean the same, with their ids.
type Near = Vec<(ClientId, String)>;

/// The clients of nearly the name that was typed, unless it is confirmed or the client has it already.
fn nearly_named(
    db: &mut Db,
    own: Option<&Client>,
    draft: &ClientDraft,
    sent: &FormData,
) -> Result<Option<(Invalid, Near)>> {
    let is_kept = |own: &Client| name_core(&own.draft.client_name) == name_core(&draft.client_name);
    if sent.flag("name_confirmed") || own.is_some_and(is_kept) {
        return Ok(None);
    }
    let near = queries::near(db, &draft.client_name, own.map(|own| own.client_id))?;
    let words = "A client of nearly this name exists. Open it, or confirm below that this is another one.";
    Ok((!near.is_empty()).then(|| (Invalid::one("client_name", words), near)))
}

fn edit_page(page: &Page, status: StatusCode, client: &Client, form: FormView, near: Near) -> Result<Response> {
    let (id, name) = (client.client_id, &client.draft.client_name);
    let shell = page.shell(format!("Edit {name}"), "clients").crumb(name, format!("/clients/{id}"));
    html(status, &FormPage { shell, form, near })
}

/// `GET /clients/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
            let form = form_view(db, Some(id), &values_of(&client.draft))?.begun_on(client.version);
            edit_page(page, StatusCode::OK, &client, form, Vec::new())
        })
        .await
}

/// `POST /clients/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let staff = people::queries::staff(db)?;
            let form = form_view(db, Some(id), &sent.values())?.begun_on(client.version);
            let draft = match ClientDraft::parse(&sent, &staff, Some(&client.draft)) {
                Ok(draft) => draft,
                Err(invalid) => {
                    let form = form.as_sent(&sent).refused(invalid);
                    return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &client, form, Vec::new());
                }
            };
            if form.is_overtaken(&sent) {
                let by = audit::overtaken_by(db, page, "clients", id.0, Sensitivity::Public)?;
                let form = form.overtaken(&values_of(&client.draft), by);
                return edit_page(page, StatusCode::CONFLICT, &client, form, Vec::new());
            }
            if let Some((invalid, near)) = nearly_named(db, Some(&client), &draft, &sent)? {
                let form = form.as_sent(&sent).refused(invalid);
                return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &client, form, near);
            }
            queries::update(db, &page.visit, &client, &draft)?;
            redirect(&format!("/clients/{id}"), &format!("{} saved.", draft.client_name))
        })
        .await
}

/// Reads the picker of a client.
pub fn chosen_by_name(db: &mut Db, form: FormData, field: &str) -> Result<FormData> {
    // The two lookups do not overlap, which a cell has to tell the compiler.
    let db = std::cell::RefCell::new(db);
    let name_of = |id| Ok(queries::find(&mut db.borrow_mut(), ClientId(id))?.map(|client| client.draft.client_name));
    form.picked(field, name_of, |name| queries::named(&mut db.borrow_mut(), name))
}

/// `POST /clients/{id}/archive`: `archived=on` hides it, without it it comes back.
pub async fn archive(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let archived = sent.flag("archived");
            queries::set_archived(db, &page.visit, &client, archived)?;
            let done = if archived { "archived" } else { "back in the lists" };
            redirect(&format!("/clients/{id}"), &format!("{} is {done}.", client.draft.client_name))
        })
        .await
}
