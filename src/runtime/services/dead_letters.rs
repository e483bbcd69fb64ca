//! What becomes of records that a service gives up to deliver: each is a message in the queue for dead letters, with what
//! AWS says of it beside it, or is lost where there is none.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;

/// Where records go that nobody took.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct DeadLetters {
    pub(in crate::runtime) node: usize,
    /// Whether it is a queue, which keeps beside a message what is said of it.
    pub(in crate::runtime) is_queue: bool,
}

/// Gives records up after so many tries that failed beyond the first.
pub(in crate::runtime) fn send(
    to: Option<DeadLetters>,
    sender: &str,
    attempts: u32,
    records: Vec<Record>,
    io: &mut Io<'_>,
) {
    io.counters.lost += records.len() as u64;
    let Some(to) = to else { return };
    if !to.is_queue {
        io.after(0, to.node, Event::Put { from: io.node, attempt: 0, records });
        return;
    }
    for record in records {
        let attributes = vec![
            ("ERROR_CODE", "NO_RESPONSE".to_owned()),
            ("ERROR_MESSAGE", "the target did not take the record in time".to_owned()),
            ("RETRY_ATTEMPTS", attempts.to_string()),
            ("SENDER", sender.to_owned()),
        ];
        let body = record.payload.clone();
        io.after(0, to.node, Event::Message { body, records: vec![record], attributes });
    }
}
