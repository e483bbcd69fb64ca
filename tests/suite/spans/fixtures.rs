//! Where each kind of node and each fault stands, drawn under the text.
//!
//! A line of `^` marks (and spaces) states the bytes of the line above that the node spans; a node that runs
//! over several lines has a mark line under its first and under its last line, `^...` and `...^`.

use thalweg::source::{Fault, FaultKind, KeyPath, Span, Text, read};

/// Splits a fixture into the text and the span that its marks draw.
fn drawn(fixture: &str) -> (String, Span) {
    let mut text = String::new();
    let mut line_start = 0;
    let (mut start, mut end) = (None, None);
    for line in fixture.split_inclusive('\n') {
        let marks = line.trim();
        if marks.is_empty() || !marks.chars().all(|mark| matches!(mark, '^' | '.')) || !marks.contains('^') {
            line_start = text.len();
            text.push_str(line);
            continue;
        }
        let column = |character: usize| byte_of(&text[line_start..], character) + line_start;
        if !marks.starts_with('.') {
            start = start.or(line.chars().position(|mark| mark == '^').map(column));
        }
        if !marks.ends_with('.') {
            end =
                Some(column(line.chars().count() - line.chars().rev().position(|mark| mark == '^').unwrap()));
        }
    }
    (text, Span::new(start.expect("marks") as u32, end.expect("marks") as u32))
}

fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(byte, _)| byte)
}

#[track_caller]
fn node(path: &str, fixture: &str) {
    let (text, expected) = drawn(fixture);
    let path: KeyPath = path.parse().unwrap();
    for content in [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n")] {
        let text = Text::new("fixture", content);
        let reading = read(&text);
        assert_eq!(reading.faults, [], "{}", text.as_str());
        let span =
            reading.root.as_ref().and_then(|root| root.at(&path)).expect("the path leads to a node").span;
        let (wanted, _) = expected_in(&text, expected, fixture);
        assert_eq!(text.slice(span), text.slice(wanted), "\n{}", text.as_str());
        assert_eq!(span, wanted);
    }
}

/// The drawn span, moved behind a byte-order mark and past the carriage returns.
fn expected_in(text: &Text, drawn_span: Span, fixture: &str) -> (Span, Text) {
    let (plain, _) = drawn(fixture);
    let content = text.as_str();
    let shift = |offset: u32| {
        let returns = if content.contains('\r') { plain[..offset as usize].matches('\n').count() } else { 0 };
        let mark = if content.starts_with('\u{feff}') { 3 } else { 0 };
        offset + returns as u32 + mark
    };
    (Span::new(shift(drawn_span.start), shift(drawn_span.end)), text.clone())
}

#[test]
fn scalars() {
    node("a", "a: plain\n   ^^^^^\n");
    node("a", "a: two\n   ^..\n  lines # and a comment\n..^^^^^\n");
    node("a", "a: 'it''s' # quoted\n   ^^^^^^^\n");
    node("a", "a:   \"x\\n\\\"y\"\n     ^^^^^^^^\n");
    node("a", "a: \"over\n   ^..\n  lines\"\nb: 1\n".replace("lines\"\n", "lines\"\n..^^^^^^\n").as_str());
    node("é.ü", "é: {ü: ä, ö: ß}\n       ^\n");
    node("a", "a:\t1\n  \t^\n");
}

#[test]
fn block_scalars_run_from_the_sign_to_the_last_character() {
    node("a", "a: |\n   ^..\n  one\n    two\n..^^^^^\n\nb: 1\n");
    node("a", "a: >2-   # a comment | with > signs\n   ^..\n    deeper\n  text\n..^^^^\n\n\n# the end\n");
    node("a", "a: !t &x-y # no | header\n  |+\n  ^..\n  text\n..^^^^\n\nb: *x-y\n");
    node("[1]", "- |\n  x\n- >\n  ^..\n  y\n..^\n");
    node("b", "a: [x]\nb: |\n   ^\nc: 1\n");
}

