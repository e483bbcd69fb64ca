//! Opens what lists name.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::lint;
use crate::study::entries::Opens;
use crate::study::review::Mode;
use crate::study::schedule;
use crate::study::state::{Asked, Drawn, Effect, Job, Lab, Opened, Quiz, Screen, State, Subject, Watched};
use crate::study::update::{exam, quiz};
use crate::study::work;

/// Opens something.
pub(super) fn open(state: &mut State, opens: &Opens, effects: &mut Vec<Effect>) {
    match opens {
        Opens::Quiz => quizzed(state, Mode::Quiz, false, Vec::new()),
        Opens::Ahead => {
            if matches!(state.top().screen, Screen::Quiz(_)) {
                state.screens.pop();
            }
            quizzed(state, Mode::Quiz, true, Vec::new());
        }
        Opens::AskMissed => {
            let missed = schedule::missed(&state.library, &state.progress, &state.wish);
            let queue = missed.into_iter().rev().map(|scenario| scenario.id.clone()).collect();
            quizzed(state, Mode::Missed, true, queue);
        }
        Opens::Ask(scenario) => {
            let mode = if matches!(state.top().screen, Screen::Missed) { Mode::Missed } else { Mode::Quiz };
            quizzed(state, mode, true, vec![scenario.clone()]);
        }
        Opens::Lab(scenario) => lab(state, scenario),
        Opens::Labs => push(state, Screen::Labs),
        Opens::Explore => push(state, Screen::Explore),
        Opens::Services => push(state, Screen::Services),
        Opens::Topics => push(state, Screen::Topics),
        Opens::Topic(topic) => push(state, Screen::Topic(topic.clone())),
        Opens::Service(service) => push(state, Screen::Card(service.clone())),
        Opens::File(place) => design(state, Subject::File(*place)),
        Opens::Exams => push(state, Screen::Exams),
        Opens::Sit(exam, part) => exam::sit(state, exam, *part, effects),
        Opens::Resume(id) => exam::resume(state, id),
        Opens::Missed => push(state, Screen::Missed),
        Opens::Stats => push(state, Screen::Stats),
        Opens::Question(place) => question(state, *place),
        Opens::HandIn => push(state, Screen::Confirm(Asked::HandIn)),
    }
}

fn push(state: &mut State, screen: Screen) {
    state.screens.push(Opened::new(screen));
}

/// Asks questions; with a queue only those, the last first.
fn quizzed(state: &mut State, mode: Mode, all: bool, queue: Vec<String>) {
    let mode = if state.cram && mode == Mode::Quiz { Mode::Cram } else { mode };
    let all = all || state.cram;
    let screen = Quiz {
        mode,
        all,
        question: None,
        asked: BTreeSet::new(),
        right: 0,
        answered: 0,
        is_queue: !queue.is_empty(),
        queue,
    };
    push(state, Screen::Quiz(Box::new(screen)));
    quiz::next(state);
}

fn lab(state: &mut State, id: &str) {
    let Some(scenario) = state.library.catalog.get(id) else { return };
    let given = crate::scenario::compose::base(scenario).text.as_str().to_owned();
    let text = state.labs.get(id).cloned().unwrap_or(given);
    let lab = Lab {
        scenario: id.to_owned(),
        text,
        editing: false,
        hints: 0,
        since_ms: state.now.ms,
        grade: None,
        checking: false,
        done: false,
    };
    push(state, Screen::Lab(Box::new(lab)));
}

/// Draws a design with what is found of it.
pub(super) fn design(state: &mut State, subject: Subject) {
    let Some(lowered) = work::lowered(&subject, &state.library) else { return };
    let mut found = lint::judge(&lowered, &state.library.knowledge, &state.library.rules);
    found.retain(|finding| finding.severity > Severity::Advice);
    let drawn = Drawn { subject, lowered: Arc::new(lowered), found };
    push(state, Screen::Design(Box::new(drawn)));
}

/// Runs a design, to watch it.
pub(super) fn run(state: &mut State, subject: Subject, effects: &mut Vec<Effect>) {
    effects.push(Effect::Work(Box::new(Job::Run(subject.clone()))));
    let watched = Watched { subject, recording: None, at_us: 0, plays: !state.plain, speed: 1 };
    push(state, Screen::Run(Box::new(watched)));
}

/// A question of an exam: while it is sat it opens there, afterwards with what became of it.
fn question(state: &mut State, place: usize) {
    match &mut state.top_mut().screen {
        Screen::Exam(sitting, grid) => {
            sitting.at = place;
            *grid = false;
            state.top_mut().focus = 0;
        }
        Screen::Report(report) => {
            let Some(question) = report.sitting.questions.get(place).cloned() else { return };
            let Some(grade) = report.grades.get(place).cloned().flatten() else { return };
            quiz::look_back(state, question, grade);
        }
        _ => {}
    }
}
