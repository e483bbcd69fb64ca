//! The knowledge base holds together: every card reads, every fact is sourced, every name resolves, no file is stray.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use thalweg::knowledge::fact::{Confidence, Fact};
use thalweg::knowledge::schema::{Kind, Schema};
use thalweg::knowledge::{Knowledge, embedded, misconceptions, read_card, routes};
use thalweg::source::{Text, read};

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

#[test]
fn every_card_reads_without_a_mistake() {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(rules().join("services")).unwrap() {
        let path = entry.unwrap().path();
        let text = Text::new(path.display().to_string(), fs::read_to_string(&path).unwrap());
        let reading = read(&text);
        for fault in &reading.faults {
            wrong.push(format!(
                "{}:{}: {}",
                text.name(),
                text.position(fault.span.start).line,
                fault.message
            ));
        }
        let Some(root) = reading.root else { continue };
        let (card, mistakes) = read_card(&root);
        for mistake in mistakes {
            let line = text.position(mistake.primary.span.start).line;
            wrong.push(format!("{}:{line}: {} ({})", text.name(), mistake.message, mistake.primary.text));
        }
        if card.is_some_and(|card| Some(card.id.as_str()) != path.file_stem().and_then(|stem| stem.to_str()))
        {
            wrong.push(format!("{}: the id is not the name of the file", text.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fact_is_sourced_and_every_name_resolves() {
    let knowledge = Knowledge::embedded();
    let mut wrong = Vec::new();
    for id in knowledge.ids() {
        let card = knowledge.card(id).unwrap();
        let facts = [&card.limits, &card.guarantees, &card.behaviour, &card.prices];
        let unsourced = |fact: &Fact| fact.values.iter().any(|value| value.validity.source.is_none());
        for (name, _) in facts.into_iter().flatten().filter(|(_, fact)| unsourced(fact)) {
            wrong.push(format!("{id}: `{name}` has no source"));
        }
        unsourced_settings(id, &card.settings, &mut wrong);
        for integration in &card.sends {
            if knowledge.card(&integration.to).is_none() {
                wrong.push(format!("{id}: sends to `{}`, which has no card", integration.to));
            }
            let same = card
                .sends
                .iter()
                .filter(|other| (&other.to, &other.via) == (&integration.to, &integration.via));
            if same.count() > 1 {
                wrong.push(format!("{id}: `{}` via `{}` stands twice", integration.to, integration.via));
            }
            unsourced_settings(id, &integration.settings, &mut wrong);
        }
        for source in card.sources.values().filter(|source| !source.url.starts_with("https://")) {
            wrong.push(format!("{id}: `{}` is no address", source.url));
        }
        if let Some(successor) = card.status.as_ref().and_then(|status| status.successor.as_ref()) {
            assert!(knowledge.card(successor).is_some(), "{id}: the successor `{successor}` has no card");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The range of a setting of AWS has a source; what a design says of itself needs none.
fn unsourced_settings(id: &str, schema: &Schema, wrong: &mut Vec<String>) {
    for (name, spec) in &schema.settings {
        let of_aws = !spec.cloudformation.is_empty();
        if of_aws && spec.ranges.iter().any(|range| range.validity.source.is_none()) {
            wrong.push(format!("{id}: the range of `{name}` has no source"));
        }
        if let Kind::Mapping(inner) = &spec.kind {
            unsourced_settings(id, inner, wrong);
        }
    }
}

#[test]
fn no_name_means_two_services() {
    let knowledge = Knowledge::embedded();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for id in knowledge.ids() {
        let card = knowledge.card(id).unwrap();
        for name in card.aliases.iter().chain(&card.former_names).chain([&card.name, &card.id]) {
            let normalised = name.to_lowercase().replace([' ', '_'], "-");
            match names.insert(normalised, id) {
                Some(other) if other != id => wrong.push(format!("`{name}` means {other} and {id}")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, id) in [
        ("KDS", "kinesis-data-streams"),
        ("AWS::Kinesis::Stream", "kinesis-data-streams"),
        ("aws_kinesis_stream", "kinesis-data-streams"),
        ("Amazon Data Firehose", "firehose"),
        ("Kinesis Data Firehose", "firehose"),
        ("kda", "kinesis-data-analytics"),
        ("DDB", "dynamodb"),
        ("apigw", "api-gateway-rest"),
    ] {
        assert_eq!(knowledge.resolve(name).map(|found| found.id), Some(id), "{name}");
    }
}

#[test]
fn every_service_of_the_catalogue_has_a_card() {
    let knowledge = Knowledge::embedded();
    let catalogue = "producer consumer application kinesis-agent kinesis-data-streams firehose kinesis-data-analytics \
        managed-flink lambda api-gateway-rest api-gateway-http api-gateway-websocket s3 redshift redshift-serverless \
        athena dynamodb opensearch opensearch-serverless msk msk-serverless sqs sns eventbridge eventbridge-pipes \
        iot-core cloudwatch-logs glue-streaming emr step-functions appsync timestream rds dms quicksight elasticache \
        kinesis-video-streams splunk snowflake iceberg http-endpoint";
    let expected: Vec<&str> = catalogue.split_whitespace().collect();
    let missing: Vec<&&str> = expected.iter().filter(|id| knowledge.card(id).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(knowledge.ids().count(), expected.len(), "a stray card");
}

#[test]
fn misconceptions_name_services_and_every_file_is_used() {
    let knowledge = Knowledge::embedded();
    let all = misconceptions::all();
    assert!(all.len() > 45);
    let mut seen = BTreeSet::new();
    for misconception in &all {
        assert!(knowledge.card(&misconception.from).is_some(), "{}", misconception.from);
        if let Some(to) = &misconception.to {
            assert!(knowledge.card(to).is_some(), "{to}");
        }
        let about = (&misconception.from, &misconception.to, &misconception.belief);
        assert!(seen.insert(about), "{about:?} stands twice");
        let known = ["no", "yes", "conditional", "direction", "role", "product", "unsuitable"];
        assert!(known.contains(&misconception.verdict.as_str()), "{about:?}: {}", misconception.verdict);
        let joined = misconception.to.as_ref().is_some_and(|to| {
            let mut ways = knowledge.integrations(&misconception.from, to);
            ways.any(|found| found.role == "flow" && !found.only_if_named)
        });
        assert!(misconception.verdict != "no" || !joined, "{about:?} are joined after all");
    }
    let stray: Vec<&str> = embedded::files("")
        .map(|(path, _)| path)
        .filter(|path| {
            ![
                "services/",
                "lints/",
                "misconceptions.yaml",
                "practice.yaml",
                "deployment.yaml",
                "flink_sql.yaml",
                "templates.yaml",
                "terraform.yaml",
                "serverless.yaml",
            ]
            .iter()
            .any(|known| path.starts_with(known))
        })
        .collect();
    assert!(stray.is_empty(), "nothing reads {stray:?}");
}

#[test]
fn routes_are_the_shortest_that_exist() {
    let knowledge = Knowledge::embedded();
    let shown = |from: &str, to: &str| -> Vec<String> {
        let found = routes::shortest(&knowledge, from, to, knowledge.as_of(), 3);
        found.iter().map(|route| route.services.join(" -> ")).collect()
    };
    assert_eq!(shown("kinesis-data-streams", "s3")[0], "kinesis-data-streams -> firehose -> s3");
    assert!(shown("kinesis-data-streams", "dynamodb").iter().any(|route| route.contains("lambda")));
    assert_eq!(shown("kinesis-data-streams", "firehose"), ["kinesis-data-streams -> firehose"]);
    for (from, to) in
        [("producer", "managed-flink"), ("api-gateway-http", "s3"), ("sns", "kinesis-data-streams")]
    {
        for route in routes::shortest(&knowledge, from, to, knowledge.as_of(), 3) {
            for hop in route.services.windows(2) {
                let integration = knowledge.integrations(&hop[0], &hop[1]).next();
                assert!(
                    integration.is_some_and(|found| found.confidence() >= Confidence::Unconfirmed),
                    "{hop:?}"
                );
            }
        }
    }
}

#[test]
fn a_card_that_writes_an_encoding_wrongly_is_told_all_of_it() {
    let card = "id: a\nname: A\nclass: store\nabout: A.\nsources:\n  page: {url: 'https://example.com', checked: 2026-11-22}\nsettings:\n  \
        size: {type: bytes, unit: 1 s, about: A., cloudformation: 'ShardCount'}\n  \
        mode: {type: choice, choices: [fast, slow], unit: 1, about: A., words: {quick: FAST}, model: kinesis}\n  \
        count: {type: count, about: A., differs: {model: page, says: 1.., because: so}}\nsends:\n  \
        - {to: a, via: b, mechanism: C, moved_by: source, source: page, cloudformation: [AWS::A::B.C and D], permission: write}\n";
    let (_, mistakes) = read_card(&read(&Text::new("a.yaml", card)).root.unwrap());
    let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    insta::assert_snapshot!(told.join("\n"));
}