#[test]
fn values_that_are_left_out_stand_behind_the_key() {
    let empty = |text: &str, path: &str, at: u32| {
        let root = read(&Text::new("t", text)).root.unwrap();
        assert_eq!(root.at(&path.parse().unwrap()).unwrap().span, Span::at(at), "{text:?}");
        assert!(root.at(&path.parse().unwrap()).unwrap().is_null());
    };
    empty("b: 1\na:   # none\nc: 2", "a", 7);
    empty("- x\n-  \n- y", "[1]", 5);
    empty("{a: , b: 1}", "a", 3);
    empty("a:\n", "a", 2);
    empty("a: &x   \nb: 1", "a", 5);
}

#[test]
fn collections_run_from_their_first_part_to_their_last() {
    node("", "a: 1\n^..\nb:\n  - c\n..^^^\n# a comment\n");
    node("a", "a: # comment\n  b: 1\n  ^..\n  c: two words   \n..^^^^^^^^^^^^\n\nd: 1\n");
    node("a", "a:\n  - 1\n  ^..\n  - [2,\n     3]\n.....^^\nb: 1\n");
    node(
        "a",
        "a:\n- 1 # a list without indentation\n^..\n- x: 2\n.^^^^^\nb: - 1\n"
            .replace("b: - 1\n", "b: 1\n")
            .as_str(),
    );
    node("b", "a: [- -]\nb: # - not here\n- - 1\n^..\n  - 2\n..^^^\n".replace("[- -]", "[--, -x]").as_str());
    node("[0]", "- a: 1\n  ^..\n  b:\n..^^\n- 2\n");
    node("a.b[1]", "a: {b: [1, {c: d}], e: f}\n           ^^^^^^\n");
    node("a", "a: [1, [2, 3], # comment\n   ^..\n    4\n  ]\n..^\n");
    node("a[0]", "a: [b: 1, c]\n    ^^^^\n");
    node("a", "a: !tag &anchor {}\n                ^^\n");
    node("c", "a: &x {b: 1}\nc:\n  d: *x\n  ^^^^^\n");
}

#[test]
fn aliases_have_the_span_of_what_they_repeat() {
    node("b", "a: &x [1, 2]\n      ^^^^^^\nb: *x\n");
    node("b.k", "a: &x {k: v}\n          ^\nb:\n  <<: *x\n  l: w\n");
}

#[test]
fn keys_and_tags_have_spans() {
    let text = Text::new("t", "'a b': !Sub \"x\"\n? c\n: 1");
    let root = read(&text).root.unwrap();
    let mapping = root.as_mapping().unwrap();
    assert_eq!(text.slice(mapping.entries[0].key.span), "'a b'");
    assert_eq!(text.slice(mapping.entries[0].value.tag.as_ref().unwrap().span), "!Sub");
    assert_eq!(text.slice(mapping.entries[1].key.span), "c");
}

#[track_caller]
fn fault(kind: FaultKind, message: &str, fixture: &str) -> Fault {
    let (text, expected) = drawn(fixture);
    let reading = read(&Text::new("fixture", text.as_str()));
    let [fault] = reading.faults.as_slice() else { panic!("one fault expected: {:#?}", reading.faults) };
    assert_eq!((fault.kind, fault.message.as_str()), (kind, message));
    assert_eq!(fault.span, expected, "points at {:?}", Text::new("", text.as_str()).slice(fault.span));
    fault.clone()
}

