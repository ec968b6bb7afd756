//! The typed ids of the records, so that a client's id cannot be taken for a person's.

/// Declares the typed id of a record.
macro_rules! record_id {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize, diesel_derive_newtype::DieselNewType)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(number: i64) -> Self { Self(number) }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self { id.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(out) }
        }
    };
}

record_id!(/// A client.
    ClientId);
record_id!(/// A person, internal or external.
    PersonnelId);
record_id!(/// An account that signs in.
    UserId);
record_id!(/// An entry of the contact log.
    ContactId);
record_id!(/// A roundtable entry, one version of it.
    HistoryId);
record_id!(/// A meeting of the NED Team.
    MeetingId);
record_id!(/// A point on the agenda of a meeting.
    PointId);
record_id!(/// A link between two records, within its table.
    LinkId);
record_id!(/// A saved view of a list.
    ViewId);
record_id!(/// An action item.
    ItemId);
record_id!(/// A document kept with a record.
    FileId);

record_id!(/// A file that is brought in.
    ImportId);
record_id!(/// A token with which a program asks.
    TokenId);
record_id!(/// A job that waits to be done, or was.
    JobId);
record_id!(/// A place where other programs are told of changes.
    WebhookId);
record_id!(/// A change: everything that one save did.
    ChangeId);

impl ChangeId {
    /// A new one, by chance: a page may name a change, and must not tell how many there were.
    pub fn generate() -> Self {
        Self(by_chance())
    }
}

/// An id by chance, below what JavaScript counts exactly (2^53). The rows of a table that holds confidential ones must
/// not be numbered in order: the gaps between those that someone sees would tell of the others, how many and when
/// (docs/decisions/0006). Among ten million rows two meet once in a hundred; the database then refuses the second.
pub fn by_chance() -> i64 {
    rand::random_range(1..1 << 53)
}
