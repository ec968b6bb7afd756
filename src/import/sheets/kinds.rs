//! What can be brought in, and the fields that a column may go to: those of the forms of the slices, so that what
//! someone may not enter by hand is not offered.

use super::taking_clients;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::links::{self, Direction, LinkEnd, LinkKind};
use crate::records::{RecordKind, picker};
use crate::web::{Choice, Field, Input, Page};
use crate::{contacts, market, people};

/// A kind of what the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Records.
    Records(RecordKind),
    /// Entries of the contact log.
    Contacts,
    /// Links.
    Links(LinkKind),
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let records = RecordKind::ALL.iter().copied().map(Self::Records);
        let links = LinkKind::ALL.iter().copied().map(Self::Links);
        records.chain([Self::Contacts]).chain(links)
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }

    /// Its name in forms and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.path(),
            Self::Contacts => "contacts",
            Self::Links(kind) => kind.as_str(),
        }
    }

    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Self::Records(kind) => kind.plural().into(),
            Self::Contacts => "Contacts".into(),
            Self::Links(LinkKind::VendorSupplier) => "Vendors and their suppliers".into(),
            Self::Links(kind) => {
                let (from, to) = kind.ends();
                format!("{} and their {}", from.plural(), to.plural().to_lowercase())
            }
        }
    }

    /// Where they are listed.
    pub fn list(self) -> String {
        match self {
            Self::Records(kind) => format!("/{}", kind.path()),
            Self::Contacts => "/contacts".into(),
            Self::Links(kind) => format!("/{}", kind.ends().0.path()),
        }
    }

    /// What can be done with a row whose record is there.
    pub fn decisions(self) -> &'static [super::model::Decision] {
        use super::model::Decision::{Create, Fill, Overwrite, Skip};
        match self {
            Self::Records(_) => &[Fill, Overwrite, Skip, Create],
            Self::Contacts => &[Fill, Overwrite, Skip, Create],
            // An import does not change what a link says.
            Self::Links(_) => &[Skip],
        }
    }

    /// The kinds, grouped as a select offers them.
    pub fn offered() -> [(&'static str, Vec<Choice>); 2] {
        let choice = |kind: Self| Choice::new(kind.name(), kind.label());
        let (links, others): (Vec<_>, Vec<_>) = Self::all().partition(|kind| matches!(kind, Self::Links(_)));
        [("Records", others), ("Links between records", links)]
            .map(|(label, kinds)| (label, kinds.into_iter().map(choice).collect()))
    }
}

/// The fields that a column may go to, as far as this person may fill them.
pub fn fields(db: &mut Db, page: &Page, kind: Kind) -> Result<Vec<Field>> {
    let mut fields = match kind {
        Kind::Records(RecordKind::Client) => taking_clients::fields(db, page)?,
        Kind::Records(kind) => market::form::fields(db, page, kind)?,
        Kind::Contacts => {
            let mut fields = contacts::recording::fields(db, page)?;
            // What is planned next is one thing of a client and no contact.
            fields.retain(|field| !contacts::recording::is_of_plan(field.name));
            fields.insert(0, Field::new("client_id", "Client", picker::input(RecordKind::Client)).required());
            fields
        }
        Kind::Links(kind) => {
            let end = LinkEnd { kind, direction: Direction::From };
            let mut fields = links::pages::fields(page, kind);
            let here = Field::new(end.own_column(), end.here().label(), picker::input(end.here()));
            fields.insert(0, here.required());
            fields
        }
    };
    // A mark that this person may not give has its column all the same: the save refuses it, and no row comes in open.
    let has_mark = fields.iter().any(|field| field.name == "is_confidential");
    if !has_mark && !matches!(kind, Kind::Records(_)) {
        fields.push(Field::new("is_confidential", "Confidential", Input::Tick));
    }
    let is_colleague = |field: &Field| match &field.input {
        Input::Select(choices) => choices.iter().any(|choice| choice.value != choice.label),
        _ => false,
    };
    if fields.iter().any(is_colleague) {
        // Whoever left may hold a role still; whether they may be given one, the form says.
        let left: Vec<_> = people::queries::staff(db)?.into_iter().filter(|person| !person.is_active).collect();
        for field in fields.iter_mut().filter(|field| is_colleague(field)) {
            let Input::Select(choices) = &mut field.input else { continue };
            for person in &left {
                let id = person.personnel_id.to_string();
                if choices.iter().all(|choice| choice.value != id) {
                    choices.push(Choice::new(id, person.full_name.clone()));
                }
            }
        }
    }
    Ok(fields)
}

/// The kind of record that a field names, if it names one by its name.
pub fn named_by(field: &Field) -> Option<RecordKind> {
    match &field.input {
        Input::Picker { search, .. } => RecordKind::of_path(search.split('/').nth(1)?),
        _ => None,
    }
}
