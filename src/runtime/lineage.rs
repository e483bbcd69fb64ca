//! The records that a row comes from, in few bytes.
//!
//! A row of a window can stand for millions of records, and each of them has arrived when the row has. Each is written as
//! what it differs by from the one before it: 2 to 4 bytes where records come in their order.

/// When a record came into the world, and which it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The record's number among all that were produced.
    pub origin: u64,
    /// The virtual instant at which it was produced, in microseconds.
    pub produced_us: u64,
}

/// Records in the order in which they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    bytes: Vec<u8>,
    count: u64,
    last: Stamp,
}

impl Lineage {
    /// Adds a record at the end.
    pub fn push(&mut self, stamp: Stamp) {
        if self.count == 0 {
            // As much as the smallest allocation has room for.
            self.bytes.reserve(24);
        }
        write(&mut self.bytes, stamp.origin.wrapping_sub(self.last.origin));
        write(&mut self.bytes, stamp.produced_us.wrapping_sub(self.last.produced_us));
        self.count += 1;
        self.last = stamp;
    }

    /// How many records there are; one that was added twice counts twice.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The record that was added last.
    #[must_use]
    pub fn last(&self) -> Option<Stamp> {
        (self.count > 0).then_some(self.last)
    }

    /// The records.
    pub fn iter(&self) -> impl Iterator<Item = Stamp> {
        let (mut rest, mut last) = (self.bytes.as_slice(), Stamp::default());
        (0..self.count).map(move |_| {
            last.origin = last.origin.wrapping_add(read(&mut rest));
            last.produced_us = last.produced_us.wrapping_add(read(&mut rest));
            last
        })
    }
}

impl From<Stamp> for Lineage {
    fn from(stamp: Stamp) -> Self {
        let mut lineage = Self::default();
        lineage.push(stamp);
        lineage
    }
}

impl Extend<Stamp> for Lineage {
    fn extend<I: IntoIterator<Item = Stamp>>(&mut self, stamps: I) {
        stamps.into_iter().for_each(|stamp| self.push(stamp));
    }
}

impl FromIterator<Stamp> for Lineage {
    fn from_iter<I: IntoIterator<Item = Stamp>>(stamps: I) -> Self {
        let mut lineage = Self::default();
        lineage.extend(stamps);
        lineage
    }
}

/// Writes a difference, seven bits a byte, small ones of either sign in few.
fn write(bytes: &mut Vec<u8>, difference: u64) {
    let signed = difference.cast_signed();
    let mut left = ((signed << 1) ^ (signed >> 63)).cast_unsigned();
    while left >= 0x80 {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
}

fn read(bytes: &mut &[u8]) -> u64 {
    let (mut found, mut shift) = (0, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        found |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            break;
        }
    }
    (found >> 1) ^ (found & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Lineage, Stamp};

    proptest! {
        #[test]
        fn what_is_written_is_read(stamps in prop::collection::vec(any::<(u64, u64)>(), 0..50)) {
            let stamps: Vec<Stamp> =
                stamps.into_iter().map(|(origin, produced_us)| Stamp { origin, produced_us }).collect();
            let lineage: Lineage = stamps.iter().copied().collect();
            prop_assert_eq!(lineage.len(), stamps.len() as u64);
            prop_assert_eq!(lineage.iter().collect::<Vec<_>>(), stamps);
        }
    }

    #[test]
    fn records_in_their_order_take_few_bytes() {
        let stamp = |origin| Stamp { origin, produced_us: origin * 1000 };
        let lineage: Lineage = (0..100_000).map(|place| stamp(place * 3)).collect();
        assert!(lineage.bytes.len() <= 400_000, "{}", lineage.bytes.len());
    }
}
