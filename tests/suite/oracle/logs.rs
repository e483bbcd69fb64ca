//! What topics of Kafka, the changes of tables, and jobs that read in micro-batches do.

use super::{node, records, run, sink};

#[test]
fn a_topic_keeps_the_order_of_keys_and_gives_every_group_all_records() {
    for service in ["msk, brokers: 3, partitions: 4", "msk-serverless, partitions: 4"] {
        let outcome = run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 500/s, key: k}}}}\n  \
                 topic: {{service: {service}}}\n  one: {{service: consumer}}\n  two: {{service: application}}\n  \
                 work: {{service: lambda, timeout: 10s}}\n  lake: {{service: firehose, buffer: {{interval: 60s}}}}\n  archive: {{service: s3}}\n\
                 flows: [web -> topic -> one, topic -> two, topic -> work, topic -> lake -> archive]\n"
            ),
            &records(5_000, 100, &["a", "b", "c", "d", "e"]),
        );
        for id in ["one", "two", "work", "archive"] {
            let reader = sink(&outcome, id);
            assert_eq!((reader.delivered, reader.lost, reader.duplicates), (5_000, 0, 0), "{service} {id}");
        }
        assert_eq!(sink(&outcome, "one").out_of_order, 0, "{service}");
        // A consumer waits at the topic, and gets a record as soon as it is there.
        assert!(sink(&outcome, "one").latency.max < 100_000, "{:?}", sink(&outcome, "one").latency);
    }
}

#[test]
fn a_topic_forgets_after_its_retention() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 60/h, key: k}}\n  \
         topic: {service: msk, brokers: 3, partitions: 1, retention: 24h}\n  out: {service: lambda, timeout: 10s}\n\
         flows: [web -> topic -> out]\nfaults: [{kind: unavailable, at: out, start: 0s, duration: 48h}]\n",
        &records(2 * 24 * 60, 100, &["a"]),
    );
    let lost = sink(&outcome, "out").lost;
    assert!((1_430..=1_441).contains(&lost), "{lost}");
}

#[test]
fn two_readers_and_a_capture_get_every_change_of_a_table() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  \
         board: {service: dynamodb, key: [n], mode: on-demand, streams: true}\n  one: {service: lambda, timeout: 10s}\n  two: {service: lambda, timeout: 10s}\n  \
         in: {service: kds, shards: 2}\n  out: {service: consumer}\nflows: [web -> board -> one, board -> two, board -> in -> out]\n",
        &records(2_000, 100, &["a", "b"]),
    );
    for id in ["board", "one", "two", "out"] {
        assert_eq!((sink(&outcome, id).delivered, sink(&outcome, id).lost), (2_000, 0), "{id}");
    }
    // The stream is asked four times a second.
    assert!(sink(&outcome, "one").latency.max <= 300_000, "{:?}", sink(&outcome, "one").latency);
}

#[test]
fn changes_of_a_table_stay_for_a_day() {
    let lost = |hours: u32| {
        let outcome = run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 60/h, key: k}}}}\n  \
                 board: {{service: dynamodb, key: [n], mode: on-demand, streams: true}}\n  late: {{service: lambda, timeout: 10s}}\n\
                 flows: [web -> board -> late]\nfaults: [{{kind: unavailable, at: late, start: 0s, duration: {hours}h}}]\n"
            ),
            &records(30 * 60, 100, &["a"]),
        );
        sink(&outcome, "late").lost
    };
    assert_eq!(lost(20), 0);
    assert!((355..=361).contains(&lost(30)), "six hours of 60 have expired: {}", lost(30));
}

#[test]
fn a_table_with_provisioned_capacity_takes_so_many_units_a_second() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k, retries: false}}\n  \
         board: {service: dynamodb, key: [n], write_capacity: 50}\nflows: [web -> board]\n",
        &records(2_000, 100, &["a", "b"]),
    );
    let taken = sink(&outcome, "board").delivered;
    assert!((1_030..=1_060).contains(&taken), "50 at once, and 50 a second for 20 s: {taken}");
}

#[test]
fn a_job_in_micro_batches_delivers_at_its_ticks() {
    let job = |service: &str| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 100/s, key: k}}}}\n  in: {{service: kds, shards: 2}}\n  \
                 job: {{service: {service}}}\n  lake: {{service: s3}}\n  rows: {{service: redshift}}\nflows: [web -> in -> job -> lake, job -> rows]\n"
            ),
            &records(30_000, 100, &["a", "b", "c", "d"]),
        )
    };
    let glue = job("glue-streaming, window: 100s, filter: record.n < 20000");
    let lake = sink(&glue, "lake");
    assert_eq!((lake.delivered, lake.lost, node(&glue, "job").filtered), (20_000, 0, 10_000));
    // An object of each shard at 100 s and 200 s, and what cannot be read yet in the last 200 ms before a tick at the next.
    assert_eq!((lake.files.len(), sink(&glue, "rows").delivered), (6, 20_000));
    assert!((100_000_000..=107_100_000).contains(&lake.latency.max), "{:?}", lake.latency);
    let emr = job("emr, window: 10s, work: {per_record: 1ms}");
    assert_eq!((sink(&emr, "lake").delivered, sink(&emr, "lake").lost), (30_000, 0));
    assert!(sink(&emr, "lake").latency.max < 14_000_000, "{:?}", sink(&emr, "lake").latency);
}

#[test]
fn a_video_stream_is_read_by_every_program() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 2/s}}\n  video: {service: kinesis-video-streams, retention: 1h}\n  \
         one: {service: consumer}\n  two: {service: application}\nflows: [web -> video -> one, video -> two]\n",
        &records(100, 1_000, &["a"]),
    );
    for id in ["one", "two"] {
        assert_eq!((sink(&outcome, id).delivered, sink(&outcome, id).lost), (100, 0), "{id}");
    }
}

#[test]
fn a_program_sends_on_what_it_has_handled() {
    // Timestream took new customers until the middle of 2025.
    let outcome = run(
        "as_of: 2025-06-01\nnodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  in: {service: kds, shards: 1}\n  \
         app: {service: application}\n  jobs: {service: sqs}\n  work: {service: consumer, work: {per_record: 1ms}}\n  \
         store: {service: rds, key: [n]}\n  cache: {service: elasticache, key: [k]}\n  series: {service: timestream}\n\
         flows: [web -> in -> app -> jobs -> work -> store, app -> cache, app -> series]\n",
        &records(1_000, 100, &["a", "b"]),
    );
    for id in ["store", "cache", "series"] {
        assert_eq!((sink(&outcome, id).delivered, sink(&outcome, id).lost), (1_000, 0), "{id}");
    }
    let rows = |id: &str| String::from_utf8_lossy(&sink(&outcome, id).files[0].contents).lines().count();
    assert_eq!((rows("store"), rows("cache"), rows("series")), (1_000, 2, 1_000));
}
