//! Groups of windows: rows gathered until the watermark passes the end of their window.
//!
//! A sliding window is put together from slices, the newest first, and a growing one from its earlier part and the next
//! slice, as Flink does: sums of doubles come out the same to the last bit.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::runtime::lineage::Lineage;
use crate::runtime::sql::Value;
use crate::runtime::sql::aggregate::{Aggregate, State};
use crate::runtime::sql::expression::World;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::machines::windows::{Bounds, Sessions, slice_of};
use crate::runtime::sql::plan::{Assigner, WindowAggregate};

/// The windows of an aggregation.
#[derive(Debug)]
pub(in crate::runtime::sql) struct WindowGroups {
    plan: WindowAggregate,
    /// The open slices, or windows of their own, by end and start on the wall.
    open: BTreeMap<(i64, i64), Groups>,
    sessions: Sessions<Group>,
    watermark: i64,
    key: Vec<u8>,
}

type Groups = HashMap<Box<[u8]>, Group, FixedState>;

/// What was gathered of a key.
#[derive(Debug, Clone)]
pub(super) struct Group {
    keys: Vec<Value>,
    states: Vec<State>,
    origins: Lineage,
}

impl Group {
    fn new(plan: &WindowAggregate, row: &[Value]) -> Self {
        Self {
            keys: row[..plan.keys].to_vec(),
            states: State::all(&plan.aggregates),
            origins: Lineage::default(),
        }
    }

    fn add(&mut self, aggregates: &[Aggregate], row: &[Value], origins: Origins) {
        for (state, aggregate) in self.states.iter_mut().zip(aggregates) {
            state.update(aggregate, row, true);
        }
        origins.join(&mut self.origins);
    }

    fn merge(&mut self, aggregates: &[Aggregate], other: &mut Self) {
        for ((state, aggregate), other) in self.states.iter_mut().zip(aggregates).zip(&other.states) {
            state.merge(aggregate, other);
        }
        self.origins.extend(std::mem::take(&mut other.origins).iter());
    }
}

impl WindowGroups {
    pub(super) fn new(plan: WindowAggregate) -> Self {
        Self {
            plan,
            open: BTreeMap::new(),
            sessions: Sessions::default(),
            watermark: i64::MIN,
            key: Vec::new(),
        }
    }

    pub(super) fn receive(&mut self, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { row, origins, .. } = change;
        let is_instant = self.plan.is_instant;
        let wall = match self.plan.assigner {
            Assigner::Attached(..) => 0,
            _ => match wall_of(&row[self.plan.time], &behind.shared.world) {
                Some((wall, _)) => wall,
                None => return behind.leave_out(&origins),
            },
        };
        encode(&row[..self.plan.keys], &mut self.key);
        let bounds = Bounds { is_instant, watermark: self.watermark, zone: &behind.shared.world.zone };
        let slice = match self.plan.assigner {
            Assigner::Session { gap } => {
                let (plan, key) = (&self.plan, self.key.as_slice());
                let merge = |into: &mut Group, from: &mut Group| into.merge(&plan.aggregates, from);
                let placed = self.sessions.place(key, (wall, wall + gap), &bounds, merge);
                match placed.map(|group| group.get_or_insert_with(|| Group::new(plan, row))) {
                    Some(group) => group.add(&plan.aggregates, row, origins),
                    None => behind.late(&origins),
                }
                return;
            }
            Assigner::Attached(start, end) => match (&row[start], &row[end]) {
                (Value::Timestamp(start), Value::Timestamp(end)) if !bounds.is_over(*end) => (*end, *start),
                _ => return behind.late(&origins),
            },
            assigner => {
                let (start, end, last) = slice_of(assigner, wall);
                if bounds.is_over(last) {
                    return behind.late(&origins);
                }
                (end, start)
            }
        };
        let groups = self.open.entry(slice).or_default();
        if let Some(group) = groups.get_mut(self.key.as_slice()) {
            group.add(&self.plan.aggregates, row, origins);
        } else {
            let mut group = Group::new(&self.plan, row);
            group.add(&self.plan.aggregates, row, origins);
            groups.insert(self.key.as_slice().into(), group);
        }
    }

