//! Accounts: who signs in, with which rights, and their sessions.

mod model;
pub mod pages;
mod profile;
pub mod queries;
pub mod users;

pub use model::{AccountDraft, AccountRow};

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Audience::Public, pages::sign_in_form)
        .post("/sign-in", Audience::Public, pages::sign_in)
        .post("/sign-out", Audience::SignedIn, pages::sign_out)
        .get("/password", Audience::SignedIn, pages::password_form)
        .post("/password", Audience::SignedIn, pages::change_password)
        .get("/profile", Audience::SignedIn, profile::show)
        .post("/profile/sessions", Audience::SignedIn, profile::end_others)
        .get("/admin/users", Audience::Admin, users::list)
        .get("/admin/users/new", Audience::AdminWriter, users::new)
        .post("/admin/users/new", Audience::AdminWriter, users::create)
        .get("/admin/users/{id}/edit", Audience::AdminWriter, users::edit)
        .post("/admin/users/{id}/edit", Audience::AdminWriter, users::update)
}
