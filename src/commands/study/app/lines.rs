//! The app line by line: a page, a line that is typed, the next page.

use std::io::BufRead as _;

use crate::commands::output::print;
use crate::commands::study::app::Driver;
use crate::study::plain;
use crate::study::state::Input;

/// Columns that lines are wrapped at.
const WIDTH: u16 = 80;
/// Rows that pages turn by; nothing is left out for them.
const HEIGHT: u16 = 24;

/// Runs until the app is left or there is nothing more to read.
pub(super) fn run(driver: &mut Driver) -> Result<(), String> {
    driver.happen(Input::Size(WIDTH, HEIGHT));
    let mut lines = std::io::stdin().lock().lines();
    loop {
        settle(driver)?;
        if driver.has_ended {
            return Ok(());
        }
        print(&plain::print(&driver.state)).map_err(|error| error.to_string())?;
        let Some(line) = lines.next() else {
            driver.happen(Input::Key(crate::study::keys::Key::Ctrl('c')));
            return Ok(());
        };
        let line = line.map_err(|error| format!("standard input: {error}"))?;
        match plain::read(&driver.state, &line) {
            Some(input) => driver.happen(input),
            None => driver.state.notice = Some(format!("`{}` means nothing here", line.trim())),
        }
    }
}

/// Waits until all that was asked for is done.
fn settle(driver: &mut Driver) -> Result<(), String> {
    while driver.pending > 0 || driver.to_edit.is_some() {
        if let Some(edited) = driver.edit_outside() {
            driver.happen(edited);
            continue;
        }
        let done = driver.done.recv().map_err(|_| "nothing can be proved any more".to_owned())?;
        driver.pending -= 1;
        driver.happen(Input::Done(Box::new(done)));
    }
    Ok(())
}
