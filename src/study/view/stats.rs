//! Figures: answers by day, what is known by topic, what comes, and the weakest rules.

use std::collections::BTreeMap;

use crate::study::page::{Block, Page, Piece, Tone, plain};
use crate::study::schedule;
use crate::study::state::State;

/// So many weeks of answers are shown.
const WEEKS: u32 = 10;
/// So many days ahead are shown.
const AHEAD: usize = 14;

/// The page of figures.
pub(super) fn page(state: &State) -> Page {
    let all = state.progress.all_days();
    let mut blocks = Vec::new();
    if all.answers == 0 {
        blocks.push(Block::faint("Nothing is answered yet."));
        return Page { title: "Stats".to_owned(), blocks, ..Page::default() };
    }
    let hours = all.took_ms as f64 / 3.6e6;
    blocks.push(Block::Facts(vec![
        ("answers".to_owned(), plain(all.answers.to_string())),
        (
            "right".to_owned(),
            plain(format!("{} of 100", u64::from(all.right) * 100 / u64::from(all.answers))),
        ),
        ("time".to_owned(), plain(format!("{hours:.1} hours"))),
        ("days in a row".to_owned(), plain(state.progress.streak(state.now.day).to_string())),
    ]));
    blocks.extend([Block::Gap, Block::Heading(format!("Answers a day, {WEEKS} weeks"))]);
    blocks.push(Block::Lines(calendar(state)));
    blocks.extend([Block::Gap, Block::Heading("Known today, by topic".to_owned())]);
    blocks.extend(topics(state));
    blocks.extend([Block::Gap, Block::Heading(format!("Due in the next {AHEAD} days"))]);
    let forecast = schedule::forecast(&state.library, &state.progress, &state.wish, state.today(), AHEAD);
    let shown: Vec<String> = forecast.iter().map(ToString::to_string).collect();
    blocks.push(Block::words(format!("{} (from today on)", shown.join(" "))));
    let weakest = state.progress.weakest_rules();
    if !weakest.is_empty() {
        blocks.extend([Block::Gap, Block::Heading("Weakest rules".to_owned())]);
    }
    for (id, times, missed) in weakest.into_iter().take(10) {
        let title = state.library.rules.get(id).map_or(id, |rule| rule.title.as_str());
        blocks.push(Block::Words(vec![
            Piece::new(title, Tone::Plain),
            Piece::new(format!("  {id}, missed {missed} of {times}"), Tone::Faint),
        ]));
    }
    Page { title: "Stats".to_owned(), blocks, ..Page::default() }
}

/// A column a week, the latest to the right, a row a day of the week; days without an answer are dots.
fn calendar(state: &State) -> Vec<Vec<Piece>> {
    // Day 0 was a Thursday; weeks begin on Monday.
    let weekday = |day: u32| (day + 3) % 7;
    let today = state.now.day;
    let first = today.saturating_sub(weekday(today)).saturating_sub(7 * (WEEKS - 1));
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let row = |(row, name): (u32, &&str)| {
        let mut pieces = vec![Piece::new(format!("{name} "), Tone::Faint)];
        for week in 0..WEEKS {
            let day = first + 7 * week + row;
            let answers = state.progress.day(day).answers;
            pieces.push(match answers {
                _ if day > today => Piece::new("   ", Tone::Plain),
                0 => Piece::new("  .", Tone::Faint),
                count => Piece::new(format!("{:>3}", count.min(99)), Tone::Accent),
            });
        }
        pieces
    };
    (0..7).zip(&names).map(row).collect()
}

/// How likely what was asked of each topic is known today.
fn topics(state: &State) -> Vec<Block> {
    let mut known: BTreeMap<&str, BTreeMap<&str, Option<f64>>> = BTreeMap::new();
    for scenario in state.library.questions(&state.wish) {
        let today = state.progress.known_today(&scenario.decision, state.now.day);
        known.entry(&scenario.topic).or_default().insert(&scenario.decision, today);
    }
    let topics = &state.library.catalog.index.topics;
    let shown = topics.iter().filter_map(|topic| {
        let decisions = known.get(topic.id.as_str())?;
        let sum: f64 = decisions.values().flatten().sum();
        let asked = decisions.values().flatten().count();
        let share = sum / decisions.len() as f64;
        let words = format!("{:.0} of 100, {asked} of {} asked", 100.0 * share, decisions.len());
        Some(Block::Bar(topic.title.clone(), share, words))
    });
    shown.collect()
}
