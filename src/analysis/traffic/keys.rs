//! How records spread over keys that follow a Zipf law.

/// The share of the most frequent of `distinct` keys, of which the one of rank `k` comes in proportion to `k^-skew`.
pub(super) fn hottest_share(distinct: f64, skew: f64) -> f64 {
    if distinct <= 1.0 { 1.0 } else { 1.0 / weights(distinct, skew) }
}

/// So many weights are added one by one; the rest is an integral.
const EXACT: f64 = 64.0;

/// The sum of `k^-skew` over the ranks: exact at first, then by Euler and Maclaurin, whose next term is below 1e-9 here.
fn weights(distinct: f64, skew: f64) -> f64 {
    let exact = distinct.min(EXACT).floor() as u32;
    let head: f64 = (1..=exact).map(|rank| f64::from(rank).powf(-skew)).sum();
    if distinct <= EXACT {
        return head;
    }
    let primitive = |rank: f64| {
        if (skew - 1.0).abs() < 1e-9 { rank.ln() } else { rank.powf(1.0 - skew) / (1.0 - skew) }
    };
    let ends = (distinct.powf(-skew) - EXACT.powf(-skew)) / 2.0;
    let slopes = skew * (EXACT.powf(-skew - 1.0) - distinct.powf(-skew - 1.0)) / 12.0;
    head + primitive(distinct) - primitive(EXACT) + ends + slopes
}

#[cfg(test)]
mod tests {
    use super::hottest_share;

    #[test]
    fn shares_are_those_of_the_plain_sum() {
        for (distinct, skew) in
            [(1_u32, 1.0), (2, 0.0), (100, 1.1), (1000, 0.5), (200_000, 1.0), (200_000, 0.3), (200_000, 2.0)]
        {
            let sum: f64 = (1..=distinct).map(|rank| f64::from(rank).powf(-skew)).sum();
            let share = hottest_share(f64::from(distinct), skew);
            assert!((share * sum - 1.0).abs() < 1e-9, "{distinct} {skew}: {share}");
        }
    }

    #[test]
    fn keys_that_are_alike_have_equal_shares() {
        assert!((hottest_share(1e9, 0.0) - 1e-9).abs() < 1e-15);
    }
}
