//! Taking a change back: everything is as it was before, what came later stands in the way, and nobody takes back what
//! is not theirs.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{StatusCode, header};

use crate::world::{Answer, Role, World, on_both};

/// The change that an answer offers to take back.
pub fn offered(answer: &Answer) -> Option<i64> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let flash = cookies.filter_map(|cookie| cookie.strip_prefix("roundtable_flash=")).next_back()?;
    flash.split(';').next()?.split_once('.')?.1.parse().ok()
}

/// What the message of an answer says.
pub fn message(answer: &Answer) -> String {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let flash = cookies.filter_map(|cookie| cookie.strip_prefix("roundtable_flash=")).next_back().expect("a message");
    let hidden = flash.split(['.', ';']).next().unwrap();
    String::from_utf8(hex::decode(hidden).unwrap()).unwrap()
}

async fn take_back(world: &World, role: Role, change: i64) -> Answer {
    world.post(role, &format!("/changes/{change}/undo"), &[]).await
}

/// Columns that count saves, and tables that only grow or hold counters, which each world counts at its end.
const COUNTS: [&str; 5] =
    ["version", "assessment_version", "figures_version", "modified_date", "assessment_modified_date"];
const GROWS: [&str; 18] = [
    "sessions",
    "sign_in_attempts",
    "changes",
    "audit_log",
    "live_events",
    "jobs",
    "audit_subjects",
    "client_changes",
    "contact_months",
    "daily_figures",
    "merges",
    "merge_steps",
    "search_terms",
    "search_contacts",
    "search_items",
    "record_totals",
    "client_standing_totals",
    "contact_totals",
];

/// Every row that people see anything of, as text.
fn kept(world: &World) -> Vec<String> {
    let tables: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(include_str!("../../columns.toml")).unwrap();
    let mut all = Vec::new();
    for (table, columns) in tables.iter().filter(|(table, _)| !GROWS.contains(&table.as_str())) {
        let columns = columns.keys().filter(|column| !COUNTS.contains(&column.as_str()));
        let texts: Vec<String> =
            columns.map(|column| format!("'{column}=' || COALESCE(CAST({column} AS TEXT), '-')")).collect();
        all.extend(world.texts(&format!("SELECT '{table} ' || {} FROM {table}", texts.join(" || '|' || "))));
    }
    all.sort();
    all
}

/// What there is to be changed.
struct Records {
    client: i64,
    other: i64,
    owner: i64,
    /// Linked to the client, openly and confidentially.
    linked: i64,
    link: i64,
    hidden_link: i64,
    /// Of someone who is not the primary contact, and of another project with the vendor.
    adviser: i64,
    supply: i64,
    /// The client's primary contact, and someone else.
    people: [i64; 2],
    project: i64,
    vendor: i64,
    technology: i64,
    contact: i64,
    follow_up: i64,
    plain: i64,
    team: i64,
    /// One that is prepared and one that is on, and a point of the agenda of each.
    meetings: [String; 2],
    points: [i64; 2],
}

