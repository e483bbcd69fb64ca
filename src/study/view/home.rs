//! Home: what is due, how long in a row, which rules are weakest, and how long until the exam.

use crate::study::page::{Block, Page, Piece, Tone, plain};
use crate::study::schedule;
use crate::study::state::State;
use crate::study::view::listed;

/// So many of the weakest rules are shown.
const SHOWN_RULES: usize = 4;

pub(super) fn page(state: &State) -> Page {
    let mut blocks = vec![Block::Words(greeting(state)), Block::Gap];
    blocks.extend(listed(state));
    let mut aside = rules(state);
    if state.progress.answers() == 0 {
        aside = vec![Block::faint(
            "Every answer here is proved: each option is a design that the linter judges and a run tries out. Once you have \
             answered, r runs what you took.",
        )];
    }
    let status = exam(state).unwrap_or_default();
    Page { title: "Study".to_owned(), status, blocks, aside, ..Page::default() }
}

fn exam(state: &State) -> Option<String> {
    let code = state.wish.exam.as_deref();
    match (state.today().to_exam, code) {
        (Some(0), _) => Some(format!("{} is today", code.unwrap_or("the exam"))),
        (Some(1), _) => Some(format!("{} is tomorrow", code.unwrap_or("the exam"))),
        (Some(days), _) => Some(format!("{days} days to {}", code.unwrap_or("the exam"))),
        (None, code) => code.map(str::to_owned),
    }
}

fn greeting(state: &State) -> Vec<Piece> {
    let load = schedule::load(&state.library, &state.progress, &state.wish, state.today());
    let due = match (load.due, load.new) {
        (0, 0) => plain("Nothing is due today."),
        (0, _) if state.progress.answers() == 0 => plain("Nothing is asked yet. "),
        (0, _) => plain("Nothing is due today. "),
        (1, _) => vec![Piece::new("1 decision", Tone::Strong), Piece::new(" is due today. ", Tone::Plain)],
        (due, _) => {
            vec![
                Piece::new(format!("{due} decisions"), Tone::Strong),
                Piece::new(" are due today. ", Tone::Plain),
            ]
        }
    };
    let streak = match state.progress.streak(state.now.day) {
        0 => String::new(),
        1 => "You have answered today or yesterday.".to_owned(),
        days => format!("{days} days in a row."),
    };
    due.into_iter().chain(plain(streak)).collect()
}

fn rules(state: &State) -> Vec<Block> {
    let weakest = state.progress.weakest_rules();
    if weakest.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading("Weakest rules".to_owned())];
    for (id, times, missed) in weakest.into_iter().take(SHOWN_RULES) {
        let title = state.library.rules.get(id).map_or(id, |rule| rule.title.as_str());
        blocks.push(Block::Words(vec![
            Piece::new(title.to_owned(), Tone::Plain),
            Piece::new(format!("  missed {missed} of {times}"), Tone::Faint),
        ]));
    }
    blocks
}
