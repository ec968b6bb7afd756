//! The map of projects: where each stands, coloured by its status, with the list of all beside it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::list;
use crate::error::Result;
use crate::records::{self, ListFilter, PROJECT_STATUS, Record, RecordKind};
use crate::web::{Chip, Count, ListAddress, PAGE_ROWS, Paging, Query, Reader, Select, Shell, html};

/// Projects on the map at most.
const SHOWN: i64 = 2_000;

/// A project on the map.
pub struct Site {
    pub project_id: i64,
    pub name: String,
    pub status: Option<String>,
    /// In the units of the map.
    pub x: String,
    pub y: String,
}

/// A project in the list beside it.
struct Line {
    id: i64,
    name: String,
    status: Option<String>,
    location: Option<String>,
    has_place: bool,
}

impl Line {
    /// Status and location in one line.
    fn about(&self) -> String {
        [self.status.as_deref(), self.location.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

#[derive(Template)]
#[template(path = "market/sites.html")]
struct SitesPage {
    shell: Shell,
    sites: Vec<Site>,
    /// How many of the projects have a place.
    site_total: Count,
    lines: Vec<Line>,
    paging: Paging,
    path: String,
    search: String,
    selects: Vec<Select>,
    chips: Vec<Chip>,
    sort: String,
    archived: bool,
}

impl SitesPage {
    /// Whether there are more with a place than are drawn.
    fn is_cut(&self) -> bool {
        usize::try_from(self.site_total.rows).is_ok_and(|total| total > self.sites.len())
    }

    /// The stages that stand on the map, in their order.
    fn stages(&self) -> Vec<&'static str> {
        let stands = |stage: &&str| self.sites.iter().any(|site| site.status.as_deref() == Some(*stage));
        PROJECT_STATUS.iter().copied().filter(stands).collect()
    }
}

/// Where a place stands on the map, in its units: degrees by Miller's cylindrical projection, as in web/build.mjs.
pub fn place(latitude: f64, longitude: f64) -> (f64, f64) {
    let upright = 1.25 * (std::f64::consts::FRAC_PI_4 + 0.4 * latitude.to_radians()).tan().ln();
    (longitude, -upright.to_degrees())
}

/// The class that colours a status.
pub fn class_of(status: Option<&str>) -> String {
    status.map_or_else(
        || "rt-site-unknown".into(),
        |status| format!("rt-site-{}", status.to_lowercase().replace(' ', "-")),
    )
}

/// A project where it stands, if it is known where.
fn site(record: &Record) -> Option<Site> {
    let degrees = |column| record.values.get(column).and_then(serde_json::Value::as_f64);
    let (x, y) = place(degrees("latitude")?, degrees("longitude")?);
    Some(Site {
        project_id: record.id,
        name: record.name.clone(),
        status: record.text("project_status"),
        x: format!("{x:.3}"),
        y: format!("{y:.3}"),
    })
}

/// The place in a form's fields, for the mark on the map beside them.
pub fn mark(latitude: &str, longitude: &str) -> Option<(String, String)> {
    let (x, y) = place(latitude.parse().ok()?, longitude.parse().ok()?);
    (x.is_finite() && y.is_finite()).then(|| (format!("{x:.3}"), format!("{y:.3}")))
}

/// `GET /projects/map`, narrowed as the list of projects is.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let totals = records::totals::of_kind(db, RecordKind::Project)?;
            let selects = list::selects(&totals, &query, RecordKind::Project);
            let mut filter = list::filter(db, &query, &selects, RecordKind::Project)?;
            let on_map = ListFilter { filled: &["latitude", "longitude"], limit: SHOWN, ..filter.clone() };
            let site_total = records::queries::count(db, RecordKind::Project, &on_map, &totals)?;
            let placed = records::queries::list(db, RecordKind::Project, &on_map)?;
            let total = records::queries::count(db, RecordKind::Project, &filter, &totals)?;
            let number = query.page(total.rows);
            filter = ListFilter { offset: (number - 1) * PAGE_ROWS, ..filter };
            let line = |record: Record| Line {
                has_place: site(&record).is_some(),
                status: record.text("project_status"),
                location: record.text("location"),
                id: record.id,
                name: record.name,
            };
            let lines: Vec<Line> =
                records::queries::list(db, RecordKind::Project, &filter)?.into_iter().map(line).collect();
            let path = "/projects/map".to_owned();
            let list = ListAddress {
                path: &path,
                search: query.get("search"),
                archived: filter.archived,
                sort: "",
                usual: "name",
            };
            let chips = list.chips(&selects);
            let link = |number: i64| list.with(&selects, &[("page", &number.to_string())]);
            let paging = Paging::new(number, lines.len(), total, link);
            let sites = SitesPage {
                shell: page.shell("Map of projects", "projects").crumb("Projects", "/projects"),
                sites: placed.iter().filter_map(site).collect(),
                site_total,
                lines,
                paging,
                search: query.get("search").unwrap_or_default().to_owned(),
                archived: filter.archived,
                selects,
                chips,
                sort: String::new(),
                path,
            };
            html(StatusCode::OK, &sites)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_where_the_projection_puts_them() {
        let (x, equator) = place(0.0, 12.5);
        assert!((x - 12.5).abs() < 1e-9 && equator.abs() < 1e-9);
        let (_, north) = place(84.0, 0.0);
        assert!((north + 114.7).abs() < 0.1, "{north}");
        assert_eq!(mark("x", "1"), None);
        assert_eq!(mark("0", "1").unwrap().0, "1.000");
    }
}
