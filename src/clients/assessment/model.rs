//! What the NED Team judges of a client.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::queries::{NO_RANK, assessed_clients, rank_of};
use super::{Rhythm, TeamColumn};
use crate::access::TeamPass;
use crate::closed_list::{ClosedList, closed_list};
use crate::web::{Changed, Checked, Day, FormData, Invalid, Range, Sign};

closed_list! {
    /// How the relationship stands.
    RelationshipStrength {
        Strong = "Strong",
        Good = "Good",
        NeedsAttention = "Needs Attention",
        AtRisk = "At Risk",
        New = "New",
    }
}

impl RelationshipStrength {
    /// Dots: the more, the better.
    pub fn sign(self) -> Sign {
        let symbol = match self {
            Self::Strong => "dots-4",
            Self::Good => "dots-3",
            Self::NeedsAttention => "dots-2",
            Self::AtRisk => "dots-1",
            Self::New => "dots-0",
        };
        Sign::new(symbol, "Relationship", self.as_str())
    }
}

closed_list! {
    /// How much a client matters, in rank order: never alphabetical (product.md §1).
    ClientPriority {
        Strategic = "Strategic",
        High = "High",
        Medium = "Medium",
        Low = "Low",
        Opportunistic = "Opportunistic",
    }
}

impl ClientPriority {
    /// Bars: the higher, the more it matters.
    pub fn sign(self) -> Sign {
        let symbol = match self {
            Self::Strategic => "bars-4",
            Self::High => "bars-3",
            Self::Medium => "bars-2",
            Self::Low => "bars-1",
            Self::Opportunistic => "bars-0",
        };
        Sign::new(symbol, "Priority", self.as_str())
    }
}

closed_list! {
    /// How warm the relationship is.
    ClientStatus { Active = "Active", Warm = "Warm", Cold = "Cold", Prospective = "Prospective" }
}

impl ClientStatus {
    /// A ring that is full where work is done.
    pub fn sign(self) -> Sign {
        let symbol = match self {
            Self::Active => "ring-full",
            Self::Warm => "ring-half",
            Self::Cold => "ring-empty",
            Self::Prospective => "ring-dashed",
        };
        Sign::new(symbol, "Status", self.as_str())
    }
}

/// The assessment of one client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = assessed_clients, treat_none_as_null = true)]
pub struct Assessment {
    pub relationship_strength: Option<RelationshipStrength>,
    pub relationship_notes: Option<String>,
    pub client_priority: Option<ClientPriority>,
    pub client_status: Option<ClientStatus>,
    /// Why it was judged so, in one line.
    pub assessment_reason: Option<String>,
    /// Days between contacts that are expected of this client alone.
    pub rhythm_days: Option<i64>,
}

/// For how long no contact is expected, and why; both or neither.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = assessed_clients, treat_none_as_null = true)]
pub struct Pause {
    /// The last day of it; it ends by itself.
    pub paused_until: Option<NaiveDate>,
    pub pause_reason: Option<String>,
}

impl Pause {
    /// Reads the form of a pause, which lasts at least until today.
    pub fn parse(_pass: TeamPass, form: &FormData, today: NaiveDate) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let until = checked.date("paused_until");
        if form.get("paused_until").is_none() {
            checked.refuse("paused_until", "Enter the last day of the pause.");
        } else if until.is_some_and(|until| until < today) {
            checked.refuse("paused_until", "A pause lasts at least until today.");
        }
        let reason = checked.required("pause_reason", "Say why no contact is expected.");
        checked.finish(Self { paused_until: until, pause_reason: Some(reason) })
    }

    /// Until when and why, e.g. “until 12 December 2026: a merger”.
    pub fn in_words(self) -> Option<String> {
        match (self.paused_until.map(|day| Day::new(day, day).full()), self.pause_reason) {
            (Some(day), Some(reason)) => Some(format!("until {day}: {reason}")),
            (Some(day), None) => Some(format!("until {day}")),
            (None, reason) => reason,
        }
    }

    /// Whether it has ended by itself.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.paused_until.is_some_and(|until| until < today)
    }
}

/// Everything that the team keeps of a client.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = assessed_clients)]
pub struct Judged {
    #[diesel(embed)]
    pub assessment: Assessment,
    #[diesel(embed)]
    pub rhythm: Rhythm,
    #[diesel(embed)]
    pub pause: Pause,
}

/// The column that says why: each change has it anew, and it belongs to no other judgement.
pub const REASON: &str = "assessment_reason";

