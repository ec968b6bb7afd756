//! Taking a client with what stands beside its own form: the next contact, and for the team the assessment. Each part
//! goes by the form that takes it by hand.

use std::rc::Rc;

use crate::clients::{self, ClientId, assessment};
use crate::contacts::recording;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::people::Lookups;
use crate::records::RecordKind;
use crate::web::{Field, Page, Values};

/// The fields of a client as far as this person may fill them.
pub fn fields(db: &mut Db, page: &Page) -> Result<Vec<Field>> {
    let mut fields = clients::pages::fields(db, page)?;
    fields.extend(recording::fields(db, page)?.into_iter().filter(|field| recording::is_of_plan(field.name)));
    fields.extend(page.viewer().team().map(assessment::pages::fields).unwrap_or_default());
    Ok(fields)
}

/// Whether a field stands beside the form of the client: what a column holds is no sign of it, only what it is called.
pub fn is_beside(field: &str) -> bool {
    RecordKind::Client.fields().iter().all(|own| own.name != field)
}

/// What a row says, by the form that takes it.
struct Parts {
    own: Values,
    planned: Values,
    judged: Values,
}

impl Parts {
    fn of(given: &Values) -> Self {
        let (beside, own): (Values, Values) = given.clone().into_iter().partition(|(name, _)| is_beside(name));
        let (planned, judged) = beside.into_iter().partition(|(name, _)| recording::is_of_plan(name));
        Self { own, planned, judged }
    }

    /// Takes what stands beside the form of the client; whether any was another.
    fn beside(
        &self,
        db: &mut Db,
        page: &Page,
        lookups: &Rc<Lookups>,
        (id, only_empty): (ClientId, bool),
    ) -> Result<bool> {
        let mut is_other = false;
        if !self.planned.is_empty() {
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            is_other |= recording::amend_plan(db, page, lookups, &client, (&self.planned, only_empty))?;
        }
        if let Some(pass) = page.viewer().team().filter(|_| !self.judged.is_empty()) {
            is_other |= assessment::pages::amend(db, page, pass, id, (&self.judged, only_empty))?;
        }
        Ok(is_other)
    }
}

/// Makes a client of a row; its id.
pub fn make(db: &mut Db, page: &Page, lookups: &Rc<Lookups>, given: &Values) -> Result<i64> {
    let parts = Parts::of(given);
    let id = clients::pages::make(db, page, lookups, &parts.own)?;
    parts.beside(db, page, lookups, (ClientId(id), false))?;
    Ok(id)
}

/// Gives a client what a row says of it, or what of that is empty; whether any was another.
pub fn amend(
    db: &mut Db,
    page: &Page,
    lookups: &Rc<Lookups>,
    id: ClientId,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    let parts = Parts::of(given);
    let is_other = clients::pages::amend(db, page, lookups, id, (&parts.own, only_empty))?;
    Ok(parts.beside(db, page, lookups, (id, only_empty))? || is_other)
}
