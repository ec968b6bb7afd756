//! The shortest ways from one record to another, the strongest first: a search from both ends until they meet, which asks
//! for the lines of one ring of records at a time and never for the whole graph.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use chrono::NaiveDate;

use super::model::latest;
use super::{Edge, Face, Node, Strength, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;

/// No way has more steps.
const STEPS: usize = 6;

/// Ways that are shown at most.
const SHOWN: usize = 8;

/// Beginnings of ways that are looked at before the search gives up on more of them.
const TRIES: usize = 20_000;

/// One step of a way: everything that connects the two records, the strongest first.
#[derive(Clone, Debug)]
pub struct Leg {
    pub to: Face,
    pub edges: Vec<Edge>,
    pub strength: Strength,
}

/// One way, step by step.
#[derive(Clone, Debug)]
pub struct Way {
    pub legs: Vec<Leg>,
    /// The cost of all steps: the smaller, the stronger.
    pub cost: u32,
}

/// What a search found.
#[derive(Debug)]
pub struct Search {
    pub ways: Vec<Way>,
    /// Whether every line was looked at; of records with very many, only the first are.
    pub is_whole: bool,
}

/// The ways of the fewest steps and those of one step more, the strongest first, by what this person may see.
pub fn ways(db: &mut Db, viewer: &Viewer, today: NaiveDate, from: Node, to: Node) -> Result<Search> {
    let mut known = Known { today, lines: BTreeMap::new(), past: BTreeSet::new() };
    let mut sides = [Side::at(from), Side::at(to)];
    let mut found = Search { ways: Vec::new(), is_whole: true };
    for steps in 1..=STEPS {
        let [one, other] = &sides;
        let between = queries::between(db, viewer, &one.seen, &other.seen)?;
        found.is_whole &= between.is_whole;
        known.learn(between.edges);
        let shorter_known = !found.ways.is_empty();
        found.ways = known.ways(db, from, to, steps)?;
        // One round more than the fewest steps, for the ways that are a step longer and stronger.
        let nowhere = sides.iter().any(|side| side.ring.is_empty());
        if shorter_known || nowhere || steps == STEPS {
            break;
        }
        let narrow = if sides[0].ring.len() <= sides[1].ring.len() { 0 } else { 1 };
        let ring = std::mem::take(&mut sides[narrow].ring);
        let past = queries::past_among(db, &ring)?;
        let open: BTreeSet<Node> =
            ring.difference(&past).copied().chain([from, to].into_iter().filter(|end| ring.contains(end))).collect();
        known.past.extend(past);
        let around = queries::around(db, viewer, &open)?;
        found.is_whole &= around.is_whole;
        sides[narrow].grow(&around.edges);
        known.learn(around.edges);
    }
    Ok(found)
}

/// What was reached from one end.
struct Side {
    seen: BTreeSet<Node>,
    /// Those whose lines were not asked for yet.
    ring: BTreeSet<Node>,
}

impl Side {
    fn at(node: Node) -> Self {
        Self { seen: BTreeSet::from([node]), ring: BTreeSet::from([node]) }
    }

    fn grow(&mut self, edges: &[Edge]) {
        self.ring = edges.iter().map(|edge| edge.there).filter(|node| !self.seen.contains(node)).collect();
        self.seen.extend(&self.ring);
    }
}

/// The lines that were learnt so far, from each record to each beside it.
struct Known {
    today: NaiveDate,
    lines: BTreeMap<Node, BTreeMap<Node, BTreeSet<Edge>>>,
    past: BTreeSet<Node>,
}

impl Known {
    fn learn(&mut self, edges: Vec<Edge>) {
        for edge in edges {
            let turned = edge.turned();
            for edge in [edge, turned] {
                self.lines.entry(edge.here).or_default().entry(edge.there).or_default().insert(edge);
            }
        }
    }

    fn strength(&self, edges: &BTreeSet<Edge>) -> Strength {
        edges.iter().map(|edge| edge.strength(self.today)).min().unwrap_or(Strength::Weak)
    }

    /// The best ways with at most so many steps. A way through a record that turns out to be past is not one.
    fn ways(&mut self, db: &mut Db, from: Node, to: Node, steps: usize) -> Result<Vec<Way>> {
        loop {
            let routes = self.routes(from, to, steps);
            let nodes: BTreeSet<Node> = routes.iter().flat_map(|(_, route)| route).copied().collect();
            let faces = queries::faces(db, &nodes)?;
            let is_past = |node: &Node| *node != from && *node != to && faces.get(node).is_none_or(|face| face.is_past);
            let past: Vec<Node> = nodes.iter().copied().filter(is_past).collect();
            if past.is_empty() {
                return Ok(routes.into_iter().filter_map(|(cost, route)| self.way(cost, &route, &faces)).collect());
            }
            self.past.extend(past);
        }
    }

    fn way(&self, cost: u32, route: &[Node], faces: &BTreeMap<Node, Face>) -> Option<Way> {
        let leg = |pair: &[Node]| {
            let edges = self.lines.get(&pair[0])?.get(&pair[1])?;
            let mut sorted = latest(edges.iter().cloned());
            sorted.sort_by_key(|edge| (edge.strength(self.today), edge.bond));
            Some(Leg { to: faces.get(&pair[1])?.clone(), edges: sorted, strength: self.strength(edges) })
        };
        Some(Way { legs: route.windows(2).map(leg).collect::<Option<Vec<Leg>>>()?, cost })
    }

    /// The cheapest routes with at most so many steps, none of which passes a record twice.
    fn routes(&self, from: Node, to: Node, steps: usize) -> Vec<(u32, Vec<Node>)> {
        let left = self.steps_to(to, from);
        let mut found = Vec::new();
        if !left.contains_key(&from) {
            return found;
        }
        let mut open = BinaryHeap::from([Reverse((0, 0, vec![from]))]);
        for _ in 0..TRIES {
            let Some(Reverse((cost, taken, route))) = open.pop() else { break };
            let last = route[route.len() - 1];
            if last == to {
                found.push((cost, route));
                if found.len() == SHOWN {
                    break;
                }
                continue;
            }
            let room = steps - taken;
            for (next, edges) in self.lines.get(&last).into_iter().flatten() {
                let fits = left.get(next).is_some_and(|left| left < &room) && !route.contains(next);
                if fits {
                    let longer = route.iter().copied().chain([*next]).collect();
                    open.push(Reverse((cost + self.strength(edges).cost(), taken + 1, longer)));
                }
            }
        }
        found
    }

    /// How many steps each record is from the end, by lines that are known and records that are not past.
    fn steps_to(&self, to: Node, from: Node) -> BTreeMap<Node, usize> {
        let mut left = BTreeMap::from([(to, 0)]);
        let mut ring = vec![to];
        for steps in 1..=STEPS {
            let beside = ring.iter().flat_map(|node| self.lines.get(node).into_iter().flat_map(BTreeMap::keys));
            let is_open = |node: &&Node| **node == from || !self.past.contains(node);
            let next: BTreeSet<Node> =
                beside.filter(is_open).filter(|node| !left.contains_key(node)).copied().collect();
            left.extend(next.iter().map(|node| (*node, steps)));
            ring = next.into_iter().collect();
        }
        left
    }
}
