//! The list of clients, and the table of clients that other pages share.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::asked::{Asked, Counters};
use super::assessment::{AssessmentRow, Gap, Need, TeamColumn, TeamFilter};
use super::attention::Explained;
use super::columns::{self, Column, Offer};
use super::list_heads::{headings, many, selects};
use super::views::{self, View};
use super::{AttentionRule, ClientFilter, ClientRow, queries};
use crate::db::Db;
use crate::error::Result;
use crate::people::{self, Colleague, queries::Names};
use crate::web::{
    Chip, Day, Heading, ListAddress, PAGE_ROWS, Page, Paging, Query, Reader, Select, Shell, Sign, address, html,
};

#[derive(Template)]
#[template(path = "clients/list.html")]
struct ListPage {
    shell: Shell,
    views: Vec<View>,
    listing: Listing,
    /// The columns that can be chosen, by those who may.
    offers: Option<Vec<Offer>>,
    archived: bool,
}

/// `GET /clients`
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let staff = people::queries::staff(db)?;
            let filter = ClientFilter::parse(db, &query)?;
            let mut counters = Counters::default();
            let (rule, me) = (AttentionRule::new(&page.config, page.visit.today), page.viewer().personnel_id);
            let totals = counters.totals_and_held(db, &rule, me)?;
            let team = page.viewer().team().map(|pass| TeamFilter::parse(pass, &query, page.visit.today));
            let columns = columns::of(db, page.viewer())?;
            let wanted =
                Wanted { path: "/clients", usual: "name", columns, query: &query, open: filter, team, rows: PAGE_ROWS };
            let mut listing = listing(db, page, wanted, &staff, &mut counters)?;
            let mut views = views::usual(me, totals, &listing.address);
            if let Some(pass) = page.viewer().team() {
                views.push(views::due(pass, &listing.address));
            }
            views.extend(views::saved(db, page.viewer(), &listing.address)?);
            let is_new = !listing.chips.is_empty() && !views.iter().any(|view| view.is_current);
            listing.saving = (is_new && page.viewer().may_write())
                .then(|| address("/clients/views/new", &[("list", listing.query())]));
            let archived = query.get("archived").is_some();
            let offers = page.viewer().may_write().then(|| columns::offers(page.viewer(), &listing.columns));
            let shell = page.shell("Clients", "clients");
            html(StatusCode::OK, &ListPage { shell, views, listing, offers, archived })
        })
        .await
}

/// Which clients a list is to show, and where it is.
pub struct Wanted<'a> {
    /// The page that shows it.
    pub path: &'static str,
    /// The order in which it begins.
    pub usual: &'static str,
    /// Its columns beside the name and the attention.
    pub columns: Vec<Column>,
    /// What its address asks for.
    pub query: &'a Query,
    /// What everyone may ask for.
    pub open: ClientFilter,
    /// What the team may ask for, for those who belong to it.
    pub team: Option<TeamFilter>,
    /// Rows on one page of it.
    pub rows: i64,
}

/// A filtered, sorted page of clients with everything around it.
pub struct Listing {
    /// The page that shows it.
    pub path: &'static str,
    /// Where it is, with everything that narrows and orders it.
    pub address: String,
    /// The rows.
    pub lines: Vec<Line>,
    /// Where one is.
    pub paging: Paging,
    /// The selects of the filter.
    pub selects: Vec<Select>,
    /// The words searched for.
    pub search: String,
    /// The filters in force, each with the address without it.
    pub chips: Vec<Chip>,
    /// The columns by which the table can be sorted.
    pub headings: Vec<Heading>,
    /// The order, to be kept by the filter form.
    pub sort: String,
    /// Whether the archived clients are shown.
    pub archived: bool,
    /// The columns beside the name and the attention.
    pub columns: Vec<Column>,
    /// What several clients can be given at once, for those who may.
    pub many: Option<Vec<Select>>,
    /// Where it is saved as a view, if it is none yet.
    pub saving: Option<String>,
}

impl Listing {
    /// The query of its address.
    pub fn query(&self) -> &str {
        self.address.split_once('?').map_or("", |(_, query)| query)
    }
}

/// One row of the table.
pub struct Line {
    pub row: ClientRow,
    /// The attention with its reason.
    pub explained: Explained,
    pub last_contact: Option<Day>,
    pub next_contact: Option<Day>,
    pub primary_poc: Option<String>,
    pub secondary_poc: Option<String>,
    /// Links that this person may see.
    pub links: i64,
    /// Only for the NED Team.
    pub assessment: Option<AssessmentRow>,
    /// The day since which it lacks what the list asks for, where there is a column for it.
    pub lacking_since: Option<Option<Day>>,
}

