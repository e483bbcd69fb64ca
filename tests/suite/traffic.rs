//! How much comes to every node and takes every flow, worked out by hand.

use std::fmt::Write as _;
use std::sync::Arc;

use thalweg::analysis::Analysis;
use thalweg::analysis::traffic::{Load, Measure};
use thalweg::design::{self, Design};
use thalweg::knowledge::Knowledge;
use thalweg::report::loads::{self, Loaded};
use thalweg::source::Text;

/// The design of these nodes and flows; it has no mistakes.
fn design(nodes: &str, flows: &str) -> (Design, Knowledge) {
    let knowledge = Knowledge::embedded();
    let text = format!("nodes:\n{nodes}\nflows: [{flows}]\n");
    let lowered = design::lower(Arc::new(Text::new("d.yaml", text)), &knowledge);
    assert_eq!(lowered.diagnostics, []);
    (lowered.design.unwrap(), knowledge)
}

/// A measure of every node in the order of the file: what it is, or why it is not known.
fn of_nodes(nodes: &str, flows: &str, measure: Measure) -> String {
    let (design, knowledge) = design(nodes, flows);
    let traffic = Analysis::of(&design, &knowledge).traffic;
    let named = design.nodes.iter().map(|node| node.id.clone()).zip(&traffic.nodes);
    shown(&design, named, measure)
}

/// The same of every flow.
fn of_flows(nodes: &str, flows: &str, measure: Measure) -> String {
    let (design, knowledge) = design(nodes, flows);
    let traffic = Analysis::of(&design, &knowledge).traffic;
    let name = |flow: &design::Flow| format!("{}>{}", design.nodes[flow.from].id, design.nodes[flow.to].id);
    let named = design.flows.iter().map(name).zip(&traffic.flows);
    shown(&design, named, measure)
}

fn shown<'a>(design: &Design, loads: impl Iterator<Item = (String, &'a Load)>, measure: Measure) -> String {
    let mut text = String::new();
    for (name, load) in loads {
        let figure = load.figure(measure);
        let value = match (load.quantity(measure), figure.gap()) {
            (Some(quantity), _) => quantity.approximate(),
            (None, Some(gap)) => gap.explained(design),
            (None, None) => unreachable!("a figure is known or has a gap"),
        };
        let bound = figure.at_most().filter(|_| figure.known().is_none());
        let bound = bound.map(|bound| format!(" (at most {bound})")).unwrap_or_default();
        write!(text, "{}{name}: {value}{bound}", if text.is_empty() { "" } else { "; " }).unwrap();
    }
    text
}

const WEB: &str = "  web: {service: producer, traffic: {rate: 1000/s, record_size: 2 KB}}\n";
const APP: &str = "  app: {service: producer, traffic: {rate: 500/s, record_size: 500 B}}\n";

#[test]
fn every_reader_of_a_stream_gets_everything() {
    let nodes = format!(
        "{WEB}{APP}  in: {{service: kds, shards: 4}}\n  one: {{service: lambda}}\n  two: {{service: consumer}}"
    );
    let flows = "web -> in -> one, app -> in -> two";
    let rates = "web: 1000/s; app: 500/s; in: 1500/s; one: 1500/s; two: 1500/s";
    assert_eq!(of_nodes(&nodes, flows, Measure::Rate), rates);
    let bytes = "web: 2 MB/s; app: 250 KB/s; in: 2.25 MB/s; one: 2.25 MB/s; two: 2.25 MB/s";
    assert_eq!(of_nodes(&nodes, flows, Measure::Bytes), bytes);
    let sizes = "web: 2 KB; app: 500 B; in: 1.5 KB; one: 1.5 KB; two: 1.5 KB";
    assert_eq!(of_nodes(&nodes, flows, Measure::RecordSize), sizes);
    let largest = "web: 2 KB; app: 500 B; in: 2 KB; one: 2 KB; two: 2 KB";
    assert_eq!(of_nodes(&nodes, flows, Measure::LargestRecord), largest);
}

#[test]
fn the_readers_of_a_queue_share() {
    let nodes =
        format!("{WEB}  jobs: {{service: sqs}}\n  one: {{service: lambda}}\n  two: {{service: consumer}}");
    let shared = "the readers of `jobs` share its records (at most 1000)";
    assert_eq!(
        of_nodes(&nodes, "web -> jobs -> one, jobs -> two", Measure::Rate),
        format!("web: 1000/s; jobs: 1000/s; one: {shared}; two: {shared}")
    );
    let nodes = format!("{WEB}  jobs: {{service: sqs}}\n  one: {{service: lambda}}");
    let all = "web: 1000/s; jobs: 1000/s; one: 1000/s";
    assert_eq!(of_nodes(&nodes, "web -> jobs -> one", Measure::Rate), all);
}

