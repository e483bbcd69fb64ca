//! What is read shard by shard: data streams, topics of Kafka, video streams, and the changes of tables.

use crate::design::effective;
use crate::design::{Flow, Role};
use crate::runtime::plan::Planner;
use crate::runtime::services::dynamodb::Changes;
use crate::runtime::services::kinesis_data_streams::{Placing, ReaderConfig, Stream, StreamConfig};

/// A second in microseconds.
const SECOND_US: f64 = 1e6;

/// What has no bound.
const NO_BOUND: f64 = f64::MAX;

impl Planner<'_> {
    /// A data stream, a topic, or a video stream.
    pub(super) fn stream(&self, node: usize) -> Stream {
        let config = match self.service(node) {
            "kinesis-data-streams" => self.data_stream(node),
            "kinesis-video-streams" => self.video_stream(node),
            _ => self.topic_of_kafka(node),
        };
        Stream::new(config, self.readers(node))
    }

    fn data_stream(&self, node: usize) -> StreamConfig {
        let in_turn = self.text(node, "distribution").as_deref() == Some("auto");
        StreamConfig {
            shards: self.shards(node),
            placing: if in_turn { Placing::InTurn } else { Placing::Md5 },
            retention_us: self.retention(node),
            write_bytes: self.fact(node, "shard-write-bytes"),
            write_records: self.fact(node, "shard-write-records"),
            read_bytes: self.fact(node, "shard-read-bytes"),
            read_calls: self.fact(node, "shard-read-calls"),
            call_bytes: self.fact(node, "get-records-bytes") as u64,
            call_records: self.fact(node, "get-records-records") as usize,
            record_size: self
                .amount(node, "max_record_size")
                .unwrap_or_else(|| self.fact(node, "record-size")) as u64,
            penalty_us: self.fact(node, "get-records-penalty") as u64,
        }
    }

    /// Nothing but the size of records bounds a standard topic; others have quotas of their partitions.
    fn topic_of_kafka(&self, node: usize) -> StreamConfig {
        let quota = |name: &str| {
            effective::limit(self.design, self.knowledge, node, name).map_or(NO_BOUND, |quota| quota.amount)
        };
        StreamConfig {
            placing: Placing::Murmur2,
            write_bytes: quota("partition-write-bytes"),
            read_bytes: quota("partition-read-bytes"),
            record_size: self
                .amount(node, "max_record_size")
                .unwrap_or_else(|| self.fact(node, "record-size")) as u64,
            ..self.without_quotas(node)
        }
    }

    fn video_stream(&self, node: usize) -> StreamConfig {
        StreamConfig {
            write_bytes: self.fact(node, "write-bytes"),
            write_records: self.fact(node, "fragments"),
            read_bytes: self.fact(node, "read-bytes"),
            record_size: self.fact(node, "fragment-size") as u64,
            ..self.without_quotas(node)
        }
    }

    fn without_quotas(&self, node: usize) -> StreamConfig {
        StreamConfig {
            shards: self.shards(node),
            placing: Placing::Md5,
            retention_us: self.retention(node),
            write_bytes: NO_BOUND,
            write_records: NO_BOUND,
            read_bytes: NO_BOUND,
            read_calls: NO_BOUND,
            call_bytes: u64::MAX,
            call_records: usize::MAX,
            record_size: u64::MAX,
            penalty_us: 0,
        }
    }

    /// Where the changes of a table go; nothing where nobody is told of them.
    pub(super) fn changes(&self, node: usize) -> Option<Changes> {
        let targets = self.targets(node);
        let (captures, readers): (Vec<usize>, Vec<usize>) =
            targets.into_iter().partition(|target| self.service(*target) == "kinesis-data-streams");
        if captures.is_empty() && readers.is_empty() {
            return None;
        }
        let config = StreamConfig {
            call_bytes: self.fact(node, "stream-get-records-bytes") as u64,
            call_records: self.fact(node, "stream-get-records-records") as usize,
            ..self.without_quotas(node)
        };
        let log = (!readers.is_empty()).then(|| Stream::new(config, self.readers(node)));
        Some(Changes { log, captures, policy: self.sdk_policy() })
    }

    fn readers(&self, node: usize) -> Vec<ReaderConfig> {
        let flows = self.design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
        let pulls =
            |to: usize| self.service(node) != "dynamodb" || self.service(to) != "kinesis-data-streams";
        flows.filter(|(_, flow)| pulls(flow.to)).map(|(index, flow)| self.reader(node, index, flow)).collect()
    }

    fn reader(&self, node: usize, index: usize, flow: &Flow) -> ReaderConfig {
        let enhanced = effective::flow_setting(self.design, self.knowledge, index, "via")
            .is_some_and(|via| via.value.text() == Some("enhanced-fan-out"));
        let latency = match self.service(node) {
            "kinesis-data-streams" if enhanced => self.fact(node, "enhanced-fan-out-latency"),
            "kinesis-data-streams" => self.fact(node, "shared-latency"),
            // A reader that polls comes to changes in its own time.
            "dynamodb" => 0.0,
            _ => self.fact(node, "latency-typical"),
        };
        // A consumer of Kafka waits for records, and gets them as they come.
        let waits = matches!(self.service(node), "msk" | "msk-serverless")
            && matches!(self.service(flow.to), "consumer" | "application" | "managed-flink");
        let drains = self.reads_to_the_tip(flow.to).then(|| match self.service(node) {
            "kinesis-data-streams" => SECOND_US / self.fact(node, "shard-read-calls"),
            _ => 1.0,
        });
        ReaderConfig {
            node: flow.to,
            interval_us: (!enhanced && !waits).then(|| self.poll_interval(node, flow.to)),
            drain_us: drains.map(|pause| pause as u64),
            latency_us: latency as u64,
        }
    }

    /// How long records can be read, in microseconds.
    pub(super) fn retention(&self, log: usize) -> u64 {
        match self.service(log) {
            "dynamodb" => self.fact(log, "stream-retention") as u64,
            "kinesis-video-streams" => {
                self.amount(log, "retention").unwrap_or(0.0).max(self.fact(log, "buffer-time")) as u64
            }
            _ => self.amount(log, "retention").unwrap_or(f64::MAX) as u64,
        }
    }

    /// Declared shards or partitions; a stream on demand starts with those of the card, and the changes of a table come
    /// in one for each partition that its capacity needs.
    pub(super) fn shards(&self, node: usize) -> usize {
        let shards = match self.service(node) {
            "kinesis-video-streams" => 1.0,
            "msk" | "msk-serverless" => self.amount(node, "partitions").unwrap_or(1.0),
            "dynamodb" => {
                let capacity = self.amount(node, "write_capacity");
                let capacity = capacity.unwrap_or_else(|| self.fact(node, "on-demand-initial-write"));
                (capacity / self.fact(node, "partition-write")).ceil()
            }
            _ => self.amount(node, "shards").unwrap_or_else(|| self.fact(node, "on-demand-initial-shards")),
        };
        (shards as usize).max(1)
    }

    /// How often a reader asks a shard, in microseconds.
    fn poll_interval(&self, log: usize, reader: usize) -> u64 {
        let interval = match self.service(reader) {
            _ if self.service(log) == "dynamodb" => self.fact(log, "stream-poll-interval"),
            "lambda" => self.fact(reader, "stream-poll-interval"),
            "consumer" | "application" => self.amount(reader, "poll_interval").unwrap_or(0.0),
            "redshift" | "redshift-serverless" => self.refresh_interval(reader),
            "glue-streaming" | "emr" => self.batch_window(reader),
            // What cannot read a stream has no such interval; a forced run lets it read at once.
            _ => effective::limit(self.design, self.knowledge, reader, "source-poll-interval")
                .map_or(0.0, |found| found.amount),
        };
        interval as u64
    }

    /// Whether others read it shard by shard.
    pub(super) fn is_log(&self, node: usize) -> bool {
        matches!(
            self.service(node),
            "kinesis-data-streams" | "msk" | "msk-serverless" | "kinesis-video-streams" | "dynamodb"
        )
    }

    pub(super) fn reads_a_stream(&self, node: usize) -> bool {
        self.source_stream(node).is_some()
    }

    pub(super) fn source_stream(&self, node: usize) -> Option<usize> {
        self.writers(node).find(|from| self.is_log(*from))
    }
}
