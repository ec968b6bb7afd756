//! The assessment form of a client: NED Team only.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Assessment, ClientPriority, ClientStatus, REASON, RHYTHM, RelationshipStrength, queries};
use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::{Client, ClientId, queries as clients};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Query, Reader, Shell, Values, Writer,
    back_to_meeting, html, programs, values_of,
};

#[derive(Template)]
#[template(path = "clients/assessment/form.html")]
struct AssessmentPage {
    shell: Shell,
    form: FormView,
}

/// The assessment of a client that is held.
struct AssessmentForm {
    pass: TeamPass,
    client: Client,
    /// The page of a meeting where it was opened.
    meeting: Option<String>,
}

impl AssessmentForm {
    fn id(&self) -> ClientId {
        self.client.client_id
    }

    /// Where saving leads.
    fn back(&self) -> String {
        self.meeting.clone().unwrap_or_else(|| format!("/clients/{}", self.id()))
    }
}

/// What is judged now, without the reason of the last change.
fn judged(assessment: &Assessment) -> Values {
    let mut values = values_of(assessment);
    values.remove(REASON);
    values
}

impl Saving for AssessmentForm {
    type Draft = Assessment;

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        clients::gone(db, &self.client)
    }

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<Assessment, Invalid>> {
        Ok(Assessment::parse(self.pass, sent))
    }

    fn begun_on(&self, db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", queries::version(db, self.pass, self.id())?.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let saved = queries::find(db, self.pass, self.id())?.ok_or(Error::NotFound)?;
        let by = saved_by(db, page, "clients", self.id().0, Sensitivity::Team)?;
        Ok((judged(&saved), by))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Assessment) -> Result<Saved> {
        let before = queries::find(db, self.pass, self.id())?.ok_or(Error::NotFound)?;
        // A reason may come after what it was given for; nothing is no reason.
        if !draft.says_as(&before) || draft.assessment_reason.is_some() {
            queries::update(db, &page.visit, self.pass, self.id(), &draft)?;
        }
        let message = format!("Assessment of {} saved", self.client.draft.client_name);
        Ok(Saved { address: self.back(), message, id: Some(self.id().0) })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let action = format!("/clients/{}/assessment", self.id());
        let form = FormView::new(action, "Save assessment", self.back(), fields(self.pass)).filled(values);
        Ok(form.carrying_any("back", self.meeting.as_deref()))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let name = &self.client.draft.client_name;
        let shell =
            page.shell(format!("Assessment of {name}"), "clients").crumb(name, format!("/clients/{}", self.id()));
        html(status, &AssessmentPage { shell, form })
    }
}

/// The fields of an assessment.
pub fn fields(_pass: TeamPass) -> Vec<Field> {
    vec![
        Field::new(
            "relationship_strength",
            "Relationship strength",
            Input::Select(Choice::all::<RelationshipStrength>()),
        ),
        Field::new("client_priority", "Priority", Input::Select(Choice::all::<ClientPriority>())),
        Field::new("client_status", "Status", Input::Select(Choice::all::<ClientStatus>())),
        Field::new("rhythm_days", "Rhythm", Input::Number)
            .within(RHYTHM)
            .hint("Days between contacts. Left empty, that of the priority holds."),
        Field::new("relationship_notes", "Strategy notes", Input::Area(8)).hint("Only the NED Team can read this."),
        Field::new(REASON, "Reason for the change", Input::Line)
            .hint("One line, for those who ask in a year why it was judged so."),
    ]
}

/// Changes the assessment of a client for a program.
pub fn update_for_program(db: &mut Db, page: &Page, pass: TeamPass, id: ClientId, sent: &JsonObject) -> Result<i64> {
    let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
    programs::update(db, page, &AssessmentForm { pass, client, meeting: None }, sent)
}

/// Judges a client, one of many, by values as the form sends them, or by those that are empty; whether it was judged
/// otherwise.
pub fn amend(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    id: ClientId,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
    let held = judged(&queries::find(db, pass, id)?.ok_or(Error::NotFound)?);
    let was = |name: &str| held.get(name).map(String::as_str).unwrap_or_default();
    let is_taken = |name: &str, value: &str| was(name) != value && (!only_empty || was(name).is_empty());
    let mut taken = given.clone();
    taken.retain(|name, value| name == REASON || is_taken(name, value));
    // A reason alone is none for what stands already.
    if taken.keys().all(|name| name == REASON) {
        return Ok(false);
    }
    programs::amend(db, page, &AssessmentForm { pass, client, meeting: None }, &taken, false)
}

/// `GET /clients/{id}/assessment`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = back_to_meeting(query.get("back"));
            let client = clients::find(db, id)?.ok_or(Error::NotFound)?;
            let assessment = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            begin(db, page, &AssessmentForm { pass, client, meeting }, &judged(&assessment))
        })
        .await
}

/// `POST /clients/{id}/assessment`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
            let meeting = back_to_meeting(sent.get("back"));
            save(db, page, &AssessmentForm { pass, client, meeting }, &sent)
        })
        .await
}
