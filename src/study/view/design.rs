//! A design: the graph with what is found of it, and the node that is marked.

use crate::diagnostic::{Diagnostic, Severity};
use crate::drawing::Graph;
use crate::study::page::{Block, Page, Piece, Tone, plain};
use crate::study::state::{Drawn, State, Subject};
use crate::study::view::listed;
use crate::study::work;

/// The page of a design.
pub(super) fn page(state: &State, drawn: &Drawn) -> Page {
    let name = drawn.lowered.design.as_ref().and_then(|design| design.name.clone());
    let title = format!("Design · {}", name.unwrap_or_else(|| name_of(state, &drawn.subject)));
    let mut blocks = Vec::new();
    let Some(design) = &drawn.lowered.design else {
        blocks.extend([Block::words("The file is no design."), Block::Gap]);
        blocks.extend(findings(&drawn.found, |_| true));
        return Page { title, blocks, ..Page::default() };
    };
    if let Some(about) = &design.about {
        blocks.extend([Block::faint(about.trim()), Block::Gap]);
    }
    let marked = state.top().focus.min(design.nodes.len().saturating_sub(1));
    blocks.extend([Block::Picture(Graph::of(design, &drawn.found), Some(marked)), Block::Gap]);
    blocks.extend(listed(state));
    let mut aside = Vec::new();
    if let Some(node) = design.nodes.get(marked) {
        let card = state.library.knowledge.card(&node.service);
        let service = card.map_or(node.service_written.as_str(), |card| card.name.as_str());
        aside.push(Block::Heading(format!("{}: {service}", node.id)));
        if let Some(card) = card {
            aside.push(Block::faint(&*card.about));
        }
        let of_node = findings(&drawn.found, |finding| finding.node.as_deref() == Some(&node.id));
        aside.extend(of_node);
    }
    let elsewhere = |finding: &Diagnostic| {
        finding.node.as_deref() != design.nodes.get(marked).map(|node| node.id.as_str())
    };
    let others = findings(&drawn.found, elsewhere);
    if !others.is_empty() {
        aside.extend([Block::Gap, Block::Heading("Elsewhere".to_owned())]);
        aside.extend(others);
    }
    let status = match drawn.found.len() {
        0 => "nothing is found".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    Page { title, status, blocks, aside, ..Page::default() }
}

fn name_of(state: &State, subject: &Subject) -> String {
    match subject {
        Subject::File(place) => {
            state.library.designs.get(*place).map_or_else(String::new, |file| file.name.clone())
        }
        Subject::Choice(scenario, choice) => {
            let title = state
                .library
                .catalog
                .get(scenario)
                .map_or(scenario.as_str(), |scenario| scenario.title.as_str());
            choice.as_ref().map_or_else(|| title.to_owned(), |choice| format!("{title}, {choice}"))
        }
        Subject::Lab(scenario, _) => scenario.clone(),
    }
}

fn findings(found: &[Diagnostic], about: impl Fn(&Diagnostic) -> bool) -> Vec<Block> {
    found.iter().filter(|finding| about(finding)).flat_map(finding).collect()
}

/// What a finding says, with the first way out.
pub(super) fn finding(finding: &Diagnostic) -> Vec<Block> {
    let tone = if finding.severity == Severity::Error { Tone::Bad } else { Tone::Warn };
    let mut blocks = vec![Block::Words(vec![
        Piece::new(format!("{}: ", finding.severity.as_str()), tone),
        Piece::new(&*finding.message, Tone::Plain),
    ])];
    if let Some(help) = finding.help.first() {
        blocks.push(Block::Words(vec![
            Piece::new("  way out: ", Tone::Faint),
            Piece::new(&**help, Tone::Plain),
        ]));
    }
    blocks
}

/// The picture of a design without findings, for beside a question.
pub(super) fn picture(state: &State, subject: &Subject) -> Vec<Block> {
    match work::lowered(subject, &state.library).and_then(|lowered| lowered.design) {
        Some(design) => vec![Block::Picture(Graph::of(&design, &[]), None)],
        None => vec![Block::Words(plain("There is no design to draw."))],
    }
}
