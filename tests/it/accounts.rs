//! Sign-in, sessions that end at once, requests of other sites, accounts in the browser (product.md §2).

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::world::{PASSWORD, Role, World, beginning, on_both};

#[tokio::test]
async fn sign_in_sets_a_cookie_that_scripts_cannot_read() {
    on_both(async |world| {
        let answer = world.sign_in("Plain", PASSWORD).await;
        assert_eq!(answer.location(), "/");
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let key = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(world.number(&format!("SELECT count(*) FROM sessions WHERE session_hash = '{key}'")), 0);
        assert_eq!(world.get(Role::Team, "/").await.location(), "/crm/dashboard");
        assert_eq!(world.get(Role::Plain, "/").await.location(), "/clients");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    on_both(async |world| {
        let wrong = world.sign_in("plain", "not the password").await;
        let unknown = world.sign_in("plani", "not the password").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.body.replace("plain", "X"), unknown.body.replace("plani", "X"));
    })
    .await;
}

#[tokio::test]
async fn too_many_failures_have_to_wait() {
    on_both(async |world| {
        for _ in 0..10 {
            assert_eq!(world.sign_in("plain", "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.sign_in("team", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn signed_out_people_are_led_to_sign_in_and_programs_get_401() {
    on_both(async |world| {
        assert_eq!(world.get(Role::Anonymous, "/clients").await.location(), "/sign-in");
        let answer = world.get(Role::Anonymous, "/clients/api/search?q=a").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["status"], 401);
        world.post(Role::Plain, "/sign-out", &[]).await.location();
        assert_eq!(world.get(Role::Plain, "/clients").await.location(), "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_its_hours_without_a_request() {
    on_both(async |world| {
        let after = |minutes| world.set_clock(beginning() + TimeDelta::minutes(minutes));
        after(12 * 60 - 5);
        assert_eq!(world.get(Role::Plain, "/clients").await.status, StatusCode::OK);
        // That request renewed it; whoever sent none has to sign in again.
        after(12 * 60 + 5);
        assert_eq!(world.get(Role::Plain, "/clients").await.status, StatusCode::OK);
        assert_eq!(world.get(Role::Team, "/clients").await.location(), "/sign-in");
        assert_eq!(world.post(Role::Team, "/clients/new", &[("client_name", "Late")]).await.location(), "/sign-in");
        assert_eq!(world.get(Role::Team, "/clients/api/search?q=a").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_guessed_too_often_may_try_again_a_quarter_of_an_hour_later() {
    on_both(async |world| {
        for _ in 0..10 {
            world.sign_in("plain", "wrong").await;
        }
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        world.set_clock(beginning() + TimeDelta::minutes(16));
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_request_of_another_site_changes_nothing() {
    on_both(async |world| {
        let cookie = world.cookie(Role::Admin).unwrap();
        let origins: [&[(&str, &str)]; 4] = [
            &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "null")],
            &[],
        ];
        for headers in origins {
            let mut request = world.request("POST", "/clients/new").header(header::COOKIE, &cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = world.send(request.body(Body::from("client_name=Forged")).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
        assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    })
    .await;
}

async fn user_form(world: &World, name: &str, fields: &[(&str, &str)]) -> crate::world::Answer {
    let id = world.number(&format!("SELECT user_id FROM users WHERE username = '{name}'"));
    let email = format!("{name}@mpr.example");
    let full_name = format!("The {name} person");
    let mut all = vec![("username", name), ("email", &*email), ("full_name", &*full_name)];
    all.extend(fields);
    world.post(Role::Admin, &format!("/admin/users/{id}/edit"), &all).await
}

#[tokio::test]
async fn a_session_ends_at_once_when_the_account_is_deactivated() {
    on_both(async |world| {
        assert_eq!(world.get(Role::Team, "/clients").await.status, StatusCode::OK);
        user_form(world, "team", &[("is_ned_team", "on")]).await.location();
        assert_eq!(world.get(Role::Team, "/clients").await.location(), "/sign-in");
        assert_eq!(world.sign_in("team", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_gone_with_the_next_request() {
    on_both(async |world| {
        assert_eq!(world.get(Role::Team, "/crm/dashboard").await.status, StatusCode::OK);
        user_form(world, "team", &[("is_active", "on")]).await.location();
        assert_eq!(world.get(Role::Team, "/crm/dashboard").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    on_both(async |world| {
        for fields in [
            &[("is_active", "on")][..],
            &[("is_admin", "on")],
            &[("is_active", "on"), ("is_admin", "on"), ("is_read_only", "on")],
        ] {
            let answer = user_form(world, "admin", fields).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(answer.body.contains("last administrator"));
        }
        user_form(world, "team", &[("is_active", "on"), ("is_admin", "on")]).await.location();
        user_form(world, "admin", &[("is_active", "on")]).await.location();
    })
    .await;
}

#[tokio::test]
async fn a_user_added_in_the_browser_can_sign_in_and_is_a_colleague() {
    on_both(async |world| {
        let fields = [
            ("username", "Newcomer"),
            ("email", "new@mpr.example"),
            ("full_name", "New Comer"),
            ("password", "a long enough one"),
            ("is_active", "on"),
        ];
        world.post(Role::Admin, "/admin/users/new", &fields).await.location();
        assert_eq!(world.sign_in("newcomer", "a long enough one").await.status, StatusCode::SEE_OTHER);
        assert!(world.page(Role::Plain, "/people").await.contains("New Comer"));
        let again = world.post(Role::Admin, "/admin/users/new", &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("Another account has this user name") && !again.body.contains("a long enough one"));
    })
    .await;
}

/// The path of the link that an administrator makes for an account.
async fn invited(world: &World, name: &str) -> String {
    let id = world.number(&format!("SELECT user_id FROM users WHERE username = '{name}'"));
    let answer = world.post(Role::Admin, &format!("/admin/users/{id}/invitation"), &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let at = answer.body.find("http://roundtable.test/invitation/").expect("the page shows the link");
    answer.body[at + "http://roundtable.test".len()..].split('<').next().unwrap().to_owned()
}

fn chosen<'a>(first: &'a str, again: &'a str) -> [(&'static str, &'a str); 2] {
    [("new_password", first), ("new_password_again", again)]
}

#[tokio::test]
async fn whoever_is_invited_chooses_the_password_by_a_link_that_works_once() {
    on_both(async |world| {
        let fields =
            [("username", "newcomer"), ("email", "new@mpr.example"), ("full_name", "New Comer"), ("is_active", "on")];
        let added = world.post(Role::Admin, "/admin/users/new", &fields).await;
        assert!(added.location().ends_with("/invitation"), "{}", added.location());
        assert!(world.page(Role::Admin, "/admin/users").await.contains(added.location()));
        let ended = invited(world, "newcomer").await;
        let link = invited(world, "newcomer").await;
        let secret = link.rsplit('/').next().unwrap();
        assert_eq!(world.number(&format!("SELECT count(*) FROM account_invitations WHERE token_hash = '{secret}'")), 0);
        assert_eq!(world.get(Role::Anonymous, &ended).await.status, StatusCode::NOT_FOUND, "another took its place");
        for _ in 0..2 {
            assert!(world.page(Role::Anonymous, &link).await.contains("New Comer"), "looking uses nothing up");
        }
        let good = "a heron over wet slate";
        for (first, again, words) in [
            (good, "another", "same password twice"),
            ("short", "short", "12"),
            ("newcomer-newcomer", "newcomer-newcomer", "easy"),
        ] {
            let answer = world.post(Role::Anonymous, &link, &chosen(first, again)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains(words) && !answer.body.contains(first), "{first}: {}", answer.body);
        }
        let answer = world.post(Role::Anonymous, &link, &chosen(good, good)).await;
        assert_eq!(answer.location(), "/");
        assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("HttpOnly"));
        assert_eq!(world.sign_in("newcomer", good).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.get(Role::Anonymous, &link).await.status, StatusCode::NOT_FOUND);
        let again = world.post(Role::Anonymous, &link, &chosen(good, good)).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        let told = "SELECT count(*) FROM audit_log WHERE table_name = 'account_invitations' AND action = ";
        let told = ["create", "delete"].map(|action| world.number(&format!("{told}'{action}'")));
        assert_eq!(told, [2, 2], "both links were made, one was replaced and one used");
        let log = world.page(Role::Admin, "/admin/audit").await;
        assert!(log.contains("ended the link by which New Comer chooses a password"), "{log}");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_with_the_account_and_with_a_password_set_elsewhere() {
    on_both(async |world| {
        let late = invited(world, "plain").await;
        world.set_clock(beginning() + TimeDelta::days(8));
        assert_eq!(world.get(Role::Anonymous, &late).await.status, StatusCode::NOT_FOUND);
        world.set_clock(beginning());
        assert_eq!(world.get(Role::Anonymous, &late).await.status, StatusCode::OK);
        user_form(world, "plain", &[("is_active", "on"), ("password", "set by an administrator")]).await.location();
        assert_eq!(world.get(Role::Anonymous, &late).await.status, StatusCode::NOT_FOUND);
        let shut_out = invited(world, "plain").await;
        user_form(world, "plain", &[]).await.location();
        assert_eq!(world.get(Role::Anonymous, &shut_out).await.status, StatusCode::NOT_FOUND);
        user_form(world, "plain", &[("is_active", "on")]).await.location();
        assert_eq!(
            world.get(Role::Anonymous, &shut_out).await.status,
            StatusCode::NOT_FOUND,
            "who is back gets another"
        );
        let sent_astray = invited(world, "plain").await;
        let id = world.number("SELECT user_id FROM users WHERE username = 'plain'");
        let named = [("username", "plain"), ("full_name", "The plain person"), ("is_active", "on")];
        let mended = [&named[..], &[("email", "right@mpr.example")]].concat();
        world.post(Role::Admin, &format!("/admin/users/{id}/edit"), &mended).await.location();
        assert_eq!(world.get(Role::Anonymous, &sent_astray).await.status, StatusCode::NOT_FOUND);
        let robot =
            [("username", "robot"), ("email", "robot@mpr.example"), ("full_name", "Robot"), ("is_service", "on")];
        world.post(Role::Admin, "/admin/users/new", &[&robot[..], &[("is_active", "on")]].concat()).await.location();
        let id = world.number("SELECT user_id FROM users WHERE username = 'robot'");
        let path = format!("/admin/users/{id}/invitation");
        assert_eq!(world.post(Role::Admin, &path, &[]).await.status, StatusCode::NOT_FOUND, "nobody signs in with it");
    })
    .await;
}

#[tokio::test]
async fn an_own_password_is_changed_with_the_current_one() {
    on_both(async |world| {
        let fields = |current, new| [("current_password", current), ("new_password", new), ("new_password_again", new)];
        for (current, new) in [("wrong", "another long one"), (PASSWORD, "short")] {
            let answer = world.post(Role::ReadOnly, "/password", &fields(current, new)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        world.post(Role::ReadOnly, "/password", &fields(PASSWORD, "another long one")).await.location();
        assert_eq!(world.sign_in("readonly", "another long one").await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.get(Role::ReadOnly, "/clients").await.location(), "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn pages_are_not_kept_by_caches_and_carry_the_policy() {
    let world = World::sqlite();
    let answer = world.get(Role::Plain, "/clients").await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn many_attempts_at_once_are_limited_like_one_after_the_other() {
    on_both(async |world| {
        let attempts = (0..30).map(|_| world.sign_in("plain", "wrong"));
        let answers = join_all(attempts).await;
        let tried = answers.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert!(tried <= 10, "{tried} passwords were tried");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_succeeds_forgets_the_failures_before_it() {
    on_both(async |world| {
        for _ in 0..9 {
            world.sign_in("plain", "wrong").await;
        }
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.sign_in("plain", "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}
