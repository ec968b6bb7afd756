//! All statements on the search index: the only place that speaks FTS5 and tsvector. Each is fixed but for its
//! values, so that it is prepared once.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;

use super::words::{grams, terms, words_of};
use crate::access::TeamPass;
use crate::db::Db;
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

enum Part<'a> {
    Sql(&'static str),
    Number(i64),
    Text(&'a str),
}
use Part::{Number, Sql};

/// A statement in parts, whose rows are of a type.
struct Statement<'a, Row> {
    parts: Vec<Part<'a>>,
    row: PhantomData<Row>,
}

impl<Row> QueryId for Statement<'_, Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Row> Query for Statement<'_, Row> {
    type SqlType = Row;
}

impl<Row> RunQueryDsl<SqliteConnection> for Statement<'_, Row> {}
impl<Row> RunQueryDsl<PgConnection> for Statement<'_, Row> {}

impl<Row> QueryFragment<Sqlite> for Statement<'_, Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.parts.iter().try_for_each(|part| match part {
            Part::Sql(sql) => {
                out.push_sql(sql);
                Ok(())
            }
            Part::Number(number) => out.push_bind_param::<BigInt, i64>(number),
            Part::Text(text) => out.push_bind_param::<Text, str>(text),
        })
    }
}

impl<Row> QueryFragment<Pg> for Statement<'_, Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.parts.iter().try_for_each(|part| match part {
            Part::Sql(sql) => {
                out.push_sql(sql);
                Ok(())
            }
            Part::Number(number) => out.push_bind_param::<BigInt, i64>(number),
            Part::Text(text) => out.push_bind_param::<Text, str>(text),
        })
    }
}

fn execute(db: &mut Db, parts: Vec<Part<'_>>) -> Result<()> {
    let statement = Statement::<BigInt> { parts, row: PhantomData };
    match db {
        Db::Sqlite(db) => RunQueryDsl::<SqliteConnection>::execute(statement, db)?,
        Db::Postgres(db) => RunQueryDsl::<PgConnection>::execute(statement, db)?,
    };
    Ok(())
}

fn numbers(db: &mut Db, parts: Vec<Part<'_>>) -> Result<Vec<i64>> {
    let statement = Statement::<BigInt> { parts, row: PhantomData };
    Ok(match db {
        Db::Sqlite(db) => RunQueryDsl::<SqliteConnection>::load::<i64>(statement, db)?,
        Db::Postgres(db) => RunQueryDsl::<PgConnection>::load::<i64>(statement, db)?,
    })
}

fn named_rows(db: &mut Db, parts: Vec<Part<'_>>) -> Result<Vec<(i64, String)>> {
    let statement = Statement::<(BigInt, Text)> { parts, row: PhantomData };
    Ok(match db {
        Db::Sqlite(db) => RunQueryDsl::<SqliteConnection>::load::<(i64, String)>(statement, db)?,
        Db::Postgres(db) => RunQueryDsl::<PgConnection>::load::<(i64, String)>(statement, db)?,
    })
}

fn word_pairs(db: &mut Db, parts: Vec<Part<'_>>) -> Result<Vec<(String, String)>> {
    let statement = Statement::<(Text, Text)> { parts, row: PhantomData };
    Ok(match db {
        Db::Sqlite(db) => RunQueryDsl::<SqliteConnection>::load::<(String, String)>(statement, db)?,
        Db::Postgres(db) => RunQueryDsl::<PgConnection>::load::<(String, String)>(statement, db)?,
    })
}

/// Adds words to an index.
fn index(db: &mut Db, index: Index, row: i64, words: &[String]) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let words = words.join(" ");
    let text = match db {
        Db::Sqlite(_) => [Part::Text(&words), Sql(")")],
        Db::Postgres(_) => [Part::Text(&words), Sql(", ' ')))")],
    };
    let mut parts =
        vec![Sql("INSERT INTO "), Sql(index.table()), Sql(" (rowid, words) VALUES ("), Number(row), Sql(", ")];
    if let Db::Postgres(_) = db {
        parts.push(Sql("array_to_tsvector(string_to_array("));
    }
    parts.extend(text);
    execute(db, parts)
}

fn forget(db: &mut Db, index: Index, row: i64) -> Result<()> {
    execute(db, vec![Sql("DELETE FROM "), Sql(index.table()), Sql(" WHERE rowid = "), Number(row)])
}

fn words_of_all(texts: &[&str]) -> Vec<String> {
    texts.iter().flat_map(|text| words_of(text)).collect()
}

/// Adds a record.
pub fn add(db: &mut Db, entry: &Entry<'_>) -> Result<()> {
    let key = name_key(entry.name);
    let shelf = shelf(entry.kind, entry.is_archived);
    let row = row_id(shelf, entry.id);
    let into = Sql("INSERT INTO search_names (row_id, shelf, name_key) VALUES (");
    execute(db, vec![into, Number(row), Sql(", "), Number(shelf), Sql(", "), Part::Text(&key), Sql(")")])?;
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
    let into = Sql("INSERT INTO search_terms (gram, term) ");
    execute(db, vec![into, Sql(from), Part::Text(&list), Sql(to), Sql("ON CONFLICT (gram, term) DO NOTHING")])
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
    execute(db, vec![Sql("DELETE FROM search_names WHERE row_id = "), Number(row)])?;
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
    let into = Sql("INSERT INTO search_contacts (contact_id) VALUES (");
    let rows: Vec<i64> = numbers(db, vec![into, Number(id), Sql(") RETURNING row_id")])?;
    let place = if is_confidential { Index::Confidential } else { Index::Public };
    rows.into_iter().try_for_each(|row| index(db, place, row_id(CONTACT, row), &words))
}

