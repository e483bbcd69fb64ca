//! How much comes to every node and takes every flow: rates, sizes and keys, from producers on.
//!
//! Loads are worked out once along the graph, upstream first, in time proportional to nodes and flows. Where records
//! go round, or somebody sends what nobody declares, the figure is unknown from there on, and says why.

mod evidence;
mod figure;
mod keys;
mod load;
mod passing;
mod propagate;
mod sent;

pub use crate::analysis::traffic::evidence::Declared;
pub use crate::analysis::traffic::figure::{Figure, Gap, Reason};
pub use crate::analysis::traffic::load::{Contributor, Load, Measure};

use crate::design::Design;
use crate::knowledge::Knowledge;

/// The loads of a design, by the indices of its nodes and flows.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// What every node receives; for one that nothing flows to, what it sends.
    pub nodes: Vec<Load>,
    /// What every flow carries.
    pub flows: Vec<Load>,
}

impl Traffic {
    /// Works out the loads of all nodes and flows.
    #[must_use]
    pub fn of(design: &Design, knowledge: &Knowledge) -> Self {
        propagate::all(design, knowledge)
    }
}
