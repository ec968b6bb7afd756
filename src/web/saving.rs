//! Saving: what every form that is sent goes through.

use super::Page;
use crate::audit::{self, Sensitivity};
use crate::db::Db;
use crate::error::Result;

/// A sentence on who saved a record meanwhile, for the person who comes second.
pub fn saved_by(db: &mut Db, page: &Page, table: &str, id: i64, of: Sensitivity) -> Result<String> {
    Ok(match audit::last_save(db, table, id, of)? {
        Some((name, at)) => format!("{name} saved this at {} while you were editing.", page.moment(at)),
        None => "Someone else saved this while you were editing.".into(),
    })
}
