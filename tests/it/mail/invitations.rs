//! Invitations: what calendars take in, what they take out again, and what mail does not say.

use chrono::{NaiveDateTime, TimeDelta};

use super::{no_digests, send, sent, way_out};
use crate::mail_server::{MailServer, Taken};
use crate::world::{Role, World, beginning, on_both_with};

/// The calendar in a mail, unfolded.
fn calendar(mail: &Taken, method: &str) -> Vec<String> {
    let part = mail.text.split("text/calendar").nth(1).expect("a calendar");
    assert!(part.starts_with(&format!("; charset=utf-8; method={method}")), "{part}");
    let text = part.split_once("\r\n\r\n").unwrap().1.split("\r\n--").next().unwrap();
    text.replace("=\r\n", "").replace("=3D", "=").replace("\r\n ", "").split("\r\n").map(ToOwned::to_owned).collect()
}

/// What a calendar is to do with the entry in a mail.
fn method(mail: &Taken) -> String {
    let part = mail.text.split("; method=").nth(1).expect("a calendar");
    part.split(|letter: char| !letter.is_ascii_uppercase()).next().unwrap().to_owned()
}

/// The value of a line of an entry.
fn value(lines: &[String], name: &str) -> String {
    let found = lines.iter().find_map(|line| line.strip_prefix(&format!("{name}:")));
    found.unwrap_or_else(|| panic!("no {name} in {lines:?}")).to_owned()
}

/// Sends what is due some minutes later; what the team's person gets, which is one mail or none.
fn mail_to_team(world: &World, server: &MailServer, minutes: i64) -> Option<Taken> {
    let now: NaiveDateTime = beginning() + TimeDelta::minutes(minutes);
    send(world);
    let mut mine: Vec<Taken> = server.taken().into_iter().filter(|mail| mail.to == ["team@mpr.example"]).collect();
    assert!(mine.len() < 2, "{mine:?}");
    world.set_clock(now);
    mine.pop()
}

#[tokio::test]
async fn who_is_invited_gets_an_entry_for_the_calendar() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let plain = world.person(Role::Plain).to_string();
        let [one, other] = [world.client("Granite Power").await, world.client("Basalt Works").await];
        let plan = [
            ("next_planned_contact_date", "2026-11-24"),
            ("next_planned_contact_type", "Video"),
            ("next_planned_contact_assigned_to", &*plain),
        ];
        world.post(Role::Team, &format!("/clients/{one}/contact"), &plan).await.location();
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        let lines = calendar(&mail, "REQUEST");
        for line in ["SUMMARY:Video with Granite Power", "DTSTART;VALUE=DATE:20261124", "METHOD:REQUEST"] {
            assert!(lines.iter().any(|one| one == line), "{line}: {lines:?}");
        }
        assert!(lines.iter().any(|line| line.starts_with("ATTENDEE;") && line.ends_with("mailto:plain@mpr.example")));
        way_out(&mail);
        world.post(Role::Team, &format!("/clients/{other}/contact"), &plan).await.location();
        assert_eq!(send(world), sent(1));
        server.taken();
        // Of several that one save plans, one mail.
        let many = [("client", one.to_string()), ("client", other.to_string())];
        let mut fields: Vec<(&str, &str)> = many.iter().map(|(name, id)| (*name, id.as_str())).collect();
        fields.push(("next_planned_contact_date", "2026-11-25"));
        world.post(Role::Team, "/clients/many", &fields).await.location();
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        assert_eq!(mail.field("Subject"), "Planned for you: 2 contacts");
        assert!(mail.plain().contains("with Basalt Works, 25 November 2026"), "{}", mail.plain());
        // Whoever it is taken from is told of each by itself, as their calendar takes them out.
        world.set_clock(beginning() + TimeDelta::minutes(1));
        let (team, held) = (world.person(Role::Team).to_string(), value(&lines, "SEQUENCE"));
        let handed =
            [("next_planned_contact_date", "2026-11-25"), plan[1], ("next_planned_contact_assigned_to", &*team)];
        for client in [one, other] {
            world.post(Role::Admin, &format!("/clients/{client}/contact"), &handed).await.location();
        }
        assert_eq!(send(world), sent(4));
        let mut off: Vec<Taken> = server.taken().into_iter().filter(|mail| mail.to == ["plain@mpr.example"]).collect();
        off.sort_by_key(|mail| mail.field("Subject"));
        let [basalt, granite] = &off[..] else { panic!("{off:?}") };
        assert!(basalt.plain().contains("not planned for you any more: Video with Basalt Works, 25 November 2026"));
        let entry = calendar(granite, "CANCEL");
        assert_eq!((value(&entry, "UID"), value(&entry, "STATUS")), (value(&lines, "UID"), "CANCELLED".into()));
        assert!(value(&entry, "SEQUENCE").parse::<i64>().unwrap() > held.parse().unwrap());
        // Taking that back, and whoever else made it, are told as well.
        let of_other = format!("table_name = 'clients' AND record_id = {other} ORDER BY audit_id DESC LIMIT 1");
        let change = world.number(&format!("SELECT change_id FROM audit_log WHERE {of_other}"));
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(send(world), sent(2));
        let mut told: Vec<(String, String)> =
            server.taken().iter().map(|mail| (mail.to.concat(), method(mail))).collect();
        told.sort();
        let [plain_told, team_told] = ["plain@mpr.example", "team@mpr.example"].map(ToOwned::to_owned);
        assert_eq!(told, [(plain_told, "REQUEST".into()), (team_told, "CANCEL".into())]);
        let made = [("contact_date", "2026-11-16"), ("contact_type", "Video"), ("planned_contact_made", "on")];
        world.post(Role::Team, &format!("/clients/{other}/contact"), &made).await.location();
        assert_eq!(send(world), sent(1));
        assert_eq!(method(&server.taken().remove(0)), "CANCEL");
        // What was made by whom it was planned for is told to nobody.
        world.post(Role::Team, &format!("/clients/{one}/contact"), &plan).await.location();
        assert_eq!(send(world), sent(1));
        server.taken();
        world.post(Role::Plain, &format!("/clients/{one}/contact"), &made).await.location();
        assert_eq!(send(world), sent(0));
        // Who plans for themselves is told nothing.
        world.post(Role::Plain, &format!("/clients/{one}/contact"), &plan).await.location();
        assert_eq!(send(world), sent(0));
    })
    .await;
}

