//! Changing what a link says; its ends and its mark stay, since another of those is another link.

use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::listing_queries::KindAndRow;
use super::pages::{LinkPage, choose_technology, details, refused_technology};
use super::{Direction, LinkDraft, LinkEnd, LinkKind, LinkRow, queries};
use crate::audit::Sensitivity;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::LinkId;
use crate::records::{self, Record, RecordKind, RecordRef, picker, whereabouts};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Field, FormData, FormView, Id, Invalid, JsonObject, Page, Query, Reader, Values, Writer, html, programs, values_of,
};

/// By which the form is told from which end it is asked for, if not from the first.
const AT: &str = "at";
const SECOND_END: &str = "to";

/// The form that changes a link, seen from one of its ends.
struct LinkChange {
    kind: LinkKind,
    row: LinkRow,
    here: Record,
    there: Record,
    /// The end from which it is changed, and to whose page one comes back.
    seen_from: Direction,
}

impl LinkChange {
    fn of(db: &mut Db, found: Option<KindAndRow>, at: Option<String>) -> Result<Self> {
        let (kind, row) = found.ok_or(Error::NotFound)?;
        let mut end = |kind, id| records::queries::find(db, kind, id)?.ok_or(Error::NotFound);
        let (here, there) = (end(kind.ends().0, row.from)?, end(kind.ends().1, row.to)?);
        let seen_from = if at.as_deref() == Some(SECOND_END) { Direction::To } else { Direction::From };
        Ok(Self { kind, row, here, there, seen_from })
    }

    fn ends(&self) -> [RecordRef; 2] {
        let (from, to) = self.kind.ends();
        [RecordRef { kind: from, id: self.row.from }, RecordRef { kind: to, id: self.row.to }]
    }

    /// The page of the record from which it is changed.
    fn home(&self) -> String {
        let [here, there] = self.ends();
        if self.seen_from == Direction::To { there.address() } else { here.address() }
    }

    fn names(&self) -> String {
        format!("{} and {}", self.here.name, self.there.name)
    }

    fn values(&self, db: &mut Db) -> Result<Values> {
        let mut values = values_of(&self.row.draft);
        if let (Some(role), Some(text)) = (self.kind.role(), values.remove("role")) {
            values.insert(role.name.into(), text);
        }
        picker::with_names(db, values, &[("product_id", RecordKind::Technology)])
    }
}

impl Saving for LinkChange {
    type Draft = LinkDraft;

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        choose_technology(db, sent, self.kind)
    }

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        let [here, there] = self.ends();
        match whereabouts::gone(db, here, &self.here.name, self.here.is_archived)? {
            None => whereabouts::gone(db, there, &self.there.name, self.there.is_archived),
            words => Ok(words),
        }
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<LinkDraft, Invalid>> {
        let held = &self.row.draft;
        let mut draft = match LinkDraft::parse(sent, self.kind, page.viewer().sees_confidential()) {
            // The form does not offer the mark; who sends it is told that it is not taken (product.md §2).
            Ok(draft) if draft.is_confidential && !held.is_confidential => {
                let words = "Remove the link and add it again as a confidential one.";
                return Ok(Err(Invalid::one("is_confidential", words)));
            }
            Ok(draft) => LinkDraft { is_confidential: held.is_confidential, ..draft },
            Err(invalid) => return Ok(Err(invalid)),
        };
        // Links of clients take no sources by their form; those that an import brought stay.
        if self.kind.is_of_client() {
            draft.sources.clone_from(&held.sources);
        }
        // A technology that went to another vendor since may stay.
        let refused = match draft.product_id == held.product_id {
            true => None,
            false => refused_technology(db, &draft, self.row.to)?,
        };
        Ok(refused.map_or(Ok(draft), Err))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        let digest = Sha256::digest(queries::columns(self.kind, &self.row).to_string());
        Ok(vec![("version", hex::encode(&digest[..8]))])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let class = if self.row.draft.is_confidential { Sensitivity::Confidential } else { Sensitivity::Public };
        let by = saved_by(db, page, self.kind.as_str(), self.row.link_id.0, class)?;
        Ok((self.values(db)?, by))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: LinkDraft) -> Result<Saved> {
        queries::update(db, &page.visit, self.kind, &self.row, &draft)?;
        let message = format!("Link between {} saved", self.names());
        Ok(Saved { address: self.home(), message, id: Some(self.row.link_id.0) })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let action = format!("/links/{}/edit", self.row.link_id);
        let form = FormView::new(action, "Save link", self.home(), fields(self.kind)).filled(values);
        Ok(if self.seen_from == Direction::To { form.carrying(AT, SECOND_END) } else { form })
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let [here, there] = self.ends();
        let shell = page.shell(format!("Link between {}", self.names()), here.kind.path());
        let shell = shell.crumb(&self.here.name, here.address()).crumb(&self.there.name, there.address());
        html(status, &LinkPage { shell, form, is_confidential: self.row.draft.is_confidential })
    }
}

/// The fields of a link that can be changed.
pub fn fields(kind: LinkKind) -> Vec<Field> {
    details(LinkEnd { kind, direction: Direction::From })
}

/// Changes what a link says for a program.
pub fn update_for_program(db: &mut Db, page: &Page, id: LinkId, sent: &JsonObject) -> Result<i64> {
    let found = queries::find_any_held(db, page.viewer(), id)?;
    let kind = LinkChange::of(db, found, None)?;
    programs::update(db, page, &kind, sent)
}

/// `GET /links/{id}/edit`, from its second end with `?at=to`
pub async fn edit(reader: Reader, Id(id): Id<LinkId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let found = queries::find(db, page.viewer(), id)?;
            let kind = LinkChange::of(db, found, query.get(AT).map(ToOwned::to_owned))?;
            let values = kind.values(db)?;
            begin(db, page, &kind, &values)
        })
        .await
}

/// `POST /links/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<LinkId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let found = queries::find_any_held(db, page.viewer(), id)?;
            let kind = LinkChange::of(db, found, sent.get(AT))?;
            save(db, page, &kind, &sent)
        })
        .await
}
