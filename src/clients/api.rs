//! Clients as JSON: column names as keys, restricted keys absent for those who may not see them.

use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::assessment::{self, Assessment, Pause};
use super::{Attention, AttentionRule, Client, ClientId};
use crate::error::{Error, Result};
use crate::records::{self, RecordKind};
use crate::web::{Id, Query, Reader, json as answer};

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
            let (client, judged) = assessment::find_client(db, page.viewer().team(), id)?.ok_or(Error::NotFound)?;
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let explained = rule.explain(&client, judged.as_ref().map(|judged| &judged.rhythm));
            let (attention, attention_reason) = (explained.attention, explained.reason);
            let (assessment, pause) = judged.map(|judged| (judged.assessment, judged.pause)).unzip();
            answer(&ClientAnswer { client, attention, attention_reason, assessment, pause })
        })
        .await
}
