//! The nine kinds of records: what they are called, where they are kept, where their pages are (product.md §1).

use crate::closed_list::{ClosedList, closed_list};
use crate::web::{Icon, icon};

closed_list! {
    /// A kind of record.
    RecordKind {
        Client = "client",
        Owner = "owner",
        Vendor = "vendor",
        Technology = "technology",
        Project = "project",
        Operator = "operator",
        Constructor = "constructor",
        Offtaker = "offtaker",
        Person = "personnel",
    }
}

impl RecordKind {
    /// The kinds around the clients, whose lists, pages and forms are made from their fields.
    pub fn around_clients() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| *kind != Self::Client)
    }

    /// The kind of that first part of an address.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.path() == path)
    }

    /// “Owner”, for a label and for the beginning of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Owner => "Owner",
            Self::Vendor => "Vendor",
            Self::Technology => "Technology",
            Self::Project => "Project",
            Self::Operator => "Operator",
            Self::Constructor => "Constructor",
            Self::Offtaker => "Offtaker",
            Self::Person => "Person",
        }
    }

    /// The first part of its addresses.
    pub fn path(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Owner => "owners",
            Self::Vendor => "vendors",
            Self::Technology => "technologies",
            Self::Project => "projects",
            Self::Operator => "operators",
            Self::Constructor => "constructors",
            Self::Offtaker => "offtakers",
            Self::Person => "people",
        }
    }

    /// Its table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Owner => "owners_developers",
            Self::Vendor => "technology_vendors",
            Self::Technology => "products",
            Self::Project => "projects",
            Self::Operator => "operators",
            Self::Constructor => "constructors",
            Self::Offtaker => "offtakers",
            Self::Person => "personnel",
        }
    }

    /// The column of its id.
    pub fn id_column(self) -> &'static str {
        match self {
            Self::Client => "client_id",
            Self::Owner => "owner_id",
            Self::Vendor => "vendor_id",
            Self::Technology => "product_id",
            Self::Project => "project_id",
            Self::Operator => "operator_id",
            Self::Constructor => "constructor_id",
            Self::Offtaker => "offtaker_id",
            Self::Person => "personnel_id",
        }
    }

    /// What one is called.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Person => "person",
            Self::Owner => "owner",
            Self::Vendor => "vendor",
            Self::Technology => "technology",
            Self::Project => "project",
            Self::Operator => "operator",
            Self::Constructor => "constructor",
            Self::Offtaker => "offtaker",
        }
    }

    /// What all are called; the title of the list.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Client => "Clients",
            Self::Owner => "Owners",
            Self::Vendor => "Vendors",
            Self::Technology => "Technologies",
            Self::Project => "Projects",
            Self::Operator => "Operators",
            Self::Constructor => "Constructors",
            Self::Offtaker => "Offtakers",
            Self::Person => "People",
        }
    }

    /// The key that, after `a`, begins a link to one.
    pub fn letter(self) -> char {
        match self {
            Self::Client => 'k',
            Self::Owner => 'o',
            Self::Vendor => 'v',
            Self::Technology => 't',
            Self::Project => 'p',
            Self::Operator => 'r',
            Self::Constructor => 'c',
            Self::Offtaker => 'f',
            Self::Person => 'e',
        }
    }

    /// What belongs there, for an empty list.
    pub fn about(self) -> &'static str {
        match self {
            Self::Client => "Organisations we work for, or would like to.",
            Self::Owner => "Companies that own or develop nuclear projects.",
            Self::Vendor => "Companies that design and sell reactors.",
            Self::Technology => "Reactor designs, each of one vendor.",
            Self::Project => "Sites and plants, from the first idea to operation.",
            Self::Operator => "Companies that run plants under their licence.",
            Self::Constructor => "Companies that build plants.",
            Self::Offtaker => "Companies that buy the power or heat.",
            Self::Person => "Colleagues, and the people we meet at companies.",
        }
    }

    /// The icon of the kind.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Client => "briefcase",
            Self::Owner => "building",
            Self::Vendor => "building-factory-2",
            Self::Technology => "atom",
            Self::Project => "map-pin",
            Self::Operator => "settings",
            Self::Constructor => "crane",
            Self::Offtaker => "plug",
            Self::Person => "users",
        }
    }

    /// That icon in the colour of the kind, which is the same on every page and on the map.
    pub fn drawing(self) -> Icon<'static> {
        icon(self.icon()).of_kind(self.singular())
    }
}
