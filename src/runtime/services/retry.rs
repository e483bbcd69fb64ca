//! How a service tries again what a target turned away: waits that double up to a longest one, for so long and so often.
//!
//! Takes the number of tries that failed, gives the wait before the next. **Delivery**: what is not taken within the
//! policy is given up, to the dead letters where there are some.

use crate::runtime::random::Random;

/// When a delivery is tried again.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct RetryPolicy {
    pub(in crate::runtime) first_wait_us: u64,
    pub(in crate::runtime) longest_wait_us: u64,
    /// Tries after the first.
    pub(in crate::runtime) attempts: u32,
    /// How long after the first try the last may come.
    pub(in crate::runtime) within_us: u64,
}

/// After so many doublings every wait is the longest.
const DOUBLINGS: u32 = 40;

impl RetryPolicy {
    /// The wait after one more failure than `failed`; nothing where no further try is left.
    pub(in crate::runtime) fn wait(&self, failed: u32) -> Option<u64> {
        let wait = self.doubled(failed);
        let within = self.waited(failed).saturating_add(wait) <= self.within_us;
        (failed < self.attempts && within).then_some(wait)
    }

    /// The same with jitter, which takes up to half of a wait, where the time since the first try is known.
    pub(in crate::runtime) fn jittered(&self, failed: u32, age_us: u64, random: &mut Random) -> Option<u64> {
        let wait = (self.doubled(failed) as f64 * (0.5 + random.share() / 2.0)) as u64;
        (failed < self.attempts && age_us.saturating_add(wait) <= self.within_us).then_some(wait)
    }

    fn doubled(&self, failed: u32) -> u64 {
        self.first_wait_us.saturating_mul(1 << failed.min(DOUBLINGS)).min(self.longest_wait_us)
    }

    /// All waits so far.
    fn waited(&self, failed: u32) -> u64 {
        let doublings = (0..failed.min(DOUBLINGS)).map(|before| self.doubled(before)).sum::<u64>();
        let others = u64::from(failed.saturating_sub(DOUBLINGS)).saturating_mul(self.longest_wait_us);
        doublings.saturating_add(others)
    }
}

#[cfg(test)]
mod tests {
    use super::RetryPolicy;

    #[test]
    fn waits_double_until_the_time_or_the_tries_are_used_up() {
        let policy = RetryPolicy { first_wait_us: 10, longest_wait_us: 40, attempts: 9, within_us: 150 };
        let waits: Vec<_> = (0..6).map(|failed| policy.wait(failed)).collect();
        // 10 + 20 + 40 + 40 = 110; one more would end at 150, and the next at 190.
        assert_eq!(waits, [Some(10), Some(20), Some(40), Some(40), Some(40), None]);
        assert_eq!(RetryPolicy { attempts: 2, ..policy }.wait(2), None);
        let long = RetryPolicy { attempts: u32::MAX, within_us: u64::MAX, ..policy };
        assert_eq!(long.waited(100), 10 + 20 + 98 * 40);
    }
}
