//! Links of a client and the chain to the reactor: the seed's three scenarios (product.md §1).

use axum::http::StatusCode;

use crate::world::{Role, World, on_both};

async fn link(world: &World, client: i64, kind: &str, fields: &[(&str, &str)]) {
    world.post(Role::Plain, &format!("/clients/{client}/links/{kind}"), fields).await.location();
}

/// Links two records around the clients, as an import does.
fn market(world: &World, table: &str, columns: &str, values: &str) {
    let today = world.today();
    world.execute(&format!(
        "INSERT INTO {table} ({columns}, is_confidential, created_date) VALUES ({values}, FALSE, '{today} 00:00:00')"
    ));
}

#[tokio::test]
async fn a_client_that_is_an_owner_is_followed_to_the_technology() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "NuScale Power")]).await;
        let technology = [("product_name", "VOYGR-6"), ("vendor_id_name", "nuscale power")];
        let technology = world.record("technologies", &technology).await;
        let owner = world.record("owners", &[("company_name", "ABC Utility Company")]).await;
        let project = world.record("projects", &[("project_name", "ABC Station SMR Deployment")]).await;
        market(world, "project_owner_relationships", "project_id, owner_id", &format!("{project}, {owner}"));
        let supply = format!("{project}, {vendor}, {technology}");
        market(world, "project_vendor_relationships", "project_id, vendor_id, product_id", &supply);
        let client = world.client("ABC Utility Company").await;
        link(world, client, "owner", &[("owner_id_name", "abc utility company")]).await;
        let page = world.page(Role::ReadOnly, &format!("/clients/{client}")).await;
        let chain = page.split("rt-chain").nth(1).unwrap().split("</ol>").next().unwrap();
        let places = ["ABC Utility Company", "ABC Station SMR Deployment", "NuScale Power", "VOYGR-6"]
            .map(|name| chain.rfind(name).unwrap_or_else(|| panic!("{name} is missing in the chain: {chain}")));
        assert!(places.is_sorted(), "{places:?}");
        for (path, reason) in [
            (format!("/technologies/{technology}"), "ABC Station SMR Deployment of ABC Utility Company"),
            (format!("/vendors/{vendor}"), "ABC Station SMR Deployment of ABC Utility Company"),
            (format!("/projects/{project}"), "through owner ABC Utility Company"),
            (format!("/owners/{owner}"), "directly"),
        ] {
            let page = world.page(Role::ReadOnly, &path).await;
            assert!(page.contains(&format!("/clients/{client}")) && page.contains(reason), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_consultant_is_linked_to_project_and_vendor() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "X-energy")]).await.to_string();
        let project = world.record("projects", &[("project_name", "ABC Station")]).await.to_string();
        let client = world.client("XYZ Consulting").await;
        link(world, client, "vendor", &[("vendor_id", &vendor)]).await;
        link(world, client, "project", &[("project_id", &project), ("relationship_type", "Consultant")]).await;
        let page = world.page(Role::ReadOnly, &format!("/clients/{client}")).await;
        assert!(page.contains("X-energy") && page.contains("ABC Station") && page.contains("Consultant"));
        let list = world.page(Role::ReadOnly, "/clients").await;
        assert!(list.contains("<td class=\"rt-num\">2</td>"));
    })
    .await;
}

#[tokio::test]
async fn only_ways_to_a_project_or_vendor_are_chains_and_five_of_them_are_shown() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let path = format!("/clients/{client}");
        let mut owners = Vec::new();
        for number in 0..12 {
            let owner = [("company_name", &*format!("Owner {number}")), ("name_confirmed", "on")];
            owners.push(world.record("owners", &owner).await);
            link(world, client, "owner", &[("owner_id", &*owners[number].to_string())]).await;
        }
        let chains = |page: &str| page.matches("<ol class=\"rt-chain\">").count();
        let page = world.page(Role::ReadOnly, &path).await;
        assert_eq!(chains(&page), 0, "an owner alone leads nowhere");
        let vendor = world.record("vendors", &[("vendor_name", "Maker")]).await;
        for (number, owner) in owners.iter().take(8).enumerate() {
            let project = [("project_name", &*format!("Project {number}")), ("name_confirmed", "on")];
            let project = world.record("projects", &project).await;
            market(world, "project_owner_relationships", "project_id, owner_id", &format!("{project}, {owner}"));
            if number == 7 {
                let supply = format!("{project}, {vendor}");
                market(world, "project_vendor_relationships", "project_id, vendor_id", &supply);
            }
        }
        let page = world.page(Role::ReadOnly, &path).await;
        assert_eq!(chains(&page), 5);
        assert!(page.contains("3 other ways"), "{page}");
        let first = page.split("rt-chain").nth(1).unwrap().split("</ol>").next().unwrap();
        assert!(first.contains("Project 7") && first.contains("Maker"), "the one that leads furthest comes first");
    })
    .await;
}

