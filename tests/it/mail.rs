//! Mail: who is told what, when, and how the queue holds out against servers that refuse, stall and hang up.

mod digests;
mod exim;
mod imap;
mod imap_trouble;
mod invitations;
mod mailbox;
mod mentions;

use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use chrono::{NaiveDateTime, TimeDelta};
use regex::Regex;
use roundtable::firm::Settings;
use roundtable::jobs::{Errand, Tally};
use roundtable::mail::sending::Sender;

use crate::command_line::{program, succeeds};
use crate::mail_server::{MailServer, Reply, Taken};
use crate::planted::{CONFIDENTIAL, MEETINGS, Marks, TEAM, plant_marked};
use crate::world::{Role, World, beginning, on_both, on_both_with};

fn sender(world: &World) -> Sender {
    Sender::new(Settings::new(world.config.clone()))
}

/// Does all that is due, as a server of its own.
fn send(world: &World) -> Tally {
    sender(world).run(&mut world.db()).unwrap()
}

fn sent(sent: usize) -> Tally {
    Tally { sent, ..Tally::default() }
}

/// Has nobody be sent a digest but those who ask for one.
async fn no_digests(world: &World) {
    for role in Role::SIGNED_IN {
        world.execute(&format!(
            "DELETE FROM mail_wishes WHERE user_id = {0}; INSERT INTO mail_wishes VALUES ({0}, 'off', TRUE, TRUE)",
            user(world, role)
        ));
    }
}

fn user(world: &World, role: Role) -> i64 {
    world.number(&format!("SELECT user_id FROM users WHERE username = '{}'", role.name()))
}

/// Gives a person something to do, as one of the team; the item.
async fn give(world: &World, client: i64, to: Role, text: &str, is_open: bool) -> i64 {
    let owner = world.person(to).to_string();
    let fields = [("text", text), ("assigned_to", &*owner), ("due_date", "2026-11-20")];
    let open = [("is_open", "on")];
    let fields = [&fields[..], if is_open { &open } else { &[] }].concat();
    let path = format!("/clients/{client}/action-items");
    let role = if to == Role::Team { Role::Admin } else { Role::Team };
    world.post(role, &path, &fields).await.location();
    world.number("SELECT item_id FROM action_items ORDER BY created_date DESC LIMIT 1")
}

/// The whole address of the link by which one says no, and its path.
fn way_out(mail: &Taken) -> String {
    let field = mail.field("List-Unsubscribe");
    let address = field.strip_prefix("<http://roundtable.test").and_then(|rest| rest.strip_suffix('>')).unwrap();
    assert!(mail.plain().contains(address), "{}", mail.plain());
    address.to_owned()
}

