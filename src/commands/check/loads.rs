//! `--explain-load`: what comes to each node, in place of the findings.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::cli::{Destination, FindingFormat};
use crate::commands::check::governing::Governing;
use crate::commands::check::inputs::Source;
use crate::commands::output::{print, replace_file};
use crate::design::Design;
use crate::knowledge::Knowledge;
use crate::report::loads::{self, Loaded};
use crate::source::Text;

/// Writes the loads of every design in every format to its place. What is no design has none.
pub(super) fn write(
    sources: &[Source],
    formats: &[Destination],
    governing: &Governing,
) -> Result<(), String> {
    let derived: Vec<Derived<'_>> =
        sources.iter().filter_map(|source| one(&source.text, governing)).collect();
    let loaded: Vec<Loaded<'_>> = derived
        .iter()
        .map(|Derived { file, design, analysis, knowledge }| Loaded { file, design, knowledge, analysis })
        .collect();
    for destination in formats {
        let shown = match destination.format {
            FindingFormat::Human => loaded.iter().map(loads::human).collect::<Vec<_>>().join("\n"),
            FindingFormat::Json => loads::json(&loaded),
            other => return Err(format!("loads are shown as human or json, and not as {}", other.name())),
        };
        let written = match &destination.file {
            Some(file) => replace_file(file, &shown),
            None => print(&shown),
        };
        written.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A design with the base that governs it.
struct Derived<'a> {
    file: &'a str,
    design: Design,
    analysis: Analysis,
    knowledge: &'a Knowledge,
}

fn one<'t>(text: &'t Arc<Text>, governing: &'t Governing) -> Option<Derived<'t>> {
    let knowledge = &governing.get(text.name()).base.knowledge;
    let design = governing.given.lowered(text, knowledge).lowered.design?;
    let analysis = Analysis::of(&design, knowledge);
    Some(Derived { file: text.name(), design, analysis, knowledge })
}
