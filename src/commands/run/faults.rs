//! What is to go wrong in a run: a file, the design itself, or the seed says so.

use std::path::Path;
use std::sync::Arc;

use crate::cli::Run;
use crate::commands::input;
use crate::design::Design;
use crate::design::faults::{Fault, read};
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::runtime::Topology;
use crate::runtime::faults::Faults;
use crate::source::Text;

/// The name of the faults that the seed draws.
const RANDOM: &str = "random";

/// What goes wrong.
#[derive(Debug, Clone)]
pub(super) enum Planned {
    /// What the design says.
    OfDesign,
    Listed(Vec<Fault>),
    Random,
}

impl Planned {
    pub(super) fn is_random(&self) -> bool {
        matches!(self, Self::Random)
    }

    /// Lets it happen to a run.
    pub(super) fn happen_to(&self, topology: &mut Topology, seed: u64) {
        match self {
            Self::OfDesign => {}
            Self::Listed(faults) => topology.suffer(Faults::of(topology.design(), faults)),
            Self::Random => topology.suffer(Faults::random(topology.design(), seed, topology.length().0)),
        }
    }
}

/// Mistakes in a file.
type Mistaken = (Arc<Text>, Vec<Diagnostic>);

/// The faults that the arguments ask for; mistakes come with the file that they are in.
pub(super) fn planned(
    arguments: &Run,
    design: &Design,
    knowledge: &Knowledge,
) -> Result<Result<Planned, Mistaken>, String> {
    match &arguments.faults {
        None if arguments.explore.is_some() && design.faults.is_empty() => Ok(Ok(Planned::Random)),
        None => Ok(Ok(Planned::OfDesign)),
        Some(path) if path == Path::new(RANDOM) => Ok(Ok(Planned::Random)),
        Some(path) => {
            let text = input::design(path).map_err(|error| error.to_string())?;
            let read = read(design, &text, knowledge).map(Planned::Listed);
            Ok(read.map_err(|mistakes| (text, mistakes)))
        }
    }
}
