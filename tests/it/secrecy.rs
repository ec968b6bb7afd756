//! The proof of secrecy: every route, every role, every parameter; no restricted word, count or order reaches one who
//! may not have it. Each role that lacks something walks two worlds, which differ in what it lacks alone, and sees the
//! same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::http::Method;
use chrono::TimeDelta;
use regex::Regex;
use serde_json::Value;

use crate::bodies::{changes, pairs};
use crate::mcp::{flags, questions, used};
use crate::planted::{CONFIDENTIAL, MEETINGS, Marks, Planted, TEAM, plant, plant_marked};
use crate::world::{Answer, Role, World, beginning, on_both, on_each};

/// What a role may see of what is restricted.
fn sees(role: Role) -> Marks {
    let marks = |team, confidential| Marks { team, confidential };
    match role {
        Role::Anonymous | Role::ReadOnly | Role::Plain => marks(false, false),
        Role::Confidential => marks(false, true),
        Role::Team | Role::ReadOnlyTeam => marks(true, false),
        Role::Admin | Role::ReadOnlyAdmin => marks(true, true),
    }
}

/// Ids and secrets drawn by chance (docs/decisions/0006), which two worlds cannot share and which tell nothing; and the
/// numbers of events, which count who of the team came and went.
static BY_CHANCE: LazyLock<Regex> = LazyLock::new(|| {
    let named = concat!(
        r#"etag: "\\"[0-9a-f]{24}|(/contacts/|/follow-ups/|/files/|file-|/action-items/|/changes/|"#,
        r#"/clients/views/|/links/(?:[a-z]+/)?|item[-=]|follow-up-|"#,
        r#"name="action_item" value="|"(?:relationship|contact|item|change|record|file)_id":(?:\[null,)?|"undoes":|"#,
        r#""next":"[0-9a-f]+\.|/drafts/[a-z-]+/|etag: "\\"|name="draft" value="|"#,
        r#"\nid: |\\"(?:relationship|contact|item|change|record)_id\\": |"draft":"|\\"draft\\": \\"|;t=)[0-9]+|"#,
        r#"(?:/calendar/|/invitation/|%2Finvitation%2F)[0-9a-f]{40}|"#,
        r#"rt_[0-9a-f]{64}|(?:lines with |<<< data |>>> end )[0-9a-f]{16}"#
    );
    Regex::new(named).unwrap()
});

/// Whether there is any word that someone may not see, which is asked of every page: a regular expression looks for all
/// at once.
static MARKERS: LazyLock<Regex> = LazyLock::new(|| {
    let words = TEAM.iter().chain(&MEETINGS).chain(&CONFIDENTIAL).map(|word| regex::escape(word));
    Regex::new(&words.collect::<Vec<_>>().join("|")).unwrap()
});

/// What a role was told: which route at which of its addresses was asked what, and the answer.
#[derive(Debug, PartialEq)]
struct Told {
    asked: String,
    status: u16,
    words: String,
}

/// What an answer leaves to be said on the next page, and whether it can be undone there.
fn toast(answer: &Answer) -> Option<String> {
    let mut kept = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let kept = kept.find_map(|value| value.strip_prefix("roundtable_flash="))?.split(';').next()?;
    let (words, undo) = kept.split_once('.').unwrap_or((kept, ""));
    let words = String::from_utf8(hex::decode(words).ok()?).ok()?;
    Some(format!("toast: {words}{}", if undo.is_empty() { "" } else { " · Undo" }))
}

impl Told {
    fn new(asked: String, answer: &Answer) -> Self {
        let told = |name: &str| !["set-cookie", "content-length"].contains(&name);
        let headers = answer.headers.iter().filter(|(name, _)| told(name.as_str()));
        let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
        let words = format!("{}\n{}\n{}", headers.join("\n"), toast(answer).unwrap_or_default(), answer.body);
        Self { asked, status: answer.status.as_u16(), words: BY_CHANCE.replace_all(&words, "${1}N").into_owned() }
    }

    /// Fails if it holds a word that the role may not see; what was asked for may be said again.
    fn hold_no_marker_against(&self, role: Role) {
        if !MARKERS.is_match(&self.words) {
            return;
        }
        let Marks { team, confidential } = sees(role);
        let of_team = TEAM.iter().chain(&MEETINGS).filter(|_| !team);
        let forbidden = of_team.chain(CONFIDENTIAL.iter().filter(|_| !confidential));
        for word in forbidden.filter(|word| !self.asked.contains(word.trim_start_matches("At "))) {
            assert!(!self.words.contains(word), "{role:?} saw {word} at {}", self.asked);
        }
    }
}

