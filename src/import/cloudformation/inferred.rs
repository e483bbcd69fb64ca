//! Flows that nothing declares: code that may write to a node and is told its name.
//!
//! A name and a permission together make a flow likely; a permission alone makes it possible, and is listed only. What
//! teams grant and do not use is kept out: the source of a function, the queue for its failures, the roles of helpers.

use std::collections::BTreeSet;

use crate::import::cloudformation::assembly::{Assembly, NewFlow};
use crate::import::cloudformation::permissions::{self, Statement};
use crate::import::cloudformation::places::{Found, Place, Places};
use crate::import::graph::Confidence;
use crate::import::tables::Actor;
use crate::import::value::{Resource, Value, What};

/// Services whose records wait to be fetched, so that reading them is a flow.
const FETCHED: [&str; 4] = ["kinesis-data-streams", "sqs", "msk", "msk-serverless"];

/// Adds what can be inferred of every resource that runs code.
pub(super) fn add(assembly: &mut Assembly<'_>) {
    interfaces(assembly);
    let helpers = helpers(&assembly.places);
    let shared = shared_roles(&assembly.places);
    for index in 0..assembly.places.resources.len() {
        let resource = &assembly.places.resources[index];
        let Some(actor) = assembly.places.tables.actors.get(&resource.kind) else { continue };
        if !helpers.contains(&index) {
            of_actor(assembly, index, actor, &shared);
        }
    }
}

/// What the one API may write to by the roles that are made for APIs, where its body is not there to say more.
fn interfaces(assembly: &mut Assembly<'_>) {
    let resources = assembly.places.resources;
    let apis: Vec<usize> = (0..resources.len())
        .filter(|index| {
            matches!(resources[*index].kind.as_str(), "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api")
        })
        .collect();
    let [api] = apis.as_slice() else { return };
    let id = resources[*api].id.as_str();
    if assembly.flows.iter().any(|flow| flow.from == id && matches!(flow.kind.as_str(), "write" | "invoke")) {
        return;
    }
    for (role, resource) in
        resources.iter().enumerate().filter(|(_, resource)| resource.kind == "AWS::IAM::Role")
    {
        let trust = resource.properties.get("AssumeRolePolicyDocument");
        let mut is_of_apis = false;
        if let Some(trust) = trust {
            trust.walk(&mut |value| {
                is_of_apis |= value.text().is_some_and(|text| text == "apigateway.amazonaws.com");
            });
        }
        if !is_of_apis {
            continue;
        }
        let statements = permissions::statements(&assembly.places, role);
        for target in targets(&assembly.places, &statements, &[]) {
            let is_log = target.service == "cloudwatch-logs";
            if target.writes && !is_log && matches!(target.place.found, Found::Resource(_)) {
                edge(assembly, (*api, &target), "write", Confidence::Low, false);
            }
        }
    }
}

/// Functions that serve the deployment: those that custom resources call.
fn helpers(places: &Places<'_>) -> BTreeSet<usize> {
    let tokens = places.resources.iter().filter_map(|resource| resource.properties.get("ServiceToken"));
    tokens.flat_map(Value::references).filter_map(|(id, _)| places.index(id)).collect()
}

/// Roles that several act by.
fn shared_roles(places: &Places<'_>) -> BTreeSet<usize> {
    let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for resource in places.resources {
        let Some(actor) = places.tables.actors.get(&resource.kind) else { continue };
        if let Some(role) =
            at(places, resource, &actor.role).first().and_then(|role| permissions::role(places, role))
            && !seen.insert(role)
        {
            shared.insert(role);
        }
    }
    shared
}

