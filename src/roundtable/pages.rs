//! Entries: the form beside the previous three, all versions of a client's entries, corrections.

use std::cell::RefCell;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::json;

use super::entry_items::{self, Made};
use super::model::fields;
use super::{EntryDraft, RoundtableEntry, meeting, queries};
use crate::access::TeamPass;
use crate::action_items::origin_queries::Origin;
use crate::audit::Sensitivity;
use crate::clients::assessment::{self, Assessment, Judged};
use crate::clients::{self, AttentionRule, Client, Explained};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, HistoryId, MeetingId};
use crate::people::mentions;
use crate::records;
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    COUNTED, Day, FormData, FormView, Id, Invalid, JsonObject, PAGE_ROWS, Page, Query, Reader, Shell, Values, Writer,
    address, back_to_meeting, html, programs, values_of,
};

/// One entry as a page shows it.
pub struct Item {
    /// The entry.
    pub entry: RoundtableEntry,
    /// The day of the meeting.
    pub day: Day,
    /// The client's name, where entries of several stand together.
    pub client_name: String,
    /// The meeting on whose page it stands.
    pub meeting: Option<String>,
}

impl Item {
    /// Where it is corrected; that leads back to the meeting.
    pub fn correction(&self) -> String {
        let form = format!("/crm/entries/{}/correction", self.entry.history_id);
        address(&form, &[("back", self.meeting.as_deref().unwrap_or_default())])
    }
}

/// Entries with their days.
pub fn items(page: &Page, entries: Vec<RoundtableEntry>) -> Vec<Item> {
    let item = |entry: RoundtableEntry| Item {
        day: page.day(entry.draft.meeting_date),
        client_name: String::new(),
        meeting: None,
        entry,
    };
    entries.into_iter().map(item).collect()
}

/// The figures of a client at the table.
pub struct Standing {
    /// The client.
    pub client: Client,
    /// What the team judges of it.
    pub assessment: Assessment,
    /// How urgently it needs a contact.
    pub attention: Explained,
    /// The day of the last contact.
    pub last_contact: Option<Day>,
    /// The day of the next one.
    pub next_contact: Option<Day>,
}

/// What the table needs to know of a client.
pub fn standing(page: &Page, client: Client, judged: Option<Judged>) -> Standing {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let Judged { assessment, rhythm, .. } = judged.unwrap_or_default();
    Standing {
        assessment,
        attention: rule.explain(&client, Some(&rhythm)),
        last_contact: page.day_or_none(client.last_contact.last_contact_date),
        next_contact: page.day_or_none(client.planned.next_planned_contact_date),
        client,
    }
}

/// What the entry form of a meeting is begun on: the last entry of the client there, and the one that it is put
/// together with since both were shown.
pub const BEGUN_ON: [&str; 2] = ["entry", "amends"];

