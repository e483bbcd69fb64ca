//! Sets apart what the authors of a design allow, and says which allowances allow nothing.

use crate::design::Design;
use crate::design::allowances::{AllowComment, Allowance, CommentScope};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::fields::{listed, nearest};
use crate::lint::Rules;
use crate::source::{Span, Text, removal_of_comment, removal_of_entry};

/// The rule that an allowance breaks which covers no finding.
const UNUSED: &str = "allow-without-finding";

/// The findings that nothing covers and those that an allowance does, with one finding for every allowance that covers none.
pub(super) fn set_apart(
    found: Vec<Diagnostic>,
    design: &Design,
    rules: &Rules,
) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    // A part of the file that could not be read may hold what is allowed.
    let whole = !found.iter().any(|diagnostic| diagnostic.rule == "syntax");
    let mut uses = Uses::new(design);
    let (allowed, mut kept): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|diagnostic| uses.covers(design, diagnostic));
    if whole {
        kept.extend(uses.unused_entries(design, rules));
        kept.extend(uses.unused_comments(design, rules));
    }
    (kept, allowed)
}

/// Which allowances have covered a finding: entries of `allow`, and rules of comments.
struct Uses {
    entries: Vec<bool>,
    comments: Vec<Vec<bool>>,
}

impl Uses {
    fn new(design: &Design) -> Self {
        let comments = design.comments.iter().map(|comment| vec![false; comment.rules.len()]).collect();
        Self { entries: vec![false; design.allowances.len()], comments }
    }

    /// Whether anything covers the finding; everything that does counts as used.
    fn covers(&mut self, design: &Design, diagnostic: &Diagnostic) -> bool {
        let mut covered = false;
        for (allowance, used) in design.allowances.iter().zip(&mut self.entries) {
            if entry_covers(allowance, diagnostic) {
                (*used, covered) = (true, true);
            }
        }
        for (comment, used) in design.comments.iter().zip(&mut self.comments) {
            let named = comment.rules.iter().position(|(rule, _)| *rule == diagnostic.rule);
            if let Some(index) = named.filter(|_| comment_covers(comment, design, diagnostic)) {
                (used[index], covered) = (true, true);
            }
        }
        covered
    }

    fn unused_entries(&self, design: &Design, rules: &Rules) -> Vec<Diagnostic> {
        let unused = self.entries.iter().filter(|used| !**used).count();
        let all = design.allow_span.filter(|allow| allow.entries == unused);
        design
            .allowances
            .iter()
            .zip(&self.entries)
            .filter(|(_, used)| !**used)
            .map(|(allowance, _)| {
                // An `allow` without entries would be a mistake, so that the last one takes all of it along.
                let removed = all.map_or(allowance.span, |allow| allow.span);
                let fix = design.allow_span.and_then(|_| removal_of_entry(&design.text, removed));
                let place = allowance.at.as_ref().map(|at| format!(" at `{at}`")).unwrap_or_default();
                let message = format!("`{}` finds nothing{place} that this could allow", allowance.rule);
                let label = Label::new(allowance.rule_span, "nothing to allow");
                let mut diagnostic = Diagnostic::new(UNUSED, label, message).severity(Severity::Warning);
                diagnostic.help.push(way_out(&[&allowance.rule], rules, "the entry"));
                diagnostic.fix = fix.map(|span| removal("the entry of `allow`", span));
                diagnostic
            })
            .collect()
    }

    fn unused_comments(&self, design: &Design, rules: &Rules) -> Vec<Diagnostic> {
        let comments = design.comments.iter().zip(&self.comments);
        comments
            .filter(|(_, used)| used.contains(&false))
            .map(|(comment, used)| unused_comment(comment, used, design, rules))
            .collect()
    }
}