/// Column and label of each judgement.
const LABELS: [(&str, &str); 8] = [
    ("relationship_strength", "Relationship strength"),
    ("client_priority", "Priority"),
    ("client_status", "Status"),
    ("relationship_notes", "Strategy notes"),
    (REASON, "Reason"),
    ("rhythm_days", "Rhythm in days"),
    ("paused_until", "Paused until"),
    ("pause_reason", "Reason of the pause"),
];

/// What a column of the assessment is called.
pub fn label(_pass: TeamPass, column: &str) -> Option<&'static str> {
    LABELS.iter().find(|(name, _)| *name == column).map(|(_, label)| *label)
}

/// What a list shows of an assessment.
#[derive(Clone, Copy, Debug, Default, Queryable)]
pub struct AssessmentRow {
    pub client_priority: Option<ClientPriority>,
    pub client_status: Option<ClientStatus>,
    pub relationship_strength: Option<RelationshipStrength>,
    pub rhythm: Rhythm,
    /// The last meeting at which the client has an entry.
    pub last_discussed: Option<NaiveDate>,
    /// When it was judged last, in UTC.
    pub last_judged: Option<NaiveDateTime>,
}

impl AssessmentRow {
    /// How much the client matters.
    pub fn priority(&self) -> Option<ClientPriority> {
        self.client_priority
    }

    /// Why the roundtable goes through such a client, if it does: by its priority, else by its status.
    pub fn called_for(&self) -> Option<&'static str> {
        let high = [ClientPriority::Strategic, ClientPriority::High];
        let warm = [ClientStatus::Active, ClientStatus::Warm];
        let priority = self.client_priority.filter(|one| high.contains(one)).map(ClosedList::as_str);
        priority.or(self.client_status.filter(|one| warm.contains(one)).map(ClosedList::as_str))
    }
}

/// The days of a rhythm.
pub const RHYTHM: Range = Range::Whole(1, 999);

impl Assessment {
    /// Reads the assessment form.
    pub fn parse(_pass: TeamPass, form: &FormData) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let assessment = Self {
            relationship_strength: checked.choice("relationship_strength"),
            relationship_notes: checked.text("relationship_notes"),
            client_priority: checked.choice("client_priority"),
            client_status: checked.choice("client_status"),
            assessment_reason: checked.line("assessment_reason"),
            rhythm_days: checked.whole_number("rhythm_days", RHYTHM),
        };
        checked.finish(assessment)
    }

    /// What is said in a word each, with its label.
    pub fn in_words(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = [
            ("Relationship", self.relationship_strength.map(ClosedList::as_str)),
            ("Priority", self.client_priority.map(ClosedList::as_str)),
            ("Status", self.client_status.map(ClosedList::as_str)),
        ];
        words.into_iter().filter_map(|(label, word)| Some((label, word?)))
    }

    /// What a list shows of it.
    pub fn row(&self) -> AssessmentRow {
        let Self { client_priority, client_status, relationship_strength, .. } = *self;
        AssessmentRow { client_priority, client_status, relationship_strength, ..AssessmentRow::default() }
    }

    /// What is said at a glance, in the order of the columns.
    pub fn signs(&self) -> impl Iterator<Item = (TeamColumn, Option<Sign>)> {
        let row = self.row();
        TeamColumn::ALL.iter().map(move |column| (*column, row.sign(*column)))
    }

    /// Why it was judged so last: its words, and where they are given.
    pub fn why(&self) -> Option<(Option<&str>, Changed)> {
        let changed = Changed { form: "assessment", field: "assessment_reason", key: "w" };
        (!self.is_empty()).then_some((self.assessment_reason.as_deref(), changed))
    }

    /// The strategy notes.
    pub fn strategy(&self) -> Option<&str> {
        self.relationship_notes.as_deref()
    }

    /// Whether nothing is said yet.
    pub fn is_empty(&self) -> bool {
        self.says_as(&Self::default())
    }

    /// Whether the roundtable goes through the client (product.md §4).
    pub fn is_called(&self) -> bool {
        self.row().called_for().is_some()
    }

    /// The place of its priority in rank order, none at the end.
    pub fn rank(&self) -> i64 {
        self.client_priority.map_or(NO_RANK, rank_of)
    }

    /// Whether both say the same, for whatever reason.
    pub fn says_as(&self, other: &Self) -> bool {
        *self == Self { assessment_reason: self.assessment_reason.clone(), ..other.clone() }
    }
}
