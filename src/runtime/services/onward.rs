//! What a program sends on once it has handled it, to every target alike, with the retries of the SDK.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::retry::RetryPolicy;

/// Where a program sends what it has handled.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Onward {
    pub(in crate::runtime) targets: Vec<usize>,
    pub(in crate::runtime) policy: RetryPolicy,
}

impl Onward {
    /// Records have been handled.
    pub(in crate::runtime) fn handled(&self, records: Vec<Record>, io: &mut Io<'_>) {
        super::take(&records, io);
        self.send(records, io);
    }

    /// Sends records on.
    pub(in crate::runtime) fn send(&self, records: Vec<Record>, io: &mut Io<'_>) {
        if records.is_empty() {
            return;
        }
        let Some((last, others)) = self.targets.split_last() else { return };
        io.counters.records_out += (records.len() * self.targets.len()) as u64;
        for target in others {
            io.after(0, *target, Event::Put { from: io.node, attempt: 0, records: records.clone() });
        }
        io.after(0, *last, Event::Put { from: io.node, attempt: 0, records });
    }

    /// A target turned records away: they come again later, or are lost.
    pub(in crate::runtime) fn rejected(
        &self,
        to: usize,
        attempt: u32,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        let Some(wait) = self.policy.wait(attempt) else {
            io.counters.lost += records.len() as u64;
            return;
        };
        io.counters.retried += records.len() as u64;
        io.after(wait, to, Event::Put { from: io.node, attempt: attempt + 1, records });
    }
}
