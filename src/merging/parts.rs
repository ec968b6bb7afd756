//! The parts of a record, each read and written as columns by the slice that takes the pass for it: for what is done to
//! records of every kind alike.

use serde::Serialize;
use serde_json::{Map, Value, from_value, to_value};

use crate::access::Visit;
use crate::clients::{self, ClientId, PlannedContact, assessment};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::market::figures;
use crate::records::{self, RecordKind, RecordRef};

/// Columns of a record that are read and written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What everyone may read and its form sets.
    Open,
    /// The planned contact of a client: one thing of three columns.
    Planned,
    /// What the NED Team judges of a client.
    Assessment,
    /// For how long no contact with a client is expected, and why: one thing of two columns.
    Pause,
    /// What a project costs.
    Figures,
}

impl Part {
    /// Whether its columns are one thing, of which no half is taken.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Planned | Self::Pause)
    }
}

/// The parts of a record of a kind.
pub fn parts(kind: RecordKind) -> &'static [Part] {
    match kind {
        RecordKind::Client => &[Part::Open, Part::Planned, Part::Assessment, Part::Pause],
        RecordKind::Project => &[Part::Open, Part::Figures],
        _ => &[Part::Open],
    }
}

fn columns(part: &impl Serialize) -> Result<Map<String, Value>> {
    match to_value(part) {
        Ok(Value::Object(map)) => Ok(map),
        other => Err(Error::Internal(format!("the columns of a part: {other:?}"))),
    }
}

fn typed<T: serde::de::DeserializeOwned>(columns: Map<String, Value>) -> Result<T> {
    from_value(Value::Object(columns)).map_err(|error| Error::Internal(format!("the columns of a part: {error}")))
}

/// The columns of a part, for one who may read them.
pub fn read(db: &mut Db, visit: &Visit, record: RecordRef, part: Part) -> Result<Map<String, Value>> {
    let (viewer, client) = (&visit.viewer, ClientId(record.id));
    match part {
        Part::Open => Ok(records::queries::find(db, record.kind, record.id)?.ok_or(Error::NotFound)?.values),
        Part::Planned => columns(&clients::queries::find(db, client)?.ok_or(Error::NotFound)?.planned),
        Part::Assessment => columns(&assessment::find(db, viewer.require_team()?, client)?.unwrap_or_default()),
        Part::Pause => columns(&assessment::find_pause(db, viewer.require_team()?, client)?.unwrap_or_default()),
        Part::Figures => columns(&figures::find(db, viewer.confidential().ok_or(Error::Forbidden)?, record.id)?),
    }
}

/// Writes the columns of a part.
pub fn write(db: &mut Db, visit: &Visit, record: RecordRef, part: Part, values: Map<String, Value>) -> Result<()> {
    let (viewer, client) = (&visit.viewer, ClientId(record.id));
    match part {
        Part::Open => {
            let before = records::queries::find_held(db, record.kind, record.id)?.ok_or(Error::NotFound)?;
            records::queries::update(db, visit, record.kind, &before, values)
        }
        Part::Planned => clients::plan_queries::set_planned(db, visit, client, &typed::<PlannedContact>(values)?),
        Part::Assessment => assessment::update(db, visit, viewer.require_team()?, client, &typed(values)?),
        Part::Pause => assessment::set_pause(db, visit, viewer.require_team()?, client, &typed(values)?),
        Part::Figures => {
            figures::update(db, visit, viewer.confidential().ok_or(Error::Forbidden)?, record.id, &typed(values)?)
        }
    }
}
