//! Requirements: what a design is for.

use crate::source::Span;
use crate::units::{Duration, Money};

/// The keys that a design writes for what it requires.
pub const KEYWORDS: [&str; 8] =
    ["latency", "order", "replay", "delivery", "readers", "monthly_cost", "serverless", "encryption"];

/// One promise that the design must keep.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// What is promised.
    pub kind: RequirementKind,
    /// The words of the task that it comes from.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What is promised.
#[derive(Debug, Clone)]
pub enum RequirementKind {
    /// Records arrive in time.
    Latency(Latency),
    /// Records with the same key, or all, are handled in the order in which they were produced.
    Order {
        /// Over which records.
        by: OrderBy,
        /// Node from which the order counts; the producers where it is left out.
        from: Option<usize>,
        /// Node at which the order must hold.
        at: usize,
    },
    /// Records can be read again.
    Replay {
        /// Node that is read again.
        from: usize,
        /// For how long after a record was written.
        window: Duration,
    },
    /// Records get there.
    Delivery {
        /// Node from which it counts; the producers where it is left out.
        from: Option<usize>,
        /// Node that they must reach.
        to: usize,
        /// How often.
        guarantee: Guarantee,
    },
    /// So many readers each see every record.
    Readers {
        /// Node that is read.
        of: usize,
        /// How many at the least.
        independent: u64,
    },
    /// It costs no more than this a month.
    MonthlyCost {
        /// The bound, inclusive.
        at_most: Money,
    },
    /// Nothing has to be sized or patched.
    Serverless,
    /// All data at rest is encrypted.
    Encryption,
}

impl RequirementKind {
    /// The key that a design writes for it.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Order { .. } => "order",
            Self::Replay { .. } => "replay",
            Self::Delivery { .. } => "delivery",
            Self::Readers { .. } => "readers",
            Self::MonthlyCost { .. } => "monthly_cost",
            Self::Serverless => "serverless",
            Self::Encryption => "encryption",
        }
    }
}

/// Bounds on how long records take from one node to another; at least one of the three is there.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    /// Node from which it counts.
    pub from: usize,
    /// Node at which it ends.
    pub to: usize,
    /// Bound for half of the records.
    pub p50: Option<Duration>,
    /// Bound for 99 of 100 records.
    pub p99: Option<Duration>,
    /// Bound for all records.
    pub max: Option<Duration>,
}

impl Latency {
    /// The tightest of the bounds.
    #[must_use]
    pub fn tightest(&self) -> Option<Duration> {
        [self.p50, self.p99, self.max].into_iter().flatten().min()
    }
}

/// Over which records an order holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderBy {
    /// Over those with the same value of this field.
    Key(String),
    /// Over all.
    Total,
}

/// How often records get there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarantee {
    /// Once or more.
    AtLeastOnce,
    /// Once.
    ExactlyOnce,
    /// No record is lost; the same as at least once, in the words of those who ask.
    NoLoss,
}

impl Guarantee {
    /// The word that a design writes for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeastOnce => "at-least-once",
            Self::ExactlyOnce => "exactly-once",
            Self::NoLoss => "no-loss",
        }
    }
}
