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

/// How what was done to a row of a table can be taken back. What is not known here stays for good.
pub fn reversal_of(action: Action, table: &str) -> Reversal {
    let is_record = RECORDS.contains(&table);
    let is_contact = table == "contact_log";
    let is_link = table.ends_with("_relationships");
    let is_item = table == "action_items";
    let is_owner = table == "action_item_owners";
    let by_rows = match action {
        Action::Create => is_contact || is_link || is_item || is_owner,
        Action::Update => is_record || is_contact || is_link || is_item || is_owner,
        Action::Track => is_record,
        Action::Delete => is_link || is_owner,
        Action::SignIn | Action::SignInRefused | Action::Password | Action::PasswordRefused => false,
    };
    match by_rows {
        true => Reversal::ByRows,
        false if table == "merges" && action == Action::Create => Reversal::AsMerge,
        false => Reversal::Never,
    }
}
