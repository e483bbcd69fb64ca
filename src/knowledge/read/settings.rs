//! Schemas of settings.

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, nearest, text, wrong_type};
use crate::knowledge::fact::{FactValue, Literal, Validity};
use crate::knowledge::read::Context;
use crate::knowledge::schema::{Kind, Range, Schema, SettingSpec};
use crate::source::{Node, Value};

const TYPES: [&str; 17] = [
    "count",
    "number",
    "duration",
    "bytes",
    "rate",
    "byte-rate",
    "money",
    "text",
    "flag",
    "date",
    "choice",
    "node",
    "list",
    "mapping",
    "expression",
    "sql",
    "rate-profile",
];

impl Context {
    /// A mapping of names to settings.
    pub(super) fn schema(&mut self, node: &Node) -> Schema {
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "settings are a mapping of names to their descriptions"));
            return Schema::default();
        };
        let settings = mapping
            .iter()
            .filter_map(|(name, entry)| Some((name.to_owned(), self.setting(name, &entry.value)?)))
            .collect();
        Schema { settings }
    }

    fn setting(&mut self, name: &str, node: &Node) -> Option<SettingSpec> {
        let mut fields = Fields::of(node, "a setting", &mut self.mistakes)?;
        let about = self.required_text(&mut fields, "about");
        let kind = self.kind(&mut fields);
        let required = fields.flag("required", &mut self.mistakes);
        let cloudformation = self.properties(&mut fields);
        let terraform = fields.text("terraform", &mut self.mistakes);
        let note = fields.text("note", &mut self.mistakes);
        let encoding = self.encoding(&mut fields, kind.as_ref());
        let rule = fields.text("rule", &mut self.mistakes);
        // One mistake is enough: a setting of no known type takes anything.
        let kind = kind.unwrap_or(Kind::Any);
        let defaults = self.defaults(&mut fields, &kind);
        let ranges = self.ranges(&mut fields, &kind);
        let Validity { source, confidence, .. } = self.validity(&mut fields, false);
        fields.finish(&mut self.mistakes);
        let name = name.to_owned();
        Some(SettingSpec {
            name,
            about: about?,
            kind,
            required,
            defaults,
            ranges,
            cloudformation,
            terraform,
            source,
            confidence,
            encoding,
            note,
            rule,
        })
    }

    fn kind(&mut self, fields: &mut Fields<'_>) -> Option<Kind> {
        let node = fields.require("type", &mut self.mistakes)?;
        let word = text(node, &mut self.mistakes)?;
        Some(match word {
            "choice" => Kind::Choice(fields.texts("choices", &mut self.mistakes)),
            "node" => Kind::Node {
                role: fields.text("role", &mut self.mistakes).unwrap_or_else(|| "flow".to_owned()),
                accepts: fields.texts("accepts", &mut self.mistakes),
            },
            "list" => Kind::List(Box::new(self.item_kind(fields)?)),
            "mapping" => {
                let keys = fields.require("keys", &mut self.mistakes)?;
                Kind::Mapping(self.schema(keys))
            }
            _ => return self.simple_kind(node, word),
        })
    }

    /// The type of a list's items: a word, or a description with a `type` of its own.
    fn item_kind(&mut self, fields: &mut Fields<'_>) -> Option<Kind> {
        let node = fields.require("of", &mut self.mistakes)?;
        match node.as_text() {
            Some(word) => self.simple_kind(node, word),
            None => {
                let mut item = Fields::of(node, "the type of the items", &mut self.mistakes)?;
                let kind = self.kind(&mut item);
                item.take("about");
                item.finish(&mut self.mistakes);
                kind
            }
        }
    }

    fn simple_kind(&mut self, node: &Node, word: &str) -> Option<Kind> {
        let kind = match word {
            "count" => Kind::Count,
            "number" => Kind::Number,
            "duration" => Kind::Duration,
            "bytes" => Kind::Bytes,
            "rate" => Kind::Rate,
            "byte-rate" => Kind::ByteRate,
            "money" => Kind::Money,
            "text" => Kind::Text,
            "flag" => Kind::Flag,
            "date" => Kind::Date,
            "expression" => Kind::Expression,
            "sql" => Kind::Sql,
            "rate-profile" => Kind::RateProfile,
            "path" => Kind::Path,
            "any" => Kind::Any,
            _ => {
                let mistake = wrong_type(node, &format!("there is no type `{word}`"));
                self.mistakes.push(match nearest(word, TYPES.into_iter()) {
                    Some(near) => mistake.help(format!("write `{near}`")),
                    None => mistake,
                });
                return None;
            }
        };
        Some(kind)
    }

    /// `default` (one value, with the setting's own source) or `defaults` (values with conditions and sources).
    fn defaults(&mut self, fields: &mut Fields<'_>, kind: &Kind) -> Vec<FactValue> {
        let mut values = Vec::new();
        if let Some(node) = fields.value("default") {
            let validity = self.validity(fields, false);
            values.extend(self.typed_literal(node, kind).map(|value| FactValue { value, validity }));
        }
        let listed = fields.value("defaults").map(fields::items).unwrap_or_default();
        for item in listed {
            let Some(mut each) = Fields::of(item, "a default", &mut self.mistakes) else { continue };
            let validity = self.validity(&mut each, true);
            let value =
                each.require("value", &mut self.mistakes).and_then(|node| self.typed_literal(node, kind));
            each.text("note", &mut self.mistakes);
            each.finish(&mut self.mistakes);
            values.extend(value.map(|value| FactValue { value, validity }));
        }
        values
    }

    fn typed_literal(&mut self, node: &Node, kind: &Kind) -> Option<Literal> {
        match kind.dimension() {
            Some(dimension) => fields::quantity(node, dimension, &mut self.mistakes).map(Literal::Quantity),
            None => match kind {
                Kind::Flag => fields::flag(node, &mut self.mistakes).map(Literal::Flag),
                Kind::Choice(choices) => self.choice(node, choices),
                Kind::List(_) => self.literal(node),
                _ => text(node, &mut self.mistakes).map(|text| Literal::Text(text.into())),
            },
        }
    }

    fn choice(&mut self, node: &Node, choices: &[String]) -> Option<Literal> {
        let written = text(node, &mut self.mistakes)?;
        if !choices.iter().any(|choice| choice == written) {
            let expected = fields::listed(choices.iter().map(String::as_str));
            self.mistakes.push(wrong_type(node, &format!("{expected} is expected here")));
        }
        Some(Literal::Text(written.into()))
    }

    /// `range` (with the setting's own source) or `ranges` (with conditions and sources).
    fn ranges(&mut self, fields: &mut Fields<'_>, kind: &Kind) -> Vec<Range> {
        let mut ranges = Vec::new();
        if let Some(node) = fields.value("range") {
            let validity = self.validity(fields, false);
            if let Some(mut bounds) = Fields::of(node, "`range`", &mut self.mistakes) {
                ranges.push(self.bounds(&mut bounds, kind, validity));
                bounds.finish(&mut self.mistakes);
            }
        }
        let listed = fields.value("ranges").map(fields::items).unwrap_or_default();
        for item in listed {
            let Some(mut each) = Fields::of(item, "a range", &mut self.mistakes) else { continue };
            let validity = self.validity(&mut each, true);
            ranges.push(self.bounds(&mut each, kind, validity));
            each.finish(&mut self.mistakes);
        }
        ranges
    }

    fn bounds(&mut self, fields: &mut Fields<'_>, kind: &Kind, validity: Validity) -> Range {
        let mut bound = |key: &str, mistakes: &mut Vec<Diagnostic>| {
            let node = fields.value(key)?;
            let Some(dimension) = kind.dimension() else {
                mistakes.push(wrong_type(node, "only quantities have a range"));
                return None;
            };
            fields::quantity(node, dimension, mistakes)
        };
        let min = bound("min", &mut self.mistakes);
        let max = bound("max", &mut self.mistakes);
        let note = fields.text("note", &mut self.mistakes);
        Range { min, max, validity, note }
    }
}
