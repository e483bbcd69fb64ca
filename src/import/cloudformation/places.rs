//! Which node a value means: a reference, an ARN however it is put together, a name, or something set up elsewhere.

use std::collections::BTreeMap;

use crate::import::tables::Tables;
use crate::import::value::{Resource, Value, What};
use crate::knowledge::Knowledge;
use crate::source::Span;

/// How many resources may stand between a value and the node that it means.
const MOST_STEPS: usize = 8;

/// What ends the names of parameters that name one thing in several ways; the longest first.
const FACETS: [&str; 14] = [
    "QueueURL",
    "QueueUrl",
    "QueueArn",
    "QueueARN",
    "StreamARN",
    "StreamArn",
    "StreamName",
    "TableName",
    "Name",
    "Arn",
    "ARN",
    "Url",
    "URL",
    "Id",
];

/// All resources, and the ways to find them.
pub(super) struct Places<'m> {
    pub(super) resources: &'m [Resource],
    pub(super) tables: &'m Tables,
    pub(super) knowledge: &'m Knowledge,
    by_id: BTreeMap<&'m str, usize>,
    /// By service and name, as the name would be written.
    by_name: BTreeMap<(String, String), usize>,
    /// By name alone, where only one node has it.
    names: BTreeMap<String, Option<usize>>,
    /// The policies that stand apart from the roles that they are for.
    pub(super) policies: Vec<usize>,
}

/// What a value means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) found: Found,
    /// The types that were passed on the way, such as a stream's consumer.
    pub(super) passed: Vec<String>,
    pub(super) span: Span,
}

/// A resource of the template, or a node that is set up elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Resource(usize),
    Elsewhere { id: String, service: String },
}

impl<'m> Places<'m> {
    pub(super) fn new(resources: &'m [Resource], tables: &'m Tables, knowledge: &'m Knowledge) -> Self {
        let by_id =
            resources.iter().enumerate().map(|(index, resource)| (resource.id.as_str(), index)).collect();
        let is_policy = |resource: &Resource| {
            matches!(
                resource.kind.as_str(),
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy"
            )
        };
        let policies = (0..resources.len()).filter(|index| is_policy(&resources[*index])).collect();
        let mut places = Self {
            resources,
            tables,
            knowledge,
            by_id,
            by_name: BTreeMap::new(),
            names: BTreeMap::new(),
            policies,
        };
        let mut by_name = BTreeMap::new();
        let mut names: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (index, resource) in resources.iter().enumerate() {
            let Some(property) = tables.names.get(&resource.kind) else { continue };
            let Some(name) = resource.properties.get(property) else { continue };
            let service = places.service(index).map_or(resource.kind.as_str(), |(service, _)| service);
            by_name.entry((service.to_owned(), name.shown())).or_insert(index);
            let known = names.entry(name.shown()).or_insert(Some(index));
            *known = known.filter(|known| *known == index);
        }
        places.by_name = by_name;
        places.names = names;
        places
    }

    /// The one node of this name, which is no single word that could mean anything.
    pub(super) fn called(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied().flatten().filter(|_| name.len() > 3)
    }

    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The service that a resource is a node of, and whether that only stands for it.
    pub(super) fn service(&self, index: usize) -> Option<(&str, bool)> {
        self.tables.node_type(self.knowledge, &self.resources[index])
    }

    /// The nodes that a value can mean; `service` says which kind is meant where the value does not.
    pub(super) fn of(&self, value: &Value, service: Option<&str>) -> Vec<Place> {
        let branches = value.branches().into_iter();
        let mut places: Vec<Place> = branches.filter_map(|branch| self.one(branch, service, 0)).collect();
        places.dedup_by(|next, last| next.found == last.found);
        places
    }

    fn one(&self, value: &Value, service: Option<&str>, steps: usize) -> Option<Place> {
        let span = value.span;
        match &value.what {
            What::Reference { resource, .. } => self.followed(self.index(resource)?, span, steps),
            What::Text(text) => self.named(text, span, service),
            What::Joined(parts) => self.composed(value, parts, service, steps),
            What::Unknown(on) => elsewhere(on, span, service),
            What::Either(branches) => branches.iter().find_map(|branch| self.one(branch, service, steps)),
            What::List(items) => items.iter().find_map(|item| self.one(item, service, steps)),
            What::Map(_) | What::Absent => None,
        }
    }

    /// The node that a resource is, or the one to which it belongs.
    fn followed(&self, index: usize, span: Span, steps: usize) -> Option<Place> {
        if self.service(index).is_some() {
            return Some(Place { found: Found::Resource(index), passed: Vec::new(), span });
        }
        let resource = &self.resources[index];
        let property = self.tables.parts.get(&resource.kind).filter(|_| steps < MOST_STEPS);
        let Some(property) = property else {
            // What is no node by itself may be one where it stands, such as a rule with a schedule.
            return Some(Place { found: Found::Resource(index), passed: Vec::new(), span });
        };
        let mut place = self.one(resource.properties.get(property)?, None, steps + 1)?;
        place.passed.push(resource.kind.clone());
        place.span = span;
        Some(place)
    }

