//! What goes wrong in a run on purpose: where, how, from when on and for how long.
//!
//! Takes events on their way and says what becomes of them; draws from a source of its own, so that a fault changes no
//! draw of the services. **Unavailable**, a node or a flow: calls that have an answer come back, what has none (objects,
//! rows, reports) waits until the end, and readers cannot read. **Throttled**: that share of the records, reads and other
//! calls. **Slow**: work takes so many times as long. **Errors**: that share of calls fails. **Poison**: every call fails
//! that has one of the records. **Crash**: a reader loses what it did since it last noted its place, and is away as long.
//! **Simplified**: what waits for a node arrives at the instant at which it is back.

mod random;

use crate::design::faults::{self, FaultKind, Place};
use crate::design::{Design, Flow};
use crate::runtime::condition::OfRecord;
use crate::runtime::engine::Event;
use crate::runtime::events::api_gateway::Reply;
use crate::runtime::outcome::FaultOutcome;
use crate::runtime::random::Random;
use crate::runtime::record::Record;
use crate::units::Duration;

/// What is turned away by chance is tried again after this time where it has no sender that does so.
const AGAIN_US: u64 = 1_000_000;

/// The faults of a run.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    pub(super) entries: Vec<Fault>,
}

/// One thing that goes wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) at: Place,
    /// The function whose calls it befalls, where that acts in another node.
    function: Option<usize>,
    pub(super) kind: FaultKind,
    pub(super) start_us: u64,
    /// The first instant after it.
    pub(super) end_us: u64,
}

/// Which records no call can take: those for which a condition holds, or that share of them, by their numbers.
#[derive(Debug, Clone)]
pub(super) struct Poison {
    pub(super) records: Option<OfRecord>,
    pub(super) share: f64,
    pub(super) start_us: u64,
    pub(super) end_us: u64,
}

impl Poison {
    /// Records for which a condition holds, whenever they were produced.
    pub(super) fn always(condition: OfRecord) -> Self {
        Self { records: Some(condition), share: 0.0, start_us: 0, end_us: u64::MAX }
    }

    pub(super) fn is_always(&self) -> bool {
        self.end_us == u64::MAX
    }

    pub(super) fn holds(&self, record: &Record) -> bool {
        if record.produced_us < self.start_us || record.produced_us >= self.end_us {
            return false;
        }
        match &self.records {
            Some(condition) => condition.holds(&record.payload),
            None => Random::new(record.origin).share() < self.share,
        }
    }
}

impl Faults {
    /// These faults of a design.
    #[must_use]
    pub fn of(design: &Design, faults: &[faults::Fault]) -> Self {
        Self { entries: faults.iter().map(|fault| Fault::of(design, fault)).collect() }
    }

    /// Faults that are drawn from a seed, one to three of them within a run of so many microseconds.
    #[must_use]
    pub fn random(design: &Design, seed: u64, duration_us: u64) -> Self {
        random::draw(design, seed, duration_us)
    }

    /// Each fault with its time, in words such as `board is unavailable from 2m for 30s`.
    #[must_use]
    pub fn listed(&self, design: &Design) -> Vec<FaultOutcome> {
        let listed = |fault: &Fault| FaultOutcome {
            words: fault.words(design),
            start_us: fault.start_us,
            end_us: fault.end_us,
        };
        self.entries.iter().map(listed).collect()
    }

    /// When the first begins, and when the last ends.
    pub(super) fn span(&self) -> Option<(u64, u64)> {
        let start = self.entries.iter().map(|fault| fault.start_us).min()?;
        let end = self.entries.iter().map(|fault| fault.end_us).max()?;
        Some((start, end))
    }
}

impl Fault {
    /// A function that a delivery calls acts there, and if it cannot be reached its calls fail.
    fn of(design: &Design, fault: &faults::Fault) -> Self {
        let (start_us, end_us) = (fault.start.0, fault.start.0.saturating_add(fault.lasting.0));
        let mut this = Self { at: fault.at, function: None, kind: fault.kind.clone(), start_us, end_us };
        let Place::Node(node) = fault.at else { return this };
        let transforms = |(_, flow): (usize, &Flow)| (flow.role.as_str() == "transform").then_some(flow.from);
        if let Some(delivery) = design.incoming(node).find_map(transforms) {
            this.at = Place::Node(delivery);
            this.function = Some(node);
            this.kind = match this.kind {
                FaultKind::Unavailable => FaultKind::Errors(1.0),
                FaultKind::Throttled(share) => FaultKind::Errors(share),
                kind => kind,
            };
        }
        this
    }

    /// What it makes poison.
    pub(super) fn poison(&self) -> Option<Poison> {
        let (start_us, end_us) = (self.start_us, self.end_us);
        match &self.kind {
            FaultKind::Poison(records) => {
                Some(Poison { records: Some(OfRecord::new(records.clone())), share: 0.0, start_us, end_us })
            }
            FaultKind::PoisonShare(share) => Some(Poison { records: None, share: *share, start_us, end_us }),
            _ => None,
        }
    }

    fn is_on(&self, now_us: u64) -> bool {
        self.start_us <= now_us && now_us < self.end_us
    }

