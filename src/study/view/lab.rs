//! A lab: the task, the design as it is edited, and what is wrong with it still.

use crate::scenario::Scenario;
use crate::study::page::{Block, Page, Piece, Tone};
use crate::study::state::{Lab, State};

/// The page of a lab.
pub(super) fn page(state: &State, lab: &Lab) -> Page {
    let Some(scenario) = state.library.catalog.get(&lab.scenario) else {
        let blocks = vec![Block::faint("This lab is no longer there.")];
        return Page { title: "Lab".to_owned(), blocks, ..Page::default() };
    };
    let title = if scenario.title.starts_with("Lab") {
        scenario.title.clone()
    } else {
        format!("Lab · {}", scenario.title)
    };
    let status = match (&lab.grade, lab.checking, lab.editing) {
        (_, _, true) => "ctrl-s checks, esc is done",
        (_, true, _) => "is checked and run ...",
        (Some(grade), ..) if grade.is_right => "mended",
        (Some(_), ..) => "not mended yet",
        (None, ..) => "not checked",
    };
    let mut blocks = Vec::new();
    if lab.editing {
        // While it is edited the design has the page, with what was found of it above.
        blocks.extend(grade(lab).into_iter().take(2));
        blocks.push(Block::Editor(lab.text.clone()));
        return Page { title, status: status.to_owned(), blocks, ..Page::default() };
    }
    blocks.extend(grade(lab));
    blocks.extend(task(scenario, lab));
    blocks.push(Block::Heading("The design".to_owned()));
    blocks.push(Block::Lines(
        lab.text.lines().map(|line| vec![Piece::new(format!("  {line}"), Tone::Plain)]).collect(),
    ));
    Page { title, status: status.to_owned(), blocks, ..Page::default() }
}

fn task(scenario: &Scenario, lab: &Lab) -> Vec<Block> {
    let mut blocks = Vec::new();
    for paragraph in scenario.prompt.split("\n\n") {
        blocks.extend([Block::words(paragraph), Block::Gap]);
    }
    for (place, hint) in scenario.hints.iter().take(usize::from(lab.hints)).enumerate() {
        let piece = Piece::new(format!("Hint {}: ", place + 1), Tone::Warn);
        blocks.extend([Block::Words(vec![piece, Piece::new(&**hint, Tone::Plain)]), Block::Gap]);
    }
    blocks
}

/// What is wrong with what was checked last, or that nothing is.
fn grade(lab: &Lab) -> Vec<Block> {
    let Some(grade) = &lab.grade else { return Vec::new() };
    let mut blocks: Vec<Block> = grade
        .reasons
        .iter()
        .map(|reason| {
            let (word, tone) = if reason.is_right { ("right: ", Tone::Good) } else { ("wrong: ", Tone::Bad) };
            Block::Words(vec![Piece::new(word, tone), Piece::new(&*reason.text, Tone::Plain)])
        })
        .collect();
    blocks.push(Block::Gap);
    blocks
}
