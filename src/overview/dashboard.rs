//! Where the NED Team begins: four figures, who needs attention, what is coming, the latest entries.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::TeamPass;
use crate::clients::assessment::{self, TeamFilter};
use crate::clients::list::{Line, Listing, lines, listing, rows, total};
use crate::clients::{self, Attention, AttentionRule, ClientFilter, attention};
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::ids::ClientId;
use crate::roundtable;
use crate::web::{Page, Query, Reader, Shell, address, html, redirect};

/// `GET /`: the dashboard for the NED Team, the client list for the others.
pub async fn home(reader: Reader) -> Result<Response> {
    reader
        .page(|_, page| {
            let start = if page.viewer().team().is_some() { "/crm/dashboard" } else { "/clients" };
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
    total: i64,
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
            let planned = clients::queries::planned(db, None, SHOWN)?;
            let planned = lines(db, page, &rule, planned)?;
            let follow_ups = contacts::queries::open_follow_ups(db, page.viewer(), None, SHOWN)?;
            let follow_ups = contacts::pages::items(db, page, follow_ups)?;
            let dashboard = DashboardPage {
                shell: page.shell("Dashboard", "dashboard"),
                figures: figures(db, pass, &rule)?,
                groups: groups(db, page, pass, &query, &rule)?,
                listing: listing(db, page, &query, "/crm/dashboard")?,
                planned,
                follow_ups,
                entries: recent_entries(db, page, pass)?,
            };
            html(StatusCode::OK, &dashboard)
        })
        .await
}

fn figures(db: &mut Db, pass: TeamPass, rule: &AttentionRule) -> Result<Vec<Figure>> {
    let totals = attention::totals(db, rule)?;
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
        figure("High priority", assessment::high_priority(db, pass)?, "?priority=high", None),
    ])
}

/// Urgent, warning and never contacted, each narrowed by the filter of the page.
fn groups(db: &mut Db, page: &Page, pass: TeamPass, query: &Query, rule: &AttentionRule) -> Result<Vec<Group>> {
    let team = TeamFilter::parse(pass, query);
    let asked = ClientFilter::parse(query);
    let mut groups = Vec::new();
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
        let unsorted = team.unsorted();
        let total = total(db, &filter, Some(&unsorted), rule)?;
        let found = rows(db, &filter, Some(&unsorted), rule, 0, SHOWN)?;
        let all = all_link(query, attention);
        groups.push(Group { attention, total, lines: lines(db, page, rule, found)?, all });
    }
    Ok(groups)
}

fn all_link(query: &Query, attention: Attention) -> String {
    let kept =
        ["search", "client_type", "poc", "priority", "status"].map(|name| (name, query.get(name).unwrap_or_default()));
    let mut parameters = kept.to_vec();
    let word = attention.to_string();
    parameters.extend([("attention", word.as_str()), ("sort", "last_contact")]);
    format!("{}#clients", address("/crm/dashboard", &parameters))
}

fn recent_entries(db: &mut Db, page: &Page, pass: TeamPass) -> Result<Vec<roundtable::pages::Item>> {
    let entries = roundtable::queries::recent(db, pass, SHOWN)?;
    let mut ids: Vec<ClientId> = entries.iter().map(|entry| entry.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = clients::queries::by_ids(db, &ids)?;
    let mut items = roundtable::pages::items(page, entries);
    for item in &mut items {
        let client = clients.iter().find(|client| client.client_id == item.entry.client_id);
        item.client_name = client.map(|client| client.client_name.clone()).unwrap_or_default();
    }
    Ok(items)
}
