//! What is to happen later, by time and then by making.
//!
//! The heap sorts only when events happen; the events themselves stay where they were put. Memory: that of the most events
//! that ever waited.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::runtime::engine::Queued;

/// Events that wait.
#[derive(Default)]
pub(super) struct Queue {
    /// When each happens, its number, and its place.
    order: BinaryHeap<Reverse<(u64, u64, usize)>>,
    events: Vec<Option<Queued>>,
    /// Places without an event.
    free: Vec<usize>,
}

impl Queue {
    /// Adds an event.
    pub(super) fn push(&mut self, queued: Queued) {
        let (at_us, number) = (queued.at_us, queued.number);
        let place = self.free.pop().unwrap_or(self.events.len());
        if place == self.events.len() {
            self.events.push(Some(queued));
        } else {
            self.events[place] = Some(queued);
        }
        self.order.push(Reverse((at_us, number, place)));
    }

    /// When the first event happens, and its number.
    pub(super) fn first(&self) -> Option<(u64, u64)> {
        self.order.peek().map(|Reverse((at_us, number, _))| (*at_us, *number))
    }

    /// Takes the first event out.
    pub(super) fn pop(&mut self) -> Option<Queued> {
        let Reverse((.., place)) = self.order.pop()?;
        self.free.push(place);
        self.events[place].take()
    }
}
