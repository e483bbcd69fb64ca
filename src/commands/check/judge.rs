//! What is found in every text.

use std::sync::Arc;

use crate::commands::check::Base;
use crate::commands::check::inputs::Source;
use crate::commands::parallel;
use crate::design;
use crate::diagnostic::Diagnostic;
use crate::lint;
use crate::report::findings::Judged;
use crate::source::Text;

/// Every text with what `judge` finds in it, in the order of the texts.
pub(super) fn all(
    sources: &[Source],
    threads: usize,
    judge: &(dyn Fn(&Arc<Text>) -> Vec<Diagnostic> + Sync),
) -> Vec<Judged> {
    parallel::map(sources, parallel::threads(threads), |source| Judged {
        text: Arc::clone(&source.text),
        findings: judge(&source.text),
    })
}

/// Mistakes of the file itself, then what the rules find in what was understood; in the order of the file.
pub(super) fn one(text: &Arc<Text>, base: &Base) -> Vec<Diagnostic> {
    let lowered = design::lower(Arc::clone(text), &base.knowledge);
    lint::judge(&lowered, &base.knowledge, &base.rules)
}
