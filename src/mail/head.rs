//! What is looked at of a message: a few fields of its head.

use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser};

use super::letter::one_line;
use crate::web::beginning;

/// So many bytes of a message are read: its head.
pub const HEAD: u32 = 256 * 1024;

/// So many addresses of a field are looked at.
const ADDRESSES: usize = 1_000;

/// What was heard of a mailbox.
pub struct Listing {
    /// The messages that were looked at, the earliest first.
    pub heard: Vec<Heard>,
    /// How many older ones there are.
    pub left_out: u32,
}

/// A message of a mailbox: the name of its file, or what else tells it apart, and its head or why it has none.
pub struct Heard(pub String, pub Result<Head, &'static str>);

/// What is looked at of a message.
pub struct Head {
    pub id: Option<String>,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub sent: Option<DateTime<Utc>>,
    pub subject: Option<String>,
}

impl Head {
    /// Reads a head, or says why it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        MessageParser::default().parse_headers(bytes).map(|message| Self::of(&message)).ok_or("it is no message")
    }

    fn of(message: &Message<'_>) -> Self {
        let addresses = |address: Option<&Address<'_>>| -> Vec<String> {
            let addresses = address.into_iter().flat_map(Address::iter).filter_map(|one| one.address());
            addresses.take(ADDRESSES).map(|email| email.trim().to_lowercase()).collect()
        };
        let subject = message.subject().map(|subject| beginning(&one_line(subject), 300));
        Self {
            id: message.message_id().map(ToOwned::to_owned),
            from: addresses(message.from()),
            to: [addresses(message.to()), addresses(message.cc())].concat(),
            sent: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
            subject: subject.filter(|text| !text.is_empty()),
        }
    }
}
