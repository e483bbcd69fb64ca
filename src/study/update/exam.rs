//! Exams: no word on the answers until the end, questions in any order, flags, and the time.

use crate::scenario::{Format, Scenario};
use crate::study::keys::Command;
use crate::study::review::{Manner, Mode, Review};
use crate::study::sitting::Sitting;
use crate::study::state::{Effect, Job, Moment, Opened, Report, Screen, State};
use crate::study::update::quiz;

/// A gap between events that is longer, in milliseconds, is none that the learner sat through: the machine slept.
const LONGEST_GAP_MS: u64 = 60_000;
/// An exam that nobody touches is kept so often, in milliseconds.
const KEEP_EVERY_MS: u64 = 10_000;

/// Begins an exam.
pub(super) fn sit(state: &mut State, code: &str, part: f64, effects: &mut Vec<Effect>) {
    let id = state.fresh_id();
    let State { library, lot, .. } = state;
    let drawn = library.exam(code).and_then(|exam| Sitting::draw(library, exam, part, id, lot));
    let Some(sitting) = drawn else {
        state.notice = Some(format!("there is no question for {code} yet"));
        return;
    };
    effects.push(Effect::KeepSitting(Box::new(sitting.clone())));
    state.screens.push(Opened::new(Screen::Exam(Box::new(sitting), false)));
}

/// Goes on with an exam.
pub(super) fn resume(state: &mut State, id: &str) {
    if let Some(place) = state.sittings.iter().position(|sitting| sitting.id == id) {
        let sitting = state.sittings.remove(place);
        state.screens.push(Opened::new(Screen::Exam(Box::new(sitting), false)));
    }
}

fn sitting(state: &mut State) -> Option<&mut Sitting> {
    state.screens.iter_mut().rev().find_map(|opened| match &mut opened.screen {
        Screen::Exam(sitting, _) => Some(sitting.as_mut()),
        _ => None,
    })
}

/// The time of an exam that is open goes on; when it is over the exam is handed in.
pub(super) fn time_passes(state: &mut State, now: Moment, effects: &mut Vec<Effect>) {
    let gap = now.ms.saturating_sub(state.now.ms).min(LONGEST_GAP_MS);
    let Some(sitting) = sitting(state).filter(|_| gap > 0) else { return };
    let before = sitting.used_ms;
    sitting.used_ms = (before + gap).min(sitting.limit_ms);
    if sitting.left_ms() == 0 {
        hand_in(state, effects);
        state.notice = Some("the time is over; the exam was handed in".to_owned());
    } else if before / KEEP_EVERY_MS != (before + gap) / KEEP_EVERY_MS {
        keep(state, effects);
    }
}

/// Keeps an exam that is open.
pub(super) fn keep(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(sitting) = sitting(state) {
        effects.push(Effect::KeepSitting(Box::new(sitting.clone())));
    }
}

/// Leaves an exam for later.
pub(super) fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    keep(state, effects);
    if let Some(sitting) = taken_off(state) {
        state.sittings.push(sitting);
        state.notice = Some("the exam is kept; go on with it from the list of exams".to_owned());
    }
}

/// Takes an exam off the screens.
fn taken_off(state: &mut State) -> Option<Sitting> {
    let place = state.screens.iter().rposition(|opened| matches!(opened.screen, Screen::Exam(..)))?;
    let opened = state.screens.drain(place..).next()?;
    match opened.screen {
        Screen::Exam(sitting, _) => Some(*sitting),
        _ => None,
    }
}

/// Hands in an exam: everything is judged now.
pub(super) fn hand_in(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(sitting) = taken_off(state) else { return };
    for (place, question) in sitting.questions.iter().enumerate() {
        let scenario = state.library.catalog.get(&question.scenario);
        let answer = scenario.filter(|scenario| question.is_answered(scenario));
        let answer = answer.and_then(|scenario| question.answer(scenario));
        let job = Job::Grade { scenario: question.scenario.clone(), answer, place: Some(place) };
        effects.push(Effect::Work(Box::new(job)));
    }
    let grades = vec![None; sitting.questions.len()];
    state.screens.push(Opened::new(Screen::Report(Box::new(Report { sitting, grades }))));
}

