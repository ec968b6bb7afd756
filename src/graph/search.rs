//! The shortest ways from one record to another, the strongest first: a search from both ends until they meet, which
//! asks for the lines of one ring of records at a time and never for the whole graph.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use chrono::NaiveDate;

use super::model::latest;
use super::{Edge, Strength, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::records::queries::past_among;
use crate::records::{NamedRecord, RecordRef, references};

/// No path has more steps.
const STEPS: usize = 6;

/// Ways that are shown at most.
const SHOWN: usize = 8;

/// Lines of one kind of records that are looked at for ways a step longer than the shortest.
const LINES_FOR_LONGER: i64 = 1_000;

/// Beginnings of ways that are looked at before the search gives up on more of them.
const TRIES: usize = 20_000;

/// One step of a path: everything that connects the two records, the strongest first.
#[derive(Clone, Debug)]
pub struct Step {
    pub to: NamedRecord,
    pub edges: Vec<Edge>,
    pub strength: Strength,
}

/// One path, step by step.
#[derive(Clone, Debug)]
pub struct Path {
    pub steps: Vec<Step>,
    /// The cost of all steps: the smaller, the stronger.
    pub cost: u32,
}

/// What a search found.
#[derive(Debug)]
pub struct Search {
    pub ways: Vec<Path>,
    /// Whether every line was looked at; of records with very many, only the first are.
    pub is_whole: bool,
}

/// The ways of the fewest steps and those of one step more that a quick look finds, the strongest first, by what this
/// person may see.
pub fn ways(db: &mut Db, viewer: &Viewer, today: NaiveDate, from: RecordRef, to: RecordRef) -> Result<Search> {
    let mut known = Known { today, lines: HashMap::new(), past: BTreeSet::new() };
    let mut sides = [Side::at(from), Side::at(to)];
    let mut found = Search { ways: Vec::new(), is_whole: true };
    for steps in 1..=STEPS {
        // The lines of the records within are known; those from ring to ring are not yet.
        let between = queries::between(db, viewer, &sides[0].ring, &sides[1].ring)?;
        found.is_whole &= between.is_whole;
        known.learn(between.edges);
        let was_found = !found.ways.is_empty();
        let mut ways = known.ways(db, from, to, steps)?;
        // Of the ways of the fewest steps the best stays, however weak.
        if let Some(best) =
            found.ways.first().filter(|best| ways.iter().all(|path| path.steps.len() > best.steps.len()))
        {
            ways.truncate(SHOWN - 1);
            ways.push(best.clone());
        }
        found.ways = ways;
        let nowhere = sides.iter().any(|side| side.ring.is_empty());
        if was_found || nowhere || steps == STEPS {
            break;
        }
        let narrow = if sides[0].breadth() <= sides[1].breadth() { 0 } else { 1 };
        let ring = std::mem::take(&mut sides[narrow].ring);
        let past: BTreeSet<RecordRef> = past_among(db, ring.iter().copied())?
            .into_iter()
            .filter(|record| *record != from && *record != to)
            .collect();
        let open: BTreeSet<RecordRef> = ring.difference(&past).copied().collect();
        known.past.extend(past);
        // A path that is a step longer is looked for where that is quick.
        let limit = if found.ways.is_empty() { queries::LINES } else { LINES_FOR_LONGER };
        let around = queries::around(db, viewer, &open, limit)?;
        found.is_whole &= around.is_whole || !found.ways.is_empty();
        sides[narrow].grow(&around.edges);
        known.learn(around.edges);
    }
    Ok(found)
}

/// What was reached from one end.
struct Side {
    seen: BTreeSet<RecordRef>,
    /// Those whose lines were not asked for yet.
    ring: BTreeSet<RecordRef>,
    /// How many of those are colleagues.
    colleagues: usize,
}

impl Side {
    fn at(record: RecordRef) -> Self {
        Self { seen: BTreeSet::from([record]), ring: BTreeSet::from([record]), colleagues: 0 }
    }

    fn grow(&mut self, edges: &[Edge]) {
        let is_new = |edge: &&Edge| !self.seen.contains(&edge.there);
        self.ring = edges.iter().filter(is_new).map(|edge| edge.there).collect();
        let colleagues = edges.iter().filter(is_new).filter(|edge| edge.leads_to_a_colleague());
        self.colleagues = colleagues.map(|edge| edge.there).collect::<BTreeSet<_>>().len();
        self.seen.extend(&self.ring);
    }

    /// How many lines its ring may have, for growing the narrower side first.
    fn breadth(&self) -> usize {
        self.ring.len() + self.colleagues * queries::BREADTH_OF_A_COLLEAGUE
    }
}

/// The records that lie on a path.
struct Near {
    records: BTreeSet<RecordRef>,
    /// How many steps each record is from the end.
    left: HashMap<RecordRef, usize>,
}

/// The lines that were learnt so far, from each record to each beside it.
struct Known {
    today: NaiveDate,
    lines: HashMap<RecordRef, HashMap<RecordRef, Vec<Edge>>>,
    past: BTreeSet<RecordRef>,
}

impl Known {
    fn learn(&mut self, edges: Vec<Edge>) {
        for edge in edges {
            let turned = edge.turned();
            for edge in [edge, turned] {
                let line = self.lines.entry(edge.here).or_default().entry(edge.there).or_default();
                if !line.contains(&edge) {
                    line.push(edge);
                }
            }
        }
    }

    fn strength(&self, edges: &[Edge]) -> Strength {
        edges.iter().map(|edge| edge.strength(self.today)).min().unwrap_or(Strength::Weak)
    }

    /// The best ways with at most so many steps, none of which leads through a record that is past.
    fn ways(&mut self, db: &mut Db, from: RecordRef, to: RecordRef, steps: usize) -> Result<Vec<Path>> {
        let mut near = self.near(from, to, steps);
        let past = past_among(db, near.records.iter().copied())?;
        if past.iter().any(|record| *record != from && *record != to) {
            self.past.extend(past.into_iter().filter(|record| *record != from && *record != to));
            near = self.near(from, to, steps);
        }
        let routes = self.routes(&near, from, to, steps);
        let records: BTreeSet<RecordRef> = routes.iter().flat_map(|(_, route)| route).copied().collect();
        let named_records = references::all_named(db, &records)?;
        Ok(routes.into_iter().filter_map(|(cost, route)| self.path(cost, &route, &named_records)).collect())
    }

    fn path(&self, cost: u32, route: &[RecordRef], named_records: &BTreeMap<RecordRef, NamedRecord>) -> Option<Path> {
        let step = |pair: &[RecordRef]| {
            let edges = self.lines.get(&pair[0])?.get(&pair[1])?;
            let mut sorted = latest(edges.iter().cloned());
            sorted.sort_by_key(|edge| (edge.strength(self.today), edge.edge_kind));
            Some(Step { to: named_records.get(&pair[1])?.clone(), edges: sorted, strength: self.strength(edges) })
        };
        Some(Path { steps: route.windows(2).map(step).collect::<Option<Vec<Step>>>()?, cost })
    }

    /// Of all that is known, the few records that lie on a path that is short enough.
    fn near(&self, from: RecordRef, to: RecordRef, steps: usize) -> Near {
        let (done, left) = (self.steps_from(from, to, steps), self.steps_from(to, from, steps));
        let is_near =
            |(record, done): &(&RecordRef, &usize)| left.get(*record).is_some_and(|left| **done + left <= steps);
        let records = done.iter().filter(is_near).map(|(record, _)| *record).collect();
        Near { records, left }
    }

    /// The cheapest routes with at most so many steps, none of which passes a record twice.
    fn routes(&self, near: &Near, from: RecordRef, to: RecordRef, steps: usize) -> Vec<(u32, Vec<RecordRef>)> {
        let mut beside: HashMap<RecordRef, Vec<(RecordRef, u32)>> = HashMap::new();
        for record in &near.records {
            let lines = self.lines.get(record).into_iter().flatten().filter(|(next, _)| near.records.contains(next));
            let mut lines: Vec<(RecordRef, u32)> =
                lines.map(|(next, edges)| (*next, self.strength(edges).cost())).collect();
            lines.sort_unstable();
            beside.insert(*record, lines);
        }
        let rest = rest_of_cost(&beside, to);
        let mut found = Vec::new();
        // What is first in order is the cost of the whole path at best, so that nearly every try ends in one.
        let mut open = BinaryHeap::from([Reverse((0, 0, 0, vec![from]))]);
        for _ in 0..TRIES {
            let Some(Reverse((_, taken, cost, route))) = open.pop() else { break };
            let last = route[route.len() - 1];
            if last == to {
                found.push((cost, route));
                if found.len() == SHOWN {
                    break;
                }
                continue;
            }
            for (next, more) in beside.get(&last).into_iter().flatten() {
                let fits = near.left.get(next).is_some_and(|left| taken + 1 + left <= steps) && !route.contains(next);
                if let Some(rest) = rest.get(next).filter(|_| fits) {
                    let longer = route.iter().copied().chain([*next]).collect();
                    open.push(Reverse((cost + more + rest, taken + 1, cost + more, longer)));
                }
            }
        }
        found
    }

    /// How many steps each record is from one end, at most so many, by lines that are known and records that are not
    /// past.
    fn steps_from(&self, end: RecordRef, other: RecordRef, steps: usize) -> HashMap<RecordRef, usize> {
        let mut far = HashMap::from([(end, 0)]);
        let mut ring = vec![end];
        for steps in 1..=steps {
            let mut next = Vec::new();
            for record in ring.iter().flat_map(|record| self.lines.get(record).into_iter().flat_map(HashMap::keys)) {
                if (*record == other || !self.past.contains(record)) && !far.contains_key(record) {
                    far.insert(*record, steps);
                    next.push(*record);
                }
            }
            ring = next;
        }
        far
    }
}

/// What the cheapest path from each record to the end costs (Dijkstra).
fn rest_of_cost(beside: &HashMap<RecordRef, Vec<(RecordRef, u32)>>, to: RecordRef) -> HashMap<RecordRef, u32> {
    let mut rest: HashMap<RecordRef, u32> = HashMap::new();
    let mut open = BinaryHeap::from([Reverse((0, to))]);
    while let Some(Reverse((cost, record))) = open.pop() {
        if rest.contains_key(&record) {
            continue;
        }
        rest.insert(record, cost);
        let next = beside.get(&record).into_iter().flatten();
        open.extend(
            next.filter(|(next, _)| !rest.contains_key(next)).map(|(next, more)| Reverse((cost + more, *next))),
        );
    }
    rest
}
