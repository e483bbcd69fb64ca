//! Finds what a rule matches in a design.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;

use crate::analysis::Analysis;
use crate::design::{Design, Role};
use crate::knowledge::Knowledge;
use crate::lint::rule::{FlowSelector, PathSelector, Selector, Subject};

/// One thing that a rule is held against. Two hits on the same match are about the same thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    Node(usize),
    Flow(usize),
    /// Ends, and the flows in between.
    Path {
        from: usize,
        to: usize,
        flows: Vec<usize>,
    },
    /// The nodes of a cycle.
    Cycle(Vec<usize>),
    /// A requirement, and one of the causes that break it.
    Requirement {
        requirement: usize,
        breach: Option<usize>,
    },
    Design,
}

/// All matches of a subject, in the order of the file. Nodes whose service nobody knows match nothing.
pub(super) fn all(
    design: &Design,
    knowledge: &Knowledge,
    analysis: &Analysis,
    subject: &Subject,
) -> Vec<Match> {
    let finder = Finder { design, knowledge };
    match subject {
        Subject::Node(selector) => finder.nodes(selector).map(Match::Node).collect(),
        Subject::Flow(selector) => finder.flows(selector),
        Subject::Path(selector) => finder.paths(selector),
        Subject::Cycle { without } => finder.cycles(without),
        Subject::Requirement(kind) => requirements(design, analysis, kind),
        Subject::Design => vec![Match::Design],
    }
}

/// The requirements of a kind, each once for every cause that breaks it, and once where none does.
fn requirements(design: &Design, analysis: &Analysis, kind: &str) -> Vec<Match> {
    let of_kind = design.requirements.iter().zip(&analysis.verdicts).enumerate();
    of_kind
        .filter(|(_, (requirement, _))| requirement.kind.keyword() == kind)
        .flat_map(|(requirement, (_, verdict))| {
            let one = |breach| Match::Requirement { requirement, breach };
            match verdict.breaches.len() {
                0 => vec![one(None)],
                breaches => (0..breaches).map(|breach| one(Some(breach))).collect(),
            }
        })
        .collect()
}

/// A node and whether `with` was passed on the way; from which state and by which flow.
type Reached = ((usize, bool), Option<(usize, usize)>);

struct Finder<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
}

impl Finder<'_> {
    fn takes(&self, selector: &Selector, node: usize) -> bool {
        let card = self.knowledge.card(&self.design.nodes[node].service);
        card.is_some_and(|card| selector.takes(&card.id, &card.class))
    }

    fn nodes(&self, selector: &Selector) -> impl Iterator<Item = usize> {
        (0..self.design.nodes.len()).filter(move |node| self.takes(selector, *node))
    }

    fn flows(&self, selector: &FlowSelector) -> Vec<Match> {
        let role = selector.role.as_deref().unwrap_or("flow");
        let flows = self.design.flows.iter().enumerate();
        flows
            .filter(|(_, flow)| {
                flow.role.as_str() == role
                    && self.takes(&selector.from, flow.from)
                    && self.takes(&selector.to, flow.to)
            })
            .map(|(index, _)| Match::Flow(index))
            .collect()
    }

    /// For every pair of selected ends the shortest chain of flows, if there is one that keeps `with` and `without`.
    fn paths(&self, selector: &PathSelector) -> Vec<Match> {
        let mut found = Vec::new();
        for from in self.nodes(&selector.from) {
            for to in self.nodes(&selector.to).filter(|to| *to != from) {
                if let Some(flows) = self.chain(from, to, selector) {
                    found.push(Match::Path { from, to, flows });
                }
            }
        }
        found
    }

    /// A breadth-first search over nodes and whether something of `with` was passed; nodes of `without` are walls.
    fn chain(&self, from: usize, to: usize, selector: &PathSelector) -> Option<Vec<usize>> {
        let satisfied = |node| selector.with.as_ref().is_none_or(|with| self.takes(with, node));
        let start = (from, selector.with.is_none());
        let mut seen = BTreeSet::from([start]);
        let mut reached: Vec<Reached> = vec![(start, None)];
        let mut next = 0;
        while next < reached.len() {
            let (node, passed) = reached[next].0;
            for (index, flow) in self.design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow) {
                let state = (flow.to, passed || (flow.to != to && satisfied(flow.to)));
                let wall = flow.to != to
                    && selector.without.as_ref().is_some_and(|without| self.takes(without, flow.to));
                if wall || !seen.insert(state) {
                    continue;
                }
                reached.push((state, Some((next, index))));
                if state == (to, true) {
                    return Some(walk_back(&reached));
                }
            }
            next += 1;
        }
        None
    }

    fn cycles(&self, without: &Selector) -> Vec<Match> {
        let mut graph = self.design.graph();
        graph.retain_edges(|graph, edge| self.design.flows[graph[edge]].role == Role::Flow);
        let cycles = kosaraju_scc(&graph).into_iter().filter(|component| {
            component.len() > 1 || component.iter().any(|node| graph.contains_edge(*node, *node))
        });
        let mut found: Vec<Match> = cycles
            .map(|component| {
                let mut nodes: Vec<usize> = component.into_iter().map(|node| graph[node]).collect();
                nodes.sort_unstable();
                nodes
            })
            .filter(|nodes| {
                let restricted = !(without.services.is_empty() && without.classes.is_empty());
                !restricted || !nodes.iter().any(|node| self.takes(without, *node))
            })
            .map(Match::Cycle)
            .collect();
        found.sort();
        found
    }
}

