//! Mail to people: what waits to be sent, put into words as the person may see it when it is sent, and brought to the
//! mail server. What they want to be told is theirs to choose (docs/decisions/0033).

mod assignment;
mod composing;
mod digest;
mod head;
mod imap;
mod invitation;
mod letter;
mod listening;
pub mod mailbox;
mod mailbox_pages;
pub mod maildir;
mod mention;
mod messages;
mod model;
mod profile;
mod schedule;
pub mod sending;
mod smtp;
mod unsubscribing;
mod wish_queries;

pub use self::head::Listing;
pub use self::listening::listen;
use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/profile/mail", Audience::SignedIn, profile::show)
        .post("/profile/mail", Audience::SignedIn, profile::update)
        .post("/profile/mail/digest", Audience::SignedIn, profile::send_digest)
        .post("/profile/mail/resume", Audience::SignedIn, profile::resume)
        .get("/mail/unsubscribe/{token}", Audience::Public, unsubscribing::show)
        .post("/mail/unsubscribe/{token}", Audience::Public, unsubscribing::unsubscribe)
        .get("/admin/mailbox", Audience::Admin, mailbox_pages::show)
        .post("/admin/mailbox", Audience::AdminWriter, mailbox_pages::take)
        .get("/admin/messages", Audience::Admin, messages::list)
        .post("/admin/messages/test", Audience::AdminWriter, messages::test)
        .post("/admin/messages/{id}/retry", Audience::AdminWriter, messages::retry)
}
