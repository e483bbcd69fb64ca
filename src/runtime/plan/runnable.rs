//! Which services and flows a run knows; the others are refused by name.

/// Services with a state machine.
const SERVICES: [&str; 25] = [
    "producer",
    "consumer",
    "application",
    "kinesis-data-streams",
    "firehose",
    "kinesis-data-analytics",
    "managed-flink",
    "lambda",
    "api-gateway-rest",
    "api-gateway-http",
    "s3",
    "dynamodb",
    "sqs",
    "sns",
    "redshift",
    "redshift-serverless",
    "opensearch",
    "opensearch-serverless",
    "splunk",
    "snowflake",
    "iceberg",
    "http-endpoint",
    "timestream",
    "rds",
    "elasticache",
];

/// Stores of rows, which take what a query gives.
const ROW_STORES: [&str; 12] = [
    "dynamodb",
    "redshift",
    "redshift-serverless",
    "opensearch",
    "opensearch-serverless",
    "splunk",
    "snowflake",
    "iceberg",
    "http-endpoint",
    "timestream",
    "rds",
    "elasticache",
];

/// Whether a run knows a service.
pub(super) fn service(id: &str) -> bool {
    SERVICES.contains(&id)
}

/// Whether a run knows a flow between two services that it knows.
pub(super) fn flow(from: &str, to: &str) -> bool {
    match from {
        "managed-flink" | "kinesis-data-analytics" => ROW_STORES.contains(&to),
        // What they change or hold does not set out again in a run.
        "consumer" | "application" | "s3" => false,
        "kinesis-data-streams" => !matches!(to, "s3" | "iceberg"),
        "firehose" => to != "kinesis-data-analytics",
        from => !ROW_STORES.contains(&from),
    }
}
