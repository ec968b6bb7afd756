//! The meeting: the agenda, one client at a time, an entry without leaving it (product.md §4, ui.md).

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{Item, Standing, form, items, standing};
use super::queries;
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, Attention, AttentionRule, ClientId, ClientRow};
use crate::error::Result;
use crate::web::{FormView, PAGE_ROWS, Paging, Query, Reader, Shell, address, html};

#[derive(Template)]
#[template(path = "roundtable/meeting.html")]
struct MeetingPage {
    shell: Shell,
    agenda: Vec<Point>,
    paging: Paging,
    /// How many of the clients on this page of the agenda are done today.
    done: usize,
    /// The client that is talked about.
    current: Option<Current>,
}

/// One client on the agenda.
struct Point {
    row: ClientRow,
    assessment: Assessment,
    attention: Attention,
    is_done: bool,
    is_current: bool,
    link: String,
}

/// The client that is talked about.
struct Current {
    standing: Standing,
    previous: Vec<Item>,
    form: FormView,
    back: Option<String>,
    next: Option<String>,
    place: usize,
}

/// `GET /crm/roundtable`: `?client=` opens one, without it the first that is not done.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let number = query.page();
            let ids = assessment::agenda(db, pass, (number - 1) * PAGE_ROWS, PAGE_ROWS)?;
            let total = assessment::agenda_size(db, pass)?;
            let rows = clients::queries::by_ids(db, &ids)?;
            let assessments: HashMap<ClientId, Assessment> = assessment::of_clients(db, pass, &ids)?;
            let done: HashSet<ClientId> = queries::discussed(db, pass, &ids, page.visit.today)?;
            let asked = query.get("client").and_then(|text| text.parse().ok()).map(ClientId);
            let chosen = asked.or_else(|| ids.iter().copied().find(|id| !done.contains(id))).or(ids.first().copied());
            let page_number = if number > 1 { number.to_string() } else { String::new() };
            let link =
                |id: ClientId| address("/crm/roundtable", &[("client", &id.to_string()), ("page", &page_number)]);
            let current = match chosen {
                Some(id) => {
                    let place = ids.iter().position(|other| *other == id);
                    let beside = |offset: isize| {
                        let index = place?.checked_add_signed(offset)?;
                        ids.get(index).map(|id| link(*id))
                    };
                    Some(Current {
                        standing: standing(db, page, pass, id)?,
                        previous: items(page, queries::of_client(db, pass, id, 3)?),
                        form: form(page, id, "/crm/roundtable"),
                        back: beside(-1),
                        next: beside(1),
                        place: place.map_or(0, |place| place + 1),
                    })
                }
                None => None,
            };
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let point = |row: ClientRow| Point {
                assessment: assessments.get(&row.client_id).cloned().unwrap_or_default(),
                attention: rule.of(row.last_contact_date),
                is_done: done.contains(&row.client_id),
                is_current: chosen == Some(row.client_id),
                link: link(row.client_id),
                row,
            };
            let agenda: Vec<Point> = rows.into_iter().map(point).collect();
            let paging = Paging::new(number, agenda.len(), total, |number| {
                address("/crm/roundtable", &[("page", &number.to_string())])
            });
            let meeting = MeetingPage {
                shell: page.shell("Roundtable", "roundtable"),
                done: done.len(),
                agenda,
                paging,
                current,
            };
            html(StatusCode::OK, &meeting)
        })
        .await
}
