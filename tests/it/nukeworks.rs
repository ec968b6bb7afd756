//! The database of the earlier system: each row accounted for, nothing confidential opened, a second run changes
//! nothing.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::StatusCode;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use roundtable::db::{rehearse, write_transaction};
use roundtable::import::nukeworks::{self, Counts, Tally};
use tempfile::TempDir;

use crate::world::{Answer, Role, World, on_both};

/// The tables that its first schema had, with the columns that matter here.
const FIRST: &str = "
CREATE TABLE users (user_id INTEGER PRIMARY KEY, username TEXT, email TEXT, password_hash TEXT, full_name TEXT,
    has_confidential_access BOOLEAN, is_ned_team BOOLEAN, is_admin BOOLEAN, is_active BOOLEAN, last_login TIMESTAMP,
    created_date TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_date TIMESTAMP);
CREATE TABLE technology_vendors (vendor_id INTEGER PRIMARY KEY, vendor_name TEXT, notes TEXT, created_date TIMESTAMP);
CREATE TABLE products (product_id INTEGER PRIMARY KEY, product_name TEXT, vendor_id INTEGER, burnup REAL, notes TEXT);
CREATE TABLE owners_developers (owner_id INTEGER PRIMARY KEY, company_name TEXT, company_type TEXT,
    engagement_level TEXT, notes TEXT, last_contact_date DATE, last_contact_type TEXT, relationship_strength TEXT,
    relationship_notes TEXT, client_priority TEXT, client_status TEXT, created_by INTEGER, created_date TIMESTAMP);
CREATE TABLE constructors (constructor_id INTEGER PRIMARY KEY, company_name TEXT, notes TEXT);
CREATE TABLE projects (project_id INTEGER PRIMARY KEY, project_name TEXT, project_status TEXT, cod DATE, capex REAL,
    notes TEXT);
CREATE TABLE personnel (personnel_id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, personnel_type TEXT,
    organization_type TEXT, organization_id INTEGER, notes TEXT);
CREATE TABLE contact_log (contact_id INTEGER PRIMARY KEY, entity_type TEXT, entity_id INTEGER, contact_date DATE,
    contact_type TEXT, contacted_by INTEGER, summary TEXT, is_confidential BOOLEAN, follow_up_needed BOOLEAN,
    follow_up_date DATE, follow_up_assigned_to INTEGER, created_by INTEGER, created_date TIMESTAMP);
CREATE TABLE roundtable_history (history_id INTEGER PRIMARY KEY, entity_type TEXT, entity_id INTEGER,
    meeting_date DATE, discussion TEXT, action_items TEXT, created_by INTEGER, created_date TIMESTAMP);
CREATE TABLE confidential_field_flags (flag_id INTEGER PRIMARY KEY, table_name TEXT, record_id INTEGER,
    field_name TEXT, is_confidential BOOLEAN);
CREATE TABLE audit_log (log_id INTEGER PRIMARY KEY, action TEXT);
CREATE TABLE owner_vendor_relationships (relationship_id INTEGER PRIMARY KEY, owner_id INTEGER, vendor_id INTEGER,
    relationship_type TEXT, notes TEXT, is_confidential BOOLEAN);
CREATE TABLE vendor_preferred_constructor (relationship_id INTEGER PRIMARY KEY, vendor_id INTEGER,
    constructor_id INTEGER, preference_reason TEXT, is_confidential BOOLEAN);
INSERT INTO schema_version VALUES (1, '2025-01-04 00:00:00');
INSERT INTO users VALUES (1, 'JSmith', 'J@Firm.example', 'x', 'John Smith', 1, 1, 0, 1, '2025-07-01 08:00:00',
    '2025-01-05 09:00:00');
INSERT INTO personnel VALUES (1, 'John Smith', 'j@firm.example', 'Internal', NULL, NULL, NULL),
    (2, 'Vera Vendor', NULL, 'Vendor_Contact', 'Vendor', 1, NULL);
INSERT INTO technology_vendors VALUES (1, 'Granite Reactors', 'open words', '2025-01-05 09:00:00'),
    (2, '  ', NULL, NULL);
