//! All queries on the restricted columns of clients.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_builder::{Query, QueryFragment};
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamp};

use super::{
    Assessment, AssessmentRow, ClientPriority, ClientStatus, Gap, Judged, Pause, RelationshipStrength, TeamFilter,
    TeamSort, gap_filter,
};
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::clients::asked::{Lead, Way};
use crate::clients::filter::Selection;
use crate::clients::queries as open_queries;
use crate::clients::{Client, ClientFilter, ClientId, ClientRow, ClientType};
use crate::closed_list::ClosedList;
use crate::db::expressions::{InQuery, SameRow, Unlisted, among, few, led, unlisted};
use crate::db::schema::clients;
use crate::db::statements::{WrittenOnce, update_kept};
use crate::db::{Db, MultiBackend};
use crate::error::{Error, Result};
use crate::index;
use crate::records::{RecordKind, indexing};

diesel::table! {
    #[sql_name = "clients"]
    assessed_clients (client_id) {
        client_id -> BigInt,
        relationship_strength -> Nullable<Text>,
        relationship_notes -> Nullable<Text>,
        client_priority -> Nullable<Text>,
        client_status -> Nullable<Text>,
        assessment_reason -> Nullable<Text>,
        rhythm_days -> Nullable<BigInt>,
        priority_rhythm_days -> Nullable<BigInt>,
        paused_until -> Nullable<Date>,
        pause_reason -> Nullable<Text>,
        assessment_version -> BigInt,
        assessment_modified_date -> Nullable<Timestamp>,
    }
}

use assessed_clients as assessed;

/// Narrows a selection, which the open filter made, to the clients that the team's fits too.
pub fn selected(team: &TeamFilter, open: &ClientFilter, selection: Selection, lead: Lead) -> Selection {
    let selection = gap_filter::narrowed(team, open, selection, lead);
    if lead == Lead::Standing {
        return by_standing(team, open.client_type, selection);
    }
    let order = team.sort().filter(|_| lead == Lead::Order);
    let rank = led(rank(), order == Some(TeamSort::Priority));
    let mut selection = match team.priority {
        Some(priority) => selection.filter(rank.eq(rank_of(priority))),
        None if team.high => selection.filter(rank.le(HIGH)),
        None => selection,
    };
    if let Some(status) = team.status.filter(|_| order == Some(TeamSort::Status)) {
        let place = (1..).zip(ClientStatus::ALL).find(|(_, one)| **one == status).map_or(0, |(place, _)| place);
        selection = selection.filter(status_place().eq(place));
    } else if let Some(status) = team.status {
        selection = selection.filter(unlisted::<Nullable<Text>>("clients.client_status").eq(status));
    }
    selection
}

/// The same by the index of priority, status and type, where what is not asked for may have any value.
fn by_standing(team: &TeamFilter, client_type: Option<ClientType>, selection: Selection) -> Selection {
    let ranks = match team.priority {
        Some(priority) => rank_of(priority)..=rank_of(priority),
        None if team.high => 1..=HIGH,
        None => 1..=NO_RANK,
    };
    let status = few(unlisted::<Text>("COALESCE(clients.client_status, '')"), one_or_any(team.status));
    let kind = few(unlisted::<Text>("COALESCE(clients.client_type, '')"), one_or_any(client_type));
    selection.filter(few(rank(), ranks)).filter(status).filter(kind)
}

/// The words of one value, or of each and of none.
fn one_or_any<T: ClosedList>(asked: Option<T>) -> Vec<&'static str> {
    let any = || T::texts().chain([""]).collect();
    asked.map_or_else(any, |value| vec![value.as_str()])
}

/// The rank of High; only Strategic stands before it.
const HIGH: i64 = 2;

/// The rank of clients without a priority.
pub(super) const NO_RANK: i64 = 6;

fn rank() -> Unlisted<BigInt> {
    unlisted("clients.priority_rank")
}

