//! The assessment form of a client: NED Team only.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Assessment, ClientPriority, ClientStatus, RelationshipStrength, queries};
use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::{ClientId, queries as clients};
use crate::error::{Error, Result};
use crate::web::saving::saved_by;
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Page, Reader, Shell, Writer, html, redirect, values_of,
};

#[derive(Template)]
#[template(path = "clients/assessment/form.html")]
struct AssessmentPage {
    shell: Shell,
    form: FormView,
}

/// The form of an assessment.
pub fn form(_pass: TeamPass, id: ClientId) -> FormView {
    let fields = vec![
        Field::new(
            "relationship_strength",
            "Relationship strength",
            Input::Select(Choice::all::<RelationshipStrength>()),
        ),
        Field::new("client_priority", "Priority", Input::Select(Choice::all::<ClientPriority>())),
        Field::new("client_status", "Status", Input::Select(Choice::all::<ClientStatus>())),
        Field::new("relationship_notes", "Strategy notes", Input::Area(8)).hint("Only the NED Team can read this."),
    ];
    FormView::new(format!("/clients/{id}/assessment"), "Save assessment", format!("/clients/{id}"), fields)
}

fn form_page(page: &Page, status: StatusCode, id: ClientId, name: &str, form: FormView) -> Result<Response> {
    let shell = page.shell(format!("Assessment of {name}"), "clients").crumb(name, format!("/clients/{id}"));
    html(status, &AssessmentPage { shell, form })
}

/// `GET /clients/{id}/assessment`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find(db, id)?.ok_or(Error::NotFound)?;
            let assessment = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let version = queries::version(db, pass, id)?;
            let form = form(pass, id).filled(&values_of(&assessment)).begun_on(version);
            form_page(page, StatusCode::OK, id, &client.draft.client_name, form)
        })
        .await
}

/// `POST /clients/{id}/assessment`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
            let name = client.draft.client_name;
            let view = form(pass, id).filled(&sent.values()).begun_on(queries::version(db, pass, id)?);
            let assessment = match Assessment::parse(pass, &sent) {
                Ok(assessment) => assessment,
                Err(invalid) => {
                    let view = view.as_sent(&sent).refused(invalid);
                    return form_page(page, StatusCode::UNPROCESSABLE_ENTITY, id, &name, view);
                }
            };
            if view.is_in_conflict(&sent) {
                let saved = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
                let by = saved_by(db, page, "clients", id.0, Sensitivity::Team)?;
                let view = view.in_conflict(&values_of(&saved), by);
                return form_page(page, StatusCode::CONFLICT, id, &name, view);
            }
            queries::update(db, &page.visit, pass, id, &assessment)?;
            redirect(&format!("/clients/{id}"), "Assessment saved.")
        })
        .await
}
