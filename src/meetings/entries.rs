//! The entry of a client: one of a meeting marks its point as discussed, any other stands for itself.

use axum::http::StatusCode;
use axum::response::Response;

use super::{Meeting, PointState, Proposed, point_queries, queries};
use crate::access::TeamPass;
use crate::clients;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, MeetingId};
use crate::roundtable::pages::{EntryForm, Place};
use crate::roundtable::{EntryDraft, RoundtableEntry, queries as roundtable};
use crate::web::saving::{BegunOn, Saved, Saving, save};
use crate::web::{FormData, FormView, Id, Invalid, JsonObject, Page, Values, Writer, programs};

/// The entry form of a client at a meeting that is held.
struct AtMeeting {
    form: EntryForm,
    meeting: Meeting,
    /// The last entry of the client there.
    last: Option<RoundtableEntry>,
}

/// Where an entry of a meeting is written; saving leads back to its client, or on to the next. The form says which was
/// the last entry of the client there as it was begun: two who write on one client at once lose nothing to each other.
pub fn place(meeting: &Meeting, client: ClientId, last: Option<&RoundtableEntry>) -> Place {
    Place {
        meeting: Some((meeting.meeting_id, meeting.draft.meeting_date)),
        back: meeting.address_of(client),
        next: None,
        carried: vec![("meeting_id", meeting.meeting_id.to_string()), ("entry", id_of(last))],
    }
}

fn id_of(entry: Option<&RoundtableEntry>) -> String {
    // What is empty counts as not sent.
    entry.map_or_else(|| "none".into(), |entry| entry.history_id.to_string())
}

impl AtMeeting {
    fn new(db: &mut Db, pass: TeamPass, client: clients::Client, meeting: Meeting, sent: &FormData) -> Result<Self> {
        let last = roundtable::last_at(db, pass, client.client_id, meeting.meeting_id)?;
        let mut place = place(&meeting, client.client_id, last.as_ref());
        let is_late = sent.get("entry").is_some_and(|begun| begun != id_of(last.as_ref()));
        let meanwhile = last.clone().filter(|_| is_late || sent.has("amends"));
        if sent.get("then").as_deref() == Some("next") {
            let points = point_queries::list(db, pass, meeting.meeting_id)?;
            let mut after = points.iter().skip_while(|point| point.proposed.client_id != client.client_id).skip(1);
            place.next = after.next().map(|point| meeting.address_of(point.proposed.client_id));
            place.carried.push(("then", "next".into()));
        }
        if meanwhile.is_some() {
            place.carried.push(("amends", "on".into()));
        }
        if meeting.is_closed() {
            // Saved again, the words are kept outside it.
            place.carried.clear();
        }
        let form = EntryForm::new(pass, client, place, sent.clone()).after(meanwhile);
        Ok(Self { form, meeting, last })
    }
}

impl Saving for AtMeeting {
    type Draft = EntryDraft;

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        if self.meeting.is_closed() {
            let words = "This meeting is closed for good. Saved again, the entry is kept, and stands outside it.";
            return Ok(Some(words.into()));
        }
        self.form.gone(db)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<EntryDraft, Invalid>> {
        self.form.read(db, page, sent)
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("entry", id_of(self.last.as_ref()))])
    }

    fn saved(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<(Values, String)> {
        self.form.saved(db, page, sent)
    }

    fn made_from(&self, db: &mut Db, sent: &FormData) -> Result<Values> {
        self.form.made_from(db, sent)
    }

    fn write(&self, db: &mut Db, page: &Page, draft: EntryDraft) -> Result<Saved> {
        let (pass, meeting, client_id) = (self.form.pass, self.meeting.meeting_id, self.form.client.client_id);
        let mut point = point_queries::of_client(db, pass, meeting, client_id)?;
        if point.is_none() {
            let proposed = Proposed { client_id, reason: Some("Came up at the meeting".into()) };
            point_queries::add(db, &page.visit, pass, meeting, &proposed)?;
            point = point_queries::of_client(db, pass, meeting, client_id)?;
        }
        if let Some(point) = point {
            point_queries::set_state(db, &page.visit, pass, &point, (PointState::Discussed, None))?;
        }
        self.form.write(db, page, draft)
    }

    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        self.form.form(db, page, values)
    }

    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        self.form.show(db, page, status, form)
    }
}

/// Files an entry of a client, which is held, for a program: of a meeting, or outside any; its id.
pub fn create_for_program(
    db: &mut Db,
    page: &Page,
    client: clients::Client,
    meeting: Option<MeetingId>,
    sent: &JsonObject,
) -> Result<i64> {
    let pass = page.viewer().require_team()?;
    let form = FormData::of_pairs([], page.visit.today);
    let Some(meeting) = meeting else {
        let place = Place::of_client(client.client_id);
        return programs::create(db, page, &EntryForm::new(pass, client, place, form), Values::new(), sent);
    };
    let missing = || Invalid::one("meeting_id", "There is no such meeting.");
    let meeting = queries::find_held(db, pass, meeting)?.ok_or_else(missing)?;
    let day = Values::from([("meeting_date".to_owned(), meeting.draft.meeting_date.to_string())]);
    let kind = AtMeeting::new(db, pass, client, meeting, &form)?;
    programs::create(db, page, &kind, day, sent)
}

/// `POST /crm/roundtable/{client_id}`: with `meeting_id` an entry of that meeting; with `back=meeting` the agenda that
/// goes on outside any.
pub async fn create(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let Some(asked) = sent.get("meeting_id") else {
                let place = Place::outside(db, pass, id, &sent)?;
                let entry = EntryForm::new(pass, client, place, sent.clone());
                let response = save(db, page, &entry, &sent)?;
                return Ok(entry.answer(response));
            };
            let meeting = asked.parse().ok().map(MeetingId);
            let meeting = meeting.map(|id| queries::find_held(db, pass, id)).transpose()?.flatten();
            let meeting = meeting.ok_or(Error::NotFound)?;
            let day = meeting.draft.meeting_date.to_string();
            let sent =
                if sent.has("meeting_date") { sent.clone() } else { sent.clone().replaced("meeting_date", &day) };
            let entry = AtMeeting::new(db, pass, client, meeting, &sent)?;
            let response = save(db, page, &entry, &sent)?;
            Ok(entry.form.answer(response))
        })
        .await
}
