//! What is asked for: ends, what flows between them, and what the design must keep.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::design::requirement::RequirementKind;
use crate::design::{self, Design};
use crate::knowledge::Knowledge;
use crate::knowledge::practice::Practice;
use crate::source::{self, Node, Text, Value};
use crate::units::Date;

/// Stands in the text of a requirement for the node that keeps the records: the first stream on the way.
const KEPT_AT: &str = "{kept}";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// What suggested designs are called; each gets a number behind it.
    pub name: String,
    /// What the designs are for, where somebody said it.
    pub about: Option<String>,
    /// The day that the designs name, where one was given.
    pub as_of: Option<Date>,
    /// The day as of which everything is judged.
    pub day: Date,
    /// The nodes that every design has: sources, sinks, and what is to lie between them.
    pub nodes: Vec<Given>,
    /// Indices of the nodes that send.
    pub sources: Vec<usize>,
    /// Indices of the nodes that records must reach.
    pub sinks: Vec<usize>,
    /// Indices of the nodes that records must pass on their way.
    pub between: Vec<usize>,
    /// What must be kept, each on one line as `require` lists it.
    pub(super) requirements: Vec<String>,
    /// For how long records must be kept to be read again, with the index of the node where one was named.
    pub(super) replay: Option<(Option<usize>, String)>,
    /// The size of a record, where all sources say the same.
    pub(super) record_size: Option<String>,
    /// Whether the first source only feeds the end that was asked for.
    pub(super) fed: bool,
}

/// A node that was asked for.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its id.
    pub id: String,
    /// The id of its service.
    pub service: String,
    /// What it does there.
    pub because: String,
    /// Its settings, each value on one line; where somebody else wrote them they are kept as they are.
    pub settings: Vec<(String, String)>,
    /// Whether good practice may add settings.
    pub open: bool,
}

/// Why nothing can be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A name that no service has.
    #[error("no service is called `{name}`{}", near.as_ref().map_or_else(
        || "; `thalweg explain` lists what there is".to_owned(), |near| format!("; did you mean `{near}`?")))]
    UnknownService {
        /// The name.
        name: String,
        /// The nearest name that one has.
        near: Option<String>,
    },
    /// The same service at both ends.
    #[error("a design leads from one service to another; both ends are `{0}`")]
    SameEnds(String),
    /// Words after `--require` that mean nothing.
    #[error("`--require {written}`: {reason}")]
    Requirement {
        /// What was written.
        written: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// A file in which flows are there already.
    #[error("`{0}` is in a flow already; give only nodes, traffic and `require`, and the flows are found")]
    HasFlows(String),
    /// A file in which nothing sends.
    #[error("nothing sends: add a node of `service: producer` with its `traffic`")]
    NoSource,
    /// A file in which nothing receives.
    #[error("nothing receives: add a node for each place that records must reach, such as `service: s3`")]
    NoSink,
}

/// What is asked for between two services.
#[derive(Debug, Clone, Default)]
pub struct Pair<'a> {
    /// The service that sends, by any name.
    pub from: &'a str,
    /// The service that receives, by any name.
    pub to: &'a str,
    /// Records a second, as a design writes it.
    pub rate: Option<String>,
    /// The size of a record, as a design writes it.
    pub record_size: Option<String>,
    /// Requirements in short: `latency=15s`, `serverless`.
    pub require: &'a [String],
    /// The day as of which everything is judged; the base's own where there is none.
    pub as_of: Option<Date>,
}

/// The request for designs between two services.
///
/// # Errors
/// Where a service or a requirement is not known.
pub fn of_pair(pair: &Pair<'_>, knowledge: &Knowledge) -> Result<Request, RequestError> {
    let (from, to) = (service(pair.from, knowledge)?, service(pair.to, knowledge)?);
    if from == to {
        return Err(RequestError::SameEnds(from));
    }
    let day = pair.as_of.unwrap_or_else(|| knowledge.as_of());
    let mut nodes = Vec::new();
    let class = knowledge.card(&from).map_or("", |card| card.class.as_str());
    let fed = class != "source" && knowledge.integrations("producer", &from).next().is_some();
    if fed {
        nodes.push(given("producer", "source", knowledge));
    }
    let start = nodes.len();
    nodes.push(given(&from, "", knowledge));
    let end = nodes.len();
    nodes.push(given(&to, "", knowledge));
    if nodes[end].id == nodes[start].id {
        nodes[end].id.push_str("-2");
    }
    let required = pair
        .require
        .iter()
        .map(|written| requirement(written, &nodes[start].id, &nodes[end].id))
        .collect::<Result<Vec<_>, _>>()?;
    let key = pair.require.iter().find_map(|written| {
        written.strip_prefix("order=").map(str::trim).filter(|key| *key != "total" && !key.is_empty())
    });
    valid(&nodes, (pair.require, &required), knowledge)?;
    let replay = pair.require.iter().find_map(|written| written.strip_prefix("replay="));
    nodes[0].settings = traffic(pair, key).into_iter().filter(|_| fed || class == "source").collect();
    Ok(Request {
        name: format!("{from}-to-{to}"),
        about: None,
        as_of: pair.as_of,
        day,
        sources: vec![0],
        sinks: vec![end],
        between: if fed { vec![start] } else { Vec::new() },
        nodes,
        requirements: required,
        replay: replay.map(|window| (None, window.trim().to_owned())),
        record_size: pair.record_size.clone(),
        fed,
    })
}

