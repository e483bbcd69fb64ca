//! Explanations speak of what the question speaks of, and rest on facts that were checked lately.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Label};
use crate::scenario::compose;
use crate::scenario::explain;
use crate::scenario::model::Scenario;
use crate::scenario::verdicts::Judge;
use crate::units::Date;

/// The words by which services are told in prose, with the beginnings of their ids.
const WORDS: [(&str, &[&str]); 25] = [
    ("Firehose", &["firehose"]),
    ("Athena", &["athena"]),
    ("Redshift", &["redshift"]),
    ("Lambda", &["lambda"]),
    ("DynamoDB", &["dynamodb"]),
    ("SQS", &["sqs"]),
    ("SNS", &["sns"]),
    ("EventBridge", &["eventbridge"]),
    ("Flink", &["managed-flink", "kinesis-data-analytics"]),
    ("MSK", &["msk"]),
    ("Kafka", &["msk"]),
    ("OpenSearch", &["opensearch"]),
    ("Glue", &["glue"]),
    ("EMR", &["emr"]),
    ("Splunk", &["splunk"]),
    ("Snowflake", &["snowflake"]),
    ("QuickSight", &["quicksight"]),
    ("Timestream", &["timestream"]),
    ("Step Functions", &["step-functions"]),
    ("AppSync", &["appsync"]),
    ("IoT Core", &["iot-core"]),
    ("Iceberg", &["iceberg"]),
    ("S3", &["s3"]),
    ("CloudWatch", &["cloudwatch"]),
    ("API Gateway", &["api-gateway"]),
];

/// A check of a fact that is older than this is stale, in days.
const STALE_DAYS: i64 = 365;

pub(super) fn check(scenario: &Scenario, judge: Judge<'_>) -> Vec<Diagnostic> {
    let mut found = foreign(scenario);
    found.extend(stale(scenario, judge));
    found
}

fn foreign(scenario: &Scenario) -> Vec<Diagnostic> {
    let mut said = scenario.prompt.clone() + &scenario.title;
    let mut services: BTreeSet<String> = BTreeSet::new();
    let designs = scenario.choices.iter().map(|choice| compose::choice(scenario, choice, None));
    for composed in designs.chain([compose::base(scenario)]) {
        // A design is plain text in which services are named by their ids.
        services.insert(composed.text.as_str().to_owned());
    }
    for choice in &scenario.choices {
        said.push_str(&choice.text);
        said.push_str(choice.with.as_deref().unwrap_or_default());
    }
    let appears = |word: &str, ids: &[&str]| {
        said.contains(word)
            || services.iter().any(|design| ids.iter().any(|id| design.contains(&format!("service: {id}"))))
    };
    let mut found = Vec::new();
    for choice in &scenario.choices {
        let named = WORDS.iter().filter(|(word, _)| has_word(&choice.because, word));
        for (word, _) in named.filter(|(word, ids)| !appears(word, ids)) {
            let message =
                format!("the explanation of `{}` names {word}, which the question does not", choice.id);
            found.push(Diagnostic::new("scenario-foreign-service", Label::new(choice.span, ""), message));
        }
    }
    found
}

/// Whether a text has a word, and not only as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let outside = |character: Option<char>| !character.is_some_and(char::is_alphanumeric);
        outside(text[..start].chars().next_back()) && outside(text[start + word.len()..].chars().next())
    })
}

fn stale(scenario: &Scenario, judge: Judge<'_>) -> Vec<Diagnostic> {
    let today = judge.knowledge.as_of();
    let is_stale = |checked: Date| today.days_since(checked) > STALE_DAYS;
    let mut old: Vec<(String, Date)> = vec![("its own words".to_owned(), scenario.checked)];
    old.extend(scenario.sources.iter().map(|source| (source.url.clone(), source.checked)));
    for id in explain::rules_of(scenario, judge.rules) {
        old.extend(
            explain::cite(&id, judge.rules).map(|cited| (format!("the source of `{id}`"), cited.checked)),
        );
    }
    let stale = old.into_iter().filter(|(_, checked)| is_stale(*checked));
    stale
        .map(|(what, checked)| {
            let message =
                format!("{what} was last checked on {checked}, over {STALE_DAYS} days before {today}");
            Diagnostic::new("scenario-stale", Label::new(scenario.id_span, ""), message)
        })
        .collect()
}
