//! What buses, pipes, topics, brokers and workflows do with filters, quotas and targets that are down.

use thalweg::runtime::outcome::Outcome;

use super::{node, records, run, sink};

/// Ten records a second for a minute, by way of some nodes.
fn passing(nodes: &str, flows: &str, rest: &str) -> Outcome {
    run(
        &format!(
            "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 10/s, key: k}}}}\n{nodes}flows:\n{flows}{rest}"
        ),
        &records(600, 100, &["a", "b", "c"]),
    )
}

const DOWN: &str = "faults: [{kind: unavailable, at: out, start: 10s, duration: 10m}]\n";

#[test]
fn a_bus_gives_each_target_what_its_rule_lets_through_and_keeps_no_order() {
    let outcome = passing(
        "  bus: {service: eventbridge}\n  some: {service: sqs}\n  all: {service: sqs}\n",
        "  - web -> bus -> all\n  - {from: bus, to: some, filter: record.n < 100}\n",
        "",
    );
    let (some, all) = (sink(&outcome, "some"), sink(&outcome, "all"));
    assert_eq!((some.delivered, some.lost, all.delivered, all.lost), (100, 0, 600, 0));
    // A delivery takes from 0.3 to 1 s.
    assert!(
        (300_000..=1_000_000).contains(&all.latency.p50) && all.latency.max <= 1_000_000,
        "{:?}",
        all.latency
    );
    assert!(all.out_of_order > 0);
}

#[test]
fn a_subscriber_that_is_down_for_ten_minutes_loses_nothing_within_the_retry_policy() {
    for (service, target) in [
        ("eventbridge", "http-endpoint"),
        ("eventbridge", "kds, shards: 1"),
        ("sns", "http-endpoint"),
        ("sns", "sqs"),
        ("cloudwatch-logs", "kds, shards: 1"),
        ("step-functions", "sqs"),
    ] {
        let raw = if service == "sns" { "  - {from: bus, to: out, raw: true}\n" } else { "  - bus -> out\n" };
        let reader = if target.starts_with("kds") {
            ("  read: {service: consumer}\n", "  - out -> read\n", "read")
        } else {
            ("", "", "out")
        };
        let outcome = passing(
            &format!("  bus: {{service: {service}}}\n  out: {{service: {target}}}\n{}", reader.0),
            &format!("  - web -> bus\n{raw}{}", reader.1),
            DOWN,
        );
        let out = sink(&outcome, reader.2);
        if service == "step-functions" {
            // The SDK gives up long before that.
            assert!(out.lost > 0 && out.lost == node(&outcome, "bus").lost, "{service} {target}");
            continue;
        }
        assert_eq!((out.delivered, out.lost), (600, 0), "{service} {target}");
        assert!(node(&outcome, "bus").retried > 0 && out.latency.max > 500_000_000, "{service} {target}");
    }
}

#[test]
fn what_outlasts_the_retry_policy_goes_to_the_dead_letters_with_the_reason() {
    let outcome = passing(
        "  bus: {service: eventbridge}\n  out: {service: http-endpoint}\n  dead: {service: sqs}\n",
        "  - web -> bus\n  - {from: bus, to: out, max_event_age: 60s, dead_letters: dead}\n",
        DOWN,
    );
    let (out, dead) = (sink(&outcome, "out"), sink(&outcome, "dead"));
    assert_eq!((out.delivered + out.lost, out.lost), (600, node(&outcome, "bus").lost));
    assert_eq!(dead.delivered, out.lost);
    // What came in the first 9 s is there, and nothing of what was published in the nine minutes after.
    assert!((90..=101).contains(&out.delivered), "{}", out.delivered);
    let text = String::from_utf8(dead.files[0].contents.clone()).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(first["attributes"]["RETRY_ATTEMPTS"].as_str().unwrap().parse::<u32>().unwrap() >= 5, "{first}");
    assert!(first["body"].as_str().unwrap().contains("\"k\""));
    let outcome = passing(
        "  bus: {service: eventbridge}\n  out: {service: http-endpoint}\n",
        "  - web -> bus\n  - {from: bus, to: out, max_retries: 0}\n",
        DOWN,
    );
    assert_eq!(node(&outcome, "bus").retried, 0);
    assert!(sink(&outcome, "out").lost >= 490);
}

