//! Writes a generated question as a scenario file.

use std::fmt::Write as _;

use crate::scenario::generate::Candidate;
use crate::scenario::generate::sketch::{Sketch, Written};
use crate::scenario::model::{CueKind, Scenario, Verdict};
use crate::scenario::verdicts::Judge;
use crate::source::{self, Node, Text, line, quoted};

/// The settings that an option tells, where they are declared.
const TOLD: [&str; 10] = [
    "type",
    "mode",
    "shards",
    "retention",
    "distribution",
    "visibility_timeout",
    "delay",
    "kpus",
    "timeout",
    "tumbling_window",
];

/// The requirements of a scenario's cues.
pub(super) fn requirements(scenario: &Scenario) -> Vec<Node> {
    let of_cue = |kind: &CueKind| match kind {
        CueKind::Require(requirement) => Some(Node::clone(requirement)),
        _ => None,
    };
    scenario.cues.iter().filter_map(|cue| of_cue(&cue.kind)).collect()
}

/// The same text with a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The scenario; nothing where two options would read the same, or a requirement has no words.
pub(super) fn scenario(
    ground: &Scenario,
    seed: u64,
    options: &[Candidate],
    requirements: &[Node],
    judge: Judge<'_>,
) -> Option<String> {
    let texts: Vec<String> = options.iter().map(|option| told(&option.sketch, options, judge)).collect();
    if texts.iter().enumerate().any(|(index, text)| texts[..index].contains(text)) {
        return None;
    }
    let cues: Option<Vec<String>> = requirements.iter().map(in_words).collect();
    let cues = cues?;
    let load = load(&options.first()?.sketch);
    let mut text = format!("id: generated-{seed}\ndecision: {}\n", ground.decision);
    writeln!(text, "title: {}", quoted(&ground.title)).expect("memory");
    let exams: Vec<String> =
        ground.exams.iter().map(|task| format!("{}: {}", task.exam, quoted(&task.task))).collect();
    writeln!(text, "exams: {{{}}}\nchecked: {}\n", exams.join(", "), judge.knowledge.as_of())
        .expect("memory");
    let asked: Vec<String> = cues.iter().map(|cue| capital(cue)).collect();
    let prompt = format!("{load}. {}. Which of these designs does all of it?", asked.join(". "));
    writeln!(text, "prompt: {}\ncues:", quoted(&prompt)).expect("memory");
    for (cue, requirement) in asked.iter().zip(requirements) {
        writeln!(text, "  - text: {}\n    require: {}", quoted(cue), line(requirement)).expect("memory");
    }
    writeln!(text, "  - text: {}\n    noise: true\n", quoted(&load)).expect("memory");
    text.push_str("format: single\nbase: {nodes: {}}\n\noptions:\n");
    for (index, (option, words)) in options.iter().zip(&texts).enumerate() {
        let id = ["a", "b", "c", "d", "e", "f"].get(index)?;
        writeln!(text, "  {id}:\n    text: {}\n    design:", quoted(words)).expect("memory");
        text.push_str(&option.sketch.body("      "));
        let verdict = match &option.verdict {
            Verdict::Right => "right: true".to_owned(),
            Verdict::FallsByRequirement(keyword) => format!("falls: {{requirement: {keyword}}}"),
            Verdict::FallsByRule(rule) => format!("falls: {{rule: {rule}}}"),
            _ => return None,
        };
        writeln!(text, "    {verdict}\n    because: {}", quoted(&option.because)).expect("memory");
    }
    Some(text)
}

/// What sends how much, in a sentence without its full stop.
fn load(sketch: &Sketch) -> String {
    let is_source = |id: &str| {
        sketch.flows.iter().any(|hop| hop.from == id) && !sketch.flows.iter().any(|hop| hop.to == id)
    };
    let sources = sketch.nodes.iter().filter(|(id, _)| is_source(id));
    let said: Vec<String> = sources
        .map(|(id, settings)| {
            let load = settings.iter().find(|(key, _)| key == "traffic" || key == "output");
            format!(
                "`{id}` sends {}",
                load.map_or_else(|| "records".to_owned(), |(_, load)| in_figures(load))
            )
        })
        .collect();
    said.join(", and ")
}

