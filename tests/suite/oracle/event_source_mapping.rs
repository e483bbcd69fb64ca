//! What an event source mapping does with failures, order and concurrency.

use thalweg::runtime::outcome::Outcome;

use super::{node, records, run, sink};

#[test]
fn a_mapping_without_a_bound_tries_until_the_records_expire() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  fail: {service: lambda, work: {error_rate: 1}}\n  \
         board: {service: dynamodb, key: [n]}\nflows: [web -> in -> fail -> board]\n",
        &records(100, 100, &["a"]),
    );
    assert_eq!((node(&outcome, "fail").lost, sink(&outcome, "board").lost), (100, 100));
    // A try a second for a day.
    assert!(
        (80_000..=86_500).contains(&node(&outcome, "fail").retried),
        "{}",
        node(&outcome, "fail").retried
    );
    assert!(outcome.duration_us >= 86_400_000_000);
}

/// A function that fails for ever at record 450 of 1000, of which 100 come in a second.
fn with_poison(flow: &str, rest: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 100/s, key: k}}}}\n  \
             in: {{service: kds, shards: 1}}\n  work: {{service: lambda, work: {{poison: record.n == 450}}}}\n  \
             board: {{service: dynamodb, mode: on-demand, key: [n]}}\n{rest}\
             flows:\n  - web -> in\n  - {{from: in, to: work{flow}}}\n  - work -> board\n"
        ),
        &records(1_000, 100, &["a", "b"]),
    )
}

#[test]
fn a_poison_record_stops_its_shard_until_it_expires() {
    let outcome = with_poison("", "");
    // The batch with it, and all behind it that were read or wait in the stream, are tried for a day.
    let board = sink(&outcome, "board");
    assert_eq!((board.delivered + board.lost, board.out_of_order), (1_000, 0));
    // A little that came before the record expires with it; what came after it is handled once it is gone.
    assert!((1..=200).contains(&board.lost), "{}", board.lost);
    assert!(board.latency.max > 86_390_000_000 && board.latency.p50 < 86_400_000_000, "{:?}", board.latency);
    let age = node(&outcome, "work").iterator_age_us;
    assert!((86_390_000_000..=86_402_000_000).contains(&age), "a second a second, for 24 hours: {age}");
}

#[test]
fn a_poison_record_is_found_by_halves_and_reported() {
    let queue = "  failed: {service: sqs}\n";
    let bisected = with_poison(", bisect: true, max_retries: 2, on_failure: failed", queue);
    assert_eq!((sink(&bisected, "board").delivered, sink(&bisected, "board").lost), (999, 1));
    assert_eq!((sink(&bisected, "failed").delivered, node(&bisected, "failed").records_in), (1, 1));
    assert_eq!(sink(&bisected, "board").duplicates, 0);
    let message: serde_json::Value =
        serde_json::from_slice(&sink(&bisected, "failed").files[0].contents).unwrap();
    assert_eq!(message["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(message["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(message["KinesisBatchInfo"]["batchSize"], 1);
    assert_eq!(message["KinesisBatchInfo"]["shardId"], "shardId-000000000000");
    assert_eq!(message["KinesisBatchInfo"]["approximateArrivalOfFirstRecord"], "1970-01-01T00:00:04.500Z");
    let number = message["KinesisBatchInfo"]["startSequenceNumber"].as_str().unwrap();
    assert!(number.ends_with("000450"), "{number}");
}

#[test]
fn a_bucket_gets_the_records_of_what_was_given_up() {
    let outcome =
        with_poison(", batch_size: 10, max_retries: 0, on_failure: failed", "  failed: {service: s3}\n");
    // Without bisection the whole batch goes.
    assert_eq!((sink(&outcome, "board").lost, sink(&outcome, "failed").delivered), (10, 10));
    let file = &sink(&outcome, "failed").files[0];
    assert!(file.path.starts_with("aws/lambda/work/1970/01/01/1970-01-01T00.00.0"), "{}", file.path);
    let body: serde_json::Value = serde_json::from_slice(&file.contents).unwrap();
    let payload: serde_json::Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload["Records"].as_array().unwrap().len(), 10);
    let record = &payload["Records"][0];
    let key = record["kinesis"]["partitionKey"].as_str().unwrap();
    assert!(["a", "b"].contains(&key), "{key}");
    // The data is `{"k":"…` in base64.
    assert!(record["kinesis"]["data"].as_str().unwrap().starts_with("eyJrIjoi"), "{record}");
    assert_eq!(payload["Records"][0]["eventName"], "aws:kinesis:record");
}

#[test]
fn reported_failures_are_not_repeated_with_what_went_before_them() {
    let outcome = with_poison(", batch_size: 100, max_retries: 3, report_item_failures: true", "");
    let (board, work) = (sink(&outcome, "board"), node(&outcome, "work"));
    assert_eq!(board.duplicates, 0);
    // From the record on, the rest of its batch is given up with it.
    assert!((1..=100).contains(&board.lost) && board.lost == work.lost, "{}", board.lost);
    assert_eq!(work.retried, 3);
    let found = with_poison(", max_retries: 3, report_item_failures: true, bisect: true", "");
    assert_eq!((sink(&found, "board").delivered, sink(&found, "board").lost), (999, 1));
}

#[test]
fn records_that_are_too_old_are_given_up_and_the_shard_goes_on() {
    let outcome = with_poison(", max_record_age: 60s, on_failure: failed", "  failed: {service: sqs}\n");
    let board = sink(&outcome, "board");
    assert_eq!(board.delivered + board.lost, 1_000);
    assert_eq!(sink(&outcome, "failed").delivered, board.lost);
    let age = node(&outcome, "work").iterator_age_us;
    assert!((59_000_000..=62_000_000).contains(&age), "{age}");
    let message = String::from_utf8(sink(&outcome, "failed").files[0].contents.clone()).unwrap();
    assert!(message.contains("RecordAgeExceeded"), "{message}");
}

/// 10 ms a record: one call at a time handles 100 records a second of each shard, but for the time of the call itself.
fn slow_function(shards: u32, flow: &str, function: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 300/s, key: k}}}}\n  \
             in: {{service: kds, shards: {shards}}}\n  \
             work: {{service: lambda, timeout: 60s, work: {{per_record: 10ms}}{function}}}\n\
             flows:\n  - web -> in\n  - {{from: in, to: work{flow}}}\n"
        ),
        &records(9_000, 100, &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]),
    )
}

