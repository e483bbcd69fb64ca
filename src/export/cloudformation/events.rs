//! Event buses, pipes, rules of IoT Core, and log groups.

use serde_json::{Value, json};

use crate::design::settings::SettingValue;
use crate::export::cloudformation::access::statement_for;
use crate::export::cloudformation::patterns;
use crate::export::cloudformation::reading::start;
use crate::export::cloudformation::settings;
use crate::export::cloudformation::stack::Stack;
use crate::export::template::{Resource, attribute, reference, substitute};

/// A bus, and its archive.
pub(super) fn bus(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    if stack.word(node, "type").as_deref() == Some("custom") {
        stack.refuse_node(node, "a custom event bus cannot be exported yet");
    }
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    resource.set("Name", substitute(format!("${{AWS::StackName}}-{name}")));
    if let Some(key) = stack.key(node) {
        resource.set("KmsKeyIdentifier", key);
    }
    let this = &stack.design.nodes[node];
    let mut archive = Resource::new("AWS::Events::Archive", json!({}));
    if let Some(card) = stack.knowledge.card(&this.service) {
        settings::write(&mut archive, &this.settings, &card.settings);
    }
    if archive.get("RetentionDays").is_some() {
        archive.set("SourceArn", attribute(&id, "Arn"));
        stack.add(&format!("{id}Archive"), archive);
    }
}

/// A rule of a bus for one of its targets.
pub(super) fn rule(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let (from, to) = (this.from, this.to);
    let pattern = match patterns::of_flow(stack, flow, "detail") {
        Some(pattern) => pattern,
        None => json!({"account": [{"Ref": "AWS::AccountId"}]}),
    };
    let id = format!("{}To{}", stack.id(from), stack.id(to));
    let (bus, arn) = (reference(stack.id(from)), stack.arn(to).unwrap_or_default());
    let properties = json!({"EventBusName": bus, "EventPattern": pattern});
    let mut rule = Resource::new("AWS::Events::Rule", properties);
    rule.push("Targets", json!({"Id": stack.design.nodes[to].id, "Arn": arn}));
    of_flow(stack, flow, &mut rule);
    let source = attribute(&id, "Arn");
    match stack.service(to) {
        "lambda" => permit(stack, from, to, &id, &source),
        "sqs" => let_send(stack, to, "events.amazonaws.com"),
        "sns" => let_publish(stack, to, "events.amazonaws.com"),
        "kinesis-data-streams" | "firehose" | "step-functions" | "eventbridge" => {
            stack.grant_write(from, to);
            let role = stack.role(from);
            rule.set("Targets.RoleArn", role);
        }
        other => {
            let message = format!("a rule of EventBridge for {other} cannot be exported yet");
            return stack.refuse_flow(flow, &message);
        }
    }
    if let Some(SettingValue::Node(letters)) = flow_setting(stack, flow, "dead_letters") {
        rule.set("Targets.DeadLetterConfig.Arn", stack.arn(letters).unwrap_or_default());
        let_send(stack, letters, "events.amazonaws.com");
    }
    stack.add(&id, rule);
}

/// What the design says of a flow, written to a resource by the card of the integration.
pub(super) fn of_flow(stack: &Stack<'_>, flow: usize, resource: &mut Resource) {
    let this = &stack.design.flows[flow];
    if let Some(integration) = stack.design.integration(stack.knowledge, this) {
        settings::write(resource, &this.settings, &integration.settings);
    }
}

/// A setting of a flow, as the design declares it.
pub(super) fn flow_setting(stack: &Stack<'_>, flow: usize, name: &str) -> Option<SettingValue> {
    stack.design.flows[flow].settings.get(name).map(|setting| setting.value.clone())
}

/// Lets a service call a function.
pub(super) fn permit(stack: &mut Stack<'_>, from: usize, to: usize, name: &str, source: &Value) {
    let of = stack.deployment.services.get(stack.service(from));
    let Some(principal) = of.and_then(|of| of.principal.clone()) else { return };
    let mut properties = json!({
        "FunctionName": reference(stack.id(to)),
        "Action": "lambda:InvokeFunction",
        "Principal": principal,
    });
    if source.is_null() {
        properties["SourceAccount"] = reference("AWS::AccountId");
    } else {
        properties["SourceArn"] = source.clone();
    }
    stack.add(&format!("{name}Permission"), Resource::new("AWS::Lambda::Permission", properties));
}

/// Lets a service send to a queue.
pub(super) fn let_send(stack: &mut Stack<'_>, queue: usize, principal: &str) {
    let id = stack.id(queue).to_owned();
    let statement = statement_for(principal, "sqs:SendMessage", &attribute(&id, "Arn"));
    let properties = json!({"Queues": [reference(&id)]});
    add_statement(stack, &format!("{id}Policy"), ("AWS::SQS::QueuePolicy", properties), statement);
}

