//! Our reading of YAML agrees with another reader's.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_yaml::Value as Other;
use thalweg::source::{Node, Reading, Text, Value, read};

/// What our tree says, in the other reader's words.
fn translated(node: &Node) -> Other {
    match &node.value {
        Value::Sequence(items) => items.iter().map(|item| translated(item)).collect(),
        Value::Mapping(mapping) => {
            let entries =
                mapping.entries.iter().map(|entry| (translated(&entry.key), translated(&entry.value)));
            Other::Mapping(entries.collect())
        }
        Value::Scalar(_) if node.is_null() => Other::Null,
        // The other reader keeps text where the core schema reads a number with leading zeros.
        Value::Scalar(scalar) if leads_with_zero(&scalar.text) => Other::from(scalar.text.as_str()),
        Value::Scalar(scalar) => {
            let integer = node.as_integer().map(Other::from);
            let read = node.as_bool().map(Other::from).or(integer).or(node.as_number().map(Other::from));
            read.unwrap_or_else(|| Other::from(scalar.text.as_str()))
        }
    }
}

fn leads_with_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[track_caller]
fn agree(name: &str, content: &str) {
    let Reading { root, faults, .. } = read(&Text::new(name, content));
    assert_eq!(faults, [], "{name}:\n{content}");
    let mut other: Other = serde_yaml::from_str(content).unwrap_or_else(|error| panic!("{name}: {error}"));
    other.apply_merge().unwrap();
    assert_eq!(translated(&root.unwrap()), other, "{name}:\n{content}");
}

fn yaml_files(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn on_every_rule_file() {
    let mut files = Vec::new();
    yaml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut files);
    files.sort();
    for file in files {
        agree(&file.display().to_string(), &std::fs::read_to_string(&file).unwrap());
    }
}

#[test]
fn on_samples_of_every_construct() {
    let samples = [
        "a: 1\nb: -2.5\nc: 1e3\nd: 0x1F\ne: 0o17\ng: no\nh: True\ni: ~\nj:\nk: 12:30:45\nl: 2026-11-01",
        "- 'it''s'\n- \"tab\\t\\u00e9 \\\n    joined\"\n- plain over\n  two lines\n\n  and a paragraph\n",
        "a: |\n  one\n   two\n\n  three\n\n\nb: |-\n  x\n\nc: |+\n  y\n\nd: |2\n   z\n",
        "a: >\n  one\n  two\n\n  three\n   deeper\n\n   still\n  back\n\nb: >-\n\n  x\n\nc: >+\n  y\n\n",
        "a: [1, [2, {b: c, \"d\":e}], {}, []]\n? f\n: g\nh: [i: j, k]\n",
        "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\none:\n  <<: *b\n  x: 0\ntwo: {<<: [*b, *m], w: 5}\n",
        "a: &x text\nb: *x\nc: [*x, *x]\n",
        "nodes:\n- a\n- b: 1\n  c:\n  - d\n- - e\n  - f\n-\n  g: h\n",
        "# comment\na: 1 # comment\n\n#b: 2\nc: x#y\nd: 'x # y'\n",
        "{\"json\": [true, null, 1.5, \"\\u00e9\"], \"nested\": {\"a\": {}}}",
        "a: 5 MiB\nb: 10/s\nc: web -> lake\nd: node.mode == 'x' && y\nf: \"\"\ng: ''\n",
        "key with spaces: 1\n'quoted: key': 2\n? long\n: 3\n? |\n  block\n: 4\n",
        "---\na: 1\n...\n",
        "%YAML 1.2\n---\na: !!map {b: c}\n".strip_prefix("%YAML 1.2\n").unwrap(),
    ];
    for (nth, sample) in samples.iter().enumerate() {
        agree(&format!("sample {nth}"), sample);
        agree(&format!("sample {nth} with CRLF"), &sample.replace('\n', "\r\n"));
    }
}

/// Values without what the two readers hold apart on purpose: keys that only differ in their type.
fn documents() -> impl Strategy<Value = Other> {
    let scalar = prop_oneof![
        Just(Other::Null),
        any::<bool>().prop_map(Other::from),
        any::<i64>().prop_map(Other::from),
        (-1e9..1e9).prop_map(|number: f64| Other::from(number)),
        "[ -~]{0,12}".prop_map(Other::from),
        "(no|yes|null|~|0x1|1_000|-|- a|a: b|#x|&a|\\*a|\\[|\u{e9}\n *\t?x\n*| lead| *trail *|<<|\\.inf|=|\\?)"
            .prop_map(Other::from),
    ];
    scalar.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Other::from),
            prop::collection::btree_map("[a-z\u{e9} ]{1,8}", inner, 0..6).prop_map(|entries| {
                Other::Mapping(entries.into_iter().map(|(key, value)| (Other::from(key), value)).collect())
            }),
        ]
    })
}

fn spans_nest(node: &Node, text: &Text) {
    let length = text.as_str().len() as u32;
    assert!(node.span.start <= node.span.end && node.span.end <= length);
    assert!(node.span.is_empty() || !text.slice(node.span).is_empty(), "not on character boundaries");
    let tag = node.tag.iter().map(|tag| (text.slice(tag.span), tag.text.as_str()));
    tag.for_each(|(written, text)| assert_eq!(written, text));
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    let parts = entries.iter().flat_map(|entry| [&entry.key, &entry.value]);
    parts.chain(node.as_sequence().unwrap_or_default()).for_each(|part| spans_nest(part, text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn what_the_other_writes_we_read(document in documents()) {
        let content = serde_yaml::to_string(&document).unwrap();
        let text = Text::new("written", content.as_str());
        let Reading { root, faults, .. } = read(&text);
        prop_assert_eq!(faults, [], "{}", content);
        let root = root.unwrap();
        prop_assert_eq!(translated(&root), document, "{}", content);
        spans_nest(&root, &text);
    }

    #[test]
    fn no_text_makes_it_panic(content in r#"([-?:,\[\]{}#&*!|>'"%@` \t\r\n]|a|b: |- |<<: |é|\u{feff}|---|\.\.\.){0,40}"#) {
        let text = Text::new("any", content);
        let reading = read(&text);
        reading.root.iter().for_each(|root| spans_nest(root, &text));
        for fault in &reading.faults {
            prop_assert!(fault.span.end as usize <= text.as_str().len());
            prop_assert!(text.as_str().get(fault.span.range()).is_some());
        }
        if reading.faults.is_empty() {
            prop_assert!(reading.is_complete());
        }
    }

    #[test]
    fn nor_do_arbitrary_characters(content in "\\PC{0,60}") {
        let text = Text::new("any", content);
        read(&text).root.iter().for_each(|root| spans_nest(root, &text));
    }
}
