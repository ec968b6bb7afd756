//! Which clients are asked for, how many those are, and the shorter way to some of them: for lists and the dashboard.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::assessment::{self, ByRhythm, Coverage, Gap, StandingTotals, TeamFilter, TeamSort, leads_in_order};
use super::attention::{self, Totals};
use super::filter::Selection;
use super::{Attention, AttentionRule, ClientFilter, ClientSort, queries};
use crate::access::TeamPass;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::InQuery;
use crate::db::schema::clients;
use crate::db::statements::OneAfterAnother;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::records::RecordKind;
use crate::records::totals::{self, Holding};
use crate::web::Count;

/// Which clients are asked for, by what everyone may ask and by what the team may.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What everyone may ask for.
    pub open: &'a ClientFilter,
    /// What the team may ask for, for those who belong to it.
    pub team: Option<&'a TeamFilter>,
    /// When a contact is needed.
    pub rule: &'a AttentionRule,
}

impl Asked<'_> {
    /// How many clients fit; all of them, and those of one value that the counters know, are counted already.
    pub fn total(&self, db: &mut Db, counters: &mut Counters) -> Result<Count> {
        let Self { open, rule, .. } = *self;
        match self.team.filter(|team| !team.is_open()) {
            Some(team) if open.is_open() && team.is_counted() => {
                Ok(Count::exactly(counters.standing(db, team.pass())?.fitting(team)))
            }
            Some(team) if self.is_due_alone() => counters.due(db, team.pass(), team.today()),
            None if open.is_open() => Ok(Count::exactly(counters.clients(db)?)),
            None if open.is_counted() => Ok(Count::exactly(counters.totals(db, rule)?.of(open.attention))),
            team => match open.only_value().filter(|_| team.is_none()) {
                Some(value) => queries::count_of(db, value),
                None => Ok(open.counted(queries::count(db, self.parts())?)),
            },
        }
    }

    /// The same for a figure: of many who are due, as the figures of coverage tell it where they were asked for.
    pub fn total_as_told(&self, db: &mut Db, counters: &mut Counters) -> Result<Count> {
        match counters.told_due.filter(|_| self.is_due_alone()) {
            Some(due) => Ok(due),
            None => self.total(db, counters),
        }
    }

    fn is_due_alone(&self) -> bool {
        self.open.is_open() && self.team.is_some_and(TeamFilter::is_due_alone)
    }

    /// Some of the clients that fit, in the order asked for, by the shorter way to them.
    pub fn cut(
        &self,
        db: &mut Db,
        counters: &mut Counters,
        total: Count,
        (offset, limit): (i64, i64),
    ) -> Result<Selection> {
        let way = match self.is_in_order() {
            true => Way::InOrder,
            false if self.is_due_gathered() => Way::Together,
            false => Way::to(offset + limit, total, counters.clients(db)?),
        };
        if way == Way::InOrder && self.is_by_need() {
            return Ok(self.cut_by_need(counters.totals, (offset, limit)));
        }
        let first = cut(self.ordered(self.selection(way), way), (offset, limit));
        Ok(match way {
            Way::InOrder => first,
            // Ids are sorted, by what stands beside them in most indexes; only the rows that are shown are fetched.
            Way::Together => cut(self.ordered(these(first), way), (0, limit)),
        })
    }

    fn selection(&self, way: Way) -> Selection {
        let lead = self.lead(way);
        self.also_team(self.open.selection(self.rule, lead), lead)
    }

    /// Whether the order begins with the most urgent of all.
    fn is_by_need(&self) -> bool {
        let is_of_team = self.team.is_some_and(|team| team.order.is_some());
        self.open.sort == ClientSort::Attention && self.open.attention.is_none() && !is_of_team
    }

    /// The same from each attention apart, of which the index of silence holds the order, and put together: from those
    /// alone whose clients are shown, where the counters tell how many there are of each.
    fn cut_by_need(&self, totals: Option<Totals>, (offset, limit): (i64, i64)) -> Selection {
        let ordered = |attention: Attention| {
            let open = ClientFilter { attention: Some(attention), ..self.open.clone() };
            let asked = Asked { open: &open, ..*self };
            asked.ordered(asked.selection(Way::InOrder), Way::InOrder)
        };
        let is_counted = self.open.is_open() && self.team.is_none_or(TeamFilter::is_open);
        let (parts, left_out) = match totals.filter(|_| is_counted) {
            Some(totals) => (shown(&totals, self.open.descending, (offset, limit)), 0),
            None => (Attention::ALL.iter().map(|one| (*one, (0, offset + limit))).collect::<Vec<_>>(), offset),
        };
        match &parts[..] {
            // Beyond the last.
            [] => cut(ordered(Attention::Fine), (offset, limit)),
            [(attention, range)] => cut(ordered(*attention), *range),
            parts => {
                let ids =
                    |(one, range): &(Attention, (i64, i64))| cut(ordered(*one), *range).select(clients::client_id);
                let query = OneAfterAnother(parts.iter().map(ids).collect());
                let these = clients::table.filter(InQuery { column: clients::client_id, query }).into_boxed();
                cut(self.ordered(these, Way::Together), (left_out, limit))
            }
        }
    }

    /// Whether those who are due are gathered, whose index holds what they are sorted by: where other orders begin they
    /// are seldom found, since whoever was met of late, or is to be met soon, is not due.
    fn is_due_gathered(&self) -> bool {
        let is_apart = matches!(self.open.sort, ClientSort::Links | ClientSort::Poc);
        let is_held = |team: &TeamFilter| team.order.is_some() || !is_apart;
        self.team.is_some_and(|team| team.rhythm == Some(ByRhythm::Due) && is_held(team))
    }

    /// Whether the index of the order begins with all that is asked for.
    fn is_in_order(&self) -> bool {
        let (open, team) = (self.open, self.team.copied());
        let of_team = team.and_then(|team| team.sort());
        let gap = team.and_then(|team| Some(leads_in_order(&team, team.gap?, open)));
        let rhythm = team.and_then(|team| team.rhythm);
        let narrowing = [
            (open.found.is_some() || open.poc.is_some(), false),
            (open.client_type.is_some(), of_team.is_none() && open.sort == ClientSort::Type),
            (open.attention.is_some(), of_team.is_none() && open.sort.is_by_silence()),
            (team.is_some_and(|team| team.priority.is_some() || team.high), of_team == Some(TeamSort::Priority)),
            (team.is_some_and(|team| team.status.is_some()), of_team == Some(TeamSort::Status)),
            (rhythm.is_some(), rhythm == Some(ByRhythm::Due) && of_team == Some(TeamSort::Due)),
            (gap.is_some(), gap == Some(true)),
        ];
        narrowing.into_iter().all(|(narrows, leads)| !narrows || leads)
    }

    fn ordered(&self, selection: Selection, way: Way) -> Selection {
        match self.team.and_then(|team| Some((team, team.order?))) {
            Some((team, order)) => assessment::ordered(team, order, selection, way),
            None => self.open.ordered(self.rule, selection, way),
        }
    }

    fn parts(&self) -> Vec<Selection> {
        let lead = self.lead(Way::Together);
        let parts = self.open.parts(self.rule, lead).into_iter();
        parts.map(|part| self.also_team(part, lead)).collect()
    }

    fn lead(&self, way: Way) -> Lead {
        match way {
            Way::InOrder => Lead::Order,
            Way::Together if self.open.found.is_some() => Lead::Names,
            Way::Together if self.open.poc.is_some() => Lead::Poc,
            Way::Together if self.team.is_some_and(|team| team.rhythm.is_some()) => Lead::Rhythm,
            Way::Together if self.team.is_some_and(TeamFilter::is_by_standing) => Lead::Standing,
            Way::Together if self.team.is_some_and(|team| team.gap.is_some()) => Lead::Gap,
            Way::Together => Lead::Values,
        }
    }

    fn also_team(&self, selection: Selection, lead: Lead) -> Selection {
        match self.team {
            Some(team) => assessment::selected(team, self.open, selection, lead),
            None => selection,
        }
    }
}

