//! Firehose: its buffers, transform, destination and objects.

use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::runtime::plan::Planner;
use crate::runtime::services::firehose::{
    Compression, Delivery, Destination, DirectPut, Firehose, FirehoseConfig, Hints, Objects, Partitioning,
    Transform,
};
use crate::runtime::services::retry::RetryPolicy;

impl Planner<'_> {
    pub(super) fn firehose(&mut self, node: usize) -> Option<Firehose> {
        let targets = self.targets(node);
        let [target] = targets[..] else {
            self.refuse(
                node,
                format!("`{}` has no single destination", self.design.nodes[node].id),
                "add a flow to a bucket or another destination, and only one",
            );
            return None;
        };
        let compression = match self.text(node, "compression").as_deref() {
            None | Some("none") => Some(Compression::None),
            Some("gzip") => Some(Compression::Gzip),
            _ => None,
        };
        let format = self.text(node, "format").unwrap_or_default();
        let Some(compression) = compression.filter(|_| matches!(format.as_str(), "" | "json")) else {
            let message =
                format!("`{}` can write JSON only, plain or as gzip, in a run", self.design.nodes[node].id);
            self.refuse(node, message, "use `format: json` and `compression: gzip`");
            return None;
        };
        let config = FirehoseConfig {
            shards: self.source_stream(node).map_or(1, |stream| self.shards(stream)),
            one_by_one: self.writers(node).filter(|from| !self.batches(*from)).collect(),
            direct: self.direct_put(node),
            delivery: self.delivery_hints(node),
            transform: self.transform(node),
            backup: self.backup(node),
            partitioning: self.partitioning(node),
            objects: Objects {
                name: self.design.nodes[node].id.clone(),
                prefix: self.text(node, "prefix").unwrap_or_default(),
                error_prefix: self.text(node, "error_prefix").unwrap_or_default(),
                append_delimiter: self.flag(node, "append_delimiter").unwrap_or(false),
                compression,
                start_ms: self.start_ms,
            },
        };
        Some(Firehose::new(config, Delivery::new(self.destination(node, target))))
    }

    fn direct_put(&self, node: usize) -> DirectPut {
        let is_iceberg = self.targets(node).iter().any(|target| self.service(*target) == "iceberg");
        let bytes = if is_iceberg { "iceberg-direct-put-bytes" } else { "direct-put-bytes" };
        DirectPut {
            records: self.fact(node, "direct-put-records"),
            bytes: self.fact(node, bytes),
            requests: self.fact(node, "direct-put-requests"),
            call_records: self.fact(node, "put-record-batch-records") as u64,
            call_bytes: self.fact(node, "put-record-batch-bytes") as u64,
            record_size: self.fact(node, "record-size") as u64,
        }
    }

    fn destination(&self, node: usize, target: usize) -> Destination {
        if self.service(target) == "s3" {
            return Destination::Bucket(target);
        }
        let is_warehouse = matches!(self.service(target), "redshift" | "redshift-serverless");
        let within = self.amount(node, "retry").unwrap_or_else(|| self.fact(node, "retry-time"));
        Destination::Other {
            node: target,
            policy: RetryPolicy {
                first_wait_us: self.fact(node, "retry-first-wait") as u64,
                longest_wait_us: self.fact(node, "retry-longest-wait") as u64,
                attempts: u32::MAX,
                within_us: within as u64,
            },
            copy_us: is_warehouse.then(|| self.fact(target, "copy-time") as u64),
            failure_prefix: self.words(node, "delivery-failure-prefix"),
        }
    }

    /// The hints of the delivery; an interval of zero still takes what the card says.
    fn delivery_hints(&self, node: usize) -> Hints {
        let mut hints = self.hints(node, "buffer");
        if hints.interval_us == 0 {
            hints.interval_us = self.fact(node, "zero-buffer-delay") as u64;
        }
        hints
    }

    fn hints(&self, node: usize, setting: &str) -> Hints {
        let amount = |key: &str| self.amount(node, &format!("{setting}.{key}"));
        Hints {
            size: amount("size").map_or(u64::MAX, |size| size as u64),
            interval_us: amount("interval").map_or(0, |interval| interval as u64),
        }
    }

    /// The bucket for all records has a buffer of its own, whose interval has a shortest.
    fn backup(&self, node: usize) -> Option<(usize, Hints)> {
        let SettingValue::Node(bucket) = self.setting(node, "backup")?.value else { return None };
        let hints = self.hints(node, "buffer");
        let shortest = self.fact(node, "backup-buffer-interval") as u64;
        Some((bucket, Hints { interval_us: hints.interval_us.max(shortest), ..hints }))
    }

    fn partitioning(&self, node: usize) -> Option<Partitioning> {
        let SettingValue::List(items) = self.setting(node, "partition_by")?.value else { return None };
        let fields = items.iter().filter_map(|item| item.value.text().map(str::to_owned));
        Some(Partitioning {
            fields: fields.collect(),
            most: self.fact(node, "dynamic-partitions") as usize,
            overflow_prefix: format!("{}/", self.words(node, "dynamic-partition-overflow")),
            failure_prefix: self.words(node, "transform-failure-prefix"),
        })
    }

    fn transform(&self, node: usize) -> Option<Transform> {
        let SettingValue::Node(function) = self.setting(node, "transform")?.value else { return None };
        let mut hints = self.hints(node, "transform_buffer");
        if hints.size == u64::MAX {
            hints.size = self.fact(node, "transform-buffer-size") as u64;
            hints.interval_us = self.fact(node, "transform-buffer-interval") as u64;
        }
        let mut config = self.function_config(function);
        config.timeout_us = config.timeout_us.min(self.fact(node, "transform-timeout") as u64);
        let failure_prefix = self.words(node, "transform-failure-prefix");
        let retries =
            self.amount(node, "transform_retries").unwrap_or_else(|| self.fact(node, "transform-retries"));
        let caller = self.calling_delivery(node);
        Some(Transform { function: config, hints, retries: retries as u32, failure_prefix, caller })
    }

    /// A fact in words.
    pub(super) fn words(&self, node: usize, name: &str) -> String {
        let found = effective::fact(self.design, self.knowledge, node, name);
        found.and_then(|fact| fact.value.text()).unwrap_or_default().to_owned()
    }
}
