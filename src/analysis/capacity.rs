//! What a node takes, where its settings and its card say so, and how much of it the load uses.

use crate::analysis::Analysis;
use crate::analysis::traffic::Figure;
use crate::design::Design;
use crate::design::effective;
use crate::knowledge::Knowledge;

/// What a node takes in a second; nothing where nobody knows, or where it has no such bound.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Capacity {
    /// Records a second.
    pub rate: Option<f64>,
    /// Bytes a second.
    pub bytes: Option<f64>,
}

/// The shares of its capacity that a node uses, 1 for all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Utilisation {
    /// On average.
    pub average: Option<f64>,
    /// When every source is at its peak.
    pub peak: Option<f64>,
}

/// A node whose settings and facts are looked up.
struct Subject<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
    node: usize,
}

impl Subject<'_> {
    fn setting(&self, path: &str) -> Option<f64> {
        let found = effective::setting(self.design, self.knowledge, self.node, path)?;
        Some(found.value.quantity()?.amount)
    }

    fn says(&self, path: &str, word: &str) -> bool {
        let found = effective::setting(self.design, self.knowledge, self.node, path);
        found.is_some_and(|found| found.value.text() == Some(word))
    }

    fn limit(&self, name: &str) -> Option<f64> {
        Some(effective::limit(self.design, self.knowledge, self.node, name)?.amount)
    }

    fn times(&self, setting: &str, limit: &str) -> Option<f64> {
        Some(self.setting(setting)? * self.limit(limit)?)
    }
}

impl Analysis {
    /// What a node takes.
    #[must_use]
    pub fn capacity(&self, design: &Design, knowledge: &Knowledge, node: usize) -> Capacity {
        let subject = Subject { design, knowledge, node };
        let service = design.nodes[node].service.as_str();
        let class = knowledge.card(service).map_or("", |card| card.class.as_str());
        match (class, service) {
            (_, "kinesis-data-streams") if subject.says("mode", "provisioned") => Capacity {
                rate: subject.times("shards", "shard-write-records"),
                bytes: subject.times("shards", "shard-write-bytes"),
            },
            (_, "msk" | "msk-serverless") => {
                Capacity { rate: None, bytes: subject.times("partitions", "partition-write-bytes") }
            }
            (_, "firehose") if !reads_a_stream(design, knowledge, node) => Capacity {
                rate: subject.limit("direct-put-records"),
                bytes: subject.limit("direct-put-bytes"),
            },
            (_, "managed-flink") => {
                let rate = || Some(subject.setting("kpus")? * subject.setting("records_per_kpu")?);
                Capacity { rate: rate(), bytes: None }
            }
            (_, "dynamodb") if subject.says("mode", "provisioned") => {
                Capacity { rate: self.writes(&subject), bytes: None }
            }
            (_, "sqs") if subject.says("type", "fifo") => {
                Capacity { rate: subject.limit("fifo-messages"), bytes: None }
            }
            ("front-door", _) => {
                let bounds = [subject.setting("throttle"), subject.limit("throttle")];
                Capacity { rate: bounds.into_iter().flatten().reduce(f64::min), bytes: None }
            }
            _ => Capacity::default(),
        }
    }

    /// How many items a second the provisioned units of a table write; one unit an item where its size is not known.
    fn writes(&self, table: &Subject<'_>) -> Option<f64> {
        let size = table.setting("item_size").or_else(|| self.traffic.nodes[table.node].record_size.known());
        let units = size.zip(table.limit("write-unit-size")).map_or(1.0, |(size, unit)| (size / unit).ceil());
        Some(table.setting("write_capacity")? / units.max(1.0))
    }

    /// How much of its capacity a node uses: of records or of bytes, whichever is more.
    #[must_use]
    pub fn utilisation(&self, capacity: Capacity, node: usize) -> Utilisation {
        let load = &self.traffic.nodes[node];
        let share = |rate: Figure, bytes: Figure| {
            let of_rate = rate.known().zip(capacity.rate).map(|(load, takes)| load / takes);
            let of_bytes = bytes.known().zip(capacity.bytes).map(|(load, takes)| load / takes);
            [of_rate, of_bytes].into_iter().flatten().reduce(f64::max)
        };
        Utilisation { average: share(load.rate, load.bytes), peak: share(load.peak, load.peak_bytes) }
    }
}

fn reads_a_stream(design: &Design, knowledge: &Knowledge, node: usize) -> bool {
    let is_stream = |from: usize| design.card(knowledge, from).is_some_and(|card| card.class == "stream");
    design.incoming(node).any(|(_, flow)| is_stream(flow.from))
}
