//! The first hour of a new installation: what an administrator has to do, what is done already, and demonstration
//! records for whoever wants to look around first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::AdminPass;
use crate::audit::{self, Action};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::firm;
use crate::history;
use crate::records::RecordKind;
use crate::records::totals::{self, Holding};
use crate::web::{FormData, Page, Reader, Shell, Writer, html, redirect};
use crate::{accounts, demo};

/// One thing to be done.
struct Step {
    title: &'static str,
    about: &'static str,
    link: &'static str,
    act: &'static str,
    is_done: bool,
}

#[derive(Template)]
#[template(path = "overview/first_hour.html")]
struct FirstHourPage {
    shell: Shell,
    steps: [Step; 3],
    /// Whether there is no record yet, so that the demonstration can be put in.
    is_empty: bool,
}

fn steps(db: &mut Db, page: &Page, pass: AdminPass) -> Result<[Step; 3]> {
    let own = page.viewer().user_id.ok_or(Error::SignedOut)?.0;
    Ok([
        Step {
            title: "Choose a password of your own",
            about: "The first one was shown in a terminal.",
            link: "/password",
            act: "Change password",
            is_done: audit::queries::has_happened(db, Action::Password, "users", own)?,
        },
        Step {
            title: "Say who you are",
            about: "The name of the organisation, its time zone, after how many days a client is a warning and urgent, \
                    and how long a session lasts.",
            link: "/admin/settings",
            act: "Settings",
            is_done: firm::queries::find(db)?.1 > 1,
        },
        Step {
            title: "Add your colleagues",
            about: "Each signs in with an account. Only the NED Team sees assessments and roundtable entries; only who \
                    has confidential access sees confidential links, contacts and figures.",
            link: "/admin/users/new",
            act: "New user",
            is_done: accounts::queries::list(db, pass)?.len() > 1,
        },
    ])
}

/// Whether nobody has entered or imported a client yet.
pub fn is_empty(db: &mut Db) -> Result<bool> {
    Ok(totals::of(db, RecordKind::Client, [Holding::Any])? == [0])
}

/// `GET /admin/start`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let steps = steps(db, page, page.viewer().require_admin()?)?;
            let shell = page.shell("First steps", "settings");
            html(StatusCode::OK, &FirstHourPage { shell, steps, is_empty: is_empty(db)? })
        })
        .await
}

/// `POST /admin/demonstration`: fills a database that holds no record; the people in it cannot sign in.
pub async fn fill(writer: Writer, _sent: FormData) -> Result<Response> {
    writer
        .write(|db, page| {
            page.viewer().require_admin()?;
            if !demo::fill_records(db, &page.visit)? {
                return Err(Error::Refused(
                    "There are records already: the demonstration is for an empty database.".into(),
                ));
            }
            history::of_demonstration(db, &page.config, &page.visit)?;
            redirect(
                "/clients",
                "The demonstration is there. Begin anew with another database before you work with it.",
            )
        })
        .await
}
