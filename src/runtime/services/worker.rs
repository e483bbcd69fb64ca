//! A program that works off queues: copies of it that each ask for messages, one call after the other.
//!
//! Takes messages and works on them in turn. **Ordering**: that of its queue, and none between copies. **Back pressure**: a
//! copy asks again when it is done. **Delivery**: a message is deleted once it is worked on, and counts as handled then;
//! what took longer than the queue hides it is worked on again. **Not modelled**: crashes.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::onward::Onward;
use crate::runtime::services::sqs::{Asked, Handed};

/// A program in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Worker {
    pub(in crate::runtime) queues: Vec<usize>,
    /// How many copies share each queue.
    pub(in crate::runtime) copies: usize,
    pub(in crate::runtime) batch_us: u64,
    pub(in crate::runtime) record_us: u64,
    pub(in crate::runtime) onward: Onward,
}

impl Worker {
    /// Every copy asks its queue for the first time.
    pub(in crate::runtime) fn start(&self, io: &mut Io<'_>) {
        for queue in &self.queues {
            for copy in 0..self.copies {
                io.after(0, *queue, ask(copy, io));
            }
        }
    }

    /// A copy got messages: each is done so much after the other.
    pub(in crate::runtime) fn received(
        &self,
        queue: usize,
        copy: usize,
        messages: Vec<Handed>,
        io: &mut Io<'_>,
    ) {
        let count = messages.len();
        for (place, Handed { number: message, records, .. }) in messages.into_iter().enumerate() {
            let ends = self.batch_us + self.record_us * (place as u64 + 1);
            let ends = (ends as f64 * io.slowness) as u64;
            let is_last = place + 1 == count;
            io.after(ends, io.node, Event::Worked { queue, copy, message, records, is_last });
        }
    }

    /// A copy is done with a message.
    pub(in crate::runtime) fn worked(
        &self,
        (queue, copy, message): (usize, usize, u64),
        records: Vec<Record>,
        is_last: bool,
        io: &mut Io<'_>,
    ) {
        self.onward.handled(records, io);
        io.after(0, queue, Event::Delete { message });
        if is_last {
            io.after(0, queue, ask(copy, io));
        }
    }
}

/// A copy takes as many messages as a call brings.
fn ask(copy: usize, io: &Io<'_>) -> Event {
    Event::Receive(Asked { worker: io.node, copy, most: usize::MAX })
}
