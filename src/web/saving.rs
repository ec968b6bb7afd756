//! Saving: every form that is sent goes the same way. What a kind of record brings is its form, its draft and its
//! queries.

use axum::http::StatusCode;
use axum::response::Response;

use super::{FormData, FormView, Invalid, Near, Page, Values, keeping, redirect, three_way};
use crate::audit::{self, Sensitivity};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::sessions;

/// What a form was begun on, as it carries it unseen: names and values, such as the version of the record.
pub type BegunOn = Vec<(&'static str, String)>;

/// Where a save leads, and the message that is shown there.
pub struct Saved {
    /// The address.
    pub address: String,
    /// The message.
    pub message: String,
    /// The id of what was written, where programs write it too.
    pub id: Option<i64>,
}

/// One form of one record, which is held; a value of it lives for one save.
pub trait Saving {
    /// What the form says once it is read.
    type Draft;

    /// The form with the ids of the records whose names were typed in its pickers.
    fn chosen(&self, _db: &mut Db, sent: FormData) -> Result<FormData> {
        Ok(sent)
    }

    /// Where the record went that the form is about, if it was merged or archived meanwhile.
    fn gone(&self, _db: &mut Db) -> Result<Option<String>> {
        Ok(None)
    }

    /// Reads what was sent, and looks up what only the database knows.
    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Self::Draft, Invalid>>;

    /// What a form is begun on now; nothing for one that makes a record.
    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(BegunOn::new())
    }

    /// What is saved now and who saved it, for whoever comes second.
    fn saved(&self, _db: &mut Db, _page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        Ok((Values::new(), String::new()))
    }

    /// What the form was begun with, where that is still kept as it was.
    fn made_from(&self, _db: &mut Db, _sent: &FormData) -> Result<Values> {
        Ok(Values::new())
    }

    /// Records whose name may mean the same; not asked for once that is confirmed.
    fn near(&self, _db: &mut Db, _draft: &Self::Draft) -> Result<Option<(Invalid, Near)>> {
        Ok(None)
    }

    /// Writes what was read.
    fn write(&self, db: &mut Db, page: &Page, draft: Self::Draft) -> Result<Saved>;

    /// The form with these values.
    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView>;

    /// The page around the form.
    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response>;
}

/// What came of a save.
enum Outcome {
    /// It is written, and a sentence on what someone else saved meanwhile.
    Written(Saved, String),
    /// The record is no longer there to be changed.
    Gone(String),
    /// Fields that someone else changed too.
    Conflict(FormView),
    Refused(Invalid),
    /// The name may be another's, and is to be confirmed.
    Near(Invalid, Near),
}

/// Saves what a form says, or shows it again with everything that was typed: 422 for wrong input and near names, 409
/// for fields that someone else changed too since it was begun (product.md §5), and on a record that is no longer there
/// to be changed. Where a unique rule is hit by another at the same moment, the work runs again (`Database::write`) and
/// meets the other's row as it reads.
pub fn save<S: Saving>(db: &mut Db, page: &Page, kind: &S, sent: &FormData) -> Result<Response> {
    let newest = kind.begun_on(db, page)?;
    let (sent, outcome) = attempt(db, page, kind, sent.clone(), &newest)?;
    let again = |db: &mut Db, invalid| as_sent(db, page, kind, &sent, &newest).map(|form| form.refused(invalid));
    let (status, form) = match outcome {
        Outcome::Written(Saved { address, message, .. }, meanwhile) => {
            keeping::filed(db, page, &sent)?;
            let said = [message.trim_end_matches('.'), &meanwhile].join(". ");
            return redirect(&address, if meanwhile.is_empty() { &message } else { &said });
        }
        Outcome::Gone(words) => (StatusCode::CONFLICT, again(db, Invalid::one("", words))),
        Outcome::Conflict(form) => (StatusCode::CONFLICT, Ok(form)),
        Outcome::Refused(invalid) => (StatusCode::UNPROCESSABLE_ENTITY, again(db, invalid)),
        Outcome::Near(invalid, near) => {
            (StatusCode::UNPROCESSABLE_ENTITY, again(db, invalid).map(|form| form.near(near)))
        }
    };
    kind.show(db, page, status, form?)
}

