//! Expressions that Diesel lacks, made such that a statement with them stays prepared: for the same question their text
//! is the same, however many ids it is about.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, SqlType, Text};
use serde_json::Value;

use super::{MultiBackend, told_apart_by_text};

told_apart_by_text!(Few<C, V>, Unlisted<T>, Led<C>, InQuery<C, Q>, Counted<Q>, SameRow<C>);

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
        }
    }
}

/// Whether a column holds one of a few values; see [`few`].
#[derive(Clone)]
pub struct Few<C, V> {
    column: C,
    values: Vec<V>,
}

impl<C: ValidGrouping<G>, V, G> ValidGrouping<G> for Few<C, V> {
    type IsAggregate = C::IsAggregate;
}

/// `column IN (?, ?)` with each value bound, for what is always equally many: SQLite weighs an index by their number.
pub fn few<C: Expression, V>(column: C, values: impl IntoIterator<Item = V>) -> Few<C, V> {
    Few { column, values: values.into_iter().collect() }
}

impl<C: Expression, V> Expression for Few<C, V> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, V, T> AppearsOnTable<T> for Few<C, V> {}
impl<C: SelectableExpression<T>, V, T> SelectableExpression<T> for Few<C, V> {}

impl<C, V> QueryFragment<MultiBackend> for Few<C, V>
where
    C: QueryFragment<MultiBackend> + Expression,
    V: ToSql<C::SqlType, MultiBackend>,
    MultiBackend: HasSqlType<C::SqlType>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        for (number, value) in self.values.iter().enumerate() {
            out.push_sql(if number == 0 { " IN (" } else { ", " });
            out.push_bind_param::<C::SqlType, V>(value)?;
        }
        out.push_sql(")");
        Ok(())
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

impl<T, B: Backend> QueryFragment<B> for Unlisted<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        out.push_sql(self.name);
        Ok(())
    }
}

/// Columns of another declaration of a table that a query is about: they are taken from the same row.
#[derive(Clone, Copy, ValidGrouping)]
pub struct SameRow<C>(pub C);

impl<C: Expression> Expression for SameRow<C>
where
    C::SqlType: TypedExpressionType,
{
    type SqlType = C::SqlType;
}

impl<C, T> AppearsOnTable<T> for SameRow<C> where Self: Expression {}
impl<C, T> SelectableExpression<T> for SameRow<C> where Self: Expression {}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for SameRow<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(out)
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

/// How many rows a query gives, beside each row of another; with a limit on it, the count has a bound.
pub struct Counted<Q>(pub Q);

impl<Q> Expression for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q, T> AppearsOnTable<T> for Counted<Q> {}
impl<Q, T> SelectableExpression<T> for Counted<Q> {}

impl<Q, G> ValidGrouping<G> for Counted<Q> {
    type IsAggregate = is_aggregate::Never;
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted)");
        Ok(())
    }
}
