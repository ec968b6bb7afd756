//! Only in mutants: the functions of `queries`, of which one call is dropped. `scripts/mutants` names the calls and leads them
//! through here.

use serde::Serialize;

use super::queries::{self, Action};
use crate::access::Visit;
use crate::db::Db;
use crate::error::Result;
use crate::mutant::is;

pub fn created(
    call: &str,
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    after: &impl Serialize,
) -> Result<()> {
    if is(call) { Ok(()) } else { queries::created(db, visit, table, id, after) }
}

pub fn updated(
    call: &str,
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<()> {
    if is(call) { Ok(()) } else { queries::updated(db, visit, table, id, before, after) }
}

pub fn tracked(
    call: &str,
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<()> {
    if is(call) { Ok(()) } else { queries::tracked(db, visit, table, id, before, after) }
}

pub fn deleted(
    call: &str,
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    before: &impl Serialize,
) -> Result<()> {
    if is(call) { Ok(()) } else { queries::deleted(db, visit, table, id, before) }
}

pub fn noted(call: &str, db: &mut Db, visit: &Visit, action: Action, table: &'static str, id: i64) -> Result<()> {
    if is(call) { Ok(()) } else { queries::noted(db, visit, action, table, id) }
}
