//! Route × role → who is let in, as a committed table: a new route without its row fails.

use axum::http::{Method, StatusCode};

use crate::mcp::flags;
use crate::planted::plant;
use crate::world::{Answer, Role, World};

const TABLE: &str = include_str!("permissions.txt");

fn verdict(answer: &Answer) -> &'static str {
    let to_sign_in = answer.headers.get("location").is_some_and(|location| location == "/sign-in");
    match answer.status {
        StatusCode::UNAUTHORIZED => "401",
        StatusCode::SEE_OTHER if to_sign_in => "sign-in",
        StatusCode::FORBIDDEN => "403",
        status if status.is_server_error() => "failed",
        _ => "in",
    }
}

#[tokio::test]
async fn every_route_lets_in_exactly_whom_the_table_says() {
    let world = World::sqlite_with(&flags());
    let planted = plant(&world, true).await;
    let routes = roundtable::routes();
    let mut lines: Vec<String> = Vec::new();
    for route in routes.list().iter().filter(|route| route.path != "/sign-out") {
        let mut line = format!("{:<4} {:<46}", route.method.as_str(), route.path);
        for role in Role::all() {
            let address = planted.address(&world, &route.path);
            let answer = match route.method {
                Method::GET => world.get(role, &address).await,
                _ => world.ask(&route.method, role, &address, &[]).await,
            };
            line.push_str(&format!(" {}={}", role.name(), verdict(&answer)));
        }
        lines.push(line);
    }
    lines.sort();
    let table: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    let actual = lines.join("\n");
    assert!(table == lines, "permissions.txt should read:\n{actual}");
}
