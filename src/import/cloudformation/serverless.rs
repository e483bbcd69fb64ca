//! SAM's transform, as far as nodes and flows go: functions, APIs and tables as CloudFormation knows them, and the
//! resources that events, policies and connectors make.
//!
//! Everything that is made keeps the places of what it is made of.

mod events;
mod policies;

use std::collections::BTreeSet;

use crate::import::cloudformation::stacks::Reader;
use crate::import::cloudformation::template::{self, Template};
use crate::import::tables::Tables;
use crate::import::value::{Member, Resource, Value, What};
use crate::source::Span;

/// The ids of functions and state machines, from which SAM makes the ids of what belongs to them.
pub(super) fn function_ids(template: &Template) -> Vec<String> {
    let has_parts =
        |kind: &str| matches!(kind, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine");
    let functions =
        template.section("Resources").filter(|(_, _, node)| template::kind(node).is_some_and(has_parts));
    functions.map(|(id, _, _)| id.to_owned()).collect()
}

/// The resources as SAM's transform would leave them.
pub(super) fn expanded(
    resources: Vec<Resource>,
    globals: Option<&Value>,
    prefix: &str,
    reader: &Reader<'_>,
    template: &Template,
) -> Vec<Resource> {
    let made = Made { tables: Tables::embedded(), prefix, resources: Vec::new(), implicit: BTreeSet::new() };
    let mut made = made;
    for resource in resources {
        match made.tables.serverless.get(&resource.kind) {
            Some(_) => made.serverless(resource, globals, reader, template),
            None if resource.kind == "AWS::Serverless::Connector" => made.connector(&resource),
            None => {
                made.embedded_connectors(&resource);
                made.resources.push(resource);
            }
        }
    }
    made.resources
}

/// What was made so far.
struct Made<'a> {
    tables: &'a Tables,
    prefix: &'a str,
    resources: Vec<Resource>,
    /// The ids of APIs that SAM makes because an event has none.
    implicit: BTreeSet<String>,
}

impl Made<'_> {
    fn serverless(
        &mut self,
        resource: Resource,
        globals: Option<&Value>,
        reader: &Reader<'_>,
        template: &Template,
    ) {
        let Some(rules) = self.tables.serverless.get(&resource.kind) else { return };
        self.embedded_connectors(&resource);
        let mut properties = resource.properties.clone();
        if let Some(global) = globals.and_then(|globals| globals.get(&rules.globals)) {
            properties = merged(global, properties);
        }
        let mut whole = empty(resource.properties.span);
        for member in properties.members() {
            let path = rules.renamed.get(&member.key).map_or(member.key.as_str(), String::as_str);
            put(&mut whole, path, (member.key_span, member.value.clone()));
        }
        for property in ["DefinitionUri", "BodyS3Location"] {
            if let Some(location) = whole.get(property).and_then(Value::text)
                && let Some(included) = reader.included(&template.text, location)
            {
                let target = if rules.is.contains("StateMachine") { "DefinitionString" } else { "Body" };
                let resolver = reader.plain(&included);
                let span = whole.get(property).map_or(resource.span, |value| value.span);
                put(&mut whole, target, (span, Value { span, ..resolver.value(&included.root) }));
            }
        }
        let mut made = Resource { kind: rules.is.clone(), properties: whole, ..resource };
        self.of_api(&made);
        self.events(&made);
        self.role(&mut made);
        self.async_calls(&made);
        self.data_sources(&made);
        self.resources.push(made);
    }

    /// A resource that belongs to another.
    fn part(&mut self, of: &Resource, name: &str, kind: &str, properties: Value) {
        self.resources.push(Resource {
            id: format!("{}{name}", of.id),
            id_span: of.id_span,
            kind: kind.to_owned(),
            kind_span: of.kind_span,
            span: properties.span,
            properties,
        });
    }

    /// The stage and the authorizers that stand inside of SAM's APIs.
    fn of_api(&mut self, api: &Resource) {
        let (kind, id_property) = match api.kind.as_str() {
            "AWS::ApiGateway::RestApi" => ("AWS::ApiGateway", "RestApiId"),
            "AWS::ApiGatewayV2::Api" => ("AWS::ApiGatewayV2", "ApiId"),
            _ => return,
        };
        let id = reference(api.id_span, &api.id, None);
        for name in ["AccessLogSetting", "AccessLogSettings"] {
            if let Some(member) = api.properties.member(name) {
                let stage =
                    map(member.value.span, vec![(id_property, id.clone()), (name, member.value.clone())]);
                self.part(api, "Stage", &format!("{kind}::Stage"), stage);
            }
        }
        let authorizers = api.properties.at(&["Auth", "Authorizers"]).map(Value::members).unwrap_or_default();
        for authorizer in authorizers {
            if let Some(function) = authorizer.value.get("FunctionArn") {
                let properties = map(
                    authorizer.value.span,
                    vec![(id_property, id.clone()), ("AuthorizerUri", function.clone())],
                );
                self.part(api, &authorizer.key, &format!("{kind}::Authorizer"), properties);
            }
        }
    }

    /// The configuration of calls that do not wait, and copies that are kept ready.
    fn async_calls(&mut self, function: &Resource) {
        let id = || reference(function.id_span, &function.id, None);
        if let Some(config) = function.properties.get("EventInvokeConfig") {
            let mut properties = config.clone();
            put(&mut properties, "FunctionName", (config.span, id()));
            for (outcome, suffix) in [("OnFailure", "OnFailure"), ("OnSuccess", "OnSuccess")] {
                let path = ["DestinationConfig", outcome];
                self.destination(function, &mut properties, &path, suffix);
            }
            self.part(function, "EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", properties);
        }
        if let Some(config) = function.properties.member("ProvisionedConcurrencyConfig") {
            let properties = map(
                config.value.span,
                vec![("FunctionName", id()), ("ProvisionedConcurrencyConfig", config.value.clone())],
            );
            self.part(function, "Alias", "AWS::Lambda::Alias", properties);
        }
    }

    /// A destination that SAM makes, because only its type is given.
    fn destination(&mut self, owner: &Resource, properties: &mut Value, path: &[&str], suffix: &str) {
        let Some(config) = properties.at(path) else { return };
        if config.get("Destination").is_some() {
            return;
        }
        let (kind, word) = match config.get("Type").and_then(Value::text) {
            Some("SQS") => ("AWS::SQS::Queue", "Queue"),
            Some("SNS") => ("AWS::SNS::Topic", "Topic"),
            _ => return,
        };
        let span = config.span;
        let name = format!("{suffix}{word}");
        self.part(owner, &name, kind, empty(span));
        let id = format!("{}{name}", owner.id);
        let path = format!("{}.Destination", path.join("."));
        put(properties, &path, (span, reference(span, &id, Some("Arn"))));
    }

    fn data_sources(&mut self, api: &Resource) {
        if api.kind != "AWS::AppSync::GraphQLApi" {
            return;
        }
        for (group, path) in [
            ("DynamoDb", ("DynamoDBConfig.TableName", "TableName")),
            ("Lambda", ("LambdaConfig.LambdaFunctionArn", "FunctionArn")),
        ] {
            let sources = api.properties.at(&["DataSources", group]).map(Value::members).unwrap_or_default();
            for source in sources {
                let Some(target) = source.value.get(path.1) else { continue };
                let mut properties =
                    map(source.value.span, vec![("ApiId", reference(api.id_span, &api.id, None))]);
                put(&mut properties, path.0, (target.span, target.clone()));
                self.part(api, &source.key, "AWS::AppSync::DataSource", properties);
            }
        }
    }

    fn connector(&mut self, connector: &Resource) {
        let mut properties = connector.properties.clone();
        self.with_references(&mut properties);
        self.resources.push(Resource { properties, ..connector.clone() });
    }

    /// Connectors that stand at their source.
    fn embedded_connectors(&mut self, source: &Resource) {
        let connectors = source.properties.get("Connectors").map(Value::members).unwrap_or_default();
        for connector in connectors {
            let Some(properties) = connector.value.get("Properties") else { continue };
            let mut properties = properties.clone();
            let source_map = map(properties.span, vec![("Id", text(properties.span, &source.id))]);
            put(&mut properties, "Source", (source.id_span, source_map));
            self.with_references(&mut properties);
            self.part(source, &connector.key, "AWS::Serverless::Connector", properties);
        }
    }

    /// Makes references of the ids that connectors name as texts.
    fn with_references(&self, properties: &mut Value) {
        let What::Map(members) = &mut properties.what else { return };
        for member in
            members.iter_mut().filter(|member| matches!(member.key.as_str(), "Source" | "Destination"))
        {
            let Some(id) = member.value.get("Id") else { continue };
            let (span, Some(name)) = (id.span, id.text()) else { continue };
            let full = if name.starts_with(self.prefix) {
                name.to_owned()
            } else {
                format!("{}{name}", self.prefix)
            };
            member.value = map(span, vec![("Id", reference(span, &full, None))]);
        }
    }
}

