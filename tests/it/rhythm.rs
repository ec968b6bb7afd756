//! Contacts that are due by the rhythm of a client: by its priority or its own, unless one is planned or it is paused;
//! told with the reason, and to the NED Team alone.

use axum::http::{StatusCode, header};
use chrono::Days;

use crate::world::{Answer, Role, World, beginning, on_both};

/// A client of a priority whose last contact was so many days ago.
async fn client(world: &World, name: &str, priority: &str, days: Option<u64>) -> i64 {
    let id = world.client(name).await;
    if let Some(days) = days {
        world.contact(Role::Plain, id, days, &[]).await;
    }
    judge(world, id, &[("client_priority", priority)]).await;
    id
}

async fn judge(world: &World, id: i64, fields: &[(&str, &str)]) {
    world.post(Role::Team, &format!("/clients/{id}/assessment"), fields).await.location();
}

async fn plan(world: &World, id: i64, day: &str) {
    world.execute(&format!("UPDATE clients SET next_planned_contact_date = '{day}' WHERE client_id = {id}"));
}

/// The clients that a list shows, in its order.
async fn listed(world: &World, role: Role, address: &str) -> Vec<i64> {
    let page = world.page(role, address).await;
    let rows = page.split("rt-cell-main\"><a href=\"/clients/").skip(1);
    rows.map(|row| row.split('"').next().unwrap().parse().unwrap()).collect()
}

async fn reason(world: &World, role: Role, id: i64) -> String {
    let page = world.page(role, &format!("/clients/{id}")).await;
    let words = page.split("<p class=\"rt-why\">").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    let answer = world.get(role, &format!("/clients/api/{id}")).await.json();
    assert_eq!(answer["attention_reason"], words.as_str(), "pages and programs are told the same");
    assert!(page.contains(&format!("title=\"{words}\"")), "the badge tells it too");
    words
}

