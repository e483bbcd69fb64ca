//! Runs a design with many seeds, each with faults of its own, and tells the worst.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::cli::Format;
use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::print;
use crate::commands::run::Attempt;
use crate::commands::run::programs;
use crate::diagnostic::Diagnostic;
use crate::report::exploration::{Explored, render, render_json};
use crate::report::progress::ProgressLine;
use crate::runtime::{self, Inputs, Options, Sources};

/// Explores so many seeds.
pub(super) fn explore(
    attempt: &Attempt<'_>,
    count: NonZeroUsize,
) -> Result<Result<Outcome, Vec<Diagnostic>>, String> {
    let inputs = inputs(attempt)?;
    let first = attempt.arguments.seed;
    let (next, explored, refused) = (AtomicU64::new(0), Mutex::new(Vec::new()), Mutex::new(None));
    let count = count.get() as u64;
    let line = ProgressLine::new();
    std::thread::scope(|scope| {
        for _ in 0..attempt.threads().min(count as usize) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= count || attempt.interrupt.is_asked() {
                        break;
                    }
                    match one(attempt, &inputs, first.wrapping_add(place)) {
                        Ok(found) => add(&explored, found),
                        Err(diagnostics) => {
                            next.store(count, Ordering::Relaxed);
                            refused.lock().expect("no thread panics with it").get_or_insert(diagnostics);
                        }
                    }
                    line.at(place + 1, count, 0);
                }
            });
        }
    });
    line.finish();
    if let Some(diagnostics) = refused.into_inner().expect("no thread panics with it") {
        return Ok(Err(diagnostics));
    }
    let explored = Explored::sorted(explored.into_inner().expect("no thread panics with it"));
    let report = match attempt.arguments.format {
        Format::Human => render(&explored, &attempt.command()),
        Format::Json => render_json(&explored),
    };
    print(&report).map_err(|error| error.to_string())?;
    Ok(Ok(match (attempt.interrupt.is_asked(), explored.iter().any(Explored::is_broken)) {
        (true, _) => Outcome::Interrupted,
        (_, true) => Outcome::Findings,
        _ => Outcome::Clean,
    }))
}

fn add(explored: &Mutex<Vec<Explored>>, found: Explored) {
    explored.lock().expect("no thread panics with it").push(found);
}

fn one(attempt: &Attempt<'_>, inputs: &Inputs, seed: u64) -> Result<Explored, Vec<Diagnostic>> {
    let options = Options { seed, duration: attempt.arguments.duration };
    let programs = programs::programs(&attempt.setups, &attempt.interrupt.processes);
    let sources = Sources { programs, ..Sources::from(inputs) };
    let mut topology = runtime::plan_from(attempt.design, attempt.knowledge, sources, &options)?;
    attempt.planned.happen_to(&mut topology, seed);
    Ok(Explored::of(&runtime::simulate(topology, &options, &mut |_| {})))
}

/// The records of every producer, unpacked and as a whole, since many runs share them.
fn inputs(attempt: &Attempt<'_>) -> Result<Inputs, String> {
    let mut inputs = Inputs::new();
    for node in attempt.design.nodes.iter().filter(|node| node.service == "producer") {
        if let Some(file) = node.settings.text("traffic.records") {
            let bytes = input::records(&attempt.place(file)).map_err(|error| error.to_string())?;
            inputs.insert(node.id.clone(), Bytes::from(bytes));
        }
    }
    Ok(inputs)
}
