//! People: what a colleague has to do, and handing it over when they leave.

use axum::http::StatusCode;

use crate::world::{Role, on_both};

#[tokio::test]
async fn what_is_ticked_goes_to_another_colleague_in_one_step() {
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
        let path = format!("/people/{leaver}/handover");
        let page = world.page(Role::Plain, &format!("/people/{leaver}")).await;
        for words in ["Anna", "Bert", "Carl", "Hand over work", &path, "in 5 days"] {
            assert!(page.contains(words), "{words}");
        }
        let preview = world.page(Role::Plain, &path).await;
        let all = ticked(&preview);
        assert_eq!(all.len(), 5, "two primary, one secondary, a plan and a follow-up are ticked beforehand");
        for successor in ["", "999999", &*from] {
            let answer =
                world.post(Role::Plain, &path, &[&[("successor", successor)], &fields_of(&all)[..]].concat()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{successor}");
            assert_eq!(ticked(&answer.body).len(), 5, "what was ticked stays");
        }
        let nothing = world.post(Role::Plain, &path, &[("successor", &*to)]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = [&[("successor", &*to)], &fields_of(&all)[..]].concat();
        assert_eq!(world.post(Role::ReadOnly, &path, &sent).await.status, StatusCode::FORBIDDEN);
        let done = world.post(Role::Plain, &path, &sent).await;
        let told = hex::encode("3 clients, 1 planned contact, 1 follow-up");
        assert!(done.location().ends_with(&leaver.to_string()) && done.everything().contains(&told));
        let last = "change_id = (SELECT change_id FROM audit_log ORDER BY audit_id DESC LIMIT 1)";
        assert_eq!(world.number(&format!("SELECT count(*) FROM audit_log WHERE {last}")), 5, "all of it is one change");
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
async fn what_is_not_ticked_stays_and_what_changed_meanwhile_is_refused_whole() {
    on_both(async |world| {
        let (leaver, heir) = (world.person(Role::Team), world.person(Role::Plain));
        let (from, to) = (leaver.to_string(), heir.to_string());
        let mut clients = Vec::new();
        for name in ["Anna", "Bert"] {
            let fields = [("client_name", name), ("mpr_primary_poc", &*from)];
            clients.push(world.post(Role::Plain, "/clients/new", &fields).await.new_id().to_string());
        }
        let path = format!("/people/{leaver}/handover");
        let held =
            |person: i64| world.number(&format!("SELECT count(*) FROM clients WHERE mpr_primary_poc = {person}"));
        let one = [("successor", &*to), ("primary", &*clients[0])];
        world.post(Role::Plain, &path, &one).await.location();
        assert_eq!((held(leaver), held(heir)), (1, 1));
        // The first is the heir's by now; the second, ticked beside it, stays as well.
        let both = [&one[..], &[("primary", &*clients[1])]].concat();
        for sent in
            [&both[..], &[("successor", &*to), ("planned", &*clients[1])], &[("successor", &*to), ("follow_up", "1")]]
        {
            let answer = world.post(Role::Plain, &path, sent).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{sent:?}");
            assert!(answer.body.contains("nothing was handed over"));
        }
        assert_eq!((held(leaver), held(heir)), (1, 1));
    })
    .await;
}

/// The ticks of a handover that are set: names and ids.
fn ticked(page: &str) -> Vec<(String, String)> {
    let boxes = page.split("type=\"checkbox\" name=\"").skip(1).map(|part| part.split('>').next().unwrap());
    let ticked = boxes.filter(|part| part.contains("checked"));
    let value = |part: &str, after: &str| part.split(after).nth(1).unwrap().split('"').next().unwrap().to_owned();
    ticked.map(|part| (part.split('"').next().unwrap().to_owned(), value(part, "value=\""))).collect()
}

fn fields_of(ticked: &[(String, String)]) -> Vec<(&str, &str)> {
    ticked.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect()
}

#[tokio::test]
async fn an_external_person_and_a_missing_one_have_nothing_to_hand_over() {
    on_both(async |world| {
        let fields = [("full_name", "Outside Person"), ("personnel_type", "External"), ("is_active", "on")];
        let id = world.record("people", &fields).await;
        assert!(!world.page(Role::Plain, &format!("/people/{id}")).await.contains("Hand over"));
        for id in [id.to_string(), "999999".into(), "x".into()] {
            let page = world.get(Role::Plain, &format!("/people/{id}/handover")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
            let answer = world.post(Role::Plain, &format!("/people/{id}/handover"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    })
    .await;
}