    /// Emits the windows that are over, in the order of their ends, each by its keys.
    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        let before = std::mem::replace(&mut self.watermark, watermark);
        let zone = behind.shared.world.zone.clone();
        let bounds = Bounds { is_instant: self.plan.is_instant, watermark, zone: &zone };
        if let Assigner::Session { .. } = self.plan.assigner {
            for ((start, end), group) in self.sessions.take_over(&bounds) {
                self.emit((start, end), group, behind);
            }
            return;
        }
        let before = Bounds { is_instant: self.plan.is_instant, watermark: before, zone: &zone };
        let mut fired = i64::MIN;
        while let Some((slice_end, slice_start)) = self.open.keys().next().copied() {
            let was_fired = |end: i64| end <= fired || before.is_over(end);
            let window = self.first_open(slice_start, slice_end, &was_fired);
            if !bounds.is_over(window.1) {
                break;
            }
            fired = window.1;
            self.fire(window, behind);
        }
    }

    /// The first window with this slice, the oldest one, that was not fired.
    fn first_open(&self, start: i64, end: i64, was_fired: &dyn Fn(i64) -> bool) -> (i64, i64) {
        match self.plan.assigner {
            Assigner::Sliding { size, slide, .. } if size != slide => {
                let (_, _, last) = slice_of(self.plan.assigner, start);
                let mut window_end = last - (last - end) / slide * slide;
                while was_fired(window_end) {
                    window_end += slide;
                }
                (window_end - size, window_end)
            }
            Assigner::Growing { size, step, offset } => {
                let window_start = start - (start - offset).rem_euclid(size);
                let mut window_end = end;
                while was_fired(window_end) {
                    window_end += step;
                }
                (window_start, window_end)
            }
            _ => (start, end),
        }
    }

    fn fire(&mut self, (start, end): (i64, i64), behind: &mut Downstream<'_>) {
        let groups = match self.plan.assigner {
            Assigner::Sliding { size, slide, .. } if size != slide => self.slid(start, end),
            Assigner::Growing { size, step, .. } => self.grown(start, end, (size, step)),
            _ => self.open.remove(&(end, start)).unwrap_or_default(),
        };
        for group in by_key(groups) {
            self.emit((start, end), group, behind);
        }
    }

    /// A sliding window: its slices, the newest first. The oldest is needed no more.
    fn slid(&mut self, start: i64, end: i64) -> Groups {
        let mut window = Groups::default();
        for (_, slice) in self.open.range_mut((start + 1, i64::MIN)..=(end, i64::MAX)).rev() {
            merge_into(&mut window, slice, &self.plan.aggregates);
        }
        let Assigner::Sliding { size, slide, offset } = self.plan.assigner else { return window };
        // What no later window reaches back to goes.
        while let Some((slice_end, slice_start)) = self.open.keys().next().copied() {
            let (_, _, last) = slice_of(Assigner::Sliding { size, slide, offset }, slice_start);
            if slice_end > end || last > end {
                break;
            }
            self.open.remove(&(slice_end, slice_start));
        }
        window
    }

    /// A growing window: what there was, and the next slice. What was put together stands at the first slice.
    fn grown(&mut self, start: i64, end: i64, (size, step): (i64, i64)) -> Groups {
        let first = (start + step, start);
        let mut all = self.open.remove(&first).unwrap_or_default();
        let slices = self.open.range(first..).map(|(slice, _)| *slice);
        let later: Vec<(i64, i64)> = slices.take_while(|(slice_end, _)| *slice_end <= end).collect();
        for slice in later {
            if let Some(mut groups) = self.open.remove(&slice) {
                merge_into(&mut all, &mut groups, &self.plan.aggregates);
            }
        }
        let window = all.clone();
        if end < start + size {
            // The records went out with this window, and do not go again with the next one.
            let mut kept: Vec<(Box<[u8]>, Group)> = all.into_iter().collect();
            for (_, group) in &mut kept {
                group.origins = Lineage::default();
            }
            self.open.insert(first, kept.into_iter().collect());
        }
        window
    }

    fn emit(&self, (start, end): (i64, i64), group: Group, behind: &mut Downstream<'_>) {
        let Group { mut keys, states, origins } = group;
        keys.extend([Value::Timestamp(start), Value::Timestamp(end)]);
        keys.push(if self.plan.is_instant {
            Value::Instant(behind.shared.world.zone.instant(end - 1))
        } else {
            Value::Timestamp(end - 1)
        });
        keys.extend(
            states.iter().zip(&self.plan.aggregates).map(|(state, aggregate)| state.result(aggregate)),
        );
        behind.emit(Kind::Insert, &keys, Origins::Many(origins));
    }

    pub(super) fn size(&self) -> usize {
        let of = |group: &Group| {
            let values =
                group.keys.len() * size_of::<Value>() + group.states.iter().map(State::size).sum::<usize>();
            values + size_of::<Group>()
        };
        let open = self.open.values().map(|groups| groups.values().map(of).sum::<usize>()).sum::<usize>();
        open + self.sessions.all().map(of).sum::<usize>()
    }
}

/// Groups in the order of their keys. The first bytes of a key tell most of them apart.
fn by_key(groups: Groups) -> impl Iterator<Item = Group> {
    let first_bytes = |key: &[u8]| {
        let mut first = [0; 16];
        let length = key.len().min(first.len());
        first[..length].copy_from_slice(&key[..length]);
        u128::from_be_bytes(first)
    };
    let (keys, mut groups): (Vec<_>, Vec<_>) =
        groups.into_iter().map(|(key, group)| (key, Some(group))).unzip();
    let mut order: Vec<_> = keys.iter().enumerate().map(|(place, key)| (first_bytes(key), place)).collect();
    order.sort_unstable_by(|(left, left_place), (right, right_place)| {
        left.cmp(right).then_with(|| keys[*left_place].cmp(&keys[*right_place]))
    });
    order.into_iter().filter_map(move |(_, place)| groups[place].take())
}

/// What the wall shows at an event time, and whether that is an instant.
pub(super) fn wall_of(value: &Value, world: &World) -> Option<(i64, bool)> {
    match value {
        Value::Timestamp(wall) => Some((*wall, false)),
        Value::Instant(instant) => Some((world.zone.wall(*instant), true)),
        _ => None,
    }
}

/// Adds the groups of a slice to those of a window. The records behind them go along, once.
fn merge_into(window: &mut Groups, slice: &mut Groups, aggregates: &[Aggregate]) {
    let mut groups: Vec<(&Box<[u8]>, &mut Group)> = slice.iter_mut().collect();
    groups.sort_unstable_by_key(|(key, _)| *key);
    for (key, group) in groups {
        match window.get_mut(key) {
            Some(known) => known.merge(aggregates, group),
            None => {
                window.insert(key.clone(), group.clone());
                group.origins = Lineage::default();
            }
        }
    }
}
