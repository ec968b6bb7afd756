//! Who is due, paused or badly covered: which clients those are, in the words of the indexes, and in which order.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Timestamp};

use super::standing_queries::client_standing_totals as standing;
use super::{ByRhythm, Gap, StandingTotals, TeamFilter, TeamSort};
use crate::access::TeamPass;
use crate::clients::asked::{Lead, Way};
use crate::clients::filter::Selection;
use crate::clients::{ClientFilter, ClientSort, queries};
use crate::db::Db;
use crate::db::expressions::{Counted, Unlisted, led, unlisted};
use crate::db::schema::clients;
use crate::error::Result;
use crate::web::Count;

fn due() -> Unlisted<Nullable<Date>> {
    unlisted("clients.contact_due_date")
}

fn paused() -> Unlisted<Nullable<Date>> {
    unlisted("clients.paused_until")
}

fn discussed() -> Unlisted<Date> {
    unlisted("COALESCE(clients.last_discussed_date, '0001-01-01')")
}

fn judged() -> Unlisted<Timestamp> {
    unlisted("COALESCE(clients.assessment_modified_date, '0001-01-01 00:00:00')")
}

/// Narrows a selection to the clients of which the rhythm says, and that lack, what is asked for.
pub fn narrowed(team: &TeamFilter, open: &ClientFilter, selection: Selection, lead: Lead) -> Selection {
    let leads = lead == Lead::Rhythm;
    let in_order = lead == Lead::Order;
    let selection = match team.rhythm {
        Some(ByRhythm::Due) => {
            let leads = leads || (in_order && team.sort() == Some(TeamSort::Due));
            let day = led(due(), leads);
            selection.filter(day.is_null().eq(false)).filter(day.le(team.today()))
        }
        Some(ByRhythm::Paused) => selection.filter(led(paused(), leads).ge(team.today())),
        None => selection,
    };
    match team.gap {
        Some(gap) => {
            let leads = lead == Lead::Gap || (in_order && leads_in_order(team, gap, open));
            lacking(gap, selection, leads)
        }
        None => selection,
    }
}

/// Narrows a selection to the clients that lack something.
pub(super) fn lacking(gap: Gap, selection: Selection, leads: bool) -> Selection {
    let is_unheld = || unlisted::<Bool>("(clients.mpr_primary_poc IS NULL AND clients.mpr_secondary_poc IS NULL)");
    match gap {
        Gap::Unheld => selection.filter(led(is_unheld(), leads).eq(true)),
        Gap::Unplanned => selection.filter(led(clients::next_planned_contact_date, leads).is_null().eq(true)),
        Gap::OnePerson(None) => selection.filter(led(unlisted::<BigInt>("clients.open_people"), leads).eq(1)),
        Gap::OnePerson(Some(_)) => {
            let all = unlisted::<BigInt>("(clients.open_people + clients.confidential_people)");
            selection.filter(led(all, leads).eq(1))
        }
        Gap::Undiscussed(meeting) => selection.filter(led(discussed(), leads).lt(meeting)),
        Gap::Unjudged(moment) => selection.filter(led(judged(), leads).lt(moment)),
    }
}

/// Whether the index of the order begins with what is lacking.
pub fn leads_in_order(team: &TeamFilter, gap: Gap, open: &ClientFilter) -> bool {
    match gap {
        Gap::Unheld | Gap::OnePerson(_) => team.order.is_none() && open.sort == ClientSort::Name,
        Gap::Unplanned => team.order.is_none() && open.sort == ClientSort::NextContact,
        Gap::Undiscussed(_) => team.sort() == Some(TeamSort::Discussed),
        Gap::Unjudged(_) => team.sort() == Some(TeamSort::Judged),
    }
}

