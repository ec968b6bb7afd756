//! What the firm sets for itself, and what runs here.

use axum::http::StatusCode;

use crate::world::{Role, World, on_both};

#[tokio::test]
async fn what_the_firm_sets_holds_in_every_process_with_its_next_page() {
    on_both(async |world| {
        let id = world.client("Granite Power").await;
        world.contact(Role::Plain, id, 70, &[]).await;
        let other = World::beside(world);
        assert!(other.page(Role::Plain, "/clients").await.contains("rt-badge-warning"));
        let fields = [("organisation", "Reactor Advice"), ("warning_after_days", "75"), ("version", "1")];
        world.post(Role::Admin, "/admin/settings", &fields).await.location();
        for process in [world, &other] {
            let page = process.page(Role::Plain, "/clients").await;
            assert!(page.contains("Reactor Advice") && !page.contains("rt-badge-warning"), "{page}");
        }
        assert!(other.page(Role::Plain, &format!("/clients/{id}")).await.contains("On track"));
        world.post(Role::Admin, "/admin/settings", &[("version", "2")]).await.location();
        assert!(
            other.page(Role::Plain, "/clients").await.contains("rt-badge-warning"),
            "nothing set: as it was started"
        );
    })
    .await;
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_beside_their_fields() {
    on_both(async |world| {
        let wrong = [
            (("warning_after_days", "90"), "enter fewer days"),
            (("urgent_after_days", "0"), "a whole number from 1 to 999"),
            (("session_days", "1.5"), "a whole number from 1 to 999"),
            (("time_zone", "Mars/Olympus"), "the name of a time zone"),
        ];
        for (field, words) in wrong {
            let answer = world.post(Role::Admin, "/admin/settings", &[field, ("organisation", "Typed")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field:?}");
            assert!(answer.body.contains(words) && answer.body.contains("Typed"), "{field:?}: {}", answer.body);
        }
        assert_eq!(world.number("SELECT version FROM firm"), 1);
    })
    .await;
}

#[tokio::test]
async fn lists_that_may_grow_suggest_what_the_firm_adds_and_what_is_in_use() {
    on_both(async |world| {
        let other = World::beside(world);
        let offered = async |world: &World| {
            let page = world.page(Role::Plain, "/owners/new").await;
            let list = page.split("<datalist").nth(1).and_then(|rest| rest.split("</datalist>").next()).unwrap();
            list.matches("<option value=\"").count()
        };
        let usual = offered(&other).await;
        let own = "Crown corporation\r\n\r\n  IOU \r\nTribal utility\r\nTribal utility";
        let fields = [("company_type", own), ("version", "1")];
        world.post(Role::Admin, "/admin/settings", &fields).await.location();
        assert_eq!(world.texts("SELECT company_type FROM firm"), ["Crown corporation\nTribal utility"]);
        assert_eq!(offered(&other).await, usual + 2);
        let page = other.page(Role::Plain, "/owners/new").await;
        assert!(page.contains("Tribal utility"), "{page}");
        let typed = [("company_name", "Harbour Trust"), ("company_type", "Trust")];
        world.post(Role::Plain, "/owners/new", &typed).await.location();
        assert_eq!(offered(&other).await, usual + 3);
        let long = "x".repeat(61);
        let answer = world.post(Role::Admin, "/admin/settings", &[("sector", &*long), ("version", "2")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("one value a line"), "{}", answer.body);
    })
    .await;
}

#[tokio::test]
async fn days_begin_in_the_time_zone_that_is_set() {
    on_both(async |world| {
        // Noon in London is tomorrow's first hour in Kiritimati, fourteen hours ahead.
        let id = world.client("Granite Power").await;
        world.contact(Role::Plain, id, 0, &[]).await;
        assert!(world.page(Role::Plain, &format!("/clients/{id}")).await.contains("today"));
        let fields = [("time_zone", "Pacific/Kiritimati"), ("version", "1")];
        world.post(Role::Admin, "/admin/settings", &fields).await.location();
        assert!(world.page(Role::Plain, &format!("/clients/{id}")).await.contains("yesterday"));
    })
    .await;
}

#[tokio::test]
async fn about_names_the_database_and_the_works_in_the_program() {
    on_both(async |world| {
        let page = world.page(Role::ReadOnly, "/about").await;
        let engine = if world.config.database.file().is_some() { "SQLite 3." } else { "PostgreSQL 1" };
        assert!(page.contains(engine), "{page}");
        let manifest: toml::Table = toml::from_str(include_str!("../../Cargo.toml")).unwrap();
        let of_others =
            manifest["dependencies"].as_table().unwrap().iter().filter(|(_, from)| from.get("path").is_none());
        for (name, _) in of_others {
            assert!(page.contains(&format!("<li>{name} ")), "{name}: run scripts/works");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_hour_tells_what_is_to_be_done_and_fills_an_empty_database_once() {
    on_both(async |world| {
        assert_eq!(world.get(Role::Admin, "/").await.location(), "/admin/start");
        assert_eq!(world.get(Role::Plain, "/").await.location(), "/clients");
        let page = world.page(Role::Admin, "/admin/start").await;
        assert!(page.contains("Choose a password of your own") && page.contains("demonstration records"));
        let done = |page: &str| page.matches("<li data-done>").count();
        let before = done(&page);
        world.post(Role::Admin, "/admin/settings", &[("organisation", "Advice"), ("version", "1")]).await.location();
        assert_eq!(done(&world.page(Role::Admin, "/admin/start").await), before + 1);
        world.post(Role::Admin, "/admin/demonstration", &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM clients"), 28);
        assert_eq!(
            world.number(
                "SELECT count(*) FROM users WHERE is_active AND email LIKE '%@mpr.example' \
            AND username IN ('ana', 'helen', 'tom')"
            ),
            0,
            "a demonstration opens no door"
        );
        assert_eq!(world.get(Role::Admin, "/").await.location(), "/crm/dashboard");
        let again = world.post(Role::Admin, "/admin/demonstration", &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert_eq!(world.number("SELECT count(*) FROM clients"), 28);
    })
    .await;
}
