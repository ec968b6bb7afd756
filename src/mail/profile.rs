//! What one is told by mail, chosen by oneself; also by those who may change no record.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::composing::ASKED;
use super::model::{Rate, Wishes};
use super::wish_queries;
use crate::accounts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::by_chance;
use crate::jobs::bounce_queries::{self, Bounce};
use crate::jobs::{JobKind, queries as jobs};
use crate::web::{
    Checked, Choice, Field, FormData, FormView, Input, Page, Reader, Shell, Writer, html, redirect, values_of,
};

const PATH: &str = "/profile/mail";

#[derive(Template)]
#[template(path = "mail/profile.html")]
struct ProfilePage {
    shell: Shell,
    email: String,
    /// Whether any mail is sent at all.
    is_set_up: bool,
    /// Mail that came back, and when.
    bounce: Option<(Bounce, String)>,
    form: FormView,
}

fn fields() -> Vec<Field> {
    let rates = vec![
        Choice::new(Rate::Weekly, "On Mondays"),
        Choice::new(Rate::Daily, "On each working day"),
        Choice::new(Rate::Off, "Never"),
    ];
    vec![
        Field::new("digest", "Digest of your work", Input::Buttons(rates)).required().hint(
            "In the morning: what is late and due, which of your clients have gone quiet, what others did with them.",
        ),
        Field::new("wants_assignments", "Work that becomes yours, and texts that name you", Input::Tick)
            .hint("A mail when someone gives you an action item, or names you with @ in a contact or an entry."),
        Field::new("wants_invitations", "Invitations", Input::Tick)
            .hint("A mail with an entry for your calendar when you are asked to a meeting or a contact is planned."),
    ]
}

/// `GET /profile/mail`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let wishes = wish_queries::find(db, user)?;
            let form = FormView::new(PATH, "Save", "", fields()).unkept().filled(&values_of(&wishes));
            answer(db, page, StatusCode::OK, form)
        })
        .await
}

fn answer(db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
    let email = accounts::queries::own(db, page.viewer())?.email;
    let bounce = bounce_queries::find(db, &email)?;
    let profile = ProfilePage {
        shell: page.shell("Mail", "profile").crumb("Profile", "/profile"),
        is_set_up: page.config.mail.is_some(),
        bounce: bounce.map(|bounce| (bounce.clone(), page.ago(bounce.bounced_date))),
        email,
        form,
    };
    html(status, &profile)
}

/// `POST /profile/mail`
pub async fn update(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let mut checked = Checked::new(&sent);
            let digest = checked.choice::<Rate>("digest");
            if digest.is_none() && !checked.is_refused("digest") {
                checked.refuse("digest", "Choose how often it comes.");
            }
            let wishes = Wishes {
                digest: digest.unwrap_or(Rate::Weekly),
                wants_assignments: checked.flag("wants_assignments"),
                wants_invitations: checked.flag("wants_invitations"),
            };
            match checked.finish(wishes) {
                Ok(wishes) => {
                    wish_queries::set(db, user, &wishes)?;
                    redirect(PATH, "Saved.")
                }
                Err(invalid) => {
                    let form = FormView::new(PATH, "Save", "", fields()).unkept();
                    let form = form.filled(&sent.values()).refused(invalid);
                    answer(db, page, StatusCode::UNPROCESSABLE_ENTITY, form)
                }
            }
        })
        .await
}

/// `POST /profile/mail/digest`: one now, over the last week.
pub async fn send_digest(writer: Writer, _sent: FormData) -> Result<Response> {
    writer
        .write(|db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let key = format!("{ASKED}{}", by_chance());
            jobs::add(db, (JobKind::Digest, &key), user, &json!({ "days": 7 }), page.visit.now)?;
            redirect(PATH, "A digest is on its way to you, if there is anything to tell.")
        })
        .await
}

/// `POST /profile/mail/resume`: has mail be sent again to an address from which some came back.
pub async fn resume(writer: Writer, _sent: FormData) -> Result<Response> {
    writer
        .write(|db, page| {
            let email = accounts::queries::own(db, page.viewer())?.email;
            bounce_queries::clear(db, &email)?;
            redirect(PATH, "Mail is sent to you again.")
        })
        .await
}
