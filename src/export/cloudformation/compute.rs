//! Functions, Flink applications and state machines: what runs code, which whoever deploys has to bring.

use serde_json::{Value, json};

use crate::design::settings::SettingValue;
use crate::export::cloudformation::settings::{self, number};
use crate::export::cloudformation::stack::Stack;
use crate::export::template::{Resource, attribute, reference, substitute};

/// A function with its role and log group; what happens to queued calls is a resource of its own.
pub(super) fn function(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    let bucket = stack.ask("CodeBucket", "The bucket that holds the code of functions and applications.");
    let key = stack.ask(&format!("{id}CodeKey"), &format!("Key of the code of {name} in that bucket."));
    resource.set("Code", json!({"S3Bucket": bucket, "S3Key": key}));
    let handler = stack.ask(&format!("{id}Handler"), &format!("What of the code of {name} is called."));
    resource.set("Handler", handler);
    if resource.get("Runtime").is_none() {
        let about = format!("In what {name} is written, such as python3.13.");
        let runtime = stack.ask(&format!("{id}Runtime"), &about);
        resource.set("Runtime", runtime);
    }
    let role = stack.role(node);
    resource.set("Role", role);
    let logs = stack.logs(node);
    resource.set("LoggingConfig", json!({"LogGroup": reference(&logs)}));
    let actions = ["logs:CreateLogStream", "logs:PutLogEvents"].map(str::to_owned).to_vec();
    stack.grant(node, actions, vec![attribute(&logs, "Arn")]);
    if stack.setting(node, "provisioned_concurrency").is_some() {
        stack.refuse_node(
            node,
            "`provisioned_concurrency` cannot be exported yet; it needs a published version",
        );
    }
    queued_calls(stack, node);
}

/// Retries and destinations of queued calls, where the design says any.
fn queued_calls(stack: &mut Stack<'_>, node: usize) {
    let id = stack.id(node).to_owned();
    let this = &stack.design.nodes[node];
    let mut config = Resource::new("AWS::Lambda::EventInvokeConfig", json!({}));
    if let Some(card) = stack.knowledge.card(&this.service) {
        settings::write(&mut config, &this.settings, &card.settings);
    }
    for (setting, place) in [("on_failure", "OnFailure"), ("on_success", "OnSuccess")] {
        let Some(SettingValue::Node(target)) = stack.setting(node, setting) else { continue };
        let Some(arn) = stack.arn(target) else { continue };
        config.set(&format!("DestinationConfig.{place}.Destination"), arn);
        stack.grant_write(node, target);
    }
    if config.properties.as_object().is_some_and(|fields| !fields.is_empty()) {
        config.set("FunctionName", reference(&id));
        config.set("Qualifier", "$LATEST".into());
        stack.add(&format!("{id}QueuedCalls"), config);
    }
}

/// A Flink application, told in its properties what it reads and writes.
pub(super) fn application(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    if resource.get("RuntimeEnvironment").is_none() {
        let about = format!("Version of Flink that {name} runs on, such as FLINK-1_20.");
        let runtime = stack.ask(&format!("{id}Runtime"), &about);
        resource.set("RuntimeEnvironment", runtime);
    }
    let role = stack.role(node);
    resource.set("ServiceExecutionRole", role);
    stack.ask("CodeBucket", "The bucket that holds the code of functions and applications.");
    let key = stack.ask(&format!("{id}CodeKey"), &format!("Key of the code of {name} in that bucket."));
    let bucket = substitute("arn:${AWS::Partition}:s3:::${CodeBucket}");
    let object = substitute(format!("arn:${{AWS::Partition}}:s3:::${{CodeBucket}}/${{{id}CodeKey}}"));
    let read = ["s3:GetObject", "s3:GetObjectVersion"].map(str::to_owned).to_vec();
    stack.grant(node, read, vec![object]);
    resource.set(
        "ApplicationConfiguration.ApplicationCodeConfiguration",
        json!({
            "CodeContentType": "ZIPFILE",
            "CodeContent": {"S3ContentLocation": {"BucketARN": bucket, "FileKey": key}},
        }),
    );
    let flink = "ApplicationConfiguration.FlinkApplicationConfiguration";
    parallelism(stack, node, resource, flink);
    if resource.get(&format!("{flink}.CheckpointConfiguration")).is_some() {
        resource.set(&format!("{flink}.CheckpointConfiguration.ConfigurationType"), "CUSTOM".into());
        resource.set(&format!("{flink}.CheckpointConfiguration.CheckpointingEnabled"), true.into());
    }
    application_logs(stack, node);
}