/// Removes a contact.
pub fn remove_contact(db: &mut Db, id: i64) -> Result<()> {
    let delete = Sql("DELETE FROM search_contacts WHERE contact_id = ");
    let rows: Vec<i64> = numbers(db, vec![delete, Number(id), Sql(" RETURNING row_id")])?;
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
        parts.push(Sql(if parts.is_empty() { "" } else { " UNION ALL " }));
        parts.push(Sql("SELECT row_id, name_key FROM (SELECT row_id, name_key FROM search_names WHERE shelf = "));
        parts.push(Number(shelf));
        parts.extend([Sql(" AND name_key >= "), Part::Text(key), Sql(" AND name_key < "), Part::Text(&end)]);
        parts.extend([Sql(" ORDER BY name_key, row_id LIMIT "), Number(limit), Sql(") AS shelf")]);
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
    let asked = pattern(db, words);
    let mut parts = vec![Sql("SELECT row_id, name_key FROM (")];
    parts.extend(matching(db, Index::Names, shelves, &asked, limit));
    parts.push(Sql(") AS hit JOIN search_names ON row_id = hit_row"));
    named_rows(db, parts)
}

/// The rows of an index that hold the words, of each kind the newest ones, the last kind first.
pub fn rows(db: &mut Db, index: Index, kind: Option<i64>, words: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
    let asked = pattern(db, words);
    let mut rows = numbers(db, matching(db, index, shelves(kind, false), &asked, limit))?;
    rows.sort_unstable_by(|one, other| other.cmp(one));
    Ok(rows)
}

/// The contacts of an index that hold the words, the newest first.
pub fn contacts(db: &mut Db, index: Index, words: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
    let asked = pattern(db, words);
    let mut parts = vec![Sql("SELECT contact_id FROM (")];
    parts.extend(matching(db, index, shelves(Some(CONTACT), false), &asked, limit));
    parts.extend([Sql(") AS hit JOIN search_contacts ON row_id = hit_row - "), Number(CONTACT << KIND_BIT)]);
    parts.push(Sql(" ORDER BY row_id DESC"));
    numbers(db, parts)
}

/// The newest of each shelf that hold the words; among those of all shelves the last one would crowd out the others.
fn matching<'a>(db: &Db, index: Index, shelves: std::ops::Range<i64>, asked: &'a str, limit: i64) -> Vec<Part<'a>> {
    let within = |first: i64, end: i64| {
        [Sql(" rowid >= "), Number(row_id(first, 0)), Sql(" AND rowid < "), Number(row_id(end, 0))]
    };
    let mut parts = Vec::new();
    // PostgreSQL would else walk all rows in their order, in the hope of enough hits soon.
    if let Db::Postgres(_) = db {
        parts.extend([Sql("WITH hits AS MATERIALIZED (SELECT rowid FROM "), Sql(index.table())]);
        parts.extend([Sql(" WHERE words @@ CAST("), Part::Text(asked), Sql(" AS tsquery) AND")]);
        parts.extend(within(shelves.start, shelves.end));
        parts.push(Sql(") "));
    }
    let start = shelves.start;
    for shelf in shelves {
        parts.push(Sql(if shelf == start { "" } else { " UNION ALL " }));
        parts.push(Sql("SELECT hit_row FROM (SELECT rowid AS hit_row FROM "));
        match db {
            Db::Sqlite(_) => {
                parts.extend([Sql(index.table()), Sql(" WHERE words MATCH "), Part::Text(asked), Sql(" AND")]);
            }
            Db::Postgres(_) => parts.push(Sql("hits WHERE")),
        }
        parts.extend(within(shelf, shelf + 1));
        parts.extend([Sql(" ORDER BY rowid DESC LIMIT "), Number(limit), Sql(") AS shelf")]);
    }
    parts
}

/// The words in the language of the index: all of them, each as the beginning of a word, or one that may stand in its
/// place. Words hold letters and digits alone and are quoted, so that nothing of them is understood.
fn pattern(db: &Db, words: &[Vec<String>]) -> String {
    let (quote, prefix, or, and) = match db {
        Db::Sqlite(_) => ("\"", "*", " OR ", " AND "),
        Db::Postgres(_) => ("'", ":*", " | ", " & "),
    };
    let word = |word: &String| format!("{quote}{word}{quote}{prefix}");
    let one_of = |words: &Vec<String>| format!("({})", words.iter().map(word).collect::<Vec<_>>().join(or));
    words.iter().map(one_of).collect::<Vec<_>>().join(and)
}

/// The words of names that have any of these parts of three letters, once for each.
pub fn terms_with(db: &mut Db, grams: &[String], limit: i64) -> Result<Vec<(String, String)>> {
    let list = list(db, grams);
    let mut parts = vec![Sql("SELECT gram, term FROM search_terms WHERE gram ")];
    match db {
        Db::Sqlite(_) => parts.extend([Sql("IN (SELECT value FROM json_each("), Part::Text(&list), Sql("))")]),
        Db::Postgres(_) => parts.extend([Sql("= ANY (string_to_array("), Part::Text(&list), Sql(", ' '))")]),
    }
    parts.extend([Sql(" ORDER BY gram, term LIMIT "), Number(limit)]);
    word_pairs(db, parts)
}
