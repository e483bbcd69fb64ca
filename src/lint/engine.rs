//! Holds a design against rules.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::design::Design;
use crate::design::effective::is_possible;
use crate::diagnostic::{Diagnostic, Severity, one_line};
use crate::expression::{Expression, Value};
use crate::knowledge::Knowledge;
use crate::lint::definitions::Definitions;
use crate::lint::find::{Finder, Match};
use crate::lint::fix;
use crate::lint::over_flows::Wholes;
use crate::lint::places;
use crate::lint::promised;
use crate::lint::rule::{Check, Rule};
use crate::lint::surroundings::{Ground, Read, Surroundings};
use crate::lint::template::Template;
use crate::lint::ways;

/// The group of rules on what exists at all; only its rules speak of flows that do not.
const POSSIBLE: &str = "possible";

/// A rule that is violated at a match, with the settings that its condition read.
struct Hit<'r> {
    rule: &'r Rule,
    check: &'r Check,
    severity: Severity,
    message: &'r Template,
    matched: Match,
    reads: Vec<Read>,
}

/// The findings of all rules.
pub(super) fn check(design: &Design, knowledge: &Knowledge, rules: &[Rule]) -> Vec<Diagnostic> {
    let analysis = Analysis::of(design, knowledge);
    let wholes = Wholes::default();
    let ground = Ground { design, knowledge, analysis: &analysis, wholes: &wholes };
    let finder = Finder::new(design, knowledge);
    let mut hits = Vec::new();
    for rule in rules {
        let Some(check) = &rule.check else { continue };
        let matches = finder.all(&analysis, &check.subject).into_iter();
        // Hits are few, so that only their flows are looked at.
        hits.extend(matches.filter_map(|matched| hit(ground, rule, check, matched)).filter(|hit| {
            rule.group == POSSIBLE || rests_on_possible_flows(design, knowledge, &hit.matched)
        }));
    }
    let mut of_match: BTreeMap<&Match, Vec<&Hit<'_>>> = BTreeMap::new();
    for hit in &hits {
        of_match.entry(&hit.matched).or_default().push(hit);
    }
    let telling = hits.iter().filter(|hit| is_most_telling(hit, &of_match[&hit.matched]));
    telling.map(|hit| diagnostic(ground, hit)).collect()
}

/// One cause, one finding: what an impossible flow would carry is not worth a word.
pub(super) fn rests_on_possible_flows(design: &Design, knowledge: &Knowledge, matched: &Match) -> bool {
    match matched {
        Match::Flow(flow) => is_possible(design, knowledge, *flow),
        Match::Path { flows, .. } => flows.iter().all(|flow| is_possible(design, knowledge, *flow)),
        _ => true,
    }
}

/// The rule's violation at a match, or the milder one of `warns`; unknown is neither.
fn hit<'r>(ground: Ground<'_>, rule: &'r Rule, check: &'r Check, matched: Match) -> Option<Hit<'r>> {
    // Nearly everything is in order, so that what was read is noted only where there is something to say.
    violation(rule, check, &Surroundings::new(ground, &matched))?;
    let (severity, message, reads) = violation(rule, check, &Surroundings::noting(ground, &matched))?;
    Some(Hit { rule, check, severity, message, matched, reads })
}

/// How bad a violation is, what is said of it, and what was read to find it.
fn violation<'r>(
    rule: &'r Rule,
    check: &'r Check,
    bare: &Surroundings<'_>,
) -> Option<(Severity, &'r Template, Vec<Read>)> {
    let definitions = Definitions::new(&check.definitions);
    let surroundings = bare.defining(&definitions);
    let holds = |condition: &Expression| condition.evaluate(&surroundings) == Value::Flag(true);
    if !check.given.as_ref().is_none_or(holds) {
        return None;
    }
    // What the precondition read is beside the point where the violation itself reads something.
    let given = surroundings.reads.take();
    let (severity, message) = if check.violated.as_ref().is_none_or(holds) {
        (rule.severity, &check.message)
    } else {
        surroundings.reads.take();
        let warns = check.warns.as_ref().filter(|warns| holds(&warns.violated))?;
        (Severity::Warning, warns.message.as_ref().unwrap_or(&check.message))
    };
    let mut reads = surroundings.reads.take();
    let further: Vec<Read> =
        given.into_iter().filter(|read| !reads.iter().any(|known| known.span == read.span)).collect();
    reads.extend(further);
    Some((severity, message, reads))
}

/// Whether none of the hits on the same thing tells it better.
fn is_most_telling(hit: &Hit<'_>, of_match: &[&Hit<'_>]) -> bool {
    !of_match.iter().any(|other| {
        !std::ptr::eq(*other, hit)
            && (hit.check.unless.contains(&other.rule.id)
                || (hit.check.last_resort && other.rule.group == hit.rule.group))
    })
}

fn diagnostic(ground: Ground<'_>, hit: &Hit<'_>) -> Diagnostic {
    let Ground { design, analysis, .. } = ground;
    let definitions = Definitions::new(&hit.check.definitions);
    let bare = Surroundings::new(ground, &hit.matched);
    let surroundings = bare.defining(&definitions);
    let label = hit.check.label.as_ref().map(|label| label.render(&surroundings));
    let (primary, related) = places::of(design, &hit.matched, &hit.reads, label);
    let breach = promised::breach(analysis, &hit.matched);
    let (node, flow) = breach
        .map_or_else(|| places::names(design, &hit.matched), |breach| promised::names_of(design, breach));
    let mut help: Vec<String> = hit.rule.help.iter().map(|step| step.render(&surroundings)).collect();
    if let (true, Match::Flow(flow)) = (hit.check.routes, &hit.matched) {
        help.extend(ways::out(ground, *flow));
    }
    Diagnostic {
        rule: hit.rule.id.clone(),
        severity: promised::severity(hit.severity, breach),
        message: one_line(hit.message.render(&surroundings)),
        primary,
        related,
        why: Some(hit.rule.why.clone()),
        help,
        url: hit.rule.sources.first().map(|source| source.url.clone()),
        node,
        flow,
        fix: hit.check.fix.as_ref().and_then(|proposed| fix::of(proposed, &surroundings)),
    }
}
