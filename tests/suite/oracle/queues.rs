//! What queues do with order, time and messages that nobody deletes.

use thalweg::runtime::outcome::Outcome;

use super::{node, records, run, sink};

fn through_a_queue(rate: u32, count: usize, queue: &str, work: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: {rate}/s, key: k}}}}\n  \
             jobs: {{service: sqs{queue}}}\n  work: {{service: application{work}}}\n  dead: {{service: sqs}}\n  \
             left: {{service: consumer}}\nflows: [web -> jobs -> work, dead -> left]\n"
        ),
        &records(count, 100, &["a", "b", "c", "d"]),
    )
}

#[test]
fn work_that_outlasts_the_visibility_timeout_is_done_twice_or_more() {
    // 40 s of work and 30 s of hiding, with enough copies that one is always free.
    let late = through_a_queue(1, 20, ", visibility_timeout: 30s", ", readers: 60, work: {per_record: 40s}");
    assert_eq!((sink(&late, "work").delivered, sink(&late, "work").lost), (20, 0));
    assert!(sink(&late, "work").duplicates >= 20, "{}", sink(&late, "work").duplicates);
    let early = through_a_queue(1, 20, ", visibility_timeout: 60s", ", readers: 60, work: {per_record: 40s}");
    assert_eq!((sink(&early, "work").delivered, sink(&early, "work").duplicates), (20, 0));
    assert_eq!(node(&early, "jobs").held, 0);
}

#[test]
fn a_standard_queue_mixes_messages_and_a_fifo_queue_keeps_the_order_of_groups() {
    // One copy is too slow, so that there is always something to pick from.
    let standard = through_a_queue(200, 2_000, "", ", work: {per_record: 10ms}");
    assert!(sink(&standard, "work").out_of_order > 0);
    for work in [", work: {per_record: 10ms}", ", readers: 4, work: {per_record: 10ms}"] {
        let fifo = through_a_queue(200, 2_000, ", type: fifo", work);
        assert_eq!((sink(&fifo, "work").delivered, sink(&fifo, "work").out_of_order), (2_000, 0));
    }
}

#[test]
fn workers_take_as_long_as_they_need_and_a_queue_evens_out_the_load() {
    // 2000 records of 10 ms are 20 s for one copy, where 10 s are sent.
    let outcome = through_a_queue(200, 2_000, "", ", work: {per_record: 10ms}");
    assert_eq!(sink(&outcome, "work").delivered, 2_000);
    assert!(
        (9_500_000..=10_500_000).contains(&sink(&outcome, "work").latency.max),
        "{:?}",
        sink(&outcome, "work").latency
    );
}

#[test]
fn a_message_that_is_received_too_often_goes_to_the_dead_letters() {
    let outcome = through_a_queue(
        1,
        10,
        ", visibility_timeout: 30s, dead_letters: dead, max_receives: 2",
        ", readers: 40, work: {per_record: 100s}",
    );
    // Received at once and after 30 s, given up after 60 s, while the first worker still works on it.
    assert_eq!(node(&outcome, "dead").records_in, 10);
    assert_eq!(sink(&outcome, "left").delivered, 10);
    assert_eq!((sink(&outcome, "work").delivered, sink(&outcome, "work").duplicates), (10, 10));
}

#[test]
fn a_delay_hides_messages_at_first_and_retention_ends_them() {
    let delayed = through_a_queue(10, 100, ", delay: 60s", "");
    assert!(
        (60_000_000..60_100_000).contains(&sink(&delayed, "work").latency.p50),
        "{:?}",
        sink(&delayed, "work").latency
    );
    // One copy needs 10 s a message: what waits for more than a minute is thrown away.
    let slow =
        through_a_queue(10, 100, ", retention: 60s, visibility_timeout: 12h", ", work: {per_record: 10s}");
    let (work, jobs) = (sink(&slow, "work"), node(&slow, "jobs"));
    assert!(work.lost > 50 && work.lost == jobs.lost, "{} {}", work.lost, jobs.lost);
    assert_eq!(work.delivered + work.lost, 100);
}

#[test]
fn a_fifo_queue_takes_300_calls_a_second() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 600/s, key: k, retries: false}}\n  \
         jobs: {service: sqs, type: fifo}\n  work: {service: consumer}\nflows: [web -> jobs -> work]\n",
        &records(6_000, 100, &["a", "b"]),
    );
    let taken = sink(&outcome, "work").delivered;
    assert!((3_250..=3_350).contains(&taken), "a second's worth at once, then half: {taken}");
    assert_eq!(node(&outcome, "web").lost, 6_000 - taken);
}
