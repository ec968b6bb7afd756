//! The same queries for every kind of record, written once and checked by the compiler against each table.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ListFilter, Record, RecordKind};
use crate::access::Visit;
use crate::audit;
use crate::db::expressions::{Unlisted, among, among_texts, unlisted};
use crate::db::name_forms::{name_core, name_initials, name_key, near_forms};
use crate::db::name_slips::part_keys;
use crate::db::statements::{CountOf, update_kept};
use crate::db::{Db, schema};
use crate::error::{Error, Result};
use crate::web::COUNTED;

/// The parts of a name under which the indexes keep it, in the words of the indexes (see `part_keys`).
const FIRST_PART: &str = "(CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3))";
const SECOND_PART: &str = "(CAST(length(name_core) AS TEXT) || '.' || \
     substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3))";
const THIRD_PART: &str = "(CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1))";

/// Candidates that are compared letter by letter; a part of a name that more have tells them apart too little.
const CANDIDATES: i64 = 1_000;

/// Whether a column holds one of several stages, which stand in an order of their own.
fn is_stage(column: &str) -> bool {
    matches!(column, "engagement_level" | "project_status" | "personnel_type")
}

/// The place of a stage in its list, in the words of the indexes; what has none comes last, whichever way round.
fn stage_of(column: &str, descending: bool) -> Unlisted<sql_types::BigInt> {
    unlisted(match (column, descending) {
        ("engagement_level", false) => {
            "(CASE engagement_level WHEN 'Intrigued' THEN 1 WHEN 'Interested' THEN 2 \
             WHEN 'Invested' THEN 3 WHEN 'Inservice' THEN 4 ELSE 99 END)"
        }
        ("engagement_level", true) => {
            "(CASE engagement_level WHEN 'Intrigued' THEN 1 WHEN 'Interested' THEN 2 \
             WHEN 'Invested' THEN 3 WHEN 'Inservice' THEN 4 ELSE 0 END)"
        }
        ("project_status", false) => {
            "(CASE project_status WHEN 'Conceptual' THEN 1 WHEN 'Planning' THEN 2 \
             WHEN 'Design' THEN 3 WHEN 'Licensing' THEN 4 WHEN 'Construction' THEN 5 \
             WHEN 'Commissioning' THEN 6 WHEN 'Operating' THEN 7 WHEN 'Decommissioned' THEN 8 \
             WHEN 'Cancelled' THEN 9 WHEN 'On Hold' THEN 10 ELSE 99 END)"
        }
        ("project_status", true) => {
            "(CASE project_status WHEN 'Conceptual' THEN 1 WHEN 'Planning' THEN 2 \
             WHEN 'Design' THEN 3 WHEN 'Licensing' THEN 4 WHEN 'Construction' THEN 5 \
             WHEN 'Commissioning' THEN 6 WHEN 'Operating' THEN 7 WHEN 'Decommissioned' THEN 8 \
             WHEN 'Cancelled' THEN 9 WHEN 'On Hold' THEN 10 ELSE 0 END)"
        }
        ("personnel_type", false) => "(CASE personnel_type WHEN 'Internal' THEN 1 WHEN 'External' THEN 2 ELSE 99 END)",
        ("personnel_type", true) => "(CASE personnel_type WHEN 'Internal' THEN 1 WHEN 'External' THEN 2 ELSE 0 END)",
        _ => "1",
    })
}

