//! What roles allow: the statements of the policies that are attached to them in the same template.

use crate::import::cloudformation::documents;
use crate::import::cloudformation::places::Places;
use crate::import::tables::Tables;
use crate::import::value::{Resource, Value, What};

/// What a statement allows.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<Value>,
}

impl Statement {
    /// Whether it allows to write to a service.
    pub(super) fn writes(&self, tables: &Tables, service: &str) -> bool {
        self.allows(tables.writes.get(service))
    }

    /// Whether it allows to read from a service.
    pub(super) fn reads(&self, tables: &Tables, service: &str) -> bool {
        self.allows(tables.reads.get(service))
    }

    fn allows(&self, wanted: Option<&Vec<String>>) -> bool {
        wanted.into_iter().flatten().any(|wanted| self.actions.iter().any(|pattern| matches(pattern, wanted)))
    }

    /// Whether it is said of everything.
    pub(super) fn is_broad(&self) -> bool {
        self.resources.iter().any(|resource| resource.text() == Some("*"))
    }
}

/// Whether a pattern of actions takes an action; one that takes everything says nothing.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    match pattern.split_once('*') {
        Some(("", _)) => false,
        Some((start, rest)) => {
            action.starts_with(start) && rest.split('*').all(|part| part.is_empty() || action.contains(part))
        }
        None => pattern == action,
    }
}

/// The role that a value names, through an instance profile where there is one.
pub(super) fn role(places: &Places<'_>, value: &Value) -> Option<usize> {
    let (id, _) = value.references().into_iter().next()?;
    let index = places.index(id)?;
    let resource = &places.resources[index];
    match resource.kind.as_str() {
        "AWS::IAM::Role" => Some(index),
        "AWS::IAM::InstanceProfile" => role(places, resource.properties.get("Roles")?),
        _ => None,
    }
}

/// Everything that a role allows.
pub(super) fn statements(places: &Places<'_>, role: usize) -> Vec<Statement> {
    let resource = &places.resources[role];
    let mut found = Vec::new();
    for policy in resource.properties.get("Policies").map(Value::items).unwrap_or_default() {
        found.extend(policy.get("PolicyDocument").into_iter().flat_map(of_document));
    }
    let attached = resource.properties.get("ManagedPolicyArns").map(Value::references).unwrap_or_default();
    for other in places.policies.iter().map(|index| &places.resources[*index]) {
        if attached.iter().any(|(id, _)| *id == other.id) || is_for(other, resource) {
            found.extend(other.properties.get("PolicyDocument").into_iter().flat_map(of_document));
        }
    }
    found
}

fn is_for(policy: &Resource, role: &Resource) -> bool {
    let roles = policy.properties.get("Roles").or_else(|| policy.properties.get("RoleName"));
    let Some(roles) = roles else { return false };
    let name = role.properties.get("RoleName").map(Value::shown);
    roles.items().into_iter().any(|item| {
        item.references().iter().any(|(id, _)| *id == role.id)
            || name.as_ref().is_some_and(|name| *name == item.shown())
    })
}

fn of_document(document: &Value) -> Vec<Statement> {
    let structured = match document.what {
        What::Text(_) | What::Joined(_) => documents::structured(document),
        _ => None,
    };
    let document = structured.as_ref().unwrap_or(document);
    let statements = document.get("Statement").map(Value::items).unwrap_or_default();
    let allows = |statement: &&Value| statement.get("Effect").and_then(Value::text) == Some("Allow");
    statements
        .into_iter()
        .filter(allows)
        .map(|statement| {
            let items = |name: &str| statement.get(name).map(Value::items).unwrap_or_default();
            Statement {
                actions: items("Action").into_iter().filter_map(Value::text).map(str::to_owned).collect(),
                resources: items("Resource").into_iter().cloned().collect(),
            }
        })
        .collect()
}
