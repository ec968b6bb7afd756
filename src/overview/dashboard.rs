//! Where the NED Team begins: four figures, who needs attention, what is coming, the latest entries.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::coming::{self, Coming};
use super::drift::{Drifting, drifting};
use super::needs::{Needs, needs};
use crate::clients::asked::Counters;
use crate::clients::assessment::TeamFilter;
use crate::clients::columns::Column;
use crate::clients::list::{Listing, Wanted, listing};
use crate::clients::{Attention, AttentionRule, ClientFilter, ClientSort};
use crate::coverage::gaps;
use crate::error::Result;
use crate::history::{self, Change, DayFigures, Trend};
use crate::meetings::queries::last_two;
use crate::people::{self, queries::Names};
use crate::records::RecordRef;
use crate::roundtable::{self, RoundtableEntry};
use crate::web::{PAGE_ROWS, Page, Query, Reader, Shell, html, redirect};

/// `GET /`: the dashboard for the NED Team, the client list for the others.
pub async fn home(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let viewer = page.viewer();
            let is_new = viewer.admin().is_some() && viewer.may_write() && super::first_hour::is_empty(db)?;
            let start = match viewer.team() {
                _ if is_new => "/admin/start",
                Some(_) => "/crm/dashboard",
                None => "/clients",
            };
            redirect(start, "")
        })
        .await
}

/// One of the four figures, a link to the rows behind it.
struct Figure {
    label: &'static str,
    number: i64,
    link: String,
    /// Its colour and icon.
    attention: Option<Attention>,
    /// How it moved over twelve months.
    trend: Option<Trend>,
    /// How it moved since the last meeting.
    change: Option<Change>,
}

#[derive(Template)]
#[template(path = "overview/dashboard.html")]
struct DashboardPage {
    shell: Shell,
    figures: Vec<Figure>,
    needs: Needs,
    entries: Vec<roundtable::pages::Item>,
    drifting: Vec<Drifting>,
    coming: Coming,
    coverage: Vec<gaps::Figure>,
    listing: Listing,
}

/// Planned contacts and follow-ups that stand beside the panel.
const COMING: i64 = 4;

/// Entries that stand below the panel.
const ENTRIES: i64 = 5;

/// `GET /crm/dashboard`
pub async fn dashboard(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let mut counters = Counters::default();
            let mut filter = ClientFilter::parse(db, &query)?;
            if query.get("sort").is_none() {
                filter.sort = ClientSort::Attention;
            }
            let kept = coming::kept(db, page, None, COMING)?;
            let totals = counters.totals(db, &rule)?;
            let held = last_two(db, pass, page.visit.today)?;
            let asked = gaps::asked(page, held.get(1).copied());
            let covered = counters.coverage(db, pass, page.visit.today, asked)?;
            let now = history::now(&totals, counters.standing(db, pass)?, page.visit.today);
            let past = Past {
                days: history::since(db, pass, history::begin(page.visit.today))?,
                // On the day of a meeting, what moved since the one before.
                meeting: held.into_iter().find(|day| *day < page.visit.today),
            };
            let figures = figures(page, &now, &past);
            let team = TeamFilter::parse(pass, &query, page.visit.today);
            let entries = roundtable::queries::recent(db, pass, ENTRIES)?;
            let of_entries = entries.iter().map(|entry| RecordRef::from(entry.client_id));
            let (staff, names) = people::queries::staff_and_names(db, kept.mentioned().chain(of_entries))?;
            let needs = needs(db, page, &query, &rule, (&filter, team), &staff, &mut counters)?;
            let columns = Column::usual(Some(pass), true);
            let (path, usual) = ("/crm/dashboard", "attention");
            let wanted =
                Wanted { path, usual, columns, query: &query, open: filter, team: Some(team), rows: PAGE_ROWS };
            let dashboard = DashboardPage {
                shell: page.shell("Dashboard", "dashboard"),
                figures,
                needs,
                entries: recent_entries(page, entries, &names),
                drifting: drifting(db, page, pass)?,
                coming: Coming::named(page, kept, Some(&Names::of_staff(&staff)), &names, "dashboard").beginning(),
                coverage: gaps::figures(covered.gaps),
                listing: listing(db, page, wanted, &staff, &mut counters)?,
            };
            html(StatusCode::OK, &dashboard)
        })
        .await
}

/// What was: the days that were kept, and the last meeting.
struct Past {
    days: Vec<DayFigures>,
    meeting: Option<NaiveDate>,
}

fn figures(page: &Page, now: &DayFigures, past: &Past) -> Vec<Figure> {
    let figure = |label, query: &str, attention, of: fn(&DayFigures) -> Option<i64>| Figure {
        label,
        number: of(now).unwrap_or(0),
        link: format!("/crm/dashboard{query}#clients"),
        attention,
        trend: Trend::of(&past.days, now, of),
        change: Change::of(&past.days, past.meeting, now, of).map(|(by, day)| Change { by, since: page.day(day) }),
    };
    vec![
        figure("Clients", "", None, |day| Some(day.clients)),
        figure("Urgent", "?attention=urgent", Some(Attention::Urgent), |day| Some(day.urgent)),
        figure("Warning", "?attention=warning", Some(Attention::Warning), |day| Some(day.warning)),
        figure("High priority", "?priority=high", None, |day| day.high_priority),
    ]
}

fn recent_entries(
    page: &Page,
    entries: Vec<RoundtableEntry>,
    names: &HashMap<RecordRef, String>,
) -> Vec<roundtable::pages::Item> {
    let mut items = roundtable::pages::items(page, entries);
    for item in &mut items {
        item.client_name = names.get(&RecordRef::from(item.entry.client_id)).cloned().unwrap_or_default();
    }
    items
}
