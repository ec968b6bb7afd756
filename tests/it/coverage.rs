//! Coverage: what clients lack, who carries what, each number a link to as many rows.

use axum::http::StatusCode;
use chrono::Days;

use crate::world::{Role, World, beginning, on_both};

/// The number of a figure, and the clients on the page to which it leads.
async fn lacking(world: &World, role: Role, path: &str) -> (i64, Vec<String>) {
    let coverage = world.page(role, "/crm/coverage").await;
    let figure = coverage.split(&format!("href=\"{path}\"><strong>")).nth(1).unwrap_or_else(|| panic!("{path}"));
    let number = figure.split('<').next().unwrap().parse().unwrap();
    let dashboard = world.page(role, "/crm/dashboard").await;
    assert!(dashboard.contains(&format!("href=\"{path}\"><strong>{number}</strong>")), "{path} on the dashboard");
    let page = world.page(role, path).await;
    let rows = page.split("<td class=\"rt-cell-main\"><a ").skip(1);
    let names = rows.map(|row| row.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned());
    (number, names.collect())
}

fn rows(names: &[&str]) -> (i64, Vec<String>) {
    (i64::try_from(names.len()).unwrap(), names.iter().map(|name| (*name).to_owned()).collect())
}

#[tokio::test]
async fn clients_without_a_colleague_or_a_plan_are_told() {
    on_both(async |world| {
        let poc = world.person(Role::Plain).to_string();
        for (name, field) in [("Alpha", "mpr_primary_poc"), ("Beta", "mpr_secondary_poc"), ("Gamma", "notes")] {
            world.post(Role::Plain, "/clients/new", &[("client_name", name), (field, &*poc)]).await.location();
        }
        assert_eq!(lacking(world, Role::Team, "/crm/coverage/unheld").await, rows(&["Gamma"]));
        let id = world.number("SELECT client_id FROM clients WHERE client_name = 'Beta'");
        let plan = [("next_planned_contact_date", &*world.days_ahead(4))];
        world.contact(Role::Plain, id, 1, &plan).await;
        assert_eq!(lacking(world, Role::Team, "/crm/coverage/unplanned").await, rows(&["Alpha", "Gamma"]));
        let archived = world.number("SELECT client_id FROM clients WHERE client_name = 'Gamma'");
        world.post(Role::Plain, &format!("/clients/{archived}/archive"), &[("archived", "on")]).await.location();
        assert_eq!(lacking(world, Role::Team, "/crm/coverage/unheld").await, rows(&[]));
        let narrowed = world.page(Role::Team, "/crm/coverage/unplanned?search=beta").await;
        assert!(!narrowed.contains(">Alpha<") && narrowed.contains("action=\"/crm/coverage/unplanned\""));
    })
    .await;
}

#[tokio::test]
async fn contact_persons_are_counted_as_far_as_one_may_see_them() {
    on_both(async |world| {
        let external = [("personnel_type", "External"), ("is_active", "on")];
        let mut people = Vec::new();
        for name in ["Jane Feldspar", "Ida Mica"] {
            people.push(world.record("people", &[&[("full_name", name)], &external[..]].concat()).await.to_string());
        }
        let link = async |role, client: i64, person: &str, more: &[(&str, &str)]| {
            let path = format!("/clients/{client}/links/personnel");
            world.post(role, &path, &[&[("personnel_id", person)], more].concat()).await.location();
        };
        let (one, two) = (world.client("One").await, world.client("Two").await);
        world.client("None").await;
        link(Role::Plain, one, &people[0], &[]).await;
        link(Role::Plain, two, &people[0], &[]).await;
        link(Role::Confidential, two, &people[1], &[("is_confidential", "on")]).await;
        let path = "/crm/coverage/one-person";
        assert_eq!(lacking(world, Role::Team, path).await, rows(&["One", "Two"]), "the other is not theirs to know");
        assert_eq!(lacking(world, Role::Admin, path).await, rows(&["One"]));
        link(Role::Plain, one, &people[1], &[]).await;
        assert_eq!(lacking(world, Role::Team, path).await, rows(&["Two"]));
        let gone = world.number(&format!(
            "SELECT min(relationship_id) FROM client_personnel_relationships WHERE client_id = {one}"
        ));
        world.post(Role::Plain, &format!("/clients/{one}/links/personnel/{gone}/delete"), &[]).await.location();
        assert_eq!(lacking(world, Role::Team, path).await, rows(&["One", "Two"]));
    })
    .await;
}

