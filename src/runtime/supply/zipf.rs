//! Draws numbers by Zipf's law: the number `i` as often as `1 / (i + 1)^skew` says.
//!
//! Walker's alias method: a table of thresholds is made once, then a draw takes one step whatever the numbers are.

use crate::runtime::random::Random;

/// A table to draw from. Memory: 12 bytes a number.
#[derive(Debug, Clone)]
pub(super) struct Zipf {
    /// For each column the share that stays with its own number.
    thresholds: Vec<f64>,
    /// The number that has the rest of the column.
    others: Vec<u32>,
}

impl Zipf {
    /// Over the numbers below `count`, which is at least 1.
    pub(super) fn new(count: u32, skew: f64) -> Self {
        let weights: Vec<f64> = (0..count).map(|number| (f64::from(number) + 1.0).powf(-skew)).collect();
        let mean = weights.iter().sum::<f64>() / f64::from(count);
        let mut thresholds: Vec<f64> = weights.iter().map(|weight| weight / mean).collect();
        let mut others: Vec<u32> = (0..count).collect();
        let (mut small, mut large): (Vec<u32>, Vec<u32>) =
            (0..count).partition(|number| thresholds[*number as usize] < 1.0);
        while let (Some(low), Some(high)) = (small.pop(), large.pop()) {
            others[low as usize] = high;
            thresholds[high as usize] -= 1.0 - thresholds[low as usize];
            if thresholds[high as usize] < 1.0 { small.push(high) } else { large.push(high) }
        }
        Self { thresholds, others }
    }

    /// A number.
    pub(super) fn draw(&self, random: &mut Random) -> u32 {
        let place = random.share() * self.thresholds.len() as f64;
        let column = place as usize;
        if place.fract() < self.thresholds[column] { column as u32 } else { self.others[column] }
    }
}

#[cfg(test)]
mod tests {
    use super::Zipf;
    use crate::runtime::random::Random;

    #[test]
    fn draws_have_the_shares_of_the_law() {
        // python3 -c "w=[1/(i+1)**1.1 for i in range(1000)]; print(w[0]/sum(w), w[9]/sum(w))"
        let (zipf, mut random) = (Zipf::new(1000, 1.1), Random::new(1));
        let mut counts = vec![0u32; 1000];
        for _ in 0..1_000_000 {
            counts[zipf.draw(&mut random) as usize] += 1;
        }
        assert!((178_000..=183_000).contains(&counts[0]), "{}", counts[0]);
        assert!((14_000..=14_700).contains(&counts[9]), "{}", counts[9]);
        let even = Zipf::new(4, 0.0);
        let drawn: Vec<u32> = (0..100).map(|_| even.draw(&mut random)).collect();
        assert!((0..4).all(|number| drawn.contains(&number)), "{drawn:?}");
    }
}
