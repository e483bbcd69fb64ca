//! Holds settings against the ranges that AWS accepts as of the day.

use crate::design::Design;
use crate::design::effective::{FlowSurroundings, NodeSurroundings};
use crate::design::settings::{Setting, SettingValue, Settings};
use crate::diagnostic::{Diagnostic, Label};
use crate::expression::Environment;
use crate::knowledge::Knowledge;
use crate::knowledge::fact::Confidence;
use crate::knowledge::schema::{Kind, Range, Schema, SettingSpec};
use crate::units::{Date, Quantity};

/// The rule that tells of a setting whose card names no other.
const OUT_OF_RANGE: &str = "out-of-range";

/// Notes every setting of a node or flow that is outside its range.
pub(super) fn check(design: &Design, knowledge: &Knowledge, diagnostics: &mut Vec<Diagnostic>) {
    for (index, node) in design.nodes.iter().enumerate() {
        let Some(card) = knowledge.card(&node.service) else { continue };
        let surroundings = NodeSurroundings { design, knowledge, node: index };
        let check = Check { owner: format!("`{}`", node.id), day: design.as_of, surroundings: &surroundings };
        let first_new = diagnostics.len();
        check.settings(&node.settings, &card.settings, "", diagnostics);
        diagnostics[first_new..].iter_mut().for_each(|diagnostic| diagnostic.node = Some(node.id.clone()));
    }
    for (index, flow) in design.flows.iter().enumerate() {
        let Some(integration) = design.integration(knowledge, flow) else { continue };
        let surroundings = FlowSurroundings { design, knowledge, flow: index };
        let ends = (design.nodes[flow.from].id.clone(), design.nodes[flow.to].id.clone());
        let owner = format!("`{} -> {}`", ends.0, ends.1);
        let check = Check { owner, day: design.as_of, surroundings: &surroundings };
        let first_new = diagnostics.len();
        check.settings(&flow.settings, &integration.settings, "", diagnostics);
        diagnostics[first_new..].iter_mut().for_each(|diagnostic| diagnostic.flow = Some(ends.clone()));
    }
}

struct Check<'a> {
    owner: String,
    day: Date,
    surroundings: &'a dyn Environment,
}

impl Check<'_> {
    fn settings(
        &self,
        settings: &Settings,
        schema: &Schema,
        prefix: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for (name, setting) in &settings.0 {
            let Some(spec) = schema.settings.get(name) else { continue };
            let path = format!("{prefix}{name}");
            match (&setting.value, &spec.kind) {
                (SettingValue::Mapping(inner), Kind::Mapping(schema)) => {
                    self.settings(inner, schema, &format!("{path}."), diagnostics);
                }
                (SettingValue::Quantity(quantity), _) => {
                    diagnostics.extend(self.quantity(&path, setting, *quantity, spec));
                }
                _ => {}
            }
        }
    }

    /// Only a range that AWS confirms makes a setting wrong.
    fn quantity(
        &self,
        path: &str,
        setting: &Setting,
        found: Quantity,
        spec: &SettingSpec,
    ) -> Option<Diagnostic> {
        let range = spec.ranges.iter().find(|range| range.validity.holds(self.day, self.surroundings))?;
        let below = range.min.filter(|min| found.amount < min.amount);
        let above = range.max.filter(|max| found.amount > max.amount);
        let bound = below.or(above)?;
        if range.validity.confidence != Confidence::Confirmed {
            return None;
        }
        let label = Label::new(setting.span, if below.is_some() { "too little" } else { "too much" });
        let message = format!("`{path}` of {} is {found}; AWS accepts {}", self.owner, accepted(range));
        let rule = spec.rule.as_deref().unwrap_or(OUT_OF_RANGE);
        let mut diagnostic = Diagnostic::new(rule, label, message).why(spec.about.clone());
        diagnostic.url = range.validity.source.as_ref().map(|source| source.url.clone());
        let mut steps = vec![format!("set `{path}: {bound}`")];
        steps.extend(range.note.clone());
        diagnostic.help.extend(steps);
        Some(diagnostic)
    }
}

fn accepted(range: &Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!("{min} only"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} and more"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "anything".to_owned(),
    }
}
