//! How Terraform's AWS provider says what CloudFormation's resource types say.
//!
//! The table stands in `rules/terraform.yaml`: for each resource type of Terraform the type of CloudFormation, and for
//! its arguments the properties, wherever these do not follow by rule from the names. Cards name properties of
//! CloudFormation, so that settings, units and integrations of both languages come from one place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, text};
use crate::knowledge::embedded;
use crate::source::Node;

/// All resource types of Terraform that have a part in designs.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// By their name in Terraform.
    pub types: BTreeMap<String, Type>,
    /// Arguments whose keys are data and no names of arguments: `tags`, `variables`, ...
    pub maps: BTreeSet<String>,
    /// Arguments whose value is a document in JSON: `policy`, ...
    pub documents: BTreeSet<String>,
}

/// A resource type of Terraform.
#[derive(Debug, Clone, Default)]
pub struct Type {
    /// The type of CloudFormation.
    pub is: String,
    /// Words of names that CloudFormation writes in its own way, such as `ARN`.
    pub words: BTreeMap<String, String>,
    /// The argument that names another resource of the type `is`, into which this one is merged.
    pub into: Option<String>,
    /// Where in its resource it stands; empty for the resource itself.
    pub at: Vec<Step>,
    /// What arguments and blocks become, where it does not follow from their names.
    pub arguments: BTreeMap<String, Rule>,
    /// What attributes are called, where it does not follow from their names.
    pub attributes: BTreeMap<String, String>,
    /// The attribute that tells what `Ref` tells in a template; its ARN or name, mostly.
    pub refers: Option<String>,
    /// Properties that the provider cannot set.
    pub missing: BTreeSet<String>,
    /// The argument that gives it its name.
    pub named: Option<String>,
    /// Properties that every resource of the type has.
    pub sets: Vec<(Vec<Step>, String)>,
}

/// What an argument or block becomes.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// The way to the property; empty where what is within it belongs to what is around it.
    pub path: Option<Vec<Step>>,
    /// Rules for what is within it.
    pub arguments: BTreeMap<String, Rule>,
    /// The property that goes where the argument is known to be false.
    pub switches: Option<String>,
    /// The type of CloudFormation that the block is a resource of, and the property that names the resource around it.
    pub resource: Option<(String, String)>,
    /// Whether its keys are those of an API in small letters at the front.
    pub capitals: bool,
    /// Whether the provider has it no longer.
    pub former: bool,
    /// Whether it says nothing that CloudFormation says.
    pub dropped: bool,
    /// Blocks beside it of which the first that is there holds it, and the property there.
    pub inside: Vec<String>,
    /// Values that CloudFormation writes otherwise.
    pub words: BTreeMap<String, String>,
}

/// A step of the way to a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of the property.
    pub name: String,
    /// Whether it is a list, to which an item is added.
    pub is_list: bool,
    /// A property that the item has, and its value.
    pub with: Option<(String, String)>,
}

impl Table {
    /// The table that is embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Table> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("terraform.yaml", Self::read))
    }

    /// The table that `node` holds, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let mut table = Self::default();
        let Some(mut fields) = Fields::of(node, "the table of resource types", &mut mistakes) else {
            return (table, mistakes);
        };
        table.maps.extend(fields.texts("maps", &mut mistakes));
        table.documents.extend(fields.texts("documents", &mut mistakes));
        fields.take("shared");
        for (name, node) in fields::entries(fields.value("types"), &mut mistakes) {
            table.types.extend(of_type(node, &mut mistakes).map(|found| (name.to_owned(), found)));
        }
        fields.finish(&mut mistakes);
        (table, mistakes)
    }
}

impl Type {
    /// The way that a name takes by rule: `shard_count` is `ShardCount`.
    ///
    /// ```
    /// use thalweg::knowledge::terraform::Type;
    ///
    /// let words = [("arn".to_owned(), "ARN".to_owned())].into();
    /// let kind = Type { words, ..Type::default() };
    /// assert_eq!(kind.by_rule("bucket_arn"), "BucketARN");
    /// ```
    #[must_use]
    pub fn by_rule(&self, name: &str) -> String {
        name.split('_').map(|word| self.words.get(word).cloned().unwrap_or_else(|| capital(word))).collect()
    }
}

