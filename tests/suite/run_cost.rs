//! A run is priced by what it counted, with the prices of the cards.

use std::sync::Arc;

use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::runtime::outcome::Outcome;
use thalweg::runtime::{self, Inputs, Options, cost};
use thalweg::source::Text;
use thalweg::units::Duration;

fn priced(yaml: &str) -> Outcome {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    assert!(lowered.diagnostics.is_empty(), "{:#?}", lowered.diagnostics);
    let design = lowered.design.unwrap();
    let options = Options { seed: 1, duration: Some(Duration(3_600_000_000)) };
    let topology = runtime::plan(&design, &knowledge, &Inputs::new(), &options).unwrap();
    let mut outcome = runtime::simulate(topology, &options, &mut |_| {});
    cost::measure(&design, &knowledge, &mut outcome);
    outcome
}

fn through_a_stream(rate: u32, require: &str) -> Outcome {
    priced(&format!(
        "nodes:\n  web: {{service: producer, traffic: {{rate: {rate}/s, record_size: 200 B, key: k, keys: {{distinct: 9}}}}}}\n  \
         in: {{service: kds, shards: 2}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n{require}"
    ))
}

#[test]
fn an_hour_of_shards_and_the_units_that_were_put_are_paid_for() {
    let outcome = through_a_stream(50, "");
    let cost = outcome.cost.unwrap();
    // Two shards at 0.015 USD an hour, and 180,000 units at 0.014 USD a million; the last record is read a little later.
    let expected = 2.0 * 0.015 + 0.18 * 0.014;
    assert!((cost.run.0 - expected).abs() < 0.001 * expected, "{cost:?}");
    assert_eq!(cost.nodes.len(), 1);
    assert_eq!(cost.nodes[0].0, "in");
    // A month has 730 hours.
    assert!((cost.month.0 - expected * 730.0).abs() < 0.001 * expected * 730.0, "{cost:?}");
    // Twice the records cost twice the units, and the shards the same.
    let twice = through_a_stream(100, "").cost.unwrap();
    assert!((twice.run.0 - cost.run.0 - 0.18 * 0.014).abs() < 0.00001, "{twice:?}");
}

#[test]
fn a_bound_of_a_month_is_judged_by_what_the_run_counted() {
    let verdict = |bound: &str| {
        let outcome = through_a_stream(50, &format!("require: [{{monthly_cost: {{at_most: {bound}}}}}]\n"));
        outcome.verdicts[0].clone()
    };
    let (kept, broken) = (verdict("30 USD"), verdict("20 USD"));
    assert_eq!((kept.met, broken.met), (Some(true), Some(false)), "{kept:?}");
    assert!(kept.measured.contains("23.7 USD"), "{kept:?}");
}
