//! The filled database that each `World` begins as a copy of: schema, an account and a session per role, and triggers
//! that note what is touched. Made once per build, so that no test migrates, and none hashes a password unless that is
//! its claim.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use roundtable::accounts::{AccountDraft, queries as accounts};
use roundtable::config::Flags;
use roundtable::db::{Db, migrate, write_transaction};
use roundtable::sessions::{self, Password};
use roundtable::web::set_session;

use super::{Config, PASSWORD, Role, first_part, settings, touched};

/// What a template depends on: this build, and the schema, which debug builds read from its folder.
fn key() -> String {
    let mut key = DefaultHasher::new();
    let binary = std::env::current_exe().unwrap();
    let about = fs::metadata(&binary).unwrap();
    (&binary, about.len(), about.modified().unwrap()).hash(&mut key);
    for folder in ["migrations/sqlite", "migrations/postgres"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().for_each(|file| (file, fs::read(file).unwrap()).hash(&mut key));
    }
    format!("{:016x}", key.finish())
}

/// Copies the SQLite template to a new file.
pub fn copy_sqlite(target: &Path) {
    let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join("worlds");
    fs::create_dir_all(&room).unwrap();
    let lock = File::create(room.join("lock")).unwrap();
    lock.lock().unwrap();
    let template = room.join(format!("{}.db", key()));
    if !template.exists() {
        let older = fs::read_dir(&room).unwrap().map(|entry| entry.unwrap().path());
        older
            .filter(|file| file.extension().is_some_and(|kind| kind == "db"))
            .for_each(|file| fs::remove_file(file).unwrap());
        make_sqlite(&template);
    }
    fs::copy(&template, target).unwrap();
}

fn make_sqlite(template: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("filled.db");
    let config = settings(&format!("sqlite:{}", file.display()), folder.path(), Flags::default());
    fill(&config);
    let whole = folder.path().join("whole.db");
    let statement = format!("VACUUM INTO '{}'", whole.display());
    config.database.connect(config.durability).unwrap().batch_execute(&statement).unwrap();
    // A database of ours is private (`db::connect`), and a copy has the mode of what it is a copy of.
    #[cfg(unix)]
    fs::set_permissions(&whole, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let beside = template.with_extension("new");
    fs::copy(&whole, &beside).unwrap();
    fs::rename(beside, template).unwrap();
}

pub fn postgres_server() -> String {
    std::env::var("ROUNDTABLE_TEST_POSTGRES").expect("run the tests through `make test`, or scripts/with-postgres")
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The database server, and the address of the databases on it.
fn server() -> (PgConnection, String) {
    let server = postgres_server();
    let base = server.rsplit_once('/').unwrap().0.to_owned();
    (PgConnection::establish(&server).unwrap(), base)
}

/// Makes a new PostgreSQL database as a copy of the template, which the first who needs it makes; its address and name.
pub fn copy_postgres() -> (String, String) {
    let template = format!("roundtable_{}", key());
    new_postgres(&template).unwrap_or_else(|_| {
        let (mut admin, base) = server();
        admin.batch_execute("SELECT pg_advisory_lock(1)").unwrap();
        new_postgres(&template).unwrap_or_else(|_| {
            make_postgres(&mut admin, &base, &template);
            new_postgres(&template).unwrap()
        })
    })
}

/// Makes a new PostgreSQL database as a copy of another; its address and name.
pub fn new_postgres(template: &str) -> QueryResult<(String, String)> {
    let (mut admin, base) = server();
    let name = format!("world_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
    Ok((format!("{base}/{name}"), name))
}

fn make_postgres(admin: &mut PgConnection, base: &str, template: &str) {
    let filling = format!("{template}_filling");
    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {filling}")).unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {filling} TEMPLATE template0")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fill(&settings(&format!("{base}/{filling}"), folder.path(), Flags::default()));
    // A database that someone is connected to is neither renamed nor copied.
    let leave = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{filling}'");
    admin.batch_execute(&leave).unwrap();
    admin.batch_execute(&format!("ALTER DATABASE {filling} RENAME TO {template}")).unwrap();
}

fn fill(config: &Config) {
    let mut db = config.database.connect(config.durability).unwrap();
    let steps = migrate::known(&db);
    migrate::apply(&mut db, config, &steps, config.clock.now()).unwrap();
    db.batch_execute("CREATE TABLE world_cookies (username VARCHAR(50) NOT NULL, cookie VARCHAR(500) NOT NULL)")
        .unwrap();
    add_accounts(&mut db, config);
    touched::watch(&mut db);
}

fn add_accounts(db: &mut Db, config: &Config) {
    let hash = Password::typed(PASSWORD).hash().unwrap();
    let visit = config.command_line_visit();
    write_transaction(db, |db| {
        for role in Role::SIGNED_IN {
            let draft = AccountDraft {
                username: role.name().into(),
                email: format!("{}@mpr.example", role.name()),
                full_name: format!("The {} person", role.name()),
                has_confidential_access: role == Role::Confidential,
                is_ned_team: matches!(role, Role::Team | Role::ReadOnlyTeam),
                is_admin: matches!(role, Role::Admin | Role::ReadOnlyAdmin),
                is_read_only: role.is_read_only(),
                ..AccountDraft::nobody()
            };
            let user = accounts::insert(db, &visit, &draft, &hash)?;
            let key = sessions::queries::open(db, user, config, visit.now)?;
            let cookie = first_part(&set_session(&key, config));
            db.batch_execute(&format!("INSERT INTO world_cookies VALUES ('{}', '{cookie}')", role.name()))?;
        }
        Ok(())
    })
    .unwrap();
}
