//! Holds a draft against the linter, and corrects it by the linter's own fixes, until nothing is left to say or nothing
//! is left to try.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::analysis::promises::Verdict;
use crate::analysis::promises::surroundings::Setup;
use crate::design::{self, Design, Lowered};
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::Knowledge;
use crate::lint::{self, Rules};
use crate::source::{Span, Text};
use crate::suggest::doubts;
use crate::suggest::draft::Draft;
use crate::suggest::figures::Figures;
use crate::suggest::request::Request;

/// So often a draft is corrected.
const MOST_ROUNDS: usize = 6;
/// Stands for a rule where none speaks, because what breaks a requirement is not confirmed.
const REQUIREMENT: &str = "requirement";
/// How much worse than any number a breach without numbers is.
const BEYOND: f64 = f64::MAX;

/// A design that holds.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Its name, which tells it from the others.
    pub name: String,
    /// For each sink the ids along the way to it.
    pub ways: Vec<Vec<String>>,
    /// What was chosen where there were alternatives, such as `mode: on-demand at ingest`.
    pub chosen: Vec<String>,
    /// What it comes to.
    pub figures: Figures,
    /// Every requirement as the design writes it, with whether it is kept; nothing where nobody can say.
    pub requirements: Vec<(String, Option<bool>)>,
    /// How many findings of advice are left.
    pub advice: usize,
    /// The name of a design that is shown before it and is no worse in any respect, where there is one.
    pub beaten_by: Option<String>,
    /// The services of its nodes with their ids, in the order of the file.
    pub nodes: Vec<(String, String)>,
    /// The file, without its head.
    pub(super) body: String,
}

impl Proven {
    /// The chains of its ways, without what was chosen: what tells one sort of design from another.
    #[must_use]
    pub fn chain(&self) -> String {
        chain(&self.ways)
    }

    /// The design file.
    #[must_use]
    pub fn file(&self) -> String {
        let head = format!("# Found by `thalweg suggest`: {}.", self.chain());
        format!("{head}\nname: {}\n{}", crate::source::quoted(&self.name), self.body)
    }
}

/// A draft that does not hold.
#[derive(Debug, Clone)]
pub struct Dropped {
    /// Its chains.
    pub chain: String,
    /// The rules that speak against it, each once, with what they say.
    pub rules: Vec<(String, String)>,
    /// The requirements that it breaks.
    pub breaches: Vec<Breach>,
}

/// A requirement that a draft breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// Its index in the request.
    pub requirement: usize,
    /// By how much, as a share of the bound; more than any number where there is none.
    pub excess: f64,
    /// What breaks it.
    pub message: String,
}

/// The chains of ways: `source -> ingest -> lake and source -> ingest -> table`.
pub(super) fn chain(ways: &[Vec<String>]) -> String {
    ways.iter().map(|way| way.join(" -> ")).collect::<Vec<_>>().join(" and ")
}

/// The draft as a design without errors and warnings that breaks no requirement, or why it is none.
pub(super) fn prove(
    request: &Request,
    draft: &Draft,
    knowledge: &Knowledge,
    rules: &Rules,
) -> Result<Proven, Dropped> {
    let mut text = draft.text.clone();
    let mut round = 0;
    loop {
        let lowered = design::lower(Arc::new(Text::new("suggested", text.as_str())), knowledge);
        let found = lint::judge(&lowered, knowledge, rules);
        let (blocking, advice): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|finding| finding.severity > Severity::Advice);
        let corrected = corrected(&text, &blocking).filter(|_| round < MOST_ROUNDS);
        match (&lowered, corrected) {
            (Lowered { design: Some(design), .. }, None) => {
                let analysis = Analysis::of(design, knowledge);
                let mut breaches = breaches(&analysis, &blocking, design);
                breaches.extend(doubts::all(Setup::new(design, knowledge, &analysis)));
                if blocking.is_empty() && breaches.is_empty() {
                    let figures = Figures::of(request, design, knowledge, &analysis);
                    return Ok(proven(request, draft, design, (figures, advice.len(), &analysis), text));
                }
                return Err(dropped(draft, &blocking, breaches));
            }
            (_, Some(better)) => text = better,
            (_, None) => return Err(dropped(draft, &blocking, Vec::new())),
        }
        round += 1;
    }
}

fn proven(
    request: &Request,
    draft: &Draft,
    design: &Design,
    (figures, advice, analysis): (Figures, usize, &Analysis),
    body: String,
) -> Proven {
    let verdicts = analysis.verdicts.iter().map(|verdict| verdict.kept);
    let written = design.requirements.iter().map(|requirement| {
        design.text.slice(requirement.span).split_whitespace().collect::<Vec<_>>().join(" ")
    });
    Proven {
        name: request.name.clone(),
        ways: draft.ways.clone(),
        chosen: draft.chosen.clone(),
        figures,
        requirements: written.zip(verdicts).collect(),
        advice,
        beaten_by: None,
        nodes: design.nodes.iter().map(|node| (node.id.clone(), node.service.clone())).collect(),
        body,
    }
}

/// The requirements that are broken, with the words of the rule that says so.
fn breaches(analysis: &Analysis, blocking: &[Diagnostic], design: &Design) -> Vec<Breach> {
    let broken = analysis.verdicts.iter().enumerate().filter(|(_, verdict)| verdict.kept == Some(false));
    broken
        .map(|(requirement, verdict)| {
            let span = design.requirements[requirement].span;
            let said = blocking.iter().find(|finding| {
                let places = std::iter::once(&finding.primary).chain(&finding.related);
                places.into_iter().any(|label| label.span.start >= span.start && label.span.end <= span.end)
            });
            let about = || verdict.breaches.first().map_or_else(String::new, |breach| breach.about.clone());
            let message = said.map_or_else(about, |finding| finding.message.clone());
            Breach { requirement, excess: excess(verdict), message }
        })
        .collect()
}

fn excess(verdict: &Verdict) -> f64 {
    match (verdict.bound, verdict.value) {
        (Some(bound), Some(value)) if bound.amount > 0.0 => (value.amount / bound.amount - 1.0).abs(),
        _ => BEYOND,
    }
}

fn dropped(draft: &Draft, blocking: &[Diagnostic], breaches: Vec<Breach>) -> Dropped {
    let mut seen = BTreeSet::new();
    let mut rules: Vec<(String, String)> = blocking
        .iter()
        .filter(|finding| seen.insert(finding.rule.as_str()))
        .map(|finding| (finding.rule.clone(), finding.message.clone()))
        .collect();
    if rules.is_empty() {
        rules.extend(breaches.iter().map(|breach| (REQUIREMENT.to_owned(), breach.message.clone())));
    }
    Dropped { chain: chain(&draft.ways), rules, breaches }
}

/// The text with the fixes of these findings; nothing where none of them has one.
fn corrected(text: &str, findings: &[Diagnostic]) -> Option<String> {
    let mut edits: Vec<&(Span, String)> =
        findings.iter().filter_map(|one| one.fix.as_ref()).flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|(span, _)| span.start);
    edits.dedup_by(|later, earlier| later.0.start < earlier.0.end || later.0 == earlier.0);
    let mut better = text.to_owned();
    for (span, new) in edits.iter().rev() {
        better.replace_range(span.start as usize..span.end as usize, new);
    }
    (better != text).then_some(better)
}
