//! Changing what a link says; its ends and its mark stay, since another of those is another link.

use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::listing_queries::{LinkFilter, after};
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
    Field, FormData, FormView, Id, Invalid, JsonObject, Page, Reader, Values, Writer, html, programs, values_of,
};

/// The form that changes a link, seen from its first end, which is held.
struct LinkChange {
    kind: LinkKind,
    row: LinkRow,
    here: Record,
    there: Record,
}

impl LinkChange {
    fn find(db: &mut Db, page: &Page, id: LinkId) -> Result<Self> {
        let filter = LinkFilter { ids: Some(vec![id.0]), ..LinkFilter::default() };
        let (kind, row) = after(db, page.viewer(), &filter, None, 1)?.pop().ok_or(Error::NotFound)?;
        let mut end = |kind, id| records::queries::find(db, kind, id)?.ok_or(Error::NotFound);
        Ok(Self { here: end(kind.ends().0, row.from)?, there: end(kind.ends().1, row.to)?, kind, row })
    }

    /// The same, with the first end kept from other writers: who waited for it reads the link as they left it.
    fn find_held(db: &mut Db, page: &Page, id: LinkId) -> Result<Self> {
        let held = Self::find(db, page, id)?;
        records::queries::hold(db, held.ends()[0])?;
        Self::find(db, page, id)
    }

    fn ends(&self) -> [RecordRef; 2] {
        let (from, to) = self.kind.ends();
        [RecordRef { kind: from, id: self.row.from }, RecordRef { kind: to, id: self.row.to }]
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
        let mut draft = match LinkDraft::parse(sent, self.kind, page.viewer().sees_confidential()) {
            Ok(draft) => LinkDraft { is_confidential: self.row.draft.is_confidential, ..draft },
            Err(invalid) => return Ok(Err(invalid)),
        };
        // Links of clients take no sources by their form; those that an import brought stay.
        if self.kind.is_of_client() {
            draft.sources.clone_from(&self.row.draft.sources);
        }
        Ok(refused_technology(db, &draft, self.row.to)?.map_or(Ok(draft), Err))
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
        Ok(Saved { address: self.ends()[0].address(), message, id: Some(self.row.link_id.0) })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let action = format!("/links/{}/edit", self.row.link_id);
        Ok(FormView::new(action, "Save link", self.ends()[0].address(), fields(self.kind)).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let [here, there] = self.ends();
        let shell = page.shell(format!("Link between {}", self.names()), here.kind.path());
        let shell = shell.crumb(&self.here.name, here.address()).crumb(&self.there.name, there.address());
        html(status, &LinkPage { shell, form })
    }
}

/// The fields of a link that can be changed.
pub fn fields(kind: LinkKind) -> Vec<Field> {
    details(LinkEnd { kind, direction: Direction::From })
}

/// Changes what a link says for a program.
pub fn update_for_program(db: &mut Db, page: &Page, id: LinkId, sent: &JsonObject) -> Result<i64> {
    let kind = LinkChange::find_held(db, page, id)?;
    programs::update(db, page, &kind, sent)
}

/// `GET /links/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<LinkId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let kind = LinkChange::find(db, page, id)?;
            let values = kind.values(db)?;
            begin(db, page, &kind, &values)
        })
        .await
}

/// `POST /links/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<LinkId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let kind = LinkChange::find_held(db, page, id)?;
            save(db, page, &kind, &sent)
        })
        .await
}
