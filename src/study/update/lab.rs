//! Labs: a design is edited, and judged whenever it is saved.

use crate::scenario::compose;
use crate::scenario::grade::{Answer, Grade};
use crate::study::keys::Command;
use crate::study::review::{Manner, Mode, Review};
use crate::study::state::{Asked, Effect, Job, Lab, Opened, Screen, State, Subject};
use crate::study::update::open;

/// How long a lab may take before what it drills counts as hard, in milliseconds.
const PACE_MS: u64 = 900_000;

fn lab(state: &mut State) -> Option<&mut Lab> {
    state.screens.iter_mut().rev().find_map(|opened| match &mut opened.screen {
        Screen::Lab(lab) => Some(lab.as_mut()),
        _ => None,
    })
}

/// Whether the command was for a lab.
pub(super) fn command(state: &mut State, command: Command, effects: &mut Vec<Effect>) -> bool {
    if !matches!(state.top().screen, Screen::Lab(_)) {
        return false;
    }
    let (library, plain) = (std::sync::Arc::clone(&state.library), state.plain);
    let Some(lab) = lab(state) else { return false };
    match command {
        Command::Enter => check(state, effects),
        // Line by line there is nothing to edit in but the editor of the system.
        Command::Edit if !plain => {
            lab.editing = true;
            state.top_mut().follows = false;
        }
        Command::Edit | Command::EditOutside => {
            effects.push(Effect::EditOutside(lab.scenario.clone(), lab.text.clone()));
        }
        Command::Restore => state.screens.push(Opened::new(Screen::Confirm(Asked::Restore))),
        Command::Hint => {
            let hints = library.catalog.get(&lab.scenario).map_or(0, |scenario| scenario.hints.len());
            if usize::from(lab.hints) < hints {
                lab.hints += 1;
            } else {
                state.notice = Some("there is no further hint".to_owned());
            }
        }
        Command::Run | Command::Design => {
            let subject = Subject::Lab(lab.scenario.clone(), lab.text.clone());
            match command {
                Command::Run => open::run(state, subject, effects),
                _ => open::design(state, subject),
            }
        }
        _ => return false,
    }
    true
}

/// The design is judged as it is, which includes a run.
fn check(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(lab) = lab(state).filter(|lab| !lab.checking) else { return };
    lab.checking = true;
    let job = Job::Grade {
        scenario: lab.scenario.clone(),
        answer: Some(Answer::Repair(lab.text.clone())),
        place: None,
    };
    effects.push(Effect::Work(Box::new(job)));
    let (id, text) = (lab.scenario.clone(), lab.text.clone());
    effects.push(Effect::KeepLab(id.clone(), Some(text.clone())));
    state.labs.insert(id, text);
}

/// The text was changed here.
pub(super) fn edited(state: &mut State, text: String) {
    if let Some(lab) = lab(state).filter(|lab| lab.text != text) {
        lab.text = text;
        lab.grade = None;
    }
}

/// Editing here is over, or the text is to be checked in between.
pub(super) fn edit_done(state: &mut State, stays: bool, effects: &mut Vec<Effect>) {
    if let Some(lab) = lab(state) {
        lab.editing = stays;
        check(state, effects);
    }
}

/// The editor of the system was left.
pub(super) fn edited_outside(state: &mut State, edited: Result<String, String>, effects: &mut Vec<Effect>) {
    match edited {
        Ok(text) => {
            self::edited(state, text);
            check(state, effects);
        }
        Err(why) => state.notice = Some(why),
    }
}

/// The design is as it was given again.
pub(super) fn restore(state: &mut State, effects: &mut Vec<Effect>) {
    let library = std::sync::Arc::clone(&state.library);
    let Some(lab) = lab(state) else { return };
    let Some(scenario) = library.catalog.get(&lab.scenario) else { return };
    compose::base(scenario).text.as_str().clone_into(&mut lab.text);
    lab.grade = None;
    let id = lab.scenario.clone();
    state.labs.remove(&id);
    effects.push(Effect::KeepLab(id, None));
}

/// The design is judged. Mended for the first time, it is kept as an answer.
pub(super) fn graded(state: &mut State, id: &str, grade: Grade, effects: &mut Vec<Effect>) {
    let (review_id, now) = (state.fresh_id(), state.now);
    let library = std::sync::Arc::clone(&state.library);
    let Some(lab) = lab(state).filter(|lab| lab.scenario == id) else { return };
    lab.checking = false;
    let is_first = grade.is_right && !lab.done;
    lab.done |= grade.is_right;
    lab.grade = Some(grade);
    let Some(scenario) = library.catalog.get(id).filter(|_| is_first) else { return };
    let took_ms = now.ms.saturating_sub(lab.since_ms);
    let manner = Manner { right: true, hints: lab.hints, took_ms, pace_ms: PACE_MS, sure: None };
    effects.push(Effect::Keep(Box::new(Review {
        id: review_id,
        at_ms: now.ms,
        day: now.day,
        decision: scenario.decision.clone(),
        scenario: id.to_owned(),
        mode: Mode::Lab,
        right: true,
        grade: manner.grade(),
        hints: lab.hints,
        took_ms,
        sure: None,
        seed: scenario.seed,
        known: library.rules_of(scenario),
        missed: Vec::new(),
    })));
}
