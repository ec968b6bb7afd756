//! Schema and backups: all or nothing, a newer database refused, both databases the same, every column classified.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use roundtable::db::migrate::{self, Migration};
use roundtable::db::{Db, backup};
use roundtable::error::Error;

use crate::world::{Role, World, empty_postgres, empty_sqlite, on_both};

fn now() -> chrono::NaiveDateTime {
    chrono::Utc::now().naive_utc()
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_database_as_it_was() {
    on_both(async |world| {
        world.client("Kept").await;
        let mut db = world.db();
        let mut steps = migrate::known(&db);
        let next = steps.last().unwrap().version + 1;
        steps.push(Migration::new(
            next,
            "half",
            "CREATE TABLE half_done (id INTEGER); INSERT INTO nowhere VALUES (1);",
        ));
        let error = migrate::apply(&mut db, &world.config, &steps, now()).unwrap_err();
        assert!(error.to_string().contains("the database is as it was before"), "{error}");
        assert!(world.db().batch_execute("SELECT * FROM half_done").is_err());
        assert_eq!(world.number("SELECT max(version) FROM schema_version"), next - 1);
        assert!(world.page(Role::Plain, "/clients").await.contains("Kept"));
    })
    .await;
}

#[tokio::test]
async fn items_from_before_they_could_be_searched_are_found() {
    for (_folder, config) in [empty_sqlite(), empty_postgres()] {
        let mut db = config.database.connect(config.durability).unwrap();
        let (before, all): (Vec<_>, Vec<_>) = migrate::known(&db).into_iter().partition(|step| step.version < 54);
        migrate::apply(&mut db, &config, &before, now()).unwrap();
        db.batch_execute(
            "INSERT INTO clients (client_id, client_name, name_key, name_core, created_date) \
             VALUES (1, 'Granite', 'granite', 'granite', '2026-01-01 00:00:00'); \
             INSERT INTO action_items (item_id, client_id, text, is_open, created_date) \
             VALUES (7, 1, 'Write to Élan.', TRUE, '2026-01-01 00:00:00'), \
             (3, 1, 'Ask, quietly', FALSE, '2026-01-02 00:00:00');",
        )
        .unwrap();
        let steps: Vec<Migration> = before.into_iter().chain(all).collect();
        migrate::apply(&mut db, &config, &steps, now()).unwrap();
        for (table, word) in [("find_public", "elan"), ("find_team", "quietly")] {
            let holds = match &db {
                Db::Sqlite(_) => format!("words MATCH '{word}'"),
                Db::Postgres(_) => format!("words @@ to_tsquery('simple', '{word}')"),
            };
            let query = sql_query(format!("SELECT count(*) AS number FROM {table} WHERE {holds}"));
            let count = match &mut db {
                Db::Sqlite(db) => query.get_result::<Number>(db),
                Db::Postgres(db) => query.get_result::<Number>(db),
            };
            assert_eq!(count.unwrap().number, 1, "{word}");
        }
    }
}

#[tokio::test]
async fn a_backup_is_made_before_a_migration_and_holds_the_records() {
    let world = World::sqlite();
    world.client("In the backup").await;
    let mut db = world.db();
    let mut steps = migrate::known(&db);
    let next = steps.last().unwrap().version + 1;
    steps.push(Migration::new(next, "more", "CREATE TABLE more (id INTEGER);"));
    let done = migrate::apply(&mut db, &world.config, &steps, now()).unwrap();
    assert_eq!(done.steps.len(), 1);
    let mut copy = SqliteConnection::establish(done.backup.unwrap().to_str().unwrap()).unwrap();
    let count = sql_query("SELECT count(*) AS number FROM clients").get_result::<Number>(&mut copy).unwrap();
    assert_eq!(count.number, 1);
    assert!(copy.batch_execute("SELECT * FROM more").is_err());
    assert_eq!(migrate::apply(&mut db, &world.config, &steps, now()).unwrap().steps, []);
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

#[tokio::test]
async fn a_newer_database_and_a_changed_migration_are_refused() {
    on_both(async |world| {
        let mut db = world.db();
        let steps = migrate::known(&db);
        let fewer = &steps[..steps.len() - 1];
        let error = migrate::standing(&mut db, fewer).unwrap_err();
        assert!(error.to_string().contains("use a newer program"), "{error}");
        world.execute("UPDATE schema_version SET checksum = 'other' WHERE version = 2");
        let error = migrate::standing(&mut db, &steps).unwrap_err();
        assert!(error.to_string().contains("is not the one"), "{error}");
    })
    .await;
}

#[test]
fn a_locked_database_is_reported_as_locked() {
    let (_folder, config) = empty_sqlite();
    let mut holder = config.database.connect(config.durability).unwrap();
    holder.batch_execute("BEGIN IMMEDIATE").unwrap();
    let mut db = config.database.connect(config.durability).unwrap();
    db.batch_execute("PRAGMA busy_timeout = 50").unwrap();
    let steps = migrate::known(&db);
    let error = migrate::apply(&mut db, &config, &steps, now()).unwrap_err();
    assert!(matches!(error, Error::Locked), "{error:?}");
}

#[test]
fn two_migrators_at_once_do_not_collide() {
    let (_folder, config) = empty_sqlite();
    let applied: Vec<usize> = std::thread::scope(|scope| {
        let migrator = || {
            let mut db = config.database.connect(config.durability).unwrap();
            let steps = migrate::known(&db);
            migrate::apply(&mut db, &config, &steps, now()).unwrap().steps.len()
        };
        let threads = [scope.spawn(migrator), scope.spawn(migrator)];
        threads.map(|thread| thread.join().unwrap()).to_vec()
    });
    let mut db = config.database.connect(config.durability).unwrap();
    let steps = migrate::known(&db);
    assert_eq!(applied.iter().sum::<usize>(), steps.len());
    assert_eq!(migrate::standing(&mut db, &steps).unwrap().pending, []);
}

#[tokio::test]
async fn an_online_backup_is_whole_while_someone_writes() {
    let world = World::sqlite();
    world.client("Before").await;
    let mut writer = world.db();
    let unfinished = "BEGIN IMMEDIATE; INSERT INTO clients (client_name, name_key, name_core, created_date) \
                      VALUES ('Unfinished', 'u', 'u', '2026-01-01')";
    writer.batch_execute(unfinished).unwrap();
    let file = tempfile::tempdir().unwrap();
    let file = file.path().join("copy.db");
    backup::write(&world.config.database, &file).unwrap();
    let mut copy = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let count = sql_query("SELECT count(*) AS number FROM clients").get_result::<Number>(&mut copy).unwrap();
    assert_eq!(count.number, 1);
    let again = backup::write(&world.config.database, &file).unwrap_err();
    assert!(again.to_string().contains("exists already"));
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
}

fn columns(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let rows: Vec<Column> = match world.db() {
        Db::Sqlite(mut db) => sql_query(
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        )
        .load(&mut db),
        Db::Postgres(mut db) => sql_query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             JOIN information_schema.tables USING (table_schema, table_name) \
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
        )
        .load(&mut db),
    }
    .unwrap();
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Column { table_name, column_name } in rows {
        tables.entry(table_name).or_default().insert(column_name);
    }
    // The indexes of words are no columns of ours: on SQLite each is several tables of FTS5, on PostgreSQL one
    // tsvector; and `World` keeps its own beside.
    let apart = |table: &str| table == "schema_version" || table.starts_with("find_") || table.starts_with("world_");
    tables.retain(|table, _| !apart(table));
    tables
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    assert_eq!(columns(&World::sqlite()), columns(&World::postgres()));
}

#[test]
fn every_column_is_classified() {
    let classes: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(include_str!("../../columns.toml")).unwrap();
    let classified: BTreeMap<String, BTreeSet<String>> =
        classes.iter().map(|(table, columns)| (table.clone(), columns.keys().cloned().collect())).collect();
    assert_eq!(classified, columns(&World::sqlite()));
    for class in classes.values().flat_map(BTreeMap::values) {
        assert!(["public", "confidential", "team", "secret"].contains(&class.as_str()), "{class}");
    }
}

#[tokio::test]
async fn the_database_refuses_what_is_on_no_closed_list() {
    on_both(async |world| {
        let id = world.client("Granite").await;
        for statement in [
            "UPDATE clients SET client_type = 'Bank'",
            "UPDATE clients SET client_priority = 'Urgent'",
            "UPDATE clients SET client_status = 'Lost'",
            "UPDATE clients SET relationship_strength = 'Meh'",
            "UPDATE clients SET client_name = ''",
            "UPDATE clients SET mpr_primary_poc = 999999",
            "UPDATE clients SET mpr_primary_poc = 1, mpr_secondary_poc = 1",
            "UPDATE personnel SET personnel_type = 'Robot'",
        ] {
            assert!(world.db().batch_execute(statement).is_err(), "{statement} was taken");
        }
        world.execute(&format!("UPDATE clients SET client_priority = 'High' WHERE client_id = {id}"));
    })
    .await;
}
