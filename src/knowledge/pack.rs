//! Packs: services, integrations, misconceptions and rules of a user's own, in the format of `rules/`.
//!
//! A pack is data. Reading one opens no file: it takes the texts of a folder and gives what they say, with every mistake
//! at its place. What the rules say is read by the linter, which knows their language.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, InFile, Label, Severity};
use crate::fields::{Fields, UNKNOWN_KEY, WRONG_TYPE, text, wrong_type};
use crate::knowledge::card::{Card, Integration};
use crate::knowledge::misconceptions::{self, Misconception};
use crate::knowledge::{embedded, read};
use crate::source::{self, Node, Span, Text, Value};

/// The file that names a pack.
pub const MANIFEST: &str = "pack.yaml";

/// A file of a pack.
#[derive(Debug, Clone)]
pub struct PackFile {
    /// Its path below the pack's folder, with forward slashes.
    pub path: String,
    /// Its content.
    pub text: Arc<Text>,
}

/// A pack, as far as it could be read.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// Its name; empty where the pack does not say it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Severities that it gives to rules and groups of rules, each with where it stands in the manifest.
    pub severities: Vec<(String, Level, Span)>,
    /// The text of the manifest, where there is one.
    pub manifest: Option<Arc<Text>>,
    /// Its rules, not yet read.
    pub rules: Vec<RuleFile>,
    pub(super) cards: Vec<Added<Card>>,
    pub(super) extensions: Vec<Added<Extension>>,
    pub(super) misconceptions: Vec<Added<Vec<Misconception>>>,
}

/// How bad the findings of a rule are, or that it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The rule speaks, with this severity.
    At(Severity),
    /// The rule is off.
    Off,
}

impl Level {
    /// The words of all levels, the worst first.
    pub const WORDS: [&'static str; 4] = ["error", "warning", "advice", "off"];

    /// The level that a word names.
    ///
    /// ```
    /// use thalweg::knowledge::pack::Level;
    /// assert_eq!(Level::parse("off"), Some(Level::Off));
    /// assert_eq!(Level::parse("of"), None);
    /// ```
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == "off" { Some(Self::Off) } else { Severity::parse(word).map(Self::At) }
    }

    /// Its word: a severity or `off`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::At(severity) => severity.as_str(),
            Self::Off => "off",
        }
    }
}

/// A file with one rule.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its path below the pack's folder.
    pub path: String,
    /// The folder below `lints/`, or the name of the pack.
    pub group: String,
    /// The file.
    pub text: Arc<Text>,
    /// What it says.
    pub root: Arc<Node>,
}

/// Something that a pack adds, with the tree that it was read from.
#[derive(Debug, Clone)]
pub(super) struct Added<T> {
    pub(super) text: Arc<Text>,
    pub(super) root: Arc<Node>,
    pub(super) what: T,
}

/// Integrations and names that a pack adds to a service that is there.
#[derive(Debug, Clone)]
pub(super) struct Extension {
    pub(super) of: String,
    pub(super) aliases: Vec<String>,
    pub(super) sends: Vec<Integration>,
}

/// Reads the files of a pack; gives what could be understood, and every mistake.
#[must_use]
pub fn read(files: &[PackFile]) -> (Pack, Vec<InFile>) {
    let mut reader = Reader { pack: Pack::default(), mistakes: Vec::new() };
    // The name comes first, since it is the group of rules that lie in no folder.
    for file in files.iter().filter(|file| file.path == MANIFEST) {
        reader.file(file);
    }
    for file in files.iter().filter(|file| file.path != MANIFEST) {
        reader.file(file);
    }
    (reader.pack, reader.mistakes)
}

struct Reader {
    pack: Pack,
    mistakes: Vec<InFile>,
}