#[tokio::test]
async fn a_prospect_without_links_has_a_page_contacts_and_entries() {
    on_both(async |world| {
        let client = world.client("Prospective Utility Co.").await;
        world.contact(Role::Plain, client, 1, &[("summary", "first call")]).await;
        let today = world.days_ago(0);
        let entry = [("meeting_date", &*today), ("next_steps", "send the brochure")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        let page = world.page(Role::Team, &format!("/clients/{client}")).await;
        assert!(page.contains("first call") && page.contains("send the brochure"));
    })
    .await;
}

#[tokio::test]
async fn a_pair_is_linked_once_and_a_link_can_be_removed() {
    on_both(async |world| {
        let owner = world.record("owners", &[("company_name", "Holding")]).await.to_string();
        let client = world.client("Granite").await;
        link(world, client, "owner", &[("owner_id", &owner), ("notes", "majority")]).await;
        let path = format!("/clients/{client}/links/owner");
        for wrong in [&*owner, "", "999999", "abc"] {
            let answer = world.post(Role::Plain, &path, &[("owner_id", wrong), ("notes", "kept words")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(answer.body.contains("kept words"));
        }
        let id = world.number("SELECT max(relationship_id) FROM client_owner_relationships");
        let other = world.client("Another").await;
        let astray = world.post(Role::Plain, &format!("/clients/{other}/links/owner/{id}/delete"), &[]).await;
        assert_eq!(astray.status, StatusCode::NOT_FOUND);
        world.post(Role::Plain, &format!("{path}/{id}/delete"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM client_owner_relationships"), 0);
        let removed = "SELECT count(*) FROM audit_log WHERE action = 'delete' AND changes LIKE '%majority%'";
        assert_eq!(world.number(removed), 1);
    })
    .await;
}

#[tokio::test]
async fn a_client_has_at_most_one_primary_contact() {
    on_both(async |world| {
        let client = world.client("Granite").await;
        for name in ["Eve Adams", "Bob Cole"] {
            let person = [("full_name", name), ("personnel_type", "External"), ("is_active", "on")];
            let person = world.record("people", &person).await.to_string();
            link(world, client, "personnel", &[("personnel_id", &person), ("is_primary_contact", "on")]).await;
        }
        let primary = "SELECT count(*) FROM client_personnel_relationships WHERE is_primary_contact";
        assert_eq!(world.number(primary), 1);
    })
    .await;
}

#[tokio::test]
async fn an_open_and_a_confidential_primary_contact_do_not_tell_of_each_other() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let mut people = Vec::new();
        for name in ["Ann Open", "Ben Hidden", "Cleo Open"] {
            let fields = [("full_name", name), ("personnel_type", "External"), ("is_active", "on")];
            people.push(world.record("people", &fields).await.to_string());
        }
        let path = format!("/clients/{client}/links/personnel");
        let primary = |person| [("personnel_id", person), ("is_primary_contact", "on")];
        world.post(Role::Plain, &path, &primary(&*people[0])).await.location();
        let hidden = [&primary(&*people[1])[..], &[("is_confidential", "on")]].concat();
        world.post(Role::Confidential, &path, &hidden).await.location();
        let open =
            "SELECT count(*) FROM client_personnel_relationships WHERE is_primary_contact AND NOT is_confidential";
        let confidential =
            "SELECT count(*) FROM client_personnel_relationships WHERE is_primary_contact AND is_confidential";
        assert_eq!((world.number(open), world.number(confidential)), (1, 1));
        world.post(Role::Plain, &path, &primary(&*people[2])).await.location();
        assert_eq!((world.number(open), world.number(confidential)), (1, 1));
        let page = world.page(Role::Plain, &format!("/clients/{client}")).await;
        assert_eq!(
            page.matches("Primary contact</span>").count(),
            1 + usize::from(page.contains("form-check-label\">Primary contact</span>"))
        );
    })
    .await;
}

/// Every kind of link: its table, and the path and segment by which each end adds it.
const BOTH_ENDS: [(&str, [(&str, &str); 2]); 12] = [
    ("client_owner_relationships", [("clients", "owner"), ("owners", "client")]),
    ("client_project_relationships", [("clients", "project"), ("projects", "client")]),
    ("client_vendor_relationships", [("clients", "vendor"), ("vendors", "client")]),
    ("client_operator_relationships", [("clients", "operator"), ("operators", "client")]),
    ("client_personnel_relationships", [("clients", "personnel"), ("people", "client")]),
    ("project_owner_relationships", [("projects", "owner"), ("owners", "project")]),
    ("project_vendor_relationships", [("projects", "vendor"), ("vendors", "project")]),
    ("project_operator_relationships", [("projects", "operator"), ("operators", "project")]),
    ("project_constructor_relationships", [("projects", "constructor"), ("constructors", "project")]),
    ("project_offtaker_relationships", [("projects", "offtaker"), ("offtakers", "project")]),
    ("owner_vendor_relationships", [("owners", "vendor"), ("vendors", "owner")]),
    ("vendor_supplier_relationships", [("vendors", "supplier"), ("vendors", "customer")]),
];

/// The name column and the id column of what stands under a path.
fn columns(path: &str) -> (&'static str, &'static str) {
    match path {
        "clients" => ("client_name", "client_id"),
        "owners" => ("company_name", "owner_id"),
        "projects" => ("project_name", "project_id"),
        "vendors" => ("vendor_name", "vendor_id"),
        "operators" => ("company_name", "operator_id"),
        "constructors" => ("company_name", "constructor_id"),
        "offtakers" => ("company_name", "offtaker_id"),
        "people" => ("full_name", "personnel_id"),
        _ => panic!("{path} is no kind of record"),
    }
}

#[tokio::test]
async fn every_link_is_added_seen_and_removed_from_both_ends() {
    on_both(async |world| {
        for (table, ends) in BOTH_ENDS {
            for (turn, (path, segment)) in ends.into_iter().enumerate() {
                let (other_path, other_segment) = ends[1 - turn];
                let mut made = Vec::new();
                for (place, role) in [(path, "Here"), (other_path, "Beyond")] {
                    let name = format!("{role} {table} {turn}");
                    let fields = [(columns(place).0, &*name), ("personnel_type", "External"), ("is_active", "on")];
                    made.push((world.record(place, &fields).await, name));
                }
                let [(here, here_name), (there, there_name)] = made.try_into().unwrap();
                let field = if segment == "supplier" { "supplier_id" } else { columns(other_path).1 };
                let address = format!("/{path}/{here}/links/{segment}");
                let link = [(field, there.to_string()), ("notes", "why they are linked".into())];
                let link: Vec<(&str, &str)> = link.iter().map(|(name, value)| (*name, value.as_str())).collect();
                assert_eq!(world.post(Role::Plain, &address, &link).await.location(), format!("/{path}/{here}"));
                let again = world.post(Role::Plain, &address, &link).await;
                assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
                assert!(again.body.contains("is linked already") && again.body.contains("why they are linked"));
                let from_here = world.page(Role::ReadOnly, &format!("/{path}/{here}")).await;
                let from_there = world.page(Role::ReadOnly, &format!("/{other_path}/{there}")).await;
                assert!(from_here.contains(&there_name) && from_here.contains("why they are linked"), "{address}");
                assert!(from_there.contains(&here_name) && from_there.contains("why they are linked"), "{address}");
                let id = world.number(&format!("SELECT max(relationship_id) FROM {table}"));
                let undo = format!("/{other_path}/{there}/links/{other_segment}/{id}/delete");
                assert_eq!(world.post(Role::ReadOnly, &undo, &[]).await.status, StatusCode::FORBIDDEN);
                let wrong = format!("/{other_path}/999999/links/{other_segment}/{id}/delete");
                assert_eq!(world.post(Role::Plain, &wrong, &[]).await.status, StatusCode::NOT_FOUND);
                world.post(Role::Plain, &undo, &[]).await.location();
                assert_eq!(world.number(&format!("SELECT count(*) FROM {table}")), 0);
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM audit_log WHERE action = 'delete'"), 24);
    })
    .await;
}

#[tokio::test]
async fn what_a_link_of_any_kind_says_is_changed_where_it_stands() {
    on_both(async |world| {
        for (table, [(path, segment), (other_path, _)]) in BOTH_ENDS {
            let mut ids = Vec::new();
            for (place, name) in [(path, "Here"), (other_path, "There")] {
                let name = format!("{name} {table}");
                let fields = [(columns(place).0, &*name), ("personnel_type", "External"), ("name_confirmed", "on")];
                ids.push(world.record(place, &fields).await);
            }
            let field = if segment == "supplier" { "supplier_id" } else { columns(other_path).1 };
            let address = format!("/{path}/{}/links/{segment}", ids[0]);
            let there = ids[1].to_string();
            for (role, mark) in [(Role::Confidential, "on"), (Role::Plain, "")] {
                let link = [(field, &*there), ("notes", "as it was"), ("is_confidential", mark)];
                world.post(role, &address, &link).await.location();
            }
            let find = |mark| world.number(&format!("SELECT relationship_id FROM {table} WHERE {mark}"));
            let (open, hidden) = (find("NOT is_confidential"), find("is_confidential"));
            let edit = format!("/links/{open}/edit");
            let record = format!("/{path}/{}", ids[0]);
            assert!(world.page(Role::Plain, &record).await.contains(&edit), "{table} leads nowhere");
            assert!(world.page(Role::Plain, &edit).await.contains("as it was"), "{table}");
            let notes = format!("anew for {table}");
            let sent = [("notes", &*notes), ("role_at_client", "Engineer"), ("component_type", "Fuel")];
            assert_eq!(world.post(Role::Plain, &edit, &sent).await.location(), record);
            for (path, id) in [(path, ids[0]), (other_path, ids[1])] {
                assert!(world.page(Role::ReadOnly, &format!("/{path}/{id}")).await.contains(&notes), "{table}");
            }
            let history = world.page(Role::Plain, &format!("{record}/history")).await;
            assert!(history.contains("changed the link to"), "{table}: {history}");
            assert_eq!(world.post(Role::ReadOnly, &edit, &sent).await.status, StatusCode::FORBIDDEN);
            let astray = format!("/links/{hidden}/edit");
            assert_eq!(world.get(Role::Plain, &astray).await.status, StatusCode::NOT_FOUND, "{table}");
            assert_eq!(world.post(Role::Plain, &astray, &sent).await.status, StatusCode::NOT_FOUND, "{table}");
            world.post(Role::Confidential, &astray, &[("notes", "ZQanew")]).await.location();
            assert!(!world.page(Role::Plain, &format!("{record}/history")).await.contains("ZQanew"), "{table}");
            let marked = format!("SELECT count(*) FROM {table} WHERE is_confidential AND notes = 'ZQanew'");
            assert_eq!(world.number(&marked), 1, "{table} lost its mark");
        }
    })
    .await;
}

#[tokio::test]
async fn a_link_keeps_its_lines_its_mark_and_a_technology_that_went_to_another_vendor() {
    on_both(async |world| {
        let vendors = [
            world.record("vendors", &[("vendor_name", "Vendor one")]).await.to_string(),
            world.record("vendors", &[("vendor_name", "Other maker")]).await.to_string(),
        ];
        let fields = [("product_name", "Reactor"), ("vendor_id", &*vendors[0])];
        let technology = world.record("technologies", &fields).await.to_string();
        let project = world.record("projects", &[("project_name", "Station")]).await;
        let sources = "https://one.example\nhttps://two.example";
        let made = [("vendor_id", &*vendors[0]), ("product_id", &*technology), ("sources", sources)];
        world.post(Role::Plain, &format!("/projects/{project}/links/vendor"), &made).await.location();
        let moved = [("product_name", "Reactor"), ("vendor_id", &*vendors[1])];
        world.post(Role::Plain, &format!("/technologies/{technology}/edit"), &moved).await.location();
        let link = world.number("SELECT relationship_id FROM project_vendor_relationships");
        let edit = format!("/links/{link}/edit");
        let page = world.page(Role::Plain, &edit).await;
        assert!(page.contains("https://one.example\nhttps://two.example</textarea>"), "{page}");
        let kept = [("product_id", &*technology), ("sources", sources), ("notes", "as before"), ("at", "to")];
        let back = world.post(Role::Plain, &edit, &kept).await;
        assert_eq!(back.location(), format!("/vendors/{}", vendors[0]), "to where it was changed");
        let stands = "SELECT count(*) FROM project_vendor_relationships WHERE product_id IS NOT NULL AND sources LIKE ";
        assert_eq!(world.number(&format!("{stands}'%one.example_https%'")), 1);
        let marked = [&kept[..], &[("is_confidential", "on"), ("notes", "quietly")]].concat();
        let refused = world.post(Role::Confidential, &edit, &marked).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("add it again as a confidential one"), "{}", refused.body);
        assert_eq!(world.number("SELECT count(*) FROM project_vendor_relationships WHERE notes = 'quietly'"), 0);
    })
    .await;
}

#[tokio::test]
async fn the_primary_contact_is_changed_at_the_link_and_whoever_comes_second_is_told() {
    on_both(async |world| {
        let client = world.client("Granite").await;
        for (name, primary) in [("Eve Adams", "on"), ("Bob Cole", "")] {
            let person = [("full_name", name), ("personnel_type", "External"), ("is_active", "on")];
            let person = world.record("people", &person).await.to_string();
            link(world, client, "personnel", &[("personnel_id", &person), ("is_primary_contact", primary)]).await;
        }
        let find = "SELECT relationship_id FROM client_personnel_relationships WHERE ";
        let bob = world.number(&format!("{find}NOT is_primary_contact"));
        let hidden = [("full_name", "Ida Hidden"), ("personnel_type", "External"), ("is_active", "on")];
        let hidden = world.record("people", &hidden).await.to_string();
        let hidden = [("personnel_id", &*hidden), ("is_primary_contact", "on"), ("is_confidential", "on")];
        let path = format!("/clients/{client}/links/personnel");
        world.post(Role::Confidential, &path, &hidden).await.location();
        let edit = format!("/links/{bob}/edit");
        let begun = world.page(Role::Plain, &edit).await;
        let version = begun.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let first = [("role_at_client", "Director"), ("is_primary_contact", "on"), ("version", &*version)];
        world.post(Role::Plain, &edit, &first).await.location();
        let open = format!("{find}is_primary_contact AND NOT is_confidential");
        assert_eq!(world.number(&open), bob, "one open primary contact, the new one");
        let confidential = "SELECT count(*) FROM client_personnel_relationships WHERE is_primary_contact";
        assert_eq!(world.number(confidential), 2, "the confidential one stays");
        let second = [("role_at_client", "Engineer"), ("notes", "kept words"), ("version", &*version)];
        let conflict = world.post(Role::Team, &edit, &second).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.body.contains("kept words") && conflict.body.contains("Director"), "{}", conflict.body);
    })
    .await;
}

#[tokio::test]
async fn a_confidential_link_is_invisible_from_both_ends() {
    on_both(async |world| {
        for (table, [(path, segment), (other_path, _)]) in BOTH_ENDS {
            let mut ids = Vec::new();
            for (place, name) in [(path, "Open"), (other_path, "Other")] {
                let name = format!("{name} {table}");
                let fields = [(columns(place).0, &*name), ("personnel_type", "External"), ("is_active", "on")];
                ids.push(world.record(place, &fields).await);
            }
            let field = if segment == "supplier" { "supplier_id" } else { columns(other_path).1 };
            let there = ids[1].to_string();
            let hidden = [(field, &*there), ("notes", "ZQhidden"), ("is_confidential", "on")];
            let address = format!("/{path}/{}/links/{segment}", ids[0]);
            world.post(Role::Confidential, &address, &hidden).await.location();
            for (path, id) in [(path, ids[0]), (other_path, ids[1])] {
                let page = format!("/{path}/{id}");
                assert!(world.page(Role::Confidential, &page).await.contains("ZQhidden"), "{table}");
                let outside = world.page(Role::Plain, &page).await;
                assert!(!outside.contains("ZQhidden") && !outside.contains(&format!("Other {table}</a>")), "{table}");
            }
            let id = world.number(&format!("SELECT max(relationship_id) FROM {table}"));
            let undo = world.post(Role::Plain, &format!("{address}/{id}/delete"), &[]).await;
            assert_eq!(undo.status, StatusCode::NOT_FOUND, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_technology_of_a_project_is_one_of_the_vendor() {
    on_both(async |world| {
        let one = world.record("vendors", &[("vendor_name", "Vendor one")]).await.to_string();
        let two = world.record("vendors", &[("vendor_name", "Vendor two")]).await.to_string();
        let fields = [("product_name", "Reactor"), ("vendor_id", &*one)];
        let technology = world.record("technologies", &fields).await.to_string();
        let project = world.record("projects", &[("project_name", "Station")]).await;
        let path = format!("/projects/{project}/links/vendor");
        let chosen = |vendor| [("vendor_id", vendor), ("product_id", &*technology)];
        let answer = world.post(Role::Plain, &path, &chosen(&*two)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Choose a technology of this vendor"));
        world.post(Role::Plain, &path, &chosen(&*one)).await.location();
        assert!(world.page(Role::Plain, &format!("/projects/{project}")).await.contains("Reactor</a>"));
        assert!(world.page(Role::Plain, &format!("/technologies/{technology}")).await.contains("Station</a>"));
        assert!(world.page(Role::Plain, &format!("/vendors/{one}")).await.contains("Reactor</a>"));
        let own = world.post(Role::Plain, &format!("/vendors/{one}/links/supplier"), &[("supplier_id", &one)]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn many_links_are_cut_off_by_name_and_the_primary_contact_stays() {
    on_both(async |world| {
        let client = world.client("Well known").await;
        let primary = world.record("people", &[("full_name", "Zoe Last"), ("personnel_type", "External")]).await;
        world.execute(
            "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 250) \
             INSERT INTO personnel (personnel_id, full_name, name_key, name_core, personnel_type, created_date) \
             SELECT 5000 + number, 'Person ' || (1000 - number), 'person ' || (1000 - number), 'person', 'External', \
             '2020-01-01 00:00:00' FROM numbers",
        );
        world.execute(&format!(
            "INSERT INTO client_personnel_relationships (relationship_id, client_id, personnel_id, created_date) \
             SELECT personnel_id, {client}, personnel_id, '2020-01-01 00:00:00' FROM personnel \
             WHERE personnel_id > 5000"
        ));
        let fields = [("personnel_id", &*primary.to_string()), ("is_primary_contact", "on")];
        link(world, client, "personnel", &fields).await;
        let page = world.page(Role::Plain, &format!("/clients/{client}")).await;
        assert!(page.contains(&format!(
            "<a class=\"rt-needs-all\" href=\"/clients/{client}/links/personnel/all\">All 251</a>"
        )));
        let place = |name: &str| page.find(&format!(">{name}</a>"));
        assert!(place("Zoe Last").unwrap() < place("Person 750").unwrap());
        assert!(place("Person 750").unwrap() < place("Person 751").unwrap());
        assert_eq!(place("Person 999"), None);
        // All of them, page by page, as far as one may see them.
        world.execute("UPDATE client_personnel_relationships SET is_confidential = TRUE WHERE relationship_id = 5250");
        let all = format!("/clients/{client}/links/personnel/all");
        let first = world.page(Role::ReadOnly, &all).await;
        assert!(first.contains("1–50 of 250") && first.contains(">Zoe Last</a>") && first.contains(">Person 751</a>"));
        assert!(!first.contains(">Person 750</a>") && !first.contains("Remove the link"));
        assert!(world.page(Role::Confidential, &all).await.contains(">Person 750</a>"));
        let last = world.page(Role::Plain, &format!("{all}?page=5")).await;
        assert!(
            last.contains("201–250 of 250") && last.contains(">Person 999</a>") && last.contains("Remove the link")
        );
        let past = world.page(Role::Plain, &format!("{all}?page=9")).await;
        assert!(past.contains("201–250 of 250"), "a page past the end is the last one");
        let remove = format!("/clients/{client}/links/personnel/5001/delete");
        assert_eq!(world.post(Role::Plain, &remove, &[("back", "all")]).await.location(), all);
        let json = world.get(Role::Plain, &format!("/people/api/{primary}")).await.json();
        assert_eq!(json["links"]["client"][0]["name"], "Well known");
    })
    .await;
}
