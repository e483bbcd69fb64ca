//! Questions without end: valid designs, mutated by the knowledge base, and kept only where exactly one is provably right.
//!
//! ```text
//! seed ─pick→ a right design of the bank ─mutate→ [Sketch] ─linter→ right or fallen ─write→ a scenario ─prove→ kept or not
//! ```
//!
//! The same seed gives the same question for the same bank and rules, so a question is shared by its seed.

mod mutate;
mod sketch;
mod write;

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::runtime::random::Random;
use crate::scenario::compose::{self, Composed};
use crate::scenario::generate::sketch::Sketch;
use crate::scenario::model::{CueKind, Scenario, Verdict};
use crate::scenario::verdicts::Judge;
use crate::scenario::{prose, prove, read};
use crate::source::{self, Node, Text};

/// So many designs of the bank are tried for a seed.
const MOST_TRIES: usize = 40;
/// So many changes of a design are judged.
const MOST_CANDIDATES: usize = 30;
/// A question has so many options.
const OPTIONS: usize = 4;

/// A question that was made.
#[derive(Debug)]
pub struct Generated {
    /// The file of the scenario.
    pub text: Arc<Text>,
    /// The scenario.
    pub scenario: Scenario,
}

/// A design that may become an option.
#[derive(Debug, Clone)]
struct Candidate {
    sketch: Sketch,
    verdict: Verdict,
    because: String,
}

/// The question of a seed; nothing where no design of the bank makes one, which is rare.
#[must_use]
pub fn generate(bank: &[&Scenario], seed: u64, judge: Judge<'_>) -> Option<Generated> {
    let mut random = Random::new(seed);
    let seeds: Vec<&Scenario> = bank.iter().copied().filter(|scenario| is_ground(scenario)).collect();
    (0..MOST_TRIES)
        .find_map(|_| question(seeds.get(pick(&mut random, seeds.len()))?, seed, &mut random, judge))
}

/// Whether a scenario has a right design that promises something.
fn is_ground(scenario: &Scenario) -> bool {
    let promises = scenario.cues.iter().any(|cue| matches!(cue.kind, CueKind::Require(_)));
    promises && scenario.choices.iter().any(|choice| choice.verdict == Verdict::Right)
}

fn pick(random: &mut Random, among: usize) -> usize {
    (random.share() * among as f64) as usize
}

/// The same things in an order that the seed decides.
fn shuffled<T>(mut things: Vec<T>, random: &mut Random) -> Vec<T> {
    for last in (1..things.len()).rev() {
        things.swap(last, pick(random, last + 1));
    }
    things
}

fn question(ground: &Scenario, seed: u64, random: &mut Random, judge: Judge<'_>) -> Option<Generated> {
    let right: Vec<_> = ground.choices.iter().filter(|choice| choice.verdict == Verdict::Right).collect();
    let composed = compose::choice(ground, right[pick(random, right.len())], None);
    let original = Sketch::of(source::read(&composed.text).root.as_deref()?)?;
    let mut candidates = vec![original.clone()];
    candidates.extend(shuffled(mutate::all(&original, judge.knowledge), random));
    let judged =
        candidates.into_iter().take(MOST_CANDIDATES).filter_map(|sketch| judged(ground, sketch, judge));
    let (mut holding, fallen): (Vec<Candidate>, Vec<Candidate>) =
        judged.partition(|option| option.verdict == Verdict::Right);
    if holding.is_empty() {
        return None;
    }
    let right = holding.swap_remove(pick(random, holding.len()));
    let mut options = tempting(&right, fallen, judge);
    if options.len() < OPTIONS - 1 {
        return None;
    }
    options.push(right);
    proved(ground, seed, &shuffled(options, random), judge)
}

/// Fallen options that differ in what they fall by, those first that read as long as the right one.
fn tempting(right: &Candidate, mut fallen: Vec<Candidate>, judge: Judge<'_>) -> Vec<Candidate> {
    let apart = |option: &Candidate| {
        let pair = [right.clone(), option.clone()];
        let [own, other] = [right, option].map(|one| write::told(&one.sketch, &pair, judge).len());
        own.abs_diff(other)
    };
    fallen.sort_by_cached_key(apart);
    let mut chosen: Vec<Candidate> = Vec::new();
    for option in fallen {
        let is_new = chosen.iter().all(|other| other.verdict != option.verdict);
        if is_new && chosen.len() < OPTIONS - 1 {
            chosen.push(option);
        }
    }
    chosen
}

/// What the linter says of a sketch: whether it holds, or by what it falls; nothing where neither is clear.
fn judged(ground: &Scenario, sketch: Sketch, judge: Judge<'_>) -> Option<Candidate> {
    let requirements = write::requirements(ground);
    let composed = Composed::of_text("generated", &sketch.design(&requirements));
    let judged = judge.judge(&composed);
    judged.design.as_ref()?;
    let of_file = |rule: &str| judge.rules.get(rule).is_none_or(|rule| rule.group == "file");
    if judged.found.iter().any(|finding| of_file(&finding.rule)) {
        return None;
    }
    if judged.found.is_empty() {
        let kept = judged.requirements.iter().all(|(_, kept)| *kept == Some(true));
        let because = "Nothing speaks against it, and it keeps everything that is asked for.".to_owned();
        return kept.then_some(Candidate { sketch, verdict: Verdict::Right, because });
    }
    let finding = judged.found.iter().find(|finding| finding.severity == Severity::Error)?;
    let verdict = match judge.requirement_of(&finding.rule) {
        Some(keyword) => Verdict::FallsByRequirement(keyword.to_owned()),
        None => Verdict::FallsByRule(finding.rule.clone()),
    };
    let because = format!("{}.", write::capital(&finding.message));
    Some(Candidate { sketch, verdict, because })
}

/// The scenario of these options, where all of it is proved; requirements that decide nothing are left out.
fn proved(ground: &Scenario, seed: u64, options: &[Candidate], judge: Judge<'_>) -> Option<Generated> {
    let mut needed: Vec<Node> = write::requirements(ground);
    loop {
        let content = write::scenario(ground, seed, options, &needed, judge)?;
        let text = Arc::new(Text::new(format!("generated-{seed}.yaml"), content));
        let (scenario, mistakes) = read::scenario(&text, source::read(&text).root.as_deref()?, &ground.topic);
        let scenario = scenario.filter(|_| mistakes.is_empty())?;
        let found = prove::scenario(&scenario, judge).found;
        let needless: Vec<usize> = (0..needed.len())
            .filter(|index| {
                let cue = &scenario.cues[*index];
                found.iter().any(|one| one.rule == "scenario-cue-not-needed" && one.primary.span == cue.span)
            })
            .collect();
        if let Some(last) = needless.last() {
            needed.remove(*last);
            continue;
        }
        let is_clean = found.is_empty() && prose::scenario(&scenario, judge).is_empty();
        return (is_clean && !needed.is_empty()).then_some(Generated { text, scenario });
    }
}
