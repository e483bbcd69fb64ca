//! What designs can say: every setting that the product promises is there, with the names that people were told, and
//! flows into functions offer what AWS offers there.

use thalweg::knowledge::Knowledge;
use thalweg::knowledge::card::{Card, Integration};
use thalweg::knowledge::schema::{Kind, Schema};
use thalweg::lint::Rules;

/// The settings that each service has at the least, by dotted path; `name=a/b` also names choices.
const PROMISED: [(&str, &str); 21] = [
    (
        "producer",
        "traffic traffic.rate traffic.record_size traffic.key traffic.keys traffic.keys.distinct traffic.keys.skew \
         traffic.records traffic.fields traffic.event_time traffic.out_of_order traffic.retries events",
    ),
    (
        "kinesis-data-streams",
        "mode=provisioned/on-demand shards retention encryption=none/aws-managed/customer-key max_record_size \
         distribution=by-key/auto",
    ),
    (
        "firehose",
        "buffer buffer.size buffer.interval transform backup partition_by format=json/parquet/orc \
         compression=none/gzip/snappy/zip encryption error_logging",
    ),
    ("kinesis-data-analytics", "sql kpus parallelism state checkpoint_interval records_per_kpu"),
    ("managed-flink", "sql kpus parallelism state checkpoint_interval records_per_kpu"),
    (
        "lambda",
        "memory timeout ephemeral_storage reserved_concurrency runtime work work.duration work.per_record work.state \
         work.scratch work.window work.error_rate filter map handler idempotent",
    ),
    ("application", "work work.per_record checkpoint_interval readers idempotent outage"),
    ("consumer", "work work.per_record checkpoint_interval readers idempotent outage"),
    ("api-gateway-rest", "timeout throttle payload"),
    ("api-gateway-http", "timeout throttle payload"),
    ("api-gateway-websocket", "timeout throttle payload"),
    ("dynamodb", "mode=on-demand/provisioned write_capacity key streams item_size"),
    (
        "sqs",
        "type=standard/fifo visibility_timeout retention delay dead_letters max_receives high_throughput encryption",
    ),
    ("sns", "type=standard/fifo encryption"),
    ("eventbridge", "archive"),
    ("msk", "partitions retention brokers type=standard/express/serverless"),
    ("msk-serverless", "partitions retention"),
    ("s3", "prefix encryption"),
    ("redshift", "distribution ingestion=copy/streaming"),
    ("opensearch", "index"),
    ("athena", "queries"),
];

/// What mappings of functions offer, by the service that they read.
const MAPPINGS: [(&str, &str); 5] = [
    ("kinesis-data-streams", STREAM),
    ("dynamodb", STREAM),
    (
        "sqs",
        "batch_size batching_window report_item_failures max_concurrency minimum_pollers maximum_pollers",
    ),
    ("msk", KAFKA),
    ("msk-serverless", KAFKA),
];
const STREAM: &str = "batch_size batching_window parallelization_factor bisect max_retries max_record_age \
    report_item_failures tumbling_window on_failure";
const KAFKA: &str = "batch_size batching_window bisect max_retries max_record_age report_item_failures on_failure \
    minimum_pollers maximum_pollers";

fn into_lambda(card: &Card) -> impl Iterator<Item = &Integration> {
    card.sends.iter().filter(|found| found.to == "lambda" && found.role == "flow")
}

#[test]
fn every_promised_setting_exists() {
    let knowledge = Knowledge::embedded();
    let mut missing = Vec::new();
    for (service, settings) in PROMISED {
        let card = knowledge.card(service).unwrap();
        for setting in settings.split_whitespace() {
            let (path, choices) = setting.split_once('=').unwrap_or((setting, ""));
            let Some(spec) = card.settings.at(path) else {
                missing.push(format!("{service}: {path}"));
                continue;
            };
            let known: &[String] = if let Kind::Choice(choices) = &spec.kind { choices } else { &[] };
            for choice in choices.split('/').filter(|choice| !choice.is_empty()) {
                if !known.iter().any(|known| known == choice) {
                    missing.push(format!("{service}: {path}: {choice}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn mappings_offer_what_aws_offers() {
    let knowledge = Knowledge::embedded();
    for (service, settings) in MAPPINGS {
        let mut promised: Vec<&str> = settings.split_whitespace().collect();
        promised.sort_unstable();
        let card = knowledge.card(service).unwrap();
        assert!(into_lambda(card).next().is_some(), "{service} feeds no function");
        for mapping in into_lambda(card) {
            let mut offered: Vec<&str> = mapping.settings.settings.keys().map(String::as_str).collect();
            offered.sort_unstable();
            assert_eq!(offered, promised, "{service} via {}", mapping.via);
            // What a mapping cannot report to is told by the rule on mappings, not as a value of the wrong type.
            let on_failure = mapping.settings.at("on_failure").map(|spec| spec.rule.as_deref());
            assert!(on_failure.is_none_or(|rule| rule == Some("mapping-failure-destination")), "{service}");
        }
    }
}

#[test]
fn whatever_keeps_records_says_how_it_is_encrypted() {
    let knowledge = Knowledge::embedded();
    for id in knowledge.ids() {
        let card = knowledge.card(id).unwrap();
        if !["stream", "queue", "topic", "delivery", "bus"].contains(&card.class.as_str()) {
            continue;
        }
        let encryption = card.settings.at("encryption").unwrap_or_else(|| panic!("{id} has no `encryption`"));
        assert!(
            !encryption.defaults.is_empty(),
            "{id}: what holds where a design says nothing of encryption?"
        );
    }
}

/// The rules that a schema leaves the word to.
fn rules_of<'s>(schema: &'s Schema, found: &mut Vec<&'s str>) {
    for spec in schema.settings.values() {
        found.extend(spec.rule.as_deref());
        if let Kind::Mapping(inner) = &spec.kind {
            rules_of(inner, found);
        }
    }
}

#[test]
fn cards_leave_the_word_to_rules_that_exist() {
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    let mut named = Vec::new();
    for card in knowledge.ids().filter_map(|id| knowledge.card(id)) {
        let of_flows = card.sends.iter().map(|integration| &integration.settings);
        for schema in [&card.settings, &card.refuses].into_iter().chain(of_flows) {
            rules_of(schema, &mut named);
        }
        let silent = card.refuses.settings.values().find(|spec| spec.rule.is_none());
        assert!(silent.is_none(), "{}: no rule tells of {:?}", card.id, silent.map(|spec| &spec.name));
    }
    assert!(named.contains(&"mapping-failure-destination") && named.contains(&"tumbling-window-source"));
    for rule in named {
        assert!(rules.get(rule).is_some_and(|rule| rule.check.is_none()), "{rule} is no rule of the reader");
    }
}