/// Declares the columns of a kind and the queries on its table.
macro_rules! table_of {
    ($module:ident: $kind:expr, $table:ident, $key:ident, $name:ident, filters [$($filter:ident),*];
     $($column:ident: $type:ty),* $(,)?) => {
        pub mod $module {
            use super::*;
            use schema::$table;

            #[derive(Clone, Debug, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
            #[diesel(table_name = $table, treat_none_as_null = true)]
            struct Draft {
                $name: String,
                #[serde(skip)]
                name_key: String,
                #[serde(skip)]
                name_core: String,
                #[serde(skip)]
                name_initials: Option<String>,
                $($column: $type,)*
            }

            fn draft(values: Map<String, Value>) -> Result<Draft> {
                let mut draft: Draft = serde_json::from_value(Value::Object(values))
                    .map_err(|error| Error::Internal(format!("columns of {}: {error}", $kind)))?;
                draft.name_key = name_key(&draft.$name);
                draft.name_core = name_core(&draft.$name);
                draft.name_initials = name_initials(&draft.$name);
                Ok(draft)
            }

            type Row = (i64, Draft, bool, i64);

            fn record((id, draft, is_archived, version): Row) -> Result<Record> {
                let name = draft.$name.clone();
                match serde_json::to_value(draft) {
                    Ok(Value::Object(values)) => Ok(Record { id, name, is_archived, version, values }),
                    other => Err(Error::Internal(format!("columns of {}: {other:?}", $kind))),
                }
            }

            fn matching(filter: &ListFilter) -> $table::BoxedQuery<'static, <Db as Connection>::Backend> {
                let mut query = $table::table.filter($table::is_archived.eq(filter.archived)).into_boxed();
                if let Some(found) = &filter.found {
                    query = query.filter(among($table::$key, found.ids.iter().copied()));
                }
                for asked in &filter.values {
                    query = match asked.0 {
                        $(stringify!($filter) => query.filter($table::$filter.eq(asked.1.clone())),)*
                        _ => query,
                    };
                }
                if let Some((last, id)) = &filter.after {
                    // The first condition leads to the place in the index, the second leaves out what stands before.
                    let (name, key) = ($table::name_key, $table::$key);
                    query = match filter.descending {
                        false => query.filter(name.ge(last.clone())).filter(name.gt(last.clone()).or(key.gt(*id))),
                        true => query.filter(name.le(last.clone())).filter(name.lt(last.clone()).or(key.lt(*id))),
                    };
                }
                for column in filter.filled {
                    query = match *column {
                        $(stringify!($column) => query.filter($table::$column.is_not_null()),)*
                        _ => query,
                    };
                }
                query
            }

            pub fn list(db: &mut Db, filter: &ListFilter) -> Result<Vec<Record>> {
                let query = matching(filter);
                let (name, id) = ($table::name_key, $table::$key);
                // What is empty stands at the end, whichever way round.
                let query = match (filter.sort, filter.descending) {
                    (stage, false) if is_stage(stage) => {
                        query.order((stage_of(stage, false).asc(), name.asc(), id.asc()))
                    }
                    (stage, true) if is_stage(stage) => {
                        query.order((stage_of(stage, true).desc(), name.desc(), id.desc()))
                    }
                    $((stringify!($column), false) => {
                        query.order(($table::$column.is_null(), $table::$column.asc(), name.asc(), id.asc()))
                    }
                    (stringify!($column), true) => {
                        query.order(($table::$column.is_null(), $table::$column.desc(), name.desc(), id.desc()))
                    })*
                    (_, true) => query.order((name.desc(), id.desc())),
                    (_, false) => query.order((name.asc(), id.asc())),
                };
                let columns = ($table::$key, Draft::as_select(), $table::is_archived, $table::version);
                let rows: Vec<Row> = query.offset(filter.offset).limit(filter.limit).select(columns).load(db)?;
                rows.into_iter().map(record).collect()
            }

            pub fn count(db: &mut Db, filter: &ListFilter) -> Result<i64> {
                let first = matching(filter).select($table::$key).limit(COUNTED + 1);
                Ok(CountOf(first).get_result(db)?)
            }

            pub fn find(db: &mut Db, id: i64) -> Result<Option<Record>> {
                let columns = ($table::$key, Draft::as_select(), $table::is_archived, $table::version);
                let row: Option<Row> = $table::table.find(id).select(columns).first(db).optional()?;
                row.map(record).transpose()
            }

            pub fn by_ids(db: &mut Db, ids: &[i64]) -> Result<Vec<Record>> {
                let columns = ($table::$key, Draft::as_select(), $table::is_archived, $table::version);
                let query: $table::BoxedQuery<'static, <Db as Connection>::Backend> = $table::table.into_boxed();
                let rows: Vec<Row> = query.filter(among($table::$key, ids.iter().copied())).select(columns).load(db)?;
                rows.into_iter().map(record).collect()
            }

            pub fn names(db: &mut Db, ids: &[i64]) -> Result<Vec<(i64, String)>> {
                let query = $table::table.filter(among($table::$key, ids.iter().copied()));
                Ok(query.select(($table::$key, $table::$name)).load(db)?)
            }

            pub fn named(db: &mut Db, name: &str) -> Result<Vec<(i64, bool)>> {
                // The core goes by its index; the key decides.
                let query = $table::table.filter($table::name_core.eq(name_core(name)));
                let query = query.filter($table::name_key.eq(name_key(name))).order($table::$key);
                Ok(query.select(($table::$key, $table::is_archived)).load(db)?)
            }

            pub fn first_names(db: &mut Db, limit: i64) -> Result<Vec<(i64, String, bool)>> {
                let query = $table::table.order($table::$key).limit(limit);
                Ok(query.select(($table::$key, $table::$name, $table::is_archived)).load(db)?)
            }

            pub fn near(db: &mut Db, name: &str, own: Option<i64>) -> Result<Vec<(i64, String)>> {
                let (cores, initials) = near_forms(name);
                let is_near = among_texts($table::name_core, cores).nullable().or($table::name_initials.eq(initials));
                let query = $table::table.filter(is_near).filter($table::$key.ne(own.unwrap_or_default()));
                Ok(query.order($table::$key).limit(10).select(($table::$key, $table::$name)).load(db)?)
            }

            /// Candidates whose names a few slips may lead to, found by one part of three that is the same.
            pub fn alike(db: &mut Db, name: &str, own: Option<i64>) -> Result<Vec<(i64, String)>> {
                let [first, second, third] = part_keys(&name_core(name));
                let is_alike = among_texts(unlisted::<sql_types::Text>(FIRST_PART), first)
                    .or(among_texts(unlisted::<sql_types::Text>(SECOND_PART), second))
                    .or(among_texts(unlisted::<sql_types::Text>(THIRD_PART), third));
                let query = $table::table.filter(is_alike).filter($table::$key.ne(own.unwrap_or_default()));
                Ok(query.limit(CANDIDATES).select(($table::$key, $table::$name)).load(db)?)
            }

            pub fn by_slug(db: &mut Db, slug: &str) -> Result<Option<i64>> {
                Ok($table::table.filter($table::slug.eq(slug)).select($table::$key).first(db).optional()?)
            }

            pub fn set_slug(db: &mut Db, visit: &Visit, id: i64, slug: &str) -> Result<()> {
                let target = $table::table.filter($table::$key.eq(id));
                let before: Option<String> = target.select($table::slug).first(db)?;
                if before.as_deref() != Some(slug) {
                    diesel::update(target).set($table::slug.eq(Some(slug))).execute(db)?;
                    let state = |slug: Option<&str>| serde_json::json!({ "slug": slug });
                    audit::updated(db, visit, $kind.table(), id, &state(before.as_deref()), &state(Some(slug)))?;
                }
                Ok(())
            }

            pub fn insert(db: &mut Db, visit: &Visit, values: Map<String, Value>) -> Result<i64> {
                let draft = draft(values)?;
                let row = (&draft, $table::created_date.eq(visit.now));
                let id = diesel::insert_into($table::table).values(row).returning($table::$key).get_result(db)?;
                audit::created(db, visit, $kind.table(), id, &draft)?;
                Ok(id)
            }

            pub fn hold(db: &mut Db, id: i64) -> Result<()> {
                // SQLite has one writer at a time.
                if let Db::Postgres(db) = db {
                    $table::table.find(id).select($table::$key).for_update().first::<i64>(db).optional()?;
                }
                Ok(())
            }

            pub fn update(db: &mut Db, visit: &Visit, before: &Record, values: Map<String, Value>) -> Result<()> {
                // A save that changes nothing open leaves no trace: the version must not tell of restricted columns.
                if before.values == values {
                    return Ok(());
                }
                let draft = draft(values)?;
                let held = $table::table.filter($table::$key.eq(before.id));
                let target = held.filter($table::version.eq(before.version));
                let stamp = ($table::version.eq(before.version + 1), $table::modified_date.eq(Some(visit.now)));
                if update_kept(db, diesel::update(target).set((&draft, stamp)).returning($table::$key))? == 0 {
                    return Err(Error::conflict());
                }
                audit::updated(db, visit, $kind.table(), before.id, &before.values, &draft)
            }

            pub fn delete(db: &mut Db, visit: &Visit, before: &Record) -> Result<()> {
                diesel::delete($table::table.filter($table::$key.eq(before.id))).execute(db)?;
                audit::deleted(db, visit, $kind.table(), before.id, &before.values)
            }

            pub fn set_archived(db: &mut Db, visit: &Visit, before: &Record, archived: bool) -> Result<()> {
                if before.is_archived == archived {
                    return Ok(());
                }
                let target = $table::table.filter($table::$key.eq(before.id));
                let stamp = ($table::version.eq($table::version + 1), $table::modified_date.eq(Some(visit.now)));
                diesel::update(target).set(($table::is_archived.eq(archived), stamp)).execute(db)?;
                let state = |archived: bool| serde_json::json!({ "is_archived": archived });
                audit::updated(db, visit, $kind.table(), before.id, &state(before.is_archived), &state(archived))
            }
        }
    };
}

