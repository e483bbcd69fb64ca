//! A run that is watched comes out as one that is not, and what is seen on the way adds up to what comes out.

use std::sync::Arc;

use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::runtime::outcome::Outcome;
use thalweg::runtime::series::{Sampler, Series};
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
    let outcome = runtime::watch(plan(), &options, &mut |_| {}, &mut |view| {
        seen.push((view.now_us, view.nodes.to_vec()));
        view.now_us + 1_000_000
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

/// A run of so long with its series.
fn sampled(design: &str, duration: &str) -> (Outcome, Series) {
    let knowledge = Knowledge::embedded();
    let design = design::lower(Arc::new(Text::new("d.yaml", design)), &knowledge).design.unwrap();
    let options = Options { seed: 3, duration: Some(duration.parse().unwrap()) };
    let topology = runtime::plan(&design, &knowledge, &Inputs::new(), &options).unwrap();
    let mut sampler = Sampler::new(&topology);
    let outcome = runtime::watch(topology, &options, &mut |_| {}, &mut |view| sampler.look(view));
    let series = sampler.finish(&outcome);
    (outcome, series)
}

#[test]
fn a_series_adds_up_to_the_outcome_and_its_frames_stand_at_their_times() {
    for duration in ["3s", "20s", "10m"] {
        let (outcome, series) = sampled(DESIGN, duration);
        let count = series.frames.len();
        assert!((200..=601).contains(&count), "{count} frames in {duration}");
        let (last, before) = series.frames.split_last().unwrap();
        assert!(before.iter().enumerate().all(|(place, frame)| frame.at_us == place as u64 * series.step_us));
        assert_eq!(last.at_us, outcome.duration_us);
        for (counted, node) in last.nodes.iter().zip(&outcome.nodes) {
            assert_eq!((counted.came, counted.went), (node.records_in, node.records_out), "{}", node.id);
            assert_eq!((counted.throttled, counted.lost), (node.throttled, node.lost), "{}", node.id);
        }
        let oldest = series.frames.iter().map(|frame| frame.nodes[2].age_us).max().unwrap();
        assert_eq!(oldest, outcome.nodes[2].iterator_age_us);
        // Records come 1,500 a second from the start, so that every frame has counted as many as its time says.
        for frame in before.iter().filter(|frame| frame.at_us < 3_000_000) {
            let due = frame.at_us as f64 * 1_500.0 / 1e6;
            assert!((frame.nodes[0].came as f64 - due).abs() <= 2.0, "{due} {frame:?}");
        }
    }
}

#[test]
fn latencies_over_time_are_those_of_the_whole() {
    let (outcome, series) = sampled(DESIGN, "30s");
    let (path, whole) = (&series.paths[0], outcome.paths[0].latency);
    assert_eq!(
        (path.from.as_str(), path.to.as_str(), path.latencies.len()),
        ("web", "out", series.frames.len())
    );
    let parts = || path.latencies.iter().flatten();
    assert_eq!(parts().map(|part| part.max).max(), Some(whole.max));
    let (least, most) =
        (parts().map(|part| part.p50).min().unwrap(), parts().map(|part| part.p50).max().unwrap());
    assert!(least <= whole.p50 && whole.p50 as f64 <= most as f64 * 33.0 / 32.0, "{least} {most} {whole:?}");
}