/// Everything that a role is told at the addresses of a world: pages as they are, and with each parameter that a page
/// looks for, be it for this role or for an administrator.
async fn reads(world: &World, planted: &Planted, role: Role) -> Vec<Told> {
    let mut all = Vec::new();
    let routes = roundtable::routes();
    let pages = routes.list().iter().filter(|route| route.method == Method::GET);
    for (route, second) in pages.zip(0..) {
        // Each begins at its own second, whatever an administrator was told before, with which the clock goes on.
        world.set_clock(beginning() + TimeDelta::minutes(30) + TimeDelta::seconds(second));
        for (index, address) in planted.addresses(world, &route.path).into_iter().enumerate() {
            let (answer, mut names) = world.get_noting(role, &address).await;
            all.push(Told::new(format!("{} {index}", route.path), &answer));
            names.extend(world.get_noting(Role::Admin, &address).await.1);
            let mut tried = BTreeSet::new();
            while let Some(name) = names.difference(&tried).next().cloned() {
                for question in planted.questions(&name) {
                    let (answer, more) = world.get_noting(role, &format!("{address}?{question}")).await;
                    // Some ids that are asked for are drawn by chance.
                    let question = if name == "ids" { &name } else { &question };
                    all.push(Told::new(format!("{} {index}?{question}", route.path), &answer));
                    names.extend(more);
                }
                tried.insert(name);
            }
        }
    }
    all
}

/// What an assistant is told that asks for a role, if it has a token.
async fn assisted(world: &World, role: Role, questions: Vec<(&str, Value)>) -> Vec<Told> {
    let Some(token) = world.token(role) else { return Vec::new() };
    let mut all = Vec::new();
    for (tool, arguments) in questions {
        all.push(Told::new(format!("{tool} {arguments}"), &used(world, &token, tool, &arguments).await));
    }
    all
}

/// Everything that a role is told when it asks for each change there is, with a body that is taken from one who may.
async fn writes(world: &World, planted: &Planted, role: Role) -> Vec<Told> {
    let mut all = Vec::new();
    for (index, change) in changes(world, planted).into_iter().enumerate() {
        let answer = world.ask(&change.method, role, &change.address, &pairs(&change.body)).await;
        all.push(Told::new(format!("{} {} {index}", change.method, change.path), &answer));
    }
    all
}

/// Walks a world with what the role lacks, and one without it: no marker is told, and both tell the same, byte for
/// byte.
async fn hold_worlds_alike(role: Role, make: impl Fn() -> World) {
    let lacks = sees(role);
    let mut told = Vec::new();
    for marks in [Marks { team: true, confidential: true }, lacks] {
        let world = make();
        let planted = plant_marked(&world, marks).await;
        world.give_tokens();
        let [reading, writing] = questions(&world, &planted);
        let mut all = reads(&world, &planted, role).await;
        all.extend(assisted(&world, role, reading).await);
        // An administrator, who looked along, was told more in one of them, and the clock went on with that.
        world.set_clock(beginning() + TimeDelta::minutes(40));
        all.extend(assisted(&world, role, writing).await);
        all.extend(writes(&world, &planted, role).await);
        // What was changed shows itself in what is read, and there as well nothing else does.
        let lists = ["/", "/clients", "/contacts", "/my-work", "/people", "/projects", "/crm/dashboard"];
        let searches = ["/search?q=one", "/search?q=ZQ", "/search?q=open+word", "/search/api?q=said", "/graph"];
        for path in lists.into_iter().chain(searches) {
            all.push(Told::new(format!("afterwards {path}"), &world.get(role, path).await));
        }
        all.iter().for_each(|one| one.hold_no_marker_against(role));
        told.push(all);
    }
    let (without, with) = (told.pop().unwrap(), told.pop().unwrap());
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(with, without, "{role:?} can tell the two worlds apart");
    }
    assert_eq!(with.len(), without.len());
}

macro_rules! cannot_tell_two_worlds_apart {
    ($($who:ident: $role:expr),+) => { $(
        mod $who {
            use super::*;

            #[tokio::test]
            async fn cannot_tell_two_worlds_apart_on_sqlite() {
                hold_worlds_alike($role, || World::sqlite_with(&flags())).await;
            }

            #[tokio::test]
            async fn cannot_tell_two_worlds_apart_on_postgres() {
                hold_worlds_alike($role, || World::postgres_with(&flags())).await;
            }
        }
    )+ };
}

cannot_tell_two_worlds_apart! {
    a_visitor: Role::Anonymous,
    a_reader: Role::ReadOnly,
    a_plain_user: Role::Plain,
    one_with_confidential_access: Role::Confidential,
    one_of_the_team: Role::Team,
    a_reader_of_the_team: Role::ReadOnlyTeam
}

/// Every row of every table that is not about signing in, as text.
fn everything_kept(world: &World) -> Vec<String> {
    let columns: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(include_str!("../../columns.toml")).unwrap();
    let mut all = Vec::new();
    let beside = ["sessions", "sign_in_attempts", "token_uses"];
    for (table, columns) in columns.iter().filter(|(table, _)| !beside.contains(&&***table)) {
        let texts: Vec<String> =
            columns.keys().map(|column| format!("COALESCE(CAST({column} AS TEXT), '-')")).collect();
        all.extend(world.texts(&format!("SELECT '{table} ' || {} FROM {table}", texts.join(" || '|' || "))));
    }
    all.sort();
    all
}

