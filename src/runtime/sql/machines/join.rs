//! Joins: of all rows that ever came, of rows whose times are near each other, and of rows of the same window.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::runtime::sql::Value;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::machines::windows::Bounds;
use crate::runtime::sql::plan::{Join, Nearness};

/// The rows of both sides.
#[derive(Debug)]
pub(in crate::runtime::sql) struct Joined {
    plan: Join,
    sides: [Side; 2],
    watermark: i64,
    ttl_ms: Option<i64>,
    key: Vec<u8>,
}

/// The end of a window, and the bytes of a key.
type EndAndKey = (i64, Box<[u8]>);

/// The rows of one side, by key.
type Side = HashMap<Box<[u8]>, Vec<Kept>, FixedState>;

#[derive(Debug)]
struct Kept {
    row: Vec<Value>,
    /// The event time, or the end of the window; nothing to a join of all rows.
    time: i64,
    /// How many rows of the other side it goes with.
    partners: usize,
    origins: Origins,
    touched_ms: i64,
    /// Whether no key is nothing: nothing goes with nobody.
    has_key: bool,
}

impl Joined {
    pub(super) fn new(plan: Join, ttl_ms: Option<i64>) -> Self {
        Self { plan, sides: [Side::default(), Side::default()], watermark: i64::MIN, ttl_ms, key: Vec::new() }
    }

    pub(super) fn receive(&mut self, port: usize, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { kind, row, mut origins } = change;
        let Some(time) = self.time_of(port, row) else { return behind.leave_out(&origins) };
        if self.is_late(time, behind) {
            return behind.late(&origins);
        }
        let keys = &row[..self.plan.keys];
        encode(keys, &mut self.key);
        let has_key = !keys.iter().any(Value::is_null);
        let mut kept = Kept {
            row: row[self.plan.keys..].to_vec(),
            time,
            partners: 0,
            origins: Origins::None,
            touched_ms: behind.shared.world.now_ms,
            has_key,
        };
        if matches!(self.plan.nearness, Nearness::Window { .. }) {
            // Rows of a window meet when it is over.
            kept.origins = origins;
            self.sides[port].entry(self.key.as_slice().into()).or_default().push(kept);
            return;
        }
        self.expire(behind.shared.world.now_ms);
        if has_key {
            self.meet(port, kind, (&mut kept, &mut origins), behind);
        }
        let pads = self.plan.keeps[port] && kept.partners == 0;
        if pads && self.plan.nearness == Nearness::Any {
            let padded = self.pair(port, &kept.row, None);
            behind.emit(
                if kind.is_addition() { Kind::Insert } else { Kind::Delete },
                &padded,
                origins.take(),
            );
        }
        let rows = self.sides[port].entry(self.key.as_slice().into()).or_default();
        if kind.is_addition() {
            kept.origins = origins;
            rows.push(kept);
        } else {
            if let Some(place) = rows.iter().position(|known| known.row == kept.row) {
                let gone = rows.remove(place);
                origins = origins.with(gone.origins);
            }
            behind.leave_out(&origins);
        }
    }

    /// Lets a row meet the rows of the other side that it goes with.
    fn meet(
        &mut self,
        port: usize,
        kind: Kind,
        (kept, origins): (&mut Kept, &mut Origins),
        behind: &mut Downstream<'_>,
    ) {
        let other = 1 - port;
        let mut partners = self.sides[other].remove(self.key.as_slice()).unwrap_or_default();
        for partner in &mut partners {
            let joined = self.pair(port, &kept.row, Some(&partner.row));
            if !self.is_near(port, kept.time, partner.time) || !self.holds(&joined, behind) {
                continue;
            }
            kept.partners += 1;
            let pads = self.plan.keeps[other] && self.plan.nearness == Nearness::Any;
            let padded = || self.pair(other, &partner.row, None);
            if kind.is_addition() {
                if pads && partner.partners == 0 {
                    behind.emit(Kind::Delete, &padded(), Origins::None);
                }
                partner.partners += 1;
                let both = origins.take().with(partner.origins.take());
                behind.emit(self.kind_of(kind), &joined, both);
            } else {
                behind.emit(self.kind_of(kind), &joined, origins.take());
                partner.partners = partner.partners.saturating_sub(1);
                if pads && partner.partners == 0 {
                    behind.emit(Kind::Insert, &padded(), Origins::None);
                }
            }
        }
        if !partners.is_empty() {
            self.sides[other].insert(self.key.as_slice().into(), partners);
        }
    }

    /// An inner join hands kinds on; where rows are padded, they come and go.
    fn kind_of(&self, kind: Kind) -> Kind {
        if self.plan.keeps == [false, false] {
            return kind;
        }
        if kind.is_addition() { Kind::Insert } else { Kind::Delete }
    }

    fn time_of(&self, port: usize, row: &[Value]) -> Option<i64> {
        match self.plan.nearness {
            Nearness::Any => Some(0),
            Nearness::Between { times, .. } => row[self.plan.keys + times[port]].milliseconds(),
            Nearness::Window { ends, .. } => row[self.plan.keys + ends[port]].milliseconds(),
        }
    }

    fn is_late(&self, time: i64, behind: &Downstream<'_>) -> bool {
        match self.plan.nearness {
            Nearness::Window { is_instant, .. } => {
                let zone = &behind.shared.world.zone;
                Bounds { is_instant, watermark: self.watermark, zone }.is_over(time)
            }
            _ => false,
        }
    }

