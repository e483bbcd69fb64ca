//! The schema of `thalweg.toml`.

use serde_json::{Map, Value, json};

use crate::json_schema::{day, document, object, said};
use crate::knowledge::pack::Level;
use crate::lint::Rules;

/// The schema of `thalweg.toml`, with these rules and their groups.
///
/// Where a config names packs, names of other rules are taken too, since packs bring rules of their own.
#[must_use]
pub fn config(rules: &Rules) -> Value {
    let packs = json!({"type": "array", "items": {"type": "string"}});
    let own = [
        ("packs", packs, "The folders of packs, from the folder of this file."),
        ("fail-on", json!({"enum": levels(false)}), "The least severity that makes the exit code 1."),
        ("as_of", day(), "The day as of which designs are judged that give none."),
        ("advice", json!({"type": "boolean"}), "Whether advice is shown."),
        ("pedantic", json!({"type": "boolean"}), "Whether advice is shown, and where rules stay silent."),
        (
            "baseline",
            json!({"type": "string"}),
            "The file of findings that are known, from the folder of this file.",
        ),
        (
            "per-path",
            json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/layer"}}),
            "What is said of rules for designs whose path matches a pattern such as `legacy/**/*.yaml`, from the folder of this file; later ones count more.",
        ),
    ];
    let own = own.into_iter().map(|(key, schema, about)| (key.to_owned(), said(schema, about)));
    let mut body = object(layer(rules).into_iter().chain(own), &[]);
    let mut known = known_names();
    known["properties"]["per-path"] = json!({"additionalProperties": known_names()});
    body["if"] = json!({"properties": {"packs": {"maxItems": 0}}});
    body["then"] = known;
    body["$defs"] = json!({"layer": object(layer(rules), &[]), "rule": {"enum": names(rules)}});
    document("What a project asks of Thalweg", "`thalweg.toml`, found upward from each design.", body)
}

/// What can be said of rules, for all designs or some.
fn layer(rules: &Rules) -> [(String, Value); 3] {
    let name = json!({"anyOf": [{"$ref": "#/$defs/rule"}, {"type": "string"}]});
    let list = json!({"type": "array", "items": name});
    [
        ("select", said(list.clone(), "Only these rules and groups of rules speak.")),
        ("ignore", said(list, "These rules and groups of rules are silent.")),
        ("severity", said(severities(rules), "How bad the findings of a rule or a group of rules are.")),
    ]
    .map(|(key, schema)| (key.to_owned(), schema))
}

/// That every name is that of a rule or group which is there.
fn known_names() -> Value {
    let list = json!({"items": {"$ref": "#/$defs/rule"}});
    let severity = json!({"propertyNames": {"$ref": "#/$defs/rule"}});
    json!({"properties": {"select": list, "ignore": list, "severity": severity}})
}

fn severities(rules: &Rules) -> Value {
    let level = json!({"enum": levels(true)});
    let groups = groups(rules).into_iter().map(|group| (group, format!("All rules of the group {group}.")));
    let rules = rules.all().iter().map(|rule| (rule.id.as_str(), format!("{}.", rule.title)));
    let named: Map<String, Value> =
        groups.chain(rules).map(|(name, about)| (name.to_owned(), said(level.clone(), &about))).collect();
    json!({"type": "object", "properties": named, "additionalProperties": level})
}

fn names(rules: &Rules) -> Vec<&str> {
    groups(rules).into_iter().chain(rules.all().iter().map(|rule| rule.id.as_str())).collect()
}

/// The groups, each once; rules come in the order of their groups.
fn groups(rules: &Rules) -> Vec<&str> {
    let mut groups: Vec<&str> = rules.all().iter().map(|rule| rule.group.as_str()).collect();
    groups.dedup();
    groups
}

fn levels(with_off: bool) -> Vec<&'static str> {
    Level::WORDS.into_iter().filter(|word| with_off || *word != Level::Off.as_str()).collect()
}
