//! The mailbox in the browser, for administrators: what its messages would become, then taking them in as one change.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::mailbox::{self, Mailbox, Preview};
use super::maildir::{self, Heard};
use crate::access::{Visit, Way};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::web::{FormData, Page, Query, Reader, Shell, Writer, address, html, offering, redirect, tell};

const PATH: &str = "/admin/mailbox";

/// Messages that are taken in at once, and files that become nothing of which is told.
const AT_ONCE: usize = 500;
const NAMED: usize = 200;

#[derive(Template)]
#[template(path = "mail/mailbox.html")]
struct MailboxPage {
    shell: Shell,
    folder: Option<String>,
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

/// The heads of the messages, read where no transaction waits for them; a sentence where there is no mailbox.
async fn heard(config: &Config) -> Result<std::result::Result<Vec<Heard>, String>> {
    let Some(folder) = config.mailbox.clone() else { return Ok(Err("There is no mailbox.".into())) };
    let task = tokio::task::spawn_blocking(move || maildir::listen(&folder)).await;
    match task.map_err(|_| Error::Internal("reading the mailbox panicked".into()))? {
        Err(Error::Setup(words)) => Ok(Err(words)),
        heard => Ok(Ok(heard?)),
    }
}

fn mailbox_of(config: &Config, is_confidential: bool) -> Option<Mailbox<'_>> {
    let folder = config.mailbox.as_deref()?;
    Some(Mailbox { folder, zone: config.time_zone, is_confidential })
}

/// `GET /admin/mailbox`: `?as=confidential` tells what would come of confidential contacts.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    let heard = heard(&reader.app().config()).await?;
    reader
        .page(move |db, page| {
            let is_confidential = query.get("as") == Some("confidential");
            let preview = match (mailbox_of(&page.config, is_confidential), heard) {
                (Some(mailbox), Ok(heard)) => Ok(mailbox::preview(db, &page.visit, &mailbox, &heard, AT_ONCE)?),
                (Some(_), Err(words)) => Err(words),
                (None, _) => Ok(Preview::default()),
            };
            let confidential = address(PATH, &[("as", "confidential")]);
            let mailbox_page = MailboxPage {
                shell: page.shell("Mailbox", "messages").crumb("Messages", "/admin/messages"),
                folder: page.config.mailbox.as_ref().map(|folder| folder.display().to_string()),
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
            let heard = heard.as_ref().map_err(|words| Error::Refused(words.clone()))?;
            let Some(mailbox) = mailbox_of(&page.config, is_confidential) else { return Err(Error::NotFound) };
            let visit = of_import(page, &mailbox);
            let mark = sent.get("mark").unwrap_or_default();
            let taken = mailbox::run(db, &visit, &mailbox, heard, (AT_ONCE, Some(&mark)))?;
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
fn of_import(page: &Page, mailbox: &Mailbox<'_>) -> Visit {
    let name = mailbox.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    Visit { way: Way::Import, way_name: name, ..page.visit.clone() }
}
