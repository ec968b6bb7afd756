//! The typed ids of the records, so that a client's id cannot be taken for a person's.

use super::record_id;

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
record_id!(/// A link between two records, within its table.
    LinkId);