async fn records(world: &World) -> Records {
    let (plain, team) = (world.person(Role::Plain), world.person(Role::Team));
    let poc = plain.to_string();
    let fields = [("client_name", "Granite Power"), ("client_type", "Utility"), ("mpr_primary_poc", &*poc)];
    let client = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
    let other = world.client("Basalt Energy").await;
    let owner = world.record("owners", &[("company_name", "Quasar Holdings")]).await;
    let linked = world.record("owners", &[("company_name", "Slate Partners"), ("notes", "of slate")]).await;
    let person = async |name| {
        world.record("people", &[("full_name", name), ("personnel_type", "External"), ("is_active", "on")]).await
    };
    let people = [person("Jane Feldspar").await, person("Ida Mica").await];
    let project = world.record("projects", &[("project_name", "Quarry One")]).await;
    let vendor = world.record("vendors", &[("vendor_name", "Gneiss Reactors")]).await;
    let id = vendor.to_string();
    let technology = world.record("technologies", &[("product_name", "G-100"), ("vendor_id", &id)]).await;
    let link = async |role, field: &str, id: i64, more: &[(&str, &str)]| {
        let (path, id) = (format!("/clients/{client}/links/{}", field.trim_end_matches("_id")), id.to_string());
        world.post(role, &path, &[&[(field, id.as_str())], more].concat()).await.location();
    };
    // In this order: who sees the open link adds no second one.
    link(Role::Confidential, "owner_id", linked, &[("notes", "quietly"), ("is_confidential", "on")]).await;
    link(Role::Plain, "owner_id", linked, &[("notes", "openly")]).await;
    link(Role::Plain, "personnel_id", people[0], &[("is_primary_contact", "on"), ("role_at_client", "CEO")]).await;
    link(Role::Plain, "personnel_id", plain, &[("role_at_client", "Adviser")]).await;
    let supply = [("vendor_id", &*id), ("notes", "a letter of intent")];
    let supplied = world.record("projects", &[("project_name", "Shale Station")]).await;
    world.post(Role::Plain, &format!("/projects/{supplied}/links/vendor"), &supply).await.location();
    let plan = world.days_ahead(9);
    world.contact(Role::Plain, client, 9, &[("summary", "spoke of gabbro")]).await;
    let contact = world.number("SELECT contact_id FROM contact_log");
    let promised = [("summary", "promised figures"), ("follow_up_needed", "on"), ("next_planned_contact_date", &*plan)];
    world.contact(Role::Plain, client, 5, &promised).await;
    let one = |query: &str| world.number(&format!("SELECT {query}"));
    let meeting = async |title| {
        let fields = [("title", title), ("meeting_date", &*plan)];
        world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned()
    };
    let meetings = [meeting("Spring round").await, meeting("Summer round").await];
    world.post(Role::Team, &format!("{}/start", meetings[1]), &[]).await.location();
    let point = |meeting: &String| {
        let id = meeting.rsplit('/').next().unwrap();
        one(&format!("min(point_id) FROM meeting_points WHERE meeting_id = {id}"))
    };
    let points = [point(&meetings[0]), point(&meetings[1])];
    Records {
        client,
        other,
        owner,
        linked,
        link: one("relationship_id FROM client_owner_relationships WHERE NOT is_confidential"),
        hidden_link: one("relationship_id FROM client_owner_relationships WHERE is_confidential"),
        adviser: one("relationship_id FROM client_personnel_relationships WHERE NOT is_primary_contact"),
        supply: one("relationship_id FROM project_vendor_relationships"),
        people,
        project,
        vendor,
        technology,
        contact,
        follow_up: one("contact_id FROM contact_log WHERE follow_up_needed"),
        plain,
        team,
        meetings,
        points,
    }
}

