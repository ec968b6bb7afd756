//! Real input: the industry file, and clients as CSV.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roundtable::db::write_transaction;
use roundtable::import::{self, Report};

use crate::world::{Role, World, on_both};

fn industry_file() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/nuclear-industry-2025.json");
    assert!(beside.exists(), "the industry file belongs in shared/data beside the repository");
    beside
}

fn import_industry(world: &World) -> Report {
    let text = std::fs::read_to_string(industry_file()).unwrap();
    write_transaction(&mut world.db(), |db| import::industry::run(db, &world.visit(), &text)).unwrap()
}

#[tokio::test]
async fn the_industry_comes_in_whole_and_a_second_run_changes_nothing() {
    on_both(async |world| {
        let report = import_industry(world);
        let records = ["technology_vendors", "products", "owners_developers", "constructors", "offtakers", "projects"];
        let added: usize = records.iter().map(|kind| report.counts(kind).added).sum();
        assert_eq!(added, 57);
        let links = [
            "vendor_supplier_relationships",
            "owner_vendor_relationships",
            "project_vendor_relationships",
            "project_constructor_relationships",
            "project_operator_relationships",
            "project_owner_relationships",
            "project_offtaker_relationships",
        ];
        let taken: usize = links.iter().map(|kind| report.counts(kind).added).sum();
        let refused: usize = links.iter().map(|kind| report.counts(kind).refused).sum();
        // Three slugs are not in the file (bwxt, talen-energy, meta), five name a record of another kind.
        assert_eq!((taken, refused), (25, 8));
        for named in ["bwxt", "talen-energy", "meta", "constellation-energy", "kairos-power", "dow", "shell-plc"] {
            assert!(report.refused.iter().any(|line| line.contains(named)), "{named}: {:?}", report.refused);
        }
        let before = world.number("SELECT count(*) FROM audit_log");
        let again = import_industry(world);
        assert_eq!(records.iter().map(|kind| again.counts(kind).unchanged).sum::<usize>(), 57);
        assert_eq!(world.number("SELECT count(*) FROM audit_log"), before);
    })
    .await;
}

#[tokio::test]
async fn noise_is_cleaned_and_a_value_off_the_list_goes_into_the_notes() {
    on_both(async |world| {
        import_industry(world);
        for table in ["technology_vendors", "products", "owners_developers", "projects", "owner_vendor_relationships"] {
            let query = format!(
                "SELECT count(*) FROM {table} \
                 WHERE notes LIKE '%contentReference%' OR sources LIKE '%contentReference%'"
            );
            assert_eq!(world.number(&query), 0, "{table}");
        }
        let licensed = "SELECT count(*) FROM projects WHERE slug = 'hermes-2-oakridge' AND project_status IS NULL \
                        AND notes LIKE '%Project status: Licensed%'";
        assert_eq!(world.number(licensed), 1);
        let bwrx = "SELECT count(*) FROM products WHERE slug = 'ge-hitachi-bwrx300' AND gross_capacity = 300";
        assert_eq!(world.number(bwrx), 1);
        let contract = "SELECT count(*) FROM owner_vendor_relationships WHERE relationship_type = 'Delivery Contract'";
        assert_eq!(world.number(contract), 1);
    })
    .await;
}

#[tokio::test]
async fn what_someone_wrote_meanwhile_survives_a_second_import() {
    on_both(async |world| {
        import_industry(world);
        let id = world.number("SELECT vendor_id FROM technology_vendors WHERE slug = 'nuscale-power'");
        let fields = [("vendor_name", "NuScale Power"), ("notes", "our own words")];
        world.post(Role::Plain, &format!("/vendors/{id}/edit"), &fields).await.location();
        import_industry(world);
        assert!(world.page(Role::Plain, &format!("/vendors/{id}")).await.contains("our own words"));
    })
    .await;
}

