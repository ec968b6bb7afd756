//! The dashboard: one panel with tabs, what is coming beside it, and how the figures moved.

use axum::http::StatusCode;
use chrono::{Days, NaiveDate};
use roundtable::history;

use crate::world::{Role, World, on_both};

const DASHBOARD: &str = "/crm/dashboard";

/// A client whose last contact was so many days ago.
async fn silent(world: &World, name: &str, days: u64) -> i64 {
    let id = world.client(name).await;
    world.contact(Role::Plain, id, days, &[]).await;
    id
}

/// The panel of a dashboard.
fn panel(page: &str) -> &str {
    let panel = page.split("id=\"needs\"").nth(1).unwrap();
    panel.split("</section>").next().unwrap()
}

/// A figure of a dashboard by its label.
fn figure<'p>(page: &'p str, label: &str) -> &'p str {
    let figures = page.split("<div class=\"rt-figure").skip(1);
    let figure = figures.map(|part| part.split("</div>").next().unwrap()).find(|part| part.contains(label));
    figure.unwrap_or_else(|| panic!("no figure {label}"))
}

#[tokio::test]
async fn the_panel_begins_with_the_most_urgent_there_are_and_each_tab_is_a_link() {
    on_both(async |world| {
        world.client("Silent").await;
        silent(world, "Waiting", 70).await;
        let page = world.page(Role::Team, DASHBOARD).await;
        assert!(panel(&page).contains(">Waiting<") && !panel(&page).contains(">Silent<"));
        for days in [100, 120] {
            silent(world, &format!("Quiet {days}"), days).await;
        }
        let page = world.page(Role::Team, DASHBOARD).await;
        let (longest, other) = (panel(&page).find(">Quiet 120<"), panel(&page).find(">Quiet 100<"));
        assert!(longest.unwrap() < other.unwrap() && !panel(&page).contains(">Waiting<"));
        for (tab, name) in [("warning", ">Waiting<"), ("never", ">Silent<"), ("urgent", ">Quiet 100<")] {
            let link = format!("{DASHBOARD}?panel={tab}");
            assert!(panel(&page).contains(&format!("href=\"{link}\"")), "{tab}");
            let page = world.page(Role::Team, &link).await;
            let names = [">Waiting<", ">Silent<", ">Quiet 100<"].map(|one| panel(&page).contains(one));
            assert_eq!(names.iter().filter(|there| **there).count(), 1, "{tab}");
            assert!(panel(&page).contains(name), "{tab}");
        }
        let narrowed = world.page(Role::Team, &format!("{DASHBOARD}?attention=warning")).await;
        assert!(panel(&narrowed).contains(">Waiting<") && !panel(&narrowed).contains("panel=urgent"));
    })
    .await;
}

#[tokio::test]
async fn the_table_begins_with_the_urgent_and_ends_with_those_on_track() {
    on_both(async |world| {
        world.client("Silent").await;
        for (name, days) in [("Alpha", 5), ("Beta", 100), ("Gamma", 70), ("Delta", 200), ("Epsilon", 50)] {
            silent(world, name, days).await;
        }
        let page = world.page(Role::Team, DASHBOARD).await;
        let table = page.split("<tbody>").nth(1).unwrap();
        let order = ["Delta", "Beta", "Gamma", "Silent", "Epsilon", "Alpha"];
        let places = order.map(|name| table.find(&format!(">{name}<")).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        let turned = world.page(Role::Team, &format!("{DASHBOARD}?sort=-attention")).await;
        let table = turned.split("<tbody>").nth(1).unwrap();
        let places = order.map(|name| table.find(&format!(">{name}<")).unwrap());
        assert!(places.iter().rev().is_sorted(), "{places:?}");
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_is_ticked_where_it_stands_and_all_of_them_are_one_link_away() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        for _ in 0..6 {
            world.contact(Role::Plain, id, 1, &[("follow_up_needed", "on")]).await;
        }
        world.execute(&format!("UPDATE contact_log SET follow_up_date = '{}'", world.days_ago(2)));
        let page = world.page(Role::Team, DASHBOARD).await;
        assert_eq!(page.matches("/completion\"").count(), 4);
        assert!(page.contains("href=\"/follow-ups\"") && page.contains("Late: </span><time"));
        let all = world.page(Role::Team, "/follow-ups").await;
        assert_eq!(all.matches("/completion\"").count(), 6);
        let contact = world.number("SELECT max(contact_id) FROM contact_log");
        let tick = format!("/follow-ups/{contact}/completion");
        for (back, leads) in [("dashboard", DASHBOARD), ("my-work", "/my-work"), ("follow-ups", "/follow-ups")] {
            let answer = world.post(Role::Team, &tick, &[("back", back)]).await;
            assert_eq!(answer.location(), leads);
        }
        let elsewhere = world.post(Role::Team, &tick, &[("back", "//elsewhere.example")]).await;
        assert_eq!(elsewhere.location(), format!("/clients/{id}"));
        assert_eq!(world.page(Role::Team, "/follow-ups").await.matches("/completion\"").count(), 5);
        let looks = world.page(Role::ReadOnly, "/follow-ups").await;
        assert!(looks.contains("Northern Light") && !looks.contains("/completion"));
        assert!(world.page(Role::Team, "/follow-ups?page=9").await.contains("Northern Light"));
    })
    .await;
}

#[tokio::test]
async fn follow_ups_of_confidential_contacts_are_listed_for_those_who_may_see_them() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        let hidden = [("follow_up_needed", "on"), ("is_confidential", "on")];
        world.contact(Role::Confidential, id, 1, &hidden).await;
        assert!(world.page(Role::Confidential, "/follow-ups").await.contains("Northern Light"));
        assert!(!world.page(Role::Team, "/follow-ups").await.contains("Northern Light"));
    })
    .await;
}

