//! A token bucket: how much of a quota a second is left.
//!
//! Takes amounts and instants, says whether an amount fits. It fills steadily and holds one second's worth unless made
//! otherwise, so that a burst of one second passes.

const SECOND_US: f64 = 1e6;

/// A token bucket that starts full.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct TokenBucket {
    rate: f64,
    most: f64,
    level: f64,
    filled_us: u64,
}

impl TokenBucket {
    /// A bucket that fills with `rate` a second and holds one second's worth.
    pub(in crate::runtime) fn new(rate: f64) -> Self {
        Self::with_burst(rate, rate)
    }

    /// A bucket that fills with `rate` a second and holds `most`.
    pub(in crate::runtime) fn with_burst(rate: f64, most: f64) -> Self {
        Self { rate, most, level: most, filled_us: 0 }
    }

    /// Adds what has come in since the last time.
    pub(in crate::runtime) fn fill(&mut self, now_us: u64) {
        let time = now_us.saturating_sub(self.filled_us) as f64 / SECOND_US;
        self.level = (self.level + time * self.rate).min(self.most);
        self.filled_us = self.filled_us.max(now_us);
    }

    /// Whether an amount fits. One of more than the bucket holds fits when it is full, and leaves a debt.
    pub(in crate::runtime) fn fits(&self, amount: f64) -> bool {
        self.level >= amount.min(self.most)
    }

    /// Whether there is anything left.
    pub(in crate::runtime) fn is_open(&self) -> bool {
        self.level > 0.0
    }

    /// Whether nothing was taken for a while.
    pub(in crate::runtime) fn is_full(&self) -> bool {
        self.level >= self.most
    }

    /// Fills up, and takes one call if it fits; whether it did.
    pub(in crate::runtime) fn admits(&mut self, now_us: u64) -> bool {
        self.fill(now_us);
        let fits = self.fits(1.0);
        if fits {
            self.take(1.0);
        }
        fits
    }

    /// Takes an amount, whatever is left.
    pub(in crate::runtime) fn take(&mut self, amount: f64) {
        self.level -= amount;
    }
}
