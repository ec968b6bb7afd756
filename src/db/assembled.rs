//! Statements put together from words, for what Diesel cannot say and for what is asked most often.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::NaiveDateTime;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment};
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{BigInt, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::expressions::{IDS_IN_POSTGRES, LIST_IN_SQLITE, as_value};
use super::{Db, told_apart_by_text};

told_apart_by_text!(Assembled<T>);

/// A statement put together from words of the program and values that are bound, with rows of type `T`. The compiler
/// does not check it against the tables: it is for what Diesel cannot say, one question to several tables at once.
pub struct Assembled<T> {
    parts: Vec<Part>,
    kind: PhantomData<T>,
}

/// A piece of an assembled statement.
pub enum Part {
    /// Words of the program.
    Words(Cow<'static, str>),
    /// A number that is bound.
    Number(i64),
    /// A text that is bound.
    Text(String),
    /// A moment (UTC) that is bound.
    Moment(NaiveDateTime),
    /// The condition that the column just named holds one of the ids, `[1,2,3]`.
    Among(String),
}

impl<T> From<Vec<Part>> for Assembled<T> {
    fn from(parts: Vec<Part>) -> Self {
        Self { parts, kind: PhantomData }
    }
}

impl<T> Default for Assembled<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> Assembled<T> {
    /// Goes on with these words.
    pub fn words(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.parts.push(Part::Words(words.into()));
        self
    }

    /// Goes on with a number.
    pub fn number(mut self, number: i64) -> Self {
        self.parts.push(Part::Number(number));
        self
    }

    /// Goes on with a text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Goes on with a moment (UTC).
    pub fn moment(mut self, moment: NaiveDateTime) -> Self {
        self.parts.push(Part::Moment(moment));
        self
    }

    /// Goes on with the condition that the column just named holds one of the ids.
    pub fn among(mut self, ids: impl IntoIterator<Item = impl Into<i64>>) -> Self {
        self.parts.push(Part::Among(as_value(ids)));
        self
    }

    /// Whether nothing has been said yet.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The rows.
    pub fn load<U>(self, db: &mut Db) -> QueryResult<Vec<U>>
    where
        Self: for<'q> LoadQuery<'q, SqliteConnection, U> + for<'q> LoadQuery<'q, PgConnection, U>,
    {
        match db {
            Db::Sqlite(db) => RunQueryDsl::load(self, db),
            Db::Postgres(db) => RunQueryDsl::load(self, db),
        }
    }

    /// The one row.
    pub fn get_result<U>(self, db: &mut Db) -> QueryResult<U>
    where
        Self: for<'q> LoadQuery<'q, SqliteConnection, U> + for<'q> LoadQuery<'q, PgConnection, U>,
    {
        match db {
            Db::Sqlite(db) => RunQueryDsl::get_result(self, db),
            Db::Postgres(db) => RunQueryDsl::get_result(self, db),
        }
    }

    /// Runs it for what it changes.
    pub fn execute(self, db: &mut Db) -> QueryResult<usize> {
        match db {
            Db::Sqlite(db) => RunQueryDsl::execute(self, db),
            Db::Postgres(db) => RunQueryDsl::execute(self, db),
        }
    }
}

impl<T> Query for Assembled<T> {
    type SqlType = T;
}

/// Lets a database run assembled statements itself: what goes through the connection to either is written anew for
/// each step that a statement takes.
macro_rules! run_by {
    ($connection:ty, $backend:ty, $list:expr) => {
        impl<T> RunQueryDsl<$connection> for Assembled<T> {}

        impl<T> QueryFragment<$backend> for Assembled<T> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                for part in &self.parts {
                    match part {
                        Part::Words(words) => out.push_sql(words),
                        Part::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
                        Part::Text(text) => out.push_bind_param::<Text, String>(text)?,
                        Part::Moment(moment) => out.push_bind_param::<Timestamp, NaiveDateTime>(moment)?,
                        Part::Among(ids) => {
                            out.push_sql($list[0]);
                            out.push_bind_param::<Text, String>(ids)?;
                            out.push_sql($list[1]);
                        }
                    }
                }
                Ok(())
            }
        }
    };
}

run_by!(SqliteConnection, Sqlite, LIST_IN_SQLITE);
run_by!(PgConnection, Pg, IDS_IN_POSTGRES);
