//! One line a finding, for terminals that are narrow and for `grep`.

use std::fmt::Write as _;

use crate::report::findings::Judged;
use crate::report::findings::snippet::printable;

/// `file:line:column: severity[rule] message`, a line for each finding; columns count characters.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(judged: &[Judged]) -> String {
    let mut lines = String::new();
    for file in judged {
        for found in &file.findings {
            let place = file.text.position(found.primary.span.start);
            let (name, severity) = (file.text.name(), found.severity.as_str());
            let message = printable(&found.message);
            let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            writeln!(lines, "{name}:{place}: {severity}[{}] {message}", found.rule).expect("memory");
        }
    }
    lines
}
