//! The services, one state machine a file.

pub(super) mod answer;
pub(super) mod api_gateway;
pub(super) mod application;
pub(super) mod dead_letters;
pub(super) mod dynamodb;
pub(super) mod failure;
pub(super) mod firehose;
pub(super) mod function;
pub(super) mod invoked;
pub(super) mod kinesis_data_streams;
pub(super) mod lambda;
pub(super) mod managed_flink;
pub(super) mod micro_batch;
pub(super) mod onward;
pub(super) mod producer;
pub(super) mod queue_function;
pub(super) mod relay;
pub(super) mod retry;
pub(super) mod row_store;
pub(super) mod s3;
pub(super) mod sns;
pub(super) mod sqs;
pub(super) mod stream_source;
mod token_bucket;
pub(super) mod worker;

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::{File, NodeOutcome};
use crate::runtime::record::Record;
use crate::runtime::services::api_gateway::Api;
use crate::runtime::services::application::Application;
use crate::runtime::services::dynamodb::Table;
use crate::runtime::services::firehose::Firehose;
use crate::runtime::services::function::Function;
use crate::runtime::services::invoked::Invoked;
use crate::runtime::services::kinesis_data_streams::Stream;
use crate::runtime::services::lambda::FunctionConfig;
use crate::runtime::services::managed_flink::Flink;
use crate::runtime::services::micro_batch::MicroBatch;
use crate::runtime::services::onward::Onward;
use crate::runtime::services::producer::Producer;
use crate::runtime::services::queue_function::QueueFunction;
use crate::runtime::services::relay::Relay;
use crate::runtime::services::row_store::RowStore;
use crate::runtime::services::s3::Bucket;
use crate::runtime::services::sns::Topic;
use crate::runtime::services::sqs::Queue;
use crate::runtime::services::worker::Worker;
use crate::units::Duration;

/// A service in a run.
#[derive(Debug)]
pub(super) enum Component {
    Producer(Producer),
    Stream(Stream),
    Firehose(Box<Firehose>),
    Function(Box<Function>),
    QueueFunction(Box<QueueFunction>),
    Invoked(Box<Invoked>),
    Topic(Box<Topic>),
    Api(Box<Api>),
    Flink(Box<Flink>),
    Table(Table),
    Rows(Box<RowStore>),
    Bucket(Bucket),
    Queue(Box<Queue>),
    Worker(Worker),
    Relay(Box<Relay>),
    MicroBatch(Box<MicroBatch>),
    /// A program that reads streams or is called, and may send on what it gets.
    Reader(Onward),
    Application(Box<Application>),
    /// A function that another service calls: it acts in that service.
    Called,
}

