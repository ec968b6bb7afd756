//! A client's open columns, and what a form may set of them.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::ClientId;
use crate::closed_list::closed_list;
use crate::db::name_forms::{name_core, name_initials, name_key};
use crate::db::schema::clients;
use crate::ids::PersonnelId;
use crate::people::{Colleague, may_hold};
use crate::web::{Checked, FormData, Invalid};

closed_list! {
    /// What kind of organisation a client is.
    ClientType {
        Utility = "Utility",
        Ipp = "IPP",
        Government = "Government",
        Consulting = "Consulting",
        Other = "Other",
    }
}

closed_list! {
    /// How a contact was, or is to be, made.
    ContactType {
        InPerson = "In-person",
        Phone = "Phone",
        Email = "Email",
        Video = "Video",
        Conference = "Conference",
    }
}

closed_list! {
    /// In which place a colleague looks after a client.
    PocRole { Primary = "primary", Secondary = "secondary" }
}

impl PocRole {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
        }
    }
}

/// What the form of a client sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true)]
pub struct ClientDraft {
    /// The client's name.
    pub client_name: String,
    #[serde(skip)]
    pub(super) name_key: String,
    #[serde(skip)]
    pub(super) name_core: String,
    #[serde(skip)]
    pub(super) name_initials: Option<String>,
    /// What kind of organisation it is.
    pub client_type: Option<ClientType>,
    /// Free text that everyone may read.
    pub notes: Option<String>,
    /// Who looks after the client.
    pub mpr_primary_poc: Option<PersonnelId>,
    /// Who stands in.
    pub mpr_secondary_poc: Option<PersonnelId>,
}

impl ClientDraft {
    /// A draft of that name with nothing else known.
    pub fn named(client_name: String) -> Self {
        Self {
            name_key: name_key(&client_name),
            name_core: name_core(&client_name),
            name_initials: name_initials(&client_name),
            client_name,
            client_type: None,
            notes: None,
            mpr_primary_poc: None,
            mpr_secondary_poc: None,
        }
    }

    /// Reads the form of a client; `held` is what the client has now, which may stay although the person left.
    pub fn parse(form: &FormData, staff: &[Colleague], held: Option<&Self>) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let mut draft = Self::named(checked.required("client_name", "Enter the client's name."));
        draft.client_type = checked.choice("client_type");
        draft.notes = checked.text("notes");
        draft.mpr_primary_poc = checked.reference("mpr_primary_poc");
        draft.mpr_secondary_poc = checked.reference("mpr_secondary_poc");
        let held_primary = held.and_then(|client| client.mpr_primary_poc);
        let held_secondary = held.and_then(|client| client.mpr_secondary_poc);
        let roles = [
            ("mpr_primary_poc", draft.mpr_primary_poc, held_primary),
            ("mpr_secondary_poc", draft.mpr_secondary_poc, held_secondary),
        ];
        for (field, chosen, holder) in roles {
            if chosen.is_some_and(|person| !may_hold(staff, person, holder)) {
                checked.refuse(field, "Choose an active colleague.");
            }
        }
        if draft.mpr_primary_poc.is_some() && draft.mpr_primary_poc == draft.mpr_secondary_poc {
            checked.refuse("mpr_secondary_poc", "Choose someone other than the primary point of contact.");
        }
        checked.finish(draft)
    }
}

/// A client as lists show it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = clients)]
pub struct ClientRow {
    pub client_id: ClientId,
    pub client_name: String,
    pub client_type: Option<ClientType>,
    pub mpr_primary_poc: Option<PersonnelId>,
    pub mpr_secondary_poc: Option<PersonnelId>,
    pub last_contact_date: Option<NaiveDate>,
    pub last_contact_type: Option<ContactType>,
    pub next_planned_contact_date: Option<NaiveDate>,
    pub next_planned_contact_type: Option<ContactType>,
    pub next_planned_contact_assigned_to: Option<PersonnelId>,
    pub open_links: i64,
}

/// Everything open about one client.
#[derive(Clone, Debug, Serialize, Queryable, Selectable)]
#[diesel(table_name = clients)]
pub struct Client {
    pub client_id: ClientId,
    #[diesel(embed)]
    #[serde(flatten)]
    pub draft: ClientDraft,
    #[diesel(embed)]
    #[serde(flatten)]
    pub last_contact: LastContact,
    #[diesel(embed)]
    #[serde(flatten)]
    pub planned: PlannedContact,
    pub is_archived: bool,
    pub version: i64,
}

/// The latest contact on record; its notes never carry the words of a confidential one (product.md §3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true)]
pub struct LastContact {
    pub last_contact_date: Option<NaiveDate>,
    pub last_contact_type: Option<ContactType>,
    pub last_contact_by: Option<PersonnelId>,
    pub last_contact_notes: Option<String>,
}

/// The contact that is planned next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true)]
pub struct PlannedContact {
    pub next_planned_contact_date: Option<NaiveDate>,
    pub next_planned_contact_type: Option<ContactType>,
    pub next_planned_contact_assigned_to: Option<PersonnelId>,
}

/// What of a colleague's roles and plans goes to another, by the clients.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Clients of which they are the primary point of contact.
    pub primary: Vec<ClientId>,
    /// Clients of which they are the secondary one.
    pub secondary: Vec<ClientId>,
    /// Clients with which they plan the next contact.
    pub planned: Vec<ClientId>,
}