/// The entry form of a client where it stands, begun on the day of the meeting or on today.
pub fn form(page: &Page, client: ClientId, place: &Place) -> FormView {
    let day = place.meeting.map_or(page.visit.today, |(_, day)| day);
    let begun = Values::from([("meeting_date".to_owned(), day.to_string())]);
    let action = format!("/crm/roundtable/{client}");
    let form = FormView::new(action, "Save entry", &place.back, fields(&page.config.organisation)).filled(&begun);
    let form = form.beginning_with(|name| Some(begun.get(name).map_or("", String::as_str)));
    place.carried.iter().fold(form, |form, (name, value)| form.carrying(name, value))
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

/// Tells the colleagues of the team whom an entry names with “@”, and did not before.
fn tell_mentioned(
    db: &mut Db,
    page: &Page,
    id: HistoryId,
    before: Option<&EntryDraft>,
    after: &EntryDraft,
) -> Result<()> {
    fn texts(draft: &EntryDraft) -> [&str; 5] {
        draft.texts().map(|(_, text)| text.unwrap_or_default())
    }
    let (before, after) = (before.map(texts).unwrap_or_default(), texts(after));
    let about = json!({ "history_id": id });
    mentions::tell(db, &page.visit, (&before, &after), &about, |reader| reader.team().is_some())
}

fn entry_page(
    db: &mut Db,
    page: &Page,
    status: StatusCode,
    client: Client,
    form: FormView,
    corrects: Option<HistoryId>,
) -> Result<Response> {
    let pass = page.viewer().require_team()?;
    let id = client.client_id;
    let judged = assessment::find_judged(db, pass, id)?;
    let standing = standing(page, client, judged);
    let previous = items(page, queries::of_client(db, pass, id, 3)?);
    let name = &standing.client.draft.client_name;
    let title = if corrects.is_some() { format!("Correct entry: {name}") } else { format!("Roundtable entry: {name}") };
    let shell =
        page.shell(title, "roundtable").crumb("Roundtable", "/crm/roundtable").crumb(name, format!("/clients/{id}"));
    html(status, &EntryPage { shell, form, standing, previous, corrects })
}

/// The entry form of a client, which is held.
pub struct EntryForm {
    /// The pass with which it is written.
    pub pass: TeamPass,
    /// The client.
    pub client: Client,
    /// Where it stands.
    pub place: Place,
    /// The entry that another filed of the same client at the same meeting since the form was begun: what is saved is a
    /// new version of it.
    meanwhile: Option<RoundtableEntry>,
    /// What was sent, with the ticks beside its lines, and what became of them.
    sent: FormData,
    made: RefCell<Made>,
}

/// Where an entry is written, and where that leads.
#[derive(Default)]
pub struct Place {
    /// The meeting that it is of, and its day.
    pub meeting: Option<(MeetingId, NaiveDate)>,
    /// Where saving leads.
    pub back: String,
    /// Where it leads instead, once it is saved: to the next client.
    pub next: Option<String>,
    /// What a form there carries unseen.
    pub carried: Vec<(&'static str, String)>,
}

impl Place {
    /// On the page of a client.
    pub fn of_client(id: ClientId) -> Self {
        Self { back: format!("/clients/{id}"), ..Self::default() }
    }

    /// On the agenda that goes on outside any meeting, as the form says it; else on the page of the client.
    pub fn outside(db: &mut Db, pass: TeamPass, id: ClientId, sent: &FormData) -> Result<Self> {
        if sent.get("back").as_deref() != Some("meeting") {
            return Ok(Self::of_client(id));
        }
        let number = sent.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, COUNTED / PAGE_ROWS);
        let mut place = meeting::place(id, number);
        if sent.get("then").as_deref() == Some("next") {
            place.next = Some(meeting::address_after(db, pass, id, number)?);
            place.carried.push(("then", "next".into()));
        }
        Ok(place)
    }
}

impl EntryForm {
    /// The form as it begins, or as it was sent.
    pub fn new(pass: TeamPass, client: Client, place: Place, sent: FormData) -> Self {
        Self { pass, client, place, meanwhile: None, sent, made: RefCell::default() }
    }

    /// The same, put together with what another filed meanwhile.
    pub fn after(self, meanwhile: Option<RoundtableEntry>) -> Self {
        Self { meanwhile, ..self }
    }

    /// The answer of a save, which offers to take the items back that were made of its lines.
    pub fn answer(&self, response: Response) -> Response {
        self.made.take().offered_by(response)
    }
}

impl Saving for EntryForm {
    type Draft = EntryDraft;

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        clients::queries::gone(db, &self.client)
    }

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<EntryDraft, Invalid>> {
        Ok(EntryDraft::parse(self.pass, sent))
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let Some(entry) = &self.meanwhile else { return Ok((Values::new(), String::new())) };
        let by = saved_by(db, page, "roundtable_history", entry.history_id.0, Sensitivity::Team)?;
        Ok((values_of(&entry.draft), by))
    }

    /// A new entry begins with nothing; one that is put together with another's begins with that.
    fn made_from(&self, db: &mut Db, sent: &FormData) -> Result<Values> {
        let shown = sent.get("entry").filter(|_| sent.has("amends")).and_then(|id| id.parse().ok()).map(HistoryId);
        if let Some(entry) = shown.map(|id| queries::find(db, self.pass, id)).transpose()?.flatten() {
            return Ok(values_of(&entry.draft));
        }
        Ok(fields("").into_iter().map(|field| (field.name.to_owned(), String::new())).collect())
    }

    fn write(&self, db: &mut Db, page: &Page, draft: EntryDraft) -> Result<Saved> {
        let id = self.client.client_id;
        let meeting = self.place.meeting.map(|(meeting, _)| meeting);
        let entry = match &self.meanwhile {
            Some(before) => queries::supersede(db, &page.visit, self.pass, before, &draft)?,
            None => queries::insert(db, &page.visit, self.pass, (id, meeting), &draft)?,
        };
        tell_mentioned(db, page, entry, self.meanwhile.as_ref().map(|before| &before.draft), &draft)?;
        let earlier = self.meanwhile.as_ref().and_then(|before| before.draft.action_items.as_deref());
        let origin = Origin { history_id: Some(entry), meeting_id: meeting };
        let texts = (draft.action_items.as_deref(), earlier);
        let made = entry_items::make(db, page, self.pass, (id, origin), texts, &self.sent)?;
        let address = self.place.next.as_ref().unwrap_or(&self.place.back).clone();
        let message = format!("Entry for {} saved.{}", self.client.draft.client_name, made.in_words());
        self.made.replace(made);
        Ok(Saved { address, message, id: Some(entry.0) })
    }

    fn form(&self, _db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        Ok(form(page, self.client.client_id, &self.place).filled(values))
    }

    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        entry_page(db, page, status, self.client.clone(), form, None)
    }
}

