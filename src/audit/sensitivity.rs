//! How restricted a column is, as `columns.toml` says it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::closed_list::closed_list;

closed_list! {
    /// Who may read the values of an audit row.
    Sensitivity { Public = "public", Confidential = "confidential", Team = "team" }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Public,
    Confidential,
    Team,
    Secret,
}

static CLASSES: LazyLock<HashMap<String, HashMap<String, Class>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../columns.toml")).expect("columns.toml is held to its form by a test")
});

/// Every column of the schema with its class.
pub mod columns {
    use super::{CLASSES, Class};

    /// The tables, by name.
    pub fn tables() -> impl Iterator<Item = &'static str> {
        let mut tables: Vec<&str> = CLASSES.keys().map(String::as_str).collect();
        tables.sort_unstable();
        tables.into_iter()
    }

    /// The columns of a table with the words for their classes, by name.
    pub fn of_table(table: &str) -> Vec<(&'static str, &'static str)> {
        let word = |class: &Class| match class {
            Class::Public => "public",
            Class::Confidential => "confidential",
            Class::Team => "team",
            Class::Secret => "secret",
        };
        let columns = CLASSES.get(table).into_iter().flatten();
        let mut columns: Vec<_> = columns.map(|(name, class)| (name.as_str(), word(class))).collect();
        columns.sort_unstable();
        columns
    }
}

/// The sensitivity of a column; `None` for a secret, which is never written down. An unknown column is a secret.
pub fn of_column(table: &str, column: &str) -> Option<Sensitivity> {
    match CLASSES.get(table).and_then(|columns| columns.get(column)).copied().unwrap_or(Class::Secret) {
        Class::Public => Some(Sensitivity::Public),
        Class::Confidential => Some(Sensitivity::Confidential),
        Class::Team => Some(Sensitivity::Team),
        Class::Secret => None,
    }
}
