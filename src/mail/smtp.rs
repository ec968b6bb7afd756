//! Bringing a mail to the server, step by step, so that it is known which step was refused: what is wrong with us is
//! tried again, what is wrong with an address is not.

use std::time::{Duration, SystemTime};

use chrono::NaiveDateTime;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};

use super::letter::{Letter, one_line};
use crate::config::{MailSecurity, MailServer, password_in};
use crate::error::{Error, Result};

/// How long the server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it may take in all: less than a lease.
const WHOLE: Duration = Duration::from_secs(300);

/// Why a mail was not taken.
pub enum Refusal {
    /// It may be taken another time.
    Later(String),
    /// The server will never take this one.
    This(String),
    /// Nothing can be brought to this address.
    Never(String),
}

/// The letter as it goes over the wire. With one key it has one id, so that a second attempt is known for what it is.
pub fn message(
    server: &MailServer,
    letter: &Letter,
    (key, unsubscribe): (&str, Option<&str>),
    now: NaiveDateTime,
) -> Result<Message, Refusal> {
    let (name, email) = &letter.to;
    let Ok(address) = email.parse::<Address>() else {
        return Err(Refusal::Never("This is no email address.".into()));
    };
    let id = format!("<{}@{}>", &hex::encode(Sha256::digest(key))[..32], server.from.email.domain());
    let own = |name: &'static str, value: String| {
        // A long word is not folded: it is an address, of letters that need no code.
        HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
    };
    let mut builder = Message::builder()
        .from(server.from.clone())
        .to(Mailbox::new(Some(one_line(name)), address))
        .subject(one_line(&letter.subject))
        .date(SystemTime::from(now.and_utc()))
        .message_id(Some(id))
        .raw_header(own("Auto-Submitted", "auto-generated".into()))
        .raw_header(own("X-Auto-Response-Suppress", "All".into()));
    if let Some(address) = unsubscribe {
        builder = builder
            .raw_header(own("List-Unsubscribe", format!("<{address}>")))
            .raw_header(own("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
    }
    let failed = |error: Error| Refusal::Later(error.to_string());
    let html = letter.html(unsubscribe).map_err(failed)?;
    let mut parts = MultiPart::alternative_plain_html(letter.text(unsubscribe), html);
    if let Some((method, calendar)) = &letter.calendar {
        let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", method.name()));
        let kind = kind.map_err(|cause| Refusal::Later(cause.to_string()))?;
        parts = parts.singlepart(SinglePart::builder().header(kind).body(calendar.clone()));
    }
    builder.multipart(parts).map_err(|cause| Refusal::This(cause.to_string()))
}

/// Brings it to the server, by a thread that is given up where the server lets it wait: a handshake has no end of its
/// own in the library.
pub fn send(server: &MailServer, message: Message) -> Result<(), Refusal> {
    let (sender, outcome) = std::sync::mpsc::channel();
    let server = server.clone();
    let work = move || drop(sender.send(bring(&server, &message)));
    let begun = std::thread::Builder::new().name("one mail".into()).spawn(work);
    begun.map_err(|cause| Refusal::Later(cause.to_string()))?;
    outcome.recv_timeout(WHOLE).unwrap_or_else(|_| Err(Refusal::Later("No answer in time.".into())))
}

fn bring(server: &MailServer, message: &Message) -> Result<(), Refusal> {
    let later = |cause: lettre::transport::smtp::Error| Refusal::Later(told(&cause));
    let mut connection = connect(server).map_err(later)?;
    sign_in(server, &mut connection)?;
    let mut options = Vec::new();
    let addresses = message.envelope().to().iter().chain(message.envelope().from());
    if !addresses.map(AsRef::<str>::as_ref).all(str::is_ascii) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Refusal::This("The mail server takes no address with such letters.".into()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    connection.command(Mail::new(message.envelope().from().cloned(), options)).map_err(later)?;
    for to in message.envelope().to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).map_err(about_address)?;
    }
    // From here on a refusal for good is about this mail.
    let about_it = |cause: lettre::transport::smtp::Error| match cause.is_permanent() {
        true => Refusal::This(told(&cause)),
        false => Refusal::Later(told(&cause)),
    };
    connection.command(Data).map_err(about_it)?;
    connection.message(&message.formatted()).map_err(about_it)?;
    // It is taken, however the server says good-bye.
    let _ = connection.quit();
    Ok(())
}

/// What a refused address tells: only that there is no such one counts against it (RFC 3463: 5.1 and 5.2, or a code
/// that says so); what the server holds against us (5.7, 530, 554) is tried again.
fn about_address(cause: lettre::transport::smtp::Error) -> Refusal {
    let (words, code) = (told(&cause), cause.status().map(u16::from));
    let enhanced = words.split_whitespace().find_map(|word| word.strip_prefix("5.")?.split('.').next()?.parse().ok());
    let is_of_address = match enhanced {
        Some(subject) => [1_u8, 2].contains(&subject),
        None => matches!(code, Some(550 | 551 | 553)),
    };
    if cause.is_permanent() && is_of_address { Refusal::Never(words) } else { Refusal::Later(words) }
}

fn connect(server: &MailServer) -> Result<SmtpConnection, lettre::transport::smtp::Error> {
    let address = (server.host.as_str(), server.port);
    let own = ClientId::default();
    let tls = match server.security {
        MailSecurity::None => None,
        MailSecurity::Tls | MailSecurity::Starttls => Some(TlsParameters::new(server.host.clone())?),
    };
    let wrapped = tls.as_ref().filter(|_| server.security == MailSecurity::Tls);
    let mut connection = SmtpConnection::connect(address, Some(PATIENCE), &own, wrapped, None)?;
    if let Some(tls) = tls.as_ref().filter(|_| server.security == MailSecurity::Starttls) {
        connection.starttls(tls, &own)?;
    }
    Ok(connection)
}

fn sign_in(server: &MailServer, connection: &mut SmtpConnection) -> Result<(), Refusal> {
    let Some((user, file)) = &server.sign_in else { return Ok(()) };
    let password = password_in(file)
        .map_err(|cause| Refusal::Later(format!("The password for the mail server cannot be read: {cause}")))?;
    let credentials = Credentials::new(user.clone(), password);
    let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
    signed_in.map(|_| ()).map_err(|cause| Refusal::Later(told(&cause)))
}

/// What the server said, short and on one line.
fn told(cause: &lettre::transport::smtp::Error) -> String {
    one_line(&cause.to_string()).chars().take(300).collect()
}
