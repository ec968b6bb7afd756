//! Colleagues whom a contact names with “@” hear of it.

use serde_json::json;

use super::ContactDraft;
use crate::db::Db;
use crate::error::Result;
use crate::ids::ContactId;
use crate::people::mentions;
use crate::web::Page;

/// Tells those whom a contact names, and did not before it was corrected.
pub fn tell_mentioned(
    db: &mut Db,
    page: &Page,
    id: ContactId,
    before: Option<&ContactDraft>,
    after: &ContactDraft,
) -> Result<()> {
    // Whoever could not read it then was not told.
    let before = before.filter(|before| after.is_confidential || !before.is_confidential);
    let texts = (before.map(ContactDraft::texts).unwrap_or_default(), after.texts());
    mentions::tell(db, &page.visit, (&texts.0, &texts.1), &json!({ "contact_id": id }), |reader| {
        !after.is_confidential || reader.confidential().is_some()
    })
}