#[tokio::test]
async fn who_was_judged_longest_ago_comes_first() {
    on_both(async |world| {
        let judge = async |name: &str, days: u64| {
            world.set_clock(beginning() - Days::new(days));
            let id = world.client(name).await;
            let fields = [("client_priority", "High")];
            world.post(Role::Team, &format!("/clients/{id}/assessment"), &fields).await.location();
        };
        judge("Long ago", 300).await;
        judge("Of late", 100).await;
        judge("Longest ago", 400).await;
        world.set_clock(beginning());
        world.client("Never").await;
        let found = lacking(world, Role::Team, "/crm/coverage/unjudged").await;
        assert_eq!(found, rows(&["Never", "Longest ago", "Long ago"]));
        let turned = world.page(Role::Team, "/crm/coverage/unjudged?sort=-judged").await;
        assert!(turned.find(">Long ago<").unwrap() < turned.find(">Never</a>").unwrap());
        assert!(turned.contains("300 days ago") && turned.contains("aria-sort=\"descending\""));
        let often = world.number("SELECT client_id FROM clients WHERE client_name = 'Of late'");
        for day in [20, 10] {
            let entry = [("meeting_date", &*world.days_ago(day)), ("next_steps", "words")];
            world.post(Role::Team, &format!("/crm/roundtable/{often}"), &entry).await.location();
        }
        let heading = |page: &str, label: &str| {
            let head = page.split("<th ").skip(1).find(|head| head.contains(&format!(">{label}</a>")));
            let head = head.unwrap_or_else(|| panic!("no heading {label}: {page}"));
            let link = head.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
            (head.contains("aria-sort=\"ascending\""), link)
        };
        for (path, usual) in [
            ("/crm/coverage/unjudged", "Judged"),
            ("/crm/coverage/undiscussed", "Discussed"),
            ("/crm/dashboard", "Attention"),
        ] {
            let page = world.page(Role::Team, path).await;
            assert!(heading(&page, usual).0, "{path} begins by {usual}");
            let (is_sorted, by_name) = heading(&page, "Client");
            assert!(!is_sorted, "{path}");
            let by_name = world.page(Role::Team, &by_name).await;
            assert!(heading(&by_name, "Client").0 && !heading(&by_name, usual).0, "{path} by name");
            assert_eq!(heading(&by_name, usual).1, path, "back to where it began");
            let rows = by_name.rsplit("<tbody>").next().unwrap().split("<td class=\"rt-cell-main\"><a ").skip(1);
            let names: Vec<_> = rows.map(|row| row.split('>').nth(1).unwrap().split('<').next().unwrap()).collect();
            assert!(names.is_sorted() && names.len() > 2, "{path}: {names:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_was_missed_at_two_meetings_is_told_by_what_became_of_the_points() {
    on_both(async |world| {
        let path = "/crm/coverage/undiscussed";
        let mut ids = Vec::new();
        for name in ["Spoken of", "Skipped", "Written about", "Written at", "Taken back", "Left"] {
            let id = world.client(name).await;
            world.contact(Role::Plain, id, 1, &[]).await;
            ids.push(id);
        }
        let [spoken, skipped, about, at, taken_back, _left] = ids[..] else { panic!() };
        let proposed = async || {
            let fields = [("title", "Next round"), ("meeting_date", &*world.days_ahead(3))];
            let next = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            let find = format!(
                "SELECT client_name FROM meeting_points JOIN clients USING (client_id) WHERE meeting_id = {} \
                 AND reason = 'Not discussed at the last two meetings' ORDER BY client_name",
                next.rsplit('/').next().unwrap()
            );
            world.texts(&find)
        };
        let entry = async |client: i64, fields: &[(&str, &str)]| {
            let words = [fields, &[("next_steps", "words")]].concat();
            world.post(Role::Team, &format!("/crm/roundtable/{client}"), &words).await.location();
        };
        let hold = async |days: u64| {
            let day = world.days_ago(days);
            let fields = [("title", "Round"), ("meeting_date", &*day)];
            let meeting = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
            meeting
        };
        let point = async |meeting: &str, client: i64, state: &[(&str, &str)]| {
            let id = meeting.rsplit('/').next().unwrap();
            let find = format!("SELECT point_id FROM meeting_points WHERE meeting_id = {id} AND client_id = {client}");
            if world.texts(&find.replace("point_id", "CAST(point_id AS TEXT)")).is_empty() {
                let client = client.to_string();
                world.post(Role::Team, &format!("{meeting}/points"), &[("client_id", &*client)]).await.location();
            }
            world.post(Role::Team, &format!("/crm/points/{}/state", world.number(&find)), state).await.location();
        };
        let first = hold(40).await;
        point(&first, skipped, &[("state", "Skipped"), ("skip_reason", "no news")]).await;
        point(&first, spoken, &[("state", "Discussed")]).await;
        let of_first = [("meeting_id", first.rsplit('/').next().unwrap())];
        entry(at, &of_first).await;
        entry(taken_back, &of_first).await;
        point(&first, taken_back, &[("state", "Skipped"), ("skip_reason", "another day")]).await;
        world.post(Role::Team, &format!("{first}/close"), &[]).await.location();
        assert_eq!(lacking(world, Role::Team, path).await, rows(&[]), "one meeting, nobody was missed twice");
        assert_eq!(proposed().await, [""; 0]);
        let second = hold(10).await;
        assert_eq!(lacking(world, Role::Team, path).await, rows(&[]), "it is not held yet");
        world.post(Role::Team, &format!("{second}/close"), &[]).await.location();
        // What is written of one client alone, on a day between, is no meeting at which the others were missed.
        entry(about, &[("meeting_date", &*world.days_ago(5))]).await;
        let missed = rows(&["Left", "Skipped", "Taken back"]);
        assert_eq!(lacking(world, Role::Team, path).await, missed);
        assert_eq!(proposed().await, missed.1, "the agenda counts as the coverage does");
        hold(2).await;
        assert_eq!(lacking(world, Role::Team, path).await, missed, "nor does one count that goes on");
    })
    .await;
}

#[tokio::test]
async fn each_colleague_has_a_line_whose_numbers_lead_to_as_many_rows() {
    on_both(async |world| {
        let (plain, team) = (world.person(Role::Plain).to_string(), world.person(Role::Team).to_string());
        let mut ids = Vec::new();
        for (name, primary, secondary) in [("One", &plain, &team), ("Two", &plain, &team), ("Three", &team, &plain)] {
            let fields = [("client_name", name), ("mpr_primary_poc", primary), ("mpr_secondary_poc", secondary)];
            ids.push(world.post(Role::Plain, "/clients/new", &fields).await.new_id());
        }
        let (soon, later) = (world.days_ahead(2), world.days_ahead(3));
        let plan = [("next_planned_contact_date", &*soon), ("next_planned_contact_assigned_to", &*plain)];
        world.contact(Role::Plain, ids[0], 1, &plan).await;
        let promise = [("follow_up_needed", "on"), ("follow_up_date", &*later), ("follow_up_assigned_to", &*plain)];
        world.contact(Role::Plain, ids[1], 1, &promise).await;
        world.contact(Role::Confidential, ids[2], 1, &[&promise[..], &[("is_confidential", "on")]].concat()).await;
        let item = |text| [("text", text), ("assigned_to", &*plain), ("is_open", "on")];
        world.post(Role::Plain, &format!("/clients/{}/action-items", ids[0]), &item("ask them")).await.location();
        let hidden = &item("think of it")[..2];
        let refused = world.post(Role::Team, &format!("/clients/{}/action-items", ids[0]), hidden).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "they could not see it");
        for (role, follow_ups) in [(Role::Team, 1), (Role::Admin, 2)] {
            let page = world.page(role, "/crm/coverage").await;
            for (address, number) in [
                (format!("/crm/poc/{plain}?role=primary"), 2),
                (format!("/crm/poc/{plain}?role=secondary"), 1),
                (format!("/planned-contacts?person={plain}"), 1),
                (format!("/follow-ups?person={plain}"), follow_ups),
                (format!("/planned-contacts?person={team}"), 0),
                (format!("/action-items?person={plain}"), 1),
                (format!("/action-items?person={team}"), 0),
            ] {
                assert!(page.contains(&format!("href=\"{address}\">{number}</a>")), "{role:?} {address}");
                let rows = world.page(role, &address).await;
                let shown = match address.starts_with("/crm") {
                    true => rows.matches("<tr class=\"rt-row-").count(),
                    false if address.starts_with("/action") => rows.matches("<li class=\"rt-todo").count(),
                    false => rows.matches("class=\"rt-coming-name\"").count(),
                };
                assert_eq!(shown, number, "{role:?} {address}");
            }
        }
        for path in ["/planned-contacts?person=999999", "/follow-ups?person=999999", "/action-items?person=999999"] {
            assert_eq!(world.get(Role::Plain, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}
