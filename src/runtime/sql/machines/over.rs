//! Aggregates over the rows before each row, in the order of event time.
//!
//! Rows wait until the watermark has reached them. What comes for a time that was worked off already is late.

use std::collections::{BTreeMap, HashMap, VecDeque};

use foldhash::fast::FixedState;

use crate::runtime::sql::Value;
use crate::runtime::sql::aggregate::State;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::plan::{Frame, Over};

/// The rows that wait, and what is known of those before.
#[derive(Debug)]
pub(in crate::runtime::sql) struct OverRows {
    plan: Over,
    /// The rows that wait, by time and key.
    waiting: BTreeMap<i64, BTreeMap<Box<[u8]>, Vec<Waiting>>>,
    parts: HashMap<Box<[u8]>, Part, FixedState>,
    watermark: i64,
    key: Vec<u8>,
}

type Waiting = (Vec<Value>, Origins);

/// The rows of one key.
#[derive(Debug)]
struct Part {
    states: Vec<State>,
    /// The rows within the frame, where that has a bound, with their times.
    frame: VecDeque<(i64, Vec<Value>)>,
    /// The last time that was worked off.
    last: i64,
}

impl OverRows {
    pub(super) fn new(plan: Over) -> Self {
        Self {
            plan,
            waiting: BTreeMap::new(),
            parts: HashMap::default(),
            watermark: i64::MIN,
            key: Vec::new(),
        }
    }

    pub(super) fn receive(&mut self, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { row, origins, .. } = change;
        let Some(time) = row[self.plan.time].milliseconds() else { return behind.leave_out(&origins) };
        encode(&row[self.plan.width..self.plan.width + self.plan.keys], &mut self.key);
        let reached = match self.plan.frame {
            Frame::Rows(None) | Frame::Range(None) => self.watermark,
            _ => self.parts.get(self.key.as_slice()).map_or(i64::MIN, |part| part.last),
        };
        if time <= reached {
            return behind.late(&origins);
        }
        let keys = self.waiting.entry(time).or_default();
        keys.entry(self.key.as_slice().into()).or_default().push((row.to_vec(), origins));
    }

    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        self.watermark = watermark;
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= watermark) {
            let (time, keys) = entry.remove_entry();
            for (key, rows) in keys {
                let plan = &self.plan;
                let part = self.parts.entry(key).or_insert_with(|| Part {
                    states: State::all(&plan.aggregates),
                    frame: VecDeque::new(),
                    last: i64::MIN,
                });
                part.last = time;
                part.work_off(plan, time, rows, behind);
            }
        }
    }

    pub(super) fn size(&self) -> usize {
        let of = |rows: usize| rows * self.plan.width * size_of::<Value>();
        let waiting: usize =
            self.waiting.values().flat_map(BTreeMap::values).map(|rows| of(rows.len())).sum();
        let parts = self.parts.values();
        let kept =
            parts.map(|part| of(part.frame.len()) + part.states.iter().map(State::size).sum::<usize>());
        waiting + kept.sum::<usize>()
    }
}

impl Part {
    /// Works off the rows of one time.
    fn work_off(&mut self, plan: &Over, time: i64, rows: Vec<Waiting>, behind: &mut Downstream<'_>) {
        match plan.frame {
            Frame::Rows(most) => {
                for (row, origins) in rows {
                    if most.is_some_and(|most| self.frame.len() > most)
                        && let Some((_, oldest)) = self.frame.pop_front()
                    {
                        self.update(plan, &oldest, false);
                    }
                    self.update(plan, &row, true);
                    self.emit(plan, &row, origins, behind);
                    if most.is_some() {
                        self.frame.push_back((time, row));
                    }
                }
            }
            Frame::Range(length) => {
                while let Some((old, _)) = self.frame.front()
                    && length.is_some_and(|length| *old < time - length)
                    && let Some((_, oldest)) = self.frame.pop_front()
                {
                    self.update(plan, &oldest, false);
                }
                for (row, _) in &rows {
                    self.update(plan, row, true);
                }
                for (row, origins) in rows {
                    self.emit(plan, &row, origins, behind);
                    if length.is_some() {
                        self.frame.push_back((time, row));
                    }
                }
            }
        }
    }

    fn update(&mut self, plan: &Over, row: &[Value], is_addition: bool) {
        for (state, aggregate) in self.states.iter_mut().zip(&plan.aggregates) {
            state.update(aggregate, row, is_addition);
        }
    }

    fn emit(&self, plan: &Over, row: &[Value], origins: Origins, behind: &mut Downstream<'_>) {
        let mut out = row[..plan.width].to_vec();
        out.extend(
            self.states.iter().zip(&plan.aggregates).map(|(state, aggregate)| state.result(aggregate)),
        );
        behind.emit(Kind::Insert, &out, origins);
    }
}
