//! Files that a form brings: each goes straight to the disk, is looked at once it is whole, and gets its row last.
//! While they arrive, nothing of the database is held.

use std::collections::HashSet;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use super::store::{Arriving, Store};
use super::{Finder, Kept, Place, Visibility, kinds, names, pages, queries};
use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::config::Config;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::web::{Id, Multipart, Page, Reader, Writer, redirect, sent_from};

/// So many files come with one form, and so many times the largest of them may be all that is sent.
const FILES: usize = 30;
const TIMES: u64 = 5;

/// All of them have arrived after so long.
const PATIENCE: Duration = Duration::from_secs(600);

/// What came with a form.
#[derive(Default)]
struct Received {
    /// Who may see the files, if that was said.
    visibility: Option<String>,
    /// Each with its name.
    files: Vec<(String, Arriving)>,
    /// What is wrong with others.
    wrong: Vec<String>,
}

/// `POST /clients/{id}/files` and its like: all of them, or none and why.
pub async fn create(
    writer: Writer,
    reader: Reader,
    Id(id): Id<i64>,
    request: Request,
    find: Finder,
) -> Result<Response> {
    let config = writer.app().config();
    let from = sent_from(request.headers());
    let watcher = reader.watcher();
    // Whoever may not see the record learns nothing of it by how long its file takes.
    let place = watcher.look(move |db, page| find(db, page, id, false)).await?;
    let received = receive(&config, request).await?;
    let checked = match visibility(writer.viewer(), &place, received.visibility.as_deref()) {
        Ok(_) => looked_at(&config, received).await?,
        Err(words) => Err(vec![words]),
    };
    let (visibility, arrived) = match checked {
        Ok(files) => files,
        Err(wrong) => {
            let refused = move |db: &mut Db, page: &Page| {
                let place = find(db, page, id, false)?;
                pages::refused(db, page, &place, wrong)
            };
            return watcher.look(refused).await;
        }
    };
    writer
        .write(move |db, page| {
            let place = find(db, page, id, true)?;
            insert(db, page, &place, visibility.as_deref(), &arrived)?;
            let message = match arrived.as_slice() {
                [(one, _)] => format!("{} added", one.file_name),
                several => format!("{} files added", several.len()),
            };
            let list = place.home.files();
            let is_list = from.as_ref().is_some_and(|from| from.split('?').next() == Some(&list));
            redirect(&if is_list { list } else { format!("{}#files", place.home.page()) }, &message)
        })
        .await
}

/// Who may see files that come to a place: as was said, if the person may say so, else as it is usual there.
fn visibility(viewer: &Viewer, place: &Place, sent: Option<&str>) -> Result<Visibility, String> {
    let choices = place.choices(viewer);
    let chosen = match sent.filter(|text| !text.is_empty()) {
        Some(text) => Visibility::parse(text).ok().filter(|one| choices.contains(one)),
        None => choices.first().copied(),
    };
    chosen.ok_or_else(|| "Choose who may see it.".to_owned())
}

/// Keeps the contents and writes the rows, if the record may still get files.
fn insert(db: &mut Db, page: &Page, place: &Place, sent: Option<&str>, arrived: &[(Kept, Arriving)]) -> Result<()> {
    if let Some(words) = &place.gone {
        return Err(Error::Refused(words.clone()));
    }
    let visibility = visibility(page.viewer(), place, sent).map_err(Error::Refused)?;
    hold_lock(db, Lock::Files)?;
    let store = Store::of(&page.config);
    for (file, content) in arrived {
        store.keep(content)?;
        queries::insert(db, &page.visit, place.home, file, visibility)?;
    }
    Ok(())
}

/// Takes in all that a form brings, as far as it is not too large.
async fn receive(config: &Config, request: Request) -> Result<Received> {
    let most = u64::from(config.file_megabytes) * 1_000_000;
    let mut received = Received::default();
    let Some(mut form) = Multipart::of(request, most * TIMES, PATIENCE) else { return Ok(received) };
    let store = Store::of(config);
    while let Some(part) = form.next().await? {
        let Some(sent) = part.file_name else {
            let value = form.value().await?;
            if part.name == "visibility" {
                received.visibility = Some(value);
            }
            continue;
        };
        // A field in which nothing was chosen comes without a name and empty.
        if sent.is_empty() {
            continue;
        }
        if received.files.len() + received.wrong.len() >= FILES {
            received.wrong.push(format!("Send at most {FILES} files at once."));
            break;
        }
        let name = names::cleaned(&sent);
        let name = if name.is_empty() { "Unnamed".to_owned() } else { name };
        let mut arriving = store.begin()?;
        while let Some(piece) = form.piece().await? {
            if arriving.bytes() <= most {
                arriving.write(&piece)?;
            }
        }
        if arriving.bytes() > most {
            received.wrong.push(format!("{name} is larger than {} MB.", config.file_megabytes));
        } else {
            received.files.push((name, arriving));
        }
    }
    Ok(received)
}

/// What is to be kept, with who was said to see it; or what is wrong with it.
type Checked = Result<(Option<String>, Vec<(Kept, Arriving)>), Vec<String>>;

/// Looks at what came, and has it reach the disk if all of it may be kept and has room.
async fn looked_at(config: &Config, received: Received) -> Result<Checked> {
    let Received { visibility, files, mut wrong } = received;
    let (store, most) = (Store::of(config), u64::from(config.files_gigabytes) * 1_000_000_000);
    let job = tokio::task::spawn_blocking(move || {
        let mut known = Vec::new();
        for (name, mut arriving) in files {
            match arriving.look(|seen| kinds::recognise(&name, seen))? {
                Ok((kind, name)) => known.push((kind, name, arriving)),
                Err(words) => wrong.push(words),
            }
        }
        if known.is_empty() && wrong.is_empty() {
            wrong.push("Choose the files to add.".into());
        }
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        if store.bytes() > most {
            let words = "There is no room left for files. Nothing was kept; tell an administrator.";
            return Err(Error::Refused(words.into()));
        }
        let mut kept: Vec<(Kept, Arriving)> = Vec::new();
        let mut seen = HashSet::new();
        for (kind, file_name, arriving) in known {
            let size_bytes = i64::try_from(arriving.bytes()).unwrap_or(i64::MAX);
            let sha256 = arriving.sha256();
            arriving.seal()?;
            // The same file chosen twice is one.
            if seen.insert((file_name.clone(), sha256.clone())) {
                kept.push((Kept { file_name, media_type: kind.media_type, size_bytes, sha256 }, arriving));
            }
        }
        Ok(Ok((visibility, kept)))
    });
    job.await.map_err(|error| Error::Internal(error.to_string()))?
}

/// The status of a form whose files were refused.
pub(super) const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
