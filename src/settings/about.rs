//! What runs here: version, database, and the works of others that are in it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::db::migrate;
use crate::error::Result;
use crate::web::{Page, Reader, Shell, html};

#[derive(Template)]
#[template(path = "settings/about.html")]
struct AboutPage {
    shell: Shell,
    version: &'static str,
    database: String,
    schema: i64,
    /// Name and licence of each work that is in the binary.
    works: Vec<(&'static str, &'static str)>,
}

/// Packages with their licences, one a line; a test holds it against the lock files.
const WORKS: &str = include_str!("works.txt");

/// `GET /about`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page: &Page| {
            let (database, schema) = migrate::in_words(db)?;
            let works = WORKS.lines().filter_map(|line| line.split_once('\t')).collect();
            let version = env!("CARGO_PKG_VERSION");
            html(StatusCode::OK, &AboutPage { shell: page.shell("About", ""), version, database, schema, works })
        })
        .await
}