#[tokio::test]
async fn who_is_given_work_is_told_once_and_may_say_no_with_one_click() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        give(world, client, Role::Plain, "send the offer", true).await;
        assert_eq!(send(world), sent(1));
        assert_eq!(send(world), sent(0));
        let mail = server.taken().remove(0);
        assert_eq!(
            (mail.from.as_str(), mail.to.as_slice()),
            ("crm@mpr.example", &["plain@mpr.example".to_owned()][..])
        );
        assert_eq!(mail.field("Subject"), "Yours to do: send the offer");
        assert_eq!(mail.field("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.field("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(mail.field("To").contains("The plain person"));
        let plain = mail.plain();
        assert!(plain.contains("Granite Power: send the offer, due 20 November 2026"), "{plain}");
        assert!(plain.contains(&format!("http://roundtable.test/clients/{client}")), "{plain}");
        assert!(mail.text.contains("text/html"));

        let path = way_out(&mail);
        assert!(world.texts("SELECT token_hash FROM mail_links").iter().all(|hash| !path.contains(hash.as_str())));
        let page = world.page(Role::Anonymous, &path).await;
        assert!(page.contains("mail about work that became yours and texts that name you?"), "{page}");
        assert_eq!(
            world.number("SELECT count(*) FROM mail_wishes WHERE wants_assignments = FALSE"),
            0,
            "looking changes nothing"
        );
        // As a mail program sends it: no page, no origin, no session.
        let request = world.request("POST", &path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = world.send(request.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        give(world, client, Role::Plain, "call them", true).await;
        assert_eq!(send(world), Tally { dropped: 1, ..sent(0) });
        assert!(server.taken().is_empty());
        assert_eq!(world.get(Role::Anonymous, "/mail/unsubscribe/0123").await.status, 404);
        // In the profile it can be had again.
        let wishes = [("digest", "off"), ("wants_assignments", "on")];
        world.post(Role::Plain, "/profile/mail", &wishes).await.location();
        give(world, client, Role::Plain, "visit them", true).await;
        assert_eq!(send(world), sent(1));
        assert_eq!(server.taken().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_of_what_is_not_theirs_any_more_or_was_their_own_doing() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        let own = world.person(Role::Plain).to_string();
        let fields = [("text", "my own idea"), ("assigned_to", &*own)];
        world.post(Role::Plain, &format!("/clients/{client}/action-items"), &fields).await.location();
        assert_eq!(send(world), sent(0));
        let item = give(world, client, Role::Plain, "send the offer", true).await;
        world.post(Role::Team, &format!("/action-items/{item}/done"), &[]).await.location();
        assert_eq!(send(world), Tally { dropped: 1, ..sent(0) });
        let item = give(world, client, Role::Confidential, "ask again", true).await;
        let to = world.person(Role::Plain).to_string();
        let passed = [("assigned_to", &*to), ("is_open", "on")];
        world.post(Role::Team, &format!("/action-items/{item}/handed-on"), &passed).await.location();
        assert_eq!(send(world), Tally { dropped: 1, ..sent(1) });
        assert_eq!(server.taken().remove(0).to, ["plain@mpr.example"]);
    })
    .await;
}

#[tokio::test]
async fn no_word_of_the_team_is_in_a_mail_unless_the_firm_lets_it_be() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        give(world, client, Role::Team, "ZQthink it over", false).await;
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        assert_eq!(mail.field("Subject"), "Work became yours");
        // A border between parts is drawn by chance, and may hold any two letters.
        let told = without_chance(&mail);
        assert!(!told.contains("ZQ") && !told.contains("Granite"), "{told}");
        let settings = [("mails_restricted", "on")];
        world.post(Role::Admin, "/admin/settings", &settings).await.location();
        give(world, client, Role::Team, "ZQthink again", false).await;
        assert_eq!(send(world), sent(1));
        assert!(server.taken().remove(0).plain().contains("Granite Power: ZQthink again"));
        // With the right that ended, the words are gone, whatever the firm lets mail hold.
        give(world, client, Role::Team, "ZQonce more", false).await;
        let id = user(world, Role::Team);
        let account = [("username", "team"), ("full_name", "The team person"), ("email", "team@mpr.example")];
        let account = [&account[..], &[("is_active", "on")]].concat();
        world.post(Role::Admin, &format!("/admin/users/{id}/edit"), &account).await.location();
        assert_eq!(send(world), Tally { dropped: 1, ..sent(0) });
    })
    .await;
}

/// What differs between two runs without telling anything.
fn without_chance(mail: &Taken) -> String {
    let chance = Regex::new(r"unsubscribe/[0-9a-f]{40}|boundary=\S+|(?m)^--\S+|Message-ID: \S+").unwrap();
    chance.replace_all(&format!("{:?}\n{}", mail.to, mail.text.replace("=\r\n", "")), "X").into_owned()
}

#[tokio::test]
async fn two_worlds_that_differ_in_what_is_restricted_send_the_same_digests() {
    let server = MailServer::start();
    for open in [World::sqlite_with, World::postgres_with] {
        let mut told = Vec::new();
        for marked in [true, false] {
            let world = open(&server.flags());
            plant_marked(&world, Marks { team: marked, confidential: marked }).await;
            world.set_clock(beginning() + TimeDelta::minutes(50));
            for role in [Role::Plain, Role::Confidential, Role::Team, Role::Admin] {
                world.execute("UPDATE jobs SET state = 'sent', finished_date = created_date");
                world.post(role, "/profile/mail/digest", &[]).await.location();
                send(&world);
            }
            told.push(server.taken());
        }
        let (without, with) = (told.pop().unwrap(), told.pop().unwrap());
        assert!(with.len() >= 3 && with.iter().any(|mail| mail.plain().contains("Client one")), "{with:?}");
        for mail in &with {
            let words = TEAM.iter().chain(&MEETINGS).chain(&CONFIDENTIAL);
            words.for_each(|word| assert!(!mail.plain().contains(word), "{word}: {}", mail.plain()));
        }
        let [with, without] = [with, without].map(|all| all.iter().map(without_chance).collect::<Vec<_>>());
        assert_eq!(with, without);
    }
}

