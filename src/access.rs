//! Who asks and what they may: the only maker of passes. It knows rights, and no record (product.md §2).

use std::cell::Cell;

use chrono::{NaiveDate, NaiveDateTime};

use crate::closed_list::closed_list;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, PersonnelId, UserId};

/// The four independent flags of an account (product.md §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// May see confidential links, contacts and project figures.
    pub confidential: bool,
    /// Belongs to the NED Team.
    pub team: bool,
    /// May do everything.
    pub admin: bool,
    /// May change nothing but the own password, and which mail comes.
    pub read_only: bool,
}

/// What a token reaches of what its owner may: it cuts rights down, and gives none.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// May change what its owner may change.
    pub writes: bool,
    /// Sees confidential links, contacts and figures.
    pub confidential: bool,
    /// Sees what is of the NED Team.
    pub team: bool,
    /// May do what administrators may; for that it has to reach all else.
    pub admin: bool,
}

impl Rights {
    fn within(self, reach: Reach) -> Self {
        Self {
            confidential: (self.confidential || self.admin) && reach.confidential,
            team: (self.team || self.admin) && reach.team,
            // An administrator sees everything, so that whoever does not reach all of it is none.
            admin: self.admin && reach.admin && reach.confidential && reach.team,
            read_only: self.read_only || !reach.writes,
        }
    }
}

/// The person who asks, with the rights they have now.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The account; `None` for the command line.
    pub user_id: Option<UserId>,
    /// The name they sign in with.
    pub username: String,
    /// Their full name.
    pub full_name: String,
    /// The internal person the account is tied to.
    pub personnel_id: Option<PersonnelId>,
    rights: Rights,
}

/// Proof that the person may read and write the internal assessment and roundtable history.
#[derive(Clone, Copy, Debug)]
pub struct TeamPass(());

/// Proof that the person may read and write confidential links, contacts and figures.
#[derive(Clone, Copy, Debug)]
pub struct ConfidentialPass(());

/// Proof that the person is an administrator.
#[derive(Clone, Copy, Debug)]
pub struct AdminPass(());

impl Viewer {
    /// The person behind an account.
    pub fn new(
        user_id: UserId,
        username: String,
        full_name: String,
        personnel_id: Option<PersonnelId>,
        rights: Rights,
    ) -> Self {
        Self { user_id: Some(user_id), username, full_name, personnel_id, rights }
    }

    /// The same person with what a token of theirs reaches.
    pub fn within(self, reach: Reach) -> Self {
        Self { rights: self.rights.within(reach), ..self }
    }

    /// All they may do, in one word that differs when any of it does.
    pub fn rights_key(&self) -> String {
        let Rights { confidential, team, admin, read_only } = self.rights;
        format!("{confidential} {team} {admin} {read_only}")
    }

    /// Whoever runs a command on the machine itself holds the file anyway: all rights, no account.
    pub fn command_line() -> Self {
        let rights = Rights { confidential: true, team: true, admin: true, read_only: false };
        let name = String::from("command line");
        Self { user_id: None, username: name.clone(), full_name: name, personnel_id: None, rights }
    }

    /// Someone who has not shown who they are, under the name they gave: no account, no rights.
    pub fn stranger(name: &str) -> Self {
        let rights = Rights { read_only: true, ..Rights::default() };
        Self { user_id: None, username: name.into(), full_name: String::new(), personnel_id: None, rights }
    }

    /// The pass for the internal assessment and the roundtable, if they have it.
    pub fn team(&self) -> Option<TeamPass> {
        (self.rights.team || self.rights.admin).then_some(TeamPass(()))
    }

    /// The pass for confidential rows and figures, if they have it.
    pub fn confidential(&self) -> Option<ConfidentialPass> {
        (self.rights.confidential || self.rights.admin).then_some(ConfidentialPass(()))
    }

    /// The pass for deleting and administration, if they have it.
    pub fn admin(&self) -> Option<AdminPass> {
        self.rights.admin.then_some(AdminPass(()))
    }

    /// Whether they may change records at all.
    pub fn may_write(&self) -> bool {
        !self.rights.read_only
    }

