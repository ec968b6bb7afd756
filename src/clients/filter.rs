//! Which clients a list shows and in which order. What the NED Team alone may ask for stands in `assessment`.

use diesel::prelude::*;

use super::{Attention, AttentionRule, ClientType};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::among;
use crate::db::schema::clients;
use crate::error::Result;
use crate::records::{RecordKind, queries as records};
use crate::web::Query;

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
    /// The clients that were found by them.
    pub found: Vec<i64>,
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
    /// Reads the parameters of an address.
    pub fn parse(query: &Query) -> Self {
        let sort = query.get("sort").unwrap_or_default();
        let (descending, sort) = sort.strip_prefix('-').map_or((false, sort), |column| (true, column));
        Self {
            search: query.get("search").map(ToOwned::to_owned),
            found: Vec::new(),
            client_type: query.get("client_type").and_then(|text| ClientType::parse(text).ok()),
            poc: query.get("poc").and_then(|text| text.parse().ok()),
            attention: query.get("attention").and_then(|text| Attention::parse(text).ok()),
            archived: query.get("archived").is_some(),
            sort: match sort {
                "client_type" => ClientSort::Type,
                "last_contact" | "last_contact_date" => ClientSort::LastContact,
                "next_contact" | "next_planned_contact_date" => ClientSort::NextContact,
                _ => ClientSort::Name,
            },
            descending,
        }
    }

    /// The same with the clients whose names it searches for.
    pub fn looked_up(self, db: &mut Db) -> Result<Self> {
        let found = match &self.search {
            Some(words) => records::ids_found(db, RecordKind::Client, self.archived, words)?,
            None => Vec::new(),
        };
        Ok(Self { found, ..self })
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
        if self.search.is_some() {
            query = query.filter(among(clients::client_id, self.found.iter().copied()));
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