    /// The one node among the references of a text that is put together, such as an ARN; else by what it says.
    fn composed(&self, value: &Value, parts: &[Value], service: Option<&str>, steps: usize) -> Option<Place> {
        let mut found: Vec<Place> = Vec::new();
        for part in parts.iter().filter(|part| matches!(part.what, What::Reference { .. })) {
            if let Some(place) = self.one(part, service, steps)
                && self.is_node(&place)
                && !found.iter().any(|known| known.found == place.found)
            {
                found.push(place);
            }
        }
        if let [_] = found.as_slice() {
            return found.pop().map(|place| Place { span: value.span, ..place });
        }
        let shown = value.shown();
        self.named(&shown, value.span, service)
    }

    /// The service of the node at a place.
    pub(super) fn service_at<'p>(&'p self, place: &'p Place) -> Option<&'p str> {
        match &place.found {
            Found::Resource(index) => self.service(*index).map(|(service, _)| service),
            Found::Elsewhere { service, .. } => Some(service),
        }
    }

    pub(super) fn is_node(&self, place: &Place) -> bool {
        match &place.found {
            Found::Resource(index) => self.service(*index).is_some(),
            Found::Elsewhere { .. } => true,
        }
    }

    /// The node of an ARN, an address or a name, which may have unknown parts.
    fn named(&self, text: &str, span: Span, service: Option<&str>) -> Option<Place> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let of_arn = text.strip_prefix("arn:").and_then(|rest| self.of_arn(rest));
        let (service, name) = match of_arn {
            Some((service, name)) => (Some(service), name),
            // An address is a name by itself, but for those of queues.
            None if text.contains("://") && !text.contains("://sqs.") => {
                (service.map(str::to_owned), text.to_owned())
            }
            None => (service.map(str::to_owned), text.rsplit('/').next().unwrap_or(text).to_owned()),
        };
        let service = service?;
        let found = self.by_name.get(&(service.clone(), name.clone()));
        let found = found.or_else(|| self.by_name.get(&(service.clone(), text.to_owned())));
        if let Some(index) = found {
            return Some(Place { found: Found::Resource(*index), passed: Vec::new(), span });
        }
        let open = [name.as_str(), text].into_iter().find_map(|text| {
            let on = text.strip_prefix("${")?.strip_suffix('}')?;
            (!on.contains("${")).then_some(on)
        });
        if let Some(on) = open {
            return elsewhere(on, span, Some(&service));
        }
        let id = if name.is_empty() || name == "*" { text.to_owned() } else { name };
        Some(Place { found: Found::Elsewhere { id, service }, passed: Vec::new(), span })
    }

    /// The service and the name in an ARN without its `arn:`.
    fn of_arn(&self, rest: &str) -> Option<(String, String)> {
        let mut parts = split_arn(rest).into_iter();
        let (_partition, service) = (parts.next()?, parts.next()?);
        let (_region, _account) = (parts.next()?, parts.next()?);
        let resource: Vec<String> = parts.collect();
        let resource = resource.join(":");
        let id = self.tables.arns.get(&service)?;
        let name = match service.as_str() {
            "lambda" => resource.strip_prefix("function:").unwrap_or(&resource).split(':').next()?.to_owned(),
            "dynamodb" | "kinesis" | "firehose" | "events" | "kinesisanalytics" | "es" | "aoss" | "kafka" => {
                resource.split('/').nth(1).unwrap_or(&resource).to_owned()
            }
            "s3" => resource.split('/').next()?.to_owned(),
            "logs" => {
                resource.strip_prefix("log-group:").unwrap_or(&resource).trim_end_matches(":*").to_owned()
            }
            "states" => resource.rsplit(':').next()?.to_owned(),
            _ => resource,
        };
        Some((id.clone(), name))
    }
}

/// A node that somebody else sets up: an import, a parameter, an attribute that nobody knows.
fn elsewhere(on: &str, span: Span, service: Option<&str>) -> Option<Place> {
    let (id, known) = match on.split_once('=') {
        Some((id, service)) if on.starts_with("import:") => (id, Some(service)),
        _ => (on, None),
    };
    let service = known.or(service)?.to_owned();
    let id = match id.strip_prefix("import:") {
        Some(_) => id.to_owned(),
        None => format!("param:{id}"),
    };
    let is_pseudo = on.starts_with("AWS::") || on.starts_with("Fn::");
    (!is_pseudo).then_some(Place { found: Found::Elsewhere { id, service }, passed: Vec::new(), span })
}

/// The parts of an ARN between its colons; those inside `${…}` separate nothing.
pub(super) fn split_arn(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("one part at the least").push(character);
    }
    parts
}

/// The name of a parameter without what says which facet of the thing it holds.
pub(super) fn stem(name: &str) -> &str {
    let facet = FACETS.iter().find(|facet| name.len() > facet.len() && name.ends_with(**facet));
    facet.map_or(name, |facet| &name[..name.len() - facet.len()])
}
