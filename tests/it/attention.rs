//! Day 60, 61, 90, 91, today and never are in the right group on every page that shows attention (product.md §3).

use axum::http::StatusCode;
use chrono::Days;
use roundtable::config::Flags;

use crate::world::{Role, World, beginning, on_both, on_both_with};

/// Clients with their days since the last contact, and the attention that follows.
const CASES: [(&str, Option<u64>, &str); 6] = [
    ("Case today", Some(0), "fine"),
    ("Case sixty", Some(60), "fine"),
    ("Case sixty-one", Some(61), "warning"),
    ("Case ninety", Some(90), "warning"),
    ("Case ninety-one", Some(91), "urgent"),
    ("Case silent", None, "never"),
];

async fn clients(world: &World) -> Vec<(i64, &'static str, &'static str)> {
    let poc = world.person(Role::Team).to_string();
    let mut clients = Vec::new();
    for (name, days, attention) in CASES {
        let fields = [("client_name", name), ("mpr_primary_poc", &*poc)];
        let id = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        if let Some(days) = days {
            world.contact(Role::Plain, id, days, &[]).await;
        }
        clients.push((id, name, attention));
    }
    clients
}

/// The rows of a table, each with its class and its text.
fn rows(page: &str) -> Vec<&str> {
    page.split("<tr ").skip(1).filter_map(|row| row.split("</tr>").next()).collect()
}

#[tokio::test]
async fn every_page_agrees_on_the_attention_of_a_client() {
    on_both(async |world| {
        let clients = clients(world).await;
        let poc = format!("/crm/poc/{}", world.person(Role::Team));
        for path in ["/clients", "/crm/dashboard", &poc, "/my-work"] {
            let page = world.page(Role::Team, path).await;
            for (_, name, attention) in &clients {
                let row = rows(&page).into_iter().find(|row| row.contains(&format!(">{name}<")));
                let row = row.unwrap_or_else(|| panic!("{name} is missing on {path}"));
                assert!(row.contains(&format!("rt-row-{attention}")), "{name} on {path}: {row}");
                assert!(row.contains(&format!("rt-badge-{attention}")), "{name} on {path}: {row}");
            }
        }
        for (id, name, attention) in &clients {
            let page = world.page(Role::Plain, &format!("/clients/{id}")).await;
            assert!(page.contains(&format!("rt-badge-{attention}")), "{name}");
            let answer = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
            assert_eq!(answer["attention"], *attention, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_and_figures_count_the_same_clients() {
    on_both(async |world| {
        let clients = clients(world).await;
        for attention in ["urgent", "warning", "never", "fine"] {
            let page = world.page(Role::Plain, &format!("/clients?attention={attention}")).await;
            for (_, name, theirs) in &clients {
                assert_eq!(page.contains(&format!(">{name}<")), *theirs == attention, "{name} under {attention}");
            }
        }
        let dashboard = world.page(Role::Team, "/crm/dashboard").await;
        for (number, label) in [(6, "Clients"), (1, "Urgent"), (2, "Warning"), (0, "High priority")] {
            let figure = dashboard.split("<div class=\"rt-figure").skip(1).find(|part| part.contains(label)).unwrap();
            assert!(figure.contains(&format!("<strong>{number}</strong>")), "{label}: {figure}");
        }
        for (tab, names) in [("urgent", 1), ("warning", 2), ("never", 1)] {
            let page = world.page(Role::Team, &format!("/crm/dashboard?panel={tab}")).await;
            let rows = page.split("class=\"rt-needs\"").nth(1).unwrap().split("</ul>").next().unwrap();
            assert_eq!(rows.matches("<li>").count(), names, "{tab}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_narrows_the_groups_of_the_dashboard_too() {
    on_both(async |world| {
        clients(world).await;
        let page = world.page(Role::Team, "/crm/dashboard?search=ninety-one").await;
        assert!(
            page.contains(">Case ninety-one<") && !page.contains(">Case ninety<") && !page.contains(">Case silent<")
        );
    })
    .await;
}

#[tokio::test]
async fn a_future_date_on_record_asks_for_nothing() {
    on_both(async |world| {
        let id = world.client("From the old system").await;
        let ahead = world.days_ahead(3);
        world.execute(&format!("UPDATE clients SET last_contact_date = '{ahead}' WHERE client_id = {id}"));
        let page = world.page(Role::Team, "/crm/dashboard").await;
        assert!(page.contains("rt-badge-fine"));
        assert_eq!(world.get(Role::Plain, &format!("/clients/api/{id}")).await.json()["attention"], "fine");
    })
    .await;
}

#[tokio::test]
async fn the_thresholds_are_those_of_the_settings() {
    let flags = Flags { urgent_after_days: Some(30), warning_after_days: Some(10), ..Flags::default() };
    on_both_with(&flags, async |world| {
        for (name, days, attention) in
            [("Ten", 10, "fine"), ("Eleven", 11, "warning"), ("Thirty", 30, "warning"), ("More", 31, "urgent")]
        {
            let id = world.client(name).await;
            world.contact(Role::Plain, id, days, &[]).await;
            let answer = world.get(Role::Plain, &format!("/clients/api/{id}")).await.json();
            assert_eq!(answer["attention"], attention, "{name}");
            let page = world.page(Role::Plain, &format!("/clients?attention={attention}")).await;
            assert!(page.contains(&format!(">{name}<")), "{name} under {attention}");
        }
        let dashboard = world.page(Role::Team, "/crm/dashboard").await;
        for (number, label) in [(1, "Urgent"), (2, "Warning")] {
            let figure = dashboard.split("<div class=\"rt-figure").skip(1).find(|part| part.contains(label)).unwrap();
            assert!(figure.contains(&format!("<strong>{number}</strong>")), "{label}: {figure}");
        }
    })
    .await;
}

/// In Auckland the day begins at 11:00 in UTC, thirteen hours before it does in Greenwich.
#[tokio::test]
async fn a_day_begins_at_midnight_of_the_organisation() {
    let flags = Flags { time_zone: Some("Pacific/Auckland".parse().unwrap()), ..Flags::default() };
    on_both_with(&flags, async |world| {
        let at = |hour, minute| beginning().date().and_hms_opt(hour, minute, 0).unwrap();
        world.set_clock(at(10, 50));
        let id = world.client("Kauri Power").await;
        world.contact(Role::Plain, id, 90, &[]).await;
        let attention =
            async || world.get(Role::Plain, &format!("/clients/api/{id}")).await.json()["attention"].clone();
        assert_eq!(attention().await, "warning");
        let next_day = (beginning().date() + Days::new(1)).to_string();
        let path = format!("/clients/{id}/contact");
        let contact = [("contact_date", &*next_day), ("contact_type", "Phone")];
        assert_eq!(world.post(Role::Plain, &path, &contact).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        world.set_clock(at(11, 10));
        assert_eq!(attention().await, "urgent");
        world.post(Role::Plain, &path, &contact).await.location();
        assert_eq!(attention().await, "fine");
        let yesterday = [("contact_date", "yesterday"), ("contact_type", "Phone"), ("summary", "the day before")];
        world.post(Role::Plain, &path, &yesterday).await.location();
        let day = format!(
            "SELECT count(*) FROM contact_log WHERE summary = 'the day before' AND contact_date = '{}'",
            beginning().date()
        );
        assert_eq!(world.number(&day), 1);
    })
    .await;
}
