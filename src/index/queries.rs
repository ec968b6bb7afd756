//! All statements on the search index: the only place that speaks FTS5 and tsvector. Each is fixed but for its
//! values, so that it is prepared once.

use diesel::sql_types::{BigInt, Text};

use super::words::{grams, terms, words_of};
use crate::access::TeamPass;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::assembled::Part::{self, Number};
use crate::db::name_forms::name_key;
use crate::error::Result;

/// Where the kind begins in a row id: ids by chance are below 2^53.
const KIND_BIT: u32 = 53;

/// Archived records stand behind all others.
const ARCHIVED: i64 = 16;

/// The kinds of what is no record.
pub const CONTACT: i64 = 9;
pub const ENTRY: i64 = 10;

/// A record as the index takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The place of its kind among all kinds.
    pub kind: i64,
    /// Its id within its kind.
    pub id: i64,
    /// Whether it is found only by those who ask for what is archived.
    pub is_archived: bool,
    /// Its name.
    pub name: &'a str,
    /// Its texts that everyone may read.
    pub texts: Vec<&'a str>,
}

/// Where a record stands.
fn shelf(kind: i64, is_archived: bool) -> i64 {
    if is_archived { kind + ARCHIVED } else { kind }
}

fn row_id(shelf: i64, id: i64) -> i64 {
    (shelf << KIND_BIT) | id
}

/// The kind and the id within a row id.
pub fn kind_and_id(row: i64) -> (i64, i64) {
    ((row >> KIND_BIT) % ARCHIVED, row & ((1 << KIND_BIT) - 1))
}

/// The shelves of one kind, or of all kinds of records.
fn shelves(kind: Option<i64>, is_archived: bool) -> std::ops::Range<i64> {
    match kind {
        Some(kind) => shelf(kind, is_archived)..shelf(kind, is_archived) + 1,
        None => shelf(0, is_archived)..shelf(CONTACT, is_archived),
    }
}

/// One of the indexes.
#[derive(Clone, Copy, Debug)]
pub enum Index {
    Names,
    Public,
    Confidential,
    Team,
}

impl Index {
    fn table(self) -> &'static str {
        match self {
            Self::Names => "find_names",
            Self::Public => "find_public",
            Self::Confidential => "find_confidential",
            Self::Team => "find_team",
        }
    }
}

fn sql(words: &'static str) -> Part {
    Part::Words(words.into())
}

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn execute(db: &mut Db, parts: Vec<Part>) -> Result<()> {
    Assembled::<BigInt>::from(parts).execute(db)?;
    Ok(())
}

fn numbers(db: &mut Db, parts: Vec<Part>) -> Result<Vec<i64>> {
    Ok(Assembled::<BigInt>::from(parts).load(db)?)
}

fn named_rows(db: &mut Db, parts: Vec<Part>) -> Result<Vec<(i64, String)>> {
    Ok(Assembled::<(BigInt, Text)>::from(parts).load(db)?)
}

/// Adds words to an index.
fn index(db: &mut Db, index: Index, row: i64, words: &[String]) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let words = words.join(" ");
    let bound = match db {
        Db::Sqlite(_) => [text(&words), sql(")")],
        Db::Postgres(_) => [text(&words), sql(", ' ')))")],
    };
    let mut parts =
        vec![sql("INSERT INTO "), sql(index.table()), sql(" (rowid, words) VALUES ("), Number(row), sql(", ")];
    if let Db::Postgres(_) = db {
        parts.push(sql("array_to_tsvector(string_to_array("));
    }
    parts.extend(bound);
    execute(db, parts)
}

fn forget(db: &mut Db, index: Index, row: i64) -> Result<()> {
    execute(db, vec![sql("DELETE FROM "), sql(index.table()), sql(" WHERE rowid = "), Number(row)])
}

fn words_of_all(texts: &[&str]) -> Vec<String> {
    texts.iter().flat_map(|text| words_of(text)).collect()
}

/// Adds a record.
pub fn add(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    let key = name_key(entry.name);
    let shelf = shelf(entry.kind, entry.is_archived);
    let row = row_id(shelf, entry.id);
    let into = sql("INSERT INTO search_names (row_id, shelf, name_key) VALUES (");
    execute(db, vec![into, Number(row), sql(", "), Number(shelf), sql(", "), text(&key), sql(")")])?;
    let words = words_of(entry.name);
    index(db, Index::Names, row, &words)?;
    add_terms(db, &words)?;
    index(db, Index::Public, row, &words_of_all(&entry.texts))
}

