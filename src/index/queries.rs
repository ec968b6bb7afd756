//! The statements that feed the search index; those that find stand in `finding_queries`. No other place speaks FTS5
//! and tsvector. Each is fixed but for its values, so that it is prepared once.

use diesel::sql_types::{BigInt, Text};

use super::words::{grams, terms, words_of};
use crate::access::TeamPass;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::assembled::Part::{self, Number};
use crate::db::name_forms::name_key;
use crate::error::Result;

/// Where the kind begins in a row id: ids by chance are below 2^53.
pub(super) const KIND_BIT: u32 = 53;

/// Archived records stand behind all others.
const ARCHIVED: i64 = 16;

/// The kinds of what is no record.
pub const CONTACT: i64 = 9;
pub const ENTRY: i64 = 10;
pub const FILE: i64 = 11;
pub const ITEM: i64 = 12;
pub const MEETING: i64 = 13;

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

impl Entry<'_> {
    fn row(&self) -> i64 {
        row_id(shelf(self.kind, self.is_archived), self.id)
    }
}

/// Where a record stands.
fn shelf(kind: i64, is_archived: bool) -> i64 {
    if is_archived { kind + ARCHIVED } else { kind }
}

pub(super) fn row_id(shelf: i64, id: i64) -> i64 {
    (shelf << KIND_BIT) | id
}

/// The kind and the id within a row id.
pub fn kind_and_id(row: i64) -> (i64, i64) {
    ((row >> KIND_BIT) % ARCHIVED, row & ((1 << KIND_BIT) - 1))
}

/// The shelves of one kind, or of all kinds of records.
pub(super) fn shelves(kind: Option<i64>, is_archived: bool) -> std::ops::Range<i64> {
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
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Names => "find_names",
            Self::Public => "find_public",
            Self::Confidential => "find_confidential",
            Self::Team => "find_team",
        }
    }
}

pub(super) fn sql(words: &'static str) -> Part {
    Part::Words(words.into())
}

pub(super) fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn execute(db: &mut Db, parts: Vec<Part>) -> Result<()> {
    Assembled::<BigInt>::from(parts).execute(db)?;
    Ok(())
}

pub(super) fn numbers(db: &mut Db, parts: Vec<Part>) -> Result<Vec<i64>> {
    Ok(Assembled::<BigInt>::from(parts).load(db)?)
}

pub(super) fn named_rows(db: &mut Db, parts: Vec<Part>) -> Result<Vec<(i64, String)>> {
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
    add_name(db, entry)?;
    add_texts(db, entry)
}

fn add_name(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    let (shelf, row) = (shelf(entry.kind, entry.is_archived), entry.row());
    let into = sql("INSERT INTO search_names (row_id, shelf, name_key) VALUES (");
    let key = name_key(entry.name);
    execute(db, vec![into, Number(row), sql(", "), Number(shelf), sql(", "), text(&key), sql(")")])?;
    let words = words_of(entry.name);
    index(db, Index::Names, row, &words)?;
    add_terms(db, &words)
}

