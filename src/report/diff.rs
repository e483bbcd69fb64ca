//! The difference between a file and what it would be, as `patch` reads it.

use similar::TextDiff;

use crate::report::look::Look;

/// A unified difference with three lines around every change; empty where there is none.
#[must_use]
pub fn render(name: &str, before: &str, after: &str, look: Look) -> String {
    let diff = TextDiff::from_lines(before, after);
    let unified = diff.unified_diff().header(name, name).to_string();
    if !look.color {
        return unified;
    }
    let colored = unified.split_inclusive('\n').map(|line| {
        let (content, end) = line.split_at(line.trim_end_matches(['\r', '\n']).len());
        let style = match content.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => "1",
            [b'-', ..] => "31",
            [b'+', ..] => "32",
            [b'@', ..] => "36",
            _ => return line.to_owned(),
        };
        look.styled(content, style) + end
    });
    colored.collect()
}
