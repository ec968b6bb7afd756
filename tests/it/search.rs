//! One search for everything: what is found, in which order, and what is found by nobody without the right.

use roundtable::db::Db;

use crate::world::{Role, World, on_both};

/// The names that the search for a picker gives, in their order.
async fn names(world: &World, role: Role, typed: &str) -> Vec<String> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    let answer = world.get(role, &format!("/search/api?{query}")).await.json();
    answer.as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap().to_owned()).collect()
}

async fn page(world: &World, role: Role, typed: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    let page = world.page(role, &format!("/search?{query}")).await;
    page.split("<main").nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn names_are_found_by_words_in_any_order_the_best_first() {
    on_both(async |world| {
        for name in ["Blue Cedar Power", "Cedar", "Cedar Power Authority", "Power of Cedars"] {
            world.client(name).await;
        }
        world.record("owners", &[("company_name", "Cedar Holding")]).await;
        let cedar = ["Cedar", "Cedar Holding", "Cedar Power Authority", "Blue Cedar Power", "Power of Cedars"];
        assert_eq!(names(world, Role::Plain, "CEDAR").await, cedar);
        assert_eq!(
            names(world, Role::Plain, "pow ceda").await,
            ["Blue Cedar Power", "Cedar Power Authority", "Power of Cedars"]
        );
        assert_eq!(names(world, Role::Plain, "cedar zebra").await, [""; 0]);
        let clients = world.get(Role::Plain, "/clients/api/search?q=power+cedar").await.json();
        assert_eq!(clients[0]["client_name"], "Blue Cedar Power");
        assert_eq!(clients.as_array().unwrap().len(), 3);
        let list = world.page(Role::Plain, "/clients?search=authority+cedar").await;
        assert!(list.contains("Cedar Power Authority") && !list.contains("Blue Cedar Power"));
    })
    .await;
}

#[tokio::test]
async fn the_best_are_offered_whatever_their_kind() {
    on_both(async |world| {
        for index in 0..7 {
            world.client(&format!("Blue Cedar {index}")).await;
        }
        world.record("operators", &[("company_name", "Cedar")]).await;
        assert_eq!(names(world, Role::Plain, "cedar").await[0], "Cedar");
        assert_eq!(names(world, Role::Plain, "cedar").await.len(), 8);
    })
    .await;
}

/// The place of people among all kinds: the last one, whose rows are the newest of all.
const PEOPLE: i64 = 8;

/// Puts names of a kind into the index, `ann cedar 1` and so on: more of them than anybody would type.
fn crowd(world: &World, kind: i64, number: i64) {
    let words = match world.db() {
        Db::Sqlite(_) => "'ann cedar'",
        Db::Postgres(_) => "array_to_tsvector(ARRAY['ann', 'cedar'])",
    };
    let first = (kind << 53) + 1_000;
    let rows = format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {number})");
    world.execute(&format!(
        "{rows} INSERT INTO search_names (row_id, shelf, name_key) SELECT {first} + n, {kind}, 'ann cedar ' || n FROM n"
    ));
    world.execute(&format!("{rows} INSERT INTO find_names (rowid, words) SELECT {first} + n, {words} FROM n"));
}

#[tokio::test]
async fn one_kind_does_not_crowd_out_another() {
    on_both(async |world| {
        let notes = [("notes", "Keeps a zeppelin.")];
        let client = [[("client_name", "Blue Cedar")], notes].concat();
        world.post(Role::Plain, "/clients/new", &client).await.new_id();
        for index in 0..25 {
            let name = format!("Holding {index}");
            world.record("owners", &[[("company_name", &*name)], notes].concat()).await;
        }
        crowd(world, PEOPLE, 1_100);
        assert_eq!(names(world, Role::Plain, "cedar").await, ["Blue Cedar"]);
        let found = page(world, Role::Plain, "zeppelin").await;
        assert!(found.contains("Blue Cedar") && found.contains("Holding 24"), "{found}");
    })
    .await;
}

