//! Telling places what waits to be told there: of each place one message after the other, and several places at once,
//! so that one that is slow keeps no other waiting.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use url::Url;

use super::http::{self, Request};
use super::signing::signature;
use crate::audit::open_queries;
use crate::config::Config;
use crate::db::{Db, read_transaction};
use crate::error::{Error, Result};
use crate::firm::Settings;
use crate::ids::{ChangeId, WebhookId, by_chance};
use crate::jobs::{Errand, Job, Outcome, Webhook, note, webhook_queries};

/// So many places a server tells at once: one thread each.
pub const AT_ONCE: usize = 4;

/// What a place refuses (4xx) is left out after this many attempts, the last two of them refused.
const TRIES: i64 = 5;

/// Who tells: its name in leases.
pub struct Teller {
    settings: Settings,
    process: i64,
}

/// A message before it is signed.
#[derive(Serialize)]
struct Message {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    change_id: Option<ChangeId>,
    records: Vec<Told>,
    /// Whether there is more than is told, as of an import: then all may have changed.
    is_cut: bool,
}

#[derive(Serialize)]
struct Told {
    collection: &'static str,
    id: i64,
    action: &'static str,
}

#[derive(Deserialize)]
struct Payload {
    change_id: Option<ChangeId>,
}

impl Teller {
    /// One that has told nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, process: by_chance() }
    }
}

impl Errand for Teller {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn process(&self) -> i64 {
        self.process
    }

    fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
        webhook_queries::is_any_due(db, now)
    }

    fn claim(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<Option<Job>> {
        webhook_queries::claim(db, process, now)
    }

    fn attempt(db: &mut Db, config: &Config, job: &Job) -> Result<Outcome> {
        tell(db, config, job)
    }
}

fn tell(db: &mut Db, config: &Config, job: &Job) -> Result<Outcome> {
    let Some(id) = job.subject_id.map(WebhookId) else { return Err(Error::Internal("a delivery to nowhere".into())) };
    let read = read_transaction(db, |db| {
        let Some(webhook) = webhook_queries::find(db, id)? else { return Ok(None) };
        let known = (webhook_queries::secret(db, id)?, webhook_queries::last_status(db, job.job_id)?);
        Ok(Some((body(db, &webhook, job)?, known, webhook)))
    })?;
    let Some((Some(body), (secret, before), webhook)) = read else {
        return Ok(Outcome::Dropped("There was nothing to be told any more.".into()));
    };
    let answer = post(config, &webhook, &secret, (&job.job_key, &body))?;
    let is_left_out = job.attempts >= TRIES && before.is_some_and(is_refusal);
    let (status, outcome) = match answer.map(i64::from) {
        Ok(status @ 200..=299) => (Some(status), Outcome::Sent),
        Ok(410) => (Some(410), Outcome::Failed("The place is gone for good.".into())),
        Ok(status @ 300..=399) => (Some(status), Outcome::Again("Redirects are not followed.".into())),
        Ok(status) if is_refusal(status) && is_left_out => {
            (Some(status), Outcome::Failed("It was refused again and again, and is left out.".into()))
        }
        Ok(status) if is_refusal(status) => (Some(status), Outcome::Again("It was refused.".into())),
        Ok(status) => (Some(status), Outcome::Again("It was not taken.".into())),
        Err(why) => (None, Outcome::Again(why)),
    };
    let is = (outcome == Outcome::Sent, status == Some(410));
    let now = config.clock.now();
    let given_up = note(db, |db| webhook_queries::note_answer(db, &webhook, (job.job_id, status), is, now))?;
    Ok(match outcome {
        Outcome::Again(why) if given_up => Outcome::Failed(why),
        outcome => outcome,
    })
}

/// Whether an answer says that there is something wrong with the message: it will be no better another time. The others
/// are about the place, such as one that is not found while it is set up anew, or about the time.
fn is_refusal(status: i64) -> bool {
    matches!(status, 400 | 413 | 415 | 422)
}

/// What is told: ids and what was done, of the collections that the place wants; nothing when there is none of it.
fn body(db: &mut Db, webhook: &Webhook, job: &Job) -> Result<Option<String>> {
    let payload: Payload = serde_json::from_str(&job.payload)
        .map_err(|cause| Error::Internal(format!("the payload of a job: {cause}")))?;
    let (touched, is_whole) = match payload.change_id {
        Some(change) => open_queries::told(db, change)?,
        None => (Vec::new(), true),
    };
    let is_wanted = |name: &str| webhook.draft.collections.split(',').any(|wanted| wanted == name);
    let records: Vec<Told> = touched
        .into_iter()
        .filter(|one| is_wanted(one.collection))
        .map(|one| Told { collection: one.collection, id: one.id, action: action(&one.action) })
        .collect();
    if payload.change_id.is_some() && records.is_empty() && is_whole {
        return Ok(None);
    }
    let message = Message {
        kind: if payload.change_id.is_some() { "change" } else { "test" },
        timestamp: format!("{}Z", job.created_date.format("%Y-%m-%dT%H:%M:%S")),
        data: Data { change_id: payload.change_id, records, is_cut: !is_whole },
    };
    let text = serde_json::to_string(&message).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Some(text))
}

fn action(of_log: &str) -> &'static str {
    match of_log {
        "create" => "created",
        "delete" => "deleted",
        _ => "updated",
    }
}

fn post(
    config: &Config,
    webhook: &Webhook,
    secret: &str,
    (id, body): (&str, &str),
) -> Result<std::result::Result<u16, String>> {
    let Ok(url) = webhook.draft.url.parse::<Url>() else { return Ok(Err("This is no address.".into())) };
    let seconds = config.clock.now().and_utc().timestamp();
    let headers = [
        ("user-agent", concat!("Roundtable/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature(secret, id, seconds, body)?),
    ];
    let request = Request { url: &url, headers: &headers, body };
    Ok(http::post(&request, config.webhooks_to_private_hosts))
}
