//! What a run measures is what can be worked out by hand.

mod called;
mod destinations;
mod event_source_mapping;
mod faults;
mod generated;
mod logs;
mod queue_functions;
mod queues;
mod relays;
mod watched;

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use thalweg::design;
use thalweg::diagnostic::{Diagnostic, Severity};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::runtime::outcome::{NodeOutcome, Outcome, SinkOutcome};
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;

/// The rules that predict what these tests show happening.
const DEMONSTRATED: [&str; 6] = [
    "shard-write-capacity",
    "mapping-cannot-keep-up",
    "dynamodb-write-capacity",
    "order-not-kept",
    "front-door-timeout",
    "fifo-throughput",
];

fn plan_and_run(yaml: &str, records: &str, seed: u64) -> Result<Outcome, Vec<Diagnostic>> {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    let mut findings = lint::judge(&lowered, &knowledge, &Rules::embedded());
    // Loads beyond the capacity are what some of these tests are about, and warnings hold up no run.
    // So are orders that are known not to be kept.
    findings
        .retain(|found| found.severity == Severity::Error && !DEMONSTRATED.contains(&found.rule.as_str()));
    assert!(findings.is_empty(), "{findings:#?}");
    let inputs = Inputs::from([("web".to_owned(), Bytes::from(records.to_owned()))]);
    let options = Options { seed, duration: None };
    let topology = runtime::plan(&lowered.design.unwrap(), &knowledge, &inputs, &options)?;
    Ok(runtime::simulate(topology, &options, &mut |_| {}))
}

fn run(yaml: &str, records: &str) -> Outcome {
    plan_and_run(yaml, records, 1).unwrap_or_else(|refused| panic!("{refused:#?}"))
}

fn node<'o>(outcome: &'o Outcome, id: &str) -> &'o NodeOutcome {
    outcome.nodes.iter().find(|node| node.id == id).unwrap()
}

fn sink<'o>(outcome: &'o Outcome, id: &str) -> &'o SinkOutcome {
    outcome.sinks.iter().find(|sink| sink.id == id).unwrap()
}

/// Records of exactly `size` bytes, keys in turn.
fn records(count: usize, size: usize, keys: &[&str]) -> String {
    let mut lines = String::new();
    for number in 0..count {
        let head = format!("{{\"k\":\"{}\",\"n\":{number},\"p\":\"", keys[number % keys.len()]);
        writeln!(lines, "{head}{}\"}}", "x".repeat(size - head.len() - 2)).unwrap();
    }
    lines
}

#[test]
fn a_shard_without_retries_takes_half_of_twice_its_records() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 2000/s, key: k, retries: false}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(20_000, 100, &["a"]),
    );
    // A second's worth may come at once, then 1000 a second for 10 s.
    let taken = node(&outcome, "in").records_in;
    assert!((10_900..=11_100).contains(&taken), "{taken}");
    assert_eq!(sink(&outcome, "out").delivered, taken);
    assert_eq!(sink(&outcome, "out").lost, 20_000 - taken);
    assert_eq!(node(&outcome, "web").lost, 20_000 - taken);
}

#[test]
fn retries_bring_everything_through_in_the_end() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1500/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(6_000, 100, &["a"]),
    );
    assert!(node(&outcome, "in").throttled > 0);
    assert_eq!((sink(&outcome, "out").delivered, sink(&outcome, "out").lost), (6_000, 0));
    assert!(sink(&outcome, "out").out_of_order > 0, "what is sent again comes after what was sent later");
}

#[test]
fn within_its_capacity_a_stream_loses_nothing_and_keeps_the_order_of_keys() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 800/s, key: k}}\n  \
         in: {service: kds, shards: 4}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(8_000, 100, &["a", "b", "c", "d"]),
    );
    let out = sink(&outcome, "out");
    assert_eq!((out.delivered, out.lost, out.duplicates, out.out_of_order), (8_000, 0, 0, 0));
    // A record is readable after 200 ms and waits up to a second for the next poll.
    assert!(out.latency.max <= 1_200_000 && out.latency.p50 >= 500_000, "{:?}", out.latency);
}

#[test]
fn enhanced_fan_out_is_pushed() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\n\
         flows:\n  - web -> in\n  - {from: in, to: out, via: enhanced-fan-out}\n",
        &records(1_000, 100, &["a"]),
    );
    assert_eq!(sink(&outcome, "out").latency.max, 70_000);
}

