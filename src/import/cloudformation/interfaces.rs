//! What APIs call: methods, integrations and OpenAPI bodies, whose targets stand in addresses and in mapping templates.

use crate::import::cloudformation::assembly::{Assembly, NewFlow};
use crate::import::cloudformation::documents;
use crate::import::cloudformation::permissions;
use crate::import::cloudformation::places::{Found, Place, split_arn};
use crate::import::graph::Confidence;
use crate::import::tables::Called;
use crate::import::value::{Value, What};
use crate::source::Span;

/// The key under which OpenAPI bodies hold the integration of a method.
const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// The key under which they hold an authorizer.
const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// How the actions start that only look.
const LOOKS: [&str; 6] = ["get", "list", "describe", "query", "scan", "batchget"];

/// What an integration says, whichever way it is written.
struct Integration<'v> {
    uri: Option<&'v Value>,
    subtype: Option<&'v str>,
    templates: Vec<&'v Value>,
    credentials: Option<&'v Value>,
    span: Span,
}

/// Adds the edges of all APIs.
pub(super) fn add(assembly: &mut Assembly<'_>) {
    for index in 0..assembly.places.resources.len() {
        let resource = &assembly.places.resources[index];
        let properties = &resource.properties;
        match resource.kind.as_str() {
            "AWS::ApiGateway::Method" => {
                if let (Some(api), Some(integration)) =
                    (properties.get("RestApiId"), properties.get("Integration"))
                {
                    called(assembly, index, (api, "api-gateway-rest"), &read(integration));
                }
            }
            "AWS::ApiGatewayV2::Integration" => {
                if let Some(api) = properties.get("ApiId") {
                    called(assembly, index, (api, "api-gateway-http"), &read(properties));
                }
            }
            "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => {
                if let Some(body) = properties.get("Body").and_then(documents::structured) {
                    let own = Value::new(
                        resource.id_span,
                        What::Reference { resource: resource.id.clone(), attribute: None },
                    );
                    described(assembly, index, &own, &body);
                }
            }
            _ => {}
        }
    }
}

/// The operations of an OpenAPI body.
fn described(assembly: &mut Assembly<'_>, index: usize, own: &Value, body: &Value) {
    let service = "api-gateway-rest";
    for path in body.get("paths").map(Value::members).unwrap_or_default() {
        for method in path.value.members() {
            if let Some(integration) = method.value.get(INTEGRATION) {
                called(assembly, index, (own, service), &read(integration));
            }
        }
    }
    let schemes = [body.at(&["components", "securitySchemes"]), body.get("securityDefinitions")];
    for scheme in schemes.into_iter().flatten().flat_map(Value::members) {
        let Some(uri) = scheme.value.at(&[AUTHORIZER, "authorizerUri"]) else { continue };
        if let Some(place) = assembly.places.of(uri, Some("lambda")).into_iter().next() {
            edge(assembly, index, (own, service), place, ("authorizer", uri.span, Confidence::Declared));
        }
    }
}

fn read(of: &Value) -> Integration<'_> {
    let any = |names: &[&str]| names.iter().find_map(|name| of.get(name));
    let templates =
        [any(&["RequestTemplates", "requestTemplates"]), any(&["RequestParameters", "requestParameters"])];
    Integration {
        uri: any(&["Uri", "uri", "IntegrationUri"]),
        subtype: any(&["IntegrationSubtype", "integrationSubtype"]).and_then(Value::text),
        templates: templates.into_iter().flatten().collect(),
        credentials: any(&["Credentials", "credentials", "CredentialsArn"]),
        span: of.span,
    }
}

fn called(assembly: &mut Assembly<'_>, index: usize, api: (&Value, &str), integration: &Integration<'_>) {
    let Some((service, action)) = service_and_action(integration) else { return };
    let Some(known) = assembly.places.tables.integrations.get(service.as_str()) else { return };
    let looks = LOOKS.iter().any(|look| action.to_lowercase().starts_with(look));
    let kind = match (known.service.as_str(), looks) {
        ("lambda", _) => "invoke",
        (_, true) => "read",
        _ => "write",
    };
    let (places, confidence) = targets(assembly, known, integration);
    for place in places {
        edge(assembly, index, api, place, (kind, integration.span, confidence));
    }
}

/// The service that is called, as addresses name it, and the action.
fn service_and_action(integration: &Integration<'_>) -> Option<(String, String)> {
    if let Some(subtype) = integration.subtype {
        let (service, action) = subtype.split_once('-')?;
        return Some((service.to_owned(), action.to_owned()));
    }
    let uri = integration.uri?;
    let shown = uri.shown();
    let Some(rest) = shown.strip_prefix("arn:") else {
        // HTTP APIs name the function itself.
        return (!uri.references().is_empty() && !shown.contains("://"))
            .then(|| ("lambda".to_owned(), String::new()));
    };
    let parts = split_arn(rest);
    if parts.get(1).is_some_and(|service| service == "lambda") {
        return Some(("lambda".to_owned(), String::new()));
    }
    let service = parts.get(3)?.clone();
    let action = parts.get(4).and_then(|rest| rest.strip_prefix("action/")).unwrap_or_default();
    Some((service, action.to_owned()))
}

