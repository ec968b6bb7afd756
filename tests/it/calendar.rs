//! The calendar: months and weeks, moving what stands in them, and the file that other programs read.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::world::{Answer, Role, World, beginning, on_both};

/// A client with something of each kind on days that are given.
async fn plan(world: &World) -> i64 {
    let client = world.client("Granite Power").await;
    let fields = [
        ("summary", "asked; about, the site"),
        ("follow_up_needed", "on"),
        ("follow_up_date", "2026-11-20"),
        ("next_planned_contact_date", "2026-11-24"),
        ("next_planned_contact_type", "Video"),
    ];
    world.contact(Role::Plain, client, 1, &fields).await;
    let item = [("text", "send the offer"), ("due_date", "2026-11-26")];
    world.post(Role::Plain, &format!("/clients/{client}/action-items"), &item).await.location();
    let own = world.person(Role::Team).to_string();
    let hidden = [("text", "think it over"), ("assigned_to", &*own), ("due_date", "2026-11-27")];
    world.post(Role::Team, &format!("/clients/{client}/action-items"), &hidden).await.location();
    let meeting = [("title", "November"), ("meeting_date", "2026-11-30")];
    world.post(Role::Team, "/crm/meetings/new", &meeting).await.location();
    client
}

/// The words of each day of a page.
fn days(page: &str) -> BTreeMap<String, String> {
    let cells = page.split("data-day=\"").skip(1);
    let cell = |cell: &str| (cell[..10].to_owned(), cell.split("</td>").next().unwrap().to_owned());
    cells.map(cell).collect()
}

#[tokio::test]
async fn each_day_holds_what_its_reader_may_see() {
    on_both(async |world| {
        plan(world).await;
        let plain = days(&world.page(Role::Plain, "/calendar").await);
        assert_eq!(plain.len(), 42, "six whole weeks");
        assert!(plain["2026-11-20"].contains("Granite Power: asked; about, the site"));
        assert!(plain["2026-11-24"].contains("Granite Power: Video"));
        assert!(plain["2026-11-26"].contains("send the offer"));
        assert!(!plain["2026-11-27"].contains("entry") && !plain["2026-11-30"].contains("entry"));
        let team = days(&world.page(Role::Team, "/calendar?day=2026-11-01").await);
        assert!(team["2026-11-27"].contains("think it over") && team["2026-11-30"].contains("November"));
        let own = world.person(Role::Team);
        let own = days(&world.page(Role::Team, &format!("/calendar?view=week&day=2026-11-26&person={own}")).await);
        assert_eq!(own.keys().next().unwrap(), "2026-11-23");
        assert!(own["2026-11-27"].contains("think it over") && !own["2026-11-26"].contains("send the offer"));
        assert_eq!(own.len(), 7);
        let other = world.person(Role::Admin);
        let meeting = [("title", "Of two"), ("meeting_date", "2026-11-28"), ("invited", &*other.to_string())];
        world.post(Role::Team, "/crm/meetings/new", &meeting).await.location();
        let shown = async |who: &str| {
            let page = world.page(Role::Team, &format!("/calendar?day=2026-11-01{who}")).await;
            (days(&page)["2026-11-28"].contains("Of two"), days(&page)["2026-11-30"].contains("November"))
        };
        assert_eq!(shown("").await, (true, true), "of all");
        assert_eq!(shown(&format!("&person={other}")).await, (true, true), "to which they are asked, or all are");
        assert_eq!(shown(&format!("&person={}", world.person(Role::Team))).await, (false, true));
    })
    .await;
}

#[tokio::test]
async fn each_kind_is_moved_by_one_form() {
    on_both(async |world| {
        let client = plan(world).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let item = world.number("SELECT item_id FROM action_items WHERE is_open");
        let hidden = world.number("SELECT item_id FROM action_items WHERE NOT is_open");
        let entries = [
            format!("/follow-ups/{contact}"),
            format!("/clients/{client}"),
            format!("/action-items/{item}"),
            format!("/action-items/{hidden}"),
            "/crm/meetings/1".to_owned(),
        ];
        let shown = "view=week&day=2026-11-26";
        for (index, entry) in entries.iter().enumerate() {
            let fields = [("entry", entry.as_str()), ("day", "2026-12-02"), ("shown", shown)];
            let plain = world.post(Role::Plain, "/calendar/moves", &fields).await;
            assert_eq!(plain.status.as_u16(), if index < 3 { 303 } else { 404 }, "{entry}");
            let answer = world.post(Role::Team, "/calendar/moves", &fields).await;
            assert!(answer.location().starts_with("/calendar?view=week&day=2026-11-26#entry-"), "{entry}");
        }
        let moved = days(&world.page(Role::Team, "/calendar?day=2026-12-02&view=week").await);
        assert_eq!(moved["2026-12-02"].matches("<li>").count(), 5);
        for (entry, day) in [(&*entries[0], "2026-11-01"), (&*entries[0], "soon"), ("/users/1", "2026-12-03"), ("", "")]
        {
            let fields = [("entry", entry), ("day", day), ("shown", shown)];
            let refused = world.post(Role::Team, "/calendar/moves", &fields).await;
            assert_eq!(refused.status, 422, "{entry} {day}");
            assert!(refused.body.contains("data-error-summary"));
        }
    })
    .await;
}

