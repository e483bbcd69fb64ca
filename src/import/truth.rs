//! Holds what was read against what somebody read off by hand: a file of nodes and edges, and how many were found.
//!
//! The file lists `nodes` (`id`, `service`), `edges` (`from`, `to`, `kind`) and `must_not_draw`; `optional` ones count
//! neither when they are found nor when they are not, `inferred` ones are counted apart from those that are declared.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::import::Reading;
use crate::import::graph::Confidence;
use crate::import::listing::edges;
use crate::knowledge::Knowledge;
use crate::source::{self, Node, Text};

/// How many were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Found and true.
    pub right: usize,
    /// Found and not true, each as it would be listed.
    pub wrong: Vec<String>,
    /// True and not found.
    pub missed: Vec<String>,
}

impl Score {
    /// The share of what was found that is true; 1 where nothing was found.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.wrong.len())
    }

    /// The share of what is true that was found; 1 where there is nothing.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.missed.len())
    }

    /// Counts another score in.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong.extend(other.wrong);
        self.missed.extend(other.missed);
    }
}

fn share(right: usize, not: usize) -> f64 {
    if right + not == 0 { 1.0 } else { right as f64 / (right + not) as f64 }
}

/// What came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scores {
    /// Of the nodes.
    pub nodes: Score,
    /// Of the edges that are declared.
    pub declared: Score,
    /// Of the edges that are inferred.
    pub inferred: Score,
    /// What was drawn and must not be.
    pub forbidden: Vec<String>,
}

impl Scores {
    /// Counts other scores in.
    pub fn add(&mut self, other: Self) {
        self.nodes.add(other.nodes);
        self.declared.add(other.declared);
        self.inferred.add(other.inferred);
        self.forbidden.extend(other.forbidden);
    }
}

type EdgeKey = (String, String, String);

/// Holds what was read against a file; gives the mistakes of that file where it cannot be read.
///
/// # Errors
/// Where the file is no YAML, with what is wrong.
pub fn against(truth: &Text, reading: &Reading, knowledge: &Knowledge) -> Result<Scores, Vec<Diagnostic>> {
    let read = source::read(truth);
    let Some(root) = read.root.filter(|_| read.faults.is_empty()) else {
        return Err(read.faults.iter().map(Diagnostic::from).collect());
    };
    let mut scores = Scores { nodes: nodes(&root, reading), ..Scores::default() };
    let found: Vec<(EdgeKey, bool)> = edges(&reading.graph, knowledge)
        .into_iter()
        .map(|edge| ((edge.from, edge.to, edge.kind), edge.confidence == Confidence::Declared))
        .collect();
    let (mut known, mut optional) = (BTreeSet::new(), BTreeSet::new());
    for edge in items(&root, "edges") {
        let Some(key) = key(edge) else { continue };
        if is(edge, "optional") {
            optional.insert(key);
            continue;
        }
        if !known.insert(key.clone()) {
            continue;
        }
        let score = if is(edge, "inferred") { &mut scores.inferred } else { &mut scores.declared };
        if found.iter().any(|(found, _)| *found == key) {
            score.right += 1;
        } else {
            score.missed.push(shown(&key));
        }
    }
    let mut told = BTreeSet::new();
    for (key, is_declared) in &found {
        if known.contains(key) || optional.contains(key) || !told.insert(key) {
            continue;
        }
        let score = if *is_declared { &mut scores.declared } else { &mut scores.inferred };
        score.wrong.push(shown(key));
    }
    for edge in items(&root, "must_not_draw") {
        let Some((from, to, _)) = key(edge) else { continue };
        let drawn = found.iter().filter(|((one, other, _), _)| *one == from && *other == to);
        scores.forbidden.extend(drawn.map(|(key, _)| shown(key)));
    }
    Ok(scores)
}

fn nodes(root: &Node, reading: &Reading) -> Score {
    let mut score = Score::default();
    let found: BTreeSet<&str> = reading.graph.nodes.iter().map(|node| node.id.as_str()).collect();
    let mut known = BTreeSet::new();
    for node in items(root, "nodes") {
        let Some(id) = node.get("id").and_then(Node::as_text) else { continue };
        known.insert(id);
        // What only an optional edge leads to is as optional.
        let touching = |edge: &&Node| key(edge).is_some_and(|(from, to, _)| from == id || to == id);
        let mut edges = items(root, "edges").into_iter().filter(touching).peekable();
        let is_optional =
            is(node, "optional") || (edges.peek().is_some() && edges.all(|edge| is(edge, "optional")));
        match (found.contains(id), is_optional) {
            (_, true) => {}
            (true, false) => score.right += 1,
            (false, false) => score.missed.push(id.to_owned()),
        }
    }
    score.wrong = found.iter().filter(|id| !known.contains(*id)).map(|id| (*id).to_owned()).collect();
    score
}

fn items<'n>(root: &'n Node, key: &str) -> Vec<&'n Node> {
    root.get(key).and_then(Node::as_sequence).unwrap_or_default().iter().map(AsRef::as_ref).collect()
}

fn key(edge: &Node) -> Option<EdgeKey> {
    let text = |key| edge.get(key).and_then(Node::as_text).map(str::to_owned);
    Some((text("from")?, text("to")?, text("kind").unwrap_or_default()))
}

fn is(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool).unwrap_or(false)
}

fn shown((from, to, kind): &EdgeKey) -> String {
    format!("{from} -> {to} ({kind})")
}