/// Lets a service publish to a topic.
pub(super) fn let_publish(stack: &mut Stack<'_>, topic: usize, principal: &str) {
    let id = stack.id(topic).to_owned();
    let statement = statement_for(principal, "sns:Publish", &reference(&id));
    let properties = json!({"Topics": [reference(&id)]});
    add_statement(stack, &format!("{id}Policy"), ("AWS::SNS::TopicPolicy", properties), statement);
}

fn add_statement(stack: &mut Stack<'_>, id: &str, (kind, properties): (&str, Value), statement: Value) {
    let policy = stack.template.resources.entry(id.to_owned()).or_insert_with(|| {
        let mut properties = properties;
        properties["PolicyDocument"] = json!({"Version": "2012-10-17", "Statement": []});
        Resource::new(kind, properties)
    });
    let Some(statements) = policy.properties["PolicyDocument"]["Statement"].as_array_mut() else { return };
    if !statements.contains(&statement) {
        statements.push(statement);
    }
}

/// A pipe: its two ends follow from its flows.
pub(super) fn pipe(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    resource.remove("SourceParameters");
    let role = stack.role(node);
    resource.set("RoleArn", role);
    if let Some(key) = stack.key(node) {
        resource.set("KmsKeyIdentifier", key);
    }
    if let Some(filter) = patterns::filter(&stack.design.nodes[node].settings) {
        let source = stack.design.incoming(node).next().map(|(_, flow)| stack.service(flow.from));
        let root = if source == Some("sqs") { "body" } else { "data" };
        match patterns::pattern(filter, root) {
            Some(pattern) => resource.set(
                "SourceParameters.FilterCriteria",
                json!({"Filters": [{"Pattern": pattern.to_string()}]}),
            ),
            None => {
                stack.refuse_node(node, "the filter of this pipe is more than comparisons joined by `&&`");
            }
        }
    }
    if let Some(SettingValue::Node(function)) = stack.setting(node, "enrichment") {
        stack.grant_write(node, function);
        let arn = stack.arn(function).unwrap_or_default();
        resource.set("Enrichment", arn);
    }
}

/// Both ends of every pipe have to be there.
pub(super) fn finish(stack: &mut Stack<'_>) {
    for node in 0..stack.design.nodes.len() {
        if stack.service(node) != "eventbridge-pipes" {
            continue;
        }
        let pipe = stack.template.resources.get(stack.id(node));
        let has = |end: &str| pipe.is_some_and(|pipe| pipe.get(end).is_some());
        if !(has("Source") && has("Target")) {
            stack.refuse_node(node, "a pipe needs a source and a target");
        }
    }
}

/// What comes into a pipe.
pub(super) fn pipe_source(stack: &mut Stack<'_>, flow: usize) {
    let (from, pipe) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let parameters = match stack.service(from) {
        "kinesis-data-streams" => "KinesisStreamParameters",
        "dynamodb" => "DynamoDBStreamParameters",
        "sqs" => "SqsQueueParameters",
        other => {
            let message = format!("a pipe from {other} cannot be exported yet");
            return stack.refuse_flow(flow, &message);
        }
    };
    stack.grant_read(pipe, from);
    let source = match stack.deployment.services.get(stack.service(from)).and_then(|of| of.stream.clone()) {
        Some(stream) => attribute(stack.id(from), &stream),
        None => stack.arn(from).unwrap_or_default(),
    };
    let start = (parameters != "SqsQueueParameters").then(|| start(stack, flow));
    let letters = flow_setting(stack, flow, "on_failure");
    let Some(mut resource) = stack.resource(pipe).cloned() else { return };
    resource.set("Source", source);
    of_flow(stack, flow, &mut resource);
    if let Some(start) = start {
        resource.set(&format!("SourceParameters.{parameters}.StartingPosition"), start);
    }
    if let Some(SettingValue::Node(letters)) = letters {
        stack.grant_write(pipe, letters);
        let arn = stack.arn(letters).unwrap_or_default();
        resource.set(&format!("SourceParameters.{parameters}.DeadLetterConfig.Arn"), arn);
    }
    let id = stack.id(pipe).to_owned();
    stack.add(&id, resource);
}

