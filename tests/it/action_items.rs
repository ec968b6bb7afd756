//! Action items: made by form and from entries, done, dropped, moved, handed on, taken back; the team's unless open.

use chrono::TimeDelta;

use crate::undo::{message, offered};
use crate::world::{Answer, Role, World, beginning, on_both};

/// Adds an item to a client.
async fn add(world: &World, role: Role, client: i64, fields: &[(&str, &str)]) -> Answer {
    world.post(role, &format!("/clients/{client}/action-items"), fields).await
}

/// The item of that text.
fn item(world: &World, text: &str) -> i64 {
    world.number(&format!("SELECT item_id FROM action_items WHERE text = '{text}'"))
}

/// Where what the message of an answer tells of is taken back.
fn undo_of(answer: &Answer) -> String {
    format!("/changes/{}/undo", offered(answer).expect("the message offers an undo"))
}

fn states(world: &World) -> Vec<String> {
    world.texts("SELECT text || ' ' || item_state FROM action_items ORDER BY text")
}

#[tokio::test]
async fn an_item_stands_on_the_pages_of_its_client_and_of_whoever_does_it() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let plain = world.person(Role::Plain).to_string();
        let late = world.days_ago(3);
        let fields = [("text", "send the offer"), ("assigned_to", &*plain), ("due_date", &*late), ("is_open", "on")];
        assert_eq!(add(world, Role::Team, client, &fields).await.location(), format!("/clients/{client}"));
        let own = [("text", "ask about the site"), ("assigned_to", ""), ("due_date", "in 2 weeks")];
        add(world, Role::Plain, client, &own).await.location();
        for path in [format!("/clients/{client}"), "/my-work".into(), format!("/people/{plain}")] {
            let page = world.page(Role::Plain, &path).await;
            let (first, second) = (page.find("send the offer"), page.find("ask about the site"));
            assert!(first.unwrap() < second.unwrap(), "{path}: what is late comes first");
        }
        assert!(!world.page(Role::Team, "/my-work").await.contains("send the offer"));
        let id = item(world, "send the offer");
        world.post(Role::Plain, &format!("/action-items/{id}/done"), &[]).await.location();
        assert!(!world.page(Role::Plain, "/my-work").await.contains("send the offer"));
        let all = world.page(Role::Plain, &format!("/clients/{client}/action-items")).await;
        assert!(all.find("ask about the site") < all.find("send the offer"), "what is settled comes last");
        let timeline = world.page(Role::Plain, &format!("/clients/{client}/timeline")).await;
        assert!(timeline.contains("added the action item") && timeline.contains("did the action item"));
        let history = world.page(Role::Plain, &format!("/clients/{client}/history")).await;
        assert!(history.contains("did an action item"));
    })
    .await;
}

