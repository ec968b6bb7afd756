//! Webhooks: other programs are told that open records changed, by kinds and ids alone; the words they read by the
//! interface for programs, with a token, as far as that reaches (docs/decisions/0033).

mod form;
mod http;
mod pages;
pub mod sending;
mod signing;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/admin/webhooks", Audience::Admin, pages::list)
        .get("/admin/webhooks/new", Audience::AdminWriter, form::new)
        .post("/admin/webhooks/new", Audience::AdminWriter, form::create)
        .get("/admin/webhooks/{id}", Audience::Admin, pages::show)
        .post("/admin/webhooks/{id}/test", Audience::AdminWriter, pages::test)
        .post("/admin/webhooks/{id}/resume", Audience::AdminWriter, pages::resume)
        .post("/admin/webhooks/{id}/delete", Audience::AdminWriter, pages::delete)
        .post("/admin/deliveries/{id}/retry", Audience::AdminWriter, pages::retry)
}
