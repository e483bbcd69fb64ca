//! What cards say of waits, losses, order and cost: every expression names what exists, and comes to a figure by hand.

use std::sync::Arc;

use thalweg::analysis::Analysis;
use thalweg::analysis::promises::latency::{self, Percentile};
use thalweg::analysis::promises::surroundings::Setup;
use thalweg::analysis::promises::{cost, paths};
use thalweg::design::{self, Design};
use thalweg::expression::{Expression, Path};
use thalweg::knowledge::Knowledge;
use thalweg::knowledge::card::{Card, Integration};
use thalweg::knowledge::effect::{Effect, EffectKind};
use thalweg::knowledge::fact::Confidence;
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;
use thalweg::units::Duration;

/// What nodes have beside their settings.
const DERIVED: [&str; 6] = ["service", "readers", "writers", "window", "load", "calls"];

/// A setting of a service, or of any where the condition does not say which service it means.
fn is_known(cards: &[&Card], path: &[String]) -> bool {
    DERIVED.contains(&path[0].as_str())
        || cards.iter().any(|card| card.settings.at(&path.join(".")).is_some())
}

fn wrong_paths(
    knowledge: &Knowledge,
    card: &Card,
    integration: Option<&Integration>,
    expression: &Expression,
) -> Vec<String> {
    let all: Vec<&Card> = knowledge.ids().filter_map(|id| knowledge.card(id)).collect();
    let target: Vec<&Card> =
        integration.and_then(|integration| knowledge.card(&integration.to)).into_iter().collect();
    let known = |path: &&Path| match (path[0].as_str(), integration) {
        ("month", _) => path.len() == 1,
        ("node", None) | ("from", Some(_)) => is_known(&[card], &path[1..]),
        ("source" | "destination", None) => is_known(&all, &path[1..]),
        ("to", Some(_)) => is_known(&target, &path[1..]),
        ("flow", Some(integration)) => {
            ["via", "load"].contains(&path[1].as_str())
                || integration.settings.at(&path[1..].join(".")).is_some()
        }
        _ => false,
    };
    expression.paths().iter().filter(|path| !known(path)).map(|path| path.join(".")).collect()
}

