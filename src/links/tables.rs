//! The same queries for every table of links, written once and checked by the compiler against each table.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Direction, LinkDraft};
use crate::access::{Viewer, Visit};
use crate::audit;
use crate::db::expressions::among;
use crate::db::{Db, schema};
use crate::error::Result;
use crate::ids::{LinkId, by_chance};

/// A link with both its ends, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, Queryable)]
pub struct Row {
    pub link_id: LinkId,
    pub from: i64,
    pub to: i64,
    pub draft: LinkDraft,
    pub created_date: NaiveDateTime,
}

impl Row {
    /// The record at the other end, seen from one side.
    pub fn other(&self, side: Direction) -> i64 {
        match side {
            Direction::From => self.to,
            Direction::To => self.from,
        }
    }
}

/// The column if the table has it, else what stands for it.
macro_rules! column_or {
    ($missing:expr, $table:ident) => {
        $missing
    };
    ($missing:expr, $table:ident $column:ident) => {
        $table::$column
    };
}

macro_rules! links {
    ($table:ident: $from:ident, $to:ident; $(role $role:ident;)? $(volume $volume:ident;)? $(product $product:ident;)?
     $(primary $primary:ident;)?) => {
        pub mod $table {
            use super::*;
            use schema::$table;

            type Query = $table::BoxedQuery<'static, <Db as Connection>::Backend>;

            fn visible(viewer: &Viewer) -> Query {
                let all = $table::table.into_boxed();
                match viewer.confidential() {
                    Some(_) => all,
                    None => all.filter($table::is_confidential.eq(false)),
                }
            }

            fn load(db: &mut Db, query: Query) -> Result<Vec<Row>> {
                let columns = (
                    $table::relationship_id,
                    $table::$from,
                    $table::$to,
                    (
                        column_or!(no_text(), $table $($role)?),
                        column_or!(no_text(), $table $($volume)?),
                        column_or!(no_id(), $table $($product)?),
                        column_or!(no(), $table $($primary)?),
                        $table::notes,
                        $table::sources,
                        $table::is_confidential,
                    ),
                    $table::created_date,
                );
                Ok(query.order(($table::created_date, $table::relationship_id)).select(columns).load(db)?)
            }

            /// The links whose first end is one of the records.
            pub fn from(db: &mut Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter(among($table::$from, ids.iter().copied())))
            }

            /// The links whose second end is one of the records.
            pub fn to(db: &mut Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter(among($table::$to, ids.iter().copied())))
            }

            /// One link, with both ends.
            pub fn find(db: &mut Db, viewer: &Viewer, id: LinkId) -> Result<Option<Row>> {
                Ok(load(db, visible(viewer).filter($table::relationship_id.eq(id)))?.pop())
            }

            /// Keeps a link from other writers for the rest of the transaction.
            pub fn hold(db: &mut Db, id: LinkId) -> Result<()> {
                if let Db::Postgres(db) = db {
                    let row = $table::table.find(id.0).select($table::relationship_id).for_update();
                    row.first::<i64>(db).optional()?;
                }
                Ok(())
            }

            /// The links between two records that this person may see.
            pub fn between(db: &mut Db, viewer: &Viewer, from: i64, to: i64) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter($table::$from.eq(from)).filter($table::$to.eq(to)))
            }

            /// Adds a link.
            pub fn insert(db: &mut Db, visit: &Visit, from: i64, to: i64, draft: &LinkDraft) -> Result<LinkId> {
                let id = LinkId(by_chance());
                put(db, visit, &Row { link_id: id, from, to, draft: draft.clone(), created_date: visit.now })?;
                Ok(id)
            }

            /// Adds a link under an id that it had before, or that is free.
            pub fn put(db: &mut Db, visit: &Visit, row: &Row) -> Result<()> {
                let (id, from, to, draft, created) = (row.link_id, row.from, row.to, &row.draft, row.created_date);
                let row = (
                    $table::relationship_id.eq(id),
                    $table::$from.eq(from),
                    $table::$to.eq(to),
                    $($table::$role.eq(draft.role.clone()),)?
                    $($table::$volume.eq(draft.contracted_volume.clone()),)?
                    $($table::$product.eq(draft.product_id),)?
                    $($table::$primary.eq(draft.is_primary_contact),)?
                    $table::notes.eq(draft.notes.clone()),
                    $table::sources.eq(draft.sources.clone()),
                    $table::is_confidential.eq(draft.is_confidential),
                    $table::created_date.eq(created),
                );
                diesel::insert_into($table::table).values(row).execute(db)?;
                audit::created(db, visit, stringify!($table), id.0, &noted(from, to, draft))
            }

            /// Changes what a link says, but for its mark.
            pub fn update(db: &mut Db, visit: &Visit, before: &Row, draft: &LinkDraft) -> Result<()> {
                let draft = LinkDraft { is_confidential: before.draft.is_confidential, ..draft.clone() };
                let set = (
                    $($table::$role.eq(draft.role.clone()),)?
                    $($table::$volume.eq(draft.contracted_volume.clone()),)?
                    $($table::$product.eq(draft.product_id),)?
                    $($table::$primary.eq(draft.is_primary_contact),)?
                    $table::notes.eq(draft.notes.clone()),
                    $table::sources.eq(draft.sources.clone()),
                );
                diesel::update($table::table.filter($table::relationship_id.eq(before.link_id))).set(set).execute(db)?;
                let state = |draft: &LinkDraft| noted(before.from, before.to, draft);
                audit::updated(db, visit, stringify!($table), before.link_id.0, &state(&before.draft), &state(&draft))
            }

            /// Points a link at other records.
            pub fn point(db: &mut Db, visit: &Visit, before: &Row, from: i64, to: i64) -> Result<()> {
                let target = $table::table.filter($table::relationship_id.eq(before.link_id));
                diesel::update(target).set(($table::$from.eq(from), $table::$to.eq(to))).execute(db)?;
                let state = |from: i64, to: i64| noted(from, to, &before.draft);
                let (old, new) = (state(before.from, before.to), state(from, to));
                audit::updated(db, visit, stringify!($table), before.link_id.0, &old, &new)
            }

            /// Removes a link.
            pub fn delete(db: &mut Db, visit: &Visit, row: &Row) -> Result<()> {
                diesel::delete($table::table.filter($table::relationship_id.eq(row.link_id))).execute(db)?;
                let mut before = noted(row.from, row.to, &row.draft);
                before["created_date"] = json!(row.created_date);
                audit::deleted(db, visit, stringify!($table), row.link_id.0, &before)
            }

            /// What the audit log takes of a link; of one that is removed also when it was made, to put it back.
            pub fn noted(from: i64, to: i64, draft: &LinkDraft) -> Value {
                json!({
                    stringify!($from): from,
                    stringify!($to): to,
                    $(stringify!($role): draft.role,)?
                    $(stringify!($volume): draft.contracted_volume,)?
                    $(stringify!($product): draft.product_id,)?
                    $(stringify!($primary): draft.is_primary_contact,)?
                    "notes": draft.notes,
                    "sources": draft.sources,
                    "is_confidential": draft.is_confidential,
                })
            }
        }
    };
}

