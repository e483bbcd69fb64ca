//! A Flink application: one SQL query over one stream.
//!
//! Takes the records of each shard, gives rows. **Ordering**: rows of a window come out by their keys. **Back
//! pressure**: none. **Delivery**: every record that is not late is counted once. **Not modelled**: checkpoints,
//! failures, the time that the computation takes, and capacity. When the input has ended, windows that are still open
//! are emitted at once, as a bounded Flink job does.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::sql::{Operator, Row, Stamp};

/// A Flink application in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Flink {
    pub(in crate::runtime) operator: Operator,
    pub(in crate::runtime) columns: Vec<String>,
    pub(in crate::runtime) targets: Vec<usize>,
}

impl Flink {
    /// Takes a batch of a shard.
    pub(in crate::runtime) fn receive(&mut self, shard: usize, records: &[Record], io: &mut Io<'_>) {
        let mut rows = Vec::new();
        for record in records {
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
            let stamp = Stamp { origin: record.origin, produced_us: record.produced_us };
            // A record that the query cannot read is lost to it, and counted.
            if self.operator.push(shard, &record.payload, stamp, &mut rows).is_err() {
                io.counters.lost += 1;
            }
        }
        self.emit(rows, io);
    }

    /// No record will come any more.
    pub(in crate::runtime) fn end_of_input(&mut self, io: &mut Io<'_>) {
        let mut rows = Vec::new();
        self.operator.finish(&mut rows);
        self.emit(rows, io);
    }

    fn emit(&mut self, rows: Vec<Row>, io: &mut Io<'_>) {
        io.leave_out(self.operator.take_filtered());
        let Some((last, others)) = self.targets.split_last().filter(|_| !rows.is_empty()) else { return };
        io.counters.records_out += rows.len() as u64;
        for target in others {
            io.after(0, *target, Event::Rows { columns: self.columns.clone(), rows: rows.clone() });
        }
        io.after(0, *last, Event::Rows { columns: self.columns.clone(), rows });
    }
}
