//! The contact log, and what of it the client shows.

use axum::http::StatusCode;

use crate::undo::message;
use crate::world::{Role, World, on_both};

#[tokio::test]
async fn an_older_contact_does_not_move_the_last_contact_back() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        world.contact(Role::Plain, id, 5, &[("summary", "the newer one")]).await;
        world.contact(Role::Plain, id, 50, &[("summary", "the older one")]).await;
        let client = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["last_contact_date"], world.days_ago(5));
        assert_eq!(client["last_contact_notes"], "the newer one");
        assert_eq!(client["last_contact_by"], world.person(Role::Plain));
    })
    .await;
}

#[tokio::test]
async fn correcting_and_removing_an_entry_brings_the_client_to_the_latest_left() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        world.contact(Role::Plain, id, 9, &[]).await;
        world.contact(Role::Plain, id, 3, &[]).await;
        let one = |order: &str| {
            world.number(&format!("SELECT contact_id FROM contact_log ORDER BY contact_date {order} LIMIT 1"))
        };
        let (older, latest) = (one("ASC"), one("DESC"));
        let corrected = [("contact_date", world.days_ago(20)), ("contact_type", "Email".into())];
        let fields: Vec<(&str, &str)> = corrected.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = world.post(Role::Plain, &format!("/contacts/{latest}/edit"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let path = format!("/clients/api/{id}");
        assert_eq!(world.get(Role::Plain, &path).await.json()["last_contact_date"], world.days_ago(9));
        for contact in [older, latest] {
            world.post(Role::Admin, &format!("/contacts/{contact}/delete"), &[]).await.location();
        }
        assert!(world.get(Role::Plain, &path).await.json()["last_contact_date"].is_null());
    })
    .await;
}

#[tokio::test]
async fn a_confidential_contact_counts_for_everyone_and_tells_nothing() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let secret = [("is_confidential", "on"), ("summary", "the hidden summary"), ("follow_up_needed", "on")];
        world.contact(Role::Confidential, id, 2, &secret).await;
        let client = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["last_contact_date"], world.days_ago(2));
        assert!(client["last_contact_notes"].is_null());
        for path in ["/contacts", &format!("/clients/{id}"), &format!("/clients/{id}/contacts")] {
            assert!(!world.page(Role::Plain, path).await.contains("the hidden summary"), "{path}");
            assert!(world.page(Role::Confidential, path).await.contains("the hidden summary"), "{path}");
        }
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        for path in [format!("/contacts/{contact}/edit"), "/contacts/999999/edit".into()] {
            assert_eq!(world.get(Role::Plain, &path).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(
            world.post(Role::Plain, &format!("/follow-ups/{contact}/completion"), &[]).await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn a_contact_in_the_future_and_a_follow_up_in_the_past_are_refused_with_the_text_kept() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (tomorrow, yesterday) = (world.days_ahead(1), world.days_ago(1));
        let fields = [
            ("contact_date", &*tomorrow),
            ("contact_type", "Phone"),
            ("follow_up_date", &yesterday),
            ("summary", "what I typed"),
        ];
        let answer = world.post(Role::Plain, &format!("/clients/{id}/contact"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("A contact lies in the past or today"));
        assert!(answer.body.contains("A follow-up lies today or later"));
        assert!(answer.body.contains("what I typed"));
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);
    })
    .await;
}

