//! The interface for programs: reading page by page, writing by the rules of the pages, its description.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::bodies::{changes, pairs};
use crate::planted::plant;
use crate::world::{Answer, Role, World, as_json, on_each};

async fn read(world: &World, role: Role, path: &str) -> Value {
    let answer = world.get(role, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()
}

async fn send(world: &World, method: Method, role: Role, path: &str, object: Value) -> Answer {
    world.tell(method, role, path, &object, None).await
}

/// Every id of a list, page by page, each read with as few rows as that.
async fn walk(world: &World, role: Role, path: &str, key: &str, limit: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = read(world, role, &format!("{path}{sign}limit={limit}{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{path}");
        ids.extend(items.iter().map(|item| item[key].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { return ids };
        cursor = format!("&cursor={next}");
    }
}

fn errors(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

on_each! {
    async fn a_list_is_walked_to_its_end_and_each_row_comes_once(world: &World) {
        let planted = plant(world, true).await;
        for name in ["Delta", "alpha", "Écho", "bravo", "Charlie"] {
            let id = world.client(name).await;
            world.contact(Role::Plain, id, 3, &[]).await;
            let due = if name == "Delta" { "" } else { "2026-12-01" };
            let item = [("text", name), ("is_open", "on"), ("due_date", due)];
            world.post(Role::Plain, &format!("/clients/{id}/action-items"), &item).await.location();
        }
        for (path, key, table) in [
            ("clients", "client_id", "clients"),
            ("clients?sort=-name", "client_id", "clients"),
            ("clients?sort=priority", "client_id", "clients"),
            ("clients?sort=-attention", "client_id", "clients"),
            ("vendors", "vendor_id", "technology_vendors"),
            ("projects?sort=-project_status", "project_id", "projects"),
            ("contacts", "contact_id", "contact_log"),
            ("contacts?sort=date", "contact_id", "contact_log"),
            ("action-items", "item_id", "action_items"),
            ("entries", "history_id", "roundtable_history"),
            ("meetings", "meeting_id", "meetings"),
            ("changes", "change_id", "changes"),
        ] {
            let few = walk(world, Role::Admin, &format!("/api/v1/{path}"), key, 2).await;
            let many = walk(world, Role::Admin, &format!("/api/v1/{path}"), key, 200).await;
            assert_eq!(few, many, "{path}");
            let all: BTreeSet<i64> = few.iter().copied().collect();
            assert_eq!(all.len(), few.len(), "{path}");
            let rows = world.number(&format!("SELECT count(*) FROM {table}"));
            assert_eq!(i64::try_from(few.len()), Ok(rows), "{path}");
        }
        let links = walk(world, Role::Admin, "/api/v1/links", "relationship_id", 3).await;
        let open = walk(world, Role::Plain, "/api/v1/links", "relationship_id", 3).await;
        assert!(open.len() < links.len() && open.iter().all(|id| links.contains(id)));
        let of = format!("/api/v1/links?of=clients/{}&kind=client_owner_relationships", planted.client);
        assert_eq!(read(world, Role::Plain, &of).await["items"], json!([]));
        assert_eq!(read(world, Role::Confidential, &of).await["items"][0]["client_id"], planted.client);
        let timeline = format!("/api/v1/clients/{}/timeline", planted.client);
        let moments = read(world, Role::Team, &timeline).await;
        assert!(moments["items"].as_array().unwrap().iter().any(|one| one["type"] == "entry"), "{moments}");
        let document = read(world, Role::Team, "/api/v1/openapi.json").await;
        let described = &document["components"]["schemas"]["Moment"]["properties"];
        let mut kinds = BTreeSet::new();
        for moment in moments["items"].as_array().unwrap() {
            let kind = moment["type"].as_str().unwrap();
            assert!(described["type"]["enum"].as_array().unwrap().contains(&json!(kind)), "{moment}");
            assert!(moment.as_object().unwrap().keys().all(|key| described.get(key).is_some()), "{moment}");
            kinds.insert(kind);
        }
        assert!(kinds.contains("meeting"), "{kinds:?}");
        let first = read(world, Role::Team, &format!("{timeline}?limit=1")).await;
        let more = format!("{timeline}?limit=1&cursor={}", first["next"].as_str().unwrap());
        assert_ne!(read(world, Role::Team, &more).await["items"], first["items"]);
    }

    async fn a_list_is_narrowed_by_what_its_page_knows_and_by_nothing_that_makes_no_sense(world: &World) {
        let one = world.post(Role::Plain, "/clients/new", &[("client_name", "Granite Power"), ("client_type", "IPP")]);
        let one = one.await.new_id();
        let two = world.client("Slate Water").await;
        world.post(Role::Team, &format!("/clients/{two}/assessment"), &[("client_priority", "High")]).await.location();
        let names = async |role, query: &str| {
            let found = read(world, role, &format!("/api/v1/clients?{query}")).await;
            found["items"].as_array().unwrap().iter().map(|one| one["client_id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(names(Role::Plain, "client_type=IPP").await, [one]);
        assert_eq!(names(Role::Plain, "search=slate").await, [two]);
        assert_eq!(names(Role::Plain, "archived=true").await, [0; 0]);
        assert_eq!(names(Role::Plain, "archived=false&sort=-name").await, [two, one]);
        assert_eq!(names(Role::Team, "priority=High").await, [two]);
        // What is the team's is no parameter to others.
        assert_eq!(names(Role::Plain, "priority=High").await, [one, two]);
        assert_eq!(names(Role::Plain, &format!("ids={two},{one},999")).await, [two, one]);
        let nonsense = ["limit=0", "limit=201", "limit=", "cursor=x", "client_type=Bakery", "sort=priority"];
        for query in nonsense.into_iter().chain(["ids=x", "ids=", "poc=x"]) {
            let answer = world.get(Role::Plain, &format!("/api/v1/clients?{query}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            assert_eq!(errors(&answer), [query.split('=').next().unwrap()], "{query}");
        }
        // It looks like a cursor, and none was ever given so.
        let elsewhere = world.get(Role::Plain, "/api/v1/clients?cursor=0000.0").await;
        assert_eq!(elsewhere.status, StatusCode::CONFLICT, "{}", elsewhere.body);
        let sparse = read(world, Role::Plain, "/api/v1/clients?fields=client_name,client_priority&search=slate").await;
        assert_eq!(sparse["items"], json!([{ "client_id": two, "client_name": "Slate Water" }]));
    }

    async fn one_is_known_again_by_its_mark_and_saved_only_as_it_is_known(world: &World) {
        let id = world.client("Granite Power").await;
        let path = format!("/api/v1/clients/{id}");
        let tag = |answer: &Answer| answer.headers[header::ETAG].to_str().unwrap().to_owned();
        let known = tag(&world.get(Role::Plain, &path).await);
        let is_known = Some((header::IF_NONE_MATCH, &*known));
        let again = world.tell(Method::GET, Role::Plain, &path, &json!({}), is_known).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
        // What the team judges moves the mark of those who may see it alone.
        let of_team = tag(&world.get(Role::Team, &path).await);
        world.post(Role::Team, &format!("/clients/{id}/assessment"), &[("client_priority", "High")]).await.location();
        assert_eq!(tag(&world.get(Role::Plain, &path).await), known);
        assert_ne!(tag(&world.get(Role::Team, &path).await), of_team);
        let notes = json!({ "notes": "Said by a program" });
        let save = async |tag: &str| {
            world.tell(Method::PATCH, Role::Plain, &path, &notes, Some((header::IF_MATCH, tag))).await
        };
        let saved = save(&known).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        assert_eq!(saved.json()["notes"], "Said by a program");
        assert_eq!(tag(&saved), tag(&world.get(Role::Plain, &path).await));
        assert_eq!(save(&known).await.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(save("*").await.status, StatusCode::OK);
        let listed = format!("\"other\", {},", tag(&world.get(Role::Plain, &path).await));
        assert_eq!(save(&listed).await.status, StatusCode::OK, "one of several, and nothing behind the last");
        assert_eq!(save("\"other\"").await.status, StatusCode::PRECONDITION_FAILED);
        let malformed = save("as I read it").await;
        assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
        assert!(malformed.json()["detail"].as_str().unwrap().contains("in quotation marks"), "{}", malformed.body);
        for words in ["{}", "", " , "] {
            let known = Some((header::IF_NONE_MATCH, words));
            let malformed = world.tell(Method::GET, Role::Plain, &path, &json!({}), known).await;
            assert_eq!(malformed.status, StatusCode::BAD_REQUEST, "{words}: {}", malformed.body);
        }
        let gone = world.tell(Method::DELETE, Role::Admin, &path, &json!({}), Some((header::IF_MATCH, &known))).await;
        assert_eq!(gone.status, StatusCode::PRECONDITION_FAILED);
    }

    async fn what_is_not_sent_stays_and_what_is_sent_is_held_to_the_rules_of_the_form(world: &World) {
        let made = json!({ "client_name": "Granite Power", "client_type": "IPP", "client_priority": "High" });
        let answer = send(world, Method::POST, Role::Team, "/api/v1/clients", made.clone()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let path = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
        let one = answer.json();
        assert_eq!((&one["client_type"], &one["client_priority"]), (&json!("IPP"), &json!("High")));
        // Field by field, and nothing of it is saved.
        let wrong = json!({ "client_name": "Slate", "client_type": "Bakery", "client_priority": "High", "colour": 1 });
        let refused = send(world, Method::PATCH, Role::Plain, &path, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.headers[header::CONTENT_TYPE], "application/problem+json");
        let fields: BTreeSet<String> = errors(&refused).into_iter().collect();
        assert_eq!(fields.into_iter().collect::<Vec<_>>(), ["client_priority", "client_type", "colour"]);
        // A refusal of the second part takes the first back.
        let half = json!({ "client_name": "Slate", "rhythm_days": 0 });
        assert_eq!(errors(&send(world, Method::PATCH, Role::Team, &path, half).await), ["rhythm_days"]);
        let person = world.person(Role::Plain);
        let changed = json!({ "mpr_primary_poc": person, "client_status": "Warm", "client_type": null });
        let changed = send(world, Method::PATCH, Role::Team, &path, changed).await.json();
        assert_eq!(changed["client_name"], "Granite Power");
        assert_eq!((&changed["mpr_primary_poc"], &changed["client_type"]), (&json!(person), &Value::Null));
        assert_eq!((&changed["client_priority"], &changed["client_status"]), (&json!("High"), &json!("Warm")));
        // The message is that of the form.
        let twice = json!({ "mpr_secondary_poc": person });
        let twice = send(world, Method::PATCH, Role::Plain, &path, twice).await;
        assert!(twice.body.contains("Choose someone other than the primary point of contact."), "{}", twice.body);
        let empty = send(world, Method::POST, Role::Plain, "/api/v1/clients", json!({})).await;
        assert_eq!(errors(&empty), ["client_name"]);
    }

    async fn a_near_name_an_archived_record_and_what_depends_are_conflicts(world: &World) {
        let id = world.client("Granite Power").await;
        let near = json!({ "client_name": "Granite Power Inc" });
        let answer = send(world, Method::POST, Role::Plain, "/api/v1/clients", near).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
        assert_eq!(answer.json()["near"], json!([{ "address": format!("/clients/{id}"), "name": "Granite Power" }]));
        let meant = json!({ "client_name": "Granite Power Inc", "name_confirmed": true });
        assert_eq!(send(world, Method::POST, Role::Plain, "/api/v1/clients", meant).await.status, StatusCode::CREATED);
        let path = format!("/api/v1/clients/{id}");
        let archive = async |archived: bool| {
            send(world, Method::PATCH, Role::Plain, &path, json!({ "is_archived": archived })).await.json()
        };
        assert_eq!(archive(true).await["is_archived"], true);
        let late = send(world, Method::PATCH, Role::Plain, &path, json!({ "notes": "late" })).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        assert_eq!(archive(false).await["is_archived"], false);
        world.contact(Role::Plain, id, 1, &[]).await;
        let held = send(world, Method::DELETE, Role::Admin, &path, json!({})).await;
        assert_eq!(held.status, StatusCode::CONFLICT);
        assert!(held.body.contains("1 contacts"), "{}", held.body);
        assert_eq!(send(world, Method::DELETE, Role::Plain, &path, json!({})).await.status, StatusCode::FORBIDDEN);
        let contact = world.number("SELECT contact_id FROM contact_log");
        let gone = send(world, Method::DELETE, Role::Admin, &format!("/api/v1/contacts/{contact}"), json!({})).await;
        assert_eq!((gone.status, gone.body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(send(world, Method::DELETE, Role::Admin, &path, json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.get(Role::Admin, &path).await.status, StatusCode::NOT_FOUND);
    }

    async fn contacts_items_entries_meetings_and_links_are_written_as_on_their_pages(world: &World) {
        let client = world.client("Granite Power").await;
        let (plain, today) = (world.person(Role::Plain), world.days_ago(0));
        let make = async |role, path: &str, object: Value| {
            let answer = send(world, Method::POST, role, &format!("/api/v1/{path}"), object).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{path}: {}", answer.body);
            (answer.headers[header::LOCATION].to_str().unwrap().to_owned(), answer.json())
        };
        let change = async |role, path: &str, object: Value| {
            let answer = send(world, Method::PATCH, role, path, object).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            answer.json()
        };
        let logged = json!({ "client_id": client, "contact_type": "Phone", "summary": "Said" });
        let (path, contact) = make(Role::Plain, "contacts", logged).await;
        assert_eq!((&contact["contact_date"], &contact["contacted_by"]), (&json!(today), &json!(plain)));
        let done = change(Role::Plain, &path, json!({ "follow_up_needed": true, "follow_up_done": true })).await;
        assert_eq!((&done["follow_up_done"], &done["summary"]), (&json!(true), &json!("Said")));
        assert_eq!(read(world, Role::Plain, &format!("/api/v1/clients/{client}")).await["last_contact_date"], today);
        let hidden = json!({ "client_id": client, "contact_type": "Phone", "is_confidential": true });
        let refused = send(world, Method::POST, Role::Plain, "/api/v1/contacts", hidden.clone()).await;
        assert_eq!(errors(&refused), ["is_confidential"]);
        let (hidden, _) = make(Role::Confidential, "contacts", hidden).await;
        assert_eq!(world.get(Role::Plain, &hidden).await.status, StatusCode::NOT_FOUND);

        let item = json!({ "client_id": client, "text": "Write to them", "due_date": "2026-12-01" });
        let (path, item) = make(Role::Plain, "action-items", item).await;
        assert_eq!((&item["assigned_to"], &item["is_open"]), (&json!([plain]), &json!(true)));
        let silent = send(world, Method::PATCH, Role::Plain, &path, json!({ "item_state": "Dropped" })).await;
        assert_eq!(errors(&silent), ["reason"]);
        let dropped = json!({ "item_state": "Dropped", "reason": "No longer wanted" });
        let dropped = change(Role::Plain, &path, dropped).await;
        assert_eq!((&dropped["item_state"], &dropped["text"]), (&json!("Dropped"), &json!("Write to them")));

        let entry = json!({ "client_id": client, "meeting_date": today, "next_steps": "Call them" });
        let refused = send(world, Method::POST, Role::Plain, "/api/v1/entries", entry.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let (path, entry) = make(Role::Team, "entries", entry).await;
        let corrected = change(Role::Team, &path, json!({ "discussion": "At length" })).await;
        assert_eq!((&corrected["next_steps"], &corrected["discussion"]), (&json!("Call them"), &json!("At length")));
        assert_ne!(corrected["history_id"], entry["history_id"]);
        assert_eq!(read(world, Role::Team, &path).await["superseded_by"], corrected["history_id"]);

        let (path, _) = make(Role::Team, "meetings", json!({ "title": "Roundtable", "meeting_date": today })).await;
        let named = change(Role::Team, &path, json!({ "minutes_each": 5 })).await;
        assert_eq!((&named["title"], &named["minutes_each"]), (&json!("Roundtable"), &json!(5)));
        let meeting = &named["meeting_id"];
        let of_meeting = json!({ "client_id": client, "meeting_id": meeting, "discussion": "There" });
        let (_, of_meeting) = make(Role::Team, "entries", of_meeting).await;
        assert_eq!((&of_meeting["meeting_id"], &of_meeting["meeting_date"]), (meeting, &json!(today)));

        let owner = world.record("owners", &[("company_name", "Basalt")]).await;
        let kind = "client_owner_relationships";
        let link = json!({ "kind": kind, "client_id": client, "owner_id": owner, "notes": "Half" });
        let (path, made) = make(Role::Plain, "links", link.clone()).await;
        assert_eq!((&made["owner_id"], &made["notes"]), (&json!(owner), &json!("Half")));
        assert_eq!(errors(&send(world, Method::POST, Role::Plain, "/api/v1/links", link).await), ["owner_id"]);
        assert_eq!(change(Role::Plain, &path, json!({ "notes": "All of it" })).await["notes"], "All of it");
        assert_eq!(change(Role::Plain, &path, json!({})).await["notes"], "All of it");
        for (fixed, value) in [("owner_id", json!(owner)), ("is_confidential", json!(true))] {
            let refused = send(world, Method::PATCH, Role::Plain, &path, json!({ fixed: value })).await;
            assert_eq!((refused.status, errors(&refused)), (StatusCode::UNPROCESSABLE_ENTITY, vec![fixed.to_owned()]));
        }
        assert_eq!(send(world, Method::DELETE, Role::Plain, &path, json!({})).await.status, StatusCode::NO_CONTENT);
        let changes = read(world, Role::Plain, &format!("/api/v1/changes?record=clients/{client}")).await;
        assert_eq!(changes["items"][0]["rows"][0]["table_name"], "client_owner_relationships", "{changes}");
    }

    async fn whoever_brings_neither_session_nor_token_is_signed_out(world: &World) {
        let asked = || world.request("POST", "/api/v1/clients").header(header::CONTENT_TYPE, "application/json");
        let answer = world.send(asked().body(Body::from("{}")).unwrap()).await;
        assert_eq!((answer.status.as_u16(), &*answer.json()["title"].to_string()), (401, "\"Please sign in\""));
        let by_another_site = asked().header(header::COOKIE, world.cookie(Role::Admin).unwrap());
        assert_eq!(world.send(by_another_site.body(Body::from("{}")).unwrap()).await.status, StatusCode::FORBIDDEN);
    }

    async fn null_is_refused_beside_each_field_that_is_not_described_to_take_it(world: &World) {
        let planted = plant(world, true).await;
        let described = read(world, Role::Admin, "/api/v1/openapi.json").await;
        let (mut tried, plan) = (0, "next_planned_contact_date");
        for change in changes(world, &planted) {
            let Some(path) = change.path.strip_prefix("/api/v1") else { continue };
            let act = &described["paths"][format!("/api/v1{path}")][change.method.as_str().to_lowercase()];
            let schema = &act["requestBody"]["content"]["application/json"]["schema"];
            let schema = match schema["$ref"].as_str() {
                Some(place) => described.pointer(place.trim_start_matches('#')).unwrap(),
                None => schema,
            };
            for (name, kind) in schema["properties"].as_object().into_iter().flatten() {
                let mut sent: Value = serde_json::from_str(&as_json(&pairs(&change.body))).unwrap();
                if schema["properties"].get(plan).is_some() {
                    // Without a contact it would be a plan alone.
                    sent[plan] = json!(world.days_ahead(9));
                }
                sent[name] = Value::Null;
                let answer = send(world, change.method.clone(), Role::Admin, &change.address, sent.clone()).await;
                if answer.status == StatusCode::NOT_FOUND {
                    continue;
                }
                let takes_null = kind["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
                let told = format!("{} {} {sent}: {}", change.method, change.address, answer.body);
                assert!(!answer.status.is_server_error(), "{told}");
                assert!(takes_null || (answer.status == 422 && errors(&answer).contains(name)), "{told}");
                tried += 1;
            }
        }
        assert!(tried > 100, "{tried}");
    }

    async fn a_body_that_is_no_json_object_is_refused_as_what_it_is(world: &World) {
        for (kind, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "[]", 400),
            ("application/json", "", 400),
            ("text/plain", "{}", 415),
            ("application/x-www-form-urlencoded", "client_name=a", 415),
        ] {
            let request = world
                .request("POST", "/api/v1/clients")
                .header(header::ORIGIN, "http://roundtable.test")
                .header(header::COOKIE, world.cookie(Role::Plain).unwrap())
                .header(header::CONTENT_TYPE, kind);
            let answer = world.send(request.body(body.into()).unwrap()).await;
            assert_eq!(answer.status.as_u16(), status, "{kind} {body}");
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        assert_eq!(world.get(Role::Anonymous, "/api/v1/clients").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.get(Role::Plain, "/api/v1/clients/x").await.status, StatusCode::NOT_FOUND);
        let put = send(world, Method::PUT, Role::Plain, "/api/v1/clients", json!({})).await;
        assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn the_search_finds_records_and_the_texts_that_one_may_read(world: &World) {
        plant(world, true).await;
        let types = async |role, words: &str| -> BTreeSet<String> {
            let found = read(world, role, &format!("/api/v1/search?q={words}")).await;
            found["items"].as_array().unwrap().iter().map(|hit| hit["type"].as_str().unwrap().to_owned()).collect()
        };
        assert!(types(Role::Plain, "one").await.contains("clients"));
        assert!(types(Role::Plain, "ZQdiscussion").await.is_empty());
        assert!(types(Role::Team, "ZQdiscussion").await.contains("entries"));
    }
}

#[tokio::test]
async fn an_order_that_ends_before_its_list_says_so() {
    let world = World::sqlite();
    world.execute(
        "INSERT INTO offtakers (company_name, name_key, name_core, created_date) WITH RECURSIVE numbers (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10001) \
         SELECT 'O' || n, 'o' || n, 'o' || n, '2026-11-16 00:00:00' FROM numbers",
    );
    let cursor = |rows: i64| format!("{}.{rows}", hex::encode(r#"["-sector",[]]"#));
    let path = "/api/v1/offtakers?sort=-sector&limit=200";
    let last = read(&world, Role::Plain, &format!("{path}&cursor={}", cursor(9_800))).await;
    let next = last["next"].as_str().expect("there is more");
    let refused = world.get(Role::Plain, &format!("{path}&cursor={next}")).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.json()["errors"][0]["message"].as_str().unwrap().contains("go through it by name"));
    let by_name = walk(&world, Role::Plain, "/api/v1/offtakers", "offtaker_id", 200).await;
    assert_eq!(by_name.len(), 10_001);
}

/// What is described and what is registered are one list, and each of it leads to a schema that is there.
#[tokio::test]
async fn the_description_tells_of_every_route_for_programs_and_of_no_other() {
    let world = World::sqlite();
    let document = read(&world, Role::Admin, "/api/v1/openapi.json").await;
    let registered: BTreeSet<String> = roundtable::routes()
        .list()
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/") && route.path != "/api/v1/docs")
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, all)| {
        all.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    assert_eq!(operations.collect::<BTreeSet<String>>(), registered);
    let text = document.to_string();
    for (place, _) in text.match_indices("\"$ref\":\"#") {
        let pointer = text[place + 9..].split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} is nowhere");
    }
}

/// The schemas follow from the forms, so that whoever may not see a field is not told of it.
#[tokio::test]
async fn the_description_tells_each_the_fields_that_they_have() {
    let world = World::sqlite();
    let schema = async |role, name: &str| {
        read(&world, role, "/api/v1/openapi.json").await["components"]["schemas"][name]["properties"].clone()
    };
    let client = schema(Role::Team, "ClientUpdate").await;
    assert_eq!(client["client_priority"]["enum"][0], "Strategic");
    assert_eq!(client["client_name"]["maxLength"], 200);
    assert_eq!(client["mpr_primary_poc"]["type"][0], "integer");
    assert!(schema(Role::Plain, "ClientUpdate").await.get("client_priority").is_none());
    assert!(schema(Role::Confidential, "Project").await.get("capex").is_some());
    assert!(schema(Role::Plain, "Project").await.get("capex").is_none());
    let project = schema(Role::Confidential, "ProjectCreate").await;
    assert_eq!((&project["capex"]["minimum"], &project["latitude"]["maximum"]), (&json!(0), &json!(90.0)));
    assert_eq!(client["mpr_primary_poc"]["minimum"], 1);
    assert_eq!(client["rhythm_days"]["multipleOf"], 1);
    let page = world.page(Role::Plain, "/api/v1/docs").await;
    for words in ["/api/v1/action-items", "Everyone signed in who may write", "Out of lists and pickers"] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(world.get(Role::Anonymous, "/api/v1/docs").await.location(), "/sign-in");
}
