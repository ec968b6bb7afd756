//! Records as points and what connects them as lines, with the words and the strength of each line.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::closed_list::{ClosedList, closed_list};
use crate::links::LinkKind;
use crate::records::{RecordKind, RecordRef};
use crate::web::Day;

closed_list! {
    /// What connects two records: a kind of link, or a column that names another record.
    EdgeKind {
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
        Design = "products",
        ChosenTechnology = "chosen_technology",
        PrimaryPoc = "primary_poc",
        SecondaryPoc = "secondary_poc",
        LastContact = "last_contact",
        Met = "met",
    }
}

/// How much a connection helps whoever wants to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Strong,
    Fair,
    Weak,
}

impl Strength {
    /// What a step of this strength adds to the length of a path.
    pub fn cost(self) -> u32 {
        match self {
            Self::Strong => 1,
            Self::Fair => 2,
            Self::Weak => 3,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Fair => "fair",
            Self::Weak => "weak",
        }
    }
}

impl EdgeKind {
    /// The kinds of the two records, in the order of the columns.
    pub fn ends(self) -> (RecordKind, RecordKind) {
        match self {
            Self::Design => (RecordKind::Technology, RecordKind::Vendor),
            Self::ChosenTechnology => (RecordKind::Project, RecordKind::Technology),
            Self::Met => (RecordKind::Person, RecordKind::Person),
            Self::PrimaryPoc | Self::SecondaryPoc | Self::LastContact => (RecordKind::Client, RecordKind::Person),
            Self::ClientOwner
            | Self::ClientProject
            | Self::ClientVendor
            | Self::ClientOperator
            | Self::ClientPersonnel
            | Self::ProjectOwner
            | Self::ProjectVendor
            | Self::ProjectOperator
            | Self::ProjectConstructor
            | Self::ProjectOfftaker
            | Self::OwnerVendor
            | Self::VendorSupplier => {
                LinkKind::parse(self.as_str()).expect("a test holds that these are kinds of links").ends()
            }
        }
    }

    /// The words between the two records, read in the order of the columns and the other path round.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::ClientOwner => ("works with owner", "works with client"),
            Self::ClientProject => ("takes part in", "involves client"),
            Self::ClientVendor => ("is interested in", "interests"),
            Self::ClientOperator => ("works with operator", "works with client"),
            Self::ClientPersonnel => ("has as contact", "is contact at"),
            Self::ProjectOwner => ("is owned by", "owns"),
            Self::ProjectVendor => ("is supplied by", "supplies"),
            Self::ProjectOperator => ("is operated by", "operates"),
            Self::ProjectConstructor => ("is built by", "builds"),
            Self::ProjectOfftaker => ("sells to", "buys from"),
            Self::OwnerVendor => ("has agreed with", "has agreed with"),
            Self::VendorSupplier => ("is supplied by", "supplies"),
            Self::Design => ("is designed by", "designs"),
            Self::ChosenTechnology => ("has chosen", "is chosen for"),
            Self::PrimaryPoc => ("is looked after by", "looks after"),
            Self::SecondaryPoc => ("is looked after, in second place, by", "looks after, in second place,"),
            Self::LastContact => ("was last contacted by", "last contacted"),
            Self::Met => ("met", "met"),
        }
    }
}

/// A line between two records as it is read from one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub here: RecordRef,
    pub there: RecordRef,
    pub edge_kind: EdgeKind,
    /// Whether it is read in the order of its columns.
    pub is_forward: bool,
    /// The role, agreement or component.
    pub detail: Option<String>,
    /// The day of the contact.
    pub date: Option<NaiveDate>,
    pub is_primary: bool,
    pub is_confidential: bool,
}

impl Edge {
    /// Whether it leads from a client to one of us.
    pub fn leads_to_a_colleague(&self) -> bool {
        self.is_forward
            && matches!(self.edge_kind, EdgeKind::PrimaryPoc | EdgeKind::SecondaryPoc | EdgeKind::LastContact)
    }

    /// The words between the two records, e.g. “takes part in (Lead)”.
    pub fn words(&self) -> String {
        let (forward, backward) = self.edge_kind.words();
        let primary = self.is_primary.then(|| "primary contact".to_owned());
        let date = self.date.map(|date| date.to_string());
        let more: Vec<String> = [self.detail.clone(), primary, date].into_iter().flatten().collect();
        let words = if self.is_forward { forward } else { backward };
        if more.is_empty() { words.to_owned() } else { format!("{words} ({})", more.join(", ")) }
    }

    /// The same as short as a way is told, e.g. “secondary POC” or “spoke 3 days ago”.
    pub fn in_short(&self, today: NaiveDate) -> String {
        match (self.edge_kind, self.date) {
            (EdgeKind::PrimaryPoc, _) => "primary POC".into(),
            (EdgeKind::SecondaryPoc, _) => "secondary POC".into(),
            (EdgeKind::LastContact | EdgeKind::Met, Some(date)) => {
                format!("spoke {}", Day::new(date, today).distance())
            }
            _ => self.words(),
        }
    }

    /// How much it helps: what is signed, led or spoken within a year more than an interest or what was long ago.
    pub fn strength(&self, today: NaiveDate) -> Strength {
        let is_recent = self.date.is_some_and(|date| date + Days::new(365) >= today);
        match (self.edge_kind, self.detail.as_deref()) {
            (EdgeKind::PrimaryPoc | EdgeKind::ProjectOwner | EdgeKind::Design | EdgeKind::ChosenTechnology, _) => {
                Strength::Strong
            }
            (EdgeKind::LastContact | EdgeKind::Met, _) if is_recent => Strength::Strong,
            (EdgeKind::LastContact | EdgeKind::Met, _) => Strength::Weak,
            (EdgeKind::ClientPersonnel, _) if self.is_primary => Strength::Strong,
            (EdgeKind::ClientProject, Some("Lead" | "Partner")) => Strength::Strong,
            (EdgeKind::OwnerVendor, Some("Development Agreement" | "Delivery Contract")) => Strength::Strong,
            (EdgeKind::OwnerVendor, Some("MOU")) | (EdgeKind::ProjectOfftaker, Some("MOU")) => Strength::Weak,
            (EdgeKind::ClientVendor, _) => Strength::Weak,
            _ => Strength::Fair,
        }
    }

    /// The same line read from the other record.
    pub fn turned(&self) -> Self {
        Self { here: self.there, there: self.here, is_forward: !self.is_forward, ..self.clone() }
    }
}

/// One line for each edge_kind of two records: of many meetings the latest says it all.
pub fn latest(edges: impl IntoIterator<Item = Edge>) -> Vec<Edge> {
    let mut kept: BTreeMap<(RecordRef, RecordRef, EdgeKind, bool), Edge> = BTreeMap::new();
    for edge in edges {
        let key = (edge.here, edge.there, edge.edge_kind, edge.is_confidential);
        if kept.get(&key).is_none_or(|other| other.date < edge.date) {
            kept.insert(key, edge);
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bond_has_its_ends_and_every_kind_of_link_is_a_bond() {
        for edge_kind in EdgeKind::ALL {
            edge_kind.ends();
        }
        for kind in LinkKind::ALL {
            assert_eq!(EdgeKind::parse(kind.as_str()).unwrap().ends(), kind.ends());
        }
    }
}
