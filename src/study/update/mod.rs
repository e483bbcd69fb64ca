//! What events make of the app: `(State, Event) -> (State, [Effect])`, pure.
//!
//! One dispatch for all screens; what a screen alone understands is in a file of its own.

mod exam;
mod lab;
mod open;
mod quiz;
mod run;

use std::sync::Arc;

pub use crate::study::update::run::TICK_MS;

use crate::study::entries::entries;
use crate::study::frame;
use crate::study::keys::{self, Command, Key, Place};
use crate::study::state::{Asked, Done, Effect, Event, Input, Opened, Screen, State};

/// The app after an event, and what is to be done for it.
#[must_use]
pub fn update(mut state: State, event: Event) -> (State, Vec<Effect>) {
    let mut effects = Vec::new();
    exam::time_passes(&mut state, event.at, &mut effects);
    state.now = event.at;
    match event.input {
        Input::Key(key) => self::key(&mut state, key, &mut effects),
        Input::Numbers(numbers) => self::numbers(&mut state, &numbers, &mut effects),
        Input::Point(item) => {
            state.notice = None;
            point(&mut state, item, &mut effects);
        }
        Input::Wheel(lines) => scroll(&mut state, lines),
        Input::Size(width, height) => {
            state.size = (width, height);
            state.top_mut().follows = true;
        }
        Input::Tick => run::tick(&mut state),
        Input::Edited(text) => lab::edited(&mut state, text),
        Input::EditDone { stays } => lab::edit_done(&mut state, stays, &mut effects),
        Input::EditedOutside(edited) => lab::edited_outside(&mut state, edited, &mut effects),
        Input::Done(done) => self::done(&mut state, *done, &mut effects),
        Input::Kept(review, failed) => match failed {
            None => Arc::make_mut(&mut state.progress).add(&review),
            Some(why) => state.notice = Some(format!("the answer is not kept: {why}")),
        },
    }
    settle(&mut state);
    (state, effects)
}

fn done(state: &mut State, done: Done, effects: &mut Vec<Effect>) {
    match done {
        Done::Graded { scenario, place: Some(place), grade } => {
            exam::graded(state, &scenario, (place, grade), effects);
        }
        Done::Graded { scenario, place: None, grade } => {
            if !quiz::graded(state, &scenario, &grade, effects) {
                lab::graded(state, &scenario, grade, effects);
            }
        }
        Done::Ran(recording) => run::ran(state, recording),
    }
}

fn key(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    state.notice = None;
    let place = state.place();
    if place == Place::Typing {
        match key {
            Key::Char(c) => return filter(state, |filter| filter.push(c)),
            Key::Backspace => {
                return filter(state, |filter| {
                    filter.pop();
                });
            }
            _ => {}
        }
    }
    let Some(command) = keys::command(place, key) else { return };
    if let (Command::Pick, Key::Char(digit)) = (command, key) {
        let number = digit.to_digit(10).unwrap_or(0) as usize;
        return pick(state, number.saturating_sub(1), effects);
    }
    self::command(state, command, effects);
}

/// Does what a key, or a word that was typed, asks for.
pub(super) fn command(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Leave => leave(state, effects),
        Command::Quit => quit(state, effects),
        Command::Help => state.screens.push(Opened::new(Screen::Help)),
        Command::Back => back(state),
        Command::PageUp => page(state, false),
        Command::PageDown => page(state, true),
        Command::First | Command::Last => end(state, command == Command::Last),
        Command::Yes | Command::No => confirmed(state, command == Command::Yes, effects),
        Command::Filter => state.top_mut().typing = true,
        _ if quiz::command(state, command, effects)
            || exam::command(state, command, effects)
            || lab::command(state, command, effects)
            || run::command(state, command, effects) => {}
        Command::Up | Command::Down => step(state, command == Command::Down),
        Command::Enter => enter(state, effects),
        _ => {}
    }
}

/// Goes on with what was asked to be confirmed.
fn confirmed(state: &mut State, yes: bool, effects: &mut Vec<Effect>) {
    let Screen::Confirm(asked) = state.top().screen else { return };
    state.screens.pop();
    if !yes {
        return;
    }
    match asked {
        Asked::LeaveExam { quit } => {
            exam::leave(state, effects);
            if quit {
                effects.push(Effect::Quit);
            }
        }
        Asked::HandIn => exam::hand_in(state, effects),
        Asked::Restore => lab::restore(state, effects),
    }
}

