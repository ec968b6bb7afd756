//! Lists as files and the whole as an archive: what the page shows to whoever asks, all of it, and no formula.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use axum::http::StatusCode;
use serde_json::Value;
use zip::ZipArchive;

use crate::planted::plant;
use crate::world::{Answer, Role, World, on_both};

/// The lines of a CSV, each as its values.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let text = answer.body.strip_prefix('\u{feff}').expect("a mark of UTF-8");
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.into_records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

/// The files in a zip, by name.
fn unzipped(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let mut zip = ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut text = |name: &String| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    names.iter().map(|name| (name.clone(), text(name))).collect()
}

#[tokio::test]
async fn the_list_of_clients_is_a_file_as_it_is_shown() {
    on_both(async |world| {
        for name in ["=HYPERLINK(\"x\")", "Énergie, \"du\" Nord", "Basalt"] {
            world.client(name).await;
        }
        let basalt = world.number("SELECT client_id FROM clients WHERE client_name = 'Basalt'");
        world.contact(Role::Plain, basalt, 3, &[]).await;
        let all = world.get(Role::Plain, "/clients.csv?sort=-name").await;
        let found = rows(&all);
        assert_eq!(found[0][..3], ["Client", "Attention", "Last contact"]);
        let names: Vec<&str> = found[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["Énergie, \"du\" Nord", "Basalt", "'=HYPERLINK(\"x\")"]);
        assert_eq!(found[2][2], world.days_ago(3));
        assert!(all.body.contains("\r\n"), "{}", all.body);
        let day = world.today();
        let name = format!("attachment; filename=\"clients-{day}.csv\"");
        assert_eq!(all.headers["content-disposition"], name.as_str());
        assert_eq!(rows(&world.get(Role::Plain, "/clients.csv?search=basalt").await).len(), 2);
        // Priority is the team's: its column and its order.
        assert!(!found[0].contains(&"Priority".to_owned()));
        assert!(rows(&world.get(Role::Team, "/clients.csv").await)[0].contains(&"Priority".to_owned()));
        let page = world.page(Role::Plain, "/clients?search=basalt").await;
        assert!(page.contains("href=\"/clients.xlsx?search=basalt\""), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_file_has_more_rows_than_a_page() {
    let world = World::sqlite();
    for number in 0..60 {
        world.record("owners", &[("company_name", &format!("Owner {number:02}"))]).await;
    }
    let found = rows(&world.get(Role::ReadOnly, "/owners.csv?page=2").await);
    assert_eq!(found.len(), 61);
    assert_eq!((found[1][0].as_str(), found[60][0].as_str()), ("Owner 00", "Owner 59"));
}

#[tokio::test]
async fn excel_gets_numbers_and_days_and_no_formula() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Granite")]).await.to_string();
        let fields = [
            ("product_name", "=1+1"),
            ("vendor_id", &vendor),
            ("thermal_capacity", "1,250.5"),
            ("reactor_type", "PWR"),
        ];
        world.record("technologies", &fields).await;
        let files = unzipped(&world.get(Role::Plain, "/technologies.xlsx").await);
        let sheet = &files["xl/worksheets/sheet1.xml"];
        assert!(sheet.contains("<v>1250.5</v>") && !sheet.contains("<f>"), "{sheet}");
        assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:"), "{sheet}");
        let words = &files["xl/sharedStrings.xml"];
        for word in ["=1+1", "Thermal capacity (MWt)", "Granite"] {
            assert!(words.contains(word), "{word}: {words}");
        }
        let project = [("project_name", "Cedar"), ("target_cod", "2031-12-31")];
        world.record("projects", &project).await;
        let files = unzipped(&world.get(Role::Plain, "/projects.xlsx").await);
        // The last day of 2031 as the format counts days.
        assert!(files["xl/worksheets/sheet1.xml"].contains("<v>48213</v>"), "{}", files["xl/worksheets/sheet1.xml"]);
    })
    .await;
}

#[tokio::test]
async fn contacts_items_and_work_are_files_for_those_who_may_see_them() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let contacts = |role| world.get(role, "/contacts.csv");
        let (open, all) = (rows(&contacts(Role::Plain).await), rows(&contacts(Role::Confidential).await));
        assert_eq!(all.len(), open.len() + 1);
        assert_eq!(all[0].last().map(String::as_str), Some("Confidential"));
        assert!(!open[0].contains(&"Confidential".to_owned()));
        let items = format!("/clients/{}/action-items.csv", planted.client);
        assert!(rows(&world.get(Role::Team, &items).await).len() > rows(&world.get(Role::Plain, &items).await).len());
        let work = rows(&world.get(Role::Plain, "/my-work.csv").await);
        assert!(work.iter().any(|row| row[..2] == ["Action item", "an open thing to do"]), "{work:?}");
        for path in ["/follow-ups.csv", "/planned-contacts.csv", "/people.csv"] {
            rows(&world.get(Role::Plain, path).await);
        }
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_is_a_file_as_it_is_narrowed() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let fields = [("client_name", "Granite Power"), ("client_type", "IPP")];
        world.post(Role::Team, &format!("/clients/{client}/edit"), &fields).await.location();
        let judged = [("client_priority", "Strategic")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
        let of = async |query: &str| rows(&world.get(Role::Admin, &format!("/admin/audit.csv{query}")).await);
        let all = of("").await;
        assert_eq!(all[0][..5], ["When", "Who", "Way", "From", "What"]);
        let edit = all
            .iter()
            .find(|row| row[4] == "set Type of Granite Power to IPP")
            .unwrap_or_else(|| panic!("the edit is missing: {all:?}"));
        assert_eq!(edit[1], "The team person");
        let added = all.iter().find(|row| row[4] == "added person The plain person").expect("a person");
        assert!(added[5].contains("Email: – → plain@mpr.example\n"), "{added:?}");
        let edits = of("?act=edit").await;
        assert!(edits.len() < all.len() && edits.contains(edit), "{edits:?}");
        assert_eq!(of("?record=Nobody+at+all").await.len(), 1, "the heads alone");
        let page = world.page(Role::Admin, "/admin/audit?act=edit").await;
        assert!(page.contains("href=\"/admin/audit.xlsx?act=edit\""), "{page}");
        assert_eq!(world.get(Role::Team, "/admin/audit.csv").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_archive_holds_every_row_and_no_secret() {
    let mut archives = Vec::new();
    for world in [World::sqlite(), World::postgres()] {
        plant(&world, true).await;
        let files = unzipped(&world.get(Role::Admin, "/admin/archive").await);
        let schema: Value = serde_json::from_str(&files["schema.json"]).unwrap();
        for table in schema["tables"].as_array().unwrap() {
            let name = table["table"].as_str().unwrap();
            let lines: Vec<&str> = files[table["file"].as_str().unwrap()].lines().collect();
            let count = world.number(&format!("SELECT count(*) FROM {name}"));
            assert_eq!((i64::try_from(lines.len()).unwrap(), &table["rows"]), (count, &Value::from(count)), "{name}");
            for line in lines {
                let row: Value = serde_json::from_str(line).unwrap();
                let columns =
                    table["columns"].as_array().unwrap().iter().map(|column| column["column"].as_str().unwrap());
                assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), columns.collect::<Vec<_>>(), "{name}");
            }
        }
        assert!(files["clients.jsonl"].contains("ZQnotes") && files["contact_log.jsonl"].contains("ZQsummary"));
        for secret in ["password_hash", "session_hash", "token_hash", "$argon2"] {
            assert!(files.values().all(|text| !text.contains(secret)), "{secret}");
        }
        archives.push(
            ["operators.jsonl", "projects.jsonl", "users.jsonl", "products.jsonl"].map(|file| files[file].clone()),
        );
    }
    assert_eq!(archives[0], archives[1], "both databases give the same");
    let world = World::sqlite();
    for role in [Role::Plain, Role::Team, Role::Confidential] {
        assert_eq!(world.get(role, "/admin/archive").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn briefs_projects_and_the_portfolio_are_paper_and_markdown() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let brief = format!("/clients/{}/brief.md", planted.client);
        let of_team = world.page(Role::Team, &brief).await;
        assert!(of_team.starts_with("# Client one\n\n- Type: "), "{of_team}");
        assert!(of_team.contains("ZQnotes") && of_team.contains("### Roundtable of "), "{of_team}");
        assert!(!world.page(Role::Plain, &brief).await.contains("ZQ"));
        let project = planted.address(world, "/projects/{id}/summary.md");
        let confidential = world.page(Role::Confidential, &project).await;
        assert!(confidential.contains("\n## Figures (confidential)\n\n- Capital cost: 987654 "), "{confidential}");
        assert!(!world.page(Role::Team, &project).await.contains("987654"));
        let paper = world.get(Role::Plain, &project.replace(".md", ".pdf")).await;
        assert_eq!(paper.headers["content-type"], "application/pdf");
        let portfolio = world.get(Role::Team, "/crm/portfolio.pdf").await;
        assert!(portfolio.bytes.starts_with(b"%PDF"), "{}", portfolio.status);
        assert_eq!(world.get(Role::Plain, "/crm/portfolio.pdf").await.status, StatusCode::FORBIDDEN);
        let markdown = world.get(Role::Team, "/crm/portfolio.md").await;
        assert_eq!(markdown.headers["content-type"], "text/markdown; charset=utf-8");
        assert!(markdown.body.starts_with("# Client one\n"), "{}", markdown.body);
        assert_eq!(world.get(Role::Plain, "/crm/portfolio.md").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_holds_more_imports_than_a_statement_has_parts() {
    on_both(async |world| {
        world.execute(
            "INSERT INTO changes (change_id, occurred_date, way) WITH RECURSIVE numbers(number) AS \
             (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 600) \
             SELECT 1000 + number, '2026-11-01 00:00:00', 'import' FROM numbers",
        );
        let touched = |change: &str| {
            format!(
                "INSERT INTO audit_log (change_id, action, table_name, record_id, sensitivity, changes) \
                 WITH RECURSIVE numbers(number) AS \
                 (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 600) \
                 SELECT {change}, 'update', 'operators', number, 'public', '{{\"notes\":[null,\"n\"]}}' FROM numbers"
            )
        };
        world.execute(&touched("1000 + number"));
        world.execute(&touched("1600"));
        let all = rows(&world.get(Role::Admin, "/admin/audit.csv?way=import").await);
        assert!(all.len() > 600, "a row of each, and of the large one the first: {}", all.len());
        let page = world.page(Role::Admin, "/admin/audit?way=import").await;
        assert!(page.contains("1–50 of 600"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn meetings_users_and_what_was_found_are_files_as_they_are_shown() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        world.contact(Role::Plain, client, 3, &[("summary", "Spoke of the granite quarry")]).await;
        let day = world.days_ahead(4);
        let meeting = [("title", "Roundtable of granite"), ("meeting_date", &*day)];
        world.post(Role::Team, "/crm/meetings/new", &meeting).await.location();
        let meetings = rows(&world.get(Role::Team, "/crm/meetings.csv").await);
        assert_eq!(meetings, [vec!["Title", "Date", "State", "Note-taker"], vec![meeting[0].1, &*day, "Planned", ""]]);
        assert_eq!(world.get(Role::Plain, "/crm/meetings.csv").await.status, StatusCode::FORBIDDEN);
        assert!(world.page(Role::Team, "/crm/meetings").await.contains("href=\"/crm/meetings.xlsx\""));
        let users = rows(&world.get(Role::Admin, "/admin/users.csv").await);
        let plain =
            users.iter().find(|row| row[1] == "plain").unwrap_or_else(|| panic!("a user is missing: {users:?}"));
        assert_eq!(plain[..3], ["The plain person", "plain", "plain@mpr.example"]);
        assert_eq!(world.get(Role::Team, "/admin/users.csv").await.status, StatusCode::FORBIDDEN);
        assert!(world.page(Role::Admin, "/admin/users").await.contains("href=\"/admin/users.xlsx\""));
        // A file holds what its reader may see, as the page does.
        let found = async |role| rows(&world.get(role, "/search.csv?q=granite").await);
        let kinds = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row[0].clone()).collect::<Vec<_>>();
        let of_team = found(Role::Team).await;
        assert!(of_team.contains(&["Clients", "Granite Power", "", ""].map(String::from).to_vec()), "{of_team:?}");
        let texts: Vec<&str> = of_team.iter().map(|row| &*row[3]).collect();
        assert!(texts.contains(&"Spoke of the granite quarry"), "{texts:?}");
        assert_eq!(kinds(of_team), ["Kind", "Clients", "Contacts made", "Meetings"]);
        assert_eq!(kinds(found(Role::Plain).await), ["Kind", "Clients", "Contacts made"]);
        assert_eq!(rows(&world.get(Role::Plain, "/search.csv").await).len(), 1, "the heads alone");
        for days in 4..16 {
            world.contact(Role::Plain, client, days, &[("summary", "The granite again")]).await;
        }
        let cut = found(Role::Plain).await;
        assert!(cut.len() == 13 && cut[12][1].contains("10 texts of each kind"), "{cut:?}");
        assert!(world.page(Role::Plain, "/search?q=granite").await.contains("href=\"/search.xlsx?q=granite\""));
    })
    .await;
}