impl Line {
    /// In which rhythm the team expects a contact, for the team.
    pub fn expected_days(&self) -> Option<i64> {
        self.assessment.as_ref()?.rhythm.days()
    }

    /// The last day of a pause that goes on, for the team.
    pub fn paused_until(&self) -> Option<NaiveDate> {
        match self.explained.need {
            Some(Need::Paused(until)) => Some(until),
            _ => None,
        }
    }

    /// What the team judges, at a glance.
    pub fn sign(&self, column: &TeamColumn) -> Option<Sign> {
        self.assessment?.sign(*column)
    }
}

/// Puts the page of clients together that the filter of the address asks for, for the list and for the dashboard.
pub fn listing(
    db: &mut Db,
    page: &Page,
    wanted: Wanted<'_>,
    staff: &[Colleague],
    counters: &mut Counters,
) -> Result<Listing> {
    let Wanted { path, usual, columns, query, open, team, rows } = wanted;
    let filter = ClientFilter { all_links: page.viewer().confidential(), ..open };
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let asked = Asked { open: &filter, team: team.as_ref(), rule: &rule };
    let total = asked.total(db, counters)?;
    let number = if rows == PAGE_ROWS { query.page(total.rows) } else { 1 };
    let cut = asked.cut(db, counters, total, ((number - 1) * rows, rows))?;
    let confidential = page.viewer().confidential().filter(|_| columns.contains(&Column::Links));
    let passes = (team.map(|team| team.pass()), confidential);
    let rows = queries::list(db, passes, cut)?;
    let sort = team.and_then(|team| team.sort_value()).unwrap_or_else(|| filter.sort_value());
    let sort = if sort == usual { String::new() } else { sort };
    let selects = selects(&filter, team.as_ref(), staff);
    let list = ListAddress { path, search: filter.search.as_deref(), archived: filter.archived, sort: &sort, usual };
    let chips = list.chips(&selects);
    let may_change = page.viewer().may_write() && !filter.archived;
    let may_tick = may_change && path == "/clients";
    let many = may_tick.then(|| many(page, staff));
    let address = list.with(&selects, &[]);
    let gap = team.and_then(|team| team.gap);
    let headings = headings(&list, &selects, (&columns, gap), may_change, may_tick);
    let link = |number: i64| list.with(&selects, &[("page", &number.to_string())]);
    let mut paging = Paging::new(number, rows.len(), total, link);
    if path == "/clients" {
        paging = paging.with_files(&address);
    }
    let pocs = rows.iter().flat_map(|(row, ..)| [row.mpr_primary_poc, row.mpr_secondary_poc]);
    let names = people::queries::names_beside(db, staff, pocs)?;
    let beside = |(row, assessment, hidden): (ClientRow, AssessmentRow, i64)| Line {
        links: row.open_links + hidden,
        lacking_since: team.and_then(|team| lacking_since(page, team.gap?, &assessment)),
        ..line(page, &rule, &names, (row, team.map(|_| assessment)))
    };
    let lines: Vec<Line> = rows.into_iter().map(beside).collect();
    let search = filter.search.clone().unwrap_or_default();
    let archived = filter.archived;
    Ok(Listing {
        path,
        address,
        lines,
        paging,
        selects,
        search,
        chips,
        headings,
        sort,
        archived,
        columns,
        many,
        saving: None,
    })
}

/// A client as lists show it, with what the team judges of it for those who may know.
pub type JudgedRow = (ClientRow, Option<AssessmentRow>);

/// Rows with attention and the names that are known.
pub fn lines(page: &Page, rule: &AttentionRule, names: &Names, rows: Vec<JudgedRow>) -> Vec<Line> {
    rows.into_iter().map(|row| line(page, rule, names, row)).collect()
}

fn line(page: &Page, rule: &AttentionRule, names: &Names, (row, assessment): JudgedRow) -> Line {
    let explained = rule.explain(&row, assessment.as_ref().map(|assessment| &assessment.rhythm));
    Line {
        explained,
        last_contact: page.day_or_none(row.last_contact_date),
        next_contact: page.day_or_none(row.next_planned_contact_date),
        primary_poc: names.of(row.mpr_primary_poc),
        secondary_poc: names.of(row.mpr_secondary_poc),
        links: row.open_links,
        assessment,
        lacking_since: None,
        row,
    }
}

fn lacking_since(page: &Page, gap: Gap, assessment: &AssessmentRow) -> Option<Option<Day>> {
    match gap {
        Gap::Undiscussed(_) => Some(page.day_or_none(assessment.last_discussed)),
        Gap::Unjudged(_) => Some(assessment.last_judged.map(|moment| page.day(page.date_of(moment)))),
        Gap::Unheld | Gap::Unplanned | Gap::OnePerson(_) => None,
    }
}
