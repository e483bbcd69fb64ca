//! Makes the changes that findings propose, as far as they really help.
//!
//! Changes that do not touch each other are made at once, and the result is judged again: a finding that is still there,
//! or a file that reads worse than before, means that the change is not made. What a change brings to light may propose
//! changes of its own, so that this goes on until nothing is left or the bound is met.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{Edit, Text, apply_edits, read};

/// How often one file is judged again at the most.
const TRIES: usize = 64;

/// A file after its changes.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The file as it is now.
    pub text: Arc<Text>,
    /// What is found in it now.
    pub findings: Vec<Diagnostic>,
    /// The changes that were made: rule and title, in the order in which they were made.
    pub made: Vec<(String, String)>,
}

/// Makes the safe changes that `judge` proposes for a file, and with `unsafe_too` the others.
#[must_use]
pub fn mend(text: &Arc<Text>, unsafe_too: bool, judge: &dyn Fn(&Arc<Text>) -> Vec<Diagnostic>) -> Mended {
    let mended = Mended { text: Arc::clone(text), findings: judge(text), made: Vec::new() };
    let mut mending = Mending { mended, refused: Vec::new(), tries: TRIES, judge };
    while let Some(chosen) = mending.next(unsafe_too) {
        mending.make(chosen);
    }
    mending.mended
}

struct Mending<'j> {
    mended: Mended,
    /// Changes that did not help.
    refused: Vec<Key>,
    tries: usize,
    judge: &'j dyn Fn(&Arc<Text>) -> Vec<Diagnostic>,
}

/// What a finding is about, whatever its place and numbers, with the change that it proposes.
type Key = (Subject, String);
type Subject = (String, Option<String>, Option<(String, String)>);

fn subject(found: &Diagnostic) -> Subject {
    (found.rule.clone(), found.node.clone(), found.flow.clone())
}

impl Mending<'_> {
    /// The findings whose changes are to be tried next; none touches another.
    fn next(&self, unsafe_too: bool) -> Option<Vec<Diagnostic>> {
        let mut taken: Vec<Edit> = Vec::new();
        let mut chosen = Vec::new();
        for found in &self.mended.findings {
            let Some(fix) = found.fix.as_ref().filter(|fix| fix.safe || unsafe_too) else { continue };
            if self.refused.contains(&(subject(found), fix.title.clone())) || touches(&taken, fix) {
                continue;
            }
            taken.extend(fix.edits.iter().cloned());
            taken.sort_by_key(|(span, _)| *span);
            chosen.push(found.clone());
        }
        (!chosen.is_empty() && self.tries > 0).then_some(chosen)
    }

    /// Makes all the changes, or the first half of them where not all of them help together, and so on.
    fn make(&mut self, mut chosen: Vec<Diagnostic>) {
        while self.tries > 0 {
            self.tries -= 1;
            if let Some((text, findings)) = self.tried(&chosen) {
                let titles = chosen.into_iter().map(|found| (found.rule, title(found.fix.as_ref())));
                self.mended.made.extend(titles);
                (self.mended.text, self.mended.findings) = (text, findings);
                return;
            }
            if let [alone] = chosen.as_slice() {
                self.refused.push((subject(alone), title(alone.fix.as_ref())));
                return;
            }
            chosen.truncate(chosen.len() / 2);
        }
    }

    /// The file with the changes, if it reads no worse and each of the findings is gone.
    fn tried(&self, chosen: &[Diagnostic]) -> Option<(Arc<Text>, Vec<Diagnostic>)> {
        let before = &self.mended;
        let edits: Vec<Edit> =
            chosen.iter().flat_map(|found| &found.fix).flat_map(|fix| fix.edits.clone()).collect();
        let text = Arc::new(Text::new(before.text.name(), apply_edits(before.text.as_str(), &edits)));
        if read(&text).faults.len() > read(&before.text).faults.len() {
            return None;
        }
        let findings = (self.judge)(&text);
        let count = |findings: &[Diagnostic], wanted: &Subject| {
            findings.iter().filter(|found| subject(found) == *wanted).count()
        };
        let gone = chosen.iter().map(subject).all(|subject| {
            count(&findings, &subject) + count(chosen, &subject) <= count(&before.findings, &subject)
        });
        gone.then_some((text, findings))
    }
}

fn title(fix: Option<&Fix>) -> String {
    fix.map(|fix| fix.title.clone()).unwrap_or_default()
}

/// Whether a change touches one of those that are taken, which are sorted; two at the same point touch as well.
fn touches(taken: &[Edit], fix: &Fix) -> bool {
    fix.edits.iter().any(|(span, _)| {
        let next = taken.partition_point(|(other, _)| other.end < span.start);
        taken.get(next).is_some_and(|(other, _)| other.start <= span.end)
    })
}
