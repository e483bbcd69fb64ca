//! Firehose: where records come from, what reshapes them, and where they go.

use serde_json::{Value, json};

use crate::design::settings::SettingValue;
use crate::export::cloudformation::stack::Stack;
use crate::export::template::{Parameter, Resource, attribute, reference, substitute};

/// The destination under whose name the cards list the properties that destinations share.
const SHARED: &str = "ExtendedS3DestinationConfiguration";
/// What destinations other than S3 have at their own level; the rest belongs to the bucket behind them.
const OWN: [&str; 3] = ["BufferingHints", "ProcessingConfiguration", "CloudWatchLoggingOptions"];

/// A delivery stream with its role, its log and what is shared by all destinations.
pub(super) fn stream(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let reads = stack.design.incoming(node).any(|(_, flow)| {
        matches!(stack.service(flow.from), "kinesis-data-streams" | "msk" | "msk-serverless")
    });
    resource.set("DeliveryStreamType", if reads { "KinesisStreamAsSource" } else { "DirectPut" }.into());
    let key = stack.key(node);
    if reads {
        // What comes out of a stream is encrypted there; Firehose takes a key of its own for direct writes only.
        resource.remove("DeliveryStreamEncryptionConfigurationInput");
    } else {
        let kind = match stack.word(node, "encryption").as_deref() {
            Some("aws-managed") => Some(json!({"KeyType": "AWS_OWNED_CMK"})),
            Some("customer-key") => Some(json!({"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": key})),
            _ => None,
        };
        if let Some(kind) = kind {
            resource.set("DeliveryStreamEncryptionConfigurationInput", kind);
        }
    }
    let mut shared = resource.remove(SHARED).unwrap_or_else(|| json!({}));
    if let Some(fields) = resource.properties.as_object_mut() {
        // Cards name a setting in every destination that has it, and the node has one.
        fields.retain(|name, _| !name.ends_with("DestinationConfiguration"));
    }
    logging(stack, node, &mut shared);
    processing(stack, node, &mut shared);
    destination(stack, node, resource, shared);
}

/// Failures are logged unless the design says that they are not.
fn logging(stack: &mut Stack<'_>, node: usize, shared: &mut Value) {
    if stack.declared(node, "error_logging") == Some(false.into()) {
        return;
    }
    let id = stack.id(node).to_owned();
    let logs = stack.logs(node);
    let stream = format!("{id}LogStream");
    let properties = json!({"LogGroupName": reference(&logs), "LogStreamName": "delivery"});
    stack.add(&stream, Resource::new("AWS::Logs::LogStream", properties));
    shared["CloudWatchLoggingOptions"] = json!({
        "Enabled": true,
        "LogGroupName": reference(&logs),
        "LogStreamName": reference(&stream),
    });
    stack.grant(node, vec!["logs:PutLogEvents".to_owned()], vec![attribute(&logs, "Arn")]);
}

/// The function that reshapes records, the delimiter, and what takes the partitions out of the records.
fn processing(stack: &mut Stack<'_>, node: usize, shared: &mut Value) {
    let mut processors = Vec::new();
    if let Some(fields) = shared.as_object_mut() {
        fields.shift_remove("ProcessingConfiguration");
    }
    if let Some(SettingValue::Node(function)) = stack.setting(node, "transform")
        && let Some(arn) = stack.arn(function)
    {
        stack.grant_write(node, function);
        let mut parameters = vec![parameter("LambdaArn", arn)];
        for (setting, name) in [
            ("transform_buffer.size", "BufferSizeInMBs"),
            ("transform_buffer.interval", "BufferIntervalInSeconds"),
            ("transform_retries", "NumberOfRetries"),
        ] {
            // Every parameter is a text, numbers too.
            parameters.extend(stack.declared(node, setting).map(|value| parameter(name, value.to_string())));
        }
        processors.push(json!({"Type": "Lambda", "Parameters": parameters}));
    }
    if let Some(fields) = partitions(stack, node) {
        let query: Vec<String> = fields.iter().map(|field| format!("{field}: .{field}")).collect();
        let query = format!("{{{}}}", query.join(", "));
        processors.push(json!({"Type": "MetadataExtraction", "Parameters": [
            parameter("MetadataExtractionQuery", query),
            parameter("JsonParsingEngine", "JQ-1.6"),
        ]}));
        shared["DynamicPartitioningConfiguration"] = json!({"Enabled": true});
        let folders: Vec<String> =
            fields.iter().map(|field| format!("{field}=!{{partitionKeyFromQuery:{field}}}/")).collect();
        let prefix = shared["Prefix"].as_str().unwrap_or_default().to_owned();
        shared["Prefix"] = format!("{prefix}{}", folders.concat()).into();
        if shared["ErrorOutputPrefix"].is_null() {
            let name = format!("{}ErrorPrefix", stack.id(node));
            let about =
                format!("Where in the bucket {} puts what it cannot partition.", stack.design.nodes[node].id);
            shared["ErrorOutputPrefix"] = stack.ask(&name, &about);
        }
    }
    if stack.flag(node, "append_delimiter") {
        let delimiter = parameter("Delimiter", "\\n");
        processors.push(json!({"Type": "AppendDelimiterToRecord", "Parameters": [delimiter]}));
    }
    if !processors.is_empty() {
        shared["ProcessingConfiguration"] = json!({"Enabled": true, "Processors": processors});
    }
}

