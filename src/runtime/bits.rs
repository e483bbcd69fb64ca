//! A set of record numbers, as compact as what it holds allows.
//!
//! The numbers of each producer lie together (see [`PRODUCER_BITS`]) and are kept in blocks: one that is full or empty
//! takes no memory of its own, so that a producer whose records all come takes a few bytes for every 4096 of them.

/// The lower bits of a number count the records of a producer, the others are the producer's place.
pub(super) const PRODUCER_BITS: u32 = 44;

const WORD: u64 = 64;
const WORDS: usize = 64;
const BLOCK: u64 = WORD * WORDS as u64;

/// A set of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits {
    /// The blocks of each producer.
    producers: Vec<Vec<Block>>,
}

/// The numbers from one multiple of 4096 up to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Block {
    #[default]
    Empty,
    Full,
    Some(Box<[u64; WORDS]>),
}

impl Block {
    fn word(&self, index: usize) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Full => u64::MAX,
            Self::Some(words) => words[index],
        }
    }

    fn count(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Full => BLOCK,
            Self::Some(words) => words.iter().map(|word| u64::from(word.count_ones())).sum(),
        }
    }

    /// Puts words in place; says whether any number is new.
    fn join(&mut self, added: impl Fn(usize) -> u64) -> bool {
        let mut joined = Box::new([0; WORDS]);
        let mut changed = false;
        for (index, word) in joined.iter_mut().enumerate() {
            let before = self.word(index);
            *word = before | added(index);
            changed |= *word != before;
        }
        if changed {
            let is_full = joined.iter().all(|word| *word == u64::MAX);
            *self = if is_full { Self::Full } else { Self::Some(joined) };
        }
        changed
    }
}

impl Bits {
    /// Adds a number; says whether it is new.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        let (producer, place) = split(number);
        let (index, bit) = ((place % BLOCK / WORD) as usize, 1 << (place % WORD));
        let block = self.block(producer, (place / BLOCK) as usize);
        match block {
            Block::Full => false,
            Block::Some(words) => {
                let is_new = words[index] & bit == 0;
                words[index] |= bit;
                if words[index] == u64::MAX && words.iter().all(|word| *word == u64::MAX) {
                    *block = Block::Full;
                }
                is_new
            }
            Block::Empty => {
                let mut words = Box::new([0; WORDS]);
                words[index] = bit;
                *block = Block::Some(words);
                true
            }
        }
    }

    /// Adds every number from `start` up to `end`, without the latter; both are of one producer.
    pub(super) fn insert_range(&mut self, start: u64, end: u64) {
        let mut number = start;
        while number < end {
            let (producer, place) = split(number);
            if place.is_multiple_of(BLOCK) && end - number >= BLOCK {
                *self.block(producer, (place / BLOCK) as usize) = Block::Full;
                number += BLOCK;
            } else {
                self.insert(number);
                number += 1;
            }
        }
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> u64 {
        self.producers.iter().flatten().map(Block::count).sum()
    }

    /// Adds the numbers that are in `other` and not in `but`; says whether any is new.
    pub(super) fn add(&mut self, other: &Self, but: &Self) -> bool {
        let mut changed = false;
        for (producer, blocks) in other.producers.iter().enumerate() {
            for (place, block) in blocks.iter().enumerate().filter(|(_, block)| **block != Block::Empty) {
                let without = but.get(producer, place);
                let own = self.block(producer, place);
                if *own != Block::Full {
                    changed |= own.join(|index| block.word(index) & !without.word(index));
                }
            }
        }
        changed
    }

    /// How many numbers are in neither of two other sets.
    pub(super) fn count_without(&self, first: &Self, second: &Self) -> u64 {
        let mut count = 0;
        for (producer, blocks) in self.producers.iter().enumerate() {
            for (place, block) in blocks.iter().enumerate() {
                let (first, second) = (first.get(producer, place), second.get(producer, place));
                if *first == Block::Full || *second == Block::Full {
                    continue;
                }
                let left = |index| block.word(index) & !first.word(index) & !second.word(index);
                count += (0..WORDS).map(|index| u64::from(left(index).count_ones())).sum::<u64>();
            }
        }
        count
    }

    /// For each producer a number below which all of its records are in the set; those of whole blocks only.
    pub(super) fn all_below(&self) -> Vec<u64> {
        let full = |blocks: &Vec<Block>| blocks.iter().take_while(|block| **block == Block::Full).count();
        let start = |producer: usize| (producer as u64) << PRODUCER_BITS;
        let of = |(producer, blocks)| start(producer) + full(blocks) as u64 * BLOCK;
        self.producers.iter().enumerate().map(of).collect()
    }

    fn block(&mut self, producer: usize, place: usize) -> &mut Block {
        if self.producers.len() <= producer {
            self.producers.resize_with(producer + 1, Vec::new);
        }
        let blocks = &mut self.producers[producer];
        if blocks.len() <= place {
            blocks.resize(place + 1, Block::Empty);
        }
        &mut blocks[place]
    }

    fn get(&self, producer: usize, place: usize) -> &Block {
        self.producers.get(producer).and_then(|blocks| blocks.get(place)).unwrap_or(&Block::Empty)
    }
}

