//! Terraform: what a configuration declares, told as resources of CloudFormation's types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::strategy::Strategy;
use thalweg::import::local::Local;
use thalweg::import::terraform::{self, Configuration};
use thalweg::import::value::{Value, What};
use thalweg::source::{self, Text};

/// Files in memory.
struct Memory(BTreeMap<PathBuf, String>);

impl Local for Memory {
    fn read(&self, path: &Path) -> Option<String> {
        self.0.get(path).cloned()
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let names = self.0.keys().filter(|path| path.parent() == Some(folder));
        names.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
    }
}

fn read(files: &[(&str, &str)]) -> Configuration {
    terraform::read(Path::new("root"), &[], &BTreeMap::new(), &memory(files)).expect("a configuration")
}

/// Files below the folder `root`.
fn memory(files: &[(&str, &str)]) -> Memory {
    Memory(
        files.iter().map(|(path, content)| (Path::new("root").join(path), (*content).to_owned())).collect(),
    )
}

/// Every resource with its properties, one a line.
fn shown(read: &Configuration) -> String {
    let mut text = String::new();
    for mistake in &read.mistakes {
        let (file, span) = read.files.place(mistake.primary.span);
        writeln!(text, "{}:{}: {}", file.name(), file.position(span.start), mistake.message).unwrap();
    }
    for (span, what) in &read.unread {
        let (file, span) = read.files.place(*span);
        writeln!(text, "{}:{}: {what}", file.name(), file.position(span.start)).unwrap();
    }
    for resource in &read.resources {
        let (file, span) = read.files.place(resource.span);
        let place = format!("{}:{}", file.name(), file.position(span.start));
        writeln!(text, "{} {} {place}", resource.id, resource.kind).unwrap();
        show(&resource.properties, "  ", &mut text);
    }
    text
}

fn show(value: &Value, path: &str, text: &mut String) {
    match &value.what {
        What::Map(members) => {
            for member in members {
                show(&member.value, &format!("{path}.{}", member.key), text);
            }
        }
        What::List(items) => {
            for (index, item) in items.iter().enumerate() {
                show(item, &format!("{path}[{index}]"), text);
            }
        }
        What::Either(branches) if branches.iter().any(|branch| matches!(branch.what, What::Map(_))) => {
            for branch in branches {
                show(branch, &format!("{path}?"), text);
            }
        }
        _ => writeln!(text, "{path} = {}", value.shown()).unwrap(),
    }
}

/// The configuration in a folder of the fixtures.
fn fixture(name: &str) -> Configuration {
    terraform::read(Path::new(&format!("tests/fixtures/terraform/{name}")), &[], &BTreeMap::new(), &Disk)
        .expect("a configuration")
}

/// Files as they are.
struct Disk;

impl Local for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

#[test]
fn names_and_functions_are_worked_out() {
    insta::assert_snapshot!(shown(&fixture("language")));
}

#[test]
fn every_encoding_of_a_flow_is_read() {
    insta::assert_snapshot!(shown(&fixture("flows")));
}

#[test]
fn modules_of_the_same_tree_are_read() {
    insta::assert_snapshot!(shown(&fixture("modules")));
}

#[test]
fn mistakes_of_a_file_are_told_and_the_rest_is_read() {
    let read = read(&[
        ("a.tf", "resource \"aws_kinesis_stream\" \"a\" {\n  shard_count = 2 +\n}\n"),
        ("b.tf", "resource \"aws_kinesis_stream\" \"b\" {}\nresource \"aws_sqs_queue\" {}\n"),
        ("c.tf", "variable \"x\" {}\nvariable \"x\" {}\n"),
    ]);
    insta::assert_snapshot!(shown(&read));
}

#[test]
fn values_of_variables_come_from_files_in_their_order() {
    let files = [
        (
            "main.tf",
            "variable \"n\" {\n  default = 1\n}\nresource \"aws_kinesis_stream\" \"s\" {\n  shard_count = var.n\n}\n",
        ),
        ("terraform.tfvars", "n = 2\n"),
        ("prod.auto.tfvars.json", "{\"n\": 3}\n"),
        ("named.tfvars", "n = 4\n"),
    ];
    let shards = |values: &[&str], files: &[(&str, &str)]| {
        let values: Vec<PathBuf> = values.iter().map(|name| Path::new("root").join(name)).collect();
        let read = terraform::read(Path::new("root"), &values, &BTreeMap::new(), &memory(files)).unwrap();
        read.resources[0].properties.get("ShardCount").unwrap().shown()
    };
    assert_eq!(shards(&[], &files[..1]), "1");
    assert_eq!(shards(&[], &files[..2]), "2");
    assert_eq!(shards(&[], &files), "3", "files that are read without being told come after");
    assert_eq!(shards(&["named.tfvars"], &files), "4");
}

