//! What goes wrong in a run, and what that costs.

use std::sync::Arc;

use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::runtime::faults::Faults;
use thalweg::runtime::outcome::Outcome;
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;

use super::{node, sink};

fn run_for(yaml: &str, duration: &str) -> Outcome {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    assert!(lowered.diagnostics.is_empty(), "{:#?}", lowered.diagnostics);
    let options = Options { seed: 1, duration: Some(duration.parse().unwrap()) };
    let topology = runtime::plan(&lowered.design.unwrap(), &knowledge, &Inputs::new(), &options).unwrap();
    runtime::simulate(topology, &options, &mut |_| {})
}

/// A producer of 100 records a second, a stream of one shard, and what reads it.
fn stream(rest: &str) -> String {
    format!(
        "nodes:\n  web: {{service: producer, traffic: {{rate: 100/s, record_size: 100 B, key: k, keys: {{distinct: 10}}}}}}\n  \
         in: {{service: kds, shards: 1, retention: 24h}}\n{rest}"
    )
}

#[test]
fn work_that_takes_longer_than_records_need_to_come_falls_behind() {
    let outcome = run_for(
        &stream("  app: {service: application, work: {per_record: 20ms}}\nflows: [web -> in -> app]\n"),
        "60s",
    );
    // 6000 records of 20 ms each.
    assert_eq!(sink(&outcome, "app").delivered, 6000);
    let seconds = outcome.duration_us / 1_000_000;
    assert!((120..=123).contains(&seconds), "{seconds}");
}

#[test]
fn a_crash_repeats_what_was_done_since_the_last_checkpoint_and_no_more() {
    let crash = |interval: &str| {
        let outcome = run_for(
            &stream(&format!(
                "  app: {{service: application, checkpoint_interval: {interval}}}\nflows: [web -> in -> app]\n\
                 faults: [{{kind: crash, at: app, start: 100s, duration: 5s}}]\n"
            )),
            "200s",
        );
        let app = sink(&outcome, "app");
        assert_eq!((app.delivered, app.lost), (20_000, 0), "{interval}");
        app.duplicates
    };
    // It reads once a second. With a checkpoint every 30 s the last was at 90 s or 91 s, with one of 7 s at 98 s or 99 s.
    let (long, short) = (crash("30s"), crash("7s"));
    assert!((800..=1100).contains(&long), "{long}");
    assert!((100..=700).contains(&short), "{short}");
    assert!(crash("1s") <= 200, "at most one interval and one read");
}

#[test]
fn a_reader_two_days_behind_loses_what_is_older_than_the_retention() {
    let lost = |retention: &str| {
        let outcome = run_for(
            &format!(
                "nodes:\n  web: {{service: producer, traffic: {{rate: 360/h, record_size: 100 B}}}}\n  \
                 in: {{service: kds, shards: 1, retention: {retention}}}\n  audit: {{service: application}}\n\
                 flows: [web -> in -> audit]\nfaults: [{{kind: unavailable, at: audit, start: 0s, duration: 48h}}]\n"
            ),
            "48h",
        );
        assert_eq!(node(&outcome, "web").records_in, 17_280);
        sink(&outcome, "audit").lost
    };
    let half = lost("24h");
    assert!((8_600..=8_680).contains(&half), "{half}");
    assert_eq!(lost("72h"), 0);
}

#[test]
fn a_cut_flow_delays_its_target_and_nothing_else() {
    let outcome = run_for(
        &stream(
            "  app: {service: application}\n  other: {service: application}\nflows: [web -> in -> app, in -> other]\n\
             faults: [{kind: partition, at: in -> app, start: 30s, duration: 20s}]\n",
        ),
        "120s",
    );
    let (app, other) = (sink(&outcome, "app"), sink(&outcome, "other"));
    assert_eq!((app.delivered, app.lost, app.duplicates), (12_000, 0, 0));
    assert!((20_000_000..=21_300_000).contains(&app.latency.max), "{:?}", app.latency);
    assert!(other.latency.max <= 1_300_000, "{:?}", other.latency);
    let suffered = app.suffered.unwrap();
    // What came while the flow was cut, but for the usual wait.
    assert!((1_800..=2_000).contains(&suffered.delayed), "{suffered:?}");
    assert!(suffered.recovery_us <= 2_000_000, "one read catches up: {suffered:?}");
    assert_eq!(other.suffered.unwrap().delayed, 0);
    let [fault] = &outcome.faults[..] else { panic!("{:?}", outcome.faults) };
    assert_eq!(fault.words, "in -> app is unavailable from 30s for 20s");
    assert_eq!((fault.start_us, fault.end_us), (30_000_000, 50_000_000));
}