/// A producer's place and the record's place among its records.
pub(super) fn split(number: u64) -> (usize, u64) {
    ((number >> PRODUCER_BITS) as usize, number & ((1 << PRODUCER_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{BLOCK, Bits, PRODUCER_BITS};

    fn of(numbers: impl IntoIterator<Item = u64>) -> Bits {
        let mut bits = Bits::default();
        numbers.into_iter().for_each(|number| {
            bits.insert(number);
        });
        bits
    }

    #[test]
    fn sets_behave_as_sets() {
        let mut bits = of([3, 64, 200]);
        assert!(!bits.insert(64) && bits.insert(65));
        assert_eq!(bits.count(), 4);
        let mut range = Bits::default();
        range.insert_range(10, 300);
        assert_eq!(range, of(10..300));
        assert_eq!(range.count_without(&of(0..100), &of([299])), 199);
        let mut sum = of([1]);
        assert!(sum.add(&of([1, 2, 500]), &of([2])));
        assert_eq!(sum.count(), 2);
        assert!(!sum.add(&of([500]), &Bits::default()));
    }

    #[test]
    fn what_is_full_is_known_to_be_and_producers_do_not_mix() {
        let second = 1 << PRODUCER_BITS;
        let mut bits = of((0..2 * BLOCK + 5).chain([second]));
        assert_eq!(bits.all_below(), [2 * BLOCK, second]);
        assert!(!bits.insert(BLOCK + 1) && bits.insert(second + BLOCK));
        assert_eq!(bits.count(), 2 * BLOCK + 7);
    }

    proptest! {
        #[test]
        fn blocks_give_what_a_plain_set_gives(
            ranges in prop::collection::vec((0u64..20_000, 0u64..9_000), 0..5),
            but in prop::collection::btree_set(0u64..30_000, 0..40),
        ) {
            let mut bits = Bits::default();
            let mut plain = BTreeSet::new();
            for (start, length) in ranges {
                bits.insert_range(start, start + length);
                plain.extend(start..start + length);
            }
            let without = of(but.iter().copied());
            prop_assert_eq!(bits.count(), plain.len() as u64);
            prop_assert_eq!(bits.count_without(&without, &Bits::default()), plain.difference(&but).count() as u64);
            let mut sum = of([7]);
            sum.add(&bits, &without);
            let wanted: BTreeSet<u64> = plain.difference(&but).copied().chain([7]).collect();
            prop_assert_eq!(sum.count(), wanted.len() as u64);
            prop_assert_eq!(sum.count_without(&of(wanted), &Bits::default()), 0);
        }
    }
}
