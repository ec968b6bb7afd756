//! The one way to save: what is no longer there is not saved to, and of two who save the same at once none fails.

use axum::http::StatusCode;

use crate::world::{Role, World, beginning, on_both};

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

/// What a form carries unseen: the version it is begun on, and the marks of its values.
fn carried(page: &str) -> [(&'static str, String); 2] {
    ["version", "begun_values"].map(|name| {
        let (_, after) = page.split_once(&format!(r#"name="{name}" value=""#)).unwrap();
        (name, after.split('"').next().unwrap().to_owned())
    })
}

#[tokio::test]
async fn what_two_people_changed_apart_is_kept_and_what_both_changed_is_asked() {
    on_both(async |world| {
        let begun = [("client_name", "Granite Power"), ("client_type", "Utility"), ("notes", "as it was")];
        let id = world.post(Role::Plain, "/clients/new", &begun).await.new_id();
        let path = format!("/clients/{id}/edit");
        let form = carried(&world.page(Role::Plain, &path).await);
        let save = async |role, form: &[(&'static str, String); 2], fields: &[(&str, &str)]| {
            let unseen = form.iter().map(|(name, value)| (*name, value.as_str()));
            world.post(role, &path, &fields.iter().copied().chain(unseen).collect::<Vec<_>>()).await
        };
        let notes = [begun[0], begun[1], ("notes", "changed by the team")];
        save(Role::Team, &form, &notes).await.location();
        let kind = [begun[0], ("client_type", "IPP"), begun[2]];
        let answer = save(Role::Plain, &form, &kind).await;
        assert_eq!(answer.location(), format!("/clients/{id}"));
        let stored = format!("SELECT client_name || client_type || notes FROM clients WHERE client_id = {id}");
        assert_eq!(world.texts(&stored), ["Granite PowerIPPchanged by the team"]);

        let both = [("client_name", "Granite Energy"), begun[1], ("notes", "changed by plain")];
        let answer = save(Role::Plain, &form, &both).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.body.matches("Saved meanwhile").count(), 1, "only the notes were changed by both");
        assert!(answer.body.contains("<q>changed by the team</q>") && answer.body.contains("changed by plain"));
        let again = carried(&answer.body);
        let decided = [both[0], ("client_type", "IPP"), both[2], ("take_notes", "theirs")];
        save(Role::Plain, &again, &decided).await.location();
        assert_eq!(world.texts(&stored), ["Granite EnergyIPPchanged by the team"]);
    })
    .await;
}

#[tokio::test]
async fn a_version_that_is_none_does_not_tell_who_saved_the_figures() {
    on_both(async |world| {
        let fields = [("project_name", "Station"), ("capex", "1")];
        let id = world.post(Role::Confidential, "/projects/new", &fields).await.new_id();
        let later = [("project_name", "Station"), ("capex", "2"), ("version", "1"), ("figures_version", "2")];
        world.set_clock(beginning() + chrono::TimeDelta::hours(2));
        world.post(Role::Confidential, &format!("/projects/{id}/edit"), &later).await.location();
        world.set_clock(beginning() + chrono::TimeDelta::hours(5));
        for version in ["x", "01"] {
            let sent = [("project_name", "Station two"), ("version", version)];
            let answer = world.post(Role::Plain, &format!("/projects/{id}/edit"), &sent).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(
                answer.body.contains("saved this 5 hours ago"),
                "the open save, not that of the figures: {version}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn archiving_what_is_archived_leaves_the_version_of_an_open_form_alone() {
    on_both(async |world| {
        let owner = world.record("owners", &[("company_name", "Owner one")]).await;
        for archived in ["on", "on", "", ""] {
            let path = format!("/owners/{owner}/archive");
            world.post(Role::Plain, &path, &[("archived", archived)]).await.location();
        }
        let version = "SELECT version FROM owners_developers";
        assert_eq!(world.number(version), 3, "there and back are two changes");
    })
    .await;
}
