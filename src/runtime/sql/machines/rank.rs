//! The first rows of each key in an order: Top-N, and the first or last row of each key.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::runtime::sql::Value;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::machines::windows::Bounds;
use crate::runtime::sql::plan::{Order, Rank};

/// The rows that are kept.
#[derive(Debug)]
pub(in crate::runtime::sql) struct Ranks {
    plan: Rank,
    /// The rows of each key, the first one first.
    parts: HashMap<Box<[u8]>, Vec<Kept>, FixedState>,
    /// The rows of windows, by their ends and keys.
    windows: BTreeMap<(i64, Box<[u8]>), Vec<Kept>>,
    watermark: i64,
    key: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Kept {
    row: Vec<Value>,
    origins: Origins,
}

impl Ranks {
    pub(super) fn new(plan: Rank) -> Self {
        Self {
            plan,
            parts: HashMap::default(),
            windows: BTreeMap::new(),
            watermark: i64::MIN,
            key: Vec::new(),
        }
    }

    pub(super) fn receive(&mut self, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { kind, row, mut origins } = change;
        encode(&row[self.plan.width..self.plan.width + self.plan.keys], &mut self.key);
        if let Some((end, is_instant)) = self.plan.window {
            let Value::Timestamp(end) = row[end] else { return behind.leave_out(&origins) };
            let bounds = Bounds { is_instant, watermark: self.watermark, zone: &behind.shared.world.zone };
            if bounds.is_over(end) {
                return behind.late(&origins);
            }
            let kept = self.windows.entry((end, self.key.as_slice().into())).or_default();
            if let Some(out) = insert(&self.plan, kept, Kept { row: row.to_vec(), origins }) {
                behind.leave_out(&out.origins);
            }
            return;
        }
        let kept = self.parts.entry(self.key.as_slice().into()).or_default();
        let before: Vec<Vec<Value>> =
            kept.iter().take(self.plan.limit).map(|kept| kept.row.clone()).collect();
        if kind.is_addition() {
            let out = insert(&self.plan, kept, Kept { row: row.to_vec(), origins: Origins::None });
            if out.is_some_and(|out| out.row == row) {
                return behind.leave_out(&origins);
            }
        } else if let Some(place) = kept.iter().position(|kept| kept.row == row) {
            kept.remove(place);
        }
        let after: Vec<Vec<Value>> = kept.iter().take(self.plan.limit).map(|kept| kept.row.clone()).collect();
        if self.plan.numbers {
            self.emit_numbered(&before, &after, &mut origins, behind);
        } else {
            self.emit_changed(&before, &after, &mut origins, behind);
        }
        behind.leave_out(&origins);
    }

    /// Every row whose number changed is sent anew.
    fn emit_numbered(
        &self,
        before: &[Vec<Value>],
        after: &[Vec<Value>],
        origins: &mut Origins,
        behind: &mut Downstream<'_>,
    ) {
        for place in 0..before.len().max(after.len()) {
            let numbered = |row: &Vec<Value>| {
                let mut row = row[..self.plan.width].to_vec();
                row.push(Value::Integer(i64::try_from(place + 1).unwrap_or(i64::MAX)));
                row
            };
            match (before.get(place).map(numbered), after.get(place).map(numbered)) {
                (Some(old), Some(new)) if old != new => {
                    behind.emit(Kind::UpdateBefore, &old, Origins::None);
                    behind.emit(Kind::UpdateAfter, &new, origins.take());
                }
                (None, Some(new)) => behind.emit(Kind::Insert, &new, origins.take()),
                (Some(old), None) => behind.emit(Kind::Delete, &old, origins.take()),
                _ => {}
            }
        }
    }

    /// The row that goes, and the one that comes.
    fn emit_changed(
        &self,
        before: &[Vec<Value>],
        after: &[Vec<Value>],
        origins: &mut Origins,
        behind: &mut Downstream<'_>,
    ) {
        let width = self.plan.width;
        let padded = |row: &Vec<Value>| {
            let mut row = row[..width].to_vec();
            row.push(Value::Null);
            row
        };
        let gone: Vec<_> = missing(before, after).map(padded).collect();
        let come: Vec<_> = missing(after, before).map(padded).collect();
        if let ([old], [new], true) = (gone.as_slice(), come.as_slice(), self.plan.limit == 1) {
            behind.emit(Kind::UpdateBefore, old, Origins::None);
            behind.emit(Kind::UpdateAfter, new, origins.take());
            return;
        }
        for old in &gone {
            behind.emit(Kind::Delete, old, Origins::None);
        }
        for new in &come {
            behind.emit(Kind::Insert, new, origins.take());
        }
    }

    /// Emits the rows of the windows that are over.
    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        self.watermark = watermark;
        let Some((_, is_instant)) = self.plan.window else { return };
        let zone = behind.shared.world.zone.clone();
        let bounds = Bounds { is_instant, watermark, zone: &zone };
        while let Some(entry) = self.windows.first_entry().filter(|entry| bounds.is_over(entry.key().0)) {
            for (place, kept) in entry.remove().into_iter().enumerate() {
                let mut row = kept.row[..self.plan.width].to_vec();
                row.push(Value::Integer(i64::try_from(place + 1).unwrap_or(i64::MAX)));
                behind.emit(Kind::Insert, &row, kept.origins);
            }
        }
    }

    pub(super) fn size(&self) -> usize {
        let rows = self.parts.values().map(Vec::len).sum::<usize>()
            + self.windows.values().map(Vec::len).sum::<usize>();
        rows * self.plan.width * size_of::<Value>()
    }
}

/// Puts a row in its place, behind those that are equal. What is too much falls out, unless rows can be taken back.
fn insert(plan: &Rank, kept: &mut Vec<Kept>, new: Kept) -> Option<Kept> {
    let is_after = |known: &Kept| {
        let order = order(plan, &new.row, &known.row);
        order == Ordering::Less || (order == Ordering::Equal && plan.newest_first)
    };
    let place = kept.iter().position(is_after).unwrap_or(kept.len());
    kept.insert(place, new);
    if kept.len() > plan.limit && !plan.retracts { kept.pop() } else { None }
}

fn order(plan: &Rank, left: &[Value], right: &[Value]) -> Ordering {
    for Order { column, is_descending, nulls_first } in &plan.order {
        let (left, right) = (&left[*column], &right[*column]);
        let order = match (left.is_null(), right.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if *nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if *nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let order = left.order(right).unwrap_or(Ordering::Equal);
                if *is_descending { order.reverse() } else { order }
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// The rows of the first that the second does not have as often.
fn missing<'r>(of: &'r [Vec<Value>], other: &[Vec<Value>]) -> impl Iterator<Item = &'r Vec<Value>> {
    let mut left: Vec<Vec<Value>> = other.to_vec();
    of.iter().filter(move |row| match left.iter().position(|other| other == *row) {
        Some(place) => {
            left.swap_remove(place);
            false
        }
        None => true,
    })
}
