//! Where the NED Team begins: four figures, who needs attention, what is coming, the latest entries.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::TeamPass;
use crate::clients::asked::{Asked, Counters};
use crate::clients::assessment::TeamFilter;
use crate::clients::list::{Line, Listing, lines, listing};
use crate::clients::{self, Attention, AttentionRule, ClientFilter};
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::people::{self, Colleague, queries::Names};
use crate::records::{self, RecordRef};
use crate::roundtable::{self, RoundtableEntry};
use crate::web::{Count, Page, Query, Reader, Shell, address, html, redirect};

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
}

/// One of the three groups of clients that need attention.
struct Group {
    attention: Attention,
    total: Count,
    lines: Vec<Line>,
    all: String,
}

#[derive(Template)]
#[template(path = "overview/dashboard.html")]
struct DashboardPage {
    shell: Shell,
    figures: Vec<Figure>,
    groups: Vec<Group>,
    listing: Listing,
    planned: Vec<Line>,
    follow_ups: Vec<contacts::pages::Item>,
    entries: Vec<roundtable::pages::Item>,
}

/// Rows of a group, of planned contacts, follow-ups and entries on the dashboard.
const SHOWN: i64 = 8;

/// `GET /crm/dashboard`
pub async fn dashboard(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let staff = people::queries::staff(db)?;
            let mut counters = Counters::default();
            let filter = ClientFilter::parse(db, &query)?;
            let planned = clients::queries::planned(db, None, SHOWN)?;
            let planned = lines(page, &rule, &Names::of_staff(&staff), planned);
            let follow_ups = contacts::queries::open_follow_ups(db, page.viewer(), None, SHOWN)?;
            let entries = roundtable::queries::recent(db, pass, SHOWN)?;
            let of_entries = entries.iter().map(|entry| RecordRef::from(entry.client_id));
            let mentioned = contacts::pages::mentioned(&follow_ups).chain(of_entries);
            let names = records::queries::names_of(db, mentioned)?;
            let dashboard = DashboardPage {
                shell: page.shell("Dashboard", "dashboard"),
                figures: figures(db, pass, &rule, &mut counters)?,
                groups: groups(db, page, pass, &query, &filter, &staff, &mut counters)?,
                listing: listing(db, page, &query, filter, "/crm/dashboard", &staff, &mut counters)?,
                planned,
                follow_ups: contacts::pages::items_named(page, follow_ups, &names),
                entries: recent_entries(page, entries, &names),
            };
            html(StatusCode::OK, &dashboard)
        })
        .await
}

fn figures(db: &mut Db, pass: TeamPass, rule: &AttentionRule, counters: &mut Counters) -> Result<Vec<Figure>> {
    let totals = counters.totals(db, rule)?;
    let high = counters.standing(db, pass)?.high();
    let figure = |label, number, query: &str, attention| Figure {
        label,
        number,
        link: format!("/crm/dashboard{query}#clients"),
        attention,
    };
    Ok(vec![
        figure("Clients", totals.clients, "", None),
        figure("Urgent", totals.urgent, "?attention=urgent", Some(Attention::Urgent)),
        figure("Warning", totals.warning, "?attention=warning", Some(Attention::Warning)),
        figure("High priority", high, "?priority=high", None),
    ])
}

/// Urgent, warning and never contacted, each narrowed by the filter of the page.
fn groups(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    query: &Query,
    asked: &ClientFilter,
    staff: &[Colleague],
    counters: &mut Counters,
) -> Result<Vec<Group>> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let (mut totals, mut selections) = (Vec::new(), Vec::new());
    let team = TeamFilter::parse(pass, query).unsorted();
    for attention in [Attention::Urgent, Attention::Warning, Attention::Never] {
        if asked.attention.is_some_and(|asked| asked != attention) {
            continue;
        }
        let filter = ClientFilter {
            attention: Some(attention),
            sort: clients::ClientSort::LastContact,
            descending: false,
            ..asked.clone()
        };
        let asked = Asked { open: &filter, team: Some(&team), rule: &rule };
        let total = asked.total(db, counters)?;
        totals.push((attention, total));
        selections.push(asked.cut(db, counters, total, (0, SHOWN))?);
    }
    let found = clients::queries::list_each(db, selections)?;
    let names = people::queries::names_beside(db, staff, found.iter().map(|row| row.mpr_primary_poc))?;
    let mut found = lines(page, &rule, &names, found);
    let group = |(attention, total)| Group {
        attention,
        total,
        lines: found.extract_if(.., |line| line.attention == attention).collect(),
        all: all_link(query, attention),
    };
    Ok(totals.into_iter().map(group).collect())
}

fn all_link(query: &Query, attention: Attention) -> String {
    let kept =
        ["search", "client_type", "poc", "priority", "status"].map(|name| (name, query.get(name).unwrap_or_default()));
    let mut parameters = kept.to_vec();
    let word = attention.to_string();
    parameters.extend([("attention", word.as_str()), ("sort", "last_contact")]);
    format!("{}#clients", address("/crm/dashboard", &parameters))
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
