//! The mailbox in the browser, for administrators: what its messages would become, then taking them in as one change.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::head::Listing;
use super::listening::listen;
use super::mailbox::{self, Mailbox, Preview};
use crate::access::{Visit, Way};
use crate::config::{Config, MailSource};
use crate::error::{Error, Result};
use crate::web::{FormData, Page, Query, Reader, Shell, Writer, address, html, offering, redirect, tell};

const PATH: &str = "/admin/mailbox";

/// Messages that are taken in at once, and so many that become nothing are told.
const AT_ONCE: usize = 500;
const NAMED: usize = 200;

#[derive(Template)]
#[template(path = "mail/mailbox.html")]
struct MailboxPage {
    shell: Shell,
    /// Where the mailbox is.
    place: Option<String>,
    is_confidential: bool,
    /// As what contacts: the words, where that is, and whether it is shown.
    ways: [(&'static str, String, bool); 2],
    /// What comes of the messages, or what is in the way.
    preview: Result<Preview, String>,
}

impl MailboxPage {
    fn named(&self) -> &[(String, &'static str)] {
        let named = self.preview.as_ref().map(|preview| preview.named.as_slice()).unwrap_or_default();
        &named[..named.len().min(NAMED)]
    }
}

/// The heads of the messages, read where no transaction waits for them; a sentence where there are none to be had.
async fn heard(config: &Config) -> Result<std::result::Result<Listing, String>> {
    let Some(source) = &config.mailbox else { return Ok(Err("There is no mailbox.".into())) };
    match listen(source).await {
        Err(Error::Setup(words)) => Ok(Err(words)),
        listing => Ok(Ok(listing?)),
    }
}

/// `GET /admin/mailbox`: `?as=confidential` tells what would come of confidential contacts.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    // The mail server hears nothing for whoever may not look.
    reader.admitted().await?;
    let heard = heard(&reader.app().config()).await?;
    reader
        .page(move |db, page| {
            let is_confidential = query.get("as") == Some("confidential");
            let mailbox = Mailbox { zone: page.config.time_zone, is_confidential };
            let preview = match heard {
                Ok(listing) => Ok(mailbox::preview(db, &page.visit, mailbox, &listing, AT_ONCE)?),
                Err(words) => Err(words),
            };
            let confidential = address(PATH, &[("as", "confidential")]);
            let mailbox_page = MailboxPage {
                shell: page.shell("Mailbox", "messages").crumb("Messages", "/admin/messages"),
                place: page.config.mailbox.as_ref().map(MailSource::place),
                is_confidential,
                ways: [
                    ("Open contacts", PATH.to_owned(), !is_confidential),
                    ("Confidential contacts", confidential, is_confidential),
                ],
                preview,
            };
            html(StatusCode::OK, &mailbox_page)
        })
        .await
}

/// `POST /admin/mailbox`: takes in what the page shows.
pub async fn take(writer: Writer, sent: FormData) -> Result<Response> {
    let heard = heard(&writer.app().config()).await?;
    writer
        .write(move |db, page| {
            let is_confidential = sent.get("as").as_deref() == Some("confidential");
            let listing = heard.as_ref().map_err(|words| Error::Refused(words.clone()))?;
            let mailbox = Mailbox { zone: page.config.time_zone, is_confidential };
            let visit = of_import(page);
            let mark = sent.get("mark").unwrap_or_default();
            let taken = mailbox::run(db, &visit, mailbox, listing, (AT_ONCE, Some(&mark)))?;
            tell(db, &visit)?;
            if visit.change.has_news() {
                page.visit.change.bring_news();
            }
            let message = match taken.taken.len() {
                0 => return redirect(PATH, "There was nothing new."),
                1 => "1 message became a contact".into(),
                many => format!("{many} messages became contacts"),
            };
            Ok(offering(redirect(PATH, &message)?, visit.change.id))
        })
        .await
}

/// The same visit by another way: the mailbox, under its name.
fn of_import(page: &Page) -> Visit {
    let name = page.config.mailbox.as_ref().and_then(MailSource::name);
    Visit { way: Way::Import, way_name: name, ..page.visit.clone() }
}
