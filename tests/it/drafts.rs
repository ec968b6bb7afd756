//! Drafts: kept while one types, their author's alone, offered again, and gone with what they were typed for.

use axum::http::{HeaderName, Method, StatusCode, header};
use chrono::TimeDelta;

use crate::planted::plant;
use crate::world::{Answer, PASSWORD, Role, World, beginning, cookie_of, on_both, on_each};

const WORDS: &str = "Half a sentence <that> waits";
const SHOWN: &str = "Half a sentence &#60;that&#62; waits";

fn tag(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

fn known(name: HeaderName, tag: &str) -> Option<(HeaderName, &str)> {
    Some((name, tag))
}

async fn keep(world: &World, role: Role, place: &str, words: &str) -> Answer {
    let fields = [("meeting_date", "2026-11-16"), ("next_steps", words)];
    world.put(role, &format!("/drafts/{place}"), &fields, None).await
}

async fn form(world: &World, role: Role, client: i64) -> String {
    world.page(role, &format!("/crm/roundtable/{client}/new")).await
}

on_each! {
    async fn what_is_typed_is_kept_offered_again_and_gone_once_it_is_filed(world: &World) {
        let client = world.client("Granite Power").await;
        let address = format!("data-draft=\"/drafts/crm-roundtable/{client}\"");
        assert!(form(world, Role::Team, client).await.contains(&address));
        let kept = keep(world, Role::Team, &format!("crm-roundtable/{client}"), WORDS).await;
        let words = kept.json()["words"].as_str().unwrap().to_owned();
        let time = words.strip_prefix("Draft saved ").expect("it says when it was kept");
        world.set_clock(beginning() + TimeDelta::minutes(4));
        let beside = World::beside(world);
        let page = form(&beside, Role::Team, client).await;
        assert!(page.contains(SHOWN) && page.contains(&format!("Draft of {time} restored")), "{page}");
        let meeting = world.page(Role::Team, &format!("/crm/roundtable?client={client}")).await;
        assert!(meeting.contains(SHOWN), "the meeting shows the same form");
        let its = tag(&kept);
        let wrong = [("next_steps", ""), ("draft", its.trim_matches('"'))];
        let refused = world.post(Role::Team, &format!("/crm/roundtable/{client}"), &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(&format!("name=\"draft\" value=\"{}\"", wrong[1].1)), "goes on with its draft");
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 1, "what is refused is still a draft");
        let entry = [("meeting_date", "2026-11-16"), ("next_steps", WORDS), wrong[1]];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 0);
        assert!(!form(world, Role::Team, client).await.contains("restored"));
    }

    async fn two_tabs_of_one_author_lose_nothing(world: &World) {
        let client = world.client("Granite Power").await;
        let place = format!("/drafts/crm-roundtable/{client}");
        let steps = |words: &'static str| [("next_steps", words)];
        let first = tag(&world.put(Role::Team, &place, &steps("one"), known(header::IF_NONE_MATCH, "*")).await);
        let second = tag(&world.put(Role::Team, &place, &steps("two"), known(header::IF_NONE_MATCH, "*")).await);
        let more = tag(&world.put(Role::Team, &place, &steps("one more"), known(header::IF_MATCH, &first)).await);
        // A tab that went on with the same words before, and does not know what the other kept since.
        let apart = tag(&world.put(Role::Team, &place, &steps("one apart"), known(header::IF_MATCH, &first)).await);
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 3);
        for (tag, words) in [(&more, "one more"), (&apart, "one apart"), (&second, "two")] {
            let entry = [("meeting_date", "2026-11-16"), ("next_steps", words), ("draft", tag.trim_matches('"'))];
            world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        }
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 0, "each tab filed its own");
        let fresh = tag(&keep(world, Role::Team, &format!("crm-roundtable/{client}"), "given up").await);
        tag(&keep(world, Role::Team, &format!("crm-roundtable/{client}"), "goes on").await);
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 1, "without a tag the newest is meant");
        let gone = world.put(Role::Team, &place, &[], known(header::IF_MATCH, &fresh)).await;
        assert_eq!(gone.status, StatusCode::OK);
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 0, "a form without fields gives it up");
    }

    async fn a_draft_on_an_older_version_meets_what_others_saved(world: &World) {
        let client = world.client("Granite Power").await;
        let edit = format!("/clients/{client}/edit");
        let page = world.page(Role::Plain, &edit).await;
        let hidden = |name: &str| {
            let start = format!("name=\"{name}\" value=\"");
            page.split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let (version, begun) = (hidden("version"), hidden("begun_values"));
        let typed = [("client_name", "Granite"), ("notes", WORDS), ("version", &*version), ("begun_values", &begun)];
        world.put(Role::Plain, &format!("/drafts/clients-edit/{client}"), &typed, None).await;
        let others = [("client_name", "Granite Power"), ("notes", "Other words")];
        world.post(Role::Confidential, &edit, &others).await.location();
        let again = world.page(Role::Plain, &edit).await;
        assert!(again.contains(SHOWN) && again.contains(&format!("name=\"version\" value=\"{version}\"")), "{again}");
        assert_eq!(world.post(Role::Plain, &edit, &typed).await.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn a_draft_is_its_authors_alone_on_every_page_as_every_role() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let places = [format!("crm-roundtable/{}", planted.client), format!("clients-assessment/{}", planted.client)];
        for place in &places {
            let fields = [("next_steps", "QXdraft"), ("relationship_notes", "QXdraft"), ("summary", "QXdraft")];
            let answer = world.put(Role::Team, &format!("/drafts/{place}"), &fields, None).await;
            assert_eq!(answer.status, StatusCode::OK);
        }
        for role in Role::all().filter(|role| *role != Role::Team) {
            for route in roundtable::routes().list().iter().filter(|route| route.method == Method::GET) {
                for address in planted.addresses(world, &route.path) {
                    let told = world.get(role, &address).await.everything();
                    assert!(!told.contains("QXdraft"), "{role:?} saw a draft at {address}");
                    assert!(!told.contains("restored"), "{role:?} learnt of a draft at {address}");
                }
            }
        }
        let audited = world.number("SELECT count(*) FROM audit_log WHERE changes LIKE '%QXdraft%'");
        assert_eq!(audited, 0, "the audit log takes no word of a draft");
        assert!(form(world, Role::Team, planted.client).await.contains("QXdraft"), "its author has it");
    })
    .await;
}

