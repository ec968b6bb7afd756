//! Webhooks in the browser, for administrators: where changes are told, and what came of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::{Error, Result};
use crate::ids::{JobId, WebhookId};
use crate::jobs::{DeliveryRow, Webhook, queries as jobs, webhook_queries as queries};
use crate::web::{FormData, Id, Page, Reader, Shell, Writer, html, redirect};

/// Deliveries that are shown at most.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct WebhooksPage {
    shell: Shell,
    webhooks: Vec<(Webhook, String)>,
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct WebhookPage {
    shell: Shell,
    webhook: Webhook,
    state: String,
    deliveries: Vec<Delivery>,
}

struct Delivery {
    id: JobId,
    key: String,
    made: String,
    state: &'static str,
    status: String,
    attempts: i64,
    told: String,
    can_be_retried: bool,
}

impl Delivery {
    fn new(page: &Page, row: DeliveryRow) -> Self {
        let progress = row.progress;
        Self {
            id: row.job_id,
            key: row.job_key,
            made: page.moment(row.created_date),
            state: progress.state.in_words(),
            status: row.status.map(|status| status.to_string()).unwrap_or_else(|| "–".into()),
            attempts: progress.attempts,
            told: progress.told(|at| page.moment(at)),
            can_be_retried: progress.can_be_retried(),
        }
    }
}

fn state(page: &Page, webhook: &Webhook) -> String {
    match (webhook.given_up_date, webhook.failing_since) {
        (Some(at), _) => format!("Given up {}", page.ago(at)),
        (None, Some(since)) => format!("Failing since {}", page.moment(since)),
        (None, None) => "Working".into(),
    }
}

/// `GET /admin/webhooks`
pub async fn list(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let all = queries::list(db, page.viewer().require_admin()?)?;
            let webhooks = all.into_iter().map(|webhook| (webhook.clone(), state(page, &webhook))).collect();
            html(StatusCode::OK, &WebhooksPage { shell: page.shell("Webhooks", "webhooks"), webhooks })
        })
        .await
}

/// `GET /admin/webhooks/{id}`
pub async fn show(reader: Reader, Id(id): Id<WebhookId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let webhook = queries::find(db, id)?.ok_or(Error::NotFound)?;
            let rows = queries::deliveries(db, pass, id, SHOWN)?;
            let title = webhook.draft.webhook_name.clone();
            let webhook_page = WebhookPage {
                shell: page.shell(title, "webhooks").crumb("Webhooks", "/admin/webhooks"),
                state: state(page, &webhook),
                webhook,
                deliveries: rows.into_iter().map(|row| Delivery::new(page, row)).collect(),
            };
            html(StatusCode::OK, &webhook_page)
        })
        .await
}

/// `POST /admin/webhooks/{id}/test`
pub async fn test(writer: Writer, Id(id): Id<WebhookId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let webhook = queries::find(db, id)?.ok_or(Error::NotFound)?;
            queries::add_test(db, webhook.webhook_id, page.visit.now)?;
            let message = "A test is on its way: its line tells what came of it. It waits behind what was not taken.";
            redirect(&format!("/admin/webhooks/{id}"), message)
        })
        .await
}

/// `POST /admin/webhooks/{id}/resume`
pub async fn resume(writer: Writer, Id(id): Id<WebhookId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let webhook = queries::find(db, id)?.ok_or(Error::NotFound)?;
            queries::resume(db, pass, webhook.webhook_id)?;
            redirect(&format!("/admin/webhooks/{id}"), "It is told of what happens from now on.")
        })
        .await
}

/// `POST /admin/webhooks/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<WebhookId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let webhook = queries::find(db, id)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, pass, &webhook)?;
            redirect("/admin/webhooks", &format!("{} is removed.", webhook.draft.webhook_name))
        })
        .await
}

/// `POST /admin/deliveries/{id}/retry`
pub async fn retry(writer: Writer, Id(id): Id<JobId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let webhook = queries::of_delivery(db, pass, id)?.ok_or(Error::NotFound)?;
            match jobs::retry(db, pass, id, page.visit.now)? {
                true => redirect(&format!("/admin/webhooks/{webhook}"), "It is tried again now."),
                false => Err(Error::NotFound),
            }
        })
        .await
}
