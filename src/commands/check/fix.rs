//! What is mended: the changes that findings propose, made in the files or only shown.

use std::sync::Arc;

use crate::cli::{Changes, Check};
use crate::commands::Outcome;
use crate::commands::check::inputs::Source;
use crate::commands::output::{print, remark, replace_file};
use crate::commands::parallel;
use crate::diagnostic::Diagnostic;
use crate::lint::mend::{Mended, mend};
use crate::report::diff;
use crate::report::findings::Offered;
use crate::report::look::Look;
use crate::source::Text;

/// Every text with the changes made that were asked for, in the order of the texts.
pub(super) fn mended(
    sources: &[Source],
    arguments: &Check,
    judge: &(dyn Fn(&Arc<Text>) -> Vec<Diagnostic> + Sync),
) -> Vec<Mended> {
    let threads = parallel::threads(arguments.threads);
    parallel::map(sources, threads, |source| mend(&source.text, arguments.changes.unsafe_fixes, judge))
}

/// What is left to be mended after what was asked for; standard input is never mended.
pub(super) fn offered(sources: &[Source], changes: Changes) -> Offered {
    let has_files = sources.iter().all(|source| source.path.is_some());
    let Changes { fix, unsafe_fixes, .. } = changes;
    Offered { safe: has_files && !fix, others: has_files && !(fix && unsafe_fixes) }
}

/// Writes the files that have changed, each whole or not at all, and gives the texts as they are now.
pub(super) fn write(sources: &[Source], mended: Vec<Mended>) -> Result<Vec<Arc<Text>>, String> {
    let (mut changes, mut files) = (0, 0);
    let mut texts = Vec::with_capacity(mended.len());
    for (source, mended) in sources.iter().zip(mended) {
        if !mended.made.is_empty() {
            let name = source.text.name();
            let path = source.path.as_ref().ok_or("standard input cannot be mended; use `--diff`")?;
            replace_file(path, mended.text.as_str()).map_err(|error| format!("{name}: {error}"))?;
            changes += mended.made.len();
            files += 1;
        }
        texts.push(mended.text);
    }
    if changes > 0 {
        let (change, file) =
            (if changes == 1 { "change" } else { "changes" }, if files == 1 { "file" } else { "files" });
        remark(format_args!("made {changes} {change} in {files} {file}"));
    }
    Ok(texts)
}

/// Shows what would change; anything that would is a finding.
pub(super) fn show(sources: &[Source], mended: &[Mended], look: Look) -> Result<Outcome, String> {
    let mut outcome = Outcome::Clean;
    for (source, mended) in sources.iter().zip(mended) {
        if !mended.made.is_empty() {
            outcome = Outcome::Findings;
            let text = &source.text;
            let shown = diff::render(text.name(), text.as_str(), mended.text.as_str(), look);
            print(&shown).map_err(|error| error.to_string())?;
        }
    }
    Ok(outcome)
}
