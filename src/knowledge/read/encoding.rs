//! How AWS writes the values of a setting: units, words, and where its own models disagree with the card.

use indexmap::IndexMap;

use crate::fields::{self, Fields, text, wrong_type};
use crate::knowledge::property::Property;
use crate::knowledge::read::Context;
use crate::knowledge::schema::{Difference, Encoding, Kind, Model};
use crate::source::{Node, Value};

impl Context {
    /// The key `cloudformation`: a property or a list of them.
    pub(super) fn properties(&mut self, fields: &mut Fields<'_>) -> Vec<Property> {
        let nodes = fields.value("cloudformation").map(fields::items).unwrap_or_default();
        nodes.into_iter().filter_map(|node| self.property(node)).collect()
    }

    fn property(&mut self, node: &Node) -> Option<Property> {
        match text(node, &mut self.mistakes)?.parse::<Property>() {
            Ok(property) => Some(property),
            Err(error) => {
                self.mistakes.push(wrong_type(node, &error.to_string()));
                None
            }
        }
    }

    /// `service:Action`, as IAM names actions.
    pub(super) fn permission(&mut self, node: &Node) -> Option<String> {
        let written = text(node, &mut self.mistakes)?;
        let word = |part: &str| {
            !part.is_empty() && part.chars().all(|each| each.is_ascii_alphanumeric() || each == '-')
        };
        if !written.split_once(':').is_some_and(|(service, action)| word(service) && word(action)) {
            self.mistakes.push(wrong_type(node, "an IAM action such as `kinesis:PutRecords` is expected"));
        }
        Some(written.to_owned())
    }

    /// The keys `unit`, `words`, `model` and `differs` of a setting of this kind.
    pub(super) fn encoding(&mut self, fields: &mut Fields<'_>, kind: Option<&Kind>) -> Encoding {
        let unit = fields.value("unit").and_then(|node| {
            let Some(dimension) = kind.and_then(Kind::dimension) else {
                self.mistakes.push(wrong_type(node, "only quantities have a unit"));
                return None;
            };
            fields::quantity(node, dimension, &mut self.mistakes)
        });
        Encoding {
            unit,
            words: fields.value("words").map(|node| self.words(node, kind)).unwrap_or_default(),
            model: fields.value("model").and_then(|node| self.model_name(node)),
            differs: fields.value("differs").map(|node| self.differences(node)).unwrap_or_default(),
        }
    }

    fn words(&mut self, node: &Node, kind: Option<&Kind>) -> IndexMap<String, Vec<String>> {
        let mut words = IndexMap::new();
        let choices: &[String] = match kind {
            Some(Kind::Choice(choices)) => choices,
            Some(Kind::Flag) => &["true".to_owned(), "false".to_owned()],
            _ => &[],
        };
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "`words` is a mapping of choices to AWS's words"));
            return words;
        };
        for (choice, entry) in mapping.iter() {
            if !choices.iter().any(|known| known == choice) {
                let known = choices.iter().map(String::as_str);
                self.mistakes.push(fields::unknown_key("`words`", &entry.key, known));
            }
            let of_aws = fields::items(&entry.value);
            let of_aws = of_aws.into_iter().filter_map(|item| text(item, &mut self.mistakes));
            words.insert(choice.to_owned(), of_aws.map(str::to_owned).collect());
        }
        words
    }

    /// `service#Shape.member`, as botocore names them.
    fn model_name(&mut self, node: &Node) -> Option<String> {
        let written = text(node, &mut self.mistakes)?;
        let word = |part: &str| {
            !part.is_empty()
                && part.chars().all(|each| each.is_ascii_alphanumeric() || each == '-' || each == '_')
        };
        let well_formed = written
            .split_once('#')
            .is_some_and(|(service, shape)| word(service) && shape.split('.').all(word));
        if !well_formed {
            self.mistakes
                .push(wrong_type(node, "a field such as `kinesis#CreateStreamInput.ShardCount` is expected"));
        }
        Some(written.to_owned())
    }

    fn differences(&mut self, node: &Node) -> Vec<Difference> {
        fields::items(node).into_iter().filter_map(|item| self.difference(item)).collect()
    }

    fn difference(&mut self, node: &Node) -> Option<Difference> {
        let mut fields = Fields::of(node, "a difference", &mut self.mistakes)?;
        let models = [("template", Model::Template), ("api", Model::Api)];
        let model = fields.require("model", &mut self.mistakes).and_then(|node| self.word(node, &models));
        let says = self.required_text(&mut fields, "says");
        let because = self.required_text(&mut fields, "because");
        fields.finish(&mut self.mistakes);
        Some(Difference { model: model?, says: says?, because: because? })
    }
}
