//! A part of a scalar's value is found again in the file.

use std::ops::Range;

use proptest::prelude::*;
use thalweg::source::{Node, Span, Text, locate, read};

/// Every character of the value, with the bytes that wrote it.
fn written(content: &str) -> Vec<(String, String)> {
    let text = Text::new("t", content);
    let root = read(&text).root.unwrap();
    let node = root.get("a").unwrap();
    let value = node.as_text().unwrap();
    let each = value.char_indices().map(|(at, character)| {
        let span = locate(&text, node, at..at + character.len_utf8());
        (character.to_string(), text.slice(span).to_owned())
    });
    each.collect()
}

#[track_caller]
fn check(content: &str, expected: &[(&str, &str)]) {
    let written = written(content);
    let written: Vec<_> = written.iter().map(|(value, source)| (value.as_str(), source.as_str())).collect();
    assert_eq!(written, expected, "{content:?}");
}

#[test]
fn plain() {
    check("a: é1\n", &[("é", "é"), ("1", "1")]);
    check("a: x \n   y\n", &[("x", "x"), (" ", " \n   "), ("y", "y")]);
    check("a: x\r\n \r\n\r\n y\r\n", &[("x", "x"), ("\n", " \r\n"), ("\n", "\r\n"), ("y", "y")]);
}

#[test]
fn quoted() {
    check("a: 'x''\n\n  y'", &[("x", "x"), ("'", "''"), ("\n", "\n"), ("y", "y")]);
    check(
        r#"a: "\"\u00e9\x41\uD83D\uDE00\/" "#,
        &[("\"", "\\\""), ("é", "\\u00e9"), ("A", "\\x41"), ("😀", "\\uD83D\\uDE00"), ("/", "\\/")],
    );
    check(
        "a: \"x \\\n   \\ y \n z\"",
        &[("x", "x"), (" ", " "), (" ", "\\ "), ("y", "y"), (" ", " \n "), ("z", "z")],
    );
}

#[test]
fn literal() {
    check(
        "a: |\n  x\n\n   y\n",
        &[("x", "x"), ("\n", "\n"), ("\n", "\n"), (" ", " "), ("y", "y"), ("\n", "\n")],
    );
    check("a: |2-\n   x\n  y\n\n", &[(" ", " "), ("x", "x"), ("\n", "\n"), ("y", "y")]);
    check("a: |+\n x\n \n\nb: 1", &[("x", "x"), ("\n", "\n"), ("\n", " \n"), ("\n", "\n")]);
    check("a: | # c\n  x", &[("x", "x"), ("\n", "")]);
    check("a: |\r\n  x\r\n  y\r\n", &[("x", "x"), ("\n", "\r\n"), ("y", "y"), ("\n", "\r\n")]);
}

#[test]
fn folded() {
    check("a: >\n  x\n  y\n", &[("x", "x"), (" ", "\n"), ("y", "y"), ("\n", "\n")]);
    check("a: >-\n\n  x\n\n\n  y\n\n", &[("\n", "\n"), ("x", "x"), ("\n", "\n"), ("\n", "\n"), ("y", "y")]);
    check(
        "a: >-\n  x\n   z\n\n  y\nb: 1",
        &[("x", "x"), ("\n", "\n"), (" ", " "), ("z", "z"), ("\n", "\n"), ("\n", "\n"), ("y", "y")],
    );
}

#[test]
fn odd_ranges_stay_inside() {
    let text = Text::new("t", "a: 'é x'");
    let root = read(&text).root.unwrap();
    let at = |range: Range<usize>| locate(&text, root.get("a").unwrap(), range);
    assert_eq!(text.slice(at(1..2)), "é", "half a character is the character");
    assert_eq!(at(3..3), Span::new(7, 7), "an empty range is an empty span");
    assert_eq!(at(4..4), Span::new(8, 8), "before the closing quote");
    assert_eq!(text.slice(at(3..999)), "x");
    assert_eq!(at(77..99), Span::new(8, 8));
    assert_eq!(locate(&text, &root, 0..1), root.span, "a mapping gives its own span");
}

fn scalars(node: &Node, found: &mut Vec<Node>) {
    if node.as_scalar().is_some() {
        found.push(node.clone());
    }
    node.as_sequence().into_iter().flatten().for_each(|item| scalars(item, found));
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    for entry in entries {
        scalars(&entry.value, found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Were the second reading to disagree with the parser's, the answer would be the whole scalar.
    #[test]
    fn every_character_is_narrower_than_its_scalar(
        header in "(|[|>][1-3]?[-+]?|\"|')", body in "([ a\u{e9}#:'\\\\\"-]|\n|\n  |\n    |\r\n  ){0,24}"
    ) {
        let quote = header.trim_matches(['|', '>', '-', '+', '1', '2', '3']);
        let content = if header.contains(['|', '>']) {
            format!("a: {header}\n  {body}\n")
        } else {
            format!("a: {header}z{body}z{quote}\n")
        };
        let text = Text::new("t", content);
        let reading = read(&text);
        let mut found = Vec::new();
        reading.root.iter().for_each(|root| scalars(root, &mut found));
        for node in found.iter().filter(|node| node.as_text().is_some_and(|value| value.trim().len() > 1)) {
            let value = node.as_text().unwrap();
            let at = value.find(|character: char| !character.is_whitespace()).unwrap();
            let span = locate(&text, node, at..at + 1);
            prop_assert!(span.len() <= 4, "{:?} in {:?} gives {:?}", &value[at..], text.as_str(), text.slice(span));
        }
    }
}
