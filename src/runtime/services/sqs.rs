//! A queue at the end: keeps the messages that nobody reads.
//!
//! Takes records and reports, holds messages. **Ordering**: as they came. **Back pressure**: none. **Delivery**: a message
//! stays. **Not modelled**: readers, visibility, retention.

use bytes::Bytes;

use crate::runtime::engine::Io;
use crate::runtime::outcome::File;
use crate::runtime::record::Record;

/// A queue in a run.
#[derive(Debug, Default)]
pub(in crate::runtime) struct Queue {
    messages: Vec<Bytes>,
}

impl Queue {
    /// Keeps a message that stands for these records.
    pub(in crate::runtime) fn take(&mut self, body: Bytes, records: &[Record], io: &mut Io<'_>) {
        io.counters.records_in += 1;
        io.counters.bytes_in += body.len() as u64;
        for record in records {
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
        }
        self.messages.push(body);
    }

    /// The messages, one a line.
    pub(in crate::runtime) fn files(&self) -> Vec<File> {
        let mut contents = Vec::new();
        for message in &self.messages {
            contents.extend_from_slice(message);
            contents.push(b'\n');
        }
        vec![File { path: "messages.ndjson".to_owned(), contents }]
    }
}
