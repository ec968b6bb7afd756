//! Clients: made, found, changed by two people, archived, deleted when nothing depends on them.

use axum::http::StatusCode;

use roundtable::db::Db;

use crate::world::{Role, World, on_both};

#[tokio::test]
async fn a_client_is_saved_shown_and_found() {
    on_both(async |world| {
        let (one, two) = (world.person(Role::Team).to_string(), world.person(Role::Admin).to_string());
        let fields = [
            ("client_name", "Électricité du Nord"),
            ("client_type", "Utility"),
            ("notes", "first line\r\nsecond line"),
            ("mpr_primary_poc", &*one),
            ("mpr_secondary_poc", &*two),
        ];
        let id = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        let page = world.page(Role::ReadOnly, &format!("/clients/{id}")).await;
        assert!(page.contains("Électricité du Nord") && page.contains("The team person"));
        let found = world.get(Role::ReadOnly, "/clients/api/search?q=electricite").await.json();
        assert_eq!(found[0]["client_id"], id);
        assert_eq!(found[0]["client_name"], "Électricité du Nord");
        let client = world.get(Role::ReadOnly, &format!("/clients/api/{id}")).await.json();
        assert_eq!(client["notes"], "first line\nsecond line");
        assert_eq!(client["mpr_secondary_poc"], world.person(Role::Admin));
        assert_eq!(
            world.number("SELECT count(*) FROM audit_log WHERE table_name = 'clients' AND action = 'create'"),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn wrong_input_is_named_and_what_was_typed_stays() {
    on_both(async |world| {
        let one = world.person(Role::Team).to_string();
        let fields = [
            ("client_name", " "),
            ("client_type", "Bank"),
            ("notes", "do not lose me"),
            ("mpr_primary_poc", &*one),
            ("mpr_secondary_poc", &*one),
        ];
        let answer = world.post(Role::Plain, "/clients/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["name.", "Choose one of: Utility", "someone other than the primary", "do not lose me"] {
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
        }
        assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    })
    .await;
}

#[tokio::test]
async fn the_second_writer_sees_both_and_loses_nothing() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        let path = format!("/clients/{id}/edit");
        let first = [("client_name", "Granite Power"), ("notes", "saved first"), ("version", "1")];
        world.post(Role::Plain, &path, &first).await.location();
        let second = [("client_name", "Granite Power"), ("notes", "typed second"), ("version", "1")];
        let answer = world.post(Role::Team, &path, &second).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("saved first") && answer.body.contains("typed second"));
        assert!(answer.body.contains("The plain person saved this"));
        assert!(answer.body.contains("name=\"version\" value=\"2\""));
        let again = [("client_name", "Granite Power"), ("notes", "typed second"), ("version", "2")];
        world.post(Role::Team, &path, &again).await.location();
        let without = [("client_name", "Granite Power"), ("notes", "without a version")];
        world.post(Role::Team, &path, &without).await.location();
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_near_another_is_pointed_out_before_it_is_saved() {
    on_both(async |world| {
        world.client("Granite Power, Inc.").await;
        let fields = [("client_name", "granite power LLC"), ("notes", "typed")];
        let answer = world.post(Role::Plain, "/clients/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Granite Power, Inc.") && answer.body.contains("typed"));
        let confirmed = [("client_name", "granite power LLC"), ("name_confirmed", "on")];
        world.post(Role::Plain, "/clients/new", &confirmed).await.location();
        world.client("Granite Power 2").await;
    })
    .await;
}

#[tokio::test]
async fn an_archived_client_leaves_lists_and_pickers_and_comes_back() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        let path = format!("/clients/{id}/archive");
        world.post(Role::Plain, &path, &[("archived", "on")]).await.location();
        for path in ["/clients", "/clients/api/search?q=granite", "/search?q=granite"] {
            assert!(!world.page(Role::Plain, path).await.contains("Granite Power"), "{path}");
        }
        assert!(world.page(Role::Plain, "/clients?archived=on").await.contains("Granite Power"));
        world.post(Role::Plain, &path, &[]).await.location();
        assert!(world.page(Role::Plain, "/clients").await.contains("Granite Power"));
    })
    .await;
}

