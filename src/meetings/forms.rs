//! The form of a meeting: a new one gets its agenda with it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::MINUTES;
use super::{Meeting, MeetingDraft, agenda, attendee_queries, queries};
use crate::access::TeamPass;
use crate::accounts;
use crate::audit::Sensitivity;
use crate::clients::AttentionRule;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{MeetingId, PersonnelId};
use crate::people::{self, Colleague, choices, several};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Reader, Shell, Values, Writer, html, programs,
    values_of,
};

#[derive(Template)]
#[template(path = "meetings/form.html")]
pub(super) struct FormPage {
    pub shell: Shell,
    pub form: FormView,
    /// Whether it makes a meeting, whose agenda is then proposed.
    pub is_new: bool,
}

/// The form of a new meeting, or of one that is held.
struct MeetingForm {
    pass: TeamPass,
    meeting: Option<Meeting>,
    /// Who is invited, and whether they came.
    held: Vec<(PersonnelId, bool)>,
}

/// What the form of a meeting says: its columns, and who is invited, where that is said.
struct Written {
    draft: MeetingDraft,
    invited: Option<Vec<PersonnelId>>,
}

impl MeetingForm {
    /// The form of a new meeting.
    fn blank(pass: TeamPass) -> Self {
        Self { pass, meeting: None, held: Vec::new() }
    }

    /// The form of a meeting that is held.
    fn of(db: &mut Db, pass: TeamPass, meeting: Meeting) -> Result<Self> {
        let held = attendee_queries::list(db, pass, meeting.meeting_id)?;
        Ok(Self { pass, meeting: Some(meeting), held })
    }

    fn invited(&self) -> impl Iterator<Item = PersonnelId> {
        self.held.iter().map(|(person, _)| *person)
    }

    /// The colleagues, and whoever is invited and none of them any more.
    fn staff(&self, db: &mut Db) -> Result<Vec<Colleague>> {
        let mut staff = people::queries::staff(db)?;
        let names = people::queries::names_beside(db, &staff, self.invited().map(Some))?;
        let is_other = |person: &PersonnelId| staff.iter().all(|one| one.personnel_id != *person);
        let others: Vec<PersonnelId> = self.invited().filter(is_other).collect();
        staff.extend(others.into_iter().map(|personnel_id| Colleague {
            personnel_id,
            full_name: names.of(Some(personnel_id)).unwrap_or_default(),
            is_active: false,
        }));
        Ok(staff)
    }

    /// The values of the meeting as its form shows them.
    fn values(&self) -> Result<Values> {
        let meeting = self.meeting.as_ref().ok_or(Error::NotFound)?;
        let mut values = values_of(&meeting.draft);
        values.insert(INVITED.into(), people::joined(self.invited()));
        Ok(values)
    }
}

/// The field of those who are invited; a program or form that does not name it invites the team.
const INVITED: &str = "invited";

impl Saving for MeetingForm {
    type Draft = Written;

    fn chosen(&self, _db: &mut Db, sent: FormData) -> Result<FormData> {
        Ok(sent.joined(INVITED))
    }

    fn gone(&self, _db: &mut Db) -> Result<Option<String>> {
        let is_closed = self.meeting.as_ref().is_some_and(Meeting::is_closed);
        Ok(is_closed.then(|| "This meeting was closed meanwhile, for good.".to_owned()))
    }

    fn read(&self, db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<Written, Invalid>> {
        let meeting = self.meeting.as_ref().map(|meeting| &meeting.draft);
        let held: Vec<PersonnelId> = self.invited().collect();
        let parsed = MeetingDraft::parse(sent, &people::queries::staff(db)?, meeting, &held);
        Ok(parsed.map(|(draft, invited)| Written { draft, invited }))
    }

    /// Who is invited, and who came, is noted beside the meeting, and moves its version nowhere.
    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        let Some(meeting) = &self.meeting else { return Ok(BegunOn::new()) };
        let person = |(person, came): &(PersonnelId, bool)| format!("{person}{}", if *came { "+" } else { "" });
        let people: Vec<String> = self.held.iter().map(person).collect();
        // What is empty counts as not sent.
        Ok(vec![("version", meeting.version.to_string()), ("people", format!(".{}", people.join(".")))])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let meeting = self.meeting.as_ref().ok_or(Error::NotFound)?;
        let by = saved_by(db, page, "meetings", meeting.meeting_id.0, Sensitivity::Team)?;
        Ok((self.values()?, by))
    }

