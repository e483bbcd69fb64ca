//! What topics and APIs pass on, and what they turn away.

use super::{node, records, run, sink};

#[test]
fn every_subscriber_gets_every_record_that_passes_its_filter() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  news: {service: sns}\n  \
         all: {service: sqs}\n  few: {service: sqs}\n  work: {service: lambda, timeout: 5s}\n  \
         lake: {service: firehose}\n  archive: {service: s3}\nflows:\n  - web -> news\n  - {from: news, to: all, raw: true}\n  \
         - {from: news, to: few, filter: record.n % 4 == 0}\n  - {from: news, to: work, filter: record.n < 300}\n  \
         - {from: news, to: lake, raw: true}\n  - lake -> archive\n",
        &records(1_000, 100, &["a", "b"]),
    );
    for (id, count) in [("all", 1_000), ("few", 250), ("work", 300), ("archive", 1_000)] {
        let found = sink(&outcome, id);
        assert_eq!((found.delivered, found.lost, found.duplicates), (count, 0, 0), "{id}");
    }
    assert_eq!(node(&outcome, "news").filtered, 750 + 700);
    // 30 ms to a subscriber.
    assert_eq!(sink(&outcome, "all").latency.max, 30_000);
    let lines = |id: &str| String::from_utf8(sink(&outcome, id).files[0].contents.clone()).unwrap();
    assert!(lines("all").starts_with("{\"k\":\"a\",\"n\":0,"));
    let envelope: serde_json::Value = serde_json::from_str(lines("few").lines().next().unwrap()).unwrap();
    assert_eq!(envelope["Type"], "Notification");
    assert!(envelope["Message"].as_str().unwrap().starts_with("{\"k\":\"a\",\"n\":0,"), "{envelope}");
    assert_eq!(lines("archive").lines().count(), 1_000, "records for Firehose end in a newline");
}

#[test]
fn what_a_topic_leaves_out_for_one_subscriber_is_no_loss_where_both_meet_again() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 100/s, key: k}}\n  news: {service: sns}\n  \
         low: {service: lambda, timeout: 5s}\n  high: {service: lambda, timeout: 5s, async_retries: 0, work: {error_rate: 1}}\n  \
         board: {service: dynamodb, mode: on-demand, key: [n]}\nflows:\n  - web -> news\n  \
         - {from: news, to: low, filter: record.n < 300}\n  - {from: news, to: high, filter: record.n >= 400}\n  \
         - low -> board\n  - high -> board\n",
        &records(1_000, 100, &["a"]),
    );
    // 100 were for nobody, and 600 should have come through `high`.
    assert_eq!((sink(&outcome, "board").delivered, sink(&outcome, "board").lost), (300, 600));
    assert_eq!(node(&outcome, "high").lost, 600);
}

#[test]
fn a_fifo_topic_keeps_the_order_of_groups_though_its_queue_takes_fewer_calls() {
    let design = |kind: &str| {
        format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 1000/s, key: k}}}}\n  \
             news: {{service: sns, type: {kind}}}\n  jobs: {{service: sqs, type: fifo}}\nflows: [web -> news -> jobs]\n"
        )
    };
    let outcome = run(&design("fifo"), &records(5_000, 100, &["a", "b", "c"]));
    let jobs = sink(&outcome, "jobs");
    assert!(node(&outcome, "jobs").throttled > 0);
    assert_eq!((jobs.delivered, jobs.lost, jobs.duplicates, jobs.out_of_order), (5_000, 0, 0, 0));
}

#[test]
fn a_topic_takes_so_many_messages_a_second() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 6000/s, key: k, retries: false}}\n  \
         news: {service: sns, type: fifo}\n  jobs: {service: sqs, type: fifo, high_throughput: true}\nflows: [web -> news -> jobs]\n",
        &records(30_000, 100, &["a", "b"]),
    );
    let taken = sink(&outcome, "jobs").delivered;
    // A second's worth at once, then 3000 a second for 5 s.
    assert!((17_900..=18_100).contains(&taken), "{taken}");
    assert_eq!(node(&outcome, "web").lost, 30_000 - taken);
}

#[test]
fn a_call_that_nobody_waits_for_is_made_three_times() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 10/s, key: k}}\n  news: {service: sns}\n  \
         work: {service: lambda, timeout: 5s, work: {poison: record.n == 7}}\nflows: [web -> news -> work]\n",
        &records(100, 100, &["a"]),
    );
    assert_eq!((sink(&outcome, "work").delivered, sink(&outcome, "work").lost), (99, 1));
    assert_eq!((node(&outcome, "work").retried, node(&outcome, "work").lost), (2, 1));
    // Sent after 0.7 s, and tried again a minute and then two minutes later.
    assert!((180_700_000..181_000_000).contains(&outcome.duration_us), "{}", outcome.duration_us);
}

