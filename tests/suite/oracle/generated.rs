//! Records that nobody recorded: the load that a design declares, and what the linter says of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::runtime::outcome::Outcome;
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;

use super::{node, sink};

/// Whether the linter finds the shards too few, and the run; without a check that the design is free of findings.
fn judged_and_run(yaml: &str, inputs: &Inputs, options: &Options) -> (bool, Result<Outcome, Vec<String>>) {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    let findings = lint::judge(&lowered, &knowledge, &Rules::embedded());
    let found = findings.iter().any(|found| found.rule == "shard-write-capacity");
    let planned = runtime::plan(&lowered.design.unwrap(), &knowledge, inputs, options);
    let outcome = planned.map(|topology| runtime::simulate(topology, options, &mut |_| {}));
    (found, outcome.map_err(|refused| refused.into_iter().map(|refusal| refusal.message).collect()))
}

fn generated(yaml: &str, seconds: u64) -> Outcome {
    let duration = Some(format!("{seconds}s").parse().unwrap());
    judged_and_run(yaml, &Inputs::new(), &Options { seed: 1, duration }).1.unwrap()
}

fn lines(outcome: &Outcome, id: &str) -> Vec<serde_json::Value> {
    let files = sink(outcome, id).files.iter();
    let text: Vec<u8> = files.flat_map(|file| file.contents.clone()).collect();
    let text = String::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn generated_records_have_the_declared_number_size_keys_and_fields() {
    let outcome = generated(
        "as_of: 2026-11-01\nnodes:\n  web:\n    service: producer\n    traffic:\n      rate: 100/s\n      record_size: 400 B\n      \
         key: user\n      keys: {distinct: 50}\n      event_time: at\n      \
         fields: {page: [home, cart], price: {min: 1, max: 6}, share: {min: 0, max: 0.5}, n: sequence, id: uuid, v: 2}\n  \
         lake: {service: firehose, append_delimiter: true}\n  archive: {service: s3}\nflows: [web -> lake -> archive]\n",
        60,
    );
    assert_eq!(node(&outcome, "web").records_in, 6_000);
    assert_eq!(node(&outcome, "web").bytes_in, 6_000 * 400);
    let records = lines(&outcome, "archive");
    assert_eq!(records.len(), 6_000);
    let mut users = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        *users.entry(record["user"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        assert!(["home", "cart"].contains(&record["page"].as_str().unwrap()), "{record}");
        assert!((1..=6).contains(&record["price"].as_i64().unwrap()), "{record}");
        assert!((0.0..0.5).contains(&record["share"].as_f64().unwrap()), "{record}");
        assert_eq!((record["n"].as_u64(), record["v"].as_i64()), (Some(number as u64), Some(2)));
        assert_eq!(record["id"].as_str().unwrap().len(), 36);
    }
    assert_eq!((users.len(), records[0]["at"].as_str()), (50, Some("2026-11-01T00:00:00.000Z")));
    assert!(users.values().all(|count| (70..=180).contains(count)), "120 each: {users:?}");
    assert_eq!(records[5_999]["at"], "2026-11-01T00:00:59.990Z");
    assert!(sink(&outcome, "archive").files[0].path.starts_with("2026/11/01/00/lake-1-2026-11-01-00-00-00-"));
}

#[test]
fn a_skewed_key_throttles_its_shard_where_even_keys_fit() {
    let throttled = |keys: &str| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: 3000/s, key: user, keys: {keys}}}}}\n  \
             in: {{service: kds, shards: 8}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n"
        );
        node(&generated(&yaml, 15), "in").throttled
    };
    assert_eq!(throttled("{distinct: 100000}"), 0, "375 a second and shard, of 1000");
    // The first of 1000 keys has 38 % at an exponent of 1.5: 1150 a second.
    assert!(throttled("{distinct: 1000, skew: 1.5}") > 1_000);
}

#[test]
fn rates_follow_their_steps_and_periods() {
    let sent = |rate: &str, seconds: u64| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: {rate}}}}}\n  \
             in: {{service: kds, shards: 4}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n"
        );
        sink(&generated(&yaml, seconds), "out").delivered
    };
    assert_eq!(sent("[{rate: 100/s, for: 10s}, {rate: 500/s, for: 10s}, {rate: 0/s}]", 60), 6_000);
    let waves = sent("{base: 50/s, peak: 150/s, period: 20s}", 60);
    assert!((5_900..=6_100).contains(&waves), "100 a second on average: {waves}");
}

#[test]
fn calls_are_filled_where_the_design_batches() {
    let outcome = |batch: &str| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: 4000/s, record_size: 100 B, key: k, retries: false{batch}}}}}\n  \
             lake: {{service: firehose}}\n  archive: {{service: s3}}\nflows: [web -> lake -> archive]\n"
        );
        generated(&yaml, 10)
    };
    // One call a record is over the quota of calls; 50 records a call are not.
    assert!(sink(&outcome(""), "archive").lost > 15_000);
    let batched = outcome(", batch: {records: 50, wait: 100ms}");
    assert_eq!((sink(&batched, "archive").delivered, sink(&batched, "archive").lost), (40_000, 0));
}

