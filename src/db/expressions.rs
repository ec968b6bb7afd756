//! Expressions that Diesel lacks, made such that a statement with them stays prepared: for the same question their text
//! is the same, however many ids it is about.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, SqlType, Text};
use serde_json::Value;

use super::{Db, MultiBackend};

/// Whether a column holds one of several values; see [`among`] and [`among_texts`].
#[derive(Clone, QueryId, ValidGrouping)]
pub struct Among<C> {
    column: C,
    values: Values,
}

/// Several values as one that is bound.
#[derive(Clone)]
enum Values {
    Ids(String),
    Texts(String),
    FewIds(Vec<i64>),
    FewTexts(Vec<&'static str>),
}

/// `column IN (ids)` with all ids in one value, so that the statement is prepared once for any number of them.
pub fn among<C: Expression<SqlType = BigInt>>(column: C, ids: impl IntoIterator<Item = impl Into<i64>>) -> Among<C> {
    Among { column, values: Values::Ids(as_value(ids)) }
}

/// The same for texts.
pub fn among_texts<C: Expression>(column: C, texts: impl IntoIterator<Item = impl Into<String>>) -> Among<C> {
    let texts: Vec<Value> = texts.into_iter().map(|text| Value::String(text.into())).collect();
    Among { column, values: Values::Texts(Value::Array(texts).to_string()) }
}

/// `column IN (1, 2)` with each number bound, for always equally many: SQLite weighs an index by how many there are.
pub fn few<C: Expression<SqlType = BigInt>>(column: C, numbers: impl IntoIterator<Item = i64>) -> Among<C> {
    Among { column, values: Values::FewIds(numbers.into_iter().collect()) }
}

/// The same for words of the program.
pub fn few_texts<C: Expression>(column: C, texts: Vec<&'static str>) -> Among<C> {
    Among { column, values: Values::FewTexts(texts) }
}

/// Ids as one value: `[1,2,3]`.
pub(super) fn as_value(ids: impl IntoIterator<Item = impl Into<i64>>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.into().to_string()).collect();
    format!("[{}]", ids.join(","))
}

/// The words around a list in JSON, which SQLite reads as it is and of which PostgreSQL makes an array.
pub(super) const LIST_IN_SQLITE: [&str; 2] = [" IN (SELECT value FROM json_each(", "))"];
pub(super) const IDS_IN_POSTGRES: [&str; 2] = [" = ANY (CAST(translate(", ", '[]', '{}') AS BIGINT[]))"];

fn push_among<'b>(ids: &'b String, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    push_between(ids, IDS_IN_POSTGRES, out)
}

fn push_among_texts<'b>(texts: &'b String, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    push_between(texts, [" = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(", " AS JSONB))))"], out)
}

fn push_between<'b>(
    list: &'b String,
    in_postgres: [&'static str; 2],
    mut out: AstPass<'_, 'b, MultiBackend>,
) -> QueryResult<()> {
    let [before, after] = match out.backend() {
        MultiBackend::Sqlite(_) => LIST_IN_SQLITE,
        MultiBackend::Postgres(_) => in_postgres,
    };
    out.push_sql(before);
    out.push_bind_param::<Text, String>(list)?;
    out.push_sql(after);
    Ok(())
}

fn push_few<'b, S, T>(values: &'b [T], mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()>
where
    MultiBackend: HasSqlType<S>,
    T: ToSql<S, MultiBackend>,
{
    out.push_sql(" IN (");
    for (number, value) in values.iter().enumerate() {
        out.push_sql(if number == 0 { "" } else { ", " });
        out.push_bind_param::<S, T>(value)?;
    }
    out.push_sql(")");
    Ok(())
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for Among<C> {}
impl<C: SelectableExpression<T>, T> SelectableExpression<T> for Among<C> {}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        match &self.values {
            Values::Ids(ids) => push_among(ids, out),
            Values::Texts(texts) => push_among_texts(texts, out),
            Values::FewIds(ids) => push_few::<BigInt, i64>(ids, out),
            Values::FewTexts(texts) => push_few::<Text, &'static str>(texts, out),
        }
    }
}

/// A column that the open declaration of its table leaves out; see [`unlisted`].
#[derive(Clone, Copy)]
pub struct Unlisted<T> {
    name: &'static str,
    kind: PhantomData<T>,
}

/// A column within a query on a table whose declaration leaves it out. Whoever names one has the pass.
pub fn unlisted<T: SqlType + TypedExpressionType>(name: &'static str) -> Unlisted<T> {
    Unlisted { name, kind: PhantomData }
}

impl<T: SqlType + TypedExpressionType> Expression for Unlisted<T> {
    type SqlType = T;
}

impl<T, S> AppearsOnTable<S> for Unlisted<T> where Self: Expression {}
impl<T, S> SelectableExpression<S> for Unlisted<T> where Self: Expression {}

impl<T, G> ValidGrouping<G> for Unlisted<T> {
    type IsAggregate = is_aggregate::Never;
}

impl<T> QueryId for Unlisted<T> {
    type QueryId = ();

    // The name is no part of the type: such statements are told apart by their text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, B: Backend> QueryFragment<B> for Unlisted<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        out.push_sql(self.name);
        Ok(())
    }
}

/// A column that may lead to rows by its index, or may not; see [`led`].
#[derive(Clone, Copy, ValidGrouping)]
pub struct Led<C> {
    column: C,
    leads: bool,
}

/// A column that leads SQLite to rows only where it should: one with a plus before it is taken for no index, whether
/// rows are compared or sorted by it (its documentation of the query planner). PostgreSQL knows how often values occur.
pub fn led<C: Expression>(column: C, leads: bool) -> Led<C> {
    Led { column, leads }
}

impl<C: Expression> Expression for Led<C>
where
    C::SqlType: TypedExpressionType,
{
    type SqlType = C::SqlType;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for Led<C> where Self: Expression {}
impl<C: SelectableExpression<T>, T> SelectableExpression<T> for Led<C> where Self: Expression {}

impl<C> QueryId for Led<C> {
    type QueryId = ();

    // The plus is no part of the type: such statements are told apart by their text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Led<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if !self.leads && matches!(out.backend(), MultiBackend::Sqlite(_)) {
            out.push_sql("+");
        }
        self.column.walk_ast(out)
    }
}

/// Whether a column holds one of the values that a query gives.
pub struct InQuery<C, Q> {
    /// The column.
    pub column: C,
    /// The query, of one column.
    pub query: Q,
}

impl<C: ValidGrouping<G>, Q, G> ValidGrouping<G> for InQuery<C, Q> {
    type IsAggregate = C::IsAggregate;
}

impl<C, Q> QueryId for InQuery<C, Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: Expression, Q: Query<SqlType = C::SqlType>> Expression for InQuery<C, Q> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, Q, T> AppearsOnTable<T> for InQuery<C, Q> where Self: Expression {}
impl<C: SelectableExpression<T>, Q, T> SelectableExpression<T> for InQuery<C, Q> where Self: Expression {}

impl<C, Q> QueryFragment<MultiBackend> for InQuery<C, Q>
where
    C: QueryFragment<MultiBackend>,
    Q: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// How many rows a query gives; with a limit on it, the count has a bound.
pub struct CountOf<Q>(pub Q);

impl<Q> QueryId for CountOf<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

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

/// The rows of several queries of one shape, each with its own order and limit, in one statement.
pub struct OneAfterAnother<Q>(pub Vec<Q>);

impl<Q> QueryId for OneAfterAnother<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

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

impl<S> QueryId for Kept<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

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
