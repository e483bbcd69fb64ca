//! `thalweg check`: judges design files.
//!
//! This page is the table of contents. Every stage is a file of its own: what is judged, what is found in it, what of
//! that counts, what of that is mended, and what is shown where.

mod changed;
mod derived;
mod effective;
mod filter;
mod fix;
pub(super) mod governing;
mod inputs;
pub(super) mod judge;
mod known;
mod loads;
mod paths;
mod show;
pub(super) mod watch;

use std::sync::Arc;

use crate::cli::Check;
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::check::governing::{Asked, Governing};
use crate::commands::infrastructure::Given;
use crate::commands::output::print;
use crate::report::look::Look;
use crate::source::Text;

/// Judges every file that is named or found; one that cannot be read does not keep the others from being judged.
#[must_use]
pub fn run(arguments: &Check, look: Look) -> Outcome {
    let judge = || or_failed(once(arguments, look), look);
    if arguments.watch {
        or_failed(watch::run(arguments, &judge).map_err(Refusal::from), look)
    } else {
        judge()
    }
}

/// Configs, packs and baselines are read anew every time, since they may have changed.
fn once(arguments: &Check, look: Look) -> Result<Outcome, Refusal> {
    show::refuse_collisions(&arguments.formats)?;
    let mut inputs = inputs::collect(arguments);
    if let Some(revision) = &arguments.changed_since {
        inputs.sources = changed::since(revision, inputs.sources, Asked::from(arguments))?;
    }
    let texts: Vec<Arc<Text>> = inputs.sources.iter().map(|source| Arc::clone(&source.text)).collect();
    let mut governing = Governing::of(&texts, Asked::from(arguments))?;
    governing.given = Given::read(arguments.parameters.as_deref())?;
    if let Some(first) = governing.all.first() {
        governing.given = std::mem::take(&mut governing.given).with_exports(&texts, &first.base.knowledge);
    }
    if arguments.policy.show_config {
        print(&effective::of(&governing, arguments)).map_err(|error| error.to_string())?;
        return Ok(inputs.outcome());
    }
    let findings = |text: &Arc<Text>| judge::one(text, &governing).swap_remove(0).findings;
    if arguments.changes.diff {
        let mended = fix::mended(&inputs.sources, arguments, &findings);
        return Ok(inputs.outcome().max(fix::show(&inputs.sources, &mended, look)?));
    }
    let texts = if arguments.changes.fix {
        fix::write(&inputs.sources, fix::mended(&inputs.sources, arguments, &findings))?
    } else {
        texts
    };
    let mut judged = judge::all(&texts, &governing, arguments.threads);
    known::settle(&mut judged, &governing, arguments.policy.update_baseline)?;
    if arguments.explain_load {
        loads::write(&inputs.sources, &arguments.formats, &governing)?;
    } else if arguments.explain.is_empty() {
        let offered = fix::offered(&inputs.sources, arguments.changes);
        show::write(&judged, &arguments.formats, &governing.rules(), offered, look)?;
        show::tell_open(&judged, &arguments.formats, arguments.verbose);
    } else {
        derived::write(&inputs.sources, &arguments.explain, &governing)?;
    }
    let found = if arguments.exit_zero { Outcome::Clean } else { filter::outcome(&judged, &governing) };
    Ok(inputs.outcome().max(found))
}