#[tokio::test]
async fn clients_come_in_with_their_people_and_their_last_contact() {
    on_both(async |world| {
        let day = world.days_ago(12);
        let text = format!(
            "client_name,client_type,mpr_primary_poc,mpr_secondary_poc,last_contact_date,last_contact_type,\
             last_contact_notes,client_priority,notes\n\
             Granite Power,Utility,the TEAM person,The admin person,{day},Phone,a good talk,High,\"two\nlines\"\n\
             ,Utility,,,,,,,\n\
             Slate Energy,Bank,Nobody Known,,,,,,\n"
        );
        let run = || write_transaction(&mut world.db(), |db| import::clients::run(db, &world.visit(), &text)).unwrap();
        let report = run();
        assert_eq!((report.counts("clients").added, report.counts("clients").refused), (2, 1));
        for words in ["line 4", "Bank", "Nobody Known"] {
            assert!(report.refused.iter().any(|line| line.contains(words)), "{words}: {:?}", report.refused);
        }
        let found = world.get(Role::Plain, "/clients/api/search?q=granite").await.json();
        let client = world.get(Role::Team, &format!("/clients/api/{}", found[0]["client_id"])).await.json();
        assert_eq!(client["mpr_primary_poc"], world.person(Role::Team));
        assert_eq!(client["last_contact_date"], day);
        assert_eq!(client["last_contact_notes"], "a good talk");
        assert_eq!(client["client_priority"], "High");
        assert_eq!(run().counts("clients").unchanged, 2);
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_line_of_clients_is_read_as_strictly_as_a_form() {
    on_both(async |world| {
        let staff = async |name: &str, active: &str| {
            let fields = [("full_name", name), ("personnel_type", "Internal"), ("is_active", active)];
            world.record("people", &[&fields[..], &[("name_confirmed", "on")]].concat()).await
        };
        let departed = staff("Gone Away", "").await;
        let archived = staff("Put Aside", "on").await;
        world.post(Role::Plain, &format!("/people/{archived}/archive"), &[("archived", "on")]).await.location();
        let (twin, _) = (staff("Two Alike", "on").await, staff("Two Alike", "on").await);
        let kept = staff("Back Again", "on").await;
        staff("Back Again", "").await;
        let (past, future, day) = (world.days_ago(3), world.days_ahead(3), world.days_ago(12));
        let (long, name) = ("x".repeat(20_001), "y".repeat(201));
        let text = format!(
            "client_name,mpr_primary_poc,mpr_secondary_poc,last_contact_date,last_contact_type,last_contact_by,\
             next_planned_contact_date,next_planned_contact_assigned_to,notes,relationship_notes\n\
             One,Gone Away,Put Aside,{day},Phone,Gone Away,{past},,{long},{long}\n\
             Two,Two Alike,,{future},Phone,The plain person,{future},Put Aside,short,short\n\
             Three,Back Again,Back Again,,,,{future},The plain person,,\n\
             {name},,,,,,,,,\n"
        );
        let run = |db: &mut roundtable::db::Db| import::clients::run(db, &world.visit(), &text);
        let report = write_transaction(&mut world.db(), run).unwrap();
        assert_eq!((report.counts("clients").added, report.counts("clients").refused), (3, 1));
        for words in [
            "line 2: mpr_primary_poc “Gone Away”: Choose an active colleague",
            "line 2: mpr_secondary_poc “Put Aside”: Choose an active colleague",
            "line 2: next_planned_contact_date “",
            "line 2: notes “xxx",
            "line 2: relationship_notes “xxx",
            "line 3: mpr_primary_poc “Two Alike”: More than one colleague",
            "line 3: last_contact_date “",
            "line 3: next_planned_contact_assigned_to “Put Aside”: Choose an active colleague",
            "line 4: mpr_secondary_poc “Back Again”: Choose someone other",
            "line 5: client_name “yyy",
        ] {
            assert!(report.refused.iter().any(|line| line.contains(words)), "{words}: {:#?}", report.refused);
        }
        let count = |what: &str| world.number(&format!("SELECT count(*) FROM {what}"));
        let roles = format!("clients WHERE mpr_primary_poc IN ({departed}, {archived}, {twin})");
        assert_eq!(count(&roles), 0);
        assert_eq!(count(&format!("clients WHERE mpr_primary_poc = {kept} AND mpr_secondary_poc IS NULL")), 1);
        let made = format!("contact_log WHERE contacted_by = {departed} AND contact_date = '{day}'");
        assert_eq!((count(&made), count("contact_log")), (1, 1), "history names who left");
        assert_eq!(count("clients WHERE next_planned_contact_date IS NOT NULL"), 2);
        assert_eq!(count("clients WHERE length(notes) > 20000 OR length(client_name) > 200"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_link_whose_mark_is_not_true_or_false_is_refused() {
    on_both(async |world| {
        let link = |slug: &str, mark: &str| {
            format!(
                r#"{{"relationship_key": "{slug}", "project_slug": "{slug}", "owner_slug": "o",
                    "is_confidential": {mark}}}"#
            )
        };
        let marks = ["true", "false", "\"true\"", "\"yes\"", "1", "null"];
        let slugs: Vec<String> = (0..marks.len()).map(|number| format!("p{number}")).collect();
        let projects = slugs.iter().map(|slug| format!(r#"{{"slug": "{slug}", "project_name": "Project {slug}"}}"#));
        let links = slugs.iter().zip(marks).map(|(slug, mark)| link(slug, mark));
        let text = format!(
            r#"{{"entities": {{"owners_developers": [{{"slug": "o", "company_name": "Holding"}}], "projects": [{}]}},
                "relationships": {{"project_owner_relationships": [{}]}}}}"#,
            projects.collect::<Vec<_>>().join(","),
            links.collect::<Vec<_>>().join(","),
        );
        let run = |db: &mut roundtable::db::Db| import::industry::run(db, &world.visit(), &text);
        let report = write_transaction(&mut world.db(), run).unwrap();
        let counts = report.counts("project_owner_relationships");
        assert_eq!((counts.added, counts.refused), (2, 4));
        for slug in &slugs[2..] {
            assert!(report.refused.iter().any(|line| line.contains(slug.as_str())), "{slug}: {:?}", report.refused);
        }
        let open = "SELECT count(*) FROM project_owner_relationships WHERE NOT is_confidential";
        assert_eq!(world.number(open), 1);
    })
    .await;
}

/// The path of a kind of record, and the columns of its id and name.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("technology_vendors", "vendors", "vendor_id", "vendor_name"),
    ("products", "technologies", "product_id", "product_name"),
    ("owners_developers", "owners", "owner_id", "company_name"),
    ("constructors", "constructors", "constructor_id", "company_name"),
    ("offtakers", "offtakers", "offtaker_id", "company_name"),
    ("projects", "projects", "project_id", "project_name"),
];

/// The slug's field, the table it has to be in, and how that end sees the other.
type LinkEnd = (&'static str, &'static str, &'static str);

/// The kinds of links of the file: both slugs, the tables they have to be in, how the first sees the second and back.
const LINKS: [(&str, [LinkEnd; 2]); 7] = [
    (
        "vendor_supplier_relationships",
        [("vendor_slug", "technology_vendors", "supplier"), ("supplier_slug", "technology_vendors", "customer")],
    ),
    (
        "owner_vendor_relationships",
        [("owner_slug", "owners_developers", "vendor"), ("vendor_slug", "technology_vendors", "owner")],
    ),
    (
        "project_vendor_relationships",
        [("project_slug", "projects", "vendor"), ("vendor_slug", "technology_vendors", "project")],
    ),
    (
        "project_constructor_relationships",
        [("project_slug", "projects", "constructor"), ("constructor_slug", "constructors", "project")],
    ),
    (
        "project_operator_relationships",
        [("project_slug", "projects", "operator"), ("operator_slug", "operators", "project")],
    ),
    (
        "project_owner_relationships",
        [("project_slug", "projects", "owner"), ("owner_slug", "owners_developers", "project")],
    ),
    (
        "project_offtaker_relationships",
        [("project_slug", "projects", "offtaker"), ("offtaker_slug", "offtakers", "project")],
    ),
];

#[tokio::test]
async fn the_answers_say_of_every_record_and_link_what_the_file_says() {
    on_both(async |world| {
        import_industry(world);
        let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(industry_file()).unwrap()).unwrap();
        let (mut answers, mut names) = (HashMap::new(), HashMap::new());
        for (table, path, id, name) in KINDS {
            for entity in file["entities"][table].as_array().unwrap() {
                let slug = entity["slug"].as_str().unwrap();
                let number = world.number(&format!("SELECT {id} FROM {table} WHERE slug = '{slug}'"));
                let answer = world.get(Role::ReadOnly, &format!("/{path}/api/{number}")).await.json();
                let said = entity.get(name).or(entity.get("organization_name")).unwrap();
                assert_eq!(answer[name], *said, "{table} {slug}");
                for column in ["reactor_type", "generation", "company_type", "location", "sector", "thermal_capacity"] {
                    if let Some(value) = entity.get(column).filter(|value| !value.is_null()) {
                        let same =
                            answer[column] == *value || answer[column].as_f64() == value.as_f64().or(Some(f64::NAN));
                        assert!(same, "{table} {slug} {column}: {} is not {value}", answer[column]);
                    }
                }
                let page = world.page(Role::ReadOnly, &format!("/{path}/{number}")).await;
                assert!(page.contains("<h1>"), "{table} {slug}");
                names.insert((table, slug.to_owned()), said.as_str().unwrap().to_owned());
                answers.insert((table, slug.to_owned()), answer);
            }
        }
        assert_eq!(answers.len(), 57);
        let mut expected: HashMap<(&str, String, &str), Vec<String>> = HashMap::new();
        for (kind, ends) in LINKS {
            for link in file["relationships"][kind].as_array().unwrap() {
                let keys = ends.map(|(field, table, _)| (table, link[field].as_str().unwrap().to_owned()));
                if keys.iter().all(|key| names.contains_key(key)) {
                    for (turn, (_, table, segment)) in ends.into_iter().enumerate() {
                        let seen = expected.entry((table, keys[turn].1.clone(), segment)).or_default();
                        seen.push(names[&keys[1 - turn]].clone());
                    }
                }
            }
        }
        for ((table, slug), answer) in &answers {
            for (segment, links) in answer["links"].as_object().unwrap() {
                let mut said: Vec<String> =
                    links.as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap().to_owned()).collect();
                let mut meant = expected.remove(&(*table, slug.clone(), segment.as_str())).unwrap_or_default();
                said.sort();
                meant.sort();
                assert_eq!(said, meant, "{table} {slug}: {segment}");
            }
        }
        assert!(expected.is_empty(), "{expected:?}");
    })
    .await;
}
