//! Where Terraform cuts resources otherwise than CloudFormation: one becomes several, or a part of another.
//!
//! What is cut stays in the form of a template, so that all of it is written by one mechanism. Types that only Terraform
//! has are called by its names.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::export::template::{Parameter, Resource, Template, reference};

/// The template with its resources cut as Terraform has them.
pub(super) fn cut(template: &Template) -> Template {
    let mut cut = Template { resources: IndexMap::new(), ..template.clone() };
    for (id, resource) in &template.resources {
        let mut resource = resource.clone();
        match resource.kind.as_str() {
            "AWS::IAM::Role" => role(&mut cut, id, resource),
            "AWS::ApiGateway::Method" => method(&mut cut, id, resource),
            "AWS::ApiGateway::Stage" => stage(&mut cut, id, resource),
            "AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption" => logging(&mut cut, &resource),
            kind => {
                match kind {
                    "AWS::CloudWatch::Alarm" => alarm(&mut resource),
                    "AWS::Lambda::Function" => resource.set("LoggingConfig.LogFormat", "Text".into()),
                    "AWS::DynamoDB::Table" => table(&mut resource),
                    "AWS::Events::Rule" => rule(&mut resource),
                    "AWS::S3::Bucket" => bucket(&mut resource),
                    "AWS::KinesisFirehose::DeliveryStream" => _ = resource.remove("DeliveryStreamType"),
                    "AWS::StepFunctions::StateMachine" => machine(&mut cut, id, &mut resource),
                    _ => {}
                }
                cut.resources.insert(id.clone(), resource);
            }
        }
    }
    cut
}

/// Policies of a role are resources of their own.
fn role(cut: &mut Template, id: &str, mut resource: Resource) {
    let policies = resource.remove("Policies");
    cut.resources.insert(id.to_owned(), resource);
    for (index, policy) in policies.iter().filter_map(Value::as_array).flatten().enumerate() {
        let mut properties = policy.clone();
        properties["Roles"] = json!([reference(id)]);
        let number = if index == 0 { String::new() } else { (index + 1).to_string() };
        cut.resources.insert(format!("{id}Policy{number}"), Resource::new("AWS::IAM::Policy", properties));
    }
}

/// A method, what it is integrated with, and both of their responses.
fn method(cut: &mut Template, id: &str, mut resource: Resource) {
    let place = json!({
        "RestApiId": resource.get("RestApiId"),
        "ResourceId": resource.get("ResourceId"),
        "HttpMethod": resource.get("HttpMethod"),
    });
    let mut of_method = place.clone();
    of_method["Authorization"] = resource.remove("AuthorizationType").unwrap_or_else(|| "NONE".into());
    let method = format!("{id}Method");
    let comment = resource.comment.take();
    let first = Resource { comment, ..Resource::new("aws_api_gateway_method", of_method) };
    cut.resources.insert(method.clone(), first);
    let responses = resource.remove("MethodResponses");
    let integrated = resource.properties["Integration"].as_object_mut();
    let integrated = integrated.and_then(|fields| fields.shift_remove("IntegrationResponses"));
    resource.depends_on.push(method);
    cut.resources.insert(id.to_owned(), resource);
    for (kind, name, responses) in [
        ("aws_api_gateway_method_response", "Response", responses),
        ("aws_api_gateway_integration_response", "IntegrationResponse", integrated),
    ] {
        for response in responses.iter().filter_map(Value::as_array).flatten() {
            let mut properties = place.clone();
            properties["StatusCode"] = response["StatusCode"].clone();
            let mut resource = Resource::new(kind, properties);
            let before = if name == "Response" { "" } else { "Response" };
            resource.depends_on.push(id.to_owned());
            if !before.is_empty() {
                resource.depends_on.push(format!("{id}{before}"));
            }
            cut.resources.insert(format!("{id}{name}"), resource);
        }
    }
}

/// The throttle of a stage is a resource of its own.
fn stage(cut: &mut Template, id: &str, mut resource: Resource) {
    let settings = resource.remove("MethodSettings");
    let api = resource.get("RestApiId").cloned();
    cut.resources.insert(id.to_owned(), resource);
    let first = settings.and_then(|settings| settings.as_array()?.first().cloned());
    if let Some(Value::Object(mut settings)) = first {
        settings.retain(|name, _| !matches!(name.as_str(), "ResourcePath" | "HttpMethod"));
        let properties =
            json!({"RestApiId": api, "StageName": reference(id), "MethodPath": "*/*", "Settings": settings});
        let resource = Resource::new("aws_api_gateway_method_settings", properties);
        cut.resources.insert(format!("{id}Settings"), resource);
    }
}

/// Where an application logs is a part of it.
fn logging(cut: &mut Template, resource: &Resource) {
    let application = resource.get("ApplicationName.Ref").and_then(Value::as_str);
    let stream = resource.get("CloudWatchLoggingOption.LogStreamARN").cloned();
    if let Some(application) = application.and_then(|id| cut.resources.get_mut(id)) {
        application.set("CloudwatchLoggingOptions.LogStreamARN", stream.unwrap_or_default());
    }
}

fn alarm(resource: &mut Resource) {
    let dimensions = resource.remove("Dimensions").unwrap_or_default();
    let dimensions = dimensions.as_array().into_iter().flatten();
    let named = dimensions.filter_map(|one| Some((one["Name"].as_str()?.to_owned(), one["Value"].clone())));
    let named: serde_json::Map<String, Value> = named.collect();
    resource.set("Dimensions", Value::Object(named));
}

fn table(resource: &mut Resource) {
    if let Some(Value::Object(fields)) = resource.properties.get_mut("SSESpecification") {
        // With `enabled` the key is one of KMS, and there is no other type.
        fields.shift_remove("SSEType");
    }
}

/// Each target names the bus of its rule.
fn rule(resource: &mut Resource) {
    let bus = resource.get("EventBusName").cloned();
    let targets = resource.properties.get_mut("Targets").and_then(Value::as_array_mut);
    for target in targets.into_iter().flatten() {
        target["EventBusName"] = bus.clone().unwrap_or_default();
    }
}

fn bucket(resource: &mut Resource) {
    let rules =
        resource.properties.pointer_mut("/LifecycleConfiguration/Rules").and_then(Value::as_array_mut);
    for rule in rules.into_iter().flatten() {
        rule["Id"] = "expire".into();
        rule["Filter"] = json!({});
    }
    let notifications =
        resource.properties.get_mut("NotificationConfiguration").and_then(Value::as_object_mut);
    for (_, entries) in notifications.into_iter().flatten() {
        for entry in entries.as_array_mut().into_iter().flatten() {
            let event = entry["Event"].take();
            entry["Event"] = json!([event]);
        }
    }
}

/// Terraform takes the definition of a machine as a text only.
fn machine(cut: &mut Template, id: &str, resource: &mut Resource) {
    resource.remove("DefinitionS3Location");
    let name = format!("{id}Definition");
    resource.set("DefinitionString", reference(&name));
    let about =
        "The definition of the machine in Amazon States Language, such as file(\"machine.asl.json\").";
    let parameter = Parameter { about: about.to_owned(), ..Parameter::default() };
    cut.parameters.insert(name, parameter);
}