/// Traffic in figures: `900/s of 1 KiB, keyed by `account``.
fn in_figures(traffic: &str) -> String {
    let text = Text::new("traffic", traffic);
    let root = source::read(&text).root;
    let value = |key: &str| root.as_deref().and_then(|root| root.get(key)).map(line);
    let rate = value("rate").unwrap_or_else(|| "records".to_owned());
    let size = value("record_size").map_or_else(String::new, |size| format!(" of {size}"));
    let key = value("key").map_or_else(String::new, |key| format!(", keyed by `{key}`"));
    format!("{rate}{size}{key}")
}

/// What tells an option from the others: the nodes that are not the same in all of them.
pub(super) fn told(sketch: &Sketch, options: &[Candidate], judge: Judge<'_>) -> String {
    let mut ids: Vec<&String> = Vec::new();
    for (id, _) in options.iter().flat_map(|option| &option.sketch.nodes) {
        let differs =
            options.iter().any(|option| node_of(&option.sketch, id) != node_of(sketch_of(options), id));
        if differs && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let parts: Vec<String> = ids
        .into_iter()
        .map(|id| match node_of(sketch, id) {
            None => format!("without `{id}`"),
            Some(settings) => format!("with `{id}` as {}", described(settings, judge)),
        })
        .collect();
    format!("{}.", capital(&parts.join(", and ")))
}

fn sketch_of(options: &[Candidate]) -> &Sketch {
    &options[0].sketch
}

fn node_of<'s>(sketch: &'s Sketch, id: &str) -> Option<&'s Vec<Written>> {
    sketch.nodes.iter().find(|(known, _)| known == id).map(|(_, settings)| settings)
}

/// A service with the settings that matter: `Kinesis Data Streams, shards 3, retention 7d`.
fn described(settings: &[Written], judge: Judge<'_>) -> String {
    let value = |name: &str| settings.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let card = value("service").and_then(|service| judge.knowledge.card(service));
    let name = card.map_or("a service", |card| card.name.as_str());
    let name = name.trim_start_matches("Amazon ").trim_start_matches("AWS ");
    let told = TOLD.iter().filter_map(|key| Some(format!("{} {}", key.replace('_', " "), value(key)?)));
    std::iter::once(name.to_owned()).chain(told).collect::<Vec<_>>().join(", ")
}

/// A requirement in words, without a full stop; nothing for one that has none here.
fn in_words(requirement: &Node) -> Option<String> {
    if let Some(word) = requirement.as_text() {
        return Some(match word {
            "serverless" => "no node has servers".to_owned(),
            "encryption" => "everything is encrypted at rest".to_owned(),
            _ => return None,
        });
    }
    let (keyword, entry) = requirement.as_mapping()?.iter().next()?;
    let value = |key: &str| entry.value.get(key).and_then(Node::as_text);
    Some(match keyword {
        "latency" => {
            let (share, bound) =
                [("p50", "half of the records"), ("p99", "99 of 100 records"), ("max", "all records")]
                    .into_iter()
                    .find_map(|(key, share)| Some((share, value(key)?)))?;
            format!("{share} get from `{}` to `{}` within {bound}", value("from")?, value("to")?)
        }
        "order" if value("by") == Some("total") => format!("all records stay in order at `{}`", value("at")?),
        "order" => format!("records of one `{}` stay in order at `{}`", value("by")?, value("at")?),
        "replay" => format!("records of `{}` can be read again for {}", value("from")?, value("window")?),
        "readers" => {
            format!("{} readers behind `{}` each get every record", value("independent")?, value("of")?)
        }
        "delivery" if value("guarantee") == Some("exactly-once") => {
            format!("each record counts exactly once at `{}`", value("to")?)
        }
        "delivery" => format!("no record is lost on its way to `{}`", value("to")?),
        "monthly_cost" => format!("it costs at most {} a month", value("at_most")?),
        _ => return None,
    })
}
