//! The statements by which the search index finds: names by their beginning, rows by their words, words by their parts.

use diesel::sql_types::Text;

use super::queries::{InOrder, Index, KIND_BIT, Readers, list, named_rows, numbers, row_id, shelves, sql, text};
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::assembled::Part::{self, Number};
use crate::error::Result;

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

/// What holds the words, of what some readers may see; the newest first.
pub fn in_order(
    db: &mut Db,
    &InOrder { kind, ids, rows, .. }: &InOrder,
    readers: &[Readers],
    words: &[Vec<String>],
    limit: i64,
) -> Result<Vec<i64>> {
    whole_words_first(db, words, limit, |db, asked| {
        let mut parts = vec![sql(ids)];
        for (number, one) in readers.iter().enumerate() {
            parts.push(sql(if number == 0 { "SELECT hit_row FROM (" } else { " UNION ALL SELECT hit_row FROM (" }));
            parts.extend(matching(db, one.index(), shelves(Some(kind), false), asked, limit));
            parts.push(sql(") AS of_some"));
        }
        parts.extend([sql(rows), Number(kind << KIND_BIT)]);
        parts.extend([sql(" ORDER BY row_id DESC LIMIT "), Number(limit)]);
        numbers(db, parts)
    })
}

/// The newest of each shelf that hold the words; among those of all shelves the last one would crowd out the others.
fn matching(db: &Db, index: Index, shelves: std::ops::Range<i64>, asked: &str, limit: i64) -> Vec<Part> {
    let within = |first: i64, end: i64| {
        [sql(" rowid >= "), Number(row_id(first, 0)), sql(" AND rowid < "), Number(row_id(end, 0))]
    };
    let mut parts = Vec::new();
    // PostgreSQL would else walk all rows in their order, in the hope of enough hits soon; by a sum it finds no order.
    if let Db::Postgres(_) = db {
        parts.extend([sql("WITH hits AS MATERIALIZED (SELECT rowid FROM "), sql(index.table())]);
        parts.extend([sql(" WHERE words @@ CAST("), text(asked), sql(" AS tsquery)")]);
        parts.extend([sql(" AND rowid + 0 >= "), Number(row_id(shelves.start, 0))]);
        parts.extend([sql(" AND rowid + 0 < "), Number(row_id(shelves.end, 0)), sql(") ")]);
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
