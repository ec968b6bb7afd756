//! What guards the way in: names, addresses, passwords, the record of refusals, the end of sessions, marks of secrecy
//! (product.md §2).

use axum::http::StatusCode;

use crate::world::{Role, on_both};

#[tokio::test]
async fn a_confidential_mark_by_one_without_the_right_is_refused_and_nothing_is_saved() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let vendor = world.record("vendors", &[("vendor_name", "Maker")]).await.to_string();
        let today = world.days_ago(0);
        let contact = [
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("summary", "the quiet words"),
            ("is_confidential", "on"),
        ];
        let any = [&contact[..], &[("client_id_name", "Granite Power")]].concat();
        let link = [("vendor_id", &*vendor), ("notes", "the quiet words"), ("is_confidential", "on")];
        world.contact(Role::Plain, client, 0, &[("summary", "open words")]).await;
        let id = world.number("SELECT contact_id FROM contact_log");
        for role in [Role::Plain, Role::Team] {
            for (path, fields) in [
                (format!("/clients/{client}/contact"), &contact[..]),
                ("/contacts/new".to_owned(), &any),
                (format!("/contacts/{id}/edit"), &contact),
                (format!("/clients/{client}/links/vendor"), &link),
                (format!("/vendors/{vendor}/links/client"), &[("client_id", &*client.to_string()), link[1], link[2]]),
            ] {
                let answer = world.post(role, &path, fields).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
                assert!(answer.body.contains("no longer have the right"), "{path}");
                assert!(answer.body.contains("the quiet words"), "{path} forgets what was typed");
            }
        }
        assert_eq!(world.texts("SELECT summary FROM contact_log"), ["open words"]);
        assert_eq!(world.number("SELECT count(*) FROM client_vendor_relationships"), 0);
        world.post(Role::Confidential, &format!("/clients/{client}/contact"), &contact).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE is_confidential"), 1);
    })
    .await;
}
