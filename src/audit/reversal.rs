//! What of the rows that a save writes can be taken back (ui.md): the slices whose rows they are do it.

use super::Action;
use crate::access::Reversal;

/// The tables of records, whose fields go back to what they were.
const RECORDS: [&str; 9] = [
    "clients",
    "owners_developers",
    "technology_vendors",
    "products",
    "projects",
    "operators",
    "constructors",
    "offtakers",
    "personnel",
];

/// How what was done to columns of a row of a table can be taken back. What is not known here stays for good.
pub fn reversal_of(action: Action, table: &str, has_column: impl Fn(&str) -> bool) -> Reversal {
    let is_record = RECORDS.contains(&table);
    let is_contact = table == "contact_log";
    let is_link = table.ends_with("_relationships");
    let is_item = table == "action_items";
    let is_owner = table == "action_item_owners";
    let is_meeting = ["meetings", "meeting_points", "meeting_attendees"].contains(&table);
    let closes_meeting = table == "meetings" && has_column("closed_date");
    let is_file = table == "files";
    let by_rows = match action {
        _ if closes_meeting => false,
        Action::Create => is_contact || is_link || is_item || is_owner || is_meeting || is_file,
        Action::Update => is_record || is_contact || is_link || is_item || is_owner || is_meeting || is_file,
        Action::Track => is_record,
        Action::Delete => is_link || is_owner || is_meeting || is_file,
        Action::SignIn | Action::SignInRefused | Action::Password | Action::PasswordRefused => false,
    };
    match by_rows {
        true => Reversal::ByRows,
        false if table == "merges" && action == Action::Create => Reversal::AsMerge,
        false => Reversal::Never,
    }
}
