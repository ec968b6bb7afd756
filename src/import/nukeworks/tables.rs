//! The tables of the earlier system, in the order in which their rows can be taken.

use super::row::plain;
use crate::closed_list::ClosedList;
use crate::links::LinkKind;
use crate::records::RecordKind;

/// A table that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Which fields are confidential.
    Marks,
    /// A kind of record.
    Records(RecordKind),
    /// Accounts.
    Users,
    /// A kind of link.
    Links(LinkKind),
    /// Whom a vendor builds with.
    PreferredConstructors,
    /// Who works where.
    PeopleOfEntities,
    /// Who looks after what.
    Teams,
    /// The contact log.
    Contacts,
    /// What was said at roundtables.
    Entries,
}

impl Table {
    /// All of them, each after those to which it points.
    pub fn in_order() -> Vec<Self> {
        let kinds = [
            RecordKind::Person,
            RecordKind::Vendor,
            RecordKind::Technology,
            RecordKind::Operator,
            RecordKind::Constructor,
            RecordKind::Offtaker,
            RecordKind::Project,
            // Before the owners, of whom some are kept as clients as well.
            RecordKind::Client,
            RecordKind::Owner,
        ];
        let links = LinkKind::ALL.iter().map(|kind| Self::Links(*kind));
        let later = [Self::PreferredConstructors, Self::PeopleOfEntities, Self::Teams, Self::Contacts, Self::Entries];
        let mut all = vec![Self::Marks];
        all.extend(kinds.map(Self::Records));
        all.push(Self::Users);
        all.extend(links);
        all.extend(later);
        all
    }

    /// The table of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::in_order().into_iter().find(|table| table.name().eq_ignore_ascii_case(name))
    }

    /// The table that a mark means, by its name or by what its rows are called: `project`, `owners`.
    pub fn meant_by(name: &str) -> Option<Self> {
        let several = format!("{name}s");
        Self::of_name(name).or_else(|| Self::of_name(&several)).or_else(|| kind_of_type(name).map(Self::Records))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Marks => "confidential_field_flags",
            Self::Records(kind) => kind.table(),
            Self::Users => "users",
            Self::Links(kind) => kind.as_str(),
            Self::PreferredConstructors => "vendor_preferred_constructor",
            Self::PeopleOfEntities => "personnel_entity_relationships",
            Self::Teams => "entity_team_members",
            Self::Contacts => "contact_log",
            Self::Entries => "roundtable_history",
        }
    }

    /// The kind of its records.
    pub fn kind(self) -> Option<RecordKind> {
        match self {
            Self::Records(kind) => Some(kind),
            _ => None,
        }
    }

    /// The columns that name people who act for the firm.
    pub fn colleagues(self) -> &'static [&'static str] {
        match self {
            Self::Records(RecordKind::Client) => {
                &["mpr_primary_poc", "mpr_secondary_poc", "last_contact_by", "next_planned_contact_assigned_to"]
            }
            Self::Records(RecordKind::Owner) => {
                &["primary_poc", "secondary_poc", "last_contact_by", "next_planned_contact_assigned_to"]
            }
            Self::Records(RecordKind::Project) => &["primary_firm_contact", "last_project_interaction_by"],
            Self::Contacts => &["contacted_by", "follow_up_assigned_to"],
            Self::Teams => &["personnel_id"],
            _ => &[],
        }
    }
}

/// Why the rows of a table that is not taken stay where they are.
pub fn why_not(name: &str) -> &'static str {
    match name.to_lowercase().as_str() {
        "audit_log" => "the log of the earlier system stays in its file",
        "schema_version" | "alembic_version" => "it tells of the file itself",
        "system_settings" => "settings are made anew, under Admin",
        "database_snapshots" => "snapshots of the earlier system stay where they are",
        _ => "a table that the earlier system is not known to have",
    }
}

/// The kind of record that a word of the earlier system means.
pub fn kind_of_type(word: &str) -> Option<RecordKind> {
    let word = plain(word);
    let word = word.trim_end_matches(" contact");
    Some(match word {
        "client" | "clients" => RecordKind::Client,
        "owner" | "owners" | "developer" | "owner developer" | "owners developers" => RecordKind::Owner,
        "vendor" | "vendors" | "technology vendor" | "technology vendors" | "supplier" => RecordKind::Vendor,
        "product" | "products" | "technology" => RecordKind::Technology,
        "project" | "projects" => RecordKind::Project,
        "operator" | "operators" => RecordKind::Operator,
        "constructor" | "constructors" => RecordKind::Constructor,
        "offtaker" | "offtakers" | "off taker" => RecordKind::Offtaker,
        "person" | "personnel" => RecordKind::Person,
        _ => return None,
    })
}
