//! Settings: flags before environment before file; nonsense is refused at the start.

mod mail;
mod mailbox;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde::Deserialize;
use url::{Origin, Url};

pub use self::mail::{MailSecurity, MailServer, password_in};
pub use self::mailbox::{ImapServer, MailSource};
use crate::access::{Change, Viewer, Visit, Way};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// Where the records are kept, as given by the setting `database`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file of embedded SQLite.
    Sqlite(PathBuf),
    /// A `postgres://` address, which may hold a password.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:PATH` or `postgres://…`; anything else is refused with a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err("the database setting names no file, e.g. sqlite:roundtable.db".into());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("the database setting must be sqlite:PATH or postgres://…".into())
    }

    /// The file of an embedded database, `None` for a server.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// The folder of the documents of a database, under its name: of two, one would sweep what the other keeps.
    pub fn files(&self) -> PathBuf {
        match self {
            Self::Sqlite(path) => files_of(path),
            Self::Postgres(url) => {
                let name = url.split('?').next().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
                files_of(Path::new(if name.is_empty() { "roundtable" } else { name }))
            }
        }
    }
}

/// The folder of the documents that belong to a file, such as a backup.
pub fn files_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-files");
    name.into()
}

/// How soon an acknowledged write must be on the disk (SQLite's `synchronous`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// Each acknowledged write survives a power cut.
    #[default]
    Full,
    /// A power cut may lose the last writes, never the database.
    Normal,
}

