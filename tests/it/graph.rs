//! The map of relationships and the ways between two records: complete, explained, and without what is hidden.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::world::{Role, World, on_both};

/// A small market: client 1 and its owner, project, vendor and technology, each with the id 1.
async fn market(world: &World) -> i64 {
    let vendor = world.record("vendors", &[("vendor_name", "Maker")]).await.to_string();
    let design = world.record("technologies", &[("product_name", "Reactor"), ("vendor_id", &vendor)]).await.to_string();
    let owner = world.record("owners", &[("company_name", "Holding")]).await.to_string();
    let project = world.record("projects", &[("project_name", "Station")]).await;
    let poc = world.person(Role::Team).to_string();
    let fields = [("client_name", "Granite Power"), ("mpr_primary_poc", &*poc)];
    let client = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
    let link = async |path: String, fields: &[(&str, &str)]| {
        world.post(Role::Confidential, &path, fields).await.location().to_owned()
    };
    link(format!("/clients/{client}/links/owner"), &[("owner_id", &owner)]).await;
    link(format!("/projects/{project}/links/owner"), &[("owner_id", &owner)]).await;
    link(format!("/projects/{project}/links/vendor"), &[("vendor_id", &vendor), ("product_id", &design)]).await;
    client
}

fn names(answer: &Value) -> BTreeSet<String> {
    answer["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

fn edges(answer: &Value) -> BTreeSet<String> {
    let text = |edge: &Value, key: &str| edge[key].as_str().unwrap().to_owned();
    let line = |edge: &Value| format!("{} {} {}", text(edge, "from"), text(edge, "words"), text(edge, "to"));
    answer["edges"].as_array().unwrap().iter().map(line).collect()
}

async fn ask(world: &World, role: Role, path: &str) -> Value {
    let answer = world.get(role, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_map_shows_what_is_beside_a_record_and_how() {
    on_both(async |world| {
        let client = market(world).await;
        let around = ask(world, Role::ReadOnly, &format!("/graph/api?of=clients/{client}")).await;
        let poc = world.person(Role::Team);
        let wanted = [
            format!("clients/{client} works with owner owners/1"),
            format!("clients/{client} is looked after by people/{poc}"),
        ];
        assert_eq!(edges(&around), BTreeSet::from(wanted));
        let wider = ask(world, Role::ReadOnly, &format!("/graph/api?of=clients/{client},owners/1,projects/1")).await;
        for line in [
            "projects/1 is owned by owners/1",
            "projects/1 is supplied by vendors/1",
            "projects/1 has chosen technologies/1",
            "technologies/1 is designed by vendors/1",
        ] {
            assert!(edges(&wider).contains(line), "{line}: {:?}", edges(&wider));
        }
        let everything = ask(world, Role::ReadOnly, "/graph/api").await;
        assert_eq!(edges(&everything), edges(&wider));
        assert_eq!(everything["is_whole"], true);
        let narrow = ask(world, Role::ReadOnly, "/graph/api?kind=owners&kind=projects").await;
        assert_eq!(names(&narrow), BTreeSet::from(["Holding".to_owned(), "Station".to_owned()]));
        let table = world.page(Role::ReadOnly, &format!("/graph?of=clients/{client},owners/1,projects/1")).await;
        for edge in wider["edges"].as_array().unwrap() {
            assert!(table.contains(edge["words"].as_str().unwrap()), "{edge}");
        }
        assert_eq!(world.get(Role::ReadOnly, "/graph/api?of=owners/999").await.status, StatusCode::NOT_FOUND);
        assert_eq!(ask(world, Role::ReadOnly, "/graph/api?of=nonsense/x").await, everything);
        assert!(world.page(Role::ReadOnly, "/graph?find_name=granite+power").await.contains("Around Granite Power"));
        assert!(world.page(Role::ReadOnly, "/graph?find_name=nobody").await.contains("Nothing is called “nobody”"));
        let page = world.page(Role::ReadOnly, "/owners/1").await;
        assert!(page.contains("data-graph-source=\"/graph/api?of=owners/1\""));
    })
    .await;
}

#[tokio::test]
async fn a_hidden_link_is_in_no_map_and_on_no_way() {
    on_both(async |world| {
        let client = market(world).await;
        let fields = [("vendor_id", "1"), ("is_confidential", "on")];
        world.post(Role::Confidential, &format!("/clients/{client}/links/vendor"), &fields).await.location();
        let (map, way) =
            (format!("/graph/api?of=clients/{client}"), format!("/paths/api?from=clients/{client}&to=vendors/1"));
        for role in [Role::Plain, Role::Team, Role::ReadOnly] {
            assert!(!names(&ask(world, role, &map).await).contains("Maker"), "{role:?}");
            assert_eq!(ask(world, role, &way).await["ways"][0]["steps"].as_array().unwrap().len(), 3, "{role:?}");
        }
        let seen = ask(world, Role::Confidential, &map).await;
        assert!(names(&seen).contains("Maker"));
        assert_eq!(ask(world, Role::Confidential, &way).await["ways"][0]["steps"].as_array().unwrap().len(), 1);
        assert!(world.page(Role::Confidential, &format!("/graph?of=clients/{client}")).await.contains("Confidential"));
    })
    .await;
}

#[tokio::test]
async fn what_is_archived_stands_beside_its_record_but_no_way_leads_through_it() {
    on_both(async |world| {
        let client = market(world).await;
        world.post(Role::Plain, "/owners/1/archive", &[("archived", "on")]).await.location();
        let around = ask(world, Role::Plain, &format!("/graph/api?of=clients/{client}")).await;
        let owner = around["nodes"].as_array().unwrap().iter().find(|node| node["id"] == "owners/1").unwrap();
        assert_eq!(owner["is_past"], true);
        assert!(!names(&ask(world, Role::Plain, "/graph/api").await).contains("Holding"));
        let way = format!("/paths/api?from=clients/{client}&to=vendors/1");
        assert_eq!(ask(world, Role::Plain, &way).await["ways"].as_array().unwrap().len(), 0);
        let to_itself = format!("/paths/api?from=clients/{client}&to=owners/1");
        assert_eq!(ask(world, Role::Plain, &to_itself).await["ways"].as_array().unwrap().len(), 1);
        let page = world.page(Role::Plain, &format!("/paths?from=clients/{client}&to=vendors/1")).await;
        assert!(page.contains("No way of up to six steps"));
    })
    .await;
}

#[tokio::test]
async fn the_strongest_of_the_short_ways_comes_first_and_each_step_is_explained() {
    on_both(async |world| {
        let client = market(world).await;
        let poc = world.person(Role::Team);
        let other = world.record("projects", &[("project_name", "Second Station")]).await;
        let lead = [("project_id", &*other.to_string()), ("relationship_type", "Advisor")];
        world.post(Role::Plain, &format!("/clients/{client}/links/project"), &lead).await.location();
        world.post(Role::Plain, &format!("/projects/{other}/links/owner"), &[("owner_id", "1")]).await.location();
        let station = [("project_id", "1"), ("relationship_type", "Lead")];
        world.post(Role::Plain, &format!("/clients/{client}/links/project"), &station).await.location();
        let found = ask(world, Role::Plain, &format!("/paths/api?from=clients/{client}&to=owners/1")).await;
        let ways = found["ways"].as_array().unwrap();
        let costs: Vec<u64> = ways.iter().map(|way| way["cost"].as_u64().unwrap()).collect();
        assert!(costs.is_sorted() && ways.len() == 3, "{found}");
        let steps: Vec<usize> = ways.iter().map(|way| way["steps"].as_array().unwrap().len()).collect();
        assert_eq!(steps, [1, 2, 2], "two strong steps are as good as a fair one: {found}");
        assert_eq!(ways[1]["steps"][0]["words"][0], "takes part in (Lead)");
        assert_eq!(ways[1]["steps"][1]["words"][0], "is owned by");
        assert_eq!(ways[2]["steps"][0]["words"][0], "takes part in (Advisor)");
        // Who met somebody is the way to them.
        let met = [("full_name", "Outside Person"), ("personnel_type", "External"), ("is_active", "on")];
        let met = world.record("people", &met).await;
        let contact = [("contacted_by", &*poc.to_string()), ("contact_person_id", &*met.to_string())];
        world.contact(Role::Plain, client, 20, &contact).await;
        world.contact(Role::Plain, client, 10, &contact).await;
        let way = ask(world, Role::Plain, &format!("/paths/api?from=people/{poc}&to=people/{met}")).await;
        assert_eq!(way["ways"][0]["steps"][0]["words"][0], format!("met ({})", world.days_ago(10)));
        let page = world.page(Role::Team, &format!("/paths?to=people/{met}")).await;
        assert!(page.contains("spoke 10 days ago") && page.contains("The team person"), "from the person who asks");
        world
            .post(
                Role::Plain,
                &format!("/people/{poc}/edit"),
                &[("full_name", "The team person"), ("personnel_type", "Internal")],
            )
            .await
            .location();
        let around = ask(world, Role::Plain, &format!("/paths/api?from=clients/{client}&to=people/{met}")).await;
        assert_eq!(around["ways"].as_array().unwrap().len(), 0, "who left is no way: {around}");
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_not_clear_is_asked_for_and_nothing_typed_is_lost() {
    on_both(async |world| {
        let client = market(world).await;
        world.record("operators", &[("company_name", "Holding")]).await;
        let page = world.page(Role::Plain, &format!("/paths?from=clients/{client}&to_name=holding")).await;
        assert!(page.contains("To: which one?") && page.contains("value=\"holding\""), "{page}");
        assert!(page.contains("to=operators%2F1") && page.contains("to=owners%2F1"));
        let near = world.page(Role::Plain, "/paths?from_name=grani&to_name=nobody").await;
        assert!(near.contains("From: which one?") && near.contains("To: nothing is called “nobody”"));
        let chosen = world.page(Role::Plain, "/paths?from_name=granite+power&to=owners/1").await;
        assert!(chosen.contains("works with owner"));
        assert!(world.page(Role::Plain, "/paths?from=owners/1&to=owners/1").await.contains("Both are the same record"));
        for wrong in ["/paths/api", "/paths/api?from=owners/1&to=owners/77", "/paths/api?from=x&to=owners/1"] {
            assert_eq!(world.get(Role::Plain, wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        let found = ask(world, Role::Plain, "/search/api?q=hold").await;
        assert_eq!(found.as_array().unwrap().len(), 2);
        assert_eq!(found[0]["id"], "owners/1");
    })
    .await;
}

#[tokio::test]
async fn the_fewest_steps_are_found_in_any_graph() {
    on_both(async |world| {
        const EACH: usize = 25;
        let now = format!("'{} 00:00:00'", world.today());
        let mut dice = SmallRng::seed_from_u64(7);
        let mut beside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, path, name, more) in [
            ("owners_developers", "owners", "company_name", ""),
            ("projects", "projects", "project_name", ""),
            ("technology_vendors", "vendors", "vendor_name", ""),
        ] {
            for id in 1..=EACH {
                world.execute(&format!(
                    "INSERT INTO {table} ({name}, name_key, name_core, created_date{more}) \
                     VALUES ('{path} {id}', '{path} {id}', '{path}{id}', {now})"
                ));
            }
        }
        for (table, one, one_column, other, other_column) in [
            ("project_owner_relationships", "projects", "project_id", "owners", "owner_id"),
            ("project_vendor_relationships", "projects", "project_id", "vendors", "vendor_id"),
            ("owner_vendor_relationships", "owners", "owner_id", "vendors", "vendor_id"),
        ] {
            for id in 1..=EACH {
                let (a, b) = (dice.random_range(1..=EACH), dice.random_range(1..=EACH));
                let (from, to) = (format!("{one}/{a}"), format!("{other}/{b}"));
                if beside.entry(from.clone()).or_default().insert(to.clone()) {
                    beside.entry(to).or_default().insert(from);
                    world.execute(&format!(
                        "INSERT INTO {table} (relationship_id, {one_column}, {other_column}, created_date) \
                         VALUES ({id}, {a}, {b}, {now})"
                    ));
                }
            }
        }
        let mut reached = 0;
        for _ in 0..40 {
            let from = format!("owners/{}", dice.random_range(1..=EACH));
            let to = format!("vendors/{}", dice.random_range(1..=EACH));
            let found = ask(world, Role::Plain, &format!("/paths/api?from={from}&to={to}")).await;
            let length = |way: &Value| way["steps"].as_array().unwrap().len();
            let lengths: Vec<usize> = found["ways"].as_array().unwrap().iter().map(length).collect();
            let fewest = steps(&beside, &from, &to).filter(|steps| *steps <= 6);
            assert_eq!(lengths.iter().min().copied(), fewest, "{from} to {to}: {found}");
            assert!(lengths.iter().all(|steps| *steps <= fewest.unwrap() + 1), "{from} to {to}: {found}");
            reached += usize::from(fewest.is_some());
        }
        assert!(reached > 5, "the graph holds ways: {reached}");
    })
    .await;
}

/// How many steps there are at least, the plain way.
fn steps(beside: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> Option<usize> {
    let mut far = BTreeMap::from([(from.to_owned(), 0)]);
    let mut open = VecDeque::from([from.to_owned()]);
    while let Some(node) = open.pop_front() {
        if node == to {
            return far.get(to).copied();
        }
        for next in beside.get(&node).into_iter().flatten() {
            if !far.contains_key(next) {
                far.insert(next.clone(), far[&node] + 1);
                open.push_back(next.clone());
            }
        }
    }
    None
}

/// Adds so many owners, archived or not, and returns the id before the first of them.
fn many_owners(world: &World, count: i64, is_archived: bool) -> i64 {
    let before = world.number("SELECT COALESCE(max(owner_id), 0) FROM owners_developers");
    let day = world.today();
    world.execute(&format!(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count}) \
         INSERT INTO owners_developers (company_name, name_key, name_core, is_archived, created_date) \
         SELECT 'Many ' || number, 'many', 'many', {is_archived}, '{day} 00:00:00' FROM numbers"
    ));
    before
}

/// Links a client to every owner that was added after one, the latest first.
fn link_many(world: &World, client: i64, after: i64) {
    let day = world.today();
    world.execute(&format!(
        "INSERT INTO client_owner_relationships (client_id, owner_id, is_confidential, created_date) \
         SELECT {client}, owner_id, FALSE, '{day} 00:00:00' FROM owners_developers WHERE owner_id > {after} \
         ORDER BY owner_id DESC"
    ));
}

#[tokio::test]
async fn what_is_archived_takes_no_place_on_a_map() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let after = many_owners(world, 2_100, true);
        let holding = world.record("owners", &[("company_name", "Holding")]).await;
        link_many(world, client, after);
        let everything = ask(world, Role::Plain, "/graph/api?kind=clients&kind=owners").await;
        assert!(names(&everything).contains("Holding"), "{} are shown", names(&everything).len());
        assert_eq!(everything["is_whole"], true);
        let around = ask(world, Role::Plain, &format!("/graph/api?of=clients/{client}")).await;
        assert_eq!(around["is_whole"], false);
        assert!(edges(&around).contains(&format!("clients/{client} works with owner owners/{holding}")));
    })
    .await;
}

#[tokio::test]
async fn a_map_is_cut_in_the_order_of_its_records() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let after = many_owners(world, 2_100, false);
        link_many(world, client, after);
        for path in ["/graph/api?kind=clients&kind=owners", &format!("/graph/api?of=clients/{client}")] {
            let shown = edges(&ask(world, Role::Plain, path).await);
            assert_eq!(shown.len(), 1_999, "{path}");
            let mut wanted =
                (1..2_000).map(|number| format!("clients/{client} works with owner owners/{}", after + number));
            assert!(wanted.all(|edge| shown.contains(&edge)), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_map_of_more_than_it_can_hold_says_so() {
    on_both(async |world| {
        let owner = world.record("owners", &[("company_name", "Hub")]).await;
        let now = format!("'{} 00:00:00'", world.today());
        let rows = |row: &dyn Fn(i64) -> String| (1..=2_100).map(row).collect::<Vec<_>>().join(", ");
        let clients = rows(&|id| format!("({id}, 'Client {id}', 'client {id}', 'client{id}', {now})"));
        let links = rows(&|id| format!("({id}, {id}, {owner}, {now})"));
        world.execute(&format!(
            "INSERT INTO clients (client_id, client_name, name_key, name_core, created_date) VALUES {clients}; \
             INSERT INTO client_owner_relationships (relationship_id, client_id, owner_id, created_date) VALUES {links}"
        ));
        for path in ["/graph/api".to_owned(), format!("/graph/api?of=owners/{owner}")] {
            let answer = ask(world, Role::Plain, &path).await;
            assert_eq!(answer["is_whole"], false, "{path}");
            assert_eq!(names(&answer).len(), 2_000, "{path}");
        }
        assert!(world.page(Role::Plain, "/graph?all=on").await.contains("There is more than one map can show"));
    })
    .await;
}

#[tokio::test]
async fn projects_stand_on_the_map_where_they_are() {
    on_both(async |world| {
        let known =
            [("project_name", "Placed"), ("latitude", "36.6"), ("longitude", "-84.3"), ("project_status", "Licensing")];
        let placed = world.record("projects", &known).await;
        let other = world.record("projects", &[("project_name", "Nowhere yet"), ("project_status", "Planning")]).await;
        let page = world.page(Role::Plain, "/projects/map").await;
        assert!(page.contains("data-site=\"-84.300 -38.") && page.contains("rt-site-licensing"), "{page}");
        assert!(page.contains(&format!("/projects/{other}/edit#place")) && page.contains("1 with a known place"));
        assert!(!world.page(Role::ReadOnly, "/projects/map").await.contains("#place"));
        let narrowed = world.page(Role::Plain, "/projects/map?project_status=Planning").await;
        assert!(!narrowed.contains("data-site=") && narrowed.contains("Nowhere yet"));
        assert!(
            world.page(Role::Plain, &format!("/projects/{placed}/edit")).await.contains("data-map-mark cx=\"-84.300\"")
        );
        assert_eq!(world.get(Role::Anonymous, "/projects/map").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_map_of_more_than_can_be_seen_begins_with_a_question() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let link = |path: &str| format!("{path}?of=clients/{client}");
        assert!(!world.page(Role::Plain, "/graph").await.contains("Whose surroundings?"));
        world.execute(
            "INSERT INTO operators (company_name, name_key, name_core, created_date) WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300) \
             SELECT 'Operator ' || n, 'operator ' || n, 'operator' || n, '2026-01-01' FROM numbers",
        );
        let page = world.page(Role::Plain, "/graph").await;
        assert!(page.contains("Whose surroundings?") && page.contains("Begin with me"), "{page}");
        for path in [link("/graph"), "/graph?all=on".into(), "/graph?kind=owners".into()] {
            assert!(!world.page(Role::Plain, &path).await.contains("Whose surroundings?"), "{path}");
        }
    })
    .await;
}
