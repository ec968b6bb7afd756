//! What may go wrong with a mailbox on a server, in words: none of the server's own, which might repeat a password.

use std::io::ErrorKind;

use async_imap::error::Error as ImapError;

use crate::config::ImapServer;

/// Why a mailbox on a server cannot be looked at.
#[derive(Debug)]
pub enum Trouble {
    /// The file with the password cannot be read.
    NoPassword,
    /// The file holds more than a password.
    LongPassword,
    /// No connection can be had.
    Unreachable,
    /// Its certificate is not to be believed.
    Certificate,
    /// It does not speak TLS there.
    NoTls,
    /// It sends whoever calls away, or asks nobody who they are.
    NotReady,
    /// It takes neither the name nor the password, or not both together.
    SignIn,
    /// It has no such folder.
    NoFolder,
    /// It does not give its messages.
    NotGiven,
    /// It let an answer wait.
    Late,
    /// It ended the connection.
    HungUp,
    /// It says what it was not asked for, or what is no IMAP.
    Rubbish,
}

impl Trouble {
    /// What a failed handshake means.
    pub fn of_tls(cause: &native_tls::Error) -> Self {
        if cause.to_string().contains("certificate") { Self::Certificate } else { Self::NoTls }
    }

    /// What a failed command means, which is this where the server refuses it.
    pub fn of_command(cause: ImapError, refused: Self) -> Self {
        match cause {
            ImapError::No(_) | ImapError::Bad(_) => refused,
            cause => cause.into(),
        }
    }

    /// The sentence that people read.
    pub fn words(&self, server: &ImapServer) -> String {
        let ImapServer { host, port, user, folder, .. } = server;
        match self {
            Self::NoPassword => format!("The password for {host} cannot be read from its file."),
            Self::LongPassword => format!("The file with the password for {host} must hold one line."),
            Self::Unreachable => format!("The mail server {host} cannot be reached at port {port}."),
            Self::Certificate => format!("The mail server {host} is not spoken to: its certificate is refused."),
            Self::NoTls => format!("No secure connection to the mail server {host} can be had at port {port}."),
            Self::NotReady => format!("The mail server {host} lets nobody sign in at present."),
            Self::SignIn => format!("The mail server {host} refuses the name {user} or its password."),
            Self::NoFolder => format!("The mail server {host} has no folder {folder} for {user}."),
            Self::NotGiven => format!("The mail server {host} does not give the messages in {folder}."),
            Self::Late => format!("The mail server {host} took too long for an answer."),
            Self::HungUp => format!("The mail server {host} ended the connection."),
            Self::Rubbish => format!("What the mail server {host} says is no IMAP, or more than it was asked for."),
        }
    }
}

impl From<ImapError> for Trouble {
    fn from(cause: ImapError) -> Self {
        match cause {
            ImapError::Io(cause) => cause.into(),
            ImapError::ConnectionLost => Self::HungUp,
            _ => Self::Rubbish,
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(cause: std::io::Error) -> Self {
        match cause.kind() {
            ErrorKind::InvalidData | ErrorKind::Other => Self::Rubbish,
            _ => Self::HungUp,
        }
    }
}
