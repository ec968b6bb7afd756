//! What is done with a file that was brought: rehearsed, taken, taken back.

use axum::http::StatusCode;
use axum::response::Response;

use super::files::{Files, Progress};
use super::job::{Act, Asked};
use super::kinds::fields;
use super::model::{Import, State};
use super::pages::refuse;
use super::queries;
use super::sent::{missing, settings_of};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ImportId;
use crate::web::{FormData, Id, Page, Writer, redirect};

/// `POST /import/{id}/rehearse`: tells what would come of it; nothing changes.
pub async fn rehearse(writer: Writer, Id(id): Id<ImportId>, form: FormData) -> Result<Response> {
    carry_out(writer, id, Act::Rehearse, form).await
}

/// `POST /import/{id}/run`: takes the rows.
pub async fn run(writer: Writer, Id(id): Id<ImportId>, form: FormData) -> Result<Response> {
    carry_out(writer, id, Act::Run, form).await
}

/// `POST /import/{id}/undo`: takes back what was taken, all of it or nothing.
pub async fn undo(writer: Writer, Id(id): Id<ImportId>, form: FormData) -> Result<Response> {
    carry_out(writer, id, Act::Undo, form).await
}

async fn carry_out(writer: Writer, id: ImportId, act: Act, form: FormData) -> Result<Response> {
    let asked = Asked::of(&writer)?;
    let response = writer.write(move |db, page| begin(db, page, id, act, &form)).await?;
    if response.status() == StatusCode::SEE_OTHER {
        asked.carry_out(id, act).await?;
    }
    Ok(response)
}

/// Notes that the work begins, unless another is at it or something is missing.
fn begin(db: &mut Db, page: &Page, id: ImportId, act: Act, form: &FormData) -> Result<Response> {
    queries::hold(db, id)?;
    let found = match act {
        Act::Undo => queries::find_taken(db, page.viewer(), id)?,
        Act::Rehearse | Act::Run => queries::find(db, page.viewer(), id)?,
    };
    let mut import = found.ok_or(Error::NotFound)?;
    let files = Files::of(&page.config, &import);
    if import.state.is_at_work() && Progress::of(&files.progress).is_some() {
        return Err(Error::Refused("This import is under way. Look at it again in a moment.".into()));
    }
    if let Some(words) = obstacle(&import, act, &files) {
        return Err(Error::Refused(words.into()));
    }
    if act != Act::Undo {
        let fields = fields(db, page, import.kind)?;
        let settings = match settings_of(form, &import, &fields) {
            Ok(settings) => settings,
            Err(words) => return refuse(db, page, import, words),
        };
        queries::set_settings(db, id, &settings)?;
        import.settings = settings;
        if let Some(words) = missing(&import, &fields) {
            return refuse(db, page, import, words);
        }
    }
    queries::set_state(db, id, act.state())?;
    Progress::announce(&files.progress)?;
    redirect(&format!("/import/{id}"), "")
}

/// What speaks against it, as far as the import is by now.
fn obstacle(import: &Import, act: Act, files: &Files) -> Option<&'static str> {
    let is_taken = import.state == State::Done || (import.state == State::Undoing && import.change_id.is_some());
    match act {
        Act::Undo if !is_taken => Some("There is nothing to undo: these rows were not imported."),
        Act::Undo if import.change_id.is_none() => Some("There is nothing to undo: this import changed nothing."),
        Act::Undo => None,
        Act::Rehearse | Act::Run if is_taken => {
            Some("This file was imported already. Bring it again to import it anew.")
        }
        Act::Rehearse | Act::Run if !files.rows.exists() => {
            Some("The rows of this file are no longer kept. Bring it again.")
        }
        Act::Rehearse | Act::Run => None,
    }
}