impl Type {
    /// The name whose way by rule is this property.
    ///
    /// ```
    /// use thalweg::knowledge::terraform::Type;
    ///
    /// let words = [("arn".to_owned(), "ARN".to_owned())].into();
    /// let kind = Type { words, ..Type::default() };
    /// assert_eq!(kind.name_of("BucketARN"), "bucket_arn");
    /// assert_eq!(kind.name_of("OpenXJsonSerDe"), "open_x_json_ser_de");
    /// ```
    #[must_use]
    pub fn name_of(&self, property: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut rest = property;
        while let Some(first) = rest.chars().next() {
            let known = self.words.iter().filter(|(_, written)| rest.starts_with(written.as_str()));
            let length = match known.max_by_key(|(_, written)| written.len()) {
                Some((word, written)) => {
                    words.push(word.clone());
                    written.len()
                }
                None => {
                    let inner = rest[first.len_utf8()..].find(|letter: char| letter.is_ascii_uppercase());
                    let length = inner.map_or(rest.len(), |inner| inner + first.len_utf8());
                    words.push(rest[..length].to_lowercase());
                    length
                }
            };
            rest = &rest[length..];
        }
        words.join("_")
    }
}

/// A word with a capital at the front.
///
/// ```
/// assert_eq!(thalweg::knowledge::terraform::capital("environment"), "Environment");
/// ```
#[must_use]
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn of_type(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Type> {
    if let Some(is) = node.as_text() {
        return Some(Type { is: is.to_owned(), ..Type::default() });
    }
    let mut fields = Fields::of(node, "a resource type", mistakes)?;
    let is = fields.require("is", mistakes).and_then(|node| text(node, mistakes)).map(str::to_owned);
    let into = fields.text("into", mistakes);
    let at = fields.text("at", mistakes).map(|path| steps(&path)).unwrap_or_default();
    let (refers, named) = (fields.text("ref", mistakes), fields.text("named", mistakes));
    let missing = fields.texts("missing", mistakes).into_iter().collect();
    let words = texts(fields.value("words"), mistakes);
    let attributes = texts(fields.value("attributes"), mistakes);
    let arguments = rules(fields.value("arguments"), mistakes);
    let sets = texts(fields.value("sets"), mistakes);
    let sets = sets.into_iter().map(|(path, value)| (steps(&path), value)).collect();
    fields.finish(mistakes);
    Some(Type { is: is?, words, into, at, arguments, attributes, refers, missing, named, sets })
}

fn rules(node: Option<&Node>, mistakes: &mut Vec<Diagnostic>) -> BTreeMap<String, Rule> {
    let found = fields::entries(node, mistakes);
    found.into_iter().filter_map(|(name, node)| Some((name.to_owned(), rule(node, mistakes)?))).collect()
}

fn rule(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Rule> {
    if let Some(path) = node.as_text() {
        return Some(Rule { path: Some(steps(path)), ..Rule::default() });
    }
    let mut fields = Fields::of(node, "the rule of an argument", mistakes)?;
    let path = fields.text("is", mistakes).map(|path| steps(&path));
    let switches = fields.text("switches", mistakes);
    let resource = fields.text("resource", mistakes);
    let link = fields.text("link", mistakes);
    let arguments = rules(fields.value("arguments"), mistakes);
    let (capitals, dropped) = (fields.flag("capitals", mistakes), fields.flag("dropped", mistakes));
    let former = fields.flag("former", mistakes);
    let words = texts(fields.value("words"), mistakes);
    let inside = fields.texts("inside", mistakes);
    fields.finish(mistakes);
    Some(Rule {
        path,
        arguments,
        switches,
        resource: resource.zip(link),
        capitals,
        former,
        dropped,
        inside,
        words,
    })
}

/// The steps of `Rules[Name=prefix].Value`.
fn steps(path: &str) -> Vec<Step> {
    let steps = path.split('.').filter(|step| !step.is_empty());
    steps
        .map(|step| {
            let (name, rest) = step.split_once('[').map_or((step, None), |(name, rest)| (name, Some(rest)));
            let with = rest
                .and_then(|rest| rest.strip_suffix(']')?.split_once('='))
                .map(|(key, value)| (key.to_owned(), value.to_owned()));
            Step { name: name.to_owned(), is_list: rest.is_some(), with }
        })
        .collect()
}

pub(super) fn texts(node: Option<&Node>, mistakes: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let found = fields::entries(node, mistakes);
    found
        .into_iter()
        .filter_map(|(key, node)| Some((key.to_owned(), text(node, mistakes)?.to_owned())))
        .collect()
}