/// The values at a way, which may lead through lists, and with `>` into the resource that a value names.
fn at<'m>(places: &Places<'m>, resource: &'m Resource, path: &str) -> Vec<&'m Value> {
    if let Some((first, rest)) = path.split_once('>') {
        let named = at(places, resource, first);
        let others = named.into_iter().flat_map(Value::references).filter_map(|(id, _)| places.index(id));
        return others.flat_map(|index| at(places, &places.resources[index], rest)).collect();
    }
    let mut found = vec![&resource.properties];
    for step in path.split('.') {
        let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        found = found
            .into_iter()
            .flat_map(Value::branches)
            .filter_map(|holder| holder.get(name))
            .flat_map(|value| if is_list { value.items() } else { vec![value] })
            .collect();
    }
    found
}

/// A node that an actor may use.
struct Target {
    place: Place,
    service: String,
    writes: bool,
    reads: bool,
    /// Under which names the actor is told of it.
    told: Vec<String>,
}

fn of_actor(assembly: &mut Assembly<'_>, index: usize, actor: &Actor, shared: &BTreeSet<usize>) {
    let resources = assembly.places.resources;
    let resource = &resources[index];
    let told: Vec<(String, &Value)> = actor
        .told
        .iter()
        .flat_map(|path| at(&assembly.places, resource, path))
        .flat_map(told_values)
        .collect();
    let roles = at(&assembly.places, resource, &actor.role);
    let role = roles.first().and_then(|role| permissions::role(&assembly.places, role));
    let Some(role) = role else { return };
    let statements = permissions::statements(&assembly.places, role);
    let is_own = !shared.contains(&role);
    for target in targets(&assembly.places, &statements, &told) {
        judge(assembly, index, &target, (actor.reads_streams, is_own));
    }
}

/// Every value that an actor is told, with its name.
fn told_values(value: &Value) -> Vec<(String, &Value)> {
    match &value.what {
        What::Map(members) => members
            .iter()
            .flat_map(|member| {
                told_values(&member.value).into_iter().map(|(_, value)| (member.key.clone(), value))
            })
            .collect(),
        What::List(items) => items.iter().flat_map(told_values).collect(),
        _ => vec![(String::new(), value)],
    }
}

/// The nodes on which statements allow something that moves records.
fn targets(places: &Places<'_>, statements: &[Statement], told: &[(String, &Value)]) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    let services: BTreeSet<&String> = places.tables.writes.keys().chain(places.tables.reads.keys()).collect();
    for service in services {
        for statement in statements {
            let (writes, reads) =
                (statement.writes(places.tables, service), statement.reads(places.tables, service));
            if !writes && !reads {
                continue;
            }
            for place in on(places, statement, service, told) {
                let names = names_of(places, &place, told);
                match found.iter_mut().find(|target| target.place.found == place.found) {
                    Some(target) => {
                        target.writes |= writes;
                        target.reads |= reads;
                    }
                    None => {
                        found.push(Target { place, service: service.clone(), writes, reads, told: names });
                    }
                }
            }
        }
    }
    found
}

/// The nodes of a service that a statement is about; where it is about everything, those that the actor is told of.
fn on(places: &Places<'_>, statement: &Statement, service: &str, told: &[(String, &Value)]) -> Vec<Place> {
    let is_of_service = |place: &Place| match &place.found {
        Found::Resource(index) => places.service(*index).is_some_and(|(found, _)| found == service),
        Found::Elsewhere { service: found, .. } => found == service,
    };
    if statement.is_broad() {
        let named = told.iter().flat_map(|(_, value)| mentioned(places, value));
        return named.filter(is_of_service).collect();
    }
    let resources = statement.resources.iter().filter(|resource| !resource.shown().ends_with(":*"));
    resources.flat_map(|resource| places.of(resource, Some(service))).filter(is_of_service).collect()
}

/// The resources that a value names, by reference or by their very name.
fn mentioned(places: &Places<'_>, value: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    value.walk(&mut |inner| {
        let is_reference = matches!(inner.what, What::Reference { .. });
        let by_name = places.called(&inner.shown());
        let places = if is_reference { places.of(inner, None) } else { Vec::new() };
        found.extend(places);
        found.extend(by_name.map(|index| Place {
            found: Found::Resource(index),
            passed: Vec::new(),
            span: inner.span,
        }));
    });
    found
}

