//! Reads a rule from its tree, and checks its expressions against the cards where those are given.

mod fix;

use crate::design::requirement::KEYWORDS as REQUIREMENTS;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::expression::{Expression, ExpressionError, Type};
use crate::fields::{self, Fields, WRONG_TYPE, listed, nearest, text, wrong_type};
use crate::knowledge::Knowledge;
use crate::knowledge::fact::Reference;
use crate::knowledge::pack::RuleFile;
use crate::lint::rule::{Check, FlowSelector, Milder, PathSelector, Rule, Selector, Subject};
use crate::lint::scope::RuleScope;
use crate::lint::template::Template;
use crate::source::{Node, Text, Value, locate};

const SHAPES: [&str; 6] = ["node", "flow", "path", "cycle", "requirement", "design"];

/// The rule, if it is whole, and every mistake in it.
pub(super) fn rule(
    node: &Node,
    group: &str,
    checked: Option<Against<'_>>,
) -> (Option<Rule>, Vec<Diagnostic>) {
    let mut reader = Reader { checked, own: false, defined: Vec::new(), mistakes: Vec::new() };
    let rule = reader.rule(node, group);
    (rule, reader.mistakes)
}

/// The same of a rule from a pack: it needs no source, and its check must be in it.
pub(super) fn own_rule(file: &RuleFile, knowledge: &Knowledge) -> (Option<Rule>, Vec<Diagnostic>) {
    let checked = Some(Against { text: &file.text, knowledge });
    let mut reader = Reader { checked, own: true, defined: Vec::new(), mistakes: Vec::new() };
    let rule = reader.rule(&file.root, &file.group);
    (rule, reader.mistakes)
}

/// What a rule is checked against: the cards, and the file in which its mistakes have their places.
#[derive(Clone, Copy)]
pub(super) struct Against<'k> {
    pub(super) text: &'k Text,
    pub(super) knowledge: &'k Knowledge,
}