type Text = Option<String>;

table_of!(clients: RecordKind::Client, clients, client_id, client_name,
    filters [client_type];
    client_type: Text, notes: Text, mpr_primary_poc: Option<i64>, mpr_secondary_poc: Option<i64>);
table_of!(owners: RecordKind::Owner, owners_developers, owner_id, company_name,
    filters [company_type, engagement_level];
    company_type: Text, target_customers: Text, engagement_level: Text, notes: Text, sources: Text);
table_of!(vendors: RecordKind::Vendor, technology_vendors, vendor_id, vendor_name,
    filters []; notes: Text, sources: Text);
table_of!(technologies: RecordKind::Technology, products, product_id, product_name,
    filters [reactor_type, design_status];
    vendor_id: i64, reactor_type: Text, generation: Text, thermal_capacity: Option<f64>, gross_capacity: Option<f64>,
    thermal_efficiency: Option<f64>, burnup: Option<f64>, fuel_type: Text, design_status: Text, notes: Text,
    sources: Text);
table_of!(projects: RecordKind::Project, projects, project_id, project_name,
    filters [project_status];
    location: Text, latitude: Option<f64>, longitude: Option<f64>, project_status: Text, licensing_approach: Text,
    configuration: Text, project_schedule: Text, target_cod: Option<NaiveDate>, cod: Option<NaiveDate>,
    firm_involvement: Text, project_health: Text, notes: Text, sources: Text);
