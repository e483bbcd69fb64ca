//! The records of an NDJSON file, in the order in which they are sent.
//!
//! The file stays as it is; a record is a place in it, and so is its key. Memory: the file, and 40 bytes a record.

use bytes::Bytes;

use crate::runtime::record::{BadLine, BadLines};
use crate::runtime::supply::wanted::{Text, Wanted};
use crate::runtime::supply::{BATCH, Batch, Pace, Produced};
use crate::units::Duration;

/// Records of a file with their order.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Replay {
    lines: Lines,
    next: usize,
    /// When they are sent; nothing where that is when they happened.
    pace: Option<Pace>,
    /// The instant at which the run starts, in milliseconds since 1970.
    start_ms: i64,
    /// How many are sent.
    count: usize,
}

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub(in crate::runtime) struct Lines {
    file: Bytes,
    entries: Vec<Entry>,
    /// Keys that do not stand in the file as they are.
    own_keys: Vec<Bytes>,
    /// How many lines there are.
    pub(in crate::runtime) count: u64,
    /// The lines that are no records.
    pub(in crate::runtime) bad: BadLines,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: usize,
    length: u32,
    key: Key,
    /// When it happened; 0 where the design names no field.
    time_ms: i64,
}

#[derive(Debug, Clone, Copy)]
enum Key {
    None,
    /// Start and length within the line.
    Within(u32, u32),
    Own(u32),
}

impl Replay {
    /// Sends the records at a pace, or without one when they happened, counted from `start_ms`; none of them after `end_us`.
    pub(in crate::runtime) fn new(
        mut lines: Lines,
        pace: Option<Pace>,
        start_ms: i64,
        end_us: Option<u64>,
    ) -> Self {
        if pace.is_none() {
            lines.entries.sort_by_key(|entry| entry.time_ms);
        }
        let mut count = lines.entries.len();
        if let Some(end_us) = end_us {
            count = match &pace {
                Some(pace) => count.min(pace.count_until(end_us) as usize),
                None => lines.entries.partition_point(|entry| sent_us(entry.time_ms, start_ms) < end_us),
            };
        }
        Self { lines, next: 0, pace, start_ms, count }
    }

    pub(super) fn next_batch(&mut self) -> Option<Batch> {
        let end = self.count.min(self.next + BATCH);
        let bad = std::mem::take(&mut self.lines.bad);
        if self.next >= end && bad.is_empty() {
            return None;
        }
        let mut records = Vec::with_capacity(end - self.next);
        for place in self.next..end {
            let at_us = match &mut self.pace {
                Some(pace) => {
                    let at_us = pace.next_us();
                    pace.advance();
                    at_us
                }
                None => sent_us(self.lines.time_ms(place), self.start_ms),
            };
            records.push(self.lines.produced(place, at_us));
        }
        self.next = end;
        Some(Batch { records, bad, fault: None })
    }

    pub(super) fn sample(&self, most: usize) -> Vec<Bytes> {
        (0..self.count.min(most)).map(|place| self.lines.produced(place, 0).payload).collect()
    }

    /// How long it sends.
    pub(super) fn length(&self) -> Duration {
        let Some(last) = self.count.checked_sub(1) else { return Duration(0) };
        Duration(match &self.pace {
            None => sent_us(self.lines.time_ms(last), self.start_ms),
            Some(pace) => {
                let mut pace = pace.clone();
                (0..last).for_each(|_| pace.advance());
                pace.next_us()
            }
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.count as u64
    }
}

/// When a record is sent that happened then.
pub(super) fn sent_us(time_ms: i64, start_ms: i64) -> u64 {
    (time_ms - start_ms).max(0) as u64 * 1000
}

impl Lines {
    /// Whether there is no record.
    pub(in crate::runtime) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many records there are.
    pub(in crate::runtime) fn len(&self) -> usize {
        self.entries.len()
    }

    /// When a record happened; 0 where the design names no field.
    pub(super) fn time_ms(&self, place: usize) -> i64 {
        self.entries[place].time_ms
    }

    /// A record that is sent at an instant.
    pub(super) fn produced(&self, place: usize, at_us: u64) -> Produced {
        let entry = self.entries[place];
        let payload = self.file.slice(entry.start..entry.start + entry.length as usize);
        let key = match entry.key {
            Key::None => Bytes::new(),
            Key::Within(start, length) => payload.slice(start as usize..(start + length) as usize),
            Key::Own(index) => self.own_keys[index as usize].clone(),
        };
        Produced { at_us, key, payload }
    }

    /// When the first of them happened.
    pub(in crate::runtime) fn earliest_ms(&self) -> Option<i64> {
        self.entries.iter().map(|entry| entry.time_ms).min()
    }

    fn add(&mut self, start: usize, end: usize, wanted: &mut Wanted<'_>) -> Result<(), String> {
        let file = self.file.clone();
        let line = &file[start..end];
        let length = u32::try_from(line.len()).map_err(|_| "is too long".to_owned())?;
        let (key, time) = wanted.find(line)?;
        let key = match key {
            None => Key::None,
            Some(Text::Within(text, start)) => Key::Within(start as u32, text.len() as u32),
            Some(Text::Own(text)) => {
                self.own_keys.push(text.into());
                Key::Own(self.own_keys.len() as u32 - 1)
            }
        };
        let time_ms = match time {
            None => 0,
            Some(text) => {
                let text = text.as_str();
                let no_time = || {
                    let name = wanted.event_time.unwrap_or_default();
                    format!("`{name}` is `{text}`, which is no timestamp")
                };
                wanted.instants.read(text).ok_or_else(no_time)?
            }
        };
        self.entries.push(Entry { start, length, key, time_ms });
        Ok(())
    }
}

/// Reads the lines of an NDJSON file. `key` and `event_time` name fields that every record must have.
pub(in crate::runtime) fn read_lines(file: &Bytes, key: Option<&str>, event_time: Option<&str>) -> Lines {
    let mut lines = Lines { file: file.clone(), ..Lines::default() };
    let mut wanted = Wanted::new(key, event_time);
    let mut start = 0;
    let mut number = 0;
    while start < file.len() {
        let end = memchr::memchr(b'\n', &file[start..]).map_or(file.len(), |at| start + at);
        let trimmed = if end > start && file[end - 1] == b'\r' { end - 1 } else { end };
        number += 1;
        if trimmed > start
            && let Err(reason) = lines.add(start, trimmed, &mut wanted)
        {
            lines.bad.push(BadLine { line: number, reason });
        }
        start = end + 1;
    }
    lines.count = number;
    lines
}
