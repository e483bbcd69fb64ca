//! Stores of rows: how long a write takes, when it becomes visible, and what names a row.

use crate::design::settings::SettingValue;
use crate::runtime::plan::Planner;
use crate::runtime::services::row_store::{RowStore, RowStoreConfig};

impl Planner<'_> {
    pub(super) fn row_store(&self, node: usize) -> RowStore {
        let service = self.service(node);
        let writes_itself = self.reads_a_stream(node) || self.is_loaded(node);
        let latency = match service {
            // A COPY and a refresh have taken their time already.
            "redshift" | "redshift-serverless" if writes_itself => None,
            "redshift" | "redshift-serverless" => Some("insert-time"),
            "opensearch" | "opensearch-serverless" => Some("bulk-latency"),
            "splunk" => Some("request-latency"),
            "snowflake" => Some("insert-latency"),
            "iceberg" => Some("commit-latency"),
            "http-endpoint" => None,
            _ => Some("write-latency"),
        };
        let refresh = match service {
            "opensearch" | "opensearch-serverless" => Some("refresh-interval"),
            "snowflake" => Some("commit-interval"),
            _ => None,
        };
        RowStore::new(RowStoreConfig {
            key: self.row_key(node),
            has_columns: !matches!(service, "http-endpoint" | "splunk" | "elasticache"),
            latency_us: latency.map_or(0, |name| self.fact(node, name) as u64),
            refresh_us: refresh.map(|name| self.fact(node, name) as u64),
            calls: self.amount(node, "throttle"),
            record_size: self.amount(node, "payload").map(|size| size as u64),
            one_by_one: self.writers(node).filter(|from| !self.batches(*from)).collect(),
        })
    }

    /// The fields that name a row.
    pub(super) fn row_key(&self, node: usize) -> Vec<String> {
        if let Some(id) = self.text(node, "document_id") {
            return vec![id];
        }
        match self.setting(node, "key").map(|found| found.value) {
            Some(SettingValue::List(items)) => {
                items.iter().filter_map(|item| item.value.text().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_loaded(&self, node: usize) -> bool {
        self.writers(node).any(|from| self.service(from) == "firehose")
    }

    /// Whether it reads all that there is each time.
    pub(super) fn reads_to_the_tip(&self, reader: usize) -> bool {
        matches!(self.service(reader), "redshift" | "redshift-serverless" | "glue-streaming" | "emr")
    }

    /// How often a warehouse takes what has come into a stream.
    pub(super) fn refresh_interval(&self, node: usize) -> f64 {
        self.amount(node, "refresh_interval").unwrap_or_else(|| self.fact(node, "streaming-refresh-interval"))
    }
}