#[test]
fn firehose_flushes_by_size_or_by_interval_whichever_comes_first() {
    let design = |rate: u32| {
        format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: {rate}/s, key: k}}}}\n  \
             lake: {{service: firehose, buffer: {{size: 5 MiB, interval: 300s}}}}\n  archive: {{service: s3}}\n\
             flows: [web -> lake -> archive]\n"
        )
    };
    // 100 KB/s fill 5 MiB in 52.4 s: 400 s make 7 full objects, and the rest goes when its 300 s are over.
    let outcome = run(&design(100), &records(40_000, 1000, &["a"]));
    let sizes: Vec<usize> = sink(&outcome, "archive").files.iter().map(|file| file.contents.len()).collect();
    assert_eq!(sizes.len(), 8);
    assert!(sizes[..7].iter().all(|size| *size == 5_243_000), "{sizes:?}");
    // 10 KB/s do not: an object every 300 s.
    let outcome = run(&design(10), &records(9_000, 1000, &["a"]));
    let sizes: Vec<usize> = sink(&outcome, "archive").files.iter().map(|file| file.contents.len()).collect();
    assert_eq!(sizes, [3_000_000; 3]);
    assert_eq!(sink(&outcome, "archive").delivered, 9_000);
}

#[test]
fn a_transform_keeps_exactly_what_its_filter_says() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         lake: {service: firehose, transform: clean, append_delimiter: true}\n  \
         clean: {service: lambda, timeout: 60s, filter: record.n < 250}\n  archive: {service: s3}\n\
         flows: [web -> lake -> archive]\n",
        &records(1_000, 100, &["a"]),
    );
    let archive = sink(&outcome, "archive");
    assert_eq!((archive.delivered, archive.lost, archive.out_of_order), (250, 0, 0));
    let lines: usize =
        archive.files.iter().map(|file| std::str::from_utf8(&file.contents).unwrap().lines().count()).sum();
    assert_eq!(lines, 250);
}

#[test]
fn a_function_that_always_fails_loses_its_records_to_the_error_prefix() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         lake: {service: firehose, transform: clean}\n  \
         clean: {service: lambda, timeout: 60s, work: {error_rate: 1}}\n  archive: {service: s3}\n\
         flows: [web -> lake -> archive]\n",
        &records(500, 100, &["a"]),
    );
    let archive = sink(&outcome, "archive");
    assert_eq!((archive.delivered, archive.lost), (0, 500));
    assert!(
        archive.files.iter().all(|file| file.path.starts_with("processing-failed/")),
        "{:?}",
        archive.files[0].path
    );
    assert_eq!(node(&outcome, "lake").retried, 3, "one batch, three retries");
}

#[test]
fn a_reading_function_hands_on_what_it_keeps() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 500/s, key: k}}\n  \
         in: {service: kds, shards: 2}\n  odd: {service: lambda, filter: record.n % 2 == 1}\n  \
         board: {service: dynamodb, key: [k]}\nflows: [web -> in -> odd -> board]\n",
        &records(2_000, 100, &["a", "b", "c"]),
    );
    let board = sink(&outcome, "board");
    assert_eq!((board.delivered, board.lost, board.out_of_order), (1_000, 0, 0));
    let items = String::from_utf8(board.files[0].contents.clone()).unwrap();
    assert_eq!(items.lines().count(), 3, "one item a key: {items}");
}

#[test]
fn lines_that_are_no_records_are_named() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        "{\"k\":\"a\"}\nnot json\n\n{\"j\":1}\n{\"k\":\"b\"}\n",
    );
    let bad: Vec<u64> = outcome.bad_lines["web"].iter().map(|bad| bad.line).collect();
    assert_eq!((bad, sink(&outcome, "out").delivered), (vec![2, 4], 2));
}

#[test]
fn what_cannot_run_is_refused_by_name_and_sql_at_its_word() {
    let refused = |yaml: &str| {
        let refused = plan_and_run(yaml, "{\"k\":\"a\",\"at\":\"2026-01-01T00:00:00Z\"}\n", 1).unwrap_err();
        refused
            .into_iter()
            .map(|found| (found.message, yaml[found.primary.span.range()].to_owned()))
            .collect::<Vec<_>>()
    };
    let notified = refused(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s}}\n  lake: {service: firehose}\n  \
         store: {service: s3}\n  work: {service: lambda, timeout: 10s}\nflows: [web -> lake -> store -> work]\n",
    );
    assert_eq!(notified[0].1, "store -> work");
    assert!(notified[0].0.contains("s3 to lambda has no runtime"), "{notified:?}");
    let sql = refused(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  in: {service: kds, shards: 1}\n  \
         count:\n    service: managed-flink\n    sql: |\n      SELECT kk\n      FROM `in`\n  board: {service: dynamodb, key: k}\n\
         flows: [web -> in -> count -> board]\n",
    );
    assert_eq!(sql, [("the records have no column `kk`".to_owned(), "kk".to_owned())]);
}

