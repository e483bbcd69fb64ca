//! The app in a terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use crate::commands::study::app::Driver;
use crate::study::keys::Key;
use crate::study::state::{Input, Screen as Seen};
use crate::tui::{Options, Screen, Theme};

/// How long is waited for a key while something plays, or work is going on.
const SOON: Duration = Duration::from_millis(crate::study::TICK_MS);
/// How long is waited for a key otherwise: what counts down shows whole seconds.
const SELDOM: Duration = Duration::from_millis(250);
/// How long the app has to end by itself when a signal asks for it.
const GRACE: Duration = Duration::from_secs(1);
/// The exit code where it does not: nothing more can be done.
const ABANDONED: i32 = 2;

/// Runs until the app is left.
pub(super) fn run(driver: &mut Driver, mouse: bool, color: bool) -> Result<(), String> {
    let said = |error: std::io::Error| format!("the terminal: {error}");
    let (is_ended, is_lent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (ends, lent) = (Arc::clone(&is_ended), Arc::clone(&is_lent));
    // Ctrl-C comes as a key; this is for those who end the process by a signal.
    let _ = ctrlc::set_handler(move || {
        ends.store(true, Ordering::Relaxed);
        // An editor that has the terminal gets the same signals, and the app goes on when it is done.
        if !lent.load(Ordering::Relaxed) {
            std::thread::sleep(GRACE);
            // Whoever reads a terminal that is gone is never told so and waits for ever, at full speed. What was
            // answered is on the disk.
            std::process::exit(ABANDONED);
        }
    });
    let theme = Theme { color, unicode: driver.state.unicode };
    let mut screen = Screen::open(Options { mouse, theme }).map_err(said)?;
    let (width, height) = screen.size().map_err(said)?;
    driver.happen(Input::Size(width, height));
    let mut is_stale = true;
    while !driver.has_ended {
        if is_stale {
            screen.draw(&driver.state).map_err(said)?;
        }
        let moves = moves(driver);
        let input = screen
            .next(if moves || driver.pending > 0 { SOON } else { SELDOM }, &driver.state)
            .map_err(said)?;
        is_stale = input.is_some();
        match input {
            Some(input) => driver.happen(input),
            None if moves || counts(driver) => {
                driver.happen(Input::Tick);
                is_stale = true;
            }
            None => {}
        }
        is_stale |= finished(driver)?;
        if is_ended.load(Ordering::Relaxed) {
            driver.happen(Input::Key(Key::Ctrl('c')));
        }
        if driver.to_edit.is_some() {
            is_lent.store(true, Ordering::Relaxed);
            let edited = screen.lend(|| driver.edit_outside()).map_err(said)?;
            is_lent.store(false, Ordering::Relaxed);
            if let Some(edited) = edited {
                driver.happen(edited);
            }
            is_stale = true;
        }
    }
    Ok(())
}

/// Whether a run plays.
fn moves(driver: &Driver) -> bool {
    matches!(&driver.state.top().screen, Seen::Run(watched) if watched.plays)
}

/// Whether the time of an exam goes on.
fn counts(driver: &Driver) -> bool {
    driver.state.screens.iter().any(|opened| matches!(opened.screen, Seen::Exam(..)))
}

/// Hands the app what is done; whether there was anything.
fn finished(driver: &mut Driver) -> Result<bool, String> {
    let mut any = false;
    loop {
        match driver.done.try_recv() {
            Ok(done) => {
                driver.pending = driver.pending.saturating_sub(1);
                driver.happen(Input::Done(Box::new(done)));
                any = true;
            }
            Err(TryRecvError::Empty) => return Ok(any),
            Err(TryRecvError::Disconnected) => return Err("nothing can be proved any more".to_owned()),
        }
    }
}
