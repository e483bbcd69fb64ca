//! A Flink application: a script of SQL over streams.
//!
//! Takes the records of each shard, gives rows. **Ordering**: rows of a window come out by their keys. **Back
//! pressure**: none. **Delivery**: every record that is not late is counted once. **Not modelled**: checkpoints,
//! failures, the time that the computation takes, and capacity. When the input has ended, windows that are still open
//! are emitted at once, as a bounded Flink job does. The watermark moves after every record, as
//! `'scan.watermark.emit.strategy' = 'on-event'` has it.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::sql::{Operator, Place, Row, Stamp};

/// A Flink application in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Flink {
    pub(in crate::runtime) operator: Operator,
    /// What each output of the program has, and which nodes it goes to.
    pub(in crate::runtime) outputs: Vec<Sent>,
    /// Which source of the program each shard belongs to.
    pub(in crate::runtime) source: usize,
    /// When the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
}

/// An output of the program.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Sent {
    pub(in crate::runtime) columns: Vec<String>,
    pub(in crate::runtime) targets: Vec<usize>,
}

impl Flink {
    /// Takes a batch of a shard.
    pub(in crate::runtime) fn receive(&mut self, shard: usize, records: &[Record], io: &mut Io<'_>) {
        let mut rows = Vec::new();
        let now_ms = i64::try_from(io.now_us / 1000).unwrap_or(i64::MAX);
        self.operator.set_time(self.start_ms.saturating_add(now_ms));
        let place = Place { source: self.source, shard };
        for record in records {
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
            let stamp = Stamp { origin: record.origin, produced_us: record.produced_us };
            // A record that the query cannot read is lost to it, and counted.
            if self.operator.push(place, &record.payload, stamp, &mut rows).is_err() {
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
        self.leave_out(io);
        io.counters.records_out += rows.len() as u64;
        let mut rows = rows.into_iter().peekable();
        while let Some(first) = rows.next() {
            let output = first.output;
            let mut run = vec![first];
            while let Some(next) = rows.next_if(|next| next.output == output) {
                run.push(next);
            }
            let Sent { columns, targets } = &self.outputs[output];
            let Some((last, others)) = targets.split_last() else { continue };
            for target in others {
                io.after(0, *target, Event::Rows { columns: columns.clone(), rows: run.clone() });
            }
            io.after(0, *last, Event::Rows { columns: columns.clone(), rows: run });
        }
    }

    /// Notes the records that do not get to where the outputs go, on purpose.
    fn leave_out(&mut self, io: &mut Io<'_>) {
        let left_out = self.operator.take_left_out();
        if self.outputs.len() == 1 {
            io.leave_out(left_out.into_iter().map(|(_, origin)| origin).collect());
            return;
        }
        for (output, origin) in left_out {
            for target in &self.outputs[output].targets {
                io.leave_out_for(*target, origin);
            }
        }
    }
}
