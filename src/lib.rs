//! Roundtable: whom a consultancy works with, what connects them, who has gone quiet. Modules from the ground up, floor
//! by floor: each imports only from those before it (ARCHITECTURE.md).

pub mod closed_list;
pub mod error;
pub mod ids;
mod log;

pub mod access;
pub mod clock;

pub mod config;

pub mod db;

pub mod audit;
pub mod index;

pub mod firm;

pub mod sessions;

pub mod drafts;
pub mod jobs;
pub mod live;
pub mod tokens;

pub mod web;

pub mod export;

pub mod records;

pub mod accounts;
pub mod files;
pub mod people;
pub mod settings;

pub mod market;

pub mod links;

pub mod clients;

pub mod contacts;

pub mod action_items;

pub mod since;

pub mod roundtable;

pub mod meetings;

pub mod calendar;

pub mod together;

pub mod coverage;
pub mod history;

pub mod archive;
pub mod demo;
pub mod mail;
pub mod search;

pub mod graph;
pub mod merging;
pub mod webhooks;

pub mod changes;

pub mod import;

pub mod overview;

pub mod api;

pub mod mcp;

pub mod commands;

use axum::Router;

use crate::config::Config;
use crate::db::Database;
use crate::firm::Settings;
use crate::live::Live;
use crate::sessions::Hashing;
use crate::tokens::Bounds;
use crate::web::{App, Routes, guarded};

/// Every route of Roundtable, slice by slice.
pub fn routes() -> Routes {
    let slices = [
        web::routes,
        accounts::routes,
        settings::routes,
        files::routes,
        clients::routes,
        contacts::routes,
        action_items::routes,
        links::routes,
        search::routes,
        graph::routes,
        roundtable::routes,
        meetings::routes,
        calendar::routes,
        together::routes,
        coverage::routes,
        history::routes,
        market::routes,
        import::routes,
        merging::routes,
        changes::routes,
        archive::routes,
        mail::routes,
        webhooks::routes,
        overview::routes,
        api::routes,
        mcp::routes,
    ];
    slices.into_iter().fold(Routes::default(), |routes, slice| slice(routes))
}

/// The whole of Roundtable as one service.
pub fn app(config: Config) -> Router {
    app_with(Settings::new(config))
}

/// The same with settings that may have been read already.
pub fn app_with(settings: Settings) -> Router {
    guarded(routes(), shared(settings))
}

/// What every handler shares.
pub fn shared(settings: Settings) -> App {
    let config = settings.given();
    let database = Database::new(config.database.clone(), config.durability, config.connections);
    let hashing = Hashing::new(config.connections);
    let live = Live::new(config.database.clone(), config.connections / 2);
    let bounds = Bounds::new(config.requests_per_minute);
    App { settings, database, hashing, live, bounds }
}
