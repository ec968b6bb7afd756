//! What forms look up again with each save, for one that is saved alone or for very many in one transaction: then it is
//! looked up once, and names are found in memory.

use std::cell::{OnceCell, RefCell};

use super::{Colleague, queries};
use crate::db::Db;
use crate::error::Result;
use crate::records::{self, NameIndex, RecordKind};
use crate::web::{Invalid, Near};

/// What one work looks up.
#[derive(Default)]
pub struct Lookups {
    staff: OnceCell<Vec<Colleague>>,
    names: Option<RefCell<NameIndex>>,
}

impl Lookups {
    /// For work that saves very many records of a kind; whoever does tells of each by [`Self::note_name`].
    pub fn of_many(db: &mut Db, kind: Option<RecordKind>) -> Result<Self> {
        // Not on PostgreSQL, where others save meanwhile: what was read would not stay true.
        let kind = kind.filter(|_| matches!(db, Db::Sqlite(_)));
        let names = kind.map(|kind| NameIndex::read(db, kind)).transpose()?.flatten();
        Ok(Self { names: names.map(RefCell::new), ..Self::default() })
    }

    /// All colleagues by name, then those who are archived.
    pub fn staff(&self, db: &mut Db) -> Result<&[Colleague]> {
        match self.staff.get() {
            Some(staff) => Ok(staff),
            None => {
                let staff = queries::staff(db)?;
                Ok(self.staff.get_or_init(|| staff))
            }
        }
    }

    /// The question whether a record of a new name is one that there is.
    pub fn ask_near(
        &self,
        db: &mut Db,
        kind: RecordKind,
        name: &str,
        own: Option<(i64, &str)>,
    ) -> Result<Option<(Invalid, Near)>> {
        let names = self.names.as_ref().map(RefCell::borrow);
        records::queries::ask_near(db, names.as_deref(), kind, name, own)
    }

    /// The records of exactly that name, case and accents aside, and whether each is archived.
    pub fn named(&self, db: &mut Db, kind: RecordKind, name: &str) -> Result<Vec<(i64, bool)>> {
        let names = self.names.as_ref().map(RefCell::borrow);
        match names.filter(|names| names.kind() == kind) {
            Some(names) => Ok(names.named(name)),
            None => records::queries::named(db, kind, name),
        }
    }

    /// Notes that a record was made, or has another name or place.
    pub fn note_name(&self, kind: RecordKind, id: i64, name: &str, is_archived: bool) {
        if let Some(names) = self.names.as_ref().filter(|names| names.borrow().kind() == kind) {
            names.borrow_mut().add(id, name, is_archived);
        }
    }
}
