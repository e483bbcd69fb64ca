//! Reads the producers' records, or sets up the generation of them, and works out when each is sent.

use std::collections::BTreeSet;

use crate::design::Role;
use crate::design::settings::{RateProfile, SettingValue, Step};
use crate::diagnostic::{Diagnostic, Label};
use crate::runtime::plan::{Given, Planner};
use crate::runtime::record::{BadLine, BadLines, Fields};
use crate::runtime::sql::{Schema, gather};
use crate::runtime::supply::{
    Generator, GeneratorConfig, LineReader, Lines, Origin, Pace, Replay, Streamed, dries_up, is_csv,
    read_fields, read_lines, to_lines,
};
use crate::runtime::{Source, Sources};
use crate::units::{Date, Duration};

/// So many records tell which fields there are, and of which type.
const SAMPLE: usize = 20_000;

/// So many generated ones do, as they are all alike.
const GENERATED_SAMPLE: usize = 1000;

/// How long generated records come where neither the run nor the rate says so.
pub(super) const USUAL_DURATION: Duration = Duration(600_000_000);

/// A bound of ours, so that a mistyped number does not take all memory.
const MOST_KEYS: f64 = 10_000_000.0;

const DAY_MS: i64 = 86_400_000;

impl Planner<'_> {
    /// Reads the records of every producer, or the first of them. The earliest event time is when the run starts; without
    /// any, it starts with the design's day where records are generated.
    pub(super) fn read_inputs(&mut self, sources: &mut Sources) {
        for node in 0..self.design.nodes.len() {
            if self.service(node) != "producer" {
                continue;
            }
            self.check_rate(node);
            match sources.files.remove(&self.design.nodes[node].id) {
                Some(source) => self.read_file(node, source),
                None if self.setting(node, "traffic.rate").is_none() => {
                    let message = format!("`{}` has no records to send", self.design.nodes[node].id);
                    let help =
                        "name a file under `traffic.records`, or give `traffic.rate` to generate records";
                    self.refuse(node, message, help);
                }
                None => self.check_generation(node),
            }
        }
        let with_time =
            self.files.iter().filter(|(node, _)| self.text(**node, "traffic.event_time").is_some());
        let earliest = with_time.filter_map(|(_, given)| given.earliest_ms()).min();
        let generates = self.files.len() < self.producers();
        self.start_ms = earliest.unwrap_or(if generates { midnight_ms(self.design.as_of) } else { 0 });
    }

    fn producers(&self) -> usize {
        (0..self.design.nodes.len()).filter(|node| self.service(*node) == "producer").count()
    }

    fn read_file(&mut self, node: usize, source: Source) {
        let (key, event_time) = (self.text(node, "traffic.key"), self.text(node, "traffic.event_time"));
        let (given, is_empty, first_bad) = match source {
            Source::Whole(bytes) => {
                let is_csv = self.text(node, "traffic.records").is_some_and(|path| is_csv(&path));
                let (file, bad_rows) = if is_csv { to_lines(&bytes) } else { (bytes, BadLines::default()) };
                let mut lines = read_lines(&file, key.as_deref(), event_time.as_deref());
                lines.bad.join(bad_rows);
                let (is_empty, first_bad) = (lines.is_empty(), lines.bad.iter().next().cloned());
                (Given::Whole(lines), is_empty, first_bad)
            }
            Source::Stream(source) => {
                let mut reader = LineReader::new(source, key, event_time.clone());
                let head = reader.look_ahead(1);
                let first_bad = head.iter().flat_map(|lines| lines.bad.iter()).next().cloned();
                let is_empty = head.iter().all(Lines::is_empty) && reader.fault().is_none();
                (Given::Stream(reader), is_empty, first_bad)
            }
        };
        self.check_file(node, is_empty, first_bad.as_ref(), event_time.is_some());
        self.files.insert(node, given);
    }

    fn check_file(&mut self, node: usize, is_empty: bool, first_bad: Option<&BadLine>, has_time: bool) {
        let id = self.design.nodes[node].id.clone();
        if is_empty {
            let first = first_bad.map_or(String::new(), |bad| format!("; line {} {}", bad.line, bad.reason));
            let help = "give NDJSON, one JSON object a line, or CSV with a header in a file named `.csv`";
            self.refuse(node, format!("no line of the records of `{id}` is a record{first}"), help);
        } else if !has_time && self.setting(node, "traffic.rate").is_none() {
            let message = format!("nothing says when `{id}` sends its records");
            self.refuse(node, message, "give `traffic.rate`, or name the field of `traffic.event_time`");
        }
        if self.profile(node).is_some_and(|profile| dries_up(&profile)) {
            let message = format!("`{id}` ends with a rate of nothing, and its other records are never sent");
            self.refuse(node, message, "end with a step that has a rate");
        }
    }

    fn check_rate(&mut self, node: usize) {
        if self.profile(node).is_some_and(|profile| profile.peak().0 <= 0.0) {
            let message = format!("`{}` never sends anything", self.design.nodes[node].id);
            self.refuse(node, message, "give a `traffic.rate` of more than nothing");
        }
    }

    fn check_generation(&mut self, node: usize) {
        if self.amount(node, "traffic.keys.distinct").is_some_and(|keys| keys > MOST_KEYS) {
            let message = format!("`{}` has more keys than a run can draw from", self.design.nodes[node].id);
            self.refuse(node, message, "give fewer `traffic.keys.distinct`");
        }
        let Some(SettingValue::Any(fields)) = self.setting(node, "traffic.fields").map(|found| found.value)
        else {
            return;
        };
        for mistake in read_fields(&fields).err().into_iter().flatten() {
            let label = Label::new(mistake.span, "no generator");
            self.diagnostics.push(
                Diagnostic::new("cannot-run", label, mistake.message).node(&self.design.nodes[node].id).help(
                    "write a list of values, `{min: 1, max: 6}`, `sequence`, `time`, `uuid` or a constant",
                ),
            );
        }
    }

    fn profile(&self, node: usize) -> Option<RateProfile> {
        match self.setting(node, "traffic.rate")?.value {
            SettingValue::Profile(profile) => Some(profile),
            _ => None,
        }
    }

    /// What a producer sends, and when.
    pub(super) fn origin(&mut self, node: usize) -> Origin {
        let pace = self.profile(node).map(Pace::new);
        let end_us = self.options.duration.map(|duration| duration.0);
        match (self.files.remove(&node), pace) {
            (None, Some(pace)) => Origin::Generated(Box::new(self.generator(node, pace))),
            (None, None) => Origin::Replay(Replay::new(Lines::default(), None, self.start_ms, end_us)),
            (Some(Given::Whole(lines)), pace) => {
                Origin::Replay(Replay::new(lines, pace, self.start_ms, end_us))
            }
            (Some(Given::Stream(reader)), pace) => {
                Origin::Streamed(Streamed::new(reader, pace, self.start_ms, end_us))
            }
        }
    }

    /// The first records of a producer, which tell what its fields are.
    pub(super) fn first_records(origin: &mut Origin) -> Vec<Fields> {
        let most = if matches!(origin, Origin::Generated(_)) { GENERATED_SAMPLE } else { SAMPLE };
        origin.sample(most).iter().filter_map(|payload| Fields::read(payload).ok()).collect()
    }

    fn generator(&self, node: usize, pace: Pace) -> Generator {
        let fields = match self.setting(node, "traffic.fields").map(|found| found.value) {
            Some(SettingValue::Any(fields)) => read_fields(&fields).unwrap_or_default(),
            _ => Vec::new(),
        };
        let distinct = self.amount(node, "traffic.keys.distinct").filter(|keys| *keys >= 1.0);
        let skew = self.amount(node, "traffic.keys.skew").unwrap_or(0.0);
        Generator::new(GeneratorConfig {
            pace,
            end_us: self.generated_duration().0,
            start_ms: self.start_ms,
            record_size: self.amount(node, "traffic.record_size").map(|size| size as usize),
            key: self.text(node, "traffic.key"),
            keys: distinct.map(|distinct| (distinct as u32, skew)),
            event_time: self.text(node, "traffic.event_time"),
            out_of_order_us: self.amount(node, "traffic.out_of_order").unwrap_or(0.0) as u64,
            fields,
        })
    }

    /// How long records are generated: as the run says, or a whole period or all steps, and ten minutes at the least.
    fn generated_duration(&self) -> Duration {
        let lasts = |profile: RateProfile| match profile {
            RateProfile::Steady(_) => Duration(0),
            RateProfile::Periodic { period, .. } => period,
            RateProfile::Steps(steps) => all_of(&steps),
        };
        let profiles = (0..self.design.nodes.len()).filter_map(|node| self.profile(node));
        let longest = profiles.map(lasts).max().unwrap_or(USUAL_DURATION);
        self.options.duration.unwrap_or(longest.max(USUAL_DURATION))
    }

    /// The columns of the records that reach a node untouched from producers; nothing where a function may change them.
    pub(super) fn schema(&self, node: usize) -> Option<Schema> {
        let mut schema = Schema::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for (_, flow) in self.design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow) {
                match self.service(flow.from) {
                    "producer" => {
                        for record in self.samples.get(&flow.from).into_iter().flatten() {
                            for (name, value) in record.members() {
                                gather(&mut schema, name, value);
                            }
                        }
                    }
                    "kinesis-data-streams"
                    | "msk"
                    | "msk-serverless"
                    | "api-gateway-rest"
                    | "api-gateway-http"
                    | "kinesis-agent"
                    | "eventbridge"
                    | "iot-core"
                    | "cloudwatch-logs"
                        if seen.insert(flow.from) =>
                    {
                        open.push(flow.from);
                    }
                    _ => return None,
                }
            }
        }
        (!schema.is_empty()).then_some(schema)
    }
}

/// How long all steps take together; the last may have no end of its own.
fn all_of(steps: &[Step]) -> Duration {
    let lasting = |step: &Step| step.lasting.unwrap_or(USUAL_DURATION).0;
    Duration(steps.iter().map(lasting).fold(0, u64::saturating_add))
}

fn midnight_ms(day: Date) -> i64 {
    Date::new(1970, 1, 1).map_or(0, |first| day.days_since(first) * DAY_MS)
}
