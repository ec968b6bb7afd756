//! Lists: their columns and views, what is found in them, a look at a row, and many changed at once.

use axum::http::StatusCode;
use regex::Regex;

use crate::world::{Role, World, on_both};

/// The heads of the columns of a list, ticks left out.
fn heads(page: &str) -> Vec<String> {
    let head = page.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).expect("a table");
    let cell = Regex::new(r"(?s)<th[^>]*>(.*?)</th>").unwrap();
    let tag = Regex::new(r"(?s)<[^>]*>").unwrap();
    let words = cell.captures_iter(head).map(|found| tag.replace_all(&found[1], "").trim().to_owned());
    words.filter(|words| words != "Chosen").collect()
}

/// The names of the clients of a page, in their order.
fn rows(page: &str) -> Vec<String> {
    let name = Regex::new(r#">([^<]*)</a>\s*<span class="rt-row-about""#).unwrap();
    name.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

/// The view that is marked as shown.
fn view(page: &str) -> Option<String> {
    let current = Regex::new(r#"(?s)aria-current="true">\s*([^<]*?)\s*<span class="rt-count">([^<]*)"#).unwrap();
    current.captures(page).map(|found| format!("{} {}", &found[1], &found[2]))
}

#[tokio::test]
async fn the_columns_of_the_client_list_begin_with_what_is_asked_first() {
    on_both(async |world| {
        world.client("Granite Power").await;
        let open = ["Client", "Attention", "Last contact", "Next contact", "Point of contact"];
        let page = world.page(Role::Plain, "/clients").await;
        assert_eq!(heads(&page), [&open[..], &["Type", "Links"]].concat());
        let page = world.page(Role::Team, "/clients").await;
        assert_eq!(heads(&page), [&open[..], &["Priority", "Status", "Type", "Links"]].concat());
    })
    .await;
}

#[tokio::test]
async fn the_columns_that_a_person_chooses_are_theirs_and_stay() {
    on_both(async |world| {
        world.client("Granite Power").await;
        let choose = async |role, columns: &[&str]| {
            let ticked: Vec<_> = columns.iter().map(|name| ("column", *name)).chain([("list", "sort=-name")]).collect();
            world.post(role, "/clients/columns", &ticked).await.location().to_owned()
        };
        let shown = async |role| heads(&world.page(role, "/clients").await).split_off(2);
        let usual = shown(Role::Plain).await;
        assert_eq!(choose(Role::Team, &["relationship", "secondary_poc", "made_up"]).await, "/clients?sort=-name");
        assert_eq!(shown(Role::Team).await, ["Secondary", "Relationship"]);
        // What the team alone may see cannot be chosen by others.
        choose(Role::Plain, &["links", "priority", "relationship"]).await;
        assert_eq!(shown(Role::Plain).await, ["Links"]);
        let page = world.page(Role::Plain, "/clients").await;
        assert!(!page.contains("value=\"relationship\"") && !page.contains("value=\"priority\""));
        choose(Role::Plain, &[]).await;
        assert_eq!(shown(Role::Plain).await, Vec::<String>::new());
        world.post(Role::Plain, "/clients/columns", &[("usual", "on")]).await.location();
        assert_eq!(shown(Role::Plain).await, usual);
        assert_eq!(shown(Role::Team).await, ["Secondary", "Relationship"]);
        // On the dashboard, other things stand beside the table.
        assert_eq!(heads(&world.page(Role::Team, "/crm/dashboard").await).len(), 7);
        assert!(!world.page(Role::ReadOnly, "/clients").await.contains("/clients/columns"));
    })
    .await;
}

#[tokio::test]
async fn a_column_says_where_its_values_are_changed_to_those_who_may() {
    on_both(async |world| {
        world.client("Granite Power").await;
        let fields = async |role, address: &str| {
            let page = world.page(role, address).await;
            let field = Regex::new("data-cell=\"([^\"]*)\"").unwrap();
            field.captures_iter(&page).map(|found| found[1].to_owned()).collect::<Vec<_>>()
        };
        let open = ["contact#next_planned_contact_date", "edit#mpr_primary_poc"];
        let of_team = ["assessment#client_priority", "assessment#client_status"];
        assert_eq!(fields(Role::Plain, "/clients").await, [&open[..], &["edit#client_type"]].concat());
        assert_eq!(fields(Role::Team, "/clients").await, [&open[..], &of_team, &["edit#client_type"]].concat());
        assert_eq!(fields(Role::Team, "/crm/dashboard").await, [open, of_team].concat());
        assert_eq!(fields(Role::ReadOnlyTeam, "/clients").await, Vec::<String>::new());
        assert_eq!(fields(Role::Team, "/clients?archived=on").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn views_are_addresses_that_say_how_many_clients_they_show() {
    on_both(async |world| {
        let mine = world.person(Role::Plain).to_string();
        let fields = [("client_name", "Mine"), ("mpr_secondary_poc", &*mine)];
        let own = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        world.contact(Role::Plain, own, 100, &[]).await;
        let warned = world.client("Warned").await;
        world.contact(Role::Plain, warned, 70, &[]).await;
        world.client("Silent").await;
        for (address, shown, names) in [
            ("/clients", "All 3", vec!["Mine", "Silent", "Warned"]),
            ("/clients?sort=-name", "All 3", vec!["Warned", "Silent", "Mine"]),
            (&format!("/clients?poc={mine}"), "Mine 1", vec!["Mine"]),
            ("/clients?attention=urgent&sort=last_contact", "Urgent 1", vec!["Mine"]),
            ("/clients?attention=warning", "Warning 1", vec!["Warned"]),
            ("/clients?attention=never", "Never 1", vec!["Silent"]),
        ] {
            let page = world.page(Role::Plain, address).await;
            assert_eq!(view(&page).as_deref(), Some(shown), "{address}");
            assert_eq!(rows(&page), names, "{address}");
        }
        for address in ["/clients?client_type=Utility", "/clients?attention=fine", "/clients?archived=on"] {
            assert_eq!(view(&world.page(Role::Plain, address).await), None, "{address}");
        }
        // A filter of the team alone is no view of theirs, and none at all for others.
        assert_eq!(view(&world.page(Role::Team, "/clients?priority=High").await), None);
        assert_eq!(view(&world.page(Role::Plain, "/clients?priority=High").await).as_deref(), Some("All 3"));
    })
    .await;
}

#[tokio::test]
async fn contacts_are_found_by_words_client_and_days() {
    on_both(async |world| {
        let (one, two) = (world.client("Northern Light").await, world.client("Cape Meridian").await);
        world.contact(Role::Plain, one, 3, &[("summary", "Asked for the siting report.")]).await;
        world.contact(Role::Plain, one, 40, &[("summary", "Licensing in two steps")]).await;
        world.contact(Role::Plain, two, 9, &[("contact_person_freetext", "Site manager")]).await;
        let hidden = [("is_confidential", "on"), ("summary", "The siting is off")];
        world.contact(Role::Confidential, two, 5, &hidden).await;
        let count = async |role, address: &str| {
            let page = world.page(role, address).await;
            page.matches("<td class=\"rt-cell-text\">").count()
        };
        for (address, plain, confidential) in [
            ("/contacts?search=siting".to_owned(), 1, 2),
            ("/contacts?search=sit".to_owned(), 2, 3),
            ("/contacts?search=nothing".to_owned(), 0, 0),
            (format!("/contacts?client={two}"), 1, 2),
            ("/contacts?client_name=meridian".to_owned(), 1, 2),
            (format!("/contacts?since={}", world.days_ago(9)), 2, 3),
            (format!("/contacts?until={}", world.days_ago(9)), 2, 2),
            (format!("/clients/{one}/contacts?search=licensing"), 1, 1),
            (format!("/clients/{one}/contacts?search=siting&until={}", world.days_ago(4)), 0, 0),
        ] {
            assert_eq!(count(Role::Plain, &address).await, plain, "{address}");
            assert_eq!(count(Role::Confidential, &address).await, confidential, "{address}");
        }
        let page = world.page(Role::Plain, &format!("/contacts?client={two}")).await;
        assert!(page.contains("Client: Cape Meridian"));
        assert_eq!(heads(&world.page(Role::Plain, "/contacts").await)[0], "Client");
        assert_eq!(heads(&world.page(Role::Plain, &format!("/clients/{one}/contacts")).await)[0], "Date");
    })
    .await;
}

#[tokio::test]
async fn lists_are_sorted_by_the_names_of_others_as_they_are_now() {
    on_both(async |world| {
        let (borealis, aurora) = (world.client("Borealis").await, world.client("Aurora").await);
        let (first, second) = (world.person(Role::Plain).to_string(), world.person(Role::Team).to_string());
        for (client, days, person, kind) in
            [(borealis, 2, &second, "Video"), (aurora, 3, &first, "Email"), (borealis, 4, &first, "Email")]
        {
            let day = world.days_ago(days);
            let fields = [("contact_date", &*day), ("contact_type", kind), ("contacted_by", &**person)];
            world.post(Role::Plain, &format!("/clients/{client}/contact"), &fields).await.location();
        }
        for (client, name, poc) in [(borealis, "Borealis", &second), (aurora, "Aurora", &first)] {
            let fields = [("client_name", name), ("mpr_primary_poc", poc)];
            world.post(Role::Plain, &format!("/clients/{client}/edit"), &fields).await.location();
        }
        world.client("Nobody").await;
        let call = async |person: &str, name: &str| {
            let fields = [("full_name", name), ("personnel_type", "Internal"), ("is_active", "on")];
            world.post(Role::Plain, &format!("/people/{person}/edit"), &fields).await.location();
        };
        let shown = async |address: &str| rows(&world.page(Role::Plain, address).await).join(" ");
        call(&first, "Zoe First").await;
        call(&second, "Adam Second").await;
        assert_eq!(shown("/clients?sort=primary_poc").await, "Borealis Aurora Nobody");
        assert_eq!(shown("/clients?sort=-primary_poc").await, "Nobody Aurora Borealis");
        assert_eq!(shown("/contacts").await, "Borealis Aurora Borealis");
        assert_eq!(shown("/contacts?sort=client").await, "Aurora Borealis Borealis");
        assert_eq!(shown("/contacts?sort=made_by").await, "Borealis Aurora Borealis");
        assert_eq!(shown("/contacts?sort=-type").await, "Borealis Borealis Aurora");
        assert_eq!(shown("/contacts?sort=client&contact_type=Email").await, "Aurora Borealis");
        call(&first, "Aaron First").await;
        assert_eq!(shown("/clients?sort=primary_poc").await, "Aurora Borealis Nobody");
        assert_eq!(shown("/contacts?sort=made_by").await, "Aurora Borealis Borealis");
        world.post(Role::Plain, &format!("/clients/{aurora}/edit"), &[("client_name", "Corona")]).await.location();
        assert_eq!(shown("/contacts?sort=client").await, "Borealis Borealis Corona");
        assert_eq!(shown("/clients?sort=primary_poc").await, "Borealis Corona Nobody");
        let page = world.page(Role::Plain, "/contacts?sort=-type&contact_type=Email").await;
        assert!(page.contains(r#"aria-sort="descending""#) && page.contains("sort=type"));
        assert!(page.contains(r#"<input type="hidden" name="sort" value="-type">"#));
    })
    .await;
}

#[tokio::test]
async fn a_value_that_archived_records_alone_have_narrows_their_list() {
    on_both(async |world| {
        let fields = [("company_name", "Old Tidewater"), ("company_type", "Trust")];
        let id = world.post(Role::Plain, "/owners/new", &fields).await.new_id();
        world.post(Role::Plain, "/owners/new", &[("company_name", "Old Harbour")]).await.new_id();
        for id in [id, id + 1] {
            world.post(Role::Plain, &format!("/owners/{id}/archive"), &[("archived", "on")]).await.location();
        }
        let page = world.page(Role::Plain, "/owners?archived=on&company_type=Trust").await;
        assert_eq!(rows(&page), ["Old Tidewater"]);
        assert!(page.contains("Company type: Trust"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_look_at_a_row_shows_what_its_reader_may_see() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        world.contact(Role::Plain, id, 3, &[("summary", "Asked for the report")]).await;
        world.contact(Role::Confidential, id, 2, &[("summary", "the hidden words"), ("is_confidential", "on")]).await;
        world.post(Role::Team, &format!("/clients/{id}/assessment"), &[("client_priority", "High")]).await.location();
        let path = format!("/clients/{id}/peek");
        let looks = [Role::Plain, Role::Confidential, Role::Team, Role::ReadOnly];
        for (role, hidden, priority) in
            looks.map(|role| (role, matches!(role, Role::Confidential), matches!(role, Role::Team)))
        {
            let page = world.page(role, &path).await;
            assert!(page.contains("Northern Light") && page.contains("Asked for the report"), "{role:?}");
            assert!(page.contains("2 days ago"), "{role:?}");
            assert_eq!(page.contains("the hidden words"), hidden, "{role:?}");
            assert_eq!(page.contains("<dt>Priority</dt>"), priority, "{role:?}");
        }
        let vendor = world.record("vendors", &[("vendor_name", "Vendor one"), ("notes", "Builds them")]).await;
        assert!(world.page(Role::Plain, &format!("/vendors/{vendor}/peek")).await.contains("Builds them"));
        assert_eq!(world.get(Role::Plain, "/vendors/999999/peek").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// Three clients: one free, one whose secondary point of contact is the team person, one archived.
async fn three(world: &World) -> [i64; 3] {
    let team = world.person(Role::Team).to_string();
    let held = [("client_name", "Held"), ("mpr_secondary_poc", &*team)];
    let ids = [
        world.client("Free").await,
        world.post(Role::Plain, "/clients/new", &held).await.new_id(),
        world.client("Past").await,
    ];
    world.post(Role::Plain, &format!("/clients/{}/archive", ids[2]), &[("archived", "on")]).await.location();
    ids
}

#[tokio::test]
async fn many_clients_are_changed_at_once_after_a_page_that_names_them() {
    on_both(async |world| {
        let ids = three(world).await.map(|id| id.to_string());
        let (team, day) = (world.person(Role::Team).to_string(), world.days_ahead(9));
        let query: String = ids.iter().map(|id| format!("&client={id}")).collect();
        let wish = format!("mpr_primary_poc={team}&next_planned_contact_date={day}");
        let page = world.page(Role::Plain, &format!("/clients/many?{wish}{query}&list=sort%3D-name")).await;
        assert!(page.contains("Change 1 client") && page.contains("point of contact: – → The team person"), "{page}");
        assert!(page.contains("The team person would hold both roles") && page.contains("is archived"));
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE mpr_primary_poc IS NOT NULL"), 0);
        let changes = world.number("SELECT count(*) FROM changes");
        let fields = [
            ("client", &*ids[0]),
            ("client", &*ids[1]),
            ("client", &*ids[2]),
            ("mpr_primary_poc", &*team),
            ("next_planned_contact_date", &*day),
            ("list", "sort=-name"),
        ];
        let answer = world.post(Role::Plain, "/clients/many", &fields).await;
        assert_eq!(answer.location(), "/clients?sort=-name");
        let changed = world.texts("SELECT client_name FROM clients WHERE mpr_primary_poc IS NOT NULL");
        assert_eq!(changed, ["Free"]);
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE next_planned_contact_date IS NOT NULL"), 1);
        assert_eq!(world.number("SELECT count(*) FROM changes"), changes + 1);
        let archive = [("client", &*ids[0]), ("client", &*ids[1]), ("archived", "on")];
        world.post(Role::Plain, "/clients/many", &archive).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE NOT is_archived"), 0);
        assert_eq!(world.number("SELECT count(*) FROM changes"), changes + 2);
    })
    .await;
}

#[tokio::test]
async fn many_at_once_asks_for_the_same_rights_as_one_at_a_time() {
    on_both(async |world| {
        let ids = three(world).await.map(|id| id.to_string());
        let judged = [("client", &*ids[0]), ("client", &*ids[1]), ("client_priority", "High")];
        let query = format!("/clients/many?client={}&client_priority=High", ids[0]);
        // To who does not belong to the team, its fields are none.
        let answer = world.post(Role::Plain, "/clients/many", &judged).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = world.get(Role::Plain, &query).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!answer.body.contains("High"), "{}", answer.body);
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_priority IS NOT NULL"), 0);
        assert!(!world.page(Role::Plain, "/clients").await.contains("client_priority"));
        assert!(!world.page(Role::ReadOnly, "/clients").await.contains("/clients/many"));
        for role in [Role::ReadOnly, Role::ReadOnlyTeam] {
            assert_eq!(world.get(role, &query).await.status, StatusCode::FORBIDDEN);
            assert_eq!(world.post(role, "/clients/many", &judged).await.status, StatusCode::FORBIDDEN);
        }
        assert!(world.page(Role::Team, &query).await.contains("priority: – → High"));
        world.post(Role::Team, "/clients/many", &judged).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_priority = 'High'"), 2);
        assert_eq!(world.number("SELECT count(*) FROM audit_log WHERE sensitivity = 'team'"), 2);
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_many_were_looked_at_is_shown_before_it_is_saved_over() {
    on_both(async |world| {
        let ids = three(world).await.map(|id| id.to_string());
        let team = world.person(Role::Team).to_string();
        let query = format!("/clients/many?client={}&mpr_primary_poc={team}", ids[0]);
        let page = world.page(Role::Plain, &query).await;
        let seen = Regex::new(r#"name="seen" value="([^"]*)""#).unwrap().captures(&page).unwrap()[1].to_owned();
        let other = world.person(Role::Admin).to_string();
        let meanwhile = [("client_name", "Free"), ("mpr_primary_poc", &*other)];
        world.post(Role::Team, &format!("/clients/{}/edit", ids[0]), &meanwhile).await.location();
        let fields = [("client", &*ids[0]), ("mpr_primary_poc", &*team), ("seen", &*seen)];
        let answer = world.post(Role::Plain, "/clients/many", &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("The admin person → The team person"), "{}", answer.body);
        let wrong = [("client", &*ids[0]), ("next_planned_contact_date", &*world.days_ago(1))];
        let answer = world.post(Role::Plain, "/clients/many", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("A planned contact lies today or later."));
    })
    .await;
}

#[tokio::test]
async fn clients_are_sorted_by_the_links_that_their_reader_may_see() {
    on_both(async |world| {
        let (none, open, hidden) =
            (world.client("None").await, world.client("Open").await, world.client("Hidden").await);
        let owner = world.record("owners", &[("company_name", "Holding")]).await.to_string();
        let vendor = world.record("vendors", &[("vendor_name", "Builder")]).await.to_string();
        let link = async |role, client: i64, kind: &str, fields: &[(&str, &str)]| {
            world.post(role, &format!("/clients/{client}/links/{kind}"), fields).await.location();
        };
        link(Role::Plain, open, "owner", &[("owner_id", &owner)]).await;
        let secret = ("is_confidential", "on");
        link(Role::Confidential, hidden, "owner", &[("owner_id", &owner), secret]).await;
        link(Role::Confidential, hidden, "vendor", &[("vendor_id", &vendor), secret]).await;
        assert!(none < open);
        for (role, sort, names) in [
            (Role::Plain, "links", ["Hidden", "None", "Open"]),
            (Role::Plain, "-links", ["Open", "None", "Hidden"]),
            (Role::Confidential, "links", ["None", "Open", "Hidden"]),
            (Role::Confidential, "-links", ["Hidden", "Open", "None"]),
        ] {
            assert_eq!(rows(&world.page(role, &format!("/clients?sort={sort}")).await), names, "{role:?} {sort}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_view_is_saved_for_oneself_or_for_all_who_may_ask_for_it() {
    on_both(async |world| {
        world.client("Granite Power").await;
        let save = async |role, name: &str, list: &str, shared: bool| {
            let mut fields = vec![("view_name", name), ("list", list)];
            fields.extend(shared.then_some(("is_shared", "on")));
            world.post(role, "/clients/views/new", &fields).await
        };
        let answer = save(Role::Plain, "Own utilities", "client_type=Utility&sort=-name&page=3&odd=1", false).await;
        assert_eq!(answer.location(), "/clients?client_type=Utility&sort=-name");
        save(Role::Plain, "Shared ones", "attention=never", true).await.location();
        let of_team = save(Role::Team, "Cold and shared", "status=Cold&client_type=IPP", true).await;
        assert_eq!(of_team.location(), "/clients?client_type=IPP&status=Cold");
        save(Role::Team, "By rank", "sort=priority", true).await.location();
        // To who does not belong to the team, its parameters are none.
        let refused = save(Role::Plain, "Ranked", "priority=High&sort=-status", true).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sees = async |role, name: &str| world.page(role, "/clients").await.contains(name);
        for (name, plain, team, admin) in [
            ("Own utilities", true, false, false),
            ("Shared ones", true, true, true),
            ("Cold and shared", false, true, true),
            ("By rank", false, true, true),
        ] {
            assert_eq!(sees(Role::Plain, name).await, plain, "{name}");
            assert_eq!(sees(Role::Team, name).await, team, "{name}");
            assert_eq!(sees(Role::Admin, name).await, admin, "{name}");
        }
        assert_eq!(save(Role::ReadOnly, "Mine", "attention=never", false).await.status, StatusCode::FORBIDDEN);
        let page = world.page(Role::Plain, "/clients?client_type=Utility").await;
        assert!(page.contains("aria-current=\"true\">Own utilities") && page.contains("Remove view"), "{page}");
        // What is a view already is offered to be saved to others alone.
        let saving = "/clients/views/new?list=client_type%3DUtility";
        assert!(
            !page.contains(saving) && world.page(Role::Team, "/clients?client_type=Utility").await.contains(saving)
        );
        assert!(!world.page(Role::ReadOnly, "/clients?client_type=Utility").await.contains("/clients/views/new"));
        let id = |name: &str| world.number(&format!("SELECT view_id FROM saved_views WHERE view_name = '{name}'"));
        let remove = async |role, id: i64| world.post(role, &format!("/clients/views/{id}/delete"), &[]).await.status;
        assert_eq!(remove(Role::Plain, id("By rank")).await, StatusCode::NOT_FOUND);
        assert_eq!(remove(Role::Team, id("Own utilities")).await, StatusCode::NOT_FOUND);
        assert_eq!(remove(Role::Team, id("Shared ones")).await, StatusCode::FORBIDDEN);
        for (role, name) in [(Role::Plain, "Own utilities"), (Role::Admin, "Shared ones"), (Role::Team, "By rank")] {
            assert_eq!(remove(role, id(name)).await, StatusCode::SEE_OTHER, "{name}");
        }
        assert_eq!(world.texts("SELECT view_name FROM saved_views"), ["Cold and shared"]);
    })
    .await;
}
