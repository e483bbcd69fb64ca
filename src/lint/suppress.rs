//! Leaves out what the authors of a design allow, and says which allowances allow nothing.

use crate::design::{Allowance, Design};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::fields::nearest;
use crate::lint::Rules;

/// The findings that no `allow` covers, with one for every `allow` that covers none.
pub(super) fn without_allowed(found: Vec<Diagnostic>, design: &Design, rules: &Rules) -> Vec<Diagnostic> {
    let mut used = vec![false; design.allowances.len()];
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found {
        let covering = design.allowances.iter().position(|allowance| covers(allowance, &diagnostic));
        match covering {
            Some(index) => used[index] = true,
            None => kept.push(diagnostic),
        }
    }
    let unused = design.allowances.iter().zip(used).filter(|(_, used)| !used);
    kept.extend(unused.map(|(allowance, _)| covers_nothing(allowance, rules)));
    kept
}

/// An `allow` at a node covers its flows too; one without `at` covers the whole design.
fn covers(allowance: &Allowance, diagnostic: &Diagnostic) -> bool {
    let Some(at) = &allowance.at else { return allowance.rule == diagnostic.rule };
    let flow = diagnostic.flow.as_ref();
    allowance.rule == diagnostic.rule
        && (diagnostic.node.as_ref() == Some(at)
            || flow.is_some_and(|(from, to)| from == at || to == at || *at == format!("{from} -> {to}")))
}

fn covers_nothing(allowance: &Allowance, rules: &Rules) -> Diagnostic {
    let label = Label::new(allowance.rule_span, "nothing to allow");
    let place = allowance.at.as_ref().map(|at| format!(" at `{at}`")).unwrap_or_default();
    let message = format!("`{}` finds nothing{place} that this could allow", allowance.rule);
    let diagnostic = Diagnostic::new("allow-without-finding", label, message).severity(Severity::Warning);
    if rules.get(&allowance.rule).is_some() {
        return diagnostic.help("remove the entry");
    }
    let near = nearest(&allowance.rule, rules.all().iter().map(|rule| rule.id.as_str()));
    match near {
        Some(near) => diagnostic.help(format!("there is no such rule; write `{near}`")),
        None => diagnostic.help("there is no such rule; `thalweg explain` lists them"),
    }
}
