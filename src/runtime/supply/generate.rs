//! Generated records: the load that a producer declares, without a file.
//!
//! Takes a pace, keys with their skew and the fields to fill, gives records of the declared size. A record is filled up
//! to it, key included, as services count sizes. The same seed gives the same records.

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;

use crate::runtime::random::Random;
use crate::runtime::record::OWN_KEY;
use crate::runtime::supply::fields::{Field, quoted};
use crate::runtime::supply::zipf::Zipf;
use crate::runtime::supply::{BATCH, Batch, Pace, Produced};
use crate::units::Duration;

/// So many bytes of records share one allocation.
const CHUNK: usize = 64 * 1024;

/// A source of records.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Generator {
    config: GeneratorConfig,
    zipf: Option<Zipf>,
    random: Random,
    count: u64,
    made: u64,
    chunk: BytesMut,
    line: Vec<u8>,
    clock: Clock,
}

/// What a producer declares.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct GeneratorConfig {
    pub(in crate::runtime) pace: Pace,
    /// When the last is sent at the latest.
    pub(in crate::runtime) end_us: u64,
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
    /// Payload and key together; nothing for as much as the fields need.
    pub(in crate::runtime) record_size: Option<usize>,
    /// The field with the partition key.
    pub(in crate::runtime) key: Option<String>,
    /// How many keys there are, and the exponent of their law; nothing for a key of its own for every record.
    pub(in crate::runtime) keys: Option<(u32, f64)>,
    /// The field with the event time.
    pub(in crate::runtime) event_time: Option<String>,
    /// How long before it is sent a record can have happened.
    pub(in crate::runtime) out_of_order_us: u64,
    pub(in crate::runtime) fields: Vec<(String, Field)>,
}

/// Writes instants; the second is worked out once for all records in it.
#[derive(Debug, Clone, Default)]
struct Clock {
    second: Option<i64>,
    text: String,
}

impl Generator {
    pub(in crate::runtime) fn new(config: GeneratorConfig) -> Self {
        let count = config.pace.count_until(config.end_us);
        let zipf = config.keys.map(|(distinct, skew)| Zipf::new(distinct, skew));
        Self {
            config,
            zipf,
            random: Random::new(0),
            count,
            made: 0,
            chunk: BytesMut::new(),
            line: Vec::new(),
            clock: Clock::default(),
        }
    }

    pub(super) fn seed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    pub(super) fn next_batch(&mut self) -> Option<Batch> {
        let records: Vec<Produced> = std::iter::from_fn(|| self.take()).take(BATCH).collect();
        (!records.is_empty()).then(|| Batch { records, ..Batch::default() })
    }

    pub(super) fn sample(mut self, most: usize) -> Vec<Bytes> {
        std::iter::from_fn(|| self.take()).take(most).map(|produced| produced.payload).collect()
    }

    pub(super) fn length(&self) -> Duration {
        Duration(self.config.end_us)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn take(&mut self) -> Option<Produced> {
        if self.made >= self.count {
            return None;
        }
        let sent_us = self.config.pace.next_us();
        self.config.pace.advance();
        let late_us = (self.random_share() * self.config.out_of_order_us as f64) as u64;
        let happened_ms =
            self.config.start_ms + (sent_us / 1000).cast_signed() - (late_us / 1000).cast_signed();
        self.clock.set(happened_ms);
        let key = self.write_line();
        self.made += 1;
        if self.chunk.capacity() < self.line.len() {
            self.chunk = BytesMut::with_capacity(CHUNK.max(self.line.len()));
        }
        self.chunk.extend_from_slice(&self.line);
        let payload = self.chunk.split().freeze();
        let key = key.map_or_else(Bytes::new, |(start, end)| payload.slice(start..end));
        Some(Produced { at_us: sent_us, key, payload })
    }

    /// Nothing is drawn where nothing is random, so that adding a setting does not change the other draws.
    fn random_share(&mut self) -> f64 {
        if self.config.out_of_order_us > 0 { self.random.share() } else { 0.0 }
    }

    /// Writes the next record; gives the place of its key.
    fn write_line(&mut self) -> Option<(usize, usize)> {
        let config = &self.config;
        let line = &mut self.line;
        line.clear();
        let mut key = None;
        if let Some(name) = &config.key
            && (config.keys.is_some() || !config.fields.iter().any(|(field, _)| field == name))
        {
            member(line, name);
            let number = self.zipf.as_ref().map_or(self.made, |zipf| zipf.draw(&mut self.random).into());
            let start = line.len() + 1;
            quoted(line, &format!("{name}-{number}"));
            key = Some((start, line.len() - 1));
        }
        if let Some(name) = &config.event_time {
            member(line, name);
            quoted(line, &self.clock.text);
        }
        for (name, field) in &config.fields {
            let is_key = config.key.as_ref() == Some(name);
            if is_key && key.is_some() || config.event_time.as_ref() == Some(name) {
                continue;
            }
            member(line, name);
            let start = line.len();
            field.write(line, &mut self.random, self.made, &self.clock.text);
            if is_key {
                let quotes = usize::from(line[start] == b'"');
                key = Some((start + quotes, line.len() - quotes));
            }
        }
        if line.is_empty() {
            member(line, "number");
            line.extend_from_slice(self.made.to_string().as_bytes());
        }
        fill_up(line, config.record_size, key);
        line.push(b'}');
        key
    }
}

/// Fills a record up to its size, with a field that nothing reads.
fn fill_up(line: &mut Vec<u8>, size: Option<usize>, key: Option<(usize, usize)>) {
    const FILLER: &[u8] = br#","filler":""#;
    let key_length = key.map_or(OWN_KEY, |(start, end)| end - start);
    let wanted = size.unwrap_or(0);
    let needed = line.len() + key_length + FILLER.len() + 2;
    if wanted >= needed {
        line.extend_from_slice(FILLER);
        line.resize(line.len() + wanted - needed, b'x');
        line.push(b'"');
    }
}

/// Begins a member of the object.
fn member(line: &mut Vec<u8>, name: &str) {
    line.push(if line.is_empty() { b'{' } else { b',' });
    serde_json::to_writer(&mut *line, name).expect("writing to memory cannot fail");
    line.push(b':');
}

impl Clock {
    /// Shows an instant in milliseconds since 1970.
    fn set(&mut self, at_ms: i64) {
        let second = at_ms.div_euclid(1000);
        if self.second != Some(second) {
            self.second = Some(second);
            let instant = Timestamp::from_second(second).unwrap_or_default();
            self.text = instant.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        }
        let millisecond = at_ms.rem_euclid(1000);
        let digits = self.text.len().saturating_sub(4);
        self.text.replace_range(digits..digits + 3, &format!("{millisecond:03}"));
    }
}