/// Counters that triggers keep, asked once a request.
#[derive(Default)]
pub struct Counters {
    clients: Option<i64>,
    totals: Option<Totals>,
    standing: Option<StandingTotals>,
    due: Option<Count>,
    /// As figures tell it: of many, that is no count to walk through a list by.
    told_due: Option<Count>,
}

impl Counters {
    /// How many clients there are.
    pub fn clients(&mut self, db: &mut Db) -> Result<i64> {
        let clients = self.clients.or(self.totals.map(|totals| totals.clients));
        let clients = match clients {
            Some(clients) => clients,
            None => totals::of(db, RecordKind::Client, [Holding::Any])?[0],
        };
        self.clients = Some(clients);
        Ok(clients)
    }

    /// How many clients there are, and how many need attention.
    pub fn totals(&mut self, db: &mut Db, rule: &AttentionRule) -> Result<Totals> {
        let totals = self.totals.map_or_else(|| attention::totals(db, rule), Ok)?;
        self.totals = Some(totals);
        Ok(totals)
    }

    /// The same, and how many clients a person looks after.
    pub fn totals_and_held(
        &mut self,
        db: &mut Db,
        rule: &AttentionRule,
        person: Option<PersonnelId>,
    ) -> Result<(Totals, i64)> {
        let (totals, held) = attention::totals_and_held(db, rule, person)?;
        self.totals = Some(totals);
        Ok((totals, held))
    }