#[tokio::test]
async fn a_digest_tells_what_is_late_due_quiet_and_new_to_those_who_want_it_once() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        let [plain, team] = [Role::Plain, Role::Team].map(|role| world.person(role).to_string());
        let new = [("client_name", "Granite Power"), ("mpr_primary_poc", &*plain)];
        let client = world.post(Role::Team, "/clients/new", &new).await.new_id();
        let quiet = [("client_name", "Silent Works"), ("mpr_primary_poc", &*plain)];
        world.post(Role::Team, "/clients/new", &quiet).await.location();
        let item =
            |text: &'static str, due: &'static str| [("text", text), ("assigned_to", &*plain), ("due_date", due)];
        for (text, due) in [("send the offer", "2026-11-18"), ("far away", "2027-02-01")] {
            let path = format!("/clients/{client}/action-items");
            world.post(Role::Plain, &path, &item(text, due)).await.location();
        }
        let met = [("summary", "they ask for a visit"), ("contacted_by", &*team)];
        world.contact(Role::Team, client, 0, &met).await;
        world.keep_sessions();
        // Before seven nothing comes, on a Sunday neither.
        let at = |day: u32, hour: u32| -> NaiveDateTime {
            chrono::NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(hour, 0, 0).unwrap()
        };
        world.post(Role::Plain, "/profile/mail", &[("digest", "daily")]).await.location();
        for (day, hour) in [(22, 12), (23, 5)] {
            world.set_clock(at(day, hour));
            assert_eq!(send(world), sent(0), "{day} {hour}");
        }
        world.set_clock(at(23, 9));
        let mut other = sender(world);
        let first = send(world);
        assert_eq!(other.run(&mut world.db()).unwrap(), sent(0), "of two processes one sends");
        assert_eq!(first.sent, 1, "the others have nothing to be told: {first:?}");
        let mail = server.taken().remove(0);
        let plain = mail.plain();
        assert_eq!(mail.field("Subject"), "Your day: 1 late");
        assert!(plain.contains("Late\n\n- Granite Power: send the offer, 5 days ago"), "{plain}");
        assert!(plain.contains("- Silent Works: Never contacted; nothing planned"), "{plain}");
        assert!(!plain.contains("far away") && !plain.contains("they ask"), "{plain}");
        world.set_clock(at(24, 9));
        assert_eq!(other.run(&mut world.db()).unwrap().sent, 1, "each working day for who wants it daily");
        // One that is asked for tells of a week.
        world.set_clock(at(20, 9));
        server.taken();
        world.post(Role::Plain, "/profile/mail", &[("digest", "off")]).await.location();
        world.post(Role::Plain, "/profile/mail/digest", &[]).await.location();
        send(world);
        let taken = server.taken();
        let plain = taken.into_iter().find(|mail| mail.to[0].starts_with("plain")).unwrap().plain();
        assert!(
            plain
                .contains("Granite Power: The team person logged a contact (phone), 4 days ago – they ask for a visit"),
            "{plain}"
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_change_no_record_still_says_which_mail_comes() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        let page = world.page(Role::ReadOnly, "/profile/mail").await;
        assert!(page.contains("Send me a digest now") && page.contains(">Save<"), "{page}");
        world.post(Role::ReadOnly, "/profile/mail", &[("digest", "daily")]).await.location();
        let own = user(world, Role::ReadOnly);
        let wishes = format!("user_id = {own} AND digest = 'daily' AND NOT wants_invitations");
        assert_eq!(world.number(&format!("SELECT count(*) FROM mail_wishes WHERE {wishes}")), 1);
        world.execute(
            "INSERT INTO mail_bounces VALUES ('readonly@mpr.example', 'no such mailbox', '2026-11-16 11:00:00')",
        );
        assert!(world.page(Role::ReadOnly, "/profile/mail").await.contains("Send mail to me again"));
        world.post(Role::ReadOnly, "/profile/mail/resume", &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM mail_bounces"), 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_as_the_same_mail() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        give(world, client, Role::Plain, "send the offer", true).await;
        let again = Tally { again: 1, ..sent(0) };
        server.next_time("RCPT", Reply::Says("451 4.3.0 come back later"));
        assert_eq!(send(world), again);
        assert_eq!(send(world), sent(0), "not at once");
        let page = world.page(Role::Admin, "/admin/messages?state=waiting").await;
        assert!(page.contains("come back later") && page.contains("Try again"), "{page}");
        world.set_clock(beginning() + TimeDelta::minutes(2));
        // Taken, and the server gone before it said so: it comes twice, and is known by its id.
        server.next_time("taken", Reply::HangsUp);
        assert_eq!(send(world), again);
        world.set_clock(beginning() + TimeDelta::minutes(10));
        assert_eq!(send(world), sent(1));
        let taken = server.taken();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[0].field("Message-ID"), taken[1].field("Message-ID"));
        assert_eq!(taken[0].field("Date"), taken[1].field("Date"));
        // For four days, and no longer.
        world.keep_sessions();
        give(world, client, Role::Plain, "call them", true).await;
        let mut tried = 0;
        for hour in 0..130 {
            world.set_clock(beginning() + TimeDelta::hours(hour + 1));
            server.forget();
            server.next_time("MAIL", Reply::Says("550 5.7.1 not from you"));
            tried += send(world).again;
        }
        server.forget();
        assert!((8..30).contains(&tried), "{tried}");
        assert_eq!(world.number("SELECT count(*) FROM jobs WHERE state = 'failed'"), 1);
        let id = world.number("SELECT job_id FROM jobs WHERE state = 'failed'");
        world.post(Role::Admin, &format!("/admin/messages/{id}/retry"), &[]).await.location();
        assert_eq!(send(world), sent(1), "an administrator has it tried once more");
        assert_eq!(server.taken().len(), 1);
        assert_eq!(world.number("SELECT count(*) FROM mail_bounces"), 0, "what is wrong with us is no fault of theirs");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_left_in_peace_and_that_is_told() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        give(world, client, Role::Plain, "send the offer", true).await;
        // What the server holds against us, or against one mail, is no fault of the address.
        server.next_time("RCPT", Reply::Says("554 5.7.1 relay access denied"));
        assert_eq!(send(world), Tally { again: 1, ..sent(0) });
        world.set_clock(beginning() + TimeDelta::minutes(30));
        server.next_time("DATA", Reply::Says("554 5.6.0 this looks like spam"));
        assert_eq!(send(world), Tally { failed: 1, ..sent(0) });
        assert_eq!(world.number("SELECT count(*) FROM mail_bounces"), 0);
        give(world, client, Role::Plain, "send it again", true).await;
        server.next_time("RCPT", Reply::Says("550 5.1.1 no such mailbox"));
        assert_eq!(send(world), Tally { failed: 1, ..sent(0) });
        let users = world.page(Role::Admin, "/admin/users").await;
        assert_eq!(users.matches("Mail came back").count(), 1);
        let own = world.page(Role::Plain, "/profile/mail").await;
        assert!(own.contains("no such mailbox") && own.contains("plain@mpr.example came back"), "{own}");
        let calls = server.connections();
        give(world, client, Role::Plain, "call them", true).await;
        assert_eq!(send(world), Tally { dropped: 1, ..sent(0) });
        assert_eq!(server.connections(), calls);
        world.post(Role::Plain, "/profile/mail/resume", &[]).await.location();
        give(world, client, Role::Plain, "visit them", true).await;
        assert_eq!(send(world), sent(1));
        server.taken();
    })
    .await;
}