#[test]
fn faults_of_meaning_point_at_the_place_and_reading_goes_on() {
    use FaultKind as K;
    let twice = fault(
        K::DuplicateKey,
        "the key `a` is set twice; the first one counts",
        "a: 1\nb: 2\n'a': 3\n^^^\nc: 4\n",
    );
    assert_eq!(twice.related, [(Span::new(0, 1), "set here first".to_owned())]);
    fault(K::DuplicateKey, "the key `<<` is set twice; the first one counts", "<<: {}\n<<: {}\n^^\n");
    fault(K::UnknownAlias, "`*b` refers to an anchor that is not set above", "a: *b\n   ^^\nc: 1\n");
    fault(
        K::UnknownAlias,
        "`*a` stands inside the value that it repeats, which would never end",
        "a: &a [1, *a]\n          ^^\n",
    );
    fault(K::UnknownAlias, "`*b` refers to an anchor that is not set above", "a: {<<: [*b]}\n         ^^\n");
    fault(
        K::BadMerge,
        "`<<` takes a mapping or a list of mappings, but found a number",
        "a: {<<: 1, b: 2}\n        ^\n",
    );
    fault(
        K::BadMerge,
        "`<<` takes a mapping or a list of mappings, but found text",
        "x: &x y\na: {<<: *x}\n        ^^\n",
    );
    fault(K::BadKey, "a key must be text, but this is a list", "? [a]\n  ^^^\n: b\n");
    let template = fault(K::BadKey, "a key must be text, but this is a mapping", "a: {{ b }}\n    ^^^^^\n");
    assert_eq!(template.help.as_deref(), Some("put quotes around the whole template"));
    fault(K::BadKey, "expected a key before the `:`", "a: 1\n: v\n^\n");
    fault(K::SecondDocument, "a second document starts here; a file holds one", "a: 1\n---\n^^^\nb: 2\n");
    let empty = read(&Text::new("t", "# only a comment\n"));
    assert_eq!((empty.root, empty.faults[0].kind), (None, K::Empty));
    assert_eq!(read(&Text::new("t", "---\n")).faults[0].kind, K::Empty);
    assert!(read(&Text::new("t", "~")).faults.is_empty());
}

#[test]
fn faults_of_syntax_say_what_was_expected() {
    let syntax = |message: &str, fixture: &str| fault(FaultKind::Syntax, message, fixture);
    let tab = "a tab indents this line; YAML wants spaces";
    syntax(tab, "a:\n\tb: 1\n^\n");
    syntax(tab, "a:\n  b: 1\n\tc: 2\n^\n");
    syntax(tab, "a:\n  - b\n\t- c\n^\n");
    syntax(tab, "\ta: 1\n^\n");
    syntax(tab, "a: |\n\tx\n^\n");
    syntax("this quote is never closed", "a: \"foo\n   ^\nb: 1\n");
    syntax("this `[` is never closed", "a: [1, 2\n   ^\nb\n");
    let open = syntax("expected a comma or the closing bracket before this", "a: [1, 2\nb: 1\n ^\n");
    assert_eq!(open.related, [(Span::new(3, 4), "this bracket is still open".to_owned())]);
    syntax("expected a comma or the closing bracket before this", "a: {b: 1\nc: 2\n ^\n");
    syntax("`}` cannot close what `[` has opened", "a: [1, 2}\n   ^\n");
    syntax("this bracket closes nothing", "a: 1]\nb: ]\n   ^\n");
    syntax("expected `key: value`, but found no `:`", "a: 1\nb 2\n^\nc: 3\n");
    syntax("a second `: ` in one value", "a: b: c\n    ^\n");
    let under = "this line is indented under a line that holds a value";
    syntax(under, "a: 1\n  b: 2\n   ^\n");
    syntax(under, "a\n  b: 2\n   ^\n");
    syntax("this list item fits no list above", "a:\n  - 1\n - 2\n ^\n");
    syntax("this list item fits no list above", "a: 1\n- b\n^\n");
    syntax("expected a list item that starts with `- `", "- a\nb: 1\n^\n");
    syntax("this line's indentation fits no line above", "x:\n   y: 1\n  z: 1\n  ^\n");
    syntax("no plain text starts with `@`", "a: @x\n   ^^\n");
    syntax("expected the end of the value after the closing quote", "a: \"b\"c\n      ^\n");
    syntax("there is no such escape in a text in double quotes", "a: \"\\d\"\n   ^\n");
    syntax("expected a value before this `,`", "a: [1,,2]\n      ^\n");
}

/// The kinds and texts of all faults, and the keys that were understood.
fn outcome(content: &str) -> (Vec<(FaultKind, String)>, String) {
    let text = Text::new("t", content);
    let reading = read(&text);
    let faults = reading.faults.iter().map(|fault| (fault.kind, text.slice(fault.span).to_owned())).collect();
    let root = reading.root.unwrap();
    let keys: Vec<_> = root.as_mapping().unwrap().iter().map(|(key, _)| key).collect();
    (faults, keys.join(" "))
}