INSERT INTO products VALUES (1, 'GR-300', 1, 45000.0, NULL), (2, 'Lost', 99, NULL, NULL);
INSERT INTO constructors VALUES (1, 'Slate Builders', NULL);
INSERT INTO owners_developers VALUES (1, 'Harbor Power', 'Public Power', 'invested', NULL, '2025-09-01', 'Meeting',
    'Excellent', 'ZQstrategy', 'high', 'ACTIVE', 1, '2025-01-05 09:00:00');
INSERT INTO projects VALUES (1, 'Cedar One', 'Licensing', '12/31/2031', 5300.0, 'ZQnotes of the project');
INSERT INTO contact_log VALUES
    (1, 'Owner', 1, '2025-09-01 00:00:00', 'Meeting', 1, 'ZQtold', 1, 1, '2025-10-01', 1, 1, '2025-09-02 10:00:00'),
    (2, 'Vendor', 1, '08/15/2025', 'Phone', 1, 'an open call', 0, 0, NULL, NULL, 1, '2025-08-15 10:00:00'),
    (3, 'Owner', 77, '2025-08-15', 'Phone', 1, 'of nobody', 0, 0, NULL, NULL, NULL, NULL),
    (4, 'Owner', 1, '2031-01-01', 'Phone', 1, 'to come', 0, 0, NULL, NULL, NULL, NULL);
INSERT INTO roundtable_history VALUES (1, 'Owner', 1, '2025-09-03', 'ZQdiscussed', NULL, 1, '2025-09-03'),
    (2, 'Owner', 1, '2025-09-04', NULL, '  ', 1, '2025-09-04');
INSERT INTO confidential_field_flags VALUES (1, 'projects', 1, 'capex', 1), (2, 'projects', 1, 'notes', 1),
    (3, 'owner_vendor_relationships', 1, 'notes', 1), (4, 'projects', 1, 'cod', 0);
INSERT INTO audit_log VALUES (1, 'CREATE'), (2, 'UPDATE');
INSERT INTO owner_vendor_relationships VALUES (1, 1, 1, 'Delivery_Contract', 'ZQlinked', 0);
INSERT INTO vendor_preferred_constructor VALUES (1, 1, 1, 'an alliance', 0);
";

/// What the later schemas added.
const LATER: &str = "
CREATE TABLE clients (client_id INTEGER PRIMARY KEY, client_name TEXT, client_type TEXT, notes TEXT,
    mpr_primary_poc INTEGER, mpr_secondary_poc INTEGER, last_contact_date DATE, last_contact_type TEXT,
    last_contact_by INTEGER, last_contact_notes TEXT, next_planned_contact_date DATE, next_planned_contact_type TEXT,
    next_planned_contact_assigned_to INTEGER, relationship_strength TEXT, relationship_notes TEXT,
    client_priority TEXT, client_status TEXT, created_date TIMESTAMP);
CREATE TABLE client_personnel_relationships (relationship_id INTEGER PRIMARY KEY, client_id INTEGER,
    personnel_id INTEGER, role_at_client TEXT, is_primary_contact BOOLEAN, is_confidential BOOLEAN, notes TEXT);
CREATE TABLE client_owner_relationships (relationship_id INTEGER PRIMARY KEY, client_id INTEGER, owner_id INTEGER,
    is_confidential BOOLEAN, notes TEXT);
ALTER TABLE roundtable_history ADD COLUMN next_steps TEXT;
ALTER TABLE projects ADD COLUMN latitude REAL;
INSERT INTO schema_version VALUES (4, '2025-10-05 00:00:00');
INSERT INTO clients VALUES
    (1, 'Three Rivers', 'utility', '=HYPERLINK(1)', 1, 1, '2025-09-05', 'Phone call', 1, 'told last', '2025-11-02',
        'Video', 1, 'Good', NULL, 'Low', NULL, '2025-10-06 09:00:00'),
    (2, 'Three Rivers', NULL, 'another of that name', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, '2025-10-06 09:00:00'),
    (3, x'00ff', 'Utility', NULL, NULL, NULL, '2025-13-45', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL);
