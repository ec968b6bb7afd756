//! The columns of the client list: which there are, which of them a person has chosen, and where each is changed.

use super::assessment::TeamColumn;
use super::column_queries as queries;
use crate::access::{TeamPass, Viewer};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::web::{Changed, FormData, Query, Writer, redirect};

/// A column beside the name and the attention, which are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The latest contact on record.
    LastContact,
    /// The contact that is planned next.
    NextContact,
    /// Who looks after the client.
    Poc,
    /// Who stands in.
    Secondary,
    /// What the team judges.
    OfTeam(TeamColumn),
    /// What kind of organisation it is.
    Type,
    /// How many links the person may see.
    Links,
}

impl Column {
    /// The columns that a person can have, in the order in which they stand.
    fn offered(team: Option<TeamPass>) -> Vec<Self> {
        let of_team = team.into_iter().flat_map(TeamColumn::offered).map(Self::OfTeam);
        let first = [Self::LastContact, Self::NextContact, Self::Poc, Self::Secondary];
        first.into_iter().chain(of_team).chain([Self::Type, Self::Links]).collect()
    }

    /// Those of them that one has before one chooses; beside other things there is no room for the last ones.
    pub fn usual(team: Option<TeamPass>, is_compact: bool) -> Vec<Self> {
        let mut columns = Self::offered(team);
        columns.retain(|column| match column {
            Self::Secondary | Self::OfTeam(TeamColumn::Relationship) => false,
            Self::Type | Self::Links => !is_compact,
            Self::LastContact | Self::NextContact | Self::Poc | Self::OfTeam(_) => true,
        });
        columns
    }

    /// Its name in forms, and as an order of the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastContact => "last_contact",
            Self::NextContact => "next_contact",
            Self::Poc => "primary_poc",
            Self::Secondary => "secondary_poc",
            Self::OfTeam(column) => column.as_str(),
            Self::Type => "client_type",
            Self::Links => "links",
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::LastContact => "Last contact",
            Self::NextContact => "Next contact",
            Self::Poc => "Point of contact",
            Self::Secondary => "Secondary",
            Self::OfTeam(column) => column.label(),
            Self::Type => "Type",
            Self::Links => "Links",
        }
    }

    /// Whether the list can be sorted by it.
    pub fn sorts(self) -> bool {
        !matches!(self, Self::Secondary | Self::OfTeam(TeamColumn::Relationship))
    }

    /// The field that changes it, and the key by which that is reached, where it is not told by other things.
    pub fn changed(self) -> Option<Changed> {
        match self {
            Self::NextContact => Some(Changed { form: "contact", field: "next_planned_contact_date", key: "b" }),
            Self::Poc => Some(Changed { form: "edit", field: "mpr_primary_poc", key: "c" }),
            Self::Secondary => Some(Changed { form: "edit", field: "mpr_secondary_poc", key: "C" }),
            Self::OfTeam(column) => Some(column.changed()),
            Self::Type => Some(Changed { form: "edit", field: "client_type", key: "t" }),
            Self::LastContact | Self::Links => None,
        }
    }
}

/// A column that can be chosen, and whether it is.
pub struct Offer {
    /// The column.
    pub column: Column,
    /// Whether the list shows it.
    pub is_chosen: bool,
}

/// The columns that a person has chosen, or the usual ones.
pub fn of(db: &mut Db, viewer: &Viewer) -> Result<Vec<Column>> {
    let Some(chosen) = queries::find(db, viewer)? else { return Ok(Column::usual(viewer.team(), false)) };
    let mut columns = Column::offered(viewer.team());
    columns.retain(|column| chosen.split(',').any(|name| name == column.name()));
    Ok(columns)
}

/// Everything that can be chosen, beside what is shown.
pub fn offers(viewer: &Viewer, shown: &[Column]) -> Vec<Offer> {
    let offer = |column: Column| Offer { column, is_chosen: shown.contains(&column) };
    Column::offered(viewer.team()).into_iter().map(offer).collect()
}

/// `POST /clients/columns`: keeps the columns that are ticked, or forgets them where the usual ones are asked for.
pub async fn choose(writer: Writer, sent: FormData) -> Result<axum::response::Response> {
    writer
        .write(move |db, page| {
            let mut columns = Column::offered(page.viewer().team());
            columns.retain(|column| sent.all("column").any(|name| name == column.name()));
            let names: Vec<&str> = columns.into_iter().map(Column::name).collect();
            let chosen = (!sent.flag("usual")).then(|| names.join(","));
            queries::replace(db, page.viewer(), chosen)?;
            let list = Query::parse(&sent.get("list").unwrap_or_default()).encoded();
            let back = if list.is_empty() { "/clients".into() } else { format!("/clients?{list}") };
            redirect(&back, "The list keeps these columns for you.")
        })
        .await
}
