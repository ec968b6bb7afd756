//! Meetings as records that files are kept with, all of them the NED Team's. A closed one still gets what comes after.

use super::{Meeting, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::{Home, Place};
use crate::ids::MeetingId;
use crate::web::Page;

/// The meeting of that id, for the team.
pub fn place(db: &mut Db, page: &Page, id: i64, is_held: bool) -> Result<Place> {
    let (pass, id) = (page.viewer().require_team()?, MeetingId(id));
    let meeting = if is_held { queries::find_held(db, pass, id)? } else { queries::find(db, pass, id)? };
    Ok(place_of(&meeting.ok_or(Error::NotFound)?))
}

/// A meeting that was read.
pub fn place_of(meeting: &Meeting) -> Place {
    let name = meeting.draft.title.clone();
    Place { home: Home::Meeting(meeting.meeting_id), name, is_confidential: false, gone: None }
}