/// The path of the address that an answer shows.
fn address_in(answer: &Answer) -> String {
    let start = answer.body.find("/calendar/").and_then(|_| answer.body.find(".ics")).expect("an address") - 40;
    format!("/calendar/{}", &answer.body[start..start + 44])
}

/// The lines of a calendar as they were before they were folded; each holds to the rules.
fn unfolded(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.body.ends_with("\r\n"));
    let mut lines: Vec<String> = Vec::new();
    for line in answer.body.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{line}");
        assert!(!line.contains(['\r', '\n', '\u{85}', '\u{2028}']), "a bare end of line in {line:?}");
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The values of a property, unescaped.
fn values(lines: &[String], name: &str) -> Vec<String> {
    let value = |line: &String| {
        let (property, value) = line.split_once(':')?;
        (property.split(';').next() == Some(name)).then(|| {
            let marked = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",");
            assert!(!marked.contains('\\'), "{value}");
            marked.replace('\0', "\\")
        })
    };
    lines.iter().filter_map(value).collect()
}

#[tokio::test]
async fn the_address_reads_with_the_rights_of_now_until_it_is_revoked() {
    on_both(async |world| {
        plan(world).await;
        let made = world.post(Role::Team, "/calendar/address", &[]).await;
        let path = address_in(&made);
        assert!(!world.page(Role::Team, "/calendar/address").await.contains(".ics"), "it is shown once");
        assert_eq!(world.texts("SELECT token_hash FROM calendar_addresses").len(), 1);
        assert!(!world.texts("SELECT token_hash FROM calendar_addresses")[0].contains(&path[10..50]));
        let feed = async || values(&unfolded(&world.get(Role::Anonymous, &path).await), "SUMMARY");
        assert_eq!(feed().await, ["Action item", "Meeting"], "restricted titles have no words of their own");
        let id = world.number("SELECT user_id FROM users WHERE username = 'team'");
        let account = [("username", "team"), ("full_name", "The team person"), ("email", "team@mpr.example")];
        let edit = format!("/admin/users/{id}/edit");
        world.post(Role::Admin, &edit, &[&account[..], &[("is_active", "on")]].concat()).await.location();
        assert!(feed().await.is_empty(), "a right that was taken away tells nothing any more");
        world.post(Role::Admin, &edit, &account).await.location();
        assert_eq!(world.get(Role::Anonymous, &path).await.status, 404, "an account that ended has no calendar");
        let back = [("is_active", "on"), ("is_ned_team", "on")];
        world.post(Role::Admin, &edit, &[&account[..], &back].concat()).await.location();
        let open =
            [("text", "think it over"), ("assigned_to", &*world.person(Role::Team).to_string()), ("is_open", "on")];
        let item = world.number("SELECT item_id FROM action_items WHERE NOT is_open");
        let open = [&open[..], &[("due_date", "2026-11-27")]].concat();
        world.post(Role::Admin, &format!("/action-items/{item}/edit"), &open).await.location();
        assert_eq!(feed().await, ["Granite Power: think it over", "Meeting"]);
        let wrong = format!("/calendar/{}.ics", "0".repeat(40));
        let missing = world.get(Role::Anonymous, &wrong).await;
        assert_eq!(missing.status, 404);
        assert_eq!(world.get(Role::Anonymous, "/calendar/x").await.body, missing.body);
    })
    .await;
    on_both(async |world| {
        plan(world).await;
        let first = address_in(&world.post(Role::Plain, "/calendar/address", &[]).await);
        let second = address_in(&world.post(Role::Plain, "/calendar/address", &[]).await);
        assert_eq!(world.get(Role::Anonymous, &first).await.status, 404, "a new one ends the old one");
        let summaries = values(&unfolded(&world.get(Role::Anonymous, &second).await), "SUMMARY");
        let expected = ["Follow up with Granite Power", "Video with Granite Power", "Granite Power: send the offer"];
        assert_eq!(summaries, expected);
        world.post(Role::Plain, "/calendar/address", &[("revoke", "on")]).await.location();
        assert_eq!(world.get(Role::Anonymous, &second).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn no_text_breaks_out_of_its_line() {
    on_both(async |world| {
        let client = world.client("Łódź; Power, \\ Light “& Söhne”").await;
        let text =
            "bare\rBEGIN:VEVENT\r\nSUMMARY:forged\u{2028}x\u{85}y\u{b}z \u{1}— ".to_owned() + &"żółw ".repeat(60);
        let item = [("text", text.as_str()), ("due_date", "2026-11-26")];
        world.post(Role::Plain, &format!("/clients/{client}/action-items"), &item).await.location();
        let path = address_in(&world.post(Role::Plain, "/calendar/address", &[]).await);
        let answer = world.get(Role::Anonymous, &path).await;
        let lines = unfolded(&answer);
        assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 1);
        let summary = values(&lines, "SUMMARY").remove(0);
        assert!(
            summary.starts_with("Łódź; Power, \\ Light “& Söhne”: bare\nBEGIN:VEVENT\nSUMMARY:forged\nx\ny\nz — żółw")
        );
        assert!(summary.ends_with("żółw") && summary.matches("żółw").count() == 60);
        if let Ok(folder) = std::env::var("ROUNDTABLE_CALENDAR_FOLDER") {
            std::fs::write(std::path::Path::new(&folder).join("feed.ics"), &answer.body).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_moved_entry_stays_itself_and_grows_in_sequence() {
    on_both(async |world| {
        plan(world).await;
        let path = address_in(&world.post(Role::Plain, "/calendar/address", &[]).await);
        let read = async || {
            let lines = unfolded(&world.get(Role::Anonymous, &path).await);
            let [ids, steps, days] = ["UID", "SEQUENCE", "DTSTART"].map(|name| values(&lines, name));
            ids.into_iter().zip(steps.into_iter().zip(days)).collect::<BTreeMap<_, _>>()
        };
        let before = read().await;
        let item = world.number("SELECT item_id FROM action_items WHERE is_open");
        let id = format!("item-{item}@roundtable.test");
        assert_eq!(before[&id], ("0".into(), "20261126".into()));
        world.set_clock(beginning() + TimeDelta::minutes(5));
        world.post(Role::Plain, &format!("/action-items/{item}/moved"), &[("due_date", "2026-12-01")]).await.location();
        assert_eq!(read().await[&id], ("1".into(), "20261201".into()));
        assert_eq!(read().await.len(), before.len());
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_for_the_team_and_names_those_who_are_invited() {
    on_both(async |world| {
        plan(world).await;
        let path = "/crm/meetings/1/invitation.ics";
        assert_eq!(world.get(Role::Plain, path).await.status, 403);
        assert_eq!(world.get(Role::Team, "/crm/meetings/999/invitation.ics").await.status, 404);
        let lines = unfolded(&world.get(Role::Team, path).await);
        assert_eq!(values(&lines, "SUMMARY"), ["November"]);
        assert_eq!(values(&lines, "DTSTART"), ["20261130"]);
        assert_eq!(values(&lines, "DTEND"), ["20261201"], "the end of a whole day is the next one");
        world.execute("UPDATE personnel SET email = 'admin@mpr.example' WHERE full_name = 'The admin person'");
        world.execute("UPDATE personnel SET email = 'team@mpr.example' WHERE full_name = 'The team person'");
        let invited = [("present", &*world.person(Role::Admin).to_string())];
        world.post(Role::Team, "/crm/meetings/1/attendees", &invited).await.location();
        let lines = unfolded(&world.get(Role::Team, path).await);
        assert_eq!(values(&lines, "METHOD"), ["REQUEST"]);
        for (name, person, address) in [
            ("ATTENDEE", "The admin person", "admin@mpr.example"),
            ("ORGANIZER", "The team person", "team@mpr.example"),
        ] {
            let is_named = |line: &String| {
                line.starts_with(name) && line.contains(person) && line.ends_with(&format!("mailto:{address}"))
            };
            assert!(lines.iter().any(is_named), "{name}: {lines:?}");
        }
    })
    .await;
}
