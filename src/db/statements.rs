//! Whole statements that Diesel lacks, or keeps no plan of: counts with a bound, several questions in one, updates.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment};
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::BigInt;

use super::{Db, MultiBackend, told_apart_by_text};

told_apart_by_text!(CountOf<Q>, OneAfterAnother<Q>, Kept<S>);

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