fn parameter(name: &str, value: impl Into<Value>) -> Value {
    json!({"ParameterName": name, "ParameterValue": value.into()})
}

fn partitions(stack: &Stack<'_>, node: usize) -> Option<Vec<String>> {
    match stack.setting(node, "partition_by")? {
        SettingValue::List(items) => {
            Some(items.iter().filter_map(|item| item.value.text()).map(str::to_owned).collect())
        }
        _ => None,
    }
}

/// The one destination, with what the service needs to be reached.
fn destination(stack: &mut Stack<'_>, node: usize, resource: &mut Resource, mut shared: Value) {
    let flow = stack.design.outgoing(node).find(|(_, flow)| flow.role.as_str() == "flow");
    let Some((index, flow)) = flow else {
        return stack.refuse_node(node, "Firehose needs a destination, and nothing leaves this node");
    };
    let to = flow.to;
    let integration = stack.design.integration(stack.knowledge, flow);
    let step = integration.and_then(|found| found.cloudformation.first()?.steps.first().cloned());
    let (Some(step), true) = (step, known_destination(stack.service(to))) else {
        let message = format!("Firehose into {} cannot be exported yet", stack.service(to));
        return stack.refuse_flow(index, &message);
    };
    let role = stack.role(node);
    if step.name == SHARED {
        shared["RoleARN"] = role;
        shared["BucketARN"] = stack.arn(to).unwrap_or_default();
        stack.grant_write(node, to);
        format(stack, node, &mut shared);
        if let Some(SettingValue::Node(backup)) = stack.setting(node, "backup") {
            stack.grant_write(node, backup);
            shared["S3BackupMode"] = "Enabled".into();
            shared["S3BackupConfiguration"] =
                json!({"RoleARN": stack.role(node), "BucketARN": stack.arn(backup)});
        }
        resource.set(SHARED, shared);
        return;
    }
    if shared.get("DataFormatConversionConfiguration").is_some() || partitions(stack, node).is_some() {
        let message =
            format!("columns and partitions cannot be exported for {}, only for s3", stack.service(to));
        return stack.refuse_flow(index, &message);
    }
    let mut own = addressed(stack, node, to);
    // Splunk is let in by its token, and AWS's schema has no role there.
    if stack.service(to) != "splunk" {
        own["RoleARN"] = role;
    }
    let mut bucket = bucket_behind(stack, node);
    for (name, value) in shared.as_object().into_iter().flatten() {
        let is_own =
            OWN.contains(&name.as_str()) && !(name == "BufferingHints" && step.name.starts_with("Redshift"));
        let place = if is_own { &mut own } else { &mut bucket };
        place[name.as_str()] = value.clone();
    }
    own["S3Configuration"] = bucket;
    if let Some(retry) = stack.declared(node, "retry") {
        own["RetryOptions"] = json!({"DurationInSeconds": retry});
    }
    resource.set(&step.name, own);
}

fn known_destination(service: &str) -> bool {
    matches!(
        service,
        "s3" | "redshift" | "redshift-serverless" | "opensearch" | "splunk" | "snowflake" | "http-endpoint"
    )
}

/// The bucket behind a destination that is none: where failed records go, or all, and what waits for a COPY.
fn bucket_behind(stack: &mut Stack<'_>, node: usize) -> Value {
    let role = stack.role(node);
    if let Some(SettingValue::Node(backup)) = stack.setting(node, "backup") {
        stack.grant_write(node, backup);
        return json!({"RoleARN": role, "BucketARN": stack.arn(backup)});
    }
    let id = format!("{}Bucket", stack.id(node));
    let block = json!({
        "BlockPublicAcls": true,
        "BlockPublicPolicy": true,
        "IgnorePublicAcls": true,
        "RestrictPublicBuckets": true,
    });
    let properties = json!({
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}},
        ]},
        "PublicAccessBlockConfiguration": block,
    });
    let mut bucket = Resource::new("AWS::S3::Bucket", properties)
        .comment(format!("Where {} puts what its destination does not take.", stack.design.nodes[node].id));
    bucket.is_kept = true;
    stack.add(&id, bucket);
    let of = stack.deployment.services.get("s3");
    let actions = of.map(|of| of.write.clone()).unwrap_or_default();
    let arns = vec![attribute(&id, "Arn"), substitute(format!("${{{id}.Arn}}/*"))];
    stack.grant(node, actions, arns);
    json!({"RoleARN": role, "BucketARN": attribute(&id, "Arn")})
}

