//! The fields of each kind of record: how they are entered and what they may hold (product.md §1).

use super::RecordKind;
use crate::web::Range;

/// How a field is entered and what it may hold.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// One of a closed list.
    Closed(&'static [&'static str]),
    /// One line; the usual values are suggested, any other is kept.
    Open(&'static [&'static str]),
    /// A number of a range.
    Number(Range),
    /// A date.
    Date,
    /// A tick box.
    Tick,
    /// Another record.
    Reference(RecordKind),
}

/// One field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its column.
    pub name: &'static str,
    /// Its label, with the unit.
    pub label: &'static str,
    /// How it is entered.
    pub entry: Entry,
    /// Whether it must be filled.
    pub required: bool,
    /// Whether the list of the kind shows it.
    pub listed: bool,
}

impl FieldSpec {
    /// Its words at the head of a column, where there is little room.
    pub fn head(&self) -> &'static str {
        match self.name {
            "personnel_type" | "company_type" => "Type",
            "engagement_level" => "Engagement",
            "project_status" => "Status",
            "target_cod" => "Target operation",
            "thermal_capacity" => "MWt",
            "gross_capacity" => "MWe",
            _ => self.label,
        }
    }

    /// Whether a list can be sorted by it: not by ids of others.
    pub fn is_sorted(&self) -> bool {
        !matches!(self.entry, Entry::Reference(_))
    }

    /// Its label without the unit, and the unit of a number.
    pub fn label_and_unit(&self) -> (&'static str, Option<&'static str>) {
        if self.is_number() { label_and_unit(self.label) } else { (self.label, None) }
    }

    /// Whether its values stand right-aligned.
    pub fn is_number(&self) -> bool {
        matches!(self.entry, Entry::Number(_))
    }
}

/// A label such as “Burnup (GWd/t)” in its two parts.
pub fn label_and_unit(label: &str) -> (&str, Option<&str>) {
    let parts = label.strip_suffix(')').and_then(|label| label.split_once(" ("));
    parts.map_or((label, None), |(label, unit)| (label, Some(unit)))
}

const fn field(name: &'static str, label: &'static str, entry: Entry) -> FieldSpec {
    FieldSpec { name, label, entry, required: false, listed: false }
}

const fn listed(name: &'static str, label: &'static str, entry: Entry) -> FieldSpec {
    FieldSpec { name, label, entry, required: false, listed: true }
}

const fn required(name: &'static str, label: &'static str, entry: Entry) -> FieldSpec {
    FieldSpec { name, label, entry, required: true, listed: false }
}

const NOTES: FieldSpec = field("notes", "Notes", Entry::Text);
const SOURCES: FieldSpec = field("sources", "Sources (web addresses, one a line)", Entry::Text);
const COMPANY: FieldSpec = required("company_name", "Company name", Entry::Line);

const CLIENT: &[FieldSpec] = &[
    required("client_name", "Client name", Entry::Line),
    listed("client_type", "Type", Entry::Closed(&["Utility", "IPP", "Government", "Consulting", "Other"])),
    field("mpr_primary_poc", "Primary point of contact", Entry::Reference(RecordKind::Person)),
    field("mpr_secondary_poc", "Secondary point of contact", Entry::Reference(RecordKind::Person)),
    NOTES,
];

const OWNER: &[FieldSpec] = &[
    COMPANY,
    listed("company_type", "Company type", Entry::Open(&["IOU", "COOP", "Public Power", "IPP", "Other"])),
    listed(
        "engagement_level",
        "Engagement level",
        Entry::Closed(&["Intrigued", "Interested", "Invested", "Inservice"]),
    ),
    field("target_customers", "Target customers", Entry::Line),
    NOTES,
    SOURCES,
];

const VENDOR: &[FieldSpec] = &[required("vendor_name", "Vendor name", Entry::Line), NOTES, SOURCES];

