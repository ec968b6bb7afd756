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

#[tokio::test]
async fn saving_figures_alone_leaves_no_trace_in_the_open_version() {
    on_both(async |world| {
        let fields = [("project_name", "Station"), ("capex", "1"), ("opex", ""), ("fuel_cost", ""), ("lcoe", "")];
        let id = world.post(Role::Confidential, "/projects/new", &fields).await.new_id();
        let path = format!("/projects/{id}/edit");
        let dearer = [("project_name", "Station"), ("capex", "2"), ("version", "1"), ("figures_version", "2")];
        world.post(Role::Confidential, &path, &dearer).await.location();
        let open = [("project_name", "Station"), ("location", "Ohio"), ("version", "1")];
        world.post(Role::Plain, &path, &open).await.location();
        let late = [("project_name", "Station"), ("capex", "3"), ("version", "2"), ("figures_version", "2")];
        let answer = world.post(Role::Confidential, &path, &late).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("The confidential person saved this") && answer.body.contains("<q>2</q>"));
        assert_eq!(world.number("SELECT count(*) FROM projects WHERE capex = 2"), 1);
    })
    .await;
}

#[tokio::test]
async fn the_name_that_was_typed_decides_what_a_picker_chose() {
    on_both(async |world| {
        let one = world.record("vendors", &[("vendor_name", "Vendor one")]).await.to_string();
        let two = world.record("vendors", &[("vendor_name", "Vendor two")]).await;
        let picked = |name: &'static str, typed: &'static str| {
            [("product_name", name), ("vendor_id", &*one), ("vendor_id_name", typed)]
        };
        let id = world.record("technologies", &picked("First", "vendor TWO")).await;
        assert_eq!(world.number(&format!("SELECT vendor_id FROM products WHERE product_id = {id}")), two);
        for typed in ["", "Vendor three"] {
            let answer = world.post(Role::Plain, "/technologies/new", &picked("Second", typed)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(answer.body.contains(&format!("name=\"vendor_id_name\" value=\"{typed}\"")), "{typed}");
        }
        let form = world.page(Role::Plain, &format!("/technologies/{id}/edit")).await;
        assert!(form.contains("value=\"Vendor two\""));
    })
    .await;
}

#[tokio::test]
async fn a_name_that_an_archived_record_holds_is_refused_in_words() {
    on_both(async |world| {
        let id = world.record("vendors", &[("vendor_name", "Vendor")]).await;
        world.post(Role::Plain, &format!("/vendors/{id}/archive"), &[("archived", "on")]).await.location();
        let again = [("vendor_name", "vendor"), ("name_confirmed", "on")];
        let answer = world.post(Role::Plain, "/vendors/new", &again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("An archived vendor of this name exists"));
    })
    .await;
}

#[tokio::test]
async fn an_article_and_a_legal_form_do_not_hide_that_a_name_is_near() {
    on_both(async |world| {
        world.record("owners", &[("company_name", "The Élan Works, Inc.")]).await;
        let answer = world.post(Role::Plain, "/owners/new", &[("company_name", "elan works")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("The Élan Works, Inc."));
    })
    .await;
}

#[tokio::test]
async fn a_number_with_a_decimal_comma_is_refused_and_not_misread() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Vendor")]).await.to_string();
        let fields = |capacity| [("product_name", "Reactor"), ("vendor_id", &*vendor), ("gross_capacity", capacity)];
        let answer = world.post(Role::Plain, "/technologies/new", &fields("12,5")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        world.record("technologies", &fields("1,250.5")).await;
        assert_eq!(world.number("SELECT count(*) FROM products WHERE gross_capacity = 1250.5"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_record_is_deleted_by_an_administrator_once_nothing_depends_on_it() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let vendor = world.record("vendors", &[("vendor_name", "Some Vendor")]).await.to_string();
        for (path, name) in KINDS.into_iter().chain([("technologies", "product_name")]) {
            let fields =
                [(name, "Élan Works"), ("vendor_id", &*vendor), ("personnel_type", "External"), ("is_active", "on")];
            let id = world.record(path, &fields).await;
            let delete = format!("/{path}/{id}/delete");
            for role in [Role::Plain, Role::Team, Role::Confidential, Role::ReadOnly] {
                assert_eq!(world.post(role, &delete, &[]).await.status, StatusCode::FORBIDDEN, "{role:?} {delete}");
            }
            if matches!(path, "owners" | "projects" | "vendors" | "operators" | "people") {
                let link = format!("/{path}/{id}/links/client");
                let held = [("client_id", client.to_string()), ("is_confidential", "on".into())];
                let held: Vec<(&str, &str)> = held.iter().map(|(name, value)| (*name, value.as_str())).collect();
                world.post(Role::Admin, &link, &held).await.location();
                let refused = world.post(Role::Admin, &delete, &[(name, "Élan Works")]).await;
                assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
                assert!(refused.body.contains("Granite Power"), "{path}");
                let (table, key) = match path {
                    "owners" => ("client_owner_relationships", "owner_id"),
                    "projects" => ("client_project_relationships", "project_id"),
                    "vendors" => ("client_vendor_relationships", "vendor_id"),
                    "operators" => ("client_operator_relationships", "operator_id"),
                    _ => ("client_personnel_relationships", "personnel_id"),
                };
                let row = world.number(&format!("SELECT relationship_id FROM {table} WHERE {key} = {id}"));
                world.post(Role::Admin, &format!("{link}/{row}/delete"), &[]).await.location();
            }
            let wrong = world.post(Role::Admin, &delete, &[(name, "Elan")]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            world.post(Role::Admin, &delete, &[(name, "Élan Works")]).await.location();
            assert_eq!(world.get(Role::Admin, &format!("/{path}/{id}")).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_names_a_record_otherwise_than_by_a_link_keeps_it_too() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Some Vendor")]).await;
        let fields = [("product_name", "Reactor"), ("vendor_id", &*vendor.to_string())];
        let technology = world.record("technologies", &fields).await;
        let project = world.record("projects", &[("project_name", "Station")]).await;
        let supply = [("vendor_id", &*vendor.to_string()), ("product_id", &technology.to_string())];
        world.post(Role::Plain, &format!("/projects/{project}/links/vendor"), &supply).await.location();
        let client = world.client("Granite Power").await;
        world.contact(Role::Plain, client, 3, &[]).await;
        let person = world.person(Role::Plain);
        for (path, id, words) in [
            ("vendors", vendor, "Reactor"),
            ("technologies", technology, "Station"),
            ("people", person, "Granite Power"),
        ] {
            let refused = world.post(Role::Admin, &format!("/{path}/{id}/delete"), &[]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
            assert!(refused.body.contains(words), "{path}: {words}");
        }
    })
    .await;
}

#[tokio::test]
async fn stages_are_sorted_in_their_own_order_and_what_has_none_is_last() {
    on_both(async |world| {
        for (name, stage) in [("Anna", "Operating"), ("Bert", "Conceptual"), ("Carl", ""), ("Dora", "Licensing")] {
            world.record("projects", &[("project_name", name), ("project_status", stage)]).await;
        }
        for (sort, expected) in [
            ("project_status", ["Bert", "Dora", "Anna", "Carl"]),
            ("-project_status", ["Anna", "Dora", "Bert", "Carl"]),
        ] {
            let page = world.page(Role::ReadOnly, &format!("/projects?sort={sort}")).await;
            let places = expected.map(|name| page.find(&format!(">{name}</a>")).unwrap());
            assert!(places.is_sorted(), "{sort}: {places:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_what_is_in_use_and_sorted_by_any_of_its_columns() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Vendor")]).await.to_string();
        for (name, kind, capacity) in [("Anna", "PWR", "900"), ("Bert", "Travelling wave", "80"), ("Carl", "PWR", "")] {
            let fields =
                [("product_name", name), ("vendor_id", &*vendor), ("reactor_type", kind), ("gross_capacity", capacity)];
            world.record("technologies", &fields).await;
        }
        let narrowed = world.page(Role::ReadOnly, "/technologies?reactor_type=Travelling+wave").await;
        assert!(narrowed.contains(">Bert</a>") && !narrowed.contains(">Anna</a>"));
        assert!(narrowed.contains("Reactor type: Travelling wave"), "the filter in force is a chip");
        assert!(!narrowed.contains(">BWR</option>"), "only values in use are offered");
        for (sort, expected) in [
            ("gross_capacity", ["Bert", "Anna", "Carl"]),
            ("-gross_capacity", ["Anna", "Bert", "Carl"]),
            ("-name", ["Carl", "Bert", "Anna"]),
            ("notes", ["Anna", "Bert", "Carl"]),
        ] {
            let page = world.page(Role::ReadOnly, &format!("/technologies?sort={sort}")).await;
            let places = expected.map(|name| page.find(&format!(">{name}</a>")).unwrap());
            assert!(places.is_sorted(), "{sort}: {places:?}");
        }
    })
    .await;
}
