use std::collections::BTreeMap;

use super::{Environment, Expression, Path, Value};
use crate::units::Quantity;

struct Names(BTreeMap<&'static str, Value>);

impl Environment for Names {
    fn get(&self, path: &Path) -> Value {
        self.0.get(path.join(".").as_str()).cloned().unwrap_or(Value::Unknown)
    }
}

fn evaluate(text: &str) -> Value {
    let quantity = |text| Value::Quantity(Quantity::parse(text).unwrap());
    let names = BTreeMap::from([
        ("node.timeout", quantity("60s")),
        ("node.size", quantity("2 MB")),
        ("node.rate", quantity("1500/s")),
        ("node.mode", Value::Text("on-demand".into())),
        ("record.delay", Value::Null),
        ("record.name", Value::Text("läuft".into())),
    ]);
    Expression::parse(text).unwrap().evaluate(&Names(names))
}

#[test]
fn known_values_decide() {
    for (text, expected) in [
        ("node.timeout > 900s", false),
        ("node.timeout == 1m", true),
        ("node.rate * node.size > 2 GB/s", true),
        ("node.rate * 2s == 3000", true),
        ("node.mode in ['on-demand', 'provisioned']", true),
        ("!(node.mode == 'x') && 1 + 2 * 3 == 7", true),
        ("record.name.startsWith('lä') && size(record.name) == 5", true),
        ("node.timeout > 30s ? false : true", false),
        ("ceil(node.rate / 1000/s) == 2", true),
        ("max(node.timeout, 2m) == 120s", true),
        ("-3 < 2", true),
    ] {
        assert_eq!(evaluate(text), Value::Flag(expected), "{text}");
    }
}

#[test]
fn unknown_values_decide_nothing_alone() {
    for text in [
        "node.x > 3",
        "!(node.x == 3)",
        "node.x && true",
        "record.delay > 15",
        "node.x in [1]",
        "1 in [node.x]",
    ] {
        assert_eq!(evaluate(text), Value::Unknown, "{text}");
    }
    assert_eq!(evaluate("node.x > 3 || true"), Value::Flag(true));
    assert_eq!(evaluate("node.x > 3 && false"), Value::Flag(false));
    assert_eq!(evaluate("record.delay == null"), Value::Flag(true));
    assert_eq!(evaluate("has(node.x) || has(record.delay)"), Value::Flag(false));
}

#[test]
fn mistakes_show_at_their_word() {
    for (text, range, help) in [
        ("a = 3", 2..3, Some("write `==`")),
        ("a and b", 2..5, Some("write `&&`")),
        ("a > 5 kb", 4..8, Some("write `5 KB` (1000 bytes) or `5 KiB` (1024 bytes)")),
        ("a > ", 4..4, None),
        ("a.startsWith('x'", 16..16, None),
        ("'open", 0..5, Some("close it with `'`")),
        ("a ~ b", 2..3, None),
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!((error.range.clone(), error.help.as_deref()), (range, help), "{text}: {error}");
    }
    assert!(Expression::parse(&"(".repeat(100_000)).is_err());
    assert!(Expression::parse(&"!".repeat(100_000)).is_err());
}

#[test]
fn an_expression_of_any_length_is_answered() {
    let chain = |terms: usize| vec!["1"; terms].join(" + ");
    let names = Names(BTreeMap::new());
    let sum = Expression::parse(&chain(500)).unwrap().evaluate(&names);
    assert_eq!(sum, Value::number(500.0));
    let error = Expression::parse(&chain(200_000)).unwrap_err();
    assert_eq!(error.message, "an expression has at most 1000 words and signs");
    assert!(Expression::parse(&"(".repeat(900)).is_err() && Expression::parse(&"!".repeat(999)).is_err());
}

#[test]
fn what_is_set_to_something_unknown_is_neither_there_nor_missing() {
    struct Open;
    impl Environment for Open {
        fn get(&self, path: &Path) -> Value {
            if path.root() == "open" { Value::Undetermined } else { Value::Unknown }
        }
    }
    let outcome = |text: &str| Expression::parse(text).unwrap().evaluate(&Open);
    assert_eq!(outcome("has(open)"), Value::Unknown);
    assert_eq!(outcome("!has(open)"), Value::Unknown);
    assert_eq!(outcome("known(open, 1) == 1"), Value::Unknown);
    assert_eq!(outcome("open == 1"), Value::Unknown);
    assert_eq!(outcome("has(absent)"), Value::Flag(false));
}
