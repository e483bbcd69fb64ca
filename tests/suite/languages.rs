//! Terraform and the Serverless Framework read as designs: nodes, flows, and findings at the lines of the original.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg::diagnostic::Severity;
use thalweg::import::graph::Confidence;
use thalweg::import::{self, Reading, Surroundings, build, listing, truth};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{Rules, judge};
use thalweg::source::Text;

/// What is read of a file below the fixtures; `beside` are files that are not there.
fn reading(path: &str, beside: &[(&str, &str)]) -> Reading {
    let knowledge = Knowledge::embedded();
    let path = format!("tests/fixtures/{path}");
    let load = |from: &str, location: &str| {
        if let Some((name, content)) = beside.iter().find(|(name, _)| *name == location) {
            return Some(Arc::new(Text::new(*name, *content)));
        }
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(location);
        let content = fs::read_to_string(&path).ok()?;
        Some(Arc::new(Text::new(path.display().to_string(), content)))
    };
    let list = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    let text = Arc::new(Text::new(path.as_str(), fs::read_to_string(&path).unwrap()));
    let surroundings = Surroundings { load: &load, list: &list, ..Surroundings::alone(&knowledge) };
    import::read(&text, surroundings).expect("infrastructure code")
}

/// Nodes and edges, a line each.
fn shown(reading: &Reading) -> String {
    let mut text = String::new();
    for node in &reading.graph.nodes {
        let elsewhere = if node.is_elsewhere { " elsewhere" } else { "" };
        writeln!(text, "{} is {}{elsewhere}", node.id, node.service).unwrap();
    }
    for edge in listing::edges(&reading.graph, &Knowledge::embedded()) {
        let via = edge.via.map(|via| format!(" via {via}")).unwrap_or_default();
        let sure = match edge.confidence {
            Confidence::Declared => "",
            Confidence::High => " inferred",
            Confidence::Low => " perhaps",
        };
        let off = if edge.is_disabled { " off" } else { "" };
        writeln!(text, "{} -> {} {}{via}{sure}{off}", edge.from, edge.to, edge.kind).unwrap();
    }
    text
}

/// Findings of a reading from warnings on, each with its place.
fn findings(reading: &Reading) -> String {
    let knowledge = Knowledge::embedded();
    let lowered = build::lowered(reading, &knowledge);
    let mut text = String::new();
    for found in judge(&lowered, &knowledge, &Rules::embedded()) {
        if found.severity > Severity::Advice {
            let (file, span) = reading.files.place(found.primary.span);
            let name = Path::new(file.name()).file_name().unwrap().to_string_lossy().into_owned();
            let (place, level) = (file.position(span.start), found.severity.as_str());
            writeln!(text, "{name}:{place}: {level}[{}] {}", found.rule, found.message).unwrap();
        }
    }
    text
}

#[test]
fn flows_of_terraform_are_those_of_templates() {
    insta::assert_snapshot!(shown(&reading("terraform/flows/polling.tf", &[])));
}

#[test]
fn findings_stand_in_the_files_of_the_configuration() {
    insta::assert_snapshot!(findings(&reading("terraform/flows/polling.tf", &[])));
}

#[test]
fn modules_and_what_lies_elsewhere_are_told_apart() {
    let read = reading("terraform/modules/main.tf", &[]);
    let open: Vec<String> = read.graph.unresolved().into_iter().map(|open| open.what).collect();
    insta::assert_snapshot!(format!("{}{}\n", shown(&read), open.join("\n")));
}

#[test]
fn plans_are_read_like_configurations() {
    insta::assert_snapshot!(shown(&reading("terraform/plans/modules.json", &[])));
}

#[test]
fn services_have_the_flows_of_their_events() {
    insta::assert_snapshot!(shown(&reading("serverless/shop.yml", &[])));
}

/// The real files below a folder of the fixtures.
fn real(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("tests/fixtures/{folder}/real")).unwrap();
    let is_readme = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| !is_readme(path));
    let mut names: Vec<PathBuf> = paths.collect();
    names.sort();
    names
        .into_iter()
        .map(|path| path.strip_prefix("tests/fixtures").unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn real_services_and_plans_are_read_and_have_no_false_errors() {
    let mut text = String::new();
    for path in real("serverless").into_iter().chain(real("terraform")) {
        let read = reading(&path, &[]);
        assert_eq!(read.mistakes, [], "{path}");
        let found = findings(&read);
        assert!(!found.contains("error["), "{path}: {found}");
        writeln!(text, "# {path}\n{}", shown(&read)).unwrap();
    }
    insta::assert_snapshot!(text);
}

/// The parts that the service includes, in words of our own.
const INCLUDES: &str = "
ProcessingConfiguration:
  Enabled: true
  Processors:
    - Type: Lambda
      Parameters:
        - {ParameterName: LambdaArn, ParameterValue: {Fn::GetAtt: [TransformerLambdaFunction, Arn]}}
S3Configuration:
  BucketARN: {Fn::GetAtt: [Bucket, Arn]}
  RoleARN: {Fn::GetAtt: [DeliveryRole, Arn]}
KinesisRole: {Type: AWS::IAM::Role}
DeliveryRole: {Type: AWS::IAM::Role}
";

#[test]
fn a_real_service_is_read_as_somebody_read_it_by_hand() {
    let name = "sls-javascript-cloud-nativ-chapter02-data-lake-es";
    let read = reading(&format!("serverless/real/{name}.yml"), &[("includes.yml", INCLUDES)]);
    let content = fs::read_to_string(format!("tests/fixtures/serverless/truth/{name}.yaml")).unwrap();
    let scores = truth::against(&Text::new(name, content), &read, &Knowledge::embedded()).unwrap();
    assert_eq!((scores.declared.right, scores.nodes.right), (4, 5), "{scores:#?}");
    assert!(scores.declared.wrong.is_empty() && scores.nodes.wrong.is_empty(), "{scores:#?}");
}
