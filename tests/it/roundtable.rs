//! The roundtable: agenda in rank order, entries that say something and are never changed (product.md §4).

use axum::http::StatusCode;

use crate::world::{Role, World, on_both};

async fn assessed(world: &World, name: &str, priority: &str, status: &str) -> i64 {
    let id = world.client(name).await;
    let fields = [("client_priority", priority), ("client_status", status)];
    world.post(Role::Team, &format!("/clients/{id}/assessment"), &fields).await.location();
    id
}

#[tokio::test]
async fn the_agenda_holds_active_warm_strategic_and_high_clients_in_rank_order() {
    on_both(async |world| {
        assessed(world, "Dora", "Low", "Active").await;
        assessed(world, "Carl", "Opportunistic", "Warm").await;
        assessed(world, "Bert", "High", "Cold").await;
        assessed(world, "Anna", "Strategic", "").await;
        assessed(world, "Emil", "Medium", "Cold").await;
        assessed(world, "Fritz", "", "Prospective").await;
        let page = world.page(Role::Team, "/crm/roundtable").await;
        let agenda = page.split("rt-agenda").nth(1).unwrap().split("</nav>").next().unwrap();
        let places = ["Anna", "Bert", "Dora", "Carl"].map(|name| agenda.find(name).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        assert!(!agenda.contains("Emil") && !agenda.contains("Fritz"));
    })
    .await;
}

#[tokio::test]
async fn an_entry_is_added_without_leaving_the_meeting() {
    on_both(async |world| {
        let id = assessed(world, "Anna", "Strategic", "Active").await;
        let today = world.days_ago(0);
        let fields = [("meeting_date", &*today), ("mpr_work_targets", "win the study"), ("back", "meeting")];
        let answer = world.post(Role::Team, &format!("/crm/roundtable/{id}"), &fields).await;
        assert_eq!(answer.location(), format!("/crm/roundtable?client={id}"));
        let page = world.page(Role::Team, answer.location()).await;
        assert!(page.contains("win the study"));
        assert!(page.contains("1 of 1 done"));
    })
    .await;
}

#[tokio::test]
async fn an_entry_may_lead_to_the_next_client_also_after_it_was_refused() {
    on_both(async |world| {
        let (first, second) = (
            assessed(world, "Anna", "Strategic", "Active").await,
            assessed(world, "Bert", "Strategic", "Active").await,
        );
        let today = world.days_ago(0);
        let path = |id| format!("/crm/roundtable/{id}");
        let empty = [("meeting_date", &*today), ("back", "meeting"), ("then", "next")];
        let refused = world.post(Role::Team, &path(first), &empty).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("name=\"then\" value=\"next\""));
        for (id, next) in [(first, second), (second, second)] {
            let full = [&empty[..], &[("next_steps", "call"), ("page", "0")]].concat();
            let answer = world.post(Role::Team, &path(id), &full).await;
            assert_eq!(answer.location(), format!("/crm/roundtable?client={next}"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_entry_without_words_is_refused() {
    on_both(async |world| {
        let id = world.client("Anna").await;
        let today = world.days_ago(0);
        let path = format!("/crm/roundtable/{id}");
        let empty = [("meeting_date", &*today), ("next_steps", " \r\n ")];
        let answer = world.post(Role::Team, &path, &empty).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("at least one of the five texts"));
        let undated = world.post(Role::Team, &path, &[("discussion", "typed words")]).await;
        assert_eq!(undated.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(undated.body.contains("typed words"));
        assert_eq!(world.number("SELECT count(*) FROM roundtable_history"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_correction_is_a_new_version_and_the_earlier_one_stays_readable() {
    on_both(async |world| {
        let id = world.client("Anna").await;
        let today = world.days_ago(0);
        let path = format!("/crm/roundtable/{id}");
        world.post(Role::Team, &path, &[("meeting_date", &*today), ("next_steps", "first words")]).await.location();
        let entry = world.number("SELECT max(history_id) FROM roundtable_history");
        let correction = format!("/crm/entries/{entry}/correction");
        let better = [("meeting_date", &*today), ("next_steps", "better words")];
        world.post(Role::Team, &correction, &better).await.location();
        let client = world.page(Role::Team, &format!("/clients/{id}")).await;
        assert!(client.contains("better words") && !client.contains("first words"));
        let history = world.page(Role::Team, &path).await;
        assert!(history.contains("better words") && history.contains("first words"));
        let late = world.post(Role::Team, &correction, &[("meeting_date", &*today), ("next_steps", "third")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("better words") && late.body.contains("third"));
    })
    .await;
}

#[tokio::test]
async fn what_is_corrected_or_judged_at_a_meeting_leads_back_to_it() {
    on_both(async |world| {
        let id = world.client("Anna").await;
        let judged = [("client_status", "Active")];
        world.post(Role::Team, &format!("/clients/{id}/assessment"), &judged).await.location();
        let today = world.days_ago(0);
        let words = [("meeting_date", &*today), ("next_steps", "first words")];
        world.post(Role::Team, &format!("/crm/roundtable/{id}"), &words).await.location();
        let page = world.page(Role::Team, &format!("/crm/roundtable?client={id}")).await;
        let link = |form: &str| {
            let rest = page.split(&format!("href=\"{form}?back=")).nth(1).expect(form);
            format!("{form}?back={}", rest.split('"').next().unwrap())
        };
        let entry = world.number("SELECT max(history_id) FROM roundtable_history");
        for form in [format!("/crm/entries/{entry}/correction"), format!("/clients/{id}/assessment")] {
            let shown = world.page(Role::Team, &link(&form)).await;
            let meeting = format!("/crm/roundtable?client={id}");
            assert!(shown.contains(&format!("name=\"back\" value=\"{meeting}\"")), "{shown}");
            let elsewhere = world.page(Role::Team, &format!("{form}?back=//evil.example")).await;
            assert!(!elsewhere.contains("evil.example"), "{elsewhere}");
        }
        let meeting = "/crm/meetings/7?client=1";
        let sent = [("client_status", "Warm"), ("back", meeting)];
        let saved = world.post(Role::Team, &format!("/clients/{id}/assessment"), &sent).await;
        assert_eq!(saved.location(), meeting);
        let sent = [("meeting_date", &*today), ("next_steps", "better"), ("back", meeting)];
        let saved = world.post(Role::Team, &format!("/crm/entries/{entry}/correction"), &sent).await;
        assert_eq!(saved.location(), meeting);
    })
    .await;
}

#[tokio::test]
async fn two_corrections_are_put_together_by_sentence_unless_they_collide() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let said = |words: &'static str| [("meeting_date", "2026-11-16"), ("next_steps", words)];
        let first = said("Send the offer. Call in May.");
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &first).await.location();
        let correction =
            format!("/crm/entries/{}/correction", world.number("SELECT max(history_id) FROM roundtable_history"));
        let page = world.page(Role::Team, &correction).await;
        let begun = page.split("name=\"begun_values\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let one = said("Send the new offer. Call in May.");
        world.post(Role::Admin, &correction, &[&one[..], &[("begun_values", &*begun)]].concat()).await.location();
        let other = said("Send the offer. Call in May.\r\nWrite to the board.");
        world.post(Role::Team, &correction, &[&other[..], &[("begun_values", &*begun)]].concat()).await.location();
        let now = "SELECT next_steps FROM roundtable_history WHERE superseded_by IS NULL";
        assert_eq!(world.texts(now), ["Send the new offer. Call in May.\nWrite to the board."]);
        let third = said("Send no offer. Call in May.");
        let asked = world.post(Role::Team, &correction, &[&third[..], &[("begun_values", &*begun)]].concat()).await;
        assert_eq!(asked.status.as_u16(), 409);
        assert!(asked.body.contains("Send no offer.") && asked.body.contains("Send the new offer."), "both are shown");
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_an_entry() {
    on_both(async |world| {
        use diesel::connection::SimpleConnection;
        let id = world.client("Anna").await;
        let today = world.days_ago(0);
        let fields = [("meeting_date", &*today), ("next_steps", "words")];
        world.post(Role::Team, &format!("/crm/roundtable/{id}"), &fields).await.location();
        for statement in ["UPDATE roundtable_history SET next_steps = 'other'", "DELETE FROM roundtable_history"] {
            let error = world.db().batch_execute(statement).unwrap_err().to_string();
            assert!(error.contains("append-only"), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_meeting_goes_on_where_it_stood_across_the_pages_of_the_agenda() {
    on_both(async |world| {
        let mut ids = Vec::new();
        for index in 10..62 {
            ids.push(assessed(world, &format!("Client {index}"), "High", "").await);
        }
        let page = world.page(Role::Team, &format!("/crm/roundtable?client={}", ids[49])).await;
        assert!(page.contains(&format!("/crm/roundtable?client={}&#38;page=2", ids[50])), "the next one is on page 2");
        let page = world.page(Role::Team, &format!("/crm/roundtable?client={}&page=2", ids[50])).await;
        assert!(page.contains(&format!("href=\"/crm/roundtable?client={}\"", ids[49])) && page.contains("51 of 52"));
        let path = format!("/crm/roundtable/{}", ids[50]);
        let empty =
            world.post(Role::Team, &path, &[("back", "meeting"), ("page", "2"), ("meeting_date", "today")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            empty.body.contains("name=\"back\" value=\"meeting\"") && empty.body.contains("name=\"page\" value=\"2\"")
        );
        let entry = [("back", "meeting"), ("page", "2"), ("meeting_date", "today"), ("next_steps", "words")];
        let saved = world.post(Role::Team, &path, &entry).await;
        assert_eq!(saved.location(), format!("/crm/roundtable?client={}&page=2", ids[50]));
        assert!(world.page(Role::Team, "/crm/roundtable").await.contains("1 of 52 done"));
    })
    .await;
}

#[tokio::test]
async fn a_long_history_comes_in_pages_and_ends_with_the_first_entry() {
    on_both(async |world| {
        let id = world.client("Long served").await;
        world.execute(&format!(
            "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 120) \
             INSERT INTO roundtable_history (history_id, client_id, meeting_date, next_steps, created_date) \
             SELECT 5000 + number, {id}, '2020-01-01', 'step ' || (1000 + number) || ' of it', '2020-01-01 00:00:00' \
             FROM numbers"
        ));
        let page = async |number: u64| world.page(Role::Team, &format!("/crm/roundtable/{id}?page={number}")).await;
        let first = page(1).await;
        assert!(first.contains("step 1120 of it") && !first.contains("step 1070 of it"));
        assert!(first.contains("1–50 of 120"));
        let last = page(3).await;
        assert!(last.contains("step 1001 of it") && !last.contains("step 1021 of it"));
    })
    .await;
}

#[tokio::test]
async fn a_correction_shows_what_it_changed_and_the_entries_of_a_client_can_be_searched() {
    on_both(async |world| {
        let [id, other] = [world.client("Anna").await, world.client("Bert").await];
        let today = world.days_ago(0);
        for (client, words) in [(id, "Send the offer by Friday."), (id, "Visit the Zürich site."), (other, "Send it.")]
        {
            let fields = [("meeting_date", &*today), ("next_steps", words), ("discussion", "As before.")];
            world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await.location();
        }
        let first = world.number("SELECT min(history_id) FROM roundtable_history");
        let yesterday = world.days_ago(1);
        let fields =
            [("meeting_date", &*yesterday), ("next_steps", "Send the offer by Monday."), ("discussion", "As before.")];
        world.post(Role::Team, &format!("/crm/entries/{first}/correction"), &fields).await.location();
        let path = format!("/crm/roundtable/{id}");
        let page = world.page(Role::Team, &path).await;
        let gone = "<del><span class=\"rt-visually-hidden\">[gone: </span>Friday.";
        let new = "<ins><span class=\"rt-visually-hidden\">[new: </span>Monday.";
        assert!(page.contains(gone) && page.contains(new), "{page}");
        assert_eq!(page.matches("What this correction changed").count(), 1);
        assert_eq!(page.matches("rt-compared").count(), 1, "a text that stayed is not told again");
        assert!(page.contains("<del>16 November 2026</del> <ins>15 November 2026</ins>"), "{page}");
        assert!(page.contains("by The team person") && page.contains("Earlier version"));
        let found = async |words: &str| {
            let page = world.page(Role::Team, &format!("{path}?search={words}")).await;
            (page.matches("class=\"rt-item\"").count(), page)
        };
        let (count, page) = found("zurich+visit").await;
        assert!(count == 1 && page.contains("<mark>Zürich</mark>"), "{page}");
        assert_eq!(found("offer").await.0, 2, "in the earlier version too");
        assert_eq!(found("offer+friday").await.0, 1);
        let (count, page) = found("nowhere").await;
        assert!(count == 0 && page.contains("No entry holds “nowhere”."), "{page}");
        assert_eq!(world.get(Role::Plain, &format!("{path}?search=offer")).await.status, StatusCode::FORBIDDEN);
        for day in 1..=51 {
            let fields = [("meeting_date", &*world.days_ago(day)), ("next_steps", "Look at the turbine.")];
            world.post(Role::Team, &format!("/crm/roundtable/{id}"), &fields).await.location();
        }
        let (count, page) = found("turbine").await;
        assert!(count == 50 && page.contains("1–50 of 51"), "{page}");
        assert!(page.contains(&format!("{path}?search=turbine&#38;page=2")), "{page}");
        assert_eq!(found("turbine&page=2").await.0, 1, "what does not fit on a page stands on the next");
    })
    .await;
}
