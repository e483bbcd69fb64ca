//! Findings as Markdown, as GitHub and GitLab show it in comments.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::findings::{Counts, Judged};

/// So many findings stand in one table: comments have at most 65,536 characters, and nobody reads more.
const MOST_FINDINGS: usize = 100;

/// A summary of what was found in some files, ready for a comment.
#[must_use]
pub fn summary(judged: &[Judged]) -> String {
    let counts = Counts::of(judged);
    let found = judged.iter().flat_map(|file| {
        file.findings.iter().map(move |found| {
            let place = file.text.position(found.primary.span.start);
            (Some(format!("{}:{}", file.text.name(), place.line)), found)
        })
    });
    let mut parts = vec![format!("### Thalweg: {}\n", counts.summary())];
    parts.extend(findings("", found));
    parts.join("\n")
}

/// A table of findings with their places; nothing where there are none.
pub(super) fn findings<'a>(
    title: &str,
    found: impl Iterator<Item = (Option<String>, &'a Diagnostic)>,
) -> Option<String> {
    let found: Vec<_> = found.collect();
    let places = found.iter().any(|(place, _)| place.is_some());
    let rows: Vec<String> = found
        .iter()
        .take(MOST_FINDINGS)
        .map(|(place, found)| {
            let place = place.as_ref().map(|place| code(place));
            let rule = match &found.url {
                Some(url) => format!("[{}]({})", found.rule, url.replace(')', "%29")),
                None => found.rule.clone(),
            };
            let mut message = text(&found.message);
            if let Some(step) = found.help.first() {
                write!(message, "<br>→ {}", text(step)).expect("memory");
            }
            let cells = [severity(found.severity), rule.as_str(), message.as_str()];
            row(&cells.into_iter().chain(place.as_deref()).collect::<Vec<_>>())
        })
        .collect();
    let head: &[&str] = if places { &["", "Rule", "Finding", "Place"] } else { &["", "Rule", "Finding"] };
    let mut shown = table(head, &rows)?;
    if !title.is_empty() {
        shown = format!("#### {title}\n\n{shown}");
    }
    if found.len() > MOST_FINDINGS {
        write!(shown, "\nand {} more\n", found.len() - MOST_FINDINGS).expect("memory");
    }
    Some(shown)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Advice => "💡 advice",
    }
}

/// A table; nothing where it has no rows.
pub(super) fn table(head: &[&str], rows: &[String]) -> Option<String> {
    let rule = row(&vec!["---"; head.len()]);
    (!rows.is_empty()).then(|| format!("{}{rule}{}", row(head), rows.concat()))
}

/// A row of cells, in which a line ends nothing.
pub(super) fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace(['\n', '\r'], " ")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Text in which nothing is markup but spans of code; the sign between cells counts even there.
fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            shown.push('`');
        }
        for character in part.chars() {
            match character {
                character if character.is_control() => shown.push(' '),
                '|' => shown.push_str("\\|"),
                '<' if index % 2 == 0 => shown.push_str("&lt;"),
                '*' | '_' | '[' | ']' | '\\' if index % 2 == 0 => shown.extend(['\\', character]),
                '@' if index % 2 == 0 => shown.push_str("&#64;"),
                _ => shown.push(character),
            }
        }
    }
    shown
}

/// A span of code, whatever the text holds.
pub(super) fn code(text: &str) -> String {
    let text = text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, text};

    #[test]
    fn nothing_of_a_design_is_markup() {
        assert_eq!(text("`a|b` *c* <d> @e"), "`a\\|b` \\*c\\* &lt;d> &#64;e");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("plain"), "`plain`");
    }
}
