//! A run: the graph with what flows, and what each node counts, at the instant that the play has come to.

use crate::study::entries;
use crate::study::page::{Block, Page, Piece, Tone, plain, toned};
use crate::study::recording::Recording;
use crate::study::state::{State, Watched};
use crate::units::Duration;

/// The page of a run.
pub(super) fn page(state: &State, watched: &Watched) -> Page {
    let recording = match &watched.recording {
        None => {
            let blocks = vec![Block::faint("The design runs ...")];
            return Page { title: "Run".to_owned(), blocks, ..Page::default() };
        }
        Some(Err(why)) => {
            let blocks = vec![Block::words(&**why)];
            return Page { title: "Run".to_owned(), blocks, ..Page::default() };
        }
        Some(Ok(recording)) => recording,
    };
    let frame = watched.frame();
    let end = recording.frames.last().map_or(0, |frame| frame.at_us);
    let plays = if watched.plays { "plays" } else { "stands still" };
    let status = if state.plain { String::new() } else { format!("{plays}, speed {}", watched.speed) };
    let mut blocks = vec![
        Block::Bar(
            "virtual time".to_owned(),
            if end == 0 { 1.0 } else { watched.at_us as f64 / end as f64 },
            format!("{} of {}", time(watched.at_us.min(end)), time(end)),
        ),
        Block::Gap,
        Block::Picture(recording.picture(frame), None),
        Block::Gap,
    ];
    blocks.extend(nodes(recording, frame));
    if frame == recording.last() {
        blocks.extend(outcome(recording));
    }
    Page { title: format!("Run · {}", recording.name), status, blocks, ..Page::default() }
}

/// What each node counted that did anything until now.
fn nodes(recording: &Recording, frame: usize) -> Vec<Block> {
    let rates = recording.rates(frame);
    let Some(seen) = recording.frames.get(frame) else { return Vec::new() };
    let mut facts = Vec::new();
    for (index, vertex) in recording.graph.vertices.iter().enumerate() {
        let (Some(counted), Some(rate)) = (seen.nodes.get(index), rates.get(index)) else { continue };
        if counted.came + counted.throttled + counted.lost == 0 {
            continue;
        }
        let mut pieces =
            vec![Piece::new(format!("{:<20}", entries::rate(rate.came, rate.went)), Tone::Plain)];
        let mut add = |count: u64, name: &str, tone: Tone| {
            if count > 0 {
                pieces.push(Piece::new(format!("  {name} {count}"), tone));
            }
        };
        add(counted.throttled, "throttled", Tone::Warn);
        add(counted.retried, "retried", Tone::Plain);
        add(counted.lost, "lost", Tone::Bad);
        add(counted.held, "held", Tone::Plain);
        if counted.age_us > 0 {
            pieces.push(Piece::new(format!("  oldest read {}", time(counted.age_us)), Tone::Plain));
        }
        facts.push((vertex.id.clone(), pieces));
    }
    vec![Block::Facts(facts)]
}

/// What came of the run as a whole.
fn outcome(recording: &Recording) -> Vec<Block> {
    let mut blocks = vec![Block::Gap];
    let sinks = recording.sinks.iter().map(|(id, [delivered, lost, repeated, disordered])| {
        let mut pieces = plain(format!("{delivered} delivered"));
        for (count, name) in [(lost, "lost"), (repeated, "repeated"), (disordered, "out of order")] {
            let tone = if *count > 0 { Tone::Bad } else { Tone::Faint };
            pieces.push(Piece::new(format!("  {count} {name}"), tone));
        }
        (id.clone(), pieces)
    });
    blocks.push(Block::Facts(sinks.collect()));
    if !recording.verdicts.is_empty() {
        blocks.push(Block::Gap);
    }
    for verdict in &recording.verdicts {
        let mut pieces = match verdict.met {
            Some(true) => toned("met      ", Tone::Good),
            Some(false) => toned("broken   ", Tone::Bad),
            None => toned("unknown  ", Tone::Warn),
        };
        pieces.push(Piece::new(format!("{}: {}", verdict.require, verdict.measured), Tone::Plain));
        blocks.push(Block::Words(pieces));
    }
    blocks
}

fn time(micros: u64) -> String {
    Duration(micros).quantity().approximate()
}
