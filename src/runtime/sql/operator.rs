//! Runs a program over the records of several shards.

use crate::runtime::lineage::Stamp;
use crate::runtime::sql::Value;
use crate::runtime::sql::decode::Decoder;
use crate::runtime::sql::graph::{Graph, Kind, Origins, Row};
use crate::runtime::sql::plan::{Program, Source};

/// When a source tells its watermark to what is behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emission {
    /// After every record: `'scan.watermark.emit.strategy' = 'on-event'`.
    EveryRecord,
    /// After a record that moved it by more than so many milliseconds, as Flink's own assigner does with its interval.
    Steps(i64),
}

/// A program and its state: open windows and groups, and how far each shard has come.
#[derive(Debug)]
pub struct Operator {
    graph: Graph,
    sources: Vec<Reader>,
    idle_timeout_ms: Option<i64>,
    emission: Emission,
}

/// A source that is read.
#[derive(Debug)]
struct Reader {
    plan: Source,
    decoder: Decoder,
    row: Vec<Value>,
    /// The highest watermark of each shard; nothing before its first record.
    shards: Vec<Option<Shard>>,
    /// What was told last.
    watermark: i64,
}

#[derive(Debug, Clone, Copy)]
struct Shard {
    watermark: i64,
    last_record_ms: i64,
}

/// Where a record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The program's source.
    pub source: usize,
    /// The source's shard.
    pub shard: usize,
}

impl Operator {
    /// An operator that reads so many shards of each source.
    #[must_use]
    pub fn new(program: &Program, shards: &[usize], emission: Emission) -> Self {
        let reader = |(plan, shards): (&Source, &usize)| Reader {
            row: vec![Value::Null; plan.columns.len()],
            decoder: Decoder::new(plan.columns.clone()),
            plan: plan.clone(),
            shards: vec![None; *shards],
            watermark: i64::MIN,
        };
        Self {
            graph: Graph::new(program),
            sources: program.sources.iter().zip(shards).map(reader).collect(),
            idle_timeout_ms: program.idle_timeout_ms,
            emission,
        }
    }

    /// Tells what time it is, in virtual milliseconds since 1970.
    pub fn set_time(&mut self, now_ms: i64) {
        self.graph.shared.world.now_ms = now_ms;
    }

    /// Takes a record. The rows that it makes go to `out`.
    ///
    /// # Errors
    /// If the record is no JSON object of the source's columns, has no event time, or a value of it cannot be worked out.
    pub fn push(
        &mut self,
        place: Place,
        payload: &[u8],
        stamp: Stamp,
        out: &mut Vec<Row>,
    ) -> Result<(), String> {
        let reader = &mut self.sources[place.source];
        let read = reader.read(payload, &self.graph);
        let watermark = read?;
        let failed = self.graph.shared.failed;
        self.graph.behind(place.source).emit(Kind::Insert, &reader.row, Origins::One(stamp));
        if let Some(watermark) = watermark {
            let now_ms = self.graph.shared.world.now_ms;
            reader.note(place.shard, watermark, now_ms);
            if let Some(watermark) = reader.advanced(self.idle_timeout_ms, now_ms, self.emission) {
                self.graph.behind(place.source).advance(watermark);
            }
        }
        out.append(&mut self.graph.shared.out);
        match self.graph.shared.fault.take() {
            Some(why) => {
                // The record itself is told of here, once; what else was behind the row stays counted.
                self.graph.shared.failed = failed.max(self.graph.shared.failed.saturating_sub(1));
                Err(why.to_owned())
            }
            None => Ok(()),
        }
    }

    /// Ends the input: every window that is open is emitted.
    pub fn finish(&mut self, out: &mut Vec<Row>) {
        for source in 0..self.sources.len() {
            self.graph.behind(source).advance(i64::MAX);
        }
        out.append(&mut self.graph.shared.out);
    }

    /// After the end of the input: an aggregate over rows that never came is a row all the same, as a store has it and a
    /// stream does not.
    pub(super) fn total_of_nothing(&mut self, out: &mut Vec<Row>) {
        self.graph.total_of_nothing();
        out.append(&mut self.graph.shared.out);
    }

    /// How many records came too late.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.graph.shared.late
    }

    /// The records that do not get to an output on purpose, with its number, since this was last asked.
    pub fn take_left_out(&mut self) -> Vec<(usize, u64)> {
        std::mem::take(&mut self.graph.shared.left_out)
    }

    /// How many records stand behind rows that could not be worked out, as where a sum is divided by zero.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.graph.shared.failed
    }

    /// About how many bytes the state takes. Time: that of a walk over all of it.
    #[must_use]
    pub fn state_size(&self) -> usize {
        self.graph.size()
    }
}

impl Reader {
    /// Reads a record, and gives its watermark where the source has an event time.
    fn read(&mut self, payload: &[u8], graph: &Graph) -> Result<Option<i64>, String> {
        self.decoder.read(payload, &mut self.row)?;
        let Some((time, watermark)) = &self.plan.time else { return Ok(None) };
        let world = &graph.shared.world;
        if time.value(&self.row, world)?.milliseconds().is_none() {
            return Err(format!("the event time of `{}` is no timestamp", self.plan.name));
        }
        Ok(watermark.value(&self.row, world)?.milliseconds())
    }

    fn note(&mut self, shard: usize, watermark: i64, now_ms: i64) {
        let known = self.shards[shard].map_or(watermark, |shard| shard.watermark.max(watermark));
        self.shards[shard] = Some(Shard { watermark: known, last_record_ms: now_ms });
    }

    /// The watermark is the least over the shards that have had a record, and not too long ago. Of the same instant as
    /// the last record no more will come is not known yet, so it lies a millisecond before.
    fn advanced(&mut self, idle_timeout_ms: Option<i64>, now_ms: i64, emission: Emission) -> Option<i64> {
        let is_live =
            |shard: &&Shard| idle_timeout_ms.is_none_or(|most| now_ms - shard.last_record_ms < most);
        let least = self.shards.iter().flatten().filter(is_live).map(|shard| shard.watermark).min()?;
        let moved = match emission {
            Emission::EveryRecord => least > self.watermark,
            // It counts from 1970.
            Emission::Steps(step) => least.max(0) - self.watermark.max(0) > step,
        };
        moved.then(|| {
            self.watermark = least;
            least
        })
    }
}
