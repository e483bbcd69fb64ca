//! What is found in every text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::commands::base::Base;
use crate::commands::check::filter;
use crate::commands::check::governing::{Governed, Governing};
use crate::commands::parallel;
use crate::config::selection::Selection;
use crate::design::Lowered;
use crate::diagnostic::Diagnostic;
use crate::lint::undecided;
use crate::lint::{self, Judgement};
use crate::report::findings::Judged;
use crate::source::Text;

/// Every text with what is found in it, in the order of the texts; files that templates bring in come behind the first
/// that does. What is found in a file in several ways is told once.
pub(super) fn all(texts: &[Arc<Text>], governing: &Governing, threads: usize) -> Vec<Judged> {
    let threads = parallel::threads(threads);
    // Rules are wanted as soon as the first design is read; that takes about as long.
    let read_rules = || governing.rules().into_iter().for_each(|rules| _ = rules.all());
    let judged =
        parallel::beside(threads, read_rules, || parallel::map(texts, threads, |text| one(text, governing)));
    let mut all: Vec<Judged> = Vec::with_capacity(judged.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for file in judged.into_iter().flatten() {
        match places.get(file.text.name()) {
            Some(known) => add(&mut all[*known], file),
            None => {
                places.insert(file.text.name().to_owned(), all.len());
                all.push(file);
            }
        }
    }
    all
}

fn add(known: &mut Judged, more: Judged) {
    let new = |found: &[Diagnostic], other: &Diagnostic| {
        !found.iter().any(|one| {
            one.rule == other.rule && one.primary.span == other.primary.span && one.message == other.message
        })
    };
    let findings: Vec<Diagnostic> =
        more.findings.into_iter().filter(|other| new(&known.findings, other)).collect();
    known.findings.extend(findings);
    known.findings.sort_by_key(|found| found.primary.span.start);
    known.set_aside.allowed.extend(more.set_aside.allowed);
    known.set_aside.known.extend(more.set_aside.known);
    known.set_aside.unasked.extend(more.set_aside.unasked);
    let open: Vec<Diagnostic> =
        more.set_aside.open.into_iter().filter(|other| new(&known.set_aside.open, other)).collect();
    known.set_aside.open.extend(open);
}

/// What is found in one text and in the files that it brings in, by what governs it; the text itself comes first.
pub(super) fn one(text: &Arc<Text>, governing: &Governing) -> Vec<Judged> {
    let governed = governing.get(text.name());
    let selection = governing.selection(text.name());
    let read = governing.given.lowered(text, &governed.base.knowledge);
    let Judgement { found, allowed } = judgement(&read.lowered, governed);
    let both = read.apart(text, found).into_iter().zip(read.apart(text, allowed));
    let all = both.zip(read.apart(text, read.open.clone()));
    all.map(|((found, allowed), open)| {
        let judgement = Judgement { found: found.found, allowed: allowed.found };
        let mut judged = filter::asked_for(&found.text, judgement, governed, &selection);
        judged.set_aside.open = open.found;
        judged
    })
    .collect()
}

/// What is found in a design.
pub(in crate::commands) fn by(
    text: &Arc<Text>,
    lowered: &Lowered,
    governed: &Governed,
    selection: &Selection<'_>,
) -> Judged {
    filter::asked_for(text, judgement(lowered, governed), governed, selection)
}

/// Mistakes of the file itself, then what the rules find in what was understood; in the order of the file. Where that is
/// asked for, also where rules stay silent.
fn judgement(lowered: &Lowered, governed: &Governed) -> Judgement {
    let Base { knowledge, rules } = &governed.base;
    let mut judgement = lint::judgement(lowered, knowledge, rules);
    if let (true, Some(design)) = (governed.pedantic, &lowered.design) {
        judgement.found.extend(undecided::notes(design, knowledge, rules));
        judgement.found.sort_by_key(|found| found.primary.span.start);
    }
    judgement
}
