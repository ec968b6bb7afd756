//! Day 60, 61, 90, 91, today and never are in the right group on every page that shows attention (product.md §3).

use crate::world::{Role, World, on_both};

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
            let figure = dashboard.split("<a class=\"rt-figure").skip(1).find(|part| part.contains(label)).unwrap();
            assert!(figure.contains(&format!("<strong>{number}</strong>")), "{label}: {figure}");
        }
        for (attention, names) in [("Urgent", 1), ("Warning", 2), ("Never contacted", 1)] {
            let group = dashboard.split(&format!("aria-label=\"{attention}\"")).nth(1).unwrap();
            let group = group.split("</section>").next().unwrap();
            assert_eq!(group.matches("<li>").count(), names, "{attention}");
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
