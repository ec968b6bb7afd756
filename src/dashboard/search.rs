//! One search for everything that has a name.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::clients::{self, AttentionRule, ClientFilter};
use crate::db::ClosedList;
use crate::error::Result;
use crate::records::{self, Kind, ListFilter};
use crate::web::{Query, Reader, Shell, html};

/// How many records of a kind are shown.
const SHOWN: i64 = 10;

struct Group {
    heading: &'static str,
    hits: Vec<Hit>,
}

struct Hit {
    name: String,
    link: String,
}

#[derive(Template)]
#[template(path = "dashboard/search.html")]
struct SearchPage {
    shell: Shell,
    words: String,
    groups: Vec<Group>,
}

/// `GET /search?q=`
pub async fn search(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let words = query.get("q").unwrap_or_default().to_owned();
            let mut groups = Vec::new();
            if !words.is_empty() {
                let rule = AttentionRule::new(&page.config, page.visit.today);
                let filter = ClientFilter { search: Some(words.clone()), ..ClientFilter::default() };
                let clients = clients::queries::list(db, filter.ordered(filter.selection(&rule)), 0, SHOWN)?;
                let hit = |row: clients::ClientRow| Hit {
                    link: format!("/clients/{}", row.client_id),
                    name: row.client_name,
                };
                groups.push(Group { heading: "Clients", hits: clients.into_iter().map(hit).collect() });
                for &kind in Kind::ALL {
                    let filter = ListFilter { search: Some(words.clone()), limit: SHOWN, ..ListFilter::default() };
                    let hit = |record: records::Record| Hit {
                        link: format!("/{}/{}", kind.path(), record.id),
                        name: record.name,
                    };
                    let hits = records::queries::list(db, kind, &filter)?.into_iter().map(hit).collect();
                    groups.push(Group { heading: kind.plural(), hits });
                }
                groups.retain(|group| !group.hits.is_empty());
            }
            html(StatusCode::OK, &SearchPage { shell: page.shell("Search", ""), words, groups })
        })
        .await
}
