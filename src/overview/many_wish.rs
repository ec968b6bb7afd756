//! What is wanted of several clients at once, and what becomes of each of them.

use chrono::NaiveDate;

use crate::access::{Viewer, Visit};
use crate::clients::assessment::{self, Assessment, AssessmentWish};
use crate::clients::{self, Client, ClientDraft, PlannedContact};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::people::queries::Names;
use crate::people::{Colleague, may_hold};
use crate::records::{self, RecordKind};
use crate::web::{Checked, FormData, Invalid};

/// The fields of it that everyone may set.
pub const OPEN_FIELDS: [&str; 4] = ["mpr_primary_poc", "mpr_secondary_poc", "next_planned_contact_date", "archived"];

/// What several clients shall have in common; what is not said stays as it is.
pub struct Wish {
    primary: Option<PersonnelId>,
    secondary: Option<PersonnelId>,
    planned: Option<NaiveDate>,
    is_archived: bool,
    team: Option<AssessmentWish>,
}

/// What a client becomes.
pub struct Target {
    draft: ClientDraft,
    planned: PlannedContact,
    assessment: Option<Assessment>,
    is_archived: bool,
    /// What becomes different, in words.
    pub words: Vec<String>,
}

impl Wish {
    /// Reads what was sent, with messages on what nobody can have.
    pub fn parse(form: &FormData, visit: &Visit, staff: &[Colleague]) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let wish = Self {
            primary: checked.reference("mpr_primary_poc"),
            secondary: checked.reference("mpr_secondary_poc"),
            planned: checked.date("next_planned_contact_date"),
            is_archived: form.flag("archived"),
            team: visit.viewer.team().map(|pass| AssessmentWish::parse(pass, form)),
        };
        for (field, person) in [("mpr_primary_poc", wish.primary), ("mpr_secondary_poc", wish.secondary)] {
            if person.is_some_and(|person| !may_hold(staff, person, None)) {
                checked.refuse(field, "Choose an active colleague.");
            }
        }
        if wish.primary.is_some() && wish.primary == wish.secondary {
            checked.refuse("mpr_secondary_poc", "Choose two different points of contact.");
        }
        if wish.planned.is_some_and(|day| day < visit.today) {
            checked.refuse("next_planned_contact_date", "A planned contact lies today or later.");
        }
        if wish.wanted(&Names::default(), |_| String::new()).is_empty() {
            checked.refuse("", "Choose what shall change.");
        }
        checked.finish(wish)
    }

    /// What is wanted, in words.
    pub fn wanted(&self, names: &Names, day: impl Fn(NaiveDate) -> String) -> Vec<String> {
        let name = |person| names.of(Some(person)).unwrap_or_default();
        let mut words = Vec::new();
        words.extend(self.primary.map(|person| format!("point of contact → {}", name(person))));
        words.extend(self.secondary.map(|person| format!("secondary point of contact → {}", name(person))));
        words.extend(self.planned.map(|date| format!("next contact → {}", day(date))));
        words.extend(self.team.iter().flat_map(|team| team.wanted().map(|(label, word)| format!("{label} → {word}"))));
        words.extend(self.is_archived.then(|| "archived".to_owned()));
        words
    }

    /// The team's part of it, if it says anything.
    pub fn team(&self) -> Option<&AssessmentWish> {
        self.team.as_ref().filter(|team| team.wanted().next().is_some())
    }

    /// What a client becomes, or why it stays.
    pub fn target(
        &self,
        viewer: &Viewer,
        client: &Client,
        assessment: Option<&Assessment>,
        names: &Names,
        day: impl Fn(NaiveDate) -> String,
    ) -> std::result::Result<Target, String> {
        if client.is_archived {
            return Err("is archived".into());
        }
        let mut words = Vec::new();
        let mut draft = client.draft.clone();
        let name = |person: Option<PersonnelId>| names.of(person).unwrap_or_else(|| "–".into());
        let roles = [
            ("point of contact", self.primary, &mut draft.mpr_primary_poc),
            ("secondary point of contact", self.secondary, &mut draft.mpr_secondary_poc),
        ];
        for (label, wanted, held) in roles {
            if wanted.is_some() && wanted != *held {
                words.push(format!("{label}: {} → {}", name(*held), name(wanted)));
                *held = wanted;
            }
        }
        if draft.mpr_primary_poc.is_some() && draft.mpr_primary_poc == draft.mpr_secondary_poc {
            return Err(format!("{} would hold both roles", name(draft.mpr_primary_poc)));
        }
        let mut planned = client.planned.clone();
        if self.planned.is_some() && self.planned != planned.next_planned_contact_date {
            let held = planned.next_planned_contact_date.map_or_else(|| "–".into(), &day);
            words.push(format!("next contact: {held} → {}", self.planned.map(&day).unwrap_or_default()));
            planned.next_planned_contact_date = self.planned;
            // A new plan is somebody's: whose it was, else one's own.
            let assigned = planned.next_planned_contact_assigned_to;
            planned.next_planned_contact_assigned_to = assigned.or(viewer.personnel_id);
        }
        let judged = self.team().zip(assessment).map(|(team, held)| team.applied(held));
        let (assessment, of_team) = judged.unzip();
        words.extend(of_team.unwrap_or_default());
        words.extend(self.is_archived.then(|| "archived".to_owned()));
        if words.is_empty() {
            return Err("has all of it already".into());
        }
        Ok(Target { draft, planned, assessment, is_archived: self.is_archived, words })
    }

    /// Writes what a client that is held becomes.
    pub fn write(&self, db: &mut Db, visit: &Visit, client: &Client, target: &Target) -> Result<()> {
        let id = client.client_id;
        clients::queries::update(db, visit, client, &target.draft)?;
        clients::plan_queries::set_planned(db, visit, id, &target.planned)?;
        if let Some((team, assessment)) = self.team().zip(target.assessment.as_ref()) {
            assessment::update(db, visit, team.pass(), id, assessment)?;
        }
        if target.is_archived {
            let record = records::queries::find(db, RecordKind::Client, id.0)?.ok_or(Error::NotFound)?;
            records::queries::set_archived(db, visit, RecordKind::Client, &record, true)?;
        }
        Ok(())
    }
}
