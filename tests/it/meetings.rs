//! Meetings: prepared with an agenda by rule, held one client after the other, closed for good.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::undo::message;
use crate::world::{Role, World, beginning, on_both};

async fn assessed(world: &World, name: &str, fields: &[(&str, &str)]) -> i64 {
    let id = world.client(name).await;
    world.post(Role::Team, &format!("/clients/{id}/assessment"), fields).await.location();
    id
}

async fn met(world: &World, client: i64) {
    world.contact(Role::Plain, client, 1, &[]).await;
}

async fn prepared(world: &World) -> String {
    let today = world.days_ago(0);
    let fields = [("title", "November round"), ("meeting_date", &*today)];
    world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned()
}

async fn entry(world: &World, client: i64, meeting: &str, words: &str) -> crate::world::Answer {
    let meeting = meeting.rsplit('/').next().unwrap();
    let fields = [("meeting_id", meeting), ("next_steps", words)];
    world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await
}

#[tokio::test]
async fn an_agenda_is_proposed_by_rule_and_says_why() {
    on_both(async |world| {
        let mut clients = Vec::new();
        for (name, fields) in [
            ("Fritz", vec![]),
            ("Emil", vec![("client_priority", "Medium"), ("relationship_strength", "At Risk")]),
            ("Gerd", vec![("client_priority", "Low"), ("client_status", "Cold")]),
            ("Dora", vec![("client_priority", "Low"), ("client_status", "Active")]),
            ("Bert", vec![("client_priority", "High"), ("client_status", "Cold")]),
            ("Anna", vec![("client_priority", "Strategic")]),
        ] {
            clients.push(assessed(world, name, &fields).await);
        }
        // Fritz was never contacted; Gerd is fine, and would come up only once two meetings went by without him.
        for client in &clients[1..] {
            met(world, *client).await;
        }
        let meeting = prepared(world).await;
        let page = world.page(Role::Team, &meeting).await;
        let places = ["Anna", "Bert", "Dora", "Fritz", "Emil"].map(|name| page.find(&format!(">{name}<")).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        for reason in ["Strategic", "High", "Active", "Never contacted", "At Risk"] {
            assert!(page.contains(&format!("<td>{reason}</td>")), "{reason}");
        }
        assert!(!page.contains("Gerd"));
        let pause = [("paused_until", &*world.days_ahead(9)), ("pause_reason", "a merger")];
        world.post(Role::Team, &format!("/clients/{}/pause", clients[0]), &pause).await.location();
        assert!(!world.page(Role::Team, &prepared(world).await).await.contains("Fritz"), "no contact is expected");
        for (role, sees) in [(Role::Team, true), (Role::Plain, false)] {
            let home = world.page(role, if sees { "/crm/dashboard" } else { "/clients" }).await;
            assert!(home.contains("Fritz"));
            assert_eq!(home.contains("Paused until 25 Nov 2026"), sees, "{role:?}: {home}");
        }
        for (days, name) in [(40, "Anna"), (10, "Bert")] {
            let client = clients[if name == "Anna" { 5 } else { 4 }];
            let fields = [("meeting_date", &*world.days_ago(days)), ("next_steps", "words")];
            world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await.location();
        }
        let page = world.page(Role::Team, &prepared(world).await).await;
        assert!(page.contains("Gerd") && page.contains("<td>Not discussed at the last two meetings</td>"));
    })
    .await;
}

#[tokio::test]
async fn whoever_starts_a_meeting_beside_another_is_told() {
    on_both(async |world| {
        let first = prepared(world).await;
        let alone = world.post(Role::Team, &format!("{first}/start"), &[]).await;
        assert_eq!(message(&alone), "November round is on.");
        let fields = [("title", "Second round"), ("meeting_date", &*world.days_ago(0))];
        let second = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
        let beside = world.post(Role::Team, &format!("{second}/start"), &[]).await;
        assert!(message(&beside).contains("November round is on as well"), "{}", message(&beside));
    })
    .await;
}

#[tokio::test]
async fn the_roundtable_is_where_the_meeting_is_on() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let meeting = prepared(world).await;
        let before = world.page(Role::Team, "/crm/roundtable").await;
        assert!(before.contains("<h1>November round</h1>") && before.contains(&format!("action=\"{meeting}/start\"")));
        for apart in ["?page=1".to_owned(), format!("?client={anna}")] {
            let now = world.page(Role::Team, &format!("/crm/roundtable{apart}")).await;
            assert!(now.contains(&format!("href=\"{meeting}\"")) && now.contains("0 of 1 done"), "{apart}: {now}");
        }
        world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
        let on = world.page(Role::Team, "/crm/roundtable").await;
        assert!(on.contains("November round") && on.contains("Running"));
        let id = meeting.rsplit('/').next().unwrap();
        assert!(on.contains(&format!("name=\"meeting_id\" value=\"{id}\"")), "the entry is one of the meeting");
        assert_eq!(entry(world, anna, &meeting, "call them").await.location(), format!("{meeting}?client={anna}"));
        assert!(world.page(Role::Team, &meeting).await.contains("1 of 1 done"));
        world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        assert!(!world.page(Role::Team, "/crm/roundtable").await.contains("November round"));
    })
    .await;
}