#[tokio::test]
async fn a_client_is_due_by_the_rhythm_of_its_priority_or_its_own() {
    on_both(async |world| {
        let strategic = client(world, "Strategic 31", "Strategic", Some(31)).await;
        client(world, "Strategic 30", "Strategic", Some(30)).await;
        let silent = client(world, "Low and silent", "Low", None).await;
        let own = client(world, "Low with its own", "Low", Some(11)).await;
        judge(world, own, &[("client_priority", "Low"), ("rhythm_days", "10")]).await;
        client(world, "Low 61", "Low", Some(61)).await;
        client(world, "Opportunistic 900", "Opportunistic", Some(900)).await;
        client(world, "Unjudged", "", Some(900)).await;
        let due = listed(world, Role::Team, "/clients?rhythm=due&sort=due").await;
        assert_eq!(due, [silent, own, strategic], "never contacted, then who has been due for longest, by name");
        assert_eq!(listed(world, Role::Team, "/clients?rhythm=due&sort=-due").await, [strategic, own, silent]);
        assert_eq!(listed(world, Role::Team, "/clients?rhythm=due&priority=Low").await, [silent, own]);
        let page = world.page(Role::Team, "/clients").await;
        assert!(page.contains("href=\"/clients?rhythm=due&#38;sort=due\""), "{page}");
        let panel = world.page(Role::Team, "/crm/dashboard?panel=due").await;
        let panel = panel.split("class=\"rt-needs\"").nth(1).unwrap().split("</ul>").next().unwrap();
        assert_eq!(panel.matches("<li>").count(), 3);
        assert_eq!(
            reason(world, Role::Team, strategic).await,
            "Last: phone, 31 days ago; rhythm 30 days; nothing planned"
        );
        assert_eq!(reason(world, Role::Plain, strategic).await, "Last: phone, 31 days ago; nothing planned");
        assert_eq!(reason(world, Role::Team, silent).await, "Never contacted; rhythm 90 days; nothing planned");
        for path in [format!("/clients/{strategic}"), "/clients".into(), "/crm/roundtable".into()] {
            assert!(world.page(Role::Team, &path).await.contains("rt-badge-due"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_is_not_of_the_team_sees_the_two_thresholds_alone() {
    on_both(async |world| {
        let id = client(world, "Strategic 31", "Strategic", Some(31)).await;
        client(world, "Unjudged", "", Some(2)).await;
        for role in [Role::Plain, Role::Confidential, Role::ReadOnly] {
            let all = world.page(role, "/clients").await;
            assert!(!all.contains("rhythm") && !all.contains("rt-badge-due"), "{role:?}");
            assert_eq!(listed(world, role, "/clients?rhythm=due").await.len(), 2, "{role:?}: an unknown parameter");
            let page = world.page(role, &format!("/clients/{id}")).await;
            assert!(page.contains("rt-badge-fine") && !page.contains("rhythm"), "{role:?}");
            for path in ["/crm/coverage", "/crm/coverage/unheld", "/crm/rhythm", "/clients/1/pause"] {
                assert_eq!(world.get(role, path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            }
            let answer = world.get(role, &format!("/clients/api/{id}")).await.json();
            for key in ["rhythm_days", "paused_until", "pause_reason", "contact_due_date"] {
                assert!(answer.get(key).is_none(), "{role:?} {key}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_planned_contact_covers_a_client_until_its_day_has_passed() {
    on_both(async |world| {
        // Sessions last for half a day from the beginning, so that all of it goes before.
        world.set_clock(beginning() - Days::new(2));
        let id = client(world, "Planned", "Strategic", Some(94)).await;
        plan(world, id, &world.days_ahead(1)).await;
        let covered = "Last: phone, 94 days ago; rhythm 30 days; covered until 15 November";
        assert_eq!(reason(world, Role::Team, id).await, covered);
        assert_eq!(reason(world, Role::Plain, id).await, "Last: phone, 94 days ago; planned for 15 November");
        assert!(listed(world, Role::Team, "/clients?rhythm=due").await.is_empty());
        assert_eq!(listed(world, Role::Team, "/clients?attention=urgent").await, [id], "the thresholds stay");
        world.set_clock(beginning() - Days::new(1));
        assert!(listed(world, Role::Team, "/clients?rhythm=due").await.is_empty(), "its day lasts");
        world.set_clock(beginning());
        assert_eq!(listed(world, Role::Team, "/clients?rhythm=due").await, [id]);
        let missed = "Last: phone, 96 days ago; rhythm 30 days; planned for 15 November, not made";
        assert_eq!(reason(world, Role::Team, id).await, missed);
    })
    .await;
}

/// The change that an answer offers to take back.
fn offered(answer: &Answer) -> i64 {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let flash = cookies.filter_map(|cookie| cookie.strip_prefix("roundtable_flash=")).next_back().unwrap();
    flash.split(';').next().unwrap().split_once('.').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn a_pause_ends_by_itself_or_early_and_is_taken_back_as_anything_else() {
    on_both(async |world| {
        world.set_clock(beginning() - Days::new(4));
        let id = client(world, "Paused", "Strategic", Some(40)).await;
        let pause = format!("/clients/{id}/pause");
        let due = async || listed(world, Role::Team, "/clients?rhythm=due").await.len();
        let paused = async || listed(world, Role::Team, "/clients?rhythm=paused").await.len();
        let until = world.days_ahead(3);
        for wrong in [
            &[("paused_until", ""), ("pause_reason", "why")][..],
            &[("paused_until", &until), ("pause_reason", "")],
            &[("paused_until", &world.days_ago(1)), ("pause_reason", "why")],
            &[("paused_until", "some day"), ("pause_reason", "why")],
        ] {
            assert_eq!(
                world.post(Role::Team, &pause, wrong).await.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{wrong:?}"
            );
        }
        let fields = [("paused_until", &*until), ("pause_reason", "Their board is elected")];
        assert_eq!(world.post(Role::Plain, &pause, &fields).await.status, StatusCode::FORBIDDEN);
        let made = world.post(Role::Team, &pause, &fields).await;
        assert_eq!(made.location(), format!("/clients/{id}"));
        assert_eq!((due().await, paused().await), (0, 1));
        let page = world.page(Role::Team, &format!("/clients/{id}")).await;
        assert!(page.contains("Their board is elected") && page.contains("No contact expected until 15 November 2026"));
        assert!(reason(world, Role::Team, id).await.ends_with("nothing planned; paused until 15 November"));
        assert!(!world.page(Role::Plain, &format!("/clients/{id}")).await.contains("Their board"));

        world.post(Role::Team, &format!("/changes/{}/undo", offered(&made)), &[]).await.location();
        assert_eq!((due().await, paused().await), (1, 0), "taken back");
        world.post(Role::Team, &pause, &fields).await.location();
        assert_eq!(world.post(Role::Plain, &format!("{pause}/end"), &[]).await.status, StatusCode::FORBIDDEN);
        let ended = world.post(Role::Team, &format!("{pause}/end"), &[]).await;
        assert_eq!((due().await, paused().await), (1, 0), "ended early");
        world.post(Role::Team, &format!("/changes/{}/undo", offered(&ended)), &[]).await.location();
        assert_eq!((due().await, paused().await), (0, 1), "goes on");

        world.set_clock(beginning() - Days::new(1));
        assert_eq!((due().await, paused().await), (0, 1), "its last day");
        world.set_clock(beginning());
        assert_eq!((due().await, paused().await), (1, 0), "over by itself");
        let page = world.page(Role::Team, &format!("/clients/{id}")).await;
        assert!(!page.contains("No contact expected") && !page.contains("End pause"));
        assert!(!world.page(Role::Team, &pause).await.contains("Their board"), "no beginning for the next");
        let log = "SELECT count(*) FROM audit_log WHERE changes LIKE '%Their board%' AND sensitivity <> 'team'";
        assert_eq!(world.number(log), 0);
        for missing in ["/clients/999999/pause", "/clients/none/pause"] {
            assert_eq!(world.get(Role::Team, missing).await.status, StatusCode::NOT_FOUND, "{missing}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_team_sets_the_rhythm_of_each_priority_and_it_holds_at_once() {
    on_both(async |world| {
        let high = client(world, "High 20", "High", Some(20)).await;
        let own = client(world, "High with its own", "High", Some(20)).await;
        judge(world, own, &[("client_priority", "High"), ("rhythm_days", "300")]).await;
        let due = async || listed(world, Role::Team, "/clients?rhythm=due").await;
        assert!(due().await.is_empty());
        let form = world.page(Role::Team, "/crm/rhythm").await;
        assert!(form.contains("value=\"45\"") && form.contains("value=\"30\""));
        let sent = [("rhythm_strategic_days", "14"), ("rhythm_high_days", "19"), ("version", "1")];
        for role in [Role::Plain, Role::Confidential, Role::ReadOnlyTeam] {
            assert_eq!(world.post(role, "/crm/rhythm", &sent).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
        assert_eq!(world.post(Role::Team, "/crm/rhythm", &sent).await.location(), "/crm/coverage");
        assert_eq!(due().await, [high]);
        let late = [("rhythm_high_days", "25"), ("version", "1")];
        assert_eq!(world.post(Role::Team, "/crm/rhythm", &late).await.status, StatusCode::CONFLICT);
        let wrong = [("rhythm_high_days", "0"), ("version", "2")];
        assert_eq!(world.post(Role::Team, "/crm/rhythm", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        world.post(Role::Team, "/crm/rhythm", &[("version", "2")]).await.location();
        assert!(due().await.is_empty(), "nothing is expected of anyone");
        judge(world, high, &[("client_priority", "High"), ("rhythm_days", "19")]).await;
        assert_eq!(due().await, [high]);
        assert_eq!(world.number("SELECT version FROM firm"), 1, "the open settings tell nothing of it");
        let log = "SELECT count(*) FROM audit_log WHERE table_name = 'firm' AND sensitivity <> 'team'";
        assert_eq!(world.number(log), 0);
    })
    .await;
}

/// The column by which clients are found and the rule by which pages tell of each are two tellings of one thing.
#[tokio::test]
async fn the_database_and_the_pages_agree_on_who_is_due() {
    on_both(async |world| {
        let today = world.days_ago(0);
        let planned = [None, Some(world.days_ago(1)), Some(today.clone()), Some(world.days_ahead(5))];
        let paused = [None, Some(world.days_ago(1)), Some(today.clone())];
        let text = |day: &Option<String>| day.as_ref().map_or("NULL".into(), |day| format!("'{day}'"));
        let is_over = |day: &Option<String>| day.as_ref().is_none_or(|day| *day < today);
        let mut expected = Vec::new();
        for case in 0..2 * 5 * 4 * 3 {
            let own = [None, Some(10)][case % 2];
            let silence = [None, Some(10), Some(11), Some(45), Some(46)][case / 2 % 5];
            let (planned, paused) = (&planned[case / 10 % 4], &paused[case / 40 % 3]);
            let id = world.client(&format!("Case {case}")).await;
            let days = own.map_or("NULL".into(), |days: u64| days.to_string());
            let last = text(&silence.map(|days| world.days_ago(days)));
            let reason = if paused.is_some() { "'why'" } else { "NULL" };
            world.execute(&format!(
                "UPDATE clients SET client_priority = 'High', rhythm_days = {days}, last_contact_date = {last}, \
                 next_planned_contact_date = {}, paused_until = {}, pause_reason = {reason} WHERE client_id = {id}",
                text(planned),
                text(paused)
            ));
            if silence.is_none_or(|days| days > own.unwrap_or(45)) && is_over(planned) && is_over(paused) {
                expected.push(id);
            }
        }
        let mut found = Vec::new();
        for page in 1..=2 {
            found.extend(listed(world, Role::Team, &format!("/clients?rhythm=due&sort=due&page={page}")).await);
        }
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, expected);
        let badges = world.page(Role::Team, "/clients?rhythm=due&attention=fine").await;
        let rows = badges.split("rt-cell-main\"><a href=\"/clients/").count() - 1;
        assert_eq!(badges.matches("rt-badge-due").count(), rows, "each of them is told as due");
        let others = world.page(Role::Team, "/clients?attention=fine&sort=-name").await;
        let told = others.split("rt-cell-main\"><a href=\"/clients/").skip(1);
        for row in told {
            let id: i64 = row.split('"').next().unwrap().parse().unwrap();
            assert_eq!(row.contains("rt-badge-due"), expected.contains(&id), "{id}");
        }
    })
    .await;
}
