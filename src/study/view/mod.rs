//! What is seen of the app: `State -> Page`, pure.

mod card;
mod design;
mod exam;
mod home;
mod lab;
mod question;
mod run;
mod stats;

use crate::study::entries::entries;
use crate::study::keys::{Key, Place, TABLE};
use crate::study::page::{Block, Page, Piece, Tone, plain};
use crate::study::state::{Asked, Screen, State};

/// The page of the screen that is seen.
#[must_use]
pub fn page(state: &State) -> Page {
    let top = state.top();
    let mut page = match &top.screen {
        Screen::Home => home::page(state),
        Screen::Quiz(quiz) => question::quiz(state, quiz),
        Screen::Explore => {
            list(state, "Explore", "What there is to look at. Designs can be named: thalweg study FILE.")
        }
        Screen::Services => list(state, "Services", ""),
        Screen::Topics => list(state, "Scenarios", ""),
        Screen::Topic(topic) => list(state, &format!("Scenarios · {}", state.library.topic(topic)), ""),
        Screen::Card(service) => card::page(state, service),
        Screen::Design(drawn) => design::page(state, drawn),
        Screen::Run(watched) => run::page(state, watched),
        Screen::Labs => list(
            state,
            "Labs",
            "Each design is broken. Mend it, and keep what it is for; it is checked and run when you save.",
        ),
        Screen::Lab(lab) => lab::page(state, lab),
        Screen::Exams => exam::list(state),
        Screen::Exam(sitting, false) => question::exam(state, sitting),
        Screen::Exam(sitting, true) => exam::grid(state, sitting),
        Screen::Report(report) => exam::report(state, report),
        Screen::Missed => list(
            state,
            "Missed",
            "What was answered wrongly the last time. It goes from here once it is answered rightly.",
        ),
        Screen::Stats => stats::page(state),
        Screen::Help => help(state),
        Screen::Confirm(asked) => confirm(*asked),
    };
    // While a lab is edited, keys are letters.
    let is_edited = matches!(&top.screen, Screen::Lab(lab) if lab.editing);
    page.place = (!is_edited).then(|| state.place());
    page.notice.clone_from(&state.notice);
    let items = page.items();
    page.focus = (items > 0).then(|| top.focus.min(items.saturating_sub(1)));
    page
}

/// A page that is a list.
fn list(state: &State, title: &str, about: &str) -> Page {
    let mut blocks = Vec::new();
    if !about.is_empty() {
        blocks.extend([Block::faint(about), Block::Gap]);
    }
    blocks.extend(listed(state));
    Page { title: title.to_owned(), blocks, ..Page::default() }
}

/// The entries of the screen that is seen, and what is looked for among them.
fn listed(state: &State) -> Vec<Block> {
    let top = state.top();
    let mut blocks = Vec::new();
    if top.typing || !top.filter.is_empty() {
        let cursor = if top.typing { "_" } else { "" };
        blocks.push(Block::Words(vec![
            Piece::new("find: ", Tone::Faint),
            Piece::new(format!("{}{cursor}", top.filter), Tone::Strong),
        ]));
        blocks.push(Block::Gap);
    }
    let entries = entries(state);
    if entries.is_empty() {
        blocks.push(Block::faint("There is nothing here."));
    }
    blocks.extend(entries.into_iter().map(|entry| Block::open(entry.text, entry.end)));
    blocks
}

fn confirm(asked: Asked) -> Page {
    let (title, words) = match asked {
        Asked::LeaveExam { .. } => {
            ("Leave the exam?", "Your answers are kept, and the time stands still until you go on.")
        }
        Asked::HandIn => ("Hand in?", "Open questions count as wrong. You see then what was right, and why."),
        Asked::Restore => ("Undo all edits?", "The design is as it was given again."),
    };
    let blocks = vec![
        Block::Heading(title.to_owned()),
        Block::Gap,
        Block::words(words),
        Block::Gap,
        Block::faint("y yes · n no"),
    ];
    Page { title: title.to_owned(), blocks, ..Page::default() }
}

/// All keys, from the table.
fn help(state: &State) -> Page {
    let mut blocks = Vec::new();
    for (place, name) in Place::ALL {
        let of_place = TABLE.iter().filter(|binding| binding.places.contains(&place));
        // What holds wherever something is read is said once, with lists.
        let own = of_place.filter(|binding| {
            place == Place::List || !binding.places.contains(&Place::List) || binding.places.len() < 5
        });
        let facts: Vec<(String, Vec<Piece>)> = own
            .map(|binding| {
                let keys: Vec<String> = binding.keys.iter().map(|key| named(*key, state.unicode)).collect();
                let keys = if keys.len() > 4 {
                    format!("{} to {}", keys[0], keys[keys.len() - 1])
                } else {
                    keys.join(" ")
                };
                (keys, plain(binding.about))
            })
            .collect();
        if !facts.is_empty() {
            blocks.extend([Block::Heading(name.to_owned()), Block::Facts(facts), Block::Gap]);
        }
    }
    Page { title: "Keys".to_owned(), blocks, ..Page::default() }
}

/// A key's name, with arrows as signs where there are such.
fn named(key: Key, unicode: bool) -> String {
    let sign = match key {
        Key::Up => "↑",
        Key::Down => "↓",
        Key::Left => "←",
        Key::Right => "→",
        _ => return key.name(),
    };
    if unicode { sign.to_owned() } else { key.name() }
}

/// The keys of the page with their words, as the line at the foot shows them, the most important first.
#[must_use]
pub fn foot(place: Place, unicode: bool) -> Vec<(String, &'static str)> {
    let shown = crate::study::keys::bindings(place).filter(|binding| !binding.short.is_empty());
    let mut keys: Vec<(String, &str)> = shown
        .map(|binding| {
            let key = if binding.command == crate::study::keys::Command::Pick {
                "1-3".to_owned()
            } else {
                named(binding.keys[0], unicode)
            };
            (key, binding.short)
        })
        .collect();
    // The way to all keys comes first, since it is what is needed where a line is too short.
    if let Some(help) = keys.iter().position(|(_, short)| *short == "keys") {
        let help = keys.remove(help);
        keys.insert(keys.len().min(1), help);
    }
    keys
}
