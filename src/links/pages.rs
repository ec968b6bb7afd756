//! Adding and removing links, from either end.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::Role;
use super::queries::Linked;
use super::{Direction, Link, LinkDraft, LinkEnd, LinkKind, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::LinkId;
use crate::records::{self, Entry, Record, RecordKind, RecordRef, picker, whereabouts};
use crate::web::saving::{Saved, Saving, begin, save};
use crate::web::{
    Choice, Count, Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Reader, Shell, Values, Writer,
    html, programs, redirect,
};

/// The links of one kind of a record, with the form that adds one.
pub struct Group {
    /// What is linked.
    pub place: LinkEnd,
    /// How many links this person may see.
    pub total: Count,
    /// The first of them, or those of a page.
    pub links: Vec<Link>,
    /// The form that adds one.
    pub form: FormView,
    /// Whether they stand in a list of their own, to which removing one leads back.
    pub is_listed: bool,
}

impl Group {
    pub(super) fn new(page: &Page, place: LinkEnd, id: i64, Linked { total, links }: Linked) -> Self {
        let form = form(page, place, id, &Values::new()).prefixed(place.segment()).unkept();
        Self { place, total, links, form, is_listed: false }
    }

    /// Where all of them are.
    pub fn all(&self) -> String {
        format!("{}/all", self.form.action)
    }

    /// Whether those are all that this person may see.
    pub fn is_whole(&self) -> bool {
        self.left() == 0
    }

    /// The form that changes one of them, from here.
    pub fn edit(&self, link: &Link) -> String {
        let from = if self.place.direction == Direction::To { "?at=to" } else { "" };
        format!("/links/{}/edit{from}", link.link_id)
    }

    /// Those that are seen at once.
    pub fn in_sight(&self) -> &[Link] {
        &self.links[..self.links.len().min(IN_SIGHT)]
    }

    /// Those that are folded away.
    pub fn folded(&self) -> &[Link] {
        &self.links[self.in_sight().len()..]
    }

    /// How many there are that this page does not show.
    pub fn left(&self) -> usize {
        usize::try_from(self.total.rows).unwrap_or_default().saturating_sub(self.links.len())
    }
}

/// How many links of a kind a record's page shows at most; the others are in their own list.
const SHOWN: i64 = 50;

/// How many links of a kind are seen at once.
const IN_SIGHT: usize = 6;

/// All groups of a record, those without a link included.
pub fn groups(db: &mut Db, page: &Page, end: RecordKind, id: i64) -> Result<Vec<Group>> {
    let linked = queries::of(db, page.viewer(), RecordRef { kind: end, id }, SHOWN)?;
    Ok(linked.into_iter().map(|(place, linked)| Group::new(page, place, id, linked)).collect())
}

#[derive(Template)]
#[template(path = "links/form.html")]
pub(super) struct LinkPage {
    pub shell: Shell,
    pub form: FormView,
    /// Whether it is a link that few may see.
    pub is_confidential: bool,
}

/// “Owner”, for a label and for the beginning of a sentence.
fn label(place: LinkEnd) -> &'static str {
    match (place.kind, place.direction) {
        (LinkKind::VendorSupplier, Direction::From) => "Supplier",
        (LinkKind::VendorSupplier, Direction::To) => "Customer",
        _ => place.there().label(),
    }
}

/// The input by which the other end is chosen; a person made for a client is external and works there.
fn other_end(place: LinkEnd, id: i64) -> Input {
    match (place.kind, place.direction) {
        (LinkKind::ClientPersonnel, Direction::From) => {
            picker::input_making(RecordKind::Person, &[("client", &id.to_string())])
        }
        _ => picker::input(place.there()),
    }
}

/// The name of the record at the other end.
fn name(db: &mut Db, place: LinkEnd, other: i64) -> Result<String> {
    Ok(records::queries::names(db, place.there(), &[other])?.remove(&other).unwrap_or_default())
}

