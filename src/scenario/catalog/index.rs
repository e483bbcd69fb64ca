//! What scenarios are filed under: exams with their domains, topics, decisions, and every id that was ever given.

use std::str::FromStr;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, text, wrong_type};
use crate::source::{Node, Span};

/// The index of a folder of scenarios.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The exams.
    pub exams: Vec<Exam>,
    /// The topics, in the order in which they are best learned.
    pub topics: Vec<Topic>,
    /// The decisions that scenarios drill.
    pub decisions: Vec<Decision>,
    /// Every id that was ever given to a scenario, with its place: progress is kept under them.
    pub ids: Vec<(String, Span)>,
}

/// An exam, as its guide describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exam {
    /// Its code, such as `SAA-C03`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many minutes it lasts.
    pub minutes: u32,
    /// How many questions it has.
    pub questions: u32,
    /// How many of them count.
    pub scored: u32,
    /// The least points.
    pub least: u32,
    /// The most points.
    pub most: u32,
    /// The points that pass.
    pub pass: u32,
    /// Its domains with their weights.
    pub domains: Vec<Domain>,
    /// The page of its guide.
    pub guide: String,
}

/// A domain of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its number, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its share of the questions that count, in percent.
    pub percent: u32,
}

/// A topic: a folder of scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The folder.
    pub id: String,
    /// Its name.
    pub title: String,
}

/// A decision that an architect takes: what repetition goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// What is decided, in a few words.
    pub title: String,
}

/// The index in a tree, and every mistake in it.
pub(super) fn read(root: &Node) -> (Index, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let index = index(root, &mut mistakes).unwrap_or_default();
    (index, mistakes)
}

fn index(root: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Index> {
    let mut fields = Fields::of(root, "the catalog", mistakes)?;
    let exams = list(&mut fields, "exams", mistakes, exam);
    let topics = list(&mut fields, "topics", mistakes, |node, mistakes| {
        named(node, "a topic", mistakes).map(|(id, title)| Topic { id, title })
    });
    let decisions = list(&mut fields, "decisions", mistakes, |node, mistakes| {
        named(node, "a decision", mistakes).map(|(id, title)| Decision { id, title })
    });
    let ids = fields.value("ids").filter(|node| !node.is_null()).map(fields::items).unwrap_or_default();
    let ids =
        ids.into_iter().filter_map(|node| Some((text(node, mistakes)?.to_owned(), node.span))).collect();
    fields.finish(mistakes);
    Some(Index { exams, topics, decisions, ids })
}

fn list<T>(
    fields: &mut Fields<'_>,
    key: &str,
    mistakes: &mut Vec<Diagnostic>,
    mut read: impl FnMut(&Node, &mut Vec<Diagnostic>) -> Option<T>,
) -> Vec<T> {
    let items = fields.require(key, mistakes).map(fields::items).unwrap_or_default();
    items.into_iter().filter_map(|item| read(item, mistakes)).collect()
}

fn exam(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Exam> {
    let mut fields = Fields::of(node, "an exam", mistakes)?;
    let code = words(&mut fields, "code", mistakes);
    let name = words(&mut fields, "name", mistakes);
    let minutes = number(&mut fields, "minutes", mistakes);
    let questions = number(&mut fields, "questions", mistakes);
    let scored = number(&mut fields, "scored", mistakes);
    let least = number(&mut fields, "least", mistakes);
    let most = number(&mut fields, "most", mistakes);
    let pass = number(&mut fields, "pass", mistakes);
    let domains = list(&mut fields, "domains", mistakes, domain);
    let guide = words(&mut fields, "guide", mistakes);
    fields.finish(mistakes);
    Some(Exam {
        code: code?,
        name: name?,
        minutes: minutes?,
        questions: questions?,
        scored: scored?,
        least: least?,
        most: most?,
        pass: pass?,
        domains,
        guide: guide?,
    })
}

fn domain(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Domain> {
    let mut fields = Fields::of(node, "a domain", mistakes)?;
    let domain_number = number(&mut fields, "number", mistakes);
    let name = words(&mut fields, "name", mistakes);
    let percent = number(&mut fields, "percent", mistakes);
    fields.finish(mistakes);
    Some(Domain { number: domain_number?, name: name?, percent: percent? })
}

fn named(node: &Node, what: &str, mistakes: &mut Vec<Diagnostic>) -> Option<(String, String)> {
    let mut fields = Fields::of(node, what, mistakes)?;
    let id = words(&mut fields, "id", mistakes);
    let title = words(&mut fields, "title", mistakes);
    fields.finish(mistakes);
    Some((id?, title?))
}

fn words(fields: &mut Fields<'_>, key: &str, mistakes: &mut Vec<Diagnostic>) -> Option<String> {
    let node = fields.require(key, mistakes)?;
    text(node, mistakes).map(str::to_owned)
}

fn number(fields: &mut Fields<'_>, key: &str, mistakes: &mut Vec<Diagnostic>) -> Option<u32> {
    let node = fields.require(key, mistakes)?;
    let found = text(node, mistakes).and_then(|text| u32::from_str(text).ok());
    if found.is_none() {
        mistakes.push(wrong_type(node, "a whole number is expected here"));
    }
    found
}
