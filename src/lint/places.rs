//! The places of a finding: what its condition read, and what it is about.

use crate::design::{Design, Flow};
use crate::diagnostic::Label;
use crate::lint::find::Match;
use crate::lint::surroundings::Read;
use crate::source::Span;

/// The primary place and the others, in the order in which they were read.
///
/// A condition that read settings points at the first of them. One that read none points at the flow or the node.
pub(super) fn of(
    design: &Design,
    matched: &Match,
    reads: &[Read],
    label: Option<String>,
) -> (Label, Vec<Label>) {
    let leading = reads.iter().position(|read| read.leads);
    let (span, text) = match leading {
        Some(index) => (reads[index].span, reads[index].text.clone()),
        None => (subject(design, matched), String::new()),
    };
    let mut related: Vec<Label> = reads
        .iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != leading)
        .map(|(_, read)| Label::new(read.span, read.text.clone()))
        .collect();
    related.extend(
        ends(design, matched)
            .into_iter()
            .filter(|end| end.span != span && !reads.iter().any(|read| read.span == end.span)),
    );
    (Label::new(span, label.unwrap_or(text)), related)
}

/// Where the thing itself stands.
fn subject(design: &Design, matched: &Match) -> Span {
    match matched {
        Match::Node(node) => design.nodes[*node].id_span,
        Match::Flow(flow) => design.flows[*flow].span,
        Match::Path { flows, .. } => design.flows[flows[0]].span,
        Match::Cycle(nodes) => {
            on_cycle(design, nodes).map_or(design.nodes[nodes[0]].id_span, |flow| flow.span)
        }
        Match::Requirement { requirement, .. } => design.requirements[*requirement].span,
        Match::Design => Span::new(0, 0),
    }
}

/// The last flow of the file that stays within the cycle: the one that closes it.
fn on_cycle<'d>(design: &'d Design, nodes: &[usize]) -> Option<&'d Flow> {
    design.flows.iter().rev().find(|flow| nodes.contains(&flow.from) && nodes.contains(&flow.to))
}

/// Where the services at the ends of a flow are named, and the further flows of a path.
fn ends(design: &Design, matched: &Match) -> Vec<Label> {
    let end = |node: usize| {
        let node = &design.nodes[node];
        Label::new(node.service_span, format!("`{}` is {}", node.id, node.service))
    };
    match matched {
        Match::Flow(flow) => vec![end(design.flows[*flow].from), end(design.flows[*flow].to)],
        Match::Path { flows, .. } => {
            flows[1..].iter().map(|flow| Label::new(design.flows[*flow].span, "then here")).collect()
        }
        _ => Vec::new(),
    }
}

/// The node and the flow that a finding is about, by their ids.
pub(super) fn names(design: &Design, matched: &Match) -> (Option<String>, Option<(String, String)>) {
    let id = |node: usize| design.nodes[node].id.clone();
    match matched {
        Match::Node(node) => (Some(id(*node)), None),
        Match::Flow(flow) => (None, Some((id(design.flows[*flow].from), id(design.flows[*flow].to)))),
        Match::Path { from, to, .. } => (None, Some((id(*from), id(*to)))),
        Match::Cycle(nodes) => (Some(id(nodes[0])), None),
        Match::Requirement { .. } | Match::Design => (None, None),
    }
}
