//! What each subcommand does; results go to standard output, the log and errors to standard error.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use chrono::Days;
use roundtable::access::{Visit, Way};
use roundtable::accounts::{AccountDraft, queries as accounts, reset};
use roundtable::config::{Config, Durability, files_of};
use roundtable::db::{
    Db, Lock, backup as backups, hold_lock, migrate, private_file, read_transaction, refresh_statistics,
    refresh_statistics_at_start, rehearse, write_transaction,
};
use roundtable::error::{Error, Result};
use roundtable::files::{backing_up, store::Store};
use roundtable::firm::Settings;
use roundtable::jobs::{Errand, look_after, webhook_queries};
use roundtable::mail::mailbox::{self, Mailbox};
use roundtable::mail::sending::Sender;
use roundtable::sessions::{KnownWords, Password, SignInName, queries as sessions};
use roundtable::tokens::{Scope, Token, TokenDraft, queries as tokens};
use roundtable::web::server::{self, Limits};
use roundtable::webhooks::sending::Teller;
use roundtable::{app_with, archive, demo as demonstration, history, import, mcp, shared};

use crate::{NewToken, NewUser};

/// Opens a database that must be there: a mistyped path makes no new one.
fn open_existing(config: &Config) -> Result<Db> {
    match config.database.file() {
        Some(file) if !file.exists() => Err(Error::Setup(format!("there is no database {}", file.display()))),
        _ => open(config),
    }
}

/// Opens the database; a new one gets its schema, an old one is refused until it is migrated.
fn open(config: &Config) -> Result<Db> {
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let standing = migrate::standing(&mut db, &steps)?;
    if standing.version == 0 {
        migrate::apply(&mut db, config, &steps, config.clock.now())?;
    } else if !standing.pending.is_empty() {
        return Err(Error::Setup(format!(
            "the database has schema version {}, {} migrations are pending: run `roundtable apply-migrations`",
            standing.version,
            standing.pending.len()
        )));
    }
    Ok(db)
}