impl Reader {
    fn file(&mut self, file: &PackFile) {
        let reading = source::read(&file.text);
        let mut mistakes: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
        // What could not be read may be what seems to be missing.
        if let Some(root) = reading.root.filter(|_| reading.left_out.is_empty()) {
            self.content(file, &root, &mut mistakes);
        }
        if !mistakes.is_empty() {
            self.mistakes.push(InFile { text: Arc::clone(&file.text), found: mistakes });
        }
    }

    fn content(&mut self, file: &PackFile, root: &Arc<Node>, mistakes: &mut Vec<Diagnostic>) {
        let parts: Vec<&str> = file.path.split('/').collect();
        match parts[..] {
            [MANIFEST] => {
                self.pack.manifest = Some(Arc::clone(&file.text));
                self.manifest(root, mistakes);
            }
            ["misconceptions.yaml"] => {
                let (what, wrong) = misconceptions::read(root);
                let (text, root) = (Arc::clone(&file.text), Arc::clone(root));
                self.pack.misconceptions.push(Added { text, root, what });
                mistakes.extend(wrong);
            }
            ["services", _] => self.service(file, root, mistakes),
            ["lints", ref folders @ .., _] => {
                let group =
                    folders.first().map_or_else(|| self.pack.name.clone(), |group| (*group).to_owned());
                let (path, text, root) = (file.path.clone(), Arc::clone(&file.text), Arc::clone(root));
                self.pack.rules.push(RuleFile { path, group, text, root });
            }
            _ => {
                let label = Label::new(Span::at(root.span.start), "this file");
                let mistake = Diagnostic::new(UNKNOWN_KEY, label, format!("nothing reads `{}`", file.path));
                mistakes.push(mistake.help(
                    "a pack has `pack.yaml`, `misconceptions.yaml`, `services/ID.yaml` and `lints/GROUP/ID.yaml`",
                ));
            }
        }
    }

    fn manifest(&mut self, root: &Node, mistakes: &mut Vec<Diagnostic>) {
        let Some(mut fields) = Fields::of(root, "a pack", mistakes) else { return };
        let mut needed = |key: &str| fields.needed(key, mistakes);
        self.pack.name = needed("name").unwrap_or_default();
        self.pack.version = needed("version").unwrap_or_default();
        fields.text("about", mistakes);
        if let Some(node) = fields.value("severity") {
            self.pack.severities = severities(node, mistakes);
        }
        fields.finish(mistakes);
    }

    fn service(&mut self, file: &PackFile, root: &Arc<Node>, mistakes: &mut Vec<Diagnostic>) {
        let (text, root) = (Arc::clone(&file.text), Arc::clone(root));
        let named = root.get("id").or_else(|| root.get("extends"));
        let stem = embedded::stem(&file.path);
        if let Some(node) = named.filter(|node| node.as_text() != Some(stem)) {
            let label = Label::new(node.span, format!("the file is called `{stem}.yaml`"));
            let message = "the id of a service is the name of its file";
            mistakes.push(Diagnostic::new(WRONG_TYPE, label, message));
        }
        if root.get("extends").is_some() {
            let (extension, wrong) = read::extension(&root);
            mistakes.extend(wrong);
            self.pack.extensions.extend(extension.map(|what| Added { text, root, what }));
        } else {
            let (card, wrong) = read::card(&root);
            mistakes.extend(wrong);
            self.pack.cards.extend(card.map(|what| Added { text, root, what }));
        }
    }
}

/// A mapping of rules or groups to severities, in the order of the file.
fn severities(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Vec<(String, Level, Span)> {
    let Value::Mapping(mapping) = &node.value else {
        mistakes.push(wrong_type(node, "`severity` is a mapping of rules to severities"));
        return Vec::new();
    };
    let level = |(rule, entry): (&str, &source::Entry)| {
        let found = Level::parse(text(&entry.value, mistakes)?);
        if found.is_none() {
            mistakes.push(wrong_type(&entry.value, "a severity is `error`, `warning`, `advice` or `off`"));
        }
        Some((rule.to_owned(), found?, entry.key.span))
    };
    mapping.iter().filter_map(level).collect()
}
