//! The views of the client list: what it is often narrowed to, each an address with the number of clients behind it.

use super::Attention;
use super::attention::Totals;
use crate::closed_list::ClosedList;
use crate::ids::PersonnelId;
use crate::web::{address, grouped};

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
}

impl View {
    /// A view beside the list at the address `shown`.
    fn new(name: &str, parameters: &[(&str, &str)], count: i64, shown: &str) -> Self {
        let address = address("/clients", parameters);
        let is_current = narrowing(&address) == narrowing(shown);
        Self { name: name.to_owned(), address, count: Some(grouped(count)), is_current }
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

/// The views that are there for everyone: all clients, one's own, and each attention that asks for a contact.
pub fn usual(me: Option<PersonnelId>, (totals, mine): (Totals, i64), shown: &str) -> Vec<View> {
    let mut views = vec![View::new("All", &[], totals.clients, shown)];
    views.extend(me.map(|person| View::new("Mine", &[("poc", &person.to_string())], mine, shown)));
    views.extend([Attention::Urgent, Attention::Warning, Attention::Never].map(|attention| {
        let parameters = [("attention", attention.as_str()), ("sort", "last_contact")];
        View::new(attention.name(), &parameters, totals.of(Some(attention)), shown)
    }));
    views
}
