//! Streams, queues, topics and stores.

use serde_json::{Value, json};

use crate::design::settings::SettingValue;
use crate::export::cloudformation::settings::number;
use crate::export::cloudformation::stack::{Stack, camel_case};
use crate::export::template::{Resource, attribute, reference, substitute};

/// A data stream: its capacity, and the key that encrypts it.
pub(super) fn stream(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let is_provisioned = stack.word(node, "mode").as_deref() == Some("provisioned");
    if is_provisioned && let Some(shards) = stack.amount(node, "shards") {
        resource.set("ShardCount", number(shards));
    }
    let key = match stack.word(node, "encryption").as_deref() {
        Some("aws-managed") => Some("alias/aws/kinesis".into()),
        _ => stack.key(node),
    };
    if let Some(key) = key {
        resource.set("StreamEncryption", json!({"EncryptionType": "KMS", "KeyId": key}));
    }
}

/// A table: its key, capacity and change stream.
pub(super) fn table(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    resource.is_kept = true;
    let id = stack.id(node).to_owned();
    let name = stack.design.nodes[node].id.clone();
    let (mut schema, mut attributes) = (Vec::new(), Vec::new());
    for (place, key) in keys(stack, node).into_iter().enumerate() {
        let kind = stack.ask_one_of(
            &format!("{id}{}Type", camel_case(key.as_str().unwrap_or("Key"))),
            &format!("Type of the key attribute of {name}: text, number or binary."),
            &["S", "N", "B"],
        );
        let role = if place == 0 { "HASH" } else { "RANGE" };
        schema.push(json!({"AttributeName": key, "KeyType": role}));
        attributes.push(json!({"AttributeName": key, "AttributeType": kind}));
    }
    resource.set("KeySchema", Value::Array(schema));
    resource.set("AttributeDefinitions", Value::Array(attributes));
    if stack.word(node, "mode").as_deref() == Some("provisioned") {
        resource.set("BillingMode", "PROVISIONED".into());
        for (setting, property) in
            [("write_capacity", "WriteCapacityUnits"), ("read_capacity", "ReadCapacityUnits")]
        {
            let path = format!("ProvisionedThroughput.{property}");
            if resource.get(&path).is_none() {
                let about = format!("`{setting}` of {name}.");
                let asked = stack.ask_number(&format!("{id}{property}"), &about);
                resource.set(&path, asked);
            }
        }
    } else {
        // Capacity that nobody can reserve.
        resource.remove("ProvisionedThroughput");
    }
    if let Some(attribute) = stack.word(node, "time_to_live") {
        resource.set("TimeToLiveSpecification", json!({"AttributeName": attribute, "Enabled": true}));
    }
    change_stream(stack, node, resource);
    match stack.word(node, "encryption").as_deref() {
        Some("aws-managed") => {
            resource.set("SSESpecification", json!({"SSEEnabled": true, "SSEType": "KMS"}));
        }
        Some("customer-key") => {
            let key = stack.key(node).unwrap_or_default();
            resource.set(
                "SSESpecification",
                json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": key}),
            );
        }
        _ => {}
    }
}

/// The names of the key's attributes; whoever deploys says it where the design does not.
fn keys(stack: &mut Stack<'_>, node: usize) -> Vec<Value> {
    let declared: Vec<Value> = match stack.setting(node, "key") {
        Some(SettingValue::List(items)) => {
            items.iter().filter_map(|item| item.value.text()).map(Value::from).collect()
        }
        _ => Vec::new(),
    };
    if !declared.is_empty() {
        return declared;
    }
    let name = format!("{}Key", stack.id(node));
    let about =
        format!("Name of the attribute that is the partition key of {}.", stack.design.nodes[node].id);
    vec![stack.ask(&name, &about)]
}

fn change_stream(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let is_read = stack.design.outgoing(node).any(|(_, flow)| {
        stack
            .design
            .integration(stack.knowledge, flow)
            .is_some_and(|integration| integration.via == "streams")
    });
    if !is_read && !stack.flag(node, "streams") {
        resource.remove("StreamSpecification");
        return;
    }
    let view = match stack.word(node, "stream_view") {
        Some(view) => view.to_uppercase().replace('-', "_").into(),
        None => stack.ask_one_of(
            &format!("{}StreamView", stack.id(node)),
            &format!("What the stream of {} shows of a changed item.", stack.design.nodes[node].id),
            &["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"],
        ),
    };
    resource.set("StreamSpecification", json!({"StreamViewType": view}));
}

/// A bucket that nobody outside of the account sees, over TLS only.
pub(super) fn bucket(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    resource.is_kept = true;
    let id = stack.id(node).to_owned();
    let encryption = match stack.word(node, "encryption").as_deref() {
        Some("customer-key") => {
            let key = stack.key(node).unwrap_or_default();
            json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key})
        }
        _ => json!({"SSEAlgorithm": "AES256"}),
    };
    resource.set(
        "BucketEncryption",
        json!({"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": encryption}]}),
    );
    resource.set(
        "PublicAccessBlockConfiguration",
        json!({
            "BlockPublicAcls": true,
            "BlockPublicPolicy": true,
            "IgnorePublicAcls": true,
            "RestrictPublicBuckets": true,
        }),
    );
    if resource.get("LifecycleConfiguration").is_some() {
        resource.set("LifecycleConfiguration.Rules.Status", "Enabled".into());
    }
    let policy = json!({
        "Bucket": reference(&id),
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [attribute(&id, "Arn"), substitute(format!("${{{id}.Arn}}/*"))],
            "Condition": {"Bool": {"aws:SecureTransport": false}},
        }]},
    });
    stack.add(&format!("{id}Policy"), Resource::new("AWS::S3::BucketPolicy", policy));
}

