//! Accounts: who signs in, with which rights, their sessions and their tokens.

mod all_tokens;
pub mod invitation_queries;
mod invitations;
mod model;
pub mod pages;
mod profile;
pub mod queries;
mod token_form;
mod tokens;
pub mod users;

pub use model::{AccountDraft, AccountRow};
pub use pages::reset;

use crate::access::Audience;
use crate::export::as_files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes =
        as_files(routes, "/admin/users", Audience::Admin, |format| move |reader| users::export(reader, format));
    routes
        .get("/sign-in", Audience::Public, pages::sign_in_form)
        .post("/sign-in", Audience::Public, pages::sign_in)
        .post("/sign-out", Audience::SignedIn, pages::sign_out)
        .get("/password", Audience::SignedIn, pages::password_form)
        .post("/password", Audience::SignedIn, pages::change_password)
        .get("/profile", Audience::SignedIn, profile::show)
        .post("/profile/sessions", Audience::SignedIn, profile::end_others)
        .get("/profile/tokens", Audience::SignedIn, tokens::list)
        .post("/profile/tokens", Audience::Writer, tokens::create)
        .post("/profile/tokens/{id}/delete", Audience::Writer, tokens::revoke)
        .get("/admin/tokens", Audience::Admin, all_tokens::list)
        .get("/admin/tokens/new", Audience::AdminWriter, all_tokens::new)
        .post("/admin/tokens/new", Audience::AdminWriter, all_tokens::create)
        .post("/admin/tokens/{id}/delete", Audience::AdminWriter, all_tokens::revoke)
        .get("/invitation/{token}", Audience::Public, invitations::welcome)
        .post("/invitation/{token}", Audience::Public, invitations::accept)
        .get("/admin/users/{id}/invitation", Audience::AdminWriter, invitations::show)
        .post("/admin/users/{id}/invitation", Audience::AdminWriter, invitations::create)
        .get("/admin/users", Audience::Admin, users::list)
        .get("/admin/users/new", Audience::AdminWriter, users::new)
        .post("/admin/users/new", Audience::AdminWriter, users::create)
        .get("/admin/users/{id}/edit", Audience::AdminWriter, users::edit)
        .post("/admin/users/{id}/edit", Audience::AdminWriter, users::update)
}
