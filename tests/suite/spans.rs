//! Every key and value points at the right bytes, whatever the style, the characters and the line ends.

use thalweg::source::{FaultKind, KeyPath, Span, Text, locate, read};

/// The path of the node, and the text that its span covers.
fn covered(yaml: &str, path: &KeyPath) -> String {
    let text = Text::new("d.yaml", yaml);
    let reading = read(&text);
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let root = reading.root.unwrap();
    text.slice(root.at(path).unwrap_or_else(|| panic!("nothing at {path}")).span).to_owned()
}

fn key(name: &str) -> KeyPath {
    KeyPath::default().key(name)
}

#[test]
fn spans_cover_what_was_written() {
    assert_eq!(covered("é: \"a\\\"b\"\n", &key("é")), "\"a\\\"b\"");
    assert_eq!(covered("a: 'it''s'   # c\n", &key("a")), "'it''s'");
    assert_eq!(covered("a: [x, {b: y}] # c\n", &key("a")), "[x, {b: y}]");
    assert_eq!(covered("a: [x, {b: y}]\n", &key("a").index(1)), "{b: y}");
    assert_eq!(covered("a:\n  b: 1\n  c: 2\n\n\nd: 3\n", &key("a")), "b: 1\n  c: 2");
    assert_eq!(covered("a:\n- x\n- y\nb: 1\n", &key("a")), "- x\n- y");
    assert_eq!(covered("a: |\n  x\n  y\n\nb: 1\n", &key("a")), "x\n  y");
    assert_eq!(covered("a: &k {b: 1}\nc: *k\n", &key("c")), "{b: 1}");
    assert_eq!(covered("\u{feff}a: é\r\nb: 2\r\n", &key("b")), "2");
    assert_eq!(covered("base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3\n", &key("a").key("y")), "3");
    assert_eq!(covered("base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3\n", &key("a").key("x")), "1");
}

#[test]
fn lines_and_columns_count_characters() {
    let text = Text::new("d.yaml", "\u{feff}é:\r\n\tb: 1\r\n");
    let at = |offset| text.position(offset);
    assert_eq!((at(3).line, at(3).column), (1, 1), "the byte order mark counts for nothing");
    assert_eq!((at(5).line, at(5).column), (1, 2));
    assert_eq!((at(9).line, at(9).column), (2, 2), "a tab is one column");
    assert_eq!((at(999).line, at(999).column), (3, 1));
}

#[test]
fn a_part_of_a_scalar_is_found_in_every_style() {
    let samples = [
        "a: SELECT needle FROM t\n",
        "a: 'it''s a needle'\n",
        "a: \"\\u00e9\\t\\\"needle\\\"\"\n",
        "a: |\n  SELECT é,\n    needle\n  FROM t\n",
        "a: >-\n  one\n  two needle\n\n  three\n",
        "a: |2-\n    deep\n  needle\n",
        "a: one\n  two\n  needle\n",
        "a: \"one \\\n  needle\"\n",
        "a: |\r\n  one\r\n  needle\r\n",
    ];
    for sample in samples {
        let text = Text::new("d.yaml", sample);
        let root = read(&text).root.unwrap();
        let node = root.get("a").unwrap();
        let start = node.as_text().unwrap().find("needle").unwrap();
        let span = locate(&text, node, start..start + "needle".len());
        assert_eq!(text.slice(span), "needle", "in {sample:?}");
        assert_eq!(span.start as usize, sample.find("needle").unwrap(), "in {sample:?}");
    }
}

#[test]
fn faults_are_found_in_one_pass_and_in_place() {
    let text = Text::new("d.yaml", "a: 1\nb: {c: 1, c: 2}\na: 2\n");
    let reading = read(&text);
    let places: Vec<(FaultKind, Span)> =
        reading.faults.iter().map(|fault| (fault.kind, fault.span)).collect();
    assert_eq!(
        places,
        [(FaultKind::DuplicateKey, Span::new(15, 16)), (FaultKind::DuplicateKey, Span::new(21, 22)),]
    );
    assert_eq!(reading.faults[0].related[0].0, Span::new(9, 10));
}

#[test]
fn what_is_not_read_here_is_refused() {
    let kinds = |yaml: &str| {
        read(&Text::new("d.yaml", yaml)).faults.iter().map(|fault| fault.kind).collect::<Vec<_>>()
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bomb = (1..9).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let below = format!("*a{}", level - 1);
        format!("{text}a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(", "))
    });
    assert_eq!(kinds(&deep), [FaultKind::TooDeep]);
    assert_eq!(kinds(&bomb), [FaultKind::TooLarge]);
    assert_eq!(kinds("a: &x [*x]\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("a: *x\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("a: 1\n---\nb: 2\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("a: {b\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("a: \"x\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("[a]: 1\n"), [FaultKind::Syntax]);
    assert_eq!(kinds("a: 1\n<<: 2\n"), [FaultKind::Syntax]);
    assert!(read(&Text::new("d.yaml", "")).root.is_none());
}