fn parallelism(stack: &Stack<'_>, node: usize, resource: &mut Resource, flink: &str) {
    let per_unit = stack.amount(node, "parallelism_per_kpu");
    let tasks = stack.amount(node, "parallelism");
    let units = stack.amount(node, "kpus").map(|units| units * per_unit.unwrap_or(1.0));
    let Some(tasks) = tasks.or(units) else { return };
    let mut config = json!({"ConfigurationType": "CUSTOM", "Parallelism": number(tasks)});
    if let Some(per_unit) = per_unit {
        config["ParallelismPerKPU"] = number(per_unit);
    }
    if let Some(SettingValue::Flag(scales)) = stack.setting(node, "auto_scaling") {
        config["AutoScalingEnabled"] = scales.into();
    }
    resource.set(&format!("{flink}.ParallelismConfiguration"), config);
}

fn application_logs(stack: &mut Stack<'_>, node: usize) {
    let id = stack.id(node).to_owned();
    let logs = stack.logs(node);
    let stream = format!("{id}LogStream");
    let properties = json!({"LogGroupName": reference(&logs), "LogStreamName": "application"});
    stack.add(&stream, Resource::new("AWS::Logs::LogStream", properties));
    let address =
        format!("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{{logs}}}");
    let properties = json!({
        "ApplicationName": reference(&id),
        "CloudWatchLoggingOption": {
            "LogStreamARN": substitute(format!("{address}:log-stream:${{{stream}}}")),
        },
    });
    let kind = "AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption";
    stack.add(&format!("{id}Logging"), Resource::new(kind, properties));
    let actions = ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    stack.grant(node, actions.map(str::to_owned).to_vec(), vec![attribute(&logs, "Arn")]);
}

/// A workflow, whose definition whoever deploys brings.
pub(super) fn state_machine(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    let bucket = stack.ask("CodeBucket", "The bucket that holds the code of functions and applications.");
    let about = format!("Key of the definition of {name} in that bucket, in Amazon States Language.");
    let key = stack.ask(&format!("{id}DefinitionKey"), &about);
    resource.set("DefinitionS3Location", json!({"Bucket": bucket, "Key": key}));
    let role = stack.role(node);
    resource.set("RoleArn", role);
    if let Some(key) = stack.key(node) {
        let config = json!({"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": key});
        resource.set("EncryptionConfiguration", config);
    }
}

/// Tells the code of a node the name of what it sends to or reads from.
pub(super) fn tell(stack: &mut Stack<'_>, holder: usize, other: usize) {
    let name = stack.design.nodes[other].id.clone();
    let value = reference(stack.id(other));
    let group = stack.design.nodes[holder].id.clone();
    match stack.service(holder) {
        "lambda" => {
            let variable: String = name
                .chars()
                .map(|char| if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' })
                .collect();
            // The names of variables begin with a letter.
            let variable = variable.trim_start_matches(|char: char| !char.is_ascii_alphabetic());
            let variable = if variable.len() < 2 { format!("NODE_{variable}") } else { variable.to_owned() };
            if let Some(function) = stack.resource(holder) {
                function.set(&format!("Environment.Variables.{variable}"), value);
            }
        }
        "managed-flink" => {
            let Some(application) = stack.resource(holder) else { return };
            let groups = "ApplicationConfiguration.EnvironmentProperties.PropertyGroups";
            if application.get(groups).is_none() {
                application.push(groups, json!({"PropertyGroupId": group, "PropertyMap": {}}));
            }
            if let Some(Value::Object(map)) =
                application.properties["ApplicationConfiguration"]["EnvironmentProperties"]["PropertyGroups"]
                    .get_mut(0)
                    .and_then(|group| group.get_mut("PropertyMap"))
            {
                map.insert(name, value);
            }
        }
        _ => {}
    }
}