    fn words(&self, design: &Design) -> String {
        let id = |node: usize| design.nodes[node].id.as_str();
        let place = match self.at {
            Place::Node(node) => id(self.function.unwrap_or(node)).to_owned(),
            Place::Flow(from, to) => format!("{} -> {}", id(from), id(to)),
        };
        let percent = |share: f64| format!("{} %", (share * 1000.0).round() / 10.0);
        let what = match &self.kind {
            FaultKind::Unavailable => "is unavailable".to_owned(),
            FaultKind::Throttled(share) => format!("turns away {}", percent(*share)),
            FaultKind::Slow(factor) => format!("takes {factor} times as long"),
            FaultKind::Errors(share) => format!("fails in {} of its calls", percent(*share)),
            FaultKind::Poison(_) => "cannot take some records".to_owned(),
            FaultKind::PoisonShare(share) => format!("cannot take {} of the records", percent(*share)),
            FaultKind::Crash => "crashes".to_owned(),
        };
        let time = |micros: u64| Duration(micros).quantity().approximate();
        format!("{place} {what} from {} for {}", time(self.start_us), time(self.end_us - self.start_us))
    }
}

/// What becomes of an event.
#[derive(Debug)]
pub(super) enum Fate {
    Happens(Event),
    /// It happens at a later instant, and the node turned something away.
    Later(u64, Event),
    /// This happens to another node instead.
    Instead(usize, Event),
    /// These records go back to their sender; the rest of the event happens.
    TurnedAway(Vec<Record>, Event),
}

/// The faults while a run goes on.
#[derive(Debug)]
pub(super) struct Suffering {
    pub(super) faults: Faults,
    random: Random,
}

impl Suffering {
    pub(super) fn new(faults: Faults, seed: u64) -> Self {
        // Another stream of numbers than that of the services.
        Self { faults, random: Random::new(!seed) }
    }

    /// What becomes of an event that one node caused and that is about to happen to another.
    pub(super) fn fate(&mut self, (from, node): (usize, usize), event: Event, now_us: u64) -> Fate {
        let flow = flow(from, node, &event);
        let (mut until, mut share) = (None, 0.0f64);
        for fault in self.faults.entries.iter().filter(|fault| fault.is_on(now_us)) {
            let hits = match fault.at {
                Place::Node(place) => {
                    let reads = matches!(event, Event::Poll { .. } | Event::Receive(_));
                    flow.is_some_and(|(from, to)| to == place || reads && from == place)
                }
                Place::Flow(from, to) => flow == Some((from, to)),
            };
            match fault.kind {
                FaultKind::Unavailable if hits => {
                    until = until.max(Some(fault.end_us));
                }
                FaultKind::Throttled(part) if hits => share = share.max(part),
                _ => {}
            }
        }
        match until {
            Some(end) => refused(event, end),
            None if share > 0.0 => self.throttled(event, share, now_us),
            None => self.failed(node, event, now_us),
        }
    }

    fn throttled(&mut self, event: Event, share: f64, now_us: u64) -> Fate {
        match event {
            Event::Put { from, attempt, records } => {
                let (away, records) =
                    records.into_iter().partition::<Vec<_>, _>(|_| self.random.share() < share);
                Fate::TurnedAway(away, Event::Put { from, attempt, records })
            }
            event if self.random.share() < share => Fate::Later(now_us + AGAIN_US, event),
            event => Fate::Happens(event),
        }
    }

    /// A call of a function ends; some fail.
    fn failed(&mut self, node: usize, event: Event, now_us: u64) -> Fate {
        let Event::Called { shard, attempt, succeeded: true, records } = event else {
            return Fate::Happens(event);
        };
        let mut succeeded = true;
        for fault in &self.faults.entries {
            if let (Place::Node(place), FaultKind::Errors(share)) = (fault.at, &fault.kind) {
                succeeded &= place != node || !fault.is_on(now_us) || self.random.share() >= *share;
            }
        }
        Fate::Happens(Event::Called { shard, attempt, succeeded, records })
    }

    /// How many times as long a node works that begins now.
    pub(super) fn slowness(&self, node: usize, now_us: u64) -> f64 {
        let factor = |fault: &Fault| match (fault.at, &fault.kind) {
            (Place::Node(place), FaultKind::Slow(factor)) if place == node && fault.is_on(now_us) => *factor,
            _ => 1.0,
        };
        self.faults.entries.iter().map(factor).product()
    }
}

/// The flow that an event takes, as its ends; nothing for what a node does by itself, and for answers.
fn flow(from: usize, node: usize, event: &Event) -> Option<(usize, usize)> {
    match event {
        Event::Put { from, .. } | Event::Request { from, .. } => Some((*from, node)),
        Event::Poll { stream, .. } => Some((*stream, node)),
        Event::Receive(asked) => Some((node, asked.worker)),
        Event::Object { .. } | Event::Message { .. } | Event::Rows { .. } => Some((from, node)),
        // A producer that is down sends nothing.
        Event::Send => Some((node, node)),
        _ => None,
    }
}

fn refused(event: Event, end_us: u64) -> Fate {
    match event {
        Event::Put { from, attempt, records } => {
            Fate::TurnedAway(records, Event::Put { from, attempt, records: Vec::new() })
        }
        Event::Request { from, call, .. } => {
            Fate::Instead(from, Event::Answered { call, reply: Reply::Failed })
        }
        event => Fate::Later(end_us, event),
    }
}