/// The flows that led to the last state that was reached.
fn walk_back(reached: &[Reached]) -> Vec<usize> {
    let mut flows = Vec::new();
    let mut at = reached.last().and_then(|(_, came)| *came);
    while let Some((before, flow)) = at {
        flows.push(flow);
        at = reached[before].1;
    }
    flows.reverse();
    flows
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Match, all};
    use crate::analysis::Analysis;
    use crate::design::lower;
    use crate::knowledge::Knowledge;
    use crate::lint::rule::{PathSelector, Selector, Subject};
    use crate::source::Text;

    const DESIGN: &str = "nodes:
  web: {service: producer}
  in: {service: kds, shards: 1}
  fn: {service: lambda}
  jobs: {service: sqs}
  lake: {service: firehose}
  files: {service: s3}
flows: [web -> in -> fn -> jobs -> fn, fn -> files, in -> lake -> files]
";

    fn found(subject: &Subject) -> Vec<Match> {
        let knowledge = Knowledge::embedded();
        let lowered = lower(Arc::new(Text::new("d.yaml", DESIGN)), &knowledge);
        let design = lowered.design.unwrap();
        all(&design, &knowledge, &Analysis::of(&design, &knowledge), subject)
    }

    fn service(id: &str) -> Selector {
        Selector { services: vec![id.to_owned()], ..Selector::default() }
    }

    #[test]
    fn paths_are_the_shortest_that_keep_with_and_without() {
        let path = |with: Option<&str>, without: Option<&str>| {
            let selector = PathSelector {
                from: service("producer"),
                to: service("s3"),
                with: with.map(service),
                without: without.map(service),
            };
            found(&Subject::Path(selector))
        };
        let through = |flows: [usize; 3]| vec![Match::Path { from: 0, to: 5, flows: flows.to_vec() }];
        assert_eq!(path(None, None), through([0, 1, 4]));
        assert_eq!(path(Some("firehose"), None), through([0, 5, 6]));
        assert_eq!(path(None, Some("lambda")), through([0, 5, 6]));
        assert_eq!(path(None, Some("kinesis-data-streams")), []);
        assert_eq!(path(Some("firehose"), Some("firehose")), []);
    }

    #[test]
    fn a_cycle_is_found_unless_something_breaks_it() {
        assert_eq!(found(&Subject::Cycle { without: Selector::default() }), [Match::Cycle(vec![2, 3])]);
        assert_eq!(found(&Subject::Cycle { without: service("sqs") }), []);
    }
}
