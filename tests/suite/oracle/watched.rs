//! A run that is watched comes out as one that is not, and what is seen on the way adds up to what comes out.

use std::sync::Arc;

use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;

const DESIGN: &str = "nodes:
  web: {service: producer, traffic: {rate: 1500/s, record_size: 1 KiB, key: k, keys: {distinct: 100}}}
  in: {service: kds, shards: 1, encryption: aws-managed}
  out: {service: consumer}
flows: [web -> in -> out]
";

#[test]
fn watching_changes_nothing_and_misses_nothing() {
    let knowledge = Knowledge::embedded();
    let design = design::lower(Arc::new(Text::new("d.yaml", DESIGN)), &knowledge).design.unwrap();
    let options = Options { seed: 3, duration: Some("20s".parse().unwrap()) };
    let plan = || runtime::plan(&design, &knowledge, &Inputs::new(), &options).unwrap();
    let unseen = runtime::simulate(plan(), &options, &mut |_| {});
    let mut seen = Vec::new();
    let outcome = runtime::watch(plan(), &options, &mut |_| {}, &mut |at_us, nodes| {
        seen.push((at_us, nodes.to_vec()));
        at_us + 1_000_000
    });
    assert_eq!(format!("{:?}", unseen.nodes), format!("{:?}", outcome.nodes));
    assert!(seen.len() > 20, "{}", seen.len());
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].0 <= pair[1].0 && pair[0].1[1].records_in <= pair[1].1[1].records_in)
    );
    let (_, last) = seen.last().unwrap();
    assert_eq!(last[2].records_in, outcome.nodes[2].records_in);
    let oldest = seen.iter().map(|(_, nodes)| nodes[2].iterator_age_us).max().unwrap();
    assert_eq!(oldest, outcome.nodes[2].iterator_age_us);
    // A shard takes 1,000 records a second, so more is turned away with every second.
    let turned_away: Vec<u64> = seen[2..10].iter().map(|(_, nodes)| nodes[1].throttled).collect();
    assert!(turned_away[0] > 0 && turned_away.windows(2).all(|pair| pair[0] < pair[1]), "{turned_away:?}");
}
