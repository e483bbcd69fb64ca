//! The app line by line: pages as text with numbered items, and what is typed as events. For screen readers, pipes and
//! scripts.

use crate::study::frame;
use crate::study::keys::{self, Key, Place};
use crate::study::page::Page;
use crate::study::state::{Input, State};

/// The page that is seen, as text: nothing is drawn over, and nothing stands in boxes.
#[must_use]
pub fn print(state: &State) -> String {
    let frame = frame::frame(state);
    let Page { title, status, notice, place, .. } = &frame.page;
    let mut text = format!("\n== {title}");
    if !status.is_empty() {
        text.extend([" (", status, ")"]);
    }
    text.push_str("\n\n");
    for line in &frame.main {
        let words: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
        text.push_str(words.trim_end());
        text.push('\n');
    }
    if let Some(notice) = notice {
        text.extend(["\n", notice, "\n"]);
    }
    let prompt = prompt(place.unwrap_or(Place::Text), frame.page.items());
    text.extend(["\n", &prompt, "\n"]);
    text
}

/// What can be typed.
fn prompt(place: Place, items: usize) -> String {
    let mut words: Vec<String> = Vec::new();
    match place {
        Place::Ask | Place::Exam => words.push("numbers of your answer".to_owned()),
        Place::Sure => words.push("1 a guess, 2 likely, 3 sure".to_owned()),
        Place::Confirm => {}
        _ if items > 0 => words.push(format!("a number up to {items}")),
        _ => {}
    }
    for binding in keys::bindings(place).filter(|binding| !binding.short.is_empty()) {
        let shown = match binding.keys[0] {
            _ if binding.command == keys::Command::Pick => continue,
            Key::Char(c) if c.is_ascii_alphabetic() && !binding.short.contains([' ', '$']) => {
                binding.short.to_owned()
            }
            Key::Esc if binding.short == "back" => "back".to_owned(),
            Key::Enter if matches!(binding.short, "check" | "next") => binding.short.to_owned(),
            _ => continue,
        };
        if !words.contains(&shown) {
            words.push(shown);
        }
    }
    format!("[{}]", words.join(" | "))
}

/// What a line asks for: numbers, a word of the prompt, a key, or enter where it is empty. Nothing where it is none of
/// them.
#[must_use]
pub fn read(state: &State, line: &str) -> Option<Input> {
    let line = line.trim();
    if line.is_empty() {
        return Some(Input::Key(Key::Enter));
    }
    let numbers: Option<Vec<usize>> =
        line.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
    if let Some(numbers) = numbers {
        return Some(Input::Numbers(numbers));
    }
    let place = state.place();
    let word = line.to_lowercase();
    let bindings = || keys::bindings(place);
    let named = bindings().find(|binding| binding.short.eq_ignore_ascii_case(&word));
    let keyed = || bindings().find(|binding| binding.keys.iter().any(|key| key.name() == line));
    let binding = named.or_else(keyed)?;
    binding.keys.iter().find(|key| key.name() == line).or(binding.keys.first()).copied().map(Input::Key)
}
