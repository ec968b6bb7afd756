//! From a job to a letter: who it is for, what they may see and want now.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::letter::Letter;
use super::model::{Rate, Topic};
use super::wish_queries;
use super::{assignment, digest, invitation, mention};
use crate::access::{Change, Reach, Viewer, Visit, Way};
use crate::accounts;
use crate::config::{Config, MailServer};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, ClientId, MeetingId, UserId};
use crate::jobs::{Job, JobKind, bounce_queries};
use crate::sessions;
use crate::web::Page;

/// A letter, or why there is none.
pub type Composed = std::result::Result<Letter, &'static str>;

/// Whom a letter is for, and what it may hold.
pub struct Reader {
    /// Name and address.
    pub to: (String, String),
    /// The person, with what mail may hold of what they may see now.
    pub page: Page,
    /// The person, with all that they may see: for finding out that there is something, and for none of its words.
    pub whole: Viewer,
}

impl Reader {
    /// The whole address of a page.
    pub fn address(&self, path: &str) -> String {
        self.page.config.address(path)
    }
}

/// What is restricted, unless the firm lets mail hold it.
const OPEN: Reach = Reach { writes: false, confidential: false, team: false, admin: false };

/// Puts a job into words.
pub fn compose(db: &mut Db, config: &Config, server: &MailServer, job: &Job) -> Result<Composed> {
    let Some(whole) = job.subject_id.map(|user| sessions::queries::viewer_of(db, UserId(user))).transpose()?.flatten()
    else {
        return Ok(Err("The account has ended."));
    };
    let user = whole.user_id.ok_or(Error::NotFound)?;
    let email = accounts::queries::own(db, &whole)?.email;
    if job.kind != JobKind::Test && bounce_queries::find(db, &email)?.is_some() {
        return Ok(Err("Mail to this address came back, so none is sent."));
    }
    let wishes = wish_queries::find(db, user)?;
    let is_wanted = match job.kind {
        // Also one that was asked for by itself.
        JobKind::Digest => wishes.digest != Rate::Off || job.job_key.starts_with(ASKED),
        JobKind::Assignment => wishes.wants_assignments,
        JobKind::Invitation => wishes.wants_invitations,
        JobKind::Test | JobKind::Webhook => true,
    };
    if !is_wanted {
        return Ok(Err("They do not want it."));
    }
    let viewer = if config.mails_restricted { whole.clone() } else { whole.clone().within(OPEN) };
    let reader = Reader { to: (viewer.full_name.clone(), email), page: page(config, viewer), whole };
    match job.kind {
        JobKind::Digest => digest::letter(db, &reader, job, payload::<DigestPayload>(&job.payload)?.days),
        JobKind::Assignment => match payload::<AssignmentPayload>(&job.payload)? {
            AssignmentPayload::Work { change_id } => assignment::letter(db, &reader, change_id),
            AssignmentPayload::Mention(one) => mention::letter(db, &reader, &one),
        },
        JobKind::Test => Ok(Ok(test(&reader))),
        JobKind::Invitation => match payload::<InvitationPayload>(&job.payload)? {
            InvitationPayload::Meeting { meeting_id } => invitation::to_meeting(db, &reader, server, job, meeting_id),
            InvitationPayload::OffMeeting { off_meeting_id } => {
                invitation::off_meeting(db, &reader, server, job, off_meeting_id)
            }
            InvitationPayload::Contacts { change_id } => invitation::to_contacts(db, &reader, server, job, change_id),
            InvitationPayload::OffContact { off_client_id, day, how } => {
                invitation::off_contact(db, &reader, server, job, (off_client_id, day, how.as_deref()))
            }
        },
        JobKind::Webhook => Err(Error::Internal(format!("no letter is made of {}", job.kind))),
    }
}

/// With what the key of a digest begins that someone asked for.
pub const ASKED: &str = "digest-asked-";

/// Over how many days a digest tells.
#[derive(Deserialize)]
pub struct DigestPayload {
    pub days: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum InvitationPayload {
    Meeting { meeting_id: MeetingId },
    OffMeeting { off_meeting_id: MeetingId },
    Contacts { change_id: ChangeId },
    OffContact { off_client_id: ClientId, day: NaiveDate, how: Option<String> },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AssignmentPayload {
    Work { change_id: ChangeId },
    Mention(mention::Mention),
}

/// Reads what a job is about.
pub fn payload<T: DeserializeOwned>(words: &str) -> Result<T> {
    serde_json::from_str(words).map_err(|cause| Error::Internal(format!("the payload of a job: {cause}")))
}

fn page(config: &Config, viewer: Viewer) -> Page {
    let now = config.clock.now();
    let visit = Visit {
        viewer,
        now,
        today: config.day_of(now),
        remote_address: String::new(),
        way: Way::Command,
        way_name: None,
        change: Change::begin(),
    };
    Page::behind(Arc::new(config.clone()), visit)
}

fn test(reader: &Reader) -> Letter {
    Letter {
        to: reader.to.clone(),
        subject: "Roundtable can send mail".into(),
        intro: "This is the test that you asked for. Mail from Roundtable reaches you.".into(),
        sections: Vec::new(),
        link: ("Messages", reader.address("/admin/messages")),
        why: "You pressed a button.",
        topic: None,
        calendar: None,
    }
}

/// What one may say no to of a letter about that.
pub fn topic_words(topic: Topic) -> &'static str {
    match topic {
        Topic::Digest => "You get this because your profile asks for a digest.",
        Topic::Assignment => "You get this because work became yours, or a text names you.",
        Topic::Invitation => "You get this because you are invited.",
    }
}
