//! Numbers by lot from a seed, so that a learner can be asked the same again: SplitMix64, which is enough for shuffling.

/// Where the next number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot(u64);

impl Lot {
    /// The lot of a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.draw() % bound as u64) as usize }
    }

    /// Puts items in an order by lot.
    ///
    /// ```
    /// use thalweg::study::shuffle::Lot;
    /// let mut items = [1, 2, 3, 4, 5];
    /// Lot::seeded(7).shuffle(&mut items);
    /// let mut again = [1, 2, 3, 4, 5];
    /// Lot::seeded(7).shuffle(&mut again);
    /// assert_eq!(items, again);
    /// ```
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
