//! What is shown, and where.

use crate::cli::{Destination, FindingFormat};
use crate::commands::output::{print, remark, replace_file};
use crate::commands::parallel;
use crate::lint::Rules;
use crate::report::findings::{self, Counts, Judged, Offered, Surroundings};
use crate::report::look::Look;
use crate::report::markdown;

/// Refuses two formats that would go to one place.
pub(super) fn refuse_collisions(formats: &[Destination]) -> Result<(), String> {
    for (index, destination) in formats.iter().enumerate() {
        let Some(other) = formats[..index].iter().find(|other| other.file == destination.file) else {
            continue;
        };
        let (first, second) = (other.format.name(), destination.format.name());
        let place = match &destination.file {
            Some(file) => file.display().to_string(),
            None => "standard output".to_owned(),
        };
        return Err(format!(
            "{first} and {second} would both go to {place}; give one of them a file of its own, such as `--format {second}=FILE`"
        ));
    }
    Ok(())
}

/// Writes the findings in every format to its place; the files first, so that what is shown stands at the end.
pub(super) fn write(
    judged: &[Judged],
    formats: &[Destination],
    rules: &[&Rules],
    offered: Offered,
    look: Look,
) -> Result<(), String> {
    let folder = std::env::current_dir().unwrap_or_default();
    let surroundings = Surroundings { rules, folder: &folder };
    for destination in formats {
        if let Some(file) = &destination.file {
            let shown = render(judged, destination.format, &surroundings, Look::of_file());
            replace_file(file, &shown).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    for destination in formats.iter().filter(|destination| destination.file.is_none()) {
        let shown = render(judged, destination.format, &surroundings, look);
        print(&shown).map_err(|error| error.to_string())?;
        if matches!(destination.format, FindingFormat::Human | FindingFormat::Concise) {
            let fixable =
                findings::fixable(judged, offered).map_or_else(String::new, |text| format!("; {text}"));
            remark(format_args!("{}{fixable}", Counts::of(judged).summary()));
        }
    }
    Ok(())
}

/// Tells how much templates leave open until they are deployed, where findings are shown to people; or what.
pub(super) fn tell_open(judged: &[Judged], formats: &[Destination], verbose: bool) {
    let is_for_people = |destination: &Destination| {
        destination.file.is_none()
            && matches!(destination.format, FindingFormat::Human | FindingFormat::Concise)
    };
    let open: usize = judged.iter().map(|file| file.set_aside.open.len()).sum();
    if open == 0 || !formats.iter().any(is_for_people) {
        return;
    }
    if verbose {
        for file in judged {
            for open in &file.set_aside.open {
                let place = file.text.position(open.primary.span.start);
                remark(format_args!("{}:{place}: open: {}", file.text.name(), open.message));
            }
        }
    }
    let values = if open == 1 { "value is" } else { "values are" };
    let hint = if verbose { "" } else { "; --verbose lists them" };
    remark(format_args!("{open} {values} open until the deployment, and no rule judges by them{hint}"));
}

fn render(judged: &[Judged], format: FindingFormat, surroundings: &Surroundings<'_>, look: Look) -> String {
    match format {
        FindingFormat::Human => human(judged, look),
        FindingFormat::Concise => findings::concise(judged),
        FindingFormat::Json => findings::json(judged),
        FindingFormat::Sarif => findings::sarif(judged, surroundings),
        FindingFormat::Github => findings::github(judged, surroundings),
        FindingFormat::Gitlab => findings::gitlab(judged, surroundings),
        FindingFormat::Junit => findings::junit(judged),
        FindingFormat::Markdown => markdown::summary(judged),
    }
}

/// So many findings of a file are shown by one thread at the least; fewer are not worth another.
const FEW: usize = 256;

fn human(judged: &[Judged], look: Look) -> String {
    let parts: Vec<_> =
        judged.iter().flat_map(|file| file.findings.chunks(FEW).map(|found| (&file.text, found))).collect();
    let threads = parallel::threads(0);
    parallel::map(&parts, threads, |(text, found)| findings::render(text, found, look)).concat()
}
