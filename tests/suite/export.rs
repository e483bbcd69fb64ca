//! What `thalweg export` writes, and what it says of what it does not know.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// Runs `thalweg export`; gives exit code, standard output and standard error.
fn thalweg(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("thalweg").unwrap().env_clear().arg("export").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_design_becomes_a_template() {
    let (code, template, errors) = thalweg(&["cloudformation", "tests/fixtures/export/orders.thalweg.yaml"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    insta::assert_snapshot!(template);
}

#[test]
fn a_design_becomes_a_configuration_of_terraform() {
    let (code, configuration, errors) = thalweg(&["terraform", "tests/fixtures/export/orders.thalweg.yaml"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    insta::assert_snapshot!(configuration);
}

#[test]
fn what_a_configuration_cannot_say_stands_beside_it_and_no_design_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("main.tf");
    let design = "tests/fixtures/export/clickstream.thalweg.yaml";
    let export = || thalweg(&["terraform", design, "--out", out.to_str().unwrap()]);
    assert_eq!(export().0, 0);
    let beside = folder.path().join("main.thalweg.yaml");
    assert!(fs::read_to_string(&beside).unwrap().starts_with("for: main.tf\nnames:\n"));
    assert_eq!(export().0, 0, "what was written is written again");
    fs::write(&beside, "nodes: {}\n").unwrap();
    let (code, _, errors) = export();
    assert_eq!((code, fs::read_to_string(&beside).unwrap().as_str()), (2, "nodes: {}\n"));
    assert!(errors.contains("choose another name"), "{errors}");
}

/// What is written is read back as YAML, and every reference leads to something that is there.
#[test]
fn every_reference_of_a_template_leads_somewhere() {
    let referred = regex::Regex::new(r"!(?:Ref|GetAtt) ([A-Za-z0-9]+)\b|\$\{([A-Za-z0-9]+)[.}]").unwrap();
    for entry in fs::read_dir("tests/fixtures/export").unwrap() {
        let path = entry.unwrap().path();
        let (code, template, errors) = thalweg(&["cloudformation", path.to_str().unwrap()]);
        assert_eq!(code, 0, "{}: {template}{errors}", path.display());
        let tree: serde_yaml::Value = serde_yaml::from_str(&template).unwrap();
        let names = |section: &str| -> Vec<String> {
            let mapping = tree.get(section).and_then(|section| section.as_mapping());
            mapping
                .into_iter()
                .flat_map(|found| found.keys())
                .map(|key| key.as_str().unwrap().to_owned())
                .collect()
        };
        let known = [names("Parameters"), names("Resources")].concat();
        assert!(known.len() > 10, "{}", path.display());
        for found in referred.captures_iter(&template) {
            let name = found.get(1).or(found.get(2)).unwrap().as_str();
            assert!(name == "AWS" || known.iter().any(|known| known == name), "{}: {name}", path.display());
        }
    }
}

#[test]
fn what_is_not_known_to_an_export_is_told_at_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let design = folder.path().join("a.thalweg.yaml");
    fs::write(
        &design,
        "nodes:
  app: {service: application}
  cache: {service: elasticache, node_type: cache.r7g.large}
  stream: {service: kinesis-data-streams, encryption: aws-managed}
  work: {service: lambda}
flows:
  - app -> cache
  - app -> stream
  - {from: stream, to: work, filter: \"record.a + 1 > record.b\", start: latest}
",
    )
    .unwrap();
    let out = folder.path().join("template.yaml");
    let (code, text, errors) =
        thalweg(&["cloudformation", design.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(!Path::new(&out).exists());
    insta::assert_snapshot!(format!("{text}{errors}").replace(folder.path().to_str().unwrap(), ""));
}

#[test]
fn an_application_becomes_a_script_of_flink_sql() {
    let (code, script, errors) = thalweg(&["flink-sql", "scenarios/departures.thalweg.yaml"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    insta::assert_snapshot!("departures_in_flink_sql", script);
    let design = "tests/fixtures/export/clickstream.thalweg.yaml";
    let (code, script, errors) = thalweg(&[
        "flink-sql",
        design,
        "--connector",
        "kafka",
        "--flink-version",
        "1.20",
        "--set",
        "region=eu-west-1",
    ]);
    assert_eq!((code, errors.as_str()), (0, ""));
    insta::assert_snapshot!("clickstream_over_kafka", script);
}

/// Several statements, names that Flink reserves, a table of the script with and without a connector, several sinks.
#[test]
fn statements_of_a_design_stay_as_they_are_but_for_reserved_names() {
    let folder = tempfile::tempdir().unwrap();
    let design = folder.path().join("a.thalweg.yaml");
    fs::write(
        &design,
        "nodes:
  web: {service: producer, traffic: {rate: 10/s, key: user, event_time: at, fields: {user: [a, b], value: {min: 1, max: 6}}}}
  ingest: {service: kinesis-data-streams, encryption: aws-managed}
  sums:
    service: managed-flink
    watermark_delay: 1500ms
    checkpoint_interval: 30s
    parallelism: 4
    output: {key: user}
    sql: |
      SET 'table.local-time-zone' = 'Europe/Berlin';
      -- What counts.
      CREATE VIEW any AS SELECT user, value, at FROM ingest WHERE value > 2;
      INSERT INTO board
        SELECT user, window_start, SUM(value) AS value
        FROM TABLE(TUMBLE(TABLE any, DESCRIPTOR(at), INTERVAL '1' MINUTE)) GROUP BY user, window_start, window_end;
      INSERT INTO onward SELECT user, value FROM any
  board: {service: dynamodb, key: [user, window_start]}
  onward: {service: kinesis-data-streams, encryption: aws-managed}
  reader: {service: consumer}
flows: [web -> ingest -> sums -> board, sums -> onward -> reader]
",
    )
    .unwrap();
    let (code, script, errors) = thalweg(&["flink-sql", design.to_str().unwrap()]);
    assert_eq!((code, errors.as_str()), (0, ""), "{script}");
    insta::assert_snapshot!("statements_of_a_design", script);
    let (code, _, errors) = thalweg(&["flink-sql", design.to_str().unwrap(), "--node", "sum"]);
    assert_eq!(
        (code, errors.trim_end()),
        (2, "error: `sum` is no node with Flink SQL; did you mean `sums`?")
    );
}

#[test]
fn infrastructure_code_is_imported_first() {
    let template = "tests/fixtures/templates/sam-aws-serverless-ecommer-orders.yaml";
    let (code, out, err) = thalweg(&["terraform", template]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains(&format!("export the design that `thalweg import {template}` writes")), "{err}");
}

#[test]
fn what_the_provider_cannot_set_is_told_at_its_node() {
    let folder = tempfile::tempdir().unwrap();
    let design = folder.path().join("a.thalweg.yaml");
    let text = "nodes:\n  app: {service: application}\n  news: {service: sns, max_message_size: 64 KiB}\n  jobs: {service: \
                sqs}\nflows: [app -> news -> jobs]\n";
    fs::write(&design, text).unwrap();
    let (code, text, _) = thalweg(&["terraform", design.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(
        text.contains("a.thalweg.yaml:3:3") && text.contains("AWS::SNS::Topic.MaximumMessageSize"),
        "{text}"
    );
}
