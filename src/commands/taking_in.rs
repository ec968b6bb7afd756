//! Records that are taken in from files, or made up for measuring.

use std::fmt::Display;
use std::path::Path;

use crate::access::{Visit, Way};
use crate::config::{Config, Durability, MailSource};
use crate::db::{Db, refresh_statistics, rehearse, write_transaction};
use crate::error::{Error, Result};
use crate::jobs::webhook_queries;
use crate::mail::mailbox::{self, Mailbox};
use crate::mail::{self, Listing, maildir};
use crate::{demo as demonstration, history, import, index};

use super::{open, open_existing, read};

/// `import industry`
pub fn import_industry(config: &Config, file: &Path) -> Result<()> {
    import_text(config, file, import::industry::run)
}

/// `import clients`
pub fn import_clients(config: &Config, file: &Path) -> Result<()> {
    import_text(config, file, import::clients::run)
}

/// Takes in a file of text, and prints what came of it.
fn import_text<T: Display>(
    config: &Config,
    file: &Path,
    import: impl Fn(&mut Db, &Visit, &str) -> Result<T>,
) -> Result<()> {
    let text = read(file)?;
    let mut db = open(config)?;
    let visit = config.command_line_visit();
    let report = write_transaction(&mut db, |db| told(db, &visit, |db| import(db, &visit, &text)))?;
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
    print!("{tally}");
    if !dry_run {
        index::settle(&mut db, true);
    }
    if tally.is_whole() { Ok(()) } else { Err(Error::Setup("rows of the file are not accounted for".into())) }
}

/// `import maildir`
pub fn import_maildir(config: &Config, folder: &Path, dry_run: bool, is_confidential: bool) -> Result<()> {
    let db = open_existing(config)?;
    let source = MailSource::Folder(folder.to_owned());
    import_messages(db, config, &source, &maildir::listen(folder)?, (dry_run, is_confidential))
}

/// `import mailbox`
pub fn import_mailbox(config: &Config, dry_run: bool, is_confidential: bool) -> Result<()> {
    let Some(source) = &config.mailbox else {
        return Err(Error::Setup("there is no mailbox: the setting mailbox names it".into()));
    };
    let db = open_existing(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listing = runtime.block_on(mail::listen(source));
    // A name that is still looked up is not waited for.
    runtime.shutdown_background();
    import_messages(db, config, source, &listing?, (dry_run, is_confidential))
}

fn import_messages(
    mut db: Db,
    config: &Config,
    source: &MailSource,
    listing: &Listing,
    (dry_run, is_confidential): (bool, bool),
) -> Result<()> {
    let visit = Visit { way: Way::Import, way_name: source.name(), ..config.command_line_visit() };
    let mailbox = Mailbox { zone: config.time_zone, is_confidential };
    let work = |db: &mut Db| told(db, &visit, |db| mailbox::run(db, &visit, mailbox, listing, (usize::MAX, None)));
    print!("{}", if dry_run { rehearse(&mut db, work)? } else { write_transaction(&mut db, work)? });
    Ok(())
}

/// Takes in a file, of which webhooks are told as of any other change.
fn told<T>(db: &mut Db, visit: &Visit, import: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    let done = import(db)?;
    webhook_queries::note(db, visit)?;
    Ok(done)
}

/// `generate`
pub fn generate(config: &Config, clients: u32, projects: u32, seed: u64) -> Result<()> {
    drop(open(config)?);
    // Synthetic records can be made again: they need not survive a power cut.
    let mut db = config.database.connect(Durability::Normal)?;
    let visit = config.command_line_visit();
    write_transaction(&mut db, |db| demonstration::generate::run(db, &visit, (clients, projects), seed))?;
    index::settle(&mut db, false);
    let due = history::due(&mut db, config, &visit)?;
    write_transaction(&mut db, |db| history::keep(db, &due))?;
    println!("{clients} clients generated");
    Ok(())
}