#[test]
fn only_the_events_that_are_wanted_are_sent() {
    let outcome = generated(
        "nodes:\n  web: {service: producer, traffic: {rate: 100/s, fields: {n: sequence}}, events: record.n % 10 == 0}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        10,
    );
    assert_eq!((sink(&outcome, "out").delivered, sink(&outcome, "out").lost), (100, 0));
    assert_eq!(node(&outcome, "web").filtered, 900);
}

#[test]
fn late_events_are_generated_within_their_bound() {
    let count = |delay: &str| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: 100/s, key: k, event_time: at, out_of_order: 5s}}}}\n  \
             in: {{service: kds, shards: 1}}\n  \
             count:\n    service: managed-flink\n    watermark_delay: {delay}\n    sql: SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE `in`, DESCRIPTOR(at), INTERVAL '10' SECONDS)) GROUP BY window_start, window_end\n  \
             board: {{service: dynamodb, key: [window_start]}}\nflows: [web -> in -> count -> board]\n"
        );
        node(&generated(&yaml, 60), "count").late
    };
    assert!(count("0s") > 0);
    assert_eq!(count("5s"), 0);
}

#[test]
fn csv_is_read_like_json() {
    let yaml = "nodes:\n  web: {service: producer, traffic: {records: data/visits.csv, key: user, event_time: at}}\n  \
                t: {service: dynamodb, mode: on-demand, key: [user]}\nflows: [web -> t]\n";
    let file = "user,at,spent\nann,2026-01-01T00:00:00Z,1.5\nbob,2026-01-01T00:00:10Z,\nann,2026-01-01T00:00:20Z,7\nlost\n,2026-01-01T00:00:30Z,1\n";
    let inputs = Inputs::from([("web".to_owned(), Bytes::from_static(file.as_bytes()))]);
    let outcome = judged_and_run(yaml, &inputs, &Options::default()).1.unwrap();
    let items = lines(&outcome, "t");
    assert_eq!(items[0], serde_json::json!({"user": "ann", "at": "2026-01-01T00:00:20Z", "spent": 7}));
    assert_eq!(items[1], serde_json::json!({"user": "bob", "at": "2026-01-01T00:00:10Z", "spent": null}));
    let bad: Vec<u64> = outcome.bad_lines["web"].iter().map(|bad| bad.line).collect();
    assert_eq!(bad, [5, 6]);
}

#[test]
fn a_duration_ends_real_records_too() {
    let yaml = "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s}}\n  out: {service: consumer}\nflows: [web -> out]\n";
    let inputs = Inputs::from([("web".to_owned(), Bytes::from("{}\n".repeat(1_000)))]);
    let options = Options { seed: 1, duration: Some("30s".parse().unwrap()) };
    let outcome = judged_and_run(yaml, &inputs, &options).1.unwrap();
    assert_eq!((sink(&outcome, "out").delivered, sink(&outcome, "out").lost), (300, 0));
}

#[test]
fn what_cannot_be_generated_is_refused() {
    let refused = |traffic: &str| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{{traffic}}}}}\n  out: {{service: consumer}}\nflows: [web -> out]\n"
        );
        judged_and_run(&yaml, &Inputs::new(), &Options::default()).1.unwrap_err().remove(0)
    };
    assert_eq!(refused("rate: 0/s"), "`web` never sends anything");
    assert_eq!(refused("key: k"), "`web` has no records to send");
    assert_eq!(refused("rate: 1/s, fields: {n: {least: 1}}"), "`n` has no generator that is known");
    assert_eq!(refused("rate: 1/s, fields: {n: {min: 3, max: 1}}"), "`n` has no generator that is known");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Over the shards' capacity by a tenth the linter says so and the run throttles; under it by a fifth neither does.
    #[test]
    fn the_linter_and_the_run_agree_on_the_capacity_of_shards(
        shards in 1u32..5,
        utilisation in prop_oneof![0.1f64..0.8, 1.1f64..2.5],
        is_large in any::<bool>(),
        seed in any::<u64>(),
    ) {
        // By records at 100 bytes each, or by bytes at 5 KiB each.
        let (size, capacity) = if is_large { (5_120.0, 1_048_576.0 / 5_120.0) } else { (100.0, 1_000.0) };
        let rate = (capacity * f64::from(shards) * utilisation).round();
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: {rate}/s, record_size: {size} B}}}}\n  \
             in: {{service: kds, shards: {shards}}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n"
        );
        let options = Options { seed, duration: Some("12s".parse().unwrap()) };
        let (found, outcome) = judged_and_run(&yaml, &Inputs::new(), &options);
        let throttled = node(&outcome.unwrap(), "in").throttled > 0;
        prop_assert_eq!((found, throttled), (utilisation > 1.0, utilisation > 1.0), "{}", yaml);
    }
}