#[tokio::test]
async fn a_list_says_that_its_words_fit_more_than_are_looked_at() {
    on_both(async |world| {
        world.client("Blue Cedar").await;
        let rows = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1001)";
        for (shelf, table, id, name) in
            [(0_i64, "clients", "client_id", "client_name"), (1, "owners_developers", "owner_id", "company_name")]
        {
            let first = shelf << 53;
            world.execute(&format!(
                "{rows} INSERT INTO {table} ({id}, {name}, name_key, name_core, created_date) \
                 SELECT 5000 + n, 'Cedar ' || n, 'cedar ' || n, 'cedar' || n, '2026-01-01 00:00:00' FROM n"
            ));
            world.execute(&format!(
                "{rows} INSERT INTO search_names (row_id, shelf, name_key) \
                 SELECT {first} + 5000 + n, {shelf}, 'cedar ' || n FROM n"
            ));
        }
        let looked_at = "Only the first 1,000 that the words fit are looked at.";
        for list in ["/clients", "/owners"] {
            let cut = world.page(Role::Plain, &format!("{list}?search=cedar")).await;
            assert!(cut.contains("<span class=\"rt-count\">more than 1,000</span>"), "{list}");
            assert!(cut.contains("of more than 1,000") && cut.contains(looked_at), "{list}");
            let all = world.page(Role::Plain, &format!("{list}?search=cedar+1001")).await;
            assert!(all.contains("<span class=\"rt-count\">1</span>") && !all.contains(looked_at), "{list}");
        }
        let none = world.page(Role::Plain, "/clients?search=cedar&attention=urgent").await;
        assert!(none.contains("No client fits") && none.contains(looked_at));
        let dashboard = world.page(Role::Team, "/crm/dashboard?search=cedar").await;
        assert!(dashboard.contains("more than 1,000") && dashboard.contains(looked_at));
        world.execute("DELETE FROM owners_developers WHERE owner_id = 6001");
        world.execute(&format!("DELETE FROM search_names WHERE row_id = {}", (1_i64 << 53) + 6001));
        let exact = world.page(Role::Plain, "/owners?search=cedar").await;
        assert!(exact.contains("<span class=\"rt-count\">1,000</span>") && !exact.contains(looked_at));
    })
    .await;
}

