//! Tables that people bring: recognised, rehearsed, taken by the same saves as forms, taken back.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use rust_xlsxwriter::{Format, Workbook};

use crate::world::{Answer, Role, World, on_both};

/// A form with the kind and one file, as a browser sends it.
pub async fn bring(world: &World, role: Role, kind: &str, name: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--edge\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    let request = world
        .request("POST", "/import")
        .header("origin", "http://roundtable.test")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("cookie", world.cookie(role).unwrap_or_default());
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// Brings a file that is a table; the address of its page.
pub async fn brought(world: &World, role: Role, kind: &str, bytes: &[u8]) -> String {
    let answer = bring(world, role, kind, "a.csv", bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

/// Does something with an import, to its end; the page that tells what came of it.
pub async fn act(world: &World, role: Role, import: &str, what: &str, fields: &[(&str, &str)]) -> String {
    let answer = world.post(role, &format!("{import}/{what}"), fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.location(), import);
    loop {
        let page = world.page(role, import).await;
        if !page.contains("Rows done") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The number below a word of the report.
pub fn count(page: &str, words: &str) -> usize {
    let Some(rest) = page.split(&format!("<dt>{words}</dt><dd>")).nth(1) else { return 0 };
    rest.split('<').next().unwrap().replace(',', "").parse().unwrap()
}

/// A select of the page with its value.
fn is_chosen(page: &str, name: &str, value: &str) -> bool {
    let select = page.split(&format!("name=\"{name}\"")).nth(1).unwrap().split("</select>").next().unwrap();
    select.contains(&format!("<option value=\"{value}\" selected"))
}

#[tokio::test]
async fn a_csv_of_excel_is_recognised_rehearsed_taken_and_taken_back() {
    on_both(async |world| {
        world.client("Basalt").await;
        let before = world.number("SELECT count(*) FROM audit_log");
        // Semicolons, Windows-1252, a name with the separator in it.
        let file = b"Kunde;Type;Point of contact;Notizen\r\nM\xfcller & S\xf6hne;ipp;The plain person;\"a;\r\nb\"\r\n\
                     Basalt;Utility;;\r\nGranite;Bakery;;\r\n;Utility;;\r\n";
        let import = brought(world, Role::Plain, "clients", file).await;
        let page = world.page(Role::Plain, &import).await;
        assert!(page.contains("Windows-1252, with semicolons"), "{page}");
        for (place, field) in ["client_name", "client_type", "mpr_primary_poc", "notes"].iter().enumerate() {
            assert!(is_chosen(&page, &format!("column_{place}"), field), "{field} {page}");
        }
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        assert_eq!(
            (count(&page, "New"), count(&page, "Filled in"), count(&page, "With a problem")),
            (1, 1, 2),
            "{page}"
        );
        assert!(page.contains("Write one of: Utility, IPP"), "{page}");
        assert!(page.contains("Enter the client&#39;s name."), "{page}");
        assert_eq!(world.number("SELECT count(*) FROM audit_log"), before, "a rehearsal changes nothing");
        let told = world.get(Role::Plain, &format!("{import}/reasons")).await;
        assert!(told.body.contains("Kunde,Type,Point of contact,Notizen,Result,Reason"), "{}", told.body);
        assert!(told.body.contains("Granite,Bakery,,,not taken,\"Type: Write one of"), "{}", told.body);
        let page = act(world, Role::Plain, &import, "run", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "Filled in")), (1, 1), "{page}");
        let found = "SELECT client_name || '|' || client_type || '|' || notes FROM clients WHERE client_type = 'IPP'";
        assert_eq!(world.texts(found), ["Müller & Söhne|IPP|a;\nb"]);
        assert_eq!(world.number("SELECT count(*) FROM changes WHERE way = 'import' AND way_name = 'a.csv'"), 1);
        let again = world.post(Role::Plain, &format!("{import}/run"), &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let page = act(world, Role::Plain, &import, "undo", &[]).await;
        assert!(page.contains("This import is undone"), "{page}");
        assert_eq!(world.texts("SELECT client_name FROM clients WHERE NOT is_archived"), ["Basalt"]);
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_type IS NOT NULL AND NOT is_archived"), 0);
        assert_eq!(world.post(Role::Plain, &format!("{import}/undo"), &[]).await.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn what_an_administrator_undoes_is_gone_and_what_came_later_stands_in_the_way() {
    on_both(async |world| {
        let file = b"Company name,Sector\r\nAlpha Cloud,Cloud computing\r\nBeta Mining,Mining\r\n";
        let import = brought(world, Role::Admin, "offtakers", file).await;
        act(world, Role::Admin, &import, "run", &[]).await;
        let id = world.number("SELECT offtaker_id FROM offtakers WHERE company_name = 'Alpha Cloud'");
        let fields = [("company_name", "Alpha Cloud"), ("sector", "Utility")];
        world.post(Role::Plain, &format!("/offtakers/{id}/edit"), &fields).await.location();
        let page = act(world, Role::Admin, &import, "undo", &[]).await;
        assert!(page.contains("Not undone") && page.contains("Alpha Cloud was changed since."), "{page}");
        assert_eq!(world.number("SELECT count(*) FROM offtakers"), 2, "all of it or nothing");
        let fields = [("company_name", "Alpha Cloud"), ("sector", "Cloud computing")];
        world.post(Role::Plain, &format!("/offtakers/{id}/edit"), &fields).await.location();
        let page = act(world, Role::Admin, &import, "undo", &[]).await;
        assert!(page.contains("This import is undone"), "{page}");
        assert_eq!(world.number("SELECT count(*) FROM offtakers"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_import_of_our_own_files_changes_nothing() {
    on_both(async |world| {
        for name in ["=1+1", "Énergie, \"du\" Nord", "Basalt"] {
            let fields = [
                ("client_name", name),
                ("client_type", "IPP"),
                ("mpr_primary_poc", &world.person(Role::Plain).to_string()),
            ];
            world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        }
        let client = world.number("SELECT client_id FROM clients WHERE client_name = 'Basalt'");
        world.contact(Role::Plain, client, 3, &[("summary", "+1 word"), ("follow_up_needed", "on")]).await;
        world.contact(Role::Plain, client, 3, &[("contact_person_freetext", "Somebody"), ("summary", "another")]).await;
        let vendor = world.record("vendors", &[("vendor_name", "Vendor")]).await.to_string();
        let fields = [("product_name", "Reactor"), ("vendor_id", &*vendor), ("thermal_capacity", "1234.5")];
        world.record("technologies", &fields).await;
        let fields = [("project_name", "Site"), ("target_cod", "2031-05-06"), ("project_status", "On Hold")];
        world.record("projects", &fields).await;
        world.record("owners", &[("company_name", "Owner"), ("engagement_level", "Invested")]).await;
        let fields = [("full_name", "Max Ext"), ("personnel_type", "External"), ("email", "max@ext.example")];
        world.record("people", &fields).await;
        let before = world.number("SELECT count(*) FROM audit_log");
        for kind in ["clients", "people", "contacts", "projects", "owners", "vendors", "technologies"] {
            for ending in ["csv", "xlsx"] {
                let file = world.get(Role::Confidential, &format!("/{kind}.{ending}")).await.bytes;
                for known in ["fill", "overwrite"] {
                    let import = brought(world, Role::Confidential, kind, &file).await;
                    let page =
                        act(world, Role::Confidential, &import, "run", &[("column_99", ""), ("known", known)]).await;
                    let all = count(&page, "Unchanged");
                    assert!(all > 0, "{kind}.{ending} {known}: {page}");
                    let words = ["New", "Filled in", "Overwritten", "With a problem", "Left out"];
                    assert_eq!(words.map(|words| count(&page, words)), [0; 5], "{kind}.{ending} {known}: {page}");
                }
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM audit_log"), before);
        assert_eq!(world.number("SELECT count(*) FROM changes WHERE way = 'import'"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_workbook_keeps_its_days_and_numbers() {
    on_both(async |world| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let day = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_string(0, 0, "Our projects").unwrap();
        for (column, head) in (0..).zip(["Plant", "Target commercial operation", "Latitude", "Status"]) {
            sheet.write_string(2, column, head).unwrap();
        }
        sheet.write_string(3, 0, "Site one").unwrap();
        let date = rust_xlsxwriter::ExcelDateTime::parse_from_str("2031-05-06").unwrap();
        sheet.write_datetime_with_format(3, 1, &date, &day).unwrap();
        sheet.write_number(3, 2, 51.25).unwrap();
        sheet.write_string(3, 3, "on hold").unwrap();
        // A day that lost its format.
        sheet.write_string(5, 0, "Site two").unwrap();
        sheet.write_number(5, 1, 47974).unwrap();
        let import = brought(world, Role::Plain, "projects", &book.save_to_buffer().unwrap()).await;
        let page = act(world, Role::Plain, &import, "run", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (2, 0), "{page}");
        let query = "SELECT project_name || ' ' || target_cod || ' ' || COALESCE(project_status, '-') FROM projects \
                     ORDER BY project_name";
        assert_eq!(world.texts(query), ["Site one 2031-05-06 On Hold", "Site two 2031-05-06 -"]);
        assert_eq!(world.number("SELECT count(*) FROM projects WHERE latitude = 51.25"), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_here_already_is_decided_for_all_or_row_by_row() {
    on_both(async |world| {
        let fields = [("full_name", "Max Stone"), ("personnel_type", "External"), ("email", "max@ext.example")];
        world.record("people", &fields).await;
        let fields = [("full_name", "Idalia Rockwell"), ("personnel_type", "External"), ("role", "Head")];
        world.record("people", &fields).await;
        // By the address, by the name, by nearly the name, and one who is someone else.
        let file = b"Name,E-mail,Role\nMax A. Stone,MAX@ext.example,Chief\n\
            Idalia Rockwell,,Boss\nIdalia Rockwel,,Second\nEve New,,\n";
        let import = brought(world, Role::Plain, "people", file).await;
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        let told = ["New", "Filled in", "Unchanged", "Left out", "With a problem"].map(|words| count(&page, words));
        assert_eq!(told, [1, 1, 1, 1, 0], "{page}");
        let decided = [("column_0", "full_name"), ("known", "overwrite"), ("row_4", "create"), ("row_3", "skip")];
        let page = act(world, Role::Plain, &import, "rehearse", &decided).await;
        let told = ["New", "Overwritten", "Left out"].map(|words| count(&page, words));
        assert_eq!(told, [2, 1, 1], "{page}");
        act(world, Role::Plain, &import, "run", &[]).await;
        let query = "SELECT full_name || ' ' || COALESCE(role, '-') FROM personnel WHERE personnel_type = 'External' \
                     ORDER BY full_name";
        let kept = ["Eve New -", "Idalia Rockwel Second", "Idalia Rockwell Head", "Max A. Stone Chief"];
        assert_eq!(world.texts(query), kept);
        // The same columns are taken the same way the next time.
        let next = brought(world, Role::Plain, "people", b"Name,E-mail,Role\nZoe,,\n").await;
        assert!(is_chosen(&world.page(Role::Plain, &next).await, "known", "overwrite"));
    })
    .await;
}

#[tokio::test]
async fn dates_that_do_not_tell_their_order_are_asked_for() {
    on_both(async |world| {
        world.client("Basalt").await;
        let file = b"Client,Date,Type,Made by,Summary\n\
            Basalt,3/4/2026,Phone,The plain person,a\nBazalt,2026-01-02,Fax,Nobody,b\n";
        let import = brought(world, Role::Plain, "contacts", file).await;
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        assert_eq!(count(&page, "With a problem"), 2, "{page}");
        for words in ["Say above whether", "No colleague is called “Nobody”", "There is no client called “Bazalt”"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let page = act(world, Role::Plain, &import, "run", &[("column_0", "client_id"), ("dates", "day")]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (1, 1), "{page}");
        assert_eq!(world.texts("SELECT CAST(contact_date AS TEXT) FROM contact_log"), ["2026-04-03"]);
        act(world, Role::Plain, &import, "undo", &[]).await;
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_row_is_lost_or_comes_in_open() {
    on_both(async |world| {
        let long = "Granite and Basalt ".repeat(8);
        world.client(long.trim()).await;
        let row = |day: u8, words: &str, mark: &str| {
            format!("{},2026-11-0{day},Phone,The plain person,{words},{mark}\n", long.trim())
        };
        let rows = [row(2, "one", ""), row(2, "two", ""), row(3, "hidden", "yes")].concat();
        let file = format!("Client,Date,Type,Made by,Summary,Confidential\n{rows}");
        let import = brought(world, Role::Plain, "contacts", file.as_bytes()).await;
        let page = act(world, Role::Plain, &import, "run", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (2, 1), "{page}");
        let kept = "SELECT summary FROM contact_log ORDER BY summary";
        assert_eq!(world.texts(kept), ["one", "two"]);
        let import = brought(world, Role::Confidential, "contacts", file.as_bytes()).await;
        let page = act(world, Role::Confidential, &import, "run", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "Unchanged")), (1, 2), "{page}");
        let hidden = "SELECT count(*) FROM contact_log WHERE summary = 'hidden' AND is_confidential";
        assert_eq!(world.number(hidden), 1);

        let owner = world.record("owners", &[("company_name", "Slate Partners"), ("notes", "of slate")]).await;
        world.post(Role::Plain, &format!("/owners/{owner}/archive"), &[("archived", "on")]).await.location();
        let import = brought(world, Role::Plain, "owners", b"Company name\nSlate Partners\n").await;
        act(world, Role::Plain, &import, "rehearse", &[("brings_back", "on")]).await;
        let page = act(world, Role::Plain, &import, "run", &[]).await;
        assert_eq!(count(&page, "Filled in"), 1, "{page}");
        assert_eq!(world.number("SELECT count(*) FROM owners_developers WHERE NOT is_archived"), 1);
    })
    .await;
}

#[tokio::test]
async fn clients_come_in_with_their_plan_and_for_the_team_with_their_assessment() {
    const JUDGED: &str = "SELECT client_priority || '|' || client_status || '|' || assessment_reason || '|' || \
         next_planned_contact_type FROM clients WHERE client_name = 'Granite'";
    on_both(async |world| {
        let slate = world.client("Slate").await;
        let judged = [("client_priority", "High"), ("client_status", "Warm")];
        world.post(Role::Team, &format!("/clients/{slate}/assessment"), &judged).await.location();
        let file = [
            "Client,Priority,Status,Reason for the change,Next contact on,Next contact: type,Next contact: assigned to",
            "Granite,Strategic,Active,New framework,2026-12-24,Video,The plain person",
            "Slate,Low,,Lost the tender,,,",
            "Basalt,Bakery,,,,,",
            "Gneiss,Low,,,2020-01-01,Video,",
        ];
        let file = file.join("\r\n");
        let import = brought(world, Role::Team, "clients", file.as_bytes()).await;
        let page = act(world, Role::Team, &import, "rehearse", &[("known", "overwrite")]).await;
        let counts = ["New", "Overwritten", "With a problem"].map(|words| count(&page, words));
        assert_eq!(counts, [1, 1, 2], "{page}");
        assert!(page.contains("Write one of: Strategic"), "{page}");
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_priority IN ('Strategic', 'Low')"), 0);
        act(world, Role::Team, &import, "run", &[("known", "overwrite")]).await;
        assert_eq!(world.texts(JUDGED), ["Strategic|Active|New framework|Video"]);
        let left = "SELECT client_priority || '|' || client_status FROM clients WHERE client_name = 'Slate'";
        assert_eq!(world.texts(left), ["Low|Warm"], "what a row does not say stays");
        // Once more, and nothing changes, although a reason stands there.
        let again = brought(world, Role::Team, "clients", file.as_bytes()).await;
        let page = act(world, Role::Team, &again, "rehearse", &[("known", "overwrite")]).await;
        assert_eq!((count(&page, "Unchanged"), count(&page, "Overwritten")), (2, 0), "{page}");
        let page = act(world, Role::Team, &import, "undo", &[]).await;
        assert!(page.contains("This import is undone"), "{page}");
        assert_eq!(world.texts(left), ["High|Warm"]);
        let gone = "SELECT count(*) FROM clients WHERE client_name = 'Granite' AND NOT is_archived";
        assert_eq!(world.number(gone), 0);
        let planned = "SELECT count(*) FROM clients WHERE next_planned_contact_date IS NOT NULL";
        assert_eq!(world.number(planned), 0);
        assert_eq!(world.number("SELECT count(*) FROM jobs"), 0, "nobody was told, and nobody is told that it is gone");
        // What is there is not filled in half, and a column that only looks like a judgement is none.
        let plan = [("next_planned_contact_date", "2026-12-01"), ("next_planned_contact_type", "Phone")];
        world.post(Role::Team, &format!("/clients/{slate}/contact"), &plan).await.location();
        let half = "Client,Next contact,Next contact type,Credit risk,Ends\r\nSlate,2026-12-24,Video,Low,2027-01-01";
        let import = brought(world, Role::Team, "clients", half.as_bytes()).await;
        let page = act(world, Role::Team, &import, "run", &[("known", "fill")]).await;
        assert_eq!((count(&page, "Unchanged"), world.texts(left)), (1, vec!["High|Warm".to_owned()]), "{page}");
        assert_eq!(world.number(&format!("{planned} AND next_planned_contact_type = 'Phone'")), 1);

        // Whoever is not of the team is offered nothing of the kind, and says nothing by it.
        let import = brought(world, Role::Plain, "clients", file.as_bytes()).await;
        let page = world.page(Role::Plain, &import).await;
        assert!(!page.contains("client_priority") && page.contains("next_planned_contact_date"), "{page}");
        let page = act(world, Role::Plain, &import, "run", &[("column_1", "client_priority")]).await;
        assert_eq!(count(&page, "New"), 1, "{page}");
        assert_eq!(world.number("SELECT count(*) FROM clients WHERE client_priority IS NOT NULL"), 1);
    })
    .await;
}

#[tokio::test]
async fn links_come_in_by_the_names_of_their_ends() {
    on_both(async |world| {
        world.client("Basalt").await;
        world.record("projects", &[("project_name", "Site")]).await;
        let file = b"Client,Project,Role,Notes\nBasalt,Site,lead,x\nBasalt,Sight,Lead,\n";
        let import = brought(world, Role::Plain, "links", file).await;
        let page = act(world, Role::Plain, &import, "run", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (1, 1), "{page}");
        assert_eq!(world.texts("SELECT relationship_type FROM client_project_relationships"), ["Lead"]);
        let again = brought(world, Role::Plain, "client_project_relationships", file).await;
        assert_eq!(count(&act(world, Role::Plain, &again, "run", &[]).await, "Unchanged"), 1);
        act(world, Role::Plain, &import, "undo", &[]).await;
        assert_eq!(world.number("SELECT count(*) FROM client_project_relationships"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_its_persons_alone_and_writes_what_they_may_write() {
    on_both(async |world| {
        let file = b"Project name,Capital cost (million USD)\nSite,12\n";
        let import = brought(world, Role::Plain, "projects", file).await;
        let page = world.page(Role::Plain, &import).await;
        assert!(!page.contains("value=\"capex\""), "figures are confidential");
        for role in [Role::Team, Role::Admin, Role::Confidential] {
            assert_eq!(world.get(role, &import).await.status, StatusCode::NOT_FOUND);
            assert_eq!(world.get(role, &format!("{import}/reasons")).await.status, StatusCode::NOT_FOUND);
            for what in ["rehearse", "run", "undo"] {
                let answer = world.post(role, &format!("{import}/{what}"), &[]).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND);
            }
            assert!(!world.page(role, "/import").await.contains("a.csv"));
        }
        // A column that was named by hand goes nowhere.
        let page =
            act(world, Role::Plain, &import, "run", &[("column_0", "project_name"), ("column_1", "capex")]).await;
        assert_eq!(count(&page, "New"), 1, "{page}");
        assert_eq!(world.number("SELECT count(*) FROM projects WHERE capex IS NOT NULL"), 0);
        assert_eq!(bring(world, Role::ReadOnly, "clients", "a.csv", b"Name\nx\n").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn what_one_may_not_see_is_no_duplicate() {
    let mut told = Vec::new();
    for is_there in [true, false] {
        let world = World::sqlite();
        let client = world.client("Basalt").await;
        if is_there {
            let fields = [("summary", "hidden"), ("is_confidential", "on"), ("contact_type", "Phone")];
            world.contact(Role::Confidential, client, 3, &fields).await;
        } else {
            // The day of a contact counts for everyone.
            world.contact(Role::Confidential, client, 3, &[("contact_type", "Phone"), ("summary", "open")]).await;
        }
        let file = format!("Client,Date,Type,Made by\nBasalt,{},Phone,The confidential person\n", world.days_ago(3));
        let import = brought(&world, Role::Plain, "contacts", file.as_bytes()).await;
        let page = act(&world, Role::Plain, &import, "rehearse", &[]).await;
        told.push((count(&page, "New"), page.contains("Here already")));
    }
    assert_eq!(told, [(1, false), (0, true)]);
}

#[tokio::test]
async fn what_is_no_table_is_refused_in_words() {
    let zip = |name: &str, bytes: &[u8]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let bomb = zip("xl/workbook.xml", &vec![b' '; 101 * 1024 * 1024]);
    on_both(async |world| {
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "Name").unwrap();
        let mut cut = book.save_to_buffer().unwrap();
        cut.truncate(cut.len() / 2);
        let wide = "a,".repeat(300);
        let long = format!("Name\n{}\n", "a".repeat(40_000));
        let many = "x\n".repeat(100_003);
        for (name, bytes) in [
            ("empty", Vec::new()),
            ("blank", b"\r\n\r\n , ,\r\n".to_vec()),
            ("binary", b"\x7fELF\x02\x00\x00".to_vec()),
            ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
            ("pdf", b"%PDF-1.7\n".to_vec()),
            ("zip", zip("a.txt", b"a")),
            ("book", zip("xl/workbook.xml", b"<workbook/>")),
            ("bomb", bomb.clone()),
            ("cut", cut),
            ("wide", wide.into_bytes()),
            ("long", long.into_bytes()),
            ("many", many.into_bytes()),
        ] {
            let answer = bring(world, Role::Plain, "clients", name, &bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.body);
            assert!(answer.body.contains("Nothing was imported."), "{name}: {}", answer.body);
        }
        let unknown = bring(world, Role::Plain, "bakeries", "a.csv", b"Name\nx\n").await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.post(Role::Plain, "/import", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.number("SELECT count(*) FROM imports"), 0);
        let folder = world.config.backups.with_file_name("imports");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "nothing is kept of them");
        // What cannot be seen is told, and keeps only its row out.
        let import = brought(world, Role::Plain, "clients", b"Client\nA\x07b\n<script>alert(1)</script>\n").await;
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (1, 1), "{page}");
        assert!(!page.contains("<script>alert"), "{page}");
    })
    .await;
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

#[tokio::test]
async fn five_hundred_damaged_files_break_nothing() {
    let world = World::sqlite();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(["Client", "Type", "Notes", "Date"]) {
        sheet.write_string(0, column, head).unwrap();
        for row in 1..40 {
            sheet.write_string(row, column, format!("{head} {row}")).unwrap();
        }
    }
    let table = "Client;Type;Date\nBasalt;IPP;1.2.2026\n\"Granite\nNorth\";Utility;31.12.2025\n".repeat(30);
    let (book, mut chance) = (book.save_to_buffer().unwrap(), Chance(11));
    for number in 0..500 {
        let mut file = if number % 2 == 0 { book.clone() } else { table.clone().into_bytes() };
        for _ in 0..=chance.below(12) {
            let place = chance.below(file.len());
            file[place] = u8::try_from(chance.below(256)).unwrap();
        }
        if chance.below(4) == 0 {
            file.truncate(chance.below(file.len()));
        }
        let answer = bring(&world, Role::Plain, "clients", "a", &file).await;
        let is_table = answer.status == StatusCode::SEE_OTHER;
        assert!(is_table || answer.status == StatusCode::UNPROCESSABLE_ENTITY, "{number}: {}", answer.body);
        if is_table {
            let page = world.page(Role::Plain, answer.location()).await;
            assert!(page.contains("Goes to"), "{number}: {page}");
            if chance.below(10) == 0 {
                let answer = world.post(Role::Plain, &format!("{}/rehearse", answer.location()), &[]).await;
                assert!(answer.status.is_redirection() || answer.status.is_client_error(), "{number}: {}", answer.body);
            }
        }
    }
    assert_eq!(world.number("SELECT count(*) FROM clients"), 0);
    // Of those that were tables, the last ten keep their rows.
    assert_eq!(world.number("SELECT count(*) FROM imports"), 100);
    let folder = world.config.backups.with_file_name("imports");
    let rows = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "rows");
    let kept = std::fs::read_dir(folder).unwrap().filter(|file| rows(&file.as_ref().unwrap().path())).count();
    assert_eq!(kept, 10);
}

#[tokio::test]
async fn words_that_are_on_no_list_are_told_what_they_mean_once() {
    on_both(async |world| {
        let poc = world.person(Role::Plain).to_string();
        let file = "Name;Type;Point of contact\r\nGranite;Util.;A. Plain\r\nBasalt;Stadtwerk;\r\nSlate;utility;\r\n\
                    Marl;n/a;A. Plain\r\n";
        let import = brought(world, Role::Plain, "clients", file.as_bytes()).await;
        let page = world.page(Role::Plain, &import).await;
        assert!(page.contains("Words that are on no list"), "{page}");
        // What begins alike is proposed; nothing is taken for it before the form is sent.
        assert!(is_chosen(&page, "means_1_0", "Utility"), "{page}");
        assert!(!page.contains("name=\"means_1_2\""), "a word of the list: {page}");
        assert!(
            page.contains("Type “Stadtwerk” means") && page.contains("Primary point of contact “A. Plain” means"),
            "{page}"
        );
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (1, 3), "{page}");
        let meant = [("means_1_0", "Utility"), ("means_1_1", "Utility"), ("means_1_3", "-"), ("means_2_0", &*poc)];
        let page = act(world, Role::Plain, &import, "rehearse", &meant).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (4, 0), "{page}");
        assert!(is_chosen(&page, "means_1_3", "-") && is_chosen(&page, "means_2_0", &poc), "{page}");
        act(world, Role::Plain, &import, "run", &[]).await;
        let found = "SELECT client_name || ' ' || COALESCE(client_type, '-') || ' ' || COALESCE(mpr_primary_poc, 0) \
                     FROM clients ORDER BY client_name";
        let row = |name: &str, kind: &str, poc: &str| format!("{name} {kind} {poc}");
        let rows = [
            ("Basalt", "Utility", "0"),
            ("Granite", "Utility", &*poc),
            ("Marl", "-", &*poc),
            ("Slate", "Utility", "0"),
        ];
        assert_eq!(world.texts(found), rows.map(|(name, kind, poc)| row(name, kind, poc)));
        // The next file of these columns is read by the same words; one that nobody may choose is not taken.
        let next = brought(world, Role::Plain, "clients", b"Name;Type;Point of contact\r\nOpal;stadtwerk;\r\n").await;
        let page = act(world, Role::Plain, &next, "rehearse", &[("means_1_0", "Bakery")]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (0, 1), "{page}");
        let again = brought(world, Role::Plain, "clients", b"Name;Type;Point of contact\r\nJade;Util.;\r\n").await;
        let page = act(world, Role::Plain, &again, "rehearse", &[]).await;
        assert_eq!((count(&page, "New"), count(&page, "With a problem")), (1, 0), "{page}");
    })
    .await;
}
