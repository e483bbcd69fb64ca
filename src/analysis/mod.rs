//! What flows through a design: derived once from its graph, for rules, reports and runs to read.
//!
//! Every figure is either known, with the declared settings that it rests on, or unknown, with the reason. Nothing
//! here guesses, and nothing speaks: what is wrong with a figure is said by rules.

pub mod calls;
pub mod readers;
pub mod traffic;

use crate::analysis::traffic::Traffic;
use crate::design::Design;
use crate::knowledge::Knowledge;

/// All that is derived of one design.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// How much comes to every node and takes every flow.
    pub traffic: Traffic,
}

impl Analysis {
    /// Derives everything, in time proportional to nodes and flows. Cannot fail.
    #[must_use]
    pub fn of(design: &Design, knowledge: &Knowledge) -> Self {
        Self { traffic: Traffic::of(design, knowledge) }
    }
}
