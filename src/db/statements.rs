//! Whole statements that Diesel lacks, keeps no plan of, or writes anew: counts with a bound, several questions in one,
//! updates, long ones that every page asks.

use std::cell::OnceCell;

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment};
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::BigInt;

use super::{Db, MultiBackend, told_apart_by_text};

told_apart_by_text!(CountOf<Q>, OneAfterAnother<Q>, Kept<S>, Once<Q>);

/// How many rows a query gives; with a limit on it, the count has a bound.
pub struct CountOf<Q>(pub Q);

impl<Q> Query for CountOf<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Db> for CountOf<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for CountOf<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

/// The rows of several queries of one shape in one statement. Each has its own order and a limit, which keeps databases
/// from taking rows in another order.
pub struct OneAfterAnother<Q>(pub Vec<Q>);

impl<Q: Query> Query for OneAfterAnother<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Db> for OneAfterAnother<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for OneAfterAnother<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (number, query) in self.0.iter().enumerate() {
            out.push_sql(if number == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            query.walk_ast(out.reborrow())?;
            out.push_sql(&format!(") AS part_{number}"));
        }
        Ok(())
    }
}

/// Runs an UPDATE that stays prepared, as Diesel's do not, and tells how many rows it changed. It returns a key of
/// each: only what is loaded may say that it can be kept. It is found by its text, so that other columns make another.
pub fn update_kept<'q, S>(db: &mut Db, statement: S) -> QueryResult<usize>
where
    Kept<S>: LoadQuery<'q, Db, i64>,
{
    Ok(Kept(statement).load::<i64>(db)?.len())
}

/// A statement that stays prepared.
pub struct Kept<S>(S);

impl<S: Query> Query for Kept<S> {
    type SqlType = S::SqlType;
}

impl<S> RunQueryDsl<Db> for Kept<S> {}

impl<S: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Kept<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &MultiBackend) -> QueryResult<bool> {
        Ok(true)
    }
}

/// What writes the text of a statement.
type SqlWriter = <MultiBackend as Backend>::QueryBuilder;

/// A query whose text is written once, where what goes through the connection to either is written for each of the
/// steps that a statement takes: finding it among those that are prepared, asking whether it may be kept, binding its
/// values.
pub struct Once<Q> {
    query: Q,
    text: OnceCell<String>,
    may_be_kept: OnceCell<bool>,
}

/// For long queries of pages that are asked for often: `query.once().load(db)`.
pub trait WrittenOnce: Query + Sized {
    /// The same query, which is written once.
    fn once(self) -> Once<Self> {
        Once { query: self, text: OnceCell::new(), may_be_kept: OnceCell::new() }
    }
}

impl<Q: Query> WrittenOnce for Q {}

impl<Q: Query> Query for Once<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Db> for Once<Q> {}

// What is overridden Diesel leaves out of its documentation: a release of it may bring another way.
impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Once<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }

    fn to_sql(&self, out: &mut SqlWriter, backend: &MultiBackend) -> QueryResult<()> {
        let text = match self.text.get() {
            Some(text) => text,
            None => {
                let mut text = match backend {
                    MultiBackend::Sqlite(_) => SqlWriter::Sqlite(Default::default()),
                    MultiBackend::Postgres(_) => SqlWriter::Postgres(Default::default()),
                };
                self.query.to_sql(&mut text, backend)?;
                self.text.get_or_init(|| text.finish())
            }
        };
        out.push_sql(text);
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, backend: &MultiBackend) -> QueryResult<bool> {
        match self.may_be_kept.get() {
            Some(known) => Ok(*known),
            None => {
                let known = self.query.is_safe_to_cache_prepared(backend)?;
                Ok(*self.may_be_kept.get_or_init(|| known))
            }
        }
    }
}
