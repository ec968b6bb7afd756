//! The one way to save: what is no longer there is not saved to, and of two who save the same at once none fails.

use axum::http::StatusCode;

use crate::world::{Role, World, on_both};

/// Merges one client into another as an administrator.
async fn merge(world: &World, survivor: i64, merged: i64) {
    let other = merged.to_string();
    world.post(Role::Admin, &format!("/clients/{survivor}/merge"), &[("other", other.as_str())]).await.location();
}

/// A form that is sent: who sends it, where to, and what is typed in it.
type Form = (Role, String, Vec<(&'static str, &'static str)>);

/// Every form that a client has.
fn forms(client: i64) -> Vec<Form> {
    vec![
        (Role::Plain, format!("/clients/{client}/edit"), vec![("client_name", "Typed Words"), ("version", "1")]),
        (Role::Team, format!("/clients/{client}/assessment"), vec![("relationship_notes", "Typed Words")]),
        (
            Role::Plain,
            format!("/clients/{client}/contact"),
            vec![("contact_type", "Phone"), ("summary", "Typed Words")],
        ),
        (Role::Team, format!("/crm/roundtable/{client}"), vec![("next_steps", "Typed Words")]),
        (Role::Plain, format!("/clients/{client}/links/owner"), vec![("owner_id", "1"), ("notes", "Typed Words")]),
    ]
}

async fn is_refused_everywhere(world: &World, client: i64, words: &str) {
    let today = world.days_ago(0);
    for (role, path, mut fields) in forms(client) {
        fields.push(("contact_date", &today));
        fields.push(("meeting_date", &today));
        let answer = world.post(role, &path, &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path} does not say where the client went");
        assert!(answer.body.contains("Typed Words"), "{path} lost what was typed");
    }
    for table in ["contact_log", "roundtable_history", "client_owner_relationships"] {
        assert_eq!(world.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_name = 'Typed Words'"), 0);
}

#[tokio::test]
async fn a_form_begun_before_its_record_was_merged_is_refused_and_says_where_it_went() {
    on_both(async |world| {
        world.record("owners", &[("company_name", "Owner one")]).await;
        let (stays, goes) = (world.client("Granite Power").await, world.client("Basalt Energy").await);
        merge(world, stays, goes).await;
        is_refused_everywhere(world, goes, "merged into Granite Power").await;
    })
    .await;
}

#[tokio::test]
async fn a_form_begun_before_its_record_was_archived_is_refused() {
    on_both(async |world| {
        world.record("owners", &[("company_name", "Owner one")]).await;
        let client = world.client("Granite Power").await;
        world.post(Role::Plain, &format!("/clients/{client}/archive"), &[("archived", "on")]).await.location();
        is_refused_everywhere(world, client, "is archived").await;
    })
    .await;
}

#[tokio::test]
async fn a_record_is_not_linked_to_one_that_is_archived() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let owner = world.record("owners", &[("company_name", "Owner one")]).await;
        world.post(Role::Plain, &format!("/owners/{owner}/archive"), &[("archived", "on")]).await.location();
        let id = owner.to_string();
        let answer = world.post(Role::Plain, &format!("/clients/{client}/links/owner"), &[("owner_id", &id)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Owner one is archived"), "{}", answer.body);
        let edit = [("company_name", "Owner two"), ("version", "2")];
        let answer = world.post(Role::Plain, &format!("/owners/{owner}/edit"), &edit).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("Owner two"), "what was typed stays");
    })
    .await;
}

#[tokio::test]
async fn whoever_saves_the_same_name_a_moment_later_gets_the_form_back() {
    on_both(async |world| {
        let fields = [("vendor_name", "Slate Reactors"), ("notes", "typed by one of many")];
        let saves = (0..8).map(|_| world.post(Role::Plain, "/vendors/new", &fields));
        let answers = futures_util::future::join_all(saves).await;
        let saved = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        assert_eq!(saved, 1);
        for answer in answers.iter().filter(|answer| answer.status != StatusCode::SEE_OTHER) {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
            assert!(answer.body.contains("exists") && answer.body.contains("typed by one of many"), "{}", answer.body);
        }
        assert_eq!(world.number("SELECT count(*) FROM technology_vendors"), 1);
    })
    .await;
}

#[tokio::test]
async fn all_that_one_save_does_is_one_change() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let before = world.number("SELECT count(*) FROM changes");
        let plan = world.days_ahead(7);
        world.contact(Role::Plain, client, 0, &[("summary", "words"), ("next_planned_contact_date", &plan)]).await;
        assert_eq!(world.number("SELECT count(*) FROM changes"), before + 1);
        let rows = "SELECT count(*) FROM audit_log WHERE change_id = \
                    (SELECT change_id FROM audit_log WHERE table_name = 'contact_log')";
        assert_eq!(world.number(rows), 3, "the contact, the client's last contact, and the plan");
        let who = "SELECT count(*) FROM changes WHERE way = 'page' AND username = 'plain' AND change_id = \
                   (SELECT change_id FROM audit_log WHERE table_name = 'contact_log')";
        assert_eq!(world.number(who), 1);
        for statement in
            ["UPDATE audit_log SET changes = ''", "DELETE FROM audit_log", "UPDATE changes SET way = 'api'"]
        {
            assert!(world.try_execute(statement).is_err(), "{statement} was taken");
        }
    })
    .await;
}