    fn write(&self, db: &mut Db, page: &Page, Written { draft, invited }: Written) -> Result<Saved> {
        let Some(meeting) = &self.meeting else {
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let points = agenda::propose(db, self.pass, &rule, page.visit.today)?;
            let invited = match invited {
                Some(invited) => invited,
                None => accounts::queries::team_members(db, self.pass)?,
            };
            let id = queries::insert(db, &page.visit, self.pass, &draft, (&points, &invited))?;
            let message = format!("{} prepared: {} on the agenda.", draft.title, clients_in_words(points.len()));
            return Ok(Saved { address: format!("/crm/meetings/{id}"), message, id: Some(id.0) });
        };
        queries::update(db, &page.visit, self.pass, meeting, &draft)?;
        if let Some(invited) = invited {
            let mut wanted = self.held.clone();
            wanted.retain(|(person, _)| invited.contains(person));
            let known: Vec<PersonnelId> = wanted.iter().map(|(person, _)| *person).collect();
            wanted.extend(invited.into_iter().filter(|person| !known.contains(person)).map(|person| (person, false)));
            attendee_queries::set(db, &page.visit, self.pass, meeting.meeting_id, &wanted)?;
        }
        let id = Some(meeting.meeting_id.0);
        Ok(Saved { address: meeting.address(), message: format!("{} saved.", draft.title), id })
    }

    fn form(&self, db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let fields = fields(&self.staff(db)?, values);
        let (action, save, back) = match &self.meeting {
            Some(meeting) => (format!("{}/edit", meeting.address()), "Save meeting", meeting.address()),
            None => ("/crm/meetings/new".into(), "Prepare meeting", "/crm/roundtable".into()),
        };
        Ok(FormView::new(action, save, back, fields).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = match &self.meeting {
            Some(meeting) => page.shell("Edit meeting", "roundtable").crumb(&meeting.draft.title, meeting.address()),
            None => page.shell("Prepare a meeting", "roundtable").crumb("Meetings", "/crm/meetings"),
        };
        html(status, &FormPage { shell, form, is_new: self.meeting.is_none() })
    }
}

/// The fields of a meeting.
pub fn fields(staff: &[Colleague], values: &Values) -> Vec<Field> {
    vec![
        Field::new("title", "Title", Input::Line).required(),
        Field::new("meeting_date", "Date", Input::Date).required(),
        Field::new("note_taker", "Note-taker", Input::Select(choices(staff, values, "note_taker"))),
        Field::new("minutes_each", "Minutes for each client", Input::Number)
            .within(MINUTES)
            .hint("What the time of a client is measured against, quietly."),
        Field::new(INVITED, "Invited", several(staff, values, INVITED)),
    ]
}

/// Makes a meeting with its agenda for a program.
pub fn create_for_program(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<i64> {
    let pass = page.viewer().require_team()?;
    programs::create(db, page, &MeetingForm::blank(pass), Values::new(), sent)
}

/// Changes a meeting for a program.
pub fn update_for_program(db: &mut Db, page: &Page, id: MeetingId, sent: &JsonObject) -> Result<i64> {
    let pass = page.viewer().require_team()?;
    let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
    let kind = MeetingForm::of(db, pass, meeting)?;
    programs::update(db, page, &kind, sent)
}

/// E.g. “1 client”, “30 clients”.
pub fn clients_in_words(number: usize) -> String {
    format!("{number} client{}", if number == 1 { "" } else { "s" })
}

/// `GET /crm/meetings/new`
pub async fn new(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let pass = page.viewer().require_team()?;
            let today = page.day(page.visit.today);
            let staff = people::queries::staff(db)?;
            let mut invited = accounts::queries::team_members(db, pass)?;
            invited.retain(|person| people::may_hold(&staff, *person, None));
            let values = Values::from([
                ("title".to_owned(), format!("Roundtable of {}", today.full())),
                ("meeting_date".to_owned(), today.date.to_string()),
                ("note_taker".to_owned(), page.viewer().personnel_id.map(|id| id.to_string()).unwrap_or_default()),
                ("minutes_each".to_owned(), super::model::MINUTES_EACH.to_string()),
                (INVITED.to_owned(), people::joined(invited)),
            ]);
            begin(db, page, &MeetingForm::blank(pass), &values)
        })
        .await
}

/// `POST /crm/meetings/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            save(db, page, &MeetingForm::blank(pass), &sent)
        })
        .await
}

/// `GET /crm/meetings/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<MeetingId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            queries::refuse_closed(&meeting)?;
            let kind = MeetingForm::of(db, pass, meeting)?;
            let values = kind.values()?;
            begin(db, page, &kind, &values)
        })
        .await
}

/// `POST /crm/meetings/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<MeetingId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            let kind = MeetingForm::of(db, pass, meeting)?;
            save(db, page, &kind, &sent)
        })
        .await
}
