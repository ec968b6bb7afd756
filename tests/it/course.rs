//! Why a client was judged as it is, how that moved, and who drifts: the NED Team's alone (product.md §2).

use chrono::TimeDelta;

use crate::world::{Role, World, beginning, on_both};

/// Keeps everyone signed in while the days go by.
fn stay_signed_in(world: &World) {
    world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
}

async fn judge(world: &World, client: i64, strength: &str, reason: &str) {
    let fields = [("relationship_strength", strength), ("client_status", "Active"), ("assessment_reason", reason)];
    world.post(Role::Team, &format!("/clients/{client}/assessment"), &fields).await.location();
}

/// The rows of a table as people read them.
fn rows(page: &str) -> Vec<String> {
    let table = page
        .split("<figure class=\"rt-course\"")
        .nth(1)
        .and_then(|rest| rest.split("</figure>").next())
        .unwrap_or_default();
    let read = |row: &str| {
        let words: Vec<&str> = row.split('<').map(|part| part.split_once('>').map_or("", |(_, words)| words)).collect();
        words.concat().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    table.split("<tr>").skip(2).map(read).collect()
}

#[tokio::test]
async fn a_course_tells_each_change_with_its_reason_to_the_team_alone() {
    on_both(async |world| {
        stay_signed_in(world);
        let client = world.client("Granite Power").await;
        let path = format!("/clients/{client}");
        assert!(!world.page(Role::Team, &path).await.contains("rt-course"), "nothing changed yet");
        let steps = [("Strong", "They renewed."), ("Good", "They answer late."), ("Needs Attention", "")];
        for (month, (strength, reason)) in steps.into_iter().enumerate() {
            world.set_clock(beginning() + TimeDelta::days(10 * i64::try_from(month).unwrap()));
            judge(world, client, strength, reason).await;
        }
        let page = world.page(Role::Team, &path).await;
        let told = rows(&page);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("Relationship Good → Needs Attention") && !told[0].contains("late"), "{told:?}");
        assert!(told[1].contains("Relationship Strong → Good: They answer late. The team person"), "{told:?}");
        assert!(told[2].contains("Status – → Active, Relationship – → Strong: They renewed."), "{told:?}");
        assert_eq!(page.matches("<polyline").count(), 2, "nothing is drawn of what was never judged");
        let timeline = world.page(Role::Team, &format!("{path}/timeline")).await;
        assert!(timeline.contains("They answer late."), "{timeline}");
        for role in [Role::Plain, Role::Confidential, Role::ReadOnly] {
            for path in [path.clone(), format!("{path}/timeline"), format!("{path}/history")] {
                let page = world.page(role, &path).await;
                assert!(!page.contains("They answer late.") && !page.contains("rt-course"), "{path} to {role:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_fell_and_did_not_recover_drifts() {
    on_both(async |world| {
        let drifting = world.client("Granite Power").await;
        let risen = world.client("Basalt Energy").await;
        let fallen_once = world.client("Gneiss Works").await;
        let steps: [(i64, &[&str]); 3] = [
            (drifting, &["Strong", "Good", "Needs Attention"]),
            (risen, &["Strong", "Good", "Strong"]),
            (fallen_once, &["New", "Good", "At Risk"]),
        ];
        for (client, path) in steps {
            for strength in path {
                judge(world, client, strength, "").await;
            }
        }
        let page = world.page(Role::Team, "/crm/dashboard").await;
        let list = page.split("drifting-title").nth(2).expect("a list").split("</section>").next().unwrap();
        assert!(list.contains("Strong → Good → Needs Attention") && list.contains("Good → At Risk"), "{list}");
        assert!(!list.contains("Basalt Energy") && !list.contains("New →"), "{list}");
        let [first, second] = ["Gneiss Works", "Granite Power"].map(|name| list.find(name).expect(name));
        assert!(first < second, "the last fall first");
        world.set_clock(beginning() + TimeDelta::days(9));
        stay_signed_in(world);
        let pause = [("paused_until", "2026-12-20"), ("pause_reason", "a merger")];
        world.post(Role::Team, &format!("/clients/{drifting}/pause"), &pause).await.location();
        let page = world.page(Role::Team, "/crm/dashboard").await;
        let list = page.split("drifting-title").nth(2).expect("a list").split("</section>").next().unwrap();
        assert!(list.contains("9 days ago") && !list.contains("today"), "the day of the fall: {list}");
        let since = world.page(Role::Team, &format!("/clients/{drifting}/timeline")).await;
        assert!(since.contains("Pause until 20 December 2026: a merger"), "{since}");
        world.set_clock(beginning() + TimeDelta::days(380));
        stay_signed_in(world);
        let page = world.page(Role::Team, "/crm/dashboard").await;
        assert!(!page.contains("drifting-title"), "after a year it is how things are");
    })
    .await;
}

#[tokio::test]
async fn a_reason_belongs_to_its_change_and_is_asked_for_anew() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        judge(world, client, "Strong", "They renewed.").await;
        let form = world.page(Role::Team, &format!("/clients/{client}/assessment")).await;
        assert!(form.contains("name=\"assessment_reason\"") && !form.contains("They renewed."), "{form}");
        let held = || world.texts("SELECT COALESCE(assessment_reason, '-') FROM clients").remove(0);
        let count = || world.number("SELECT count(*) FROM audit_log WHERE sensitivity = 'team'");
        let before = count();
        // Said again with another reason, that is the reason of the change before it.
        judge(world, client, "Strong", "Said again.").await;
        assert_eq!((held(), count()), ("Said again.".into(), before + 1));
        let told = rows(&world.page(Role::Team, &format!("/clients/{client}")).await);
        assert!(told.len() == 1 && told[0].contains("Said again."), "{told:?}");
        judge(world, client, "Strong", "").await;
        assert_eq!((held(), count()), ("Said again.".into(), before + 1), "nothing is no reason");
        // Programs that know of no reason go on as before.
        let fields = [("relationship_strength", "Good"), ("client_status", "Active")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &fields).await.location();
        assert_eq!(held(), "-");
        // Several at once have one reason.
        let id = client.to_string();
        let many = [("client", &*id), ("client_priority", "High"), ("assessment_reason", "Their board has changed.")];
        let seen = world.page(Role::Team, &format!("/clients/many?client={id}&client_priority=High")).await;
        assert!(seen.contains("name=\"assessment_reason\""), "{seen}");
        world.post(Role::Team, "/clients/many", &many).await.location();
        assert_eq!(held(), "Their board has changed.");
        let change = world.number("SELECT max(audit_id) FROM audit_log WHERE sensitivity = 'team'");
        let change = world.number(&format!("SELECT change_id FROM audit_log WHERE audit_id = {change}"));
        world.post(Role::Team, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(held(), "-", "an undo takes the reason back as well");
    })
    .await;
}