/// Reads the requirements as a design would hold them.
fn valid(
    nodes: &[Given],
    (written, required): (&[String], &[String]),
    knowledge: &Knowledge,
) -> Result<(), RequestError> {
    let declared = nodes.iter().map(|node| format!("  {}: {{service: {}}}\n", node.id, node.service));
    let declared: String = declared.collect();
    let last = nodes.last().map_or("", |node| &node.id);
    for (written, required) in written.iter().zip(required) {
        let text = format!("nodes:\n{declared}require:\n  - {}\n", required.replace(KEPT_AT, last));
        let lowered = design::lower(Arc::new(Text::new("required", text)), knowledge);
        let mistakes = lowered.diagnostics.iter();
        let known = ["wrong-type", "unknown-key", "missing-setting", "syntax"];
        if let Some(mistake) = mistakes.clone().find(|mistake| known.contains(&mistake.rule.as_str())) {
            let help = mistake.help.first().map_or_else(String::new, |help| format!("; {help}"));
            let reason = format!("{}{help}", mistake.message);
            return Err(RequestError::Requirement { written: written.clone(), reason });
        }
    }
    Ok(())
}

fn service(name: &str, knowledge: &Knowledge) -> Result<String, RequestError> {
    knowledge.resolve(name).map(|found| found.id.to_owned()).ok_or_else(|| RequestError::UnknownService {
        name: name.to_owned(),
        near: knowledge.nearest(name).map(str::to_owned),
    })
}

fn given(service: &str, word: &str, knowledge: &Knowledge) -> Given {
    let practice = Practice::embedded().services.get(service);
    let word = if word.is_empty() { practice.map_or(service, |practice| &practice.word) } else { word };
    let about = || knowledge.card(service).map_or("", |card| card.about.as_str());
    let because = practice.map_or_else(|| about().to_owned(), |practice| practice.because.clone());
    Given { id: word.to_owned(), service: service.to_owned(), because, settings: Vec::new(), open: true }
}