#[test]
fn a_reader_behind_the_retention_has_lost_what_expired() {
    let lost = |retention: &str| {
        let outcome = run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 60/h, key: k}}}}\n  \
                 in: {{service: kds, shards: 1, retention: {retention}}}\n  out: {{service: consumer, poll_interval: 48h}}\n\
                 flows: [web -> in -> out]\n"
            ),
            &records(2 * 24 * 60, 100, &["a"]),
        );
        (sink(&outcome, "out").lost, node(&outcome, "in").lost)
    };
    let (missing, expired) = lost("24h");
    assert_eq!(missing, expired);
    assert!((1_438..=1_440).contains(&missing), "a reader that comes once in 48 h finds half: {missing}");
    assert_eq!(lost("72h"), (0, 0));
}

#[test]
fn what_a_run_would_pass_over_is_refused_at_its_place() {
    let refused = |web: &str, flow: &str| {
        let yaml = format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 1/s, key: k}}{web}}}\n  \
             in: {{service: kds, shards: 1}}\n  work: {{service: lambda, timeout: 60s}}\n  out: {{service: consumer}}\n\
             flows:\n  - web -> in\n  - {{from: in, to: work{flow}}}\n  - work -> out\n"
        );
        let knowledge = Knowledge::embedded();
        let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml.as_str())), &knowledge);
        assert!(lowered.diagnostics.is_empty(), "{:#?}", lowered.diagnostics);
        let inputs = Inputs::from([("web".to_owned(), Bytes::from_static(b"{\"k\":1}\n"))]);
        match runtime::plan(&lowered.design.unwrap(), &knowledge, &inputs, &Options::default()) {
            Ok(_) => Vec::new(),
            Err(found) => found
                .iter()
                .map(|found| (yaml[found.primary.span.range()].to_owned(), found.message.clone()))
                .collect(),
        }
    };
    let told = |place: &str, message: &str| vec![(place.to_owned(), message.to_owned())];
    assert_eq!(
        refused("", ", tumbling_window: 60s"),
        told("tumbling_window", "`tumbling_window` of `in -> work` cannot be run yet")
    );
    assert_eq!(refused("", ", start: 48h"), told("start", "`start` of `in -> work` cannot be run yet"));
    assert_eq!(refused("", ", bisect: false, parallelization_factor: 1, start: latest"), []);
}

fn verdicts(outcome: &Outcome) -> Vec<(Option<bool>, &str)> {
    outcome.verdicts.iter().map(|verdict| (verdict.met, verdict.measured.as_str())).collect()
}

#[test]
fn the_order_of_a_key_is_not_the_order_of_all() {
    let run = |shards: u32| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 400/s, key: k}}}}\n  \
                 in: {{service: kds, shards: {shards}}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n\
                 require:\n  - order: {{by: k, at: out}}\n  - order: {{by: total, at: out}}\n  - order: {{by: n, at: out}}\n"
            ),
            &records(4_000, 100, &["a", "b", "c", "d"]),
        )
    };
    let unknown = (None, "a run watches the order by partition key, and `web` has another");
    let met = (Some(true), "0 out of order");
    assert_eq!(verdicts(&run(1)), [met, met, unknown]);
    let four = run(4);
    assert_eq!((verdicts(&four)[0], verdicts(&four)[2]), (met, unknown));
    assert_eq!(verdicts(&four)[1].0, Some(false), "shards are read one after the other: {four:#?}");
}

#[test]
fn records_without_a_key_spread_over_the_shards() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 3000/s, retries: false}}\n  \
         in: {service: kds, shards: 4}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(30_000, 100, &["a"]),
    );
    assert_eq!(sink(&outcome, "out").lost, 0, "750 a second and shard, of 1000");
}

