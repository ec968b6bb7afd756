//! Clients as JSON: column names as keys, restricted keys absent for those who may not see them.

use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::assessment::{self, Assessment, Judged, Pause};
use super::{Attention, AttentionRule, Client, ClientId};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::{self, RecordKind};
use crate::web::{Id, Page, Query, Reader, json as answer};

/// How many clients autocomplete offers.
const OFFERED: usize = 10;

/// `GET /clients/api/search?q=`: clients whose name holds the words.
pub async fn search(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, _| {
            let Some(words) = query.get("q") else { return answer(&json!([])) };
            let found = records::queries::found(db, RecordKind::Client, words, OFFERED)?;
            let found: Vec<Value> = found
                .iter()
                .map(|client| {
                    json!({
                        "client_id": client.id, "client_name": client.name, "client_type": client.text("client_type"),
                    })
                })
                .collect();
            answer(&found)
        })
        .await
}

#[derive(Serialize)]
struct ClientAnswer {
    #[serde(flatten)]
    client: Client,
    attention: Attention,
    attention_reason: String,
    /// Keys of the assessment, for the NED Team only.
    #[serde(flatten)]
    assessment: Option<Assessment>,
    /// Keys of the pause, for the NED Team only.
    #[serde(flatten)]
    pause: Option<Pause>,
}

/// `GET /clients/api/{id}`
pub async fn show(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let found = assessment::find_client(db, page.viewer().team(), id)?.ok_or(Error::NotFound)?;
            answer(&told(page, found))
        })
        .await
}

/// Clients as this person may see them, by name.
pub fn each(db: &mut Db, page: &Page, ids: &[ClientId]) -> Result<Vec<Value>> {
    let found = assessment::find_clients(db, page.viewer().team(), ids)?;
    Ok(found.into_iter().map(|client| json!(told(page, client))).collect())
}

fn told(page: &Page, (client, judged): (Client, Option<Judged>)) -> ClientAnswer {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let explained = rule.explain(&client, judged.as_ref().map(|judged| &judged.rhythm));
    let (attention, attention_reason) = (explained.attention, explained.reason);
    let (assessment, pause) = judged.map(|judged| (judged.assessment, judged.pause)).unzip();
    ClientAnswer { client, attention, attention_reason, assessment, pause }
}