    /// How many clients are due by their rhythm.
    pub fn due(&mut self, db: &mut Db, pass: TeamPass, today: NaiveDate) -> Result<Count> {
        let known = self.due.or(self.told_due.filter(|due| !due.is_more));
        let due = known.map_or_else(|| assessment::count_due(db, pass, today), Ok)?;
        self.due = Some(due);
        Ok(due)
    }

    /// How well the clients are covered; with it come the counters of priority and status.
    pub fn coverage(&mut self, db: &mut Db, pass: TeamPass, today: NaiveDate, gaps: [Gap; 5]) -> Result<Coverage> {
        let (standing, coverage) = assessment::coverage(db, pass, today, gaps)?;
        (self.standing, self.told_due) = (Some(standing), Some(coverage.due));
        Ok(coverage)
    }

    /// How many clients there are of each priority and status.
    pub fn standing(&mut self, db: &mut Db, pass: TeamPass) -> Result<&StandingTotals> {
        if self.standing.is_none() {
            self.standing = Some(assessment::standing(db, pass)?);
        }
        self.standing.as_ref().ok_or_else(|| Error::Internal("counters that were just read".into()))
    }
}

/// How the rows of a page are come by. The databases cannot know which is the shorter way: they would have to know how
/// many clients fit, which has been counted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Along the index of the order, leaving out what does not fit, until the page is full.
    InOrder,
    /// All that fit, by the index of what is asked for, and then sorted.
    Together,
}

impl Way {
    /// The shorter way to the row `last`: either `all / fitting` clients are looked at for each row, or all that fit.
    pub fn to(last: i64, fitting: Count, all: i64) -> Self {
        // A client that is looked at costs several that are sorted: its row is fetched.
        let is_dense = fitting.rows.saturating_mul(fitting.rows) >= last.saturating_mul(all).saturating_mul(5);
        if fitting.is_more || is_dense { Self::InOrder } else { Self::Together }
    }
}

/// What leads SQLite to the rows of a selection (see [`led`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The order of the list.
    Order,
    /// The names that were searched for.
    Names,
    /// The point of contact.
    Poc,
    /// The values that everyone may ask for.
    Values,
    /// Those and the ones that the team may ask for.
    Standing,
    /// What the rhythm says.
    Rhythm,
    /// What a client lacks.
    Gap,
}

/// Which clients of each attention are shown, the most urgent first or last; nothing of none.
fn shown(totals: &Totals, descending: bool, (offset, limit): (i64, i64)) -> Vec<(Attention, (i64, i64))> {
    let mut order = [Attention::Urgent, Attention::Warning, Attention::Never, Attention::Fine];
    if descending {
        order.reverse();
    }
    let (mut shown, mut before) = (Vec::new(), 0);
    for attention in order {
        let all = totals.of(Some(attention));
        let (first, last) = ((offset - before).max(0), (offset + limit - before).min(all));
        if first < last {
            shown.push((attention, (first, last - first)));
        }
        before += all;
    }
    shown
}

/// Some of an ordered selection.
fn cut(ordered: Selection, (offset, limit): (i64, i64)) -> Selection {
    ordered.offset(offset).limit(limit)
}

/// The clients of a selection that is cut already, in no order.
fn these(cut: Selection) -> Selection {
    let ids = InQuery { column: clients::client_id, query: cut.select(clients::client_id) };
    clients::table.filter(ids).into_boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_are_shown_from_the_parts_that_they_stand_in() {
        let totals = Totals { clients: 100, urgent: 10, warning: 5, never: 0 };
        let shown = |descending, range| shown(&totals, descending, range);
        assert_eq!(shown(false, (0, 10)), [(Attention::Urgent, (0, 10))]);
        let over_the_edge = [(Attention::Urgent, (8, 2)), (Attention::Warning, (0, 5)), (Attention::Fine, (0, 3))];
        assert_eq!(shown(false, (8, 10)), over_the_edge);
        assert_eq!(shown(false, (20, 50)), [(Attention::Fine, (5, 50))]);
        assert_eq!(
            shown(true, (80, 50)),
            [(Attention::Fine, (80, 5)), (Attention::Warning, (0, 5)), (Attention::Urgent, (0, 10))]
        );
        assert_eq!(shown(false, (100, 50)), []);
    }
}
