//! Judges again whenever a file has changed, until Ctrl-C.
//!
//! Files are looked at a few times a second, by their length and the time of their last change: that works on every file
//! system, over networks too, and needs no watcher of the operating system.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use crate::cli::Check;
use crate::commands::Outcome;
use crate::commands::check::inputs;
use crate::commands::input;
use crate::commands::output::{print, remark};

/// How often files are looked at.
const INTERVAL: Duration = Duration::from_millis(200);
/// Moves to the top of an empty screen, the lines above it included.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Every file that counts, with what changes when its contents do; files that are gone have nothing.
pub(in crate::commands) type Stamps = Vec<(PathBuf, Option<(u64, SystemTime)>)>;

/// Calls `judge` at once and after every change. Only Ctrl-C ends it, which is no failure.
pub(super) fn run(arguments: &Check, judge: &dyn Fn() -> Outcome) -> Result<Outcome, String> {
    let paths = inputs::paths(arguments);
    if paths.iter().any(|path| input::is_standard_input(path)) {
        return Err("standard input cannot be watched; name files or folders".to_owned());
    }
    let (sender, interrupted) = mpsc::channel();
    let handler = ctrlc::set_handler(move || {
        let _ = sender.send(());
    });
    handler.map_err(|error| format!("Ctrl-C cannot be caught: {error}"))?;
    let mut seen = stamps(&paths);
    show(judge)?;
    loop {
        match interrupted.recv_timeout(INTERVAL) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return Ok(Outcome::Clean),
        }
        let now = stamps(&paths);
        if now != seen {
            seen = settled(&paths, now);
            show(judge)?;
        }
    }
}

fn show(judge: &dyn Fn() -> Outcome) -> Result<(), String> {
    if std::io::stdout().is_terminal() {
        print(CLEAR).map_err(|error| error.to_string())?;
    }
    judge();
    remark("watching; Ctrl-C ends it");
    Ok(())
}

/// Editors write in several steps: waits until two looks agree.
fn settled(paths: &[PathBuf], mut seen: Stamps) -> Stamps {
    loop {
        std::thread::sleep(INTERVAL / 4);
        let now = stamps(paths);
        if now == seen {
            return now;
        }
        seen = now;
    }
}

/// What the files, and the YAML files in the folders, are like now.
pub(in crate::commands) fn stamps(paths: &[PathBuf]) -> Stamps {
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.is_dir());
    let files = files.into_iter().cloned().chain(inputs::candidates(&folders));
    files
        .map(|file| {
            let stamp = stamp(&file);
            (file, stamp)
        })
        .collect()
}

fn stamp(file: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