/// The form that links a record to another.
fn form(page: &Page, place: LinkEnd, id: i64, values: &Values) -> FormView {
    let mut fields = vec![Field::new(place.field(), label(place), other_end(place, id)).required()];
    fields.extend(details(place));
    if page.viewer().sees_confidential() {
        fields.push(Field::new("is_confidential", "Confidential", Input::Tick));
    }
    let record = format!("/{}/{id}", place.here().path());
    let action = format!("{record}/links/{}", place.segment());
    FormView::new(action, &format!("Add {}", place.one()), record, fields).filled(values)
}

/// What a link says beside its ends and its mark.
pub(super) fn details(place: LinkEnd) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(Role { name, label, entry }) = place.kind.role() {
        let input = match entry {
            Entry::Closed(list) => Input::Select(list.iter().map(|value| Choice::new(value, *value)).collect()),
            Entry::Open(list) => Input::Suggest(list.iter().map(|value| (*value).to_owned()).collect()),
            _ => Input::Line,
        };
        fields.push(Field::new(name, label, input));
    }
    match place.kind {
        LinkKind::ProjectVendor => {
            let technology = Field::new("product_id", "Technology", picker::input(RecordKind::Technology));
            fields.push(technology);
        }
        LinkKind::ProjectOfftaker => fields.push(Field::new("contracted_volume", "Contracted volume", Input::Line)),
        LinkKind::ClientPersonnel => fields.push(Field::new("is_primary_contact", "Primary contact", Input::Tick)),
        _ => {}
    }
    fields.push(Field::new("notes", "Notes", Input::Area(2)));
    if !place.kind.is_of_client() {
        fields.push(Field::new("sources", "Sources", Input::Area(2)).hint("Web addresses, one a line."));
    }
    fields
}

/// The form that links a record, which is held, to another.
struct LinkForm {
    place: LinkEnd,
    here: Record,
}

impl LinkForm {
    fn record(&self) -> RecordRef {
        RecordRef { kind: self.place.here(), id: self.here.id }
    }
}

