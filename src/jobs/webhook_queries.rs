//! All queries on webhooks: where changes are told, what waits to be told there, and what came of it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use super::model::PATIENCE;
use super::queries::{claim_first, is_due, jobs};
use super::webhook_model::{DeliveryRow, Webhook, WebhookDraft};
use super::{Job, JobState};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::db::assembled::Assembled;
use crate::db::{Db, Lock, hold_lock};
use crate::error::Result;
use crate::ids::{JobId, WebhookId, by_chance};

diesel::table! {
    webhooks (webhook_id) {
        webhook_id -> BigInt,
        webhook_name -> Text,
        url -> Text,
        collections -> Text,
        secret -> Text,
        failing_since -> Nullable<Timestamp>,
        given_up_date -> Nullable<Timestamp>,
        created_date -> Timestamp,
    }
}

/// Has what a change did be told wherever someone wants to know of it, in the order in which changes are kept. What is
/// not open to everyone signed in makes no row.
pub fn note(db: &mut Db, visit: &Visit) -> Result<()> {
    if visit.change.is_empty() {
        return Ok(());
    }
    let listening = webhooks::table.filter(webhooks::given_up_date.is_null());
    let listening: Vec<(WebhookId, String)> =
        listening.order(webhooks::webhook_id).select((webhooks::webhook_id, webhooks::collections)).load(db)?;
    if listening.is_empty() {
        return Ok(());
    }
    let change = visit.change.id;
    let touched: Vec<&str> = audit::open_queries::touched(db, change)?;
    let wanting = |wanted: &str| wanted.split(',').any(|one| touched.contains(&one));
    for (webhook, _) in listening.iter().filter(|(_, wanted)| wanting(wanted)) {
        add(db, *webhook, &format!("webhook-{webhook}-{change}"), &json!({ "change_id": change }), visit.now)?;
    }
    Ok(())
}

/// Has a test be told to a place.
pub fn add_test(db: &mut Db, webhook: WebhookId, now: NaiveDateTime) -> Result<()> {
    add(db, webhook, &format!("webhook-{webhook}-test-{}", by_chance()), &json!({}), now)
}

fn add(db: &mut Db, webhook: WebhookId, key: &str, payload: &serde_json::Value, now: NaiveDateTime) -> Result<()> {
    // Whoever comes later is told later: numbers are given in the order in which transactions end. Who removes a place
    // holds the same lock, so that one that is gone by now is told nothing.
    hold_lock(db, Lock::LiveEvents)?;
    Assembled::<()>::default()
        .words("INSERT INTO jobs (kind, job_key, webhook_id, payload, run_after, created_date) SELECT 'webhook', ")
        .text(key)
        .words(", webhook_id, ")
        .text(payload.to_string())
        .words(", ")
        .moment(now)
        .words(", ")
        .moment(now)
        .words(" FROM webhooks WHERE webhook_id = ")
        .number(webhook.0)
        .execute(db)?;
    Ok(())
}

/// Of each place the first that waits, as long as nobody has it.
const FIRST_OF_ITS_PLACE: &str = " kind = 'webhook' AND NOT EXISTS (SELECT 1 FROM jobs AS earlier \
     WHERE earlier.webhook_id = candidate.webhook_id AND earlier.state = 'waiting' \
     AND earlier.job_id < candidate.job_id)";

/// The next delivery that is due, leased by that process.
pub fn claim(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<Option<Job>> {
    claim_first(db, process, "webhook_id", FIRST_OF_ITS_PLACE, now)
}

/// Whether one is due.
pub fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    is_due(db, FIRST_OF_ITS_PLACE, now)
}