/// The place of a client's status in their list, in the words of the index.
fn status_place() -> Unlisted<BigInt> {
    unlisted(
        "(CASE clients.client_status WHEN 'Active' THEN 1 WHEN 'Warm' THEN 2 WHEN 'Cold' THEN 3 WHEN 'Prospective' \
         THEN 4 ELSE 5 END)",
    )
}

/// The rank of a priority, from 1, as the generated column counts it.
pub(super) fn rank_of(priority: ClientPriority) -> i64 {
    ClientPriority::ALL.iter().zip(1..).find(|(one, _)| **one == priority).map_or(NO_RANK, |(_, rank)| rank)
}

/// Puts a selection in an order of the team's.
pub fn ordered(team: &TeamFilter, order: (TeamSort, bool), selection: Selection, way: Way) -> Selection {
    match order {
        (TeamSort::Priority, descending) => ranked(team.pass(), descending, selection, way),
        (TeamSort::Status, descending) => by_status(team, descending, selection, way),
        (TeamSort::Due | TeamSort::Discussed | TeamSort::Judged, _) => gap_filter::by_day(team, order, selection, way),
    }
}

/// Puts a selection in rank order, or turns that round.
fn ranked(_pass: TeamPass, descending: bool, selection: Selection, way: Way) -> Selection {
    let leads = way == Way::InOrder;
    let (rank, name, id) = (led(rank(), leads), led(clients::name_key, leads), clients::client_id);
    match descending {
        false => selection.order((rank.asc(), name.asc(), id.asc())),
        true => selection.order((rank.desc(), name.desc(), id.desc())),
    }
}

/// Puts a selection in the order of status, or turns that round; names alone where one status is asked for.
fn by_status(team: &TeamFilter, descending: bool, selection: Selection, way: Way) -> Selection {
    let leads = way == Way::InOrder;
    let (place, name, id) = (led(status_place(), leads), led(clients::name_key, leads), clients::client_id);
    match (team.status, descending) {
        (Some(_), false) => selection.order((name.asc(), id.asc())),
        (Some(_), true) => selection.order((name.desc(), id.desc())),
        (None, false) => selection.order((place.asc(), name.asc(), id.asc())),
        (None, true) => selection.order((place.desc(), name.desc(), id.desc())),
    }
}