#[test]
fn of_12000_calls_a_second_2000_get_429() {
    for (service, target) in [("api-gateway-rest", "sqs"), ("api-gateway-http", "kds, shards: 40")] {
        let turned_away = |seconds: usize| {
            let outcome = run(
                &format!(
                    "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 12000/s, retries: false}}}}\n  \
                     front: {{service: {service}}}\n  jobs: {{service: {target}}}\n  left: {{service: consumer}}\n\
                     flows: [web -> front -> jobs{}]\n",
                    if target == "sqs" { "" } else { " -> left" }
                ),
                &records(12_000 * seconds, 60, &["a"]),
            );
            let throttled = node(&outcome, "front").throttled;
            assert_eq!(node(&outcome, "web").lost, throttled);
            assert_eq!(node(&outcome, "jobs").records_in + throttled, 12_000 * seconds as u64);
            throttled
        };
        // The burst lets 5000 more through at first: none is turned away in the first 2.5 s.
        let difference = turned_away(6) - turned_away(4);
        assert!((3_980..=4_020).contains(&difference), "{service}: {difference}");
    }
}

#[test]
fn a_stage_may_let_less_through() {
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 200/s, retries: false}}\n  \
         front: {service: api-gateway-http, throttle: 100/s, burst: 50}\n  jobs: {service: sqs}\nflows: [web -> front -> jobs]\n",
        &records(2_000, 100, &["a"]),
    );
    let taken = sink(&outcome, "jobs").delivered;
    assert!((1_045..=1_055).contains(&taken), "50 at once and 100 a second for 10 s: {taken}");
}

#[test]
fn a_call_that_outlasts_the_api_fails_for_its_caller_and_goes_on() {
    let outcome = |retries: bool| {
        run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 10/s, key: k, retries: {retries}}}}}\n  \
                 front: {{service: api-gateway-rest}}\n  work: {{service: lambda, timeout: 60s, work: {{duration: 40s}}}}\n\
                 flows: [web -> front -> work]\n"
            ),
            &records(50, 100, &["a"]),
        )
    };
    let given_up = outcome(false);
    assert_eq!((node(&given_up, "web").lost, node(&given_up, "front").throttled), (50, 0));
    assert_eq!((sink(&given_up, "work").delivered, sink(&given_up, "work").duplicates), (50, 0));
    // A caller that tries again has every record worked on as often as it tries: once and ten times more.
    assert_eq!(sink(&outcome(true), "work").duplicates, 500);
}

#[test]
fn a_call_that_is_too_large_is_refused_and_a_full_stream_turns_calls_away() {
    let large = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  \
         front: {service: api-gateway-http}\n  work: {service: lambda, timeout: 5s}\nflows: [web -> front -> work]\n",
        &(records(2, 100, &["a"]) + &records(1, 7_000_000, &["a"])),
    );
    assert_eq!((sink(&large, "work").delivered, node(&large, "front").lost), (2, 1));
    let full = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 2000/s, key: k, retries: false}}\n  \
         front: {service: api-gateway-rest}\n  in: {service: kds, shards: 1}\n  out: {service: consumer}\n\
         flows: [web -> front -> in -> out]\n",
        &records(10_000, 100, &["a"]),
    );
    let taken = sink(&full, "out").delivered;
    assert!((5_900..=6_100).contains(&taken), "{taken}");
    assert_eq!((node(&full, "web").lost, node(&full, "front").throttled), (10_000 - taken, 0));
}

#[test]
fn an_api_with_several_routes_and_settings_that_change_nothing_in_a_run_are_refused() {
    let refused = super::plan_and_run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  \
         front: {service: api-gateway-rest, cache_ttl: 60s}\n  a: {service: sqs}\n  b: {service: sqs}\n  dead: {service: sqs}\n  \
         news: {service: sns}\n  work: {service: lambda, on_failure: dead}\n\
         flows:\n  - web -> front -> a\n  - front -> b\n  - web -> news\n  - {from: news, to: work}\n",
        "{\"k\":1}\n",
        1,
    );
    let messages: Vec<_> = refused.unwrap_err().into_iter().map(|refused| refused.message).collect();
    assert_eq!(
        messages,
        ["`cache_ttl` of `front` cannot be run yet", "`on_failure` of `work` cannot be run yet",]
    );
    let routes = super::plan_and_run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1/s, key: k}}\n  \
         front: {service: api-gateway-rest}\n  a: {service: sqs}\n  b: {service: sqs}\nflows: [web -> front -> a, front -> b]\n",
        "{\"k\":1}\n",
        1,
    );
    assert_eq!(routes.unwrap_err()[0].message, "`front` has to pass its calls on to one node in a run");
}
