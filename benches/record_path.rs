//! How many records a second pass through a run: `cargo bench --bench record_path`.
//!
//! Three roads: a file of NDJSON through four shards into a keyed window in Flink SQL, the shipped scenario with its
//! filter and its objects in S3, and generated records through twenty shards to a reader. The first and the last run with
//! one thread and with a second one that makes the records.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::runtime::outcome::{File, Outcome};
use thalweg::runtime::{self, Inputs, Observer, Options, Progress, Source, Sources};
use thalweg::source::Text;

const SENSORS: &str = "
nodes:
  web: {service: producer, traffic: {records: r, key: sensor, event_time: at}}
  ingest: {service: kinesis-data-streams, shards: 4}
  count:
    service: managed-flink
    sql: |
      SELECT sensor, window_start, COUNT(*) AS readings, AVG(`value`) AS average
      FROM TABLE(TUMBLE(TABLE ingest, DESCRIPTOR(at), INTERVAL '10' SECONDS))
      GROUP BY sensor, window_start, window_end
  board: {service: dynamodb, mode: on-demand, key: [sensor, window_start]}
flows: [web -> ingest -> count -> board]
";

const LOAD: &str = "
nodes:
  web: {service: producer, traffic: {rate: 10000/s, record_size: 150 B, key: user, keys: {distinct: 100000}}}
  ingest: {service: kinesis-data-streams, shards: 20}
  out: {service: consumer}
flows: [web -> ingest -> out]
";

const READINGS: u64 = 400_000;
const DEPARTURES: u64 = 26_865;

fn main() {
    divan::main();
}

/// Counts objects and lets them go, as a run without a folder to write to.
struct Counted;

impl Observer for Counted {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn file(&mut self, _: &str, _: File) {}
}

/// Reading the file while it is sent, planning and running, start to end.
fn run(yaml: &str, inputs: &Inputs, options: &Options, threads: usize) -> Outcome {
    let stream =
        |(id, bytes): (&String, &Bytes)| (id.clone(), Source::Stream(Box::new(Cursor::new(bytes.clone()))));
    let files = inputs.iter().map(stream).collect();
    run_from(yaml, Sources { files, ahead: threads > 1, ..Sources::default() }, options)
}

fn run_from(yaml: &str, sources: Sources, options: &Options) -> Outcome {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
    let topology = runtime::plan_from(&lowered.design.unwrap(), &knowledge, sources, options).unwrap();
    runtime::observe(topology, options, &mut Counted).unwrap()
}

/// A reading a millisecond, of a thousand sensors.
fn readings() -> Bytes {
    let mut lines = String::new();
    for number in 0..READINGS {
        let (second, millisecond) = (number / 1000, number % 1000);
        writeln!(
            lines,
            "{{\"sensor\":\"s{:04}\",\"at\":\"2026-01-01T00:{:02}:{:02}.{millisecond:03}Z\",\"value\":{}.{:03},\
             \"unit\":\"celsius\",\"site\":\"plant-{:02}\",\"firmware\":\"2.14.3\"}}",
            number * 7919 % 1000,
            second / 60,
            second % 60,
            number % 40,
            number % 997,
            number % 20,
        )
        .unwrap();
    }
    lines.into()
}

#[divan::bench(sample_count = 5, args = [1, 2])]
fn json_through_a_stream_into_a_window(bencher: Bencher<'_, '_>, threads: usize) {
    let inputs = Inputs::from([("web".to_owned(), readings())]);
    bencher.counter(ItemsCount::new(READINGS)).bench(|| run(SENSORS, &inputs, &Options::default(), threads));
}

#[divan::bench(sample_count = 5)]
fn the_departures(bencher: Bencher<'_, '_>) {
    let yaml = include_str!("../scenarios/departures.thalweg.yaml");
    let mut records = Vec::new();
    let packed = include_bytes!("../scenarios/data/departures-2013-01.ndjson.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut records).unwrap();
    let inputs = Inputs::from([("airports".to_owned(), Bytes::from(records))]);
    // They are not in the order of their event times, and so are read as a whole.
    bencher
        .counter(ItemsCount::new(DEPARTURES))
        .bench(|| run_from(yaml, Sources::from(&inputs), &Options::default()));
}

#[divan::bench(sample_count = 5, args = [1, 2])]
fn generated_load_through_a_stream(bencher: Bencher<'_, '_>, threads: usize) {
    let options = Options { seed: 1, duration: Some("50s".parse().unwrap()) };
    bencher.counter(ItemsCount::new(500_000u64)).bench(|| run(LOAD, &Inputs::new(), &options, threads));
}
