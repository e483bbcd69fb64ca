//! `--explain cost,latency,order`: what is derived of the designs, in place of the findings.

use crate::analysis::Analysis;
use crate::analysis::promises::surroundings::Setup;
use crate::cli::Explained;
use crate::commands::check::governing::Governing;
use crate::commands::check::inputs::Source;
use crate::commands::output::print;
use crate::report::derived;

/// Shows the tables of every design that could be understood.
pub(super) fn write(sources: &[Source], what: &[Explained], governing: &Governing) -> Result<(), String> {
    for Source { text, .. } in sources {
        let base = &governing.get(text.name()).base;
        let Some(design) = governing.given.lowered(text, &base.knowledge).lowered.design else { continue };
        let analysis = Analysis::of(&design, &base.knowledge);
        let setup = Setup::new(&design, &base.knowledge, &analysis);
        let shown: Vec<String> = what.iter().map(|what| table(setup, *what)).collect();
        print(&shown.join("\n")).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn table(setup: Setup<'_>, what: Explained) -> String {
    match what {
        Explained::Cost => derived::cost(setup),
        Explained::Latency => derived::latency(setup),
        Explained::Order => derived::order(setup),
    }
}