/// Where what a pipe brings goes.
pub(super) fn pipe_target(stack: &mut Stack<'_>, flow: usize) {
    let (pipe, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let Some(arn) = stack.arn(to) else {
        let message = format!("a pipe into {} cannot be exported yet", stack.service(to));
        return stack.refuse_flow(flow, &message);
    };
    stack.grant_write(pipe, to);
    let key = (stack.service(to) == "kinesis-data-streams").then(|| {
        let name = format!("{}PartitionKey", stack.id(pipe));
        stack.ask(
            &name,
            &format!("Partition key of what {} writes, such as $.body.user.", stack.design.nodes[pipe].id),
        )
    });
    let is_machine = stack.service(to) == "step-functions";
    let Some(resource) = stack.resource(pipe) else { return };
    resource.set("Target", arn);
    if let Some(key) = key {
        resource.set("TargetParameters.KinesisStreamParameters.PartitionKey", key);
    }
    if is_machine {
        let way = json!({"InvocationType": "FIRE_AND_FORGET"});
        resource.set("TargetParameters.StepFunctionStateMachineParameters", way);
    }
}

/// A rule over the messages of devices.
pub(super) fn topic_rule(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    stack.ask(&format!("{id}Topic"), &format!("Filter of the topics that {name} takes, such as sensors/#."));
    let mut sql = format!("SELECT * FROM '${{{id}Topic}}'");
    if let Some(filter) = patterns::filter(&stack.design.nodes[node].settings) {
        match where_clause(filter) {
            Some(clause) => sql = format!("{sql} WHERE {clause}"),
            None => {
                stack.refuse_node(node, "the filter of this rule is more than comparisons joined by `&&`");
            }
        }
    }
    resource.set(
        "TopicRulePayload",
        json!({"AwsIotSqlVersion": "2016-03-23", "RuleDisabled": false, "Sql": substitute(sql), "Actions": []}),
    );
    if let Some(SettingValue::Node(target)) = stack.setting(node, "error_action")
        && let Some(action) = action(stack, node, target)
    {
        resource.set("TopicRulePayload.ErrorAction", action);
    }
}

fn where_clause(filter: &crate::expression::Expression) -> Option<String> {
    let one = |comparison: crate::expression::Comparison| {
        let (first, path) = comparison.path.split_first()?;
        let operator = match comparison.operator {
            "==" => "=",
            "!=" => "<>",
            "in" => return None,
            other => other,
        };
        let value = match comparison.value {
            crate::expression::Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
            crate::expression::Value::Quantity(quantity) => settings::number(quantity.amount).to_string(),
            crate::expression::Value::Flag(flag) => flag.to_string(),
            _ => return None,
        };
        (first == "record" && !path.is_empty()).then(|| format!("{} {operator} {value}", path.join(".")))
    };
    let clauses: Option<Vec<String>> = filter.comparisons()?.into_iter().map(one).collect();
    Some(clauses?.join(" AND "))
}

/// One of the targets of a rule over messages.
pub(super) fn topic_action(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let Some(action) = action(stack, from, to) else {
        let message = format!("a rule of IoT Core for {} cannot be exported yet", stack.service(to));
        return stack.refuse_flow(flow, &message);
    };
    let mut alone = Resource::new("AWS::IoT::TopicRule", json!({"TopicRulePayload": {"Actions": [action]}}));
    of_flow(stack, flow, &mut alone);
    let action = alone.properties["TopicRulePayload"]["Actions"][0].take();
    if let Some(rule) = stack.resource(from) {
        rule.push("TopicRulePayload.Actions", action);
    }
}

fn action(stack: &mut Stack<'_>, from: usize, to: usize) -> Option<Value> {
    let service = stack.service(to);
    let id = stack.id(to).to_owned();
    let target = reference(&id);
    if service == "lambda" {
        let source = attribute(stack.id(from), "Arn");
        permit(stack, from, to, &format!("{}To{id}", stack.id(from)), &source);
        return Some(json!({"Lambda": {"FunctionArn": stack.arn(to)}}));
    }
    stack.grant_write(from, to);
    let role = stack.role(from);
    Some(match service {
        "kinesis-data-streams" => {
            let key = stack.ask(
                &format!("{}PartitionKey", stack.id(from)),
                &format!(
                    "Partition key of what {} writes, such as ${{topic()}}.",
                    stack.design.nodes[from].id
                ),
            );
            json!({"Kinesis": {"RoleArn": role, "StreamName": target, "PartitionKey": key}})
        }
        "firehose" => json!({"Firehose": {"RoleArn": role, "DeliveryStreamName": target}}),
        "dynamodb" => json!({"DynamoDBv2": {"RoleArn": role, "PutItem": {"TableName": target}}}),
        "s3" => json!({"S3": {"RoleArn": role, "BucketName": target, "Key": "${topic()}/${timestamp()}"}}),
        "sqs" => json!({"Sqs": {"RoleArn": role, "QueueUrl": target, "UseBase64": false}}),
        "sns" => json!({"Sns": {"RoleArn": role, "TargetArn": target, "MessageFormat": "RAW"}}),
        "step-functions" => {
            json!({"StepFunctions": {"RoleArn": role, "StateMachineName": attribute(&id, "Name")}})
        }
        "cloudwatch-logs" => json!({"CloudwatchLogs": {"RoleArn": role, "LogGroupName": target}}),
        _ => return None,
    })
}

/// A log group, kept for as long as the design or whoever deploys says.
pub(super) fn log_group(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    if resource.get("RetentionInDays").is_none() {
        let days = stack.ask_number("LogRetentionDays", "How many days logs are kept.");
        resource.set("RetentionInDays", days);
    }
    if let Some(key) = stack.key(node) {
        resource.set("KmsKeyId", key);
    }
}

/// What of a log group goes elsewhere.
pub(super) fn log_subscription(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let id = format!("{}To{}", stack.id(from), stack.id(to));
    let pattern = match patterns::filter(&stack.design.flows[flow].settings) {
        None => Value::from(""),
        Some(filter) => {
            let about = format!("Filter pattern that says the same as `{}`.", filter.text());
            stack.ask(&format!("{id}Pattern"), &about)
        }
    };
    let properties = json!({"LogGroupName": reference(stack.id(from)), "FilterPattern": pattern, "DestinationArn": stack.arn(to)});
    let mut filter = Resource::new("AWS::Logs::SubscriptionFilter", properties);
    of_flow(stack, flow, &mut filter);
    match stack.service(to) {
        "lambda" => {
            permit(stack, from, to, &id, &attribute(stack.id(from), "Arn"));
            filter.depends_on.push(format!("{id}Permission"));
        }
        "kinesis-data-streams" | "firehose" => {
            stack.grant_write(from, to);
            let role = stack.role(from);
            filter.set("RoleArn", role);
        }
        other => {
            let message = format!("log groups into {other} cannot be exported yet");
            return stack.refuse_flow(flow, &message);
        }
    }
    stack.add(&id, filter);
}

/// A subscription of a topic.
pub(super) fn subscription(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let id = format!("{}To{}", stack.id(from), stack.id(to));
    let mut properties = json!({"TopicArn": reference(stack.id(from))});
    match stack.service(to) {
        "sqs" => {
            properties["Protocol"] = "sqs".into();
            properties["Endpoint"] = stack.arn(to).unwrap_or_default();
            let_send(stack, to, "sns.amazonaws.com");
        }
        "lambda" => {
            properties["Protocol"] = "lambda".into();
            properties["Endpoint"] = stack.arn(to).unwrap_or_default();
            permit(stack, from, to, &id, &reference(stack.id(from)));
        }
        "firehose" => {
            properties["Protocol"] = "firehose".into();
            properties["Endpoint"] = stack.arn(to).unwrap_or_default();
            stack.grant_write(from, to);
            properties["SubscriptionRoleArn"] = stack.role(from);
        }
        "http-endpoint" => {
            properties["Protocol"] = "https".into();
            let about = format!("HTTPS address of {}.", stack.design.nodes[to].id);
            properties["Endpoint"] = stack.ask(&format!("{}Url", stack.id(to)), &about);
        }
        other => {
            let message = format!("a subscription of {other} cannot be exported yet");
            return stack.refuse_flow(flow, &message);
        }
    }
    if let Some(pattern) = patterns::of_flow(stack, flow, "") {
        properties["FilterPolicy"] = pattern;
        properties["FilterPolicyScope"] = "MessageBody".into();
    }
    if let Some(SettingValue::Node(letters)) = flow_setting(stack, flow, "dead_letters") {
        properties["RedrivePolicy"] = json!({"deadLetterTargetArn": stack.arn(letters)});
        let_send(stack, letters, "sns.amazonaws.com");
    }
    let mut subscription = Resource::new("AWS::SNS::Subscription", properties);
    of_flow(stack, flow, &mut subscription);
    stack.add(&id, subscription);
}

/// What a bucket tells of its objects.
pub(super) fn notification(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let id = format!("{}To{}", stack.id(from), stack.id(to));
    let arn = stack.arn(to).unwrap_or_default();
    let event = "s3:ObjectCreated:*";
    let (list, entry, before) = match stack.service(to) {
        "lambda" => {
            // The bucket names the function and the permission must be there before, so it cannot name the bucket.
            permit(stack, from, to, &id, &Value::Null);
            ("LambdaConfigurations", json!({"Event": event, "Function": arn}), format!("{id}Permission"))
        }
        "sqs" => {
            let_send(stack, to, "s3.amazonaws.com");
            ("QueueConfigurations", json!({"Event": event, "Queue": arn}), format!("{}Policy", stack.id(to)))
        }
        "sns" => {
            let_publish(stack, to, "s3.amazonaws.com");
            ("TopicConfigurations", json!({"Event": event, "Topic": arn}), format!("{}Policy", stack.id(to)))
        }
        other => {
            let message = format!("notifications of a bucket to {other} cannot be exported yet");
            return stack.refuse_flow(flow, &message);
        }
    };
    if let Some(bucket) = stack.resource(from) {
        bucket.push(&format!("NotificationConfiguration.{list}"), entry);
        bucket.depends_on.push(before);
    }
}
