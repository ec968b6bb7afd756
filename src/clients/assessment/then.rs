//! How a client was judged at an earlier moment: its columns of now, taken back by the audit log.

use serde_json::{Map, Value, from_value, to_value};

use super::{Assessment, Pause, Rhythm, queries};
use crate::access::TeamPass;
use crate::clients::ClientId;
use crate::db::Db;
use crate::error::{Error, Result};

/// How it was judged.
pub struct Then {
    /// What was judged.
    pub assessment: Assessment,
    /// How often a contact was expected of this client by itself: how its priority was served is not on record.
    pub rhythm: Rhythm,
    /// Why, how often and until when, as labels and what belongs to them.
    pub facts: Vec<(&'static str, String)>,
}

/// The columns as they are now, by name.
pub fn columns_now(db: &mut Db, pass: TeamPass, id: ClientId) -> Result<Map<String, Value>> {
    let now = queries::find_judged(db, pass, id)?.map(|judged| (judged.assessment, judged.pause)).unwrap_or_default();
    let broken = |error: serde_json::Error| Error::Internal(format!("an assessment as it was: {error}"));
    let of = |value: Value| from_value::<Map<String, Value>>(value).map_err(broken);
    let mut columns = of(to_value(now.0).map_err(broken)?)?;
    columns.extend(of(to_value(now.1).map_err(broken)?)?);
    Ok(columns)
}

/// What columns that were taken back say; others among them are passed over.
pub fn then(_pass: TeamPass, columns: &Map<String, Value>) -> Then {
    let all = Value::Object(columns.clone());
    let assessment: Assessment = from_value(all.clone()).unwrap_or_default();
    let pause: Pause = from_value(all).unwrap_or_default();
    let rhythm = Rhythm::of_its_own(assessment.rhythm_days, pause.paused_until);
    let facts = [
        ("Judged so because", assessment.assessment_reason.clone()),
        ("Rhythm", assessment.rhythm_days.map(|days| format!("{days} days"))),
        ("Paused", pause.in_words()),
    ];
    Then { rhythm, facts: facts.into_iter().filter_map(|(label, words)| Some((label, words?))).collect(), assessment }
}
