//! The difference of two designs in a terminal.

use std::fmt::Write as _;

use crate::design::difference::{Change, Changed};
use crate::diagnostic::Diagnostic;
use crate::report::difference::{Compared, Cost, Use, setting, shown};
use crate::report::look::Look;

/// A section for all that differs; one line where nothing does.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(compared: &Compared<'_>, look: Look) -> String {
    let mut out = format!("{} -> {}\n", compared.before.name, compared.after.name);
    if compared.is_same() {
        out.push_str("nothing differs\n");
        return out;
    }
    for (title, changed) in [("Nodes", &compared.graph.nodes), ("Flows", &compared.graph.flows)] {
        if !changed.is_empty() {
            writeln!(out, "\n{title}").expect("memory");
            for changed in changed {
                line(&mut out, changed, look);
            }
        }
    }
    if !compared.capacities.is_empty() {
        out.push_str("\nCapacity\n");
        for pair in &compared.capacities {
            let (was, is) = (shown(pair.before.as_ref(), Use::shown), shown(pair.after.as_ref(), Use::shown));
            writeln!(out, "  {}: {was} -> {is}", pair.name).expect("memory");
        }
    }
    let cost = |cost: &Option<Cost>| shown(cost.as_ref(), Cost::shown);
    let (was, is) = (cost(&compared.cost.before), cost(&compared.cost.after));
    let cost = if was == is { format!("{is}, as before") } else { format!("{was} -> {is}") };
    writeln!(out, "\nMonthly cost\n  {cost}").expect("memory");
    findings(&mut out, "New findings", compared.new_findings());
    findings(&mut out, "Findings that are gone", compared.gone_findings());
    out
}

fn line(out: &mut String, changed: &Changed, look: Look) {
    let (sign, style) = match changed.change {
        Change::Added => ("+", "32"),
        Change::Removed => ("-", "31"),
        Change::Changed => ("~", "36"),
    };
    let settings: Vec<String> = changed.settings.iter().map(|each| setting(changed.change, each)).collect();
    let settings = if settings.is_empty() { String::new() } else { format!("  {}", settings.join(", ")) };
    let head = if look.color { look.styled(sign, style) } else { sign.to_owned() };
    writeln!(out, "  {head} {}{settings}", changed.name).expect("memory");
}

fn findings<'a>(out: &mut String, title: &str, found: impl Iterator<Item = &'a Diagnostic>) {
    for (index, found) in found.enumerate() {
        if index == 0 {
            writeln!(out, "\n{title}").expect("memory");
        }
        writeln!(out, "  {}[{}] {}", found.severity.as_str(), found.rule, found.message).expect("memory");
    }
}
