//! What was read out of infrastructure code, for machines: nodes and flows as one JSON object, version 1.

use serde::Serialize;

use crate::import::Reading;
use crate::import::graph::Given;
use crate::import::graph::{Confidence, Node, Setting};
use crate::import::listing::{Edge, edges};
use crate::import::truth::Scores;
use crate::knowledge::Knowledge;
use crate::source::Span;

#[derive(Serialize)]
struct Report {
    version: u32,
    nodes: Vec<OfNode>,
    flows: Vec<OfFlow>,
    unresolved: Vec<OfUnresolved>,
}

#[derive(Serialize)]
struct OfNode {
    id: String,
    service: String,
    external: bool,
    settings: serde_json::Map<String, serde_json::Value>,
    #[serde(flatten)]
    place: At,
}

#[derive(Serialize)]
struct OfFlow {
    from: String,
    to: String,
    kind: String,
    via: String,
    integration: Option<String>,
    inferred: bool,
    confidence: &'static str,
    disabled: bool,
    #[serde(flatten)]
    place: At,
}

#[derive(Serialize)]
struct OfUnresolved {
    what: String,
    #[serde(flatten)]
    place: At,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: u32,
    column: u32,
}

/// Nodes and flows as one JSON object with a line end; lines and columns count from 1.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(reading: &Reading, knowledge: &Knowledge) -> String {
    let at = |span| place(reading, span);
    let report = Report {
        version: 1,
        nodes: reading.graph.nodes.iter().map(|node| of_node(node, at(node.id_span))).collect(),
        flows: edges(&reading.graph, knowledge)
            .into_iter()
            .map(|edge| {
                let place = at(edge.span);
                of_flow(edge, place)
            })
            .collect(),
        unresolved: reading
            .graph
            .unresolved()
            .into_iter()
            .map(|open| OfUnresolved { place: at(open.span), what: open.what })
            .collect(),
    };
    let mut json = serde_json::to_string_pretty(&report).expect("plain data");
    json.push('\n');
    json
}

/// How many nodes and edges were found, and what was not right, for people.
#[must_use]
pub fn scores(scores: &Scores) -> String {
    let mut lines = vec!["                  right  wrong  missed  precision  recall".to_owned()];
    for (name, score) in
        [("nodes", &scores.nodes), ("declared flows", &scores.declared), ("inferred flows", &scores.inferred)]
    {
        let (right, wrong, missed) = (score.right, score.wrong.len(), score.missed.len());
        let (precision, recall) = (score.precision(), score.recall());
        lines.push(format!("{name:<16} {right:>6} {wrong:>6} {missed:>7} {precision:>10.3} {recall:>7.3}"));
    }
    for (name, score) in
        [("node", &scores.nodes), ("declared flow", &scores.declared), ("inferred flow", &scores.inferred)]
    {
        lines.extend(score.wrong.iter().map(|each| format!("wrong {name}: {each}")));
        lines.extend(score.missed.iter().map(|each| format!("missed {name}: {each}")));
    }
    lines.extend(scores.forbidden.iter().map(|each| format!("must not be drawn: {each}")));
    lines.join("\n") + "\n"
}

fn place(reading: &Reading, span: Span) -> At {
    let (text, span) = reading.files.place(span);
    let position = text.position(span.start);
    At { file: text.name().to_owned(), line: position.line, column: position.column }
}

fn of_node(node: &Node, place: At) -> OfNode {
    OfNode {
        id: node.id.clone(),
        service: node.service.clone(),
        external: node.is_elsewhere,
        settings: of_settings(&node.settings),
        place,
    }
}

fn of_settings(settings: &[Setting]) -> serde_json::Map<String, serde_json::Value> {
    settings.iter().map(|setting| (setting.name.clone(), of_given(&setting.given))).collect()
}

/// What nobody knows is `null`.
fn of_given(given: &Given) -> serde_json::Value {
    match given {
        Given::Text(text) | Given::Node(text) => text.as_str().into(),
        Given::List(items) => items.iter().map(|(_, item)| of_given(item)).collect(),
        Given::Mapping(settings) => of_settings(settings).into(),
        Given::Unknown(_) => serde_json::Value::Null,
    }
}

fn of_flow(edge: Edge, place: At) -> OfFlow {
    OfFlow {
        from: edge.from,
        to: edge.to,
        kind: edge.kind,
        via: edge.carrier,
        integration: edge.via,
        inferred: edge.confidence < Confidence::Declared,
        confidence: edge.confidence.as_str(),
        disabled: edge.is_disabled,
        place,
    }
}