#[test]
fn what_leads_to_itself_ends() {
    let read = read(&[(
        "main.tf",
        r#"
locals {
  a = local.b
  b = [local.a, local.c]
  c = { for k, v in local.b : k => v }
  n0 = "xxxxxxxxxxxxxxxx"
  n1 = "${local.n0}${local.n0}${local.n0}${local.n0}${local.n0}${local.n0}${local.n0}${local.n0}"
  n2 = "${local.n1}${local.n1}${local.n1}${local.n1}${local.n1}${local.n1}${local.n1}${local.n1}"
  n3 = "${local.n2}${local.n2}${local.n2}${local.n2}${local.n2}${local.n2}${local.n2}${local.n2}"
  n4 = "${local.n3}${local.n3}${local.n3}${local.n3}${local.n3}${local.n3}${local.n3}${local.n3}"
  n5 = "${local.n4}${local.n4}${local.n4}${local.n4}${local.n4}${local.n4}${local.n4}${local.n4}"
  n6 = "${local.n5}${local.n5}${local.n5}${local.n5}${local.n5}${local.n5}${local.n5}${local.n5}"
  n7 = "${local.n6}${local.n6}${local.n6}${local.n6}${local.n6}${local.n6}${local.n6}${local.n6}"
  l0 = range(1000)
  l1 = concat(local.l0, local.l0, local.l0, local.l0, local.l0, local.l0, local.l0, local.l0)
  l2 = concat(local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1)
  l3 = concat(local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2)
  l4 = concat(local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3)
}

module "self" {
  source = "./"
}

resource "aws_sqs_queue" "a" {
  name     = local.n7
  for_each = aws_sqs_queue.a
}

resource "aws_kinesis_stream" "a" {
  name        = jsonencode(local.a)
  shard_count = aws_kinesis_stream.a.retention_period
  retention_period = aws_kinesis_stream.a.shard_count
  x = local.l4
  y = range(1000000000)
}
"#,
    )]);
    let stream = read.resources.iter().find(|resource| resource.id == "aws_kinesis_stream.a").unwrap();
    assert!(!stream.properties.get("ShardCount").unwrap().shown().is_empty());
    assert_eq!(read.unread.len(), 1, "{:?}", read.unread);
}

/// Parts of configurations that are often broken, and the marks between them.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "resource \"aws_kinesis_stream\" \"a\" {\n",
        "}\n",
        "name = ",
        "var.x",
        "local.a",
        "[for k, v in ",
        " : v]",
        "{",
        "}",
        "\"${",
        "}\"",
        "for_each = ",
        "count = ",
        "<<-EOT\n",
        "EOT\n",
        "jsonencode(",
        ")",
        "try(",
        ", ",
        "? ",
        ": ",
        "[*].arn",
        "[0]",
        ".b",
        "dynamic \"x\" {\n",
        "content {\n",
        "-",
        "!",
        "1e999",
        "/",
        "locals {\n",
        "a = local.a\n",
        "variable \"x\" {\n",
        "%{ if ",
        "%{ endif }",
        "module \"m\" {\n",
        "source = \"./m\"\n",
        "\u{feff}",
        "é",
        "format(\"%",
        "element(",
        "range(",
        "aws_kinesis_stream.a",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn broken_configurations_are_read_without_a_panic(broken in pieces(), at in 0.0..1.0_f64, cut in 0..40_usize) {
        let whole = include_str!("../fixtures/terraform/language/main.tf");
        let start = whole.floor_char_boundary((at * whole.len() as f64) as usize);
        let end = whole.floor_char_boundary((start + cut).min(whole.len()));
        let mixed = format!("{}{broken}{}", &whole[..start], &whole[end..]);
        let read = read(&[("main.tf", &mixed), ("other.tf", &broken), ("more.tf.json", &broken), ("m/main.tf", &broken)]);
        for mistake in &read.mistakes {
            let (text, span) = read.files.place(mistake.primary.span);
            proptest::prop_assert!(span.end as usize <= text.as_str().len());
        }
    }

    #[test]
    fn broken_plans_are_read_without_a_panic(at in 0.0..1.0_f64, cut in 0..400_usize, new in "[\\[\\]{}\",:a-z0-9]{0,6}") {
        let whole = include_str!("../fixtures/terraform/plans/modules.json");
        let start = whole.floor_char_boundary((at * whole.len() as f64) as usize);
        let end = whole.floor_char_boundary((start + cut).min(whole.len()));
        plan(&format!("{}{new}{}", &whole[..start], &whole[end..]));
    }
}

/// The resources of a plan, where it is one.
fn plan(content: &str) -> Option<Configuration> {
    let text = Arc::new(Text::new("plan.json", content));
    let root = source::read(&text).root.filter(|root| terraform::is_plan(root))?;
    Some(terraform::read_plan(&text, &root))
}

#[test]
fn plans_lead_to_the_same_resources() {
    let read = plan(include_str!("../fixtures/terraform/plans/modules.json")).unwrap();
    insta::assert_snapshot!(shown(&read));
}
