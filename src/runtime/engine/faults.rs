//! What goes wrong in a run: nodes that answer nothing for a while, or turn a share away.
//!
//! Calls that have an answer come back as turned away; what has none (objects, rows, reports) comes again when the fault is
//! over, as the programs that send it try until then; and a node reads nothing, and is not read, while it is unavailable.

use crate::design::Design;
use crate::design::faults::FaultKind;
use crate::runtime::engine::{Event, World};

/// The faults of a design, in virtual time.
#[derive(Debug)]
pub(super) struct Faults(Vec<Fault>);

#[derive(Debug, Clone, Copy)]
struct Fault {
    node: usize,
    start_us: u64,
    end_us: u64,
    kind: FaultKind,
}

impl Faults {
    pub(super) fn new(design: &Design) -> Self {
        let faults = design.faults.iter().map(|fault| Fault {
            node: fault.at,
            start_us: fault.start.0,
            end_us: fault.start.0.saturating_add(fault.lasting.0),
            kind: fault.kind,
        });
        Self(faults.collect())
    }

    /// The fault of a node at an instant; the one that lasts longest, where there are several.
    fn of(&self, node: usize, now_us: u64) -> Option<Fault> {
        let here = |fault: &&Fault| fault.node == node && (fault.start_us..fault.end_us).contains(&now_us);
        self.0.iter().filter(here).max_by_key(|fault| fault.end_us).copied()
    }
}

impl World<'_> {
    /// Lets a fault of the node befall an event; gives the event that happens all the same.
    pub(super) fn befall(&mut self, node: usize, event: Event) -> Option<Event> {
        let place = match &event {
            Event::Poll { stream, .. } if self.faults.of(*stream, self.now_us).is_some() => *stream,
            _ => node,
        };
        let Some(fault) = self.faults.of(place, self.now_us) else { return Some(event) };
        match (fault.kind, event) {
            (FaultKind::Unavailable, Event::Put { from, attempt, records }) => {
                self.turn_away(node, from, attempt, records);
                None
            }
            (FaultKind::Throttled(share), Event::Put { from, attempt, records }) => {
                let random = &mut self.random;
                let (away, taken): (Vec<_>, Vec<_>) =
                    records.into_iter().partition(|_| random.share() < share);
                self.turn_away(node, from, attempt, away);
                (!taken.is_empty()).then_some(Event::Put { from, attempt, records: taken })
            }
            (FaultKind::Unavailable, Event::Request { from, call, .. }) => {
                self.push(self.now_us, from, Event::Answered { call, succeeded: false });
                None
            }
            (
                FaultKind::Unavailable,
                event @ (Event::Object { .. }
                | Event::Rows { .. }
                | Event::Message { .. }
                | Event::Receive(_)
                | Event::Poll { .. }),
            ) => {
                self.push(fault.end_us, node, event);
                None
            }
            (_, event) => Some(event),
        }
    }

    fn turn_away(
        &mut self,
        node: usize,
        from: usize,
        attempt: u32,
        records: Vec<crate::runtime::record::Record>,
    ) {
        if !records.is_empty() {
            self.counters[node].throttled += records.len() as u64;
            self.push(self.now_us, from, Event::Rejected { to: node, attempt, records });
        }
    }
}
