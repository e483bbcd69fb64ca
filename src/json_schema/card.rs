//! The schema of service cards.

use serde_json::{Value, json};

use crate::json_schema::rule::source;
use crate::json_schema::{day, document, object, one_or_more, said, text};

/// The types that a setting of a card may have.
const TYPES: [&str; 19] = [
    "count",
    "number",
    "duration",
    "bytes",
    "rate",
    "byte-rate",
    "money",
    "text",
    "flag",
    "date",
    "choice",
    "node",
    "list",
    "mapping",
    "expression",
    "sql",
    "rate-profile",
    "path",
    "any",
];

/// The schema of service cards.
#[must_use]
pub fn card() -> Value {
    let facts = || named(&json!({"$ref": "#/$defs/fact"}));
    let all = [
        (
            "id",
            said(
                json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
                "The catalogue's id; the name of the file.",
            ),
        ),
        ("name", said(text(), "Today's name.")),
        ("former_names", said(one_or_more(&text()), "Names from the past.")),
        (
            "aliases",
            said(
                one_or_more(&text()),
                "Other names in use: abbreviations, types of CloudFormation and Terraform.",
            ),
        ),
        (
            "class",
            said(text(), "What sort of service it is: `stream`, `delivery`, `processor`, `store`, ..."),
        ),
        ("about", said(text(), "What it is for.")),
        ("serverless", said(json!({"type": "boolean"}), "Whether there is nothing to size or patch.")),
        ("status", said(status(), "The end of its life.")),
        ("sources", said(named(&source()), "Who is cited, by keys that the facts use.")),
        ("settings", said(settings(), "What a design may say of a node.")),
        (
            "refuses",
            said(settings(), "Settings that designs should not have, each with the rule that says why."),
        ),
        ("limits", said(facts(), "Bounds.")),
        ("guarantees", said(guarantees(), "Promises: `order`, `delivery`, `retention`, `latency`, ...")),
        ("behaviour", said(facts(), "Parameters of its behaviour that a run needs.")),
        ("prices", said(facts(), "Prices in us-east-1.")),
        ("effects", said(effects(), "What it does to what records promise.")),
        ("sends", said(json!({"type": "array", "items": integration()}), "Where its records can go.")),
    ];
    let mut body = object(owned(all), &["id", "name", "class", "about"]);
    body["$defs"] = json!({"setting": setting(), "type": kinds(), "fact": fact()});
    document("A service of Thalweg's knowledge base", "A file of `rules/services/` or of a pack.", body)
}

fn owned<'a>(all: impl IntoIterator<Item = (&'a str, Value)>) -> impl Iterator<Item = (String, Value)> {
    all.into_iter().map(|(key, schema)| (key.to_owned(), schema))
}

fn named(each: &Value) -> Value {
    json!({"type": "object", "additionalProperties": each})
}

fn settings() -> Value {
    named(&json!({"$ref": "#/$defs/setting"}))
}

