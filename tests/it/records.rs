//! The records around the clients: made, listed, changed, archived; confidential figures stay with those who may.

use axum::http::StatusCode;

use crate::world::{Role, on_both};

const KINDS: [(&str, &str); 7] = [
    ("owners", "company_name"),
    ("vendors", "vendor_name"),
    ("projects", "project_name"),
    ("operators", "company_name"),
    ("constructors", "company_name"),
    ("offtakers", "company_name"),
    ("people", "full_name"),
];

#[tokio::test]
async fn every_kind_is_saved_listed_searched_and_archived() {
    on_both(async |world| {
        for (path, name) in KINDS {
            let fields =
                [(name, "Élan Works"), ("notes", "some notes"), ("personnel_type", "External"), ("is_active", "on")];
            let id = world.record(path, &fields).await;
            let page = world.page(Role::ReadOnly, &format!("/{path}/{id}")).await;
            assert!(page.contains("Élan Works") && page.contains("some notes"), "{path}");
            assert!(world.page(Role::ReadOnly, &format!("/{path}?search=elan")).await.contains("Élan Works"), "{path}");
            let found = world.get(Role::ReadOnly, &format!("/{path}/api/search?q=works")).await.json();
            assert_eq!(found[0]["id"], id, "{path}");
            world.post(Role::Plain, &format!("/{path}/{id}/archive"), &[("archived", "on")]).await.location();
            assert!(!world.page(Role::ReadOnly, &format!("/{path}")).await.contains("Élan Works"), "{path}");
            assert_eq!(world.get(Role::ReadOnly, &format!("/{path}/{id}")).await.status, StatusCode::OK, "{path}");
            assert_eq!(world.get(Role::Plain, &format!("/{path}/999999")).await.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_that_cannot_be_is_named_beside_its_field() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Vendor")]).await.to_string();
        let fields = [
            ("product_name", ""),
            ("vendor_id", &*vendor),
            ("thermal_capacity", "-5"),
            ("thermal_efficiency", "101"),
            ("notes", "kept"),
        ];
        let answer = world.post(Role::Plain, "/technologies/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["Technology name", "a number above 0", "a number from 0 to 100", "kept"] {
            assert!(answer.body.contains(words), "{words}");
        }
        let status = [("project_name", "P"), ("project_status", "Dreaming"), ("latitude", "91")];
        let answer = world.post(Role::Plain, "/projects/new", &status).await;
        assert!(answer.body.contains("Choose one of: Conceptual") && answer.body.contains("a number from -90 to 90"));
    })
    .await;
}

#[tokio::test]
async fn a_vendor_is_unique_and_a_technology_within_its_vendor() {
    on_both(async |world| {
        let one = world.record("vendors", &[("vendor_name", "Vendor one")]).await.to_string();
        let two = world.record("vendors", &[("vendor_name", "Vendor two")]).await.to_string();
        let fields = |vendor| [("product_name", "Reactor"), ("vendor_id", vendor), ("name_confirmed", "on")];
        world.record("technologies", &fields(&*one)).await;
        world.record("technologies", &fields(&*two)).await;
        let again = world.post(Role::Plain, "/technologies/new", &fields(&*one)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let vendor = [("vendor_name", "vendor ONE"), ("name_confirmed", "on")];
        assert_eq!(world.post(Role::Plain, "/vendors/new", &vendor).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn the_second_writer_of_a_record_sees_both() {
    on_both(async |world| {
        let id = world.record("owners", &[("company_name", "Holding")]).await;
        let path = format!("/owners/{id}/edit");
        let first = [("company_name", "Holding"), ("notes", "saved first"), ("version", "1")];
        world.post(Role::Plain, &path, &first).await.location();
        let second = [("company_name", "Holding"), ("notes", "typed second"), ("version", "1")];
        let answer = world.post(Role::Team, &path, &second).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("saved first") && answer.body.contains("typed second"));
    })
    .await;
}

#[tokio::test]
async fn figures_are_saved_and_shown_with_confidential_access_only() {
    on_both(async |world| {
        let fields = [("project_name", "Station"), ("capex", "1234.5"), ("opex", ""), ("fuel_cost", ""), ("lcoe", "")];
        let id = world.post(Role::Confidential, "/projects/new", &fields).await.new_id();
        assert!(world.page(Role::Confidential, &format!("/projects/{id}")).await.contains("1234.5"));
        let page = world.page(Role::Plain, &format!("/projects/{id}")).await;
        assert!(!page.contains("1234.5") && !page.contains("Capital cost"));
        assert!(!world.page(Role::Plain, &format!("/projects/{id}/edit")).await.contains("capex"));
        let audit = "SELECT count(*) FROM audit_log WHERE sensitivity = 'confidential' AND changes LIKE '%1234.5%'";
        assert_eq!(world.number(audit), 1);
        assert_eq!(
            world.number("SELECT count(*) FROM audit_log WHERE sensitivity = 'public' AND changes LIKE '%1234.5%'"),
            0
        );
    })
    .await;
}
