//! Writes the page of a run.

use std::path::Path;

use crate::cli::Run;
use crate::commands::output::{remark, replace_file};
use crate::commands::run::Finished;
use crate::report::page::{Page, render};
use crate::runtime::series::Series;

/// Makes sure, before a run that may take long, that there is a place for the page.
pub(super) fn is_writable(arguments: &Run) -> Result<(), String> {
    let Some(place) = &arguments.report else { return Ok(()) };
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if place == Path::new("-") {
        return Err("the page of `--report` goes to a file; name one such as `run.html`".to_owned());
    }
    if place.is_dir() {
        return Err(format!(
            "{}: is a folder; name a file for the page, such as `run.html`",
            place.display()
        ));
    }
    if !folder.is_dir() {
        return Err(format!("{}: there is no folder `{}` for the page", place.display(), folder.display()));
    }
    Ok(())
}

/// Writes the page whole or not at all, and says where it is.
pub(super) fn write(place: &Path, finished: &Finished<'_>, series: &Series) -> Result<(), String> {
    let Finished { attempt, errors, outcome, .. } = finished;
    let command = format!("{} {}", attempt.command(), outcome.seed);
    let (design, knowledge) = (attempt.design, attempt.knowledge);
    let page = Page { design, knowledge, errors, outcome, series, command: &command };
    let shown = place.display();
    replace_file(place, &render(page)).map_err(|error| format!("{shown}: {error}"))?;
    remark(format_args!("wrote {shown}"));
    Ok(())
}
