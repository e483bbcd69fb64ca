//! The Serverless Framework: services as the templates that they would deploy.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use proptest::strategy::Strategy;
use thalweg::import::serverless::{self, Expanded};
use thalweg::source::{Node, Text, Value};

fn expanded(content: &str, given: &[(&str, &str)]) -> Option<Expanded> {
    let given: BTreeMap<String, String> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let load = |from: &str, name: &str| {
        let path = Path::new(from).parent()?.join(name);
        let content = std::fs::read_to_string(&path).ok()?;
        Some(Arc::new(Text::new(path.display().to_string(), content)))
    };
    let text = Text::new("tests/fixtures/serverless/shop.yml", content);
    serverless::expanded(&Arc::new(text), &given, &load)
}

const SHOP: &str = include_str!("../fixtures/serverless/shop.yml");

/// Every scalar with its way, one a line.
fn shown(node: &Node, path: &str, text: &mut String) {
    match &node.value {
        Value::Scalar(scalar) => {
            let tag = node.tag.as_ref().map(|tag| format!("{} ", tag.text)).unwrap_or_default();
            writeln!(text, "{path} = {tag}{}", scalar.text).unwrap();
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                shown(item, &format!("{path}[{index}]"), text);
            }
        }
        Value::Mapping(mapping) => {
            for (key, entry) in mapping.iter() {
                shown(&entry.value, &format!("{path}.{key}"), text);
            }
        }
    }
}

#[test]
fn a_service_is_the_template_that_it_deploys() {
    let service = expanded(SHOP, &[]).unwrap();
    let mut text = String::new();
    shown(service.root.get("Resources").unwrap(), "", &mut text);
    insta::assert_snapshot!(text);
}

#[test]
fn options_choose_what_variables_stand_for() {
    let service = expanded(SHOP, &[("stage", "prod")]).unwrap();
    let hints = "Resources.Lake.Properties.ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs";
    let size = service.root.at(&hints.parse().unwrap()).unwrap();
    assert_eq!(size.as_integer(), Some(128));
    let (file, span) = service.files.place(size.span);
    assert_eq!((file.name(), file.slice(span)), ("tests/fixtures/serverless/parts.yml", "128"));
    let name = service.root.at(&"Resources.Clicks.Properties.Name".parse().unwrap()).unwrap();
    assert_eq!(name.as_text(), Some("shop-prod-clicks"));
}

#[test]
fn variables_that_lead_to_themselves_end() {
    let text = "service: s\nprovider: {name: aws}\ncustom:\n  a: ${self:custom.b}\n  b: [\"${self:custom.a}\", \"${self:custom.a}\"]\n  c: ${self:custom}\nfunctions: {f: {environment: {X: '${self:custom.c}'}}}\n";
    assert!(expanded(text, &[]).is_some());
}

/// Parts that variables are made of, and the marks between them.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "${",
        "}",
        "self:",
        "custom",
        ".",
        "opt:stage",
        ", ",
        "'dev'",
        "\"",
        "file(parts.yml)",
        ":buffers",
        "#{AWS::Region}",
        "${AWS::Region}",
        "[0]",
        "é",
        "$",
        "#",
        "cf:a.b",
        "(",
        ")",
        "sls:stage",
        "param:batch",
        "self:custom.names",
        " ",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn broken_services_are_read_without_a_panic(broken in pieces(), at in 0.0..1.0_f64, cut in 0..60_usize) {
        let start = SHOP.floor_char_boundary((at * SHOP.len() as f64) as usize);
        let end = SHOP.floor_char_boundary((start + cut).min(SHOP.len()));
        let mixed = format!("{}{broken}{}", &SHOP[..start], &SHOP[end..]);
        expanded(&mixed, &[]);
    }
}
