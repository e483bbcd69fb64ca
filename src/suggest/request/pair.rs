//! What is asked for between two services, in a few words.

use std::sync::Arc;

use crate::design;
use crate::design::requirement::KEYWORDS;
use crate::fields;
use crate::knowledge::Knowledge;
use crate::source::{self, Text};
use crate::suggest::request::{Given, KEPT_AT, Request, RequestError, given};
use crate::units::Date;

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
    // What does not say itself how much it sends is fed by a producer that does.
    let says =
        |service: &str| knowledge.card(service).is_some_and(|card| card.settings.at("traffic").is_some());
    let fed = !says(&from) && knowledge.integrations("producer", &from).next().is_some();
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
    nodes[0].settings = traffic(pair, key).into_iter().filter(|_| fed || says(&from)).collect();
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
            let known = KEYWORDS;
            let near = fields::nearest(other, known.into_iter());
            let known = fields::listed(known.into_iter());
            return Err(wrong(&near.map_or_else(
                || format!("nothing of this name can be required; write {known}"),
                |near| format!("did you mean `{near}`?"),
            )));
        }
    })
}