/// Flags and environment variables that every subcommand takes.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Flags {
    /// Settings file (TOML); its keys are the long names below, with underscores.
    #[arg(long, global = true, env = "ROUNDTABLE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the records are: `sqlite:PATH` or `postgres://user:password@host/name` [default: sqlite:roundtable.db]
    #[arg(long, global = true, env = "ROUNDTABLE_DATABASE", value_name = "ADDRESS", hide_env_values = true)]
    pub database: Option<String>,
    /// Address and port to serve on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "ROUNDTABLE_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address under which browsers reach it, e.g. https://crm.example: cookies are then sent over TLS only
    #[arg(long, global = true, env = "ROUNDTABLE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Address of a reverse proxy whose `X-Forwarded-For` is believed; several with commas between
    #[arg(long, global = true, env = "ROUNDTABLE_TRUSTED_PROXIES", value_name = "ADDRESS", value_delimiter = ',')]
    pub trusted_proxies: Option<Vec<IpAddr>>,
    /// Short name of the organisation [default: MPR]
    #[arg(long, global = true, env = "ROUNDTABLE_ORGANISATION", value_name = "NAME")]
    pub organisation: Option<String>,
    /// Time zone in which days are counted, e.g. America/New_York [default: the machine's]
    #[arg(long, global = true, env = "ROUNDTABLE_TIME_ZONE", value_name = "ZONE")]
    pub time_zone: Option<Tz>,
    /// More days than this since the last contact are urgent [default: 90]
    #[arg(long, global = true, env = "ROUNDTABLE_URGENT_AFTER_DAYS", value_name = "DAYS")]
    pub urgent_after_days: Option<u16>,
    /// More days than this since the last contact are a warning [default: 60]
    #[arg(long, global = true, env = "ROUNDTABLE_WARNING_AFTER_DAYS", value_name = "DAYS")]
    pub warning_after_days: Option<u16>,
    /// Hours without a request after which a session ends [default: 12]
    #[arg(long, global = true, env = "ROUNDTABLE_SESSION_HOURS", value_name = "HOURS")]
    pub session_hours: Option<u16>,
    /// Days after which a session ends although it is in use [default: 7]
    #[arg(long, global = true, env = "ROUNDTABLE_SESSION_DAYS", value_name = "DAYS")]
    pub session_days: Option<u16>,
    /// Requests that a token may make in a minute [default: 6000]
    #[arg(long, global = true, env = "ROUNDTABLE_REQUESTS_PER_MINUTE", value_name = "NUMBER")]
    pub requests_per_minute: Option<u32>,
    /// Server through which mail is sent; without it none is
    #[arg(long, global = true, env = "ROUNDTABLE_SMTP_HOST", value_name = "NAME")]
    pub smtp_host: Option<String>,
    /// Its port [default: 465 for tls, 587 for starttls, 25 for none]
    #[arg(long, global = true, env = "ROUNDTABLE_SMTP_PORT", value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// How the connection to it is kept from others [default: starttls]
    #[arg(long, global = true, env = "ROUNDTABLE_SMTP_SECURITY", value_enum)]
    pub smtp_security: Option<MailSecurity>,
    /// Name to sign in with there
    #[arg(long, global = true, env = "ROUNDTABLE_SMTP_USER", value_name = "NAME")]
    pub smtp_user: Option<String>,
    /// File that holds the password for it
    #[arg(long, global = true, env = "ROUNDTABLE_SMTP_PASSWORD_FILE", value_name = "FILE")]
    pub smtp_password_file: Option<PathBuf>,
    /// Sender of mail, e.g. `Roundtable <crm@firm.example>`
    #[arg(long, global = true, env = "ROUNDTABLE_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Mailbox whose messages become contacts, once an administrator says so: a maildir, or a folder on a server as
    /// imaps://name@mail.firm.example/INBOX
    #[arg(long, global = true, env = "ROUNDTABLE_MAILBOX", value_name = "FOLDER or ADDRESS")]
    pub mailbox: Option<PathBuf>,
    /// File that holds the password for it
    #[arg(long, global = true, env = "ROUNDTABLE_MAILBOX_PASSWORD_FILE", value_name = "FILE")]
    pub mailbox_password_file: Option<PathBuf>,
    /// Seconds that its server may take for each answer [default: 15]
    #[arg(long, global = true, env = "ROUNDTABLE_MAILBOX_SECONDS", value_name = "SECONDS")]
    pub mailbox_seconds: Option<u16>,
    /// Webhooks may lead into the firm's own network, and there without TLS
    #[arg(long, global = true, env = "ROUNDTABLE_WEBHOOKS_TO_PRIVATE_HOSTS", value_name = "true",
        num_args = 0..=1, default_missing_value = "true")]
    pub webhooks_to_private_hosts: Option<bool>,
    /// Folder for automatic backups [default: `backups` beside the database file]
    #[arg(long, global = true, env = "ROUNDTABLE_BACKUPS", value_name = "FOLDER")]
    pub backups: Option<PathBuf>,
    /// Folder in which documents are kept [default: beside the database, under its name with `-files`]
    #[arg(long, global = true, env = "ROUNDTABLE_FILES", value_name = "FOLDER")]
    pub files: Option<PathBuf>,
    /// Megabytes of the largest document that is kept [default: 50]
    #[arg(long, global = true, env = "ROUNDTABLE_FILE_MEGABYTES", value_name = "NUMBER")]
    pub file_megabytes: Option<u32>,
    /// Gigabytes that all documents may have together [default: 20]
    #[arg(long, global = true, env = "ROUNDTABLE_FILES_GIGABYTES", value_name = "NUMBER")]
    pub files_gigabytes: Option<u32>,
    /// How soon an acknowledged write must be on the disk (SQLite) [default: full]
    #[arg(long, global = true, env = "ROUNDTABLE_DURABILITY", value_enum)]
    pub durability: Option<Durability>,
    /// Connections for reading [default: twice the processors]
    #[arg(long, global = true, env = "ROUNDTABLE_CONNECTIONS", value_name = "NUMBER")]
    pub connections: Option<usize>,
}