/// Saves the same way for a program, to which a refusal is a problem: as an error, it takes back whatever was written
/// before it in the same request.
pub fn save_for_program<S: Saving>(db: &mut Db, page: &Page, kind: &S, sent: FormData) -> Result<Saved> {
    let newest = kind.begun_on(db, page)?;
    match attempt(db, page, kind, sent, &newest)?.1 {
        Outcome::Written(saved, _) => Ok(saved),
        Outcome::Gone(words) => Err(Error::Refused(words)),
        Outcome::Conflict(_) => Err(Error::conflict()),
        Outcome::Refused(invalid) => Err(invalid.into()),
        Outcome::Near(Invalid(errors), near) => {
            Err(Error::Near(errors.into_iter().map(|error| (error.field, error.message)).collect(), near))
        }
    }
}

/// Saves a form, and gives it back as it was read.
fn attempt<S: Saving>(
    db: &mut Db,
    page: &Page,
    kind: &S,
    sent: FormData,
    newest: &BegunOn,
) -> Result<(FormData, Outcome)> {
    let sent = kind.chosen(db, sent)?;
    if let Some(words) = kind.gone(db)? {
        return Ok((sent, Outcome::Gone(words)));
    }
    let (sent, meanwhile) = match with_newest(db, page, kind, sent.clone(), newest)? {
        Ok(merged) => merged,
        Err(form) => return Ok((sent, Outcome::Conflict(form))),
    };
    let draft = match kind.read(db, page, &sent)? {
        Ok(draft) => draft,
        Err(invalid) => return Ok((sent, Outcome::Refused(invalid))),
    };
    if !sent.flag("name_confirmed")
        && let Some((invalid, near)) = kind.near(db, &draft)?
    {
        return Ok((sent, Outcome::Near(invalid, near)));
    }
    let saved = kind.write(db, page, draft)?;
    Ok((sent, Outcome::Written(saved, meanwhile)))
}

/// The form with everything that was sent, on what it was begun on.
fn as_sent<S: Saving>(db: &mut Db, page: &Page, kind: &S, sent: &FormData, newest: &BegunOn) -> Result<FormView> {
    let carried = newest.iter().map(|(name, value)| (*name, sent.get(name).unwrap_or_else(|| value.clone())));
    let form = keeping::going_on(kind.form(db, page, &sent.values())?.begun_on(carried), sent);
    Ok(match sent.get(three_way::BEGUN) {
        Some(marks) => form.carrying(three_way::BEGUN, marks),
        None => form,
    })
}

/// What was sent together with what someone else saved since, and a sentence on it; or the form with the fields that
/// both changed.
fn with_newest<S: Saving>(
    db: &mut Db,
    page: &Page,
    kind: &S,
    sent: FormData,
    newest: &BegunOn,
) -> Result<Result<(FormData, String), FormView>> {
    let is_late = newest.iter().any(|(name, value)| sent.get(name).is_some_and(|carried| carried != *value));
    if !is_late && !sent.values().keys().any(|name| name.starts_with(&three_way::taken(""))) {
        return Ok(Ok((sent, String::new())));
    }
    let (saved, by) = kind.saved(db, page, &sent)?;
    let form = kind.form(db, page, &sent.values())?;
    let made_from = kind.made_from(db, &sent)?;
    let merged = three_way::merge(&form, sent, &saved, &made_from);
    if merged.collisions.is_empty() {
        let words = if is_late && merged.took { format!("{by} Both changes are kept.") } else { String::new() };
        return Ok(Ok((merged.form, words)));
    }
    // Whoever saves again has seen what was saved meanwhile.
    let form = kind.form(db, page, &merged.form.values())?.begun_on(newest.clone());
    let form = keeping::going_on(form, &merged.form).beginning_with(|name| saved.get(name).map(String::as_str));
    Ok(Err(form.in_conflict(&merged.collisions, &saved, by)))
}

/// The form of a record as it begins.
pub fn begin<S: Saving>(db: &mut Db, page: &Page, kind: &S, values: &Values) -> Result<Response> {
    let begun_on = kind.begun_on(db, page)?;
    let names: Vec<_> = begun_on.iter().map(|(name, _)| *name).collect();
    let mut form = kind.form(db, page, values)?;
    if !begun_on.is_empty() {
        form = form.begun_on(begun_on).beginning_with(|name| Some(values.get(name).map_or("", String::as_str)));
    }
    let form = keeping::offered(db, page, form, &names)?;
    kind.show(db, page, StatusCode::OK, form)
}

/// A sentence on who saved a record meanwhile, for the person who comes second.
pub fn saved_by(db: &mut Db, page: &Page, table: &str, id: i64, of: Sensitivity) -> Result<String> {
    Ok(match audit::last_save(db, table, id, of)? {
        Some((user, at)) => {
            let name = sessions::queries::full_name(db, user)?;
            format!("{name} saved this {} while you were editing.", page.ago(at))
        }
        None => "Someone else saved this while you were editing.".into(),
    })
}
