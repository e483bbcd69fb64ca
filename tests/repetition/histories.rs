//! Histories of reviews with what the crate `fsrs` makes of them, as CSV: history, days since the last review, rating
//! (1 again, 2 hard, 3 good, 4 easy), stability, difficulty, and days until 9 of 10 would still know it.

use fsrs::FSRS;

fn main() {
    let fsrs = FSRS::default();
    let mut random: u64 = 1;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    println!("history,days,rating,stability,difficulty,interval");
    for history in 0..60 {
        let mut memory = None;
        for step in 0..12 {
            let longest = [1, 3, 12, 40, 200][next(5) as usize];
            let days = if step == 0 { 0 } else { next(longest) as u32 };
            let rating = 1 + next(4);
            let states = fsrs.next_states(memory, 0.9, days).unwrap();
            let state = [&states.again, &states.hard, &states.good, &states.easy][rating as usize - 1].clone();
            println!(
                "{history},{days},{rating},{},{},{}",
                state.memory.stability, state.memory.difficulty, state.interval
            );
            memory = Some(state.memory);
        }
    }
}