/// Parquet and ORC need a table of the Glue catalogue, which whoever deploys names.
fn format(stack: &mut Stack<'_>, node: usize, shared: &mut Value) {
    let Some(word) = stack.word(node, "format").filter(|word| word != "json") else {
        if let Some(fields) = shared.as_object_mut() {
            fields.shift_remove("DataFormatConversionConfiguration");
        }
        return;
    };
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    let database =
        stack.ask(&format!("{id}SchemaDatabase"), &format!("Glue database with the schema of {name}."));
    let table = stack.ask(&format!("{id}SchemaTable"), &format!("Glue table with the schema of {name}."));
    let serializer = if word == "orc" { "OrcSerDe" } else { "ParquetSerDe" };
    shared["DataFormatConversionConfiguration"] = json!({
        "Enabled": true,
        "SchemaConfiguration": {
            "DatabaseName": database,
            "TableName": table,
            "RoleARN": stack.role(node),
            "Region": {"Ref": "AWS::Region"},
        },
        "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
        "OutputFormatConfiguration": {"Serializer": {serializer: {}}},
    });
    let glue = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}";
    let resources = vec![
        substitute(format!("{glue}:catalog")),
        substitute(format!("{glue}:database/${{{id}SchemaDatabase}}")),
        substitute(format!("{glue}:table/${{{id}SchemaDatabase}}/${{{id}SchemaTable}}")),
    ];
    let actions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];
    stack.grant(node, actions.map(str::to_owned).to_vec(), resources);
}

/// How a destination is reached: by its resource, or by what whoever deploys says.
fn addressed(stack: &mut Stack<'_>, node: usize, to: usize) -> Value {
    let (id, name) = (stack.id(to).to_owned(), stack.design.nodes[to].id.clone());
    let service = stack.service(to);
    let mut ask = |what: &str, about: &str| stack.ask(&format!("{id}{what}"), &format!("{about} {name}."));
    match service {
        "opensearch" => {
            let index = match stack.word(to, "index") {
                Some(index) => index.into(),
                None => stack.ask(&format!("{id}Index"), &format!("Index of {name} that is written.")),
            };
            stack.grant_write(node, to);
            let mut found = json!({"DomainARN": stack.arn(to), "IndexName": index});
            if let Some(rotation) = stack.declared(to, "index_rotation") {
                found["IndexRotationPeriod"] = rotation;
            }
            found
        }
        "http-endpoint" => {
            let address = ask("Url", "HTTPS address of");
            json!({"EndpointConfiguration": {"Url": address, "Name": name}})
        }
        "splunk" => {
            let endpoint = ask("Endpoint", "Address of the HTTP Event Collector of");
            let kind = stack.word(to, "endpoint_type").unwrap_or_default();
            let kind = if kind == "event" { "Event" } else { "Raw" };
            let token = secret(
                stack,
                &format!("{id}Token"),
                &format!("Token of the HTTP Event Collector of {name}."),
            );
            json!({"HECEndpoint": endpoint, "HECEndpointType": kind, "HECToken": token})
        }
        "snowflake" => snowflake(stack, to),
        _ => {
            let address = ask("JdbcUrl", "JDBC address of the database of");
            let table = ask("Table", "Table that is loaded in");
            let secret = ask("SecretArn", "ARN of the secret with user and password of");
            let read = vec!["secretsmanager:GetSecretValue".to_owned()];
            stack.grant(node, read, vec![secret.clone()]);
            json!({
                "ClusterJDBCURL": address,
                "CopyCommand": {"DataTableName": table, "CopyOptions": "JSON 'auto'"},
                "SecretsManagerConfiguration": {
                    "Enabled": true,
                    "SecretARN": secret,
                    "RoleARN": stack.role(node),
                },
            })
        }
    }
}

fn snowflake(stack: &mut Stack<'_>, to: usize) -> Value {
    let (id, name) = (stack.id(to).to_owned(), stack.design.nodes[to].id.clone());
    let mut named = |setting: &str, property: &str| match stack.word(to, setting) {
        Some(word) => word.into(),
        None => stack.ask(&format!("{id}{property}"), &format!("{property} of {name}.")),
    };
    let (database, schema, table) =
        (named("database", "Database"), named("schema", "Schema"), named("table", "Table"));
    let account = stack.ask(&format!("{id}AccountUrl"), &format!("Address of the account of {name}."));
    let user = stack.ask(&format!("{id}User"), &format!("User that loads {name}."));
    let key = secret(stack, &format!("{id}PrivateKey"), &format!("Private key of that user of {name}."));
    json!({
        "AccountUrl": account,
        "User": user,
        "PrivateKey": key,
        "Database": database,
        "Schema": schema,
        "Table": table,
    })
}

fn secret(stack: &mut Stack<'_>, name: &str, about: &str) -> Value {
    let parameter = Parameter { about: about.to_owned(), is_secret: true, ..Parameter::default() };
    stack.ask_for(name, parameter)
}
