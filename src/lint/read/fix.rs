//! Reads the fix of a rule: `fix: {safety: safe, set: {SETTING: EXPRESSION}, remove: [SETTING]}`.
//!
//! A setting is that of the matched node or flow; `from.SETTING` and `to.SETTING` are those of the ends of a flow or path.

use crate::expression::{Expression, Scope as _};
use crate::fields::{self, Fields, text, wrong_type};
use crate::lint::read::Reader;
use crate::lint::rule::{Part, SettingFix, SettingPlace, Subject};
use crate::lint::scope::RuleScope;
use crate::source::{Node, Value};

impl Reader<'_> {
    pub(super) fn fix(&mut self, node: &Node, subject: Option<&Subject>) -> Option<SettingFix> {
        let mut fields = Fields::of(node, "`fix`", &mut self.mistakes)?;
        let safe = fields.require("safety", &mut self.mistakes).and_then(|node| self.safety(node));
        let set = fields.value("set").map(|node| self.new_settings(node, subject)).unwrap_or_default();
        let removed = fields.value("remove").map(fields::items).unwrap_or_default();
        let remove = removed.into_iter().filter_map(|item| self.place(item, subject)).collect::<Vec<_>>();
        fields.finish(&mut self.mistakes);
        if set.is_empty() && remove.is_empty() {
            self.mistakes.push(wrong_type(node, "a fix has settings to `set` or to `remove`"));
        }
        Some(SettingFix { safe: safe?, set, remove })
    }

    fn safety(&mut self, node: &Node) -> Option<bool> {
        match node.as_text() {
            Some("safe") => Some(true),
            Some("unsafe") => Some(false),
            _ => {
                self.mistakes.push(wrong_type(node, "`safety` is `safe` or `unsafe`"));
                None
            }
        }
    }

    fn new_settings(&mut self, node: &Node, subject: Option<&Subject>) -> Vec<(SettingPlace, Expression)> {
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "`set` is a mapping of settings to expressions"));
            return Vec::new();
        };
        let mut settings = Vec::new();
        for (_, entry) in mapping.iter() {
            let place = self.place(&entry.key, subject);
            let expression = self.expression(&entry.value, subject);
            settings.extend(place.zip(expression));
        }
        settings
    }

    fn expression(&mut self, node: &Node, subject: Option<&Subject>) -> Option<Expression> {
        match Expression::parse(text(node, &mut self.mistakes)?) {
            Ok(expression) => {
                self.type_of(node, &expression, 0, subject);
                Some(expression)
            }
            Err(error) => {
                self.expression_error(node, 0, error);
                None
            }
        }
    }

    /// A setting that what is matched must have.
    fn place(&mut self, node: &Node, subject: Option<&Subject>) -> Option<SettingPlace> {
        let written = text(node, &mut self.mistakes)?;
        let (part, path) = match written.split_once('.') {
            Some(("from", path)) => (Part::From, path),
            Some(("to", path)) => (Part::To, path),
            _ => (Part::Itself, written),
        };
        let root = match (part, subject?) {
            (Part::Itself, Subject::Node(_)) => "node",
            (Part::Itself, Subject::Flow(_)) => "flow",
            (Part::From, Subject::Flow(_) | Subject::Path(_)) => "from",
            (Part::To, Subject::Flow(_) | Subject::Path(_)) => "to",
            _ => {
                let expected =
                    "a fix changes a node, a flow, or with `from.` and `to.` the ends of a flow or path";
                self.mistakes.push(wrong_type(node, expected));
                return None;
            }
        };
        if let Some(knowledge) = self.checked.map(|against| against.knowledge) {
            let steps: Vec<String> = [root].into_iter().chain(path.split('.')).map(str::to_owned).collect();
            if let Err((message, help)) =
                (RuleScope { knowledge, subject: subject?, definitions: &[] }).path(&steps)
            {
                let mut mistake = wrong_type(node, &message);
                mistake.help.extend(help);
                self.mistakes.push(mistake);
            }
        }
        Some(SettingPlace { part, path: path.to_owned() })
    }
}
