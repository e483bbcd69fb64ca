//! A set of record numbers, one bit each.

/// Numbers from 0 on. Memory: an eighth of a byte for every number up to the highest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
}

const WORD: u64 = 64;

impl Bits {
    /// Adds a number; says whether it is new.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        let (word, bit) = ((number / WORD) as usize, 1 << (number % WORD));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        is_new
    }

    /// Adds every number from `start` up to `end`, without the latter.
    pub(super) fn insert_range(&mut self, start: u64, end: u64) {
        let mut number = start;
        while number < end {
            if number.is_multiple_of(WORD) && end - number >= WORD {
                self.insert(number);
                self.words[(number / WORD) as usize] = u64::MAX;
                number += WORD;
            } else {
                self.insert(number);
                number += 1;
            }
        }
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Adds the numbers that are in `other` and not in `but`; says whether any is new.
    pub(super) fn add(&mut self, other: &Self, but: &Self) -> bool {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        let mut changed = false;
        for (index, (word, added)) in self.words.iter_mut().zip(&other.words).enumerate() {
            let joined = *word | added & !but.word(index);
            changed |= joined != *word;
            *word = joined;
        }
        changed
    }

    /// How many numbers are in neither of two other sets.
    pub(super) fn count_without(&self, first: &Self, second: &Self) -> u64 {
        let left = |(index, word): (usize, &u64)| word & !first.word(index) & !second.word(index);
        self.words.iter().enumerate().map(left).map(|word| u64::from(word.count_ones())).sum()
    }

    fn word(&self, index: usize) -> u64 {
        self.words.get(index).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

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
}
