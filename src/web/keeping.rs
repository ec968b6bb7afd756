//! `PUT /drafts/{form}/{record}`: what is typed is kept on the server while one types, offered again when the form is
//! opened, and dropped in the transaction that files it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use chrono::NaiveDateTime;
use serde::Serialize;

use super::{Field, FormData, FormView, Id, Input, Page, Writer, json, three_way};
use crate::db::Db;
use crate::drafts::{Known, Place, Tag, queries as drafts};
use crate::error::{Error, Result};

/// The hidden field by which a form says from which draft it goes on.
pub(super) const DRAFT: &str = "draft";

/// The form, which is kept while one types; with what its author left in it, if anything. `begun_on` names what it
/// carries unseen and what goes with the words: the version that they were begun on.
pub fn offered(db: &mut Db, page: &Page, form: FormView, begun_on: &[&'static str]) -> Result<FormView> {
    if !form.is_kept {
        return Ok(form);
    }
    let place = Place::of_action(&form.action);
    let Some(draft) = drafts::latest(db, page.viewer(), &place)? else { return Ok(kept(form, String::new())) };
    let mut typed = draft.fields();
    // What a browser leaves out was empty: a tick that was taken away, a choice that was not made.
    for Field { name, input, .. } in &form.fields {
        if matches!(input, Input::Tick | Input::Buttons(_)) {
            typed.entry((*name).to_owned()).or_default();
        }
    }
    let carried = begun_on.iter().copied().chain([three_way::BEGUN]);
    let carried: Vec<_> = carried.filter_map(|name| Some((name, typed.get(name)?.clone()))).collect();
    let form = kept(form.filled(&typed).begun_on(carried), draft.tag().to_string());
    let time = time_of(page, draft.kept_date);
    let draft_words = match &draft.drafted_by {
        Some(name) => format!("Draft of {time} by an assistant, {name}: read it before you save it"),
        None => format!("Draft of {time} restored"),
    };
    Ok(FormView { draft_words, ..form })
}

/// The form after it was refused, which goes on with the draft it came from.
pub(super) fn going_on(form: FormView, sent: &FormData) -> FormView {
    if form.is_kept { kept(form, sent.raw(DRAFT).unwrap_or_default().to_owned()) } else { form }
}

fn kept(form: FormView, tag: String) -> FormView {
    let draft_address = Place::of_action(&form.action).address();
    FormView { draft_address, ..form.carrying(DRAFT, tag) }
}

/// Drops the draft of what is filed with this form, in the transaction that files it.
pub fn filed(db: &mut Db, page: &Page, sent: &FormData) -> Result<()> {
    let known = match sent.raw(DRAFT) {
        None => Known::Newest,
        Some(text) => Tag::parse(text).map_or(Known::Nothing, Known::This),
    };
    drafts::forget(db, page.viewer(), &Place::of_action(&page.path), known)
}

/// What is told of a draft that was kept.
#[derive(Serialize)]
struct Kept {
    words: String,
}

/// `PUT /drafts/{form}/{record}`: `If-Match` names the draft that a tab goes on with, `If-None-Match: *` says that it
/// has none yet; a form without fields gives the draft up.
pub async fn keep(
    writer: Writer,
    Id((form, record)): Id<(String, i64)>,
    headers: HeaderMap,
    sent: FormData,
) -> Result<Response> {
    let place = Place::named(&form, record).ok_or(Error::NotFound)?;
    let known = known_by(&headers);
    let mut fields = sent.all_joined().values();
    fields.retain(|name, _| name != DRAFT && !name.contains("password"));
    writer
        .write(move |db, page| {
            if fields.is_empty() {
                drafts::forget(db, page.viewer(), &place, known)?;
                return json(&Kept { words: String::new() });
            }
            let tag = drafts::keep(db, &page.visit, &place, known, &fields)?;
            let mut answer = json(&Kept { words: format!("Draft saved {}", time_of(page, page.visit.now)) })?;
            let etag = HeaderValue::from_str(&format!("\"{tag}\""));
            answer.headers_mut().insert(header::ETAG, etag.map_err(|error| Error::Internal(error.to_string()))?);
            Ok(answer)
        })
        .await
}

fn known_by(headers: &HeaderMap) -> Known {
    let told = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (told(header::IF_MATCH), told(header::IF_NONE_MATCH)) {
        (Some(tag), _) => Tag::parse(tag).map_or(Known::Nothing, Known::This),
        (None, Some(_)) => Known::Nothing,
        (None, None) => Known::Newest,
    }
}

/// The time of day, with its date when that is not today.
fn time_of(page: &Page, moment: NaiveDateTime) -> String {
    let words = page.moment(moment);
    let is_today = page.date_of(moment) == page.visit.today;
    words.split_once(' ').filter(|_| is_today).map_or(words.clone(), |(_, time)| time.to_owned())
}
