//! Writes results to standard output and remarks to standard error.

use std::fmt::Display;
use std::io;
use std::io::Write as _;

/// Writes to standard output. A reader that has gone away (`thalweg … | head`) is no failure.
pub(super) fn print(text: &str) -> Result<(), io::Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a line to standard error; where even that fails there is nobody left to tell.
pub(super) fn remark(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes `error: …` to standard error.
pub(super) fn complain(error: impl Display) {
    remark(format_args!("error: {error}"));
}
