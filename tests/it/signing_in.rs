//! What guards the way in: names, addresses, passwords, the record of refusals, the end of sessions, marks of secrecy
//! (product.md §2).

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{NaiveDateTime, TimeDelta, Utc};
use roundtable::config::Config;
use tower::ServiceExt;
use url::Url;

use crate::world::{Answer, PASSWORD, Role, World, on_both};

fn moment(ago: TimeDelta) -> String {
    let at: NaiveDateTime = Utc::now().naive_utc() - ago;
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[tokio::test]
async fn a_session_in_use_ends_after_seven_days() {
    on_both(async |world| {
        world.page(Role::Plain, "/clients").await;
        let (created, idle_end) = (moment(TimeDelta::hours(7 * 24 - 2)), moment(TimeDelta::hours(-1)));
        world.execute(&format!("UPDATE sessions SET created_date = '{created}', expires_date = '{idle_end}'"));
        world.page(Role::Plain, "/clients").await;
        let (before, after) = (moment(TimeDelta::minutes(-119)), moment(TimeDelta::minutes(-121)));
        let renewed =
            format!("SELECT count(*) FROM sessions WHERE expires_date > '{before}' AND expires_date < '{after}'");
        assert_eq!(world.number(&renewed), 1, "renewed as far as the absolute end");
        world.execute(&format!("UPDATE sessions SET created_date = '{}'", moment(TimeDelta::hours(7 * 24 + 1))));
        assert_eq!(world.get(Role::Plain, "/clients").await.location(), "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_twelve_hours() {
    on_both(async |world| {
        world.page(Role::Plain, "/clients").await;
        let end = moment(TimeDelta::hours(-12) + TimeDelta::minutes(1));
        assert_eq!(world.number(&format!("SELECT count(*) FROM sessions WHERE expires_date < '{end}'")), 0);
        let end = moment(TimeDelta::hours(-12) - TimeDelta::minutes(1));
        assert_eq!(world.number(&format!("SELECT count(*) FROM sessions WHERE expires_date < '{end}'")), 1);
        world.execute(&format!("UPDATE sessions SET expires_date = '{}'", moment(TimeDelta::seconds(1))));
        assert_eq!(world.get(Role::Plain, "/clients").await.location(), "/sign-in");
    })
    .await;
}

fn sign_in_form(username: &str, password: &str) -> Body {
    let fields = [("username", username), ("password", password)];
    Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// Signs in at a server that browsers reach as `https://crm.example`, from a page of some origin.
async fn sign_in_at_public_address(world: &World, origin: &str) -> Answer {
    let public = Url::parse("https://crm.example").unwrap().origin();
    let config = Config { public_origin: Some(public), secure_cookies: true, ..world.config.clone() };
    let request = Request::builder().method("POST").uri("/sign-in").header(header::HOST, "crm.example");
    let request = request.header(header::ORIGIN, origin).body(sign_in_form("plain", PASSWORD)).unwrap();
    let (parts, _) = roundtable::app(config).oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body: String::new() }
}

#[tokio::test]
async fn behind_a_public_address_only_its_own_origin_passes() {
    on_both(async |world| {
        let same = sign_in_at_public_address(world, "https://crm.example").await;
        assert_eq!(same.status, StatusCode::SEE_OTHER);
        assert_eq!(same.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000; includeSubDomains");
        assert_eq!(sign_in_at_public_address(world, "https://crm.example:443").await.status, StatusCode::SEE_OTHER);
        for other in ["http://crm.example", "https://crm.example:8443", "https://crm.example.evil.example", "null"] {
            assert_eq!(sign_in_at_public_address(world, other).await.status, StatusCode::FORBIDDEN, "{other}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_confidential_mark_by_one_without_the_right_is_refused_and_nothing_is_saved() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let vendor = world.record("vendors", &[("vendor_name", "Maker")]).await.to_string();
        let today = world.days_ago(0);
        let contact = [
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("summary", "the quiet words"),
            ("is_confidential", "on"),
        ];
        let any = [&contact[..], &[("client_id_name", "Granite Power")]].concat();
        let link = [("vendor_id", &*vendor), ("notes", "the quiet words"), ("is_confidential", "on")];
        world.contact(Role::Plain, client, 0, &[("summary", "open words")]).await;
        let id = world.number("SELECT contact_id FROM contact_log");
        for role in [Role::Plain, Role::Team] {
            for (path, fields) in [
                (format!("/clients/{client}/contact"), &contact[..]),
                ("/contacts/new".to_owned(), &any),
                (format!("/contacts/{id}/edit"), &contact),
                (format!("/clients/{client}/links/vendor"), &link),
                (format!("/vendors/{vendor}/links/client"), &[("client_id", &*client.to_string()), link[1], link[2]]),
            ] {
                let answer = world.post(role, &path, fields).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
                assert!(answer.body.contains("no longer have the right"), "{path}");
                assert!(answer.body.contains("the quiet words"), "{path} forgets what was typed");
            }
        }
        assert_eq!(world.texts("SELECT summary FROM contact_log"), ["open words"]);
        assert_eq!(world.number("SELECT count(*) FROM client_vendor_relationships"), 0);
        world.post(Role::Confidential, &format!("/clients/{client}/contact"), &contact).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE is_confidential"), 1);
    })
    .await;
}
