//! Reads the options of a scenario.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::fields::{Fields, WRONG_TYPE, flag, wrong_type};
use crate::scenario::model::{Choice, Format, Verdict};
use crate::scenario::read::{Reader, one_line};
use crate::source::{Node, Span, Value};

impl Reader {
    /// `{ID: {text, design, VERDICT, because, with}}`.
    pub(super) fn choices(&mut self, node: &Node, format: Option<&Format>) -> Vec<Choice> {
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "`options` is a mapping of ids to options"));
            return Vec::new();
        };
        let entries = mapping.iter();
        entries.filter_map(|(id, entry)| self.choice(id, entry.key.span, &entry.value, format)).collect()
    }

    fn choice(&mut self, id: &str, span: Span, node: &Node, format: Option<&Format>) -> Option<Choice> {
        let mut fields = Fields::of(node, "an option", &mut self.mistakes)?;
        let words = self.words(&mut fields, "text");
        let design = fields.value("design").and_then(|node| self.is_mapping(node));
        let because = self.words(&mut fields, "because");
        let with = fields.text("with", &mut self.mistakes);
        let verdict = self.verdict(&mut fields, span, format);
        fields.finish(&mut self.mistakes);
        let (verdict, verdict_span) = verdict?;
        Some(Choice {
            id: id.to_owned(),
            span,
            text: one_line(&words?),
            design: design.map(|node: Arc<Node>| node),
            verdict,
            verdict_span,
            because: one_line(&because?),
            with: with.map(|with| one_line(&with)),
        })
    }

    fn verdict(
        &mut self,
        fields: &mut Fields<'_>,
        span: Span,
        format: Option<&Format>,
    ) -> Option<(Verdict, Span)> {
        let right = fields.value("right").map(|node| (flag(node, &mut self.mistakes), node.span));
        let right =
            right.and_then(|(flag, span)| Some((flag.filter(|flag| *flag).map(|_| Verdict::Right)?, span)));
        let falls = fields.value("falls").and_then(|node| Some((self.falls(node)?, node.span)));
        let dominated = fields.value("dominated");
        let dominated = dominated.and_then(|node| Some((Verdict::Dominated(self.figure(node)?), node.span)));
        let counts = fields.value("counts").and_then(|node| Some((self.counts(node)?, node.span)));
        let ranked = matches!(format, Some(Format::Order(_))).then_some((Verdict::Ranked, span));
        let mut said = [right, falls, dominated, counts].into_iter().flatten();
        match (said.next(), said.next(), ranked) {
            (Some(verdict), None, None) => Some(verdict),
            (None, None, Some(ranked)) => Some(ranked),
            _ => {
                let label = Label::new(span, "says none or several");
                let message = "an option says what is to be proved of it, once";
                let help = "write `right: true`, `falls: {...}`, `dominated: cost` or `counts: {...}`; nothing of it where options are put in order";
                self.mistakes.push(Diagnostic::new(WRONG_TYPE, label, message).help(help));
                None
            }
        }
    }

    /// `{rule: ID}`, `{requirement: KEYWORD}` or `{run: KEYWORD}`.
    fn falls(&mut self, node: &Node) -> Option<Verdict> {
        let mut fields = Fields::of(node, "`falls`", &mut self.mistakes)?;
        let rule = fields.text("rule", &mut self.mistakes).map(Verdict::FallsByRule);
        let words = crate::design::requirement::KEYWORDS;
        let requirement = fields.value("requirement").and_then(|node| self.one_of(node, &words));
        let run = fields.value("run").and_then(|node| self.one_of(node, &words));
        fields.finish(&mut self.mistakes);
        let requirement = requirement.map(|word| Verdict::FallsByRequirement(word.to_owned()));
        let run = run.map(|word| Verdict::FallsInRun(word.to_owned()));
        let mut said = [rule, requirement, run].into_iter().flatten();
        let found = said.next();
        if found.is_none() || said.next().is_some() {
            let expected = "`falls` names one of `rule`, `requirement` or `run`";
            self.mistakes.push(wrong_type(node, expected));
            return None;
        }
        found
    }

    /// `{at_least: N, at_most: N}`, or `{exactly: N}`.
    fn counts(&mut self, node: &Node) -> Option<Verdict> {
        const NUMBER: &str = "a whole number";
        let mut fields = Fields::of(node, "`counts`", &mut self.mistakes)?;
        let exactly = fields.value("exactly").and_then(|node| self.parsed(node, NUMBER));
        let at_least = fields.value("at_least").and_then(|node| self.parsed(node, NUMBER));
        let at_most = fields.value("at_most").and_then(|node| self.parsed(node, NUMBER));
        fields.finish(&mut self.mistakes);
        let at_least = exactly.or(at_least).unwrap_or(0);
        Some(Verdict::Counts { at_least, at_most: exactly.or(at_most) })
    }
}
