//! Finding records by name: those that begin with what was typed, then those that hold its words, then those that hold
//! parts of them; and where nothing does, those of which it may be a typing error.

use std::collections::{BTreeMap, BTreeSet};

use super::finding_queries as queries;
use super::queries::kind_and_id;
use super::words::{Asked, closeness, grams, inner_grams, is_term, is_typing_error};
use crate::db::Db;
use crate::error::Result;

/// So many names of one kind that hold the words are looked at, the newest ones, or as many as are wanted; and so many
/// of each where any kind is asked for. A common word has many, and none is meant by it; names that begin with what was
/// typed come before them, however many there are.
const CANDIDATES: i64 = 100;
const OF_EACH: i64 = 50;

/// So many parts of words are looked at, and so many words stand in the place of one.
const PARTS: i64 = 20_000;
const STAND_INS: usize = 20;

/// A record that was found by its name.
#[derive(Clone, Debug)]
pub struct NameHit {
    /// The place of its kind among all kinds.
    pub kind: i64,
    /// Its id within its kind.
    pub id: i64,
    /// Its name as names are sorted.
    pub name_key: String,
}

/// What was found, the best first.
#[derive(Clone, Debug, Default)]
pub struct NamesFound {
    /// The records.
    pub hits: Vec<NameHit>,
    /// The words by which they were found, each with what may stand in its place.
    pub words: Vec<Vec<String>>,
    /// Whether more names of one kind hold the words than were looked at.
    pub is_cut: bool,
}

/// The records of a kind, or of any, that someone may mean.
pub fn names(db: &mut Db, kind: Option<i64>, archived: bool, typed: &str, limit: usize) -> Result<NamesFound> {
    let asked = Asked::parse(typed);
    let enough = i64::try_from(limit).unwrap_or(CANDIDATES);
    let candidates = if kind.is_some() { CANDIDATES.max(enough - 1) } else { OF_EACH };
    let mut ranked = Ranked { limit, ..Ranked::default() };
    if asked.key.is_empty() {
        return Ok(NamesFound::default());
    }
    ranked.extend(queries::beginning(db, kind, archived, &asked.key, enough)?);
    let mut words = asked.long_words();
    if ranked.is_full() || words.is_empty() {
        return Ok(ranked.found_by(words));
    }
    let look = |db: &mut Db, words: &[Vec<String>], ranked: &mut Ranked| -> Result<()> {
        let mut found = queries::holding(db, kind, archived, words, candidates + 1)?;
        ranked.is_cut |= most_of_one_kind(&found) > candidates;
        found.retain(|(_, key)| asked.fits(key));
        ranked.extend(found);
        Ok(())
    };
    look(db, &words, &mut ranked)?;
    if ranked.is_full() {
        return Ok(ranked.found_by(words));
    }
    let terms = similar(db, &asked.words)?;
    if let Some(wider) = standing_in(&words, &terms, |word, term| term.contains(word)) {
        look(db, &wider, &mut ranked)?;
    }
    if ranked.hits.is_empty()
        && let Some(wider) = standing_in(&words, &terms, |word, term| is_term(word) && is_typing_error(word, term))
    {
        look(db, &wider, &mut ranked)?;
        words = wider;
    }
    Ok(ranked.found_by(words))
}

/// Hits in their order, each once.
#[derive(Default)]
struct Ranked {
    limit: usize,
    hits: Vec<NameHit>,
    seen: BTreeSet<i64>,
    is_cut: bool,
}

impl Ranked {
    fn found_by(self, words: Vec<Vec<String>>) -> NamesFound {
        NamesFound { hits: self.hits, words, is_cut: self.is_cut }
    }

    fn is_full(&self) -> bool {
        self.hits.len() >= self.limit
    }

    /// Adds what is not there yet, by name; where not all find room, each kind gets its part of it.
    fn extend(&mut self, found: Vec<(i64, String)>) {
        let mut new: Vec<(String, i64)> =
            found.into_iter().filter(|(row, _)| self.seen.insert(*row)).map(|(row, key)| (key, row)).collect();
        new.sort();
        let mut taken = share_out(new, |(_, row)| kind_and_id(*row).0, self.limit - self.hits.len());
        taken.sort();
        self.hits.extend(taken.into_iter().map(|(name_key, row)| {
            let (kind, id) = kind_and_id(row);
            NameHit { kind, id, name_key }
        }));
    }
}

fn most_of_one_kind(found: &[(i64, String)]) -> i64 {
    let mut numbers: BTreeMap<i64, i64> = BTreeMap::new();
    for (row, _) in found {
        *numbers.entry(kind_and_id(*row).0).or_default() += 1;
    }
    numbers.into_values().max().unwrap_or_default()
}

/// The first of each kind, then the second of each, until there is no room.
pub fn share_out<Hit>(hits: Vec<Hit>, kind: impl Fn(&Hit) -> i64, room: usize) -> Vec<Hit> {
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut placed: Vec<(usize, Hit)> = Vec::with_capacity(hits.len());
    for hit in hits {
        let place = places.entry(kind(&hit)).or_default();
        placed.push((*place, hit));
        *place += 1;
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().take(room).map(|(_, hit)| hit).collect()
}

/// Words of names that share parts with what was typed, with the parts.
fn similar(db: &mut Db, words: &[String]) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let long = words.iter().filter(|word| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic));
    let mut parts: Vec<String> =
        long.flat_map(|word| if is_term(word) { grams(word) } else { inner_grams(word) }).collect();
    parts.sort();
    parts.dedup();
    let mut terms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if parts.is_empty() {
        return Ok(terms);
    }
    for (gram, term) in queries::terms_with(db, &parts, PARTS)? {
        terms.entry(term).or_default().insert(gram);
    }
    Ok(terms)
}

/// The words, each with the terms that fit it; none if nothing is added.
fn standing_in(
    words: &[Vec<String>],
    terms: &BTreeMap<String, BTreeSet<String>>,
    fits: impl Fn(&str, &str) -> bool,
) -> Option<Vec<Vec<String>>> {
    let wider: Vec<Vec<String>> = words
        .iter()
        .map(|alternatives| {
            let word = alternatives.first().map(String::as_str).unwrap_or_default();
            let is_known = |term: &&String| term.as_str() != word && fits(word, term);
            let mut near: Vec<&String> = terms.keys().filter(is_known).collect();
            // The nearest of them: by the alphabet alone a common beginning would take all the room.
            near.sort_by_cached_key(|term| closeness(word, term));
            let more = near.into_iter().take(STAND_INS).cloned();
            if word.chars().all(char::is_alphabetic) {
                alternatives.iter().cloned().chain(more).collect()
            } else {
                alternatives.clone()
            }
        })
        .collect();
    (wider.as_slice() != words).then_some(wider)
}
