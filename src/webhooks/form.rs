//! Adding a place that is told of changes. Its secret is shown by the answer and nothing ever again.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;

use super::signing::new_secret;
use crate::audit::open_queries::collections;
use crate::config::Config;
use crate::error::Result;
use crate::jobs::{WebhookDraft, webhook_queries};
use crate::web::{
    Checked, Choice, Field, FormData, FormView, Input, Invalid, Page, Reader, Shell, Values, Writer, html,
};

const PATH: &str = "/admin/webhooks/new";

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct WebhookFormPage {
    shell: Shell,
    /// The secret, and where the place that it is of is looked at.
    made: Option<(String, String)>,
    form: FormView,
}

fn form() -> FormView {
    let choices = collections().into_iter().map(|name| Choice::new(name, name)).collect();
    let fields = vec![
        Field::new("webhook_name", "What it is for", Input::Line).required(),
        Field::new("url", "Address", Input::Line)
            .required()
            .hint("Each change is sent there by POST, as kinds and ids; their words are read by /api/v1."),
        Field::new("collections", "It is told of", Input::Several(choices)).required(),
    ];
    FormView::new(PATH, "Add webhook", "/admin/webhooks", fields).unkept()
}

fn answer(page: &Page, status: StatusCode, made: Option<(String, String)>, form: FormView) -> Result<Response> {
    let shell = page.shell("New webhook", "webhooks").crumb("Webhooks", "/admin/webhooks");
    html(status, &WebhookFormPage { shell, made, form })
}

/// `GET /admin/webhooks/new`
pub async fn new(reader: Reader) -> Result<Response> {
    reader
        .page(|_, page| {
            let all = Values::from([("collections".to_owned(), collections().join(","))]);
            answer(page, StatusCode::OK, None, form().filled(&all))
        })
        .await
}

fn parse(sent: &FormData, config: &Config) -> Result<WebhookDraft, Invalid> {
    let mut checked = Checked::new(sent);
    let webhook_name = checked.required("webhook_name", "Say what it is for.");
    if webhook_name.chars().count() > 100 || webhook_name.contains('\n') {
        checked.refuse("webhook_name", "Use at most 100 characters, in one line.");
    }
    let url = checked.required("url", "Enter where it is told.");
    let is_fit = |url: &Url| {
        let scheme_fits = url.scheme() == "https" || (config.webhooks_to_private_hosts && url.scheme() == "http");
        scheme_fits && url.has_host() && url.username().is_empty() && url.password().is_none()
    };
    if !url.is_empty() && !url.parse().is_ok_and(|url: Url| is_fit(&url)) {
        checked.refuse("url", "Enter an address that begins with https:// and names no password.");
    }
    let chosen: Vec<&str> = sent.all("collections").flat_map(|value| value.split(',')).collect();
    let wanted: Vec<&str> = collections().into_iter().filter(|name| chosen.contains(name)).collect();
    if wanted.is_empty() {
        checked.refuse("collections", "Choose at least one.");
    }
    let collections = wanted.join(",");
    checked.finish(WebhookDraft { webhook_name, url, collections })
}

/// `POST /admin/webhooks/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| match parse(&sent, &page.config) {
            Ok(draft) => {
                let secret = new_secret();
                let id = webhook_queries::insert(db, &page.visit, page.viewer().require_admin()?, &draft, &secret)?;
                answer(page, StatusCode::OK, Some((secret, format!("/admin/webhooks/{id}"))), form())
            }
            Err(invalid) => {
                let mut values = sent.values();
                values.insert("collections".into(), sent.all("collections").collect::<Vec<_>>().join(","));
                let form = form().filled(&values).refused(invalid);
                answer(page, StatusCode::UNPROCESSABLE_ENTITY, None, form)
            }
        })
        .await
}
