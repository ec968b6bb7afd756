//! The list of clients as a file: its filter, its order and the columns that the person has chosen.

use axum::response::Response;

use super::ClientFilter;
use super::asked::Counters;
use super::assessment::TeamFilter;
use super::columns::{self, Column};
use super::list::{Line, Listing, Wanted, listing};
use crate::closed_list::ClosedList;
use crate::error::Result;
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::people;
use crate::web::{Query, Reader};

/// `GET /clients.csv` and `GET /clients.xlsx`: the list of the page, all its rows.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let staff = people::queries::staff(db)?;
            let open = ClientFilter::parse(db, &query)?;
            let team = page.viewer().team().map(|pass| TeamFilter::parse(pass, &query, page.visit.today));
            let columns = columns::of(db, page.viewer())?;
            let wanted = Wanted { path: "/clients", usual: "name", columns, query: &query, open, team, rows: EXPORTED };
            let listing = listing(db, page, wanted, &staff, &mut Counters::default())?;
            export::answer(&sheet(&listing), format, page.visit.today)
        })
        .await
}

/// The list as it goes into a file.
fn sheet(listing: &Listing) -> Sheet {
    let mut heads = vec!["Client", "Attention"];
    heads.extend(listing.columns.iter().map(|column| column.label()));
    // The day since which something is lacking has its head where it has its column.
    let lacks = listing.lines.iter().any(|line| line.lacking_since.is_some());
    heads.extend(listing.headings.last().filter(|_| lacks).map(|heading| heading.label));
    let row = |line: &Line| {
        let first = [line.row.client_name.as_str(), line.explained.word()].map(|words| Value::Text(words.into()));
        let beside = listing.columns.iter().map(|column| value(line, *column));
        let since = line.lacking_since.map(|since| Value::day(since.map(|day| day.date)));
        first.into_iter().chain(beside).chain(since).collect()
    };
    let title = if listing.archived { "Archived clients" } else { "Clients" };
    Sheet::new(title, heads, listing.lines.iter().map(row).collect())
}

fn value(line: &Line, column: Column) -> Value {
    match column {
        Column::LastContact => Value::day(line.row.last_contact_date),
        Column::NextContact => Value::day(line.row.next_planned_contact_date),
        Column::Poc => Value::text(line.primary_poc.as_deref()),
        Column::Secondary => Value::text(line.secondary_poc.as_deref()),
        Column::OfTeam(column) => Value::text(line.sign(&column).map(|sign| sign.word())),
        Column::Type => Value::text(line.row.client_type.map(ClosedList::as_str)),
        Column::Links => Value::count(line.links),
    }
}
