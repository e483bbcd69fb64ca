//! Suggests designs: complete, valid ones, found by search over the knowledge graph.
//!
//! ```text
//! Request ─shapes::all→ [Shape] ─draft::texts→ [text] ─prove::prove→ Proven | Dropped ─rank→ Answer
//! ```
//!
//! A shape says which services stand between the ends; a draft sets them up by the base's good practice; the linter
//! corrects the draft by its own fixes and has the last word. Nothing here knows a rule or a number of AWS.

mod doubts;
mod draft;
mod figures;
mod prove;
mod rank;
pub mod request;
mod shapes;

use std::collections::BTreeMap;

use crate::knowledge::Knowledge;
use crate::lint::Rules;
pub use crate::suggest::figures::{Figures, Wait};
pub use crate::suggest::prove::{Breach, Dropped, Proven};
pub use crate::suggest::request::{Request, RequestError, of_design, of_pair};

/// How much is searched and shown.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// So many designs are shown at the most.
    pub designs: usize,
    /// So many drafts are judged at the most; those with the fewest nodes come first.
    pub drafts: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { designs: 3, drafts: 400 }
    }
}

/// What was found for a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The designs, the best first.
    pub designs: Vec<Proven>,
    /// How many more designs hold.
    pub left_out: usize,
    /// How many drafts were judged.
    pub judged: usize,
    /// How many drafts each rule dropped, with an example; the rule that dropped most comes first.
    pub dropped: Vec<DroppedBy>,
    /// For every requirement, in the order of the request, how it fared.
    pub requirements: Vec<Fared>,
}

/// What a rule did to the drafts.
#[derive(Debug, Clone)]
pub struct DroppedBy {
    /// The rule's id.
    pub rule: String,
    /// How many drafts it dropped.
    pub drafts: usize,
    /// The chain of one of them.
    pub chain: String,
    /// What the rule says of it.
    pub message: String,
}

/// How a requirement fared among all drafts.
#[derive(Debug, Clone)]
pub struct Fared {
    /// The requirement as the design writes it.
    pub text: String,
    /// How many drafts break it.
    pub broken: usize,
    /// How many break nothing but it.
    pub alone: usize,
    /// What breaks it in the draft that comes nearest, with its chain.
    pub nearest: Option<(String, String)>,
}

/// The designs that do what is asked for; the same for the same request, and bounded in time.
#[must_use]
pub fn suggest(request: &Request, knowledge: &Knowledge, rules: &Rules, bounds: Bounds) -> Answer {
    let mut proven = Vec::new();
    let mut dropped = Vec::new();
    let shapes = shapes::all(request, knowledge);
    let drafts = shapes.iter().flat_map(|shape| draft::all(request, shape, knowledge));
    for draft in drafts.take(bounds.drafts) {
        match prove::prove(request, &draft, knowledge, rules) {
            Ok(design) => proven.push(design),
            Err(failed) => dropped.push(failed),
        }
    }
    let (judged, found) = (proven.len() + dropped.len(), proven.len());
    let designs = rank::best(proven, bounds.designs);
    Answer {
        left_out: found - designs.len(),
        designs,
        judged,
        requirements: fared(request, &dropped),
        dropped: by_rule(&dropped),
    }
}

fn by_rule(dropped: &[Dropped]) -> Vec<DroppedBy> {
    let mut rules: BTreeMap<&str, DroppedBy> = BTreeMap::new();
    for draft in dropped {
        for (rule, message) in &draft.rules {
            let entry = rules.entry(rule).or_insert_with(|| DroppedBy {
                rule: rule.clone(),
                drafts: 0,
                chain: draft.chain.clone(),
                message: message.clone(),
            });
            entry.drafts += 1;
        }
    }
    let mut found: Vec<DroppedBy> = rules.into_values().collect();
    found.sort_by(|left, right| right.drafts.cmp(&left.drafts).then_with(|| left.rule.cmp(&right.rule)));
    found
}

fn fared(request: &Request, dropped: &[Dropped]) -> Vec<Fared> {
    let of_one = |index: usize, text: String| {
        let breaking: Vec<&Dropped> = dropped
            .iter()
            .filter(|draft| draft.breaches.iter().any(|one| one.requirement == index))
            .collect();
        let breach = |draft: &&Dropped| draft.breaches.iter().find(|one| one.requirement == index).cloned();
        let nearest = breaking
            .iter()
            .filter_map(|draft| Some((breach(draft)?, draft.chain.clone())))
            .min_by(|left, right| left.0.excess.total_cmp(&right.0.excess));
        Fared {
            text,
            broken: breaking.len(),
            alone: breaking.iter().filter(|draft| draft.rules.len() == 1).count(),
            nearest: nearest.map(|(breach, chain)| (chain, breach.message)),
        }
    };
    request.requirement_lines().enumerate().map(|(index, text)| of_one(index, text)).collect()
}
