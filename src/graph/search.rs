//! The shortest ways from one record to another, the strongest first: a search from both ends until they meet, which asks
//! for the lines of one ring of records at a time and never for the whole graph.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use chrono::NaiveDate;

use super::model::latest;
use super::{Edge, Strength, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::links::{Face, Node, nodes};

/// No way has more steps.
const STEPS: usize = 6;

/// Ways that are shown at most.
const SHOWN: usize = 8;

/// Lines of one kind of records that are looked at for ways a step longer than the shortest.
const LINES_FOR_LONGER: i64 = 1_000;

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

/// The ways of the fewest steps and those of one step more that a quick look finds, the strongest first, by what this
/// person may see.
pub fn ways(db: &mut Db, viewer: &Viewer, today: NaiveDate, from: Node, to: Node) -> Result<Search> {
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
        if let Some(best) = found.ways.first().filter(|best| ways.iter().all(|way| way.legs.len() > best.legs.len())) {
            ways.truncate(SHOWN - 1);
            ways.push(best.clone());
        }
        found.ways = ways;
        let nowhere = sides.iter().any(|side| side.ring.is_empty());
        if was_found || nowhere || steps == STEPS {
            break;
        }
        let narrow = if sides[0].ring.len() <= sides[1].ring.len() { 0 } else { 1 };
        let ring = std::mem::take(&mut sides[narrow].ring);
        let past: BTreeSet<Node> =
            nodes::past_among(db, &ring)?.into_iter().filter(|node| *node != from && *node != to).collect();
        let open: BTreeSet<Node> = ring.difference(&past).copied().collect();
        known.past.extend(past);
        // A way that is a step longer is looked for where that is quick.
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

/// The records that lie on a way.
struct Near {
    nodes: BTreeSet<Node>,
    /// How many steps each record is from the end.
    left: HashMap<Node, usize>,
}

/// The lines that were learnt so far, from each record to each beside it.
struct Known {
    today: NaiveDate,
    lines: HashMap<Node, HashMap<Node, Vec<Edge>>>,
    past: BTreeSet<Node>,
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
    fn ways(&mut self, db: &mut Db, from: Node, to: Node, steps: usize) -> Result<Vec<Way>> {
        let mut near = self.near(from, to, steps);
        let past = nodes::past_among(db, &near.nodes)?;
        if past.iter().any(|node| *node != from && *node != to) {
            self.past.extend(past.into_iter().filter(|node| *node != from && *node != to));
            near = self.near(from, to, steps);
        }
        let routes = self.routes(&near, from, to, steps);
        let nodes: BTreeSet<Node> = routes.iter().flat_map(|(_, route)| route).copied().collect();
        let faces = nodes::faces(db, &nodes)?;
        Ok(routes.into_iter().filter_map(|(cost, route)| self.way(cost, &route, &faces)).collect())
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

    /// Of all that is known, the few records that lie on a way that is short enough.
    fn near(&self, from: Node, to: Node, steps: usize) -> Near {
        let (done, left) = (self.steps_from(from, to, steps), self.steps_from(to, from, steps));
        let is_near = |(node, done): &(&Node, &usize)| left.get(*node).is_some_and(|left| **done + left <= steps);
        let nodes = done.iter().filter(is_near).map(|(node, _)| *node).collect();
        Near { nodes, left }
    }

    /// The cheapest routes with at most so many steps, none of which passes a record twice.
    fn routes(&self, near: &Near, from: Node, to: Node, steps: usize) -> Vec<(u32, Vec<Node>)> {
        let mut beside: HashMap<Node, Vec<(Node, u32)>> = HashMap::new();
        for node in &near.nodes {
            let lines = self.lines.get(node).into_iter().flatten().filter(|(next, _)| near.nodes.contains(next));
            let mut lines: Vec<(Node, u32)> = lines.map(|(next, edges)| (*next, self.strength(edges).cost())).collect();
            lines.sort_unstable();
            beside.insert(*node, lines);
        }
        let rest = rest_of_cost(&beside, to);
        let mut found = Vec::new();
        // What is first in order is the cost of the whole way at best, so that nearly every try ends in one.
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

    /// How many steps each record is from one end, at most so many, by lines that are known and records that are not past.
    fn steps_from(&self, end: Node, other: Node, steps: usize) -> HashMap<Node, usize> {
        let mut far = HashMap::from([(end, 0)]);
        let mut ring = vec![end];
        for steps in 1..=steps {
            let mut next = Vec::new();
            for node in ring.iter().flat_map(|node| self.lines.get(node).into_iter().flat_map(HashMap::keys)) {
                if (*node == other || !self.past.contains(node)) && !far.contains_key(node) {
                    far.insert(*node, steps);
                    next.push(*node);
                }
            }
            ring = next;
        }
        far
    }
}

/// What the cheapest way from each record to the end costs (Dijkstra).
fn rest_of_cost(beside: &HashMap<Node, Vec<(Node, u32)>>, to: Node) -> HashMap<Node, u32> {
    let mut rest: HashMap<Node, u32> = HashMap::new();
    let mut open = BinaryHeap::from([Reverse((0, to))]);
    while let Some(Reverse((cost, node))) = open.pop() {
        if rest.contains_key(&node) {
            continue;
        }
        rest.insert(node, cost);
        let next = beside.get(&node).into_iter().flatten();
        open.extend(
            next.filter(|(next, _)| !rest.contains_key(next)).map(|(next, more)| Reverse((cost + more, *next))),
        );
    }
    rest
}