#[tokio::test]
async fn deletion_names_the_seven_kinds_and_refuses_while_any_is_left() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        let owner = world.record("owners", &[("company_name", "Holding")]).await.to_string();
        world.post(Role::Plain, &format!("/clients/{id}/links/owner"), &[("owner_id", &owner)]).await.location();
        world.contact(Role::Plain, id, 1, &[]).await;
        let path = format!("/clients/{id}/delete");
        let page = world.page(Role::Admin, &path).await;
        for kind in ["Owners", "Projects", "Vendors", "Operators", "People", "Contacts", "Roundtable entries"] {
            assert!(page.contains(kind), "{kind}");
        }
        assert!(page.contains("Holding"));
        assert_eq!(world.post(Role::Admin, &path, &[]).await.status, StatusCode::CONFLICT);
        assert_eq!(world.number("SELECT count(*) FROM clients"), 1);
        for role in [Role::Plain, Role::Team, Role::Confidential, Role::ReadOnly] {
            assert_eq!(world.post(role, &path, &[]).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
        let link = world.number("SELECT max(relationship_id) FROM client_owner_relationships");
        world.post(Role::Plain, &format!("/clients/{id}/links/owner/{link}/delete"), &[]).await.location();
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        world.post(Role::Admin, &format!("/contacts/{contact}/delete"), &[]).await.location();
        let wrong = world.post(Role::Admin, &path, &[("client_name", "Granit")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        world.post(Role::Admin, &path, &[("client_name", "Granite Power")]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    })
    .await;
}

#[tokio::test]
async fn priority_sorts_by_rank_and_never_by_alphabet() {
    on_both(async |world| {
        for priority in ["Low", "Opportunistic", "High", "Strategic", "Medium"] {
            let id = world.client(&format!("Client {priority}")).await;
            let fields = [("client_priority", priority)];
            world.post(Role::Team, &format!("/clients/{id}/assessment"), &fields).await.location();
        }
        let page = world.page(Role::Team, "/clients?sort=priority").await;
        let places = ["Strategic", "High", "Medium", "Low", "Opportunistic"]
            .map(|priority| page.find(&format!(">Client {priority}<")).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    })
    .await;
}

#[tokio::test]
async fn a_colleague_who_left_keeps_the_role_and_gets_no_new_one() {
    on_both(async |world| {
        let leaver = world.person(Role::Team);
        let poc = leaver.to_string();
        let fields = [("client_name", "Granite Power"), ("mpr_primary_poc", &*poc)];
        let id = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        world.execute(&format!("UPDATE personnel SET is_active = FALSE WHERE personnel_id = {leaver}"));
        let form = world.page(Role::Plain, &format!("/clients/{id}/edit")).await;
        assert!(form.contains("The team person (inactive)"));
        world.post(Role::Plain, &format!("/clients/{id}/edit"), &fields).await.location();
        let other = [("client_name", "Another one"), ("mpr_primary_poc", &*poc)];
        let answer = world.post(Role::Plain, "/clients/new", &other).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!world.page(Role::Plain, "/clients/new").await.contains("The team person"));
    })
    .await;
}

#[tokio::test]
async fn a_missing_and_a_malformed_id_are_not_found() {
    on_both(async |world| {
        for id in ["999999", "abc", "-1", "99999999999999", "1e3"] {
            for path in [format!("/clients/{id}"), format!("/clients/{id}/edit"), format!("/clients/api/{id}")] {
                assert_eq!(world.get(Role::Admin, &path).await.status, StatusCode::NOT_FOUND, "{path}");
            }
            let answer = world.post(Role::Admin, &format!("/clients/{id}/contact"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
        assert_eq!(world.post(Role::Admin, "/clients", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
        let problem = world.get(Role::Admin, "/clients/api/999999").await;
        assert_eq!(problem.headers["content-type"], "application/problem+json");
        assert_eq!(problem.json()["status"], 404);
    })
    .await;
}

#[tokio::test]
async fn odd_parameters_are_ignored_and_never_fail() {
    on_both(async |world| {
        world.client("Granite 50%_Power").await;
        for query in [
            "page=0",
            "page=-3",
            "page=abc",
            "page=99999999",
            "sort=drop",
            "poc=x",
            "client_type=Bank",
            "attention=1",
            "search=%25_%5C%27%22%00",
            "priority=High%20",
            "status=%F0%9F%98%80",
        ] {
            assert_eq!(world.get(Role::Admin, &format!("/clients?{query}")).await.status, StatusCode::OK, "{query}");
        }
        assert!(world.page(Role::Plain, "/clients?search=50%25_p").await.contains("Granite 50%_Power"));
        assert!(!world.page(Role::Plain, "/clients?search=5_%25").await.contains("Granite 50%_Power"));
    })
    .await;
}

#[tokio::test]
async fn whoever_logs_a_contact_is_not_named_as_having_saved_the_client() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        let path = format!("/clients/{id}/edit");
        let first = [("client_name", "Granite Power"), ("notes", "saved first"), ("version", "1")];
        world.post(Role::Plain, &path, &first).await.location();
        world.contact(Role::Confidential, id, 0, &[("is_confidential", "on")]).await;
        let answer = world.post(Role::Team, &path, &[("client_name", "Granite"), ("version", "1")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(
            answer.body.contains("The plain person saved this")
                && !answer.body.contains("The confidential person saved this")
        );
    })
    .await;
}

#[tokio::test]
async fn a_conflict_shows_what_differs_and_not_how_it_is_written() {
    on_both(async |world| {
        let fields = [("client_name", "Granite Power"), ("notes", "one\r\ntwo\r\n")];
        let id = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        let path = format!("/clients/{id}/edit");
        let first = [("client_name", "Granite Power Two"), ("notes", "one\r\ntwo"), ("version", "1")];
        world.post(Role::Plain, &path, &first).await.location();
        let answer = world.post(Role::Team, &path, &[fields[0], fields[1], ("version", "1")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.body.matches("Saved meanwhile").count(), 1);
    })
    .await;
}

/// Clients of whom most fit any one filter, so that a list walks through its order, and few fit others.
fn crowd(world: &World) {
    let poc = world.person(Role::Team);
    let (now, old, older) = (world.days_ago(1), world.days_ago(100), world.days_ago(101));
    let (soon, later) = (world.days_ahead(3), world.days_ahead(9));
    world.execute(&format!(
        "INSERT INTO clients (client_name, name_key, name_core, client_type, mpr_primary_poc, last_contact_date, \
         next_planned_contact_date, client_priority, client_status, is_archived, created_date) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 400) \
         SELECT 'Client ' || n, 'client ' || (n * 37 % 100), 'client' || n, \
         CASE WHEN n % 20 = 0 THEN 'IPP' WHEN n % 21 = 0 THEN NULL ELSE 'Utility' END, \
         CASE WHEN n % 15 = 0 THEN NULL ELSE {poc} END, \
         CAST(CASE WHEN n % 19 = 0 THEN NULL WHEN n % 17 = 0 THEN '{now}' WHEN n % 3 = 0 THEN '{old}' \
         ELSE '{older}' END AS {date}), \
         CAST(CASE WHEN n % 4 = 0 THEN NULL WHEN n % 3 = 0 THEN '{soon}' ELSE '{later}' END AS {date}), \
         CASE WHEN n % 18 = 0 THEN 'Low' WHEN n % 2 = 0 THEN 'High' ELSE 'Strategic' END, \
         CASE WHEN n % 16 = 0 THEN 'Cold' ELSE 'Active' END, n % 40 = 1, '2026-01-01' FROM numbers",
        date = if matches!(world.db(), Db::Sqlite(_)) { "TEXT" } else { "DATE" },
    ));
}

#[tokio::test]
async fn filters_and_orders_give_the_same_whichever_way_the_rows_are_come_by() {
    on_both(async |world| {
        crowd(world);
        let poc = world.person(Role::Team);
        let (by_poc, urgent) =
            (format!("mpr_primary_poc = {poc}"), format!("last_contact_date < '{}'", world.days_ago(90)));
        let fine = world.days_ago(60);
        let by_need = format!(
            "last_contact_date IS NOT NULL AND last_contact_date >= '{fine}', last_contact_date IS NULL, \
             last_contact_date, name_key, client_id"
        );
        let is_due = format!("contact_due_date <= '{}'", world.days_ago(0));
        let filters: [(String, String); 16] = [
            (String::new(), "1 = 1".into()),
            ("client_type=Utility".into(), "client_type = 'Utility'".into()),
            ("client_type=IPP".into(), "client_type = 'IPP'".into()),
            ("attention=urgent".into(), urgent.clone()),
            ("attention=never".into(), "last_contact_date IS NULL".into()),
            (format!("poc={poc}"), by_poc.clone()),
            ("priority=high".into(), "priority_rank <= 2".into()),
            ("priority=Strategic".into(), "client_priority = 'Strategic'".into()),
            ("status=Active".into(), "client_status = 'Active'".into()),
            ("status=Active&client_type=Utility".into(), "client_status = 'Active' AND client_type = 'Utility'".into()),
            ("priority=high&attention=urgent".into(), format!("priority_rank <= 2 AND {urgent}")),
            ("priority=Low&client_type=Utility".into(), "client_priority = 'Low' AND client_type = 'Utility'".into()),
            ("rhythm=due".into(), is_due.clone()),
            ("rhythm=due&priority=Low".into(), format!("{is_due} AND client_priority = 'Low'")),
            (format!("rhythm=due&client_type=IPP&poc={poc}"), format!("{is_due} AND client_type = 'IPP' AND {by_poc}")),
            (
                format!("poc={poc}&attention=urgent&status=Cold"),
                format!("{by_poc} AND {urgent} AND client_status = 'Cold'"),
            ),
        ];
        let holder = "(SELECT name_key FROM personnel WHERE personnel_id = mpr_primary_poc)";
        let (by_holder, turned) = (
            format!("{holder} IS NULL, {holder}, name_key, client_id"),
            format!("{holder} IS NULL DESC, {holder} DESC, name_key DESC, client_id DESC"),
        );
        let orders = [
            ("primary_poc", &*by_holder),
            ("-primary_poc", &turned),
            ("", "name_key, client_id"),
            ("-name", "name_key DESC, client_id DESC"),
            ("client_type", "client_type IS NULL, client_type, name_key, client_id"),
            ("-client_type", "client_type IS NULL DESC, client_type DESC, name_key DESC, client_id DESC"),
            ("last_contact", "last_contact_date IS NOT NULL, last_contact_date, name_key, client_id"),
            (
                "-last_contact",
                "last_contact_date IS NOT NULL DESC, last_contact_date DESC, name_key DESC, client_id DESC",
            ),
            ("next_contact", "next_planned_contact_date IS NULL, next_planned_contact_date, name_key, client_id"),
            ("-next_contact", "next_planned_contact_date IS NULL, next_planned_contact_date DESC, name_key, client_id"),
            ("priority", "priority_rank, name_key, client_id"),
            ("-priority", "priority_rank DESC, name_key DESC, client_id DESC"),
            ("status", "client_status, name_key, client_id"),
            ("-status", "client_status DESC, name_key DESC, client_id DESC"),
            ("attention", &*by_need),
            ("due", "contact_due_date IS NULL, contact_due_date, name_key, client_id"),
            ("-due", "contact_due_date IS NULL DESC, contact_due_date DESC, name_key DESC, client_id DESC"),
            ("judged", "assessment_modified_date, name_key, client_id"),
            ("-discussed", "last_discussed_date DESC, name_key DESC, client_id DESC"),
            ("links", "open_links, name_key, client_id"),
            ("-links", "open_links DESC, name_key DESC, client_id DESC"),
        ];
        for (filter, condition) in &filters {
            for (sort, order) in orders {
                let expected = world.texts(&format!(
                    "SELECT CAST(client_id AS TEXT) FROM clients WHERE NOT is_archived AND {condition} ORDER BY {order}"
                ));
                for page in [1, 3] {
                    let address = format!("/clients?{filter}&sort={sort}&page={page}");
                    let shown = world.page(Role::Team, &address).await;
                    let rows = shown.split("rt-cell-main\"><a href=\"/clients/").skip(1);
                    let rows: Vec<_> = rows.map(|row| row.split('"').next().unwrap()).collect();
                    let last = expected.len().div_ceil(50).max(1);
                    let part = expected.chunks(50).nth(page.min(last) - 1).unwrap_or_default();
                    assert_eq!(rows, part, "{address}");
                    assert!(shown.contains(&format!("of {}", expected.len())) || expected.is_empty(), "{address}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_order_is_the_same_on_both_databases_and_turned_round() {
    on_both(async |world| {
        for (name, kind, days) in [("Anna", "", 0), ("Bert", "Utility", 5), ("Carl", "IPP", 9), ("Dora", "", 0)] {
            let id = world.post(Role::Plain, "/clients/new", &[("client_name", name), ("client_type", kind)]).await;
            if days > 0 {
                world
                    .contact(Role::Plain, id.new_id(), days, &[("next_planned_contact_date", &world.days_ahead(days))])
                    .await;
            }
        }
        for (sort, expected) in [
            ("", ["Anna", "Bert", "Carl", "Dora"]),
            ("-name", ["Dora", "Carl", "Bert", "Anna"]),
            ("client_type", ["Carl", "Bert", "Anna", "Dora"]),
            ("-client_type", ["Dora", "Anna", "Bert", "Carl"]),
            ("last_contact", ["Anna", "Dora", "Carl", "Bert"]),
            ("-last_contact", ["Bert", "Carl", "Dora", "Anna"]),
            ("next_contact", ["Bert", "Carl", "Anna", "Dora"]),
            ("-next_contact", ["Carl", "Bert", "Anna", "Dora"]),
        ] {
            let page = world.page(Role::Plain, &format!("/clients?sort={sort}")).await;
            let places = expected.map(|name| page.find(&format!(">{name}</a>")).unwrap());
            assert!(places.is_sorted(), "{sort}: {places:?}");
        }
        assert!(world.page(Role::Plain, "/clients?page=9").await.contains("1–4 of 4"));
    })
    .await;
}