/// The properties with what is given for all: maps are merged, lists follow each other, anything else is overridden.
fn merged(global: &Value, own: Value) -> Value {
    let span = own.span;
    match (&global.what, own.what) {
        (What::Map(globals), What::Map(mut members)) => {
            for member in globals {
                match members.iter_mut().find(|own| own.key == member.key) {
                    Some(own) => {
                        let value = std::mem::replace(&mut own.value, empty(span));
                        own.value = merged(&member.value, value);
                    }
                    None => members.push(member.clone()),
                }
            }
            Value::new(span, What::Map(members))
        }
        (What::List(first), What::List(then)) => {
            Value::new(span, What::List(first.iter().cloned().chain(then).collect()))
        }
        (_, own) => Value::new(span, own),
    }
}

fn empty(span: Span) -> Value {
    Value::new(span, What::Map(Vec::new()))
}

fn text(span: Span, text: &str) -> Value {
    Value::new(span, What::Text(text.to_owned()))
}

fn reference(span: Span, id: &str, attribute: Option<&str>) -> Value {
    Value::new(span, What::Reference { resource: id.to_owned(), attribute: attribute.map(str::to_owned) })
}

fn map(span: Span, members: Vec<(&str, Value)>) -> Value {
    let member = |(key, value): (&str, Value)| Member { key: key.to_owned(), key_span: value.span, value };
    Value::new(span, What::Map(members.into_iter().map(member).collect()))
}

/// Puts a value at a dotted way, in which `[]` is the only item of a list; what is there stays.
fn put(whole: &mut Value, path: &str, (key_span, value): (Span, Value)) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, is_list) = first.strip_suffix("[]").map_or((first, false), |name| (name, true));
    let What::Map(members) = &mut whole.what else { return };
    let index = members.iter().position(|member| member.key == name);
    let Some(rest) = rest else {
        if index.is_none() {
            members.push(Member { key: name.to_owned(), key_span, value });
        }
        return;
    };
    let index = index.unwrap_or_else(|| {
        let inner = empty(value.span);
        let inner = if is_list { Value::new(value.span, What::List(vec![inner])) } else { inner };
        members.push(Member { key: name.to_owned(), key_span, value: inner });
        members.len() - 1
    });
    match &mut members[index].value.what {
        What::List(items) if is_list => {
            if let Some(first) = items.first_mut() {
                put(first, rest, (key_span, value));
            }
        }
        _ => put(&mut members[index].value, rest, (key_span, value)),
    }
}
