//! The views of the client list: what it is often narrowed to, each an address with the number of clients behind it.

use super::Attention;
use super::attention::Totals;
use super::view_queries as queries;
use crate::access::{TeamPass, Viewer};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::web::{Count, address};

/// One view.
pub struct View {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many clients it shows, where counters tell.
    pub count: Option<String>,
    /// Whether the list shows what it shows, in whatever order.
    pub is_current: bool,
    /// Where it is removed, for one that was saved, by those who may.
    pub removal: Option<String>,
}

impl View {
    /// A view beside the list at the address `shown`.
    fn new(name: &str, parameters: &[(&str, &str)], count: Option<Count>, shown: &str) -> Self {
        let address = address("/clients", parameters);
        let is_current = narrowing(&address) == narrowing(shown);
        Self { name: name.to_owned(), address, count: count.map(|count| count.to_string()), is_current, removal: None }
    }
}

/// What an address narrows its list to, whatever the order and the page.
fn narrowing(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let mut pairs: Vec<(String, String)> = pairs.filter(|(name, _)| name != "sort" && name != "page").collect();
    pairs.sort_unstable();
    pairs
}

/// The views that are there for everyone: all clients, one's own, those of them that get quiet, and each attention that
/// asks for a contact.
pub fn usual(me: Option<PersonnelId>, (totals, mine): (Totals, i64), shown: &str) -> Vec<View> {
    let mut views = vec![View::new("All", &[], Some(Count::exactly(totals.clients)), shown)];
    if let Some(person) = me.map(|person| person.to_string()) {
        views.push(View::new("Mine", &[("poc", &person)], Some(Count::exactly(mine)), shown));
        let quiet = [("poc", person.as_str()), ("attention", Attention::Warning.as_str()), ("sort", "last_contact")];
        views.push(View::new("Mine with a warning", &quiet, None, shown));
    }
    views.extend([Attention::Urgent, Attention::Warning, Attention::Never].map(|attention| {
        let parameters = [("attention", attention.as_str()), ("sort", "last_contact")];
        View::new(attention.name(), &parameters, Some(Count::exactly(totals.of(Some(attention)))), shown)
    }));
    views
}

/// The view of clients that are due by their rhythm, for the NED Team. No counter tells how many they are.
pub fn due(_pass: TeamPass, shown: &str) -> View {
    View::new("Due", &[("rhythm", "due"), ("sort", "due")], None, shown)
}

/// The views that this person saved, and those that are shared.
pub fn saved(db: &mut Db, viewer: &Viewer, shown: &str) -> Result<Vec<View>> {
    let view = |saved: queries::SavedView| {
        let address = saved.address();
        let removal = saved.may_be_removed_by(viewer).then(|| format!("/clients/views/{}/delete", saved.view_id));
        let is_current = narrowing(&address) == narrowing(shown);
        View { name: saved.draft.view_name, address, count: None, is_current, removal }
    };
    Ok(queries::list(db, viewer)?.into_iter().map(view).collect())
}
