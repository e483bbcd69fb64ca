//! Questions, one after the other: taking options, hints, how sure one is, and what became of it.

use std::collections::BTreeSet;

use crate::scenario::grade::{Answer, Grade};
use crate::scenario::{Format, Scenario, Verdict};
use crate::study::keys::Command;
use crate::study::question::Question;
use crate::study::review::{Manner, Mode, Review, Sureness};
use crate::study::schedule;
use crate::study::state::{Asking, Effect, Job, Quiz, Screen, Stage, State, Subject};
use crate::study::update::open;

/// How long a question may take: as long as the exams give, in milliseconds.
const PACE_MS: u64 = 120_000;

fn quiz(state: &mut State) -> Option<&mut Quiz> {
    match &mut state.top_mut().screen {
        Screen::Quiz(quiz) => Some(quiz),
        _ => None,
    }
}

/// The question that is seen with its scenario.
fn asking(state: &mut State) -> Option<(&mut Asking, &Scenario, usize)> {
    let State { library, screens, .. } = state;
    let top = screens.last_mut()?;
    let Screen::Quiz(quiz) = &mut top.screen else { return None };
    let asking = quiz.question.as_mut()?;
    let scenario = library.catalog.get(&asking.question.scenario)?;
    Some((asking, scenario, top.focus))
}

/// Asks the next question, or says that all are answered.
pub(super) fn next(state: &mut State) {
    let seed = state.lot.draw() >> 32;
    let (now, today) = (state.now.ms, state.today());
    let State { library, screens, progress, wish, .. } = state;
    let Some(top) = screens.last_mut() else { return };
    let Screen::Quiz(quiz) = &mut top.screen else { return };
    // A queue is asked to its end, and the schedule adds nothing to it.
    let is_queue = quiz.is_queue;
    let scenario = match quiz.queue.pop() {
        Some(id) => library.catalog.get(&id),
        None if is_queue => None,
        None => schedule::next(library, progress, (wish, quiz.all), today, &quiz.asked),
    };
    quiz.question = scenario.map(|scenario| {
        quiz.asked.insert(scenario.id.clone());
        Asking {
            question: Question::new(scenario, seed),
            hints: 0,
            since_ms: now,
            stage: Stage::Asked,
            sure: None,
        }
    });
    top.focus = 0;
    top.scroll = 0;
    top.follows = true;
}

/// Shows a question of an exam with what became of it.
pub(super) fn look_back(state: &mut State, question: Question, grade: Grade) {
    let asking = Asking { question, hints: 0, since_ms: state.now.ms, stage: Stage::Told(grade), sure: None };
    let quiz = Quiz {
        mode: Mode::Exam,
        all: true,
        question: Some(asking),
        asked: BTreeSet::new(),
        right: 0,
        answered: 0,
        queue: Vec::new(),
        is_queue: true,
    };
    state.screens.push(crate::study::state::Opened::new(Screen::Quiz(Box::new(quiz))));
}

/// Whether the command was for a question.
pub(super) fn command(state: &mut State, command: Command, effects: &mut Vec<Effect>) -> bool {
    let Some((asking, scenario, focus)) = asking(state) else { return false };
    match (&asking.stage, command) {
        (Stage::Asked, Command::Toggle) => asking.question.take(scenario, focus),
        (Stage::Asked, Command::Raise | Command::Lower) => {
            let focus = asking.question.shift(scenario, focus, command == Command::Lower);
            state.top_mut().focus = focus;
        }
        (Stage::Asked, Command::Left | Command::Right) => {
            asking.question.turn(scenario, focus, if command == Command::Right { 1 } else { -1 });
        }
        (Stage::Asked, Command::Hint) => hint(state),
        (Stage::Asked, Command::Enter) => answered(state),
        (Stage::Sure(_), Command::Enter) => judged(state, Sureness::Likely, effects),
        (Stage::Told(_), Command::Next) => {
            if quiz(state).is_some_and(|quiz| quiz.mode == Mode::Exam) {
                state.screens.pop();
            } else {
                next(state);
            }
        }
        (Stage::Told(_), Command::Run | Command::Design) => {
            let subject = subject(asking, scenario, focus);
            match command {
                Command::Run => open::run(state, subject, effects),
                _ => open::design(state, subject),
            }
        }
        _ => return false,
    }
    true
}

/// The design of the option that is marked; of a prediction there is only one.
fn subject(asking: &Asking, scenario: &Scenario, focus: usize) -> Subject {
    let choice = asking.question.shown(scenario).get(focus).map(|choice| choice.id.clone());
    let choice = choice.filter(|_| !matches!(scenario.format, Format::Predict(_)));
    Subject::Choice(scenario.id.clone(), choice)
}

fn hint(state: &mut State) {
    let Some((asking, scenario, _)) = asking(state) else { return };
    if usize::from(asking.hints) < scenario.hints.len() {
        asking.hints += 1;
    } else {
        state.notice = Some("there is no further hint".to_owned());
    }
}

/// The answer is given, if it is whole. Of options of which one is right, the one that is marked is taken.
fn answered(state: &mut State) {
    let now = state.now.ms;
    let Some((asking, scenario, focus)) = asking(state) else { return };
    if matches!(scenario.format, Format::Single | Format::Predict(_)) && asking.question.taken.is_empty() {
        asking.question.take(scenario, focus);
    }
    if asking.question.answer(scenario).is_some() {
        asking.stage = Stage::Sure(now.saturating_sub(asking.since_ms));
        state.top_mut().follows = false;
        state.top_mut().scroll = usize::MAX / 2;
    } else {
        let missing = missing(scenario);
        state.notice = Some(missing);
    }
}

