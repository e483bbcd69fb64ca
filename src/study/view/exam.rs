//! Exams: which there are, all questions of one that is sat, and what became of one.

use std::collections::BTreeMap;

use crate::scenario::catalog::Exam;
use crate::study::page::{Block, Page, Piece, Tone};
use crate::study::score::{self, Scale};
use crate::study::sitting::{self, Sitting};
use crate::study::state::{Report, State};
use crate::study::view::{self, listed};

/// The page that lists exams.
pub(super) fn list(state: &State) -> Page {
    view::list(
        state,
        "Exams",
        "Timed, drawn by the domains of the guide, and without a word on your answers until the end. A short one has a \
         quarter of the questions.",
    )
}

/// The page of all questions of an exam.
pub(super) fn grid(state: &State, sitting: &Sitting) -> Page {
    let answered = sitting.answered(&state.library);
    let all = sitting.questions.len();
    let mut blocks = vec![
        Block::words(format!("{answered} of {all} are answered, {} flagged.", sitting.flagged.len())),
        Block::Gap,
    ];
    blocks.extend(listed(state));
    let left = sitting.left_ms() / 1000;
    let status = format!("{}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
    Page { title: format!("{} · all questions", sitting.exam), status, blocks, ..Page::default() }
}

/// The page of an exam that was handed in.
pub(super) fn report(state: &State, report: &Report) -> Page {
    let title = format!("{} · report", report.sitting.exam);
    let judged = report.grades.iter().flatten().count();
    let all = report.grades.len();
    if judged < all {
        let blocks = vec![Block::faint(format!("{judged} of {all} answers are proved ..."))];
        return Page { title, blocks, ..Page::default() };
    }
    let right = report.grades.iter().flatten().filter(|grade| grade.is_right).count();
    let mut blocks = vec![Block::Words(vec![Piece::new(format!("{right} of {all} right"), Tone::Strong)])];
    if let Some(exam) = state.library.exam(&report.sitting.exam) {
        blocks.extend(estimate(exam, right, all));
        blocks.push(Block::Gap);
        blocks.extend(domains(state, exam, report));
    }
    blocks.extend([Block::Gap, Block::Heading("What was wrong".to_owned())]);
    blocks.extend(listed(state));
    Page { title, blocks, ..Page::default() }
}

fn estimate(exam: &Exam, right: usize, all: usize) -> Vec<Block> {
    let scale = Scale { least: exam.least, pass: exam.pass, most: exam.most };
    let Some(estimate) = score::estimate(scale, right, all) else { return Vec::new() };
    let (word, tone) = match (estimate.low >= exam.pass, estimate.high < exam.pass) {
        (true, _) => ("would pass", Tone::Good),
        (_, true) => ("would not pass yet", Tone::Bad),
        _ => ("may pass or not", Tone::Warn),
    };
    vec![
        Block::Words(vec![
            Piece::new(format!("about {} points, ", estimate.points), Tone::Plain),
            Piece::new(format!("between {} and {}", estimate.low, estimate.high), Tone::Strong),
            Piece::new(format!("; {} pass: ", exam.pass), Tone::Plain),
            Piece::new(word, tone),
        ]),
        Block::faint(
            "An estimate: real exams are equated, and the range is what so many answers leave open in 19 of 20 cases.",
        ),
    ]
}

/// Right answers by domain, in the order of the guide.
fn domains(state: &State, exam: &Exam, report: &Report) -> Vec<Block> {
    let mut counts: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (question, grade) in report.sitting.questions.iter().zip(&report.grades) {
        let Some(scenario) = state.library.catalog.get(&question.scenario) else { continue };
        let domain = sitting::domain(scenario, &exam.code).unwrap_or(0);
        let count = counts.entry(domain).or_default();
        count.0 += usize::from(grade.as_ref().is_some_and(|grade| grade.is_right));
        count.1 += 1;
    }
    let shown = exam.domains.iter().filter_map(|domain| {
        let (right, all) = counts.get(&domain.number)?;
        let words = format!("{right} of {all} right");
        Some(Block::Bar(domain.name.clone(), *right as f64 / *all as f64, words))
    });
    shown.collect()
}