#[tokio::test]
async fn two_processes_and_a_slow_server_send_each_mail_once_while_people_save() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        give(world, client, Role::Plain, "send the offer", true).await;
        server.next_time("DATA", Reply::After(Duration::from_millis(1500)));
        let both: Vec<_> = (0..2)
            .map(|_| (sender(world), world.config.clone()))
            .map(|(mut sender, config)| {
                std::thread::spawn(move || {
                    let mut db = config.database.connect(config.durability).unwrap();
                    sender.run(&mut db).unwrap().sent
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        let begun = std::time::Instant::now();
        world.client("Saved Meanwhile").await;
        assert!(begun.elapsed() < Duration::from_millis(900), "a save waits for no mail");
        assert_eq!(both.into_iter().map(|one| one.join().unwrap()).sum::<usize>(), 1);
        assert_eq!(server.taken().len(), 1);
        // A process that ended while it sent: its lease runs out.
        give(world, client, Role::Plain, "call them", true).await;
        world.execute(
            "UPDATE jobs SET attempts = 1, leased_by = 1, leased_until = '2026-11-16 12:30:00' WHERE state = 'waiting'",
        );
        assert_eq!(send(world), sent(0));
        world.set_clock(beginning() + TimeDelta::minutes(31));
        assert_eq!(send(world), sent(1));
        server.taken();
    })
    .await;
}

#[tokio::test]
async fn no_name_breaks_out_of_its_line() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Żółw\u{2028} & Söhne").await;
        let id = user(world, Role::Plain);
        let line = if world.config.database.file().is_some() { "char(13, 10)" } else { "chr(13) || chr(10)" };
        world.execute(&format!(
            "UPDATE users SET full_name = 'Eve' || {line} || 'Bcc: eve@evil.example' || {line} || {line} || 'hello' \
             WHERE user_id = {id}"
        ));
        let text = "offer\r\nBcc: eve@evil.example\r\n\r\n.\r\nMAIL FROM:<eve@evil.example> żółw";
        give(world, client, Role::Plain, text, true).await;
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        assert_eq!(mail.to, ["plain@mpr.example"]);
        let head = mail.head();
        assert!(!head.iter().any(|line| line.starts_with("Bcc") || line.starts_with("MAIL")), "{head:?}");
        assert!(mail.plain().contains("Żółw & Söhne: offer Bcc: eve@evil.example . MAIL FROM:"), "{}", mail.plain());
        assert!(server.taken().is_empty());
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_sent_and_the_settings_say_so() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        give(world, client, Role::Plain, "send the offer", true).await;
        assert_eq!(send(world).sent, 0);
        assert_eq!(world.number("SELECT count(*) FROM jobs WHERE state = 'waiting'"), 0, "no flood once there is one");
        assert!(world.page(Role::Admin, "/admin/settings").await.contains("No mail is sent"));
        assert!(world.page(Role::Admin, "/admin/messages").await.contains("No mail is sent"));
        assert!(world.page(Role::Plain, "/profile/mail").await.contains("sends no mail yet"));
    })
    .await;
}