/// What an answer that is not whole lacks.
pub(super) fn missing(scenario: &Scenario) -> String {
    match scenario.format {
        Format::Multiple(count) => format!("{count} are asked for; space takes one, or takes it back"),
        Format::Match => "every line needs its words; the arrows to the sides change them".to_owned(),
        _ => "take one first".to_owned(),
    }
}

fn judged(state: &mut State, sure: Sureness, effects: &mut Vec<Effect>) {
    let Some((asking, scenario, _)) = asking(state) else { return };
    let Stage::Sure(took_ms) = asking.stage else { return };
    asking.sure = Some(sure);
    asking.stage = Stage::Judged(took_ms);
    let answer = asking.question.answer(scenario);
    let job = Job::Grade { scenario: scenario.id.clone(), answer, place: None };
    effects.push(Effect::Work(Box::new(job)));
}

/// Whether one was asked how sure one is; then the question is asked again.
pub(super) fn unsure(state: &mut State) -> bool {
    let Some((asking, ..)) = asking(state) else { return false };
    if !matches!(asking.stage, Stage::Sure(_)) {
        return false;
    }
    asking.stage = Stage::Asked;
    true
}

/// Whether the number was for a question.
pub(super) fn pick(state: &mut State, item: usize, effects: &mut Vec<Effect>) -> bool {
    let Some((asking, scenario, _)) = asking(state) else { return false };
    match asking.stage {
        Stage::Asked if item < scenario.choices.len() => {
            asking.question.take(scenario, item);
            state.top_mut().focus = item;
            state.top_mut().follows = true;
        }
        Stage::Sure(_) => {
            if let Some(sure) = [Sureness::Guess, Sureness::Likely, Sureness::Sure].get(item) {
                judged(state, *sure, effects);
            }
        }
        Stage::Told(_) if item < scenario.choices.len() => {
            state.top_mut().focus = item;
            state.top_mut().follows = true;
        }
        _ => {}
    }
    true
}

/// Whether numbers that were typed answer a question.
pub(super) fn numbers(state: &mut State, numbers: &[usize], effects: &mut Vec<Effect>) -> bool {
    let Some((asking, scenario, _)) = asking(state) else { return false };
    match (&asking.stage, numbers) {
        (Stage::Asked, numbers) if asking.question.number(scenario, numbers) => answered(state),
        (Stage::Asked, _) => {
            let missing = missing(scenario);
            state.notice = Some(missing);
        }
        (_, [number]) if *number > 0 => {
            pick(state, number - 1, effects);
        }
        _ => {}
    }
    true
}

/// Whether a question waits for this; then it is told and kept.
pub(super) fn graded(state: &mut State, id: &str, grade: &Grade, effects: &mut Vec<Effect>) -> bool {
    let (review_id, now) = (state.fresh_id(), state.now);
    let waits = |screen: &Screen| {
        matches!(screen, Screen::Quiz(quiz) if quiz.question.as_ref().is_some_and(|asking| {
            asking.question.scenario == id && matches!(asking.stage, Stage::Judged(_))
        }))
    };
    let State { library, screens, .. } = state;
    let Some(opened) = screens.iter_mut().rev().find(|opened| waits(&opened.screen)) else { return false };
    let Screen::Quiz(quiz) = &mut opened.screen else { return false };
    let (Some(asking), Some(scenario)) = (quiz.question.as_mut(), library.catalog.get(id)) else {
        return false;
    };
    let Stage::Judged(took_ms) = asking.stage else { return false };
    asking.stage = Stage::Told(grade.clone());
    quiz.answered += 1;
    quiz.right += usize::from(grade.is_right);
    opened.focus = asking
        .question
        .shown(scenario)
        .iter()
        .position(|choice| asking.question.taken.contains(&choice.id))
        .unwrap_or(0);
    (opened.scroll, opened.follows) = (0, false);
    let manner =
        Manner { right: grade.is_right, hints: asking.hints, took_ms, pace_ms: PACE_MS, sure: asking.sure };
    let answer = asking.question.answer(scenario);
    let (known, missed) = rules(scenario, answer.as_ref(), grade, &library.rules_of(scenario));
    effects.push(Effect::Keep(Box::new(Review {
        id: review_id,
        at_ms: now.ms,
        day: now.day,
        decision: scenario.decision.clone(),
        scenario: scenario.id.clone(),
        mode: quiz.mode,
        right: grade.is_right,
        grade: manner.grade(),
        hints: asking.hints,
        took_ms,
        sure: asking.sure,
        seed: asking.question.seed,
        known,
        missed,
    })));
    true
}

/// The rules that an answer shows to be known and those that it shows to be missed: an option that falls by a rule and was
/// taken misses it. Where options are not taken one by one, the whole answer counts.
pub(super) fn rules(
    scenario: &Scenario,
    answer: Option<&Answer>,
    grade: &Grade,
    all: &[String],
) -> (Vec<String>, Vec<String>) {
    let Some(Answer::Choices(taken)) = answer else {
        return if grade.is_right { (all.to_vec(), Vec::new()) } else { (Vec::new(), all.to_vec()) };
    };
    let fell = |rule: &String| {
        scenario.choices.iter().any(|choice| {
            taken.contains(&choice.id) && matches!(&choice.verdict, Verdict::FallsByRule(by) if by == rule)
        })
    };
    all.iter().cloned().partition(|rule| !fell(rule))
}
