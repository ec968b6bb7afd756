//! The coverage at a glance, and the rows behind each of its numbers.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::gaps::{self, Figure, Lack};
use super::load::{Load, loads};
use crate::clients::ClientFilter;
use crate::clients::asked::Counters;
use crate::clients::assessment::{ClientPriority, TeamFilter};
use crate::clients::columns::Column;
use crate::clients::list::{Listing, Wanted, listing};
use crate::closed_list::ClosedList;
use crate::error::Result;
use crate::firm::rhythm_queries;
use crate::meetings::queries::last_two;
use crate::people;
use crate::web::{Count, PAGE_ROWS, Query, Reader, Shell, html};

#[derive(Template)]
#[template(path = "coverage/show.html")]
struct CoveragePage {
    shell: Shell,
    figures: Vec<Figure>,
    due: Count,
    paused: Count,
    rhythm: Vec<(ClientPriority, Option<i64>)>,
    loads: Vec<Load>,
}

/// `GET /crm/coverage`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let pass = page.viewer().require_team()?;
            let last_but_one = last_two(db, pass, page.visit.today)?.get(1).copied();
            let asked = gaps::asked(page, last_but_one);
            let coverage = Counters::default().coverage(db, pass, page.visit.today, asked)?;
            let (rhythm, _) = rhythm_queries::find(db, pass)?;
            let staff = people::queries::staff(db)?;
            let coverage = CoveragePage {
                shell: page.shell("Coverage", "dashboard").crumb("Dashboard", "/crm/dashboard"),
                figures: gaps::figures(coverage.gaps),
                due: coverage.due,
                paused: coverage.paused,
                rhythm: ClientPriority::ALL.iter().copied().zip(rhythm.days()).collect(),
                loads: loads(db, page, staff)?,
            };
            html(StatusCode::OK, &coverage)
        })
        .await
}

#[derive(Template)]
#[template(path = "coverage/rows.html")]
struct RowsPage {
    shell: Shell,
    lack: Lack,
    listing: Listing,
}

/// `GET /crm/coverage/unheld` and its like: the clients that lack it, narrowed and ordered as any list of them.
pub async fn rows(reader: Reader, query: Query, lack: Lack) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let last_but_one = match lack {
                Lack::Discussion => last_two(db, pass, page.visit.today)?.get(1).copied(),
                _ => None,
            };
            let mut team = TeamFilter::parse(pass, &query, page.visit.today);
            team.gap = Some(lack.gap(page, last_but_one));
            team.order = team.order.or_else(|| lack.order().filter(|_| query.get("sort").is_none()));
            let open = ClientFilter::parse(db, &query)?;
            let staff = people::queries::staff(db)?;
            let columns = Column::usual(Some(pass), true);
            let wanted = Wanted {
                path: lack.path(),
                usual: lack.usual(),
                columns,
                query: &query,
                open,
                team: Some(team),
                rows: PAGE_ROWS,
            };
            let listing = listing(db, page, wanted, &staff, &mut Counters::default())?;
            let shell = page
                .shell(lack.title(), "dashboard")
                .crumb("Dashboard", "/crm/dashboard")
                .crumb("Coverage", "/crm/coverage");
            html(StatusCode::OK, &RowsPage { shell, lack, listing })
        })
        .await
}