#[test]
fn a_pipe_filters_enriches_and_passes_on_from_each_of_its_sources() {
    for source in ["kds, shards: 1", "sqs", "msk, partitions: 2, brokers: 3"] {
        let outcome = passing(
            &format!(
                "  in: {{service: {source}}}\n  pipe: {{service: eventbridge-pipes, filter: record.n < 300, enrichment: add}}\n  \
                 add: {{service: lambda, timeout: 10s, map: '{{n: record.n, more: 1}}'}}\n  out: {{service: http-endpoint}}\n"
            ),
            "  - web -> in -> pipe -> out\n",
            "",
        );
        let out = sink(&outcome, "out");
        assert_eq!((out.delivered, out.lost), (300, 0), "{source}");
        let text = String::from_utf8(out.files[0].contents.clone()).unwrap();
        assert!(text.lines().all(|line| line.contains("\"more\":1")), "{source}");
    }
}

#[test]
fn a_broker_of_devices_carries_out_a_rule_and_reports_what_failed() {
    let outcome = passing(
        "  core: {service: iot-core, filter: record.n >= 60, error_action: dead}\n  out: {service: dynamodb, key: [n], mode: on-demand}\n  \
         dead: {service: sqs}\n",
        "  - web -> core -> out\n",
        "faults: [{kind: unavailable, at: out, start: 10s, duration: 10s}]\n",
    );
    let core = node(&outcome, "core");
    assert_eq!((core.filtered, core.retried), (60, 0));
    assert!((99..=101).contains(&core.lost), "{}", core.lost);
    assert_eq!(sink(&outcome, "dead").delivered, core.lost);
    assert_eq!(sink(&outcome, "out").delivered + core.lost, 540);
}

#[test]
fn a_workflow_takes_its_time_and_so_many_starts() {
    let outcome = passing(
        "  flow: {service: step-functions, work: {duration: 20s}}\n  out: {service: sqs}\n",
        "  - web -> flow -> out\n",
        "",
    );
    assert_eq!(sink(&outcome, "out").latency.p50, 20_100_000);
    let outcome = run(
        "nodes:\n  web: {service: producer, traffic: {records: r, rate: 1000/s, key: k, retries: false}}\n  \
         flow: {service: step-functions}\n  out: {service: sqs}\nflows: [web -> flow -> out]\n",
        &records(10_000, 100, &["a"]),
    );
    // 1300 at once, and 300 a second for 10 s.
    let taken = sink(&outcome, "out").delivered;
    assert!((4_250..=4_350).contains(&taken), "{taken}");
}

#[test]
fn an_agent_gathers_lines_and_loses_none_while_the_stream_is_down() {
    let design = |rest: &str| {
        passing(
            "  agent: {service: kinesis-agent}\n  in: {service: kds, shards: 1}\n  out: {service: consumer}\n",
            "  - web -> agent -> in -> out\n",
            rest,
        )
    };
    let outcome = design("");
    let out = sink(&outcome, "out");
    assert_eq!((out.delivered, out.lost), (600, 0));
    // 500 lines make a batch after 50 s, and the others wait for the end of their 60 s.
    assert!((60_000_000..=61_300_000).contains(&out.latency.max), "{:?}", out.latency);
    let down = design("faults: [{kind: unavailable, at: in, start: 10s, duration: 10m}]\n");
    assert_eq!((sink(&down, "out").delivered, sink(&down, "out").lost), (600, 0));
}

#[test]
fn captured_changes_lie_in_a_bucket_in_batches() {
    let outcome = passing(
        "  move: {service: dms}\n  out: {service: s3}\n  rows: {service: redshift}\n",
        "  - web -> move -> out\n  - move -> rows\n",
        "",
    );
    let out = sink(&outcome, "out");
    // A batch ends 60 s after its first record, which comes a second after its commit.
    assert_eq!((out.delivered, out.lost, out.files.len()), (600, 0, 1));
    assert_eq!((sink(&outcome, "rows").delivered, sink(&outcome, "rows").latency.p50), (600, 1_200_000));
}

#[test]
fn web_sockets_and_graphql_stand_before_what_they_call() {
    for front in ["api-gateway-websocket, throttle: 5/s, burst: 5", "appsync"] {
        let outcome = run(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{records: r, rate: 10/s, key: k, retries: false}}}}\n  \
                 front: {{service: {front}}}\n  work: {{service: lambda, timeout: 10s}}\n  out: {{service: sqs}}\n\
                 flows: [web -> front -> work -> out]\n"
            ),
            &records(600, 100, &["a"]),
        );
        let taken = sink(&outcome, "out").delivered;
        let expected = if front == "appsync" { 600..=600 } else { 300..=306 };
        assert!(expected.contains(&taken), "{front}: {taken}");
        assert_eq!(node(&outcome, "web").lost, 600 - taken, "{front}");
    }
}
