//! Lets rows and watermarks flow through the stages of a program.
//!
//! Stages stand in an order in which each comes before those that read from it, so a stage that acts can hand rows on
//! to all behind it at once, and nothing is queued.

use crate::runtime::lineage::{Lineage, Stamp};
use crate::runtime::sql::Value;
use crate::runtime::sql::expression::{Fault, World};
use crate::runtime::sql::machines::Machine;
use crate::runtime::sql::plan::{Edge, Program, Stage};

/// What a row does to what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Insert,
    /// It is no more, and another takes its place at once.
    UpdateBefore,
    /// It takes the place of another.
    UpdateAfter,
    /// It is no more.
    Delete,
}

impl Kind {
    /// Whether the row is there from now on.
    #[must_use]
    pub fn is_addition(self) -> bool {
        matches!(self, Self::Insert | Self::UpdateAfter)
    }

    /// As Flink writes it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Insert => "+I",
            Self::UpdateBefore => "-U",
            Self::UpdateAfter => "+U",
            Self::Delete => "-D",
        }
    }
}

/// A row that a program emits.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which of the program's outputs it belongs to.
    pub output: usize,
    /// What it does.
    pub kind: Kind,
    /// The values, in the order of the output's columns.
    pub values: Vec<Value>,
    /// The records that it comes from and that no row before it did, in the order in which they were read.
    pub origins: Lineage,
}

impl Row {
    /// The row as a JSON object, with the columns of its output.
    pub(in crate::runtime) fn to_json(&self, columns: &[String]) -> Vec<u8> {
        let mut text = Vec::with_capacity(64);
        for (column, value) in columns.iter().zip(&self.values) {
            text.push(if text.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut text, column).expect("writing to memory cannot fail");
            text.push(b':');
            value.write_json(&mut text);
        }
        text.push(b'}');
        text
    }
}

/// The records behind a row. Each goes on with the first row that it makes.
#[derive(Debug, Clone, Default)]
pub(super) enum Origins {
    #[default]
    None,
    One(Stamp),
    Many(Lineage),
}

impl Origins {
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::One(_) => 1,
            Self::Many(stamps) => stamps.len(),
        }
    }

    /// Adds them to others.
    pub(super) fn join(self, stamps: &mut Lineage) {
        match self {
            Self::None => {}
            Self::One(stamp) => stamps.push(stamp),
            Self::Many(more) => stamps.extend(more.iter()),
        }
    }

    /// Both together.
    pub(super) fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) | (other, Self::None) => other,
            (left, right) => {
                let mut stamps = left.into_lineage();
                right.join(&mut stamps);
                Self::Many(stamps)
            }
        }
    }

    fn into_lineage(self) -> Lineage {
        let mut stamps = Lineage::default();
        match self {
            Self::Many(all) => return all,
            other => other.join(&mut stamps),
        }
        stamps
    }
}

/// A row on its way.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) kind: Kind,
    pub(super) row: &'a [Value],
    pub(super) origins: Origins,
}

/// What all stages share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) world: World,
    pub(super) out: Vec<Row>,
    /// Records that do not get to an output on purpose.
    pub(super) left_out: Vec<(usize, u64)>,
    /// Records that came too late.
    pub(super) late: u64,
    /// Records behind rows that could not be worked out.
    pub(super) failed: u64,
    /// Why a row could not be worked out.
    pub(super) fault: Option<Fault>,
}

/// A stage that runs.
#[derive(Debug)]
pub(super) struct Running {
    machine: Machine,
    ways: Vec<Way>,
    /// How far each edge that leads here has come.
    inputs: Vec<i64>,
    watermark: i64,
}

#[derive(Debug)]
struct Way {
    edge: Edge,
    /// Room for the row.
    row: Vec<Value>,
}

/// The stages of a program.
#[derive(Debug)]
pub(super) struct Graph {
    stages: Vec<Running>,
    pub(super) shared: Shared,
}

impl Graph {
    pub(super) fn new(program: &Program) -> Self {
        let running = |stage: &Stage| Running {
            machine: Machine::new(&stage.operation, program),
            ways: stage.edges.iter().map(|edge| Way { edge: edge.clone(), row: Vec::new() }).collect(),
            inputs: vec![i64::MIN; stage.inputs],
            watermark: i64::MIN,
        };
        let world = World { zone: program.zone.clone(), now_ms: 0 };
        Self {
            stages: program.stages.iter().map(running).collect(),
            shared: Shared { world, ..Shared::default() },
        }
    }

