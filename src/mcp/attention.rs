//! Who needs attention and why: by silence, and for the NED Team by the rhythm as well.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::parameters::{Parameter, Takes, read};
use crate::access::Viewer;
use crate::clients::asked::{Asked, Counters};
use crate::clients::assessment::{ByRhythm, TeamFilter};
use crate::clients::{self, Attention, AttentionRule, ClientFilter, ClientSort};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::people;
use crate::web::{JsonObject, Page};

/// So many clients of a kind, unless another number is asked for; at most so many.
const USUAL: i64 = 10;
const MOST: i64 = 50;

/// The kinds of need that everyone is told of.
const KINDS: [Attention; 3] = [Attention::Urgent, Attention::Warning, Attention::Never];

/// What the tool takes.
pub fn parameters(viewer: &Viewer) -> [Parameter; 3] {
    let due = viewer.team().map(|_| ByRhythm::Due.as_str());
    let kinds = KINDS.iter().map(|kind| kind.as_str()).chain(due).collect();
    [
        Parameter::new("kind", "This kind of need alone", Takes::OneOf(kinds)),
        Parameter::new("poc", "Looked after by this colleague, by their id", Takes::Id),
        Parameter::new("limit", "How many of each kind at most", Takes::Limit(MOST)),
    ]
}

/// The clients of each kind of need, the longest silence first.
pub fn run(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
    let given = read(&parameters(page.viewer()), sent)?;
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let open = ClientFilter {
        poc: given.number("poc"),
        sort: ClientSort::LastContact,
        all_links: page.viewer().confidential(),
        ..ClientFilter::default()
    };
    let all = page.viewer().team().map(|pass| TeamFilter::of_all(pass, page.visit.today));
    let mut wanted: Vec<(&str, ClientFilter, Option<TeamFilter>)> = Vec::new();
    for kind in KINDS {
        wanted.push((kind.as_str(), ClientFilter { attention: Some(kind), ..open.clone() }, all));
    }
    wanted.extend(all.map(|all| (ByRhythm::Due.as_str(), open.clone(), Some(all.due()))));
    wanted.retain(|(kind, ..)| given.text("kind").is_none_or(|asked| asked == *kind));

    let (mut counters, limit) = (Counters::default(), given.number("limit").unwrap_or(USUAL));
    let mut needs = Vec::new();
    for (kind, open, team) in &wanted {
        let asked = Asked { open, team: team.as_ref(), rule: &rule };
        let count = asked.total(db, &mut counters)?;
        let selection = asked.cut(db, &mut counters, count, (0, limit))?;
        let ids = clients::queries::ids(db, selection)?;
        let mut found = clients::api::each(db, page, &ids)?;
        found.sort_by_key(|client| ids.iter().position(|id| client["client_id"].as_i64() == Some(id.0)));
        needs.push((*kind, count, found));
    }
    let pocs = needs.iter().flat_map(|(.., found)| found).map(poc).collect::<Vec<_>>();
    let names = people::queries::names(db, pocs)?;
    let told = |client: &Value| {
        // Long texts stand in the brief.
        let keys = client.as_object().into_iter().flatten().filter(|(name, _)| !name.ends_with("notes"));
        let mut keys: Map<String, Value> = keys.map(|(name, value)| (name.clone(), value.clone())).collect();
        keys.insert("mpr_primary_poc_name".into(), json!(names.of(poc(client))));
        Value::Object(keys)
    };
    let needs: Vec<Value> = needs
        .iter()
        .map(|(kind, count, found)| {
            let clients: Vec<Value> = found.iter().map(told).collect();
            json!({ "kind": kind, "count": count.rows, "is_more": count.is_more, "clients": clients })
        })
        .collect();
    let (warning, urgent) = (page.config.warning_after_days, page.config.urgent_after_days);
    let words = format!(
        "Urgent is who was not contacted for more than {urgent} days, a warning who was not for more than {warning}, \
         never who was never contacted."
    );
    let due = if all.is_some() { " Due is who has not been contacted for longer than their rhythm." } else { "" };
    Ok(Answer { words: words + due, data: json!({ "needs": needs }), text: None })
}

fn poc(client: &Value) -> Option<PersonnelId> {
    client["mpr_primary_poc"].as_i64().map(PersonnelId)
}
