//! The same queries for every table of links, written once and checked by the compiler against each table.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::LinkDraft;
use crate::access::{Viewer, Visit};
use crate::audit;
use crate::db::ids::LinkId;
use crate::db::{Db, schema};
use crate::error::Result;

/// The columns that a page needs of a link: id, the two ends, role, primary, notes, confidential.
pub type Row = (LinkId, i32, i32, Option<String>, bool, Option<String>, bool);

macro_rules! links {
    ($table:ident, $from:ident, $to:ident, role = $role:expr, primary = $primary:expr,
     set = |$draft:ident| $($set:expr)?) => {
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
                    $role,
                    $primary,
                    $table::notes,
                    $table::is_confidential,
                );
                Ok(query.order($table::relationship_id).select(columns).load(db)?)
            }

            /// The links whose first end is one of the records.
            pub fn from(db: &mut Db, viewer: &Viewer, ids: &[i32]) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter($table::$from.eq_any(ids.to_vec())))
            }

            /// The links whose second end is one of the records.
            pub fn to(db: &mut Db, viewer: &Viewer, ids: &[i32]) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter($table::$to.eq_any(ids.to_vec())))
            }

            /// One link, with both ends.
            #[allow(dead_code, reason = "links between market records have no pages of their own")]
            pub fn find(db: &mut Db, viewer: &Viewer, id: LinkId) -> Result<Option<Row>> {
                Ok(load(db, visible(viewer).filter($table::relationship_id.eq(id)))?.pop())
            }

            /// The links between two records that this person may see.
            pub fn between(db: &mut Db, viewer: &Viewer, from: i32, to: i32) -> Result<Vec<Row>> {
                load(db, visible(viewer).filter($table::$from.eq(from)).filter($table::$to.eq(to)))
            }

            /// Adds a link.
            pub fn insert(db: &mut Db, visit: &Visit, from: i32, to: i32, $draft: &LinkDraft) -> Result<LinkId> {
                let row = (
                    $table::$from.eq(from),
                    $table::$to.eq(to),
                    $($set,)?
                    $table::notes.eq($draft.notes.clone()),
                    $table::sources.eq($draft.sources.clone()),
                    $table::is_confidential.eq($draft.is_confidential),
                    $table::created_date.eq(visit.now),
                );
                let query = diesel::insert_into($table::table).values(row).returning($table::relationship_id);
                let id: LinkId = query.get_result(db)?;
                audit::created(db, visit, stringify!($table), id.0, &noted(from, to, $draft))?;
                Ok(id)
            }

            /// Removes a link.
            #[allow(dead_code, reason = "links between market records have no pages of their own")]
            pub fn delete(db: &mut Db, visit: &Visit, row: &Row) -> Result<()> {
                let (id, from, to, role, is_primary_contact, notes, is_confidential) = row.clone();
                diesel::delete($table::table.filter($table::relationship_id.eq(id))).execute(db)?;
                let draft = LinkDraft { role, is_primary_contact, notes, is_confidential, ..LinkDraft::default() };
                audit::deleted(db, visit, stringify!($table), id.0, &noted(from, to, &draft))
            }

            fn noted(from: i32, to: i32, draft: &LinkDraft) -> serde_json::Value {
                serde_json::json!({
                    stringify!($from): from, stringify!($to): to, "relationship_type": draft.role,
                    "role_at_client": draft.role, "agreement_type": draft.role, "component_type": draft.role,
                    "contracted_volume": draft.contracted_volume, "product_id": draft.product_id,
                    "is_primary_contact": draft.is_primary_contact, "notes": draft.notes, "sources": draft.sources,
                    "is_confidential": draft.is_confidential,
                })
            }
        }
    };
}

fn no_role() -> diesel::dsl::AsExprOf<Option<String>, Nullable<Text>> {
    None::<String>.into_sql::<Nullable<Text>>()
}

fn not_primary() -> diesel::dsl::AsExprOf<bool, Bool> {
    false.into_sql::<Bool>()
}

