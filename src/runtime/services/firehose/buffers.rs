//! The buffers of Firehose: one before the transform and one before delivery for each shard of the source, one for the
//! backup, and one for each partition that is open where records are partitioned by what they hold.

use std::collections::BTreeMap;

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::{Fields, Record};
use crate::runtime::services::firehose::FirehoseConfig;

/// When a buffer is emptied, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct Hints {
    pub(in crate::runtime) size: u64,
    pub(in crate::runtime) interval_us: u64,
}

/// How objects are kept apart by fields of their records.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Partitioning {
    pub(in crate::runtime) fields: Vec<String>,
    /// How many partitions can be open.
    pub(in crate::runtime) most: usize,
    /// Below this part of the bucket go records of further partitions.
    pub(in crate::runtime) overflow_prefix: String,
    /// And those without one of the fields.
    pub(in crate::runtime) failure_prefix: String,
}

/// What a buffer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Transform(usize),
    Delivery(usize),
    Backup(usize),
    /// By its number; partitions are numbered as they are opened.
    Partition(usize),
    /// Records of too many partitions.
    Overflow,
    /// Records without a partition.
    Unplaced,
}

/// All buffers that hold something, or did.
#[derive(Debug)]
pub(super) struct Buffers {
    shards: usize,
    transform: Hints,
    delivery: Hints,
    backup: Hints,
    partitioning: Option<Partitioning>,
    all: BTreeMap<usize, Buffer>,
    /// The numbers of the partitions that are open, by their part of the object's name.
    open: BTreeMap<String, usize>,
    opened: usize,
}

#[derive(Debug, Default)]
struct Buffer {
    records: Vec<Record>,
    bytes: u64,
    /// Counts how often it was emptied, so that a timer of an earlier filling does nothing.
    generation: u64,
    /// The part of the object's name that the partition gives.
    partition: String,
}

impl Buffers {
    pub(super) fn new(config: &FirehoseConfig) -> Self {
        Self {
            shards: config.shards,
            transform: config.transform.as_ref().map_or(config.delivery, |transform| transform.hints),
            delivery: config.delivery,
            backup: config.backup.map_or(config.delivery, |(_, hints)| hints),
            partitioning: config.partitioning.clone(),
            all: BTreeMap::new(),
            open: BTreeMap::new(),
            opened: 0,
        }
    }

    /// Adds a record; says whether the buffer is full now.
    pub(super) fn add(&mut self, stage: Stage, record: Record, io: &mut Io<'_>) -> bool {
        let hints = self.hints(stage);
        let slot = self.slot(stage);
        let buffer = self.all.entry(slot).or_default();
        if buffer.records.is_empty() {
            io.after(hints.interval_us, io.node, Event::Timer { slot, generation: buffer.generation });
        }
        buffer.bytes += record.payload.len() as u64;
        buffer.records.push(record);
        buffer.bytes >= hints.size
    }

    /// What the buffer is for whose interval has passed, unless it was emptied before.
    pub(super) fn due(&self, slot: usize, generation: u64) -> Option<Stage> {
        let buffer = self.all.get(&slot)?;
        (buffer.generation == generation && !buffer.records.is_empty()).then(|| self.stage(slot))
    }

    /// Empties a buffer. A partition is closed with it.
    pub(super) fn take(&mut self, stage: Stage) -> (Vec<Record>, String) {
        let slot = self.slot(stage);
        let overflow =
            self.partitioning.as_ref().filter(|_| matches!(stage, Stage::Overflow | Stage::Unplaced));
        let prefix = overflow.map(|partitioning| match stage {
            Stage::Overflow => partitioning.overflow_prefix.clone(),
            _ => partitioning.failure_prefix.clone(),
        });
        if let Stage::Partition(_) = stage {
            let Some(buffer) = self.all.remove(&slot) else { return Default::default() };
            self.open.remove(&buffer.partition);
            return (buffer.records, buffer.partition);
        }
        let Some(buffer) = self.all.get_mut(&slot) else { return Default::default() };
        buffer.bytes = 0;
        buffer.generation += 1;
        (std::mem::take(&mut buffer.records), prefix.unwrap_or_default())
    }

    /// The buffer of a record's partition, which is opened if there may be one more.
    pub(super) fn partition_of(&mut self, record: &Record) -> Stage {
        let Some(partitioning) = &self.partitioning else { return Stage::Unplaced };
        let Some(name) = name_of(record, &partitioning.fields) else { return Stage::Unplaced };
        if let Some(number) = self.open.get(&name) {
            return Stage::Partition(*number);
        }
        if self.open.len() >= partitioning.most {
            return Stage::Overflow;
        }
        let stage = Stage::Partition(self.opened);
        self.opened += 1;
        let slot = self.slot(stage);
        self.all.insert(slot, Buffer { partition: name.clone(), ..Buffer::default() });
        self.open.insert(name, self.opened - 1);
        stage
    }

    fn hints(&self, stage: Stage) -> Hints {
        match stage {
            Stage::Transform(_) => self.transform,
            Stage::Backup(_) => self.backup,
            _ => self.delivery,
        }
    }

    /// The kinds take turns in the numbers below, one for each shard; the partitions come above.
    fn slot(&self, stage: Stage) -> usize {
        match stage {
            Stage::Transform(shard) => shard * 3,
            Stage::Delivery(shard) => shard * 3 + 1,
            Stage::Backup(shard) => shard * 3 + 2,
            Stage::Overflow => self.shards * 3,
            Stage::Unplaced => self.shards * 3 + 1,
            Stage::Partition(number) => self.shards * 3 + 2 + number,
        }
    }

    fn stage(&self, slot: usize) -> Stage {
        match slot.checked_sub(self.shards * 3) {
            Some(0) => Stage::Overflow,
            Some(1) => Stage::Unplaced,
            Some(above) => Stage::Partition(above - 2),
            None => match slot % 3 {
                0 => Stage::Transform(slot / 3),
                1 => Stage::Delivery(slot / 3),
                _ => Stage::Backup(slot / 3),
            },
        }
    }

    /// Records that wait; those that only wait to be backed up are in another buffer too, or further.
    pub(super) fn held(&self) -> u64 {
        let waiting = self.all.iter().filter(|(slot, _)| !matches!(self.stage(**slot), Stage::Backup(_)));
        waiting.map(|(_, buffer)| buffer.records.len() as u64).sum()
    }
}

/// `FIELD=VALUE/` for each field, as tables are partitioned in buckets; nothing where one is missing.
fn name_of(record: &Record, fields: &[String]) -> Option<String> {
    let read = Fields::read(&record.payload).ok()?;
    let mut name = String::new();
    for field in fields {
        let (_, value) = read.members().find(|(member, value)| member == field && !value.is_null())?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        name.extend([field.as_str(), "=", &escaped(&value), "/"]);
    }
    Some(name)
}

/// A value as a part of a name: what would begin another part, or cannot be written, as `%` and its bytes.
fn escaped(value: &str) -> String {
    let escape = |c: char| match c {
        '/' | '\\' | '%' | ':' => true,
        other => other.is_control(),
    };
    let mut name = String::with_capacity(value.len());
    for c in value.chars() {
        if escape(c) {
            name.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            name.push(c);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_value_stays_within_its_part_of_the_name() {
        assert_eq!(escaped("../a b%\u{1}ä"), "..%2Fa b%25%01ä");
    }
}
