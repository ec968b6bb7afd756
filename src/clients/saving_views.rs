//! Saving a view of the client list under a name, and removing it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::assessment::TeamSort;
use super::view_queries::{self as queries, SavedView, ViewDraft};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ViewId;
use crate::web::saving::{Saved, Saving, begin, save};
use crate::web::{
    Checked, Field, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer, address, html,
    redirect,
};

#[derive(Template)]
#[template(path = "clients/form.html")]
struct FormPage {
    shell: Shell,
    form: FormView,
}

/// What everyone may ask the list for, and what the team alone may; an order is either's.
const OPEN: [&str; 5] = ["search", "client_type", "poc", "attention", "archived"];
const OF_TEAM: [&str; 3] = ["priority", "status", "rhythm"];
const ORDER: &str = "sort";

/// A view that is to be saved.
struct ViewForm;

/// The query of the list that is to be saved, in two parts.
fn parts(list: &str, viewer: &Viewer) -> (String, Option<String>) {
    let query = Query::parse(list);
    let order = query.get(ORDER).unwrap_or_default();
    let is_order_of_team = TeamSort::is_named(order.trim_start_matches('-'));
    let part = |names: &[&'static str], with_order: bool| {
        let said = |name: &&'static str| (*name, query.get(name).unwrap_or_default());
        let mut pairs: Vec<(&str, &str)> = names.iter().map(said).collect();
        pairs.extend(with_order.then_some((ORDER, order)));
        address("", &pairs).trim_start_matches('?').to_owned()
    };
    let of_team = viewer.team().map(|_| part(&OF_TEAM, is_order_of_team)).filter(|part| !part.is_empty());
    (part(&OPEN, !is_order_of_team), of_team)
}

impl SavedView {
    /// Where the list shows it.
    pub fn address(&self) -> String {
        let parts = [Some(self.draft.parameters.as_str()), self.draft.team_parameters.as_deref()];
        let said: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        format!("/clients?{}", said.join("&"))
    }

    /// Whether this person may remove it: their own, and for administrators those that are shared.
    pub fn may_be_removed_by(&self, viewer: &Viewer) -> bool {
        let may = viewer.user_id == Some(self.user_id) || (self.draft.is_shared && viewer.admin().is_some());
        may && viewer.may_write()
    }
}

impl Saving for ViewForm {
    type Draft = ViewDraft;

    fn read(&self, _db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<ViewDraft, Invalid>> {
        let mut checked = Checked::new(sent);
        let view_name = checked.required("view_name", "Give the view a name.");
        let (parameters, team_parameters) = parts(&sent.get("list").unwrap_or_default(), page.viewer());
        if parameters.is_empty() && team_parameters.is_none() {
            checked.refuse("", "Narrow or sort the list first: all clients are a view already.");
        }
        let is_shared = sent.flag("is_shared");
        Ok(checked.finish(ViewDraft { view_name, parameters, team_parameters, is_shared }))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: ViewDraft) -> Result<Saved> {
        let user = page.viewer().user_id.ok_or(Error::Forbidden)?;
        let view = queries::insert(db, &page.visit, user, draft)?;
        let message = format!("View “{}” saved.", view.draft.view_name);
        Ok(Saved { address: view.address(), message, id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let fields = vec![
            Field::new("view_name", "Name of the view", Input::Line).required(),
            Field::new("is_shared", "Shared with everyone", Input::Tick)
                .hint("A view by priority, status or rhythm is seen by the NED Team alone."),
        ];
        let list = values.get("list").cloned().unwrap_or_default();
        // A form that is refused stands at an address that shows it again.
        let action = address("/clients/views/new", &[("list", &list)]);
        let form = FormView::new(action, "Save view", format!("/clients?{list}"), fields);
        Ok(form.filled(values).carrying("list", list))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = page.shell("Save view", "clients").crumb("Clients", "/clients");
        html(status, &FormPage { shell, form })
    }
}

/// `GET /clients/views/new?list=`: the list is a query of its own.
pub async fn new(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let list = query.get("list").unwrap_or_default().to_owned();
            begin(db, page, &ViewForm, &Values::from([("list".to_owned(), list)]))
        })
        .await
}

/// `POST /clients/views/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer.write(move |db, page| save(db, page, &ViewForm, &sent)).await
}

/// `POST /clients/views/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<ViewId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let view = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            if !view.may_be_removed_by(page.viewer()) {
                return Err(Error::Forbidden);
            }
            queries::delete(db, &page.visit, &view)?;
            redirect("/clients", &format!("View “{}” removed.", view.draft.view_name))
        })
        .await
}
