//! Lets faults happen to a world.

use crate::design::faults::{FaultKind, Place};
use crate::runtime::engine::{Event, Queued, World};
use crate::runtime::faults::{Fate, Faults, Suffering};

impl World<'_> {
    /// Faults begin to count: crashes are queued, and arrivals are told from when on a latency is unusual.
    pub(super) fn suffer_from(&mut self, faults: Faults, seed: u64) {
        for fault in &faults.entries {
            if let (Place::Node(node), FaultKind::Crash) = (fault.at, &fault.kind) {
                self.push(fault.start_us, node, node, Event::Crash { until_us: fault.end_us });
            }
        }
        if let Some((start_us, _)) = faults.span() {
            self.arrivals.iter_mut().for_each(|arrivals| arrivals.watch_from(start_us));
        }
        self.suffering = Some(Suffering::new(faults, seed));
    }

    /// What is left of an event after the faults.
    pub(super) fn suffer(&mut self, queued: Queued) -> Option<Event> {
        let Queued { from, node, event, .. } = queued;
        let Some(suffering) = &mut self.suffering else { return Some(event) };
        match suffering.fate((from, node), event, self.now_us) {
            Fate::Happens(event) => Some(event),
            Fate::Instead(to, event) => {
                self.counters[node].throttled += 1;
                self.push(self.now_us, node, to, event);
                None
            }
            Fate::Later(at_us, event) => {
                self.counters[node].throttled += 1;
                self.push(at_us, from, node, event);
                None
            }
            Fate::TurnedAway(away, event) => {
                self.counters[node].throttled += away.len() as u64;
                let Event::Put { from, attempt, records } = &event else { return Some(event) };
                if !away.is_empty() {
                    let back = Event::Rejected { to: node, attempt: *attempt, records: away };
                    self.push(self.now_us, node, *from, back);
                }
                (!records.is_empty()).then_some(event)
            }
        }
    }
}