const TECHNOLOGY: &[FieldSpec] = &[
    required("product_name", "Technology name", Entry::Line),
    FieldSpec {
        name: "vendor_id",
        label: "Vendor",
        entry: Entry::Reference(RecordKind::Vendor),
        required: true,
        listed: true,
    },
    listed("reactor_type", "Reactor type", Entry::Open(&["PWR", "BWR", "PHWR", "SFR", "HTGR", "MSR", "FHR", "LFR"])),
    field("generation", "Generation", Entry::Open(&["II", "III", "III+", "IV"])),
    listed("thermal_capacity", "Thermal capacity (MWt)", Entry::Number(Range::Positive)),
    listed("gross_capacity", "Gross capacity (MWe)", Entry::Number(Range::Positive)),
    field("thermal_efficiency", "Thermal efficiency (%)", Entry::Number(Range::Between(0.0, 100.0))),
    field("burnup", "Burnup (GWd/t)", Entry::Number(Range::Positive)),
    field("fuel_type", "Fuel type", Entry::Open(&["LEU", "LEU+", "HALEU", "TRISO", "MOX"])),
    listed(
        "design_status",
        "Design status",
        Entry::Open(&["Concept", "Preliminary design", "Final design", "Licensed", "Operating"]),
    ),
    NOTES,
    SOURCES,
];

/// The stages of a project, in their order.
pub const PROJECT_STATUS: &[&str] = &[
    "Conceptual",
    "Planning",
    "Design",
    "Licensing",
    "Construction",
    "Commissioning",
    "Operating",
    "Decommissioned",
    "Cancelled",
    "On Hold",
];

const PROJECT: &[FieldSpec] = &[
    required("project_name", "Project name", Entry::Line),
    listed("location", "Location", Entry::Line),
    listed("project_status", "Project status", Entry::Closed(PROJECT_STATUS)),
    field(
        "licensing_approach",
        "Licensing approach",
        Entry::Open(&["10 CFR Part 50", "10 CFR Part 52", "10 CFR Part 53", "CNSC licence to construct"]),
    ),
    field("configuration", "Configuration", Entry::Line),
    field("project_schedule", "Project schedule", Entry::Text),
    listed("target_cod", "Target commercial operation", Entry::Date),
    field("cod", "Commercial operation", Entry::Date),
    field("firm_involvement", "Our involvement", Entry::Line),
    field("project_health", "Project health", Entry::Line),
    field("latitude", "Latitude (degrees)", Entry::Number(Range::Between(-90.0, 90.0))),
    field("longitude", "Longitude (degrees)", Entry::Number(Range::Between(-180.0, 180.0))),
    NOTES,
    SOURCES,
];

const COMPANY_ONLY: &[FieldSpec] = &[COMPANY, NOTES, SOURCES];

const OFFTAKER: &[FieldSpec] = &[
    COMPANY,
    listed("sector", "Sector", Entry::Open(&["Cloud computing", "Data centres", "Chemicals", "Utility", "Mining"])),
    NOTES,
    SOURCES,
];

const PERSON: &[FieldSpec] = &[
    required("full_name", "Full name", Entry::Line),
    FieldSpec {
        name: "personnel_type",
        label: "Internal or external",
        entry: Entry::Closed(&["Internal", "External"]),
        required: true,
        listed: true,
    },
    listed("role", "Role", Entry::Line),
    listed("employer", "Employer", Entry::Line),
    field("email", "Email", Entry::Line),
    field("phone", "Phone", Entry::Line),
    field("is_active", "Active", Entry::Tick),
    NOTES,
];

impl RecordKind {
    /// Its fields, the name first.
    pub fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Client => CLIENT,
            Self::Owner => OWNER,
            Self::Vendor => VENDOR,
            Self::Technology => TECHNOLOGY,
            Self::Project => PROJECT,
            Self::Operator | Self::Constructor => COMPANY_ONLY,
            Self::Offtaker => OFFTAKER,
            Self::Person => PERSON,
        }
    }

    /// The column of its name.
    pub fn name_column(self) -> &'static str {
        self.fields()[0].name
    }

    /// The fields by which its list can be narrowed.
    pub fn filters(self) -> impl Iterator<Item = &'static FieldSpec> {
        self.fields().iter().filter(|field| field.listed && matches!(field.entry, Entry::Closed(_) | Entry::Open(_)))
    }

    /// The field that tells most of it in a word, beside its name.
    pub fn category(self) -> Option<&'static FieldSpec> {
        let name = match self {
            Self::Client => "client_type",
            Self::Owner => "company_type",
            Self::Technology => "reactor_type",
            Self::Project => "project_status",
            Self::Offtaker => "sector",
            Self::Person => "personnel_type",
            Self::Vendor | Self::Operator | Self::Constructor => return None,
        };
        self.fields().iter().find(|field| field.name == name)
    }
}
