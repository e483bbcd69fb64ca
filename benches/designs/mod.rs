//! Designs of any size to measure with: pipelines of ten nodes and twenty flows, each of which feeds the next.
//!
//! Every pipeline has what people draw: a producer with its traffic, a stream with three readers, functions, a query, a
//! delivery stream, a table, queues and a bucket. Some of them carry promises.

use std::fmt::Write as _;

/// One design in so many nodes, rounded down to tens, with twice as many flows.
pub(crate) fn of_nodes(nodes: usize) -> String {
    let pipelines = nodes / 10;
    let mut nodes = String::from("name: generated\nnodes:\n");
    let mut flows = String::from("flows:\n");
    for number in 0..pipelines {
        let next = (number + 1) % pipelines;
        pipeline(&mut nodes, number);
        within(&mut flows, number);
        // The last one feeds nobody, so that there is no cycle.
        if next != 0 {
            onward(&mut flows, number, next);
        }
    }
    format!("{nodes}{flows}{}", promises(pipelines))
}

/// A design of twelve nodes; each number gives other figures.
pub(crate) fn of_twelve(number: usize) -> String {
    let mut nodes = String::from("nodes:\n");
    let mut flows = String::from("flows:\n");
    pipeline(&mut nodes, number);
    within(&mut flows, number);
    let rate = 10 + number % 90;
    write!(
        nodes,
        "  app{number}: {{service: producer, traffic: {{rate: {rate}/s, record_size: 900 B, key: user}}}}\n  \
         watch{number}: {{service: consumer}}\n"
    )
    .expect("memory");
    writeln!(flows, "  - app{number} -> ingest{number} -> watch{number}").expect("memory");
    format!("{nodes}{flows}{}", promises_of(number))
}

fn pipeline(out: &mut String, number: usize) {
    let (rate, shards) = (500 + number * 37 % 3000, 2 + number % 5);
    write!(
        out,
        "  web{number}: {{service: producer, traffic: {{rate: {rate}/s, record_size: 1 KiB, key: user, \
         keys: {{distinct: 100000, skew: 0.9}}}}}}
  ingest{number}: {{service: kinesis-data-streams, shards: {shards}, retention: 2d, encryption: aws-managed}}
  clean{number}: {{service: lambda, memory: 512 MiB, timeout: 60s, work: {{duration: 20 ms, per_record: 1 ms}}}}
  lake{number}: {{service: firehose, buffer: {{size: 64 MiB, interval: 300s}}, error_logging: true}}
  archive{number}: {{service: s3}}
  count{number}:
    service: managed-flink
    kpus: 4
    sql: |
      SELECT page, window_start, COUNT(*) AS clicks
      FROM TABLE(TUMBLE(TABLE ingest{number}, DESCRIPTOR(at), INTERVAL '10' SECONDS))
      GROUP BY page, window_start, window_end
  board{number}: {{service: dynamodb, mode: on-demand, key: [page, window_start]}}
  jobs{number}: {{service: sqs, visibility_timeout: 6min, dead_letters: dead{number}, max_receives: 5}}
  worker{number}: {{service: lambda, timeout: 30s, idempotent: true}}
  dead{number}: {{service: sqs, retention: 14d}}
"
    )
    .expect("memory");
}

fn within(out: &mut String, number: usize) {
    write!(
        out,
        "  - web{number} -> ingest{number} -> lake{number} -> archive{number}
  - {{from: ingest{number}, to: clean{number}, batch_size: 200, max_retries: 5, bisect: true, on_failure: dead{number}}}
  - ingest{number} -> count{number} -> board{number}
  - clean{number} -> jobs{number}
  - {{from: jobs{number}, to: worker{number}, batch_size: 10, report_item_failures: true}}
  - worker{number} -> archive{number}
  - clean{number} -> board{number}
  - clean{number} -> archive{number}
  - worker{number} -> board{number}
  - web{number} -> jobs{number}
"
    )
    .expect("memory");
}

fn onward(out: &mut String, number: usize, next: usize) {
    write!(
        out,
        "  - web{number} -> ingest{next}
  - clean{number} -> ingest{next}
  - worker{number} -> ingest{next}
  - count{number} -> ingest{next}
  - clean{number} -> jobs{next}
  - worker{number} -> jobs{next}
  - web{number} -> jobs{next}
"
    )
    .expect("memory");
}

fn promises(pipelines: usize) -> String {
    let each: String = (0..10.min(pipelines)).map(|tenth| promise(tenth * pipelines / 10)).collect();
    format!("require:\n{each}  - monthly_cost: {{at_most: 900000000 USD}}\n")
}

fn promises_of(number: usize) -> String {
    format!("require:\n{}", promise(number))
}

fn promise(number: usize) -> String {
    format!(
        "  - latency: {{from: web{number}, to: board{number}, p99: 30s}}
  - delivery: {{to: archive{number}, guarantee: at-least-once}}
  - order: {{by: user, at: clean{number}}}
  - replay: {{from: ingest{number}, window: 1d}}
"
    )
}
