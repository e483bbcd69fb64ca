//! What a deployment gives a service besides its settings: actions of roles, addresses, and alarms.
//!
//! It stands in `rules/deployment.yaml`, each entry with the page that says so, and exports read it from there.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, wrong_type};
use crate::knowledge::embedded;
use crate::knowledge::fact::Reference;
use crate::knowledge::read;
use crate::source::Node;

/// Who is cited, by the file's own keys.
type Sources = BTreeMap<String, Arc<Reference>>;

/// Everything that is known of deployments.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    /// By the id of a service; what is not listed is not deployed.
    pub services: BTreeMap<String, OfService>,
}

/// How a node of one service is deployed.
#[derive(Debug, Clone, Default)]
pub struct OfService {
    /// The type of resource that stands for it in CloudFormation.
    pub resource: String,
    /// Who takes on its role, such as `lambda.amazonaws.com`; nothing for what has none.
    pub principal: Option<String>,
    /// How its ARN is got: `Ref`, or the name of an attribute; nothing where nobody needs it.
    pub arn: Option<String>,
    /// The attribute with the ARN of its change stream, where it has one.
    pub stream: Option<String>,
    /// Actions of whoever sends to it.
    pub write: Vec<String>,
    /// Actions of whoever reads from it.
    pub read: Vec<String>,
    /// What follows the ARN for actions on its parts, such as `/*`.
    pub parts: Vec<String>,
    /// What is watched.
    pub alarms: Vec<Alarm>,
    /// What is watched where it holds dead letters.
    pub dead_letters: Vec<Alarm>,
}

/// A metric of CloudWatch that tells of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its name.
    pub metric: String,
    /// Its namespace, such as `AWS/Kinesis`.
    pub namespace: String,
    /// The dimension that names the resource.
    pub dimension: String,
    /// Where the value of the dimension comes from: `Ref`, or the name of an attribute.
    pub of: String,
    /// How its values are put together.
    pub statistic: String,
    /// Beyond what it tells of trouble.
    pub over: Threshold,
    /// What the trouble is, as a clause.
    pub about: String,
}

/// Beyond what a metric tells of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Anything at all.
    Nothing,
    /// An age that whoever deploys has to give.
    Age,
}

impl Deployment {
    /// What is embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Deployment> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("deployment.yaml", Self::read))
    }

    /// What `node` lists, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let mut found = Self::default();
        let Some(mut fields) = Fields::of(node, "the list of deployments", &mut mistakes) else {
            return (found, mistakes);
        };
        let sources = fields.require("sources", &mut mistakes);
        let sources = sources.map(|node| read::references(node, &mut mistakes)).unwrap_or_default();
        for (id, node) in fields::entries(fields.value("services"), &mut mistakes) {
            let service = of_service(node, &sources, &mut mistakes);
            found.services.extend(service.map(|service| (id.to_owned(), service)));
        }
        fields.finish(&mut mistakes);
        (found, mistakes)
    }
}

fn of_service(node: &Node, sources: &Sources, mistakes: &mut Vec<Diagnostic>) -> Option<OfService> {
    let mut fields = Fields::of(node, "a service's deployment", mistakes)?;
    cited(node, &mut fields, sources, mistakes);
    let found = OfService {
        resource: fields.needed("resource", mistakes)?,
        principal: fields.text("principal", mistakes),
        arn: fields.text("arn", mistakes),
        stream: fields.text("stream", mistakes),
        write: fields.texts("write", mistakes),
        read: fields.texts("read", mistakes),
        parts: fields.texts("parts", mistakes),
        alarms: alarms(fields.value("alarms"), sources, mistakes),
        dead_letters: alarms(fields.value("dead_letters"), sources, mistakes),
    };
    fields.finish(mistakes);
    Some(found)
}

fn alarms(node: Option<&Node>, sources: &Sources, mistakes: &mut Vec<Diagnostic>) -> Vec<Alarm> {
    let items = node.map(fields::items).unwrap_or_default();
    items.into_iter().filter_map(|item| alarm(item, sources, mistakes)).collect()
}

fn alarm(node: &Node, sources: &Sources, mistakes: &mut Vec<Diagnostic>) -> Option<Alarm> {
    let mut fields = Fields::of(node, "an alarm", mistakes)?;
    cited(node, &mut fields, sources, mistakes);
    let mut needed = |key: &str| fields.needed(key, mistakes);
    let (metric, namespace, dimension) = (needed("metric"), needed("namespace"), needed("dimension"));
    let (of, statistic, about, over) = (needed("of"), needed("statistic"), needed("about"), needed("over"));
    fields.finish(mistakes);
    let over = match over?.as_str() {
        "nothing" => Threshold::Nothing,
        "age" => Threshold::Age,
        _ => {
            mistakes.push(wrong_type(node, "`over` is `nothing` or `age`"));
            return None;
        }
    };
    Some(Alarm {
        metric: metric?,
        namespace: namespace?,
        dimension: dimension?,
        of: of?,
        statistic: statistic?,
        over,
        about: about?,
    })
}

/// Notes an entry whose source is missing or is none of the file's.
fn cited(node: &Node, fields: &mut Fields<'_>, sources: &Sources, mistakes: &mut Vec<Diagnostic>) {
    let source = fields.text("source", mistakes);
    if !source.is_some_and(|source| sources.contains_key(&source)) {
        mistakes.push(wrong_type(node, "`source` is one of the file's sources"));
    }
}