#[tokio::test]
async fn each_act_is_one_and_is_undone() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let [plain, other] = [Role::Plain, Role::Confidential].map(|role| world.person(role));
        add(world, Role::Plain, client, &[("text", "call them"), ("due_date", "2026-12-01")]).await.location();
        let path = format!("/action-items/{}", item(world, "call them"));
        let row = "SELECT item_state || ' ' || COALESCE(reason, '-') || ' ' || CAST(due_date AS TEXT) || ' ' || \
                   CAST(assigned_to AS TEXT) FROM action_items JOIN action_item_owners USING (item_id)";
        let row = || world.texts(row).remove(0);
        let before = format!("Open - 2026-12-01 {plain}");
        assert_eq!(row(), before);
        let name = "the confidential PERSON";
        for (act, fields, after) in [
            ("done", vec![], format!("Done - 2026-12-01 {plain}")),
            ("dropped", vec![("reason", "they merged")], format!("Dropped they merged 2026-12-01 {plain}")),
            ("moved", vec![("due_date", "2026-12-09")], format!("Open - 2026-12-09 {plain}")),
            ("handed-on", vec![("assigned_to", name)], format!("Open - 2026-12-01 {other}")),
        ] {
            let answer = world.post(Role::Plain, &format!("{path}/{act}"), &fields).await;
            assert_eq!(answer.location(), format!("/clients/{client}"), "{act}");
            assert_eq!(row(), after, "{act}");
            world.post(Role::Plain, &undo_of(&answer), &[]).await.location();
            assert_eq!(row(), before, "{act}");
        }
        for (act, fields) in [
            ("dropped", vec![("reason", " ")]),
            ("moved", vec![("due_date", "soon")]),
            ("handed-on", vec![("assigned_to", "Nobody")]),
            ("edit", vec![("text", "")]),
        ] {
            assert_eq!(world.post(Role::Plain, &format!("{path}/{act}"), &fields).await.status, 422, "{act}");
        }
        assert_eq!(row(), before);
        let answer = add(world, Role::Plain, client, &[("text", "one too many")]).await;
        world.post(Role::Plain, &undo_of(&answer), &[]).await.location();
        assert_eq!(states(world), ["call them Open"]);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_is_not_open_is_out_of_reach() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let own = world.person(Role::Team).to_string();
        add(world, Role::Team, client, &[("text", "think it over"), ("assigned_to", &own)]).await.location();
        let id = item(world, "think it over");
        assert!(world.page(Role::Team, &format!("/clients/{client}")).await.contains("think it over"));
        for path in ["", "/action-items", "/timeline", "/history"] {
            let page = world.page(Role::Plain, &format!("/clients/{client}{path}")).await;
            assert!(!page.contains("think it over") && !page.contains(" an action item"), "{path}");
        }
        assert!(!world.page(Role::Plain, &format!("/people/{own}")).await.contains("think it over"));
        for act in ["done", "dropped", "moved", "handed-on", "edit"] {
            let fields = [("reason", "x"), ("text", "x"), ("assigned_to", "1")];
            let hidden = world.post(Role::Plain, &format!("/action-items/{id}/{act}"), &fields).await;
            let missing = world.post(Role::Plain, &format!("/action-items/1/{act}"), &fields).await;
            assert_eq!((hidden.status.as_u16(), &hidden.body), (404, &missing.body), "{act}");
        }
        // Opened, it is everyone's; closed again, its history is the team's too.
        let open = [("text", "think it over"), ("assigned_to", &*own), ("is_open", "on")];
        let other = world.person(Role::Admin).to_string();
        let of_two = [&open[..], &[("assigned_to", &*other)]].concat();
        world.post(Role::Team, &format!("/action-items/{id}/edit"), &of_two).await.location();
        world.post(Role::Team, &format!("/action-items/{id}/edit"), &open).await.location();
        assert_eq!(world.number("SELECT count(*) FROM audit_log WHERE table_name = 'action_item_owners'"), 3);
        world.post(Role::Plain, &format!("/action-items/{id}/done"), &[]).await.location();
        let history = format!("/clients/{client}/history");
        assert!(world.page(Role::Plain, &history).await.contains("did an action item"));
        world.post(Role::Team, &format!("/action-items/{id}/edit"), &open[..2]).await.location();
        for path in ["", "/timeline", "/history"] {
            let page = world.page(Role::Plain, &format!("/clients/{client}{path}")).await;
            assert!(!page.contains(" an action item") && !page.contains("the action item"), "{path}");
        }
        assert!(world.page(Role::Team, &history).await.contains("did an action item"));
    })
    .await;
}

#[tokio::test]
async fn an_item_for_someone_outside_the_team_has_to_be_open() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let plain = world.person(Role::Plain).to_string();
        let fields = [("text", "send the offer"), ("assigned_to", &*plain), ("is_open", "on")];
        let refused = add(world, Role::Team, client, &fields[..2]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("is outside the NED Team"));
        add(world, Role::Team, client, &fields).await.location();
        let id = item(world, "send the offer");
        let hidden = world.post(Role::Team, &format!("/action-items/{id}/edit"), &fields[..2]).await;
        assert_eq!(hidden.status, 422);
        // Who is not of the team makes open items, whatever is sent, and hides none.
        let own = world.person(Role::Team).to_string();
        add(world, Role::Plain, client, &[("text", "by plain"), ("assigned_to", &own), ("is_open", "")])
            .await
            .location();
        let id = item(world, "by plain");
        let edited = [("text", "by plain again"), ("assigned_to", &*own)];
        world.post(Role::Plain, &format!("/action-items/{id}/edit"), &edited).await.location();
        assert_eq!(world.number("SELECT count(*) FROM action_items WHERE is_open"), 2);
        let team = [("text", "of the team"), ("assigned_to", &*own)];
        add(world, Role::Team, client, &team).await.location();
        let of_team = item(world, "of the team");
        let on =
            world.post(Role::Team, &format!("/action-items/{of_team}/handed-on"), &[("assigned_to", &plain)]).await;
        assert_eq!(on.status, 422);
    })
    .await;
}

