//! Deleting a record: what depends on it is counted and named, and while any is left it stays (product.md §4).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::{FormData, Page, Shell, html};
use crate::error::Result;

/// One kind of what depends on a record.
pub struct Dependency {
    /// What it is called.
    pub kind: &'static str,
    /// How many there are.
    pub count: i64,
    /// The first of them by name.
    pub names: Vec<String>,
}

impl Dependency {
    /// What one is called that has no name but its day.
    pub fn dated(day: NaiveDate) -> String {
        day.format("%-d %b %Y").to_string()
    }
}

/// A record that is to be deleted, with all that may depend on it.
pub struct Removal {
    /// Its address.
    pub address: String,
    /// What one is called.
    pub singular: &'static str,
    /// The field in which its name is typed to confirm.
    pub field: &'static str,
    /// Its name.
    pub name: String,
    /// Whether it is out of the lists already.
    pub is_archived: bool,
    /// What depends on it, by kind.
    pub dependencies: Vec<Dependency>,
}

#[derive(Template)]
#[template(path = "web/delete.html")]
struct RemovalPage<'a> {
    shell: Shell,
    removal: &'a Removal,
    error: Option<String>,
}

impl Removal {
    /// Whether anything still depends on it.
    pub fn is_held(&self) -> bool {
        self.dependencies.iter().any(|dependency| dependency.count > 0)
    }

    /// Where what depends on it is looked at and removed.
    fn place_of(&self, kind: &str) -> String {
        let Self { address, .. } = self;
        match kind {
            "Contacts" if address.starts_with("/clients/") => format!("{address}/contacts"),
            "Action items" if address.starts_with("/clients/") => format!("{address}/action-items"),
            "Files" => format!("{address}/files"),
            "Roundtable entries" => address.replacen("/clients/", "/crm/roundtable/", 1),
            "Accounts" => "/admin/users".into(),
            _ => address.clone(),
        }
    }

    /// The page that names what depends on it and asks for its name.
    pub fn page(&self, page: &Page, section: &'static str) -> Result<Response> {
        self.show(page, section, StatusCode::OK, None)
    }

    /// The same page as a refusal, if there is a reason: 409 while anything depends on it, 422 for another name.
    pub fn refusal(&self, page: &Page, section: &'static str, sent: &FormData) -> Result<Option<Response>> {
        if self.is_held() {
            return self.show(page, section, StatusCode::CONFLICT, None).map(Some);
        }
        // A program that names nothing has nothing to mistype.
        if sent.get(self.field).as_ref() == Some(&self.name) || !sent.has(self.field) {
            return Ok(None);
        }
        let words = format!("Type the name of the {} exactly as it stands above.", self.singular);
        self.show(page, section, StatusCode::UNPROCESSABLE_ENTITY, Some(words)).map(Some)
    }

    fn show(&self, page: &Page, section: &'static str, status: StatusCode, error: Option<String>) -> Result<Response> {
        let shell = page.shell(format!("Delete {}", self.name), section).crumb(&self.name, &self.address);
        html(status, &RemovalPage { shell, removal: self, error })
    }
}
