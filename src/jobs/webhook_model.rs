//! A webhook: a place where other programs are told that something changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

use super::Progress;
use super::queries::jobs;
use super::webhook_queries::webhooks;
use crate::ids::{JobId, WebhookId};

/// What a form says of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks)]
pub struct WebhookDraft {
    pub webhook_name: String,
    pub url: String,
    /// What it is told of: names of collections of the interface for programs, with commas between.
    pub collections: String,
}

/// A place as it is kept, without its secret.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhooks)]
pub struct Webhook {
    pub webhook_id: WebhookId,
    #[diesel(embed)]
    pub draft: WebhookDraft,
    /// Since when (UTC) nothing was taken there.
    pub failing_since: Option<NaiveDateTime>,
    /// When (UTC) it was given up.
    pub given_up_date: Option<NaiveDateTime>,
}

/// Something that was told to a place, or is to be.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct DeliveryRow {
    pub job_id: JobId,
    pub job_key: String,
    #[diesel(embed)]
    pub progress: Progress,
    pub status: Option<i64>,
    pub created_date: NaiveDateTime,
}
