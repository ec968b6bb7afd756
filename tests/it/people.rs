//! People: what a colleague has to do, and handing it over when they leave.

use axum::http::StatusCode;

use crate::world::{Role, on_both};

#[tokio::test]
async fn everything_open_goes_to_another_colleague_in_one_step() {
    on_both(async |world| {
        let (leaver, heir) = (world.person(Role::Team), world.person(Role::Plain));
        let (from, to) = (leaver.to_string(), heir.to_string());
        let later = world.days_ahead(5);
        let mut clients = Vec::new();
        for (name, primary, secondary) in [("Anna", &*from, ""), ("Bert", &*to, &*from), ("Carl", &*from, &*to)] {
            let fields = [("client_name", name), ("mpr_primary_poc", primary), ("mpr_secondary_poc", secondary)];
            clients.push(world.post(Role::Plain, "/clients/new", &fields).await.new_id());
        }
        let plan = [("next_planned_contact_date", &*later), ("next_planned_contact_assigned_to", &from)];
        world.post(Role::Plain, &format!("/clients/{}/contact", clients[0]), &plan).await.location();
        let open = [("follow_up_needed", "on"), ("follow_up_assigned_to", &*from)];
        world.contact(Role::Plain, clients[0], 1, &open).await;
        let hidden = [&open[..], &[("is_confidential", "on")]].concat();
        world.contact(Role::Confidential, clients[0], 2, &hidden).await;
        let page = world.page(Role::Plain, &format!("/people/{leaver}")).await;
        for words in ["Anna", "Bert", "Carl", "Hand over open work", "in 5 days"] {
            assert!(page.contains(words), "{words}");
        }
        let path = format!("/people/{leaver}/handover");
        for successor in ["", "999999", &*from] {
            let answer = world.post(Role::Plain, &path, &[("successor", successor)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{successor}");
        }
        assert_eq!(world.post(Role::ReadOnly, &path, &[("successor", &*to)]).await.status, StatusCode::FORBIDDEN);
        world.post(Role::Plain, &path, &[("successor", &*to)]).await.location();
        let count = |what: &str| world.number(&format!("SELECT count(*) FROM {what}"));
        assert_eq!(count(&format!("clients WHERE {leaver} IN (mpr_primary_poc, mpr_secondary_poc)")), 0);
        assert_eq!(count(&format!("clients WHERE mpr_primary_poc = {heir} AND mpr_secondary_poc IS NULL")), 3);
        assert_eq!(count(&format!("clients WHERE next_planned_contact_assigned_to = {heir}")), 1);
        assert_eq!(count(&format!("contact_log WHERE follow_up_assigned_to = {heir}")), 1);
        let kept = format!("contact_log WHERE follow_up_assigned_to = {leaver} AND is_confidential");
        assert_eq!(count(&kept), 1, "what one cannot see stays where it is");
        assert_eq!(count("audit_log WHERE table_name = 'clients' AND action = 'update'"), 3);
    })
    .await;
}

#[tokio::test]
async fn an_external_person_and_a_missing_one_have_nothing_to_hand_over() {
    on_both(async |world| {
        let fields = [("full_name", "Outside Person"), ("personnel_type", "External"), ("is_active", "on")];
        let id = world.record("people", &fields).await;
        assert!(!world.page(Role::Plain, &format!("/people/{id}")).await.contains("Hand over"));
        for id in [id.to_string(), "999999".into(), "x".into()] {
            let answer = world.post(Role::Plain, &format!("/people/{id}/handover"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    })
    .await;
}