#[test]
fn a_producer_behind_other_services_counts() {
    let nodes = format!(
        "{WEB}  api: {{service: api-gateway-rest}}\n  fn: {{service: lambda}}\n  in: {{service: kds, shards: 4}}\n  \
         lake: {{service: firehose}}\n  files: {{service: s3}}"
    );
    let flows = "web -> api -> fn -> in -> lake -> files";
    let expected = "web: 1000/s; api: 1000/s; fn: 1000/s; in: 1000/s; lake: 1000/s; files: 1000/s";
    assert_eq!(of_nodes(&nodes, flows, Measure::Rate), expected);
}

#[test]
fn what_nobody_declares_is_unknown_and_says_why() {
    let nodes = "  web: {service: producer}\n  in: {service: kds}\n  count: {service: managed-flink}\n  \
                 board: {service: dynamodb}";
    let missing = "`web` declares no `traffic.rate`";
    assert_eq!(
        of_nodes(nodes, "web -> in -> count -> board", Measure::Rate),
        format!(
            "web: {missing}; in: {missing}; count: {missing}; board: `count` makes other records and declares no `output`"
        )
    );
    let nodes = "  api: {service: api-gateway-rest}\n  fn: {service: lambda}";
    let nothing = "nothing flows to `api`";
    assert_eq!(of_nodes(nodes, "api -> fn", Measure::Rate), format!("api: {nothing}; fn: {nothing}"));
}

#[test]
fn a_filter_leaves_a_bound_unless_its_share_is_declared() {
    let nodes = format!("{WEB}  in: {{service: kds, shards: 4}}\n  fn: {{service: lambda}}");
    let flow = |more: &str| format!("web -> in, {{from: in, to: fn, filter: record.status < 500{more}}}");
    let unknown = "`in -> fn` filters and declares no `selectivity` (at most 1000)";
    assert_eq!(of_flows(&nodes, &flow(""), Measure::Rate), format!("web>in: 1000/s; in>fn: {unknown}"));
    let known = "web>in: 1000/s; in>fn: 200/s";
    assert_eq!(of_flows(&nodes, &flow(", selectivity: 0.2"), Measure::Rate), known);
}

#[test]
fn peaks_of_sources_add_up() {
    let nodes = "  day: {service: producer, traffic: {rate: {base: 100/s, peak: 900/s, period: 24h}}}\n  \
                 app: {service: producer, traffic: {rate: [{rate: 50/s, for: 1h}, {rate: 250/s, for: 1h}]}}\n  \
                 in: {service: kds, shards: 4}";
    let flows = "day -> in, app -> in";
    assert_eq!(of_nodes(nodes, flows, Measure::Rate), "day: 500/s; app: 150/s; in: 650/s");
    assert_eq!(of_nodes(nodes, flows, Measure::Peak), "day: 900/s; app: 250/s; in: 1150/s");
}

#[test]
fn keys_add_up_at_the_most_and_the_hottest_keeps_its_records() {
    let nodes = "  web: {service: producer, traffic: {rate: 900/s, key: user, keys: {distinct: 2}}}\n  \
                 app: {service: producer, traffic: {rate: 100/s, key: user, keys: {distinct: 4}}}\n  \
                 in: {service: kds, shards: 4}";
    let flows = "web -> in, app -> in";
    assert_eq!(of_nodes(nodes, flows, Measure::Keys), "web: 2; app: 4; in: 6");
    assert_eq!(of_nodes(nodes, flows, Measure::Hottest), "web: 0.5; app: 0.25; in: 0.45");
}

#[test]
fn what_goes_round_is_unknown_and_ends() {
    let nodes = format!("{WEB}  jobs: {{service: sqs}}\n  fn: {{service: lambda}}\n  out: {{service: s3}}");
    let round = |at: &str| format!("records go round through `{at}`");
    assert_eq!(
        of_nodes(&nodes, "web -> jobs -> fn -> jobs, fn -> out", Measure::Rate),
        format!("web: 1000/s; jobs: {0}; fn: {1}; out: {1}", round("fn"), round("jobs"))
    );
}

#[test]
fn failures_do_not_count_beside_records() {
    let nodes = format!(
        "{WEB}  jobs: {{service: sqs, dead_letters: dead, max_receives: 3}}\n  dead: {{service: sqs}}\n  \
         again: {{service: lambda}}\n  fn: {{service: lambda}}"
    );
    let failures = "only what fails at `jobs` goes this way";
    assert_eq!(
        of_nodes(&nodes, "web -> jobs -> fn, dead -> again -> jobs", Measure::Rate),
        format!("web: 1000/s; jobs: 1000/s; dead: {failures}; again: {failures}; fn: 1000/s")
    );
}

#[test]
fn a_transform_receives_everything_and_decides_what_is_delivered() {
    let nodes = format!(
        "{WEB}  lake: {{service: firehose, transform: clean, backup: raw}}\n  clean: {{service: lambda, filter: record.ok}}\n  \
         raw: {{service: s3}}\n  files: {{service: s3}}"
    );
    let filter = "`clean` filters and declares no `output.selectivity` (at most 1000)";
    assert_eq!(
        of_nodes(&nodes, "web -> lake -> files", Measure::Rate),
        format!("web: 1000/s; lake: 1000/s; clean: 1000/s; raw: 1000/s; files: {filter}")
    );
}