#[tokio::test]
async fn only_a_ticked_contact_clears_the_plan_and_one_on_its_day_asks() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (today, later) = (world.days_ago(0), world.days_ahead(7));
        let (path, api) = (format!("/clients/{id}/contact"), format!("/clients/api/{id}"));
        let planned = async || world.get(Role::Plain, &api).await.json()["next_planned_contact_date"].clone();
        let plan = |day| [("next_planned_contact_date", day), ("next_planned_contact_type", "Video")];
        let made = [("contact_date", &*today), ("contact_type", "Phone")];
        let tick = ("planned_contact_made", "on");
        let ticked = "name=\"planned_contact_made\" value=\"on\" checked";

        world.post(Role::Plain, &path, &plan(&*later)).await.location();
        assert!(!world.page(Role::Plain, &path).await.contains(ticked), "the day has not come");
        let early = world.post(Role::Plain, &path, &made).await;
        assert_eq!(
            (message(&early).as_str(), planned().await),
            ("Contact with Northern Light logged", later.clone().into())
        );

        world.post(Role::Plain, &path, &plan(&*today)).await.location();
        assert!(world.page(Role::Plain, &path).await.contains(ticked), "the day has come");
        let unticked = world.post(Role::Plain, &path, &made).await;
        let question = format!(
            "Contact with Northern Light logged. Was this the planned contact of {today}? If so, clear the plan."
        );
        assert_eq!((message(&unticked), planned().await), (question, today.clone().into()));
        let held = held_plan(world, id).await;
        let own = world.person(Role::Plain).to_string();
        let shown = [("next_planned_contact_assigned_to", &*own), ("held_plan", &*held)];
        let answered = [&made[..], &plan(&*today), &shown].concat();
        let answered = world.post(Role::Plain, &path, &answered).await;
        assert_eq!(
            (message(&answered).as_str(), planned().await),
            ("Contact with Northern Light logged", today.clone().into())
        );

        world.post(Role::Plain, &path, &[&made[..], &[tick]].concat()).await.location();
        assert!(planned().await.is_null());
        world.post(Role::Plain, &path, &plan(&*today)).await.location();
        let replaced = [&made[..], &plan(&*later), &[tick]].concat();
        world.post(Role::Plain, &path, &replaced).await.location();
        assert_eq!(planned().await, later);
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_moved_although_the_form_had_the_tick_set() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (today, later) = (world.days_ago(0), world.days_ahead(7));
        let path = format!("/clients/{id}/contact");
        world.post(Role::Plain, &path, &[("next_planned_contact_date", &*today)]).await.location();
        let held = held_plan(world, id).await;
        let tick = ("planned_contact_made", "on");
        let moved = [("contact_date", &*today), ("next_planned_contact_date", &later), ("held_plan", &held), tick];
        world.post(Role::Plain, &path, &moved).await.location();
        let client = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["next_planned_contact_date"], later);
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);
        let alone = world.post(Role::Plain, &path, &[tick]).await;
        assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "what was made is not told");
    })
    .await;
}

#[tokio::test]
async fn the_column_names_of_the_client_reach_the_log() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let day = world.days_ago(4);
        let fields = [
            ("last_contact_date", &*day),
            ("last_contact_type", "In-person"),
            ("last_contact_notes", "in the seed's words"),
        ];
        world.post(Role::Plain, &format!("/clients/{id}/contact"), &fields).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE summary = 'in the seed''s words'"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_is_open_until_it_is_done() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        world.contact(Role::Plain, id, 1, &[("follow_up_needed", "on")]).await;
        assert!(world.page(Role::Plain, "/my-work").await.contains("Northern Light"));
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        world.post(Role::Plain, &format!("/follow-ups/{contact}/completion"), &[]).await.location();
        assert!(!world.page(Role::Plain, "/my-work").await.contains("Northern Light"));
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE follow_up_done"), 1);
    })
    .await;
}

