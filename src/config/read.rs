//! Reads a config from its tree.

use std::sync::Arc;

use globset::GlobBuilder;

use crate::config::selection::Layer;
use crate::config::{Config, PerPath, Set, toml};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::fields::{Fields, WRONG_TYPE, listed, nearest, wrong_type};
use crate::knowledge::pack::Level;
use crate::source::{Node, Text};
use crate::units::Date;

/// What the file says, and every mistake in it, in the order of the file.
pub(super) fn config(text: &Arc<Text>) -> (Config, Vec<Diagnostic>) {
    let (root, mistakes) = toml::tree(text);
    let mut reader = Reader { mistakes };
    let config = reader.config(text, &root);
    reader.mistakes.sort_by_key(|mistake| mistake.primary.span);
    (config, reader.mistakes)
}

struct Reader {
    mistakes: Vec<Diagnostic>,
}

impl Reader {
    fn config(&mut self, text: &Arc<Text>, root: &Node) -> Config {
        let mut config = Config {
            text: Arc::clone(text),
            layer: Layer::default(),
            per_path: Vec::new(),
            packs: Vec::new(),
            fail_on: None,
            as_of: None,
            advice: None,
            pedantic: None,
            baseline: None,
        };
        let Some(mut fields) = Fields::of(root, "`thalweg.toml`", &mut self.mistakes) else { return config };
        config.layer = self.layer(&mut fields);
        config.packs = fields.value("packs").map(|node| self.names(node, "packs")).unwrap_or_default();
        config.fail_on = fields.value("fail-on").and_then(|node| self.severity(node));
        config.as_of = fields.value("as_of").and_then(|node| self.day(node));
        config.advice = fields.value("advice").and_then(|node| self.flag(node));
        config.pedantic = fields.value("pedantic").and_then(|node| self.flag(node));
        config.baseline = fields.value("baseline").and_then(|node| self.text(node));
        if let Some(node) = fields.value("per-path") {
            config.per_path = self.per_path(node);
        }
        fields.finish(&mut self.mistakes);
        config
    }

    fn layer(&mut self, fields: &mut Fields<'_>) -> Layer {
        Layer {
            select: fields.value("select").map(|node| self.names(node, "select")),
            ignore: fields.value("ignore").map(|node| self.names(node, "ignore")).unwrap_or_default(),
            severity: fields.value("severity").map(|node| self.levels(node)).unwrap_or_default(),
        }
    }

    /// A list of texts; unlike in a design, a single one has to stand in a list too.
    fn names(&mut self, node: &Node, key: &str) -> Vec<Set<String>> {
        let Some(items) = node.as_sequence() else {
            let mistake = wrong_type(node, &format!("`{key}` is a list of texts"));
            self.mistakes.push(match node.as_text() {
                Some(text) if is_text(node) => mistake.help(format!("write `{key} = [\"{text}\"]`")),
                _ => mistake,
            });
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    fn text(&mut self, node: &Node) -> Option<Set<String>> {
        if !is_text(node) {
            self.mistakes.push(wrong_type(node, "a text between quotes is expected here"));
            return None;
        }
        Some(Set { value: node.as_text()?.to_owned(), span: node.span })
    }

    fn flag(&mut self, node: &Node) -> Option<Set<bool>> {
        let found = node.as_bool();
        if found.is_none() {
            self.mistakes.push(wrong_type(node, "`true` or `false` is expected here, without quotes"));
        }
        Some(Set { value: found?, span: node.span })
    }

    /// TOML has days of its own; a text will do too.
    fn day(&mut self, node: &Node) -> Option<Set<Date>> {
        let found: Option<Date> = node.as_text().and_then(|text| text.parse().ok());
        if found.is_none() {
            self.mistakes.push(wrong_type(node, "a day such as `2026-11-01` is expected here"));
        }
        Some(Set { value: found?, span: node.span })
    }

    fn severity(&mut self, node: &Node) -> Option<Set<Severity>> {
        let found = self.text(node)?;
        match Severity::parse(&found.value) {
            Some(value) => Some(Set { value, span: node.span }),
            None => {
                self.mistakes.push(no_such_word(node, &found.value, &Level::WORDS[..3]));
                None
            }
        }
    }

    fn levels(&mut self, node: &Node) -> Vec<(Set<String>, Level)> {
        let Some(mapping) = node.as_mapping() else {
            self.mistakes.push(wrong_type(node, "`severity` is a table of rules and severities"));
            return Vec::new();
        };
        let mut levels = Vec::new();
        for (rule, entry) in mapping.iter() {
            let Some(written) = self.text(&entry.value) else { continue };
            match Level::parse(&written.value) {
                Some(level) => {
                    levels.push((Set { value: rule.to_owned(), span: entry.key.span }, level));
                }
                None => self.mistakes.push(no_such_word(&entry.value, &written.value, &Level::WORDS)),
            }
        }
        levels
    }

    fn per_path(&mut self, node: &Node) -> Vec<PerPath> {
        let Some(mapping) = node.as_mapping() else {
            let expected = "`per-path` is a table of patterns, each with `select`, `ignore` or `severity`";
            self.mistakes.push(wrong_type(node, expected));
            return Vec::new();
        };
        let mut found = Vec::new();
        for (glob, entry) in mapping.iter() {
            let what = format!("`per-path` of `{glob}`");
            let Some(mut fields) = Fields::of(&entry.value, what, &mut self.mistakes) else { continue };
            let layer = self.layer(&mut fields);
            fields.finish(&mut self.mistakes);
            // A `*` stays within a folder, as in `.gitignore`; `**` crosses folders.
            match GlobBuilder::new(glob).literal_separator(true).build() {
                Ok(built) => {
                    let (glob, matcher) = (glob.to_owned(), built.compile_matcher());
                    found.push(PerPath { glob, matcher, layer });
                }
                Err(error) => {
                    let label = Label::new(entry.key.span, error.kind().to_string());
                    let message = format!("`{glob}` is no pattern of paths");
                    self.mistakes.push(
                        Diagnostic::new(WRONG_TYPE, label, message)
                            .help("write one such as `legacy/**/*.yaml`"),
                    );
                }
            }
        }
        found
    }
}

/// TOML tells a text from everything else by its quotes.
fn is_text(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| scalar.style != crate::source::Style::Plain)
}

fn no_such_word(node: &Node, written: &str, words: &[&str]) -> Diagnostic {
    let expected = listed(words.iter().copied());
    let label = Label::new(node.span, format!("one of {expected}"));
    let mistake = Diagnostic::new(WRONG_TYPE, label, format!("there is no severity `{written}`"));
    match nearest(written, words.iter().copied()) {
        Some(near) => mistake.help(format!("write `{near}`")),
        None => mistake.help(format!("write {expected}")),
    }
}
