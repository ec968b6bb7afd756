//! The database of the earlier system in the browser, for administrators: sent, rehearsed, then taken or dropped.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use super::{Tally, run};
use crate::access::{Change, Visit, Way};
use crate::config::Config;
use crate::db::{Db, rehearse, write_transaction};
use crate::error::{Error, Result};
use crate::import::upload::Upload;
use crate::index;
use crate::sessions;
use crate::web::{Page, Reader, Shell, Writer, html, redirect};

/// Lines of remarks and of reasons that a page shows; the command line prints them all.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "import/nukeworks/upload.html")]
struct UploadPage {
    shell: Shell,
    error: Option<String>,
    report: Option<Report>,
}

/// What a rehearsal or a run told.
struct Report {
    tally: Tally,
    named: Vec<String>,
    remarks: Vec<String>,
    more: usize,
    /// The file that can be taken now; none once it was.
    upload: Option<String>,
}

impl Report {
    fn new(tally: Tally, upload: Option<String>) -> Self {
        let named: Vec<String> = tally.named().take(SHOWN).collect();
        let remarks: Vec<String> = tally.remarks().iter().take(SHOWN).cloned().collect();
        let more = tally.named().count() + tally.remarks().len() - named.len() - remarks.len();
        Self { tally, named, remarks, more, upload }
    }
}

fn shell(page: &Page) -> Shell {
    page.shell("From the earlier system", "settings").crumb("Settings", "/admin/settings")
}

/// `GET /import/nukeworks`
pub async fn new(reader: Reader) -> Result<Response> {
    reader.page(|_, page| html(StatusCode::OK, &UploadPage { shell: shell(page), error: None, report: None })).await
}

/// `POST /import/nukeworks`: keeps the file and tells what would come of it.
pub async fn rehearse_upload(writer: Writer, reader: Reader, request: Request) -> Result<Response> {
    let config = writer.app().config();
    let upload = match Upload::receive(&config, request).await {
        Ok(Some(upload)) => upload,
        Ok(None) => return show(reader, Err("Choose the file of the earlier system's database.".into())).await,
        Err(Error::Malformed(words)) => return show(reader, Err(words)).await,
        Err(error) => return Err(error),
    };
    let path = upload.path().to_owned();
    let told =
        in_its_own_time(&writer, move |db, visit, config| rehearse(db, |db| run(db, visit, config.time_zone, &path)))
            .await;
    match told {
        Ok(tally) => show(reader, Ok(Report::new(tally, Some(upload.name)))).await,
        Err(error) => {
            upload.remove()?;
            show(reader, Err(told_of(error, &upload)?)).await
        }
    }
}

/// `POST /import/nukeworks/{name}/run`: takes the file that was rehearsed.
pub async fn run_upload(writer: Writer, reader: Reader, Path(name): Path<String>) -> Result<Response> {
    let config = writer.app().config();
    let upload = Upload::find(&config, &name).ok_or(Error::NotFound)?;
    let path = upload.path().to_owned();
    let told = in_its_own_time(&writer, move |db, visit, config| {
        let tally = write_transaction(db, |db| run(db, visit, config.time_zone, &path))?;
        index::settle(db, true);
        Ok(tally)
    })
    .await;
    let report = match told {
        Ok(tally) => Ok(Report::new(tally, None)),
        Err(error) => Err(told_of(error, &upload)?),
    };
    upload.remove()?;
    show(reader, report).await
}

/// `POST /import/nukeworks/{name}/discard`: drops the file.
pub async fn discard_upload(writer: Writer, Path(name): Path<String>) -> Result<Response> {
    let config = writer.app().config();
    Upload::find(&config, &name).ok_or(Error::NotFound)?.remove()?;
    writer.write(|_, _| redirect("/import/nukeworks", "The file is removed; nothing was taken.")).await
}

async fn show(reader: Reader, told: Result<Report, String>) -> Result<Response> {
    let (status, error, report) = match told {
        Ok(report) => (StatusCode::OK, None, Some(report)),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Some(error), None),
    };
    reader.page(move |_, page| html(status, &UploadPage { shell: shell(page), error, report })).await
}

/// What is wrong with a file, without where it was kept; what is wrong with anything else is passed on.
fn told_of(error: Error, upload: &Upload) -> Result<String> {
    match error {
        Error::Setup(words) => {
            let words = words.replace(&upload.path().display().to_string(), "the file");
            let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
            Ok(format!("{}{rest}.", first.to_uppercase()))
        }
        other => Err(other),
    }
}

/// Work that takes longer than a page may, on a connection of its own, as the person who asks with the rights of then.
async fn in_its_own_time(
    writer: &Writer,
    work: impl FnOnce(&mut Db, &Visit, &Config) -> Result<Tally> + Send + 'static,
) -> Result<Tally> {
    let (app, user) = (writer.app(), writer.viewer().user_id.ok_or(Error::SignedOut)?);
    let remote_address = writer.remote_address().to_owned();
    let job = tokio::task::spawn_blocking(move || {
        let config = app.config();
        let mut db = config.database.connect(config.durability)?;
        let viewer = sessions::queries::viewer_of(&mut db, user)?.ok_or(Error::SignedOut)?;
        let now = config.clock.now();
        let (today, change) = (config.day_of(now), Change::begin());
        let visit = Visit { viewer, now, today, remote_address, way: Way::Import, way_name: None, change };
        work(&mut db, &visit, &config)
    });
    job.await.map_err(|error| Error::Internal(error.to_string()))?
}
