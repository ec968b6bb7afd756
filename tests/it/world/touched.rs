//! Triggers that note each touched row of the audited tables, so that a `World` can hold at its end that each has its
//! row in the audit log: written after it was touched, under its table and id.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use roundtable::db::Db;

use super::World;

/// The tables whose every change is audited, with their keys.
const AUDITED: [(&str, &str); 37] = [
    ("personnel", "personnel_id"),
    ("users", "user_id"),
    ("technology_vendors", "vendor_id"),
    ("products", "product_id"),
    ("owners_developers", "owner_id"),
    ("projects", "project_id"),
    ("operators", "operator_id"),
    ("constructors", "constructor_id"),
    ("offtakers", "offtaker_id"),
    ("clients", "client_id"),
    ("contact_log", "contact_id"),
    ("client_owner_relationships", "relationship_id"),
    ("client_project_relationships", "relationship_id"),
    ("client_vendor_relationships", "relationship_id"),
    ("client_operator_relationships", "relationship_id"),
    ("client_personnel_relationships", "relationship_id"),
    ("project_owner_relationships", "relationship_id"),
    ("project_vendor_relationships", "relationship_id"),
    ("project_operator_relationships", "relationship_id"),
    ("project_constructor_relationships", "relationship_id"),
    ("project_offtaker_relationships", "relationship_id"),
    ("owner_vendor_relationships", "relationship_id"),
    ("vendor_supplier_relationships", "relationship_id"),
    ("roundtable_history", "history_id"),
    ("action_items", "item_id"),
    ("action_item_owners", "assignment_id"),
    ("meetings", "meeting_id"),
    ("meeting_points", "point_id"),
    ("meeting_attendees", "attendee_id"),
    ("merges", "merge_id"),
    ("saved_views", "view_id"),
    ("account_invitations", "user_id"),
    ("calendar_addresses", "user_id"),
    ("tokens", "token_id"),
    ("firm", "firm_id"),
    ("files", "file_id"),
    ("webhooks", "webhook_id"),
];

/// The tables that are no records: drafts, files to be imported, who is in a meeting, sessions, counters, the log
/// itself, the index of names and words, what a merge keeps for its undo, which columns people look at, how tokens are
/// used, what waits to be sent and who wants which mail.
const NOT_AUDITED: [&str; 31] = [
    "drafts",
    "imports",
    "live_events",
    "live_streams",
    "live_writers",
    "live_presenters",
    "sessions",
    "sign_in_attempts",
    "record_totals",
    "client_standing_totals",
    "contact_totals",
    "contact_months",
    "daily_figures",
    "locks",
    "changes",
    "audit_log",
    "client_changes",
    "audit_subjects",
    "merge_steps",
    "search_names",
    "search_terms",
    "search_contacts",
    "search_files",
    "search_items",
    "chosen_columns",
    "token_uses",
    "kept_answers",
    "jobs",
    "mail_wishes",
    "mail_links",
    "mail_bounces",
];

/// What the program and its triggers keep beside what was saved.
const KEPT: [&str; 25] = [
    "version",
    "assessment_version",
    "figures_version",
    "created_date",
    "modified_date",
    "assessment_modified_date",
    "name_key",
    "name_core",
    "name_initials",
    "poc_key",
    "client_key",
    "maker_key",
    "open_links",
    "confidential_links",
    "priority_rank",
    "is_follow_up_open",
    "settled_date",
    "priority_rhythm_days",
    "contact_due_date",
    "last_discussed_date",
    "open_people",
    "confidential_people",
    "rhythm_version",
    "failing_since",
    "given_up_date",
];

fn columns() -> BTreeMap<String, BTreeMap<String, String>> {
    toml::from_str(include_str!("../../../columns.toml")).unwrap()
}

#[test]
fn every_table_is_known_to_be_audited_or_not() {
    let known: BTreeSet<&str> = AUDITED.iter().map(|(table, _)| *table).chain(NOT_AUDITED).collect();
    let columns = columns();
    let all: BTreeSet<&str> = columns.keys().map(String::as_str).collect();
    assert_eq!(known, all);
}

/// Has every touched row of an audited table noted from now on.
pub fn watch(db: &mut Db) {
    let id = if matches!(db, Db::Sqlite(_)) { "INTEGER PRIMARY KEY" } else { "BIGSERIAL PRIMARY KEY" };
    db.batch_execute(&format!(
        "CREATE TABLE world_touched (touch_id {id}, table_name VARCHAR(50) NOT NULL, record_id BIGINT NOT NULL, \
         audited_before BIGINT NOT NULL)"
    ))
    .unwrap();
    if let Db::Postgres(db) = db {
        db.batch_execute(
            "CREATE FUNCTION world_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO world_touched (table_name, record_id, audited_before) SELECT TG_TABLE_NAME, \
             ((CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) ->> TG_ARGV[0])::BIGINT, \
             COALESCE((SELECT max(audit_id) FROM audit_log), 0); RETURN NULL; END $$",
        )
        .unwrap();
    }
    let columns = columns();
    for (table, key) in AUDITED {
        let saved = columns[table].keys().filter(|column| !KEPT.contains(&column.as_str()));
        let differs: Vec<String> = saved.map(|column| format!("OLD.{column} IS DISTINCT FROM NEW.{column}")).collect();
        for (what, row, when) in [
            ("INSERT", "NEW", String::new()),
            ("UPDATE", "NEW", format!("WHEN ({})", differs.join(" OR "))),
            ("DELETE", "OLD", String::new()),
        ] {
            let trigger = format!("CREATE TRIGGER world_{table}_{what} AFTER {what} ON {table} FOR EACH ROW {when}");
            let statement = match db {
                Db::Sqlite(_) => format!(
                    "{trigger} BEGIN INSERT INTO world_touched (table_name, record_id, audited_before) \
                     SELECT '{table}', {row}.{key}, COALESCE((SELECT max(audit_id) FROM audit_log), 0); END"
                ),
                Db::Postgres(_) => format!("{trigger} EXECUTE FUNCTION world_note('{key}')"),
            };
            db.batch_execute(&statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }
}

/// The touched rows that have no row in the audit log.
pub fn unaudited(world: &World) -> Vec<String> {
    world.texts(
        "SELECT table_name || ' ' || record_id FROM world_touched WHERE NOT EXISTS (SELECT 1 FROM audit_log \
         WHERE audit_log.table_name = world_touched.table_name AND audit_log.record_id = world_touched.record_id \
         AND audit_id > audited_before)",
    )
}
