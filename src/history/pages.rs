//! The last twelve months as drawings: who needed attention, and how often there was contact.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Months;

use super::chart::{Chart, Column, Part};
use super::trend::{month_of, months};
use super::{begin, queries};
use crate::clients::assessment;
use crate::clients::{Attention, AttentionRule, attention};
use crate::closed_list::ClosedList;
use crate::contacts::month_queries::per_month;
use crate::db::Db;
use crate::error::Result;
use crate::web::{Page, Reader, Shell, html};

#[derive(Template)]
#[template(path = "history/trends.html")]
struct TrendsPage {
    shell: Shell,
    attention: Chart,
    contacts: Chart,
}

/// `GET /crm/trends`
pub async fn trends(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let shell = page.shell("Twelve months", "dashboard").crumb("Dashboard", "/crm/dashboard");
            let page = TrendsPage { shell, attention: needing_attention(db, page)?, contacts: contacts(db, page)? };
            html(StatusCode::OK, &page)
        })
        .await
}

/// Clients that needed attention at the beginning of each month that was kept, and those of today.
fn needing_attention(db: &mut Db, page: &Page) -> Result<Chart> {
    let pass = page.viewer().require_team()?;
    let today = page.visit.today;
    let rule = AttentionRule::new(&page.config, today);
    let now = queries::now(&attention::totals(db, &rule)?, &assessment::standing(db, pass)?, today);
    let kept = queries::since(db, pass, begin(today))?;
    let kinds = [Attention::Urgent, Attention::Warning, Attention::Never];
    let parts = kinds.map(|kind| Part { label: kind.words(), colour: kind.as_str() });
    let column = |label: String, name: String, figures: &super::DayFigures| Column {
        label,
        name,
        numbers: kinds.iter().map(|kind| figures.of(*kind)).collect(),
    };
    let earlier = months(&kept).filter(|one| one.day < today);
    let mut columns: Vec<Column> =
        earlier.map(|one| column(one.day.format("%b").to_string(), page.day(one.day).full(), one)).collect();
    columns.push(column("Today".into(), "Today".into(), &now));
    Ok(Chart::new("attention", "Clients that need attention", parts.into(), columns))
}

/// Contacts of each month, as far as one may see them.
fn contacts(db: &mut Db, page: &Page) -> Result<Chart> {
    let first = begin(page.visit.today);
    let counted = per_month(db, page.viewer(), first)?;
    let months = (0..12).filter_map(|month| first.checked_add_months(Months::new(month)));
    let column = |month| Column {
        label: month_of(month).chars().take(3).collect(),
        name: month_of(month),
        numbers: vec![counted.get(&month).copied().unwrap_or(0)],
    };
    let parts = vec![Part { label: "Contacts", colour: "contacts" }];
    Ok(Chart::new("contacts", "Contacts per month", parts, months.map(column).collect()))
}