#[test]
fn reading_goes_on_behind_a_broken_entry() {
    use FaultKind as K;
    let check = |content: &str, faults: &[(FaultKind, &str)], keys: &str| {
        let (found, understood) = outcome(content);
        let found: Vec<_> = found.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        assert_eq!((found.as_slice(), understood.as_str()), (faults, keys), "{content}");
    };
    check("a: 1\nb 2\nc: 3\nc: 4\n", &[(K::Syntax, "b"), (K::DuplicateKey, "c")], "a c");
    check(
        "a: @x\nb: 1\nc: *none\nd: e: f\ng: 2",
        &[(K::Syntax, "@x"), (K::UnknownAlias, "*none"), (K::Syntax, ":")],
        "a b c d g",
    );
    check("a: b: c\n  d: 1\n  e: 2\nf: 3\n", &[(K::Syntax, ":")], "a f");
    check("a: \"x\nb: 1\nc: 2\n", &[(K::Syntax, "\"")], "a b c");
    check("a: b: c\nd: e: f\ng: 1\n", &[(K::Syntax, ":"), (K::Syntax, ":")], "a d g");
    check("a: |\n  x\n@y: z\nb: 1\n", &[(K::Syntax, "@y")], "a b");
    check("a: {b: 1}}\nc: 1\n", &[(K::Syntax, "}")], "a c");
    check("é: ü: ö\r\nb: 1\r\n", &[(K::Syntax, ":")], "é b");
    check("a: 1\nb: [1, 2\nc: 3\nd: 4\n", &[(K::Syntax, ":")], "a b");
    check("a: 1\nb:\n\tc: 1\n\td: 2\ne: 3\n", &[(K::Syntax, "\t")], "a b e");
    check("a: 1\nb: \"x\n  \"y\n  z\"\nc: 1\n", &[(K::Syntax, "y")], "a");
    let many = "a: b: c\nd: 1\n".repeat(20);
    assert_eq!(read(&Text::new("t", many)).faults.len(), 1, "too much is broken to guess on");
}

#[test]
fn what_is_left_out_is_known() {
    let check = |content: &str, lost: &[&str]| {
        let text = Text::new("t", content);
        let reading = read(&text);
        assert_eq!(
            reading.left_out.iter().map(|span| text.slice(*span)).collect::<Vec<_>>(),
            lost,
            "{content}"
        );
        assert_eq!(reading.is_complete(), lost.is_empty());
    };
    check("a: 1\na: 2\n---\n", &[]);
    check("a:\n\tb: 1\n", &[]);
    check("a: x\n\ty\n", &[]);
    check("a: b: c\n  d: 1\ne: *f\ng h\n", &["b: c\n  d: 1\n", "*f", "g h\n"]);
    check("- a: @1\n  b: 2\n", &["@1\n"]);
    check("a: [1\nb: 2\n", &[": 2\n"]);
    let root = read(&Text::new("t", "a: b: c\n  d: 1\ne: 2\n")).root.unwrap();
    assert!(root.get("a").unwrap().is_stand_in() && !root.get("e").unwrap().is_stand_in());
    assert_eq!(root.get("a").unwrap().span, Span::new(3, 7), "only the line, for what follows may be more");
}

#[test]
fn tabs_are_read_as_spaces_once_reported() {
    let root = read(&Text::new("t", "a:\n\tb: 1\n\tc:\n\t\td: 2\n")).root.unwrap();
    assert_eq!(root.at(&"a.c.d".parse().unwrap()).unwrap().as_integer(), Some(2));
}

#[test]
fn what_stands_before_an_open_bracket_is_kept() {
    let reading = read(&Text::new("t", "a: 1\nb: [2, 3\nc: 4\n"));
    assert!(!reading.is_complete());
    let root = reading.root.unwrap();
    assert_eq!(root.get("a").unwrap().as_integer(), Some(1));
    assert_eq!(root.at(&"b[0]".parse().unwrap()).unwrap().as_integer(), Some(2));
}