#[tokio::test]
async fn an_entry_of_a_meeting_leads_to_the_next_client_of_its_agenda() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let bert = assessed(world, "Bert", &[("client_priority", "Strategic")]).await;
        let meeting = prepared(world).await;
        let id = meeting.rsplit('/').next().unwrap();
        for (client, next) in [(anna, bert), (bert, bert)] {
            let fields = [("meeting_id", id), ("then", "next"), ("next_steps", "call")];
            let answer = world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await;
            assert_eq!(answer.location(), format!("{meeting}?client={next}"));
        }
        // Whoever comes up at the meeting is on its agenda from then on.
        let other = world.client("Zora").await;
        met(world, other).await;
        let second = prepared(world).await;
        assert!(!world.page(Role::Team, &second).await.contains("Zora"));
        entry(world, other, &second, "came up").await.location();
        assert!(world.page(Role::Team, &second).await.contains("Zora"));
    })
    .await;
}

#[tokio::test]
async fn a_closed_meeting_is_closed_for_good_and_its_entries_can_be_corrected() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let meeting = prepared(world).await;
        let early = world.post(Role::Team, &format!("{meeting}/close"), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "it was not held yet");
        world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
        entry(world, anna, &meeting, "first words").await.location();
        world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        for step in ["start", "close"] {
            let refused = world.post(Role::Team, &format!("{meeting}/{step}"), &[]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{step}");
        }
        let edited = [("title", "Other"), ("meeting_date", "2026-01-01")];
        assert_eq!(world.post(Role::Team, &format!("{meeting}/edit"), &edited).await.status, StatusCode::CONFLICT);
        let late = entry(world, anna, &meeting, "late words").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("late words") && !late.body.contains("name=\"meeting_id\""));
        let last = world.number("SELECT max(history_id) FROM roundtable_history");
        let better = [("meeting_date", &*world.days_ago(0)), ("next_steps", "better words")];
        let minutes = format!("{meeting}/minutes.md");
        assert!(!world.get(Role::Team, &minutes).await.body.contains("corrected"), "as it was said");
        world.set_clock(beginning() + TimeDelta::hours(1));
        world.post(Role::Team, &format!("/crm/entries/{last}/correction"), &better).await.location();
        let corrected = world.get(Role::Team, &minutes).await.body;
        assert!(corrected.contains("better words") && corrected.contains("min, corrected on "), "{corrected}");
        let of_meeting = "SELECT count(*) FROM roundtable_history WHERE meeting_id IS NOT NULL";
        assert_eq!(world.number(of_meeting), 2, "a correction stays with its meeting");
        for statement in [
            "UPDATE meetings SET title = 'other'",
            "DELETE FROM meetings",
            "UPDATE meeting_points SET reason = 'other'",
            "DELETE FROM meeting_points",
            "INSERT INTO meeting_attendees (meeting_id, personnel_id) SELECT meeting_id, 1 FROM meetings",
        ] {
            let error = world.try_execute(statement).unwrap_err().to_string();
            assert!(error.contains("closed for good"), "{statement}: {error}");
        }
        let error = world.try_execute("UPDATE roundtable_history SET meeting_id = NULL").unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_meeting_without_title_or_day_is_refused_and_one_that_is_missing_is_not_found() {
    on_both(async |world| {
        let untitled = [("title", " "), ("meeting_date", "some day"), ("minutes_each", "90")];
        let answer = world.post(Role::Team, "/crm/meetings/new", &untitled).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in [
            "Give the meeting a title.",
            "Enter a date as year-month-day",
            "Enter a whole number from 1 to 60.",
            "some day",
        ] {
            assert!(answer.body.contains(words), "{words}");
        }
        assert_eq!(world.number("SELECT count(*) FROM meetings"), 0);
        let anna = world.client("Anna").await;
        let nowhere = entry(world, anna, "/crm/meetings/999", "words").await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        for path in ["/crm/meetings/999", "/crm/meetings/x", "/crm/meetings/999/edit"] {
            assert_eq!(world.get(Role::Team, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_edited_and_whoever_comes_second_is_told() {
    on_both(async |world| {
        let meeting = prepared(world).await;
        let day = world.days_ahead(3);
        let fields = [("title", "December round"), ("meeting_date", &*day), ("minutes_each", "4"), ("version", "1")];
        world.post(Role::Team, &format!("{meeting}/edit"), &fields).await.location();
        let page = world.page(Role::Team, &meeting).await;
        assert!(page.contains("December round") && page.contains("in 3 days"));
        let second = [("title", "Other round"), ("meeting_date", &*day), ("version", "1")];
        let answer = world.post(Role::Team, &format!("{meeting}/edit"), &second).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("December round") && answer.body.contains("Other round"));
    })
    .await;
}

#[tokio::test]
async fn a_client_on_an_agenda_is_not_deleted() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let free = world.page(Role::Admin, &format!("/clients/{anna}/delete")).await;
        assert!(!free.contains("Meetings"));
        prepared(world).await;
        let named = [("client_name", "Anna")];
        let answer = world.post(Role::Admin, &format!("/clients/{anna}/delete"), &named).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("Meetings") && answer.body.contains("November round"));
    })
    .await;
}

async fn running(world: &World) -> String {
    let meeting = prepared(world).await;
    world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
    meeting
}

fn point(world: &World, meeting: &str, client: i64) -> String {
    let meeting = meeting.rsplit('/').next().unwrap();
    let find = format!("SELECT point_id FROM meeting_points WHERE meeting_id = {meeting} AND client_id = {client}");
    format!("/crm/points/{}", world.number(&find))
}

fn order(world: &World, meeting: &str) -> Vec<String> {
    let meeting = meeting.rsplit('/').next().unwrap();
    world.texts(&format!(
        "SELECT client_name FROM meeting_points JOIN clients USING (client_id) WHERE meeting_id = {meeting} \
         ORDER BY position"
    ))
}

#[tokio::test]
async fn a_meeting_is_deleted_before_it_is_held_and_never_after() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "High")]).await;
        assessed(world, "Bert", &[("client_priority", "High")]).await;
        let (planned, held) = (prepared(world).await, running(world).await);
        let page = world.page(Role::Team, &planned).await;
        assert!(page.contains(&format!("{planned}/delete")));
        assert!(!world.page(Role::ReadOnlyTeam, &planned).await.contains("/delete"));
        // A move has no message; its undo is in the history.
        let moved = [("step", "1")];
        world.post(Role::Team, &format!("{}/position", point(world, &planned, anna)), &moved).await.location();
        let find = "SELECT change_id FROM audit_log WHERE table_name = 'meeting_points' AND action = 'update'";
        let undo = format!("/changes/{}/undo", world.number(find));
        assert_eq!(order(world, &planned), ["Bert", "Anna"]);
        assert_eq!(world.post(Role::Team, &undo, &[]).await.location(), format!("{planned}/agenda"));
        assert_eq!(order(world, &planned), ["Anna", "Bert"]);

        let deleted = world.post(Role::Team, &format!("{planned}/delete"), &[]).await;
        assert_eq!(deleted.location(), "/crm/meetings");
        assert_eq!(world.get(Role::Team, &planned).await.status, StatusCode::NOT_FOUND);
        let path = format!("{}/state", point(world, &held, anna));
        let discussed = world.post(Role::Team, &path, &[("state", "Discussed")]).await;
        discussed.location();
        let refused = world.post(Role::Team, &format!("{held}/delete"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("held, at least in part"), "{}", refused.body);
        world.execute("UPDATE meetings SET status = 'Planned', started_date = NULL");
        entry(world, anna, &held, "said by Anna").await.location();
        let refused = world.post(Role::Team, &format!("{held}/delete"), &[]).await;
        assert!(refused.body.contains("held, at least in part"), "{}", refused.body);
        assert_eq!(order(world, &held), ["Anna", "Bert"]);
    })
    .await;
}

