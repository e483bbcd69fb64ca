//! What the answer of a program means to a run: which records of its batch failed, and what goes on to where.
//!
//! AWS takes no records from an answer; a program sends them itself, which it cannot do in a run. So `sends`, beside what
//! AWS reads of an answer, says what it would have sent: a list for every flow that goes out, or an object with a list for
//! each by the id of its target. An answer that is a list is a list of that kind. An item is what a record holds: text as
//! it stands, everything else as JSON. `{data, key, of}` says more of it: its partition key, and by its id the record of
//! the batch that it comes from, by which losses, repetitions and latencies are counted.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;

use crate::runtime::engine::{Event, Io};
use crate::runtime::program::Running;
use crate::runtime::record::Record;

/// The answer to a call.
#[derive(Debug, Clone, Default)]
pub(in crate::runtime) struct Answer {
    /// Which records of the batch failed, by their places, where the caller listens to that.
    pub(in crate::runtime) failed: BTreeSet<usize>,
    /// The state of a window, where it has one.
    pub(in crate::runtime) state: Option<Value>,
    /// What goes on, by target; those that are not named get nothing.
    sends: BTreeMap<usize, Vec<Item>>,
    /// What the caller gets who waits for it.
    pub(in crate::runtime) value: Value,
}

#[derive(Debug, Clone)]
struct Item {
    data: Bytes,
    key: Option<Bytes>,
    of: Option<usize>,
}

impl Answer {
    /// Reads an answer to a call with records of these ids. `listens` is whether the caller takes reports of failures.
    pub(in crate::runtime) fn read(
        mut value: Value,
        program: &Running,
        ids: &[String],
        listens: bool,
    ) -> Result<Self, String> {
        let mut answer = Self::default();
        if listens {
            answer.failed = failures(&value, ids);
        }
        let sends = match &mut value {
            Value::Array(_) => Some(value.clone()),
            Value::Object(members) => {
                answer.state = members.get("state").cloned();
                members.remove("sends")
            }
            _ => None,
        };
        match sends {
            None => {}
            Some(Value::Array(list)) => {
                let items = items(list, ids)?;
                answer.sends = program.flows.values().map(|target| (*target, items.clone())).collect();
            }
            Some(Value::Object(lists)) => {
                for (name, list) in lists {
                    let target = target(&name, program)?;
                    let Value::Array(list) = list else {
                        return Err(format!("answered with `sends` to `{name}` that are no list"));
                    };
                    answer.sends.entry(target).or_default().extend(items(list, ids)?);
                }
            }
            Some(_) => {
                return Err("answered with `sends` that are no list, and no object of lists".to_owned());
            }
        }
        answer.value = value;
        Ok(answer)
    }

    /// Whether it says what goes on.
    pub(in crate::runtime) fn has_sends(&self) -> bool {
        !self.sends.is_empty()
    }

    /// Hands on what it says. `records` are those of the batch, and the first of `done` of them did not fail.
    pub(in crate::runtime) fn hand_on(
        &self,
        records: &[Record],
        done: &[usize],
        targets: &[usize],
        io: &mut Io<'_>,
    ) {
        for place in done {
            let record = &records[*place];
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
        }
        let mut goes_on = BTreeMap::new();
        for target in targets {
            let items = self.sends.get(target).map_or(&[][..], Vec::as_slice);
            goes_on.insert(*target, send(items, records, done, (*target, io)));
        }
        if targets.is_empty() {
            return;
        }
        for place in done {
            let origin = records[*place].origin;
            if goes_on.values().all(|covered| !covered.contains(place)) {
                io.leave_out(vec![origin]);
                continue;
            }
            for (target, _) in goes_on.iter().filter(|(_, covered)| !covered.contains(place)) {
                io.leave_out_for(*target, origin);
            }
        }
    }
}

