//! APIs: their routes follow from their flows.

use serde_json::{Value, json};

use crate::export::cloudformation::events::permit;
use crate::export::cloudformation::settings;
use crate::export::cloudformation::stack::Stack;
use crate::export::template::{Resource, attribute, reference, substitute};

/// An API without routes; only signed requests of the account are let in.
pub(super) fn api(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let name = substitute(format!("${{AWS::StackName}}-{}", stack.design.nodes[node].id));
    resource.set("Name", name);
    match stack.service(node) {
        "api-gateway-http" => resource.set("ProtocolType", "HTTP".into()),
        "api-gateway-websocket" => {
            resource.set("ProtocolType", "WEBSOCKET".into());
            resource.set("RouteSelectionExpression", "$request.body.action".into());
        }
        _ => {}
    }
}

/// What every API needs once its routes are known: a deployment and a stage with its throttle.
pub(super) fn finish(stack: &mut Stack<'_>) {
    for node in 0..stack.design.nodes.len() {
        match stack.service(node) {
            "api-gateway-rest" => rest_stage(stack, node),
            "api-gateway-http" | "api-gateway-websocket" => stage(stack, node),
            _ => {}
        }
    }
}

fn rest_stage(stack: &mut Stack<'_>, node: usize) {
    let id = stack.id(node).to_owned();
    let methods: Vec<String> = stack
        .template
        .resources
        .iter()
        .filter(|(name, resource)| {
            resource.kind == "AWS::ApiGateway::Method" && name.starts_with(&format!("{id}To"))
        })
        .map(|(name, _)| name.clone())
        .collect();
    if methods.is_empty() {
        return;
    }
    let mut deployment = Resource::new("AWS::ApiGateway::Deployment", json!({"RestApiId": reference(&id)}));
    deployment.depends_on = methods;
    stack.add(&format!("{id}Deployment"), deployment);
    let properties = json!({
        "RestApiId": reference(&id),
        "DeploymentId": reference(&format!("{id}Deployment")),
        "StageName": "live",
    });
    let mut stage = Resource::new("AWS::ApiGateway::Stage", properties);
    throttle(stack, node, &mut stage);
    if stage.get("MethodSettings").is_some() {
        stage.set("MethodSettings.ResourcePath", "/*".into());
        stage.set("MethodSettings.HttpMethod", "*".into());
    }
    stack.add(&format!("{id}Stage"), stage);
}

fn stage(stack: &mut Stack<'_>, node: usize) {
    let id = stack.id(node).to_owned();
    let is_http = stack.service(node) == "api-gateway-http";
    let name = if is_http { "$default" } else { "live" };
    let properties = json!({"ApiId": reference(&id), "StageName": name, "AutoDeploy": true});
    let mut stage = Resource::new("AWS::ApiGatewayV2::Stage", properties);
    throttle(stack, node, &mut stage);
    stack.add(&format!("{id}Stage"), stage);
}

fn throttle(stack: &Stack<'_>, node: usize, stage: &mut Resource) {
    let this = &stack.design.nodes[node];
    if let Some(card) = stack.knowledge.card(&this.service) {
        settings::write(stage, &this.settings, &card.settings);
    }
}

/// One route of an API, straight into a service or a function.
pub(super) fn route(stack: &mut Stack<'_>, flow: usize) {
    let from = stack.design.flows[flow].from;
    let found = match stack.service(from) {
        "api-gateway-rest" => method(stack, flow),
        _ => integration(stack, flow),
    };
    if found.is_none() {
        let to = stack.service(stack.design.flows[flow].to);
        let message = format!("{} into {to} cannot be exported yet", stack.service(from));
        stack.refuse_flow(flow, &message);
    }
}

/// The field of the records that is the partition key, from the first producer upstream that says one.
fn partition_key(stack: &Stack<'_>, api: usize) -> Option<String> {
    stack
        .design
        .upstream(api)
        .into_iter()
        .find_map(|node| stack.design.nodes[node].settings.text("traffic.key").map(str::to_owned))
}

fn method(stack: &mut Stack<'_>, flow: usize) -> Option<()> {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let (api, target) = (stack.id(from).to_owned(), stack.id(to).to_owned());
    let name = format!("{api}To{target}");
    let integration = if stack.service(to) == "lambda" {
        let source = substitute(format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*"
        ));
        permit(stack, from, to, &name, &source);
        json!({"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invoke(&target)})
    } else {
        let (action, template) = request(stack, from, to)?;
        stack.grant_write(from, to);
        let uri = format!("arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:{action}");
        let mut integration = json!({
            "Type": "AWS",
            "IntegrationHttpMethod": "POST",
            "Uri": substitute(uri),
            "Credentials": stack.role(from),
            "RequestTemplates": {"application/json": template},
            "IntegrationResponses": [{"StatusCode": "200"}],
        });
        if action.starts_with("sqs:") {
            integration["RequestParameters"] = json!({
                "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
            });
        }
        integration
    };
    let path = format!("{name}Path");
    let properties = json!({
        "RestApiId": reference(&api),
        "ParentId": attribute(&api, "RootResourceId"),
        "PathPart": stack.design.nodes[to].id,
    });
    stack.add(&path, Resource::new("AWS::ApiGateway::Resource", properties));
    let properties = json!({
        "RestApiId": reference(&api),
        "ResourceId": reference(&path),
        "HttpMethod": "POST",
        "AuthorizationType": "AWS_IAM",
        "Integration": integration,
        "MethodResponses": [{"StatusCode": "200"}],
    });
    let mut method = Resource::new("AWS::ApiGateway::Method", properties);
    throttle(stack, from, &mut method);
    stack.add(&name, method);
    Some(())
}

fn invoke(function: &str) -> Value {
    substitute(format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{function}.Arn}}/invocations"
    ))
}

