//! A CloudFormation template as plain data, in the order in which it is written.

use indexmap::IndexMap;
use serde_json::{Value, json};

/// A template.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// What it deploys, in a sentence.
    pub about: String,
    /// What only the design says: loads, promises, and nodes outside AWS.
    pub metadata: Option<Value>,
    /// What whoever deploys it has to say, by name.
    pub parameters: IndexMap<String, Parameter>,
    /// Conditions, by name.
    pub conditions: IndexMap<String, Value>,
    /// Resources, by logical id.
    pub resources: IndexMap<String, Resource>,
    /// What it tells when it is deployed: a value with its meaning, by name.
    pub outputs: IndexMap<String, (Value, String)>,
}

/// What whoever deploys a template has to say.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// What it is, in a sentence.
    pub about: String,
    /// Whether it is a number; text otherwise.
    pub is_number: bool,
    /// The default, where leaving it out has a meaning of its own.
    pub default: Option<String>,
    /// The words that are taken; any where there are none.
    pub allowed: Vec<String>,
    /// Whether it is never shown.
    pub is_secret: bool,
}

/// A resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its type, such as `AWS::Kinesis::Stream`.
    pub kind: String,
    /// What it is for, above it as a comment.
    pub comment: Option<String>,
    /// Resources that must be there before.
    pub depends_on: Vec<String>,
    /// Whether what it holds outlives the stack.
    pub is_kept: bool,
    /// The condition under which it is made.
    pub condition: Option<String>,
    /// Its properties, an object.
    pub properties: Value,
}

impl Resource {
    /// A resource of a type with an object of properties.
    #[must_use]
    pub fn new(kind: &str, properties: Value) -> Self {
        Self {
            kind: kind.to_owned(),
            comment: None,
            depends_on: Vec::new(),
            is_kept: false,
            condition: None,
            properties,
        }
    }

    /// The same resource with a comment above it.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Sets the property at a dotted path; mappings on the way are made, and a list is entered at its first item.
    pub fn set(&mut self, path: &str, value: Value) {
        *place(&mut self.properties, path) = value;
    }

    /// Appends to the list at a dotted path, which is made where it is not there.
    pub fn push(&mut self, path: &str, value: Value) {
        match place(&mut self.properties, path) {
            Value::Array(items) => items.push(value),
            other => *other = json!([value]),
        }
    }

    /// Takes a property out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.properties.as_object_mut()?.shift_remove(name)
    }

    /// The property at a dotted path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.properties, |value, step| value.get(step))
    }
}

fn place<'v>(root: &'v mut Value, path: &str) -> &'v mut Value {
    path.split('.').fold(root, |value, step| {
        let is_list = value.as_array().is_some_and(|items| !items.is_empty());
        let value = if is_list { &mut value[0] } else { value };
        if !value.is_object() {
            *value = json!({});
        }
        value.as_object_mut().expect("it was just made one").entry(step).or_insert(Value::Null)
    })
}

/// `!Ref id`.
#[must_use]
pub fn reference(id: &str) -> Value {
    json!({"Ref": id})
}

/// `!GetAtt id.name`; `!Ref id` where the name is `Ref`.
#[must_use]
pub fn attribute(id: &str, name: &str) -> Value {
    if name == "Ref" { reference(id) } else { json!({"Fn::GetAtt": [id, name]}) }
}

/// `!Sub text`.
#[must_use]
pub fn substitute(text: impl Into<String>) -> Value {
    json!({"Fn::Sub": text.into()})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Resource;

    #[test]
    fn properties_are_set_at_any_depth() {
        let mut resource = Resource::new("AWS::Events::Rule", json!({}));
        resource.set("A.B", json!(1));
        resource.set("A.C", json!(2));
        resource.push("Targets", json!({"Id": "x"}));
        resource.set("Targets.Arn", json!("y"));
        resource.push("Targets", json!({"Id": "z"}));
        assert_eq!(
            resource.properties,
            json!({"A": {"B": 1, "C": 2}, "Targets": [{"Id": "x", "Arn": "y"}, {"Id": "z"}]})
        );
        assert_eq!(resource.get("A.C"), Some(&json!(2)));
    }
}
