//! What happens to records at a service, or on the way between two: they wait, are lost, come twice, lose their order.
//!
//! Effects are the data from which promises are judged. A card's own hold at its nodes, those of an integration on the
//! flows that use it. Each says when it holds, over the settings and the traffic of the node or flow.

use crate::expression::Expression;
use crate::knowledge::fact::Validity;

/// One thing that happens to records.
#[derive(Debug, Clone)]
pub struct Effect {
    /// What happens.
    pub kind: EffectKind,
    /// What messages call it: `buffer`, `given-up batches`.
    pub name: String,
    /// The same in a sentence.
    pub about: String,
    /// The setting that it hangs on, by its dotted path; a finding points there where the design declares it.
    pub at: Option<String>,
    /// On what condition, since when, and who says so.
    pub validity: Validity,
}

/// What happens to records.
#[derive(Debug, Clone)]
pub enum EffectKind {
    /// They wait: half of them no longer than `typical`, nearly all no longer than `worst`.
    Wait {
        /// A time; unknown where the expression is.
        typical: Expression,
        /// A time; the typical one where there is no other.
        worst: Option<Expression>,
    },
    /// Some are gone.
    Loss,
    /// Some come again.
    Repeat,
    /// Their order holds within these bounds at the best.
    Order(OrderScope),
    /// What came before, more than once, counts once from here on.
    Idempotent,
}

/// Within which bounds records keep their order; what is further down keeps more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderScope {
    /// Any record can overtake any other.
    None,
    /// Records with the same key, of the same shard, partition or group keep their order.
    PerKey,
    /// All keep it.
    Total,
}

impl OrderScope {
    /// The words that cards and messages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PerKey => "per-key",
            Self::Total => "total",
        }
    }

    /// The scope that a card's word means: shards, partitions, groups and items are all told apart by a key.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "none" => Some(Self::None),
            "per-key" | "per-shard" | "per-partition" | "per-group" | "per-item" => Some(Self::PerKey),
            "total" => Some(Self::Total),
            _ => None,
        }
    }
}
