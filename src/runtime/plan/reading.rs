//! Reads the producers' records and works out when each is sent.

use std::collections::BTreeSet;

use crate::design::Role;
use crate::design::settings::{RateProfile, SettingValue, Step};
use crate::runtime::Inputs;
use crate::runtime::plan::Planner;
use crate::runtime::record::{Fields, Produced, read_lines};
use crate::runtime::sql::{Schema, gather};

/// So many records tell which fields there are, and of which type.
const SAMPLE: usize = 20_000;

impl Planner<'_> {
    /// Reads the records of every producer; the earliest event time is when the run starts.
    pub(super) fn read_inputs(&mut self, inputs: &Inputs) {
        for node in 0..self.design.nodes.len() {
            if self.service(node) != "producer" {
                continue;
            }
            let id = self.design.nodes[node].id.clone();
            let Some(bytes) = inputs.get(&id) else {
                self.refuse(
                    node,
                    format!("`{id}` has no records to send"),
                    "name a file under `traffic.records`",
                );
                continue;
            };
            let (key, event_time) = (self.text(node, "traffic.key"), self.text(node, "traffic.event_time"));
            let lines = read_lines(bytes, key.as_deref(), event_time.as_deref());
            if lines.records.is_empty() {
                let first = lines
                    .bad
                    .first()
                    .map_or(String::new(), |bad| format!("; line {} {}", bad.line, bad.reason));
                self.refuse(
                    node,
                    format!("no line of the records of `{id}` is a record{first}"),
                    "give NDJSON: one JSON object a line",
                );
            } else if event_time.is_none() && self.setting(node, "traffic.rate").is_none() {
                let message = format!("nothing says when `{id}` sends its records");
                self.refuse(node, message, "give `traffic.rate`, or name the field of `traffic.event_time`");
            }
            if let Some(SettingValue::Profile(profile)) =
                self.setting(node, "traffic.rate").map(|found| found.value)
                && dries_up(&profile)
            {
                let message =
                    format!("`{id}` ends with a rate of nothing, and its other records are never sent");
                self.refuse(node, message, "end with a step that has a rate");
            }
            self.lines.insert(node, lines);
        }
        let times =
            self.lines.values().flat_map(|lines| &lines.records).filter_map(|record| record.event_time_ms);
        self.start_ms = times.min().unwrap_or(0);
    }

    /// A producer's records with the instants at which they are sent, the latest first.
    pub(super) fn schedule(&self, node: usize) -> Vec<(u64, Produced)> {
        let records = self.lines.get(&node).map(|lines| lines.records.clone()).unwrap_or_default();
        let mut schedule: Vec<(u64, Produced)> =
            match self.setting(node, "traffic.rate").map(|found| found.value) {
                Some(SettingValue::Profile(profile)) => {
                    let mut at = first_instant(&profile);
                    let next = |record| {
                        let sent = at;
                        at = next_instant(&profile, at);
                        (sent as u64, record)
                    };
                    records.into_iter().map(next).collect()
                }
                _ => {
                    let sent = |record: &Produced| {
                        record.event_time_ms.map_or(0, |time| (time - self.start_ms) as u64 * 1000)
                    };
                    let mut schedule: Vec<_> =
                        records.into_iter().map(|record| (sent(&record), record)).collect();
                    schedule.sort_by_key(|(at, _)| *at);
                    schedule
                }
            };
        schedule.reverse();
        schedule
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
                        let records = self
                            .lines
                            .get(&flow.from)
                            .into_iter()
                            .flat_map(|lines| lines.records.iter().take(SAMPLE));
                        for record in records.filter_map(|record| Fields::read(&record.payload).ok()) {
                            for (name, value) in record.members() {
                                gather(&mut schema, name, value);
                            }
                        }
                    }
                    "kinesis-data-streams" if seen.insert(flow.from) => open.push(flow.from),
                    _ => return None,
                }
            }
        }
        (!schema.is_empty()).then_some(schema)
    }
}

/// When the first record is sent: at once, or when the first step with a rate begins.
fn first_instant(profile: &RateProfile) -> f64 {
    let RateProfile::Steps(steps) = profile else { return 0.0 };
    let silent = steps.iter().take_while(|step| step.rate.0 <= 0.0);
    silent.map(|step| step.lasting.map_or(0.0, |lasting| lasting.0 as f64)).sum()
}

/// When the next record is sent, in microseconds from the start: as soon as the rate has added up to one more.
fn next_instant(profile: &RateProfile, at_us: f64) -> f64 {
    match profile {
        RateProfile::Steady(rate) => at_us + 1e6 / rate.0,
        RateProfile::Periodic { base, peak, period } => {
            let period_us = (period.0 as f64).max(1.0);
            let rate = |at: f64| {
                let turn = at / period_us * std::f64::consts::TAU;
                base.0 + (peak.0 - base.0) * f64::midpoint(1.0, -turn.cos())
            };
            // Where the rate is near nothing, small steps find when it has added up.
            let (mut at_us, mut wanted) = (at_us, 1.0);
            let step_us = period_us / 1000.0;
            loop {
                let sent = rate(at_us + step_us / 2.0) * step_us / 1e6;
                if sent >= wanted {
                    return at_us + (1e6 * wanted / rate(at_us).max(sent * 1e6 / step_us)).min(step_us);
                }
                wanted -= sent;
                at_us += step_us;
            }
        }
        RateProfile::Steps(steps) => next_of_steps(steps, at_us),
    }
}

fn next_of_steps(steps: &[Step], at_us: f64) -> f64 {
    let (mut at_us, mut wanted, mut ends) = (at_us, 1.0, 0.0);
    for (index, step) in steps.iter().enumerate() {
        let last = index + 1 == steps.len();
        ends +=
            if last { f64::INFINITY } else { step.lasting.map_or(f64::INFINITY, |lasting| lasting.0 as f64) };
        if at_us >= ends {
            continue;
        }
        let sent = step.rate.0 * (ends - at_us) / 1e6;
        if sent >= wanted {
            return at_us + 1e6 * wanted / step.rate.0;
        }
        wanted -= sent.max(0.0);
        at_us = ends;
    }
    at_us
}

/// Whether the rate ends at nothing, so that records would be left over for ever.
fn dries_up(profile: &RateProfile) -> bool {
    match profile {
        RateProfile::Steps(steps) => steps.last().is_none_or(|step| step.rate.0 <= 0.0),
        other => other.peak().0 <= 0.0,
    }
}