/// The names under which an actor is told of a node.
fn names_of(places: &Places<'_>, place: &Place, told: &[(String, &Value)]) -> Vec<String> {
    let is_told = |value: &Value| match &place.found {
        Found::Resource(_) => mentioned(places, value).iter().any(|known| known.found == place.found),
        Found::Elsewhere { id, .. } => {
            let id = id.strip_prefix("param:").unwrap_or(id);
            let stem = super::places::stem(id);
            let mut is_named = value.text() == Some(id);
            value.walk(&mut |inner| {
                if let What::Unknown(on) = &inner.what {
                    is_named |= super::places::stem(on) == stem;
                }
            });
            is_named
        }
    };
    told.iter().filter(|(_, value)| is_told(value)).map(|(name, _)| name.clone()).collect()
}

fn judge(assembly: &mut Assembly<'_>, index: usize, target: &Target, (reads_streams, is_own): (bool, bool)) {
    let Some((id, _)) = assembly.node_id(&target.place) else { return };
    let own = assembly.places.resources[index].id.clone();
    let is_source = assembly.carries_between(&id, &own);
    let is_for_failures = assembly.is_for_failures(&id);
    let is_elsewhere = matches!(target.place.found, Found::Elsewhere { .. });
    let is_told = !target.told.is_empty();
    let (reads, writes) = directions(target, reads_streams);
    // Machines fetch their programs from buckets.
    let is_program =
        target.service == "s3" && assembly.places.resources[index].kind != "AWS::Lambda::Function";
    if reads && is_told && !is_source && !is_program {
        let is_fetched = FETCHED.contains(&target.service.as_str());
        let lambda = assembly.places.resources[index].kind == "AWS::Lambda::Function";
        let kind = if reads_streams { "input" } else { "read" };
        edge(assembly, (index, target), kind, Confidence::High, is_fetched && !lambda);
    }
    if !writes || is_source {
        return;
    }
    let kind = match target.service.as_str() {
        "lambda" => "invoke",
        "api-gateway-rest" => "call",
        _ if reads_streams => "output",
        _ => "write",
    };
    if is_told {
        edge(assembly, (index, target), kind, Confidence::High, true);
    } else if is_own && !is_for_failures && !is_elsewhere && kind == "write" {
        edge(assembly, (index, target), kind, Confidence::Low, false);
    }
}

/// Whether records are read and written, where both are allowed by what the names say.
fn directions(target: &Target, reads_streams: bool) -> (bool, bool) {
    if !(target.reads && target.writes) {
        return (target.reads, target.writes);
    }
    if !reads_streams {
        // Code that may do both and is told the name writes, as a rule.
        return (false, true);
    }
    let says = |words: &[&str]| {
        target.told.iter().any(|name| {
            let name = name.to_lowercase();
            words.iter().any(|word| name.contains(word))
        })
    };
    let writes = says(&["out", "sink", "dest", "target"]);
    let reads = says(&["input", "source", "consumer"]) || !writes;
    (reads, writes)
}

fn edge(
    assembly: &mut Assembly<'_>,
    (index, target): (usize, &Target),
    kind: &str,
    confidence: Confidence,
    carries: bool,
) {
    let own = assembly.own(index);
    let resources = assembly.places.resources;
    let span = target.place.span;
    let (from, to) = match kind {
        "input" | "read" => (target.place.clone(), own),
        _ => (own, target.place.clone()),
    };
    let carrier = &resources[index];
    let new =
        NewFlow { from, to, kind, carrier, item: None, span, confidence, is_disabled: false, filter: None };
    if assembly.add(&new, (None, None)).is_some() && kind == "read" && carries {
        assembly.carries();
    }
}
