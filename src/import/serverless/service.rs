//! A service of the framework as the template that it would deploy: functions of SAM, with the resources of its own.

use std::sync::Arc;

use crate::import::serverless::events::is_intrinsic;
use crate::import::serverless::write::{
    attribute, entry, list, map, mapping, put, reference, resource, text,
};
use crate::knowledge::serverless::Table;
use crate::knowledge::terraform::capital;
use crate::source::{Entry, Mapping, Node, Span, Value};

/// The role that functions share which have none of their own.
const SHARED_ROLE: &str = "IamRoleLambdaExecution";

/// What is made of a service so far.
pub(super) struct Service {
    pub(super) resources: Vec<Entry>,
    /// Ids of the resources that the service declares itself.
    declared: Vec<String>,
    made: usize,
}

/// The template of a service whose variables are filled in, and its functions: the id of each with its name.
pub(super) fn template(root: &Node) -> (Arc<Node>, Vec<(String, String)>) {
    let own = own_resources(root);
    let declared = own.iter().filter_map(|entry| entry.key.as_text().map(str::to_owned)).collect();
    let mut service = Service { resources: Vec::new(), declared, made: 0 };
    let mut functions = Vec::new();
    for (name, found) in sections(root.get("functions")) {
        let id = format!("{}LambdaFunction", normalised(name));
        service.function(root, &id, found);
        functions.push((id, name.to_owned()));
    }
    service.shared_role(root);
    service.pipes(root);
    service.proxies(root);
    service.state_machines(root);
    let mut resources = service.resources;
    resources.extend(own);
    let span = root.span;
    let mut sections = vec![
        entry("Transform", span, text(span, "AWS::Serverless-2016-10-31")),
        entry("Resources", span, mapping(span, resources)),
    ];
    for name in ["Conditions", "Parameters", "Mappings", "Outputs"] {
        let entries = own_section(root, name);
        if !entries.is_empty() {
            sections.push(entry(name, span, mapping(span, entries)));
        }
    }
    (mapping(span, sections), functions)
}

/// The entries of a section that is a mapping, or a list of mappings.
fn sections(node: Option<&Node>) -> Vec<(&str, &Entry)> {
    match node.map(|node| &node.value) {
        Some(Value::Mapping(mapping)) => mapping.iter().collect(),
        Some(Value::Sequence(items)) => {
            items.iter().filter_map(|item| item.as_mapping()).flat_map(Mapping::iter).collect()
        }
        _ => Vec::new(),
    }
}

/// What the service adds to a section of its template; `resources` may be a list of fragments.
fn own_section(root: &Node, name: &str) -> Vec<Entry> {
    let parts = sections(root.get("resources")).into_iter().filter(|(key, _)| *key == name);
    parts.flat_map(|(_, entry)| sections(Some(&entry.value))).map(|(_, entry)| entry.clone()).collect()
}

fn own_resources(root: &Node) -> Vec<Entry> {
    own_section(root, "Resources")
}