#[tokio::test]
async fn the_lines_of_an_entry_become_items_which_an_undo_takes_back() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let text = "The team person: send the offer by 2026-12-04\nThe plain person: call them\nSay hello";
        let path = format!("/crm/roundtable/{client}");
        let lines = [("action_items", text)];
        let offered = world.post(Role::Team, &format!("{path}/recognised"), &lines).await.body;
        assert_eq!(offered.matches("type=\"checkbox\"").count(), 2);
        assert_eq!(offered.matches(" checked").count(), 1, "what would be open to everyone is to be ticked by hand");
        assert!(offered.contains("4 December 2026") && offered.contains("outside the NED Team"));
        let today = world.days_ago(0);
        let entry = [("meeting_date", &*today), ("action_items", text)];
        let answer = world.post(Role::Team, &path, &entry).await;
        assert_eq!(states(world), ["send the offer Open"]);
        assert_eq!(world.number("SELECT count(*) FROM action_items WHERE history_id IS NOT NULL AND NOT is_open"), 1);
        world.post(Role::Team, &undo_of(&answer), &[]).await.location();
        assert!(states(world).is_empty());
        assert_eq!(world.number("SELECT count(*) FROM roundtable_history"), 1, "the entry stays");
        // With ticks, what is ticked is made, and nothing else.
        let lines: Vec<&str> = text.lines().collect();
        let ticks = [("item_seen", lines[0]), ("item_seen", lines[1]), ("item", lines[1])];
        world.post(Role::Team, &path, &[&entry[..], &ticks].concat()).await.location();
        assert_eq!(states(world), ["call them Open"]);
        assert_eq!(world.number("SELECT count(*) FROM action_items WHERE is_open"), 1);
        // Nobody outside the team learns where it comes from.
        let history = world.page(Role::Plain, &format!("/clients/{client}/history")).await;
        assert!(history.contains("call them") && !history.contains("comes from"));
        // A correction makes what is new in it.
        let version = world.number("SELECT max(history_id) FROM roundtable_history");
        let more = format!("{text}\nThe team person: write to them");
        let corrected = [("meeting_date", &*today), ("action_items", &more)];
        world.post(Role::Team, &format!("/crm/entries/{version}/correction"), &corrected).await.location();
        assert_eq!(states(world), ["call them Open", "write to them Open"]);
        // Who was seen and not ticked is said to be left.
        let seen_alone = [("action_items", lines[1]), ("item_seen", lines[1])];
        let left = world.post(Role::Team, &path, &[&entry[..1], &seen_alone[..]].concat()).await;
        assert!(
            message(&left).contains("A line for someone outside the NED Team was not ticked"),
            "{}",
            message(&left)
        );
        assert_eq!(states(world), ["call them Open", "write to them Open"]);
    })
    .await;
}