/// The same settings as they stand in a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    trusted_proxies: Option<Vec<IpAddr>>,
    organisation: Option<String>,
    time_zone: Option<Tz>,
    urgent_after_days: Option<u16>,
    warning_after_days: Option<u16>,
    session_hours: Option<u16>,
    session_days: Option<u16>,
    requests_per_minute: Option<u32>,
    smtp_host: Option<String>,
    smtp_port: Option<u16>,
    smtp_security: Option<MailSecurity>,
    smtp_user: Option<String>,
    smtp_password_file: Option<PathBuf>,
    mail_from: Option<String>,
    mailbox: Option<PathBuf>,
    mailbox_password_file: Option<PathBuf>,
    mailbox_seconds: Option<u16>,
    webhooks_to_private_hosts: Option<bool>,
    backups: Option<PathBuf>,
    files: Option<PathBuf>,
    file_megabytes: Option<u32>,
    files_gigabytes: Option<u32>,
    durability: Option<Durability>,
    connections: Option<usize>,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the records are.
    pub database: Address,
    /// Where to serve.
    pub listen: SocketAddr,
    /// Whether browsers reach it over TLS, so that cookies must not travel without.
    pub secure_cookies: bool,
    /// The one origin that browsers may send, when a public address is set.
    pub public_origin: Option<Origin>,
    /// Reverse proxies that are believed when they tell where a request comes from.
    pub trusted_proxies: Vec<IpAddr>,
    /// Short name of the organisation.
    pub organisation: String,
    /// Time zone in which days are counted.
    pub time_zone: Tz,
    /// Days after which a client is urgent.
    pub urgent_after_days: u16,
    /// Days after which a client is a warning.
    pub warning_after_days: u16,
    /// Hours without a request after which a session ends.
    pub session_hours: u16,
    /// Days after which a session ends although it is in use.
    pub session_days: u16,
    /// Requests that a token may make in a minute.
    pub requests_per_minute: u32,
    /// Through which server mail is sent, if any is.
    pub mail: Option<MailServer>,
    /// Whether mail may hold what is restricted, for those who may see it.
    pub mails_restricted: bool,
    /// The mailbox whose messages become contacts, if there is one.
    pub mailbox: Option<MailSource>,
    /// Whether webhooks may lead into the firm's own network, and there without TLS.
    pub webhooks_to_private_hosts: bool,
    /// What forms suggest beside the usual values of lists that may grow, each under the name of its field.
    pub suggestions: Vec<(&'static str, String)>,
    /// Folder for automatic backups.
    pub backups: PathBuf,
    /// Folder in which documents are kept.
    pub files: PathBuf,
    /// Megabytes of the largest document that is kept.
    pub file_megabytes: u32,
    /// Gigabytes that all documents may have together.
    pub files_gigabytes: u32,
    /// How soon an acknowledged write must be on the disk.
    pub durability: Durability,
    /// Connections for reading.
    pub connections: usize,
    /// What tells the time.
    pub clock: Clock,
}