/// `serve`
pub fn serve(config: Config) -> Result<()> {
    let mut db = open(&config)?;
    if accounts::is_empty(&mut db)? {
        let password = Password::generate();
        if add_first_admin(&config, &mut db, &password)? {
            println!("first administrator: user name admin, password {} (shown once)", password.reveal_once());
        }
    }
    refresh_statistics_at_start(&mut db)?;
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
    drop(db);
    runtime.spawn(keep_history(settings.clone()));
    runtime.spawn(sweep_files(settings.clone()));
    let (sender, teller) = (Sender::new(settings.clone()), Teller::new(settings.clone()));
    std::thread::Builder::new().name("mail".into()).spawn(|| look_after(sender))?;
    std::thread::Builder::new().name("webhooks".into()).spawn(|| look_after(teller))?;
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

/// Clears away contents of files that no row names any more, and files sent for an import that nobody came back for:
/// once a day while the server runs.
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
    println!("Roundtable with demonstration data at http://{}", config.listen);
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

/// `check-migrations`
pub fn check_migrations(config: &Config) -> Result<()> {
    if config.database.file().is_some_and(|file| !file.exists()) {
        println!("there is no database yet");
        return Ok(());
    }
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let standing = migrate::standing(&mut db, &steps)?;
    println!("schema version {}, newest {}", standing.version, steps.len());
    for step in &standing.pending {
        println!("pending: {} {}", step.version, step.description);
    }
    if standing.pending.is_empty() {
        println!("nothing is pending");
    }
    Ok(())
}

/// `apply-migrations`
pub fn apply_migrations(config: &Config) -> Result<()> {
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let done = migrate::apply(&mut db, config, &steps, config.clock.now())?;
    if let Some(file) = &done.backup {
        println!("backup: {}", file.display());
    }
    for step in &done.steps {
        println!("applied: {} {}", step.version, step.description);
    }
    if done.steps.is_empty() {
        println!("nothing was pending");
    }
    Ok(())
}

/// The password from standard input, or a new one that is shown once.
fn password(from_stdin: bool, known: &KnownWords) -> Result<(Password, bool)> {
    if !from_stdin {
        return Ok((Password::generate(), true));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let line = text.trim_end_matches(['\r', '\n']);
    let chosen = Password::chosen(line, known);
    Ok((chosen.map_err(|words| Error::Setup(format!("the password cannot be used. {words}")))?, false))
}

/// Adds an account; only a full name that was given makes a person.
fn add_account(
    config: &Config,
    db: &mut Db,
    draft: &AccountDraft,
    password: &Password,
    names_person: bool,
) -> Result<()> {
    let hash = password.hash()?;
    let visit = config.command_line_visit();
    let insert = if names_person { accounts::insert } else { accounts::insert_without_person };
    let added = write_transaction(db, |db| insert(db, &visit, draft, &hash));
    match added {
        Err(error) if error.is_duplicate() => {
            Err(Error::Setup("an account of this name or email address exists already".into()))
        }
        other => other.map(|_| ()),
    }
}

/// `user add`
pub fn add_user(config: &Config, user: NewUser) -> Result<()> {
    let username = SignInName::of(&user.name).as_str().to_owned();
    let names_person = user.full_name.is_some();
    let draft = AccountDraft {
        full_name: user.full_name.unwrap_or_else(|| user.name.clone()),
        email: user.email.trim().to_lowercase(),
        has_confidential_access: user.confidential,
        is_ned_team: user.ned_team,
        is_admin: user.admin,
        is_read_only: user.read_only,
        ..AccountDraft::nobody()
    };
    if username.is_empty() || username.contains(char::is_whitespace) || !draft.email.contains('@') {
        return Err(Error::Setup("a user needs a name without spaces and an email address".into()));
    }
    let draft = AccountDraft { username, ..draft };
    let known = KnownWords::of(&[&draft.username, &draft.email, &draft.full_name, &config.organisation]);
    let (password, show) = password(user.password_stdin, &known)?;
    add_account(config, &mut open(config)?, &draft, &password, names_person)?;
    print_password(&draft.username, password, show);
    Ok(())
}

fn print_password(username: &str, password: Password, show: bool) {
    if show {
        println!("{username} signs in with {} (shown once)", password.reveal_once());
    } else {
        println!("{username} can sign in");
    }
}

/// `user password`
pub fn set_password(config: &Config, name: &str, from_stdin: bool) -> Result<()> {
    let mut db = open_existing(config)?;
    let account = sessions::find_by_name(&mut db, &SignInName::of(name))?;
    let account = account.ok_or_else(|| Error::Setup(format!("there is no account {name}")))?;
    let (password, show) = password(from_stdin, &account.known_words(&config.organisation))?;
    let hash = password.hash()?;
    let visit = config.command_line_visit();
    let revoked = write_transaction(&mut db, |db| reset(db, &visit, account.user_id, &hash))?;
    if revoked > 0 {
        eprintln!("tokens revoked: {revoked}");
    }
    print_password(&account.username, password, show);
    Ok(())
}

/// `user list`
pub fn list_users(config: &Config) -> Result<()> {
    let mut db = open_existing(config)?;
    let visit = config.command_line_visit();
    for row in accounts::list(&mut db, visit.viewer.require_admin()?)? {
        println!("{:<16} {:<32} {}", row.draft.username, row.draft.email, row.draft.rights_in_words());
    }
    Ok(())
}

/// `token add`
pub fn add_token(config: &Config, token: NewToken) -> Result<()> {
    let mut db = open_existing(config)?;
    let account = sessions::find_by_name(&mut db, &SignInName::of(&token.user))?;
    let account = account.ok_or_else(|| Error::Setup(format!("there is no account {}", token.user)))?;
    let token_name = token.name.trim().to_owned();
    if token_name.is_empty() {
        return Err(Error::Setup("a token needs a name that says what it is for".into()));
    }
    let visit = config.command_line_visit();
    let reaches = |area: &str| token.areas.iter().any(|one| one == area);
    let draft = TokenDraft {
        user_id: account.user_id,
        token_name,
        scope: if token.scope == "write" { Scope::Write } else { Scope::Read },
        reaches_confidential: reaches("confidential"),
        reaches_team: reaches("team"),
        reaches_admin: reaches("admin"),
        expires_date: visit.now + Days::new(token.days.into()),
    };
    let made = write_transaction(&mut db, |db| tokens::insert(db, &visit, &draft))?;
    println!("{}", made.reveal_once());
    Ok(())
}

/// `mcp`
pub fn answer_assistant(config: Config, token_file: Option<&Path>) -> Result<()> {
    let token = match token_file {
        Some(file) => read(file)?,
        None => std::env::var("ROUNDTABLE_TOKEN")
            .map_err(|_| Error::Setup("give a token by --token-file or ROUNDTABLE_TOKEN".into()))?,
    };
    let mut db = open_existing(&config)?;
    let settings = Settings::new(config);
    settings.read(&mut db)?;
    drop(db);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(mcp::serve(shared(settings), Token::of(&token)));
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// `import industry`
pub fn import_industry(config: &Config, file: &Path) -> Result<()> {
    let text = read(file)?;
    let mut db = open(config)?;
    let visit = config.command_line_visit();
    let report = write_transaction(&mut db, |db| told(db, &visit, |db| import::industry::run(db, &visit, &text)))?;
    refresh_statistics(&mut db)?;
    print!("{report}");
    Ok(())
}

/// `import clients`
pub fn import_clients(config: &Config, file: &Path) -> Result<()> {
    let text = read(file)?;
    let mut db = open(config)?;
    let visit = config.command_line_visit();
    let report = write_transaction(&mut db, |db| told(db, &visit, |db| import::clients::run(db, &visit, &text)))?;
    refresh_statistics(&mut db)?;
    print!("{report}");
    Ok(())
}

/// `import nukeworks`
pub fn import_nukeworks(config: &Config, file: &Path, dry_run: bool) -> Result<()> {
    let mut db = open(config)?;
    let visit = config.command_line_visit();
    let work = |db: &mut Db| told(db, &visit, |db| import::nukeworks::run(db, &visit, config.time_zone, file));
    let tally = if dry_run { rehearse(&mut db, work)? } else { write_transaction(&mut db, work)? };
    refresh_statistics(&mut db)?;
    print!("{tally}");
    if tally.is_whole() { Ok(()) } else { Err(Error::Setup("rows of the file are not accounted for".into())) }
}

/// `import maildir`
pub fn import_maildir(config: &Config, folder: &Path, dry_run: bool, is_confidential: bool) -> Result<()> {
    let mut db = open_existing(config)?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let visit = Visit { way: Way::Import, way_name: name, ..config.command_line_visit() };
    let mailbox = Mailbox { folder, zone: config.time_zone, is_confidential };
    let work = |db: &mut Db| told(db, &visit, |db| mailbox::run(db, &visit, &mailbox));
    print!("{}", if dry_run { rehearse(&mut db, work)? } else { write_transaction(&mut db, work)? });
    Ok(())
}

/// Takes in a file, of which webhooks are told as of any other change.
fn told<T>(db: &mut Db, visit: &Visit, import: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    let done = import(db)?;
    webhook_queries::note(db, visit)?;
    Ok(done)
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|cause| Error::Setup(format!("cannot read {}: {cause}", file.display())))
}

/// `generate`
pub fn generate(config: &Config, clients: u32, projects: u32, seed: u64) -> Result<()> {
    drop(open(config)?);
    // Synthetic records can be made again: they need not survive a power cut.
    let mut db = config.database.connect(Durability::Normal)?;
    let visit = config.command_line_visit();
    write_transaction(&mut db, |db| demonstration::generate::run(db, &visit, (clients, projects), seed))?;
    refresh_statistics(&mut db)?;
    let due = history::due(&mut db, config, &visit)?;
    write_transaction(&mut db, |db| history::keep(db, &due))?;
    println!("{clients} clients generated");
    Ok(())
}

/// `backup`
pub fn backup(config: &Config, file: &Path) -> Result<()> {
    let mut db = open_existing(config)?;
    let pass = config.command_line_visit().viewer.require_admin()?;
    let mut named = backing_up::named(&mut db, pass)?;
    backups::write(&config.database, file)?;
    println!("backup: {}", file.display());
    named.extend(backing_up::named(&mut db, pass)?);
    if named.is_empty() {
        return Ok(());
    }
    let folder = files_of(file);
    let copied = backing_up::copy(&named, &Store::of(config), &Store::at(&folder))?;
    println!("files: {} ({})", folder.display(), copied.contents);
    match copied.missing.len() {
        0 => Ok(()),
        missing => Err(Error::Setup(format!(
            "the contents of {missing} files are missing or damaged in {}: {}",
            config.files.display(),
            copied.missing.join(", ")
        ))),
    }
}

/// `archive`
pub fn archive(config: &Config, file: &Path) -> Result<()> {
    let mut db = open_existing(config)?;
    let pass = config.command_line_visit().viewer.require_admin()?;
    let cannot = |cause| Error::Setup(format!("cannot make {}: {cause}", file.display()));
    let mut target = std::io::BufWriter::new(private_file(file).map_err(cannot)?);
    let store = Store::of(config);
    let written = read_transaction(&mut db, |db| archive::write(db, pass, &store, &mut target))
        .and_then(|rows| target.into_inner().map_err(|error| error.into_error().into()).map(|file| (rows, file)))
        .and_then(|(rows, file)| file.sync_all().map(|()| rows).map_err(Into::into));
    match written {
        Ok(rows) => println!("archive: {} ({rows} rows)", file.display()),
        Err(error) => {
            // A part of an archive must not be taken for one.
            let _ = std::fs::remove_file(file);
            return Err(error);
        }
    }
    Ok(())
}