#[tokio::test]
async fn follow_ups_and_plans_are_moved_and_handed_on() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let other = world.person(Role::Team);
        let planned = [("follow_up_needed", "on"), ("next_planned_contact_date", "2026-12-01")];
        world.contact(Role::Plain, client, 1, &planned).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let (follow_up, plan) = (format!("/follow-ups/{contact}"), format!("/clients/{client}/planned-contact"));
        let of_follow_up =
            "SELECT CAST(follow_up_date AS TEXT) || ' ' || CAST(follow_up_assigned_to AS TEXT) FROM contact_log";
        let of_plan = "SELECT CAST(next_planned_contact_date AS TEXT) || ' ' || \
                       CAST(next_planned_contact_assigned_to AS TEXT) FROM clients";
        let day = ("follow_up_date", "2026-12-24");
        world.post(Role::Plain, &format!("{follow_up}/moved"), &[day]).await.location();
        let name = ("follow_up_assigned_to", "The team person");
        let answer = world.post(Role::Plain, &format!("{follow_up}/handed-on"), &[name]).await;
        assert_eq!(world.texts(of_follow_up), [format!("2026-12-24 {other}")]);
        world.post(Role::Plain, &undo_of(&answer), &[]).await.location();
        assert_eq!(world.texts(of_follow_up), [format!("2026-12-24 {}", world.person(Role::Plain))]);
        world.post(Role::Plain, &plan, &[("next_planned_contact_date", "2026-12-24")]).await.location();
        let to = other.to_string();
        world.post(Role::Plain, &plan, &[("next_planned_contact_assigned_to", &to)]).await.location();
        assert_eq!(world.texts(of_plan), [format!("2026-12-24 {other}")]);
        let past = [("follow_up_date", "2026-01-01"), ("next_planned_contact_date", "2026-01-01")];
        for path in [format!("{follow_up}/moved"), plan] {
            assert_eq!(world.post(Role::Plain, &path, &past).await.status, 422, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_handover_takes_items_along_and_a_merge_keeps_them() {
    on_both(async |world| {
        let [one, other] = [world.client("Granite Power").await, world.client("Slate Energy").await];
        let [plain, team] = [Role::Plain, Role::Team].map(|role| world.person(role));
        add(world, Role::Plain, one, &[("text", "call them")]).await.location();
        let id = item(world, "call them").to_string();
        let given = [("successor", &*team.to_string()), ("action_item", &*id)];
        world.post(Role::Plain, &format!("/people/{plain}/handover"), &given).await.location();
        assert_eq!(world.number("SELECT assigned_to FROM action_item_owners"), team);
        world.set_clock(beginning() + TimeDelta::minutes(1));
        world.post(Role::Admin, &format!("/clients/{other}/merge"), &[("other", &one.to_string())]).await.location();
        assert_eq!(world.number("SELECT client_id FROM action_items"), other);
        assert!(world.page(Role::Plain, &format!("/clients/{other}")).await.contains("call them"));
        let held = world.post(Role::Admin, &format!("/clients/{other}/delete"), &[]).await;
        assert_eq!(held.status, 409);
        assert!(held.body.contains("Action items"));
    })
    .await;
}

#[tokio::test]
async fn an_open_item_is_carried_over_to_the_next_meeting_with_how_often_it_was() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let assessment = [("client_priority", "Strategic")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &assessment).await.location();
        add(world, Role::Team, client, &[("text", "think it over"), ("due_date", "2026-11-10")]).await.location();
        let mut seen = Vec::new();
        for number in 1..=3 {
            world.set_clock(beginning() + TimeDelta::minutes(10 * number));
            let fields = [("title", "A meeting"), ("meeting_date", &*world.days_ago(0))];
            let meeting = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
            let page = world.page(Role::Team, &format!("{meeting}?client={client}")).await;
            assert!(page.contains("think it over"));
            seen.push(["carried over", "carried over once", "carried over 2 times"].map(|words| page.contains(words)));
            world.set_clock(beginning() + TimeDelta::minutes(10 * number + 5));
            world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        }
        assert_eq!(seen, [[false, false, false], [true, true, false], [true, false, true]]);
        assert!(!world.page(Role::Plain, &format!("/clients/{client}")).await.contains("carried"));
    })
    .await;
}

#[tokio::test]
async fn what_is_still_to_be_done_stands_where_the_next_meeting_is_prepared() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let path = format!("/clients/{client}/action-items");
        let plain = world.person(Role::Plain).to_string();
        for text in ["send the offer", "call the board"] {
            let item = [("text", text), ("assigned_to", &*plain), ("is_open", "on")];
            world.post(Role::Plain, &path, &item).await.location();
        }
        world.set_clock(beginning() + TimeDelta::minutes(5));
        let meet = async |title: &str| {
            let fields = [("title", title), ("meeting_date", &*world.days_ago(0))];
            let address = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            address.split("/agenda").next().unwrap().to_owned()
        };
        let first = meet("October").await;
        for step in ["start", "close"] {
            world.post(Role::Team, &format!("{first}/{step}"), &[]).await.location();
        }
        let done = world.number("SELECT item_id FROM action_items WHERE text = 'call the board'");
        world.post(Role::Plain, &format!("/action-items/{done}/done"), &[]).await.location();
        let prepared = world.page(Role::Team, &meet("November").await).await;
        let open =
            prepared.split("id=\"open-title\"").nth(1).expect("what is open").split("</section>").next().unwrap();
        assert!(open.contains("send the offer") && open.contains("carried over once"), "{open}");
        assert!(!open.contains("call the board"), "{open}");
        assert!(!world.page(Role::Team, &first).await.contains("id=\"open-title\""), "it is over");
        for (role, is_told) in [(Role::Team, true), (Role::Plain, false)] {
            let list = world.page(role, &format!("/action-items?person={plain}")).await;
            assert!(list.contains("send the offer") && !list.contains("call the board"), "{role:?}: {list}");
            assert_eq!(list.contains("carried over once"), is_told, "{role:?}: {list}");
        }
        let file = world.get(Role::Plain, "/action-items.csv").await.body;
        assert!(file.contains("Granite Power,send the offer,The plain person,"), "{file}");
    })
    .await;
}