#[tokio::test]
async fn an_agenda_is_put_in_another_order_shortened_and_added_to() {
    on_both(async |world| {
        let mut clients = Vec::new();
        for name in ["Anna", "Bert", "Carl", "Dora"] {
            clients.push(assessed(world, name, &[("client_priority", "High")]).await);
        }
        let other = world.client("Quill Works").await;
        met(world, other).await;
        let meeting = prepared(world).await;
        let at = |client: usize| point(world, &meeting, clients[client]);
        let put = async |client: usize, name: &str, value: &str| {
            let answer = world.post(Role::Team, &format!("{}/position", at(client)), &[(name, value)]).await;
            assert_eq!(answer.location(), format!("{meeting}/agenda"));
            order(world, &meeting)
        };
        assert_eq!(put(0, "step", "1").await, ["Bert", "Anna", "Carl", "Dora"]);
        assert_eq!(put(3, "step", "-1").await, ["Bert", "Anna", "Dora", "Carl"]);
        assert_eq!(put(1, "step", "-1").await, ["Bert", "Anna", "Dora", "Carl"], "the first stays first");
        assert_eq!(put(2, "step", "1").await, ["Bert", "Anna", "Dora", "Carl"], "the last stays last");
        let bert = at(1).rsplit('/').next().unwrap().to_owned();
        assert_eq!(put(2, "before", &bert).await, ["Carl", "Bert", "Anna", "Dora"]);
        assert_eq!(put(1, "before", "").await, ["Carl", "Anna", "Dora", "Bert"]);
        // However often the same two change places, there is always room between them.
        for _ in 0..24 {
            put(0, "step", "1").await;
            put(3, "step", "1").await;
        }
        assert_eq!(order(world, &meeting), ["Carl", "Anna", "Dora", "Bert"]);
        world.post(Role::Team, &format!("{}/delete", at(3)), &[]).await.location();
        let (quill, words) = (other.to_string(), "asked for by the board");
        let added = [("client_id", &*quill), ("reason", words)];
        world.post(Role::Team, &format!("{meeting}/points"), &added).await.location();
        assert_eq!(order(world, &meeting), ["Carl", "Anna", "Bert", "Quill Works"]);
        let page = world.page(Role::Team, &format!("{meeting}/agenda")).await;
        assert!(page.contains(words) && !page.contains("Dora"));
        for (sent, message) in
            [(&*quill, "on the agenda already"), ("", "Choose the client"), ("77777", "Choose the client")]
        {
            let refused = world.post(Role::Team, &format!("{meeting}/points"), &[("client_id", sent)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(message), "{sent}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_point_is_discussed_or_skipped_with_a_reason_and_opened_again() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let bert = assessed(world, "Bert", &[("client_priority", "Strategic")]).await;
        let early = prepared(world).await;
        let state = async |meeting: &str, client: i64, fields: &[(&str, &str)]| {
            world.post(Role::Team, &format!("{}/state", point(world, meeting, client)), fields).await
        };
        assert_eq!(state(&early, anna, &[("state", "Discussed")]).await.status, StatusCode::CONFLICT, "not on yet");
        let meeting = running(world).await;
        let discussed = state(&meeting, anna, &[("state", "Discussed")]).await;
        assert_eq!(discussed.location(), format!("{meeting}?client={bert}"), "it goes on with who is open");
        for wrong in [&[("state", "Skipped")][..], &[("state", "Forgotten")], &[]] {
            assert_eq!(state(&meeting, bert, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
        state(&meeting, bert, &[("state", "Skipped"), ("skip_reason", "nothing new")]).await.location();
        let page = world.page(Role::Team, &format!("{meeting}/agenda")).await;
        assert!(page.contains("Skipped: nothing new") && page.contains("2 done"));
        let stays = world.post(Role::Team, &format!("{}/delete", point(world, &meeting, bert)), &[]).await;
        assert_eq!(stays.status, StatusCode::CONFLICT);
        state(&meeting, bert, &[("state", "Open")]).await.location();
        assert!(world.page(Role::Team, &meeting).await.contains("1 of 2 done"));
    })
    .await;
}

#[tokio::test]
async fn who_is_invited_and_who_came_is_noted() {
    on_both(async |world| {
        let meeting = prepared(world).await;
        let page = world.page(Role::Team, &meeting).await;
        assert!(page.contains("The team person"), "the NED Team is invited");
        let (team, plain) = (world.person(Role::Team).to_string(), world.person(Role::Plain).to_string());
        let fields = [("invited", &*team), ("present", &plain), ("present", "999999"), ("present", "x")];
        world.post(Role::Team, &format!("{meeting}/attendees"), &fields).await.location();
        let there = "SELECT count(*) FROM meeting_attendees";
        assert_eq!(world.number(there), 2);
        assert_eq!(world.number(&format!("{there} WHERE is_present AND personnel_id = {plain}")), 1);
        world.post(Role::Team, &format!("{meeting}/attendees"), &[("present", &team)]).await.location();
        assert_eq!(world.number(&format!("{there} WHERE is_present AND personnel_id = {team}")), 1);
        assert_eq!(world.number(there), 1);
    })
    .await;
}

#[tokio::test]
async fn who_is_invited_is_chosen_where_a_meeting_is_prepared_and_changed() {
    on_both(async |world| {
        let (team, plain) = (world.person(Role::Team).to_string(), world.person(Role::Plain).to_string());
        let today = world.days_ago(0);
        let ticked = |person: &str| format!("name=\"invited\" value=\"{person}\" checked");
        let form = world.page(Role::Team, "/crm/meetings/new").await;
        assert!(form.contains(&ticked(&team)) && !form.contains(&ticked(&plain)), "the NED Team is proposed: {form}");
        let invited = |meeting: &str| {
            let meeting = meeting.rsplit('/').next().unwrap();
            let who = "SELECT CAST(personnel_id AS TEXT) FROM meeting_attendees WHERE meeting_id =";
            world.texts(&format!("{who} {meeting} ORDER BY personnel_id"))
        };
        let begun = [("title", "Round"), ("meeting_date", &*today), ("invited", "")];
        let with = |people: &[&str]| {
            let people = people.iter().map(|person| ("invited".to_owned(), (*person).to_owned()));
            begun
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .chain(people)
                .collect::<Vec<_>>()
        };
        let post = async |path: &str, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            world.post(Role::Team, path, &fields).await
        };
        let meeting = post("/crm/meetings/new", with(&[&plain])).await.location().to_owned();
        assert_eq!(invited(&meeting), [&*plain]);
        post(&format!("{meeting}/attendees"), vec![("present".into(), plain.clone())]).await.location();

        let edit = format!("{meeting}/edit");
        let form = world.page(Role::Team, &edit).await;
        assert!(form.contains(&ticked(&plain)) && !form.contains(&ticked(&team)), "{form}");
        post(&edit, with(&[&plain, &team])).await.location();
        let came = format!("SELECT count(*) FROM meeting_attendees WHERE is_present AND personnel_id = {plain}");
        assert_eq!((invited(&meeting).len(), world.number(&came)), (2, 1), "who came stays noted");
        let refused = post(&edit, with(&[&team, "999999"])).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Choose active colleagues.") && refused.body.contains(&ticked(&team)));
        assert_eq!(invited(&meeting).len(), 2);
        post(&edit, with(&[])).await.location();
        assert!(invited(&meeting).is_empty(), "nobody is ticked");
        // A draft keeps each tick, and a form that was begun before someone came in is asked again.
        let both = [("title", "Half a title"), ("invited", ""), ("invited", &*team), ("invited", &*plain)];
        let place = format!("/drafts/crm-meetings-edit/{}", meeting.rsplit('/').next().unwrap());
        world.put(Role::Team, &place, &both, None).await;
        let form = world.page(Role::Team, &edit).await;
        assert!(form.contains("Half a title") && form.contains(&ticked(&team)) && form.contains(&ticked(&plain)));
        let begun = form.split("name=\"people\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        post(&format!("{meeting}/attendees"), vec![("present".into(), plain.clone())]).await.location();
        let late = [with(&[&team]), vec![("people".into(), begun), ("version".into(), "1".into())]].concat();
        assert_eq!(post(&edit, late).await.status, 409, "whoever came meanwhile is not lost");
        assert_eq!(invited(&meeting), [&*plain]);
        post(&edit, with(&[])).await.location();
        let silent = vec![("title".into(), "Round".into()), ("meeting_date".into(), today.clone())];
        post(&edit, silent).await.location();
        assert!(invited(&meeting).is_empty(), "a program that does not name them changes nothing");
    })
    .await;
}

/// The text of a PDF, as a reader that is not ours finds it.
fn text_of(pdf: &[u8]) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let read = Command::new("pdftotext").args(["-layout"]).arg(file.path()).arg("-").stderr(Stdio::inherit()).output();
    let read = read.expect("Debian's poppler-utils is installed");
    assert!(read.status.success());
    String::from_utf8(read.stdout).unwrap()
}

#[tokio::test]
async fn minutes_say_who_was_there_and_client_by_client_what_was_said() {
    on_both(async |world| {
        let anna = assessed(world, "Ånna & Söhne", &[("client_priority", "Strategic")]).await;
        let bert =
            assessed(world, "Bert", &[("client_priority", "Strategic"), ("relationship_notes", "secret plan")]).await;
        assessed(world, "Carl", &[("client_priority", "High")]).await;
        let meeting = running(world).await;
        let team = world.person(Role::Team).to_string();
        world.post(Role::Team, &format!("{meeting}/attendees"), &[("present", &team)]).await.location();
        let words = "# Call *them* <b>\n1. on [Monday](x)";
        entry(world, anna, &meeting, words).await.location();
        let lines = [
            ("meeting_id", meeting.rsplit('/').next().unwrap()),
            ("action_items", "The team person: send it by 2026-12-03"),
        ];
        world.post(Role::Team, &format!("/crm/roundtable/{anna}"), &lines).await.location();
        let skipped = [("state", "Skipped"), ("skip_reason", "nothing new")];
        world.post(Role::Team, &format!("{}/state", point(world, &meeting, bert)), &skipped).await.location();
        let judged = [("client_priority", "High")];
        world.post(Role::Team, &format!("/clients/{anna}/assessment"), &judged).await.location();
        let held = [("client_name", "Ånna & Söhne"), ("mpr_primary_poc", &*team)];
        world.post(Role::Plain, &format!("/clients/{anna}/edit"), &held).await.location();
        let planned = [("next_planned_contact_date", "2026-12-01")];
        world.post(Role::Plain, &format!("/clients/{anna}/contact"), &planned).await.location();
        let page = world.page(Role::Team, &format!("{meeting}/minutes")).await;
        for (label, decided) in [
            ("Priority", "Strategic → High"),
            ("Primary point of contact", "The team person"),
            ("Next contact", "1 December 2026"),
        ] {
            let told = format!("<dt>{label}</dt><dd>{decided}</dd>");
            assert!(page.replace("\n", "").replace("  ", "").contains(&told), "{told} in {page}");
        }
        for part in [
            "November round",
            "The team person",
            "&#60;b&#62;",
            "Skipped: nothing new",
            "Carl",
            "Not reached",
            "<h3>Assigned</h3>",
        ] {
            assert!(page.contains(part), "{part}");
        }
        let markdown = world.get(Role::Team, &format!("{meeting}/minutes.md")).await;
        assert_eq!(markdown.headers["content-type"], "text/markdown; charset=utf-8");
        assert!(markdown.body.contains("## Ånna \\& Söhne\n"));
        assert!(markdown.body.contains("\\# Call \\*them\\* \\<b\\>\\\n1\\. on \\[Monday\\](x)"), "{}", markdown.body);
        let pdf = world.get(Role::Team, &format!("{meeting}/minutes.pdf")).await;
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        let text = text_of(&pdf.bytes);
        for part in
            ["Minutes: November round", "The team person", "Ånna & Söhne", "# Call *them* <b>", "1. on [Monday](x)"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains("NED Team only") && text.contains("1 of 1") && !text.contains("secret plan"));
        let alone = world.page(Role::Team, &format!("{meeting}/minutes?client={bert}")).await;
        assert!(alone.contains("nothing new") && !alone.contains("Monday") && !alone.contains("Not reached"));
        assert!(alone.contains("<h1>Minutes: November round, Bert</h1>"), "{alone}");
        assert!(page.contains(&format!("href=\"{meeting}/minutes?client={bert}\"")), "the way there: {page}");
        for kind in ["md", "pdf"] {
            let alone = world.get(Role::Team, &format!("{meeting}/minutes.{kind}?client={bert}")).await;
            let text = if kind == "pdf" { text_of(&alone.bytes) } else { alone.body };
            assert!(text.contains("nothing new") && !text.contains("Monday"), "{kind}: {text}");
        }
        let later = world.post(Role::Team, &format!("{meeting}/close"), &[]).await;
        assert!(world.page(Role::Team, later.location()).await.contains(&format!("href=\"{meeting}/minutes\"")));
    })
    .await;
}

#[tokio::test]
async fn an_item_that_is_added_while_a_meeting_is_on_stands_in_its_minutes() {
    on_both(async |world| {
        let anna = assessed(world, "Anna", &[("client_priority", "Strategic")]).await;
        let meeting = running(world).await;
        let id = meeting.rsplit('/').next().unwrap();
        let page = world.page(Role::Team, &meeting).await;
        let form = page.split("data-inplace=\"action-items\"").nth(1).expect("the items of the client");
        assert!(form.contains(&format!("name=\"meeting_id\" value=\"{id}\"")), "{form}");
        let add = async |role, text: &str, meeting: &str| {
            let fields = [("text", text), ("is_open", "on"), ("meeting_id", meeting)];
            world.post(role, &format!("/clients/{anna}/action-items"), &fields).await.location();
        };
        add(Role::Team, "name a second analyst", id).await;
        let item = world.number("SELECT item_id FROM action_items WHERE text = 'name a second analyst'");
        let origin = format!("href=\"{meeting}/minutes?client={anna}\"");
        for (role, is_told) in [(Role::Team, true), (Role::Plain, false)] {
            let page = world.page(role, &format!("/action-items/{item}/edit")).await;
            assert_eq!(page.contains(&origin), is_told, "{role:?} is told where it comes from: {page}");
        }
        add(Role::Plain, "is not of the meeting", id).await;
        add(Role::Team, "of no meeting at all", "999999").await;
        world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        add(Role::Team, "after it was closed", id).await;
        for edition in ["", "?edition=open"] {
            let minutes = world.page(Role::Team, &format!("{meeting}/minutes{edition}")).await;
            // The open edition tells of clients that were discussed.
            assert_eq!(minutes.contains("name a second analyst"), edition.is_empty(), "{edition}: {minutes}");
            for words in ["is not of the meeting", "of no meeting", "after it was closed"] {
                assert!(!minutes.contains(words), "{words}: {minutes}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_open_edition_has_what_everyone_may_see_and_nothing_else() {
    on_both(async |world| {
        let team = world.person(Role::Team).to_string();
        let zora =
            assessed(world, "Zora Power", &[("client_priority", "Strategic"), ("relationship_notes", "secret plan")])
                .await;
        let anna = assessed(world, "Anna", &[("client_priority", "Low"), ("client_status", "Warm")]).await;
        let poc = [("client_name", "Zora Power"), ("mpr_primary_poc", &*team)];
        world.post(Role::Plain, &format!("/clients/{zora}/edit"), &poc).await.location();
        let meeting = running(world).await;
        for client in [zora, anna] {
            entry(world, client, &meeting, "words of the team").await.location();
        }
        let judged = [("client_priority", "High")];
        world.post(Role::Team, &format!("/clients/{anna}/assessment"), &judged).await.location();
        let pages = ["minutes", "minutes.md", "minutes.pdf"].map(|name| format!("{meeting}/{name}?edition=open"));
        for path in pages {
            let answer = world.get(Role::Team, &path).await;
            let text = match path.contains(".pdf") {
                true => text_of(&answer.bytes),
                // The shell around a page has words of its own.
                false => answer.body.split("<main").last().unwrap().split("</main>").next().unwrap().to_owned(),
            };
            let places = ["Anna", "Zora Power"].map(|name| text.find(name).unwrap());
            assert!(places.is_sorted(), "by name: an order by rank would tell it");
            assert!(text.contains("The team person") && text.contains("16 November 2026"), "{path}");
            for word in ["words of the team", "November round", "secret plan", "Strategic", "Warm", "Discussed", "High"]
            {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_brief_is_one_page_with_what_its_reader_may_see() {
    on_both(async |world| {
        let anna =
            assessed(world, "Anna", &[("client_priority", "Strategic"), ("relationship_notes", "secret plan")]).await;
        let long = "spoke of the siting study and of much else ".repeat(40);
        for days in 1..30 {
            let summary = if days == 29 { "ask for the licence" } else { &*long };
            let needed = if days == 29 { "on" } else { "" };
            world.contact(Role::Plain, anna, days, &[("summary", summary), ("follow_up_needed", needed)]).await;
        }
        world.contact(Role::Confidential, anna, 1, &[("summary", "hidden words"), ("is_confidential", "on")]).await;
        let vendor = world.record("vendors", &[("vendor_name", "Reactor Works")]).await.to_string();
        let design =
            world.record("technologies", &[("product_name", "RW-300"), ("vendor_id", &vendor)]).await.to_string();
        let project = world.record("projects", &[("project_name", "Cedar Bend")]).await.to_string();
        let supply = [("vendor_id", &*vendor), ("product_id", &design)];
        world.post(Role::Plain, &format!("/projects/{project}/links/vendor"), &supply).await.location();
        let link = [("project_id", &*project)];
        world.post(Role::Plain, &format!("/clients/{anna}/links/project"), &link).await.location();
        let item = [("text", "send the siting study"), ("is_open", "on")];
        world.post(Role::Plain, &format!("/clients/{anna}/action-items"), &item).await.location();
        let fields = [("meeting_date", &*world.days_ago(0)), ("next_steps", "words of the team")];
        world.post(Role::Team, &format!("/crm/roundtable/{anna}"), &fields).await.location();
        let brief = async |role| text_of(&world.get(role, &format!("/clients/{anna}/brief.pdf")).await.bytes);
        let open = brief(Role::Plain).await;
        for part in [
            "Anna",
            "siting study",
            "Cedar Bend → Reactor Works → RW-300",
            "send the siting study",
            "Follow-up, no date, The plain person: ask for the licence",
            "1 of 1",
        ] {
            assert!(open.contains(part), "{part} in {open}");
        }
        for word in ["secret plan", "Strategic", "words of the team", "hidden words"] {
            assert!(!open.contains(word), "{word}");
        }
        let of_team = brief(Role::Team).await;
        assert!(of_team.contains("secret plan") && of_team.contains("words of the team") && of_team.contains("1 of 1"));
        assert!(brief(Role::Confidential).await.contains("hidden words"));
        assert_eq!(world.get(Role::Plain, "/clients/999/brief.pdf").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