    /// Whether rows marked confidential are visible to them.
    pub fn sees_confidential(&self) -> bool {
        self.confidential().is_some()
    }

    /// The team pass, or 403.
    pub fn require_team(&self) -> Result<TeamPass> {
        self.team().ok_or(Error::Forbidden)
    }

    /// The admin pass, or 403.
    pub fn require_admin(&self) -> Result<AdminPass> {
        self.admin().ok_or(Error::Forbidden)
    }
}

/// Who may call a route; every route is registered with one (`web::routes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anyone, signed in or not.
    Public,
    /// Everyone signed in.
    SignedIn,
    /// Everyone signed in who is not read-only.
    Writer,
    /// The NED Team.
    Team,
    /// The NED Team, unless read-only.
    TeamWriter,
    /// Administrators.
    Admin,
    /// Administrators, unless read-only.
    AdminWriter,
}

impl Audience {
    /// Whether the person belongs to it.
    pub fn admits(self, viewer: &Viewer) -> bool {
        match self {
            Self::Public | Self::SignedIn => true,
            Self::Writer => viewer.may_write(),
            Self::Team => viewer.team().is_some(),
            Self::TeamWriter => viewer.team().is_some() && viewer.may_write(),
            Self::Admin => viewer.admin().is_some(),
            Self::AdminWriter => viewer.admin().is_some() && viewer.may_write(),
        }
    }
}

/// One request or command: who, when, and from where. The clock is read once, at the edge.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who asks.
    pub viewer: Viewer,
    /// The moment, in UTC.
    pub now: NaiveDateTime,
    /// The day in the organisation's time zone.
    pub today: NaiveDate,
    /// The address the request came from.
    pub remote_address: String,
    /// By which way a change is made.
    pub way: Way,
    /// Which token, or which file, if it is a way that has a name.
    pub way_name: Option<String>,
    /// Under which everything is filed that this visit changes: one save is one change.
    pub change: Change,
}

/// One save, to which its audit rows belong. Its own row is written with the first of them, so that what changes
/// nothing leaves nothing; each run of a transaction has a change of its own.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    reversal: Cell<Reversal>,
    has_news: Cell<bool>,
    is_quiet: Cell<bool>,
}

/// How a change can be taken back, by what is in it: of several, the last one here decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reversal {
    /// There is nothing in it.
    #[default]
    Nothing,
    /// Row by row.
    ByRows,
    /// Not at all: something in it stays for good.
    Never,
    /// As the merge that it is, whatever else is in it.
    AsMerge,
}

impl Change {
    /// A change with nothing in it yet.
    pub fn begin() -> Self {
        Self {
            id: ChangeId::generate(),
            undoes: None,
            reversal: Cell::default(),
            has_news: Cell::default(),
            is_quiet: Cell::default(),
        }
    }

    /// A change with nothing in it yet that takes another back.
    pub fn undoing(other: Option<ChangeId>) -> Self {
        Self { undoes: other, ..Self::begin() }
    }

    /// Notes what comes into it, and tells whether that is the first.
    pub fn take_in(&self, reversal: Reversal) -> bool {
        let before = self.reversal.get();
        self.reversal.set(before.max(reversal));
        before == Reversal::Nothing
    }

    /// Whether nothing has come into it.
    pub fn is_empty(&self) -> bool {
        self.reversal.get() == Reversal::Nothing
    }

    /// Has nobody be told of it by mail, as nobody was told of what it takes back.
    pub fn hush(&self) {
        self.is_quiet.set(true);
    }

    /// Whether nobody is told of it by mail.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet.get()
    }

    /// Notes that someone may be waiting to hear of it.
    pub fn bring_news(&self) {
        self.has_news.set(true);
    }

    /// Whether someone may be.
    pub fn has_news(&self) -> bool {
        self.has_news.get()
    }

    /// Whether it can be taken back.
    pub fn can_be_undone(&self) -> bool {
        matches!(self.reversal.get(), Reversal::ByRows | Reversal::AsMerge)
    }
}

closed_list! {
    /// By which way a change came about.
    Way {
        Page = "page",
        Api = "api",
        Assistant = "assistant",
        Import = "import",
        Undo = "undo",
        Command = "command",
    }
}