/// The assessment of a client, and the version a form of it is begun on.
pub fn find(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<Option<Assessment>> {
    Ok(assessed::table.find(id).select(Assessment::as_select()).first(db).optional()?)
}

/// Everything that the team keeps of a client.
pub fn find_judged(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<Option<Judged>> {
    Ok(assessed::table.find(id).select(Judged::as_select()).first(db).optional()?)
}

/// A client with everything that the team keeps of it, of which there is nothing without the pass.
pub fn find_client(db: &mut Db, team: Option<TeamPass>, id: ClientId) -> Result<Option<(Client, Option<Judged>)>> {
    if team.is_none() {
        return Ok(open_queries::find(db, id)?.map(|client| (client, None)));
    }
    let columns = (Client::as_select(), SameRow(Judged::as_select()));
    let query = clients::table.find(id.0).select(columns);
    let found: Option<(Client, Judged)> = query.once().get_result(db).optional()?;
    Ok(found.map(|(client, judged)| (client, Some(judged))))
}

/// The same of several clients, by name.
pub fn find_clients(db: &mut Db, team: Option<TeamPass>, ids: &[ClientId]) -> Result<Vec<(Client, Option<Judged>)>> {
    if team.is_none() {
        return Ok(open_queries::find_each(db, ids)?.into_iter().map(|client| (client, None)).collect());
    }
    let columns = (Client::as_select(), SameRow(Judged::as_select()));
    let query = clients::table.filter(among(clients::client_id, ids.iter().copied()));
    let query = query.order((clients::name_key, clients::client_id)).select(columns);
    let found: Vec<(Client, Judged)> = query.load(db)?;
    Ok(found.into_iter().map(|(client, judged)| (client, Some(judged))).collect())
}

/// Which of some clients are paused on a day.
pub fn paused_among(
    db: &mut Db,
    _pass: TeamPass,
    today: NaiveDate,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<HashSet<ClientId>> {
    let asked = assessed::table.filter(among(assessed::client_id, ids));
    let paused = asked.filter(assessed::paused_until.ge(today)).select(assessed::client_id);
    Ok(paused.load(db)?.into_iter().collect())
}

/// The pause of a client.
pub fn find_pause(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<Option<Pause>> {
    Ok(assessed::table.find(id).select(Pause::as_select()).first(db).optional()?)
}

/// The assessments of several clients.
pub fn find_each(db: &mut Db, _pass: TeamPass, ids: &[ClientId]) -> Result<HashMap<ClientId, Assessment>> {
    let query = assessed::table.filter(among(assessed::client_id, ids.iter().copied()));
    let rows: Vec<(ClientId, Assessment)> = query.select((assessed::client_id, Assessment::as_select())).load(db)?;
    Ok(rows.into_iter().collect())
}

/// The version a form of the assessment is begun on: its own, so that the open one tells nothing.
pub fn version(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<i64> {
    Ok(assessed::table.find(id).select(assessed::assessment_version).first(db)?)
}

/// The columns of an [`AssessmentRow`].
type RowColumns = (
    Unlisted<Nullable<Text>>,
    Unlisted<Nullable<Text>>,
    Unlisted<Nullable<Text>>,
    (Unlisted<Nullable<BigInt>>, Unlisted<Nullable<BigInt>>, Unlisted<Nullable<Date>>),
    Unlisted<Nullable<Date>>,
    Unlisted<Nullable<Timestamp>>,
);

/// What a query shows of the assessment beside each client: nothing to those without the pass.
pub fn columns(pass: Option<TeamPass>) -> RowColumns {
    let or = |name, nothing| if pass.is_some() { name } else { nothing };
    let text = |name| unlisted(or(name, "CAST(NULL AS TEXT)"));
    let number = |name| unlisted(or(name, "CAST(NULL AS BIGINT)"));
    let day = |name| unlisted(or(name, "CAST(NULL AS DATE)"));
    (
        text("clients.client_priority"),
        text("clients.client_status"),
        text("clients.relationship_strength"),
        (number("clients.rhythm_days"), number("clients.priority_rhythm_days"), day("clients.paused_until")),
        day("clients.last_discussed_date"),
        unlisted(or("clients.assessment_modified_date", "CAST(NULL AS TIMESTAMP)")),
    )
}

/// What is noted about clients, for those about whom something is.
pub fn notes_of(db: &mut Db, _pass: TeamPass, ids: &[ClientId]) -> Result<Vec<(ClientId, String)>> {
    let query = assessed::table.filter(among(assessed::client_id, ids.iter().copied()));
    let query = query.order(assessed::client_id.desc());
    let rows: Vec<(ClientId, Option<String>)> =
        query.select((assessed::client_id, assessed::relationship_notes)).load(db)?;
    Ok(rows.into_iter().filter_map(|(id, notes)| Some((id, notes?))).collect())
}

/// Changes the assessment of a client that is held.
pub fn update(db: &mut Db, visit: &Visit, pass: TeamPass, id: ClientId, assessment: &Assessment) -> Result<()> {
    let before = find(db, pass, id)?.ok_or(Error::NotFound)?;
    if before == *assessment {
        return Ok(());
    }
    let next = assessed::assessment_version.eq(assessed::assessment_version + 1);
    let stamp = (next, assessed::assessment_modified_date.eq(Some(visit.now)));
    let target = assessed::table.find(id);
    update_kept(db, diesel::update(target).set((assessment, stamp)).returning(assessed::client_id))?;
    audit::updated(db, visit, "clients", id.0, &before, assessment)?;
    let notes = assessment.relationship_notes.as_deref();
    if before.relationship_notes.as_deref() == notes {
        return Ok(());
    }
    index::set_team_text(db, pass, indexing::place(RecordKind::Client), id.0, notes)
}

/// Begins, changes or ends the pause of a client that is held; that judges nothing.
pub fn set_pause(db: &mut Db, visit: &Visit, pass: TeamPass, id: ClientId, pause: &Pause) -> Result<()> {
    let before = find_pause(db, pass, id)?.ok_or(Error::NotFound)?;
    if before == *pause {
        return Ok(());
    }
    let version = assessed::assessment_version.eq(assessed::assessment_version + 1);
    update_kept(db, diesel::update(assessed::table.find(id)).set((pause, version)).returning(assessed::client_id))?;
    audit::updated(db, visit, "clients", id.0, &before, pause)
}

/// The clients of the roundtable: Active, Warm, Strategic and High (product.md §4).
fn called() -> Selection {
    /// As the index says it.
    const IS_CALLED: &str =
        "COALESCE(clients.client_status IN ('Active', 'Warm') OR clients.priority_rank <= 2, FALSE)";
    let is_called = unlisted::<Bool>(IS_CALLED).eq(true);
    clients::table.filter(clients::is_archived.eq(false)).filter(is_called).into_boxed()
}

/// Those of the clients that a query gives which the roundtable goes through.
pub fn on_agenda<Q>(db: &mut Db, _pass: TeamPass, query: Q) -> Result<HashSet<ClientId>>
where
    Q: Query<SqlType = BigInt> + QueryFragment<MultiBackend> + Send + 'static,
{
    let called = called().filter(InQuery { column: clients::client_id, query });
    Ok(called.select(clients::client_id).load(db)?.into_iter().collect())
}

/// The clients of the roundtable in rank order, with their assessments.
pub fn agenda(db: &mut Db, pass: TeamPass, offset: i64, limit: i64) -> Result<Vec<(ClientRow, AssessmentRow)>> {
    let ordered = ranked(pass, false, called(), Way::InOrder).offset(offset).limit(limit);
    Ok(ordered.select((ClientRow::as_select(), columns(Some(pass)))).once().load(db)?)
}

/// Clients that are at risk or need attention, the former first.
pub fn troubled(db: &mut Db, _pass: TeamPass, limit: i64) -> Result<Vec<(ClientId, RelationshipStrength)>> {
    let strength = unlisted::<Nullable<Text>>("clients.relationship_strength");
    let wanted = [RelationshipStrength::AtRisk, RelationshipStrength::NeedsAttention];
    let troubled = clients::table.filter(clients::is_archived.eq(false)).filter(few(strength, wanted.map(Some)));
    // “At Risk” stands before “Needs Attention” in the alphabet.
    let order = (strength.asc(), clients::name_key, clients::client_id);
    let rows: Vec<(ClientId, Option<RelationshipStrength>)> =
        troubled.order(order).limit(limit).select((clients::client_id, strength)).once().load(db)?;
    Ok(rows.into_iter().filter_map(|(id, strength)| Some((id, strength?))).collect())
}

/// The first clients in rank order that were not discussed on that day or later.
pub fn undiscussed(db: &mut Db, pass: TeamPass, since: NaiveDate, limit: i64) -> Result<Vec<ClientId>> {
    let current = clients::table.filter(clients::is_archived.eq(false)).into_boxed();
    let lacking = gap_filter::lacking(Gap::Undiscussed(since), current, false);
    let ordered = ranked(pass, false, lacking, Way::InOrder).limit(limit);
    Ok(ordered.select(clients::client_id).load(db)?)
}

/// The names of some clients with how they are judged, and whether each is in the lists.
pub fn judged_each(db: &mut Db, pass: TeamPass, ids: &[ClientId]) -> Result<Vec<(ClientId, String, bool, Assessment)>> {
    let query = clients::table.filter(among(clients::client_id, ids.iter().copied()));
    let columns = (clients::client_id, clients::client_name, clients::is_archived);
    let rows: Vec<(ClientId, String, bool)> = query.select(columns).load(db)?;
    let mut judged = find_each(db, pass, ids)?;
    let beside = |(id, name, is_archived)| (id, name, is_archived, judged.remove(&id).unwrap_or_default());
    Ok(rows.into_iter().map(beside).collect())
}