/// An answer of an exam is judged. With the last one all are kept, and the exam itself no more: until then it can be
/// handed in again, whatever happens.
pub(super) fn graded(
    state: &mut State,
    scenario: &str,
    (place, grade): (usize, crate::scenario::grade::Grade),
    effects: &mut Vec<Effect>,
) {
    let now = state.now;
    let State { library, screens, .. } = state;
    let report = screens.iter_mut().rev().find_map(|opened| match &mut opened.screen {
        Screen::Report(report) => Some(report),
        _ => None,
    });
    let Some(report) = report else { return };
    let fits = report.sitting.questions.get(place).is_some_and(|question| question.scenario == scenario);
    if !fits || report.grades[place].replace(grade).is_some() || report.grades.iter().any(Option::is_none) {
        return;
    }
    let count = report.sitting.questions.len().max(1) as u64;
    for (place, (question, grade)) in report.sitting.questions.iter().zip(&report.grades).enumerate() {
        let (Some(scenario), Some(grade)) = (library.catalog.get(&question.scenario), grade) else {
            continue;
        };
        if !question.is_answered(scenario) {
            continue;
        }
        let answer = question.answer(scenario);
        let (known, missed) = quiz::rules(scenario, answer.as_ref(), grade, &library.rules_of(scenario));
        let took_ms = report.sitting.used_ms / count;
        let manner = Manner { right: grade.is_right, hints: 0, took_ms: 0, pace_ms: 1, sure: None };
        effects.push(Effect::Keep(Box::new(Review {
            // The same exam that is handed in twice gives the same answers once.
            id: format!("{}-{place}", report.sitting.id),
            at_ms: now.ms,
            day: now.day,
            decision: scenario.decision.clone(),
            scenario: scenario.id.clone(),
            mode: Mode::Exam,
            right: grade.is_right,
            grade: manner.grade(),
            hints: 0,
            took_ms,
            sure: None,
            seed: question.seed,
            known,
            missed,
        })));
    }
    effects.push(Effect::DropSitting(report.sitting.id.clone()));
}

/// The question that is open with its scenario.
fn question(state: &mut State) -> Option<(&mut Sitting, &Scenario, usize)> {
    let State { library, screens, .. } = state;
    let top = screens.last_mut()?;
    let Screen::Exam(sitting, false) = &mut top.screen else { return None };
    let scenario = library.catalog.get(&sitting.questions.get(sitting.at)?.scenario)?;
    Some((sitting, scenario, top.focus))
}

/// Whether the command was for an exam.
pub(super) fn command(state: &mut State, command: Command, effects: &mut Vec<Effect>) -> bool {
    if let (Screen::Exam(_, grid), Command::Grid) = (&mut state.top_mut().screen, command) {
        *grid = !*grid;
        state.top_mut().focus = 0;
        return true;
    }
    let Some((sitting, scenario, focus)) = question(state) else { return false };
    let at = sitting.at;
    let Some(question) = sitting.questions.get_mut(at) else { return false };
    match command {
        Command::Toggle => question.take(scenario, focus),
        Command::Left | Command::Right => {
            question.turn(scenario, focus, if command == Command::Right { 1 } else { -1 });
        }
        Command::Raise | Command::Lower => {
            let focus = question.shift(scenario, focus, command == Command::Lower);
            state.top_mut().focus = focus;
        }
        Command::Enter => {
            if matches!(scenario.format, Format::Single | Format::Predict(_)) {
                question.take(scenario, focus);
            }
            turn(state, 1);
        }
        Command::Flag => {
            if !sitting.flagged.remove(&at) {
                sitting.flagged.insert(at);
            }
        }
        Command::Next => turn(state, 1),
        Command::Previous => turn(state, -1),
        _ => return false,
    }
    keep(state, effects);
    true
}

/// To another question; after the last one all are shown.
fn turn(state: &mut State, by: isize) {
    let Screen::Exam(sitting, grid) = &mut state.top_mut().screen else { return };
    match sitting.at.checked_add_signed(by) {
        Some(at) if at < sitting.questions.len() => sitting.at = at,
        Some(_) => *grid = true,
        None => {}
    }
    let top = state.top_mut();
    (top.focus, top.scroll, top.follows) = (0, 0, true);
}

/// Whether the number was for a question of an exam.
pub(super) fn pick(state: &mut State, item: usize) -> bool {
    let Some((sitting, scenario, _)) = question(state) else { return false };
    let at = sitting.at;
    if item < scenario.choices.len() {
        sitting.questions[at].take(scenario, item);
        state.top_mut().focus = item;
        state.top_mut().follows = true;
    }
    true
}

/// Whether numbers that were typed answer a question of an exam.
pub(super) fn numbers(state: &mut State, numbers: &[usize], effects: &mut Vec<Effect>) -> bool {
    let Some((sitting, scenario, _)) = question(state) else { return false };
    let at = sitting.at;
    if sitting.questions[at].number(scenario, numbers) {
        turn(state, 1);
        keep(state, effects);
    } else {
        let missing = quiz::missing(scenario);
        state.notice = Some(missing);
    }
    true
}
