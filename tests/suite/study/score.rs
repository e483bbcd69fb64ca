//! Estimates of points: they meet at the points that pass, and say how little few answers prove.

use proptest::prelude::*;
use thalweg::study::score::{Scale, estimate};

const SCALE: Scale = Scale { least: 100, pass: 720, most: 1000 };

#[test]
fn the_ends_and_the_passing_point_are_exact() {
    let points = |right, all| estimate(SCALE, right, all).unwrap().points;
    assert_eq!((points(0, 50), points(18, 25), points(50, 50)), (100, 720, 1000));
    assert!(estimate(SCALE, 0, 0).is_none());
}

#[test]
fn the_range_is_that_of_wilson() {
    // For 40 of 50 the interval of 19 in 20 reaches from 0.6696 to 0.8876.
    let found = estimate(SCALE, 40, 50).unwrap();
    assert_eq!((found.low, found.high), (677, 888));
}

proptest! {
    #[test]
    fn points_lie_in_their_range_and_more_answers_narrow_it(right in 0usize..=60, wrong in 0usize..=60) {
        prop_assume!(right + wrong > 0);
        let few = estimate(SCALE, right, right + wrong).unwrap();
        let many = estimate(SCALE, right * 10, (right + wrong) * 10).unwrap();
        prop_assert!(few.low <= few.points && few.points <= few.high);
        prop_assert!(many.high - many.low <= few.high - few.low);
        prop_assert!(SCALE.least <= few.low && few.high <= SCALE.most);
    }
}