links!(client_owner_relationships, client_id, owner_id, role = no_role(), primary = not_primary(), set = |draft| );
links!(
    client_project_relationships,
    client_id,
    project_id,
    role = client_project_relationships::relationship_type,
    primary = not_primary(),
    set = |draft| client_project_relationships::relationship_type.eq(draft.role.clone())
);
links!(client_vendor_relationships, client_id, vendor_id, role = no_role(), primary = not_primary(), set = |draft| );
links!(client_operator_relationships, client_id, operator_id, role = no_role(), primary = not_primary(),
    set = |draft| );
links!(
    client_personnel_relationships,
    client_id,
    personnel_id,
    role = client_personnel_relationships::role_at_client,
    primary = client_personnel_relationships::is_primary_contact,
    set = |draft| (
        client_personnel_relationships::role_at_client.eq(draft.role.clone()),
        client_personnel_relationships::is_primary_contact.eq(draft.is_primary_contact),
    )
);
links!(project_owner_relationships, project_id, owner_id, role = no_role(), primary = not_primary(), set = |draft| );
links!(
    project_vendor_relationships,
    project_id,
    vendor_id,
    role = no_role(),
    primary = not_primary(),
    set = |draft| project_vendor_relationships::product_id.eq(draft.product_id)
);
links!(project_operator_relationships, project_id, operator_id, role = no_role(), primary = not_primary(),
    set = |draft| );
links!(project_constructor_relationships, project_id, constructor_id, role = no_role(), primary = not_primary(),
    set = |draft| );
links!(
    project_offtaker_relationships,
    project_id,
    offtaker_id,
    role = project_offtaker_relationships::agreement_type,
    primary = not_primary(),
    set = |draft| (
        project_offtaker_relationships::agreement_type.eq(draft.role.clone()),
        project_offtaker_relationships::contracted_volume.eq(draft.contracted_volume.clone()),
    )
);
links!(
    owner_vendor_relationships,
    owner_id,
    vendor_id,
    role = owner_vendor_relationships::relationship_type,
    primary = not_primary(),
    set = |draft| owner_vendor_relationships::relationship_type.eq(draft.role.clone())
);
links!(
    vendor_supplier_relationships,
    vendor_id,
    supplier_id,
    role = vendor_supplier_relationships::component_type,
    primary = not_primary(),
    set = |draft| vendor_supplier_relationships::component_type.eq(draft.role.clone())
);

/// Calls the query of that name on the table of a client's link.
macro_rules! on_client_link {
    ($kind:expr, $query:ident($($argument:expr),*)) => {
        match $kind {
            ClientLink::Owner => client_owner_relationships::$query($($argument),*),
            ClientLink::Project => client_project_relationships::$query($($argument),*),
            ClientLink::Vendor => client_vendor_relationships::$query($($argument),*),
            ClientLink::Operator => client_operator_relationships::$query($($argument),*),
            ClientLink::Personnel => client_personnel_relationships::$query($($argument),*),
        }
    };
}
pub(super) use on_client_link;

/// Calls the query of that name on the table of a market link.
macro_rules! on_market_link {
    ($kind:expr, $query:ident($($argument:expr),*)) => {
        match $kind {
            MarketLink::ProjectOwner => project_owner_relationships::$query($($argument),*),
            MarketLink::ProjectVendor => project_vendor_relationships::$query($($argument),*),
            MarketLink::ProjectOperator => project_operator_relationships::$query($($argument),*),
            MarketLink::ProjectConstructor => project_constructor_relationships::$query($($argument),*),
            MarketLink::ProjectOfftaker => project_offtaker_relationships::$query($($argument),*),
            MarketLink::OwnerVendor => owner_vendor_relationships::$query($($argument),*),
            MarketLink::VendorSupplier => vendor_supplier_relationships::$query($($argument),*),
        }
    };
}
pub(super) use on_market_link;
