//! Reads a scenario from its tree, with every mistake at its place.

mod choices;

use std::str::FromStr;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, flag, listed, nearest, text, wrong_type};
use crate::knowledge::fact::Reference;
use crate::scenario::model::{Counter, Cue, CueKind, ExamTask, Figure, Format, Lore, Scenario};
use crate::source::{Node, Style, Text, Value};

/// The scenario in a file of this topic, if it is whole, and every mistake in it.
///
/// Only the scenario's own keys are read here; the designs of its options are judged when they are composed.
#[must_use]
pub fn scenario(file: &Arc<Text>, root: &Node, topic: &str) -> (Option<Scenario>, Vec<Diagnostic>) {
    let mut reader = Reader { mistakes: Vec::new() };
    let scenario = reader.scenario(file, root, topic);
    reader.mistakes.sort_by_key(|mistake| mistake.primary.span);
    (scenario, reader.mistakes)
}

struct Reader {
    mistakes: Vec<Diagnostic>,
}

impl Reader {
    fn scenario(&mut self, file: &Arc<Text>, root: &Node, topic: &str) -> Option<Scenario> {
        let mut fields = Fields::of(root, "a scenario", &mut self.mistakes)?;
        let id_span = fields.value("id").map_or(root.span, |node| node.span);
        let id = self.words(&mut fields, "id");
        let decision = self.words(&mut fields, "decision");
        let title = self.words(&mut fields, "title");
        let exams = fields.require("exams", &mut self.mistakes).map(|node| self.exams(node));
        let prompt_span = fields.value("prompt").map_or(root.span, |node| node.span);
        let is_folded = fields.value("prompt").and_then(Node::as_scalar).map(|scalar| scalar.style);
        let is_folded = is_folded == Some(Style::Folded);
        let prompt = self.words(&mut fields, "prompt");
        let cues = fields.value("cues").map(fields::items).unwrap_or_default();
        let cues = cues.into_iter().filter_map(|node| self.cue(node)).collect();
        let format = self.format(&mut fields);
        let base = self.mapping(&mut fields, "base");
        let choices = fields.value("options").map(|node| self.choices(node, format.as_ref()));
        let hints = fields.texts("hints", &mut self.mistakes);
        let lore = fields.value("lore").and_then(|node| self.lore(node));
        let sources = fields.value("sources").map(fields::items).unwrap_or_default();
        let sources = sources.into_iter().filter_map(|node| self.source(node)).collect();
        let checked = fields.require("checked", &mut self.mistakes).and_then(|node| self.parsed(node, DAY));
        let seed = fields.value("seed").and_then(|node| self.parsed(node, "a whole number"));
        let duration = fields.value("duration").and_then(|node| self.parsed(node, "a time such as `10m`"));
        fields.finish(&mut self.mistakes);
        Some(Scenario {
            text: Arc::clone(file),
            id: id?,
            id_span,
            topic: topic.to_owned(),
            decision: decision?,
            title: title?,
            exams: exams?,
            prompt: paragraphs(&prompt?, is_folded),
            prompt_span,
            cues,
            format: format?,
            base: base?,
            choices: choices.unwrap_or_default(),
            hints,
            lore,
            sources,
            checked: checked?,
            seed: seed.unwrap_or(1),
            duration,
        })
    }

    fn words(&mut self, fields: &mut Fields<'_>, key: &str) -> Option<String> {
        let node = fields.require(key, &mut self.mistakes)?;
        text(node, &mut self.mistakes).map(|text| text.trim().to_owned())
    }

    fn mapping(&mut self, fields: &mut Fields<'_>, key: &str) -> Option<Arc<Node>> {
        let node = fields.require(key, &mut self.mistakes)?;
        self.is_mapping(node)
    }

    fn is_mapping(&mut self, node: &Node) -> Option<Arc<Node>> {
        if node.as_mapping().is_none() {
            self.mistakes.push(wrong_type(node, "a mapping of keys to values is expected here"));
            return None;
        }
        Some(Arc::new(node.clone()))
    }