/// What the server does of its own accord.
fn keep(world: &World) {
    let mut db = world.db();
    let due = history::due(&mut db, &world.config, &world.visit()).unwrap();
    history::keep(&mut db, &due).unwrap();
}

#[tokio::test]
async fn figures_tell_how_they_moved_since_the_last_meeting() {
    on_both(async |world| {
        let id = silent(world, "Quiet", 130).await;
        let page = world.page(Role::Team, DASHBOARD).await;
        assert!(!figure(&page, "Urgent").contains("since"), "nothing was kept yet");
        let meeting = world.days_ago(13);
        let entry = [("meeting_date", &*meeting), ("next_steps", "Call them")];
        world.post(Role::Team, &format!("/crm/roundtable/{id}"), &entry).await.location();
        keep(world);
        silent(world, "Quieter", 200).await;
        let page = world.page(Role::Team, DASHBOARD).await;
        assert!(figure(&page, "Urgent").contains("+1 since"), "{}", figure(&page, "Urgent"));
        assert!(figure(&page, "Urgent").contains("3 Nov</time>"));
        assert!(figure(&page, "Warning").contains("No change since"));
        // What the team thought of clients on a day gone by is told by nothing.
        assert!(!figure(&page, "High priority").contains("since"));
        assert!(figure(&page, "Urgent").contains("<polyline"));
        assert!(figure(&page, "Urgent").contains("Nov 2026 2"), "the line is told in words");
    })
    .await;
}

#[tokio::test]
async fn days_gone_by_are_what_the_contacts_tell_of_them() {
    on_both(async |world| {
        // The world begins on 16 November 2026: on 1 November, 85 and 105 days had passed.
        silent(world, "Warned", 100).await;
        silent(world, "Urged", 120).await;
        silent(world, "Fine", 50).await;
        let both = silent(world, "Spoken to since", 130).await;
        world.contact(Role::Plain, both, 2, &[]).await;
        let archived = silent(world, "Archived", 130).await;
        world.post(Role::Plain, &format!("/clients/{archived}/archive"), &[("archived", "on")]).await.location();
        world.client("New today").await;
        keep(world);
        keep(world);
        let day =
            |day: &str, column: &str| world.number(&format!("SELECT {column} FROM daily_figures WHERE day = '{day}'"));
        let of = |on: &str| ["clients", "urgent", "warning", "never_contacted"].map(|column| day(on, column));
        assert_eq!(of("2026-11-01"), [4, 2, 1, 0]);
        assert_eq!(of("2026-11-16"), [5, 2, 0, 1]);
        assert_eq!(of("2026-07-01"), [0, 0, 0, 0]);
        assert_eq!(world.number("SELECT count(*) FROM daily_figures"), 13);
        assert_eq!(world.number("SELECT count(*) FROM daily_figures WHERE high_priority IS NULL"), 12);
        let next: NaiveDate = world.today() + Days::new(1);
        world.set_clock(next.and_hms_opt(8, 0, 0).unwrap());
        keep(world);
        assert_eq!(world.number("SELECT count(*) FROM daily_figures"), 14);
    })
    .await;
}

#[tokio::test]
async fn contacts_per_month_are_those_that_one_may_see() {
    on_both(async |world| {
        let id = world.client("Northern Light").await;
        for (role, days, more) in [
            (Role::Plain, 1, &[][..]),
            (Role::Plain, 2, &[]),
            (Role::Plain, 20, &[]),
            (Role::Confidential, 3, &[("is_confidential", "on")]),
        ] {
            world.contact(role, id, days, more).await;
        }
        let row = async |role, month: &str| {
            let page = world.page(role, "/crm/trends").await;
            let contacts = page.split("id=\"contacts-title\"").nth(1).unwrap().to_owned();
            let row = contacts.split(&format!("<th scope=\"row\">{month}</th>")).nth(1).unwrap();
            row.split("<td class=\"rt-num\">").nth(1).unwrap().split('<').next().unwrap().trim().to_owned()
        };
        assert_eq!(row(Role::Team, "Nov 2026").await, "2");
        assert_eq!(row(Role::Admin, "Nov 2026").await, "3");
        assert_eq!(row(Role::Team, "Oct 2026").await, "1");
        let moved = world.number("SELECT min(contact_id) FROM contact_log WHERE NOT is_confidential");
        let earlier = [("contact_date", &*world.days_ago(50)), ("contact_type", "Phone")];
        world.post(Role::Plain, &format!("/contacts/{moved}/edit"), &earlier).await.location();
        let months = [row(Role::Team, "Sep 2026").await, row(Role::Team, "Dec 2025").await];
        assert_eq!(months, ["1", "0"]);
        for role in [Role::Plain, Role::Confidential, Role::ReadOnly] {
            assert_eq!(world.get(role, "/crm/trends").await.status, StatusCode::FORBIDDEN);
        }
    })
    .await;
}
