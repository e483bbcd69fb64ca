//! The JSON Schemas take what the readers take, and refuse the usual mistakes.

pub(crate) mod validator;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use thalweg::design;
use thalweg::design::vocabulary::requirements;
use thalweg::diagnostic::Diagnostic;
use thalweg::json_schema;
use thalweg::knowledge::{Knowledge, read_card};
use thalweg::lint::read_rule;
use thalweg::source::{self, Node, Text, read};

use validator::errors;

/// A key that no mapping has and that is near to none.
const STRANGE: &str = "zzzzzzzzzzzzzzzzzzzz";

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn tree(content: &str) -> Arc<Node> {
    let reading = read(&Text::new("t", content));
    assert!(reading.faults.is_empty(), "{:?}\n{content}", reading.faults);
    reading.root.unwrap()
}

/// The value as an editor sees it, by YAML's core schema.
fn value(node: &Node) -> Value {
    match &node.value {
        source::Value::Mapping(mapping) => mapping
            .iter()
            .map(|(key, entry)| (key.to_owned(), value(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        source::Value::Sequence(items) => items.iter().map(|item| value(item)).collect::<Vec<_>>().into(),
        source::Value::Scalar(_) if node.is_null() => Value::Null,
        source::Value::Scalar(scalar) => match (node.as_bool(), node.as_integer(), node.as_number()) {
            (Some(flag), ..) => json!(flag),
            (_, Some(number), _) => json!(number),
            (.., Some(number)) => json!(number),
            _ => json!(scalar.text),
        },
    }
}

/// The designs of rules' examples, with the rule and whether it must fire.
fn examples() -> Vec<(String, bool, String)> {
    let mut found = Vec::new();
    for path in files("rules/lints") {
        let root = tree(&fs::read_to_string(&path).unwrap());
        let id = root.get("id").and_then(Node::as_text).unwrap().to_owned();
        for example in root.get("examples").and_then(Node::as_sequence).unwrap_or_default() {
            for kind in ["fires", "passes"] {
                if let Some(design) = example.get(kind).and_then(Node::as_text) {
                    found.push((id.clone(), kind == "fires", design.to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn scenarios_are_valid() {
    let schema = json_schema::scenario();
    let is_scenario = |path: &std::path::PathBuf| {
        let name = path.to_string_lossy();
        !name.ends_with(".thalweg.yaml") && !name.ends_with("catalog.yaml")
    };
    let paths: Vec<_> = files("scenarios").into_iter().filter(is_scenario).collect();
    assert!(paths.len() > 50, "the scenarios are where this test looks for them");
    let mut wrong = Vec::new();
    for path in paths {
        let found = errors(&schema, &value(&tree(&fs::read_to_string(&path).unwrap())));
        wrong.extend(found.into_iter().map(|error| format!("{}: {error}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let broken = "id: a\nright: true\n";
    assert!(!errors(&schema, &value(&tree(broken))).is_empty(), "what is no scenario is not valid");
}

#[test]
fn designs_that_pass_are_valid() {
    let schema = json_schema::design(&Knowledge::embedded());
    let mut wrong = Vec::new();
    let is_design = |path: &std::path::PathBuf| path.to_string_lossy().ends_with(".thalweg.yaml");
    for path in files("scenarios").into_iter().filter(is_design) {
        let found = errors(&schema, &value(&tree(&fs::read_to_string(&path).unwrap())));
        wrong.extend(found.into_iter().map(|error| format!("{}: {error}", path.display())));
    }
    for (id, _, design) in examples().into_iter().filter(|(_, fires, _)| !fires) {
        wrong.extend(
            errors(&schema, &value(&tree(&design))).into_iter().map(|error| format!("{id}: {error}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mistakes_of_the_file_are_invalid() {
    let schema = json_schema::design(&Knowledge::embedded());
    let seen = ["unknown-key", "unknown-service", "missing-setting", "wrong-type"];
    let mut valid = Vec::new();
    for (id, ..) in examples().iter().filter(|(id, fires, _)| *fires && seen.contains(&id.as_str())) {
        let designs = examples().into_iter().filter(|(other, fires, _)| *fires && other == id);
        valid.extend(
            designs
                .filter(|(.., design)| errors(&schema, &value(&tree(design))).is_empty())
                .map(|(id, _, design)| format!("{id}:\n{design}")),
        );
    }
    assert!(valid.is_empty(), "{}", valid.join("\n"));
}

#[test]
fn mistakes_are_told_at_their_place() {
    let schema = json_schema::design(&Knowledge::embedded());
    let nodes = "nodes:\n  a: {service: producer}\n  b: {service: kds, shards: 2}\n";
    for (design, place) in [
        ("nodes:\n  a: {service: kdss}\n".to_owned(), "/nodes/a/service"),
        ("nodes:\n  a: {service: kds, shards: two}\n".to_owned(), "/nodes/a/shards"),
        ("nodes:\n  a: {service: kds, shards: 0}\n".to_owned(), "/nodes/a/shards"),
        ("nodes:\n  a: {service: kds, retention: 7}\n".to_owned(), "/nodes/a/retention"),
        ("nodes:\n  a: {service: kds, retention: 7 days}\n".to_owned(), "/nodes/a/retention"),
        ("nodes:\n  a: {service: kds, mode: on_demand}\n".to_owned(), "/nodes/a/mode"),
        ("nodes:\n  a: {service: kds, shard: 2}\n".to_owned(), "/nodes/a/shard"),
        ("nodes:\n  a: {shards: 2}\n".to_owned(), "/nodes/a"),
        ("nodes: [a, b]\n".to_owned(), "/nodes"),
        ("flows: [a -> b]\n".to_owned(), ""),
        (format!("{nodes}flows: [a]\n"), "/flows/0"),
        (format!("{nodes}flows: [{{from: a, too: b}}]\n"), "/flows/0"),
        (format!("{nodes}require:\n  - latency: {{from: a, p99: 5s}}\n"), "/require/0"),
        (format!("{nodes}require:\n  - latency: {{from: a, to: b, p99: 5}}\n"), "/require/0"),
        (format!("{nodes}require: [latncy]\n"), "/require/0"),
        (format!("{nodes}allow: [{{rule: unused-node}}]\n"), "/allow/0"),
        (format!("{nodes}flow: [a -> b]\n"), "/flow"),
    ] {
        let found = errors(&schema, &value(&tree(&design)));
        assert!(found.iter().any(|error| error.starts_with(&format!("{place}: "))), "{design}{found:?}");
    }
}

#[test]
fn every_card_and_rule_is_valid() {
    let mut wrong = Vec::new();
    for (folder, schema) in [("rules/services", json_schema::card()), ("rules/lints", json_schema::rule())] {
        for path in files(folder) {
            let found = errors(&schema, &value(&tree(&fs::read_to_string(&path).unwrap())));
            wrong.extend(found.into_iter().map(|error| format!("{}: {error}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "mend src/json_schema/card.rs or rule.rs:\n{}", wrong.join("\n"));
}

#[test]
fn mistakes_in_cards_and_rules_are_invalid() {
    let card = "id: x\nname: X\nclass: store\nabout: Keeps.\nsources: {s: {url: 'https://x', checked: 2026-11-22}}\n";
    assert_eq!(errors(&json_schema::card(), &value(&tree(card))), [] as [String; 0]);
    for mistake in [
        "id: X Y\n",
        "limits: {a: {about: b, value: 3}}\n",
        "limits: {a: {value: 3, source: s}}\n",
        "colour: red\n",
        "settings: {a: {about: b, type: counts}}\n",
        "settings: {a: {about: b, type: count, defaultt: 1}}\n",
        "sends: [{to: s3}]\n",
        "status: {ended: soon, source: s}\n",
        "serverless: perhaps\n",
    ] {
        let key = mistake.split(':').next().unwrap();
        let kept: Vec<&str> = card.lines().filter(|line| !line.starts_with(&format!("{key}:"))).collect();
        let rest = kept.join("\n") + "\n";
        assert_ne!(
            errors(&json_schema::card(), &value(&tree(&format!("{rest}{mistake}")))),
            [] as [String; 0],
            "{mistake}"
        );
    }
    let rule = "id: x\nsince: 0.1.0\nseverity: error\ntitle: t\nwhy: w\nmatch: {node: {}}\nmessage: m\nsources: []\n";
    assert_eq!(errors(&json_schema::rule(), &value(&tree(rule))), [] as [String; 0]);
    for (from, to) in [
        ("severity: error", "severity: eror"),
        ("match: {node: {}}", "match: {nodes: {}}"),
        ("match: {node: {}}", "match: {}"),
        ("message: m\n", ""),
        ("why: w\n", ""),
        ("title: t", "titel: t"),
        ("id: x", "id: X"),
    ] {
        assert_ne!(
            errors(&json_schema::rule(), &value(&tree(&rule.replace(from, to)))),
            [] as [String; 0],
            "{to}"
        );
    }
}

/// The keys that a reader knows, taken from what it says of one that it does not know.
fn known(found: &[Diagnostic]) -> BTreeSet<String> {
    let message = |found: &&Diagnostic| found.rule == "unknown-key" && found.message.contains(STRANGE);
    let told = found.iter().find(message).expect("a strange key is told").help.join(" ");
    told.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn schemas_and_readers_know_the_same_keys() {
    let knowledge = Knowledge::embedded();
    let schema = json_schema::design(&knowledge);
    let of_design =
        |design: &str| known(&design::lower(Arc::new(Text::new("d", design)), &knowledge).diagnostics);
    let nodes = "nodes: {a: {service: producer}, b: {service: kds}}\n";
    assert_eq!(of_design(&format!("{nodes}{STRANGE}: 1\n")), keys(&schema));
    assert_eq!(
        of_design(&format!("{nodes}allow: [{{{STRANGE}: 1}}]\n")),
        keys(&schema["$defs"]["allowance"])
    );
    let mapping = &schema["$defs"]["requirement"]["anyOf"][1];
    assert_eq!(of_design(&format!("{nodes}require: [{{{STRANGE}: 1}}]\n")), keys(mapping));
    for word in requirements().iter().filter(|word| !word.settings.settings.is_empty()) {
        let told = of_design(&format!("{nodes}require: [{{{}: {{{STRANGE}: 1}}}}]\n", word.keyword));
        assert_eq!(told, keys(&mapping["properties"][word.keyword]), "mend src/design/vocabulary.rs");
    }
    let (_, mistakes) = read_card(&tree(&format!("id: x\nname: X\nclass: c\nabout: b\n{STRANGE}: 1\n")));
    assert_eq!(known(&mistakes), keys(&json_schema::card()), "mend src/json_schema/card.rs");
    let (_, mistakes) =
        read_card(&tree(&format!("settings: {{a: {{about: b, type: text, {STRANGE}: 1}}}}\n")));
    let of_types = ["choices", "role", "accepts", "of", "keys"].map(str::to_owned);
    let setting = keys(&json_schema::card()["$defs"]["setting"]);
    assert_eq!(known(&mistakes), setting.into_iter().filter(|key| !of_types.contains(key)).collect());
    let rule = format!("match: {{node: {{}}}}\n{STRANGE}: 1\n");
    let (_, mistakes) = read_rule(&Text::new("t", rule.as_str()), &tree(&rule), "g", &knowledge);
    assert_eq!(known(&mistakes), keys(&json_schema::rule()), "mend src/json_schema/rule.rs");
}

/// Required keys of requirements agree too: a design with all of them lacks nothing.
#[test]
fn requirements_need_what_the_schema_says() {
    let knowledge = Knowledge::embedded();
    let nodes = "nodes: {a: {service: producer}, b: {service: kds, shards: 1}}\nflows: [a -> b]\n";
    for word in requirements().iter().filter(|word| !word.settings.settings.is_empty()) {
        for left_out in word.settings.settings.values() {
            let example = |name: &str| match name {
                "p50" | "p99" | "max" | "window" => "5s",
                "guarantee" => "no-loss",
                "independent" => "2",
                "at_most" => "5 USD",
                _ => "a",
            };
            let given = word.settings.settings.keys().filter(|key| **key != left_out.name);
            let given: Vec<String> = given.map(|key| format!("{key}: {}", example(key))).collect();
            let design = format!("{nodes}require: [{{{}: {{{}}}}}]\n", word.keyword, given.join(", "));
            let found = design::lower(Arc::new(Text::new("d", design.as_str())), &knowledge).diagnostics;
            let missing = found.iter().any(|found| found.rule == "missing-setting");
            assert_eq!(missing, left_out.required, "{design}{found:#?}");
        }
    }
}