/// Keeps the words of a name among those by which typing errors are forgiven.
fn add_terms(db: &mut Db, words: &[String]) -> Result<()> {
    let mut pairs: Vec<String> =
        terms(words).flat_map(|term| grams(term).into_iter().map(move |gram| gram + term)).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    // On PostgreSQL a saver waits for another that adds the same word, until that one is done. In one order no two wait
    // for each other; those who add several records in one transaction may, and one of them has to begin anew.
    pairs.sort();
    pairs.dedup();
    let list = list(db, &pairs);
    let (from, to) = match db {
        Db::Sqlite(_) => ("SELECT substr(value, 1, 3), substr(value, 4) FROM json_each(", ") WHERE true "),
        Db::Postgres(_) => ("SELECT left(pair, 3), substr(pair, 4) FROM unnest(string_to_array(", ", ' ')) AS pair "),
    };
    let into = sql("INSERT INTO search_terms (gram, term) ");
    execute(db, vec![into, sql(from), text(&list), sql(to), sql("ON CONFLICT (gram, term) DO NOTHING")])
}

/// Several words as one value; they are of letters and marks alone, nothing in them needs to be escaped.
fn list(db: &Db, words: &[String]) -> String {
    match db {
        Db::Sqlite(_) => format!("[\"{}\"]", words.join("\",\"")),
        Db::Postgres(_) => words.join(" "),
    }
}

/// Brings a record up to date that may have changed.
pub fn change(db: &mut Db, before: &Entry<'_>, after: &Entry<'_>) -> Result<()> {
    if before == after {
        return Ok(());
    }
    take_out(db, before)?;
    add(db, after)
}

/// Removes a record that is deleted, with all that was written about it.
pub fn remove(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    take_out(db, entry)?;
    forget(db, Index::Team, row_id(entry.kind, entry.id))
}

fn take_out(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    let row = row_id(shelf(entry.kind, entry.is_archived), entry.id);
    execute(db, vec![sql("DELETE FROM search_names WHERE row_id = "), Number(row)])?;
    forget(db, Index::Names, row)?;
    forget(db, Index::Public, row)
}

/// Sets what the NED Team alone may read about a record.
pub fn set_team_text(db: &mut Db, _pass: TeamPass, kind: i64, id: i64, text: Option<&str>) -> Result<()> {
    forget(db, Index::Team, row_id(kind, id))?;
    index(db, Index::Team, row_id(kind, id), &words_of(text.unwrap_or_default()))
}

/// Adds a roundtable entry.
pub fn add_entry(db: &mut Db, _pass: TeamPass, id: i64, texts: &[&str]) -> Result<()> {
    index(db, Index::Team, row_id(ENTRY, id), &words_of_all(texts))
}

/// Removes an entry in whose place another stands.
pub fn remove_entry(db: &mut Db, _pass: TeamPass, id: i64) -> Result<()> {
    forget(db, Index::Team, row_id(ENTRY, id))
}

/// Adds a contact to the index of those who may read it.
pub fn add_contact(db: &mut Db, id: i64, is_confidential: bool, texts: &[&str]) -> Result<()> {
    let words = words_of_all(texts);
    if words.is_empty() {
        return Ok(());
    }
    let into = sql("INSERT INTO search_contacts (contact_id) VALUES (");
    let rows: Vec<i64> = numbers(db, vec![into, Number(id), sql(") RETURNING row_id")])?;
    let place = if is_confidential { Index::Confidential } else { Index::Public };
    rows.into_iter().try_for_each(|row| index(db, place, row_id(CONTACT, row), &words))
}

/// Removes a contact.
pub fn remove_contact(db: &mut Db, id: i64) -> Result<()> {
    let delete = sql("DELETE FROM search_contacts WHERE contact_id = ");
    let rows: Vec<i64> = numbers(db, vec![delete, Number(id), sql(" RETURNING row_id")])?;
    for row in rows {
        forget(db, Index::Public, row_id(CONTACT, row))?;
        forget(db, Index::Confidential, row_id(CONTACT, row))?;
    }
    Ok(())
}

/// The names of a kind, or of any, that begin with a key, in their order within each kind.
pub fn beginning(db: &mut Db, kind: Option<i64>, archived: bool, key: &str, limit: i64) -> Result<Vec<(i64, String)>> {
    let end = format!("{key}\u{10ffff}");
    let mut parts = Vec::new();
    for shelf in shelves(kind, archived) {
        parts.push(sql(if parts.is_empty() { "" } else { " UNION ALL " }));
        parts.push(sql("SELECT row_id, name_key FROM (SELECT row_id, name_key FROM search_names WHERE shelf = "));
        parts.push(Number(shelf));
        parts.extend([sql(" AND name_key >= "), text(key), sql(" AND name_key < "), text(&end)]);
        parts.extend([sql(" ORDER BY name_key, row_id LIMIT "), Number(limit), sql(") AS shelf")]);
    }
    named_rows(db, parts)
}

/// The names that hold the words, of each kind the newest records.
pub fn holding(
    db: &mut Db,
    kind: Option<i64>,
    archived: bool,
    words: &[Vec<String>],
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let shelves = shelves(kind, archived);
    whole_words_first(db, words, limit, |db, asked| {
        let mut parts = vec![sql("SELECT row_id, name_key FROM (")];
        parts.extend(matching(db, Index::Names, shelves.clone(), asked, limit));
        parts.push(sql(") AS hit JOIN search_names ON row_id = hit_row"));
        named_rows(db, parts)
    })
}