#[test]
fn a_record_of_more_than_a_second_s_bytes_passes_a_shard_and_holds_up_the_next() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  \
         in: {service: kds, shards: 1, max_record_size: 10 MiB}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(2, 2_000_000, &["a"]),
    );
    assert_eq!((sink(&outcome, "out").delivered, sink(&outcome, "out").lost), (2, 0));
    // 2 MB leave a debt of 1 MB: the bucket is full again 2 s later, a second after the next record was sent.
    assert!(node(&outcome, "in").throttled >= 1);
}

#[test]
fn five_shared_readers_of_a_shard_fit_and_six_are_throttled_but_none_starves() {
    let run = |count: usize| {
        let nodes: String =
            (1..=count).fold(String::new(), |all, i| all + &format!("  r{i}: {{service: consumer}}\n"));
        let flows: String = (1..=count).fold(String::new(), |all, i| all + &format!(", in -> r{i}"));
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 100/s, key: k}}}}\n  \
                 in: {{service: kds, shards: 1}}\n{nodes}flows: [web -> in{flows}]\n"
            ),
            &records(6_000, 100, &["a"]),
        )
    };
    let throttled = |outcome: &Outcome| outcome.nodes.iter().map(|node| node.throttled).sum::<u64>();
    assert_eq!(throttled(&run(5)), 0);
    let six = run(6);
    assert!(throttled(&six) > 10, "{}", throttled(&six));
    for reader in &six.sinks {
        assert_eq!((reader.delivered, reader.lost), (6_000, 0));
        assert!(reader.latency.max < 10_000_000, "{}: {:?}", reader.id, reader.latency);
    }
}

#[test]
fn a_step_without_a_rate_is_a_pause() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, key: k, rate: [{rate: 10/s, for: 10s}, {rate: 0/s, for: 10s}, {rate: 10/s}]}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(300, 100, &["a"]),
    );
    // 100 records in 10 s, nothing for 10 s, 200 in 20 s, and the last is read within 1.2 s.
    assert!((39_900_000..=41_200_000).contains(&outcome.duration_us), "{}", outcome.duration_us);
    let swinging = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, key: k, rate: {base: 0/s, peak: 20/s, period: 10s}}}\n  \
         in: {service: kds, shards: 1}\n  out: {service: consumer}\nflows: [web -> in -> out]\n",
        &records(300, 100, &["a"]),
    );
    // 10 a second on average.
    assert!((28_500_000..=31_500_000).contains(&swinging.duration_us), "{}", swinging.duration_us);
}

#[test]
fn a_throttled_table_ends_with_the_last_write_of_each_key() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 20/s, key: k}}\n  \
         t: {service: dynamodb, mode: provisioned, write_capacity: 10, key: [k]}\nflows: [web -> t]\n",
        &records(200, 100, &["a", "b"]),
    );
    let items = String::from_utf8(sink(&outcome, "t").files[0].contents.clone()).unwrap();
    assert!(items.contains("\"n\":198") && items.contains("\"n\":199"), "{items}");
    let t = sink(&outcome, "t");
    assert_eq!((t.delivered, t.lost, t.out_of_order), (200, 0, 0));
    assert!(node(&outcome, "t").throttled > 0);
}

#[test]
fn a_record_without_the_key_of_the_table_is_refused_by_it() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s, key: k}}\n  \
         t: {service: dynamodb, mode: on-demand, key: [k, gone]}\nflows: [web -> t]\n",
        &records(20, 100, &["a"]),
    );
    assert_eq!((sink(&outcome, "t").delivered, node(&outcome, "t").lost), (0, 20));
}

#[test]
fn an_interval_of_zero_takes_a_few_seconds_and_objects_are_named_by_their_oldest_record() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s, key: k}}\n  \
         lake: {service: firehose, buffer: {interval: 0s}}\n  archive: {service: s3}\nflows: [web -> lake -> archive]\n",
        &records(100, 100, &["a"]),
    );
    // 5 s of records each; the instant in a name is that of the first record and not that of the delivery.
    let names =
        sink(&outcome, "archive").files.iter().map(|file| &file.path["1970/01/01/00/lake-1-".len()..][..19]);
    assert_eq!(names.collect::<Vec<_>>(), ["1970-01-01-00-00-00", "1970-01-01-00-00-05"]);
}

