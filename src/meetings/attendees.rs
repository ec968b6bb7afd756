//! Who is invited to a meeting, and who came.

use axum::response::Response;

use super::{Meeting, attendee_queries, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{MeetingId, PersonnelId};
use crate::people::{self, Colleague};
use crate::web::{FormData, Id, Writer, redirect};

/// The people of a meeting, and the colleagues who could be.
pub struct Attendees {
    /// Everyone who is invited, and then the other colleagues.
    pub people: Vec<Attendee>,
    /// Who takes the minutes.
    pub note_taker: Option<String>,
}

/// One person.
pub struct Attendee {
    pub personnel_id: PersonnelId,
    pub name: String,
    pub is_invited: bool,
    pub is_present: bool,
}

impl Attendees {
    /// Those of a meeting.
    pub fn of(db: &mut Db, held: Vec<(PersonnelId, bool)>, meeting: &Meeting, staff: &[Colleague]) -> Result<Self> {
        let involved = held.iter().map(|(person, _)| Some(*person)).chain([meeting.draft.note_taker]);
        let names = people::queries::names_beside(db, staff, involved)?;
        let mut people: Vec<Attendee> = held
            .iter()
            .map(|&(personnel_id, is_present)| Attendee {
                personnel_id,
                name: names.of(Some(personnel_id)).unwrap_or_default(),
                is_invited: true,
                is_present,
            })
            .collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        let is_other = |id: PersonnelId| held.iter().all(|(person, _)| *person != id);
        let others = staff.iter().filter(|person| person.is_active && is_other(person.personnel_id));
        people.extend(others.map(|person| Attendee {
            personnel_id: person.personnel_id,
            name: person.full_name.clone(),
            is_invited: false,
            is_present: false,
        }));
        Ok(Self { people, note_taker: names.of(meeting.draft.note_taker) })
    }

    /// Those who are invited or came.
    pub fn invited(&self) -> impl Iterator<Item = &Attendee> {
        self.people.iter().filter(|person| person.is_invited)
    }

    /// The colleagues who are not.
    pub fn others(&self) -> impl Iterator<Item = &Attendee> {
        self.people.iter().filter(|person| !person.is_invited)
    }

    /// How many came, and how many were asked to.
    pub fn counts(&self) -> (usize, usize) {
        (self.invited().filter(|person| person.is_present).count(), self.invited().count())
    }

    /// The names of those who came, or did not.
    pub fn names(&self, is_present: bool) -> String {
        let names = self.invited().filter(|person| person.is_present == is_present).map(|person| person.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }
}

/// `POST /crm/meetings/{id}/attendees`: `invited` and `present`, each as often as there are people; who came is
/// invited.
pub async fn update(writer: Writer, Id(id): Id<MeetingId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            queries::refuse_closed(&meeting)?;
            let held: Vec<PersonnelId> =
                attendee_queries::list(db, pass, id)?.into_iter().map(|(person, _)| person).collect();
            let staff = people::queries::staff(db)?;
            let may_come = |person: &PersonnelId| held.contains(person) || people::may_hold(&staff, *person, None);
            let ids = |name: &str| -> Vec<PersonnelId> {
                sent.all(name).filter_map(|text| text.parse().ok()).map(PersonnelId).filter(may_come).collect()
            };
            let present = ids("present");
            let mut wanted: Vec<(PersonnelId, bool)> = present.iter().map(|person| (*person, true)).collect();
            wanted.extend(ids("invited").into_iter().filter(|one| !present.contains(one)).map(|one| (one, false)));
            wanted.sort_unstable();
            wanted.dedup_by_key(|(person, _)| *person);
            attendee_queries::set(db, &page.visit, pass, id, &wanted)?;
            let back = if sent.get("back").as_deref() == Some("agenda") { "/agenda" } else { "" };
            redirect(&format!("{}{back}", meeting.address()), "Who is there is noted.")
        })
        .await
}
