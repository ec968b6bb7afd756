//! A client and the agenda as they stood at an earlier meeting, with the rights of today.

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};

use crate::world::{Role, World, beginning, on_both};

fn day(days: i64) -> NaiveDate {
    (beginning() + TimeDelta::days(days)).date()
}

fn set_day(world: &World, days: i64) {
    world.set_clock(beginning() + TimeDelta::days(days));
}

/// What a page says of the past, without the shell around it.
fn main_of(page: &str) -> &str {
    page.split("rt-past").nth(1).unwrap_or_else(|| panic!("it says that it is the past: {page}"))
}

async fn judge(world: &World, client: i64, priority: &str, status: &str) {
    let fields = [("client_priority", priority), ("client_status", status), ("relationship_notes", "Notes then.")];
    let fields = if priority == "Low" { &fields[..2] } else { &fields[..] };
    world.post(Role::Team, &format!("/clients/{client}/assessment"), fields).await.location();
}

async fn entry(world: &World, client: i64, words: &str) {
    let fields = [("meeting_date", &*world.days_ago(0)), ("next_steps", words)];
    world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await.location();
}

#[tokio::test]
async fn a_client_is_seen_as_it_stood_at_an_earlier_meeting() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let [plain, team] = [Role::Plain, Role::Team].map(|role| world.person(role).to_string());
        let fields = [("client_name", "Granite Power"), ("mpr_primary_poc", &*plain), ("client_type", "Utility")];
        let client = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        judge(world, client, "Strategic", "Active").await;
        let owners = [
            world.record("owners", &[("company_name", "Quasar Holdings")]).await.to_string(),
            world.record("owners", &[("company_name", "Pulsar Holdings")]).await.to_string(),
        ];
        let links = format!("/clients/{client}/links/owner");
        world.post(Role::Plain, &links, &[("owner_id", &owners[0])]).await.location();
        world.contact(Role::Plain, client, 3, &[("summary", "Spoke at the gate.")]).await;
        world.contact(Role::Plain, client, 4, &[("summary", "Spoke of a wrong thing.")]).await;
        world.contact(Role::Plain, client, 2, &[("summary", "Spoke on another day.")]).await;
        entry(world, client, "Send the first offer.").await;
        let due = day(10).to_string();
        for text in ["draw the site plan", "call the mayor"] {
            let fields = [("text", text), ("due_date", &*due)];
            world.post(Role::Team, &format!("/clients/{client}/action-items"), &fields).await.location();
        }
        let follow_up = [("summary", "Spoke of permits."), ("follow_up_date", &*due), ("follow_up_needed", "on")];
        world.contact(Role::Team, client, 2, &follow_up).await;
        let until = day(20).to_string();
        let pause = [("paused_until", &*until), ("pause_reason", "a merger")];
        world.post(Role::Team, &format!("/clients/{client}/pause"), &pause).await.location();
        let meeting = day(0);

        set_day(world, 30);
        let item = world.number("SELECT item_id FROM action_items WHERE text = 'call the mayor'");
        world.post(Role::Team, &format!("/action-items/{item}/done"), &[]).await.location();
        let later = [("text", "a later wish")];
        world.post(Role::Team, &format!("/clients/{client}/action-items"), &later).await.location();
        let fields = [("client_name", "Granite Energy"), ("mpr_primary_poc", &*team), ("client_type", "IPP")];
        world.post(Role::Plain, &format!("/clients/{client}/edit"), &fields).await.location();
        judge(world, client, "Low", "Cold").await;
        let link = world.number("SELECT relationship_id FROM client_owner_relationships");
        world.post(Role::Plain, &format!("{links}/{link}/delete"), &[]).await.location();
        world.post(Role::Plain, &links, &[("owner_id", &owners[1])]).await.location();
        let contact = world.number("SELECT contact_id FROM contact_log WHERE summary LIKE '%gate%'");
        let then = day(-3).to_string();
        let corrected = [("contact_date", &*then), ("contact_type", "Phone"), ("summary", "Spoke at the door.")];
        world.post(Role::Plain, &format!("/contacts/{contact}/edit"), &corrected).await.location();
        let other = world.number("SELECT contact_id FROM contact_log WHERE summary LIKE '%another%'");
        let later = day(20).to_string();
        let corrected = [("contact_date", &*later), ("contact_type", "Phone"), ("summary", "Spoke on that day.")];
        world.post(Role::Plain, &format!("/contacts/{other}/edit"), &corrected).await.location();
        let wrong = world.number("SELECT contact_id FROM contact_log WHERE summary LIKE '%wrong%'");
        world.post(Role::Admin, &format!("/contacts/{wrong}/delete"), &[]).await.location();
        // It was on the day before the meeting, but nobody had written it down.
        world.contact(Role::Plain, client, 31, &[("summary", "Written down late.")]).await;
        let id = world.number("SELECT history_id FROM roundtable_history");
        let words = [("meeting_date", &*meeting.to_string()), ("next_steps", "Send the other offer.")];
        world.post(Role::Team, &format!("/crm/entries/{id}/correction"), &words).await.location();

        let path = format!("/clients/{client}/as-of");
        let page = world.page(Role::Team, &format!("{path}?as_of={meeting}")).await;
        let past = main_of(&page);
        for words in [
            "This is the past",
            "Utility",
            "The plain person",
            "Strategic",
            "Active",
            "Notes then.",
            "Quasar Holdings",
            "Spoke at the gate.",
            "Spoke of a wrong thing.",
            "Spoke on another day.",
            "Send the first offer.",
            "draw the site plan, by 26 November 2026",
            "call the mayor",
            "until 6 December 2026: a merger",
        ] {
            assert!(past.contains(words), "{words} is missing in {past}");
        }
        for words in [
            "IPP",
            "Cold",
            "Pulsar",
            "at the door",
            "on that day",
            "Written down late",
            "other offer",
            "action=\"/contacts",
            "a later wish",
            "Overdue",
        ] {
            assert!(!past.contains(words), "{words} came later: {past}");
        }
        assert!(page.contains("Granite Power as of"), "the name it had: {page}");
        let now = world.page(Role::Team, &format!("{path}?as_of={}", day(30))).await;
        let now = main_of(&now);
        for words in
            ["IPP", "Cold", "Pulsar Holdings", "Spoke at the door.", "Written down late.", "Send the other offer."]
        {
            assert!(now.contains(words), "{words} is missing in {now}");
        }
        let before = world.page(Role::Team, &format!("{path}?as_of={}", day(-10))).await;
        assert!(before.contains("was not on record by then"), "{before}");
        assert_eq!(world.get(Role::Plain, &path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.get(Role::Team, "/clients/999999/as-of").await.status, StatusCode::NOT_FOUND);
        for query in ["as_of=x", "as_of=2199-01-01", "as_of="] {
            assert!(world.page(Role::Team, &format!("{path}?{query}")).await.contains("This is the past"), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_past_is_shown_with_the_rights_of_today() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let client = world.client("Granite Power").await;
        let owner = world.record("owners", &[("company_name", "Hidden Holdings")]).await.to_string();
        let fields = [("owner_id", &*owner), ("is_confidential", "on")];
        world.post(Role::Confidential, &format!("/clients/{client}/links/owner"), &fields).await.location();
        world.contact(Role::Plain, client, 2, &[("summary", "An open word.")]).await;
        let hidden = [("summary", "A word in private."), ("is_confidential", "on")];
        world.contact(Role::Confidential, client, 1, &hidden).await;
        let meeting = world.days_ago(0);
        world.set_clock(beginning() + TimeDelta::days(2));
        let contact = world.number("SELECT contact_id FROM contact_log WHERE NOT is_confidential");
        let then = day(-2).to_string();
        let marked = [
            ("contact_date", &*then),
            ("contact_type", "Phone"),
            ("summary", "An open word."),
            ("is_confidential", "on"),
        ];
        world.post(Role::Confidential, &format!("/contacts/{contact}/edit"), &marked).await.location();
        let link = world.number("SELECT relationship_id FROM client_owner_relationships");
        world.post(Role::Confidential, &format!("/clients/{client}/links/owner/{link}/delete"), &[]).await.location();
        let path = format!("/clients/{client}/as-of?as_of={meeting}");
        for (role, sees) in [(Role::Team, false), (Role::Admin, true)] {
            let page = world.page(role, &path).await;
            let past = main_of(&page);
            for words in ["An open word.", "A word in private.", "Hidden Holdings"] {
                assert_eq!(past.contains(words), sees, "{words} to {role:?}: {past}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_agenda_is_seen_as_it_was_at_an_earlier_meeting() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let mut clients = Vec::new();
        for (name, priority, status) in [
            ("Steady Power", "High", "Cold"),
            ("Fallen Power", "Strategic", "Active"),
            ("Risen Power", "Low", "Cold"),
            ("Put Away Power", "Medium", "Warm"),
        ] {
            let client = world.client(name).await;
            judge(world, client, priority, status).await;
            clients.push(client);
        }
        entry(world, clients[0], "Talk.").await;
        let meeting = day(0);
        set_day(world, 30);
        judge(world, clients[1], "Low", "Cold").await;
        judge(world, clients[2], "Strategic", "Active").await;
        let path = format!("/clients/{}/archive", clients[3]);
        world.post(Role::Plain, &path, &[("archived", "on")]).await.location();
        let newcomer = world.client("New Power").await;
        judge(world, newcomer, "Strategic", "Active").await;

        let told = async |query: String| {
            let page = world.page(Role::Team, &format!("/crm/as-of{query}")).await;
            let names = ["Steady Power", "Fallen Power", "Risen Power", "Put Away Power", "New Power"];
            let mut found: Vec<(usize, &str)> =
                names.into_iter().filter_map(|name| Some((main_of(&page).find(name)?, name))).collect();
            found.sort_unstable();
            found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        let then = ["Fallen Power", "Steady Power", "Put Away Power"];
        assert_eq!(told(format!("?as_of={meeting}")).await, then);
        assert_eq!(told(String::new()).await, then, "the last meeting, if no day is said");
        assert_eq!(told(format!("?as_of={}", day(30))).await, ["New Power", "Risen Power", "Steady Power"]);
        assert!(told(format!("?as_of={}", day(-5))).await.is_empty());
        assert_eq!(world.get(Role::Plain, "/crm/as-of").await.status, StatusCode::FORBIDDEN);

        let fields = [("title", "A round"), ("meeting_date", &*day(30).to_string())];
        let meeting = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
        world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
        let skip = "SELECT point_id FROM meeting_points JOIN clients USING (client_id) WHERE client_name = 'New Power'";
        let skipped = [("state", "Skipped"), ("skip_reason", "on leave")];
        let state = format!("/crm/points/{}/state", world.number(skip));
        world.post(Role::Team, &state, &skipped).await.location();
        world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        judge(world, newcomer, "Low", "Cold").await;
        set_day(world, 31);
        let page = world.page(Role::Team, "/crm/as-of").await;
        let past = main_of(&page);
        assert!(past.contains("A round") && past.contains("Skipped: on leave"), "of the meeting itself: {past}");
        let of_new = past.split("New Power").nth(1).expect("on its agenda").split("</tr>").next().unwrap();
        assert!(of_new.contains("Low"), "as it was judged when that day ended: {of_new}");
    })
    .await;
}
