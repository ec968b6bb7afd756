//! The views of what stands beside each kind of record, and the same question to each of them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Edge, EdgeKind};
use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::{among, unlisted};
use crate::error::Result;
use crate::records::{RecordKind, RecordRef};

/// Which lines of one kind of records are asked for.
#[derive(Default)]
pub struct Asked {
    /// Only those that begin at one of these.
    pub here: Option<Vec<i64>>,
    /// Only those that end at one of these, of whatever kind.
    pub there: Option<Vec<i64>>,
    /// Whether each pair of both is looked up, and not all lines of the first looked through.
    pub is_by_pairs: bool,
    /// Only those of this edge kind, read in the order of its columns, and between records that are not past.
    pub edge_kind: Option<EdgeKind>,
    /// So many at most.
    pub limit: i64,
}

type Row = (i64, String, i64, EdgeKind, bool, Option<String>, Option<NaiveDate>, bool, bool);

fn edge(here: RecordKind, row: Row) -> Option<Edge> {
    let (here_id, there_kind, there_id, edge_kind, is_forward, detail, date, is_primary, is_confidential) = row;
    let there = RecordKind::parse(&there_kind).ok()?;
    let (here, there) = (RecordRef { kind: here, id: here_id }, RecordRef { kind: there, id: there_id });
    Some(Edge { here, there, edge_kind, is_forward, detail, date, is_primary, is_confidential })
}

macro_rules! neighbours {
    ($($module:ident: $view:ident),* $(,)?) => { $(
        pub mod $module {
            use super::*;

            diesel::table! {
                $view (here_id, there_kind, there_id, edge_kind) {
                    here_id -> BigInt,
                    there_kind -> Text,
                    there_id -> BigInt,
                    edge_kind -> Text,
                    is_forward -> Bool,
                    detail -> Nullable<Text>,
                    edge_date -> Nullable<Date>,
                    is_primary -> Bool,
                    is_confidential -> Bool,
                    here_is_past -> Bool,
                    there_is_past -> Bool,
                }
            }

            const COLUMNS: (
                $view::here_id,
                $view::there_kind,
                $view::there_id,
                $view::edge_kind,
                $view::is_forward,
                $view::detail,
                $view::edge_date,
                $view::is_primary,
                $view::is_confidential,
            ) = (
                $view::here_id,
                $view::there_kind,
                $view::there_id,
                $view::edge_kind,
                $view::is_forward,
                $view::detail,
                $view::edge_date,
                $view::is_primary,
                $view::is_confidential,
            );

            /// The lines that fit, of those that this person may see, in an order that cuts the same each time.
            pub fn list(db: &mut Db, viewer: &Viewer, here: RecordKind, asked: Asked) -> Result<Vec<Edge>> {
                let has_ends = $view::here_id.is_not_null().and($view::there_id.is_not_null());
                let mut query = $view::table.select(COLUMNS).filter(has_ends).limit(asked.limit).into_boxed();
                if viewer.confidential().is_none() {
                    query = query.filter($view::is_confidential.eq(false));
                }
                query = match asked.here.as_deref() {
                    // Of a list SQLite takes it for granted that it is long, and reads the whole table by it.
                    Some([id]) => query.filter($view::here_id.eq(*id)),
                    Some(ids) => query.filter(among($view::here_id, ids.iter().copied())),
                    None => query,
                };
                query = match asked.there {
                    Some(ids) if asked.is_by_pairs => query.filter(among($view::there_id, ids)),
                    // A sum leads neither database to rows.
                    Some(ids) => query.filter(among(unlisted::<BigInt>("(there_id + 0)"), ids)),
                    None => query,
                };
                query = match asked.edge_kind {
                    // All of one kind, in the order of their index; what is past takes no place.
                    Some(edge_kind) => query
                        .filter($view::edge_kind.eq(edge_kind))
                        .filter($view::is_forward.eq(true))
                        .filter($view::here_is_past.eq(false))
                        .filter($view::there_is_past.eq(false))
                        .order(($view::here_id, $view::there_id, $view::edge_date.desc(), $view::is_confidential)),
                    // What is past comes last, so that it is cut first.
                    None => query.order((
                        $view::there_is_past,
                        $view::here_id,
                        $view::there_kind,
                        $view::there_id,
                        $view::edge_kind,
                        $view::edge_date.desc(),
                        $view::is_confidential,
                    )),
                };
                let rows: Vec<Row> = query.load(db)?;
                Ok(rows.into_iter().filter_map(|row| edge(here, row)).collect())
            }
        }
    )* };
}

neighbours! {
    client: client_neighbours,
    owner: owner_neighbours,
    vendor: vendor_neighbours,
    technology: technology_neighbours,
    project: project_neighbours,
    operator: operator_neighbours,
    constructor: constructor_neighbours,
    offtaker: offtaker_neighbours,
    person: personnel_neighbours,
}

/// The lines from records of one kind that fit, of those that this person may see.
pub fn list(db: &mut Db, viewer: &Viewer, here: RecordKind, asked: Asked) -> Result<Vec<Edge>> {
    use RecordKind::*;
    match here {
        Client => client::list(db, viewer, here, asked),
        Owner => owner::list(db, viewer, here, asked),
        Vendor => vendor::list(db, viewer, here, asked),
        Technology => technology::list(db, viewer, here, asked),
        Project => project::list(db, viewer, here, asked),
        Operator => operator::list(db, viewer, here, asked),
        Constructor => constructor::list(db, viewer, here, asked),
        Offtaker => offtaker::list(db, viewer, here, asked),
        Person => person::list(db, viewer, here, asked),
    }
}
