//! Pages that gather from many slices: a client and its timeline, a record, the dashboard, one's work, removal.
//! Only what programs ask for (`api`) stands above it.

mod archive;
pub mod brief;
mod client;
mod coming;
mod dashboard;
mod drift;
mod exported;
mod first_hour;
mod handover;
mod many;
mod many_wish;
mod needs;
mod open_items;
mod past;
mod past_agenda;
mod peek;
mod portfolio;
mod record;
mod record_json;
pub mod removal;
mod summary;
pub mod timeline;
mod timeline_asked;
mod work;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::export::as_files;
use crate::records::RecordKind;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/", Audience::SignedIn, dashboard::home)
        .get("/crm/dashboard", Audience::Team, dashboard::dashboard)
        .get("/crm/poc/{id}", Audience::Team, work::poc)
        .get("/crm/portfolio.pdf", Audience::Team, portfolio::show)
        .get("/crm/portfolio.md", Audience::Team, portfolio::as_markdown)
        .get("/crm/as-of", Audience::Team, past_agenda::show)
        .get("/clients/{id}/as-of", Audience::Team, past::show)
        .get("/my-work", Audience::SignedIn, work::my_work)
        .get("/clients/many", Audience::Writer, many::preview)
        .post("/clients/many", Audience::Writer, many::update)
        .get("/planned-contacts", Audience::SignedIn, coming::planned_contacts)
        .get("/follow-ups", Audience::SignedIn, coming::follow_ups)
        .get("/action-items", Audience::SignedIn, open_items::list)
        .get("/people/{id}/handover", Audience::Writer, handover::show)
        .post("/people/{id}/handover", Audience::Writer, handover::hand_over)
        .get("/clients/{id}", Audience::SignedIn, client::show)
        .get("/clients/{id}/brief.pdf", Audience::SignedIn, brief::show)
        .get("/clients/{id}/brief.md", Audience::SignedIn, brief::as_markdown)
        .get("/projects/{id}/summary.pdf", Audience::SignedIn, summary::as_pdf)
        .get("/projects/{id}/summary.md", Audience::SignedIn, summary::as_markdown)
        .get("/clients/{id}/timeline", Audience::SignedIn, timeline::show)
        .get("/admin/start", Audience::AdminWriter, first_hour::show)
        .post("/admin/demonstration", Audience::AdminWriter, first_hour::fill);
    let routes =
        as_files(routes, "/my-work", Audience::SignedIn, |format| move |reader| exported::my_work(reader, format));
    let routes = as_files(routes, "/planned-contacts", Audience::SignedIn, |format| {
        move |reader, query| exported::planned_contacts(reader, query, format)
    });
    let routes = as_files(routes, "/follow-ups", Audience::SignedIn, |format| {
        move |reader, query| exported::follow_ups(reader, query, format)
    });
    let routes = as_files(routes, "/action-items", Audience::SignedIn, |format| {
        move |reader, query| open_items::export(reader, query, format)
    });
    let routes = RecordKind::ALL.iter().fold(routes, |routes, &kind| {
        let path = |rest: &str| format!("/{}/{{id}}/{rest}", kind.path());
        routes
            .get(path("peek"), Audience::SignedIn, move |reader, id| peek::show(reader, id, kind))
            .post(path("archive"), Audience::Writer, move |writer, id, form| archive::archive(writer, id, form, kind))
            .get(path("delete"), Audience::AdminWriter, move |reader, id| removal::confirm(reader, id, kind))
            .post(path("delete"), Audience::AdminWriter, move |writer, id, form| {
                removal::delete(writer, id, form, kind)
            })
    });
    RecordKind::around_clients().fold(routes, |routes, kind| {
        routes
            .get(format!("/{}/{{id}}", kind.path()), Audience::SignedIn, move |reader, id| {
                record::show(reader, id, kind)
            })
            .get(format!("/{}/api/{{id}}", kind.path()), Audience::SignedIn, move |reader, id| {
                record_json::show(reader, id, kind)
            })
    })
}
