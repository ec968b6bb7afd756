//! Tokens: what a program may with one, and when no more; what is told of a change that one made; how often one may
//! ask, and what comes twice and is done once.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::{Days, TimeDelta};
use diesel::connection::SimpleConnection;
use http_body_util::BodyExt;
use roundtable::access::Audience;
use roundtable::clients::{ClientDraft, queries as clients};
use roundtable::config::Flags;
use roundtable::db::{Database, write_transaction};
use roundtable::firm::Settings;
use roundtable::live::Live;
use roundtable::sessions::Hashing;
use roundtable::tokens::{Bounds, Scope, TokenDraft, queries as tokens};
use roundtable::web::{App, FormData, Routes, Writer, guarded, json};
use serde_json::json;
use tower::ServiceExt;

use crate::planted::plant;
use crate::world::{Answer, Role, World, beginning, on_both, on_both_with};

/// A token of a role that reaches everything its owner may.
pub fn token_of(world: &World, role: Role, scope: Scope) -> String {
    token_reaching(world, role, scope, [true; 3])
}

fn token_reaching(world: &World, role: Role, scope: Scope, [confidential, team, admin]: [bool; 3]) -> String {
    let user = world.number(&format!("SELECT user_id FROM users WHERE username = '{}'", role.name()));
    let draft = TokenDraft {
        user_id: user.into(),
        token_name: "Nightly report".into(),
        scope,
        reaches_confidential: confidential,
        reaches_team: team,
        reaches_admin: admin,
        expires_date: world.visit().now + Days::new(30),
    };
    let visit = world.visit();
    let made = write_transaction(&mut world.db(), |db| tokens::insert(db, &visit, &draft)).unwrap();
    made.reveal_once().to_owned()
}

