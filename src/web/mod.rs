//! How we speak HTTP: routes and who may call them, the way of a request, forms, errors, assets, the shell of a page.

mod assets;
mod back;
mod bearer;
mod cookies;
mod empty;
mod errors;
mod fields;
mod forms;
mod guard;
mod health;
mod idempotency;
mod keeping;
mod listing;
mod looks;
pub mod markdown;
mod multipart;
mod page;
mod paging;
mod paper;
pub mod programs;
mod range;
mod removal;
mod request;
mod routes;
pub mod saving;
mod sentences;
pub mod server;
mod streamed;
mod three_way;
mod typed_text;
mod unsaved;
mod watching;

use std::sync::Arc;

pub use assets::asset_address;
pub use back::back_to_meeting;
pub use bearer::ASSISTANTS;
pub use cookies::{Ended, WayBack, clear_session, clear_way_back, session_name, set_session};
pub use empty::{Empty, empty};
pub use errors::{NearRecord, Problem};
pub use fields::{Choice, Field, FormView, Input, Near, Values, offered_in, plain, taken_from_offer, values_of};
pub use forms::{Checked, FieldError, FormData, Invalid, bytes_of};
pub use guard::guarded;
pub use keeping::{filed as drop_draft, offered as offer_draft};
pub use listing::{Changed, Chip, Heading, ListAddress, Select, filter_words, fold};
pub use looks::{Face, Sign, face, monogram, row_link};
pub use multipart::{Multipart, Part};
pub use page::{Crumb, Day, Icon, Page, Shell, day_cell, icon};
#[cfg(debug_assertions)]
pub use paging::AskedFor;
pub use paging::{COUNTED, Count, FOUND, PAGE_ROWS, Paging, Query, address, files_of, grouped};
pub use paper::{download, download_as_made, file, pdf, pdf_of};
pub use programs::{CONFIRMED, JsonObject, is_date, is_required, schema};
pub use range::Range;
pub use removal::{Dependency, Removal};
pub use request::{Guest, Id, Reader, Writer, html, json, offering, origin, redirect, sent_from, tell};
pub use routes::{Act, Described, Route, Routes};
pub use streamed::{PIECE, streamed};
pub use typed_text::{beginning, date_of, is_unseen};
pub use watching::Watcher;

use crate::config::Config;
use crate::db::Database;
use crate::firm::Settings;
use crate::live::Live;
use crate::sessions::Hashing;
use crate::tokens::Bounds;

/// What every handler shares: the settings and the way to the database.
#[derive(Clone)]
pub struct App {
    /// The settings in force.
    pub settings: Settings,
    /// The pool of connections.
    pub database: Database,
    /// The turns in which passwords are hashed.
    pub hashing: Hashing,
    /// Who waits for what happens in meetings.
    pub live: Live,
    /// How often tokens may ask.
    pub bounds: Bounds,
}

impl App {
    /// The settings in force, as they were known last.
    pub fn config(&self) -> Arc<Config> {
        self.settings.config()
    }
}

/// Routes of the web itself: assets, the health answer, drafts.
pub fn routes(routes: Routes) -> Routes {
    use crate::access::Audience;
    routes
        .get("/assets/{digest}/{name}", Audience::Public, assets::show)
        .get("/favicon.ico", Audience::Public, assets::favicon)
        .get("/health", Audience::Public, health::show)
        .put("/drafts/{form}/{record}", Audience::Writer, keeping::keep)
}