#[tokio::test]
async fn mail_tells_of_no_meeting_unless_it_may() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let meeting = [("title", "ZQ November"), ("meeting_date", "2026-11-30")];
        let path = world.post(Role::Admin, "/crm/meetings/new", &meeting).await.location().to_owned();
        let asked = mail_to_team(world, &server, 1).expect("the team is invited");
        world.post(Role::Admin, &format!("{path}/delete"), &[]).await.location();
        let off = mail_to_team(world, &server, 2).expect("and told that it is off");
        assert_eq!(asked.field("Subject"), "You are invited");
        assert_eq!(off.field("Subject"), "You are not invited any more");
        for mail in [asked, off] {
            let said = mail.plain();
            for word in ["ZQ", "November", "eeting", "calendar"] {
                assert!(!said.contains(word) && !mail.text.contains("text/calendar"), "{word}: {}", mail.text);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_entry_follows_its_meeting_and_is_taken_out_with_it() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        world.post(Role::Admin, "/admin/settings", &[("mails_restricted", "on")]).await.location();
        let meeting = [("title", "ZQ November"), ("meeting_date", "2026-11-30")];
        let path = world.post(Role::Admin, "/crm/meetings/new", &meeting).await.location().to_owned();
        let first = calendar(&mail_to_team(world, &server, 1).expect("an invitation"), "REQUEST");
        assert_eq!(value(&first, "SUMMARY"), "ZQ November");

        let moved = [("title", "ZQ November"), ("meeting_date", "2026-12-01")];
        world.post(Role::Admin, &format!("{path}/edit"), &moved).await.location();
        let later = calendar(&mail_to_team(world, &server, 2).expect("the new day"), "REQUEST");
        assert_eq!(value(&later, "DTSTART;VALUE=DATE"), "20261201");

        // Of those who are invited one is taken off the list.
        let team = world.person(Role::Team).to_string();
        let everyone = world.texts("SELECT CAST(personnel_id AS TEXT) FROM meeting_attendees ORDER BY attendee_id");
        let but_one: Vec<(&str, &str)> =
            everyone.iter().filter(|one| **one != team).map(|one| ("invited", one.as_str())).collect();
        world.post(Role::Admin, &format!("{path}/attendees"), &but_one).await.location();
        let mail = mail_to_team(world, &server, 3).expect("a word that one is not invited");
        assert_eq!(mail.field("Subject"), "ZQ November");
        assert!(mail.plain().contains("not invited any more: ZQ November, 1 December 2026"), "{}", mail.plain());
        let off = calendar(&mail, "CANCEL");
        assert_eq!(value(&off, "METHOD"), "CANCEL");
        assert!(off.iter().any(|line| line.ends_with("mailto:team@mpr.example")), "{off:?}");
        assert!(!off.iter().any(|line| line.starts_with("STATUS")), "it is held, without them: {off:?}");

        // Taken back, they are invited again.
        let change = world.number("SELECT change_id FROM audit_log ORDER BY audit_id DESC LIMIT 1");
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        let again = calendar(&mail_to_team(world, &server, 4).expect("an invitation again"), "REQUEST");

        world.post(Role::Admin, &format!("{path}/delete"), &[]).await.location();
        let gone = calendar(&mail_to_team(world, &server, 5).expect("a word that it is off"), "CANCEL");
        assert_eq!(value(&gone, "STATUS"), "CANCELLED");
        let all = [&first, &later, &off, &again, &gone];
        let sequences = all.map(|lines| value(lines, "SEQUENCE").parse::<i32>().unwrap());
        assert!(sequences.is_sorted_by(|one, next| one < next), "{sequences:?}");
        assert!(all.iter().all(|lines| value(lines, "UID") == value(&first, "UID")));
        // What is over is cancelled by nobody.
        let path = world.post(Role::Admin, "/crm/meetings/new", &meeting).await.location().to_owned();
        mail_to_team(world, &server, 6).expect("an invitation");
        world.keep_sessions();
        world.set_clock(beginning() + TimeDelta::days(20));
        world.post(Role::Admin, &format!("{path}/delete"), &[]).await.location();
        assert!(mail_to_team(world, &server, 7).is_none());
    })
    .await;
}
