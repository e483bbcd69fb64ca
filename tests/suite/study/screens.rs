//! Every screen as it is seen, in the three sizes that count, with its styles; and line by line.

use thalweg::study::keys::Key;
use thalweg::study::progress::Progress;
use thalweg::study::repetition::Grade;
use thalweg::study::review::Review;

use super::answer;
use super::learner::{Learner, rows};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 16)];

/// Some weeks of answers, with weak rules.
fn practised() -> Progress {
    let reviews: Vec<Review> = (0..40)
        .map(|number| {
            let grade = if number % 3 == 0 { Grade::Again } else { Grade::Good };
            let rule = if number % 2 == 0 { "kds-cannot-push" } else { "firehose-cannot-write-dynamodb" };
            let rules = vec![rule.to_owned()];
            let (known, missed) = if number % 3 == 0 { (Vec::new(), rules) } else { (rules, Vec::new()) };
            let (decision, scenario) = if number % 2 == 0 { ("TABLE", "table") } else { ("WORDS", "words") };
            let day = 19_961 + number;
            Review {
                scenario: scenario.to_owned(),
                known,
                missed,
                ..answer(&number.to_string(), decision, day, grade)
            }
        })
        .collect();
    Progress::of(&reviews)
}

/// Snapshots of a screen in every size, and line by line.
fn seen(name: &str, learner: &mut Learner) {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), learner.screen(width, height));
    }
    insta::assert_snapshot!(format!("{name}_plain"), learner.plain());
}

#[test]
fn home() {
    seen("first_home", &mut Learner::new());
    let mut learner = Learner::with(practised());
    learner.state.wish.exam = Some("SAA-C03".to_owned());
    learner.state.exam_day = Some(20_012);
    seen("home", &mut learner);
}

#[test]
fn a_question_and_what_became_of_it() {
    let mut learner = Learner::ask("table");
    learner.keys("jjH");
    seen("question", &mut learner);
    let wrong = learner.number_of("firehose");
    learner.keys(&format!("{wrong}\n"));
    seen("how_sure", &mut learner);
    learner.keys("3");
    seen("told", &mut learner);
}

#[test]
fn questions_of_other_formats() {
    seen("multiple", Learner::ask("readers").keys(" j "));
    seen("order", Learner::ask("cheapest").keys("J"));
    seen("match", Learner::ask("words").keys("l"));
    seen("predict", &mut Learner::ask("shard"));
}

#[test]
fn exploring() {
    seen("explore", Learner::new().keys("3"));
    seen("services", Learner::new().keys("32/kin\n"));
    let mut card = Learner::new();
    card.keys("32/firehose\n\n");
    seen("card", &mut card);
    seen("design", Learner::new().keys("31j"));
}

#[test]
fn a_run() {
    let mut learner = Learner::new();
    learner.keys("31r");
    for _ in 0..200 {
        learner.wait(66);
    }
    learner.keys(" ");
    seen("run", &mut learner);
    learner.press(Key::End);
    learner.keys("++++++ ");
    for _ in 0..500 {
        learner.wait(66);
    }
    seen("run_at_its_end", &mut learner);
}

#[test]
fn a_lab() {
    let mut learner = Learner::new();
    learner.keys("2\nH\n");
    seen("lab", &mut learner);
}

#[test]
fn an_exam() {
    let mut learner = Learner::new();
    seen("exams", learner.keys("4"));
    learner.keys("1").wait(61_000);
    learner.keys("jf");
    seen("exam", &mut learner);
    learner.keys("g");
    seen("all_questions", &mut learner);
    learner.keys("\n");
    seen("hand_in", &mut learner);
    learner.keys("y");
    seen("report", &mut learner);
}

#[test]
fn figures_and_what_was_missed() {
    let mut learner = Learner::with(practised());
    seen("missed", learner.keys("5"));
    seen("stats", learner.keys("\u{1b}6"));
}

#[test]
fn all_keys_are_told() {
    let mut learner = Learner::ask("table");
    seen("keys", learner.keys("?"));
}

#[test]
fn a_terminal_that_is_too_small_is_told_so() {
    let mut learner = Learner::new();
    for size in [(59, 24), (80, 15), (30, 5), (1, 1)] {
        let shown = rows(&learner.buffer(size, true));
        let told: String = format!("needs 60x16, has {}x{}", size.0, size.1);
        assert!(told.starts_with(&shown[0]) || shown[0].starts_with(&told), "{shown:?}");
    }
    assert!(learner.screen(60, 16).contains("Quiz"));
}

#[test]
fn without_colours_and_beyond_ascii_nothing_is_lost() {
    let mut learner = Learner::ask("table");
    let wrong = learner.number_of("firehose");
    learner.keys(&format!("{wrong}\n3"));
    learner.state.size = (80, 40);
    learner.state.unicode = false;
    let shown = rows(&learner.buffer((80, 40), false)).join("\n");
    assert!(shown.is_ascii(), "{shown}");
    assert!(shown.contains("Your answer is wrong.") && shown.contains("right, and not taken"), "{shown}");
    let buffer = learner.buffer((80, 40), false);
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    let reversed = |cell: &ratatui::buffer::Cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED);
    assert!(buffer.content().iter().any(reversed), "what is marked is told apart");
}
