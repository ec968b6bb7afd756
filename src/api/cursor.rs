//! Where a list goes on: after a row, known by what it is sorted by and its id, so that going on costs the same however
//! far one is.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The place after a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The order in which it is the place.
    pub sort: String,
    /// What the row is sorted by before its id.
    keys: Vec<Value>,
    /// Its id; in an order without keys, how many rows stand before the place.
    pub id: i64,
}

impl Cursor {
    /// What a cursor looks like.
    pub const PATTERN: &'static str = "^[0-9a-f]{4,8000}\\.[0-9]{1,18}$";

    /// The place after a row in an order.
    pub fn after(sort: &str, keys: Value, id: i64) -> Self {
        let keys = if let Value::Array(keys) = keys { keys } else { vec![keys] };
        Self { sort: sort.to_owned(), keys, id }
    }

    /// The place after so many rows.
    pub fn at(sort: &str, rows: i64) -> Self {
        Self { sort: sort.to_owned(), keys: Vec::new(), id: rows }
    }

    /// Whether a text looks like a cursor.
    pub fn is_one(text: &str) -> bool {
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        text.split_once('.').is_some_and(|(keys, id)| {
            (4..=8000).contains(&keys.len())
                && is_hex(keys)
                && (1..=18).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Reads what [`Self::encoded`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (keys, id) = text.split_once('.')?;
        let (sort, keys): (String, Vec<Value>) = serde_json::from_slice(&hex::decode(keys).ok()?).ok()?;
        Some(Self { sort, keys, id: id.parse().ok().filter(|id| *id >= 0)? })
    }

    /// As the answer gives it.
    pub fn encoded(&self) -> String {
        let keys = Value::from(vec![Value::from(self.sort.as_str()), Value::from(self.keys.clone())]);
        format!("{}.{}", hex::encode(keys.to_string()), self.id)
    }

    /// One of its keys.
    pub fn key<T: DeserializeOwned>(&self, place: usize) -> Option<T> {
        serde_json::from_value(self.keys.get(place)?.clone()).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor::after("name", json!(["granite power", null]), 7);
        assert_eq!(Cursor::parse(&cursor.encoded()), Some(cursor.clone()));
        assert_eq!((cursor.key::<String>(0).as_deref(), cursor.key::<String>(1)), (Some("granite power"), None));
        assert!(Cursor::is_one(&cursor.encoded()));
        for text in ["", "7", "zz.7", "5b5d.7", "5b226e616d65222c5b5d5d.-1", "5b226e616d65222c5b5d5d.x"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
            assert_eq!(Cursor::is_one(text), text == "5b5d.7", "{text}");
        }
    }
}
