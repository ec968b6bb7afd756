//! Keeping records when the ground gives way: a full disk, a lost file, a database that is gone, silent or locked.

use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use diesel::connection::SimpleConnection;
use libsqlite3_sys as sqlite;
use roundtable::config::Address;

use crate::command_line::{Server, roundtable, succeeds};
use crate::proxy::Proxy;
use crate::world::{Answer, PASSWORD, Role, World};

const WORDS: &str = "Words that took <an hour> to type";

/// Refused as unavailable, with the reason and what was typed, ready to be sent again.
fn assert_kept(answer: &Answer, path: &str, reason: &str) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert!(answer.body.contains(reason), "{}", answer.body);
    assert!(answer.body.contains("Words that took &#60;an hour&#62; to type"), "{}", answer.body);
    assert!(answer.body.contains(&format!("action=\"{path}\"")), "{}", answer.body);
}

async fn health(world: &World) -> (StatusCode, String) {
    let answer = world.get(Role::Anonymous, "/health").await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn saves_that_wait_for_a_locked_file_give_up_together() {
    let world = World::sqlite();
    world.client("Before").await;
    let mut other = world.db();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let form = [("client_name", "Meanwhile"), ("notes", WORDS)];
    let saves = (0..4).map(|_| world.post(Role::Plain, "/clients/new", &form));
    for answer in futures_util::future::join_all(saves).await {
        assert_kept(&answer, "/clients/new", "Another program holds the database");
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(world.post(Role::Plain, "/clients/new", &form).await.status, StatusCode::SEE_OTHER);
}

/// The database file that may not grow.
static FULL: Mutex<Option<String>> = Mutex::new(None);

/// Called by SQLite for each connection that is opened in this process.
unsafe extern "C" fn allow_no_more_pages(
    db: *mut sqlite::sqlite3,
    _: *mut *mut std::ffi::c_char,
    _: *const sqlite::sqlite3_api_routines,
) -> std::ffi::c_int {
    // SAFETY: SQLite hands over an open connection, whose file name lives as long as it does.
    unsafe {
        let name = std::ffi::CStr::from_ptr(sqlite::sqlite3_db_filename(db, c"main".as_ptr()));
        if FULL.lock().unwrap().as_deref() == name.to_str().ok() {
            // As many as there are: SQLite goes no lower.
            let pragma = c"PRAGMA max_page_count = 1";
            sqlite::sqlite3_exec(db, pragma.as_ptr(), None, std::ptr::null_mut(), std::ptr::null_mut());
        }
    }
    sqlite::SQLITE_OK
}

#[tokio::test]
async fn a_database_without_room_refuses_a_save_and_keeps_the_words() {
    let world = World::sqlite();
    let file = world.config.database.file().unwrap().canonicalize().unwrap();
    *FULL.lock().unwrap() = Some(file.to_str().unwrap().to_owned());
    // SAFETY: the function lives as long as the program.
    unsafe { sqlite::sqlite3_auto_extension(Some(allow_no_more_pages)) };
    let long = "much ".repeat(3_900);
    let form = [("client_name", WORDS), ("notes", long.as_str())];
    assert_kept(&world.post(Role::Plain, "/clients/new", &form).await, "/clients/new", "is full");
    assert!(world.page(Role::Plain, "/clients").await.contains("Clients"));
    assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    *FULL.lock().unwrap() = None;
    let saved = world.post(Role::Plain, "/clients/new", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(health(&world).await, (StatusCode::OK, "ok".into()));
}

#[test]
fn a_disk_that_takes_nothing_is_told_and_recovered_from() {
    let folder = tempfile::tempdir().unwrap();
    let account = ["user", "add", "ana", "--email", "ana@mpr.example", "--password-stdin"];
    succeeds(&folder, &account, PASSWORD);
    let serve = roundtable(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    // A file over the limit is then an error of writing, not the end of the process.
    let mut patient = Command::new("sh");
    patient.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(serve.get_program()).args(serve.get_args());
    for (name, _) in serve.get_envs() {
        patient.env_remove(name);
    }
    let server = Server::spawn(&mut patient);
    let signed_in = server.post("/sign-in", "", &format!("username=ana&password={}", PASSWORD.replace(' ', "+")));
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a session");
    let cookie = cookie.split(';').next().unwrap();
    let limit = |size: &str| {
        let pid = server.child.id().to_string();
        let limited = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={size}:unlimited")]).status();
        assert!(limited.unwrap().success());
    };
    limit("1");
    let refused = server.post("/clients/new", cookie, "client_name=Granite&notes=A+long+story");
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("may be full or failing") && refused.contains("A long story"), "{refused}");
    let told = server.get("/health");
    assert!(told.starts_with("HTTP/1.1 503 ") && told.ends_with("failing"), "{told}");
    limit("unlimited");
    assert!(server.get("/health").ends_with("ok"));
    let saved = server.post("/clients/new", cookie, "client_name=Granite&notes=A+long+story");
    assert!(saved.starts_with("HTTP/1.1 303 "), "{saved}");
}

#[tokio::test]
async fn a_file_that_was_removed_or_replaced_takes_no_save() {
    let world = World::sqlite();
    world.client("Before").await;
    let file = world.config.database.file().unwrap().to_owned();
    let aside = file.with_extension("aside");
    let form = [("client_name", WORDS)];
    std::fs::rename(&file, &aside).unwrap();
    assert_kept(&world.post(Role::Plain, "/clients/new", &form).await, "/clients/new", "was removed or replaced");
    assert!(!file.exists(), "no other file takes its place");
    assert_eq!(health(&world).await, (StatusCode::SERVICE_UNAVAILABLE, "missing".into()));
    std::fs::copy(&aside, &file).unwrap();
    assert_kept(&world.post(Role::Plain, "/clients/new", &form).await, "/clients/new", "was removed or replaced");
    assert_eq!(world.get(Role::Plain, "/clients").await.status, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(health(&world).await, (StatusCode::OK, "ok".into()));
    assert_eq!(world.post(Role::Plain, "/clients/new", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.number("SELECT count(*) FROM clients"), 2);
}

/// A world whose server reaches PostgreSQL through a proxy.
async fn behind_a_proxy() -> (World, Proxy) {
    let mut world = World::postgres();
    let Address::Postgres(url) = &world.config.database else { panic!("not on PostgreSQL") };
    let mut url = url::Url::parse(url).unwrap();
    let proxy = Proxy::to(url.port().unwrap());
    url.set_port(Some(proxy.port)).unwrap();
    world.serve_from(Address::Postgres(url.into()));
    world.client("Before").await;
    (world, proxy)
}

#[tokio::test]
async fn a_postgresql_that_is_gone_is_told_and_found_again() {
    let (world, proxy) = behind_a_proxy().await;
    let form = [("client_name", WORDS)];
    proxy.cut();
    let page = world.get(Role::Plain, "/clients").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("cannot be reached"), "{}", page.body);
    assert_kept(&world.post(Role::Plain, "/clients/new", &form).await, "/clients/new", "cannot be reached");
    assert_eq!(health(&world).await, (StatusCode::SERVICE_UNAVAILABLE, "unreachable".into()));
    let document = world.get(Role::Plain, "/clients/api/search?q=a").await;
    assert_eq!(document.json()["status"], 503);
    proxy.mend();
    assert_eq!(health(&world).await, (StatusCode::OK, "ok".into()));
    assert_eq!(world.post(Role::Plain, "/clients/new", &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_silent_postgresql_holds_nobody_for_ever() {
    let (world, proxy) = behind_a_proxy().await;
    proxy.fall_silent();
    let begun = Instant::now();
    assert_eq!(health(&world).await, (StatusCode::SERVICE_UNAVAILABLE, "slow".into()));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let pages = (0..4).map(|_| world.get(Role::Plain, "/clients"));
    for page in futures_util::future::join_all(pages).await {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        // Whichever of the limits comes first, that of an open connection or that of a new one.
        let told = ["does not answer in time", "cannot be reached"].iter().any(|words| page.body.contains(words));
        assert!(told, "{}", page.body);
    }
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    proxy.mend();
    assert!(world.page(Role::Plain, "/clients").await.contains("Before"));
}

#[tokio::test]
async fn a_form_with_a_password_is_not_given_back() {
    let (world, proxy) = behind_a_proxy().await;
    proxy.cut();
    let answer = world.sign_in("plain", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("cannot be reached") && !answer.body.contains(PASSWORD), "{}", answer.body);
}