    /// Whether the times are as near to each other as the join wants them.
    fn is_near(&self, port: usize, time: i64, other: i64) -> bool {
        match self.plan.nearness {
            Nearness::Between { low, high, .. } => {
                let distance = if port == 0 { time - other } else { other - time };
                (low..=high).contains(&distance)
            }
            _ => true,
        }
    }

    fn holds(&self, joined: &[Value], behind: &mut Downstream<'_>) -> bool {
        let Some(condition) = &self.plan.condition else { return true };
        match condition.holds(joined, &behind.shared.world) {
            Ok(holds) => holds,
            Err(why) => {
                behind.shared.fault = Some(why);
                behind.shared.failed += 1;
                false
            }
        }
    }

    /// A row of both sides, with nothing where one is missing.
    fn pair(&self, port: usize, row: &[Value], partner: Option<&[Value]>) -> Vec<Value> {
        let nothing = vec![Value::Null; self.plan.widths[1 - port]];
        let partner = partner.unwrap_or(&nothing);
        let (left, right) = if port == 0 { (row, partner) } else { (partner, row) };
        left.iter().chain(right).cloned().collect()
    }

    /// Forgets the rows that were not touched for too long.
    fn expire(&mut self, now_ms: i64) {
        let Some(ttl) = self.ttl_ms.filter(|_| self.plan.nearness == Nearness::Any) else { return };
        for side in &mut self.sides {
            side.retain(|_, rows| {
                rows.retain(|kept| now_ms - kept.touched_ms < ttl);
                !rows.is_empty()
            });
        }
    }

    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        self.watermark = watermark;
        match self.plan.nearness {
            Nearness::Any if watermark == i64::MAX => self.end(behind),
            Nearness::Any => {}
            Nearness::Between { low, high, .. } => {
                // A row of the left can meet one of the right that is older by `high` or younger by `-low`.
                for (port, reach) in [(0, -low), (1, high)] {
                    let slack = (high - low) / 2 + 1;
                    self.close(port, behind, |time| {
                        watermark == i64::MAX
                            || time.saturating_add(reach.max(0)).saturating_add(slack) <= watermark
                    });
                }
            }
            Nearness::Window { is_instant, .. } => self.close_windows(is_instant, behind),
        }
    }

    /// Rows that found nobody go out as they are kept, or not at all.
    fn close(&mut self, port: usize, behind: &mut Downstream<'_>, is_over: impl Fn(i64) -> bool) {
        let mut over = Vec::new();
        self.sides[port].retain(|key, rows| {
            let (gone, left): (Vec<Kept>, Vec<Kept>) =
                std::mem::take(rows).into_iter().partition(|kept| is_over(kept.time));
            over.extend(gone.into_iter().map(|kept| (kept.time, key.clone(), kept)));
            *rows = left;
            !rows.is_empty()
        });
        over.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
        for (_, _, kept) in over {
            self.alone(port, kept, behind);
        }
    }

    fn alone(&self, port: usize, kept: Kept, behind: &mut Downstream<'_>) {
        if self.plan.keeps[port] && kept.partners == 0 {
            let padded = self.pair(port, &kept.row, None);
            behind.emit(Kind::Insert, &padded, kept.origins);
        } else {
            behind.leave_out(&kept.origins);
        }
    }

    /// Records whose rows never met another are not lost.
    fn end(&mut self, behind: &mut Downstream<'_>) {
        for side in &mut self.sides {
            let mut rows: Vec<_> = side.values_mut().flatten().map(|kept| kept.origins.take()).collect();
            rows.retain(|origins| origins.len() > 0);
            for origins in &rows {
                behind.leave_out(origins);
            }
        }
    }

    /// Joins the rows of the windows that are over.
    fn close_windows(&mut self, is_instant: bool, behind: &mut Downstream<'_>) {
        let zone = behind.shared.world.zone.clone();
        let bounds = Bounds { is_instant, watermark: self.watermark, zone: &zone };
        let mut over: BTreeMap<EndAndKey, [Vec<Kept>; 2]> = BTreeMap::new();
        for (port, side) in self.sides.iter_mut().enumerate() {
            side.retain(|key, rows| {
                let (gone, left): (Vec<Kept>, Vec<Kept>) =
                    std::mem::take(rows).into_iter().partition(|kept| bounds.is_over(kept.time));
                for kept in gone {
                    over.entry((kept.time, key.clone())).or_default()[port].push(kept);
                }
                *rows = left;
                !rows.is_empty()
            });
        }
        for [mut left, mut right] in over.into_values() {
            for first in left.iter_mut().filter(|first| first.has_key) {
                for second in &mut right {
                    let joined = self.pair(0, &first.row, Some(&second.row));
                    if self.holds(&joined, behind) {
                        first.partners += 1;
                        second.partners += 1;
                        let both = first.origins.take().with(second.origins.take());
                        behind.emit(Kind::Insert, &joined, both);
                    }
                }
            }
            for (port, side) in [left, right].into_iter().enumerate() {
                for kept in side {
                    self.alone(port, kept, behind);
                }
            }
        }
    }

    pub(super) fn size(&self) -> usize {
        let of = |kept: &Kept| size_of::<Kept>() + kept.row.len() * size_of::<Value>();
        let rows = self.sides.iter().map(|side| side.values().flatten().map(of).sum::<usize>());
        rows.sum()
    }
}
