//! What Firehose does with destinations that are no bucket, and with destinations that fail.

use std::fmt::Write as _;

use thalweg::runtime::outcome::{File, Outcome, SinkOutcome};

use super::{node, records, run, sink};

const MINUTE: &str = "buffer: {size: 1 MiB, interval: 60s}";

/// Ten records a second of 100 bytes for a minute, through Firehose to a destination.
fn delivered_to(destination: &str, firehose: &str, rest: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 10/s, key: k}}}}\n  \
             lake: {{service: firehose, {firehose}}}\n  out: {destination}\n  spare: {{service: s3}}\n\
             flows: [web -> lake -> out]\n{rest}"
        ),
        &records(600, 100, &["a", "b", "c"]),
    )
}

fn lines(file: &File) -> Vec<serde_json::Value> {
    let text = std::str::from_utf8(&file.contents).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rows(sink: &SinkOutcome) -> usize {
    lines(&sink.files[0]).len()
}

#[test]
fn rows_are_records_delivered_once_deduplicated_by_key() {
    for (service, key) in [
        ("redshift", ""),
        ("redshift-serverless", ""),
        ("opensearch", ", document_id: n"),
        ("opensearch-serverless", ""),
        ("splunk", ""),
        ("snowflake", ""),
        ("http-endpoint", ""),
        ("iceberg", ", key: [n]"),
    ] {
        // Splunk's buffer ends at 60 s and 5 MiB, which is where all of these stay.
        let outcome = delivered_to(&format!("{{service: {service}{key}}}"), MINUTE, "");
        let out = sink(&outcome, "out");
        assert_eq!((out.delivered, out.lost, out.duplicates, rows(out)), (600, 0, 0, 600), "{service}");
        let by_key = delivered_to("{service: opensearch, document_id: k}", MINUTE, "");
        assert_eq!((sink(&by_key, "out").delivered, rows(sink(&by_key, "out"))), (600, 3));
    }
}

#[test]
fn a_warehouse_is_loaded_by_one_copy_after_the_other() {
    // The buffer ends 60 s after its first record, and a COPY takes 30 s.
    let outcome = delivered_to("{service: redshift}", MINUTE, "");
    let out = sink(&outcome, "out");
    assert_eq!(out.latency.max, 90_000_000);
    // With a buffer of a second a COPY starts with the first second's records, and the others wait for it to end: what
    // comes right after it started is loaded by the next one, which ends 60 s later.
    let often = delivered_to("{service: redshift}", "buffer: {interval: 1s}", "").duration_us;
    assert!(often < 130_000_000, "{often}");
}

#[test]
fn a_destination_that_is_down_for_less_than_the_retry_time_loses_nothing() {
    let faults = "faults: [{kind: unavailable, at: out, start: 30s, duration: 10m}]\n";
    for service in ["http-endpoint", "opensearch", "splunk", "redshift", "iceberg", "snowflake"] {
        let outcome = delivered_to(
            &format!("{{service: {service}}}"),
            "buffer: {size: 1 MiB, interval: 60s}, retry: 20m, backup: spare",
            faults,
        );
        let out = sink(&outcome, "out");
        assert_eq!((out.delivered, out.lost), (600, 0), "{service}");
        assert!(node(&outcome, "lake").retried > 0 && out.latency.max >= 570_000_000, "{service}");
    }
}

#[test]
fn what_outlasts_the_retry_time_lies_in_the_backup_with_the_reason() {
    let faults = "faults: [{kind: unavailable, at: out, start: 0s, duration: 1h}]\n";
    let settings = "buffer: {size: 1 MiB, interval: 60s}, retry: 100s, backup: spare, error_prefix: e/";
    let outcome = delivered_to("{service: http-endpoint}", settings, faults);
    assert_eq!((sink(&outcome, "out").delivered, sink(&outcome, "out").lost), (0, 600));
    assert_eq!(node(&outcome, "lake").lost, 600);
    // Waits of 10, 20 and 40 s fit into 100 s, the next of 80 s does not.
    let spare = sink(&outcome, "spare");
    let failed: Vec<&File> =
        spare.files.iter().filter(|file| file.path.starts_with("e/http-endpoint-failed/")).collect();
    let failed: Vec<serde_json::Value> = failed.into_iter().flat_map(lines).collect();
    assert_eq!(failed.len(), 600);
    assert!(failed.iter().all(|line| line["attemptsMade"] == 4), "{}", failed[0]);
    assert_eq!(spare.delivered, 600, "and every record is there as it came, too");
}

#[test]
fn without_retries_a_failed_batch_is_given_up_at_once() {
    let faults = "faults: [{kind: unavailable, at: out, start: 0s, duration: 61s}]\n";
    let outcome =
        delivered_to("{service: http-endpoint}", "buffer: {size: 1 MiB, interval: 60s}, retry: 0s", faults);
    assert_eq!((node(&outcome, "lake").retried, node(&outcome, "lake").lost), (0, 600));
}

/// Records of so many users in turn.
fn of_users(count: usize, users: usize) -> String {
    let mut lines = String::new();
    for number in 0..count {
        writeln!(lines, "{{\"user\":\"u/{}\",\"n\":{number}}}", number % users).unwrap();
    }
    lines
}

fn partitioned(count: usize, users: usize) -> Outcome {
    run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s}}\n  \
         lake: {service: firehose, partition_by: [user], buffer: {size: 64 MiB, interval: 60s}, append_delimiter: true, error_prefix: e/}\n  \
         archive: {service: s3}\nflows: [web -> lake -> archive]\n",
        &of_users(count, users),
    )
}

#[test]
fn dynamic_partitioning_keeps_users_apart() {
    let outcome = partitioned(1_000, 4);
    let archive = sink(&outcome, "archive");
    assert_eq!((archive.delivered, archive.lost, archive.files.len()), (1_000, 0, 4));
    for file in &archive.files {
        let user = file.path.split('/').next().unwrap().strip_prefix("user=u%2F").unwrap();
        assert!(lines(file).iter().all(|line| line["user"] == format!("u/{user}")), "{}", file.path);
    }
}

#[test]
fn partitions_beyond_the_500th_go_to_the_error_prefix() {
    let outcome = partitioned(600, 600);
    let archive = sink(&outcome, "archive");
    assert_eq!((archive.delivered, archive.lost), (500, 100));
    let over: Vec<&File> =
        archive.files.iter().filter(|file| file.path.starts_with("e/activePartitionExceeded/")).collect();
    assert_eq!(over.iter().map(|file| lines(file).len()).sum::<usize>(), 100);
    // After the interval all are closed, and others can be opened.
    assert_eq!(sink(&partitioned(60_000, 400), "archive").lost, 0);
}

#[test]
fn a_streaming_view_takes_what_is_there_at_every_refresh() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  in: {service: kds, shards: 2}\n  \
         out: {service: redshift, ingestion: streaming}\nflows: [web -> in -> out]\n",
        &records(6_000, 100, &["a", "b", "c"]),
    );
    let out = sink(&outcome, "out");
    assert_eq!((out.delivered, out.lost, out.duplicates, rows(out)), (6_000, 0, 0, 6_000));
    // A refresh every 10 s: a record waits for up to 10 s, and 200 ms until it can be read.
    assert!((10_000_000..=10_200_000).contains(&out.latency.max), "{:?}", out.latency);
    assert!((4_800_000..=5_400_000).contains(&out.latency.p50), "{:?}", out.latency);
}
