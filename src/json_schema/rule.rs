//! The schema of rules.

use serde_json::{Value, json};

use crate::design::vocabulary::requirements;
use crate::json_schema::{day, document, object, one_or_more, said, text};

/// The schema of rules.
#[must_use]
pub fn rule() -> Value {
    let expression = || json!({"type": ["string", "boolean", "number"]});
    let all = [
        (
            "id",
            said(
                json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
                "Its id, in kebab-case; the name of the file.",
            ),
        ),
        ("since", said(text(), "The version that brought it.")),
        ("severity", said(json!({"enum": ["error", "warning", "advice"]}), "How bad a violation is.")),
        ("title", said(text(), "What it is about, in a few words.")),
        ("why", said(text(), "Why a violation hurts.")),
        ("checked_by", said(text(), "Set where the reader of designs, and no condition, finds violations.")),
        ("match", said(subject(), "What it is held against.")),
        ("given", said(expression(), "What must hold before it speaks at all.")),
        ("violated", said(expression(), "What makes it a violation; without it the match alone does.")),
        (
            "let",
            said(
                json!({"type": "object", "additionalProperties": expression()}),
                "Names for expressions that the others may use.",
            ),
        ),
        ("warns", said(warns(), "What makes it a milder finding, where it is not violated.")),
        ("message", said(text(), "The fact, with expressions in braces.")),
        ("label", said(text(), "What the primary place contributes.")),
        ("help", said(one_or_more(&text()), "The ways out, the best first.")),
        ("fix", said(fix(), "The settings that would remove the cause.")),
        (
            "routes",
            said(json!({"type": "boolean"}), "Whether the shortest valid routes are among the ways out."),
        ),
        (
            "last_resort",
            said(json!({"type": "boolean"}), "Whether it speaks only where no other rule of its group has."),
        ),
        ("unless", said(one_or_more(&text()), "Rules that tell the same thing better.")),
        ("sources", said(json!({"type": "array", "items": source()}), "Who says so.")),
        (
            "examples",
            said(
                json!({"type": "array", "items": example()}),
                "Designs that violate it and designs that do not.",
            ),
        ),
    ];
    let mut body = object(owned(all), &["id", "since", "severity", "title", "why"]);
    body["anyOf"] = json!([{"required": ["checked_by"]}, {"required": ["match", "message", "sources"]}]);
    document("A rule of Thalweg", "A file of `rules/lints/` or of a pack.", body)
}

fn owned<const N: usize>(all: [(&str, Value); N]) -> impl Iterator<Item = (String, Value)> {
    all.into_iter().map(|(key, schema)| (key.to_owned(), schema))
}

fn subject() -> Value {
    let nodes = || {
        object(
            owned([
                ("service", one_or_more(&text())),
                ("class", one_or_more(&text())),
                ("not", one_or_more(&text())),
            ]),
            &[],
        )
    };
    let ends = || [("from", nodes()), ("to", nodes())];
    let [from, to] = ends();
    let flow = object(owned([from, to, ("role", text())]), &[]);
    let [from, to] = ends();
    let path = object(owned([from, to, ("with", nodes()), ("without", nodes())]), &[]);
    let cycle = object(owned([("without", nodes())]), &[]);
    let requirement = json!({"enum": requirements().iter().map(|word| word.keyword).collect::<Vec<_>>()});
    let mut all = object(
        owned([
            ("node", nodes()),
            ("flow", flow),
            ("path", path),
            ("cycle", cycle),
            ("requirement", requirement),
            ("design", json!({})),
        ]),
        &[],
    );
    all["minProperties"] = json!(1);
    all["maxProperties"] = json!(1);
    all
}

fn warns() -> Value {
    let condition = said(json!({"type": ["string", "boolean"]}), "What makes it a warning.");
    object(owned([("violated", condition), ("message", said(text(), "The fact."))]), &["violated"])
}

fn fix() -> Value {
    let set = json!({"type": "object", "additionalProperties": text()});
    let remove = json!({"type": "array", "items": {"type": "string"}, "minItems": 1});
    let safety = json!({"enum": ["safe", "unsafe"]});
    object(owned([("safety", safety), ("set", set), ("remove", remove)]), &["safety"])
}

/// A page and the day on which it was read.
pub(super) fn source() -> Value {
    object(
        owned([
            ("url", said(text(), "The address of the page.")),
            ("read", said(text(), "The exact text that was read, where it was not the page itself.")),
            ("checked", said(day(), "The day of the last check.")),
        ]),
        &["url", "checked"],
    )
}

fn example() -> Value {
    let text = |about| said(json!({"type": "string"}), about);
    json!({
        "type": "object",
        "properties": {
            "fires": text("A design that violates the rule, with `#` and carets below the place."),
            "passes": text("A design that does not."),
        },
        "oneOf": [{"required": ["fires"]}, {"required": ["passes"]}],
    })
}
