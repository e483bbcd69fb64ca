//! Groups without a window: every change of a group takes the place of its last row.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::runtime::sql::Value;
use crate::runtime::sql::aggregate::State;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::plan::GroupAggregate;

/// The groups of an aggregation.
#[derive(Debug)]
pub(in crate::runtime::sql) struct Groups {
    plan: GroupAggregate,
    by_key: HashMap<Box<[u8]>, Group, FixedState>,
    ttl_ms: Option<i64>,
    key: Vec<u8>,
}

#[derive(Debug)]
struct Group {
    /// How many rows there are.
    rows: i64,
    states: Vec<State>,
    /// The row that was sent last: keys and aggregates.
    last: Vec<Value>,
    touched_ms: i64,
}

impl Groups {
    pub(super) fn new(plan: GroupAggregate, ttl_ms: Option<i64>) -> Self {
        Self { plan, by_key: HashMap::default(), ttl_ms, key: Vec::new() }
    }

    pub(super) fn receive(&mut self, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { kind, row, origins } = change;
        let now_ms = behind.shared.world.now_ms;
        encode(&row[..self.plan.keys], &mut self.key);
        let is_old = |group: &Group| self.ttl_ms.is_some_and(|ttl| now_ms - group.touched_ms >= ttl);
        let known = self.by_key.get(self.key.as_slice()).is_some_and(|group| !is_old(group));
        if !known {
            // What was taken back of a group that is not there was never sent.
            if !kind.is_addition() {
                return behind.leave_out(&origins);
            }
            let states = State::all(&self.plan.aggregates);
            let group = Group { rows: 0, states, last: Vec::new(), touched_ms: now_ms };
            self.by_key.insert(self.key.as_slice().into(), group);
        }
        let Some(group) = self.by_key.get_mut(self.key.as_slice()) else { return };
        group.touched_ms = now_ms;
        group.rows += if kind.is_addition() { 1 } else { -1 };
        for (state, aggregate) in group.states.iter_mut().zip(&self.plan.aggregates) {
            state.update(aggregate, row, kind.is_addition());
        }
        if group.rows == 0 && self.plan.retracts {
            if let Some(group) = self.by_key.remove(self.key.as_slice()) {
                behind.emit(Kind::Delete, &group.last, origins);
            }
            return;
        }
        let mut new = row[..self.plan.keys].to_vec();
        let results = group.states.iter().zip(&self.plan.aggregates);
        new.extend(results.map(|(state, aggregate)| state.result(aggregate)));
        if group.last.is_empty() {
            behind.emit(Kind::Insert, &new, origins);
        } else if group.last != new || self.ttl_ms.is_some() {
            behind.emit(Kind::UpdateBefore, &group.last, Origins::None);
            behind.emit(Kind::UpdateAfter, &new, origins);
        } else {
            behind.leave_out(&origins);
        }
        group.last = new;
    }

    /// What all rows together come to, where there are no keys and were no rows.
    pub(in crate::runtime::sql) fn total_of_nothing(&self) -> Option<Vec<Value>> {
        let states = State::all(&self.plan.aggregates);
        let results =
            states.iter().zip(&self.plan.aggregates).map(|(state, aggregate)| state.result(aggregate));
        (self.plan.keys == 0 && self.by_key.is_empty()).then(|| results.collect())
    }

    pub(super) fn size(&self) -> usize {
        let of = |group: &Group| {
            size_of::<Group>()
                + group.last.len() * size_of::<Value>()
                + group.states.iter().map(State::size).sum::<usize>()
        };
        self.by_key.iter().map(|(key, group)| key.len() + of(group)).sum()
    }
}
