//! What is found in every text.

use std::sync::Arc;

use crate::commands::base::Base;
use crate::commands::check::filter;
use crate::commands::check::governing::{Governed, Governing};
use crate::commands::parallel;
use crate::config::selection::Selection;
use crate::design::{self, Lowered};
use crate::lint;
use crate::lint::undecided;
use crate::report::findings::Judged;
use crate::source::Text;

/// Every text with what is found in it, in the order of the texts.
pub(super) fn all(texts: &[Arc<Text>], governing: &Governing, threads: usize) -> Vec<Judged> {
    let threads = parallel::threads(threads);
    // Rules are wanted as soon as the first design is read; that takes about as long.
    let read_rules = || governing.rules().into_iter().for_each(|rules| _ = rules.all());
    parallel::beside(threads, read_rules, || parallel::map(texts, threads, |text| one(text, governing)))
}

/// What is found in one text, by what governs it.
pub(super) fn one(text: &Arc<Text>, governing: &Governing) -> Judged {
    let governed = governing.get(text.name());
    let lowered = design::lower(Arc::clone(text), &governed.base.knowledge);
    by(text, &lowered, governed, &governing.selection(text.name()))
}

/// Mistakes of the file itself, then what the rules find in what was understood; in the order of the file. Where that is
/// asked for, also where rules stay silent.
pub(in crate::commands) fn by(
    text: &Arc<Text>,
    lowered: &Lowered,
    governed: &Governed,
    selection: &Selection<'_>,
) -> Judged {
    let Base { knowledge, rules } = &governed.base;
    let mut judgement = lint::judgement(lowered, knowledge, rules);
    if let (true, Some(design)) = (governed.pedantic, &lowered.design) {
        judgement.found.extend(undecided::notes(design, knowledge, rules));
        judgement.found.sort_by_key(|found| found.primary.span.start);
    }
    filter::asked_for(text, judgement, governed, selection)
}