/// An `allow` at a node covers its flows too; one without `at` covers the whole design.
fn entry_covers(allowance: &Allowance, diagnostic: &Diagnostic) -> bool {
    let Some(at) = &allowance.at else { return allowance.rule == diagnostic.rule };
    let flow = diagnostic.flow.as_ref();
    allowance.rule == diagnostic.rule
        && (diagnostic.node.as_ref() == Some(at)
            || flow.is_some_and(|(from, to)| from == at || to == at || *at == format!("{from} -> {to}")))
}

/// A comment covers what is found on its line, and what is found of the nodes and flows that start there.
fn comment_covers(comment: &AllowComment, design: &Design, diagnostic: &Diagnostic) -> bool {
    let CommentScope::Line(line) = comment.scope else { return true };
    let starts_there = |span: Span| line.contains(span.start);
    let is_node = |id: &String| design.nodes.iter().any(|node| node.id == *id && starts_there(node.id_span));
    let is_flow = |(from, to): &(String, String)| {
        design.flows.iter().any(|flow| {
            starts_there(flow.span) && design.nodes[flow.from].id == *from && design.nodes[flow.to].id == *to
        })
    };
    starts_there(diagnostic.primary.span)
        || diagnostic.node.as_ref().is_some_and(is_node)
        || diagnostic.flow.as_ref().is_some_and(is_flow)
}

fn unused_comment(comment: &AllowComment, used: &[bool], design: &Design, rules: &Rules) -> Diagnostic {
    let unused: Vec<&(String, Span)> =
        comment.rules.iter().zip(used).filter(|(_, used)| !**used).map(|(rule, _)| rule).collect();
    let names: Vec<&str> = unused.iter().map(|(rule, _)| rule.as_str()).collect();
    let message = match comment.scope {
        CommentScope::Line(line) if line.is_empty() => {
            "this comment stands above nothing that could be allowed".to_owned()
        }
        CommentScope::Line(_) => {
            format!("{} finds nothing on this line that this could allow", either(&names))
        }
        CommentScope::File => format!("{} finds nothing in this file that this could allow", either(&names)),
    };
    let label = Label::new(unused[0].1, "nothing to allow");
    let mut diagnostic = Diagnostic::new(UNUSED, label, message).severity(Severity::Warning);
    diagnostic.related = unused[1..].iter().map(|(_, span)| Label::new(*span, "nor here")).collect();
    let whole = unused.len() == comment.rules.len();
    diagnostic.help.push(way_out(&names, rules, if whole { "the comment" } else { "it from the comment" }));
    diagnostic.fix = Some(if whole {
        removal("the comment", removal_of_comment(&design.text, comment.span))
    } else {
        narrowed(comment, used, &design.text)
    });
    diagnostic
}

/// `a`, or `a` or `b`: neither finds anything.
fn either(names: &[&str]) -> String {
    listed(names.iter().copied())
}

/// The list of a comment without the rules that find nothing.
fn narrowed(comment: &AllowComment, used: &[bool], text: &Text) -> Fix {
    let (first, last) = (comment.rules[0].1, comment.rules[comment.rules.len() - 1].1);
    let kept: Vec<&str> = comment
        .rules
        .iter()
        .zip(used)
        .filter(|(_, used)| **used)
        .map(|((_, span), _)| text.slice(*span))
        .collect();
    let edits = vec![(first.to(last), kept.join(", "))];
    Fix { title: "remove what allows nothing from the comment".to_owned(), safe: true, edits }
}

fn removal(what: &str, span: Span) -> Fix {
    Fix { title: format!("remove {what}"), safe: true, edits: vec![(span, String::new())] }
}

/// What to do about rules that find nothing, of which some may not exist.
fn way_out(names: &[&str], rules: &Rules, what: &str) -> String {
    let Some(unknown) = names.iter().find(|name| rules.get(name).is_none()) else {
        return format!("remove {what}");
    };
    match nearest(unknown, rules.all().iter().map(|rule| rule.id.as_str())) {
        Some(near) => format!("there is no rule `{unknown}`; write `{near}`"),
        None => format!("there is no rule `{unknown}`; `thalweg explain` lists them"),
    }
}
