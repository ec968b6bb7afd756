//! The page of a client: everything known, in one look.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, Attention, AttentionRule, Client, ClientId};
use crate::contacts::{self, queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links::{self, Chains};
use crate::merging::{self, Merge};
use crate::people::{self, queries::Names};
use crate::records::{self, RecordKind, RecordRef};
use crate::roundtable;
use crate::web::{Count, Day, FormView, Id, Page, Reader, Shell, html};

/// What a client's page shows of the team's knowledge; there is none without the pass.
struct TeamPart {
    assessment: Assessment,
    entries: Vec<roundtable::pages::Item>,
    entry_count: i64,
}

#[derive(Template)]
#[template(path = "overview/client.html")]
struct ShowPage {
    shell: Shell,
    client: Client,
    reference: RecordRef,
    /// Where it went, if it was merged into another.
    merged: Option<Merge>,
    attention: Attention,
    names: Names,
    last_contact: Option<Day>,
    next_contact: Option<Day>,
    team: Option<TeamPart>,
    groups: Vec<links::Group>,
    chains: Chains,
    contacts: Vec<contacts::pages::Item>,
    contact_count: Count,
    contact_form: FormView,
}

/// Contacts and entries on the page; the rest on request (product.md §4).
const CONTACTS: i64 = 10;
const ENTRIES: i64 = 3;

/// `GET /clients/{id}`: everything known, in one look.
pub async fn show(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let show = show_page(db, page, client)?;
            html(StatusCode::OK, &show)
        })
        .await
}

fn show_page(db: &mut Db, page: &Page, client: Client) -> Result<ShowPage> {
    let (id, viewer) = (client.client_id, page.viewer());
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let people = [
        client.draft.mpr_primary_poc,
        client.draft.mpr_secondary_poc,
        client.last_contact.last_contact_by,
        client.planned.next_planned_contact_assigned_to,
    ];
    let groups = links::pages::groups(db, page, RecordKind::Client, id.0)?;
    let reached = links::reached(db, viewer, id, &groups)?;
    let filter = ContactFilter { client: Some(id), ..ContactFilter::default() };
    let latest = contacts::queries::list(db, viewer, &filter, 0, CONTACTS)?;
    let staff = people::queries::staff(db)?;
    let reference = RecordRef::from(id);
    let merged = if client.is_archived { merging::queries::of_merged(db, reference)? } else { None };
    let mentioned = people.into_iter().flatten().map(RecordRef::from).chain(reached.mentioned());
    let names = records::queries::names_of(db, mentioned.chain(contacts::pages::mentioned(&latest)))?;
    Ok(ShowPage {
        chains: reached.named(&names),
        contacts: contacts::pages::items_named(page, latest, &names),
        reference,
        merged,
        shell: page.shell(&client.draft.client_name, "clients"),
        attention: rule.of(client.last_contact.last_contact_date),
        names: Names::among(&names),
        last_contact: page.day_or_none(client.last_contact.last_contact_date),
        next_contact: page.day_or_none(client.planned.next_planned_contact_date),
        team: team_part(db, page, id)?,
        groups,
        contact_count: contacts::queries::count(db, viewer, &filter)?,
        contact_form: contacts::recording::blank_form(page, &staff, &client).prefixed("contact-"),
        client,
    })
}

fn team_part(db: &mut Db, page: &Page, id: ClientId) -> Result<Option<TeamPart>> {
    let Some(pass) = page.viewer().team() else { return Ok(None) };
    Ok(Some(TeamPart {
        assessment: assessment::find(db, pass, id)?.unwrap_or_default(),
        entries: roundtable::pages::items(page, roundtable::queries::of_client(db, pass, id, ENTRIES)?),
        entry_count: roundtable::queries::count(db, pass, id)?,
    }))
}
