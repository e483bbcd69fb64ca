//! Which flows a run knows; the others are refused by name.

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

/// Whether a run knows a flow between two services.
pub(super) fn flow(from: &str, to: &str) -> bool {
    // They look at what has landed, and nothing arrives there.
    if matches!(to, "athena" | "quicksight") {
        return true;
    }
    match from {
        "managed-flink" | "kinesis-data-analytics" => ROW_STORES.contains(&to),
        // What a bucket holds does not set out again in a run.
        "s3" => false,
        // Channels.
        "kinesis-data-streams" | "msk" | "msk-serverless" => !matches!(to, "s3" | "iceberg"),
        "firehose" => to != "kinesis-data-analytics",
        // What reads its changes, and not what is told of them in other ways.
        "dynamodb" => {
            matches!(to, "kinesis-data-streams" | "lambda" | "eventbridge-pipes" | "application" | "consumer")
        }
        from => !ROW_STORES.contains(&from),
    }
}
