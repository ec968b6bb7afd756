//! Several clients changed at once: a page that names what becomes of each, and one save that is one change.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::many_wish::{OPEN_FIELDS, Target, Wish};
use crate::clients::assessment::{self, AssessmentWish};
use crate::clients::{self, Client, ClientId};
use crate::db::{Db, Lock, hold_lock};
use crate::error::Result;
use crate::people::queries::{self as people, Names};
use crate::web::{Field, FieldError, FormData, Page, Query, Reader, Shell, Writer, html, redirect};

/// So many clients are changed at once, more than a page of the list has.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "overview/many.html")]
struct ManyPage {
    shell: Shell,
    errors: Vec<FieldError>,
    /// Whether something changed since this page was shown before.
    is_overtaken: bool,
    wanted: Vec<String>,
    changed: Vec<(Client, Target)>,
    kept: Vec<(Client, String)>,
    /// Where the reason is typed, if something is judged.
    reason: Option<Field>,
    /// What is sent again, unseen.
    hidden: Vec<(String, String)>,
    /// The list from which one came.
    back: String,
}

impl ManyPage {
    /// What the page says of each client, so that it is known whether that still holds when it is sent.
    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (client, target) in &self.changed {
            digest.update(format!("{} {}\n", client.client_id, target.words.join(", ")));
        }
        hex::encode(digest.finalize())
    }
}

/// `GET /clients/many`: what would become of the clients that are ticked.
pub async fn preview(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let names = ["client", "list"].into_iter().chain(OPEN_FIELDS);
            let of_team = page.viewer().team().into_iter().flat_map(|_| AssessmentWish::fields());
            let values =
                |name: &'static str| query.all(name).map(|value| (name.to_owned(), value.to_owned())).collect();
            let pairs: Vec<(String, String)> =
                names.chain(of_team).flat_map(|name| -> Vec<_> { values(name) }).collect();
            let sent = FormData::of_pairs(pairs, page.visit.today);
            let (show, _) = look(db, page, &sent)?;
            html(if show.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &show)
        })
        .await
}

/// `POST /clients/many`
pub async fn update(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            // Held before anything is looked up, as whoever holds many records does.
            hold_lock(db, Lock::ManyRecords)?;
            let mut ids = ids(&sent);
            ids.sort_unstable();
            for id in ids {
                clients::queries::find_held(db, id)?;
            }
            let (mut show, wish) = look(db, page, &sent)?;
            let Some(wish) = wish.filter(|_| !show.changed.is_empty()) else {
                return html(StatusCode::UNPROCESSABLE_ENTITY, &show);
            };
            if sent.get("seen").is_some_and(|seen| seen != show.digest()) {
                show.is_overtaken = true;
                return html(StatusCode::CONFLICT, &show);
            }
            for (client, target) in &show.changed {
                wish.write(db, &page.visit, client, target)?;
            }
            let done = format!("{} changed: {}.", number_of(show.changed.len()), show.wanted.join(", "));
            redirect(&show.back, &done)
        })
        .await
}

fn ids(sent: &FormData) -> Vec<ClientId> {
    let mut ids: Vec<ClientId> = sent.all("client").filter_map(|id| id.parse().ok()).map(ClientId).collect();
    ids.dedup();
    ids.truncate(AT_ONCE);
    ids
}

/// “1 client”, “12 clients”.
fn number_of(clients: usize) -> String {
    format!("{clients} client{}", if clients == 1 { "" } else { "s" })
}

/// What becomes of each client, as the page says it, and what is wanted, if anyone can have it.
fn look(db: &mut Db, page: &Page, sent: &FormData) -> Result<(ManyPage, Option<Wish>)> {
    let staff = people::staff(db)?;
    let found = clients::queries::find_each(db, &ids(sent))?;
    // As a query is written, whatever was sent.
    let list = Query::parse(&sent.get("list").unwrap_or_default()).encoded();
    let mut show = ManyPage {
        shell: page.shell("Change clients", "clients").crumb("Clients", "/clients"),
        errors: Vec::new(),
        is_overtaken: false,
        wanted: Vec::new(),
        changed: Vec::new(),
        kept: Vec::new(),
        reason: None,
        hidden: Vec::new(),
        back: if list.is_empty() { "/clients".into() } else { format!("/clients?{list}") },
    };
    let wish = match Wish::parse(sent, &page.visit, &staff) {
        Ok(wish) => wish,
        Err(invalid) => {
            show.errors = invalid.0;
            return Ok((show, None));
        }
    };
    let ids: Vec<ClientId> = found.iter().map(|client| client.client_id).collect();
    let judged = wish.team().map(|team| assessment::find_each(db, team.pass(), &ids)).transpose()?.unwrap_or_default();
    let pocs = found.iter().flat_map(|client| [client.draft.mpr_primary_poc, client.draft.mpr_secondary_poc]);
    let names: Names = people::names_beside(db, &staff, pocs)?;
    let day = |date| page.day(date).full();
    show.wanted = wish.wanted(&names, day);
    show.reason = wish.team().map(AssessmentWish::reason);
    for client in found {
        match wish.target(page.viewer(), &client, judged.get(&client.client_id), &names, day) {
            Ok(target) => show.changed.push((client, target)),
            Err(reason) => show.kept.push((client, reason)),
        }
    }
    show.shell.title = format!("Change {}", number_of(show.changed.len()));
    let said = OPEN_FIELDS.into_iter().chain(wish.team().into_iter().flat_map(|_| AssessmentWish::fields()));
    show.hidden.extend(said.filter_map(|name| Some((name.to_owned(), sent.get(name)?))));
    show.hidden.extend(show.changed.iter().map(|(client, _)| ("client".to_owned(), client.client_id.to_string())));
    show.hidden.extend([("list".to_owned(), list), ("seen".to_owned(), show.digest())]);
    Ok((show, Some(wish)))
}
