//! What flows through a design: derived once from its graph, for rules, reports and runs to read.
//!
//! Every figure is either known, with the declared settings that it rests on, or unknown, with the reason. Nothing
//! here guesses, and nothing speaks: what is wrong with a figure is said by rules.

pub mod calls;
pub mod capacity;
pub mod promises;
pub mod readers;
pub mod required;
pub mod surge;
pub mod traffic;

use std::sync::OnceLock;

use crate::analysis::promises::Verdict;
use crate::analysis::promises::arrivals::Arrivals;
use crate::analysis::promises::holding::Holding;
use crate::analysis::promises::surroundings::Setup;
use crate::analysis::promises::windows::Windows;
use crate::analysis::required::RequiredLatency;
use crate::analysis::traffic::Traffic;
use crate::design::Design;
use crate::knowledge::Knowledge;

/// All that is derived of one design.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// How much comes to every node and takes every flow.
    pub traffic: Traffic,
    /// The latencies that are required, with the nodes between their ends.
    pub latencies: Vec<RequiredLatency>,
    /// What becomes of every requirement, in the order of the file.
    pub verdicts: Vec<Verdict>,
    /// Which effects of cards and integrations hold where.
    pub holding: Holding,
    /// How long the windows of each query hold records back.
    pub windows: Windows,
    /// How records come to every node; worked out when first asked for.
    arrivals: OnceLock<Arrivals>,
}

impl Analysis {
    /// Derives everything, in time proportional to nodes and flows, once for every requirement. Cannot fail.
    #[must_use]
    pub fn of(design: &Design, knowledge: &Knowledge) -> Self {
        let mut analysis = Self {
            traffic: Traffic::of(design, knowledge),
            latencies: required::latencies(design),
            verdicts: Vec::new(),
            holding: Holding::of(design),
            windows: Windows::of(design),
            arrivals: OnceLock::new(),
        };
        let setup = Setup::new(design, knowledge, &analysis);
        let judged = design.requirements.iter().map(|requirement| promises::judge(setup, requirement));
        analysis.verdicts = judged.collect();
        analysis
    }

    /// How records come to every node.
    #[must_use]
    pub fn arrivals(&self, design: &Design, knowledge: &Knowledge) -> &Arrivals {
        self.arrivals.get_or_init(|| Arrivals::of(Setup::new(design, knowledge, self)))
    }
}
