//! The kinds of links, how each end sees them, and one link as pages, imports and demonstration data describe it.

use crate::ids::{ClientId, LinkId};
use serde::{Deserialize, Serialize};

use crate::closed_list::{ClosedList, closed_list};
use crate::records::{Entry, RecordKind};
use crate::web::{Checked, FormData, Invalid};

closed_list! {
    /// What can be linked (product.md §1), by its table.
    LinkKind {
        ClientOwner = "client_owner_relationships",
        ClientProject = "client_project_relationships",
        ClientVendor = "client_vendor_relationships",
        ClientOperator = "client_operator_relationships",
        ClientPersonnel = "client_personnel_relationships",
        ProjectOwner = "project_owner_relationships",
        ProjectVendor = "project_vendor_relationships",
        ProjectOperator = "project_operator_relationships",
        ProjectConstructor = "project_constructor_relationships",
        ProjectOfftaker = "project_offtaker_relationships",
        OwnerVendor = "owner_vendor_relationships",
        VendorSupplier = "vendor_supplier_relationships",
    }
}

/// Which end of a link a record stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The first named column.
    From,
    /// The second named column.
    To,
}

/// A kind of link as the record at one end sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkEnd {
    /// The kind.
    pub kind: LinkKind,
    /// The end at which the record stands.
    pub direction: Direction,
}

/// In what capacity a client takes part in a project.
pub const PROJECT_ROLES: &[&str] = &["Lead", "Partner", "Consultant", "Advisor"];

/// What an owner has agreed with a vendor.
pub const AGREEMENTS: &[&str] = &["MOU", "Development Agreement", "Delivery Contract", "Other"];

/// What a kind of link says of its nature.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Its column.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// How it is entered.
    pub entry: Entry,
}

impl LinkKind {
    /// The links of clients.
    pub const OF_CLIENTS: [Self; 5] =
        [Self::ClientOwner, Self::ClientProject, Self::ClientVendor, Self::ClientOperator, Self::ClientPersonnel];

    /// The two ends, in the order of the columns.
    pub fn ends(self) -> (RecordKind, RecordKind) {
        match self {
            Self::ClientOwner => (RecordKind::Client, RecordKind::Owner),
            Self::ClientProject => (RecordKind::Client, RecordKind::Project),
            Self::ClientVendor => (RecordKind::Client, RecordKind::Vendor),
            Self::ClientOperator => (RecordKind::Client, RecordKind::Operator),
            Self::ClientPersonnel => (RecordKind::Client, RecordKind::Person),
            Self::ProjectOwner => (RecordKind::Project, RecordKind::Owner),
            Self::ProjectVendor => (RecordKind::Project, RecordKind::Vendor),
            Self::ProjectOperator => (RecordKind::Project, RecordKind::Operator),
            Self::ProjectConstructor => (RecordKind::Project, RecordKind::Constructor),
            Self::ProjectOfftaker => (RecordKind::Project, RecordKind::Offtaker),
            Self::OwnerVendor => (RecordKind::Owner, RecordKind::Vendor),
            Self::VendorSupplier => (RecordKind::Vendor, RecordKind::Vendor),
        }
    }

    /// The columns of the two ends.
    pub fn columns(self) -> (&'static str, &'static str) {
        let end = |direction| LinkEnd { kind: self, direction };
        (end(Direction::From).own_column(), end(Direction::From).field())
    }

    /// What its nature is called and may be, if it has one.
    pub fn role(self) -> Option<Role> {
        let role = |name, label, entry| Some(Role { name, label, entry });
        match self {
            Self::ClientProject => role("relationship_type", "Role", Entry::Closed(PROJECT_ROLES)),
            Self::ClientPersonnel => role("role_at_client", "Role at the client", Entry::Line),
            Self::ProjectOfftaker => role(
                "agreement_type",
                "Agreement",
                Entry::Open(&["Power purchase agreement", "MOU", "Direct investment"]),
            ),
            Self::OwnerVendor => role("relationship_type", "Agreement", Entry::Closed(AGREEMENTS)),
            Self::VendorSupplier => role(
                "component_type",
                "Component",
                Entry::Open(&["Fuel", "Reactor vessel", "Steam generator", "Turbine"]),
            ),
            Self::ClientOwner
            | Self::ClientVendor
            | Self::ClientOperator
            | Self::ProjectOwner
            | Self::ProjectVendor
            | Self::ProjectOperator
            | Self::ProjectConstructor => None,
        }
    }

    /// Whether it connects a client.
    pub fn is_of_client(self) -> bool {
        self.ends().0 == RecordKind::Client
    }
}

impl LinkEnd {
    /// Every kind of link that such a record can have, in display order.
    pub fn of(end: RecordKind) -> Vec<Self> {
        let both = |kind: &LinkKind| [Direction::From, Direction::To].map(|direction| Self { kind: *kind, direction });
        LinkKind::ALL.iter().flat_map(both).filter(|place| place.here() == end).collect()
    }

