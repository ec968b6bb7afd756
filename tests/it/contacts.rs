//! The contact log, and what of it the client shows.

use axum::http::StatusCode;

use crate::world::{Role, on_both};

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
        let latest = world.number("SELECT max(contact_id) FROM contact_log");
        let corrected = [("contact_date", world.days_ago(20)), ("contact_type", "Email".into())];
        let fields: Vec<(&str, &str)> = corrected.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = world.post(Role::Plain, &format!("/contacts/{latest}/edit"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let path = format!("/clients/api/{id}");
        assert_eq!(world.get(Role::Plain, &path).await.json()["last_contact_date"], world.days_ago(9));
        for contact in [latest - 1, latest] {
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
async fn a_planned_contact_that_was_made_is_cleared_and_a_next_one_takes_its_place() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let (today, later) = (world.days_ago(0), world.days_ahead(7));
        let path = format!("/clients/{id}/contact");
        let plan = [("next_planned_contact_date", &*today), ("next_planned_contact_type", "Video")];
        world.post(Role::Plain, &path, &plan).await.location();
        let api = format!("/clients/api/{id}");
        assert_eq!(world.get(Role::Plain, &api).await.json()["next_planned_contact_date"], today);
        world.contact(Role::Plain, id, 0, &[]).await;
        assert!(world.get(Role::Plain, &api).await.json()["next_planned_contact_date"].is_null());
        world.contact(Role::Plain, id, 0, &[("next_planned_contact_date", &later)]).await;
        assert_eq!(world.get(Role::Plain, &api).await.json()["next_planned_contact_date"], later);
        world.contact(Role::Plain, id, 0, &[]).await;
        assert_eq!(world.get(Role::Plain, &api).await.json()["next_planned_contact_date"], later);
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
