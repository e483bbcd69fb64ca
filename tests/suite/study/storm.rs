//! Whatever keys are pressed and whatever size the terminal has: nothing panics, and the screen stays whole.

use proptest::prelude::*;
use thalweg::study::keys::Key;
use thalweg::study::state::{Input, State};

use super::learner::Learner;

fn key() -> impl Strategy<Value = Key> {
    let named = [
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::Backspace,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::AltUp,
        Key::AltDown,
        Key::PageUp,
        Key::PageDown,
        Key::Home,
        Key::End,
        Key::Ctrl('d'),
    ];
    prop_oneof![
        3 => proptest::sample::select(named.to_vec()),
        3 => proptest::sample::select("123456789".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        4 => proptest::sample::select(" jkhlHJKfgnpreouwy?/+-Gq".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        1 => any::<char>().prop_map(Key::Char),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        20 => key().prop_map(Input::Key),
        1 => (1u16..=200, 1u16..=60).prop_map(|(width, height)| Input::Size(width, height)),
        1 => (0usize..40).prop_map(Input::Point),
        1 => proptest::collection::vec(0usize..12, 0..5).prop_map(Input::Numbers),
        1 => (-5isize..5).prop_map(Input::Wheel),
        1 => Just(Input::Tick),
        1 => "[a-z: {}\n]{0,40}".prop_map(Input::Edited),
        1 => any::<bool>().prop_map(|stays| Input::EditDone { stays }),
        1 => Just(Input::EditedOutside(Err("no editor".to_owned()))),
    ]
}

/// What holds at any time.
fn check(state: &State) {
    assert!(!state.screens.is_empty());
    assert!(matches!(state.screens[0].screen, thalweg::study::state::Screen::Home));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn no_keys_and_no_size_break_it(
        start in proptest::sample::select(vec!["", "1", "2\n", "31", "31r", "41", "42", "5", "6", "32"]),
        inputs in proptest::collection::vec(input(), 1..30),
        size in (1u16..=200, 1u16..=60),
    ) {
        let mut learner = Learner::new();
        learner.keys(start);
        learner.happen(Input::Size(size.0, size.1));
        for input in inputs {
            learner.now.ms += 700;
            learner.happen(input);
            check(&learner.state);
            learner.buffer(learner.state.size, true);
        }
        learner.plain();
    }
}
