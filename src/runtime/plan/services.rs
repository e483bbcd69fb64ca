//! The component of each node.

use crate::design::Role;
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::runtime::condition::OfRecord;
use crate::runtime::faults::Poison;
use crate::runtime::plan::Planner;
use crate::runtime::services::Component;
use crate::runtime::services::application::{Application, ApplicationConfig};
use crate::runtime::services::dynamodb::{Table, TableConfig};
use crate::runtime::services::failure::Failures;
use crate::runtime::services::function::{Function, Mapping};
use crate::runtime::services::lambda::FunctionConfig;
use crate::runtime::services::onward::Onward;
use crate::runtime::services::producer::{Producer, ProducerConfig};
use crate::runtime::services::s3::Bucket;
use crate::runtime::services::sqs::{Queue, QueueConfig};
use crate::runtime::services::worker::Worker;

impl Planner<'_> {
    /// The component of a node; nothing where its settings have a mistake that was noted.
    pub(super) fn component(&mut self, node: usize, first_origin: u64) -> Option<Component> {
        match self.service(node) {
            "producer" => self.producer(node, first_origin).map(Component::Producer),
            "kinesis-data-streams" | "msk" | "msk-serverless" | "kinesis-video-streams" => {
                Some(Component::Stream(self.stream(node)))
            }
            "firehose" => self.firehose(node).map(|firehose| Component::Firehose(Box::new(firehose))),
            "lambda" | "eventbridge-pipes" if self.reads_a_stream(node) => {
                Some(Component::Function(Box::new(self.function(node))))
            }
            "lambda" | "eventbridge-pipes" if self.queues_of(node).next().is_some() => {
                Some(Component::QueueFunction(Box::new(self.queue_function(node))))
            }
            "lambda" if self.writers(node).next().is_some() => {
                Some(Component::Invoked(Box::new(self.invoked(node))))
            }
            "lambda" | "eventbridge-pipes" | "athena" | "quicksight" => Some(Component::Called),
            "eventbridge" | "iot-core" | "cloudwatch-logs" | "step-functions" | "kinesis-agent" | "dms" => {
                Some(self.relay(node))
            }
            "appsync" if self.targets(node).len() != 1 => Some(self.relay(node)),
            "glue-streaming" | "emr" => Some(Component::MicroBatch(Box::new(self.micro_batch(node)))),
            "sns" => Some(Component::Topic(Box::new(self.topic(node)))),
            "api-gateway-rest" | "api-gateway-http" | "api-gateway-websocket" | "appsync" => {
                self.api(node).map(|api| Component::Api(Box::new(api)))
            }
            "managed-flink" | "kinesis-data-analytics" => {
                self.flink(node).map(|flink| Component::Flink(Box::new(flink)))
            }
            "dynamodb" => Some(Component::Table(self.table(node))),
            "redshift"
            | "redshift-serverless"
            | "opensearch"
            | "opensearch-serverless"
            | "splunk"
            | "snowflake"
            | "iceberg"
            | "http-endpoint"
            | "timestream"
            | "rds"
            | "elasticache" => Some(Component::Rows(Box::new(self.row_store(node)))),
            "sqs" => Some(Component::Queue(Box::new(self.queue(node)))),
            "consumer" | "application" if self.queues_of(node).next().is_some() => {
                Some(Component::Worker(self.worker(node)))
            }
            "consumer" | "application" if self.works_on_a_stream(node) => {
                Some(Component::Application(Box::new(self.application(node))))
            }
            "s3" => Some(Component::Bucket(Bucket {
                latency_us: self.fact(node, "write-latency") as u64,
                prefix: self.text(node, "prefix").unwrap_or_default(),
            })),
            "consumer" | "application" => Some(Component::Reader(self.onward(node))),
            service => {
                let id = &self.design.nodes[node].id;
                let message = format!("`{id}` cannot be run yet: {service} has no runtime");
                self.refuse(node, message, "run a design without it; `check` judges it all the same");
                None
            }
        }
    }

    fn producer(&mut self, node: usize, first_origin: u64) -> Option<Producer> {
        let supply = self.supplies.remove(&node)?;
        let targets = self.targets(node);
        let fits = targets.iter().filter_map(|target| match self.service(*target) {
            "kinesis-data-streams" => Some(self.fact(*target, "put-records-records")),
            "firehose" => Some(self.fact(*target, "put-record-batch-records")),
            _ => None,
        });
        let fits = fits.fold(f64::INFINITY, f64::min);
        // Records wait for each other only where the design says so.
        let batches = self.batches(node);
        let wanted = self.amount(node, "traffic.batch.records").filter(|_| batches).unwrap_or(fits);
        let wait = self.amount(node, "traffic.batch.wait").filter(|_| batches);
        let config = ProducerConfig {
            call_records: (fits.min(wanted) as usize).max(1),
            wait_us: wait.map(|wait| wait as u64),
            events: self.expression(node, "events"),
            retries: self.flag(node, "traffic.retries").unwrap_or(true),
            first_wait_us: self.fact(node, "retry-first-wait") as u64,
            longest_wait_us: self.fact(node, "retry-longest-wait") as u64,
            attempts: self.fact(node, "retry-attempts") as u32,
        };
        Some(Producer::new(config, supply, first_origin, targets))
    }

    /// Whether a producer puts several records into a call.
    pub(super) fn batches(&self, node: usize) -> bool {
        self.service(node) != "producer" || self.design.nodes[node].settings.get("traffic.batch").is_some()
    }

    pub(super) fn writers(&self, node: usize) -> impl Iterator<Item = usize> {
        self.design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow).map(|(_, flow)| flow.from)
    }

    pub(super) fn function_config(&self, node: usize) -> FunctionConfig {
        if self.service(node) == "eventbridge-pipes" {
            return self.pipe_config(node);
        }
        let is_function = self.service(node) == "lambda";
        let overhead = if is_function { self.fact(node, "invocation-overhead") } else { 0.0 };
        FunctionConfig {
            filter: self.expression(node, "filter"),
            map: self.expression(node, "map"),
            duration_us: (overhead + self.amount(node, "work.duration").unwrap_or(0.0)) as u64,
            per_record_us: self.amount(node, "work.per_record").unwrap_or(0.0) as u64,
            timeout_us: self.amount(node, "timeout").unwrap_or(f64::MAX) as u64,
            poison: self.expression(node, "work.poison").map(Poison::always).into_iter().collect(),
            error_rate: self.amount(node, "work.error_rate").unwrap_or(0.0),
            resend_us: self.mapping_resend(node),
            program: None,
        }
    }

    pub(super) fn expression(&self, node: usize, path: &str) -> Option<OfRecord> {
        match self.setting(node, path)?.value {
            SettingValue::Expression(expression) => Some(OfRecord::new(expression)),
            _ => None,
        }
    }

    fn function(&self, node: usize) -> Function {
        let stream = self.source_stream(node);
        let flow = self.design.flows.iter().position(|flow| Some(flow.from) == stream && flow.to == node);
        let setting = |path: &str| effective::flow_setting(self.design, self.knowledge, flow?, path);
        let amount = |path: &str| Some(setting(path)?.value.quantity()?.amount);
        let count = |path: &str| amount(path).map_or(1, |count| (count as usize).max(1));
        let flag = |path: &str| setting(path).and_then(|found| found.value.flag()).unwrap_or(false);
        let mapping = Mapping {
            source: self.stream_source(stream.unwrap_or(node)),
            surroundings: self.surroundings(),
            shards: stream.map_or(1, |stream| self.shards(stream)),
            lanes: count("parallelization_factor"),
            filter: self.mapping_filter(node, flow),
            batch_size: count("batch_size"),
            batch_bytes: self.mapping_fact(node, "mapping-batch-bytes") as u64,
            window_us: amount("batching_window").unwrap_or(0.0) as u64,
            retention_us: stream.map_or(0, |stream| self.retention(stream)),
            max_age_us: amount("max_record_age").map(|age| age as u64),
            max_retries: amount("max_retries").map(|retries| retries as u32),
            bisects: flag("bisect"),
            reports_failures: flag("report_item_failures"),
            backoff_us: self.mapping_fact(node, "stream-retry-backoff") as u64,
            concurrency: self.amount(node, "reserved_concurrency").map(|copies| copies as usize),
        };
        let on_failure = setting("on_failure").and_then(|found| match found.value {
            SettingValue::Node(destination) => Some(Failures {
                destination,
                is_bucket: self.service(destination) == "s3",
                function: self.design.nodes[node].id.clone(),
                stream: self.design.nodes[stream?].id.clone(),
                surroundings: self.surroundings(),
            }),
            _ => None,
        });
        Function::new(self.function_config(node), mapping, self.targets(node), on_failure)
    }

    /// The queues that a node works off.
    pub(super) fn queues_of(&self, node: usize) -> impl Iterator<Item = usize> {
        self.writers(node).filter(|from| self.service(*from) == "sqs")
    }

    fn queue(&self, node: usize) -> Queue {
        let is_fifo = self.text(node, "type").as_deref() == Some("fifo");
        let is_fast = self.flag(node, "high_throughput").unwrap_or(false);
        let calls = if is_fast { "fifo-high-throughput-calls" } else { "fifo-calls" };
        let dead_letters = self.setting(node, "dead_letters").and_then(|found| match found.value {
            SettingValue::Node(target) => Some(target),
            _ => None,
        });
        let most = self.amount(node, "max_receives").map(|most| most as u32);
        let time = |setting: &str| self.amount(node, setting).unwrap_or(0.0) as u64;
        Queue::new(QueueConfig {
            is_fifo,
            one_by_one: self.writers(node).filter(|from| !self.batches(*from)).collect(),
            calls: is_fifo.then(|| self.fact(node, calls)),
            call_messages: self.fact(node, "batch-messages") as usize,
            message_size: self.fact(node, "message-size") as u64,
            visibility_us: time("visibility_timeout"),
            retention_us: time("retention"),
            delay_us: time("delay"),
            dead_letters: dead_letters.zip(most),
            reordering: self.fact(node, "reordering") as usize,
            has_readers: self.targets(node).iter().len() > 0,
        })
    }

    fn onward(&self, node: usize) -> Onward {
        Onward { targets: self.targets(node), policy: self.sdk_policy() }
    }

    /// How long code waits before it sends again what a target turned away.
    fn mapping_resend(&self, node: usize) -> u64 {
        match self.service(node) {
            "lambda" => self.fact(node, "stream-retry-backoff") as u64,
            _ => self.fact_of("lambda", "stream-retry-backoff") as u64,
        }
    }

    /// Which records a mapping takes: a pipe says so itself, of a function the flow does.
    pub(super) fn mapping_filter(&self, node: usize, flow: Option<usize>) -> Option<OfRecord> {
        if self.service(node) == "eventbridge-pipes" {
            return self.expression(node, "filter");
        }
        self.flow_filter(flow?)
    }

    fn worker(&self, node: usize) -> Worker {
        let work = |key: &str| self.amount(node, key).unwrap_or(0.0) as u64;
        Worker {
            queues: self.queues_of(node).collect(),
            copies: self.amount(node, "readers").map_or(1, |readers| (readers as usize).max(1)),
            batch_us: work("work.duration"),
            record_us: work("work.per_record"),
            onward: self.onward(node),
        }
    }

    /// A program that reads one stream and whose work takes time, or may be done twice.
    fn works_on_a_stream(&self, node: usize) -> bool {
        let logs = ["kinesis-data-streams", "msk", "msk-serverless", "kinesis-video-streams", "dynamodb"];
        let mut read = self.writers(node).filter(|from| logs.contains(&self.service(*from)));
        let first = read.next().map(|from| self.service(from));
        first == Some("kinesis-data-streams") && read.next().is_none()
    }

    fn application(&self, node: usize) -> Application {
        let stream = self.source_stream(node).unwrap_or(node);
        let work = |key: &str| self.amount(node, key).unwrap_or(0.0) as u64;
        let mut readers = self.design.outgoing(stream).filter(|(_, flow)| flow.role == Role::Flow);
        Application::new(ApplicationConfig {
            stream,
            reader: readers.position(|(_, flow)| flow.to == node).unwrap_or(0),
            shards: self.shards(stream),
            copies: self.amount(node, "readers").map_or(1, |readers| (readers as usize).max(1)),
            batch_us: work("work.duration"),
            record_us: work("work.per_record"),
            checkpoint_us: work("checkpoint_interval"),
            onward: self.onward(node),
        })
    }

    fn table(&self, node: usize) -> Table {
        let key = match self.setting(node, "key").map(|found| found.value) {
            Some(SettingValue::List(items)) => {
                items.iter().filter_map(|item| item.value.text().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        };
        let provisioned = self.text(node, "mode").as_deref() != Some("on-demand");
        let impatient = self.writers(node).filter(|from| self.flag(*from, "traffic.retries") == Some(false));
        Table::new(
            TableConfig {
                key,
                impatient: impatient.collect(),
                write_capacity: self
                    .amount(node, "write_capacity")
                    .filter(|_| provisioned)
                    .unwrap_or_else(|| self.fact(node, "table-write")),
                partition_capacity: self.fact(node, "partition-write"),
                item_size: self.fact(node, "item-size") as u64,
                unit_size: self.fact(node, "write-unit-size") as u64,
                latency_us: self.fact(node, "write-latency") as u64,
            },
            self.changes(node),
        )
    }
}