impl Component {
    pub(super) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match (self, event) {
            (Self::Producer(producer), Event::Send) => producer.send(io),
            (Self::Producer(producer), Event::Rejected { to, attempt, records }) => {
                producer.rejected(to, attempt, records, io);
            }
            (Self::Producer(producer), Event::Timer { generation, .. }) => producer.timer(generation, io),
            (Self::Stream(stream), event) => stream.on_event(event, io),
            (Self::Firehose(firehose), event) => firehose.on_event(event, io),
            (Self::Function(function), Event::Called { shard, succeeded, .. }) => {
                function.called(shard, succeeded, io);
            }
            (Self::Function(function), Event::Rejected { to, attempt, records }) => {
                function.config.send_again(to, attempt, records, io);
            }
            (Self::Function(function), Event::Timer { slot, generation }) => {
                function.timer(slot, generation, io);
            }
            (Self::QueueFunction(function), event) => function.on_event(event, io),
            (Self::Invoked(function), event) => function.on_event(event, io),
            (Self::Topic(topic), event) => topic.on_event(event, io),
            (Self::Api(api), event) => api.on_event(event, io),
            (Self::Rows(rows), event) => rows.on_event(event, io),
            (Self::Relay(relay), event) => relay.on_event(event, io),
            (Self::MicroBatch(job), event) => job.on_event(event, io),
            (Self::Table(table), event) => table.on_event(event, io),
            (Self::Bucket(bucket), Event::Object { path, contents, records }) => {
                bucket.store(&path, contents, &records, io);
            }
            (Self::Bucket(bucket), Event::Put { records, .. }) => bucket.records(&records, io),
            (Self::Queue(queue), event) => queue.on_event(event, io),
            (Self::Worker(worker), Event::Received { queue, copy, messages }) => {
                worker.received(queue, copy, messages, io);
            }
            (Self::Worker(worker), Event::Worked { queue, copy, message, records, is_last }) => {
                worker.worked((queue, copy, message), records, is_last, io);
            }
            (Self::Worker(worker), Event::Send) => worker.start(io),
            (Self::Reader(onward) | Self::Worker(Worker { onward, .. }), event) => match event {
                Event::Put { records, .. } => onward.handled(records, io),
                Event::Rejected { to, attempt, records } => onward.rejected(to, attempt, records, io),
                event => unreachable_event(onward, &event),
            },
            (Self::Application(application), event) => application.on_event(event, io),
            (component, event) => unreachable_event(&component, &event),
        }
    }

    /// What others read out of it, shard by shard.
    pub(super) fn stream(&mut self) -> Option<&mut Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            Self::Table(table) => table.log(),
            _ => None,
        }
    }

    /// Whether it reads on in a shard; if not, it asks the stream by itself once it can.
    pub(super) fn reads(&mut self, (shard, stream, reader): (usize, usize, usize), now_us: u64) -> bool {
        match self {
            Self::Function(function) => function.reads(shard, stream, reader),
            Self::MicroBatch(job) => job.reads(shard, stream, reader, now_us),
            Self::Application(application) => application.reads(shard),
            _ => true,
        }
    }

    /// A batch that was read from a stream; `first` is the number of its first record in the shard.
    pub(super) fn receive(&mut self, shard: usize, first: u64, records: Vec<Record>, io: &mut Io<'_>) {
        match self {
            Self::Firehose(firehose) => firehose.receive(shard, records, io),
            Self::Function(function) => function.receive(shard, first, records, io),
            Self::Flink(flink) => flink.receive(shard, &records, io),
            Self::Rows(rows) => rows.receive(&records, io),
            Self::MicroBatch(job) => job.receive(shard, records, io),
            Self::Reader(onward) | Self::Worker(Worker { onward, .. }) => onward.handled(records, io),
            Self::Application(application) => application.receive(shard, first, records, io),
            _ => take(&records, io),
        }
    }

    /// The function that acts here.
    pub(super) fn function_mut(&mut self) -> Option<&mut FunctionConfig> {
        match self {
            Self::Function(function) => Some(&mut function.config),
            Self::QueueFunction(function) => Some(&mut function.config),
            Self::Invoked(function) => Some(&mut function.config),
            Self::Firehose(firehose) => Some(&mut firehose.config.transform.as_mut()?.function),
            _ => None,
        }
    }

    /// Every producer has ended and nothing is on its way.
    pub(super) fn end_of_input(&mut self, io: &mut Io<'_>) {
        if let Self::Flink(flink) = self {
            flink.end_of_input(io);
        }
    }

    /// Whether records end here.
    pub(super) fn is_sink(&self, counters: &NodeOutcome) -> bool {
        matches!(self, Self::Table(_) | Self::Rows(_) | Self::Bucket(_))
            || matches!(self, Self::Reader(onward) | Self::Worker(Worker { onward, .. }) if onward.targets.is_empty())
            || matches!(self, Self::Application(application) if application.config.onward.targets.is_empty())
            || matches!(self, Self::Queue(queue) if !queue.config.has_readers)
            || counters.records_in > 0 && self.ends_here()
    }

    fn ends_here(&self) -> bool {
        match self {
            Self::Function(function) => function.targets.is_empty(),
            Self::QueueFunction(function) => function.targets.is_empty(),
            Self::Invoked(function) => function.targets.is_empty(),
            Self::Relay(relay) => relay.config.routes.is_empty(),
            _ => false,
        }
    }

    /// Whether the order of what arrives is watched.
    pub(super) fn keeps_arrivals(&self) -> bool {
        !matches!(
            self,
            Self::Producer(_)
                | Self::Stream(_)
                | Self::Firehose(_)
                | Self::Queue(_)
                | Self::Topic(_)
                | Self::Api(_)
                | Self::Called
        ) && !matches!(self, Self::Relay(relay) if !relay.config.routes.is_empty()
        )
    }

    /// How long records can be read again, where they can.
    pub(super) fn retention(&self) -> Option<Duration> {
        match self {
            Self::Stream(stream) => Some(Duration(stream.config.retention_us)),
            Self::Relay(relay) => relay.config.archive,
            _ => None,
        }
    }

    /// Records that are still in it.
    pub(super) fn held(&self) -> u64 {
        match self {
            Self::Producer(producer) => producer.held(),
            Self::Stream(stream) => stream.held(),
            Self::Firehose(firehose) => firehose.held(),
            Self::Function(function) => function.held(),
            Self::Invoked(function) => function.held(),
            Self::Topic(topic) => topic.held(),
            Self::Relay(relay) => relay.held(),
            Self::MicroBatch(job) => job.held(),
            Self::Api(api) => api.held(),
            Self::Queue(queue) => queue.held(),
            Self::Table(table) => table.held(),
            Self::Application(application) => application.held(),
            _ => 0,
        }
    }

    /// What it holds at the end, beside the files that it handed out before.
    pub(super) fn files(&mut self) -> Vec<File> {
        match self {
            Self::Table(table) => table.files(),
            Self::Rows(rows) => rows.files(),
            Self::Queue(queue) => queue.files(),
            _ => Vec::new(),
        }
    }
}

/// Records arrive at an end.
fn take(records: &[Record], io: &mut Io<'_>) {
    for record in records {
        io.counters.records_in += 1;
        io.counters.bytes_in += record.size();
        io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
    }
}

/// The plan joins only services that understand each other.
fn unreachable_event(component: &dyn std::fmt::Debug, event: &Event) -> ! {
    panic!("the plan joined services that do not go together: {component:?} got {event:?}")
}
