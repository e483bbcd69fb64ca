//! The files of `scenarios/` as the build script embedded them.

use crate::source;
use crate::source::Node;

include!(concat!(env!("OUT_DIR"), "/embedded_scenarios.rs"));

/// Path below `scenarios/`, text and tree of every file, in the order of the paths.
pub(super) fn embedded() -> impl Iterator<Item = (&'static str, &'static str, &'static [u8])> {
    SCENARIOS.iter().copied()
}

/// The tree of an embedded file.
pub(super) fn restore(bytes: &[u8]) -> Node {
    source::restore(bytes).expect("the build script wrote these bytes with the same code")
}
