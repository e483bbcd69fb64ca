//! What a mapping of settings may hold: names, types, defaults and ranges.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::knowledge::fact::{Confidence, FactValue, Reference, Validity};
use crate::knowledge::property::Property;
use crate::units::{Dimension, Quantity};

/// The settings that a node or flow may have, in the order in which people are shown them.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Settings by name.
    pub settings: IndexMap<String, SettingSpec>,
}

impl Schema {
    /// The setting at a dotted path (`buffer.size`), through nested mappings.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&SettingSpec> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let spec = self.settings.get(first)?;
        match (rest, &spec.kind) {
            (None, _) => Some(spec),
            (Some(rest), Kind::Mapping(schema)) => schema.at(rest),
            (Some(_), _) => None,
        }
    }
}

/// One setting.
#[derive(Debug, Clone)]
pub struct SettingSpec {
    /// Its key in a design.
    pub name: String,
    /// What it means, in a sentence.
    pub about: String,
    /// What may stand there.
    pub kind: Kind,
    /// Whether the service cannot do without.
    pub required: bool,
    /// What holds where the design says nothing; the first that holds counts.
    pub defaults: Vec<FactValue>,
    /// What AWS accepts; the first that holds counts.
    pub ranges: Vec<Range>,
    /// The properties in CloudFormation that carry it.
    pub cloudformation: Vec<Property>,
    /// The argument path in Terraform, where there is one.
    pub terraform: Option<String>,
    /// Who says so; absent for what is ours and not AWS's.
    pub source: Option<Arc<Reference>>,
    /// How sure it is.
    pub confidence: Confidence,
    /// How AWS writes its values.
    pub encoding: Encoding,
    /// What else is worth knowing.
    pub note: Option<String>,
    /// The rule that tells where a design sets what AWS does not take: a quantity out of its range, or a node of another
    /// service; `out-of-range` and `wrong-type` where none is named.
    pub rule: Option<String>,
}

/// How the properties and API fields of AWS write the values of a setting.
#[derive(Debug, Clone, Default)]
pub struct Encoding {
    /// What the number 1 means there, such as `1h` or `1 MiB`; absent for plain numbers.
    pub unit: Option<Quantity>,
    /// AWS's words for a choice, the first of them the one to write; an empty list means that the property is left
    /// out. A choice that is not listed is AWS's word in lower case with hyphens.
    pub words: IndexMap<String, Vec<String>>,
    /// The field of AWS's API model: `service#Shape.member`.
    pub model: Option<String>,
    /// Where AWS's own models say something else than the card, and why the card does not follow.
    pub differs: Vec<Difference>,
}

/// A disagreement with one of AWS's models that is known and has its reason.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Which model.
    pub model: Model,
    /// What it says, as `tests/aws_models.py` prints it; an explanation of something else explains nothing.
    pub says: String,
    /// Why the card says otherwise.
    pub because: String,
}

/// A machine-readable description of AWS's interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The schema of a CloudFormation resource.
    Template,
    /// The model of an API, as the SDKs carry it.
    Api,
}

impl SettingSpec {
    /// A setting of ours, with nothing that AWS would say of it.
    #[must_use]
    pub fn plain(name: &str, about: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            kind,
            required: false,
            defaults: Vec::new(),
            ranges: Vec::new(),
            cloudformation: Vec::new(),
            terraform: None,
            source: None,
            confidence: Confidence::Confirmed,
            encoding: Encoding::default(),
            note: None,
            rule: None,
        }
    }
}

impl FromIterator<SettingSpec> for Schema {
    fn from_iter<I: IntoIterator<Item = SettingSpec>>(specs: I) -> Self {
        Self { settings: specs.into_iter().map(|spec| (spec.name.clone(), spec)).collect() }
    }
}

/// The bounds of a setting, both inclusive.
#[derive(Debug, Clone)]
pub struct Range {
    /// The least that is accepted.
    pub min: Option<Quantity>,
    /// The most that is accepted.
    pub max: Option<Quantity>,
    /// When it holds.
    pub validity: Validity,
    /// What else is worth knowing to whoever is outside of it.
    pub note: Option<String>,
}

/// The type of a setting.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// A time span, such as `300s`.
    Duration,
    /// An amount of data, such as `5 MiB`.
    Bytes,
    /// Records per time, such as `2000/s`.
    Rate,
    /// Data per time, such as `2 MB/s`.
    ByteRate,
    /// Money, such as `2500 USD`.
    Money,
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A day, such as `2026-11-01`.
    Date,
    /// One of several words.
    Choice(Vec<String>),
    /// The id of another node; a flow of that role follows from it.
    Node {
        /// The role of the flow, such as `transform`.
        role: String,
        /// The ids of the services that may stand there; empty means any.
        accepts: Vec<String>,
    },
    /// Several values of one type.
    List(Box<Kind>),
    /// Settings within the setting.
    Mapping(Schema),
    /// A condition or mapping over `record`.
    Expression,
    /// A Flink SQL statement.
    Sql,
    /// A rate, or a profile of rates over time.
    RateProfile,
    /// The path of a file, from the design's folder.
    Path,
    /// Anything.
    Any,
}

impl Kind {
    /// The dimension of its values, where they are quantities.
    #[must_use]
    pub fn dimension(&self) -> Option<Dimension> {
        match self {
            Self::Count | Self::Number => Some(Dimension::Count),
            Self::Duration => Some(Dimension::Duration),
            Self::Bytes => Some(Dimension::Bytes),
            Self::Rate => Some(Dimension::Rate),
            Self::ByteRate => Some(Dimension::ByteRate),
            Self::Money => Some(Dimension::Money),
            _ => None,
        }
    }

    /// What may stand there, as a sentence says it.
    #[must_use]
    pub fn described(&self) -> String {
        match self {
            Self::Count => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Date => "a day such as `2026-11-01`".to_owned(),
            Self::Choice(choices) => crate::fields::listed(choices.iter().map(String::as_str)),
            Self::Node { .. } => "the id of a node".to_owned(),
            Self::List(item) => format!("a list; each item is {}", item.described()),
            Self::Mapping(_) => "a mapping of keys to values".to_owned(),
            Self::Expression => "an expression over `record`".to_owned(),
            Self::Sql => "Flink SQL".to_owned(),
            Self::RateProfile => {
                "a rate such as `2000/s`, `{base, peak, period}` or a list of steps".to_owned()
            }
            Self::Path => "the path of a file".to_owned(),
            Self::Any => "a value".to_owned(),
            other => other.dimension().map_or_else(String::new, |dimension| dimension.described().to_owned()),
        }
    }
}
