//! What the log tells of clients in the order of time, as far as its reader may see it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::Sensitivity;
use super::queries::{audit_log, changes};
use crate::access::{TeamPass, Viewer};
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::expressions::{among, few, unlisted};
use crate::db::schema::{action_items, contact_log, files};
use crate::db::statements::WrittenOnce;
use crate::error::Result;
use crate::ids::{ChangeId, ClientId, UserId};

diesel::table! {
    client_changes (audit_id) {
        audit_id -> BigInt,
        client_id -> BigInt,
        sensitivity -> Text,
        occurred_date -> Timestamp,
        fell_to -> Nullable<Text>,
    }
}

diesel::joinable!(client_changes -> audit_log (audit_id));
diesel::allow_tables_to_appear_in_same_query!(client_changes, audit_log, contact_log);
diesel::allow_tables_to_appear_in_same_query!(client_changes, changes);
diesel::allow_tables_to_appear_in_same_query!(contact_log, changes);
diesel::allow_tables_to_appear_in_same_query!(client_changes, action_items);
diesel::allow_tables_to_appear_in_same_query!(audit_log, action_items);
diesel::allow_tables_to_appear_in_same_query!(action_items, changes);
diesel::allow_tables_to_appear_in_same_query!(client_changes, files);
diesel::allow_tables_to_appear_in_same_query!(audit_log, files);
diesel::allow_tables_to_appear_in_same_query!(files, changes);

/// One row of the log that is about a client.
#[derive(Clone, Debug, Queryable)]
pub struct ClientChange {
    /// The client.
    pub client_id: ClientId,
    /// When it was, in UTC.
    pub occurred_date: NaiveDateTime,
    /// What was done.
    pub action: String,
    /// To a row of which table.
    pub table_name: String,
    /// Which row.
    pub record_id: i64,
    /// How restricted it is.
    pub sensitivity: Sensitivity,
    /// Columns with the old and the new value each, as JSON.
    pub changes: String,
    /// The full name of whoever did it.
    pub author: Option<String>,
    /// What the action item says that it is about.
    pub item_text: Option<String>,
    /// Whether a contact was logged by the same save.
    pub is_of_contact: bool,
}

/// Which rows are asked for, from the first moment (UTC) on, before the second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Of one client; without it of all.
    pub client: Option<ClientId>,
    /// Of these clients, and by others than this account.
    pub by_others: Option<(&'a [ClientId], Option<UserId>)>,
    pub from: Option<NaiveDateTime>,
    pub before: Option<NaiveDateTime>,
}

/// How the assessment of a client moved, its points of contact and plans, its links added and removed, its follow-ups
/// and action items done and moved: the last ones before a moment.
pub fn list(db: &mut Db, viewer: &Viewer, asked: Asked<'_>, limit: i64) -> Result<Vec<ClientChange>> {
    let classes = [
        Some(Sensitivity::Public),
        viewer.confidential().map(|_| Sensitivity::Confidential),
        viewer.team().map(|_| Sensitivity::Team),
    ];
    // Each of these is asked by the one row: of an EXISTS PostgreSQL reads the whole table once it takes it for small.
    // A contact may have become confidential, or another client's, since its follow-up was done.
    let contact = contact_log::table
        .filter(contact_log::contact_id.eq(audit_log::record_id))
        .filter(contact_log::client_id.eq(client_changes::client_id))
        .filter(contact_log::is_confidential.eq(false).or(contact_log::is_confidential.eq(viewer.sees_confidential())))
        .select(contact_log::contact_id);
    // An action item may have become the team's, or been taken back.
    let item = action_items::table
        .filter(action_items::item_id.eq(audit_log::record_id))
        .filter(action_items::client_id.eq(client_changes::client_id))
        .filter(action_items::is_open.eq(true).or(action_items::is_open.eq(viewer.team().is_none())))
        .select(action_items::item_id);
    let shown = |is_for: bool, word: &'static str| if is_for { word } else { "open" };
    // A file may be shown to fewer by now, be another client's, or be gone.
    let file = files::table
        .filter(files::file_id.eq(audit_log::record_id))
        .filter(files::client_id.eq(client_changes::client_id.nullable()))
        .filter(
            files::visibility
                .eq("open")
                .or(files::visibility.eq(shown(viewer.sees_confidential(), "confidential")))
                .or(files::visibility.eq(shown(viewer.team().is_some(), "team"))),
        )
        .select(files::file_id);
    let mut query = client_changes::table
        .inner_join(audit_log::table.inner_join(changes::table))
        .filter(few(client_changes::sensitivity, classes.into_iter().flatten()))
        .filter(audit_log::table_name.ne("contact_log").or(contact.single_value().is_not_null()))
        .filter(audit_log::table_name.ne("action_items").or(item.single_value().is_not_null()))
        .filter(audit_log::table_name.ne("files").or(file.single_value().is_not_null()))
        .into_boxed();
    if let Some(ClientId(client)) = asked.client {
        query = query.filter(client_changes::client_id.eq(client));
    }
    if let Some((clients, own)) = asked.by_others {
        let own = own.map_or(0, |UserId(id)| id);
        query = query
            .filter(among(client_changes::client_id, clients.iter().copied()))
            .filter(changes::user_id.is_null().or(changes::user_id.ne(own)));
    }
    if let Some(from) = asked.from {
        query = query.filter(client_changes::occurred_date.ge(from));
    }
    if let Some(before) = asked.before {
        query = query.filter(client_changes::occurred_date.lt(before));
    }
    let rows: Vec<ClientChange> = query
        .order((client_changes::occurred_date.desc(), client_changes::audit_id.desc()))
        .limit(limit)
        .select((
            client_changes::client_id,
            client_changes::occurred_date,
            audit_log::action,
            audit_log::table_name,
            audit_log::record_id,
            audit_log::sensitivity,
            audit_log::changes,
            unlisted::<Nullable<Text>>("(SELECT full_name FROM users WHERE users.user_id = changes.user_id)"),
            unlisted::<Nullable<Text>>(ITEM_TEXT),
            unlisted::<Bool>(OF_CONTACT),
        ))
        .once()
        .load(db)?;
    Ok(rows)
}

