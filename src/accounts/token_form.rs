//! The form of a token, and tokens as the lists show them.

use chrono::Days;

use crate::ids::{TokenId, UserId};
use crate::tokens::queries::Listed;
use crate::tokens::{Scope, TokenDraft};
use crate::web::{Checked, Choice, Field, FormData, Input, Invalid, Page};

/// How long a token may live, in days: it has an end, always.
const LIVES: [(u64, &str); 4] = [(30, "30 days"), (90, "90 days"), (180, "half a year"), (365, "a year")];

/// The fields, with those areas alone that the maker has to give.
pub fn fields(page: &Page) -> Vec<Field> {
    let lives = LIVES.iter().map(|(days, words)| Choice::new(days, *words)).collect();
    let scopes = vec![Choice::new(Scope::Read, "Read"), Choice::new(Scope::Write, "Read and write")];
    let viewer = page.viewer();
    let area = |name, label, hint: &str| Field::new(name, label, Input::Tick).hint(hint);
    let confidential =
        area("reaches_confidential", "What is confidential", "Confidential links, contacts and figures.");
    let team = area("reaches_team", "What is the NED Team's", "Assessments, entries, meetings.");
    let admin = area("reaches_admin", "Administration", "Only together with the two above.");
    let areas = [
        viewer.sees_confidential().then_some(confidential),
        viewer.team().map(|_| team),
        viewer.admin().map(|_| admin),
    ];
    let first = [
        Field::new("token_name", "What it is for", Input::Line)
            .required()
            .hint("It is named so in the history of what it changes, e.g. Nightly report."),
        Field::new("scope", "It may", Input::Select(scopes)).required(),
        Field::new("expires_days", "It ends after", Input::Select(lives)).required(),
    ];
    first.into_iter().chain(areas.into_iter().flatten()).collect()
}

/// Reads the form; the owner is known already.
pub fn parse(page: &Page, owner: UserId, sent: &FormData) -> Result<TokenDraft, Invalid> {
    let mut checked = Checked::new(sent);
    let token_name = checked.required("token_name", "Say what it is for.");
    let scope = checked.choice::<Scope>("scope").unwrap_or(Scope::Read);
    let days = checked.whole_number("expires_days", 1..=365).and_then(|days| u64::try_from(days).ok()).unwrap_or(90);
    if token_name.chars().count() > 100 || token_name.contains('\n') {
        checked.refuse("token_name", "Use at most 100 characters, in one line.");
    }
    let draft = TokenDraft {
        user_id: owner,
        token_name,
        scope,
        // Who lacks a right now lets no token have it later.
        reaches_confidential: checked.flag("reaches_confidential") && page.viewer().confidential().is_some(),
        reaches_team: checked.flag("reaches_team") && page.viewer().team().is_some(),
        reaches_admin: checked.flag("reaches_admin") && page.viewer().admin().is_some(),
        expires_date: page.visit.now + Days::new(days),
    };
    checked.finish(draft)
}

/// A token as a list shows it.
pub struct TokenLine {
    pub id: TokenId,
    pub name: String,
    pub owner: String,
    pub reach: String,
    pub made: String,
    pub used: String,
    pub ends: String,
    pub is_valid: bool,
}

impl TokenLine {
    /// With its moments in words.
    pub fn new(page: &Page, (row, owner, last_used, address): Listed) -> Self {
        let used = last_used.map(|at| format!("{}, from {}", page.ago(at), address.unwrap_or_default()));
        let ends = match row.revoked_date {
            Some(at) => format!("revoked {}", page.ago(at)),
            None if row.is_valid(page.visit.now) => page.moment(row.draft.expires_date),
            None => "has ended".into(),
        };
        Self {
            id: row.token_id,
            owner,
            reach: row.draft.reach_in_words(),
            made: page.ago(row.created_date),
            used: used.unwrap_or_else(|| "never".into()),
            ends,
            is_valid: row.is_valid(page.visit.now),
            name: row.draft.token_name,
        }
    }
}