struct Reader<'k> {
    checked: Option<Against<'k>>,
    /// Whether the rule comes from a pack.
    own: bool,
    /// The names that the rule has defined so far, with their types.
    defined: Vec<(String, Type)>,
    mistakes: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn rule(&mut self, node: &Node, group: &str) -> Option<Rule> {
        let mut fields = Fields::of(node, "a rule", &mut self.mistakes)?;
        let id = self.needed(&mut fields, "id");
        let since = self.needed(&mut fields, "since");
        let severity = self.severity(&mut fields);
        let title = self.needed(&mut fields, "title");
        let why = self.needed(&mut fields, "why");
        let by_reader = !self.own && fields.text("checked_by", &mut self.mistakes).is_some();
        let check = if by_reader { None } else { self.check(&mut fields) };
        let scope = check.as_ref().map(|check| check.subject.clone());
        let help = self.help(&mut fields, scope.as_ref());
        let sources = self.sources(&mut fields, by_reader || self.own);
        fields.take("examples");
        fields.finish(&mut self.mistakes);
        if !by_reader && check.is_none() {
            return None;
        }
        Some(Rule {
            id: id?,
            group: group.to_owned(),
            since: since?,
            severity: severity?,
            title: title?,
            why: why?,
            help,
            sources,
            check,
        })
    }

    fn needed(&mut self, fields: &mut Fields<'_>, key: &str) -> Option<String> {
        let node = fields.require(key, &mut self.mistakes)?;
        text(node, &mut self.mistakes).map(|text| text.trim().to_owned())
    }

    fn severity(&mut self, fields: &mut Fields<'_>) -> Option<Severity> {
        let node = fields.require("severity", &mut self.mistakes)?;
        let found = Severity::parse(text(node, &mut self.mistakes)?);
        if found.is_none() {
            self.mistakes.push(wrong_type(node, "`severity` is `error`, `warning` or `advice`"));
        }
        found
    }

    fn sources(&mut self, fields: &mut Fields<'_>, optional: bool) -> Vec<Reference> {
        let node =
            if optional { fields.value("sources") } else { fields.require("sources", &mut self.mistakes) };
        node.map(fields::items).unwrap_or_default().into_iter().filter_map(|item| self.source(item)).collect()
    }

    fn source(&mut self, node: &Node) -> Option<Reference> {
        let mut fields = Fields::of(node, "a source", &mut self.mistakes)?;
        let url = self.needed(&mut fields, "url");
        let read = fields.text("read", &mut self.mistakes);
        let checked = self.needed(&mut fields, "checked").and_then(|day| day.parse().ok());
        fields.finish(&mut self.mistakes);
        Some(Reference { url: url?, read, checked: checked? })
    }

    fn check(&mut self, fields: &mut Fields<'_>) -> Option<Check> {
        let subject = fields.require("match", &mut self.mistakes).and_then(|node| self.subject(node));
        let definitions =
            fields.value("let").map(|node| self.definitions(node, subject.as_ref())).unwrap_or_default();
        let given = fields.value("given").and_then(|node| self.condition(node, subject.as_ref()));
        let violated = fields.value("violated").and_then(|node| self.condition(node, subject.as_ref()));
        let warns = fields.value("warns").and_then(|node| self.warns(node, subject.as_ref()));
        let message = fields
            .require("message", &mut self.mistakes)
            .and_then(|node| self.template(node, subject.as_ref()));
        let label = fields.value("label").and_then(|node| self.template(node, subject.as_ref()));
        let fix = fields.value("fix").and_then(|node| self.fix(node, subject.as_ref()));
        let routes = fields.flag("routes", &mut self.mistakes);
        let last_resort = fields.flag("last_resort", &mut self.mistakes);
        let unless = fields.texts("unless", &mut self.mistakes);
        Some(Check {
            subject: subject?,
            definitions,
            given,
            violated,
            warns,
            message: message?,
            label,
            fix,
            routes,
            last_resort,
            unless,
        })
    }

    /// `let: {NAME: EXPRESSION}`: each may use the names before it.
    fn definitions(&mut self, node: &Node, subject: Option<&Subject>) -> Vec<(String, Expression)> {
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "`let` is a mapping of names to expressions"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, entry) in mapping.iter() {
            let Some(written) = text(&entry.value, &mut self.mistakes) else { continue };
            match Expression::parse(written) {
                Ok(expression) => {
                    let known = self.type_of(&entry.value, &expression, 0, subject).unwrap_or(Type::Any);
                    self.defined.push((name.to_owned(), known));
                    found.push((name.to_owned(), expression));
                }
                Err(error) => self.expression_error(&entry.value, 0, error),
            }
        }
        found
    }

    /// `warns: {violated: CONDITION, message: TEMPLATE}`.
    fn warns(&mut self, node: &Node, subject: Option<&Subject>) -> Option<Milder> {
        let mut fields = Fields::of(node, "`warns`", &mut self.mistakes)?;
        let violated =
            fields.require("violated", &mut self.mistakes).and_then(|node| self.condition(node, subject));
        let message = fields.value("message").and_then(|node| self.template(node, subject));
        fields.finish(&mut self.mistakes);
        Some(Milder { violated: violated?, message })
    }

    fn help(&mut self, fields: &mut Fields<'_>, subject: Option<&Subject>) -> Vec<Template> {
        let items = fields.value("help").map(fields::items).unwrap_or_default();
        items.into_iter().filter_map(|item| self.template(item, subject)).collect()
    }

    fn subject(&mut self, node: &Node) -> Option<Subject> {
        let mut shapes = Fields::of(node, "`match`", &mut self.mistakes)?;
        let found: Vec<(&str, &Node)> =
            SHAPES.into_iter().filter_map(|shape| Some((shape, shapes.value(shape)?))).collect();
        shapes.finish(&mut self.mistakes);
        let [(shape, node)] = found[..] else {
            let expected = format!("`match` has one of {}", listed(SHAPES.into_iter()));
            self.mistakes.push(wrong_type(node, &expected));
            return None;
        };
        match shape {
            "node" => self.selector(node).map(Subject::Node),
            "flow" => self.flow(node).map(Subject::Flow),
            "path" => self.path(node).map(Subject::Path),
            "cycle" => {
                let mut fields = Fields::of(node, "`cycle`", &mut self.mistakes)?;
                let without =
                    fields.value("without").and_then(|node| self.selector(node)).unwrap_or_default();
                fields.finish(&mut self.mistakes);
                Some(Subject::Cycle { without })
            }
            "requirement" => self.requirement(node).map(Subject::Requirement),
            _ => Some(Subject::Design),
        }
    }

    fn requirement(&mut self, node: &Node) -> Option<String> {
        let word = text(node, &mut self.mistakes)?;
        if REQUIREMENTS.contains(&word) {
            return Some(word.to_owned());
        }
        let mistake = wrong_type(node, &format!("nothing requires `{word}`"));
        self.mistakes.push(match nearest(word, REQUIREMENTS.into_iter()) {
            Some(near) => mistake.help(format!("write `{near}`")),
            None => mistake.help(format!("write {}", listed(REQUIREMENTS.into_iter()))),
        });
        None
    }

    fn flow(&mut self, node: &Node) -> Option<FlowSelector> {
        let mut fields = Fields::of(node, "`flow`", &mut self.mistakes)?;
        let from = fields.value("from").and_then(|node| self.selector(node)).unwrap_or_default();
        let to = fields.value("to").and_then(|node| self.selector(node)).unwrap_or_default();
        let role = fields.text("role", &mut self.mistakes);
        fields.finish(&mut self.mistakes);
        Some(FlowSelector { from, to, role })
    }

    fn path(&mut self, node: &Node) -> Option<PathSelector> {
        let mut fields = Fields::of(node, "`path`", &mut self.mistakes)?;
        let from = fields.value("from").and_then(|node| self.selector(node)).unwrap_or_default();
        let to = fields.value("to").and_then(|node| self.selector(node)).unwrap_or_default();
        let with = fields.value("with").and_then(|node| self.selector(node));
        let without = fields.value("without").and_then(|node| self.selector(node));
        fields.finish(&mut self.mistakes);
        Some(PathSelector { from, to, with, without })
    }

    fn selector(&mut self, node: &Node) -> Option<Selector> {
        let mut fields = Fields::of(node, "a selector of nodes", &mut self.mistakes)?;
        let services = self.services(&mut fields, "service");
        let classes = fields.texts("class", &mut self.mistakes);
        let not = self.services(&mut fields, "not");
        fields.finish(&mut self.mistakes);
        Some(Selector { services, classes, not })
    }

    /// Ids of services; a name that no card has is a mistake where the cards are given.
    fn services(&mut self, fields: &mut Fields<'_>, key: &str) -> Vec<String> {
        let items = fields.value(key).map(fields::items).unwrap_or_default();
        let mut services = Vec::new();
        for item in items {
            let Some(id) = text(item, &mut self.mistakes) else { continue };
            if let Some(knowledge) =
                self.checked.map(|against| against.knowledge).filter(|knowledge| knowledge.card(id).is_none())
            {
                let label = Label::new(item.span, "no card has this id");
                let mistake =
                    Diagnostic::new("unknown-service", label, format!("there is no service `{id}`"));
                self.mistakes.push(match nearest(id, knowledge.ids()) {
                    Some(near) => mistake.help(format!("write `{near}`")),
                    None => mistake,
                });
            }
            services.push(id.to_owned());
        }
        services
    }

    fn condition(&mut self, node: &Node, subject: Option<&Subject>) -> Option<Expression> {
        let written = text(node, &mut self.mistakes)?;
        let expression = match Expression::parse(written) {
            Ok(expression) => expression,
            Err(error) => {
                self.expression_error(node, 0, error);
                return None;
            }
        };
        if let Some(Type::Any | Type::Flag) | None = self.type_of(node, &expression, 0, subject) {
            return Some(expression);
        }
        self.mistakes.push(wrong_type(node, "a condition is true or false"));
        None
    }

    fn template(&mut self, node: &Node, subject: Option<&Subject>) -> Option<Template> {
        let written = text(node, &mut self.mistakes)?;
        let lead = written.len() - written.trim_start().len();
        match Template::parse(written.trim()) {
            Ok(template) => {
                let expressions: Vec<_> =
                    template.expressions().map(|(expression, at)| (expression.clone(), at)).collect();
                for (expression, at) in expressions {
                    self.type_of(node, &expression, lead + at, subject);
                }
                Some(template)
            }
            Err(error) => {
                self.expression_error(node, lead, error);
                None
            }
        }
    }

    /// The type, where the cards are given and all is right.
    fn type_of(
        &mut self,
        node: &Node,
        expression: &Expression,
        at: usize,
        subject: Option<&Subject>,
    ) -> Option<Type> {
        let (knowledge, subject) = (self.checked?.knowledge, subject?);
        match expression.check(&RuleScope { knowledge, subject, definitions: &self.defined }) {
            Ok(found) => Some(found),
            Err(errors) => {
                for error in errors {
                    self.expression_error(node, at, error);
                }
                None
            }
        }
    }

    /// A mistake at its word; at the whole expression where the file is not at hand.
    fn expression_error(&mut self, node: &Node, at: usize, error: ExpressionError) {
        let range = at + error.range.start..at + error.range.end;
        let span = self.checked.map_or(node.span, |against| locate(against.text, node, range));
        let mut mistake = Diagnostic::new(WRONG_TYPE, Label::new(span, "here"), error.message);
        mistake.help.extend(error.help);
        self.mistakes.push(mistake);
    }
}