    /// The end at which the record stands.
    pub fn here(self) -> RecordKind {
        match self.direction {
            Direction::From => self.kind.ends().0,
            Direction::To => self.kind.ends().1,
        }
    }

    /// The end that it sees.
    pub fn there(self) -> RecordKind {
        match self.direction {
            Direction::From => self.kind.ends().1,
            Direction::To => self.kind.ends().0,
        }
    }

    /// The last part of its address: what is added there.
    pub fn segment(self) -> &'static str {
        match (self.kind, self.direction, self.there()) {
            (LinkKind::VendorSupplier, Direction::From, _) => "supplier",
            (LinkKind::VendorSupplier, Direction::To, _) => "customer",
            (_, _, RecordKind::Person) => "personnel",
            (_, _, there) => there.singular(),
        }
    }

    /// What one at the other end is called.
    pub fn one(self) -> &'static str {
        match self.kind {
            LinkKind::VendorSupplier => self.segment(),
            _ => self.there().singular(),
        }
    }

    /// The heading above them.
    pub fn heading(self) -> &'static str {
        match (self.kind, self.direction) {
            (LinkKind::VendorSupplier, Direction::From) => "Suppliers",
            (LinkKind::VendorSupplier, Direction::To) => "Supplies to",
            _ => self.there().plural(),
        }
    }

    /// The form field that names the other end: its column.
    pub fn field(self) -> &'static str {
        match (self.kind, self.direction, self.there()) {
            (LinkKind::VendorSupplier, Direction::From, _) => "supplier_id",
            (_, _, kind) => kind.id_column(),
        }
    }

    /// The column of the record here.
    pub fn own_column(self) -> &'static str {
        let side = match self.direction {
            Direction::From => Direction::To,
            Direction::To => Direction::From,
        };
        Self { direction: side, ..self }.field()
    }

    /// The ids in the order of the columns, from the one here and the one there.
    pub fn ordered(self, here: i64, there: i64) -> (i64, i64) {
        match self.direction {
            Direction::From => (here, there),
            Direction::To => (there, here),
        }
    }
}

/// A link that is to be made. What a kind of link does not have stays empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, diesel::Queryable)]
pub struct LinkDraft {
    /// The type of the relationship, the role of the person, the agreement or the component.
    pub role: Option<String>,
    /// The contracted volume of an offtaker.
    pub contracted_volume: Option<String>,
    /// The chosen technology of a project.
    pub product_id: Option<i64>,
    /// Whether the person is the client's primary contact.
    pub is_primary_contact: bool,
    pub notes: Option<String>,
    /// Web addresses, one a line.
    pub sources: Option<String>,
    pub is_confidential: bool,
}

impl LinkDraft {
    /// Reads the form of a link; the other end is read by the caller.
    pub fn parse(form: &FormData, kind: LinkKind, sees_confidential: bool) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let role = match kind.role() {
            Some(Role { name, entry: Entry::Closed(list), .. }) => checked.one_of(name, list),
            Some(Role { name, .. }) => checked.line(name),
            None => None,
        };
        let is_confidential = checked.confidential_mark(sees_confidential);
        let draft = Self {
            role,
            contracted_volume: if kind == LinkKind::ProjectOfftaker { checked.line("contracted_volume") } else { None },
            product_id: if kind == LinkKind::ProjectVendor { checked.reference("product_id") } else { None },
            is_primary_contact: kind == LinkKind::ClientPersonnel && checked.flag("is_primary_contact"),
            notes: checked.text("notes"),
            sources: if kind.is_of_client() { None } else { checked.text("sources") },
            is_confidential,
        };
        checked.finish(draft)
    }
}

impl LinkDraft {
    /// Everything it says, in one line.
    pub fn in_words(&self) -> String {
        let primary = self.is_primary_contact.then(|| "primary contact".to_owned());
        let confidential = self.is_confidential.then(|| "confidential".to_owned());
        let texts = [&self.role, &self.contracted_volume, &self.notes, &self.sources].map(Clone::clone);
        let words: Vec<String> = texts.into_iter().chain([primary, confidential]).flatten().collect();
        if words.is_empty() { "no details".into() } else { words.join(", ") }
    }
}

/// A link as the page of one end shows it.
#[derive(Clone, Debug)]
pub struct Link {
    pub link_id: LinkId,
    /// The record at the other end.
    pub other_id: i64,
    /// Its name.
    pub name: String,
    /// What it says.
    pub draft: LinkDraft,
    /// The chosen technology by name.
    pub product: Option<(i64, String)>,
}

/// A client that reaches a record, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaching {
    pub client_id: ClientId,
    pub client_name: String,
    /// “directly”, or through what.
    pub reason: String,
}
