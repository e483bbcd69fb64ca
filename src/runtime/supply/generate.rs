//! Generated records: the load that a producer declares, without a file.
//!
//! Takes a pace, keys with their skew and the fields to fill, gives records of the declared size. A record is filled up
//! to it, key included, as services count sizes. The same seed gives the same records.

use bytes::Bytes;
use jiff::Timestamp;

use crate::runtime::random::Random;
use crate::runtime::record::OWN_KEY;
use crate::runtime::supply::fields::{Field, quoted, write_number};
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
    members: Vec<Member>,
    clock: Clock,
}

/// A member of every record.
#[derive(Debug, Clone)]
struct Member {
    /// What stands before its value.
    lead: Vec<u8>,
    value: Value,
    is_key: bool,
}

#[derive(Debug, Clone)]
enum Value {
    /// One of so many keys.
    Key,
    EventTime,
    Field(Field),
    /// The number of the record, where it would have nothing else.
    Number,
}

/// A record in a chunk that is not full yet.
struct Made {
    at_us: u64,
    end: usize,
    /// Start and end of the key.
    key: Option<(usize, usize)>,
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
    text: Vec<u8>,
}

impl Generator {
    pub(in crate::runtime) fn new(config: GeneratorConfig) -> Self {
        let count = config.pace.count_until(config.end_us);
        let zipf = config.keys.map(|(distinct, skew)| Zipf::new(distinct, skew));
        let members = members(&config);
        Self { config, zipf, random: Random::new(0), count, made: 0, members, clock: Clock::default() }
    }

    pub(super) fn seed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    pub(super) fn next_batch(&mut self) -> Option<Batch> {
        let records = self.make(BATCH);
        (!records.is_empty()).then(|| Batch { records, ..Batch::default() })
    }

    pub(super) fn sample(mut self, most: usize) -> Vec<Bytes> {
        self.make(most).into_iter().map(|produced| produced.payload).collect()
    }

    pub(super) fn length(&self) -> Duration {
        Duration(self.config.end_us)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The next records, `most` of them at the most.
    fn make(&mut self, most: usize) -> Vec<Produced> {
        let mut records = Vec::with_capacity(most.min((self.count - self.made) as usize));
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut made = Vec::new();
        while records.len() + made.len() < most && self.made < self.count {
            made.push(self.write(&mut chunk));
            if chunk.len() >= CHUNK {
                cut(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)), &mut made, &mut records);
            }
        }
        cut(chunk, &mut made, &mut records);
        records
    }

    /// Writes the next record.
    fn write(&mut self, chunk: &mut Vec<u8>) -> Made {
        let at_us = self.config.pace.next_us();
        self.config.pace.advance();
        let late_us = (self.random_share() * self.config.out_of_order_us as f64) as u64;
        self.clock.set(self.config.start_ms + (at_us / 1000).cast_signed() - (late_us / 1000).cast_signed());
        let start = chunk.len();
        let key = self.write_members(chunk);
        fill_up(chunk, start, self.config.record_size, key);
        chunk.push(b'}');
        self.made += 1;
        Made { at_us, end: chunk.len(), key }
    }

    /// Nothing is drawn where nothing is random, so that adding a setting does not change the other draws.
    fn random_share(&mut self) -> f64 {
        if self.config.out_of_order_us > 0 { self.random.share() } else { 0.0 }
    }

    /// Writes the members of the next record; gives the place of its key.
    fn write_members(&mut self, line: &mut Vec<u8>) -> Option<(usize, usize)> {
        let mut key = None;
        for member in &self.members {
            line.extend_from_slice(&member.lead);
            let start = line.len();
            match &member.value {
                Value::Key => {
                    let number =
                        self.zipf.as_ref().map_or(self.made, |zipf| zipf.draw(&mut self.random).into());
                    let name = self.config.key.as_deref().unwrap_or_default();
                    line.push(b'"');
                    line.extend_from_slice(name.as_bytes());
                    line.push(b'-');
                    write_number(line, number);
                    line.push(b'"');
                }
                Value::EventTime => quoted(line, &self.clock.text),
                Value::Field(field) => field.write(line, &mut self.random, self.made, &self.clock.text),
                Value::Number => write_number(line, self.made),
            }
            if member.is_key {
                let quotes = usize::from(line[start] == b'"');
                key = Some((start + quotes, line.len() - quotes));
            }
        }
        key
    }
}

/// What every record has: key, event time and fields, each name once.
fn members(config: &GeneratorConfig) -> Vec<Member> {
    let mut members = Vec::new();
    let mut add = |name: &str, value, is_key| {
        let mut lead = vec![if members.is_empty() { b'{' } else { b',' }];
        serde_json::to_writer(&mut lead, name).expect("writing to memory cannot fail");
        lead.push(b':');
        members.push(Member { lead, value, is_key });
    };
    let is_field = |name: &String| config.fields.iter().any(|(field, _)| field == name);
    let drawn = config.key.as_ref().filter(|name| config.keys.is_some() || !is_field(name));
    if let Some(name) = drawn {
        add(name, Value::Key, true);
    }
    if let Some(name) = &config.event_time {
        add(name, Value::EventTime, false);
    }
    for (name, field) in &config.fields {
        if drawn != Some(name) && config.event_time.as_ref() != Some(name) {
            add(name, Value::Field(field.clone()), config.key.as_ref() == Some(name));
        }
    }
    if members.is_empty() {
        members.push(Member { lead: b"{\"number\":".to_vec(), value: Value::Number, is_key: false });
    }
    members
}

/// The records of a chunk share its bytes.
fn cut(chunk: Vec<u8>, made: &mut Vec<Made>, records: &mut Vec<Produced>) {
    let chunk = Bytes::from(chunk);
    let mut start = 0;
    for Made { at_us, end, key } in made.drain(..) {
        let key = key.map_or_else(Bytes::new, |(start, end)| chunk.slice(start..end));
        records.push(Produced { at_us, key, payload: chunk.slice(start..end) });
        start = end;
    }
}

/// Fills a record up to its size, with a field that nothing reads.
fn fill_up(line: &mut Vec<u8>, start: usize, size: Option<usize>, key: Option<(usize, usize)>) {
    const FILLER: &[u8] = br#","filler":""#;
    let key_length = key.map_or(OWN_KEY, |(start, end)| end - start);
    let wanted = size.unwrap_or(0);
    let needed = line.len() - start + key_length + FILLER.len() + 2;
    if wanted >= needed {
        line.extend_from_slice(FILLER);
        line.resize(line.len() + wanted - needed, b'x');
        line.push(b'"');
    }
}

impl Clock {
    /// Shows an instant in milliseconds since 1970.
    fn set(&mut self, at_ms: i64) {
        let second = at_ms.div_euclid(1000);
        if self.second != Some(second) {
            self.second = Some(second);
            let instant = Timestamp::from_second(second).unwrap_or_default();
            self.text = instant.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string().into_bytes();
        }
        let millisecond = at_ms.rem_euclid(1000) as u16;
        if let [.., hundreds, tens, ones, _] = self.text.as_mut_slice() {
            let digit = |number: u16| b'0' + (number % 10) as u8;
            (*hundreds, *tens, *ones) =
                (digit(millisecond / 100), digit(millisecond / 10), digit(millisecond));
        }
    }
}