#[test]
fn expressions_of_cards_name_what_exists() {
    let knowledge = Knowledge::embedded();
    let mut wrong = Vec::new();
    let mut read = 0;
    for card in knowledge.ids().filter_map(|id| knowledge.card(id)) {
        let own = card.effects.iter().map(|effect| (None, effect));
        let hops =
            card.sends.iter().flat_map(|hop| hop.effects.iter().map(move |effect| (Some(hop), effect)));
        for (hop, effect) in own.chain(hops) {
            for expression in expressions(effect) {
                read += 1;
                for path in wrong_paths(&knowledge, card, hop, expression) {
                    wrong.push(format!("{}: `{}` reads `{path}`", card.id, effect.name));
                }
            }
            let schema = hop.map_or(&card.settings, |hop| &hop.settings);
            if let Some(at) = effect.at.as_ref().filter(|at| schema.at(at).is_none()) {
                wrong.push(format!("{}: `{}` hangs on `{at}`, which is no setting", card.id, effect.name));
            }
        }
        for (name, fact) in &card.prices {
            if let Some(expression) = &fact.amount {
                read += 1;
                for path in wrong_paths(&knowledge, card, None, expression) {
                    wrong.push(format!("{}: the price `{name}` reads `{path}`", card.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 80, "the test finds the expressions: {read}");
}

fn expressions(effect: &Effect) -> Vec<&Expression> {
    let mut found: Vec<&Expression> = effect.validity.when.iter().collect();
    if let EffectKind::Wait { typical, worst } = &effect.kind {
        found.push(typical);
        found.extend(worst);
    }
    found
}

fn understood(text: &str) -> (Knowledge, Design) {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("design.yaml", text)), &knowledge);
    assert!(lowered.diagnostics.is_empty(), "{:?}", lowered.diagnostics);
    let design = lowered.design.unwrap();
    (knowledge, design)
}

const PIPELINE: &str = "nodes:
  web: {service: producer, traffic: {rate: 1000/s, record_size: 2 KB, key: user}}
  ingest: {service: kinesis-data-streams, shards: 4, retention: 7d}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 300s}}
  archive: {service: s3}
flows: [web -> ingest -> lake -> archive]
";

/// 2 MB/s over 4 shards fill 5 MiB in 10.49 s; polling takes up to a second, half of it as a rule.
#[test]
fn waits_add_up_to_what_one_reckons_by_hand() {
    let (knowledge, design) = understood(PIPELINE);
    let analysis = Analysis::of(&design, &knowledge);
    let setup = Setup::new(&design, &knowledge, &analysis);
    let ways = paths::between(&design, 0, 3);
    let waits = latency::along(setup, &ways[0]);
    let least = |percentile| latency::at_least(&waits, percentile, Confidence::Confirmed);
    let fill = 5.0 * 1024.0 * 1024.0 / 500_000.0;
    let near = |found: Duration, seconds: f64| (found.as_secs_f64() - seconds).abs() < 0.001;
    assert!(near(least(Percentile::P50), fill / 2.0 + 0.5), "{}", least(Percentile::P50));
    assert!(near(least(Percentile::Max), fill + 1.0), "{}", least(Percentile::Max));
    assert!(near(least(Percentile::P99), fill * 0.99 + 0.5), "{}", least(Percentile::P99));
}

/// 4 shards at 0.015 USD an hour, 2.628 billion units of 25 KB at 0.014 USD a million, 4 shard-hours of longer keeping.
#[test]
fn costs_add_up_to_what_one_reckons_by_hand() {
    let (knowledge, design) = understood(PIPELINE);
    let analysis = Analysis::of(&design, &knowledge);
    let setup = Setup::new(&design, &knowledge, &analysis);
    let items = cost::of_node(setup, 1);
    let of = |name: &str| items.iter().find(|item| item.name == name).unwrap().cost().unwrap().0;
    let near = |found: f64, expected: f64| (found - expected).abs() < 0.01;
    assert!(near(of("shard-hour"), 4.0 * 730.0 * 0.015), "{}", of("shard-hour"));
    assert!(near(of("put-unit"), 2628.0 * 0.014), "{}", of("put-unit"));
    assert!(near(of("extended-retention"), 4.0 * 730.0 * 0.02), "{}", of("extended-retention"));
    assert_eq!(items.len(), 3, "{:?}", items.iter().map(|item| item.name).collect::<Vec<_>>());
    // Records of 2 KB are billed as 5 KB each.
    let ingest = &cost::of_node(setup, 2)[0];
    assert!(near(ingest.units.unwrap(), 13140.0), "{:?}", ingest.units);
}

/// What is predicted and what a run shows: the same figures within a tenth, for a buffer that fills and for one that ends.
#[test]
fn a_run_takes_as_long_as_is_predicted() {
    // 200 KB/s over two shards fill 1 MiB in 10.5 s; at a tenth of it the interval ends first.
    for (rate, interval) in [("200/s", "60s"), ("20/s", "30s")] {
        let text = format!(
            "nodes:\n  web:\n    service: producer\n    traffic:\n      rate: {rate}\n      record_size: 1 KB\n      key: user\n      \
             keys: {{distinct: 1000}}\n  ingest: {{service: kinesis-data-streams, shards: 2}}\n  \
             lake: {{service: firehose, buffer: {{size: 1 MiB, interval: {interval}}}}}\n  archive: {{service: s3}}\n\
             flows: [web -> ingest -> lake -> archive]\n"
        );
        let (knowledge, design) = understood(&text);
        let analysis = Analysis::of(&design, &knowledge);
        let setup = Setup::new(&design, &knowledge, &analysis);
        let waits = latency::along(setup, &paths::between(&design, 0, 3)[0]);
        let options = Options { seed: 1, duration: Some(Duration::from_secs(1800)) };
        let topology = runtime::plan(&design, &knowledge, &Inputs::new(), &options).unwrap();
        let outcome = runtime::simulate(topology, &options, &mut |_| {});
        let measured = outcome.paths[0].latency;
        // Not the longest: when the records end the last buffer is never full.
        for (percentile, found) in [(Percentile::P50, measured.p50), (Percentile::P99, measured.p99)] {
            let predicted = latency::at_least(&waits, percentile, Confidence::Unconfirmed).as_secs_f64();
            let found = Duration(found).as_secs_f64();
            let off = (predicted - found).abs() / found;
            assert!(off < 0.1, "{rate} {}: {predicted} s and {found} s", percentile.as_str());
        }
    }
}

/// So many layers of two queues and two functions each, every one of which feeds all of the next.
fn ladder(layers: usize) -> String {
    let mut nodes = String::from("nodes:\n  web: {service: producer}\n");
    let mut flows = String::from("flows:\n");
    let mut above = vec!["web".to_owned()];
    for layer in 0..layers {
        for service in ["sqs", "lambda"] {
            let here: Vec<String> = (0..2).map(|number| format!("{service}{layer}{number}")).collect();
            for name in &here {
                nodes.extend(["  ", name, ": {service: ", service, "}\n"]);
                flows.extend(above.iter().map(|from| format!("  - {from} -> {name}\n")));
            }
            above = here;
        }
    }
    nodes += "  in: {service: kds, shards: 1}\n  lake: {service: firehose, buffer: {size: 5 MiB, interval: 300s}}\n  files: {service: s3}\n";
    flows.extend(above.iter().map(|from| format!("  - {from} -> in\n")));
    format!(
        "{nodes}{flows}  - in -> lake -> files\nrequire: [{{latency: {{from: web, to: files, max: 1ms}}}}]\n"
    )
}

#[test]
fn where_there_are_too_many_ways_nobody_says_that_the_fastest_is_too_slow() {
    for (layers, kept) in [(1, Some(false)), (4, None)] {
        let (knowledge, design) = understood(&ladder(layers));
        assert_eq!(Analysis::of(&design, &knowledge).verdicts[0].kept, kept, "{layers}");
    }
}
