//! Judging takes time in proportion to the design: nothing that looks at all pairs of nodes or all ways comes in unseen.
//!
//! How fast it is in seconds is measured by `benches/check.rs`; here only growth counts, which hangs on no machine.

#[path = "../../benches/designs/mod.rs"]
mod designs;

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thalweg::design::{self, Role};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::source::Text;

/// Four times the nodes may take so many times the time: what grows with the square would take sixteen.
const AT_MOST: f64 = 7.0;
const NODES: usize = 300;
const RUNS: usize = 2;

#[test]
fn time_grows_no_faster_than_the_design() {
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    let text = |nodes| Arc::new(Text::new("d.yaml", designs::of_nodes(nodes)));
    let time = |text: &Arc<Text>| {
        let clock = Clock::start();
        let lowered = design::lower(Arc::clone(text), &knowledge);
        assert_eq!(lowered.diagnostics, [], "the design is meant to have no mistakes");
        let found = lint::judge(&lowered, &knowledge, &rules);
        assert!(!found.is_empty());
        clock.passed()
    };
    let (small, large) = (text(NODES), text(4 * NODES));
    time(&small);
    let best = |text| (0..RUNS).map(|_| time(text)).min().unwrap();
    let (small, large) = (best(&small), best(&large));
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    assert!(ratio <= AT_MOST, "{NODES} nodes take {small:?}, four times as many {large:?}");
}

#[test]
fn the_designs_that_are_measured_have_no_mistakes() {
    let knowledge = Knowledge::embedded();
    for number in [0, 1, 42, 999] {
        let lowered = design::lower(Arc::new(Text::new("d.yaml", designs::of_twelve(number))), &knowledge);
        assert_eq!(lowered.diagnostics, []);
        assert_eq!(lowered.design.unwrap().nodes.len(), 12);
    }
    let large = design::lower(Arc::new(Text::new("d.yaml", designs::of_nodes(1000))), &knowledge);
    let large = large.design.unwrap();
    let declared = large.flows.iter().filter(|flow| flow.role == Role::Flow).count();
    assert_eq!((large.nodes.len(), declared), (1000, 1993));
}

/// Time on a processor where the system tells it, so that a busy machine does not count; time on the wall elsewhere.
struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a measurement of time asks for the time")]
    fn start() -> Self {
        Self { wall: Instant::now(), processor: processor_time() }
    }

    fn passed(&self) -> Duration {
        let processor = processor_time().zip(self.processor).map(|(now, then)| now.saturating_sub(then));
        processor.unwrap_or_else(|| self.wall.elapsed())
    }
}

/// What this thread has had so far.
fn processor_time() -> Option<Duration> {
    let written = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    written.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