/// The plan that the contact form of a client is begun on.
async fn held_plan(world: &World, client: i64) -> String {
    let form = world.page(Role::Plain, &format!("/clients/{client}/contact")).await;
    form.split("name=\"held_plan\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_form_that_says_nothing_is_refused_and_leaves_the_plan() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (today, later) = (world.days_ago(0), world.days_ahead(9));
        let path = format!("/clients/{id}/contact");
        world.post(Role::Plain, &path, &[("next_planned_contact_date", &*later)]).await.location();
        let (own, held) = (world.person(Role::Plain).to_string(), held_plan(world, id).await);
        let shown = [
            ("contact_date", &*today),
            ("next_planned_contact_date", &later),
            ("next_planned_contact_assigned_to", &own),
            ("held_plan", &held),
        ];
        for nothing in [&shown[..], &shown[1..], &[("contact_date", ""), ("next_planned_contact_date", "")]] {
            let answer = world.post(Role::Plain, &path, nothing).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
        }
        let plan = "SELECT count(*) FROM clients WHERE next_planned_contact_date IS NOT NULL";
        assert_eq!(world.number(plan), 1);
        let emptied = [("contact_date", &*today), ("next_planned_contact_date", ""), ("held_plan", &held)];
        world.post(Role::Plain, &path, &emptied).await.location();
        assert_eq!((world.number(plan), world.number("SELECT count(*) FROM contact_log")), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_someone_changed_meanwhile_is_not_replaced_unseen() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (first, second, third) = (world.days_ahead(3), world.days_ahead(5), world.days_ahead(7));
        let path = format!("/clients/{id}/contact");
        world.post(Role::Plain, &path, &[("next_planned_contact_date", &*first)]).await.location();
        let plan = |day, held| [("next_planned_contact_date", day), ("held_plan", held)];
        let begun = held_plan(world, id).await;
        world.post(Role::Plain, &path, &plan(&*second, &*begun)).await.location();
        let untouched = [
            ("contact_type", "Phone"),
            ("contact_date", "today"),
            ("next_planned_contact_date", &*first),
            ("next_planned_contact_assigned_to", &*world.person(Role::Plain).to_string()),
            ("held_plan", &begun),
        ];
        world.post(Role::Team, &path, &untouched).await.location();
        let late = world.post(Role::Team, &path, &plan(&*third, &*begun)).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains(&format!("it is planned for {second}")));
        let now = held_plan(world, id).await;
        assert!(late.body.contains(&format!("name=\"held_plan\" value=\"{now}\"")) && now.starts_with(&second));
        let nonsense = world.post(Role::Team, &path, &plan("soon", &*begun)).await;
        assert!(nonsense.body.contains(&format!("name=\"held_plan\" value=\"{begun}\"")));
        world.post(Role::Team, &path, &plan(&*third, &*now)).await.location();
        let client = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["next_planned_contact_date"], third);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_that_is_no_longer_needed_goes_with_its_date() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (today, later) = (world.days_ago(0), world.days_ahead(4));
        world.contact(Role::Plain, id, 0, &[("follow_up_needed", "on"), ("follow_up_date", &later)]).await;
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        let person = world.person(Role::Plain).to_string();
        let unticked = [
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("follow_up_date", &later),
            ("follow_up_assigned_to", &person),
        ];
        world.post(Role::Plain, &format!("/contacts/{contact}/edit"), &unticked).await.location();
        let none = "SELECT count(*) FROM contact_log WHERE NOT follow_up_needed AND follow_up_date IS NULL";
        assert_eq!(world.number(none), 1);
    })
    .await;
}

#[tokio::test]
async fn a_day_may_be_given_in_words() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let fields =
            [("contact_date", "Yesterday"), ("contact_type", "Phone"), ("next_planned_contact_date", "in 2 weeks")];
        world.post(Role::Plain, &format!("/clients/{id}/contact"), &fields).await.location();
        let client = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["last_contact_date"], world.days_ago(1));
        assert_eq!(client["next_planned_contact_date"], world.days_ahead(14));
    })
    .await;
}