#[test]
fn a_declared_output_takes_the_place_of_what_is_unknown() {
    let nodes = |output: &str| {
        format!(
            "{WEB}  in: {{service: kds, shards: 4}}\n  count: {{service: managed-flink, output: {output}}}\n  \
             board: {{service: dynamodb}}"
        )
    };
    let flows = "web -> in -> count -> board";
    let of = |output, measure| {
        let all = of_nodes(&nodes(output), flows, measure);
        all.rsplit_once("board: ").unwrap().1.to_owned()
    };
    assert_eq!(of("{rate: 40/s, record_size: 100 B}", Measure::Bytes), "4 KB/s");
    assert_eq!(of("{selectivity: 0.05}", Measure::Rate), "50/s");
    assert_eq!(of("{selectivity: 0.05}", Measure::Bytes), "`count` declares no `output.record_size`");
    assert_eq!(of("{rate: {base: 0/s, peak: 60/s, period: 1h}}", Measure::Peak), "60/s");
}

/// Time grows in proportion to the design, and a finding's evidence does not grow with it.
#[test]
fn many_producers_are_many_figures_and_few_contributors() {
    let one = |index| format!("  p{index}: {{service: producer, traffic: {{rate: 2/s}}}}\n");
    let many = (0..300).map(one).collect::<Vec<_>>().concat();
    let flows: Vec<String> = (0..300).map(|index| format!("p{index} -> in")).collect();
    let (design, knowledge) = design(&format!("{many}  in: {{service: kds, shards: 1}}"), &flows.join(", "));
    let traffic = Analysis::of(&design, &knowledge).traffic;
    let load = &traffic.nodes[300];
    assert_eq!(load.rate.known(), Some(600.0));
    let evidence = load.evidence(&design, Measure::Rate);
    assert!(evidence.len() < 20 && evidence[0].text == "`p0` sends 2/s", "{evidence:?}");
}

const CLICKS: &str = "  web:
    service: producer
    traffic:
      rate: {base: 1000/s, peak: 5000/s, period: 24h}
      record_size: 2 KiB
      key: user
      keys: {distinct: 100000, skew: 1.1}
  api: {service: api-gateway-rest}
  ingest: {service: kinesis-data-streams, shards: 12}
  count: {service: managed-flink, kpus: 4, records_per_kpu: 1000/s}
  board: {service: dynamodb, key: [page]}
  clean: {service: lambda, filter: record.status < 500}
  work: {service: lambda, timeout: 60s, work: {duration: 40ms, per_record: 1ms}}
  lake: {service: firehose, transform: clean, backup: raw}
  raw: {service: s3}
  archive: {service: s3}";

#[test]
fn loads_read_well() {
    let (design, knowledge) =
        design(CLICKS, "web -> api -> ingest -> count -> board, ingest -> lake -> archive, ingest -> work");
    let analysis = Analysis::of(&design, &knowledge);
    let loaded = Loaded { file: "clicks.yaml", design: &design, knowledge: &knowledge, analysis: &analysis };
    insta::assert_snapshot!("loads_for_people", loads::human(&loaded));
    insta::assert_snapshot!("loads_for_machines", loads::json(&[loaded]));
}

#[test]
fn calls_are_counted_in_full_batches() {
    let (design, knowledge) = design(CLICKS, "web -> api -> ingest -> work, lake -> archive, count -> board");
    let analysis = Analysis::of(&design, &knowledge);
    let calls = analysis.calls(&design, &knowledge, 2);
    // 3000 records a second in batches of 100 are 30 calls; each takes 40 ms and 1 ms a record.
    assert_eq!((calls.batch, calls.rate, calls.duration), (Some(100.0), Some(30.0), Some(140_000.0)));
    assert!((calls.concurrency.unwrap() - 4.2).abs() < 1e-9);
    assert!((calls.peak_concurrency.unwrap() - 7.0).abs() < 1e-9);
}

#[test]
fn a_surge_is_what_more_than_doubles_within_the_window() {
    let surge = |rate: &str| {
        let nodes =
            format!("  web: {{service: producer, traffic: {{rate: {rate}}}}}\n  in: {{service: kds}}");
        let (design, knowledge) = design(&nodes, "web -> in");
        Analysis::of(&design, &knowledge).surge(&design, 1, 900e6, 2.0).unwrap()
    };
    let cases = [
        ("5000/s", 0.0),
        ("[{rate: 100/s, for: 1h}, {rate: 200/s, for: 1h}]", 0.0),
        ("[{rate: 100/s, for: 1h}, {rate: 250/s, for: 1h}, {rate: 500/s}]", 0.5),
        ("{base: 1000/s, peak: 1900/s, period: 10m}", 0.0),
        ("{base: 100/s, peak: 1900/s, period: 10m}", 1.0),
    ];
    for (rate, expected) in cases {
        assert!((surge(rate) - expected).abs() < 1e-9, "{rate}: {}", surge(rate));
    }
    assert!(surge("{base: 100/s, peak: 1900/s, period: 24h}") < 0.2);
}
