//! What the authors of a design accept: entries of `allow`, and comments such as `# thalweg: allow[rule] reason`.

use std::ops::Range;

use crate::design::flows;
use crate::design::lower::Context;
use crate::diagnostic::{Diagnostic, Label};
use crate::fields::{Fields, nearest, text, wrong_type};
use crate::source::{self, Entry, Span, Text, Value};

/// What a comment to the linter starts with, behind its `#`.
const CALL: &str = "thalweg:";
/// The rule that a comment to the linter breaks which cannot be read.
const MALFORMED: &str = "allow-malformed";
/// The rule that a comment breaks which allows something without a reason.
const UNEXPLAINED: &str = "allow-without-reason";

/// A finding that the authors accept, as an entry of `allow`.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// The rule's id.
    pub rule: String,
    /// Where the rule is named.
    pub rule_span: Span,
    /// The node's id, or `a -> b` for a flow; nothing for the whole design.
    pub at: Option<String>,
    /// The reason.
    pub because: String,
    /// The whole entry.
    pub span: Span,
}

/// Where `allow` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowSpan {
    /// From its key to the end of its last entry.
    pub span: Span,
    /// How many entries it has, those that could not be read included.
    pub entries: usize,
}

/// A comment that accepts findings.
#[derive(Debug, Clone)]
pub struct AllowComment {
    /// The ids of the rules, each with its place; at least one.
    pub rules: Vec<(String, Span)>,
    /// Where it holds.
    pub scope: CommentScope,
    /// The reason; a comment without one is a finding, and allows all the same.
    pub reason: Option<String>,
    /// The comment, from its `#` to the end of its line.
    pub span: Span,
}

/// Where a comment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentScope {
    /// In the whole file.
    File,
    /// On a line of the file; empty where the comment stands above nothing.
    Line(Span),
}