/// Leaves at once; an exam that is going on is kept.
fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    exam::keep(state, effects);
    effects.push(Effect::Quit);
}

fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    if matches!(state.top().screen, Screen::Exam(..)) {
        state.screens.push(Opened::new(Screen::Confirm(Asked::LeaveExam { quit: true })));
    } else {
        leave(state, effects);
    }
}

fn back(state: &mut State) {
    let top = state.top_mut();
    if top.typing || !top.filter.is_empty() {
        top.typing = false;
        top.filter.clear();
        top.focus = 0;
        return;
    }
    if let Screen::Exam(_, grid @ true) = &mut top.screen {
        *grid = false;
        return;
    }
    if matches!(state.top().screen, Screen::Exam(..)) {
        state.screens.push(Opened::new(Screen::Confirm(Asked::LeaveExam { quit: false })));
    } else if quiz::unsure(state) || state.screens.len() > 1 && state.screens.pop().is_some() {
        state.top_mut().follows = true;
    } else {
        state.notice = Some("this is home; q leaves".to_owned());
    }
}

fn filter(state: &mut State, change: impl FnOnce(&mut String)) {
    let top = state.top_mut();
    change(&mut top.filter);
    top.focus = 0;
    top.follows = true;
}

/// Items that can be marked on the screen that is seen.
fn items(state: &State) -> usize {
    frame::frame(state).page.items()
}

/// To the next item, or a line on where there is nothing to mark.
fn step(state: &mut State, down: bool) {
    let items = items(state);
    if items == 0 {
        return scroll(state, if down { 1 } else { -1 });
    }
    let top = state.top_mut();
    let focus = top.focus.min(items - 1);
    // Beyond the last item there may be more to read.
    if down && focus + 1 == items || !down && focus == 0 {
        top.follows = false;
        return scroll(state, if down { 1 } else { -1 });
    }
    top.focus = if down { focus + 1 } else { focus - 1 };
    top.follows = true;
}

fn end(state: &mut State, last: bool) {
    let items = items(state);
    let top = state.top_mut();
    top.scroll = if last { usize::MAX / 2 } else { 0 };
    top.follows = items > 0;
    top.focus = if last { items.saturating_sub(1) } else { 0 };
}

fn scroll(state: &mut State, lines: isize) {
    let top = state.top_mut();
    top.follows = false;
    top.scroll = top.scroll.saturating_add_signed(lines);
}

fn page(state: &mut State, down: bool) {
    let rows = usize::from(state.size.1).saturating_sub(frame::EDGES + 1).max(1).cast_signed();
    scroll(state, if down { rows } else { -rows });
}

/// An item was pointed at: it is marked, and opened or taken.
fn point(state: &mut State, item: usize, effects: &mut Vec<Effect>) {
    if item < items(state) {
        pick(state, item, effects);
    }
}

/// The item with a number: lists open it, questions take it.
fn pick(state: &mut State, item: usize, effects: &mut Vec<Effect>) {
    if quiz::pick(state, item, effects) || exam::pick(state, item) || item >= items(state) {
        return;
    }
    state.top_mut().focus = item;
    state.top_mut().follows = true;
    enter(state, effects);
}

/// Numbers that were typed in a line: a whole answer, or one item.
fn numbers(state: &mut State, numbers: &[usize], effects: &mut Vec<Effect>) {
    state.notice = None;
    if quiz::numbers(state, numbers, effects) || exam::numbers(state, numbers, effects) {
        return;
    }
    match numbers {
        [number] if *number > 0 && (*number <= items(state) || state.place() == Place::Sure) => {
            pick(state, number - 1, effects);
        }
        _ => state.notice = Some(format!("there are {} to choose from", items(state))),
    }
}

/// Opens what is marked.
fn enter(state: &mut State, effects: &mut Vec<Effect>) {
    if state.top().typing {
        state.top_mut().typing = false;
        return;
    }
    let entries = entries(state);
    if let Some(entry) = entries.get(state.top().focus.min(entries.len().saturating_sub(1))) {
        open::open(state, &entry.opens, effects);
    }
}

/// Keeps what is marked and seen within what there is.
fn settle(state: &mut State) {
    let frame = frame::frame(state);
    let items = frame.page.items();
    let top = state.top_mut();
    top.scroll = frame.start;
    if items > 0 {
        top.focus = top.focus.min(items - 1);
    }
}
