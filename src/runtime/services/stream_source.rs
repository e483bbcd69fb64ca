//! What a mapping of a function reads, as the events name it: a data stream, the changes of a table, or a topic of Kafka.

use serde_json::{Value, json};

use crate::runtime::events::table::{Change, ChangedTable};
use crate::runtime::events::{Surroundings, kafka, kinesis, table};
use crate::runtime::services::function::Numbered;

/// The source of a mapping.
#[derive(Debug, Clone)]
pub(in crate::runtime) enum StreamSource {
    Kinesis(String),
    Table(ChangedTable),
    Kafka(String),
}

impl StreamSource {
    /// The event with these records of a shard.
    pub(in crate::runtime) fn event(
        &self,
        surroundings: Surroundings,
        shard: usize,
        records: &[Numbered],
    ) -> Value {
        let numbered = records.iter().map(|numbered| (numbered.number, &numbered.record));
        match self {
            Self::Kinesis(stream) => {
                json!({ "Records": kinesis::records(surroundings, stream, shard, numbered) })
            }
            Self::Kafka(cluster) => kafka::event(surroundings, cluster, shard, numbered),
            Self::Table(table) => {
                let record = |numbered: &Numbered| {
                    let Numbered { number, record, before } = numbered;
                    let change = Change { number: *number, record, before: before.as_ref() };
                    table.event_record(surroundings, shard, &change)
                };
                json!({ "Records": records.iter().map(record).collect::<Vec<_>>() })
            }
        }
    }

    /// The ids by which an answer names these records.
    pub(in crate::runtime) fn ids(&self, shard: usize, records: &[Numbered]) -> Vec<String> {
        let id = |numbered: &Numbered| match self {
            Self::Kinesis(_) => kinesis::sequence_number(shard, numbered.number),
            Self::Table(_) => table::sequence_number(shard, numbered.number),
            Self::Kafka(cluster) => format!("{cluster}-{shard}:{}", numbered.number),
        };
        records.iter().map(id).collect()
    }
}
