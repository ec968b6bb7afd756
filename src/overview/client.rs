//! The page of a client: everything known, in one look.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::timeline::{self, Asked, Moment, Timeline};
use crate::access::TeamPass;
use crate::action_items::pages::{self as action_items, Items};
use crate::audit::client_queries;
use crate::clients::assessment::picture::{self, Picture};
use crate::clients::assessment::{self, Assessment, Judged};
use crate::clients::{self, AttentionRule, Client, ClientId, Explained, Strip};
use crate::contacts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files;
use crate::links::{self, Chains};
use crate::merging::{self, Merge};
use crate::people::{self, queries::Names};
use crate::records::{RecordKind, RecordRef};
use crate::web::{Day, FormView, Id, Page, Query, Reader, Shell, grouped, html};

#[derive(Template)]
#[template(path = "overview/client.html")]
struct ShowPage {
    shell: Shell,
    client: Client,
    reference: RecordRef,
    /// Where it went, if it was merged into another.
    merged: Option<Merge>,
    attention: Explained,
    strip: Strip,
    /// There is none without the pass.
    judged: Option<Judged>,
    /// The last day of a pause that goes on.
    paused_until: Option<Day>,
    /// How it moved over two years, if it did.
    picture: Option<Picture>,
    groups: Vec<links::Group>,
    chains: Chains,
    items: Items,
    files: files::Section,
    timeline: Timeline,
    all_contacts: Option<String>,
    /// How many entries there are, in words, for those who may know.
    all_entries: Option<String>,
    contact_form: FormView,
}

/// `GET /clients/{id}`: everything known, in one look; `?show=` narrows the timeline.
pub async fn show(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let found = assessment::find_client(db, page.viewer().team(), id)?.ok_or(Error::NotFound)?;
            let show = show_page(db, page, &query, found)?;
            html(StatusCode::OK, &show)
        })
        .await
}

fn show_page(db: &mut Db, page: &Page, query: &Query, (client, judged): (Client, Option<Judged>)) -> Result<ShowPage> {
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
    let found = timeline::find(db, page, Asked::beginning(id, viewer, query))?;
    let items = action_items::kept(db, page, id)?;
    let reference = RecordRef::from(id);
    let place = clients::documents::place_of(db, &client)?;
    let files = files::Section::of(db, page, &place, "files timeline")?;
    let merged = if client.is_archived { merging::queries::of_merged(db, reference)? } else { None };
    let mentioned = people.into_iter().flatten().map(RecordRef::from).chain(reached.mentioned());
    let mentioned = mentioned.chain(found.mentioned(viewer)).chain(items.mentioned());
    let (staff, names) = people::queries::staff_and_names(db, mentioned)?;
    let picture = match (viewer.team(), &judged) {
        (Some(pass), Some(judged)) => picture(db, page, pass, id, &judged.assessment)?,
        _ => None,
    };
    Ok(ShowPage {
        chains: reached.named(&names),
        all_entries: found.entry_count.filter(|count| *count > 0).map(|count| match count {
            1 => "The entry, with earlier versions".into(),
            _ => format!("All {} entries, with earlier versions", grouped(count)),
        }),
        all_contacts: found.all_contacts(),
        timeline: found.named(page, &names, &format!("/clients/{id}")),
        items: Items::named(page, id, items, &staff, &names, "action-items timeline"),
        strip: Strip::new(page, &client, &Names::among(&names), judged.as_ref().map(|judged| &judged.assessment)),
        picture,
        files,
        reference,
        merged,
        shell: page.shell(&client.draft.client_name, "clients"),
        attention: rule.explain(&client, judged.as_ref().map(|judged| &judged.rhythm)),
        paused_until: page.day_or_none(judged.as_ref().and_then(|judged| judged.rhythm.paused_until(page.visit.today))),
        judged,
        groups,
        contact_form: contacts::recording::blank_form(page, &staff, &client).prefixed("contact-"),
        client,
    })
}

/// Changes of an assessment that its picture shows.
const JUDGED: i64 = 100;

/// How an assessment moved over two years.
fn picture(db: &mut Db, page: &Page, pass: TeamPass, id: ClientId, now: &Assessment) -> Result<Option<Picture>> {
    let from = page.end_of(picture::begin(page.visit.today));
    let judged = client_queries::judgements(db, pass, id, from, JUDGED)?;
    Ok(Picture::new(page, &assessment::course(pass, now, &judged)?))
}
