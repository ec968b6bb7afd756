//! Names that differ by a slip of the keyboard are pointed out before they are saved.

use axum::http::StatusCode;
use roundtable::closed_list::ClosedList;
use roundtable::records::RecordKind;

use crate::world::{Role, on_both};

#[tokio::test]
async fn a_slip_of_the_keyboard_is_pointed_out_and_another_name_is_not() {
    on_both(async |world| {
        let vendor = world.record("vendors", &[("vendor_name", "Quite Another")]).await.to_string();
        for kind in RecordKind::ALL.iter().copied() {
            let field = if kind == RecordKind::Client { "client_name" } else { kind.name_column() };
            let fields =
                |name| [(field, name), ("vendor_id", &*vendor), ("personnel_type", "External"), ("is_active", "on")];
            let new = format!("/{}/new", kind.path());
            let known = world.post(Role::Plain, &new, &fields("Tidewater Public Power")).await.new_id();
            for name in [
                "Tidewatr Public Power",
                "Tidewater Public Powr",
                "Tidewater Public Pwr",
                "The Tiedwater Publik Power Co.",
            ] {
                let answer = world.post(Role::Plain, &new, &fields(name)).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind:?}: {name}");
                assert!(answer.body.contains(&format!("/{}/{known}\"", kind.path())), "{kind:?}: {name}");
            }
            for name in ["Tidewater Rural Power", "Tidewater Public Power 2"] {
                let answer = world.post(Role::Plain, &new, &fields(name)).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{kind:?}: {name}");
            }
            let confirmed = [&fields("Tidewatr Public Power")[..], &[("name_confirmed", "on")]].concat();
            world.post(Role::Plain, &new, &confirmed).await.location();
        }
    })
    .await;
}
