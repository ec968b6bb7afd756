//! Which clients a list shows and in which order. What the NED Team alone may ask for stands in `assessment`.

use diesel::prelude::*;

use super::{Attention, AttentionRule, ClientType};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::among;
use crate::db::schema::clients;
use crate::error::Result;
use crate::records::{Found, RecordKind, queries as records};
use crate::web::{Count, Query};

/// A selection of clients that is still to be ordered and cut into pages.
pub type Selection = clients::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The columns by which everyone may sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientSort {
    /// By name.
    #[default]
    Name,
    /// By kind of organisation.
    Type,
    /// The longest silence first; never contacted before all.
    LastContact,
    /// The next planned contact first; none planned at the end.
    NextContact,
}

/// What everyone may filter by. A parameter that is unknown or makes no sense is ignored.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// Words in the name.
    pub search: Option<String>,
    /// The clients that were found by them, if any words were given.
    pub found: Option<Found>,
    /// The kind of organisation.
    pub client_type: Option<ClientType>,
    /// A colleague who is primary or secondary point of contact.
    pub poc: Option<i64>,
    /// How urgently a contact is needed.
    pub attention: Option<Attention>,
    /// The archived clients instead of the others.
    pub archived: bool,
    /// The order.
    pub sort: ClientSort,
    /// The order turned round.
    pub descending: bool,
}

impl ClientFilter {
    /// Reads the parameters of an address, and finds the clients whose names it searches for.
    pub fn parse(db: &mut Db, query: &Query) -> Result<Self> {
        let archived = query.get("archived").is_some();
        let search = query.get("search");
        let sort = query.get("sort").unwrap_or_default();
        let (descending, sort) = sort.strip_prefix('-').map_or((false, sort), |column| (true, column));
        Ok(Self {
            found: search.map(|words| records::ids_found(db, RecordKind::Client, archived, words)).transpose()?,
            search: search.map(ToOwned::to_owned),
            client_type: query.get("client_type").and_then(|text| ClientType::parse(text).ok()),
            poc: query.get("poc").and_then(|text| text.parse().ok()),
            attention: query.get("attention").and_then(|text| Attention::parse(text).ok()),
            archived,
            sort: match sort {
                "client_type" => ClientSort::Type,
                "last_contact" | "last_contact_date" => ClientSort::LastContact,
                "next_contact" | "next_planned_contact_date" => ClientSort::NextContact,
                _ => ClientSort::Name,
            },
            descending,
        })
    }

    /// How many clients fit, by a count of those that were looked at.
    pub fn counted(&self, count: Count) -> Count {
        count.among_found(self.found.as_ref().is_some_and(|found| found.is_cut))
    }

    /// Whether all clients that are not archived fit.
    pub fn is_open(&self) -> bool {
        self.search.is_none()
            && self.client_type.is_none()
            && self.poc.is_none()
            && self.attention.is_none()
            && !self.archived
    }

    /// Whether the counters know how many fit: all that are not archived, or those of one attention.
    pub fn is_counted(&self) -> bool {
        Self { attention: None, ..self.clone() }.is_open()
    }

    /// The clients that fit, in no order.
    pub fn selection(&self, rule: &AttentionRule) -> Selection {
        let mut query = clients::table.filter(clients::is_archived.eq(self.archived)).into_boxed();
        if let Some(found) = &self.found {
            query = query.filter(among(clients::client_id, found.ids.iter().copied()));
        }
        if let Some(client_type) = self.client_type {
            query = query.filter(clients::client_type.eq(client_type));
        }
        if let Some(person) = self.poc {
            query = query.filter(clients::mpr_primary_poc.eq(person).or(clients::mpr_secondary_poc.eq(person)));
        }
        let date = clients::last_contact_date;
        match self.attention {
            None => query,
            Some(Attention::Never) => query.filter(date.is_null()),
            Some(Attention::Urgent) => query.filter(date.lt(rule.urgent_before)),
            Some(Attention::Warning) => query.filter(date.ge(rule.urgent_before)).filter(date.lt(rule.warning_before)),
            Some(Attention::Fine) => query.filter(date.ge(rule.warning_before)),
        }
    }

    /// The selection in the order asked for; names decide among equals, so that pages do not overlap. Each order is
    /// that of an index, where what is missing has its place said: the two databases would put it elsewhere.
    pub fn ordered(&self, selection: Selection) -> Selection {
        let (name, id) = (clients::name_key, clients::client_id);
        let (date, next, kind) = (clients::last_contact_date, clients::next_planned_contact_date, clients::client_type);
        match (self.sort, self.descending) {
            (ClientSort::Name, false) => selection.order((name.asc(), id.asc())),
            (ClientSort::Name, true) => selection.order((name.desc(), id.desc())),
            (ClientSort::Type, false) => selection.order((kind.is_null().asc(), kind.asc(), name.asc(), id.asc())),
            (ClientSort::Type, true) => selection.order((kind.is_null().desc(), kind.desc(), name.desc(), id.desc())),
            // A filter on attention leaves either dates or none: nothing is missing among them.
            (ClientSort::LastContact, false) if self.attention.is_some() => {
                selection.order((date.asc(), name.asc(), id.asc()))
            }
            (ClientSort::LastContact, false) => {
                selection.order((date.is_not_null().asc(), date.asc(), name.asc(), id.asc()))
            }
            (ClientSort::LastContact, true) if self.attention.is_some() => {
                selection.order((date.desc(), name.desc(), id.desc()))
            }
            (ClientSort::LastContact, true) => {
                selection.order((date.is_not_null().desc(), date.desc(), name.desc(), id.desc()))
            }
            (ClientSort::NextContact, false) => {
                selection.order((next.is_null().asc(), next.asc(), name.asc(), id.asc()))
            }
            (ClientSort::NextContact, true) => {
                selection.order((next.is_null().asc(), next.desc(), name.asc(), id.asc()))
            }
        }
    }
}
