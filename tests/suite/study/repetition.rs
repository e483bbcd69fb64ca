//! The scheduler, held against histories that the crate `fsrs` worked out.

use thalweg::study::repetition::{Grade, Memory};

/// Relative to the reference, which counts in f32.
const NEAR: f64 = 1e-3;

#[test]
fn memories_are_those_of_the_reference() {
    let mut memory: Option<Memory> = None;
    let mut compared = 0;
    for line in include_str!("../../repetition/histories.csv").lines().skip(1) {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        let [_, days, rating, stability, difficulty, interval] = fields[..] else { panic!("{line}") };
        let grade = Grade::ALL[rating as usize - 1];
        let is_first = compared % 12 == 0;
        let next = match memory.filter(|_| !is_first) {
            None => Memory::first(grade),
            Some(memory) => memory.after(days as u32, grade),
        };
        for (name, own, theirs) in [
            ("stability", next.stability, stability),
            ("difficulty", next.difficulty, difficulty),
            ("interval", next.days_until(0.9), interval),
        ] {
            assert!((own - theirs).abs() <= NEAR * theirs.max(1.0), "{name} of {line}: {own}");
        }
        memory = Some(next);
        compared += 1;
    }
    assert_eq!(compared, 720);
}

#[test]
fn more_is_wanted_sooner() {
    let memory = Memory::first(Grade::Easy);
    assert!(memory.interval(0.95) < memory.interval(0.9));
    assert!(memory.interval(0.9) < memory.interval(0.8));
    assert_eq!(Memory::first(Grade::Again).interval(0.97), 1, "never twice on a day");
}