fn traffic(pair: &Pair<'_>, key: Option<&str>) -> Option<(String, String)> {
    let parts = [
        pair.rate.as_ref().map(|rate| format!("rate: {rate}")),
        pair.record_size.as_ref().map(|size| format!("record_size: {size}")),
        key.map(|key| format!("key: {}", source::quoted(key))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| ("traffic".to_owned(), format!("{{{}}}", parts.join(", "))))
}

/// A requirement as a design writes it, from its short form.
fn requirement(written: &str, from: &str, to: &str) -> Result<String, RequestError> {
    let wrong =
        |reason: &str| RequestError::Requirement { written: written.to_owned(), reason: reason.to_owned() };
    let (keyword, value) = written.split_once('=').map_or((written, None), |(key, value)| (key, Some(value)));
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let safe = |value: &str| value.chars().all(|one| one.is_alphanumeric() || " ._/-".contains(one));
    if value.is_some_and(|value| !safe(value)) {
        return Err(wrong("only letters, digits, spaces and `._/-` may stand there"));
    }
    let needs = |example: &str| value.ok_or_else(|| wrong(&format!("write it with a value: `{example}`")));
    let (keyword, percentile) = keyword.split_once('.').unwrap_or((keyword, "p99"));
    Ok(match keyword.trim() {
        "latency" => {
            format!("latency: {{from: {from}, to: {to}, {percentile}: {}}}", needs("latency=15s")?)
        }
        "order" => format!("order: {{by: {}, at: {to}}}", needs("order=user")?),
        "replay" => format!("replay: {{from: {KEPT_AT}, window: {}}}", needs("replay=7d")?),
        "delivery" => format!("delivery: {{to: {to}, guarantee: {}}}", needs("delivery=at-least-once")?),
        "readers" => format!("readers: {{of: {KEPT_AT}, independent: {}}}", needs("readers=2")?),
        "monthly_cost" => format!("monthly_cost: {{at_most: {}}}", needs("monthly_cost=500 USD")?),
        word @ ("serverless" | "encryption") if value.is_none() => word.to_owned(),
        other => {
            let known = crate::design::requirement::KEYWORDS;
            let near = crate::fields::nearest(other, known.into_iter());
            let known = crate::fields::listed(known.into_iter());
            return Err(wrong(&near.map_or_else(
                || format!("nothing of this name can be required; write {known}"),
                |near| format!("did you mean `{near}`?"),
            )));
        }
    })
}

/// The request that a design file makes which has nodes and no flows.
///
/// # Errors
/// Where flows are there already, or nothing sends or receives.
pub fn of_design(
    design: &Design,
    root: &Node,
    knowledge: &Knowledge,
    as_of: Option<Date>,
) -> Result<Request, RequestError> {
    if let Some(flow) = design.flows.first() {
        return Err(RequestError::HasFlows(design.nodes[flow.from].id.clone()));
    }
    let class =
        |node: usize| knowledge.card(&design.nodes[node].service).map_or("", |card| card.class.as_str());
    let all: Vec<usize> = (0..design.nodes.len()).collect();
    let sources: Vec<usize> = all.iter().copied().filter(|node| class(*node) == "source").collect();
    let reached = reached(design);
    let passes = |node: usize| {
        let on_the_way = ["stream", "topic", "bus", "queue", "delivery", "front-door", "processor"];
        on_the_way.contains(&class(node)) && !reached.contains(&node)
    };
    let (between, sinks): (Vec<usize>, Vec<usize>) =
        all.iter().copied().filter(|node| !sources.contains(node)).partition(|node| passes(*node));
    if sources.is_empty() {
        return Err(RequestError::NoSource);
    }
    if sinks.is_empty() {
        return Err(RequestError::NoSink);
    }
    let file = root.get("nodes");
    let nodes = design.nodes.iter().map(|node| {
        let written = file.and_then(|nodes| nodes.get(&node.id));
        Given {
            id: node.id.clone(),
            settings: settings(written),
            ..given(&node.service, &node.id, knowledge)
        }
    });
    let requirements = root.get("require").and_then(Node::as_sequence).unwrap_or_default();
    let dated = root.get("as_of").and_then(Node::as_text).and_then(|day| day.parse().ok());
    Ok(Request {
        name: design.name.clone().unwrap_or_else(|| stem(&design.text)),
        about: design.about.clone(),
        as_of: as_of.or(dated),
        day: as_of.unwrap_or(design.as_of),
        nodes: nodes.collect(),
        sources,
        sinks,
        between,
        requirements: requirements.iter().map(listed).collect(),
        replay: replay(design),
        record_size: record_size(design),
        fed: false,
    })
}

/// A requirement on one line; as the only entry of a list it needs no braces.
fn listed(item: &Arc<Node>) -> String {
    let Value::Mapping(mapping) = &item.value else { return source::line(item) };
    match mapping.entries.as_slice() {
        [entry] => format!("{}: {}", source::line(&entry.key), source::line(&entry.value)),
        _ => source::line(item),
    }
}

fn settings(written: Option<&Node>) -> Vec<(String, String)> {
    let entries = written.and_then(Node::as_mapping).map(|mapping| mapping.entries.as_slice());
    let entries = entries.unwrap_or_default().iter();
    let kept = entries.filter(|entry| entry.key.as_text() != Some("service"));
    kept.map(|entry| (source::line(&entry.key), source::line(&entry.value))).collect()
}

/// The nodes at which requirements say that records arrive.
fn reached(design: &Design) -> BTreeSet<usize> {
    let ends = design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Latency(latency) => Some(latency.to),
        RequirementKind::Order { at, .. } => Some(*at),
        RequirementKind::Delivery { to, .. } => Some(*to),
        _ => None,
    });
    ends.collect()
}

/// The longest time for which records must be kept, and where.
fn replay(design: &Design) -> Option<(Option<usize>, String)> {
    let windows = design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Replay { from, window } => Some((*window, *from)),
        _ => None,
    });
    windows.max().map(|(window, from)| (Some(from), window.to_string()))
}

/// The size of a record, where all that send say the same.
fn record_size(design: &Design) -> Option<String> {
    let declared = design.nodes.iter().filter(|node| node.settings.get("traffic").is_some());
    let mut sizes = declared.map(|node| {
        node.settings
            .get("traffic.record_size")
            .and_then(|size| size.value.quantity())
            .map(|size| size.to_string())
    });
    let first = sizes.next()??;
    sizes.all(|size| size.as_ref() == Some(&first)).then_some(first)
}

fn stem(text: &Text) -> String {
    let file = text.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let name = file.trim_end_matches(".yaml").trim_end_matches(".yml").trim_end_matches(".thalweg");
    if name.is_empty() || name.starts_with('<') { "design".to_owned() } else { name.to_owned() }
}

impl Request {
    /// What must be kept, each on one line, where records are kept at the node `kept`.
    pub(super) fn requirements(&self, kept: &str) -> impl Iterator<Item = String> {
        self.requirements.iter().map(move |text| text.replace(KEPT_AT, kept))
    }

    /// The same for people.
    pub fn requirement_lines(&self) -> impl Iterator<Item = String> {
        self.requirements("the stream")
    }
}
