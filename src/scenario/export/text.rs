//! Cards for Anki, for spreadsheets and for reading.

use std::fmt::Write as _;

use crate::scenario::export::card::{Asked, Card};

/// Letters of options; no scenario has more of them.
const LETTERS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

/// What Anki reads: headers, then a note a line with id, front, back and tags between tabs.
pub(super) fn anki(cards: &[Card]) -> String {
    let mut text = String::from(
        "#separator:tab\n#html:true\n#notetype:Basic\n#deck:Thalweg\n#guid column:1\n#tags column:4\n",
    );
    for card in cards {
        let (front, back) = (html(&front(card)), html(&back(card)));
        writeln!(text, "thalweg-{}\t{front}\t{back}\t{}", card.id, card.tags.join(" ")).expect("memory");
    }
    text
}

/// Escaped for HTML, in one line and without tabs.
fn html(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("<br>"),
            '\t' => escaped.push(' '),
            ' ' if escaped.ends_with(' ') || escaped.ends_with("<br>") || escaped.ends_with("&nbsp;") => {
                escaped.push_str("&nbsp;");
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A line with names of columns, then a card a line.
pub(super) fn comma_separated(cards: &[Card]) -> String {
    let mut text = String::from("id,topic,title,question,answer,tags\n");
    for card in cards {
        let cells = [
            card.id.clone(),
            card.topic.clone(),
            card.title.clone(),
            front(card),
            back(card),
            card.tags.join(" "),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| cell_of(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Quoted where a comma, a quote or a line end would end it too soon.
fn cell_of(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A page with a heading for each topic and card.
pub(super) fn markdown(cards: &[Card]) -> String {
    let mut page = String::from("# Scenarios\n");
    let mut topic = "";
    for card in cards {
        if card.topic != topic {
            topic = &card.topic;
            write!(page, "\n## {topic}\n").expect("memory");
        }
        write!(page, "\n### {}\n\n{}\n\n", card.title, card.prompt).expect("memory");
        page.push_str(&options(card, "- "));
        write!(page, "\n<details><summary>Answer</summary>\n\n{}\n\n</details>\n", back(card))
            .expect("memory");
    }
    page
}

fn front(card: &Card) -> String {
    format!("{}\n\n{}", card.prompt, options(card, "")).trim_end().to_owned()
}

/// What there is to choose from, a line each. What is to be put in order or matched is listed by its words, so that the
/// list gives nothing away.
fn options(card: &Card, bullet: &str) -> String {
    let lines: Vec<String> = match &card.asked {
        Asked::Choices(choices) => {
            choices.iter().zip(LETTERS).map(|((text, _), letter)| format!("{letter}. {text}")).collect()
        }
        Asked::Order(order) => {
            let mut lines = order.clone();
            lines.sort_unstable();
            lines
        }
        Asked::Match(pairs) => {
            let mut words: Vec<String> = pairs.iter().map(|(_, with)| format!("({with})")).collect();
            words.sort_unstable();
            pairs.iter().map(|(text, _)| text.clone()).chain(words).collect()
        }
        Asked::Repair(broken, _) => return format!("```yaml\n{}\n```\n", broken.trim_end()),
    };
    let mut text = String::new();
    for line in lines {
        writeln!(text, "{bullet}{line}").expect("memory");
    }
    text
}

fn back(card: &Card) -> String {
    let answer = match &card.asked {
        Asked::Choices(choices) => {
            let right = choices.iter().zip(LETTERS).filter(|((_, right), _)| *right);
            right.map(|(_, letter)| letter).collect::<Vec<_>>().join(", ")
        }
        Asked::Order(order) => order.join(" < "),
        Asked::Match(pairs) => {
            let lines: Vec<String> = pairs.iter().map(|(text, with)| format!("{text} -> {with}")).collect();
            lines.join("\n")
        }
        Asked::Repair(_, solution) => format!("```yaml\n{}\n```", solution.trim_end()),
    };
    let mut back = format!("{answer}\n");
    for reason in &card.reasons {
        write!(back, "\n{reason}").expect("memory");
    }
    back.trim_end().to_owned()
}