INSERT INTO client_personnel_relationships VALUES (1, 1, 2, 'CEO', 1, 0, NULL), (2, 1, 1, NULL, 1, NULL, 'ZQwho');
INSERT INTO client_owner_relationships VALUES (1, 1, 1, 1, 'ZQowned'), (2, 9, 1, 0, NULL);
INSERT INTO roundtable_history VALUES (3, 'Client', 1, '2025-10-07', NULL, NULL, 1, '2025-10-07', 'ZQnext');
";

/// What was marked confidential where nothing here is, and what a client tells of a day of which another row is.
const HUSHED: &str = "
CREATE TABLE entity_team_members (assignment_id INTEGER PRIMARY KEY, entity_type TEXT, entity_id INTEGER,
    personnel_id INTEGER, assignment_type TEXT, is_active BOOLEAN);
INSERT INTO entity_team_members VALUES (1, 'Vendor', 1, 1, 'ZQassigned', 1);
INSERT INTO confidential_field_flags VALUES (9, 'entity_team_members', 1, 'assignment_type', 1);
UPDATE clients SET last_contact_notes = 'ZQhushed' WHERE client_id = 1;
INSERT INTO contact_log VALUES
    (8, 'Client', 1, '2025-09-05', 'Phone', 1, 'an open call of that day', 0, 0, NULL, NULL, 1, NULL),
    (9, 'Client', 1, '2025-09-05', 'Email', 1, 'ZQhushed', 1, 0, NULL, NULL, 1, NULL);
";

struct Earlier {
    _folder: TempDir,
    file: PathBuf,
}

fn earlier(statements: &[&str]) -> Earlier {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("earlier?#.sqlite");
    let mut db = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    for statement in statements {
        db.batch_execute(statement).unwrap();
    }
    Earlier { _folder: folder, file }
}

fn run(world: &World, file: &Path) -> Tally {
    let zone = chrono_tz::America::New_York;
    let tally = write_transaction(&mut world.db(), |db| nukeworks::run(db, &world.visit(), zone, file)).unwrap();
    assert!(tally.is_whole(), "{tally}");
    tally
}

fn counts(read: usize, taken: usize, merged: usize, named: usize) -> Counts {
    Counts { read, taken, merged, named }
}

