//! The audit log in the browser, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use crate::audit::queries::{self, Row};
use crate::error::Result;
use crate::web::{Page, Query, Reader, Shell, address, html};

/// Rows on a page of the log.
const ROWS: i64 = 100;

/// One row of the log.
struct Line {
    row: Row,
    at: String,
    changes: Vec<Change>,
}

/// One changed field.
struct Change {
    field: String,
    old: String,
    new: String,
}

#[derive(Template)]
#[template(path = "overview/audit.html")]
struct AuditPage {
    shell: Shell,
    lines: Vec<Line>,
    table: String,
    older: Option<String>,
}

/// `GET /admin/audit`: `?table=` narrows it, `?before=` goes back.
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let before = query.get("before").and_then(|text| text.parse().ok());
            let rows = queries::list(db, pass, query.get("table"), before, ROWS)?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
            let table = query.get("table").unwrap_or_default().to_owned();
            let older = rows
                .last()
                .filter(|_| full)
                .map(|row| address("/admin/audit", &[("table", &table), ("before", &row.audit_id.to_string())]));
            let lines = rows.into_iter().map(|row| line(page, row)).collect();
            html(StatusCode::OK, &AuditPage { shell: page.shell("Audit log", "admin"), lines, table, older })
        })
        .await
}

fn line(page: &Page, row: Row) -> Line {
    let changes = match serde_json::from_str(&row.changes) {
        Ok(Value::Object(fields)) => fields.into_iter().map(|(field, values)| change(field, &values)).collect(),
        _ => Vec::new(),
    };
    Line { at: page.moment(row.change.occurred_date), row, changes }
}

fn change(field: String, values: &Value) -> Change {
    let text = |index: usize| match values.get(index) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    Change { field, old: text(0), new: text(1) }
}
