//! Adds the rules of packs to those that are embedded, and tells what of them does not hold together.

use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostic, InFile, Label};
use crate::fields::{WRONG_TYPE, items, nearest};
use crate::knowledge::Knowledge;
use crate::knowledge::embedded;
use crate::knowledge::pack::{Pack, RuleFile};
use crate::lint::{Rules, embedded_rules, read};
use crate::source::{Node, Span};

impl Rules {
    /// The embedded rules with those of packs, and every mistake in the latter: names, types and units that do not exist
    /// in `knowledge`, ids that are taken, severities of rules that are not there. What has a mistake is left out.
    #[must_use]
    pub fn with_packs(packs: &[Pack], knowledge: &Knowledge) -> (Self, Vec<InFile>) {
        let mut rules = Self::embedded();
        let mut mistakes = Vec::new();
        for file in packs.iter().flat_map(|pack| &pack.rules) {
            let wrong = rules.add(file, knowledge);
            if !wrong.is_empty() {
                mistakes.push(InFile { text: Arc::clone(&file.text), found: wrong });
            }
        }
        for pack in packs {
            let Some(text) = &pack.manifest else { continue };
            let names = pack.severities.iter();
            let wrong: Vec<_> = names.filter_map(|(name, _, span)| rules.unknown(name, *span)).collect();
            if !wrong.is_empty() {
                mistakes.push(InFile { text: Arc::clone(text), found: wrong });
            }
            rules.levels.extend(pack.severities.iter().map(|(name, level, _)| (name.clone(), *level)));
        }
        for file in packs.iter().flat_map(|pack| &pack.rules) {
            let names = file.root.get("unless").map(items).unwrap_or_default();
            let wrong: Vec<_> =
                names.into_iter().filter_map(|node| rules.unknown(node.as_text()?, node.span)).collect();
            if !wrong.is_empty() {
                mistakes.push(InFile { text: Arc::clone(&file.text), found: wrong });
            }
        }
        (rules, mistakes)
    }

    fn add(&mut self, file: &RuleFile, knowledge: &Knowledge) -> Vec<Diagnostic> {
        let (rule, mut wrong) = read::own_rule(file, knowledge);
        let id = file.root.get("id").filter(|node| node.as_text().is_some());
        let stem = embedded::stem(&file.path);
        if let Some(node) = id.filter(|node| node.as_text() != Some(stem)) {
            wrong.push(at(
                node,
                format!("the file is called `{stem}.yaml`"),
                "the id of a rule is the name of its file",
            ));
        }
        if let Some(node) = id.filter(|node| node.as_text().is_some_and(|id| self.get(id).is_some())) {
            wrong.push(at(node, "there is a rule of this id".to_owned(), "a rule has an id of its own"));
        }
        if wrong.is_empty() {
            let mut rules = self.rules.take().unwrap_or_else(embedded_rules);
            rules.extend(rule);
            self.rules = OnceLock::from(rules);
        }
        wrong
    }

    /// The mistake of a name that is neither a rule's nor a group's; nothing where it is one.
    #[must_use]
    pub fn unknown(&self, name: &str, span: Span) -> Option<Diagnostic> {
        if self.all().iter().any(|rule| rule.id == name || rule.group == name) {
            return None;
        }
        let label = Label::new(span, "not known here");
        let mistake = Diagnostic::new(
            "unknown-rule",
            label,
            format!("there is no rule and no group of rules `{name}`"),
        );
        let names = self.all().iter().flat_map(|rule| [rule.id.as_str(), rule.group.as_str()]);
        Some(match nearest(name, names) {
            Some(near) => mistake.help(format!("write `{near}`")),
            None => mistake.help("run `thalweg rules list` for the list of rules"),
        })
    }
}

fn at(node: &Node, label: String, message: &str) -> Diagnostic {
    Diagnostic::new(WRONG_TYPE, Label::new(node.span, label), message)
}
