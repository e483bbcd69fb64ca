//! Writes the design of an option: the base, changed by the option and by what the cues give, as a file of its own.
//!
//! The file is what the linter judges, the runtime runs, and people see and edit. Where each part of it was written in
//! the scenario is kept, so that what is said of the design can be said at the scenario's own place.

mod draft;
mod writer;

use std::sync::Arc;

use crate::scenario::compose::draft::Draft;
use crate::scenario::compose::writer::Writer;
use crate::scenario::model::{Choice, CueKind, Format, Scenario};
use crate::source::{Node, Span, Text};

/// A design file, and where its parts come from.
#[derive(Debug, Clone)]
pub struct Composed {
    /// The file.
    pub text: Arc<Text>,
    /// Spans of the file with spans of the scenario; inner ones come after the outer ones that hold them.
    origins: Vec<(Span, Span)>,
}

impl Composed {
    /// A design that somebody edited; nothing of it was written in a scenario.
    #[must_use]
    pub fn of_text(name: &str, edited: &str) -> Self {
        Self { text: Arc::new(Text::new(format!("{name}.thalweg.yaml"), edited)), origins: Vec::new() }
    }

    /// Where in the scenario a place of the design was written: of the smallest part that holds it.
    #[must_use]
    pub fn origin(&self, span: Span) -> Option<Span> {
        let holds = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        let holding = self.origins.iter().filter(|(written, _)| holds(written));
        holding.min_by_key(|(written, _)| written.len()).map(|(_, origin)| *origin)
    }
}

/// The design of a choice; without what the cue of this index asks for, where one is named.
#[must_use]
pub fn choice(scenario: &Scenario, choice: &Choice, without: Option<usize>) -> Composed {
    compose(scenario, choice.design.as_deref(), without, &format!("{}-{}", scenario.id, choice.id))
}

/// The design that all choices share, which for a repair is the broken one.
#[must_use]
pub fn base(scenario: &Scenario) -> Composed {
    compose(scenario, None, None, &scenario.id)
}

/// The design of a repair as its solution leaves it; nothing for other formats.
#[must_use]
pub fn solution(scenario: &Scenario) -> Option<Composed> {
    let Format::Repair { solution, .. } = &scenario.format else { return None };
    Some(compose(scenario, Some(solution), None, &scenario.id))
}

fn compose(scenario: &Scenario, change: Option<&Node>, without: Option<usize>, name: &str) -> Composed {
    let mut draft = Draft::default();
    draft.apply(&scenario.base);
    if let Some(change) = change {
        draft.apply(change);
    }
    let cues = scenario.cues.iter().enumerate().filter(|(index, _)| Some(*index) != without);
    let mut required = Vec::new();
    for (_, cue) in cues {
        match &cue.kind {
            CueKind::Given(facts) => draft.give(facts),
            CueKind::Require(requirement) => required.push((cue, requirement)),
            CueKind::Rule(_) | CueKind::Prefer(_) | CueKind::Noise => {}
        }
    }
    let mut writer = Writer::default();
    writer.draft(name, &draft);
    writer.required(&required);
    writer.finish(name)
}
