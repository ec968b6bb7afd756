//! The files of a maildir, and what is looked at of each.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser};

use super::letter::one_line;
use crate::error::{Error, Result};
use crate::web::beginning;

/// So much of a message is read: its head.
const HEAD: u64 = 256 * 1024;

/// A file of a mailbox: its name, and the head of its message or why it is none.
pub struct Heard(pub String, pub std::result::Result<Head, &'static str>);

/// What is looked at of a message.
pub struct Head {
    pub id: Option<String>,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub sent: Option<DateTime<Utc>>,
    pub subject: Option<String>,
}

/// Reads the heads of all messages, the earliest file names first; before any transaction, since there may be many.
pub fn listen(folder: &Path) -> Result<Vec<Heard>> {
    Ok(files(folder)?.iter().map(|file| heard(file)).collect())
}

fn heard(file: &Path) -> Heard {
    let name = file.file_name().map(|name| one_line(&name.to_string_lossy())).unwrap_or_default();
    let mut bytes = Vec::new();
    // A file may be moved away while it is looked for.
    let Ok(_) = File::open(file).and_then(|file| file.take(HEAD).read_to_end(&mut bytes)) else {
        return Heard(name, Err("it cannot be read"));
    };
    let head = MessageParser::default().parse_headers(&bytes).map(|message| head(&message));
    Heard(name, head.ok_or("it is no message"))
}

fn head(message: &Message<'_>) -> Head {
    let addresses = |address: Option<&Address<'_>>| -> Vec<String> {
        let addresses = address.into_iter().flat_map(Address::iter).filter_map(|one| one.address());
        addresses.map(|email| email.trim().to_lowercase()).collect()
    };
    let subject = message.subject().map(|subject| beginning(&one_line(subject), 300));
    Head {
        id: message.message_id().map(ToOwned::to_owned),
        from: addresses(message.from()),
        to: [addresses(message.to()), addresses(message.cc())].concat(),
        sent: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
        subject: subject.filter(|text| !text.is_empty()),
    }
}

/// The messages that were read and those that were not, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let no_mailbox = || Error::Setup(format!("{} is no maildir: it has no folder cur", folder.display()));
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        let entries = match std::fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(_) if part == "new" => continue,
            Err(_) => return Err(no_mailbox()),
        };
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(files)
}
