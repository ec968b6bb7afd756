//! What the forms of records suggest for lists that may grow.

use std::collections::BTreeMap;

use crate::db::Db;
use crate::error::Result;
use crate::records::totals;
use crate::records::{Entry, FieldSpec, RecordKind};
use crate::web::Page;

/// What the open lists of a kind suggest, by the names of their fields.
pub type Suggestions = BTreeMap<&'static str, Vec<String>>;

/// The usual values, those that the firm has added, and those in use.
pub fn suggestions(db: &mut Db, page: &Page, kind: RecordKind) -> Result<Suggestions> {
    let open = |spec: &&FieldSpec| matches!(spec.entry, Entry::Open(_));
    let totals = kind.filters().any(|spec| open(&spec)).then(|| totals::of_kind(db, kind)).transpose()?;
    let mut suggested = Suggestions::new();
    for spec in kind.fields() {
        let Entry::Open(usual) = spec.entry else { continue };
        let of_firm = page.config.suggestions.iter().filter(|(name, _)| *name == spec.name).map(|(_, value)| &**value);
        let in_use = totals.iter().flat_map(|totals| totals.in_use(spec.name)).take(SUGGESTED);
        let mut values: Vec<String> = Vec::new();
        for value in usual.iter().copied().chain(of_firm).chain(in_use) {
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        suggested.insert(spec.name, values);
    }
    Ok(suggested)
}

/// So many values in use are suggested.
const SUGGESTED: usize = 200;
