//! The kinds of links, and one link as pages, imports and demonstration data describe it.

use crate::db::ids::{ClientId, LinkId};
use crate::db::{ClosedList, closed_list};
use crate::records::Kind;
use crate::web::{Checked, FormData, Invalid};

closed_list! {
    /// What a client can be linked to (product.md §1).
    ClientLink {
        Owner = "owner",
        Project = "project",
        Vendor = "vendor",
        Operator = "operator",
        Personnel = "personnel",
    }
}

closed_list! {
    /// In what capacity a client takes part in a project.
    ProjectRole { Lead = "Lead", Partner = "Partner", Consultant = "Consultant", Advisor = "Advisor" }
}

closed_list! {
    /// What an owner has agreed with a vendor.
    Agreement {
        Mou = "MOU",
        DevelopmentAgreement = "Development Agreement",
        DeliveryContract = "Delivery Contract",
        Other = "Other",
    }
}

closed_list! {
    /// The links between the records around the clients, by which a client is followed to a reactor.
    MarketLink {
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
pub enum Side {
    /// The first named column.
    From,
    /// The second named column.
    To,
}

impl MarketLink {
    /// The kinds of the two ends, in the order of the columns.
    pub fn ends(self) -> (Kind, Kind) {
        match self {
            Self::ProjectOwner => (Kind::Project, Kind::Owner),
            Self::ProjectVendor => (Kind::Project, Kind::Vendor),
            Self::ProjectOperator => (Kind::Project, Kind::Operator),
            Self::ProjectConstructor => (Kind::Project, Kind::Constructor),
            Self::ProjectOfftaker => (Kind::Project, Kind::Offtaker),
            Self::OwnerVendor => (Kind::Owner, Kind::Vendor),
            Self::VendorSupplier => (Kind::Vendor, Kind::Vendor),
        }
    }
}

impl MarketLink {
    /// What the second ends are to the first, as a heading.
    pub fn forward(self) -> &'static str {
        match self {
            Self::VendorSupplier => "Suppliers",
            other => other.ends().1.plural(),
        }
    }

    /// What the first ends are to the second, as a heading.
    pub fn backward(self) -> &'static str {
        match self {
            Self::VendorSupplier => "Supplies",
            other => other.ends().0.plural(),
        }
    }
}

impl ClientLink {
    /// The kind of record at the other end.
    pub fn kind(self) -> Kind {
        match self {
            Self::Owner => Kind::Owner,
            Self::Project => Kind::Project,
            Self::Vendor => Kind::Vendor,
            Self::Operator => Kind::Operator,
            Self::Personnel => Kind::Person,
        }
    }

    /// The form field that names the other end.
    pub fn field(self) -> &'static str {
        match self {
            Self::Owner => "owner_id",
            Self::Project => "project_id",
            Self::Vendor => "vendor_id",
            Self::Operator => "operator_id",
            Self::Personnel => "personnel_id",
        }
    }

    /// The heading of the group on a client's page.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Owner => "Owners",
            Self::Project => "Projects",
            Self::Vendor => "Vendors",
            Self::Operator => "Operators",
            Self::Personnel => "People",
        }
    }

    /// The table that keeps it.
    pub fn table(self) -> &'static str {
        match self {
            Self::Owner => "client_owner_relationships",
            Self::Project => "client_project_relationships",
            Self::Vendor => "client_vendor_relationships",
            Self::Operator => "client_operator_relationships",
            Self::Personnel => "client_personnel_relationships",
        }
    }
}

/// A link that is to be made. What a kind of link does not have stays empty.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LinkDraft {
    /// The type of the relationship, the role of the person, the agreement or the component.
    pub role: Option<String>,
    /// The contracted volume of an offtaker.
    pub contracted_volume: Option<String>,
    /// The chosen technology of a project.
    pub product_id: Option<i32>,
    /// Whether the person is the client's primary contact.
    pub is_primary_contact: bool,
    pub notes: Option<String>,
    pub sources: Option<String>,
    pub is_confidential: bool,
}

impl LinkDraft {
    /// Reads the form that links a client; the other end is read by the caller.
    pub fn parse(form: &FormData, kind: ClientLink, sees_confidential: bool) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let role = match kind {
            ClientLink::Project => checked.choice::<ProjectRole>("relationship_type").map(|role| role.as_str().into()),
            ClientLink::Personnel => checked.line("role_at_client"),
            ClientLink::Owner | ClientLink::Vendor | ClientLink::Operator => None,
        };
        let draft = Self {
            role,
            is_primary_contact: kind == ClientLink::Personnel && checked.flag("is_primary_contact"),
            notes: checked.text("notes"),
            // Only who sees confidential links may make one (product.md §2).
            is_confidential: sees_confidential && checked.flag("is_confidential"),
            ..Self::default()
        };
        checked.finish(draft)
    }
}

/// A link as the page of one end shows it.
#[derive(Clone, Debug)]
pub struct Link {
    pub link_id: LinkId,
    /// The record at the other end.
    pub other_id: i32,
    /// Its name.
    pub name: String,
    pub role: Option<String>,
    pub is_primary_contact: bool,
    pub notes: Option<String>,
    pub is_confidential: bool,
}

/// A client that reaches a record, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaching {
    pub client_id: ClientId,
    pub client_name: String,
    /// “directly”, or through what.
    pub reason: String,
}
