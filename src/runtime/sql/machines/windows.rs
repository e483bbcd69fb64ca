//! Where windows begin and end, and sessions that grow together.

use std::collections::{BTreeMap, BTreeSet};

use crate::runtime::sql::Value;
use crate::runtime::sql::graph::{Change, Downstream, Kind, Origins};
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::machines::window::wall_of;
use crate::runtime::sql::plan::{Assigner, Windows};
use crate::runtime::sql::time::Zone;

/// How far event time has come.
pub(super) struct Bounds<'a> {
    pub(super) is_instant: bool,
    pub(super) watermark: i64,
    pub(super) zone: &'a Zone,
}

impl Bounds<'_> {
    /// Whether a window that ends then, on the wall, is over: the watermark has reached its last millisecond.
    pub(super) fn is_over(&self, end: i64) -> bool {
        let last = end - 1;
        (if self.is_instant { self.zone.end(last) } else { last }) <= self.watermark
    }
}

/// The slice that a wall time falls in: its start, its end, and the end of the last window that has it.
pub(super) fn slice_of(assigner: Assigner, wall: i64) -> (i64, i64, i64) {
    match assigner {
        Assigner::Sliding { size, slide, offset } => {
            let width = greatest_divisor(size, slide);
            let start = wall - (wall - offset).rem_euclid(width);
            // The last window begins at the last multiple of the slide before the slice.
            let last_start = start - (start - offset).rem_euclid(slide);
            (start, start + width, last_start + size)
        }
        Assigner::Growing { size, step, offset } => {
            let window = wall - (wall - offset).rem_euclid(size);
            let start = wall - (wall - window).rem_euclid(step);
            (start, start + step, window + size)
        }
        Assigner::Session { gap } => (wall, wall + gap, wall + gap),
        Assigner::Attached(..) => (wall, wall, wall),
    }
}

/// The windows that a wall time falls in, the first to end first.
fn windows_of(assigner: Assigner, wall: i64) -> Vec<(i64, i64)> {
    let (start, end, last) = slice_of(assigner, wall);
    let (mut found, mut window_end) = (Vec::new(), last);
    match assigner {
        Assigner::Sliding { size, slide, .. } => {
            while window_end - size <= wall && window_end > wall {
                found.push((window_end - size, window_end));
                window_end -= slide;
            }
            found.reverse();
        }
        Assigner::Growing { size, step, .. } => {
            let mut end = end;
            while end <= last {
                found.push((last - size, end));
                end += step;
            }
        }
        _ => found.push((start, end)),
    }
    found
}

fn greatest_divisor(left: i64, right: i64) -> i64 {
    if right == 0 { left } else { greatest_divisor(right, left % right) }
}

/// Sessions by key, which grow together where they touch.
#[derive(Debug)]
pub(super) struct Sessions<T> {
    /// The sessions of each key by their starts, with their ends.
    open: BTreeMap<Box<[u8]>, OfKey<T>>,
    /// All sessions by end, key and start.
    ends: BTreeSet<(i64, Box<[u8]>, i64)>,
}

/// The sessions of a key by their starts, with their ends.
type OfKey<T> = BTreeMap<i64, (i64, Option<T>)>;

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self { open: BTreeMap::new(), ends: BTreeSet::new() }
    }
}

impl<T> Sessions<T> {
    /// The session of a key that a span falls in, grown by it, with nothing in it where it is new; nothing where it is
    /// over.
    pub(super) fn place(
        &mut self,
        key: &[u8],
        (start, end): (i64, i64),
        bounds: &Bounds<'_>,
        mut merge: impl FnMut(&mut T, &mut T),
    ) -> Option<&mut Option<T>> {
        let touching: Vec<(i64, i64)> = self.open.get(key).map_or_else(Vec::new, |sessions| {
            let known = sessions.range(..=end).map(|(from, (to, _))| (*from, *to));
            known.filter(|(_, to)| start <= *to).collect()
        });
        let start = touching.iter().map(|(from, _)| *from).fold(start, i64::min);
        let end = touching.iter().map(|(_, to)| *to).fold(end, i64::max);
        if bounds.is_over(end) {
            return None;
        }
        let sessions = self.open.entry(key.into()).or_default();
        let mut all = None;
        for (from, to) in touching {
            self.ends.remove(&(to, key.into(), from));
            let Some((_, Some(mut session))) = sessions.remove(&from) else { continue };
            match &mut all {
                None => all = Some(session),
                Some(all) => merge(all, &mut session),
            }
        }
        self.ends.insert((end, key.into(), start));
        Some(&mut sessions.entry(start).insert_entry((end, all)).into_mut().1)
    }

