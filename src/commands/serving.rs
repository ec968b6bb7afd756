//! Serving, with what a server does beside answering.

use std::time::Duration;

use crate::accounts::{AccountDraft, queries as accounts};
use crate::config::Config;
use crate::db::{Db, Lock, backup as backups, hold_lock, migrate, refresh_statistics_at_start, write_transaction};
use crate::error::Result;
use crate::files::store::Store;
use crate::firm::Settings;
use crate::jobs::{Errand, look_after};
use crate::mail::sending::Sender;
use crate::sessions::Password;
use crate::web::server::{self, Limits};
use crate::webhooks::sending::{AT_ONCE, Teller};
use crate::{app_with, demo as demonstration, history, import, live};

use super::{open, open_existing};

/// `serve`
pub fn serve(config: Config) -> Result<()> {
    let mut db = open(&config)?;
    if accounts::is_empty(&mut db)? {
        let password = Password::generate();
        if add_first_admin(&config, &mut db, &password)? {
            println!("first administrator: user name admin, password {} (shown once)", password.reveal_once());
        }
    }
    run(config, db)
}

/// Makes the first account, unless there is one; of several servers that start at once, one makes it.
fn add_first_admin(config: &Config, db: &mut Db, password: &Password) -> Result<bool> {
    let hash = password.hash()?;
    let visit = config.command_line_visit();
    write_transaction(db, |db| {
        hold_lock(db, Lock::Accounts)?;
        if !accounts::is_empty(db)? {
            return Ok(false);
        }
        let draft = AccountDraft {
            username: "admin".into(),
            email: "admin@localhost".into(),
            full_name: "Administrator".into(),
            is_admin: true,
            ..AccountDraft::nobody()
        };
        accounts::insert_without_person(db, &visit, &draft, &hash).map(|_| true)
    })
}

fn run(config: Config, mut db: Db) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listen = config.listen;
    let limits = Limits { proxies: config.trusted_proxies.clone(), ..Limits::default() };
    let settings = Settings::new(config);
    settings.read(&mut db)?;
    refresh_statistics_at_start(&mut db)?;
    drop(db);
    runtime.spawn(keep_history(settings.clone()));
    runtime.spawn(sweep_files(settings.clone()));
    let sender = Sender::new(settings.clone());
    std::thread::Builder::new().name("mail".into()).spawn(|| look_after(sender))?;
    for _ in 0..AT_ONCE {
        let teller = Teller::new(settings.clone());
        std::thread::Builder::new().name("webhooks".into()).spawn(|| look_after(teller))?;
    }
    let outcome = runtime.block_on(server::serve(app_with(settings), listen, limits));
    // Database work for which nobody waits any more may not keep the process from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// Keeps the figures of each day while the server runs. One that could not be kept is missing, no more.
async fn keep_history(settings: Settings) {
    loop {
        let settings = settings.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || keep_today(&settings)).await {
            tracing::warn!(%error, "the figures of today could not be kept");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
}

fn keep_today(settings: &Settings) -> Result<()> {
    let given = settings.given();
    let mut db = given.database.connect(given.durability)?;
    let config = settings.read(&mut db)?;
    let due = history::due(&mut db, &config, &config.command_line_visit())?;
    if due.is_empty() { Ok(()) } else { write_transaction(&mut db, |db| history::keep(db, &due)) }
}

/// Clears away contents of files that no row names any more, files sent for an import that nobody came back for, and
/// what happened in meetings of which everyone was told: once a day while the server runs.
async fn sweep_files(settings: Settings) {
    loop {
        let settings = settings.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || sweep(&settings)).await {
            tracing::warn!(%error, "files could not be cleared away");
        }
        tokio::time::sleep(Duration::from_secs(24 * 3_600)).await;
    }
}

fn sweep(settings: &Settings) -> Result<()> {
    let config = settings.given();
    import::sweep(config)?;
    let mut db = config.database.connect(config.durability)?;
    let visit = config.command_line_visit();
    write_transaction(&mut db, |db| live::queries::forget(db, visit.now))?;
    let swept = Store::of(config).sweep(&mut db, visit.viewer.require_admin()?, visit.now)?;
    if swept > 0 {
        tracing::info!(swept, "files that were removed a while ago were cleared away");
    }
    Ok(())
}

/// `send-mail` and `tell-webhooks`
pub fn do_errand<E: Errand>(config: Config, errand: impl FnOnce(Settings) -> E) -> Result<()> {
    let mut db = open_existing(&config)?;
    println!("{}", errand(Settings::new(config)).run(&mut db)?);
    Ok(())
}

/// `demo`
pub fn demo(config: Config, fill_only: bool, put_aside: bool) -> Result<()> {
    if put_aside {
        put_aside_older(&config)?;
    }
    let mut db = open(&config)?;
    let visit = config.command_line_visit();
    let sign_ins = write_transaction(&mut db, |db| {
        let sign_ins = demonstration::fill(db, &visit)?;
        history::of_demonstration(db, &config, &visit)?;
        Ok(sign_ins)
    })?;
    if fill_only {
        return Ok(());
    }
    // Where it is, the server says once it knows: a free port may have been asked for.
    println!("Roundtable with demonstration data");
    println!("Sign in with one of these names and the password {}", sign_ins.password);
    for (name, rights) in &sign_ins.people {
        println!("  {name:<8} {rights}");
    }
    run(config, db)
}

/// Renames a database file whose schema this program does not know, so that a new one can be filled.
fn put_aside_older(config: &Config) -> Result<()> {
    let Some(file) = config.database.file().filter(|file| file.exists()) else { return Ok(()) };
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    if migrate::standing(&mut db, &steps).is_ok() {
        return Ok(());
    }
    // The last connection to close writes what stands in the log beside the file into it.
    drop(db);
    let aside = file.with_extension(format!("{}.old", config.clock.now().format("%Y%m%d-%H%M%S")));
    backups::rename(file, &aside)?;
    println!("{} is of an older build; it is put aside as {}", file.display(), aside.display());
    Ok(())
}
