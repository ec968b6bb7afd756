//! Imports of many rows: what is kept in memory or done at the end is what would have been found and done row by row.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::response::IntoResponse;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use roundtable::db::{Database, refresh_statistics};
use roundtable::error::Error;

use crate::sheets::{act, brought, count};
use crate::world::{Role, World, on_both};

#[tokio::test]
async fn an_import_points_out_the_names_that_a_form_points_out() {
    const KNOWN: [&str; 8] = [
        "Tidewater Public Power",
        "Tennessee Valley Authority",
        "Énergie du Nord S.A.",
        "Granite Power (Ohio)",
        "Client 12",
        "EDF",
        "Quarry Grid and Resources",
        "The Basalt Company",
    ];
    const TYPED: [&str; 16] = [
        "Tidewatr Public Powr, Inc.",
        "TVA",
        "Tennessee Valley Authority (TVA)",
        "Energie Nord",
        "Energie du Norde",
        "Granite Power",
        "Granit Power (Ohio)",
        "Client 13",
        "Clients 12",
        "EDP",
        "Quary Grid & Resource",
        "QuarryGrid and Resources",
        "Basalt",
        "Bazalt LLC",
        "tidewater   PUBLIC power ltd",
        "Slate",
    ];
    on_both(async |world| {
        for name in KNOWN {
            world.client(name).await;
        }
        let mut by_hand = Vec::new();
        for name in TYPED {
            let answer = world.post(Role::Plain, "/clients/new", &[("client_name", name)]).await;
            let is_near = answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            if is_near {
                by_hand.push(name);
            } else {
                let id = answer.new_id();
                world.post(Role::Admin, &format!("/clients/{id}/delete"), &[]).await.location();
            }
        }
        let file = format!("Client\n\"{}\"\n", TYPED.join("\"\n\""));
        let import = brought(world, Role::Plain, "clients", file.as_bytes()).await;
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        let known = page.split("aria-label=\"Here already\"").nth(1).unwrap_or_default();
        let known = known.split("</table>").next().unwrap_or_default();
        let of_row = |name: &&str| {
            let row = TYPED.iter().position(|one| one == name).unwrap() + 2;
            known.contains(&format!("<td class=\"rt-num\">{row}</td>"))
        };
        let told: Vec<&str> = TYPED.into_iter().filter(|name| of_row(name)).collect();
        assert_eq!(told, by_hand, "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_an_import_wrote_is_found_and_what_it_replaced_is_not() {
    on_both(async |world| {
        world.record("owners", &[("company_name", "Granite Partners"), ("notes", "feldspar")]).await;
        let archived = world.record("owners", &[("company_name", "Slate Partners"), ("notes", "schist")]).await;
        world.post(Role::Plain, &format!("/owners/{archived}/archive"), &[("archived", "on")]).await.location();
        let file = "Company name,Notes\nGranite Partners,quartz\nSlate Partners,gneiss\nMarble Works,calcite\n\
                    Marble Works,travertine\n";
        let import = brought(world, Role::Admin, "owners", file.as_bytes()).await;
        let asked = [("known", "overwrite"), ("brings_back", "on")];
        act(world, Role::Admin, &import, "rehearse", &asked).await;
        assert!(!is_found(world, "quartz").await, "a rehearsal changes nothing");
        let page = act(world, Role::Admin, &import, "run", &asked).await;
        assert_eq!((count(&page, "New"), count(&page, "Overwritten")), (1, 3), "{page}");
        for (word, is_there) in [
            ("quartz", true),
            ("feldspar", false),
            ("gneiss", true),
            ("schist", false),
            ("travertine", true),
            ("calcite", false),
            ("slate", true),
            ("marbel", true),
        ] {
            assert_eq!(is_found(world, word).await, is_there, "{word}");
        }
        act(world, Role::Admin, &import, "undo", &[]).await;
        for (word, is_there) in
            [("quartz", false), ("feldspar", true), ("gneiss", false), ("marble", false), ("slate", false)]
        {
            assert_eq!(is_found(world, word).await, is_there, "{word}");
        }
    })
    .await;
}

/// Whether a search finds an owner.
async fn is_found(world: &World, word: &str) -> bool {
    world.page(Role::Plain, &format!("/search?q={word}")).await.contains("href=\"/owners/")
}

#[tokio::test]
async fn others_save_while_many_rows_are_rehearsed() {
    on_both(async |world| {
        let rows: String = (0..1_500).map(|row| format!("Company {row},of interest {row}\n")).collect();
        let import = brought(world, Role::Plain, "owners", format!("Company name,Notes\n{rows}").as_bytes()).await;
        let state = || world.texts("SELECT state FROM imports").concat();
        let folder = world.config.backups.with_file_name("imports");
        let save = async {
            let begun = Instant::now();
            while state() != "rehearsing" {
                assert!(begun.elapsed() < Duration::from_secs(20), "it does not begin");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // Records of the same kind too, whose counts and words many rows share.
            world.record("owners", &[("company_name", "Interest of others")]).await;
            let id = world.client("Granite").await;
            world.contact(Role::Plain, id, 3, &[]).await;
            (id, state())
        };
        let address = format!("{import}/rehearse");
        let (answer, (client, while_saved)) = tokio::join!(world.post(Role::Plain, &address, &[]), save);
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(while_saved, "rehearsing");
        while state() == "rehearsing" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let page = world.page(Role::Plain, &import).await;
        assert_eq!(count(&page, "New"), 1_500, "{page}");
        assert_eq!(world.number(&format!("SELECT count(*) FROM clients WHERE client_id = {client}")), 1);
        assert_eq!(world.number("SELECT count(*) FROM owners_developers"), 1);
        let kept: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert!(kept.iter().all(|name| !name.contains(".copy")), "{kept:?}");
    })
    .await;
}

#[tokio::test]
async fn who_saves_while_an_import_is_saved_waits_longer_and_is_told_why() {
    let world = World::sqlite();
    let database = Database::new(world.config.database.clone(), world.config.durability, 2);
    let mut import = world.db();
    import.batch_execute("BEGIN IMMEDIATE").unwrap();
    let save = || {
        let database = database.clone();
        async move { database.write_patiently(|db| Ok(db.batch_execute("UPDATE imports SET state = state")?)).await }
    };
    // Whoever came before it was known that the import takes long.
    let impatient = tokio::spawn(save());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let long_work = database.begin_long_work();
    let patient = tokio::spawn(save());
    tokio::time::sleep(Duration::from_millis(5_500)).await;
    import.batch_execute("COMMIT").unwrap();
    assert!(patient.await.unwrap().is_ok());
    drop(long_work);
    let refused = impatient.await.unwrap().unwrap_err();
    assert!(matches!(refused, Error::Importing), "{refused}");
    assert_eq!(refused.into_response().status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn one_change_of_very_many_rows_leaves_others_quick() {
    let world = World::sqlite();
    world.execute("INSERT INTO changes (change_id, occurred_date, way) VALUES (7, '2026-11-01 00:00:00', 'import')");
    world.execute(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 5000) \
         INSERT INTO audit_log (change_id, action, table_name, record_id, sensitivity, changes) \
         SELECT 7, 'create', 'owners_developers', number, 'public', '{}' FROM numbers",
    );
    refresh_statistics(&mut world.db()).unwrap();
    // As the news of a meeting and the webhooks ask after each save.
    let plan = "EXPLAIN QUERY PLAN SELECT DISTINCT table_name, record_id FROM audit_log WHERE change_id = 8";
    let mut db = world.db();
    let roundtable::db::Db::Sqlite(db) = &mut db else { panic!("not SQLite") };
    let steps: Vec<Step> = diesel::sql_query(plan).load(db).unwrap();
    assert!(steps.iter().any(|step| step.detail.contains("audit_of_change")), "{steps:?}");
}

/// A step by which SQLite means to answer.
#[derive(Debug, diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}