#[test]
fn the_parallelization_factor_multiplies_a_shard_s_calls_and_keeps_the_order_of_keys() {
    // 9000 records at 100 a second take 90 s, where 30 s are sent.
    let one = slow_function(1, "", "");
    assert!((90_000_000..=94_000_000).contains(&one.duration_us), "{}", one.duration_us);
    assert!(node(&one, "work").iterator_age_us > 55_000_000, "{}", node(&one, "work").iterator_age_us);
    let ten = slow_function(1, ", parallelization_factor: 10", "");
    assert!(ten.duration_us < 50_000_000, "{}", ten.duration_us);
    for outcome in [one, ten] {
        let work = sink(&outcome, "work");
        assert_eq!((work.delivered, work.lost, work.out_of_order), (9_000, 0, 0));
    }
}

#[test]
fn reserved_concurrency_holds_back_the_shards() {
    let free = slow_function(8, "", "");
    let held = slow_function(8, "", ", reserved_concurrency: 1");
    assert_eq!(node(&free, "work").throttled, 0);
    assert!(node(&held, "work").throttled > 0);
    assert!((90_000_000..=94_000_000).contains(&held.duration_us), "{}", held.duration_us);
    assert_eq!(sink(&held, "work").delivered, 9_000);
}

#[test]
fn a_full_batch_does_not_wait_for_its_window() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  work: {service: lambda}\n\
         flows:\n  - web -> in\n  - {from: in, to: work, batch_size: 100, batching_window: 300s}\n",
        &records(1_050, 100, &["a"]),
    );
    // Full batches wait for little more than the poll; the last 50 records for the window.
    assert!(sink(&outcome, "work").latency.p50 < 2_500_000, "{:?}", sink(&outcome, "work").latency);
    assert!((300_000_000..302_000_000).contains(&sink(&outcome, "work").latency.max));
}

#[test]
fn what_the_filter_of_a_mapping_leaves_out_is_not_lost() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         in: {service: kds, shards: 1}\n  work: {service: lambda}\n\
         flows:\n  - web -> in\n  - {from: in, to: work, filter: record.n % 4 == 0}\n",
        &records(1_000, 100, &["a"]),
    );
    assert_eq!((sink(&outcome, "work").delivered, sink(&outcome, "work").lost), (250, 0));
    assert_eq!(node(&outcome, "work").filtered, 750);
}
