//! The schema of scenarios.

use serde_json::{Value, json};

use crate::design::vocabulary::requirements;
use crate::json_schema::rule::source;
use crate::json_schema::{day, document, object, one_or_more, said, text};
use crate::scenario::model::{Counter, Figure, Format};

/// The schema of scenarios. The designs in it are held against the schema of designs when they are whole.
#[must_use]
pub fn scenario() -> Value {
    let all = [
        ("id", said(id(), "Its id, in kebab-case; the name of the file, kept for ever.")),
        ("decision", said(text(), "The decision that it drills, by its id in the catalog.")),
        ("title", said(text(), "What it is about, in a few words.")),
        (
            "exams",
            said(
                json!({"type": "object", "additionalProperties": text()}),
                "Exams that ask for it, each with the task of its guide.",
            ),
        ),
        ("checked", said(day(), "The day on which its words were last held against the facts.")),
        ("prompt", said(text(), "The task in words.")),
        (
            "cues",
            said(json!({"type": "array", "items": cue()}), "Words of the prompt, and what they ask for."),
        ),
        ("format", said(json!({"enum": Format::WORDS}), "How it is asked.")),
        (
            "pick",
            said(json!({"type": "integer", "minimum": 2}), "How many options are right, for `multiple`."),
        ),
        ("by", said(figure(), "The figure that options are put in order by, for `order`.")),
        ("counter", said(counter(), "What a run will count, for `predict`.")),
        ("broken", said(one_or_more(&text()), "The rules that speak against the design, for `repair`.")),
        ("solution", said(change(), "A change that mends the design, for `repair`.")),
        ("base", said(change(), "The design that all options share.")),
        (
            "options",
            said(
                json!({"type": "object", "propertyNames": id(), "additionalProperties": option()}),
                "What there is to choose from, by ids that are kept.",
            ),
        ),
        ("hints", said(one_or_more(&text()), "Hints, the gentlest first.")),
        ("lore", said(lore(), "What exams taught, and what holds today.")),
        (
            "sources",
            said(json!({"type": "array", "items": source()}), "Pages beyond those of rules and cards."),
        ),
        ("seed", said(json!({"type": "integer", "minimum": 0}), "Where randomness of a run starts.")),
        ("duration", said(text(), "How long producers send in a run.")),
    ];
    let required = ["id", "decision", "title", "exams", "checked", "prompt", "format", "base"];
    document("A scenario of Thalweg", "A file of `scenarios/TOPIC/`.", object(owned(all), &required))
}

fn owned<const N: usize>(all: [(&str, Value); N]) -> impl Iterator<Item = (String, Value)> {
    all.into_iter().map(|(key, schema)| (key.to_owned(), schema))
}

fn id() -> Value {
    json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})
}

fn figure() -> Value {
    json!({"enum": Figure::ALL.map(Figure::as_str)})
}

fn keywords() -> Value {
    json!({"enum": requirements().iter().map(|word| word.keyword).collect::<Vec<_>>()})
}

fn cue() -> Value {
    let kinds = ["require", "given", "rule", "prefer", "noise"];
    let mut cue = object(
        owned([
            ("text", said(text(), "The words, exactly as they stand in the prompt.")),
            ("require", said(json!({}), "The requirement that they ask for, as in a design.")),
            ("given", said(json!({"type": "object"}), "Settings of nodes that they state.")),
            ("rule", said(text(), "The rule whose warning they make count.")),
            ("prefer", said(figure(), "The figure that they ask to be low.")),
            ("noise", said(json!({"const": true}), "They decide nothing.")),
        ]),
        &["text"],
    );
    cue["oneOf"] = json!(kinds.map(|kind| json!({"required": [kind]})));
    cue
}

fn counter() -> Value {
    object(owned([("node", text()), ("name", json!({"enum": Counter::NAMES}))]), &["node", "name"])
}

/// A part of a design, or a change of one.
fn change() -> Value {
    object(
        owned([
            ("nodes", json!({"type": "object"})),
            ("flows", json!({"type": "array"})),
            ("without", json!({"type": "array", "items": {"type": "string", "pattern": "->"}})),
            ("allow", json!({"type": "array"})),
            ("as_of", day()),
        ]),
        &[],
    )
}

fn option() -> Value {
    let falls = object(owned([("rule", text()), ("requirement", keywords()), ("run", keywords())]), &[]);
    let count = || json!({"type": "integer", "minimum": 0});
    let counts = object(owned([("exactly", count()), ("at_least", count()), ("at_most", count())]), &[]);
    object(
        owned([
            ("text", said(text(), "What is offered.")),
            ("design", said(change(), "The change of the base that makes its design.")),
            ("right", said(json!({"const": true}), "It holds.")),
            ("falls", said(falls, "By what it falls.")),
            ("dominated", said(figure(), "By which figure it is worse.")),
            ("counts", said(counts, "The bounds of the counter that make it right.")),
            ("because", said(text(), "Why it holds or falls.")),
            ("with", said(text(), "The words that belong to it, for `match`.")),
        ]),
        &["text", "because"],
    )
}

fn lore() -> Value {
    object(
        owned([
            ("was", said(text(), "What older questions take for right.")),
            ("now", said(text(), "What holds today.")),
            ("since", said(day(), "Since when.")),
        ]),
        &["was", "now"],
    )
}
