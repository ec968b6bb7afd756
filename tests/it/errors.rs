//! What people and programs read when something is not as they expect.

use axum::http::{StatusCode, header};

use crate::planted::plant;
use crate::world::{Answer, Role, on_both};

/// Whether an answer stands inside the shell.
fn is_in_shell(answer: &Answer) -> bool {
    answer.body.contains("Search everything")
}

#[tokio::test]
async fn a_request_of_the_wrong_kind_is_told_so_and_what_is_possible() {
    on_both(async |world| {
        for (role, path, allowed) in [
            (Role::Plain, "/clients", "GET,HEAD"),
            (Role::Anonymous, "/health", "GET,HEAD"),
            (Role::Plain, "/sign-out", "POST"),
        ] {
            let answer = match allowed {
                "POST" => world.get(role, path).await,
                _ => world.post(role, path, &[]).await,
            };
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_eq!(answer.headers[header::ALLOW], allowed, "{path}");
            assert!(answer.body.contains("Not possible here"), "{path}: {}", answer.body);
            assert_eq!(is_in_shell(&answer), role != Role::Anonymous, "{path}");
        }
        let answer = world.post(Role::Plain, "/clients/api/search", &[]).await;
        assert_eq!(answer.headers[header::ALLOW], "GET,HEAD");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(answer.json()["status"], 405);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_signed_in_reads_errors_inside_the_shell() {
    on_both(async |world| {
        for (path, status, words) in [
            ("/nowhere", StatusCode::NOT_FOUND, "Not found"),
            ("/clients/987654", StatusCode::NOT_FOUND, "Not found"),
            ("/clients/seven", StatusCode::NOT_FOUND, "Not found"),
            ("/admin/users", StatusCode::FORBIDDEN, "Not allowed"),
            ("/crm/roundtable", StatusCode::FORBIDDEN, "Not allowed"),
        ] {
            let answer = world.get(Role::Plain, path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.body.contains(words) && is_in_shell(&answer), "{path}: {}", answer.body);
            assert!(!answer.body.contains("/crm/dashboard"), "{path} offers what is not for everyone");
        }
        let refused = world.post(Role::ReadOnly, "/clients/new", &[]).await;
        assert!(refused.status == StatusCode::FORBIDDEN && is_in_shell(&refused), "{}", refused.body);
        let stranger = world.get(Role::Anonymous, "/nowhere").await;
        assert!(stranger.status == StatusCode::NOT_FOUND && !is_in_shell(&stranger), "{}", stranger.body);
        world.execute("DELETE FROM sessions");
        let ended = world.get(Role::Plain, "/nowhere").await;
        assert!(ended.status == StatusCode::NOT_FOUND && !is_in_shell(&ended), "{}", ended.body);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_record_and_a_missing_one_are_the_same_byte_for_byte() {
    on_both(async |world| {
        let planted = plant(world, true).await;
        let everything = |answer: Answer| (answer.status, answer.everything());
        let (hidden, missing) = (format!("/contacts/{}", planted.contact), "/contacts/7");
        for role in [Role::Plain, Role::Team] {
            let edit = async |path: &str| everything(world.get(role, &format!("{path}/edit")).await);
            assert_eq!(edit(&hidden).await, edit(missing).await);
            assert_eq!(edit(&hidden).await.0, StatusCode::NOT_FOUND);
            let save = async |path: &str| everything(world.post(role, &format!("{path}/edit"), &[]).await);
            assert_eq!(save(&hidden).await, save(missing).await);
        }
        let seen = world.get(Role::Confidential, &format!("{hidden}/edit")).await;
        assert_eq!(seen.status, StatusCode::OK);
    })
    .await;
}