async fn ask(world: &World, method: &str, path: &str, token: &str) -> Answer {
    let request = world.request(method, path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

async fn status(world: &World, token: &str) -> u16 {
    ask(world, "GET", "/clients/api/search?q=client", token).await.status.as_u16()
}

#[tokio::test]
async fn a_token_sees_what_its_owner_may_or_less() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let path = format!("/clients/api/{}", planted.client);
        let outsider = world.get(Role::Plain, &path).await.body;
        for role in Role::SIGNED_IN {
            let seen = world.get(role, &path).await.body;
            let token = token_of(world, role, Scope::Write);
            assert_eq!(ask(world, "GET", &path, &token).await.body, seen, "{role:?}");
            let narrow = token_reaching(world, role, Scope::Read, [false; 3]);
            assert_eq!(ask(world, "GET", &path, &narrow).await.body, outsider, "{role:?}");
            // An administrator sees everything: whoever does not reach all of it is none.
            let without_team = token_reaching(world, role, Scope::Read, [true, false, true]);
            let kept = ask(world, "GET", &path, &without_team).await.json();
            assert!(kept.get("client_priority").is_none(), "{role:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_ended_was_revoked_or_never_was_is_refused() {
    on_both(async |world| {
        let token = token_of(world, Role::Plain, Scope::Read);
        assert_eq!(status(world, &token).await, 200);
        for wrong in ["rt_0", "", &token[..60], &token.to_uppercase()] {
            let answer = ask(world, "GET", "/clients/api/search?q=x", wrong).await;
            assert_eq!(answer.status, 401, "{wrong}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
        world.execute("UPDATE users SET is_active = FALSE WHERE username = 'plain'");
        assert_eq!(status(world, &token).await, 401, "its owner is inactive");
        world.execute("UPDATE users SET is_active = TRUE WHERE username = 'plain'");
        assert_eq!(status(world, &token).await, 200);
        let id = world.number("SELECT max(token_id) FROM tokens");
        let path = format!("/profile/tokens/{id}/delete");
        assert_eq!(world.post(Role::Team, &path, &[]).await.status, 404, "it is not theirs");
        world.post(Role::Plain, &path, &[]).await.location();
        assert_eq!(status(world, &token).await, 401, "revoked");
        let other = token_of(world, Role::Plain, Scope::Read);
        world.set_clock(beginning() + TimeDelta::days(31));
        assert_eq!(status(world, &other).await, 401, "its end has come");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_understood_where_programs_ask_and_never_beside_a_session() {
    on_both(async |world| {
        let token = token_of(world, Role::Admin, Scope::Write);
        let page = ask(world, "GET", "/clients", &token).await;
        assert!(page.location().starts_with("/sign-in"));
        assert_eq!(ask(world, "POST", "/clients/new", &token).await.status, 403, "another site may have sent it");
        for path in ["/clients", "/clients/api/search?q=x"] {
            let request = world.request("GET", path).header(header::AUTHORIZATION, format!("Bearer {token}"));
            let request = request.header(header::COOKIE, world.cookie(Role::Admin).unwrap());
            assert_eq!(world.send(request.body(Body::empty()).unwrap()).await.status, 400, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_are_guessed_as_slowly_as_passwords() {
    on_both(async |world| {
        let token = token_of(world, Role::Plain, Scope::Read);
        for _ in 0..60 {
            assert_eq!(status(world, "rt_guessed").await, 401);
        }
        let begun = Instant::now();
        assert_eq!(status(world, "rt_guessed").await, 429);
        assert!(begun.elapsed() >= Duration::from_secs(1), "whoever guesses waits for each answer");
        assert_eq!(status(world, &token).await, 200, "a program of the same address goes on");
        let signed_in = world.sign_in("plain", crate::world::PASSWORD).await;
        assert_eq!(signed_in.status, 303, "a program with an old token keeps nobody out");
        world.set_clock(beginning() + TimeDelta::minutes(16));
        assert_eq!(status(world, "rt_guessed").await, 401);
        assert_eq!(status(world, &token).await, 200);
    })
    .await;
}

#[tokio::test]
async fn a_guess_waits_for_nobody_who_writes() {
    let world = World::sqlite();
    let ended = token_of(&world, Role::Plain, Scope::Read);
    world.execute("UPDATE users SET is_active = FALSE WHERE username = 'plain'");
    let mut writer = world.db();
    writer.batch_execute("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    for token in ["rt_guessed", "", &ended] {
        assert_eq!(status(&world, token).await, 401, "{token}");
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    writer.batch_execute("ROLLBACK").unwrap();
}

#[tokio::test]
async fn tokens_end_with_the_account_and_with_a_password_that_another_sets() {
    on_both(async |world| {
        let token = token_of(world, Role::Plain, Scope::Read);
        let user = world.number("SELECT user_id FROM users WHERE username = 'plain'");
        let edit = format!("/admin/users/{user}/edit");
        let account = [("username", "plain"), ("full_name", "The plain person"), ("email", "plain@mpr.example")];
        let active = [&account[..], &[("is_active", "on")]].concat();
        world.post(Role::Admin, &edit, &active).await.location();
        assert_eq!(status(world, &token).await, 200, "neither is new");
        world.post(Role::Admin, &edit, &[&active[..], &[("password", "another long one")]].concat()).await.location();
        assert_eq!(status(world, &token).await, 401, "the password is");
        let token = token_of(world, Role::Plain, Scope::Read);
        world.post(Role::Admin, &edit, &account).await.location();
        world.post(Role::Admin, &edit, &active).await.location();
        assert_eq!(status(world, &token).await, 401, "the account had ended");
        let log = world.page(Role::Admin, "/admin/audit").await;
        assert!(log.contains("revoked"), "{log}");

        let token = token_of(world, Role::Team, Scope::Read);
        let own = |ends: &'static str, old: &'static str, new: &'static str| {
            [("current_password", old), ("new_password", new), ("new_password_again", new), ("end_tokens", ends)]
        };
        let wrong = world.post(Role::Team, "/password", &own("on", "no", "a second long one")).await;
        assert!(wrong.status == 422 && wrong.body.contains("checked"), "a tick is not lost: {}", wrong.body);
        let first = own("", crate::world::PASSWORD, "a second long one");
        world.post(Role::Team, "/password", &first).await.location();
        assert_eq!(status(world, &token).await, 200, "whoever knows the old password may keep them");
        let cookie = crate::world::cookie_of(&world.sign_in("team", "a second long one").await);
        let fields = own("on", "a second long one", "a third long one");
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = world
            .request("POST", "/password")
            .header(header::ORIGIN, "http://roundtable.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookie);
        world.send(request.body(Body::from(body)).unwrap()).await.location();
        assert_eq!(status(world, &token).await, 401, "they end if that is wanted");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_shown_once_and_listed_with_its_last_use() {
    on_both(async |world| {
        let fields = [("token_name", "Spreadsheet"), ("scope", "read"), ("expires_days", "90")];
        let made = world.post(Role::Plain, "/profile/tokens", &fields).await.body;
        let at = made.find(">rt_").expect("the page shows the token") + 1;
        let token = &made[at..at + 67];
        assert!(!world.page(Role::Plain, "/profile/tokens").await.contains(">rt_"));
        assert_eq!(status(world, token).await, 200);
        let listed = world.page(Role::Plain, "/profile/tokens").await;
        assert!(listed.contains("Spreadsheet") && listed.contains("just now, from"), "{listed}");
        let all = world.page(Role::Admin, "/admin/tokens").await;
        assert!(all.contains("Spreadsheet") && all.contains("The plain person"));
        let log = world.page(Role::Admin, "/admin/audit").await;
        assert!(log.contains("made a token") && !log.contains(token));
        for wrong in [[("token_name", ""), ("scope", "read")], [("token_name", "x"), ("scope", "all")]] {
            assert_eq!(world.post(Role::Plain, "/profile/tokens", &wrong).await.status, 422);
        }
    })
    .await;
}

#[tokio::test]
async fn a_service_account_works_by_tokens_and_never_signs_in() {
    on_both(async |world| {
        let account = [("username", "report"), ("full_name", "Report robot"), ("email", "robot@mpr.example")];
        let more = [("is_service", "on"), ("is_active", "on"), ("is_ned_team", "on")];
        let added = world.post(Role::Admin, "/admin/users/new", &[&account[..], &more].concat()).await;
        let form = added.location().to_owned();
        let page = world.page(Role::Admin, &form).await;
        assert!(page.contains("Report robot") && page.contains("selected"));
        assert_eq!(world.sign_in("report", "").await.status, 422);
        let user = form.rsplit('=').next().unwrap();
        let fields = [("user_id", user), ("token_name", "Report"), ("scope", "read"), ("expires_days", "30")];
        let made = world.post(Role::Admin, "/admin/tokens/new", &fields).await.body;
        let at = made.find(">rt_").expect("the page shows the token") + 1;
        assert_eq!(status(world, &made[at..at + 67]).await, 200);
        let plain = world.number("SELECT user_id FROM users WHERE username = 'plain'").to_string();
        let of_person = [("user_id", plain.as_str()), ("token_name", "x"), ("scope", "read"), ("expires_days", "30")];
        assert_eq!(
            world.post(Role::Admin, "/admin/tokens/new", &of_person).await.status,
            422,
            "a person makes their own"
        );
        assert_eq!(world.number("SELECT count(*) FROM personnel WHERE full_name = 'Report robot'"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_minute_holds_so_many_requests_whichever_process_answers() {
    let flags = Flags { requests_per_minute: Some(40), ..Flags::default() };
    on_both_with(&flags, async |world| {
        let token = token_of(world, Role::Plain, Scope::Read);
        let beside = World::beside(world);
        for number in 0..20 {
            let answer = ask(world, "GET", "/clients/api/search?q=x", &token).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers["ratelimit-policy"], "\"token\";q=40;w=60");
            assert!(number > 0 || answer.headers["ratelimit"] == "\"token\";r=39;t=60");
            assert_eq!(status(&beside, &token).await, 200);
        }
        let refused = ask(world, "GET", "/clients/api/search?q=x", &token).await;
        assert_eq!((refused.status.as_u16(), &refused.headers["retry-after"]), (429, &"60".parse().unwrap()));
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        assert_eq!(status(&beside, &token).await, 429);
        world.set_clock(beginning() + TimeDelta::minutes(1));
        assert_eq!(status(world, &token).await, 200);
    })
    .await;
}

/// A server with one route for programs, which makes a client, or notes something of one, and does nothing more for any
/// of this.
fn server(world: &World) -> Router {
    async fn create(writer: Writer, sent: FormData) -> roundtable::error::Result<axum::response::Response> {
        writer
            .write(move |db, page| {
                if let Some(id) = sent.get("client_id").and_then(|id| id.parse::<i64>().ok()) {
                    let client = clients::find_held(db, id.into())?.expect("the client is there");
                    let mut draft = client.draft.clone();
                    draft.notes = sent.get("notes");
                    clients::update(db, &page.visit, &client, &draft)?;
                    return json(&json!({ "client_id": id }));
                }
                let draft = ClientDraft::named(sent.get("client_name").unwrap_or_default());
                let id = clients::insert(db, &page.visit, &draft)?;
                json(&json!({ "client_id": id }))
            })
            .await
    }
    let config = &world.config;
    let app = App {
        settings: Settings::new(config.clone()),
        database: Database::new(config.database.clone(), config.durability, 2),
        hashing: Hashing::new(1),
        live: Live::new(config.database.clone(), 1),
        bounds: Bounds::new(config.requests_per_minute),
    };
    guarded(Routes::default().post("/api/v1/made", Audience::Writer, create), app)
}

async fn make(server: &Router, token: &str, key: &str, body: &str) -> (u16, String) {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/made")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    let answer = server.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status.as_u16(), String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap())
}

#[tokio::test]
async fn a_request_with_a_key_is_carried_out_once() {
    on_both(async |world| {
        let (server, beside) = (server(world), server(world));
        let token = token_of(world, Role::Plain, Scope::Write);
        let count = || world.number("SELECT count(*) FROM clients");
        let first = make(&server, &token, "\"one\"", "client_name=Granite").await;
        assert_eq!(first.0, 200, "{}", first.1);
        assert_eq!(make(&server, &token, "one", "client_name=Granite").await, first);
        assert_eq!(make(&beside, &token, "one", "client_name=Granite").await, first, "another process knows it too");
        assert_eq!(count(), 1);
        assert_eq!(make(&server, &token, "one", "client_name=Slate").await.0, 422, "another request");
        assert_eq!(make(&server, &token, &"x".repeat(201), "client_name=Slate").await.0, 400);
        let other = token_of(world, Role::Plain, Scope::Write);
        assert_eq!(make(&server, &other, "one", "client_name=Slate").await.0, 200, "the key of another token");
        assert_eq!(count(), 2);
        let (one, two) = tokio::join!(
            make(&server, &token, "two", "client_name=Basalt"),
            make(&server, &token, "two", "client_name=Basalt"),
        );
        let mut told = [one.0, two.0];
        told.sort_unstable();
        assert!(told == [200, 409] || one == two, "{told:?}");
        assert_eq!(count(), 3);
        world.execute("UPDATE users SET is_ned_team = TRUE WHERE username = 'plain'");
        assert_eq!(make(&server, &token, "one", "client_name=Granite").await.0, 422, "the rights of now decide");
        world.execute("UPDATE users SET is_ned_team = FALSE WHERE username = 'plain'");
        world.set_clock(beginning() + TimeDelta::hours(25));
        assert_eq!(make(&server, &token, "one", "client_name=Schist").await.0, 200, "after a day it is forgotten");
        let reader = token_of(world, Role::Plain, Scope::Read);
        assert_eq!(make(&server, &reader, "", "client_name=Gneiss").await.0, 403);
    })
    .await;
}

#[tokio::test]
async fn a_change_by_the_api_tells_so_and_can_be_undone() {
    on_both(async |world| {
        let server = server(world);
        let token = token_of(world, Role::Plain, Scope::Write);
        let client = world.client("Granite Power").await;
        let (status, answer) = make(&server, &token, "", &format!("client_id={client}&notes=Rough")).await;
        assert_eq!(status, 200, "{answer}");
        let history = world.page(Role::Plain, &format!("/clients/{client}/history")).await;
        assert!(history.contains("by the API, Nightly report"), "{history}");
        let log = world.page(Role::Admin, "/admin/audit?way=api").await;
        assert!(log.contains("by the API, Nightly report") && !log.contains("added client"), "{log}");
        assert!(!world.page(Role::Admin, "/admin/audit?way=import").await.contains("by the API,"));
        let change = world.number("SELECT change_id FROM changes WHERE way = 'api'");
        let undo = format!("/changes/{change}/undo");
        assert_eq!(world.post(Role::Team, &undo, &[]).await.status, 404, "it is not theirs");
        world.post(Role::Plain, &undo, &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE notes IS NOT NULL"), 0);
    })
    .await;
}