#[test]
fn what_one_branch_leaves_out_does_not_hide_what_the_other_loses() {
    let board = |drop: &str, fail: &str| {
        let outcome = run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 100/s, key: k}}}}\n  \
                 in: {{service: kds, shards: 1}}\n  drop: {{service: lambda, filter: {drop}}}\n  \
                 fail: {{service: lambda, work: {{error_rate: {fail}}}}}\n  board: {{service: dynamodb, key: [n]}}\n\
                 flows:\n  - web -> in -> drop -> board\n  - {{from: in, to: fail, max_retries: 1}}\n  - fail -> board\n"
            ),
            &records(1_000, 100, &["a"]),
        );
        (sink(&outcome, "board").delivered, sink(&outcome, "board").lost)
    };
    assert_eq!(board("record.n < 0", "1"), (0, 1_000), "the failing branch should have brought them all");
    assert_eq!(board("record.n < 400", "1"), (400, 600));
    assert_eq!(board("record.n < 0", "0"), (1_000, 0), "what one branch brings is there");
}

#[test]
fn one_key_of_a_table_takes_a_thousand_units_a_second_and_others_are_not_held_up() {
    let run = |retries: bool, keys: &[&str]| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 2000/s, key: k, retries: {retries}}}}}\n  \
                 t: {{service: dynamodb, mode: on-demand, key: [k, n]}}\nflows: [web -> t]\n"
            ),
            &records(20_000, 1_000, keys),
        )
    };
    // A second's worth may come at once, then 1000 a second for 10 s.
    let lossy = run(false, &["a"]);
    let taken = sink(&lossy, "t").delivered;
    assert!((10_900..=11_100).contains(&taken), "{taken}");
    assert_eq!(node(&lossy, "web").lost, 20_000 - taken);
    // A writer that tries again brings all of them, in twice the time.
    let patient = run(true, &["a"]);
    assert_eq!((sink(&patient, "t").delivered, sink(&patient, "t").out_of_order), (20_000, 0));
    assert!((18_000_000..=20_500_000).contains(&patient.duration_us), "{}", patient.duration_us);
    // Two keys share the load.
    assert_eq!(node(&run(false, &["a", "b"]), "t").throttled, 0);
}

#[test]
fn direct_writes_to_firehose_have_quotas_a_second() {
    let run = |rate: u32, size: usize, retries: bool| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: {rate}/s, key: k, retries: {retries}}}}}\n  \
                 lake: {{service: firehose}}\n  archive: {{service: s3}}\nflows: [web -> lake -> archive]\n"
            ),
            &records(rate as usize * 10, size, &["a"]),
        )
    };
    // 100 records of 104,858 bytes a second are twice 5 MiB/s: a second's worth at once, then half.
    let bytes = run(100, 104_858, false);
    let taken = sink(&bytes, "archive").delivered;
    assert!((540..=560).contains(&taken), "{taken}");
    assert_eq!((node(&bytes, "web").lost, node(&bytes, "lake").throttled), (1_000 - taken, 1_000 - taken));
    // 4000 calls a second are twice the quota of calls.
    let calls = sink(&run(4_000, 100, false), "archive").delivered;
    assert!((21_900..=22_100).contains(&calls), "{calls}");
    // Within the quotas nothing is turned away, and over them for a while retries bring it through.
    assert_eq!(node(&run(40, 104_858, false), "lake").throttled, 0);
    let patient = run(2_500, 100, true);
    assert!(node(&patient, "lake").throttled > 0);
    assert_eq!(sink(&patient, "archive").lost, 0);
}

#[test]
fn a_latency_is_not_kept_where_nothing_arrives() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  drop: {service: lambda, filter: record.n < 0}\n  out: {service: consumer}\n\
         flows: [web -> in -> drop -> out]\nrequire:\n  - latency: {from: web, to: out, p99: 1h}\n",
        &records(100, 100, &["a"]),
    );
    assert_eq!(verdicts(&outcome), [(Some(false), "nothing arrived")]);
}

#[test]
fn a_stream_that_spreads_its_records_uses_every_shard_and_forgets_the_order_of_keys() {
    let run = |distribution: &str| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 2000/s, key: k, retries: false}}}}\n  \
                 in: {{service: kds, mode: on-demand, distribution: {distribution}}}\n  out: {{service: consumer}}\n\
                 flows: [web -> in -> out]\n"
            ),
            &records(20_000, 100, &["a"]),
        )
    };
    let (by_key, auto) = (run("by-key"), run("auto"));
    assert!(sink(&by_key, "out").lost > 8_000 && sink(&by_key, "out").out_of_order == 0);
    assert!(sink(&auto, "out").lost == 0 && sink(&auto, "out").out_of_order > 0);
}
