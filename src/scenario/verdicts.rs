//! What linter and runtime say of one design, in the words in which scenarios ask for it.

use crate::analysis::Analysis;
use crate::analysis::promises::surroundings::Setup;
use crate::design::{self, Design};
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::Knowledge;
use crate::lint::rule::Subject;
use crate::lint::{self, Rules};
use crate::runtime::outcome::Outcome;
use crate::runtime::{self, Inputs, Options};
use crate::scenario::compose::Composed;
use crate::scenario::model::{Counter, Cue, CueKind, Figure};
use crate::suggest::Figures;

/// The knowledge base and the rules by which designs are judged.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'k> {
    /// The cards.
    pub knowledge: &'k Knowledge,
    /// The rules.
    pub rules: &'k Rules,
}

/// What the linter says of a design.
#[derive(Debug)]
pub struct Judged {
    /// The design, where it could be understood.
    pub design: Option<Design>,
    /// Errors and warnings, in the order of the file; advice does not count.
    pub found: Vec<Diagnostic>,
    /// For every requirement of the design its keyword and whether it is kept; nothing where the linter cannot say.
    pub requirements: Vec<(&'static str, Option<bool>)>,
    /// What a month costs, where all of it is known.
    pub monthly_cost: Option<f64>,
    /// What somebody has to look after or write.
    pub upkeep: Vec<String>,
    /// The value of the first latency that is required, in microseconds.
    pub latency: Option<f64>,
}

impl Judge<'_> {
    /// Judges a design.
    #[must_use]
    pub fn judge(&self, composed: &Composed) -> Judged {
        let lowered = design::lower(composed.text.clone(), self.knowledge);
        let mut found = lint::judge(&lowered, self.knowledge, self.rules);
        found.retain(|finding| finding.severity > Severity::Advice);
        let mut judged = Judged {
            design: None,
            found,
            requirements: Vec::new(),
            monthly_cost: None,
            upkeep: Vec::new(),
            latency: None,
        };
        if let Some(design) = lowered.design {
            let analysis = Analysis::of(&design, self.knowledge);
            let figures = Figures::of_design(Setup::new(&design, self.knowledge, &analysis));
            judged.monthly_cost = figures.whole_cost().map(|cost| cost.0);
            judged.upkeep = figures.upkeep;
            for (requirement, verdict) in design.requirements.iter().zip(&analysis.verdicts) {
                let keyword = requirement.kind.keyword();
                if keyword == "latency" && judged.latency.is_none() {
                    judged.latency = verdict.value.map(|value| value.amount);
                }
                judged.requirements.push((keyword, verdict.kept));
            }
            judged.design = Some(design);
        }
        judged
    }

    /// Whether a finding says that a requirement is broken, and of which kind.
    #[must_use]
    pub fn requirement_of(&self, rule: &str) -> Option<&str> {
        match &self.rules.get(rule)?.check.as_ref()?.subject {
            Subject::Requirement(keyword) => Some(keyword),
            _ => None,
        }
    }

    /// Runs a design.
    ///
    /// # Errors
    /// What cannot be run yet, each with its place in the design.
    pub fn run(&self, design: &Design, options: &Options) -> Result<Outcome, Vec<Diagnostic>> {
        let topology = runtime::plan(design, self.knowledge, &Inputs::new(), options)?;
        Ok(runtime::simulate(topology, options, &mut |_| {}))
    }
}

impl Judged {
    /// The kinds of requirements that the linter sees broken, each once.
    #[must_use]
    pub fn broken(&self, judge: Judge<'_>) -> Vec<String> {
        let mut broken: Vec<String> = Vec::new();
        for finding in &self.found {
            if let Some(keyword) = judge.requirement_of(&finding.rule)
                && !broken.iter().any(|known| known == keyword)
            {
                broken.push(keyword.to_owned());
            }
        }
        broken
    }

    /// The rules that speak, each once, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> Vec<&str> {
        let mut rules: Vec<&str> = Vec::new();
        for finding in &self.found {
            if !rules.contains(&finding.rule.as_str()) {
                rules.push(&finding.rule);
            }
        }
        rules
    }

    /// The rules that speak against an option, each once: errors, broken requirements, and those warnings that a cue
    /// asks for. Other warnings are beside the question.
    #[must_use]
    pub fn against(&self, cues: &[Cue], judge: Judge<'_>) -> Vec<&str> {
        let is_asked =
            |rule: &str| cues.iter().any(|cue| matches!(&cue.kind, CueKind::Rule(id) if id == rule));
        let counts = |finding: &&Diagnostic| {
            finding.severity == Severity::Error
                || judge.requirement_of(&finding.rule).is_some()
                || is_asked(&finding.rule)
        };
        let mut rules: Vec<&str> = Vec::new();
        for finding in self.found.iter().filter(counts) {
            if !rules.contains(&finding.rule.as_str()) {
                rules.push(&finding.rule);
            }
        }
        rules
    }

    /// The figure, where it is known.
    #[must_use]
    pub fn figure(&self, figure: Figure) -> Option<f64> {
        match figure {
            Figure::Cost => self.monthly_cost,
            Figure::Upkeep => Some(self.upkeep.len() as f64),
            Figure::Latency => self.latency,
        }
    }
}

/// The kinds of requirements that a run broke.
#[must_use]
pub(super) fn broken_in_run(design: &Design, outcome: &Outcome) -> Vec<String> {
    let verdicts = design.requirements.iter().zip(&outcome.verdicts);
    let broken = verdicts.filter(|(_, verdict)| verdict.met == Some(false));
    broken.map(|(requirement, _)| requirement.kind.keyword().to_owned()).collect()
}

/// The value of a counter; nothing where the node is not there or has none of the name.
#[must_use]
pub(super) fn counted(outcome: &Outcome, counter: &Counter) -> Option<u64> {
    let node = || outcome.nodes.iter().find(|node| node.id == counter.node);
    let sink = || outcome.sinks.iter().find(|sink| sink.id == counter.node);
    match counter.name.as_str() {
        "records_in" => node().map(|node| node.records_in),
        "records_out" => node().map(|node| node.records_out),
        "bytes_in" => node().map(|node| node.bytes_in),
        "bytes_out" => node().map(|node| node.bytes_out),
        "throttled" => node().map(|node| node.throttled),
        "retried" => node().map(|node| node.retried),
        "filtered" => node().map(|node| node.filtered),
        "late" => node().map(|node| node.late),
        "expired" => node().map(|node| node.lost),
        "held" => node().map(|node| node.held),
        "delivered" => sink().map(|sink| sink.delivered),
        "lost" => sink().map(|sink| sink.lost),
        "duplicates" => sink().map(|sink| sink.duplicates),
        "out_of_order" => sink().map(|sink| sink.out_of_order),
        _ => None,
    }
}
