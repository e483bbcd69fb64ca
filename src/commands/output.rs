//! Writes results to standard output and remarks to standard error.

use std::fmt::Display;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;

/// Writes to standard output. A reader that has gone away (`thalweg … | head`) is no failure.
pub(super) fn print(text: &str) -> Result<(), io::Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(io::Error::new(error.kind(), format!("standard output: {error}"))),
        Ok(()) => Ok(()),
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

/// Writes a file whole or not at all: beside its place first, then moved there. What is there keeps its permissions; a
/// link leads to the file that is written, and a device or a pipe takes the contents as they come.
pub(super) fn replace_file(place: &Path, contents: &str) -> Result<(), io::Error> {
    let known = fs::canonicalize(place).ok();
    let place = known.as_deref().unwrap_or(place);
    let old = fs::metadata(place).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        return fs::write(place, contents);
    }
    let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let draft = place.with_file_name(format!(".{}.{}.draft", name.to_string_lossy(), std::process::id()));
    let written = fs::write(&draft, contents)
        .and_then(|()| old.map_or(Ok(()), |old| fs::set_permissions(&draft, old.permissions())))
        .and_then(|()| fs::rename(&draft, place));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Writes a file whole or not at all, and only where there is none yet.
pub(super) fn write_new(place: &Path, contents: &str) -> Result<(), io::Error> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let draft = place.with_file_name(format!(".{}.{}.draft", name.to_string_lossy(), std::process::id()));
    // A second name for the finished file is refused where the first is taken, unlike moving it there.
    let written = fs::write(&draft, contents).and_then(|()| fs::hard_link(&draft, place));
    let _ = fs::remove_file(&draft);
    written
}