#[tokio::test]
async fn each_row_of_the_first_schema_is_taken_or_named() {
    on_both(async |world| {
        let earlier = earlier(&[FIRST]);
        let tally = run(world, &earlier.file);
        let of = |table| tally.counts(table);
        assert_eq!(of("users"), counts(1, 1, 0, 0));
        assert_eq!(of("personnel"), counts(2, 2, 0, 0));
        assert_eq!(of("technology_vendors"), counts(2, 1, 0, 1));
        assert_eq!(of("products"), counts(2, 1, 0, 1));
        assert_eq!(of("contact_log"), counts(4, 2, 0, 2));
        assert_eq!(of("roundtable_history"), counts(2, 1, 0, 1));
        assert_eq!(of("confidential_field_flags"), counts(4, 0, 3, 1));
        assert_eq!(of("audit_log"), counts(2, 0, 0, 2));
        assert_eq!(of("schema_version"), counts(1, 0, 0, 1));
        assert_eq!(of("vendor_preferred_constructor"), counts(1, 0, 1, 0));
        let told = tally.to_string();
        assert!(told.starts_with("audit_log: 2 in, 0 taken, 0 merged, 2 named\n"), "{told}");
        for words in ["audit_log 1–2: ", "products 2: its vendor is not there", "burnup 45000", "capex"] {
            assert!(words == "capex" || told.contains(words), "{words}: {told}");
        }
        // An owner that was kept like a client is a client as well, with its contacts and entries.
        let client = "SELECT client_id FROM clients WHERE client_name = 'Harbor Power'";
        let id = world.number(client);
        let shown = world.get(Role::Team, &format!("/clients/api/{id}")).await.json();
        assert_eq!(shown["client_priority"], "High");
        assert_eq!(shown["client_status"], "Active");
        assert_eq!(shown["last_contact_date"], "2025-09-01");
        assert_eq!(shown["last_contact_type"], "In-person");
        let notes = shown["relationship_notes"].as_str().unwrap();
        assert!(notes.contains("ZQstrategy") && notes.contains("Strength: Excellent"), "{notes}");
        assert_eq!(world.number("SELECT count(*) FROM client_owner_relationships"), 1);
        assert_eq!(world.number("SELECT count(*) FROM products WHERE burnup = 45"), 1);
        assert_eq!(world.number("SELECT count(*) FROM personnel WHERE employer = 'Granite Reactors'"), 1);
        // One change, of now; its rows are of the moments at which they were made, in the zones of their columns.
        assert_eq!(world.number("SELECT count(*) FROM changes WHERE way = 'import'"), 1);
        assert_eq!(world.texts("SELECT CAST(created_date AS TEXT) FROM technology_vendors"), ["2025-01-05 09:00:00"]);
        assert_eq!(world.texts("SELECT CAST(created_date AS TEXT) FROM roundtable_history"), ["2025-09-03 04:00:00"]);
        let login = "SELECT CAST(last_login AS TEXT) FROM users WHERE username = 'jsmith'";
        assert_eq!(world.texts(login), ["2025-07-01 12:00:00"]);
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_tells_the_same_and_a_second_run_changes_nothing() {
    on_both(async |world| {
        let earlier = earlier(&[FIRST, LATER]);
        let zone = chrono_tz::UTC;
        let before = world.number("SELECT count(*) FROM audit_log");
        let rehearsed =
            rehearse(&mut world.db(), |db| nukeworks::run(db, &world.visit(), zone, &earlier.file)).unwrap();
        assert_eq!(world.number("SELECT count(*) FROM audit_log"), before);
        assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
        let first = run(world, &earlier.file);
        assert_eq!(first.to_string(), rehearsed.to_string());
        assert_eq!(first.counts("clients"), counts(3, 2, 0, 1));
        assert_eq!(first.counts("client_personnel_relationships"), counts(2, 2, 0, 0));
        assert_eq!(first.counts("client_owner_relationships"), counts(2, 1, 0, 1));
        let tables = ["audit_log", "changes", "clients", "contact_log", "roundtable_history", "personnel", "users"];
        let rows = || tables.map(|table| world.number(&format!("SELECT count(*) FROM {table}")));
        let once = rows();
        let second = run(world, &earlier.file);
        assert_eq!(rows(), once, "{second}");
        for (table, counted) in second.tables() {
            assert_eq!(counted.taken, 0, "{table}");
            assert_eq!(counted.named, first.counts(table).named, "{table}");
        }
        assert!(!std::fs::exists(earlier.file.with_extension("sqlite-wal")).unwrap());
    })
    .await;
}

#[tokio::test]
async fn clients_keep_what_was_known_of_them() {
    on_both(async |world| {
        run(world, &earlier(&[FIRST, LATER]).file);
        let ids = "SELECT min(client_id) FROM clients WHERE client_name = 'Three Rivers'";
        let client = world.get(Role::Team, &format!("/clients/api/{}", world.number(ids))).await.json();
        assert_eq!(client["client_type"], "Utility");
        assert_eq!(client["last_contact_date"], "2025-09-05");
        assert_eq!(client["last_contact_notes"], "told last");
        assert_eq!(client["next_planned_contact_date"], "2025-11-02");
        assert!(client["mpr_primary_poc"].is_i64() && client["mpr_secondary_poc"].is_null());
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_name = 'Three Rivers'"), 2);
        assert_eq!(world.number("SELECT count(*) FROM roundtable_history WHERE next_steps = 'ZQnext'"), 1);
        let primary = "SELECT count(*) FROM client_personnel_relationships WHERE is_primary_contact";
        assert_eq!(world.number(primary), 2, "an open one, and a confidential one beside it");
    })
    .await;
}

#[tokio::test]
async fn nothing_restricted_reaches_those_without_the_right() {
    on_both(async |world| {
        run(world, &earlier(&[FIRST, LATER, HUSHED]).file);
        let mut addresses: Vec<String> = ["/clients", "/contacts", "/search?q=ZQ", "/projects"].map(Into::into).into();
        for (path, table, key) in [
            ("clients", "clients", "client_id"),
            ("projects", "projects", "project_id"),
            ("owners", "owners_developers", "owner_id"),
            ("vendors", "technology_vendors", "vendor_id"),
            ("people", "personnel", "personnel_id"),
        ] {
            let ids = world.texts(&format!("SELECT CAST({key} AS TEXT) FROM {table}"));
            addresses.extend(ids.iter().map(|id| format!("/{path}/{id}")));
        }
        for address in addresses {
            let shown = world.page(Role::Plain, &address).await;
            let words = ["ZQtold", "ZQlinked", "ZQowned", "ZQwho", "ZQstrategy", "ZQdiscussed", "5300 ", "ZQnotes"];
            for word in words.into_iter().chain(["ZQassigned", "ZQhushed"]) {
                assert!(!shown.contains(word) || address.contains("q=ZQ"), "{word} in {address}");
            }
        }
        let project = world.number("SELECT project_id FROM projects");
        assert!(world.page(Role::Confidential, &format!("/projects/{project}")).await.contains("5300 "));
        // What was marked confidential in a field that everyone reads is nowhere.
        assert_eq!(world.number("SELECT count(*) FROM audit_log WHERE changes LIKE '%ZQnotes%'"), 0);
        assert_eq!(world.number("SELECT count(*) FROM owner_vendor_relationships WHERE is_confidential"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_encoding_says_the_same() {
    let told = |encoding: &str| run(&World::sqlite(), &earlier(&[encoding, FIRST, LATER, HUSHED]).file).to_string();
    assert_eq!(told("PRAGMA encoding = 'UTF-16le'"), told("PRAGMA encoding = 'UTF-8'"));
}

#[tokio::test]
async fn an_account_signs_in_once_an_administrator_has_set_its_password() {
    let world = World::sqlite();
    run(&world, &earlier(&[FIRST]).file);
    for password in ["x", "", "password"] {
        assert!(!world.sign_in("jsmith", password).await.headers.contains_key("set-cookie"), "{password}");
    }
    assert_eq!(world.number("SELECT count(*) FROM users WHERE username = 'jsmith' AND personnel_id IS NOT NULL"), 1);
}

#[tokio::test]
async fn what_is_no_database_of_the_earlier_system_is_refused() {
    let world = World::sqlite();
    let attempt = |file: &Path| {
        let work = |db: &mut roundtable::db::Db| nukeworks::run(db, &world.visit(), chrono_tz::UTC, file);
        write_transaction(&mut world.db(), work).unwrap_err().to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some");
    assert!(attempt(&file).contains("cannot read"));
    assert!(attempt(folder.path()).contains("it is no file"));
    std::fs::write(&file, "client_name\nGranite\n").unwrap();
    assert!(attempt(&file).contains("is no SQLite database"));
    let other = earlier(&["CREATE TABLE something (a)"]);
    assert!(attempt(&other.file).contains("no database of the earlier system"));
    let own = earlier(&["CREATE TABLE schema_version (version, checksum)", "CREATE TABLE users (user_id)"]);
    assert!(attempt(&own.file).contains("is a database of Roundtable itself"));
    let broken = earlier(&[FIRST]);
    let mut bytes = std::fs::read(&broken.file).unwrap();
    let middle = bytes.len() / 2;
    bytes[200..middle].fill(0xff);
    std::fs::write(&broken.file, bytes).unwrap();
    assert!(attempt(&broken.file).contains("earlier?#.sqlite"));
}

#[tokio::test]
async fn hostile_values_are_named_and_harm_nothing() {
    on_both(async |world| {
        let hostile = "
            CREATE VIEW offtakers AS SELECT 1 AS offtaker_id, 'computed' AS organization_name;
            CREATE TABLE \"odd \"\" name\" (a, b TEXT);
            INSERT INTO \"odd \"\" name\" VALUES (char(27) || '[2J', NULL);
            INSERT INTO technology_vendors VALUES (7, 'ESC' || char(27) || char(0) || 'APE', x'00', 'never'),
                (8, 'Long' || hex(zeroblob(300)), hex(zeroblob(20000)), 9e300),
                (9, zeroblob(5), zeroblob(900000), -1);
            INSERT INTO projects VALUES (9, 'Odd', 'Licensing', 'soon', 9e999, 'n', 'north');
            INSERT INTO contact_log
                VALUES (9, 'Client', 1, 20250905, NULL, 'nobody', NULL, 'maybe', 2, 'x', 'y', 1, 0.5);
            INSERT INTO users VALUES (9, 'jsmith', 'j@firm.example', 1, NULL, 'yes', 2, 3, 4, 'x', 'y');";
        let tally = run(world, &earlier(&[FIRST, LATER, hostile]).file);
        assert_eq!(tally.counts("odd \" name"), counts(1, 0, 0, 1));
        assert_eq!(tally.counts("offtakers"), Counts::default());
        assert_eq!(tally.counts("technology_vendors").read, 5);
        assert_eq!(tally.counts("users"), counts(2, 1, 1, 0));
        assert!(!tally.to_string().contains('\u{1b}'));
        assert_eq!(world.number("SELECT count(*) FROM technology_vendors WHERE vendor_name = 'ESCAPE'"), 1);
        assert_eq!(world.number("SELECT count(*) FROM users WHERE is_admin"), 2);
    })
    .await;
}

/// A form with one file, as a browser sends it.
async fn send(world: &World, role: Role, bytes: &[u8]) -> Answer {
    let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.sqlite\"\r\n\
                Content-Type: application/octet-stream\r\n\r\n";
    let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    let request = world
        .request("POST", "/import/nukeworks")
        .header("origin", "http://roundtable.test")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("cookie", world.cookie(role).unwrap_or_default());
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// The files that wait for whoever sent them.
fn waiting(world: &World) -> usize {
    let folder = world.config.backups.with_file_name("uploads");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn an_administrator_sends_the_file_looks_and_takes_it() {
    on_both(async |world| {
        let bytes = std::fs::read(earlier(&[FIRST, LATER]).file).unwrap();
        assert_eq!(send(world, Role::Team, &bytes).await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(world, Role::ReadOnlyAdmin, &bytes).await.status, StatusCode::FORBIDDEN);
        let refused = send(world, Role::Admin, b"name\r\nGranite\r\n").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("The file is no SQLite database"), "{}", refused.body);
        assert_eq!(world.post(Role::Admin, "/import/nukeworks", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(waiting(world), 0);
        let rehearsed = send(world, Role::Admin, &bytes).await;
        assert_eq!(rehearsed.status, StatusCode::OK, "{}", rehearsed.body);
        assert_eq!((waiting(world), world.number("SELECT count(*) FROM clients")), (1, 0));
        let run = rehearsed.body.split("action=\"").find(|part| part.starts_with("/import/nukeworks/")).unwrap();
        let run = run.split('"').next().unwrap();
        let taken = world.post(Role::Admin, run, &[]).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
        assert!(taken.body.contains("audit_log"), "{}", taken.body);
        // Two of its clients, an owner and a vendor.
        assert_eq!((waiting(world), world.number("SELECT count(*) FROM clients")), (0, 4));
        let by = world.texts("SELECT username FROM changes WHERE way = 'import'");
        assert_eq!(by, ["admin"]);
        assert_eq!(world.post(Role::Admin, run, &[]).await.status, StatusCode::NOT_FOUND);
        let again = send(world, Role::Admin, &bytes).await.body;
        let discard = again.split("action=\"").filter(|part| part.starts_with("/import/nukeworks/")).nth(1).unwrap();
        world.post(Role::Admin, discard.split('"').next().unwrap(), &[]).await.location();
        assert_eq!(waiting(world), 0);
        assert_eq!(world.post(Role::Admin, "/import/nukeworks/..%2Fx/run", &[]).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_its_own_program_wrote_comes_in_whole() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/legacy-v3.sqlite");
    assert!(file.exists(), "the database of the earlier system belongs in shared/data beside the repository");
    on_both(async |world| {
        let first = run(world, &file);
        let rows: usize = first.tables().map(|(_, counts)| counts.read).sum();
        assert_eq!(rows, 94, "{first}");
        let named: usize = first.tables().map(|(_, counts)| counts.named).sum();
        assert_eq!(named, 5, "{first}");
        assert_eq!(first.counts("clients"), counts(9, 9, 0, 0));
        assert_eq!(run(world, &file).tables().map(|(_, counts)| counts.taken).sum::<usize>(), 0);
    })
    .await;
}