/// FIFO queues and topics have names of their own kind.
fn fifo_name(stack: &Stack<'_>, node: usize, resource: &mut Resource, property: &str) {
    if stack.word(node, "type").as_deref() == Some("fifo") {
        let name = format!("${{AWS::StackName}}-{}.fifo", stack.design.nodes[node].id);
        resource.set(property, substitute(name));
    }
}

/// A queue; where its dead letters go follows from the node that it names.
pub(super) fn queue(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    fifo_name(stack, node, resource, "QueueName");
    resource.remove("FifoThroughputLimit");
    resource.remove("DeduplicationScope");
    let is_fifo = stack.word(node, "type").as_deref() == Some("fifo");
    if !is_fifo {
        resource.remove("ContentBasedDeduplication");
    }
    if is_fifo && stack.flag(node, "high_throughput") {
        resource.set("FifoThroughputLimit", "perMessageGroupId".into());
        resource.set("DeduplicationScope", "messageGroup".into());
    }
    let refuses = matches!(stack.setting(node, "redrive_allowed"), Some(SettingValue::Flag(false)));
    resource.remove("RedriveAllowPolicy");
    if refuses {
        resource.set("RedriveAllowPolicy", json!({"redrivePermission": "denyAll"}));
    }
    match stack.word(node, "encryption").as_deref() {
        Some("none") => resource.set("SqsManagedSseEnabled", false.into()),
        Some("customer-key") => {
            let key = stack.key(node).unwrap_or_default();
            resource.set("KmsMasterKeyId", key);
        }
        _ => resource.set("SqsManagedSseEnabled", true.into()),
    }
    let Some(SettingValue::Node(letters)) = stack.setting(node, "dead_letters") else {
        resource.remove("RedrivePolicy");
        return;
    };
    let Some(arn) = stack.arn(letters) else { return };
    let receives = stack.amount(node, "max_receives").map_or(Value::Null, number);
    resource.set("RedrivePolicy", json!({"deadLetterTargetArn": arn, "maxReceiveCount": receives}));
}

/// A topic.
pub(super) fn topic(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    fifo_name(stack, node, resource, "TopicName");
    if let Some(days) = stack.declared(node, "archive") {
        resource.set("ArchivePolicy", json!({"MessageRetentionPeriod": days}));
    }
    let key = match stack.word(node, "encryption").as_deref() {
        Some("aws-managed") => Some("alias/aws/sns".into()),
        _ => stack.key(node),
    };
    if let Some(key) = key {
        resource.set("KmsMasterKeyId", key);
    }
}

/// A search domain, reached over TLS.
pub(super) fn domain(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    resource.is_kept = true;
    let (id, name) = (stack.id(node).to_owned(), stack.design.nodes[node].id.clone());
    for (path, parameter, about) in [
        ("ClusterConfig.InstanceType", "InstanceType", "Type of the data nodes of"),
        ("EBSOptions.VolumeSize", "VolumeSize", "Storage of each data node in GiB of"),
    ] {
        if resource.get(path).is_none() {
            let parameter = format!("{id}{parameter}");
            let about = format!("{about} {name}.");
            let asked = match path {
                "EBSOptions.VolumeSize" => stack.ask_number(&parameter, &about),
                _ => stack.ask(&parameter, &about),
            };
            resource.set(path, asked);
        }
    }
    resource.set("EBSOptions.EBSEnabled", true.into());
    resource.set("DomainEndpointOptions.EnforceHTTPS", true.into());
    if stack.amount(node, "availability_zones").is_some_and(|zones| zones > 1.0) {
        resource.set("ClusterConfig.ZoneAwarenessEnabled", true.into());
    } else if resource.get("ClusterConfig.ZoneAwarenessConfig").is_some() {
        resource.set("ClusterConfig.ZoneAwarenessConfig", Value::Null);
    }
    match stack.word(node, "encryption").as_deref() {
        Some("aws-managed") => resource.set("EncryptionAtRestOptions", json!({"Enabled": true})),
        Some("customer-key") => {
            let key = stack.key(node).unwrap_or_default();
            resource.set("EncryptionAtRestOptions", json!({"Enabled": true, "KmsKeyId": key}));
        }
        _ => {}
    }
}

/// A table of a time series database, and the database.
pub(super) fn time_series(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    resource.is_kept = true;
    let database = format!("{}Database", stack.id(node));
    let key = stack.key(node);
    let properties = key.map_or(json!({}), |key| json!({"KmsKeyId": key}));
    stack.add(&database, Resource::new("AWS::Timestream::Database", properties));
    resource.set("DatabaseName", reference(&database));
}

/// A video stream.
pub(super) fn video(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    if let Some(key) = stack.key(node) {
        resource.set("KmsKeyId", key);
    }
}

/// The settings of queries; what they read is wired nowhere.
pub(super) fn work_group(stack: &mut Stack<'_>, node: usize, resource: &mut Resource) {
    let name = substitute(format!("${{AWS::StackName}}-{}", stack.design.nodes[node].id));
    resource.set("Name", name);
    let results = "WorkGroupConfiguration.ResultConfiguration";
    if let Some(SettingValue::Node(bucket)) = stack.setting(node, "results") {
        let place = substitute(format!("s3://${{{}}}/", stack.id(bucket)));
        resource.set(&format!("{results}.OutputLocation"), place);
    }
    let option = match stack.word(node, "encryption").as_deref() {
        Some("aws-managed") => "SSE_S3",
        Some("customer-key") => "SSE_KMS",
        Some("client-side") => "CSE_KMS",
        _ => return,
    };
    resource.set(&format!("{results}.EncryptionConfiguration.EncryptionOption"), option.into());
    if let Some(key) = stack.key(node) {
        resource.set(&format!("{results}.EncryptionConfiguration.KmsKey"), key);
    }
}