/// Puts a selection in the order of one of these days; what is due has such a day, so that none is missing there.
pub fn by_day(team: &TeamFilter, (sort, descending): (TeamSort, bool), selection: Selection, way: Way) -> Selection {
    let leads = way == Way::InOrder;
    let (day, name, id) = (led(due(), leads), led(clients::name_key, leads), clients::client_id);
    let (discussed, judged) = (led(discussed(), leads), led(judged(), leads));
    let is_due = team.rhythm == Some(ByRhythm::Due);
    match (sort, descending) {
        (TeamSort::Due, false) if is_due => selection.order((day.asc(), name.asc(), id.asc())),
        (TeamSort::Due, true) if is_due => selection.order((day.desc(), name.desc(), id.desc())),
        (TeamSort::Due, false) => selection.order((day.is_null().asc(), day.asc(), name.asc(), id.asc())),
        (TeamSort::Due, true) => selection.order((day.is_null().desc(), day.desc(), name.desc(), id.desc())),
        (TeamSort::Discussed, false) => selection.order((discussed.asc(), name.asc(), id.asc())),
        (TeamSort::Discussed, true) => selection.order((discussed.desc(), name.desc(), id.desc())),
        (TeamSort::Judged, false) => selection.order((judged.asc(), name.asc(), id.asc())),
        (TeamSort::Judged, true) => selection.order((judged.desc(), name.desc(), id.desc())),
        (TeamSort::Priority | TeamSort::Status, _) => selection,
    }
}

/// The clients that the team's filter alone fits, to be counted by its index.
fn fitting(team: &TeamFilter) -> Selection {
    let open = ClientFilter::default();
    let lead = if team.rhythm.is_some() { Lead::Rhythm } else { Lead::Gap };
    narrowed(team, &open, clients::table.filter(clients::is_archived.eq(false)).into_boxed(), lead)
}

/// How well the clients are covered, in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Coverage {
    /// Clients that are due by their rhythm.
    pub due: Count,
    /// Clients that are paused.
    pub paused: Count,
    /// Clients that lack something, in the order of what was asked for.
    pub gaps: [Count; 5],
}

/// Figures tell no more beyond this.
const FIGURED: i64 = 1_000;

/// Counts, as far as they are counted, beside the counters of priority and status: in one statement.
pub fn coverage(db: &mut Db, pass: TeamPass, today: NaiveDate, gaps: [Gap; 5]) -> Result<(StandingTotals, Coverage)> {
    type Row = (String, String, i64, (i64, i64, i64, i64, i64, i64, i64));
    let all = TeamFilter::of_all(pass, today);
    let counted = |team: TeamFilter, most: i64| Counted(fitting(&team).select(clients::client_id).limit(most + 1));
    let lacking = |gap| counted(TeamFilter { gap: Some(gap), ..all }, FIGURED);
    let paused = counted(TeamFilter { rhythm: Some(ByRhythm::Paused), ..all }, FIGURED);
    let [one, two, three, four, five] = gaps.map(lacking);
    let counts = (counted(all.due(), FIGURED), paused, one, two, three, four, five);
    let columns = (standing::client_priority, standing::client_status, standing::clients, counts);
    let rows: Vec<Row> = standing::table.select(columns).load(db)?;
    let counts = rows.first().map(|(.., counts)| *counts).unwrap_or_default();
    let (due, paused, one, two, three, four, five) = counts;
    let coverage =
        Coverage { due: figured(due), paused: figured(paused), gaps: [one, two, three, four, five].map(figured) };
    let of_standing = rows.into_iter().map(|(priority, status, clients, _)| (priority, status, clients));
    Ok((StandingTotals(of_standing.collect()), coverage))
}

fn figured(counted: i64) -> Count {
    Count { rows: counted.min(FIGURED), is_more: counted > FIGURED }
}

/// How many clients are due, as far as they are counted.
pub fn count_due(db: &mut Db, pass: TeamPass, today: NaiveDate) -> Result<Count> {
    queries::count(db, vec![fitting(&TeamFilter::of_all(pass, today).due())])
}
