//! Runs: playing, pausing, steps and speed.

use std::sync::Arc;

use crate::study::keys::Command;
use crate::study::recording::Recording;
use crate::study::state::{Effect, Screen, State, Watched};
use crate::study::update::open;

/// A run plays to its end in so many seconds at the lowest speed.
const WHOLE_RUN_S: f64 = 30.0;
/// Speeds, as multiples of the lowest.
const SPEEDS: [u32; 6] = [1, 2, 4, 8, 16, 32];
/// Time between ticks, in milliseconds; with fewer events a play goes on in steps that are not longer than this.
pub const TICK_MS: u64 = 66;

fn watched(state: &mut State) -> Option<&mut Watched> {
    match &mut state.top_mut().screen {
        Screen::Run(watched) => Some(watched),
        _ => None,
    }
}

/// Whether the command was for a run, or runs the design that is seen.
pub(super) fn command(state: &mut State, command: Command, effects: &mut Vec<Effect>) -> bool {
    if let (Screen::Design(drawn), Command::Run) = (&state.top().screen, command) {
        let subject = drawn.subject.clone();
        open::run(state, subject, effects);
        return true;
    }
    let Some(watched) = watched(state) else { return false };
    let Some(Ok(recording)) = watched.recording.clone() else { return false };
    match command {
        Command::Play | Command::Enter => {
            // At the end, playing begins anew.
            if !watched.plays && watched.frame() == recording.last() {
                watched.at_us = 0;
            }
            watched.plays = !watched.plays;
        }
        Command::Left | Command::Right => {
            watched.plays = false;
            let by = if command == Command::Right { 1 } else { -1 };
            let frame = watched.frame().saturating_add_signed(by).min(recording.last());
            watched.at_us = recording.frames[frame].at_us;
        }
        Command::Faster => {
            watched.speed = SPEEDS.into_iter().find(|speed| *speed > watched.speed).unwrap_or(watched.speed);
        }
        Command::Slower => {
            watched.speed =
                SPEEDS.into_iter().rev().find(|speed| *speed < watched.speed).unwrap_or(watched.speed);
        }
        _ => return false,
    }
    true
}

/// A run is there, or why there is none.
pub(super) fn ran(state: &mut State, recording: Result<Arc<Recording>, String>) {
    let waiting = state.screens.iter_mut().rev().find_map(|opened| match &mut opened.screen {
        Screen::Run(watched) if watched.recording.is_none() => Some(watched),
        _ => None,
    });
    if let Some(watched) = waiting {
        if let (Ok(recording), false) = (&recording, watched.plays) {
            watched.at_us = recording.frames.last().map_or(0, |frame| frame.at_us);
        }
        watched.recording = Some(recording);
    }
}

/// A run that plays goes on.
pub(super) fn tick(state: &mut State) {
    let Some(watched) = watched(state).filter(|watched| watched.plays) else { return };
    let Some(Ok(recording)) = &watched.recording else { return };
    let end = recording.frames.last().map_or(0, |frame| frame.at_us);
    let pace = end as f64 / WHOLE_RUN_S * f64::from(watched.speed);
    watched.at_us = (watched.at_us + (pace * TICK_MS as f64 / 1e3) as u64).min(end);
    watched.plays = watched.at_us < end;
}

impl Watched {
    /// The frame that is seen: the latest that is not after where the play has come to.
    #[must_use]
    pub fn frame(&self) -> usize {
        match &self.recording {
            Some(Ok(recording)) => {
                recording.frames.partition_point(|frame| frame.at_us <= self.at_us).saturating_sub(1)
            }
            _ => 0,
        }
    }
}
