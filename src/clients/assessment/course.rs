//! The course of an assessment: how it stood after each change, put together backwards from how it stands now.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, from_value, to_value};

use super::{Assessment, Moves, RelationshipStrength, moves};
use crate::access::TeamPass;
use crate::audit::client_queries::Judgement;
use crate::closed_list::ClosedList;
use crate::error::{Error, Result};

/// One step of a course.
pub struct Step {
    /// When it was taken, in UTC; the first that is known has none.
    pub at: Option<NaiveDateTime>,
    /// Who judged.
    pub author: Option<String>,
    /// What changed, and why.
    pub moves: Moves,
    /// How it stood from then on.
    pub after: Assessment,
}

/// The course that leads to an assessment, the first step first; `judged` are the changes, the last first.
pub fn course(pass: TeamPass, now: &Assessment, judged: &[Judgement]) -> Result<Vec<Step>> {
    let broken = |error: serde_json::Error| Error::Internal(format!("a row of the audit log: {error}"));
    let mut state: Map<String, Value> = from_value(to_value(now).map_err(broken)?).map_err(broken)?;
    let stands = |state: &Map<String, Value>| from_value::<Assessment>(Value::Object(state.clone())).map_err(broken);
    let mut steps = Vec::new();
    // A reason that came alone belongs to the change before it.
    let mut later = None;
    for row in judged {
        let changes: Value = serde_json::from_str(&row.changes).map_err(broken)?;
        let Moves { fields, reason } = moves(pass, &changes);
        let reason = later.take().or(reason);
        if fields.is_empty() {
            later = reason;
        } else {
            let (at, author) = (Some(row.occurred_date), row.author.clone());
            steps.push(Step { at, author, moves: Moves { fields, reason }, after: stands(&state)? });
        }
        for (column, values) in changes.as_object().into_iter().flatten() {
            state.insert(column.clone(), values.get(0).cloned().unwrap_or_default());
        }
    }
    steps.push(Step { at: None, author: None, moves: Moves::default(), after: stands(&state)? });
    steps.reverse();
    Ok(steps)
}

/// How a relationship fell, and when it came to where it stands, in UTC: Strong, Good, Needs Attention. Nothing if it
/// stands no lower than it began.
pub fn drift(_pass: TeamPass, course: &[Step]) -> Option<(Vec<RelationshipStrength>, NaiveDateTime)> {
    let mut path: Vec<(RelationshipStrength, Option<NaiveDateTime>)> =
        course.iter().filter_map(|step| Some((step.after.relationship_strength?, step.at))).collect();
    // What is new has no height to fall from.
    path.retain(|(strength, _)| *strength != RelationshipStrength::New);
    path.dedup_by_key(|(strength, _)| *strength);
    let height = |strength: RelationshipStrength| RelationshipStrength::ALL.iter().position(|one| *one == strength);
    let (now, since) = *path.last()?;
    let has_fallen = height(now) > height(path.first()?.0);
    has_fallen.then(|| path.into_iter().map(|(strength, _)| strength).collect()).zip(since)
}