#[tokio::test]
async fn letters_that_keyboards_lack_and_accents_are_folded() {
    on_both(async |world| {
        for name in ["Großkraftwerk Süd", "Ørsted", "Æther Energi", "Łódź Heat", "Électricité du Nord", "Φως Energy"]
        {
            world.client(name).await;
        }
        for (typed, name) in [
            ("grosskraft", "Großkraftwerk Süd"),
            ("GROẞ", "Großkraftwerk Süd"),
            ("orsted", "Ørsted"),
            ("aether", "Æther Energi"),
            ("lodz", "Łódź Heat"),
            ("nord electricite", "Électricité du Nord"),
            ("ΦΩΣ", "Φως Energy"),
        ] {
            assert_eq!(names(world, Role::Plain, typed).await, [name], "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_typing_error_is_forgiven_and_parts_of_words_are_found() {
    on_both(async |world| {
        world.client("Tidewater Public Power").await;
        world.client("Granite Energy").await;
        for typed in ["Tidewatr", "tdiewater", "tidewwater public", "tidewater publc", "tidwaetr powr", "idewat"] {
            assert_eq!(names(world, Role::Plain, typed).await, ["Tidewater Public Power"], "{typed}");
        }
        assert_eq!(names(world, Role::Plain, "granit").await, ["Granite Energy"]);
        assert_eq!(names(world, Role::Plain, "grate").await, [""; 0], "two errors in a short word");
        assert!(page(world, Role::Plain, "tidewatr").await.contains("<mark>Tidewater</mark>"));
    })
    .await;
}

#[tokio::test]
async fn the_nearest_words_stand_in_for_a_part_of_them() {
    on_both(async |world| {
        world.client("Zincedar").await;
        for letter in 'a'..='y' {
            let name = format!("A{letter}longcedarbrook");
            let fields = [("client_name", &*name), ("name_confirmed", "on")];
            world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        }
        let found = page(world, Role::Plain, "cedar").await;
        assert!(found.contains("Zincedar"), "{found}");
    })
    .await;
}

#[tokio::test]
async fn signs_in_what_is_typed_do_no_harm() {
    on_both(async |world| {
        world.client("Granite Power").await;
        for typed in [
            "\"",
            "'",
            "*",
            "granite*",
            "NOT",
            "AND OR NOT",
            "granite AND",
            "NEAR(granite power)",
            "words:granite",
            "-granite",
            "^granite",
            "(granite",
            "granite)",
            "granite & !power",
            "granite:*",
            "granite <-> power",
            "\\",
            "%",
            "_",
            "a",
            "{",
            "';--",
            "\u{1F600}",
            "क्ष",
            "½",
            "ﬁ",
        ] {
            names(world, Role::Plain, typed).await;
            page(world, Role::Plain, typed).await;
        }
        assert_eq!(names(world, Role::Plain, "\"granite\" (power").await, ["Granite Power"]);
        assert_eq!(names(world, Role::Plain, &"granite ".repeat(500)).await, ["Granite Power"]);
        let shown = page(world, Role::Plain, "<script>").await;
        assert!(!shown.contains("<script>") && shown.contains("&#60;script&#62;"));
    })
    .await;
}

#[tokio::test]
async fn what_is_renamed_archived_or_deleted_is_found_as_it_is_now() {
    on_both(async |world| {
        let tables = ["find_names", "search_names", "find_public", "find_team"];
        let rows = tables.map(|table| (table, world.number(&format!("SELECT count(*) FROM {table}"))));
        let id = world.client("Granite Power").await;
        let edit = format!("/clients/{id}/edit");
        let notes = [("client_name", "Harbor Power"), ("notes", "Keeps a zeppelin.")];
        world.post(Role::Plain, &edit, &notes).await.location();
        assert_eq!(names(world, Role::Plain, "granite").await, [""; 0]);
        assert_eq!(names(world, Role::Plain, "harbor").await, ["Harbor Power"]);
        assert!(page(world, Role::Plain, "zeppelin").await.contains("<mark>zeppelin</mark>"));
        let archive = format!("/clients/{id}/archive");
        world.post(Role::Plain, &archive, &[("archived", "on")]).await.location();
        assert_eq!(names(world, Role::Plain, "harbor").await, [""; 0]);
        assert!(!page(world, Role::Plain, "zeppelin").await.contains("Harbor"));
        assert!(world.page(Role::Plain, "/clients?archived=on&search=harbor").await.contains("Harbor Power"));
        world.post(Role::Plain, &archive, &[]).await.location();
        assert_eq!(names(world, Role::Plain, "harbor").await, ["Harbor Power"]);
        world.post(Role::Admin, &format!("/clients/{id}/delete"), &[]).await.location();
        assert_eq!(names(world, Role::Plain, "harbor").await, [""; 0]);
        assert!(!page(world, Role::Plain, "zeppelin").await.contains("Harbor"));
        for (table, rows) in rows {
            assert_eq!(world.number(&format!("SELECT count(*) FROM {table}")), rows, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_merged_record_is_found_under_the_one_that_stayed_alone() {
    on_both(async |world| {
        let stays = world.client("Granite Power").await;
        let goes = world.client("Granite Works").await;
        world.contact(Role::Plain, goes, 3, &[("summary", "Spoke of zeppelins.")]).await;
        let merge = format!("/clients/{stays}/merge");
        world.post(Role::Admin, &merge, &[("other", &*goes.to_string())]).await.location();
        assert_eq!(names(world, Role::Plain, "granite").await, ["Granite Power"]);
        let found = page(world, Role::Plain, "zeppelin").await;
        assert!(found.contains(&format!("/clients/{stays}/contacts")), "{found}");
    })
    .await;
}

#[tokio::test]
async fn contacts_are_found_by_their_words_while_they_hold_them() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        world
            .contact(
                Role::Plain,
                client,
                2,
                &[("summary", "Spoke of the blimp."), ("contact_person_freetext", "Ada Byron")],
            )
            .await;
        for typed in ["blimp", "byron ada"] {
            assert!(page(world, Role::ReadOnly, typed).await.contains("Granite Power"), "{typed}");
        }
        let id = world.number("SELECT contact_id FROM contact_log");
        let (date, by) = (world.days_ago(2), world.person(Role::Plain).to_string());
        let fields = [
            ("contact_date", &*date),
            ("contact_type", "Phone"),
            ("contacted_by", &*by),
            ("summary", "Spoke of the airship."),
        ];
        world.post(Role::Plain, &format!("/contacts/{id}/edit"), &fields).await.location();
        assert!(!page(world, Role::ReadOnly, "blimp").await.contains("Granite Power"));
        assert!(page(world, Role::ReadOnly, "airship").await.contains("<mark>airship</mark>"));
        let fields = [fields.as_slice(), &[("is_confidential", "on")]].concat();
        world.post(Role::Confidential, &format!("/contacts/{id}/edit"), &fields).await.location();
        assert!(!page(world, Role::Plain, "airship").await.contains("Granite Power"));
        assert!(page(world, Role::Confidential, "airship").await.contains("<mark>airship</mark>"));
        world.post(Role::Admin, &format!("/contacts/{id}/delete"), &[]).await.location();
        assert!(!page(world, Role::Confidential, "airship").await.contains("Granite Power"));
        assert_eq!(world.number("SELECT count(*) FROM find_confidential"), 0);
    })
    .await;
}

#[tokio::test]
async fn restricted_texts_are_found_with_the_right_alone() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let day = world.days_ago(1);
        let entry = [("meeting_date", &*day), ("discussion", "They want a dirigible.")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        let notes = [("relationship_notes", "Fond of gondolas.")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &notes).await.location();
        let mark = [("summary", "Spoke of a montgolfier."), ("is_confidential", "on")];
        world.contact(Role::Confidential, client, 1, &mark).await;
        for (word, may) in [
            ("dirigible", [Role::Team, Role::Admin]),
            ("gondola", [Role::Team, Role::Admin]),
            ("montgolfier", [Role::Confidential, Role::Admin]),
        ] {
            for role in [Role::ReadOnly, Role::Plain, Role::Confidential, Role::Team, Role::Admin] {
                let found = page(world, role, word).await;
                assert_eq!(found.contains("<mark>"), may.contains(&role), "{role:?} {word}");
                assert_eq!(found.contains("Granite Power"), may.contains(&role), "{role:?} {word}");
            }
        }
        let id = world.number("SELECT history_id FROM roundtable_history");
        let corrected = [("meeting_date", &*day), ("discussion", "They want an airship.")];
        world.post(Role::Team, &format!("/crm/entries/{id}/correction"), &corrected).await.location();
        assert!(!page(world, Role::Team, "dirigible").await.contains("Granite Power"));
        assert!(page(world, Role::Team, "airship").await.contains("<mark>airship</mark>"));
    })
    .await;
}

#[tokio::test]
async fn action_items_are_found_by_their_words_those_of_the_team_by_it_alone() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let add = async |text: &str, open: &str| {
            let fields = [("text", text), ("due_date", "2026-12-04"), ("is_open", open)];
            world.post(Role::Team, &format!("/clients/{client}/action-items"), &fields).await
        };
        add("send the dirigible plans", "on").await.location();
        add("ask about the gondola", "").await.location();
        let found = async |role, word: &str| {
            let page = page(world, role, word).await;
            let program = world.get(role, &format!("/api/v1/search?q={word}")).await.json();
            let hits = program["items"].as_array().unwrap().iter();
            let told = hits.filter(|hit| hit["type"] == "action-items").count();
            let is_there = page.contains("Action items") && page.contains("<mark>");
            assert_eq!(usize::from(is_there), told, "{role:?} {word}: the page and the program tell the same");
            is_there
        };
        for role in [Role::ReadOnly, Role::Plain, Role::Confidential, Role::Team, Role::Admin] {
            let is_team = [Role::Team, Role::Admin].contains(&role);
            assert!(found(role, "dirig").await, "{role:?}");
            assert_eq!(found(role, "gondola").await, is_team, "{role:?}");
        }
        let id = |text: &str| world.number(&format!("SELECT item_id FROM action_items WHERE text LIKE '%{text}%'"));
        let (dirigible, gondola) = (id("dirigible"), id("gondola"));
        let shown = page(world, Role::Plain, "dirigible").await;
        assert!(shown.contains(&format!("/clients/{client}/action-items?item={dirigible}")));
        assert!(shown.contains("Granite Power") && shown.contains("Open, due 4 December 2026"));
        let alone = |item: i64| format!("/clients/{client}/action-items?item={item}");
        let page_of_item = world.page(Role::Plain, &alone(dirigible)).await;
        assert!(page_of_item.contains("send the dirigible plans") && page_of_item.contains("All action items"));
        assert!(!world.page(Role::Plain, &alone(gondola)).await.contains("gondola"));
        // Shown to others, and kept from them: each in the index of those who may see it as it is now.
        let say = async |item: i64, text: &str, open: &str| {
            let own = world.person(Role::Team).to_string();
            let fields = [("text", text), ("assigned_to", &*own), ("is_open", open)];
            world.post(Role::Team, &format!("/action-items/{item}/edit"), &fields).await.location();
        };
        say(dirigible, "send the zeppelin plans", "").await;
        say(gondola, "ask about the gondola", "on").await;
        for (word, role, is_there) in [
            ("dirigible", Role::Team, false),
            ("zeppelin", Role::Team, true),
            ("zeppelin", Role::Plain, false),
            ("gondola", Role::Plain, true),
        ] {
            assert_eq!(found(role, word).await, is_there, "{word} for {role:?}");
        }
        let undo = crate::undo::offered(&add("one montgolfier too many", "on").await).unwrap();
        assert!(found(Role::Plain, "montgolfier").await);
        world.post(Role::Team, &format!("/changes/{undo}/undo"), &[]).await.location();
        assert!(!found(Role::Team, "montgolfier").await);
        world.post(Role::Plain, &format!("/clients/{client}/archive"), &[("archived", "on")]).await.location();
        assert!(!found(Role::Team, "gondola").await, "nor those of archived clients");
    })
    .await;
}

#[tokio::test]
async fn texts_about_what_is_archived_or_merged_are_not_found() {
    on_both(async |world| {
        let day = world.days_ago(1);
        let (stays, archived) = (world.client("Granite Power").await, world.client("Harbor Power").await);
        let merged = world.client("Granite Works").await;
        for client in [archived, merged] {
            let notes = [("relationship_notes", "Fond of zeppelins.")];
            world.post(Role::Team, &format!("/clients/{client}/assessment"), &notes).await.location();
        }
        world.contact(Role::Plain, archived, 3, &[("summary", "Spoke of zeppelins.")]).await;
        let mark = [("summary", "Spoke of zeppelins."), ("is_confidential", "on")];
        world.contact(Role::Confidential, archived, 3, &mark).await;
        let entry = [("meeting_date", &*day), ("discussion", "They want a zeppelin.")];
        world.post(Role::Team, &format!("/crm/roundtable/{archived}"), &entry).await.location();
        let found = page(world, Role::Admin, "zeppelin").await;
        assert_eq!(found.matches("<mark>").count(), 5, "{found}");
        let archive = format!("/clients/{archived}/archive");
        world.post(Role::Plain, &archive, &[("archived", "on")]).await.location();
        let merge = format!("/clients/{stays}/merge");
        world.post(Role::Admin, &merge, &[("other", &*merged.to_string())]).await.location();
        let found = page(world, Role::Admin, "zeppelin").await;
        for gone in [archived, merged] {
            assert!(!found.contains(&format!("/clients/{gone}\"")), "{found}");
        }
        assert!(!found.contains("Harbor Power") && !found.contains("Granite Works"), "{found}");
        world.post(Role::Plain, &archive, &[]).await.location();
        let found = page(world, Role::Admin, "zeppelin").await;
        assert_eq!(found.matches(">Harbor Power<").count(), 4, "{found}");
    })
    .await;
}

#[tokio::test]
async fn restricted_rows_do_not_move_public_hits() {
    on_both(async |world| {
        let mut clients = Vec::new();
        for (name, words) in [("One", "alpha"), ("Two", "alpha beta"), ("Three", "beta alpha alpha")] {
            let client = world.client(name).await;
            world.contact(Role::Plain, client, 5, &[("summary", words)]).await;
            clients.push(client);
        }
        let mut before = Vec::new();
        for typed in ["alpha", "beta", "alpha beta", "alpa", "One"] {
            before.push((typed, page(world, Role::Plain, typed).await));
        }
        for client in clients {
            let mark = [("summary", "beta beta alpha"), ("is_confidential", "on")];
            world.contact(Role::Confidential, client, 9, &mark).await;
            let notes = [("relationship_notes", "alpha alpha beta")];
            world.post(Role::Team, &format!("/clients/{client}/assessment"), &notes).await.location();
        }
        for (typed, before) in before {
            assert_eq!(page(world, Role::Plain, typed).await, before, "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_box_offers_what_one_may_do() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let contact = format!("href=\"/clients/{client}/contact\"");
        for typed in ["granite", "log contact with granite"] {
            assert!(page(world, Role::Plain, typed).await.contains(&contact), "{typed}");
            assert!(!page(world, Role::ReadOnly, typed).await.contains(&contact), "{typed}");
        }
        let new = "href=\"/owners/new?name=Cedar+Holding\"";
        assert!(page(world, Role::Plain, "new owner Cedar Holding").await.contains(new));
        assert!(!page(world, Role::ReadOnly, "new owner Cedar Holding").await.contains(new));
        assert!(page(world, Role::ReadOnly, "go to tech").await.contains("href=\"/technologies\""));
        let of = async |role, words: &str| page(world, role, words).await;
        let assign = format!("href=\"/clients/{client}/edit#f-mpr_primary_poc\"");
        assert!(of(Role::Plain, "assign granite").await.contains(&assign));
        assert!(!of(Role::ReadOnly, "assign granite").await.contains(&assign));
        let dashboard = of(Role::Team, "dashboard").await;
        let [goes, adds] = ["Go to Dashboard", "New client “dashboard”"].map(|words| dashboard.find(words));
        assert!(goes.is_some() && goes < adds, "a page that is called so comes first: {dashboard}");
        for (words, address, role, other) in [
            ("settings", "/admin/settings", Role::Admin, Role::ReadOnlyAdmin),
            ("meetings", "/crm/meetings", Role::ReadOnlyTeam, Role::Plain),
            ("import", "/import", Role::Plain, Role::ReadOnly),
        ] {
            let link = format!("href=\"{address}\">Go to");
            assert!(of(role, words).await.contains(&link), "{role:?}: {words}");
            assert!(!of(other, words).await.contains(&link), "{other:?}: {words}");
        }
        let (dashboard, users) = ("href=\"/crm/dashboard\"", "href=\"/admin/users\"");
        for (role, may) in [(Role::Plain, [false, false]), (Role::Team, [true, false]), (Role::Admin, [true, true])] {
            assert_eq!(page(world, role, "dash").await.contains(dashboard), may[0], "{role:?}");
            assert_eq!(page(world, role, "users").await.contains(users), may[1], "{role:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_searches_without_signing_in() {
    on_both(async |world| {
        world.client("Granite Power").await;
        for path in ["/search?q=granite", "/search/api?q=granite", "/owners/api/search?q=granite"] {
            let answer = world.get(Role::Anonymous, path).await;
            assert!(answer.status != 200 && !answer.body.contains("Granite Power"), "{path}");
        }
        assert_eq!(world.get(Role::Plain, "/search/api").await.json(), serde_json::json!([]));
        assert!(page(world, Role::Plain, "").await.contains("Type above"));
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_found_by_what_it_is_called_by_the_team_alone() {
    on_both(async |world| {
        let day = world.days_ahead(9);
        let fields = [("title", "Zeppelin round"), ("meeting_date", &*day)];
        let path = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
        let link = format!("href=\"{path}\"");
        assert!(page(world, Role::Team, "zeppelin").await.contains(&link));
        assert!(!page(world, Role::Plain, "zeppelin").await.contains("round"));
        world
            .post(Role::Team, &format!("{path}/edit"), &[("title", "Autumn"), ("meeting_date", &day)])
            .await
            .location();
        assert!(!page(world, Role::Team, "zeppelin").await.contains(&link));
        assert!(page(world, Role::Team, "autumn").await.contains(&link));
        world.post(Role::Team, &format!("{path}/delete"), &[]).await.location();
        assert!(!page(world, Role::Team, "autumn").await.contains(&link));
    })
    .await;
}
