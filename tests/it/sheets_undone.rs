//! Undo of imports by whoever may, from the page of the import and from the audit log.

use axum::http::StatusCode;

use crate::sheets::{act, brought, count};
use crate::world::{Role, World, on_both};

const FILE: &[u8] = b"Company name,Sector\nAlpha Cloud,Cloud computing\nBeta Mining,Mining\n";

/// An import that someone carried out, and the change that it was.
async fn imported(world: &World, role: Role) -> (String, i64) {
    let import = brought(world, role, "offtakers", FILE).await;
    act(world, role, &import, "run", &[]).await;
    (import, world.number("SELECT max(change_id) FROM changes WHERE way = 'import'"))
}

#[tokio::test]
async fn an_administrator_undoes_the_import_of_someone_else() {
    on_both(async |world| {
        let (import, change) = imported(world, Role::Plain).await;
        let log = world.page(Role::Admin, "/admin/audit").await;
        assert!(log.contains("Undo the whole import"), "{log}");
        let led = world.get(Role::Admin, &format!("/import?change={change}")).await;
        assert_eq!(led.location(), import);
        let page = world.page(Role::Admin, &import).await;
        assert!(page.contains("Undo the whole import") && page.contains("Someone else brought this file."), "{page}");
        // What the file says stays its person's.
        assert!(!page.contains("Alpha Cloud") && !page.contains("/reasons"), "{page}");
        assert_eq!(world.get(Role::Admin, &format!("{import}/reasons")).await.status, StatusCode::NOT_FOUND);
        for what in ["rehearse", "run"] {
            let answer = world.post(Role::Admin, &format!("{import}/{what}"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        for role in [Role::Team, Role::Confidential] {
            assert_eq!(world.get(role, &import).await.status, StatusCode::NOT_FOUND);
            assert_eq!(world.get(role, &format!("/import?change={change}")).await.status, StatusCode::CONFLICT);
            assert_eq!(world.post(role, &format!("{import}/undo"), &[]).await.status, StatusCode::NOT_FOUND);
        }
        let page = act(world, Role::Admin, &import, "undo", &[]).await;
        assert!(page.contains("This import is undone"), "{page}");
        assert_eq!(world.number("SELECT count(*) FROM offtakers"), 0);
        assert!(world.page(Role::Plain, &import).await.contains("This import is undone"));
    })
    .await;
}

#[tokio::test]
async fn an_import_undone_in_the_audit_log_is_undone_on_its_page() {
    on_both(async |world| {
        let (import, change) = imported(world, Role::Plain).await;
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        let page = world.page(Role::Plain, &import).await;
        assert!(page.contains("This import is undone") && !page.contains("Undo the whole import"), "{page}");
        assert!(!world.page(Role::Admin, "/admin/audit").await.contains("Undo the whole import"));
        assert!(world.page(Role::Plain, "/import").await.contains("<td class=\"rt-stays\">Undone</td>"));
        // Beside one record the word would be taken to be about that alone.
        let (_, _) = imported(world, Role::Plain).await;
        let id = world.number("SELECT offtaker_id FROM offtakers WHERE company_name = 'Alpha Cloud'");
        let history = world.page(Role::Admin, &format!("/offtakers/{id}/history")).await;
        assert!(history.contains("by an import") && !history.contains("/undo\""), "{history}");
    })
    .await;
}

#[tokio::test]
async fn an_undo_that_failed_is_told_also_where_its_reasons_are_not() {
    on_both(async |world| {
        let (import, _) = imported(world, Role::Plain).await;
        let id = world.number("SELECT offtaker_id FROM offtakers WHERE company_name = 'Alpha Cloud'");
        let fields = [("company_name", "Alpha Cloud"), ("sector", "Utility")];
        world.post(Role::Plain, &format!("/offtakers/{id}/edit"), &fields).await.location();
        let page = act(world, Role::Plain, &import, "undo", &[]).await;
        assert!(page.contains("Not undone") && page.contains("Alpha Cloud was changed since."), "{page}");
        world.execute("UPDATE users SET has_confidential_access = TRUE WHERE username = 'plain'");
        let page = world.page(Role::Plain, &import).await;
        assert!(page.contains("Not undone") && page.contains("by the rights that someone had then"), "{page}");
        assert!(!page.contains("was changed since") && count(&page, "New") == 0, "{page}");
        // An administrator sees what stood in the way of theirs, and its person that they tried.
        let page = act(world, Role::Admin, &import, "undo", &[]).await;
        assert!(page.contains("Alpha Cloud was changed since."), "{page}");
        let page = world.page(Role::Plain, &import).await;
        assert!(page.contains("Not undone") && !page.contains("was changed since"), "{page}");
    })
    .await;
}
