//! Roundtable: whom a consultancy works with, what connects them, who has gone quiet. Modules in reading order.

pub mod access;
pub mod config;
pub mod error;

pub mod audit;
pub mod db;
pub mod web;

pub mod accounts;
pub mod clients;
pub mod contacts;
pub mod dashboard;
pub mod graph;
pub mod links;
pub mod merging;
pub mod people;
pub mod records;
pub mod roundtable;

pub mod demo;
pub mod import;

use std::sync::Arc;

use axum::Router;

use crate::accounts::Hashing;
use crate::config::Config;
use crate::db::Database;
use crate::web::{App, Routes, guarded};

/// Every route of Roundtable, slice by slice.
pub fn routes() -> Routes {
    let slices = [
        web::routes,
        accounts::routes,
        dashboard::routes,
        clients::routes,
        contacts::routes,
        links::routes,
        graph::routes,
        roundtable::routes,
        people::routes,
        records::routes,
        merging::routes,
        audit::routes,
    ];
    slices.into_iter().fold(Routes::default(), |routes, slice| slice(routes))
}

/// The whole of Roundtable as one service.
pub fn app(config: Config) -> Router {
    let database = Database::new(config.database.clone(), config.durability, config.connections);
    let hashing = Hashing::new(config.connections);
    guarded(routes(), App { config: Arc::new(config), database, hashing })
}
