//! `thalweg check`: judges design files.
//!
//! This page is the table of contents. Every stage is a file of its own: what is judged, what is found in it, what of
//! that counts, what of that is mended, and what is shown where.

mod derived;
mod filter;
mod fix;
mod inputs;
mod judge;
mod show;
mod watch;

use std::sync::Arc;

use crate::cli::Check;
use crate::commands::Outcome;
use crate::commands::output::complain;
use crate::knowledge::Knowledge;
use crate::lint::Rules;
use crate::report::look::Look;
use crate::source::Text;

/// What everything is judged by.
struct Base {
    knowledge: Knowledge,
    rules: Rules,
}

/// Judges every file that is named or found; one that cannot be read does not keep the others from being judged.
#[must_use]
pub fn run(arguments: &Check, look: Look) -> Outcome {
    let base = Base { knowledge: Knowledge::embedded(), rules: Rules::embedded() };
    let judge = || or_failed(once(arguments, &base, look));
    if arguments.watch { or_failed(watch::run(arguments, &judge)) } else { judge() }
}

fn once(arguments: &Check, base: &Base, look: Look) -> Result<Outcome, String> {
    show::refuse_collisions(&arguments.formats)?;
    let inputs = inputs::collect(arguments);
    let judge = |text: &Arc<Text>| filter::asked_for(judge::one(text, base), arguments);
    if arguments.changes.diff {
        let mended = fix::mended(&inputs.sources, arguments, &judge);
        return Ok(inputs.outcome().max(fix::show(&inputs.sources, &mended, look)?));
    }
    let judged = if arguments.changes.fix {
        let mended = fix::mended(&inputs.sources, arguments, &judge);
        fix::write(&inputs.sources, mended)?
    } else {
        judge::all(&inputs.sources, arguments.threads, &judge)
    };
    if arguments.explain.is_empty() {
        show::write(&judged, &arguments.formats, base, look)?;
    } else {
        derived::write(&inputs.sources, &arguments.explain, base)?;
    }
    Ok(inputs.outcome().max(filter::outcome(&judged, arguments.fail_on)))
}

fn or_failed(outcome: Result<Outcome, String>) -> Outcome {
    outcome.unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}