impl Saving for LinkForm {
    type Draft = (Ends, LinkDraft);

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        let sent = picker::read(db, sent, self.place.field(), self.place.there())?;
        choose_technology(db, sent, self.place.kind)
    }

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        whereabouts::gone(db, self.record(), &self.here.name, self.here.is_archived)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Self::Draft, Invalid>> {
        read(db, page, self.place, self.here.id, sent)
    }

    fn write(&self, db: &mut Db, page: &Page, (ends, draft): Self::Draft) -> Result<Saved> {
        let id = queries::insert(db, &page.visit, self.place.kind, ends, &draft)?;
        let other = if self.place.direction == Direction::From { ends.1 } else { ends.0 };
        let message = format!("{} linked", name(db, self.place, other)?);
        Ok(Saved { address: self.record().address(), message, id: Some(id.0) })
    }

    fn form(&self, _db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        Ok(form(page, self.place, self.here.id, values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let (path, name) = (self.place.here().path(), &self.here.name);
        let shell = page.shell(format!("Link {name}"), path).crumb(name, self.record().address());
        html(status, &LinkPage { shell, form, is_confidential: false })
    }
}

/// The fields of a link, seen from its first end.
pub fn fields(page: &Page, kind: LinkKind) -> Vec<Field> {
    form(page, LinkEnd { kind, direction: Direction::From }, 0, &Values::new()).fields
}

/// Links a record to another for a program, from the first end; the id of the link.
pub fn create_for_program(db: &mut Db, page: &Page, kind: LinkKind, here: i64, sent: &JsonObject) -> Result<i64> {
    let place = LinkEnd { kind, direction: Direction::From };
    let missing = || Invalid::one(place.own_column(), format!("There is no such {}.", place.here().singular()));
    let here = records::queries::find_held(db, place.here(), here)?.ok_or_else(missing)?;
    programs::create(db, page, &LinkForm { place, here }, Values::new(), sent)
}

/// Links a record to another by values as the form sends them, from the first end; the id of the link.
pub fn make(db: &mut Db, page: &Page, kind: LinkKind, here: i64, given: &Values) -> Result<i64> {
    let place = LinkEnd { kind, direction: Direction::From };
    let here = records::queries::find_held(db, place.here(), here)?.ok_or(Error::NotFound)?;
    programs::make(db, page, &LinkForm { place, here }, Values::new(), given)
}

/// `GET /clients/{id}/links/owner` and its like: the form on a page of its own.
pub async fn new(reader: Reader, Id(id): Id<i64>, place: LinkEnd) -> Result<Response> {
    reader
        .page(move |db, page| {
            let here = records::queries::find(db, place.here(), id)?.ok_or(Error::NotFound)?;
            begin(db, page, &LinkForm { place, here }, &Values::new())
        })
        .await
}

/// `POST /clients/{id}/links/owner` and its like.
pub async fn create(writer: Writer, Id(id): Id<i64>, sent: FormData, place: LinkEnd) -> Result<Response> {
    writer
        .write(move |db, page| {
            let here = records::queries::find_held(db, place.here(), id)?.ok_or(Error::NotFound)?;
            save(db, page, &LinkForm { place, here }, &sent)
        })
        .await
}

/// The ids of both ends, in the order of the columns.
type Ends = (i64, i64);

/// Reads a link, and looks up what only the database knows: both records, and that they are not linked already.
fn read(
    db: &mut Db,
    page: &Page,
    place: LinkEnd,
    here: i64,
    sent: &FormData,
) -> Result<Result<(Ends, LinkDraft), Invalid>> {
    let draft = match LinkDraft::parse(sent, place.kind, page.viewer().sees_confidential()) {
        Ok(draft) => draft,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let refused = |field: &str, words: String| Ok(Err(Invalid::one(field, words)));
    let there = sent.get(place.field()).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    let Some(other) = records::queries::find_held(db, place.there(), there)? else {
        return refused(place.field(), format!("Choose the {} from the list.", place.one()));
    };
    let record = RecordRef { kind: place.there(), id: there };
    if let Some(words) = whereabouts::gone(db, record, &other.name, other.is_archived)? {
        return refused(place.field(), words);
    }
    let ends = place.ordered(here, there);
    if ends.0 == ends.1 && place.kind == LinkKind::VendorSupplier {
        return refused(place.field(), "Choose another vendor: nobody supplies itself.".into());
    }
    if let Some(invalid) = refused_technology(db, &draft, ends.1)? {
        return Ok(Err(invalid));
    }
    if queries::is_linked(db, page.viewer(), place.kind, ends.0, ends.1)? {
        return refused(place.field(), format!("{} is linked already.", other.name));
    }
    Ok(Ok((ends, draft)))
}

/// Reads the technology that a project chose, where such a link has one.
pub(super) fn choose_technology(db: &mut Db, sent: FormData, kind: LinkKind) -> Result<FormData> {
    match kind {
        LinkKind::ProjectVendor => picker::read(db, sent, "product_id", RecordKind::Technology),
        _ => Ok(sent),
    }
}

/// Why the technology that a link names is none of its vendor.
pub fn refused_technology(db: &mut Db, draft: &LinkDraft, vendor: i64) -> Result<Option<Invalid>> {
    let Some(product) = draft.product_id else { return Ok(None) };
    let technology = records::queries::find(db, RecordKind::Technology, product)?;
    let is_theirs = technology.and_then(|found| found.reference("vendor_id")) == Some(vendor);
    Ok((!is_theirs).then(|| Invalid::one("product_id", "Choose a technology of this vendor.")))
}

/// `POST /clients/{id}/links/owner/{link_id}/delete` and its like.
pub async fn delete(
    writer: Writer,
    Id((id, link)): Id<(i64, LinkId)>,
    sent: FormData,
    place: LinkEnd,
) -> Result<Response> {
    writer
        .write(move |db, page| {
            let row = queries::find_held(db, page.viewer(), place, id, link)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, place.kind, &row)?;
            let name = name(db, place, row.other(place.direction))?;
            let record = format!("/{}/{id}", place.here().path());
            let back = match sent.get("back").as_deref() {
                Some("all") => format!("{record}/links/{}/all", place.segment()),
                _ => record,
            };
            redirect(&back, &format!("{name} unlinked"))
        })
        .await
}
