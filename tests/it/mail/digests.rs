//! Digests: whose acts are told to whom, however much others do, and after days without mail.

use chrono::{NaiveDate, NaiveDateTime};
use roundtable::jobs::Tally;

use super::{no_digests, send, sent};
use crate::mail_server::{MailServer, Reply};
use crate::world::{Role, World, on_both_with};

fn morning(day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(9, 0, 0).unwrap()
}

async fn own_client(world: &World, name: &str, role: Role) -> i64 {
    let poc = world.person(role).to_string();
    world.post(Role::Admin, "/clients/new", &[("client_name", name), ("mpr_primary_poc", &*poc)]).await.new_id()
}

async fn plan(world: &World, role: Role, client: i64, day: &str) {
    let owner = world.person(Role::Confidential).to_string();
    let plan = [
        ("next_planned_contact_date", day),
        ("next_planned_contact_type", "Video"),
        ("next_planned_contact_assigned_to", &*owner),
    ];
    world.post(role, &format!("/clients/{client}/contact"), &plan).await.location();
}

async fn digest(world: &World, server: &MailServer) -> String {
    server.taken();
    world.post(Role::Plain, "/profile/mail/digest", &[]).await.location();
    send(world);
    server.taken().into_iter().find(|mail| mail.to[0].starts_with("plain")).expect("a digest").plain()
}

#[tokio::test]
async fn what_happened_with_ones_clients_is_told_however_much_happens_with_others() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let own = own_client(world, "Granite Power", Role::Plain).await;
        let other = own_client(world, "Basalt Works", Role::Team).await;
        plan(world, Role::Team, own, "2026-12-03").await;
        world.contact(Role::Team, own, 3, &[("summary", "they ask for a visit")]).await;
        let team = world.person(Role::Team);
        world.execute(&format!(
            "INSERT INTO audit_log (change_id, action, table_name, record_id, sensitivity, changes) \
             WITH RECURSIVE many (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 2500) \
             SELECT (SELECT max(change_id) FROM changes), 'track', 'clients', {other}, 'public', \
             '{{\"next_planned_contact_date\":[null,\"2026-12-01\"]}}' FROM many; \
             INSERT INTO contact_log (client_id, contact_date, contact_type, contacted_by, created_date) \
             WITH RECURSIVE many (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 400) \
             SELECT {other}, '2026-11-15', 'Phone', {team}, '2026-11-16 11:00:00' FROM many"
        ));
        let told = digest(world, &server).await;
        assert!(told.contains("Granite Power: The team person logged a contact (phone)"), "{told}");
        assert!(told.contains("3 December 2026") && !told.contains("Basalt"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn two_people_of_one_name_are_told_apart() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let one = own_client(world, "Granite Power", Role::Plain).await;
        let other = own_client(world, "Basalt Works", Role::Plain).await;
        world.execute("UPDATE users SET full_name = 'The plain person' WHERE username = 'team'");
        plan(world, Role::Team, one, "2026-12-03").await;
        plan(world, Role::Plain, other, "2026-12-04").await;
        let told = digest(world, &server).await;
        assert!(told.contains("3 December 2026"), "{told}");
        assert!(!told.contains("4 December 2026"), "what one did oneself is no news: {told}");
    })
    .await;
}

#[tokio::test]
async fn after_days_without_mail_one_digest_tells_of_all_of_them() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        world.keep_sessions();
        world.execute(
            "INSERT INTO mail_wishes SELECT user_id, CASE WHEN username = 'plain' THEN 'daily' ELSE 'off' END, TRUE, \
             TRUE FROM users",
        );
        let client = own_client(world, "Granite Power", Role::Plain).await;
        send(world);
        for day in [24, 25] {
            // No two mornings come at the same second.
            world.set_clock(morning(day) + chrono::TimeDelta::seconds((40 - day).into()));
            server.next_time("RCPT", Reply::Says("451 4.3.0 come back later"));
            assert_eq!(send(world), Tally { again: 1, ..sent(0) }, "{day}");
            if day == 24 {
                world.set_clock(morning(24) + chrono::TimeDelta::hours(1));
                plan(world, Role::Team, client, "2026-12-03").await;
                world.execute("UPDATE jobs SET state = 'sent', finished_date = created_date WHERE kind <> 'digest'");
            }
        }
        server.taken();
        world.set_clock(morning(26));
        assert_eq!(send(world), sent(1));
        let taken = server.taken();
        assert_eq!(taken.len(), 1, "one is enough");
        assert!(taken[0].plain().contains("3 December 2026"), "{}", taken[0].plain());
        assert!(world.page(Role::Admin, "/admin/messages?state=dropped").await.contains("A later one tells the same"));
    })
    .await;
}
