//! What an event source mapping does with the messages of a queue.

use thalweg::runtime::outcome::Outcome;

use super::{node, records, run, sink};

/// A queue that a function works off, with a queue for dead letters.
fn worked_off(rate: u32, count: usize, queue: &str, flow: &str, function: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: {rate}/s, key: k}}}}\n  \
             jobs: {{service: sqs, dead_letters: dead{queue}}}\n  dead: {{service: sqs{}}}\n  \
             work: {{service: lambda{function}}}\nflows:\n  - web -> jobs\n  - {{from: jobs, to: work{flow}}}\n",
            if queue.contains("fifo") { ", type: fifo" } else { "" }
        ),
        &records(count, 100, &["a", "b", "c", "d"]),
    )
}

#[test]
fn a_visibility_timeout_under_the_time_of_the_work_has_messages_processed_twice() {
    let of = |visibility: u32| {
        let queue = format!(", visibility_timeout: {visibility}s, max_receives: 100");
        worked_off(1, 20, &queue, ", batch_size: 1", ", timeout: 60s, work: {duration: 40s}")
    };
    let late = of(30);
    assert_eq!((sink(&late, "work").delivered, sink(&late, "work").lost), (20, 0));
    assert!(sink(&late, "work").duplicates >= 20, "{}", sink(&late, "work").duplicates);
    assert_eq!((sink(&of(360), "work").delivered, sink(&of(360), "work").duplicates), (20, 0));
}

#[test]
fn a_poison_message_ends_in_the_dead_letters_after_its_receives() {
    let function = ", timeout: 5s, work: {poison: record.n == 7}";
    let alone = worked_off(10, 100, ", max_receives: 3", ", batch_size: 1", function);
    assert_eq!((sink(&alone, "work").delivered, sink(&alone, "dead").delivered), (99, 1));
    // Received at once and after 30 and 60 s, set aside after 90 s; twice it came again.
    assert_eq!((node(&alone, "jobs").retried, node(&alone, "jobs").lost), (2, 1));
    let at = sink(&alone, "dead").latency.max;
    assert!((90_000_000..90_100_000).contains(&at), "{at}");
    assert_eq!(sink(&alone, "work").duplicates, 0);
}

#[test]
fn a_batch_fails_as_a_whole_unless_the_function_says_which_messages_failed() {
    let function = ", timeout: 5s, work: {poison: record.n == 7}";
    let window = ", batch_size: 50, batching_window: 1s";
    let whole = worked_off(100, 100, ", max_receives: 1", window, function);
    let (work, dead) = (sink(&whole, "work"), sink(&whole, "dead"));
    assert_eq!((work.delivered, dead.delivered), (50, 50));
    let single =
        worked_off(100, 100, ", max_receives: 1", &format!("{window}, report_item_failures: true"), function);
    assert_eq!((sink(&single, "work").delivered, sink(&single, "dead").delivered), (99, 1));
    assert_eq!(node(&single, "jobs").lost, 1);
}

#[test]
fn a_fifo_queue_keeps_the_order_of_groups_through_a_function_that_fails_at_times() {
    let function = ", timeout: 5s, work: {per_record: 5ms, error_rate: 0.05}";
    let queue = ", type: fifo, visibility_timeout: 30s, max_receives: 1000";
    let outcome = worked_off(100, 1_000, queue, "", function);
    let work = sink(&outcome, "work");
    assert!(node(&outcome, "jobs").retried > 0);
    assert_eq!((work.delivered, work.duplicates, work.out_of_order), (1_000, 0, 0));
}

#[test]
fn what_comes_after_a_failed_message_of_a_fifo_queue_is_not_counted_as_done() {
    let function = ", timeout: 5s, work: {poison: record.n == 7}";
    let queue = ", type: fifo, max_receives: 3";
    let outcome = worked_off(100, 400, queue, ", report_item_failures: true", function);
    // Messages 7 and others of its batch may be set aside together, but no order is broken.
    let (work, dead) = (sink(&outcome, "work"), sink(&outcome, "dead"));
    assert_eq!((work.delivered + dead.delivered, work.out_of_order), (400, 0));
    assert!((1..=10).contains(&dead.delivered), "{}", dead.delivered);
}

#[test]
fn a_standard_queue_begins_with_five_calls_at_a_time_and_adds_five_a_second() {
    // 10 s a message: what is sent at once is worked off by 5 calls, and one more every 200 ms.
    let outcome = worked_off(
        1_000,
        100,
        ", visibility_timeout: 360s",
        ", batch_size: 1",
        ", timeout: 60s, work: {duration: 10s}",
    );
    let latency = sink(&outcome, "work").latency;
    assert_eq!(sink(&outcome, "work").delivered, 100);
    // Until 10 s have passed 50 calls were added; then those that began first are free again.
    assert!((15_000_000..=19_900_000).contains(&latency.p50), "{latency:?}");
    assert!((20_000_000..=24_000_000).contains(&latency.max), "{latency:?}");
}

#[test]
fn maximum_concurrency_bounds_the_calls_and_reserved_concurrency_holds_batches_until_they_come_again() {
    let of = |flow: &str, function: &str| {
        worked_off(
            100,
            100,
            ", visibility_timeout: 30s, max_receives: 1000",
            &format!(", batch_size: 1{flow}"),
            &format!(", timeout: 5s, work: {{duration: 990ms}}{function}"),
        )
    };
    // 100 messages of a second each by two at a time take 50 s, and all were sent in the first.
    let bounded = of(", max_concurrency: 2", "");
    assert_eq!((sink(&bounded, "work").delivered, node(&bounded, "work").throttled), (100, 0));
    let latest = sink(&bounded, "work").latency.max;
    assert!((49_000_000..=50_020_000).contains(&latest), "{latest}");
    let reserved = of("", ", reserved_concurrency: 2");
    assert_eq!(sink(&reserved, "work").delivered, 100);
    assert!(node(&reserved, "work").throttled > 0 && node(&reserved, "jobs").retried > 0);
}

#[test]
fn what_the_filter_of_a_queue_s_mapping_leaves_out_is_deleted_and_not_lost() {
    let outcome = worked_off(100, 1_000, "", ", filter: record.n % 4 == 0", "");
    assert_eq!((sink(&outcome, "work").delivered, sink(&outcome, "work").lost), (250, 0));
    assert_eq!((node(&outcome, "work").filtered, node(&outcome, "jobs").held), (750, 0));
}

#[test]
fn a_function_that_would_work_off_reports_of_failures_is_refused() {
    let refused = super::plan_and_run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  in: {service: kds, shards: 1}\n  \
         work: {service: lambda}\n  failed: {service: sqs}\n  mend: {service: lambda}\n\
         flows:\n  - web -> in\n  - {from: in, to: work, on_failure: failed}\n  - failed -> mend\n",
        "{\"k\":1}\n",
        1,
    );
    let messages: Vec<_> = refused.unwrap_err().into_iter().map(|refused| refused.message).collect();
    assert_eq!(
        messages,
        ["`mend` works off reports of failures, which a run does not hand to functions yet"]
    );
}
