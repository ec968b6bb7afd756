//! Where the messages are that become contacts: a folder on this machine, or one on an IMAP server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::mail::is_here;
use crate::error::{Error, Result};

/// What the settings say of the mailbox, each under its name there.
#[derive(Default)]
pub(super) struct Given {
    pub mailbox: Option<PathBuf>,
    pub mailbox_password_file: Option<PathBuf>,
    pub mailbox_seconds: Option<u16>,
}

/// The mailbox whose messages become contacts.
#[derive(Clone, Debug)]
pub enum MailSource {
    /// A maildir.
    Folder(PathBuf),
    /// A folder on a server.
    Server(ImapServer),
}

/// A folder on an IMAP server, and how it is reached.
#[derive(Clone, Debug)]
pub struct ImapServer {
    /// Its name or address; with TLS its certificate has to bear it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS begins with the first byte; without, it is on this machine.
    pub is_secure: bool,
    /// The name to sign in with there.
    pub user: String,
    /// The file that holds the password, which is read with each use.
    pub password_file: PathBuf,
    /// The folder, as people write it.
    pub folder: String,
    /// How long it may take for each answer.
    pub patience: Duration,
}

impl MailSource {
    /// What was given, if a mailbox was named; refused when it cannot work.
    pub(super) fn of(given: Given) -> Result<Option<Self>> {
        let refuse = |words: &str| Err(Error::Setup(words.to_owned()));
        let patience = match given.mailbox_seconds {
            Some(0) => return refuse("mailbox_seconds must be at least 1"),
            seconds => Duration::from_secs(seconds.unwrap_or(15).into()),
        };
        let address = given.mailbox.as_deref().and_then(Path::to_str).filter(|text| text.contains("://"));
        match (address, given.mailbox_password_file) {
            (Some(address), Some(file)) if file.is_file() => {
                Ok(Some(Self::Server(ImapServer::of(address, file, patience)?)))
            }
            (Some(_), Some(file)) => refuse(&format!("there is no mailbox_password_file {}", file.display())),
            (Some(_), None) => refuse("a mailbox on a server needs mailbox_password_file"),
            (None, Some(_)) => refuse("mailbox_password_file is for a mailbox on a server (imaps://…)"),
            (None, None) => Ok(given.mailbox.map(Self::Folder)),
        }
    }

    /// Where it is, in words for whoever looks after it.
    pub fn place(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Server(ImapServer { folder, user, host, .. }) => format!("{folder} of {user} at {host}"),
        }
    }

    /// The name under which an import from it is told.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Folder(folder) => folder.file_name().map(|name| name.to_string_lossy().into_owned()),
            Self::Server(ImapServer { folder, host, .. }) => Some(format!("{folder} at {host}")),
        }
    }
}

impl ImapServer {
    /// Reads `imaps://name@mail.firm.example/INBOX`. What is refused is not repeated: it may hold a password.
    fn of(address: &str, password_file: PathBuf, patience: Duration) -> Result<Self> {
        let refuse = |words: &str| Err(Error::Setup(words.to_owned()));
        let malformed =
            || Error::Setup("mailbox must be a folder, or look like imaps://name@mail.firm.example/INBOX".into());
        let url = Url::parse(address).map_err(|_| malformed())?;
        let is_secure = match url.scheme() {
            "imaps" => true,
            "imap" => false,
            _ => return Err(malformed()),
        };
        if url.password().is_some() {
            return refuse("mailbox must hold no password: its place is the file mailbox_password_file");
        }
        let host = match url.host().ok_or_else(malformed)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        if !is_secure && !is_here(&host) {
            return refuse(
                "mailbox with imap:// is for a server on this machine (localhost): elsewhere it is imaps://",
            );
        }
        let [user, folder] = [url.username(), url.path().trim_start_matches('/')].map(plain);
        let (user, folder) = (user.ok_or_else(malformed)?, folder.ok_or_else(malformed)?);
        if user.is_empty() || url.query().is_some() || url.fragment().is_some() {
            return Err(malformed());
        }
        let folder = if folder.is_empty() { "INBOX".into() } else { folder };
        let port = url.port().unwrap_or(if is_secure { 993 } else { 143 });
        Ok(Self { host, port, is_secure, user, password_file, folder, patience })
    }
}

/// A part of an address as it is meant; none of more than a line, which would end a command to the server.
fn plain(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?.into_owned();
    (!text.contains(char::is_control)).then_some(text)
}