    /// Takes the sessions that are over out, by their ends and keys.
    pub(super) fn take_over(&mut self, bounds: &Bounds<'_>) -> Vec<((i64, i64), T)> {
        let mut over = Vec::new();
        while let Some((end, key, start)) =
            self.ends.first().filter(|(end, ..)| bounds.is_over(*end)).cloned()
        {
            self.ends.pop_first();
            let Some(sessions) = self.open.get_mut(&key) else { continue };
            let session = sessions.remove(&start).and_then(|(_, session)| session);
            over.extend(session.map(|session| ((start, end), session)));
            if sessions.is_empty() {
                self.open.remove(&key);
            }
        }
        over
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.open.values().flat_map(|sessions| sessions.values().filter_map(|(_, session)| session.as_ref()))
    }
}

/// Rows with the records behind them.
type Rows = Vec<(Vec<Value>, Origins)>;

/// Adds start, end and time of its windows to a row.
#[derive(Debug)]
pub(in crate::runtime::sql) struct Expander {
    plan: Windows,
    sessions: Sessions<Rows>,
    watermark: i64,
    is_instant: bool,
}

impl Expander {
    pub(super) fn new(plan: Windows) -> Self {
        Self { plan, sessions: Sessions::default(), watermark: i64::MIN, is_instant: false }
    }

    pub(super) fn receive(&mut self, change: Change<'_>, behind: &mut Downstream<'_>) {
        let Change { row, mut origins, .. } = change;
        let Some((wall, is_instant)) = wall_of(&row[self.plan.time], &behind.shared.world) else {
            return behind.leave_out(&origins);
        };
        self.is_instant = is_instant;
        if let Assigner::Session { gap } = self.plan.assigner {
            let keys: Vec<Value> = self.plan.keys.iter().map(|key| row[*key].clone()).collect();
            let mut key = Vec::new();
            encode(&keys, &mut key);
            let zone = behind.shared.world.zone.clone();
            let bounds = Bounds { is_instant, watermark: self.watermark, zone: &zone };
            let merge = |into: &mut Vec<_>, from: &mut Vec<_>| into.append(from);
            match self.sessions.place(&key, (wall, wall + gap), &bounds, merge) {
                Some(rows) => rows.get_or_insert_default().push((row.to_vec(), origins)),
                None => behind.late(&origins),
            }
            return;
        }
        for window in windows_of(self.plan.assigner, wall) {
            emit(row, window, is_instant, origins.take(), behind);
        }
    }

    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        self.watermark = watermark;
        let zone = behind.shared.world.zone.clone();
        let bounds = Bounds { is_instant: self.is_instant, watermark, zone: &zone };
        for (window, rows) in self.sessions.take_over(&bounds) {
            for (row, origins) in rows {
                emit(&row, window, self.is_instant, origins, behind);
            }
        }
    }

    pub(super) fn size(&self) -> usize {
        self.sessions.all().flatten().map(|(row, _)| row.len() * size_of::<Value>()).sum()
    }
}

fn emit(
    row: &[Value],
    (start, end): (i64, i64),
    is_instant: bool,
    origins: Origins,
    behind: &mut Downstream<'_>,
) {
    let mut row = row.to_vec();
    row.extend([Value::Timestamp(start), Value::Timestamp(end)]);
    row.push(if is_instant {
        Value::Instant(behind.shared.world.zone.instant(end - 1))
    } else {
        Value::Timestamp(end - 1)
    });
    behind.emit(Kind::Insert, &row, origins);
}

#[cfg(test)]
mod tests {
    use super::{Assigner, slice_of, windows_of};

    #[test]
    fn a_time_falls_in_every_window_that_spans_it() {
        let hop = Assigner::Sliding { size: 10, slide: 4, offset: 0 };
        assert_eq!(windows_of(hop, 9), [(0, 10), (4, 14), (8, 18)]);
        assert_eq!(slice_of(hop, 9), (8, 10, 18));
        let tumble = Assigner::Sliding { size: 10, slide: 10, offset: 3 };
        assert_eq!(windows_of(tumble, -8), [(-17, -7)]);
        let growing = Assigner::Growing { size: 9, step: 3, offset: 0 };
        assert_eq!(windows_of(growing, 13), [(9, 15), (9, 18)]);
    }
}
