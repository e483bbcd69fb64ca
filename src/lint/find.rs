//! Finds what a rule matches in a design.

use std::collections::BTreeMap;

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

/// So many ends of one start are looked at, the nearest first: in a large design far ones are without number.
const MOST_ENDS: usize = 32;

/// Finds what rules match, by an index of the design: whatever the number of rules, nodes and flows are sorted once.
pub(super) struct Finder<'a> {
    design: &'a Design,
    /// The class and the nodes of every service that is known, by its id.
    services: BTreeMap<&'a str, (&'a str, Vec<usize>)>,
    /// The flows between known services, by their role and the ids of both.
    flows: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
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

impl<'a> Finder<'a> {
    /// In time proportional to nodes and flows.
    pub(super) fn new(design: &'a Design, knowledge: &'a Knowledge) -> Self {
        let mut services: BTreeMap<&str, (&str, Vec<usize>)> = BTreeMap::new();
        for index in 0..design.nodes.len() {
            if let Some(card) = design.card(knowledge, index) {
                services.entry(&card.id).or_insert_with(|| (&card.class, Vec::new())).1.push(index);
            }
        }
        let mut flows: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, flow) in design.flows.iter().enumerate() {
            let (from, to) =
                (design.nodes[flow.from].service.as_str(), design.nodes[flow.to].service.as_str());
            if services.contains_key(from) && services.contains_key(to) {
                flows.entry((flow.role.as_str(), from, to)).or_default().push(index);
            }
        }
        Self { design, services, flows }
    }

    /// All matches of a subject, in the order of the file. Nodes whose service nobody knows match nothing.
    pub(super) fn all(&self, analysis: &Analysis, subject: &Subject) -> Vec<Match> {
        match subject {
            Subject::Node(selector) => self.nodes(selector).into_iter().map(Match::Node).collect(),
            Subject::Flow(selector) => self.flows(selector),
            Subject::Path(selector) => self.paths(selector),
            Subject::Cycle { without } => self.cycles(without),
            Subject::Requirement(kind) => requirements(self.design, analysis, kind),
            Subject::Design => vec![Match::Design],
        }
    }

    fn takes(&self, selector: &Selector, service: &str) -> bool {
        self.services.get(service).is_some_and(|(class, _)| selector.takes(service, class))
    }

    fn nodes(&self, selector: &Selector) -> Vec<usize> {
        let taken = self.services.iter().filter(|(service, (class, _))| selector.takes(service, class));
        let mut nodes: Vec<usize> = taken.flat_map(|(_, (_, nodes))| nodes).copied().collect();
        nodes.sort_unstable();
        nodes
    }

    /// For every node whether it is selected.
    fn selected(&self, selector: &Selector) -> Vec<bool> {
        let mut selected = vec![false; self.design.nodes.len()];
        self.nodes(selector).into_iter().for_each(|node| selected[node] = true);
        selected
    }

    fn flows(&self, selector: &FlowSelector) -> Vec<Match> {
        let wanted = selector.role.as_deref().unwrap_or("flow");
        let taken = self.flows.iter().filter(|((role, from, to), _)| {
            *role == wanted && self.takes(&selector.from, from) && self.takes(&selector.to, to)
        });
        let mut flows: Vec<usize> = taken.flat_map(|(_, flows)| flows).copied().collect();
        flows.sort_unstable();
        flows.into_iter().map(Match::Flow).collect()
    }

    /// For every pair of selected ends the shortest chain of flows, if there is one that keeps `with` and `without`.
    fn paths(&self, selector: &PathSelector) -> Vec<Match> {
        let nodes = self.design.nodes.len();
        let mut walk = Walk {
            design: self.design,
            ends: self.selected(&selector.to),
            with: selector.with.as_ref().map(|with| self.selected(with)),
            walls: selector
                .without
                .as_ref()
                .map_or_else(|| vec![false; nodes], |without| self.selected(without)),
            seen: vec![[false; 2]; nodes],
            found: vec![false; nodes],
        };
        let mut found = Vec::new();
        if walk.ends.contains(&true) {
            for from in self.nodes(&selector.from) {
                let mut chains = walk.from(from);
                chains.sort_unstable_by_key(|(to, _)| *to);
                found.extend(chains.into_iter().map(|(to, flows)| Match::Path { from, to, flows }));
            }
        }
        found
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
                !restricted
                    || !nodes.iter().any(|node| self.takes(without, &self.design.nodes[*node].service))
            })
            .map(Match::Cycle)
            .collect();
        found.sort();
        found
    }
}

/// A breadth-first search over nodes and whether something of `with` was passed.
struct Walk<'a> {
    design: &'a Design,
    /// For each node whether it is an end, something that must be passed, something that must not.
    ends: Vec<bool>,
    with: Option<Vec<bool>>,
    walls: Vec<bool>,
    /// Which states were reached and which ends were found, of one search.
    seen: Vec<[bool; 2]>,
    found: Vec<bool>,
}

impl Walk<'_> {
    /// The ends that are reached from a node, with the shortest chain to each.
    fn from(&mut self, from: usize) -> Vec<(usize, Vec<usize>)> {
        self.seen.fill([false; 2]);
        self.found.fill(false);
        self.found[from] = true;
        let start = (from, self.with.is_none());
        self.seen[from][usize::from(start.1)] = true;
        let mut reached: Vec<Reached> = vec![(start, None)];
        let mut chains = Vec::new();
        let mut next = 0;
        while next < reached.len() && chains.len() < MOST_ENDS {
            let (node, passed) = reached[next].0;
            let design = self.design;
            for (index, flow) in design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow) {
                let came = (next, index);
                if passed && self.ends[flow.to] && !std::mem::replace(&mut self.found[flow.to], true) {
                    chains.push((flow.to, walk_back(&reached, came)));
                }
                let passed = passed || self.with.as_ref().is_some_and(|with| with[flow.to]);
                if !self.walls[flow.to]
                    && !std::mem::replace(&mut self.seen[flow.to][usize::from(passed)], true)
                {
                    reached.push(((flow.to, passed), Some(came)));
                }
            }
            next += 1;
        }
        chains.truncate(MOST_ENDS);
        chains
    }
}

/// The flows that led to a flow, from the state that it leaves, and the flow itself.
fn walk_back(reached: &[Reached], (before, last): (usize, usize)) -> Vec<usize> {
    let mut flows = vec![last];
    let mut at = reached[before].1;
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

    use super::{Finder, Match};
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
        Finder::new(&design, &knowledge).all(&Analysis::of(&design, &knowledge), subject)
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