/// The action of a service, and the body of the request that the API makes of what it was sent.
fn request(stack: &Stack<'_>, api: usize, to: usize) -> Option<(String, Value)> {
    let id = stack.id(to);
    Some(match stack.service(to) {
        "kinesis-data-streams" => {
            let key = partition_key(stack, api)
                .map_or("$context.requestId".to_owned(), |key| format!("$input.path('$.{key}')"));
            let body = format!(
                "{{\"StreamName\": \"${{{id}}}\", \"PartitionKey\": \"{key}\", \"Data\": \"$util.base64Encode($input.body)\"}}"
            );
            ("kinesis:action/PutRecord".to_owned(), substitute(body))
        }
        "firehose" => {
            let body = format!(
                "{{\"DeliveryStreamName\": \"${{{id}}}\", \"Record\": {{\"Data\": \"$util.base64Encode($input.body)\"}}}}"
            );
            ("firehose:action/PutRecord".to_owned(), substitute(body))
        }
        "sqs" => (
            format!("sqs:path/${{AWS::AccountId}}/${{{id}.QueueName}}"),
            "Action=SendMessage&MessageBody=$util.urlEncode($input.body)".into(),
        ),
        "sns" => (
            "sns:action/Publish".to_owned(),
            substitute(format!("TopicArn=$util.urlEncode('${{{id}}}')&Message=$util.urlEncode($input.body)")),
        ),
        "step-functions" => {
            let body = format!(
                "{{\"stateMachineArn\": \"${{{id}}}\", \"input\": \"$util.escapeJavaScript($input.body)\"}}"
            );
            ("states:action/StartExecution".to_owned(), substitute(body))
        }
        _ => return None,
    })
}

fn integration(stack: &mut Stack<'_>, flow: usize) -> Option<()> {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let (api, target) = (stack.id(from).to_owned(), stack.id(to).to_owned());
    let name = format!("{api}To{target}");
    let is_http = stack.service(from) == "api-gateway-http";
    let mut properties = json!({"ApiId": reference(&api)});
    if stack.service(to) == "lambda" {
        let source = substitute(format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*"
        ));
        permit(stack, from, to, &name, &source);
        properties["IntegrationType"] = "AWS_PROXY".into();
        properties["IntegrationUri"] = if is_http { attribute(&target, "Arn") } else { invoke(&target) };
        if is_http {
            properties["PayloadFormatVersion"] = "2.0".into();
        }
    } else if is_http {
        let (subtype, parameters) = first_class(stack, from, to)?;
        stack.grant_write(from, to);
        properties["IntegrationType"] = "AWS_PROXY".into();
        properties["IntegrationSubtype"] = subtype.into();
        properties["PayloadFormatVersion"] = "1.0".into();
        properties["CredentialsArn"] = stack.role(from);
        properties["RequestParameters"] = parameters;
    } else {
        let (action, template) = request(stack, from, to)?;
        stack.grant_write(from, to);
        properties["IntegrationType"] = "AWS".into();
        properties["IntegrationMethod"] = "POST".into();
        properties["IntegrationUri"] =
            substitute(format!("arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:{action}"));
        properties["CredentialsArn"] = stack.role(from);
        properties["RequestTemplates"] = json!({"$default": template});
        properties["TemplateSelectionExpression"] = "\\$default".into();
    }
    let mut resource = Resource::new("AWS::ApiGatewayV2::Integration", properties);
    throttle(stack, from, &mut resource);
    stack.add(&name, resource);
    let key = if is_http { format!("POST /{}", stack.design.nodes[to].id) } else { "$default".to_owned() };
    let properties = json!({
        "ApiId": reference(&api),
        "RouteKey": key,
        "AuthorizationType": if is_http { "AWS_IAM" } else { "NONE" },
        "Target": substitute(format!("integrations/${{{name}}}")),
    });
    stack.add(&format!("{name}Route"), Resource::new("AWS::ApiGatewayV2::Route", properties));
    Some(())
}

/// The integration of an HTTP API that needs no template.
fn first_class(stack: &Stack<'_>, api: usize, to: usize) -> Option<(&'static str, Value)> {
    let target = reference(stack.id(to));
    Some(match stack.service(to) {
        "kinesis-data-streams" => {
            let key = partition_key(stack, api)
                .map_or("$context.requestId".to_owned(), |key| format!("$request.body.{key}"));
            let parameters = json!({"StreamName": target, "Data": "$request.body", "PartitionKey": key});
            ("Kinesis-PutRecord", parameters)
        }
        "sqs" => ("SQS-SendMessage", json!({"QueueUrl": target, "MessageBody": "$request.body"})),
        "step-functions" => {
            ("StepFunctions-StartExecution", json!({"StateMachineArn": target, "Input": "$request.body"}))
        }
        _ => return None,
    })
}