/// When something holds, and who says so.
fn validity() -> [(&'static str, Value); 5] {
    [
        ("when", said(json!({"type": ["string", "boolean"]}), "The condition under which it holds.")),
        ("since", said(day(), "The first day on which it held.")),
        ("until", said(day(), "The first day on which it no longer held.")),
        ("source", said(text(), "A key of `sources`.")),
        ("confidence", said(json!({"enum": ["confirmed", "likely", "unconfirmed"]}), "How sure it is.")),
    ]
}

fn note() -> (&'static str, Value) {
    ("note", said(text(), "What else is worth knowing."))
}

fn status() -> Value {
    let all = [("closed_to_new", day()), ("ended", day()), ("successor", text()), ("source", text())];
    object(owned(all), &["source"])
}

/// A value, or a list of values.
fn literal() -> Value {
    one_or_more(&text())
}

/// A type with what belongs to it, as the items of a list have it too.
fn kind() -> Vec<(&'static str, Value)> {
    vec![
        ("type", said(json!({"enum": TYPES}), "What may stand there.")),
        ("choices", said(one_or_more(&text()), "The words of a choice.")),
        ("role", said(text(), "The role of the flow that follows from a node.")),
        ("accepts", said(one_or_more(&text()), "The services that the node may be of.")),
        (
            "of",
            said(
                json!({"anyOf": [{"enum": TYPES}, {"$ref": "#/$defs/type"}]}),
                "The type of a list's items.",
            ),
        ),
        ("keys", said(settings(), "The settings within a mapping.")),
        ("about", said(text(), "What it means, in a sentence.")),
    ]
}

fn kinds() -> Value {
    object(owned(kind()), &["type"])
}

fn setting() -> Value {
    let bounds = || [("min", text()), ("max", text())];
    let range = object(owned(bounds()), &[]);
    let ranges = object(owned(bounds().into_iter().chain(validity()).chain([note()])), &["source"]);
    let defaults = object(
        owned([("value", literal())].into_iter().chain(validity()).chain([note()])),
        &["value", "source"],
    );
    let own = [
        ("required", said(json!({"type": "boolean"}), "Whether the service cannot do without.")),
        ("default", said(literal(), "What holds where the design says nothing.")),
        ("defaults", said(one_or_more(&defaults), "Defaults with conditions; the first that holds counts.")),
        ("range", said(range, "What AWS accepts.")),
        ("ranges", said(one_or_more(&ranges), "Ranges with conditions; the first that holds counts.")),
        ("cloudformation", said(one_or_more(&text()), "The property paths in CloudFormation.")),
        ("terraform", said(text(), "The argument path in Terraform.")),
        ("unit", said(text(), "What one of AWS's numbers stands for.")),
        ("words", said(named(&literal()), "AWS's words for the choices.")),
        (
            "model",
            said(
                json!({"type": "string", "pattern": "#"}),
                "The field of AWS's API, as `service#Shape.member`.",
            ),
        ),
        ("differs", said(one_or_more(&difference()), "Where AWS's own models say something else.")),
        ("rule", said(text(), "The rule that has the last word on it.")),
        note(),
    ];
    object(owned(kind().into_iter().chain(own).chain(validity())), &["about", "type"])
}

fn difference() -> Value {
    let all = [("model", json!({"enum": ["template", "api"]})), ("says", text()), ("because", text())];
    object(owned(all), &["model", "says", "because"])
}

fn fact() -> Value {
    let value = || [("value", literal())].into_iter().chain(validity());
    let values = object(owned(value().chain([note()])), &["value", "source"]);
    let own = [
        ("about", said(text(), "What the value means, in a sentence.")),
        ("adjustable", said(json!({"type": "boolean"}), "Whether AWS raises it on request.")),
        ("quota_code", said(text(), "AWS's code of the quota.")),
        ("per", said(text(), "What a price is for.")),
        ("amount", said(text(), "How much of it a design uses in a month, as an expression.")),
        (
            "values",
            said(
                json!({"type": "array", "items": values}),
                "Values with conditions; the first that holds counts.",
            ),
        ),
        note(),
    ];
    let mut all = object(owned(value().chain(own)), &["about"]);
    all["oneOf"] = json!([{"required": ["value", "source"]}, {"required": ["values"]}]);
    all
}

/// Each effect has one kind, with its name as the value.
fn effects() -> Value {
    let kinds = ["wait", "loss", "repeat", "order", "idempotent"];
    let own = [
        ("about", said(text(), "What happens, in a sentence.")),
        ("at", said(text(), "Where it happens.")),
        ("typical", said(text(), "How long a wait is, as an expression.")),
        ("worst", said(text(), "How long a wait is at the worst.")),
    ];
    let named = kinds.iter().map(|kind| match *kind {
        "order" => (*kind, json!({"enum": ["none", "per-key", "total"]})),
        _ => (*kind, text()),
    });
    let mut effect = object(owned(own.into_iter().chain(named).chain(validity())), &["about", "source"]);
    effect["oneOf"] = json!(kinds.map(|kind| json!({"required": [kind]})));
    json!({"type": "array", "items": effect})
}

fn guarantees() -> Value {
    let own = [("about", text()), ("typical", literal()), ("worst", literal()), note()];
    let latency = object(owned(own.into_iter().chain(validity())), &["about", "source"]);
    json!({
        "type": "object",
        "properties": {"latency": said(latency, "The latency that it adds: typical, and at the worst.")},
        "additionalProperties": {"$ref": "#/$defs/fact"},
    })
}

fn integration() -> Value {
    let own = [
        ("to", said(text(), "The id of the service that receives.")),
        ("via", said(text(), "The short name that a flow's `via` uses.")),
        ("mechanism", said(text(), "AWS's name for it.")),
        (
            "moved_by",
            said(json!({"enum": ["source", "target", "user-code", "service"]}), "Who moves the records."),
        ),
        ("role", said(text(), "What the flow is: `flow`, `request`, `transform`, `capture` or `query`.")),
        ("cloudformation", said(one_or_more(&text()), "How CloudFormation encodes it.")),
        ("only_if_named", said(json!({"type": "boolean"}), "Whether a design must name it.")),
        ("effects", said(effects(), "What it does to what records promise.")),
        ("settings", said(settings(), "What the flow itself may set.")),
        note(),
    ];
    object(owned(own.into_iter().chain(validity())), &["to", "via", "mechanism", "moved_by", "source"])
}