type Act = (Role, String, Vec<(&'static str, String)>);

fn act(role: Role, path: String, fields: &[(&'static str, &str)]) -> Act {
    (role, path, fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
}

async fn done(world: &World, (role, path, fields): &Act) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = world.post(*role, path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    answer
}

/// Every kind of act that can be taken back.
fn acts(world: &World, at: &Records) -> Vec<Act> {
    let (today, earlier, later) = (world.days_ago(0), world.days_ago(20), world.days_ahead(30));
    let client = |rest: &str| format!("/clients/{}{rest}", at.client);
    let [plain, team, owner, other_owner, met, vendor] =
        [at.plain, at.team, at.owner, at.linked, at.people[1], at.vendor].map(|id| id.to_string());
    let phone = ("contact_type", "Phone");
    let spoken = |day| [("contact_date", day), phone, ("summary", "heard of basalt")];
    let corrected = [("contact_date", &*today), phone, ("contacted_by", &plain), ("summary", "spoke of gneiss")];
    let link = |id: i64| client(&format!("/links/owner/{id}/delete"));
    let primary = [("personnel_id", &*met), ("is_primary_contact", "on"), ("notes", "new here")];
    let [id, promised] = [at.client, at.follow_up].map(|id| id.to_string());
    let handed_over = [("successor", &*team), ("primary", &*id), ("planned", &*id), ("follow_up", &*promised)];
    let basalt = at.other.to_string();
    let set = [("next_planned_contact_date", &*later), ("client_status", "Cold")];
    let many = [&[("client", &*id), ("client", &*basalt)][..], &set].concat();
    let planned = &at.meetings[0];
    let figures = [("project_name", "Quarry Two"), ("capex", "1200.5"), ("location", "Ruby Valley")];
    vec![
        act(Role::Plain, client("/contact"), &spoken(&today)),
        act(Role::Plain, client("/contact"), &[&spoken(&today)[..], &[("planned_contact_made", "on")]].concat()),
        act(Role::Plain, client("/contact"), &spoken(&earlier)),
        act(Role::Confidential, client("/contact"), &[&spoken(&today)[..], &[("is_confidential", "on")]].concat()),
        act(Role::Plain, client("/contact"), &[("next_planned_contact_date", &*later)]),
        act(Role::Plain, format!("/contacts/{}/edit", at.contact), &corrected),
        act(
            Role::Confidential,
            format!("/contacts/{}/edit", at.contact),
            &[&corrected[..], &[("is_confidential", "on"), ("contact_person_id", &met)]].concat(),
        ),
        act(Role::Plain, format!("/follow-ups/{}/completion", at.follow_up), &[]),
        act(Role::Plain, client("/links/owner"), &[("owner_id", &*owner), ("notes", "by letter")]),
        act(Role::Plain, client("/links/personnel"), &primary),
        act(Role::Plain, link(at.link), &[]),
        act(Role::Plain, format!("/links/{}/edit", at.link), &[("notes", "by telegram")]),
        act(Role::Confidential, format!("/links/{}/edit", at.hidden_link), &[("notes", "by word of mouth")]),
        act(Role::Plain, format!("/links/{}/edit", at.adviser), &[("is_primary_contact", "on")]),
        act(Role::Plain, format!("/links/{}/edit", at.supply), &[("product_id", &*at.technology.to_string())]),
        act(Role::Confidential, link(at.hidden_link), &[]),
        act(Role::Plain, client("/archive"), &[("archived", "on")]),
        act(Role::Plain, format!("/owners/{}/archive", at.linked), &[("archived", "on")]),
        act(
            Role::Plain,
            client("/edit"),
            &[("client_name", "Basalt and Granite"), ("client_type", "Other"), ("mpr_secondary_poc", &plain)],
        ),
        act(Role::Team, client("/assessment"), &[("client_priority", "High"), ("relationship_notes", "much basalt")]),
        act(Role::Plain, format!("/owners/{}/edit", at.linked), &[("company_name", "Basalt Partners")]),
        act(Role::Plain, format!("/people/{met}/edit"), &[("full_name", "Ida Basalt"), ("personnel_type", "External")]),
        act(
            Role::Plain,
            format!("/technologies/{}/edit", at.technology),
            &[("product_name", "G-200"), ("vendor_id", &vendor), ("gross_capacity", "300")],
        ),
        act(Role::Confidential, format!("/projects/{}/edit", at.project), &figures),
        act(Role::Plain, format!("/people/{plain}/handover"), &handed_over),
        act(Role::Team, "/clients/many".into(), &many),
        act(Role::Team, "/crm/meetings/new".into(), &[("title", "Autumn round"), ("meeting_date", &*later)]),
        act(Role::Team, format!("{planned}/edit"), &[("title", "Winter round"), ("meeting_date", &*later)]),
        act(Role::Team, format!("{planned}/attendees"), &[("present", &*team), ("invited", &*plain)]),
        act(Role::Team, format!("{planned}/start"), &[]),
        act(Role::Team, format!("{planned}/delete"), &[]),
        act(Role::Team, format!("/crm/points/{}/delete", at.points[0]), &[]),
        act(Role::Team, format!("/crm/points/{}/state", at.points[1]), &[("state", "Discussed")]),
        act(
            Role::Team,
            format!("/crm/points/{}/state", at.points[1]),
            &[("state", "Skipped"), ("skip_reason", "no basalt this time")],
        ),
        act(Role::Admin, format!("/owners/{owner}/merge"), &[("other", &*other_owner)]),
        act(Role::Admin, client("/merge"), &[("other", &*at.other.to_string())]),
    ]
}

#[tokio::test]
async fn each_act_is_taken_back_and_everything_is_as_it_was_before() {
    on_both(async |world| {
        let at = records(world).await;
        let found = ["/search?q=basalt", "/search?q=gabbro", "/search?q=gneiss"];
        let seen = async || {
            let mut pages = Vec::new();
            for path in found {
                pages.push(world.page(Role::Admin, path).await);
            }
            pages
        };
        let (before, found_before) = (kept(world), seen().await);
        for act in acts(world, &at) {
            let (role, path, _) = &act;
            let answer = done(world, &act).await;
            let change = offered(&answer).unwrap_or_else(|| panic!("{path} offers no undo"));
            assert_ne!(kept(world), before, "{path} did nothing");
            let undone = take_back(world, *role, change).await;
            assert_eq!(undone.status, StatusCode::SEE_OTHER, "{path}: {}", undone.body);
            assert_eq!(kept(world), before, "{path}");
            assert_eq!(seen().await, found_before, "{path}");
            let filed = format!("SELECT count(*) FROM changes WHERE way = 'undo' AND undoes = {change}");
            assert_eq!(world.number(&filed), 1, "{path}");
            let again = take_back(world, *role, change).await;
            assert_eq!(again.status, StatusCode::CONFLICT, "{path}");
            assert!(again.body.contains("undone already"), "{path}: {}", again.body);
        }
    })
    .await;
}

#[tokio::test]
async fn what_came_later_stands_in_the_way_and_is_told() {
    on_both(async |world| {
        let at = records(world).await;
        let client = |rest: &str| format!("/clients/{}{rest}", at.client);
        let schist = world.record("vendors", &[("vendor_name", "Schist Reactors")]).await;
        let named = ("client_name", "Granite Power");
        let edit = |kind| act(Role::Plain, client("/edit"), &[named, ("client_type", kind)]);
        let text = |id: i64| id.to_string();
        let archive = |path: String, archived| act(Role::Plain, path + "/archive", &[("archived", archived)]);
        let unlinked = || act(Role::Plain, client(&format!("/links/owner/{}/delete", at.link)), &[]);
        let plan =
            |days| act(Role::Plain, client("/contact"), &[("next_planned_contact_date", &*world.days_ahead(days))]);
        let judged = |strength| act(Role::Team, client("/assessment"), &[("relationship_strength", strength)]);
        let owner_page = format!("/owners/{}", at.owner);
        let cases = [
            (edit("IPP"), edit("Other"), "Type of Granite Power changed since", None),
            (edit("IPP"), archive(client(""), "on"), "Granite Power is archived", Some(archive(client(""), ""))),
            (archive(owner_page.clone(), "on"), archive(owner_page.clone(), ""), "was brought back since", None),
            (plan(20), plan(30), "Next contact of Granite Power changed since", None),
            (judged("Good"), judged("Strong"), "Relationship strength of Granite Power changed since", None),
            (
                unlinked(),
                act(Role::Plain, client("/links/owner"), &[("owner_id", &text(at.linked))]),
                "were linked anew since",
                None,
            ),
            (
                act(Role::Plain, client("/links/vendor"), &[("vendor_id", &text(at.vendor))]),
                act(Role::Admin, format!("/vendors/{schist}/merge"), &[("other", &text(at.vendor))]),
                "Schist Reactors changed since",
                None,
            ),
        ];
        for (act, later, words, afterwards) in cases {
            let change = offered(&done(world, &act).await).unwrap();
            done(world, &later).await;
            let before = kept(world);
            let refused = take_back(world, act.0, change).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{}", act.1);
            assert!(refused.body.contains(words), "{}: {}", act.1, refused.body);
            assert_eq!(kept(world), before, "{}: a refusal changes nothing", act.1);
            if let Some(afterwards) = afterwards {
                done(world, &afterwards).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_contact_that_was_corrected_or_hidden_since_is_not_taken_back() {
    on_both(async |world| {
        let at = records(world).await;
        let path = format!("/clients/{}/contact", at.client);
        let spoken = act(Role::Plain, path, &[("contact_date", &*world.days_ago(1)), ("contact_type", "Video")]);
        let change = offered(&done(world, &spoken).await).unwrap();
        let contact = world.number("SELECT contact_id FROM contact_log WHERE contact_type = 'Video'");
        let plain = at.plain.to_string();
        let today = world.days_ago(0);
        let said = [("contact_date", &*today), ("contact_type", "Video"), ("contacted_by", &plain)];
        let edit = format!("/contacts/{contact}/edit");
        done(world, &act(Role::Confidential, edit.clone(), &said)).await;
        let refused = take_back(world, Role::Plain, change).await;
        assert!(refused.body.contains("was corrected since"), "{}", refused.body);
        done(world, &act(Role::Confidential, edit, &[&said[..], &[("is_confidential", "on")]].concat())).await;
        let hidden = take_back(world, Role::Plain, change).await;
        assert_eq!(hidden.status, StatusCode::CONFLICT);
        assert!(hidden.body.contains("was removed since"), "a hidden contact looks like a missing one");
    })
    .await;
}

#[tokio::test]
async fn a_form_begun_before_an_undo_meets_a_conflict() {
    on_both(async |world| {
        let at = records(world).await;
        let path = format!("/clients/{}/edit", at.client);
        let edit = act(Role::Plain, path.clone(), &[("client_name", "Granite and Gneiss")]);
        let change = offered(&done(world, &edit).await).unwrap();
        let version = world.number(&format!("SELECT version FROM clients WHERE client_id = {}", at.client)).to_string();
        take_back(world, Role::Plain, change).await.location();
        let fields = [("client_name", "Granite and Mica"), ("version", &*version)];
        assert_eq!(world.post(Role::Plain, &path, &fields).await.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn only_who_made_a_change_and_administrators_take_it_back_with_the_rights_it_took() {
    on_both(async |world| {
        let at = records(world).await;
        let client = |rest: &str| format!("/clients/{}{rest}", at.client);
        let edit = act(Role::Plain, client("/edit"), &[("client_name", "Granite Power"), ("notes", "words")]);
        let change = offered(&done(world, &edit).await).unwrap();
        for role in [Role::Team, Role::Confidential] {
            assert_eq!(take_back(world, role, change).await.status, StatusCode::NOT_FOUND, "{role:?}");
        }
        for role in [Role::ReadOnly, Role::ReadOnlyAdmin] {
            assert_eq!(take_back(world, role, change).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
        let missing = take_back(world, Role::Team, 999_999).await;
        assert_eq!(missing.body, take_back(world, Role::Team, change).await.body, "another's and none look the same");
        take_back(world, Role::Admin, change).await.location();

        let judged = act(Role::Team, client("/assessment"), &[("client_priority", "High")]);
        let judged = offered(&done(world, &judged).await).unwrap();
        let hidden = act(Role::Confidential, client(&format!("/links/owner/{}/delete", at.hidden_link)), &[]);
        let hidden = offered(&done(world, &hidden).await).unwrap();
        world.execute("UPDATE users SET is_ned_team = FALSE, has_confidential_access = FALSE");
        for (role, change) in [(Role::Team, judged), (Role::Confidential, hidden)] {
            let refused = take_back(world, role, change).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{role:?} has lost the right");
            assert_eq!(refused.body, world.post(role, "/changes/999999/undo", &[]).await.body);
        }
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_priority = 'High'"), 1);
    })
    .await;
}

#[tokio::test]
async fn what_stays_for_good_offers_no_undo() {
    on_both(async |world| {
        let at = records(world).await;
        let today = world.days_ago(0);
        let entry = [("meeting_date", &*today), ("next_steps", "words")];
        let acts = [
            act(Role::Team, format!("/crm/roundtable/{}", at.client), &entry),
            act(Role::Team, format!("{}/close", at.meetings[1]), &[]),
            act(Role::Plain, "/owners/new".into(), &[("company_name", "Tuff Company")]),
            act(Role::Admin, format!("/contacts/{}/delete", at.contact), &[]),
            act(Role::Admin, format!("/projects/{}/delete", at.project), &[("project_name", "Quarry One")]),
            // Saved as it was: there is no change.
            act(Role::Plain, format!("/vendors/{}/edit", at.vendor), &[("vendor_name", "Gneiss Reactors")]),
        ];
        for act in acts {
            let answer = done(world, &act).await;
            assert_eq!(offered(&answer), None, "{}", act.1);
        }
        let made = "SELECT max(change_id) FROM audit_log WHERE table_name = 'roundtable_history'";
        let refused = take_back(world, Role::Team, world.number(made)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("cannot be undone"), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn the_message_names_what_was_done_offers_undo_once_and_undo_leads_back() {
    on_both(async |world| {
        let at = records(world).await;
        let path = format!("/clients/{}/links/owner/{}/delete", at.client, at.link);
        let answer = world.post(Role::Plain, &path, &[]).await;
        let mut change = offered(&answer).unwrap();
        let flash = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let page = async |role| {
            let cookies = format!("{}; {flash}", world.cookie(role).unwrap());
            let request = world.request("GET", "/clients").header(header::COOKIE, cookies);
            world.send(request.body(Body::empty()).unwrap()).await
        };
        let shown = page(Role::Plain).await;
        assert!(shown.body.contains("Slate Partners unlinked"), "{}", shown.body);
        assert!(shown.body.contains(&format!("action=\"/changes/{change}/undo\"")), "{}", shown.body);
        assert!(shown.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"), "it is shown once");
        assert!(!page(Role::ReadOnly).await.body.contains("/undo\""), "who may change nothing is offered nothing");
        for (referer, leads) in [
            ("http://roundtable.test/clients?search=a", "/clients?search=a"),
            ("http://roundtable.test//evil.test/", "/clients/"),
            ("not an address", "/clients/"),
        ] {
            let request = world
                .request("POST", &format!("/changes/{change}/undo"))
                .header(header::ORIGIN, "http://roundtable.test")
                .header(header::REFERER, referer)
                .header(header::COOKIE, world.cookie(Role::Plain).unwrap());
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert!(answer.location().starts_with(leads), "{referer}: {}", answer.location());
            change = offered(&world.post(Role::Plain, &path, &[]).await).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_who_was_merged_since_is_named_again_by_an_undo() {
    on_both(async |world| {
        let colleague = [("personnel_type", "Internal"), ("is_active", "on"), ("name_confirmed", "on")];
        let person = async |name| world.record("people", &[&[("full_name", name)][..], &colleague].concat()).await;
        let (ann, anna, bob) = (person("Ann Example").await, person("Anna Example").await, person("Bob Sample").await);
        let client = world.client("Granite Power").await;
        let day = world.days_ahead(5);
        let plan = async |whom: i64| {
            let whom = whom.to_string();
            let fields = [
                ("next_planned_contact_date", &*day),
                ("next_planned_contact_type", "Phone"),
                ("next_planned_contact_assigned_to", &*whom),
            ];
            world.post(Role::Plain, &format!("/clients/{client}/contact"), &fields).await
        };
        plan(ann).await.location();
        let change = offered(&plan(bob).await).unwrap();
        let other = ann.to_string();
        world.post(Role::Admin, &format!("/people/{anna}/merge"), &[("other", other.as_str())]).await.location();
        let answer = take_back(world, Role::Plain, change).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("Ann Example was merged into Anna Example since"), "{}", answer.body);
        let planned = format!("SELECT next_planned_contact_assigned_to FROM clients WHERE client_id = {client}");
        assert_eq!(world.number(&planned), bob);
    })
    .await;
}

#[tokio::test]
async fn a_large_import_hides_no_later_change_of_its_records() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        world.execute(&format!(
            "INSERT INTO changes (change_id, occurred_date, username, way) \
             VALUES (7, '2026-11-01 00:00:00', 'x', 'import'); \
             INSERT INTO audit_log (change_id, action, table_name, record_id, sensitivity, changes) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6000) \
             SELECT 7, 'update', 'clients', CASE WHEN n = 6000 THEN {id} ELSE n + 1000 END, 'public', \
             '{{\"notes\":[null,\"x\"]}}' FROM numbers"
        ));
        let edit = [("client_name", "Granite Energy"), ("name_confirmed", "on")];
        world.post(Role::Plain, &format!("/clients/{id}/edit"), &edit).await.location();
        let page = world.page(Role::Plain, &format!("/clients/{id}/history")).await;
        assert!(page.contains("Granite Energy") && page.contains("/undo"), "{page}");
        assert!(world.page(Role::Admin, "/admin/audit").await.contains("The plain person"));
    })
    .await;
}
