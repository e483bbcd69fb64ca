//! No record vanishes: what a sink lacks was lost, filtered or late at a node that says so. And the same seed gives the
//! same outcome.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::report::run_json;
use thalweg::runtime::outcome::Outcome;
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;

/// A load and the parts that it passes.
#[derive(Debug, Clone)]
struct Case {
    records: usize,
    keys: usize,
    rate: u32,
    shards: u32,
    retries: bool,
    keep: usize,
    error_rate: f64,
    is_fifo: bool,
    reports: bool,
    /// How many seconds two targets are down.
    down: u32,
    seed: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    (
        1usize..800,
        1usize..20,
        1u32..4000,
        1u32..5,
        any::<bool>(),
        0usize..800,
        0u8..3,
        any::<(bool, bool, u64)>(),
        0u32..2000,
    )
        .prop_map(
            |(records, keys, rate, shards, retries, keep, errors, (is_fifo, reports, seed), down)| Case {
                records,
                keys,
                rate,
                shards,
                retries,
                keep,
                error_rate: f64::from(errors) * 0.4,
                is_fifo,
                reports,
                down,
                seed,
            },
        )
}

/// A stream that feeds a bus through a pipe and a job in micro-batches, a topic of Kafka that feeds a delivery, and changes
/// of a table, where two targets are down for a while. A stream that feeds a reader, a window in Flink, a transform of Firehose and, through a topic and a
/// queue, a function; and an API in front of another stream.
fn run(case: &Case) -> Outcome {
    let Case { rate, shards, retries, keep, error_rate, is_fifo, reports, down, .. } = case;
    let kind = if *is_fifo { "fifo" } else { "standard" };
    let yaml = format!(
        "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: {rate}/s, key: k, event_time: at, retries: {retries}}}}}\n  \
         in: {{service: kds, shards: {shards}}}\n  out: {{service: consumer}}\n  \
         count:\n    service: managed-flink\n    sql: SELECT k, window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE `in`, DESCRIPTOR(at), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end\n  \
         board: {{service: dynamodb, key: [k, window_start]}}\n  \
         lake: {{service: firehose, transform: clean}}\n  \
         clean: {{service: lambda, timeout: 60s, filter: record.n < {keep}, work: {{error_rate: {error_rate}}}}}\n  \
         archive: {{service: s3}}\n  \
         pass: {{service: lambda, timeout: 60s}}\n  jobs: {{service: sqs, type: {kind}, high_throughput: {is_fifo}, dead_letters: dead, max_receives: 2}}\n  \
         work: {{service: lambda, timeout: 5s, work: {{error_rate: {error_rate}, poison: record.n == 3}}}}\n  \
         dead: {{service: sqs, type: {kind}}}\n  news: {{service: sns, type: {kind}}}\n  told: {{service: sqs, type: {kind}}}\n  \
         app: {{service: producer, traffic: {{records: s, rate: {rate}/s, key: k, retries: {retries}}}}}\n  \
         front: {{service: api-gateway-http, throttle: 500/s, burst: 100}}\n  calls: {{service: kds, shards: {shards}}}\n  \
         seen: {{service: consumer}}\n  pipe: {{service: eventbridge-pipes, filter: record.n < {keep}}}\n  bus: {{service: eventbridge}}\n  \
         ledger: {{service: http-endpoint}}\n  given_up: {{service: sqs}}\n  heard: {{service: sqs}}\n  \
         job: {{service: glue-streaming, window: 10s}}\n  parts: {{service: s3}}\n  view: {{service: redshift, ingestion: streaming}}\n  \
         watch: {{service: lambda, timeout: 10s}}\n  dev: {{service: producer, traffic: {{records: t, rate: {rate}/s, key: k}}}}\n  \
         topic: {{service: msk, brokers: 3, partitions: {shards}}}\n  group: {{service: consumer}}\n  \
         stack: {{service: firehose, backup: spare, retry: 600s}}\n  spare: {{service: s3}}\n  index: {{service: opensearch}}\nflows:\n  - web -> in -> out\n  - in -> count -> board\n  - in -> lake -> archive\n  \
         - in -> pass -> news\n  - {{from: news, to: jobs, raw: true}}\n  - {{from: news, to: told, filter: record.n < {keep}}}\n  \
         - app -> front -> calls -> seen\n  - {{from: jobs, to: work, report_item_failures: {reports}}}\n  \
         - in -> pipe -> bus -> heard\n  - {{from: bus, to: ledger, max_event_age: 600s, dead_letters: given_up}}\n  \
         - calls -> job -> parts\n  - calls -> view\n  - board -> watch\n  - dev -> topic -> group\n  - topic -> stack -> index\n\
         faults:\n  - {{kind: unavailable, at: ledger, start: 1s, duration: {down}s}}\n  \
         - {{kind: unavailable, at: index, start: 1s, duration: {down}s}}\n"
    );
    let mut lines = String::new();
    for number in 0..case.records {
        let second = number % 50;
        writeln!(
            lines,
            "{{\"k\":\"k{}\",\"n\":{number},\"at\":\"2026-01-01T00:00:{second:02}Z\"}}",
            number % case.keys
        )
        .unwrap();
    }
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    assert!(lowered.diagnostics.is_empty(), "{:#?}", lowered.diagnostics);
    let lines = Bytes::from(lines);
    let inputs = Inputs::from([
        ("web".to_owned(), lines.clone()),
        ("app".to_owned(), lines.clone()),
        ("dev".to_owned(), lines),
    ]);
    let options = Options { seed: case.seed, duration: None };
    let topology = runtime::plan(&lowered.design.unwrap(), &knowledge, &inputs, &options).unwrap();
    runtime::simulate(topology, &options, &mut |_| {})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_a_sink_lacks_is_accounted_for(case in cases()) {
        let outcome = run(&case);
        let node = |id: &str| outcome.nodes.iter().find(|node| node.id == id).unwrap();
        let sink = |id: &str| outcome.sinks.iter().find(|sink| sink.id == id).unwrap();
        let never_taken = node("web").lost;
        prop_assert_eq!(node("web").records_in, case.records as u64);
        prop_assert_eq!(node("in").records_in + never_taken, case.records as u64);
        prop_assert_eq!(sink("out").lost, never_taken);
        prop_assert_eq!(sink("board").lost, never_taken + node("count").late);
        prop_assert_eq!(sink("archive").lost, never_taken + node("lake").lost);
        let told = sink("told");
        prop_assert_eq!(told.delivered + told.lost + node("news").filtered, case.records as u64);
        prop_assert_eq!(told.lost, never_taken);
        prop_assert_eq!(node("calls").records_in + node("app").lost, case.records as u64);
        prop_assert_eq!((sink("seen").lost, node("front").lost), (node("app").lost, 0));
        prop_assert_eq!(sink("work").lost, never_taken + node("jobs").lost);
        prop_assert_eq!(sink("dead").delivered, node("jobs").lost, "what comes back too often is set aside");
        prop_assert_eq!(sink("heard").lost, never_taken);
        prop_assert_eq!(sink("ledger").lost, never_taken + node("bus").lost);
        prop_assert_eq!(sink("given_up").delivered, node("bus").lost, "what the bus gives up is kept");
        prop_assert_eq!(node("pipe").records_in, node("in").records_in);
        let left_over = node("calls").records_in;
        prop_assert_eq!((sink("parts").delivered, sink("view").delivered), (left_over, left_over));
        prop_assert_eq!(sink("watch").lost, sink("board").lost, "every change is told");
        prop_assert_eq!((sink("group").delivered, sink("group").lost), (case.records as u64, 0));
        prop_assert_eq!(sink("index").lost, node("stack").lost);
        prop_assert_eq!(sink("index").delivered + sink("index").lost, case.records as u64);
        prop_assert_eq!(sink("spare").delivered, case.records as u64, "the backup has every record");
        prop_assert!(outcome.nodes.iter().all(|node| node.held == 0), "everything has come to rest");
        prop_assert!(outcome.sinks.iter().all(|sink| sink.duplicates == 0));
        if node("in").throttled == 0 {
            prop_assert_eq!(sink("out").out_of_order, 0, "a shard keeps the order of its keys");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_outcome(case in cases()) {
        let (first, second) = (run(&case), run(&case));
        prop_assert_eq!(run_json::render(&first, None), run_json::render(&second, None));
        for (first, second) in first.sinks.iter().zip(&second.sinks) {
            prop_assert_eq!(&first.files, &second.files);
        }
    }
}