#[tokio::test]
async fn a_person_who_is_not_on_file_is_refused_beside_the_field() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        world.contact(Role::Plain, id, 1, &[]).await;
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        let today = world.days_ago(0);
        let met = [("contact_date", &*today), ("contact_type", "Phone"), ("contact_person_id", "999999")];
        for path in [format!("/clients/{id}/contact"), format!("/contacts/{contact}/edit")] {
            let answer = world.post(Role::Plain, &path, &met).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(answer.body.contains("Choose a person on file"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_contact_for_any_client_goes_by_the_name_that_is_in_use() {
    on_both(async |world| {
        let archived = world.client("Northern Light").await;
        world.post(Role::Plain, &format!("/clients/{archived}/archive"), &[("archived", "on")]).await.location();
        let again = [("client_name", "Northern Light"), ("name_confirmed", "on")];
        let id = world.post(Role::Plain, "/clients/new", &again).await.new_id();
        let fields = [("client_id", ""), ("client_id_name", "northern light"), ("contact_type", "Email")];
        let fields = [&fields[..], &[("contact_date", "today")]].concat();
        assert_eq!(world.post(Role::Plain, "/contacts/new", &fields).await.new_id(), id);
        world.post(Role::Plain, "/clients/new", &again).await.location();
        let unclear = world.post(Role::Plain, "/contacts/new", &fields).await;
        assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unclear.body.contains("Choose the client from the list") && unclear.body.contains("northern light"));
    })
    .await;
}

/// Logs so many contacts, as years of use do.
fn log_many(world: &World, client: i64, by: i64, number: u64) {
    world.execute(&format!(
        "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {number}) \
         INSERT INTO contact_log (contact_id, client_id, contact_date, contact_type, contacted_by, created_date) \
         SELECT 1000000 + number, {client}, '2020-01-01', 'Phone', {by}, '2020-01-01 00:00:00' FROM numbers"
    ));
}

#[tokio::test]
async fn contacts_are_counted_in_full_or_as_far_as_it_tells() {
    on_both(async |world| {
        let id = world.client("Much spoken to").await;
        world.contact(Role::Confidential, id, 1, &[("is_confidential", "on")]).await;
        log_many(world, id, world.person(Role::Plain), 10_001);
        assert!(world.page(Role::Plain, "/contacts").await.contains("of 10,001\n"));
        assert!(world.page(Role::Confidential, "/contacts").await.contains("of 10,002\n"));
        let narrowed = world.page(Role::Plain, "/contacts?contact_type=Phone&page=999999").await;
        assert!(narrowed.contains("9,951–10,000 of more than 10,000\n"));
        assert!(world.page(Role::Plain, "/contacts?contact_type=Email").await.contains(">0<"));
    })
    .await;
}

#[tokio::test]
async fn a_person_shows_each_contact_once_the_latest_first_whichever_their_part() {
    on_both(async |world| {
        let (id, person) = (world.client("Riverbank").await, world.person(Role::Plain).to_string());
        let met = |text| [("contact_person_id", &*person), ("summary", text)];
        world.contact(Role::Team, id, 3, &met("ZZmet")).await;
        world.contact(Role::Plain, id, 2, &met("ZZboth")).await;
        world.contact(Role::Plain, id, 1, &[("summary", "ZZmade")]).await;
        let hidden = [&met("ZZhidden")[..], &[("is_confidential", "on")]].concat();
        world.contact(Role::Confidential, id, 0, &hidden).await;
        let page = world.page(Role::Plain, &format!("/people/{person}")).await;
        let places: Vec<usize> = ["ZZmade", "ZZboth", "ZZmet"].iter().map(|text| page.find(text).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(page.matches("ZZboth").count(), 1);
        assert!(!page.contains("ZZhidden"));
    })
    .await;
}

#[tokio::test]
async fn a_name_that_may_mean_several_is_answered_with_those() {
    on_both(async |world| {
        let (one, other) = (world.client("Cape Meridian Power").await, world.client("Cape Meridian Water").await);
        let today = world.days_ago(0);
        let typed = [
            ("client_id_name", "cape meridian"),
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("summary", "typed once"),
        ];
        let answer = world.post(Role::Plain, "/contacts/new", &typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for id in [one, other] {
            let radio = format!(r#"name="client_id_taken" value="{id}""#);
            assert!(answer.body.contains(&radio) && answer.body.contains("typed once"), "{}", answer.body);
        }
        let chosen = other.to_string();
        let taken = [&typed[..], &[("client_id", "unknown"), ("client_id_taken", &*chosen)]].concat();
        let saved = world.post(Role::Plain, "/contacts/new", &taken).await;
        assert_eq!(saved.location(), format!("/clients/{other}"));
        assert_eq!(world.number(&format!("SELECT count(*) FROM contact_log WHERE client_id = {other}")), 1);
    })
    .await;
}