/// A name as ids of resources write it: `my-topic_a` is `MyDashtopicUnderscorea`; what else is no letter goes.
pub(super) fn normalised(name: &str) -> String {
    let name = name.replace('-', "Dash").replace('_', "Underscore");
    capital(&name.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
}

impl Service {
    /// The number of the next resource that has no name.
    pub(super) fn made(&mut self) -> usize {
        self.made += 1;
        self.made
    }

    /// Makes a resource, unless there is one with its id.
    pub(super) fn make(&mut self, id: &str, span: Span, kind: &str, properties: Vec<Entry>) {
        let is_there = self.declared.iter().any(|known| known == id)
            || self.resources.iter().any(|known| known.key.as_text() == Some(id));
        if !is_there {
            self.resources.push(resource(id, span, kind, mapping(span, properties)));
        }
    }

    fn function(&mut self, root: &Node, id: &str, found: &Entry) {
        let table = Table::embedded();
        let mut properties: Vec<Entry> = Vec::new();
        let provider = root.get("provider");
        for name in ["memorySize", "timeout", "runtime"] {
            let given = found.value.entry(name).or_else(|| provider.and_then(|node| node.entry(name)));
            if let Some(given) = given {
                put(&mut properties, &capital(name), given.key.span, Arc::clone(&given.value));
            }
        }
        for (name, path) in &table.function {
            if let Some(given) = found.value.entry(name).filter(|_| name != "environment") {
                put(&mut properties, path, given.key.span, Arc::clone(&given.value));
            }
        }
        let environment = environment(provider, &found.value);
        if !environment.is_empty() {
            let value = mapping(found.value.span, environment);
            put(&mut properties, "Environment.Variables", found.key.span, value);
        }
        invocations(&mut properties, &found.value);
        Self::role(root, found, &mut properties);
        if let Some(events) = found.value.entry("events") {
            let made = self.events(id, &events.value);
            if !made.is_empty() {
                properties.push(entry("Events", events.key.span, mapping(events.value.span, made)));
            }
        }
        let properties = mapping(found.value.span, properties);
        self.resources.push(resource(id, found.key.span, "AWS::Serverless::Function", properties));
    }

    /// The role of a function: one that it names, statements of its own, or the one that all share.
    fn role(root: &Node, found: &Entry, properties: &mut Vec<Entry>) {
        let span = found.key.span;
        if let Some(role) = found.value.entry("role") {
            let is_id = role.value.as_text().is_some_and(|text| !text.contains([':', '$', '{']));
            let value = match role.value.as_text() {
                Some(id) if is_id => attribute(role.value.span, id, "Arn"),
                _ => Arc::clone(&role.value),
            };
            properties.push(entry("Role", role.key.span, value));
            return;
        }
        let own = found.value.entry("iamRoleStatements");
        let Some(own) = own else {
            properties.push(entry("Role", span, attribute(span, SHARED_ROLE, "Arn")));
            return;
        };
        let mut statements = own.value.as_sequence().unwrap_or_default().to_vec();
        if found.value.get("iamRoleStatementsInherit").and_then(Node::as_bool) == Some(true) {
            statements.extend(shared_statements(root));
        }
        let document = map(own.value.span, vec![("Statement", list(own.value.span, statements))]);
        properties.push(entry("Policies", own.key.span, list(own.value.span, vec![document])));
    }

    /// The role that functions share, with the statements of the provider.
    fn shared_role(&mut self, root: &Node) {
        let statements = shared_statements(root);
        let span = statements.first().map_or(root.span, |first| first.span);
        let document = map(span, vec![("Statement", list(span, statements))]);
        let policy = map(span, vec![("PolicyDocument", document)]);
        let policies = entry("Policies", span, list(span, vec![policy]));
        self.make(SHARED_ROLE, Span::at(span.start), "AWS::IAM::Role", vec![policies]);
    }

    /// Pipes of the plugin `serverless-pipes`.
    fn pipes(&mut self, root: &Node) {
        for (name, found) in sections(root.get("pipes")) {
            let (span, mut properties) = (found.key.span, Vec::new());
            for (key, path) in [("source", "Source"), ("target", "Target")] {
                let end =
                    found.value.get(key).and_then(Node::as_mapping).and_then(|ends| ends.entries.first());
                let Some(end) = end else { continue };
                if let Some(arn) = end.value.entry("arn") {
                    properties.push(entry(path, arn.key.span, Arc::clone(&arn.value)));
                }
            }
            match found.value.entry("enrichment") {
                Some(enrichment) if enrichment.value.get("name").and_then(Node::as_text).is_some() => {
                    let name = enrichment.value.get("name").and_then(Node::as_text).unwrap_or_default();
                    let id = format!("{}LambdaFunction", normalised(name));
                    properties.push(entry("Enrichment", span, attribute(enrichment.value.span, &id, "Arn")));
                }
                Some(enrichment) => {
                    let value = enrichment.value.entry("arn").unwrap_or(enrichment);
                    properties.push(entry("Enrichment", span, Arc::clone(&value.value)));
                }
                None => {}
            }
            if let Some(filter) = found.value.entry("filter") {
                put(
                    &mut properties,
                    "SourceParameters.FilterCriteria.Filters",
                    span,
                    Arc::clone(&filter.value),
                );
            }
            self.make(name, span, "AWS::Pipes::Pipe", properties);
        }
    }

    /// Proxies of the plugin `serverless-apigateway-service-proxy`.
    fn proxies(&mut self, root: &Node) {
        let proxies = root.get("custom").and_then(|custom| custom.get("apiGatewayServiceProxies"));
        for item in proxies.and_then(Node::as_sequence).unwrap_or_default() {
            for (name, found) in item.as_mapping().into_iter().flat_map(Mapping::iter) {
                let Some(proxy) = Table::embedded().proxies.get(name) else { continue };
                let (span, id) = (found.key.span, "ApiGatewayRestApi");
                self.make(id, span, "AWS::ApiGateway::RestApi", Vec::new());
                let target = found.value.entry(&proxy.argument).map(|entry| Arc::clone(&entry.value));
                let parameter = target.into_iter().map(|target| (proxy.parameter.as_str(), target)).collect();
                let templates = vec![("application/json", map(span, parameter))];
                let address = format!("arn:aws:apigateway:region:{}", proxy.call);
                let integration = map(
                    found.value.span,
                    vec![
                        ("Type", text(span, "AWS")),
                        ("Uri", text(span, &address)),
                        ("RequestTemplates", map(span, templates)),
                    ],
                );
                let method = vec![
                    entry("RestApiId", span, reference(span, id)),
                    entry("HttpMethod", span, text(span, "POST")),
                    entry("Integration", span, integration),
                ];
                let id = format!("ApiGatewayMethodProxy{}", self.made());
                self.make(&id, span, "AWS::ApiGateway::Method", method);
            }
        }
    }

    /// State machines of the plugin `serverless-step-functions`.
    fn state_machines(&mut self, root: &Node) {
        let machines = root.get("stepFunctions").and_then(|node| node.get("stateMachines"));
        for (name, found) in sections(machines) {
            let Some(definition) = found.value.entry("definition") else { continue };
            let id = found
                .value
                .get("id")
                .and_then(Node::as_text)
                .map_or_else(|| format!("{}StepFunctionsStateMachine", normalised(name)), str::to_owned);
            let definition = entry("DefinitionString", definition.key.span, Arc::clone(&definition.value));
            self.make(&id, found.key.span, "AWS::StepFunctions::StateMachine", vec![definition]);
        }
    }
}

/// Variables of all functions, then those of one.
fn environment(provider: Option<&Node>, function: &Node) -> Vec<Entry> {
    let given = [provider, Some(function)];
    let nodes = given.into_iter().flatten().filter_map(|node| node.get("environment"));
    let mut all: Vec<Entry> = Vec::new();
    for node in nodes.filter(|node| !is_intrinsic(node)) {
        for (name, found) in sections(Some(node)) {
            all.retain(|known| known.key.as_text() != Some(name));
            all.push(found.clone());
        }
    }
    all
}

/// Where calls that do not wait end up.
fn invocations(properties: &mut Vec<Entry>, function: &Node) {
    let destinations = function.get("destinations");
    for (key, outcome) in [("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")] {
        let Some(found) = destinations.and_then(|node| node.entry(key)) else { continue };
        let value = match (found.value.entry("arn"), found.value.as_text()) {
            (Some(arn), _) => Arc::clone(&arn.value),
            // The name of another function of the service.
            (None, Some(name)) if !name.contains(':') => {
                attribute(found.value.span, &format!("{}LambdaFunction", normalised(name)), "Arn")
            }
            (None, _) => Arc::clone(&found.value),
        };
        let path = format!("EventInvokeConfig.DestinationConfig.{outcome}.Destination");
        put(properties, &path, found.key.span, value);
    }
}

/// The statements that the provider gives all functions.
fn shared_statements(root: &Node) -> Vec<Arc<Node>> {
    let Some(provider) = root.get("provider") else { return Vec::new() };
    let of_role = provider.get("iam").and_then(|iam| iam.get("role")).and_then(|role| role.get("statements"));
    let all = [provider.get("iamRoleStatements"), of_role].into_iter().flatten();
    all.flat_map(|node| node.as_sequence().unwrap_or_default()).cloned().collect()
}
