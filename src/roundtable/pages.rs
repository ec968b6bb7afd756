//! Entries: the form beside the previous three, all versions of a client's entries, corrections.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::fields;
use super::{EntryDraft, RoundtableEntry, meeting, queries};
use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, Attention, AttentionRule, Client};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, HistoryId};
use crate::records::{self, RecordKind, RecordRef};
use crate::web::saving::saved_by;
use crate::web::{Day, FormData, FormView, Id, Page, Reader, Shell, Values, Writer, html, redirect, values_of};

/// One entry as a page shows it.
pub struct Item {
    /// The entry.
    pub entry: RoundtableEntry,
    /// The day of the meeting.
    pub day: Day,
    /// The client's name, where entries of several stand together.
    pub client_name: String,
}

/// Entries with their days.
pub fn items(page: &Page, entries: Vec<RoundtableEntry>) -> Vec<Item> {
    let item =
        |entry: RoundtableEntry| Item { day: page.day(entry.draft.meeting_date), client_name: String::new(), entry };
    entries.into_iter().map(item).collect()
}

/// The figures of a client at the table.
pub struct Standing {
    /// The client.
    pub client: Client,
    /// What the team judges of it.
    pub assessment: Assessment,
    /// How urgently it needs a contact.
    pub attention: Attention,
    /// The day of the last contact.
    pub last_contact: Option<Day>,
    /// The day of the next one.
    pub next_contact: Option<Day>,
}

/// What the table needs to know of a client.
pub fn standing(db: &mut Db, page: &Page, pass: TeamPass, id: ClientId) -> Result<Standing> {
    let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
    let rule = AttentionRule::new(&page.config, page.visit.today);
    Ok(Standing {
        assessment: assessment::find(db, pass, id)?.unwrap_or_default(),
        attention: rule.of(client.last_contact.last_contact_date),
        last_contact: page.day_or_none(client.last_contact.last_contact_date),
        next_contact: page.day_or_none(client.planned.next_planned_contact_date),
        client,
    })
}

/// The entry form of a client; `back` is where saving leads.
pub fn form(page: &Page, client: ClientId, back: &str) -> FormView {
    let today = Values::from([("meeting_date".to_owned(), page.visit.today.to_string())]);
    let action = format!("/crm/roundtable/{client}");
    FormView::new(action, "Save entry", back, fields(&page.config.organisation)).filled(&today)
}

#[derive(Template)]
#[template(path = "roundtable/form.html")]
struct EntryPage {
    shell: Shell,
    form: FormView,
    standing: Standing,
    previous: Vec<Item>,
    /// The entry that is corrected.
    corrects: Option<HistoryId>,
}

fn entry_page(
    db: &mut Db,
    page: &Page,
    status: StatusCode,
    client: ClientId,
    form: FormView,
    corrects: Option<HistoryId>,
) -> Result<Response> {
    let pass = page.viewer().require_team()?;
    let standing = standing(db, page, pass, client)?;
    let previous = items(page, queries::of_client(db, pass, client, 3)?);
    let name = &standing.client.draft.client_name;
    let title = if corrects.is_some() { format!("Correct entry: {name}") } else { format!("Roundtable entry: {name}") };
    let shell = page
        .shell(title, "roundtable")
        .crumb("Roundtable", "/crm/roundtable")
        .crumb(name, format!("/clients/{client}"));
    html(status, &EntryPage { shell, form, standing, previous, corrects })
}

/// `GET /crm/roundtable/{client_id}/new`
pub async fn new(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let form = form(page, id, &format!("/clients/{id}"));
            entry_page(db, page, StatusCode::OK, id, form, None)
        })
        .await
}

/// `POST /crm/roundtable/{client_id}`: with `back=meeting` the meeting goes on.
pub async fn create(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            // Where the meeting stood, to go on there.
            let meeting = (sent.get("back").as_deref() == Some("meeting"))
                .then(|| sent.get("page").and_then(|text| text.parse::<i64>().ok()).unwrap_or(1));
            let back = meeting.map_or_else(|| format!("/clients/{id}"), |number| meeting::address_of(id, number));
            match EntryDraft::parse(pass, &sent) {
                Ok(draft) => {
                    queries::insert(db, &page.visit, pass, id, &draft)?;
                    redirect(&back, &format!("Entry for {} saved.", client.draft.client_name))
                }
                Err(invalid) => {
                    let mut form = form(page, id, &back).filled(&sent.values()).refused(invalid);
                    if let Some(number) = meeting {
                        form = meeting::going_on(form, number);
                    }
                    entry_page(db, page, StatusCode::UNPROCESSABLE_ENTITY, id, form, None)
                }
            }
        })
        .await
}

/// The form that corrects an entry.
fn correction_form(page: &Page, entry: &RoundtableEntry, values: &Values) -> FormView {
    let (id, client) = (entry.history_id, entry.client_id);
    let action = format!("/crm/entries/{id}/correction");
    let back = format!("/crm/roundtable/{client}");
    FormView::new(action, "Save correction", back, fields(&page.config.organisation)).filled(values)
}

/// `GET /crm/entries/{id}/correction`
pub async fn correct(reader: Reader, Id(id): Id<HistoryId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let entry = queries::find(db, page.viewer().require_team()?, id)?.ok_or(Error::NotFound)?;
            let form = correction_form(page, &entry, &values_of(&entry.draft));
            entry_page(db, page, StatusCode::OK, entry.client_id, form, Some(id))
        })
        .await
}

/// `POST /crm/entries/{id}/correction`: a new version; the earlier one stays readable.
pub async fn create_correction(writer: Writer, Id(id): Id<HistoryId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = queries::find(db, pass, id)?.ok_or(Error::NotFound)?.client_id;
            records::queries::hold(db, RecordRef { kind: RecordKind::Client, id: client.0 })?;
            let entry = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let view = correction_form(page, &entry, &sent.values());
            let draft = match EntryDraft::parse(pass, &sent) {
                Ok(draft) => draft,
                Err(invalid) => {
                    let view = view.refused(invalid);
                    return entry_page(db, page, StatusCode::UNPROCESSABLE_ENTITY, client, view, Some(id));
                }
            };
            if let Some(newer) = entry.superseded_by {
                // Someone corrected it first: both versions are shown, and saving again corrects the newer one.
                let newer = queries::find(db, pass, newer)?.ok_or(Error::NotFound)?;
                let by = saved_by(db, page, "roundtable_history", newer.history_id.0, Sensitivity::Team)?;
                let view = correction_form(page, &newer, &sent.values()).in_conflict(&values_of(&newer.draft), by);
                return entry_page(db, page, StatusCode::CONFLICT, client, view, Some(newer.history_id));
            }
            queries::supersede(db, &page.visit, pass, &entry, &draft)?;
            redirect(&format!("/crm/roundtable/{client}"), "Correction saved; the earlier version stays.")
        })
        .await
}

#[derive(Template)]
#[template(path = "roundtable/history.html")]
struct HistoryPage {
    shell: Shell,
    client: Client,
    items: Vec<Item>,
}

/// `GET /crm/roundtable/{client_id}`: all entries of a client, earlier versions included.
pub async fn of_client(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let items = items(page, queries::history(db, pass, id)?);
            let name = &client.draft.client_name;
            let shell =
                page.shell(format!("Roundtable history of {name}"), "roundtable").crumb(name, format!("/clients/{id}"));
            html(StatusCode::OK, &HistoryPage { shell, client, items })
        })
        .await
}
