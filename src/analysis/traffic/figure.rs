//! A figure that was derived, or why nobody knows it.

use crate::design::Design;

/// A derived figure, in the base unit of what it measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// It follows from what the design declares.
    Known(f64),
    /// It does not.
    Unknown {
        /// What it cannot exceed, where that much is known.
        at_most: Option<f64>,
        /// What keeps it from being known.
        gap: Gap,
    },
}

/// What keeps a figure from being known, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// What it is.
    pub reason: Reason,
    /// Index of the node at which it arises; of the flow for the reasons that say so.
    pub at: usize,
}

/// The sorts of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing flows to the node.
    NothingArrives,
    /// The node sends of its own accord and does not declare this setting.
    Undeclared(&'static str),
    /// Every record has a key of its own.
    OwnKeys,
    /// A filter of the node keeps a share that is not declared.
    Filter,
    /// A filter of the flow keeps a share that is not declared; `at` is the flow.
    FlowFilter,
    /// What the node makes of a record has a size that is not declared.
    Reshaped,
    /// The node changes the format of records or compresses them.
    Packed,
    /// The node tells of objects, and how many records an object holds is not known.
    Objects,
    /// The node aggregates, joins or batches: what it sends does not follow from what it receives.
    Aggregated,
    /// What the node sends has a key that is not declared.
    Rekeyed,
    /// The readers of the node share its records, and in which parts is not known.
    Shared,
    /// Only what fails goes this way, and how much fails is not known.
    Failures,
    /// The flow is a query: its target asks, nothing is sent; `at` is the flow.
    Query,
    /// No such flow is possible; `at` is the flow.
    Impossible,
    /// The node lies on a cycle: what goes round is not known.
    Cycle,
}

impl Figure {
    /// Unknown for this reason, without a bound.
    #[must_use]
    pub fn unknown(reason: Reason, at: usize) -> Self {
        Self::Unknown { at_most: None, gap: Gap { reason, at } }
    }

    /// The figure, if it is known.
    #[must_use]
    pub fn known(self) -> Option<f64> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown { .. } => None,
        }
    }

    /// What it cannot exceed: itself, where it is known.
    #[must_use]
    pub fn at_most(self) -> Option<f64> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown { at_most, .. } => at_most,
        }
    }

    /// What keeps it from being known.
    #[must_use]
    pub fn gap(self) -> Option<Gap> {
        match self {
            Self::Known(_) => None,
            Self::Unknown { gap, .. } => Some(gap),
        }
    }

    /// No longer known from here on, for this reason; the bound stays.
    #[must_use]
    pub(super) fn bounded(self, reason: Reason, at: usize) -> Self {
        Self::Unknown { at_most: self.at_most(), gap: self.gap().unwrap_or(Gap { reason, at }) }
    }

    #[must_use]
    pub(super) fn map(self, function: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Known(value) => Self::Known(function(value)),
            Self::Unknown { at_most, gap } => Self::Unknown { at_most: at_most.map(function), gap },
        }
    }

    /// Both at once; unknown where one of the two is, for the first reason there is.
    #[must_use]
    pub(super) fn with(self, other: Self, function: impl Fn(f64, f64) -> f64) -> Self {
        let bound = self.at_most().zip(other.at_most()).map(|(left, right)| function(left, right));
        match (self, other) {
            (Self::Known(left), Self::Known(right)) => Self::Known(function(left, right)),
            (Self::Unknown { gap, .. }, _) | (_, Self::Unknown { gap, .. }) => {
                Self::Unknown { at_most: bound, gap }
            }
        }
    }
}

impl Gap {
    /// The reason in words, with the design's own names: `` `web` declares no `traffic.rate` ``.
    #[must_use]
    pub fn explained(self, design: &Design) -> String {
        let node = |index: usize| design.nodes.get(index).map_or("", |node| node.id.as_str());
        let at = node(self.at);
        let ends = || design.flows.get(self.at).map_or(("", ""), |flow| (node(flow.from), node(flow.to)));
        match self.reason {
            Reason::NothingArrives => format!("nothing flows to `{at}`"),
            Reason::Undeclared(setting) => format!("`{at}` declares no `{setting}`"),
            Reason::OwnKeys => format!("every record of `{at}` has a key of its own"),
            Reason::Filter => format!("`{at}` filters and declares no `output.selectivity`"),
            Reason::FlowFilter => {
                let (from, to) = ends();
                format!("`{from} -> {to}` filters and declares no `selectivity`")
            }
            Reason::Reshaped => format!("`{at}` reshapes records and declares no `output.record_size`"),
            Reason::Packed => format!("`{at}` converts or compresses records"),
            Reason::Objects => format!("`{at}` tells of objects, and not of records"),
            Reason::Aggregated => format!("`{at}` makes other records and declares no `output`"),
            Reason::Rekeyed => format!("`{at}` declares no `output.keys`"),
            Reason::Shared => format!("the readers of `{at}` share its records"),
            Reason::Failures => format!("only what fails at `{at}` goes this way"),
            Reason::Query => {
                let (from, to) = ends();
                format!("`{to}` asks `{from}`")
            }
            Reason::Impossible => {
                let (from, to) = ends();
                format!("`{from} -> {to}` is not possible")
            }
            Reason::Cycle => format!("records go round through `{at}`"),
        }
    }
}
