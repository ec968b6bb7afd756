//! Which clients a list shows and in which order. What the NED Team alone may ask for stands in `assessment`.

use diesel::prelude::*;

use super::asked::{Lead, Way};
use super::{Attention, AttentionRule, ClientType, confidential_links};
use crate::access::ConfidentialPass;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::{among, led};
use crate::db::schema::clients;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::{Found, RecordKind, queries as records};
use crate::web::{Count, Query};

/// A selection of clients that is still to be ordered and cut into pages.
pub type Selection = clients::BoxedQuery<'static, <Db as Connection>::Backend>;

/// A value by which clients are counted.
#[derive(Clone, Copy, Debug)]
pub enum CountedValue {
    /// Clients of this type.
    Type(ClientType),
    /// Clients that this colleague looks after.
    Poc(PersonnelId),
}

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
    /// The urgent first, then the warnings, never contacted, and the others; the longest silence first among each.
    Attention,
    /// The next planned contact first; none planned at the end.
    NextContact,
    /// The name of the primary point of contact; without one at the end.
    Poc,
    /// The fewest links first, of those that the person may see.
    Links,
}

/// The orders by the words of addresses.
const SORTS: [(&str, ClientSort); 7] = [
    ("name", ClientSort::Name),
    ("client_type", ClientSort::Type),
    ("last_contact", ClientSort::LastContact),
    ("attention", ClientSort::Attention),
    ("next_contact", ClientSort::NextContact),
    ("primary_poc", ClientSort::Poc),
    ("links", ClientSort::Links),
];

