//! Closed lists of values: the same three conversions (text, database, JSON) for each of them.

/// A value outside a closed list.
#[derive(Debug, thiserror::Error)]
#[error("“{0}” is not one of the values")]
pub struct UnknownValue(pub String);

/// A list of values that the database refuses to extend (product.md §1), in display and sort order.
pub trait ClosedList: Copy + Eq + 'static {
    /// Every value, in display and sort order.
    const ALL: &'static [Self];

    /// The value as it is stored, shown and sent.
    fn as_str(self) -> &'static str;

    /// Every value as it is stored.
    fn texts() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|value| value.as_str())
    }

    /// The value of that exact name.
    fn parse(text: &str) -> Result<Self, UnknownValue> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| UnknownValue(text.to_owned()))
    }
}

/// Declares an enum that is stored as text, from its variants and their words.
macro_rules! closed_list {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $(#[doc = $text] $variant),+ }

        impl $crate::closed_list::ClosedList for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str($crate::closed_list::ClosedList::as_str(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str($crate::closed_list::ClosedList::as_str(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                $crate::closed_list::ClosedList::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Text, DB>::to_sql(
                    $crate::closed_list::ClosedList::as_str(*self), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                Ok($crate::closed_list::ClosedList::parse(&text)?)
            }
        }
    };
}
pub(crate) use closed_list;