/// What holds the words as they are, if that is enough, else what holds words that begin with them: the hits of a word
/// are read from the newest on, those of a beginning have to be gathered from all its words first.
fn whole_words_first<Hit>(
    db: &mut Db,
    words: &[Vec<String>],
    enough: i64,
    look: impl Fn(&mut Db, &str) -> Result<Vec<Hit>>,
) -> Result<Vec<Hit>> {
    let whole = pattern(db, words, false);
    let found = look(db, &whole)?;
    if i64::try_from(found.len()).is_ok_and(|hits| hits >= enough) {
        return Ok(found);
    }
    let beginnings = pattern(db, words, true);
    look(db, &beginnings)
}

/// The rows of an index that hold the words, of each kind the newest ones, the last kind first.
pub fn rows(db: &mut Db, index: Index, kind: Option<i64>, words: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
    let mut rows = whole_words_first(db, words, limit, |db, asked| {
        numbers(db, matching(db, index, shelves(kind, false), asked, limit))
    })?;
    rows.sort_unstable_by(|one, other| other.cmp(one));
    Ok(rows)
}

/// The contacts of an index that hold the words, the newest first.
pub fn contacts(db: &mut Db, index: Index, words: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
    whole_words_first(db, words, limit, |db, asked| {
        let mut parts = vec![sql("SELECT contact_id FROM (")];
        parts.extend(matching(db, index, shelves(Some(CONTACT), false), asked, limit));
        parts.extend([sql(") AS hit JOIN search_contacts ON row_id = hit_row - "), Number(CONTACT << KIND_BIT)]);
        parts.push(sql(" ORDER BY row_id DESC"));
        numbers(db, parts)
    })
}

/// The newest of each shelf that hold the words; among those of all shelves the last one would crowd out the others.
fn matching(db: &Db, index: Index, shelves: std::ops::Range<i64>, asked: &str, limit: i64) -> Vec<Part> {
    let within = |first: i64, end: i64| {
        [sql(" rowid >= "), Number(row_id(first, 0)), sql(" AND rowid < "), Number(row_id(end, 0))]
    };
    let mut parts = Vec::new();
    // PostgreSQL would else walk all rows in their order, in the hope of enough hits soon.
    if let Db::Postgres(_) = db {
        parts.extend([sql("WITH hits AS MATERIALIZED (SELECT rowid FROM "), sql(index.table())]);
        parts.extend([sql(" WHERE words @@ CAST("), text(asked), sql(" AS tsquery) AND")]);
        parts.extend(within(shelves.start, shelves.end));
        parts.push(sql(") "));
    }
    let start = shelves.start;
    for shelf in shelves {
        parts.push(sql(if shelf == start { "" } else { " UNION ALL " }));
        parts.push(sql("SELECT hit_row FROM (SELECT rowid AS hit_row FROM "));
        match db {
            Db::Sqlite(_) => {
                parts.extend([sql(index.table()), sql(" WHERE words MATCH "), text(asked), sql(" AND")]);
            }
            Db::Postgres(_) => parts.push(sql("hits WHERE")),
        }
        parts.extend(within(shelf, shelf + 1));
        parts.extend([sql(" ORDER BY rowid DESC LIMIT "), Number(limit), sql(") AS shelf")]);
    }
    parts
}

/// The words in the language of the index: all of them, each as a word or as the beginning of one, or what may stand in
/// its place. Words hold letters and digits alone and are quoted, so that nothing of them is understood.
fn pattern(db: &Db, words: &[Vec<String>], as_beginnings: bool) -> String {
    let (quote, prefix, or, and) = match db {
        Db::Sqlite(_) => ("\"", "*", " OR ", " AND "),
        Db::Postgres(_) => ("'", ":*", " | ", " & "),
    };
    let prefix = if as_beginnings { prefix } else { "" };
    let word = |word: &String| format!("{quote}{word}{quote}{prefix}");
    let one_of = |words: &Vec<String>| format!("({})", words.iter().map(word).collect::<Vec<_>>().join(or));
    words.iter().map(one_of).collect::<Vec<_>>().join(and)
}

/// The words of names that have any of these parts of three letters, once for each.
pub fn terms_with(db: &mut Db, grams: &[String], limit: i64) -> Result<Vec<(String, String)>> {
    let list = list(db, grams);
    let mut parts = vec![sql("SELECT gram, term FROM search_terms WHERE gram ")];
    match db {
        Db::Sqlite(_) => parts.extend([sql("IN (SELECT value FROM json_each("), text(&list), sql("))")]),
        Db::Postgres(_) => parts.extend([sql("= ANY (string_to_array("), text(&list), sql(", ' '))")]),
    }
    parts.extend([sql(" ORDER BY gram, term LIMIT "), Number(limit)]);
    Ok(Assembled::<(Text, Text)>::from(parts).load(db)?)
}