impl ClientSort {
    /// The words for all of them.
    pub fn words() -> impl Iterator<Item = &'static str> {
        SORTS.iter().map(|(word, _)| *word)
    }

    fn of(word: &str) -> Self {
        let word = match word {
            "last_contact_date" => "last_contact",
            "next_planned_contact_date" => "next_contact",
            word => word,
        };
        SORTS.iter().find(|(known, _)| *known == word).map(|(_, sort)| *sort).unwrap_or_default()
    }

    /// Whether it is that of the last contacts, among clients of one attention.
    pub fn is_by_silence(self) -> bool {
        matches!(self, Self::LastContact | Self::Attention)
    }
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
    /// Where the clients before ended that stand in the order of their names: that name, as it is sorted, and the id.
    pub after: Option<(String, i64)>,
    /// The pass of those to whose links the confidential ones belong.
    pub all_links: Option<ConfidentialPass>,
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
            sort: ClientSort::of(sort),
            descending,
            after: None,
            all_links: None,
        })
    }

    /// The order as an address says it.
    pub fn sort_value(&self) -> String {
        let word = SORTS.iter().find(|(_, sort)| *sort == self.sort).map_or("", |(word, _)| *word);
        format!("{}{word}", if self.descending { "-" } else { "" })
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

    /// The one value that is asked for, where nothing else is, with its column: the counters know how many have it.
    pub fn only_value(&self) -> Option<CountedValue> {
        let others = Self { client_type: None, poc: None, ..self.clone() };
        match (self.client_type, self.poc) {
            _ if !others.is_open() => None,
            (Some(client_type), None) => Some(CountedValue::Type(client_type)),
            (None, Some(person)) => Some(CountedValue::Poc(PersonnelId(person))),
            _ => None,
        }
    }

    /// The clients that fit, in no order.
    pub fn selection(&self, rule: &AttentionRule, lead: Lead) -> Selection {
        let query = self.selection_of_anyone(rule, lead);
        let Some(person) = self.poc else { return query };
        let leads = lead == Lead::Poc;
        let is_primary = led(clients::mpr_primary_poc, leads).eq(person);
        query.filter(is_primary.or(led(clients::mpr_secondary_poc, leads).eq(person)))
    }

    /// The same to be counted: in parts that share no client, one for each role, since each role has its index.
    pub fn parts(&self, rule: &AttentionRule, lead: Lead) -> Vec<Selection> {
        let part = || self.selection_of_anyone(rule, lead);
        match self.poc {
            Some(person) if lead == Lead::Poc => vec![
                part().filter(clients::mpr_primary_poc.eq(person)),
                part().filter(clients::mpr_secondary_poc.eq(person)),
            ],
            _ => vec![self.selection(rule, lead)],
        }
    }

    /// The clients that fit, whoever is their point of contact.
    fn selection_of_anyone(&self, rule: &AttentionRule, lead: Lead) -> Selection {
        // The indexes that lead elsewhere begin with it.
        let is_archived = led(clients::is_archived, lead != Lead::Standing);
        let mut query = clients::table.filter(is_archived.eq(self.archived)).into_boxed();
        if let Some(found) = &self.found {
            query = query.filter(among(clients::client_id, found.ids.iter().copied()));
        }
        if let Some((last, id)) = &self.after {
            // The first condition leads to the place in the index, the second leaves out what stands before.
            let (name, id) = (led(clients::name_key, lead == Lead::Order), *id);
            query = match self.descending {
                false => {
                    query.filter(name.ge(last.clone())).filter(name.gt(last.clone()).or(clients::client_id.gt(id)))
                }
                true => query.filter(name.le(last.clone())).filter(name.lt(last.clone()).or(clients::client_id.lt(id))),
            };
        }
        if let Some(client_type) = self.client_type {
            let by_type = lead == Lead::Order && self.sort == ClientSort::Type;
            if by_type {
                query = query.filter(clients::client_type.is_null().eq(false));
            }
            query = query.filter(led(clients::client_type, by_type || lead == Lead::Values).eq(client_type));
        }
        let Some(attention) = self.attention else { return query };
        let by_silence = lead == Lead::Order && self.sort.is_by_silence();
        let date = led(clients::last_contact_date, by_silence || matches!(lead, Lead::Values | Lead::Standing));
        // In the words of the indexes.
        let query = query.filter(date.is_not_null().eq(attention != Attention::Never));
        match attention {
            Attention::Never => query,
            Attention::Urgent => query.filter(date.lt(rule.urgent_before)),
            Attention::Warning => query.filter(date.ge(rule.urgent_before)).filter(date.lt(rule.warning_before)),
            Attention::Fine => query.filter(date.ge(rule.warning_before)),
        }
    }

    /// The selection in the order asked for; names decide among equals, so that pages do not overlap. Each order is
    /// that of an index, where what is missing has its place said: the two databases would put it elsewhere.
    pub fn ordered(&self, rule: &AttentionRule, selection: Selection, way: Way) -> Selection {
        let leads = way == Way::InOrder;
        let (name, id) = (led(clients::name_key, leads), clients::client_id);
        let (date, kind) = (led(clients::last_contact_date, leads), led(clients::client_type, leads));
        let (next, poc) = (led(clients::next_planned_contact_date, leads), led(clients::poc_key, leads));
        match (self.sort, self.descending) {
            (ClientSort::Name, false) => selection.order((name.asc(), id.asc())),
            (ClientSort::Name, true) => selection.order((name.desc(), id.desc())),
            // What all have in common is left out: it would keep SQLite from seeing that the index is in order.
            (ClientSort::Type, false) if self.client_type.is_some() => selection.order((name.asc(), id.asc())),
            (ClientSort::Type, true) if self.client_type.is_some() => selection.order((name.desc(), id.desc())),
            (ClientSort::LastContact | ClientSort::Attention, false) if self.attention.is_some() => {
                selection.order((date.asc(), name.asc(), id.asc()))
            }
            (ClientSort::LastContact | ClientSort::Attention, true) if self.attention.is_some() => {
                selection.order((date.desc(), name.desc(), id.desc()))
            }
            (ClientSort::Type, false) => selection.order((kind.is_null().asc(), kind.asc(), name.asc(), id.asc())),
            (ClientSort::Type, true) => selection.order((kind.is_null().desc(), kind.desc(), name.desc(), id.desc())),
            (ClientSort::LastContact, false) => {
                selection.order((date.is_not_null().asc(), date.asc(), name.asc(), id.asc()))
            }
            (ClientSort::LastContact, true) => {
                selection.order((date.is_not_null().desc(), date.desc(), name.desc(), id.desc()))
            }
            (ClientSort::Attention, descending) => {
                let is_fine = date.is_not_null().and(date.ge(rule.warning_before));
                match descending {
                    false => selection.order((is_fine.asc(), date.is_null().asc(), date.asc(), name.asc(), id.asc())),
                    true => {
                        selection.order((is_fine.desc(), date.is_null().desc(), date.desc(), name.desc(), id.desc()))
                    }
                }
            }
            (ClientSort::NextContact, false) => {
                selection.order((next.is_null().asc(), next.asc(), name.asc(), id.asc()))
            }
            (ClientSort::NextContact, true) => {
                selection.order((next.is_null().asc(), next.desc(), name.asc(), id.asc()))
            }
            (ClientSort::Poc, false) => selection.order((poc.is_null().asc(), poc.asc(), name.asc(), id.asc())),
            (ClientSort::Poc, true) => selection.order((poc.is_null().desc(), poc.desc(), name.desc(), id.desc())),
            (ClientSort::Links, descending) => confidential_links::ordered(self.all_links, descending, selection, way),
        }
    }
}
