//! What answers come to: what is due, how exams and weak rules draw it nearer, and what cramming leaves alone.

use proptest::prelude::*;
use thalweg::study::progress::Progress;
use thalweg::study::repetition::Grade;
use thalweg::study::review::{Mode, Review};

use super::answer;

#[test]
fn a_right_answer_is_due_later_than_a_wrong_one() {
    let right = Progress::of(&[answer("1", "d", 100, Grade::Good)]);
    let wrong = Progress::of(&[answer("1", "d", 100, Grade::Again)]);
    assert_eq!(right.due("d", 100, None), Some(102));
    assert_eq!(wrong.due("d", 100, None), Some(101));
    assert_eq!(right.due("other", 100, None), None);
}

#[test]
fn cramming_leaves_the_schedule_alone() {
    let first = answer("1", "d", 100, Grade::Good);
    let crammed = Review { mode: Mode::Cram, ..answer("2", "d", 101, Grade::Again) };
    let (before, after) = (Progress::of(std::slice::from_ref(&first)), Progress::of(&[first, crammed]));
    assert_eq!(before.due("d", 101, None), after.due("d", 101, None));
    assert_eq!(after.answers(), 2, "the answer counts all the same");
    assert!(!after.asked("d-scenario").unwrap().right, "and what was missed is known");
}

#[test]
fn an_exam_draws_nearer_what_would_come_after_it() {
    let easy = Progress::of(&[answer("1", "d", 100, Grade::Easy), answer("2", "d", 110, Grade::Easy)]);
    let due = easy.due("d", 111, None).unwrap();
    assert!(due > 140, "{due}");
    assert_eq!(easy.due("d", 111, Some(20)), Some(131), "the day of the exam at the latest");
    assert!((easy.wanted("d", Some(30)) - 0.90).abs() < 1e-9);
    assert!((easy.wanted("d", Some(5)) - 0.925).abs() < 1e-9);
    assert!((easy.wanted("d", Some(0)) - 0.95).abs() < 1e-9);
}

#[test]
fn a_weak_rule_draws_nearer_every_decision_that_turns_on_it() {
    let with = |id: &str, decision: &str, known: &[&str], missed: &[&str]| Review {
        known: known.iter().map(|&rule| rule.to_owned()).collect(),
        missed: missed.iter().map(|&rule| rule.to_owned()).collect(),
        ..answer(id, decision, 100, Grade::Good)
    };
    let strong = [with("1", "d", &["buffer"], &[]), with("2", "e", &["buffer"], &[])];
    let mut weak = strong.to_vec();
    weak.extend((3..8).map(|id| with(&id.to_string(), "e", &[], &["buffer"])));
    let (strong, weak) = (Progress::of(&strong), Progress::of(&weak));
    assert!(weak.wanted("d", None) > strong.wanted("d", None));
    assert_eq!(weak.weakest_rules(), [("buffer", 7, 5)]);
    assert!(strong.weakest_rules().is_empty());
}

#[test]
fn a_streak_ends_with_the_first_day_without_an_answer() {
    let days = [90, 97, 98, 99];
    let reviews: Vec<_> = days.iter().map(|day| answer(&day.to_string(), "d", *day, Grade::Good)).collect();
    let progress = Progress::of(&reviews);
    assert_eq!(progress.streak(99), 3);
    assert_eq!(progress.streak(100), 3, "today is not over yet");
    assert_eq!(progress.streak(101), 0);
}

proptest! {
    #[test]
    fn the_order_of_files_does_not_matter(
        days in proptest::collection::vec((0u32..400, 0usize..4, 0usize..3), 1..60),
        shuffled in any::<u64>(),
    ) {
        let reviews: Vec<Review> = days
            .iter()
            .enumerate()
            .map(|(id, (day, grade, decision))| {
                answer(&id.to_string(), ["a", "b", "c"][*decision], *day, Grade::ALL[*grade])
            })
            .collect();
        let mut other = reviews.clone();
        let length = other.len();
        other.rotate_left(shuffled as usize % length);
        other.extend_from_slice(&reviews[..length / 2]);
        let (one, two) = (Progress::of(&reviews), Progress::of(&other));
        prop_assert_eq!(one.answers(), two.answers());
        for decision in ["a", "b", "c"] {
            prop_assert_eq!(one.due(decision, 400, None), two.due(decision, 400, None));
            if let Some(due) = one.due(decision, 400, None) {
                prop_assert!(due > one.decision(decision).unwrap().day);
            }
        }
    }
}