#[test]
fn a_share_that_is_turned_away_is_lost_to_a_producer_that_does_not_try_again() {
    let yaml = |retries: bool| {
        format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: 100/s, record_size: 100 B, retries: {retries}}}}}\n  \
             in: {{service: kds, shards: 1}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n\
             faults: [{{kind: throttled, at: in, start: 10s, duration: 10s, share: 0.5}}]\n"
        )
    };
    let outcome = run_for(&yaml(false), "30s");
    // Half of 1000; five standard deviations are 80.
    let lost = sink(&outcome, "out").lost;
    assert!((420..=580).contains(&lost), "{lost}");
    assert_eq!(node(&outcome, "web").lost, lost);
    assert_eq!(sink(&run_for(&yaml(true), "30s"), "out").lost, 0);
}

#[test]
fn calls_that_fail_are_tried_again_and_slow_ones_take_their_time() {
    let function = |fault: &str| {
        run_for(
            &stream(&format!(
                "  work: {{service: lambda, timeout: 5s, work: {{duration: 100ms}}}}\n  out: {{service: sqs}}\n\
                 flows: [web -> in -> work -> out]\nfaults: [{{at: work, start: 10s, duration: 10s, {fault}}}]\n"
            )),
            "40s",
        )
    };
    let failing = function("kind: errors");
    assert_eq!((sink(&failing, "out").delivered, sink(&failing, "out").lost), (4000, 0));
    assert!(node(&failing, "work").retried >= 2 && node(&failing, "work").iterator_age_us >= 10_000_000);
    // Thirty times 100 ms is still within the timeout, and sixty times is not: those calls fail.
    let (slow, dead) = (function("kind: slow, factor: 30"), function("kind: slow, factor: 60"));
    assert_eq!((node(&slow, "work").retried, sink(&slow, "out").lost), (0, 0));
    assert!(node(&slow, "work").iterator_age_us >= 3_000_000);
    assert!(node(&dead, "work").retried > 0);
}

#[test]
fn poison_in_a_time_is_lost_and_nothing_else() {
    let outcome = run_for(
        &stream(
            "  work: {service: lambda, timeout: 5s}\n  out: {service: sqs}\nflows:\n  - web -> in\n  - {from: in, to: work, bisect: true, max_retries: 0}\n  - work -> out\n\
             faults: [{kind: poison, at: work, start: 10s, duration: 10s, share: 0.01}]\n",
        ),
        "40s",
    );
    // A hundredth of the thousand records of that time; five standard deviations are 16.
    let lost = sink(&outcome, "out").lost;
    assert!((1..=26).contains(&lost), "{lost}");
    assert_eq!(node(&outcome, "work").lost, lost);
}

#[test]
fn random_faults_are_those_of_the_seed() {
    let knowledge = Knowledge::embedded();
    let yaml = stream(
        "  app: {service: application}\n  work: {service: lambda, timeout: 5s}\nflows: [web -> in -> app, in -> work]\n",
    );
    let design = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge).design.unwrap();
    let drawn = |seed| Faults::random(&design, seed, 600_000_000).listed(&design);
    assert_eq!(drawn(4), drawn(4));
    let all: Vec<_> = (0..200).map(drawn).collect();
    assert!(all.iter().all(|faults| (1..=3).contains(&faults.len())));
    for kind in
        ["is unavailable", "turns away", "takes", "fails in", "cannot take", "crashes", "in -> work is"]
    {
        assert!(all.iter().flatten().any(|fault| fault.words.contains(kind)), "{kind}");
    }
}