impl Config {
    /// Puts flags, environment and file together; refuses what cannot work.
    pub fn load(flags: Flags) -> Result<Self> {
        let file = flags.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let address = flags.database.or(file.database).unwrap_or_else(|| "sqlite:roundtable.db".into());
        let database = Address::parse(&address).map_err(Error::Setup)?;
        let public_url = flags.public_url.or(file.public_url).as_deref().map(public_address).transpose()?;
        let beside = database.file().and_then(Path::parent).unwrap_or(Path::new("")).join("backups");
        let files = database.files();
        let mail = mail::Given {
            smtp_host: flags.smtp_host.or(file.smtp_host),
            smtp_port: flags.smtp_port.or(file.smtp_port),
            smtp_security: flags.smtp_security.or(file.smtp_security),
            smtp_user: flags.smtp_user.or(file.smtp_user),
            smtp_password_file: flags.smtp_password_file.or(file.smtp_password_file),
            mail_from: flags.mail_from.or(file.mail_from),
        };
        let mailbox = mailbox::Given {
            mailbox: flags.mailbox.or(file.mailbox),
            mailbox_password_file: flags.mailbox_password_file.or(file.mailbox_password_file),
            mailbox_seconds: flags.mailbox_seconds.or(file.mailbox_seconds),
        };
        let config = Self {
            mail: MailServer::of(mail, public_url.is_some())?,
            mails_restricted: false,
            mailbox: MailSource::of(mailbox)?,
            webhooks_to_private_hosts: flags
                .webhooks_to_private_hosts
                .or(file.webhooks_to_private_hosts)
                .unwrap_or_default(),
            database,
            listen: flags.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            secure_cookies: public_url.as_ref().is_some_and(|url| url.scheme() == "https"),
            public_origin: public_url.map(|url| url.origin()),
            trusted_proxies: flags.trusted_proxies.or(file.trusted_proxies).unwrap_or_default(),
            organisation: flags.organisation.or(file.organisation).unwrap_or_else(|| "MPR".into()),
            time_zone: flags.time_zone.or(file.time_zone).unwrap_or_else(machine_time_zone),
            urgent_after_days: flags.urgent_after_days.or(file.urgent_after_days).unwrap_or(90),
            warning_after_days: flags.warning_after_days.or(file.warning_after_days).unwrap_or(60),
            session_hours: flags.session_hours.or(file.session_hours).unwrap_or(12),
            session_days: flags.session_days.or(file.session_days).unwrap_or(7),
            requests_per_minute: flags.requests_per_minute.or(file.requests_per_minute).unwrap_or(6_000),
            suggestions: Vec::new(),
            backups: flags.backups.or(file.backups).unwrap_or(beside),
            files: flags.files.or(file.files).unwrap_or(files),
            file_megabytes: flags.file_megabytes.or(file.file_megabytes).unwrap_or(50),
            files_gigabytes: flags.files_gigabytes.or(file.files_gigabytes).unwrap_or(20),
            durability: flags.durability.or(file.durability).unwrap_or_default(),
            connections: flags.connections.or(file.connections).unwrap_or_else(default_connections),
            clock: Clock::default(),
        };
        config.checked()
    }

    /// Itself, if it can work.
    pub fn checked(self) -> Result<Self> {
        if self.warning_after_days >= self.urgent_after_days {
            return Err(Error::Setup("warning_after_days must be less than urgent_after_days".into()));
        }
        if self.session_hours == 0 || self.session_days == 0 || self.connections == 0 {
            return Err(Error::Setup("session_hours, session_days and connections must be at least 1".into()));
        }
        if self.organisation.trim().is_empty() {
            return Err(Error::Setup("organisation must not be empty".into()));
        }
        Ok(self)
    }

    /// The whole address of a page; its path alone where the server was not told under which name it is reached.
    pub fn address(&self, path: &str) -> String {
        let origin = self.public_origin.as_ref().map(Origin::ascii_serialization);
        origin.unwrap_or_default() + path
    }

    /// The day of a moment in the organisation's time zone.
    pub fn day_of(&self, moment: NaiveDateTime) -> NaiveDate {
        moment.and_utc().with_timezone(&self.time_zone).date_naive()
    }

    /// The day it is now in the organisation's time zone.
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.clock.now())
    }

    /// A visit of whoever runs a command on this machine.
    pub fn command_line_visit(&self) -> Visit {
        let now = self.clock.now();
        Visit {
            viewer: Viewer::command_line(),
            now,
            today: self.day_of(now),
            remote_address: "command line".into(),
            way: Way::Command,
            way_name: None,
            change: Change::begin(),
        }
    }
}

fn read_file(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Error::Setup(format!("cannot read the settings file {}: {cause}", path.display())))?;
    toml::from_str(&text).map_err(|cause| Error::Setup(format!("settings file {}: {cause}", path.display())))
}

/// An address of http or https that names a host, and nothing below it.
fn public_address(text: &str) -> Result<Url> {
    let is_bare = |url: &Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && is_bare(url) && url.username().is_empty())
        .ok_or_else(|| Error::Setup("public_url must look like https://crm.example".into()))
}

fn default_connections() -> usize {
    std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2)
}

fn machine_time_zone() -> Tz {
    iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC)
}
