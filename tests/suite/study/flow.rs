//! What learners do: answer, be unsure, cram, sit exams and go on with them, mend designs, and watch runs.

use thalweg::scenario::compose;
use thalweg::study::keys::Key;
use thalweg::study::repetition::Grade;
use thalweg::study::review::{Mode, Sureness};
use thalweg::study::state::{Input, Screen, Stage};

use super::learner::Learner;

#[test]
fn a_right_answer_is_kept_with_how_it_came_about() {
    let mut learner = Learner::ask("table");
    let right = learner.number_of("function");
    learner.wait(30_000).keys(&format!("{right}\n3"));
    let kept = &learner.kept[0];
    assert_eq!((kept.scenario.as_str(), kept.decision.as_str(), kept.right), ("table", "TABLE", true));
    assert_eq!((kept.grade, kept.sure, kept.took_ms), (Grade::Easy, Some(Sureness::Sure), 30_000));
    assert_eq!(kept.known, ["firehose-cannot-write-dynamodb", "kds-cannot-push"]);
    assert!(kept.missed.is_empty());
    assert_eq!(learner.state.progress.answers(), 1);
    assert!(learner.plain().contains("Your answer is right."));
}

#[test]
fn a_wrong_answer_names_the_rule_that_was_missed() {
    let mut learner = Learner::ask("table");
    let wrong = learner.number_of("firehose");
    learner.keys(&format!("{wrong}\n1"));
    let kept = &learner.kept[0];
    assert_eq!((kept.right, kept.grade), (false, Grade::Again));
    assert_eq!(
        (&kept.missed[..], &kept.known[..]),
        (&["firehose-cannot-write-dynamodb".to_owned()][..], &["kds-cannot-push".to_owned()][..])
    );
    let page = learner.plain();
    for said in [
        "Your answer is wrong.",
        "right, and not taken",
        "firehose-cannot-write-dynamodb: ",
        "(checked 2026-",
        "Exams taught: Firehose cannot write to DynamoDB.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
}

#[test]
fn every_format_is_graded_by_what_is_proved() {
    let mut readers = Learner::ask("readers");
    readers.keys("1\n");
    assert!(readers.plain().contains("2 are asked for"), "one of two is no answer");
    let numbers = vec![readers.number_of("function"), readers.number_of("program")];
    readers.happen(Input::Key(Key::Char('1')));
    readers.happen(Input::Numbers(numbers));
    readers.keys("2");
    assert!(readers.kept[0].right);

    let mut order = Learner::ask("cheapest");
    let numbers = ["one", "four", "sixteen"].map(|id| order.number_of(id)).to_vec();
    order.happen(Input::Numbers(numbers));
    order.keys("2");
    assert!(order.kept[0].right, "{}", order.plain());

    let mut predict = Learner::ask("shard");
    let some = predict.number_of("some");
    predict.keys(&format!("{some}\n2"));
    assert!(predict.kept[0].right, "{}", predict.plain());

    let mut words = Learner::ask("words");
    words.keys("l").press(Key::Down);
    words.keys("ll\n2");
    let first = words.kept[0].right;
    let mut swapped = Learner::ask("words");
    swapped.keys("ll").press(Key::Down);
    swapped.keys("l\n2");
    assert_ne!(first, swapped.kept[0].right, "one of the two ways to match is right");
}

#[test]
fn an_answer_can_be_taken_back_until_it_is_told() {
    let mut learner = Learner::ask("table");
    learner.keys("1\n\u{1b}2\n");
    let Screen::Quiz(quiz) = &learner.state.top().screen else { panic!() };
    let asking = quiz.question.as_ref().unwrap();
    assert!(matches!(asking.stage, Stage::Sure(_)));
    assert_eq!(asking.question.taken.len(), 1);
    assert!(learner.kept.is_empty());
}

#[test]
fn what_is_asked_and_answered_counts_down() {
    let mut learner = Learner::new();
    learner.keys("1");
    for _ in 0..5 {
        assert!(matches!(&learner.state.top().screen, Screen::Quiz(quiz) if quiz.question.is_some()));
        let numbers = match learner.state.top().screen.clone() {
            Screen::Quiz(quiz) => {
                let id = quiz.question.unwrap().question.scenario;
                match learner.state.library.catalog.get(&id).unwrap().format.asked() {
                    Some(count) => (1..=count).collect(),
                    None => (1..=learner.state.library.catalog.get(&id).unwrap().choices.len()).collect(),
                }
            }
            other => panic!("{other:?}"),
        };
        learner.happen(Input::Numbers(numbers));
        learner.keys("2n");
    }
    assert_eq!(learner.kept.len(), 5);
    assert!(learner.plain().contains("All that is due today is answered."), "{}", learner.plain());
}

#[test]
fn cramming_is_kept_as_such() {
    let mut learner = Learner::new();
    learner.state.cram = true;
    learner.keys("1");
    learner.happen(Input::Numbers(vec![1, 2, 3]));
    learner.happen(Input::Numbers(vec![1, 2]));
    learner.happen(Input::Numbers(vec![1]));
    learner.keys("2");
    assert_eq!(learner.kept[0].mode, Mode::Cram);
    assert_eq!(learner.state.progress.due(&learner.kept[0].decision, 20_000, None), None);
}

#[test]
fn an_exam_says_nothing_until_it_is_handed_in() {
    let mut learner = Learner::new();
    learner.keys("41");
    let all = learner.sitting.clone().unwrap().questions.len();
    assert_eq!(all, 5, "the lab is no question of an exam");
    for _ in 0..all {
        let page = learner.plain();
        assert!(!page.contains("right") && !page.contains("wrong"), "{page}");
        learner.wait(1000).keys("2n");
    }
    assert!(learner.kept.is_empty());
    learner.keys("1y");
    let page = learner.plain();
    assert!(page.contains("of 5 right") && page.contains("between"), "{page}");
    assert!(learner.sitting.is_none(), "what was handed in is not gone on with");
    assert!(learner.kept.iter().all(|review| review.mode == Mode::Exam));
    let ids: std::collections::BTreeSet<&str> =
        learner.kept.iter().map(|review| review.id.as_str()).collect();
    assert_eq!(ids.len(), learner.kept.len());
}

#[test]
fn an_exam_that_was_left_goes_on_with_answers_and_time() {
    let mut learner = Learner::new();
    learner.keys("41").wait(5000).wait(5000).keys("2f");
    learner.keys("qy");
    assert!(learner.has_left);
    let left = learner.sitting.clone().unwrap();
    assert_eq!(left.used_ms, 10_000);
    let mut again = Learner::new();
    again.state.sittings.push(left.clone());
    again.wait(3_600_000);
    again.keys("41");
    let Screen::Exam(resumed, _) = &again.state.top().screen else {
        panic!("{:?}", again.state.top().screen)
    };
    assert_eq!(**resumed, left, "the time stood still");
    assert!(
        resumed.flagged.contains(&0) && !resumed.questions[0].taken.is_empty()
            || !resumed.questions[0].matched.is_empty()
            || !resumed.questions[0].order.is_empty()
    );
}

#[test]
fn an_exam_ends_with_its_time() {
    let mut learner = Learner::new();
    learner.keys("41");
    let limit = learner.sitting.clone().unwrap().limit_ms;
    for _ in 0..=limit / 50_000 {
        learner.wait(50_000);
    }
    assert!(matches!(learner.state.top().screen, Screen::Report(_)));
}

#[test]
fn a_sleeping_machine_costs_a_minute_at_the_most() {
    let mut learner = Learner::new();
    learner.keys("41").wait(100_000_000);
    let Screen::Exam(sitting, _) = &learner.state.top().screen else { panic!() };
    assert_eq!(sitting.used_ms, 60_000);
}

#[test]
fn a_lab_is_done_when_the_design_holds_and_not_before() {
    let mut learner = Learner::new();
    learner.keys("2\n\n");
    assert!(learner.plain().contains("wrong: kds-cannot-write-s3"), "{}", learner.plain());
    assert!(learner.kept.is_empty());
    let scenario = learner.state.library.catalog.get("mend").unwrap();
    let solution = compose::solution(scenario).unwrap().text.as_str().to_owned();
    let broken = compose::base(scenario).text.as_str().to_owned();
    // Taking out what is broken is no repair.
    let emptied: String =
        broken.lines().filter(|line| !line.contains("->")).flat_map(|line| [line, "\n"]).collect();
    learner.keys("e");
    learner.happen(Input::Edited(emptied));
    learner.happen(Input::EditDone { stays: true });
    assert!(learner.kept.is_empty(), "{}", learner.plain());
    learner.happen(Input::Edited(solution));
    learner.happen(Input::EditDone { stays: false });
    assert!(learner.plain().contains("mended"), "{}", learner.plain());
    assert_eq!((learner.kept.len(), learner.kept[0].mode), (1, Mode::Lab));
    learner.keys("\n");
    assert_eq!(learner.kept.len(), 1, "it is mended once");
}

#[test]
fn a_run_plays_stands_still_and_steps() {
    let mut learner = Learner::new();
    learner.keys("31r");
    let at = |learner: &Learner| match &learner.state.top().screen {
        Screen::Run(watched) => (watched.at_us, watched.plays, watched.frame()),
        other => panic!("{other:?}"),
    };
    assert_eq!(at(&learner), (0, true, 0));
    learner.wait(66);
    let (first, ..) = at(&learner);
    assert!(first > 0);
    learner.keys("+").wait(66);
    assert_eq!(at(&learner).0, 3 * first, "twice as fast");
    learner.keys(" ").wait(66);
    assert_eq!((at(&learner).0, at(&learner).1), (3 * first, false));
    let frame = at(&learner).2;
    learner.keys("l");
    assert_eq!(at(&learner).2, frame + 1);
    let page = learner.plain();
    assert!(page.contains("throttled"), "a shard takes half of this: {page}");
}

#[test]
fn plain_text_and_screens_tell_the_same() {
    let mut learner = Learner::ask("table");
    let wrong = learner.number_of("firehose");
    learner.keys(&format!("{wrong}\n1"));
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let plain = words(&learner.plain()).join(" ");
    learner.happen(Input::Size(80, 60));
    let mut state = learner.state.clone();
    state.unicode = false;
    for sentence in ["The destinations of Firehose are a fixed list", "Your answer is wrong."] {
        assert!(plain.contains(sentence), "{plain}");
        let shown = super::learner::rows(&learner.buffer((80, 60), true)).join(" ");
        assert!(words(&shown).join(" ").contains(sentence), "{shown}");
    }
}
