//! What columns are called where people read of them, and which of them name a record.

use crate::access::Viewer;
use crate::clients::assessment;
use crate::closed_list::ClosedList;
use crate::links::LinkKind;
use crate::market::figures;
use crate::records::{Entry, RecordKind};

/// The columns that no form of a record has.
const COLUMNS: [(&str, &str); 68] = [
    ("is_archived", "Archived"),
    ("slug", "Name in imports"),
    ("next_planned_contact_date", "Next contact"),
    ("next_planned_contact_type", "Type of the next contact"),
    ("next_planned_contact_assigned_to", "Next contact: assigned to"),
    ("last_contact_date", "Last contact"),
    ("last_contact_type", "Type of the last contact"),
    ("last_contact_by", "Last contact made by"),
    ("contact_date", "Date"),
    ("contact_type", "Type"),
    ("contacted_by", "Made by"),
    ("contact_person_id", "Person met"),
    ("contact_person_freetext", "Others met"),
    ("summary", "Summary"),
    ("is_confidential", "Confidential"),
    ("follow_up_needed", "Follow-up needed"),
    ("follow_up_date", "Follow up on"),
    ("follow_up_assigned_to", "Follow-up: assigned to"),
    ("follow_up_done", "Follow-up done"),
    ("contracted_volume", "Contracted volume"),
    ("is_primary_contact", "Primary contact"),
    ("notes", "Notes"),
    ("sources", "Sources"),
    ("meeting_date", "Meeting date"),
    ("next_steps", "Next steps"),
    ("client_near_term_focus", "Client's near-term focus"),
    ("mpr_work_targets", "Work targets"),
    ("discussion", "Discussion"),
    ("action_items", "Action items"),
    ("text", "What is to be done"),
    ("due_date", "By"),
    ("is_open", "Open to everyone"),
    ("item_state", "State"),
    ("reason", "Reason"),
    ("assigned_to", "Who"),
    ("item_id", "Action item"),
    ("title", "Title"),
    ("note_taker", "Note-taker"),
    ("minutes_each", "Minutes for each client"),
    ("skip_reason", "Skipped, because"),
    ("username", "User name"),
    ("full_name", "Full name"),
    ("email", "Email"),
    ("has_confidential_access", "Confidential access"),
    ("is_ned_team", "NED Team"),
    ("is_admin", "Administrator"),
    ("is_read_only", "Read only"),
    ("is_active", "Active"),
    ("is_service", "Service account"),
    ("user_id", "Account"),
    ("token_name", "What it is for"),
    ("scope", "May"),
    ("reaches_confidential", "Reaches what is confidential"),
    ("reaches_team", "Reaches what is the NED Team's"),
    ("reaches_admin", "Reaches administration"),
    ("expires_date", "Ends"),
    ("personnel_id", "Person"),
    ("client_id", "Client"),
    ("product_id", "Technology"),
    ("vendor_id", "Vendor"),
    ("file_name", "Name"),
    ("size_bytes", "Bytes"),
    ("visibility", "Who may see it"),
    ("webhook_name", "Name"),
    ("url", "Address"),
    ("collections", "Told of"),
    ("failing_since", "Failing since"),
    ("given_up_date", "Given up"),
];

/// What a column of a table is called. The NED Team's are known to the team alone, as their values are.
pub fn label(viewer: &Viewer, table: &str, column: &str) -> String {
    let find = |list: &[(&'static str, &'static str)]| list.iter().find(|(name, _)| *name == column).map(|one| one.1);
    let of_form = kind_of(table).and_then(|kind| kind.fields().iter().find(|field| field.name == column));
    let of_link = LinkKind::parse(table).ok().and_then(LinkKind::role).filter(|role| role.name == column);
    let known = of_form
        .map(|field| field.label)
        .or_else(|| of_link.map(|role| role.label))
        .or_else(|| viewer.team().and_then(|pass| assessment::label(pass, column)))
        .or_else(|| viewer.confidential().and_then(|_| find(&figures::LABELS)))
        .or_else(|| find(&COLUMNS));
    known.map_or_else(|| in_words(column), ToOwned::to_owned)
}

/// The kind of record whose table it is.
pub fn kind_of(table: &str) -> Option<RecordKind> {
    RecordKind::ALL.iter().copied().find(|kind| kind.table() == table)
}

/// The kind of record that a column names by its id.
pub fn reference(table: &str, column: &str) -> Option<RecordKind> {
    let of_form = kind_of(table).and_then(|kind| kind.fields().iter().find(|field| field.name == column));
    if let Some(Entry::Reference(kind)) = of_form.map(|field| field.entry) {
        return Some(kind);
    }
    match column {
        "last_contact_by"
        | "next_planned_contact_assigned_to"
        | "contacted_by"
        | "contact_person_id"
        | "follow_up_assigned_to"
        | "note_taker"
        | "assigned_to" => Some(RecordKind::Person),
        "supplier_id" => Some(RecordKind::Vendor),
        _ => RecordKind::ALL.iter().copied().find(|kind| kind.id_column() == column),
    }
}

/// A name of the program as people would write it.
pub fn in_words(name: &str) -> String {
    let words = name.trim_end_matches("_id").trim_start_matches("is_").replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