/// Sends items to a target; gives the places of the records that are in them. What several records were made into goes
/// on as the last of them, and the others are not waited for.
fn send(
    items: &[Item],
    records: &[Record],
    done: &[usize],
    (target, io): (usize, &mut Io<'_>),
) -> BTreeSet<usize> {
    let all: Vec<usize> = (0..records.len()).collect();
    let among = if done.is_empty() { &all[..] } else { done };
    let (mut covered, mut sent) = (BTreeSet::new(), Vec::with_capacity(items.len()));
    if among.is_empty() {
        return covered;
    }
    let kept = kept(items, records, among);
    for (number, item) in items.iter().enumerate() {
        let of = item.of.filter(|place| *place < records.len());
        let place = of.or_else(|| kept.as_ref().map(|kept| kept[number])).unwrap_or_else(|| {
            let (first, end) = part(number, items.len(), among.len());
            for folded in &among[first..end - 1] {
                covered.insert(*folded);
                io.arrivals.left_out_for.entry(target).or_default().insert(records[*folded].origin);
            }
            among[end - 1]
        });
        covered.insert(place);
        let mut record = records[place].clone();
        record.payload = item.data.clone();
        if let Some(key) = &item.key {
            record.key = key.clone();
        }
        sent.push(record);
    }
    if !sent.is_empty() {
        io.counters.records_out += sent.len() as u64;
        io.after(0, target, Event::Put { from: io.node, attempt: 0, records: sent });
    }
    covered
}

/// Where all items are records of the batch as they came, and fewer than those: which of them.
fn kept(items: &[Item], records: &[Record], among: &[usize]) -> Option<Vec<usize>> {
    if items.len() >= among.len() {
        return None;
    }
    let mut left = among.iter();
    let is_same = |item: &Item, payload: &Bytes| {
        item.data == *payload
            || serde_json::from_slice::<Value>(payload)
                .is_ok_and(|value| serde_json::to_vec(&value).is_ok_and(|text| item.data == text))
    };
    items.iter().map(|item| left.find(|place| is_same(item, &records[**place].payload)).copied()).collect()
}

/// The records, of so many, that an item of so many stands for: as many for each as can be, from the first on.
fn part(number: usize, items: usize, records: usize) -> (usize, usize) {
    let end = ((number + 1) * records).div_ceil(items);
    let first = (number * records).div_ceil(items);
    (first.min(end - 1), end)
}

/// The places of the records that failed: all, where the report names one that is not in the batch.
fn failures(value: &Value, ids: &[String]) -> BTreeSet<usize> {
    let Some(Value::Array(list)) = value.get("batchItemFailures") else { return BTreeSet::new() };
    let place = |failure: &Value| {
        let id = failure.get("itemIdentifier")?.as_str()?;
        ids.iter().position(|known| known == id)
    };
    list.iter().map(place).collect::<Option<_>>().unwrap_or_else(|| (0..ids.len()).collect())
}

fn target(name: &str, program: &Running) -> Result<usize, String> {
    program.flows.get(name).copied().ok_or_else(|| {
        let id = &program.id;
        let known: Vec<String> = program.flows.keys().map(|id| format!("`{id}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("answered with `sends` to `{name}`, where `{id}` has no flow to; it has: {known}")
    })
}

fn items(list: Vec<Value>, ids: &[String]) -> Result<Vec<Item>, String> {
    list.into_iter().map(|item| self::item(item, ids)).collect()
}

fn item(value: Value, ids: &[String]) -> Result<Item, String> {
    let mut item = Item { data: Bytes::new(), key: None, of: None };
    let says_more = |members: &serde_json::Map<String, Value>| {
        members.contains_key("data") && members.keys().all(|name| matches!(&name[..], "data" | "key" | "of"))
    };
    let data = match value {
        Value::Object(mut members) if says_more(&members) => {
            if let Some(key) = members.remove("key") {
                let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                item.key = Some(key.into_bytes().into());
            }
            if let Some(of) = members.remove("of") {
                let place = ids.iter().position(|id| of.as_str() == Some(id));
                let unknown = || format!("answered with an item `of` {of}, which is not in the batch");
                item.of = Some(place.ok_or_else(unknown)?);
            }
            members.remove("data").unwrap_or(Value::Null)
        }
        value => value,
    };
    item.data = match data {
        Value::String(text) => text.into_bytes().into(),
        data => serde_json::to_vec(&data).expect("values can be written").into(),
    };
    Ok(item)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn every_record_is_in_one_item_and_every_item_has_one() {
        let parts =
            |items, records| (0..items).map(|number| part(number, items, records)).collect::<Vec<_>>();
        assert_eq!(parts(3, 3), [(0, 1), (1, 2), (2, 3)]);
        assert_eq!(parts(1, 100), [(0, 100)]);
        assert_eq!(parts(2, 5), [(0, 3), (3, 5)]);
        // More items than records: some come of the same one.
        assert_eq!(parts(4, 2), [(0, 1), (0, 1), (1, 2), (1, 2)]);
    }
}
