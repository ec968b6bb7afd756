//! In which rhythm the NED Team expects contacts, by the priority of a client: the firm's own as well, but the team's
//! alone, so that every function takes the pass. The open `firm` table of Diesel lacks these columns.

use diesel::prelude::*;
use serde::Serialize;

use super::queries::ROW;
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::error::{Error, Result};

diesel::table! {
    #[sql_name = "firm"]
    firm_rhythm (firm_id) {
        firm_id -> BigInt,
        rhythm_strategic_days -> Nullable<BigInt>,
        rhythm_high_days -> Nullable<BigInt>,
        rhythm_medium_days -> Nullable<BigInt>,
        rhythm_low_days -> Nullable<BigInt>,
        rhythm_opportunistic_days -> Nullable<BigInt>,
        rhythm_version -> BigInt,
    }
}

/// The most days between two contacts, by priority; nothing where no rhythm is expected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = firm_rhythm, treat_none_as_null = true)]
pub struct PriorityRhythm {
    pub rhythm_strategic_days: Option<i64>,
    pub rhythm_high_days: Option<i64>,
    pub rhythm_medium_days: Option<i64>,
    pub rhythm_low_days: Option<i64>,
    pub rhythm_opportunistic_days: Option<i64>,
}

impl PriorityRhythm {
    /// In the order of the priorities.
    pub fn days(&self) -> [Option<i64>; 5] {
        [
            self.rhythm_strategic_days,
            self.rhythm_high_days,
            self.rhythm_medium_days,
            self.rhythm_low_days,
            self.rhythm_opportunistic_days,
        ]
    }
}

/// The rhythm and its version, which is its own: that of the open settings tells nothing of it.
pub fn find(db: &mut Db, _pass: TeamPass) -> Result<(PriorityRhythm, i64)> {
    let columns = (PriorityRhythm::as_select(), firm_rhythm::rhythm_version);
    Ok(firm_rhythm::table.find(ROW).select(columns).first(db)?)
}

/// The same, held until the transaction ends.
pub fn find_held(db: &mut Db, pass: TeamPass) -> Result<(PriorityRhythm, i64)> {
    if let Db::Postgres(connection) = db {
        let held = firm_rhythm::table.find(ROW).select(firm_rhythm::rhythm_version);
        held.for_no_key_update().first::<i64>(connection)?;
    }
    find(db, pass)
}

/// Changes the rhythm, which is held. A trigger brings every client of a priority along.
pub fn update(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    before: &PriorityRhythm,
    after: &PriorityRhythm,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let next = firm_rhythm::rhythm_version.eq(firm_rhythm::rhythm_version + 1);
    if diesel::update(firm_rhythm::table.find(ROW)).set((after, next)).execute(db)? == 0 {
        return Err(Error::conflict());
    }
    audit::updated(db, visit, "firm", ROW, before, after)
}
