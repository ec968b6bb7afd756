//! The names of all records of a kind, folded and in memory, for work that looks for very many: it finds what the
//! queries `named` and `near` find, without asking the database for each name.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::queries::{NEAR, by_slips};
use super::{RecordKind, queries};
use crate::db::Db;
use crate::db::name_forms::{name_core, name_initials, name_key, near_forms};
use crate::db::name_slips::{number_words, own_parts, part_keys};
use crate::error::Result;

/// Records of a kind that are held at most: where there are more, the database is asked, so that memory stays bounded.
const MOST: i64 = 200_000;

/// Candidates that are compared letter by letter at most; a part of a name that more have tells them apart too little.
const CANDIDATES: usize = 1_000;

/// One of the records.
struct Known {
    id: i64,
    name: Box<str>,
    is_archived: bool,
}

/// By what a name is found.
#[derive(Clone, Copy, Hash)]
enum Key<'k> {
    Core(&'k str),
    Initials(&'k str),
    /// One part of three, with the numbers in the name: those tell names apart (`name_slips`).
    Part(usize, &'k str, &'k str),
}

/// The names.
pub struct NameIndex {
    kind: RecordKind,
    known: Vec<Known>,
    places: HashMap<i64, u32>,
    /// Where a chain of `links` begins.
    heads: HashMap<u64, u32>,
    /// A place in `known`, and the next link of its chain.
    links: Vec<(u32, u32)>,
}

/// Where a chain ends.
const END: u32 = u32::MAX;

impl NameIndex {
    /// The names of a kind as they are now; none where there are too many.
    pub fn read(db: &mut Db, kind: RecordKind) -> Result<Option<Self>> {
        let found = queries::first_names(db, kind, MOST + 1)?;
        if i64::try_from(found.len()).is_ok_and(|found| found > MOST) {
            return Ok(None);
        }
        let mut index = Self::empty(kind);
        for (id, name, is_archived) in found {
            index.add(id, &name, is_archived);
        }
        Ok(Some(index))
    }

    fn empty(kind: RecordKind) -> Self {
        Self { kind, known: Vec::new(), places: HashMap::new(), heads: HashMap::new(), links: Vec::new() }
    }

    /// The kind whose names it has.
    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    /// Takes in a record, or another name and place of one that is known.
    pub fn add(&mut self, id: i64, name: &str, is_archived: bool) {
        let held = self.places.get(&id).and_then(|place| self.known.get_mut(*place as usize));
        if let Some(held) = held.filter(|held| *held.name == *name) {
            held.is_archived = is_archived;
            return;
        }
        let next = u32::try_from(self.known.len()).unwrap_or(END);
        let place = *self.places.entry(id).or_insert(next);
        let known = Known { id, name: name.into(), is_archived };
        match self.known.get_mut(place as usize) {
            Some(held) => *held = known,
            None => self.known.push(known),
        }
        let (core, initials) = (name_core(name), name_initials(name));
        self.link(Key::Core(&core), place);
        if let Some(initials) = &initials {
            self.link(Key::Initials(initials), place);
        }
        let numbers = number_words(name);
        for (number, part) in own_parts(&core).iter().enumerate() {
            self.link(Key::Part(number, part, &numbers), place);
        }
    }

    fn link(&mut self, key: Key<'_>, place: u32) {
        let link = u32::try_from(self.links.len()).unwrap_or(END);
        let next = self.heads.insert(hash(key), link).unwrap_or(END);
        self.links.push((place, next));
    }

    /// What was linked under a key, and perhaps more: a record may have another name since.
    fn under(&self, key: Key<'_>) -> impl Iterator<Item = &Known> {
        let mut link = self.heads.get(&hash(key)).copied().unwrap_or(END);
        std::iter::from_fn(move || {
            let (place, next) = *self.links.get(link as usize)?;
            link = next;
            self.known.get(place as usize)
        })
    }

    /// The records of exactly that name, case and accents aside, and whether each is archived.
    pub fn named(&self, name: &str) -> Vec<(i64, bool)> {
        let (key, core) = (name_key(name), name_core(name));
        let found = self.under(Key::Core(&core)).filter(|known| name_key(&known.name) == key);
        let mut found: Vec<_> = found.map(|known| (known.id, known.is_archived)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Records other than the own whose name may mean the same, as [`queries::near`] finds them.
    pub fn near(&self, name: &str, own: Option<i64>) -> Vec<(i64, String)> {
        let (cores, initials) = near_forms(name);
        let own = own.unwrap_or_default();
        let of_cores = cores
            .iter()
            .flat_map(|core| self.under(Key::Core(core)).filter(move |known| name_core(&known.name) == *core));
        let is_acronym = |known: &&Known| name_initials(&known.name).as_deref() == Some(&*initials);
        let same = of_cores.chain(self.under(Key::Initials(&initials)).filter(is_acronym));
        let same = listed(same.filter(|known| known.id != own), NEAR);
        let (parts, numbers) = (part_keys(&name_core(name)), number_words(name));
        let parts = parts.iter().enumerate().flat_map(|(number, keys)| keys.iter().map(move |key| (number, key)));
        let alike = parts.flat_map(|(number, part)| {
            self.under(Key::Part(number, part, &numbers)).filter(|known| known.id != own).take(CANDIDATES)
        });
        let alike = listed(alike, CANDIDATES);
        by_slips(name, same, alike)
    }
}

/// The first of some records by id, each once.
fn listed<'k>(found: impl Iterator<Item = &'k Known>, most: usize) -> Vec<(i64, String)> {
    let mut found: Vec<&Known> = found.collect();
    found.sort_by_key(|known| known.id);
    found.dedup_by_key(|known| known.id);
    found.into_iter().take(most).map(|known| (known.id, known.name.to_string())).collect()
}

/// Two keys of one hash are told apart by the names themselves.
fn hash(key: Key<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_what_they_are_and_by_what_they_may_mean() {
        let mut index = NameIndex::empty(RecordKind::Client);
        for (id, name) in (1..).zip(["Tidewater Public Power", "Tennessee Valley Authority", "Client 12", "ÉDF"]) {
            index.add(id, name, id == 4);
        }
        let near =
            |index: &NameIndex, name| -> Vec<i64> { index.near(name, None).into_iter().map(|(id, _)| id).collect() };
        assert_eq!(near(&index, "Tidewatr Public Powr, Inc."), [1]);
        assert_eq!(near(&index, "TVA"), [2]);
        assert_eq!(near(&index, "Client 13"), [0; 0]);
        assert_eq!(index.near("Clients 12", None).len(), 1);
        assert!(index.near("Clients 12", Some(3)).is_empty());
        assert_eq!(index.named("edf"), [(4, true)]);
        assert!(index.named("edf inc").is_empty());
        index.add(1, "Granite", false);
        assert_eq!((near(&index, "Tidewater Public Power"), near(&index, "Granit")), (vec![], vec![1]));
    }
}
