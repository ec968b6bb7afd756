//! The server through which mail is sent.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use crate::error::{Error, Result};

/// How the connection to the mail server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting; nothing is sent without.
    Starttls,
    /// None: for a server on this machine.
    None,
}

impl MailSecurity {
    fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// The password that a file holds, without the end of its line; read with each use, so that it can be changed.
pub fn password_in(file: &Path) -> std::io::Result<String> {
    Ok(std::fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

/// What the settings say of mail, each under its name there.
#[derive(Default)]
pub(super) struct Given {
    pub smtp_host: Option<String>,
    pub smtp_port: Option<u16>,
    pub smtp_security: Option<MailSecurity>,
    pub smtp_user: Option<String>,
    pub smtp_password_file: Option<PathBuf>,
    pub mail_from: Option<String>,
}

/// The mail server in force.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Its name, which its certificate has to bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: MailSecurity,
    /// The name to sign in with there, and the file that holds the password, which is read with each use.
    pub sign_in: Option<(String, PathBuf)>,
    /// Whose mail it is.
    pub from: Mailbox,
}

impl MailServer {
    /// What was given, if a server was named; refused when it cannot work. Mail leads back here, so that it needs the
    /// public address.
    pub(super) fn of(given: Given, has_public_url: bool) -> Result<Option<Self>> {
        let refuse = |words: &str| Err(Error::Setup(words.to_owned()));
        let Some(host) = given.smtp_host else { return Ok(None) };
        if !has_public_url {
            return refuse("mail (smtp_host) needs public_url too, for the links in it");
        }
        let Some(from) = given.mail_from else { return refuse("mail (smtp_host) needs mail_from, its sender") };
        let Ok(from) = from.parse::<Mailbox>() else {
            return refuse("mail_from must look like crm@firm.example or Roundtable <crm@firm.example>");
        };
        let security = given.smtp_security.unwrap_or(MailSecurity::Starttls);
        if security == MailSecurity::None && !is_here(&host) {
            return refuse(
                "smtp_security none is for a server on this machine (localhost): mail is not sent in the clear",
            );
        }
        let sign_in = match (given.smtp_user, given.smtp_password_file) {
            (Some(_), _) if security == MailSecurity::None => {
                return refuse("smtp_user needs smtp_security tls or starttls: a password is never sent in the clear");
            }
            (Some(user), Some(file)) if file.is_file() => Some((user, file)),
            (Some(_), Some(file)) => return refuse(&format!("there is no smtp_password_file {}", file.display())),
            (None, None) => None,
            _ => return refuse("smtp_user and smtp_password_file belong together"),
        };
        Ok(Some(Self { host, port: given.smtp_port.unwrap_or(security.usual_port()), security, sign_in, from }))
    }
}

/// Whether a name or an address is this machine's own.
pub(super) fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