    fn parsed<T: FromStr>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let found = text(node, &mut self.mistakes)?.parse().ok();
        if found.is_none() {
            self.mistakes.push(wrong_type(node, &format!("{expected} is expected here")));
        }
        found
    }

    /// `{SAA-C03: "3.5"}`.
    fn exams(&mut self, node: &Node) -> Vec<ExamTask> {
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "`exams` is a mapping of exams to tasks of their guides"));
            return Vec::new();
        };
        let task = |(exam, entry): (&str, &crate::source::Entry)| {
            let task = text(&entry.value, &mut self.mistakes)?.to_owned();
            Some(ExamTask { exam: exam.to_owned(), task })
        };
        mapping.iter().filter_map(task).collect()
    }

    fn cue(&mut self, node: &Node) -> Option<Cue> {
        let mut fields = Fields::of(node, "a cue", &mut self.mistakes)?;
        let span = fields.value("text").map_or(node.span, |node| node.span);
        let words = self.words(&mut fields, "text");
        let require = fields.value("require").map(|node| CueKind::Require(Arc::new(node.clone())));
        let given = fields.value("given").and_then(|node| self.is_mapping(node)).map(CueKind::Given);
        let rule = fields.text("rule", &mut self.mistakes).map(CueKind::Rule);
        let prefer = fields.value("prefer").and_then(|node| self.figure(node)).map(CueKind::Prefer);
        let noise = fields.value("noise").and_then(|node| flag(node, &mut self.mistakes));
        let noise = noise.filter(|noise| *noise).map(|_| CueKind::Noise);
        fields.finish(&mut self.mistakes);
        let mut kinds = [require, given, rule, prefer, noise].into_iter().flatten();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Some(Cue { text: words?, span, kind }),
            _ => {
                let kinds = ["require", "given", "rule", "prefer", "noise"];
                let expected = format!("a cue says one of {}", listed(kinds.into_iter()));
                self.mistakes.push(wrong_type(node, &expected));
                None
            }
        }
    }

    fn figure(&mut self, node: &Node) -> Option<Figure> {
        let words = Figure::ALL.map(Figure::as_str);
        let word = self.one_of(node, &words)?;
        Figure::ALL.into_iter().find(|figure| figure.as_str() == word)
    }

    /// The text of a scalar that is one of these words; a mistake with the nearest is noted for another.
    fn one_of<'w>(&mut self, node: &Node, words: &[&'w str]) -> Option<&'w str> {
        let word = text(node, &mut self.mistakes)?;
        let found = words.iter().copied().find(|known| *known == word);
        if found.is_none() {
            let mistake =
                wrong_type(node, &format!("one of {} is expected here", listed(words.iter().copied())));
            self.mistakes.push(match nearest(word, words.iter().copied()) {
                Some(near) => fields::instead(mistake, node, near),
                None => mistake,
            });
        }
        found
    }

    fn format(&mut self, fields: &mut Fields<'_>) -> Option<Format> {
        let node = fields.require("format", &mut self.mistakes);
        let word = node.and_then(|node| self.one_of(node, &Format::WORDS));
        let pick = fields.take("pick");
        let by = fields.take("by");
        let broken = fields.texts("broken", &mut self.mistakes);
        let solution = fields.take("solution");
        let counter = fields.take("counter");
        match word? {
            "multiple" => {
                let pick = pick.map(|entry| entry.value.as_ref());
                let Some(pick) = pick else {
                    self.mistakes
                        .push(wrong_type(node?, "`multiple` needs `pick`, the number of right options"));
                    return None;
                };
                self.parsed(pick, "the number of right options").map(Format::Multiple)
            }
            "order" => {
                let Some(by) = by else {
                    self.mistakes.push(wrong_type(node?, "`order` needs `by`, the figure that it goes by"));
                    return None;
                };
                self.figure(&by.value).map(Format::Order)
            }
            "repair" => {
                let Some(solution) = solution else {
                    self.mistakes
                        .push(wrong_type(node?, "`repair` needs `solution`, a change that mends it"));
                    return None;
                };
                let solution = self.is_mapping(&solution.value)?;
                Some(Format::Repair { broken, solution })
            }
            "predict" => {
                let Some(counter) = counter else {
                    self.mistakes.push(wrong_type(node?, "`predict` needs `counter`, what is foretold"));
                    return None;
                };
                self.counter(&counter.value).map(Format::Predict)
            }
            "match" => Some(Format::Match),
            _ => Some(Format::Single),
        }
    }

    /// `{node: NODE, name: COUNTER}`.
    fn counter(&mut self, node: &Node) -> Option<Counter> {
        let mut fields = Fields::of(node, "a counter", &mut self.mistakes)?;
        let of = self.words(&mut fields, "node");
        let name = fields.require("name", &mut self.mistakes);
        let name = name.and_then(|name| self.one_of(name, &Counter::NAMES));
        fields.finish(&mut self.mistakes);
        Some(Counter { node: of?, name: name?.to_owned(), span: node.span })
    }

    fn lore(&mut self, node: &Node) -> Option<Lore> {
        let mut fields = Fields::of(node, "`lore`", &mut self.mistakes)?;
        let was = self.words(&mut fields, "was");
        let now = self.words(&mut fields, "now");
        let since = fields.value("since").and_then(|node| self.parsed(node, DAY));
        fields.finish(&mut self.mistakes);
        Some(Lore { was: one_line(&was?), now: one_line(&now?), since })
    }

    fn source(&mut self, node: &Node) -> Option<Reference> {
        let mut fields = Fields::of(node, "a source", &mut self.mistakes)?;
        let url = self.words(&mut fields, "url");
        let read = fields.text("read", &mut self.mistakes);
        let checked = fields.require("checked", &mut self.mistakes).and_then(|node| self.parsed(node, DAY));
        fields.finish(&mut self.mistakes);
        Some(Reference { url: url?, read, checked: checked? })
    }
}

/// How a day is written.
const DAY: &str = "a day such as `2026-11-25`";

/// The same words with each paragraph on one line. Folding has made one line end of each empty line.
fn paragraphs(text: &str, is_folded: bool) -> String {
    let between = if is_folded { "\n" } else { "\n\n" };
    let joined = text.split(between).map(one_line).filter(|paragraph| !paragraph.is_empty());
    joined.collect::<Vec<_>>().join("\n\n")
}

/// The words with single spaces between them.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