/// `GET /crm/roundtable/{client_id}/new`
pub async fn new(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let sent = FormData::of_pairs([], page.visit.today);
            begin(db, page, &EntryForm::new(pass, client, Place::of_client(id), sent), &Values::new())
        })
        .await
}

/// The form that corrects an entry, whose client is held.
struct Correction {
    pass: TeamPass,
    entry: RoundtableEntry,
    /// The last of the versions that others corrected it to first.
    newer: Option<RoundtableEntry>,
    sent: FormData,
    made: RefCell<Made>,
}

impl Correction {
    /// The version that saving corrects.
    fn newest(&self) -> &RoundtableEntry {
        self.newer.as_ref().unwrap_or(&self.entry)
    }

    /// The page of the meeting where it was opened.
    fn meeting(&self) -> Option<String> {
        back_to_meeting(self.sent.get("back"))
    }

    /// Where saving leads.
    fn back(&self) -> String {
        self.meeting().unwrap_or_else(|| format!("/crm/roundtable/{}", self.entry.client_id))
    }
}

impl Saving for Correction {
    type Draft = EntryDraft;

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<EntryDraft, Invalid>> {
        Ok(EntryDraft::parse(self.pass, sent))
    }

    /// The version that is corrected stands in the address: a form sent there is begun on it.
    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("corrects", self.newest().history_id.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let newest = self.newest();
        let by = saved_by(db, page, "roundtable_history", newest.history_id.0, Sensitivity::Team)?;
        Ok((values_of(&newest.draft), by))
    }

    fn made_from(&self, _db: &mut Db, _sent: &FormData) -> Result<Values> {
        Ok(values_of(&self.entry.draft))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: EntryDraft) -> Result<Saved> {
        let id = queries::supersede(db, &page.visit, self.pass, self.newest(), &draft)?;
        tell_mentioned(db, page, id, Some(&self.newest().draft), &draft)?;
        let texts = (draft.action_items.as_deref(), self.newest().draft.action_items.as_deref());
        let origin = Origin { history_id: Some(id), meeting_id: self.entry.meeting_id };
        let origin = (self.entry.client_id, origin);
        let made = entry_items::make(db, page, self.pass, origin, texts, &self.sent)?;
        let address = self.back();
        let message = format!("Correction saved; the earlier version stays.{}", made.in_words());
        self.made.replace(made);
        Ok(Saved { address, message, id: Some(id.0) })
    }

    fn form(&self, _db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let action = format!("/crm/entries/{}/correction", self.newest().history_id);
        let fields = fields(&page.config.organisation);
        let form = FormView::new(action, "Save correction", self.back(), fields).filled(values);
        Ok(form.carrying_any("back", self.meeting()))
    }

    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let client = clients::queries::find(db, self.entry.client_id)?.ok_or(Error::NotFound)?;
        entry_page(db, page, status, client, form, Some(self.newest().history_id))
    }
}

/// Corrects an entry for a program; the id of the new version.
pub fn correct_for_program(db: &mut Db, page: &Page, pass: TeamPass, id: HistoryId, sent: &JsonObject) -> Result<i64> {
    let kind = correction(db, pass, id, FormData::of_pairs([], page.visit.today))?;
    programs::update(db, page, &kind, sent)
}

/// The correction of an entry whose client is held, as a form was sent there.
fn correction(db: &mut Db, pass: TeamPass, id: HistoryId, sent: FormData) -> Result<Correction> {
    let client = queries::find(db, pass, id)?.ok_or(Error::NotFound)?.client_id;
    records::queries::hold(db, client.into())?;
    let entry = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
    let mut newer = None;
    let mut next = entry.superseded_by;
    while let Some(version) = next.map(|next| queries::find(db, pass, next)).transpose()?.flatten() {
        next = version.superseded_by;
        newer = Some(version);
    }
    Ok(Correction { pass, entry, newer, sent, made: RefCell::default() })
}

/// `GET /crm/entries/{id}/correction`
pub async fn correct(reader: Reader, Id(id): Id<HistoryId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let back = query.get("back").map(|back| ("back".to_owned(), back.to_owned()));
            let entry = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let values = values_of(&entry.draft);
            let sent = FormData::of_pairs(back, page.visit.today);
            begin(db, page, &Correction { pass, entry, newer: None, sent, made: RefCell::default() }, &values)
        })
        .await
}

/// `POST /crm/entries/{id}/correction`: a new version; the earlier one stays readable.
pub async fn create_correction(writer: Writer, Id(id): Id<HistoryId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let sent = sent.clone().replaced("corrects", &id.to_string());
            let kind = correction(db, pass, id, sent.clone())?;
            let response = save(db, page, &kind, &sent)?;
            Ok(kind.made.into_inner().offered_by(response))
        })
        .await
}
