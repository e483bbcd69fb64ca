//! Cards in GIFT, the import format of Moodle.

use std::fmt::Write as _;

use crate::scenario::export::card::{Asked, Card};

/// All cards, each below its category.
pub(super) fn all(cards: &[Card]) -> String {
    let mut text = String::new();
    let mut topic = "";
    for card in cards {
        if card.topic != topic {
            topic = &card.topic;
            writeln!(text, "$CATEGORY: Thalweg/{topic}\n").expect("memory");
        }
        write!(text, "::{}::[plain]{} {{", escaped(&card.id), escaped(&card.prompt)).expect("memory");
        answers(card, &mut text);
        let reasons = card.reasons.join("\n");
        if !reasons.is_empty() {
            write!(text, "\n\t####{}", escaped(&reasons)).expect("memory");
        }
        text.push_str("\n}\n\n");
    }
    text
}

fn answers(card: &Card, text: &mut String) {
    match &card.asked {
        Asked::Choices(choices) => {
            let right = choices.iter().filter(|(_, right)| *right).count();
            for (choice, is_right) in choices {
                let mark = match (right, is_right) {
                    (1, true) => "=".to_owned(),
                    (1, false) => "~".to_owned(),
                    // Several right ones share the mark, and a wrong one takes all of it.
                    (_, true) => format!("~%{:.5}%", 100.0 / right as f64),
                    (_, false) => "~%-100%".to_owned(),
                };
                write!(text, "\n\t{mark}{}", escaped(choice)).expect("memory");
            }
        }
        Asked::Order(order) => {
            for (place, item) in order.iter().enumerate() {
                write!(text, "\n\t={} -> {}", escaped(item), place + 1).expect("memory");
            }
        }
        Asked::Match(pairs) => {
            for (item, with) in pairs {
                write!(text, "\n\t={} -> {}", escaped(item), escaped(with)).expect("memory");
            }
        }
        // A question without answers is one for free text.
        Asked::Repair(..) => {}
    }
}

/// With a backslash before what means something, and without line ends.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            _ => escaped.push(character),
        }
    }
    escaped
}