    /// What is behind a stage.
    pub(super) fn behind(&mut self, stage: usize) -> Downstream<'_> {
        let (head, rest) = self.stages.split_at_mut(stage + 1);
        Downstream { rest, base: stage + 1, ways: &mut head[stage].ways, shared: &mut self.shared }
    }

    /// Sends on the totals of no rows, where there were none.
    pub(super) fn total_of_nothing(&mut self) {
        for stage in 0..self.stages.len() {
            let total = match &self.stages[stage].machine {
                Machine::GroupAggregate(groups) => groups.total_of_nothing(),
                _ => None,
            };
            if let Some(total) = total {
                self.behind(stage).emit(Kind::Insert, &total, Origins::None);
            }
        }
    }

    /// About how many bytes the state takes.
    pub(super) fn size(&self) -> usize {
        self.stages.iter().map(|stage| stage.machine.size()).sum()
    }
}

/// What is behind a stage: where its rows go.
pub(super) struct Downstream<'a> {
    rest: &'a mut [Running],
    /// The number of the first stage of the rest.
    base: usize,
    ways: &'a mut [Way],
    pub(super) shared: &'a mut Shared,
}

impl Downstream<'_> {
    /// Sends a row on. The records behind it go along.
    pub(super) fn emit(&mut self, kind: Kind, row: &[Value], mut origins: Origins) {
        let last = self.ways.len().saturating_sub(1);
        for (index, way) in self.ways.iter_mut().enumerate() {
            let origins = if index == last { origins.take() } else { origins.clone() };
            if let Some(filter) = &way.edge.filter {
                match filter.holds(row, &self.shared.world) {
                    Ok(true) => {}
                    Ok(false) => {
                        self.shared.leave_out(&way.edge.reaches, &origins);
                        continue;
                    }
                    Err(why) => {
                        self.shared.fails(why, &origins);
                        continue;
                    }
                }
            }
            let row = match &way.edge.output {
                None => row,
                Some(output) => {
                    way.row.clear();
                    let mut fault = None;
                    for expression in output {
                        match expression.value(row, &self.shared.world) {
                            Ok(value) => way.row.push(value),
                            Err(why) => fault = Some(why),
                        }
                    }
                    if let Some(why) = fault {
                        self.shared.fails(why, &origins);
                        continue;
                    }
                    way.row.as_slice()
                }
            };
            let place = way.edge.to - self.base;
            let (head, rest) = self.rest.split_at_mut(place + 1);
            let stage = &mut head[place];
            let mut behind =
                Downstream { rest, base: way.edge.to + 1, ways: &mut stage.ways, shared: &mut *self.shared };
            stage.machine.receive(way.edge.port, Change { kind, row, origins }, &mut behind);
        }
    }

    /// Tells that no row before this time will come any more.
    pub(super) fn advance(&mut self, watermark: i64) {
        for way in &mut *self.ways {
            let place = way.edge.to - self.base;
            let (head, rest) = self.rest.split_at_mut(place + 1);
            let stage = &mut head[place];
            stage.inputs[way.edge.input] = watermark;
            let least = stage.inputs.iter().copied().min().unwrap_or(watermark);
            if least <= stage.watermark {
                continue;
            }
            stage.watermark = least;
            let mut behind =
                Downstream { rest, base: way.edge.to + 1, ways: &mut stage.ways, shared: &mut *self.shared };
            stage.machine.advance(least, &mut behind);
            behind.advance(least);
        }
    }

    /// Notes records that make no row here, and are not to.
    pub(super) fn leave_out(&mut self, origins: &Origins) {
        for way in &*self.ways {
            self.shared.leave_out(&way.edge.reaches, origins);
        }
    }

    /// Notes records that came too late.
    pub(super) fn late(&mut self, origins: &Origins) {
        self.shared.late += origins.len();
    }
}

impl Shared {
    fn leave_out(&mut self, outputs: &[usize], origins: &Origins) {
        for output in outputs {
            match origins {
                Origins::None => {}
                Origins::One(stamp) => self.left_out.push((*output, stamp.origin)),
                Origins::Many(all) => self.left_out.extend(all.iter().map(|stamp| (*output, stamp.origin))),
            }
        }
    }

    fn fails(&mut self, why: Fault, origins: &Origins) {
        self.fault = Some(why);
        self.failed += origins.len();
    }

    pub(super) fn put_out(&mut self, output: usize, change: Change<'_>) {
        let Change { kind, row, origins } = change;
        self.out.push(Row { output, kind, values: row.to_vec(), origins: origins.into_lineage() });
    }
}