#[tokio::test]
async fn an_administrator_tries_the_mail_server_by_a_mail_to_themselves() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        world.post(Role::Admin, "/admin/messages/test", &[]).await.location();
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        assert_eq!(mail.to, ["admin@mpr.example"]);
        assert!(!mail.text.contains("List-Unsubscribe"));
        assert!(world.page(Role::Admin, "/admin/messages?state=sent").await.contains("The admin person"));
    })
    .await;
}

#[test]
fn the_command_sends_what_is_due_and_settings_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&folder, &["user", "add", "ana", "--email", "ana@mpr.example", "--password-stdin"], "a password for ana");
    let server = MailServer::start();
    let port = server.port().to_string();
    let given = ["--smtp-host", "127.0.0.1", "--smtp-port", &port, "--smtp-security", "none"];
    let from = ["--mail-from", "crm@mpr.example"];
    let public = ["--public-url", "https://crm.mpr.example"];
    let said = succeeds(&folder, &[&["send-mail"][..], &given, &from, &public].concat(), "");
    assert_eq!(said.trim(), "0 sent, 0 to be tried again, 0 failed, 0 not sent");
    let database = format!("sqlite:{}", folder.path().join("r.db").display());
    let user = ["--smtp-user", "crm", "--smtp-password-file", "/nowhere/at/all"];
    let not_from = ["--mail-from", "no address"];
    for (arguments, words) in [
        ([&given[..], &from].concat(), "public_url"),
        ([&given[..], &public].concat(), "mail_from"),
        ([&given[..], &not_from, &public].concat(), "must look like"),
        ([&given[..], &from, &public, &user].concat(), "never sent in the clear"),
        ([&given[..2], &from, &public, &user].concat(), "there is no smtp_password_file"),
    ] {
        let output = program(&database, &[&["send-mail"][..], &arguments].concat()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{arguments:?}: {said}");
    }
}
