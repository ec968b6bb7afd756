//! People and accounts of the earlier system. Nobody signs in with what they had there: each chooses a first password
//! by a link that an administrator sends.

use serde_json::{Map, Value, json};

use super::Import;
use super::row::{Row, Zone, plain};
use super::tables::kind_of_type;
use super::tally::Fate;
use crate::access::{Rights, Viewer};
use crate::accounts::{self, AccountDraft, AccountRow};
use crate::error::Result;
use crate::sessions::{Password, SignInName};

impl Import<'_> {
    /// What is particular to a person: inside the firm or not, and where else.
    pub(super) fn of_person(&self, row: &mut Row, values: &mut Map<String, Value>, homeless: &mut Vec<String>) {
        let said = row.line("personnel_type");
        let organization = row.reference("organization_id");
        let acts = row.id.is_some_and(|id| self.colleagues.contains(&id));
        let kind = row.line("organization_type").or_else(|| said.clone()).and_then(|word| kind_of_type(&word));
        let is_internal = match said.as_deref().map(plain).as_deref() {
            Some("internal" | "employee" | "staff" | "mpr" | "ned team") => true,
            Some(word) if word.ends_with("contact") || word == "external" => false,
            _ => organization.is_none() && acts,
        };
        values.insert("personnel_type".into(), json!(if is_internal { "Internal" } else { "External" }));
        let employer = organization.zip(kind).and_then(|(id, kind)| self.names.get(&(kind, id)));
        if organization.is_some() && employer.is_none() {
            row.remark("the organization that it names is not there");
        }
        if let (Some(word), None) = (&said, employer)
            && !is_internal
            && plain(word) != "external"
        {
            homeless.push(format!("Type: {word}"));
        }
        values.insert("employer".into(), json!(employer));
    }

    /// An account.
    pub(super) fn user(&mut self, row: &mut Row) -> Result<Fate> {
        let username = SignInName::of(&row.line("username").unwrap_or_default()).as_str().replace(' ', ".");
        if username.is_empty() {
            return Ok(Fate::Named("it has no name to sign in with".into()));
        }
        let email = row.line("email").unwrap_or_default().to_lowercase();
        let email = if email.contains('@') { email } else { format!("{username}@no-address.invalid") };
        let known: Vec<AccountRow> = accounts::queries::list(self.db, self.admin)?;
        let same = known.into_iter().find(|one| one.draft.username == username || one.draft.email == email);
        if let Some(account) = same {
            self.remember(row, account.user_id, &account.draft);
            return Ok(Fate::Merged);
        }
        let mut right = |column: &str| row.flag(column) == Some(true);
        let draft = AccountDraft {
            has_confidential_access: right("has_confidential_access"),
            is_ned_team: right("is_ned_team"),
            is_admin: right("is_admin"),
            is_read_only: right("is_read_only"),
            is_service: false,
            is_active: !row.has("is_active") || row.flag("is_active") == Some(true),
            full_name: row.line("full_name").unwrap_or_else(|| username.clone()),
            username,
            email,
        };
        self.made(row)?;
        if self.nobody_knows.is_empty() {
            self.nobody_knows = Password::generate().hash()?;
        }
        let id = accounts::queries::insert_without_person(self.db, &self.visit, &draft, &self.nobody_knows)?;
        if let Some(at) = row.moment("last_login", Zone::Local(self.zone)) {
            accounts::queries::set_last_login(self.db, &self.visit, self.admin, id, at.min(self.now))?;
        }
        self.remember(row, id, &draft);
        Ok(Fate::Taken)
    }

    fn remember(&mut self, row: &Row, id: crate::ids::UserId, account: &AccountDraft) {
        let viewer = Viewer::new(id, account.username.clone(), account.full_name.clone(), None, Rights::default());
        if let Some(old) = row.id {
            self.users.insert(old, viewer);
        }
    }

    /// The person of the account that a column names.
    pub(super) fn person_of_user(&mut self, row: &mut Row, column: &str) -> Result<Option<crate::ids::PersonnelId>> {
        let user = row.reference(column).and_then(|id| self.users.get(&id));
        let Some(user) = user.and_then(|viewer| viewer.user_id) else { return Ok(None) };
        Ok(crate::sessions::queries::viewer_of(self.db, user)?.and_then(|viewer| viewer.personnel_id))
    }
}
