//! One's own account: what it may do, and where it is signed in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::sessions;
use crate::web::{FormData, Reader, Shell, Writer, html, redirect};

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfilePage {
    shell: Shell,
    username: String,
    email: String,
    rights: String,
    person: Option<PersonnelId>,
    sessions: Vec<SessionLine>,
}

struct SessionLine {
    begun: String,
    ends: String,
    is_this: bool,
}

/// `GET /profile`
pub async fn show(reader: Reader) -> Result<Response> {
    let key = reader.session()?;
    reader
        .page(move |db, page| {
            let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let draft = super::queries::own(db, page.viewer())?;
            let sessions = sessions::queries::of_account(db, own, page.visit.now)?;
            let line = |session: sessions::queries::Open| SessionLine {
                begun: page.ago(session.created_date),
                ends: page.moment(session.expires_date),
                is_this: session.is_of(&key),
            };
            let profile = ProfilePage {
                shell: page.shell(&draft.full_name, "profile"),
                rights: draft.rights_in_words(),
                username: draft.username,
                email: draft.email,
                person: page.viewer().personnel_id,
                sessions: sessions.into_iter().map(line).collect(),
            };
            html(StatusCode::OK, &profile)
        })
        .await
}

/// `POST /profile/sessions`: ends every session of one's own but this (ASVS 5.0 7.4.3).
pub async fn end_others(writer: Writer, _sent: FormData) -> Result<Response> {
    let key = writer.session()?;
    writer
        .write(move |db, page| {
            let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let ended = match sessions::queries::end_others(db, own, &key)? {
                1 => "One other session is ended.".to_owned(),
                ended => format!("{ended} other sessions are ended."),
            };
            redirect("/profile", &ended)
        })
        .await
}