/// Notes what a place answered, and tells whether it is given up: it is over, or has failed for too long. Nothing waits
/// for it any more then.
pub fn note_answer(
    db: &mut Db,
    webhook: &Webhook,
    (job, status): (JobId, Option<i64>),
    (is_taken, is_over): (bool, bool),
    now: NaiveDateTime,
) -> Result<bool> {
    diesel::update(jobs::table.find(job)).set(jobs::status.eq(status)).execute(db)?;
    let target = webhooks::table.find(webhook.webhook_id);
    let given_up = !is_taken && (is_over || now - webhook.failing_since.unwrap_or(now) >= PATIENCE);
    if given_up {
        diesel::update(target).set(webhooks::given_up_date.eq(Some(now))).execute(db)?;
        let waiting = jobs::table
            .filter(jobs::webhook_id.eq(webhook.webhook_id.0))
            .filter(jobs::state.eq(JobState::Waiting))
            .filter(jobs::job_id.ne(job));
        let over = (
            jobs::state.eq(JobState::Dropped),
            jobs::told.eq(Some("The place was given up.")),
            jobs::finished_date.eq(Some(now)),
        );
        diesel::update(waiting).set(over).execute(db)?;
    } else if is_taken != webhook.failing_since.is_none() {
        let since = (!is_taken).then_some(now);
        diesel::update(target).set(webhooks::failing_since.eq(since)).execute(db)?;
    }
    Ok(given_up)
}

/// All places, by name.
pub fn list(db: &mut Db, _pass: AdminPass) -> Result<Vec<Webhook>> {
    let order = (webhooks::webhook_name, webhooks::webhook_id);
    Ok(webhooks::table.order(order).select(Webhook::as_select()).load(db)?)
}

/// One place.
pub fn find(db: &mut Db, id: WebhookId) -> Result<Option<Webhook>> {
    Ok(webhooks::table.find(id).select(Webhook::as_select()).first(db).optional()?)
}

/// Its secret, for signing.
pub fn secret(db: &mut Db, id: WebhookId) -> Result<String> {
    Ok(webhooks::table.find(id).select(webhooks::secret).first(db)?)
}

/// Adds a place.
pub fn insert(db: &mut Db, visit: &Visit, _pass: AdminPass, draft: &WebhookDraft, secret: &str) -> Result<WebhookId> {
    let row = (draft, webhooks::secret.eq(secret), webhooks::created_date.eq(visit.now));
    let id: WebhookId =
        diesel::insert_into(webhooks::table).values(row).returning(webhooks::webhook_id).get_result(db)?;
    audit::created(db, visit, "webhooks", id.0, draft)?;
    Ok(id)
}

/// Has a place that was given up be told again of what happens from now on.
pub fn resume(db: &mut Db, _pass: AdminPass, id: WebhookId) -> Result<()> {
    let nothing = None::<NaiveDateTime>;
    let values = (webhooks::given_up_date.eq(nothing), webhooks::failing_since.eq(nothing));
    diesel::update(webhooks::table.find(id)).set(values).execute(db)?;
    Ok(())
}

/// Removes a place, with what waits to be told there.
pub fn delete(db: &mut Db, visit: &Visit, _pass: AdminPass, webhook: &Webhook) -> Result<()> {
    // With what saves are about to add.
    hold_lock(db, Lock::LiveEvents)?;
    diesel::delete(jobs::table.filter(jobs::webhook_id.eq(webhook.webhook_id.0))).execute(db)?;
    diesel::delete(webhooks::table.find(webhook.webhook_id)).execute(db)?;
    audit::deleted(db, visit, "webhooks", webhook.webhook_id.0, &webhook.draft)
}

/// What was answered when a delivery was tried last.
pub fn last_status(db: &mut Db, job: JobId) -> Result<Option<i64>> {
    Ok(jobs::table.find(job).select(jobs::status).first::<Option<i64>>(db).optional()?.flatten())
}

/// The last deliveries of a place, the latest first.
pub fn deliveries(db: &mut Db, _pass: AdminPass, webhook: WebhookId, limit: i64) -> Result<Vec<DeliveryRow>> {
    let of_place = jobs::table.filter(jobs::webhook_id.eq(webhook.0));
    Ok(of_place.order(jobs::job_id.desc()).limit(limit).select(DeliveryRow::as_select()).load(db)?)
}

/// The place of a delivery.
pub fn of_delivery(db: &mut Db, _pass: AdminPass, job: JobId) -> Result<Option<WebhookId>> {
    let query = jobs::table.find(job).select(jobs::webhook_id);
    Ok(query.first::<Option<WebhookId>>(db).optional()?.flatten())
}
