//! The schema of designs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::design::vocabulary::{
    ELSEWHERE, RequirementWord, TOP, allowance, fault, flow_settings, requirements,
};
use crate::json_schema::kind::{properties, setting};
use crate::json_schema::{day, document, object, said, text};
use crate::knowledge::Knowledge;
use crate::knowledge::card::Card;

/// The schema of designs, with the settings of every service.
#[must_use]
pub fn design(knowledge: &Knowledge) -> Value {
    let cards: Vec<&Card> = knowledge.ids().filter_map(|id| knowledge.card(id)).collect();
    let top = TOP.iter().map(|(key, about, _)| ((*key).to_owned(), said(of_key(key), about)));
    let required: Vec<&str> = TOP.iter().filter(|(.., required)| *required).map(|(key, ..)| *key).collect();
    let mut body = object(top, &required);
    let mut parts: Map<String, Value> = cards.iter().map(|card| (definition(card), settings(card))).collect();
    parts.insert("node".to_owned(), node(&cards));
    parts.insert("flow".to_owned(), flow(&cards));
    parts.insert("requirement".to_owned(), requirement());
    parts.insert("fault".to_owned(), of_schema(fault()));
    parts.insert("allowance".to_owned(), of_schema(allowance()));
    body["$defs"] = Value::Object(parts);
    document("A streaming design on AWS", "What `thalweg` checks, runs and draws.", body)
}

fn of_key(key: &str) -> Value {
    let list = |part: &str| json!({"type": "array", "items": {"$ref": format!("#/$defs/{part}")}});
    match key {
        "as_of" => day(),
        "nodes" => json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}}),
        "flows" => list("flow"),
        "require" => list("requirement"),
        "faults" => list("fault"),
        "allow" => list("allowance"),
        _ => text(),
    }
}

fn definition(card: &Card) -> String {
    format!("service-{}", card.id)
}

/// A node: its service, and what a node of that service may set.
fn node(cards: &[&Card]) -> Value {
    let choices = cards
        .iter()
        .map(|card| json!({"const": card.id, "description": format!("{}: {}", card.name, card.about)}));
    let others: Vec<String> = cards.iter().flat_map(|card| names(card)).collect();
    let choices: Vec<Value> = choices.chain([json!({"enum": others})]).collect();
    let by_service = cards.iter().map(|card| {
        let named = json!({"properties": {"service": {"enum": names(card)}}, "required": ["service"]});
        json!({"if": named, "then": {"$ref": format!("#/$defs/{}", definition(card))}})
    });
    json!({
        "type": "object",
        "required": ["service"],
        "properties": {
            "service": {"description": "Which service the node is, by its id or another usual name.", "anyOf": choices},
            "about": said(text(), "What the node is for."),
            ELSEWHERE: said(json!({"type": "boolean"}), "Whether it is set up elsewhere, so that what is not said of it is unknown and no default."),
        },
        "allOf": by_service.collect::<Vec<_>>(),
    })
}

/// The names under which a service is known: as they are written, and in lower case.
fn names(card: &Card) -> Vec<String> {
    let mut names = vec![card.id.clone()];
    for name in [&card.id, &card.name].into_iter().chain(&card.aliases).chain(&card.former_names) {
        for name in [name.clone(), name.to_lowercase()] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn settings(card: &Card) -> Value {
    let (mut all, required) = properties(&card.settings);
    all.push(("service".to_owned(), json!(true)));
    all.push(("about".to_owned(), json!(true)));
    all.push((ELSEWHERE.to_owned(), json!(true)));
    said(object(all, &required), &card.about)
}

/// A chain, or a mapping with the settings of all integrations: which one a flow uses hangs on its ends.
fn flow(cards: &[&Card]) -> Value {
    let mut choices: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let of_integrations =
        cards.iter().flat_map(|card| &card.sends).flat_map(|sends| sends.settings.settings.values());
    for spec in of_integrations {
        let schema = setting(spec);
        let known = choices.entry(&spec.name).or_default();
        if !known.contains(&schema) {
            known.push(schema);
        }
    }
    let (mut all, _) = properties(flow_settings());
    for (name, mut schemas) in choices {
        if !all.iter().any(|(known, _)| known == name) {
            let schema = if schemas.len() == 1 { schemas.remove(0) } else { json!({"anyOf": schemas}) };
            all.push((name.to_owned(), schema));
        }
    }
    let end = |about| said(text(), about);
    all.push(("from".to_owned(), end("The node that sends.")));
    all.push(("to".to_owned(), end("The node that receives.")));
    let chain = json!({"type": "string", "pattern": "->", "description": "Nodes joined by `->`."});
    json!({"anyOf": [chain, object(all, &["from", "to"])]})
}

/// A word, or a mapping with one of the keywords and perhaps the words that it comes from.
fn requirement() -> Value {
    let plain: Vec<&str> = requirements()
        .iter()
        .filter(|word| word.settings.settings.is_empty())
        .map(|word| word.keyword)
        .collect();
    let mut all: Vec<(String, Value)> =
        requirements().iter().map(|word| (word.keyword.to_owned(), promise(word))).collect();
    all.push(("because".to_owned(), said(text(), "The words of the task that it comes from.")));
    let mut mapping = object(all, &[]);
    let one: Vec<Value> = requirements().iter().map(|word| json!({"required": [word.keyword]})).collect();
    mapping["oneOf"] = json!(one);
    json!({"anyOf": [{"enum": plain}, mapping]})
}

fn promise(word: &RequirementWord) -> Value {
    if word.settings.settings.is_empty() {
        return said(json!({"type": "boolean"}), word.about);
    }
    said(of_schema(&word.settings), word.about)
}

fn of_schema(schema: &crate::knowledge::schema::Schema) -> Value {
    let (all, required) = properties(schema);
    object(all, &required)
}