#[tokio::test]
async fn a_right_that_ended_takes_the_form_and_with_it_the_draft() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        keep(world, Role::Team, &format!("crm-roundtable/{client}"), "QXdraft").await;
        world.execute("UPDATE users SET is_ned_team = FALSE WHERE username = 'team'");
        let path = format!("/crm/roundtable/{client}/new");
        assert_eq!(world.get(Role::Team, &path).await.status, StatusCode::FORBIDDEN);
        for path in [format!("/clients/{client}"), format!("/clients/{client}/edit"), "/my-work".into()] {
            assert!(!world.page(Role::Team, &path).await.contains("QXdraft"));
        }
    })
    .await;
}

#[tokio::test]
async fn drafts_are_bounded_in_size_number_and_age() {
    on_both(async |world| {
        let large = "x".repeat(600 * 1024);
        assert_eq!(keep(world, Role::Plain, "clients-new/0", &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        for record in 1..=104 {
            tag(&keep(world, Role::Plain, &format!("clients-edit/{record}"), "words").await);
        }
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 100);
        world.set_clock(beginning() + TimeDelta::days(31));
        let cookie = cookie_of(&world.sign_in("plain", PASSWORD).await);
        let request = world.request("PUT", "/drafts/clients-new/0").header("sec-fetch-site", "same-origin");
        let request = request.header(header::COOKIE, cookie).body("notes=words".into()).unwrap();
        tag(&world.send(request).await);
        assert_eq!(world.number("SELECT count(*) FROM drafts"), 1, "what is older than a month is dropped");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_write_keeps_no_draft_and_no_draft_has_a_strange_name() {
    let world = World::sqlite();
    for (role, place, status) in [
        (Role::Anonymous, "clients-new/0", StatusCode::UNAUTHORIZED),
        (Role::ReadOnly, "clients-new/0", StatusCode::FORBIDDEN),
        (Role::Plain, "clients-new/x", StatusCode::NOT_FOUND),
        (Role::Plain, "Clients%20new/1", StatusCode::NOT_FOUND),
        (Role::Plain, "clients-new/0", StatusCode::OK),
    ] {
        assert_eq!(keep(&world, role, place, "words").await.status, status, "{role:?} {place}");
    }
    let get = world.get(Role::Plain, "/drafts/clients-new/0").await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    let fields = [("username", "newcomer"), ("password", "QXsecret")];
    world.put(Role::Admin, "/drafts/admin-users-new/0", &fields, None).await;
    assert_eq!(world.number("SELECT count(*) FROM drafts WHERE fields LIKE '%QXsecret%'"), 0, "no password is kept");
}
