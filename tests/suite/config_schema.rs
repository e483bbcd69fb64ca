//! The JSON Schema of `thalweg.toml` takes what the reader takes, and refuses the usual mistakes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use thalweg::config;
use thalweg::json_schema;
use thalweg::lint::Rules;
use thalweg::source::Text;
use toml::de::{DeTable, DeValue};

use crate::schemas::validator::errors;

const STRANGE: &str = "zzzzzzzzzzzzzzzzzzzz";

/// The value as an editor sees it; days are text.
fn value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(moment) => json!(moment.to_string()),
        DeValue::Integer(number) => json!(number.to_string().parse::<i64>().unwrap()),
        DeValue::Float(number) => json!(number.to_string().parse::<f64>().unwrap()),
        DeValue::Array(items) => items.iter().map(|item| self::value(item.get_ref())).collect(),
        DeValue::Table(table) => of_table(table),
    }
}

fn of_table(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, item)| (key.get_ref().to_string(), value(item.get_ref())));
    entries.collect::<serde_json::Map<_, _>>().into()
}

/// Where a config breaks the schema.
fn broken(config: &str) -> Vec<String> {
    let table = DeTable::parse(config).unwrap();
    errors(&json_schema::config(&Rules::embedded()), &of_table(table.get_ref()))
}

/// What the reader says of a config.
fn read(config: &str) -> Vec<thalweg::diagnostic::Diagnostic> {
    let (config, mut mistakes) = config::read(&Arc::new(Text::new("thalweg.toml", config)));
    mistakes.extend(config.unknown_rules(&Rules::embedded()));
    mistakes
}

#[test]
fn what_the_reader_takes_is_valid() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    for config in [
        "",
        shown,
        "select = ['load', 'single-shard']\nignore = ['possible']\nfail-on = 'advice'\nas_of = 2023-05-01\n",
        "as_of = '2023-05-01'\nadvice = true\npedantic = false\nbaseline = 'known.yaml'\npacks = []\n",
        "[severity]\nload = 'off'\nsingle-shard = 'error'\nunused-node = 'warning'\nsyntax = 'advice'\n",
        "[per-path.'legacy/**/*.yaml']\nselect = ['load']\nignore = ['single-shard']\nseverity = {load = 'off'}\n",
    ] {
        assert_eq!(broken(config), [""; 0], "{config}");
        assert_eq!(read(config), [], "{config}");
    }
    let of_a_pack = "packs = ['ours']\nignore = ['our-rule']\n[severity]\nour-rule = 'off'\n[per-path.'a/*']\nselect = ['our-rule']\n";
    assert_eq!(broken(of_a_pack), [""; 0], "packs bring rules of their own");
}

#[test]
fn what_the_reader_refuses_is_told_at_its_place() {
    for (config, place) in [
        ("selct = ['load']\n", "/selct"),
        ("fail_on = 'error'\n", "/fail_on"),
        ("ignore = 'load'\n", "/ignore"),
        ("ignore = ['lode']\n", "/ignore/0"),
        ("select = ['load', 'single-shrd']\n", "/select/1"),
        ("packs = 'ours'\n", "/packs"),
        ("packs = ['ours']\nselect = [1]\n", "/select/0"),
        ("packs = ['ours']\n[severity]\nour-rule = 'of'\n", "/severity/our-rule"),
        ("fail-on = 'warn'\n", "/fail-on"),
        ("fail-on = 'off'\n", "/fail-on"),
        ("as_of = 'soon'\n", "/as_of"),
        ("advice = 'yes'\n", "/advice"),
        ("pedantic = 1\n", "/pedantic"),
        ("baseline = ['a']\n", "/baseline"),
        ("severity = 'error'\n", "/severity"),
        ("[severity]\nload = 'of'\n", "/severity/load"),
        ("[severity]\nlode = 'off'\n", "/severity/lode"),
        ("per-path = ['a']\n", "/per-path"),
        ("[per-path.'a/*']\nadvice = true\n", "/per-path/a/*/advice"),
        ("[per-path.'a/*']\nignore = ['lode']\n", "/per-path/a/*/ignore/0"),
        ("[per-path.'a/*'.severity]\nload = 'eror'\n", "/per-path/a/*/severity/load"),
    ] {
        let found = broken(config);
        assert!(found.iter().any(|error| error.starts_with(&format!("{place}: "))), "{config}{found:?}");
        assert_ne!(read(config), [], "{config}");
    }
}

/// The keys that the reader knows, taken from what it says of one that it does not know.
fn known(config: &str) -> BTreeSet<String> {
    let told = read(config).into_iter().find(|found| found.message.contains(STRANGE)).expect("it is told");
    told.help.join(" ").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_and_the_reader_know_the_same_keys() {
    let schema = json_schema::config(&Rules::embedded());
    let keys = |schema: &Value| -> BTreeSet<String> {
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(known(&format!("{STRANGE} = 1\n")), keys(&schema), "mend src/json_schema/config.rs");
    let layer = known(&format!("[per-path.'a/*']\n{STRANGE} = 1\n"));
    assert_eq!(layer, keys(&schema["$defs"]["layer"]), "mend src/json_schema/config.rs");
}

#[test]
fn every_rule_and_every_group_can_be_named() {
    let schema = json_schema::config(&Rules::embedded());
    let rules = Rules::embedded();
    let names: BTreeSet<&str> =
        rules.all().iter().flat_map(|rule| [rule.id.as_str(), rule.group.as_str()]).collect();
    let listed = schema["$defs"]["rule"]["enum"].as_array().unwrap();
    assert_eq!(listed.len(), names.len(), "each once");
    assert_eq!(listed.iter().map(|name| name.as_str().unwrap()).collect::<BTreeSet<_>>(), names);
}