on_each! {
    async fn one_who_may_only_read_writes_nothing(world: &World) {
        let planted = plant(world, true).await;
        world.give_tokens();
        let before = everything_kept(world);
        for role in Role::SIGNED_IN.into_iter().filter(|role| role.is_read_only()) {
            for told in writes(world, &planted, role).await {
                let is_own = told.asked.contains(" /profile/mail");
                assert_eq!(told.status, if is_own { 303 } else { 403 }, "{role:?} at {}", told.asked);
                told.hold_no_marker_against(role);
            }
            // What they want to be told by mail is no record.
            let own = "user_id IN (SELECT user_id FROM users WHERE is_read_only)";
            world.execute(&format!(
                "DELETE FROM mail_wishes WHERE {own}; DELETE FROM jobs WHERE kind = 'digest' AND {own}"
            ));
            let [_, writing] = questions(world, &planted);
            for told in assisted(world, role, writing).await {
                assert!(told.words.contains("Not allowed"), "{role:?} at {}", told.asked);
            }
        }
        assert_eq!(everything_kept(world), before);
    }

    async fn what_is_hidden_and_what_is_missing_look_the_same(world: &World) {
        let planted = plant(world, true).await;
        for role in [Role::Plain, Role::Team] {
            for change in ["/contacts/{id}/edit", "/follow-ups/{id}/completion", "/action-items/{id}/done"] {
                if role == Role::Team && change.starts_with("/action-items/") {
                    continue;
                }
                let addresses = planted.addresses(world, change);
                let (hidden, missing) = (&addresses[0], addresses.last().unwrap());
                let told = async |address| Told::new(String::new(), &world.post(role, address, &[]).await);
                assert_eq!(told(hidden).await, told(missing).await, "{role:?} at {change}");
                assert_eq!(told(hidden).await.status, 404, "{role:?} at {change}");
            }
        }
    }
}

#[tokio::test]
async fn those_who_may_see_the_markers_do() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let client = world.page(Role::Admin, &format!("/clients/{}", planted.client)).await;
        for word in TEAM.iter().chain(&CONFIDENTIAL[..9]) {
            assert!(client.contains(word), "{word} is missing on the client's page");
        }
        let meeting = world.page(Role::Team, "/crm/meetings/1/agenda").await;
        for word in &MEETINGS {
            assert!(meeting.contains(word), "{word} is missing on the meeting's page");
        }
        let project = world.page(Role::Confidential, &planted.address(world, "/projects/{id}")).await;
        for word in &CONFIDENTIAL[9..] {
            assert!(project.contains(word), "{word} is missing on the project's page");
        }
        assert!(
            world.page(Role::Confidential, &planted.address(world, "/technologies/{id}")).await.contains("Client one")
        );
        assert!(!world.page(Role::Plain, &planted.address(world, "/technologies/{id}")).await.contains("Client one"));
        let (map, ways) = ("/graph/api?of=clients/1", "/paths/api?from=clients/1&to=technologies/1");
        for (role, sees) in [(Role::Confidential, true), (Role::Plain, false), (Role::Team, false)] {
            assert_eq!(world.page(role, map).await.contains("Owner one"), sees, "{role:?}");
            assert_eq!(world.page(role, ways).await.contains("Project one"), sees, "{role:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn saving_without_the_right_to_a_field_leaves_it_as_it_was() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let project = planted.address(world, "/projects/{id}/edit");
        let fields = [("project_name", "Project one"), ("capex", "1"), ("lcoe", "")];
        world.post(Role::Plain, &project, &fields).await.location();
        assert_eq!(world.number("SELECT count(*) FROM projects WHERE capex = 987654 AND lcoe = 654321"), 1);
        let client = [("client_name", "Client one"), ("client_priority", "Low"), ("relationship_notes", "")];
        world.post(Role::Plain, &format!("/clients/{}/edit", planted.client), &client).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE relationship_notes = 'ZQnotes'"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_link_does_not_show_itself_by_a_refusal() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let owner = planted.address(world, "/owners/{id}").rsplit('/').next().unwrap().to_owned();
        let path = format!("/clients/{}/links/owner", planted.client);
        world.post(Role::Plain, &path, &[("owner_id", &*owner)]).await.location();
        let again = world.post(Role::Plain, &path, &[("owner_id", &*owner)]).await;
        assert_eq!(again.status.as_u16(), 422);
        assert_eq!(world.number("SELECT count(*) FROM client_owner_relationships WHERE is_confidential"), 1);
        let link = world.number("SELECT min(relationship_id) FROM client_owner_relationships WHERE is_confidential");
        assert_eq!(world.post(Role::Plain, &format!("{path}/{link}/delete"), &[]).await.status.as_u16(), 404);
    })
    .await;
}

#[tokio::test]
async fn ids_do_not_count_the_rows_that_someone_cannot_see() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        for index in 0..4 {
            let mark: &[(&str, &str)] = if index % 2 == 1 { &[("is_confidential", "on")] } else { &[] };
            world.contact(Role::Confidential, client, index, mark).await;
        }
        let ids = "SELECT count(DISTINCT contact_id) FROM contact_log WHERE contact_id > 1000";
        assert_eq!(world.number(ids), 4, "the chance of a small id is one in two million");
        assert!(world.number("SELECT max(contact_id) - min(contact_id) FROM contact_log") > 1000);
    })
    .await;
}