table_of!(operators: RecordKind::Operator, operators, operator_id, company_name,
    filters []; notes: Text, sources: Text);
table_of!(constructors: RecordKind::Constructor, constructors, constructor_id, company_name,
    filters []; notes: Text, sources: Text);
table_of!(offtakers: RecordKind::Offtaker, offtakers, offtaker_id, company_name,
    filters [sector];
    sector: Text, notes: Text, sources: Text);
table_of!(personnel: RecordKind::Person, personnel, personnel_id, full_name,
    filters [personnel_type];
    email: Text, phone: Text, role: Text, personnel_type: String, employer: Text, is_active: bool, notes: Text);

/// Calls the query of that name on the kind's table.
macro_rules! on_table {
    ($kind:expr, $query:ident($($argument:expr),*)) => {
        match $kind {
            RecordKind::Client => clients::$query($($argument),*),
            RecordKind::Owner => owners::$query($($argument),*),
            RecordKind::Vendor => vendors::$query($($argument),*),
            RecordKind::Technology => technologies::$query($($argument),*),
            RecordKind::Project => projects::$query($($argument),*),
            RecordKind::Operator => operators::$query($($argument),*),
            RecordKind::Constructor => constructors::$query($($argument),*),
            RecordKind::Offtaker => offtakers::$query($($argument),*),
            RecordKind::Person => personnel::$query($($argument),*),
        }
    };
}
pub(super) use on_table;