impl Context<'_> {
    /// The entries of `allow`.
    pub(super) fn allowances(&mut self, node: &source::Node) -> Vec<Allowance> {
        let Value::Sequence(items) = &node.value else {
            self.diagnostics
                .push(wrong_type(node, "`allow` is a list of entries with `rule`, `at` and `because`"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.allowance(item)).collect()
    }

    /// Where `allow` stands; nothing where it is written elsewhere and only referred to.
    pub(super) fn allow_span(entry: &Entry) -> Option<AllowSpan> {
        let entries = entry.value.as_sequence()?.len();
        let here = !entry.merged && entry.key.span.end <= entry.value.span.start;
        here.then(|| AllowSpan { span: entry.key.span.to(entry.value.span), entries })
    }

    fn allowance(&mut self, node: &source::Node) -> Option<Allowance> {
        let mut fields = Fields::of(node, "an entry of `allow`", &mut self.diagnostics)?;
        let rule = fields.require("rule", &mut self.diagnostics);
        let because = fields.require("because", &mut self.diagnostics);
        let at = fields.value("at").and_then(|node| self.place(node));
        fields.finish(&mut self.diagnostics);
        let rule = rule?;
        Some(Allowance {
            rule: text(rule, &mut self.diagnostics)?.to_owned(),
            rule_span: rule.span,
            at,
            because: text(because?, &mut self.diagnostics)?.to_owned(),
            span: node.span,
        })
    }

    /// A node's id, or `a -> b`, with every id checked.
    fn place(&mut self, node: &source::Node) -> Option<String> {
        let ids = flows::ids_of_chain(&self.text, node, &mut self.diagnostics)?;
        let known: Vec<_> = ids.iter().map(|(id, span)| self.node_named(id, *span)).collect();
        known
            .iter()
            .all(Option::is_some)
            .then(|| ids.into_iter().map(|(id, _)| id).collect::<Vec<_>>().join(" -> "))
    }
}

/// The comments that are meant for the linter; those that cannot be read, or give no reason, are noted.
pub(super) fn of_comments(
    text: &Text,
    comments: &[Span],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<AllowComment> {
    let mut found = Vec::new();
    for span in comments {
        let written = text.slice(*span);
        let called = written.trim_start_matches('#').trim_start();
        let Some(call) = called.strip_prefix(CALL) else { continue };
        let at = span.start as usize + written.len() - call.len();
        match comment(text, *span, (call, at)) {
            Ok(comment) => {
                if comment.reason.is_none() {
                    diagnostics.push(unexplained(&comment));
                }
                found.push(comment);
            }
            Err(mistake) => diagnostics.push(*mistake),
        }
    }
    found
}

/// Reads `allow[rule-a, rule-b] reason`, which stands at a byte of the file.
fn comment(text: &Text, span: Span, (call, at): (&str, usize)) -> Result<AllowComment, Box<Diagnostic>> {
    let lead = call.len() - call.trim_start().len();
    let word_length =
        call.trim_start().find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(call.trim().len());
    let word = &call[lead..lead + word_length];
    let word_place = place(at + lead..at + lead + word_length);
    let scope = match word {
        "allow" => CommentScope::Line(target(text, span)),
        "allow-file" => CommentScope::File,
        _ => return Err(Box::new(unknown_word(word, word_place))),
    };
    let rest = &call[lead + word_length..];
    let rest_at = at + lead + word_length;
    let (Some(open), Some(close)) =
        (rest.find('[').filter(|open| rest[..*open].trim().is_empty()), rest.find(']'))
    else {
        let (label, message) = (Label::new(word_place, "no rules"), format!("`{word}` names no rules"));
        let help = format!("write `# {CALL} {word}[RULE] reason`");
        return Err(Box::new(Diagnostic::new(MALFORMED, label, message).help(help)));
    };
    let rules = listed(&rest[open + 1..close.max(open + 1)], rest_at + open + 1);
    if rules.is_empty() || rules.iter().any(|(rule, _)| rule.is_empty()) {
        let list = place(rest_at + open..rest_at + close + 1);
        let message = "a list of rules is expected between the brackets";
        let mistake = Diagnostic::new(MALFORMED, Label::new(list, "a rule is missing"), message);
        return Err(Box::new(mistake.help("name rules by their ids, with commas in between")));
    }
    let reason = rest[close + 1..].trim().trim_start_matches([':', '-', '\u{2013}', '\u{2014}']).trim();
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    Ok(AllowComment { rules, scope, reason, span })
}

fn unknown_word(word: &str, place: Span) -> Diagnostic {
    let known = ["allow", "allow-file"];
    let message = format!("a comment to Thalweg cannot say `{word}`");
    let mistake = Diagnostic::new(MALFORMED, Label::new(place, "not known here"), message);
    match nearest(word, known.into_iter()) {
        Some(near) => mistake.help(format!("write `{near}[RULE] reason`")),
        None => mistake.help("write `allow[RULE] reason`, or `allow-file[RULE] reason` for the whole file"),
    }
}

fn unexplained(comment: &AllowComment) -> Diagnostic {
    let (first, last) = (comment.rules[0].1, comment.rules[comment.rules.len() - 1].1);
    let label = Label::new(first.to(last), "no reason given");
    Diagnostic::new(UNEXPLAINED, label, "this comment does not say why the finding is accepted")
        .help("write the reason behind the bracket: `allow[RULE] reason`")
}

/// The parts between the commas, each with its place.
fn listed(list: &str, at: usize) -> Vec<(String, Span)> {
    let mut start = at;
    list.split(',')
        .map(|part| {
            let lead = part.len() - part.trim_start().len();
            let rule = part.trim();
            let span = place(start + lead..start + lead + rule.len());
            start += part.len() + 1;
            (rule.to_owned(), span)
        })
        .collect()
}

/// The line that a comment speaks of: its own, or the next one where it stands alone; comments may stand in between.
fn target(text: &Text, comment: Span) -> Span {
    let own = text.line_span(comment.start);
    if !text.slice(Span::new(own.start, comment.start)).trim_matches([' ', '\t', '\u{feff}']).is_empty() {
        return own;
    }
    let mut line = own;
    while let Some(below) = text.line_below(line.end) {
        match text.slice(below).trim_start() {
            "" => break,
            content if content.starts_with('#') => line = below,
            _ => return below,
        }
    }
    Span::at(line.end)
}

fn place(bytes: Range<usize>) -> Span {
    Span::new(bytes.start as u32, bytes.end as u32)
}