/// The nodes that an integration can mean, and how sure that is: by references, by names in its templates, or by what
/// its role may do.
fn targets(
    assembly: &Assembly<'_>,
    known: &Called,
    integration: &Integration<'_>,
) -> (Vec<Place>, Confidence) {
    let places = &assembly.places;
    let is_of_service = |place: &Place| match &place.found {
        Found::Resource(index) => places.service(*index).is_some_and(|(service, _)| service == known.service),
        Found::Elsewhere { service, .. } => *service == known.service,
    };
    let mut found: Vec<Place> = Vec::new();
    for value in integration.templates.iter().copied().chain(integration.uri) {
        value.walk(&mut |inner| {
            let is_whole = matches!(inner.what, What::Reference { .. });
            found.extend(places.of(inner, None).into_iter().filter(|place| is_whole && is_of_service(place)));
        });
    }
    if found.is_empty() {
        let names = integration.templates.iter().flat_map(|template| named(template, &known.named));
        found.extend(names.flat_map(|name| places.of(&name, Some(&known.service))));
    }
    if found.is_empty() && known.service == "lambda" {
        // A function that is set up elsewhere.
        found
            .extend(integration.uri.into_iter().flat_map(|uri| places.of(&function_of(uri), Some("lambda"))));
    }
    dedup(&mut found);
    if !found.is_empty() {
        return (found, Confidence::Declared);
    }
    let role = integration.credentials.and_then(|role| permissions::role(places, role));
    let statements = role.map(|role| permissions::statements(places, role)).unwrap_or_default();
    for statement in statements.iter().filter(|statement| statement.writes(places.tables, &known.service)) {
        let resources = statement.resources.iter().flat_map(|resource| places.of(resource, None));
        found.extend(
            resources.filter(|place| matches!(place.found, Found::Resource(_)) && is_of_service(place)),
        );
    }
    dedup(&mut found);
    (found, Confidence::High)
}

fn dedup(found: &mut Vec<Place>) {
    let mut seen: Vec<Found> = Vec::new();
    found.retain(|place| {
        let is_new = !seen.contains(&place.found);
        seen.push(place.found.clone());
        is_new
    });
}

/// The function's own ARN within the address that invokes it.
fn function_of(uri: &Value) -> Value {
    let shown = uri.shown();
    let inner = shown.split_once("functions/").map_or(shown.as_str(), |(_, rest)| rest);
    let inner = inner.strip_suffix("/invocations").unwrap_or(inner);
    let what = match inner.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(on) => What::Unknown(on.to_owned()),
        None => What::Text(inner.to_owned()),
    };
    Value::new(uri.span, what)
}

/// Names that stand behind a parameter in a mapping template: `"StreamName": "clicks"`, or as a member of a mapping.
fn named(template: &Value, parameters: &[String]) -> Vec<Value> {
    let mut names = Vec::new();
    template.walk(&mut |value| {
        for member in value.members() {
            if parameters.contains(&member.key) {
                names.push(member.value.clone());
            }
        }
        let shown = match value.what {
            What::Text(_) | What::Joined(_) => value.shown(),
            _ => return,
        };
        for parameter in parameters {
            if let Some(name) = quoted_behind(&shown, parameter) {
                names.push(Value::new(value.span, What::Text(name.to_owned())));
            }
        }
    });
    // What the caller chooses is no name.
    names.retain(|name| !name.shown().starts_with('$'));
    names
}

fn quoted_behind<'t>(text: &'t str, parameter: &str) -> Option<&'t str> {
    let behind = text.split_once(&format!("\"{parameter}\""))?.1.trim_start().strip_prefix(':')?.trim_start();
    let name = behind.strip_prefix('"')?.split('"').next()?;
    (!name.is_empty()).then_some(name)
}

fn edge(
    assembly: &mut Assembly<'_>,
    index: usize,
    (api, service): (&Value, &str),
    target: Place,
    (kind, span, confidence): (&str, Span, Confidence),
) {
    let Some(api) = assembly.places.of(api, Some(service)).into_iter().next() else { return };
    let resources = assembly.places.resources;
    let (from, to) = if kind == "read" { (target, api) } else { (api, target) };
    let is_disabled = false;
    let new = NewFlow {
        from,
        to,
        kind,
        carrier: &resources[index],
        item: None,
        span,
        confidence,
        is_disabled,
        filter: None,
    };
    assembly.add(&new, (Some(service), None));
}
