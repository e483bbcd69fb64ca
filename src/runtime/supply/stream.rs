//! The records of an NDJSON file that is read while it is sent, a piece at a time.
//!
//! Nothing of the file is kept but the pieces whose records are still somewhere. **Ordering**: that of the file; where
//! event times say when a record is sent they must not go back, and a file in which they do has to be held as a whole.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read;

use bytes::Bytes;

use crate::runtime::supply::replay::sent_us;
use crate::runtime::supply::{Batch, Fault, Lines, Pace, Produced, read_lines};

/// So many bytes are read at a time.
const PIECE: usize = 512 * 1024;

/// Reads the lines of a source, piece by piece.
pub(in crate::runtime) struct LineReader {
    source: Box<dyn Read + Send>,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    /// Lines that were read before.
    lines: u64,
    key: Option<String>,
    event_time: Option<String>,
    /// What was read to see what the file is like.
    head: VecDeque<Lines>,
    fault: Option<String>,
}

impl fmt::Debug for LineReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LineReader").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl LineReader {
    /// Reads a source; `key` and `event_time` name fields that every record must have.
    pub(in crate::runtime) fn new(
        source: Box<dyn Read + Send>,
        key: Option<String>,
        event_time: Option<String>,
    ) -> Self {
        Self { source, rest: Vec::new(), lines: 0, key, event_time, head: VecDeque::new(), fault: None }
    }

    /// Reads on until so many records are there or the file ends, and keeps what it read.
    pub(in crate::runtime) fn look_ahead(&mut self, records: usize) -> &VecDeque<Lines> {
        let mut found: usize = self.head.iter().map(Lines::len).sum();
        while found < records
            && let Some(lines) = self.read()
        {
            found += lines.len();
            self.head.push_back(lines);
        }
        &self.head
    }

    /// Why the file could not be read to its end.
    pub(in crate::runtime) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// When the first record of what was read ahead happened.
    pub(in crate::runtime) fn first_ms(&self) -> Option<i64> {
        self.head.iter().find(|lines| !lines.is_empty()).map(|lines| lines.time_ms(0))
    }

    fn next(&mut self) -> Option<Lines> {
        self.head.pop_front().or_else(|| self.read())
    }

    fn read(&mut self) -> Option<Lines> {
        let piece = self.piece()?;
        let mut lines = read_lines(&piece, self.key.as_deref(), self.event_time.as_deref());
        lines.bad.begin_at(self.lines);
        self.lines += lines.count;
        Some(lines)
    }

    /// Whole lines.
    fn piece(&mut self) -> Option<Bytes> {
        let mut piece = std::mem::take(&mut self.rest);
        loop {
            let before = piece.len();
            piece.reserve(PIECE);
            let read = (&mut self.source).take(PIECE as u64).read_to_end(&mut piece);
            if let Err(error) = read {
                self.fault = Some(error.to_string());
                return None;
            }
            if piece.len() == before {
                return (before > 0).then(|| piece.into());
            }
            if let Some(end) = memchr::memrchr(b'\n', &piece[before..]) {
                self.rest = piece[before + end + 1..].to_vec();
                piece.truncate(before + end + 1);
                return Some(piece.into());
            }
        }
    }
}

/// The records of a source with the instants at which they are sent.
#[derive(Debug)]
pub(in crate::runtime) struct Streamed {
    reader: LineReader,
    /// When they are sent; nothing where that is when they happened.
    pace: Option<Pace>,
    /// The instant at which the run starts, in milliseconds since 1970.
    start_ms: i64,
    end_us: Option<u64>,
    /// Nothing may have happened before this.
    latest_ms: i64,
    is_over: bool,
}

impl Streamed {
    /// Sends the records at a pace, or without one when they happened, counted from `start_ms`; none of them after `end_us`.
    pub(in crate::runtime) fn new(
        reader: LineReader,
        pace: Option<Pace>,
        start_ms: i64,
        end_us: Option<u64>,
    ) -> Self {
        Self { reader, pace, start_ms, end_us, latest_ms: start_ms, is_over: false }
    }

    pub(super) fn next_batch(&mut self) -> Option<Batch> {
        if self.is_over {
            return None;
        }
        let mut batch = Batch::default();
        let Some(mut lines) = self.reader.next() else {
            self.is_over = true;
            batch.fault = Some(Fault::Unreadable(self.reader.fault.take()?));
            return Some(batch);
        };
        batch.bad = std::mem::take(&mut lines.bad);
        batch.records.reserve(lines.len());
        for place in 0..lines.len() {
            match self.send(&lines, place) {
                Some(Ok(produced)) => batch.records.push(produced),
                other => {
                    batch.fault = other.and_then(Result::err);
                    self.is_over = true;
                    break;
                }
            }
        }
        Some(batch)
    }

    /// A record with its instant; nothing once the run is over.
    fn send(&mut self, lines: &Lines, place: usize) -> Option<Result<Produced, Fault>> {
        let time_ms = lines.time_ms(place);
        if self.reader.event_time.is_some() && time_ms < self.latest_ms {
            return Some(Err(Fault::Unsorted));
        }
        let at_us = match &mut self.pace {
            Some(pace) => {
                let at_us = pace.next_us();
                pace.advance();
                at_us
            }
            None => {
                self.latest_ms = time_ms;
                sent_us(time_ms, self.start_ms)
            }
        };
        self.end_us.is_none_or(|end| at_us < end).then(|| Ok(lines.produced(place, at_us)))
    }

    pub(super) fn sample(&mut self, most: usize) -> Vec<Bytes> {
        let head = self.reader.look_ahead(most);
        let payloads =
            |lines: &Lines| (0..lines.len()).map(|place| lines.produced(place, 0).payload).collect();
        head.iter().flat_map(|lines| -> Vec<Bytes> { payloads(lines) }).take(most).collect()
    }
}