fn add_texts(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    index(db, Index::Public, entry.row(), &words_of_all(&entry.texts))
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
pub(super) fn list(db: &Db, words: &[String]) -> String {
    match db {
        Db::Sqlite(_) => format!("[\"{}\"]", words.join("\",\"")),
        Db::Postgres(_) => words.join(" "),
    }
}

/// Brings a record up to date that may have changed: its name, its texts or, where its place moved, both.
pub fn change(db: &mut Db, before: &Entry<'_>, after: &Entry<'_>) -> Result<()> {
    let is_moved = before.row() != after.row();
    if is_moved || before.name != after.name {
        take_out_name(db, before)?;
        add_name(db, after)?;
    }
    if is_moved || before.texts != after.texts {
        forget(db, Index::Public, before.row())?;
        add_texts(db, after)?;
    }
    Ok(())
}

/// Removes a record that is deleted, with all that was written about it.
pub fn remove(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    take_out_name(db, entry)?;
    forget(db, Index::Public, entry.row())?;
    forget(db, Index::Team, row_id(entry.kind, entry.id))
}

fn take_out_name(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    execute(db, vec![sql("DELETE FROM search_names WHERE row_id = "), Number(entry.row())])?;
    forget(db, Index::Names, entry.row())
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

/// Sets what a meeting is called; nothing for one that is gone.
pub fn set_title(db: &mut Db, pass: TeamPass, id: i64, title: Option<&str>) -> Result<()> {
    set_team_text(db, pass, MEETING, id, title)
}

/// Who may read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    Everyone,
    Confidential,
    Team,
}

impl Readers {
    pub(super) fn index(self) -> Index {
        match self {
            Self::Everyone => Index::Public,
            Self::Confidential => Index::Confidential,
            Self::Team => Index::Team,
        }
    }
}

/// What has ids by chance, and rows beside them in the order in which it came, by which the newest is found first.
pub(super) struct InOrder {
    pub(super) kind: i64,
    insert: &'static str,
    delete: &'static str,
    /// How the ids of hits are asked for, before the hits and behind them.
    pub(super) ids: &'static str,
    pub(super) rows: &'static str,
}

pub(super) const CONTACTS: InOrder = InOrder {
    kind: CONTACT,
    insert: "INSERT INTO search_contacts (contact_id) VALUES (",
    delete: "DELETE FROM search_contacts WHERE contact_id = ",
    ids: "SELECT contact_id FROM (",
    rows: ") AS hit JOIN search_contacts ON row_id = hit_row - ",
};

pub(super) const FILES: InOrder = InOrder {
    kind: FILE,
    insert: "INSERT INTO search_files (file_id) VALUES (",
    delete: "DELETE FROM search_files WHERE file_id = ",
    ids: "SELECT file_id FROM (",
    rows: ") AS hit JOIN search_files ON row_id = hit_row - ",
};

pub(super) const ITEMS: InOrder = InOrder {
    kind: ITEM,
    insert: "INSERT INTO search_items (item_id) VALUES (",
    delete: "DELETE FROM search_items WHERE item_id = ",
    ids: "SELECT item_id FROM (",
    rows: ") AS hit JOIN search_items ON row_id = hit_row - ",
};

impl InOrder {
    fn add(&self, db: &mut Db, id: i64, readers: Readers, words: &[String]) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let rows: Vec<i64> = numbers(db, vec![sql(self.insert), Number(id), sql(") RETURNING row_id")])?;
        rows.into_iter().try_for_each(|row| index(db, readers.index(), row_id(self.kind, row), words))
    }

    fn remove(&self, db: &mut Db, id: i64, all: &[Readers]) -> Result<()> {
        let rows: Vec<i64> = numbers(db, vec![sql(self.delete), Number(id), sql(" RETURNING row_id")])?;
        for row in rows {
            for readers in all {
                forget(db, readers.index(), row_id(self.kind, row))?;
            }
        }
        Ok(())
    }
}

/// Adds a contact to the index of those who may read it.
pub fn add_contact(db: &mut Db, id: i64, is_confidential: bool, texts: &[&str]) -> Result<()> {
    let readers = if is_confidential { Readers::Confidential } else { Readers::Everyone };
    CONTACTS.add(db, id, readers, &words_of_all(texts))
}

/// Removes a contact.
pub fn remove_contact(db: &mut Db, id: i64) -> Result<()> {
    CONTACTS.remove(db, id, &[Readers::Everyone, Readers::Confidential])
}

/// Adds a file by its name to the index of those who may see it.
pub fn add_file(db: &mut Db, id: i64, readers: Readers, name: &str) -> Result<()> {
    FILES.add(db, id, readers, &words_of(name))
}

/// Removes a file.
pub fn remove_file(db: &mut Db, id: i64) -> Result<()> {
    FILES.remove(db, id, &[Readers::Everyone, Readers::Confidential, Readers::Team])
}

/// Adds an action item to the index of those who may see it.
pub fn add_item(db: &mut Db, id: i64, readers: Readers, text: &str) -> Result<()> {
    ITEMS.add(db, id, readers, &words_of(text))
}

/// Removes an action item.
pub fn remove_item(db: &mut Db, id: i64) -> Result<()> {
    ITEMS.remove(db, id, &[Readers::Everyone, Readers::Team])
}