fn no_text() -> diesel::dsl::AsExprOf<Option<String>, Nullable<Text>> {
    None::<String>.into_sql::<Nullable<Text>>()
}

fn no_id() -> diesel::dsl::AsExprOf<Option<i64>, Nullable<BigInt>> {
    None::<i64>.into_sql::<Nullable<BigInt>>()
}

fn no() -> diesel::dsl::AsExprOf<bool, Bool> {
    false.into_sql::<Bool>()
}

links!(client_owner_relationships: client_id, owner_id;);
links!(client_project_relationships: client_id, project_id; role relationship_type;);
links!(client_vendor_relationships: client_id, vendor_id;);
links!(client_operator_relationships: client_id, operator_id;);
links!(client_personnel_relationships: client_id, personnel_id; role role_at_client; primary is_primary_contact;);
links!(project_owner_relationships: project_id, owner_id;);
links!(project_vendor_relationships: project_id, vendor_id; product product_id;);
links!(project_operator_relationships: project_id, operator_id;);
links!(project_constructor_relationships: project_id, constructor_id;);
links!(project_offtaker_relationships: project_id, offtaker_id; role agreement_type; volume contracted_volume;);
links!(owner_vendor_relationships: owner_id, vendor_id; role relationship_type;);
links!(vendor_supplier_relationships: vendor_id, supplier_id; role component_type;);

/// Calls the query of that name on the table of a kind of link.
macro_rules! on_table {
    ($kind:expr, $query:ident($($argument:expr),*)) => {
        match $kind {
            LinkKind::ClientOwner => client_owner_relationships::$query($($argument),*),
            LinkKind::ClientProject => client_project_relationships::$query($($argument),*),
            LinkKind::ClientVendor => client_vendor_relationships::$query($($argument),*),
            LinkKind::ClientOperator => client_operator_relationships::$query($($argument),*),
            LinkKind::ClientPersonnel => client_personnel_relationships::$query($($argument),*),
            LinkKind::ProjectOwner => project_owner_relationships::$query($($argument),*),
            LinkKind::ProjectVendor => project_vendor_relationships::$query($($argument),*),
            LinkKind::ProjectOperator => project_operator_relationships::$query($($argument),*),
            LinkKind::ProjectConstructor => project_constructor_relationships::$query($($argument),*),
            LinkKind::ProjectOfftaker => project_offtaker_relationships::$query($($argument),*),
            LinkKind::OwnerVendor => owner_vendor_relationships::$query($($argument),*),
            LinkKind::VendorSupplier => vendor_supplier_relationships::$query($($argument),*),
        }
    };
}
pub(super) use on_table;