/// The trigger by which each new row of the log is told among the changes of its client.
pub const TELLS: (&str, &str) = ("audit_log", "audit_log_tells_of_clients");

/// The last row of the log.
pub fn last_row(db: &mut Db) -> Result<i64> {
    Ok(audit_log::table.select(diesel::dsl::max(audit_log::audit_id)).get_result::<Option<i64>>(db)?.unwrap_or(0))
}

/// Tells the rows of the log after one among the changes of their clients, as the trigger does row by row.
pub fn tell_after(db: &mut Db, last: i64) -> Result<()> {
    Assembled::<()>::default()
        .words("INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date, fell_to) ")
        .words("SELECT audit_id, client_id, sensitivity, occurred_date, fell_to FROM told_of_clients ")
        .words("WHERE client_id IS NOT NULL AND audit_id > ")
        .number(last)
        .words(" ORDER BY audit_id")
        .execute(db)?;
    Ok(())
}

/// A row that a change touched, of a client or of what belongs to one.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Touched {
    /// The table.
    pub table_name: String,
    /// The row.
    pub record_id: i64,
    /// The client; of what has none, the row again.
    pub client_id: i64,
    /// Whether only the team may know what changed in it.
    pub is_of_team: bool,
}

/// What a change did to clients, and to meetings and their agendas, which have no client; nothing of what is
/// confidential; so many rows at most.
pub fn touched_clients(db: &mut Db, change: ChangeId, limit: i64) -> Result<Vec<Touched>> {
    let query = Assembled::<(Text, BigInt, BigInt, Bool)>::default()
        .words(
            "SELECT DISTINCT audit_log.table_name, audit_log.record_id, \
             COALESCE(audit_subjects.subject_id, audit_log.record_id), audit_log.sensitivity = 'team' \
             FROM audit_log LEFT JOIN audit_subjects ON audit_subjects.subject_kind = 'client' \
             AND audit_subjects.table_name = audit_log.table_name AND audit_subjects.record_id = audit_log.record_id \
             WHERE (audit_log.table_name IN ('clients', 'meetings', 'meeting_points', 'meeting_attendees') \
             OR audit_subjects.subject_id IS NOT NULL) \
             AND audit_log.sensitivity <> 'confidential' AND audit_log.change_id = ",
        )
        .number(change.0)
        .words(" LIMIT ")
        .number(limit);
    Ok(query.load(db)?)
}

/// What the action item of a row says, if it is one.
const ITEM_TEXT: &str =
    "(SELECT text FROM action_items WHERE item_id = audit_log.record_id AND audit_log.table_name = 'action_items')";

/// Whoever logs a contact brings the client's last contact up to date, which everyone may know (product.md §3).
const OF_CONTACT: &str = "(audit_log.action = 'track' AND (SELECT 1 FROM audit_log AS beside \
     WHERE beside.change_id = audit_log.change_id AND beside.action = 'track' \
     AND beside.changes LIKE '%\"last_contact_%' LIMIT 1) IS NOT NULL)";

/// How the assessment of a client moved from a moment (UTC) on, the last first.
pub fn judgements(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    from: NaiveDateTime,
    limit: i64,
) -> Result<Vec<Judgement>> {
    let author = unlisted::<Nullable<Text>>("(SELECT full_name FROM users WHERE users.user_id = changes.user_id)");
    let rows = client_changes::table
        .inner_join(audit_log::table.inner_join(changes::table))
        .filter(client_changes::client_id.eq(client.0))
        .filter(client_changes::sensitivity.eq(Sensitivity::Team).and(audit_log::table_name.eq("clients")))
        .filter(client_changes::occurred_date.ge(from))
        .order((client_changes::occurred_date.desc(), client_changes::audit_id.desc()))
        .limit(limit)
        .select((client_changes::client_id, client_changes::occurred_date, audit_log::changes, author));
    Ok(rows.once().load(db)?)
}

/// How the assessments of all clients moved from a moment (UTC) on, and which were archived or brought back, the last
/// first.
pub fn judged_since(db: &mut Db, _pass: TeamPass, from: NaiveDateTime, limit: i64) -> Result<Vec<Judgement>> {
    let author = unlisted::<Nullable<Text>>("(SELECT full_name FROM users WHERE users.user_id = changes.user_id)");
    let is_archived = audit_log::changes.like("%\"is_archived\":[%");
    let rows = client_changes::table
        .inner_join(audit_log::table.inner_join(changes::table))
        .filter(client_changes::occurred_date.ge(from))
        .filter(audit_log::table_name.eq("clients"))
        .filter(client_changes::sensitivity.eq(Sensitivity::Team).or(is_archived))
        .order((client_changes::occurred_date.desc(), client_changes::audit_id.desc()))
        .limit(limit)
        .select((client_changes::client_id, client_changes::occurred_date, audit_log::changes, author));
    Ok(rows.load(db)?)
}

/// One change of an assessment.
#[derive(Clone, Debug, Queryable)]
pub struct Judgement {
    /// Of which client.
    pub client_id: ClientId,
    /// When, in UTC.
    pub occurred_date: NaiveDateTime,
    /// Columns with the old and the new value each, as JSON.
    pub changes: String,
    /// The full name of whoever judged.
    pub author: Option<String>,
}
