//! All scenarios: those that are embedded in the binary, or those of a folder.
//!
//! A catalog knows its exams, topics and decisions at once; a scenario is read when it is first asked for.

mod files;
mod index;

use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostic, InFile, Label};
use crate::scenario::model::Scenario;
use crate::scenario::read;
use crate::source::{self, Node, Text};

pub use crate::scenario::catalog::index::{Decision, Domain, Exam, Index, Topic};

/// The file that names exams, topics, decisions and ids.
pub const INDEX: &str = "catalog.yaml";

/// A file of a folder of scenarios.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    /// Its path below the folder, with forward slashes: `catalog.yaml` or `TOPIC/ID.yaml`.
    pub path: String,
    /// Its content.
    pub text: Arc<Text>,
}

/// The scenarios with what they are filed under.
#[derive(Debug)]
pub struct Catalog {
    /// Exams, topics, decisions and the ids that were ever given.
    pub index: Index,
    /// The file of the index; nothing where there is none.
    pub index_text: Option<Arc<Text>>,
    slots: Vec<Slot>,
}

/// Where a scenario waits to be read.
#[derive(Debug)]
struct Slot {
    path: String,
    content: Content,
    read: OnceLock<Reading>,
}

#[derive(Debug)]
enum Content {
    /// Embedded: the text and its tree.
    Embedded(&'static str, &'static [u8]),
    /// From a folder.
    File(Arc<Text>),
}

/// A scenario that was read.
#[derive(Debug)]
struct Reading {
    text: Arc<Text>,
    scenario: Option<Scenario>,
    mistakes: Vec<Diagnostic>,
}

impl Catalog {
    /// The scenarios of the binary. Cheap: only the index is read.
    ///
    /// ```
    /// let catalog = thalweg::scenario::catalog::Catalog::embedded();
    /// assert!(catalog.index.exams.iter().any(|exam| exam.code == "SAA-C03"));
    /// ```
    #[must_use]
    pub fn embedded() -> Self {
        let mut index = (Index::default(), None);
        let mut slots = Vec::new();
        for (path, text, tree) in files::embedded() {
            if path == INDEX {
                let text = Arc::new(Text::new(format!("scenarios/{path}"), text));
                index = (index::read(&files::restore(tree)).0, Some(text));
            } else {
                let content = Content::Embedded(text, tree);
                slots.push(Slot { path: path.to_owned(), content, read: OnceLock::new() });
            }
        }
        Self { index: index.0, index_text: index.1, slots }
    }

    /// The scenarios of a folder's files, with the mistakes of its index. A folder without an index has that of the
    /// binary.
    #[must_use]
    pub fn of_files(given: &[ScenarioFile]) -> (Self, Vec<InFile>) {
        let mut mistakes = Vec::new();
        let mut catalog = Self { slots: Vec::new(), index_text: None, ..Self::embedded() };
        for file in given {
            if file.path == INDEX {
                let reading = source::read(&file.text);
                let mut found: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
                if let Some(root) = &reading.root {
                    let (index, more) = index::read(root);
                    found.extend(more);
                    catalog.index = index;
                    catalog.index_text = Some(Arc::clone(&file.text));
                }
                mistakes.push(InFile { text: Arc::clone(&file.text), found });
            } else {
                let content = Content::File(Arc::clone(&file.text));
                catalog.slots.push(Slot { path: file.path.clone(), content, read: OnceLock::new() });
            }
        }
        mistakes.retain(|file| !file.found.is_empty());
        (catalog, mistakes)
    }

    /// How many files of scenarios there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// All ids, in the order of topics and ids; nothing is read.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| stem(&slot.path))
    }

    /// The scenario with this id. Read when first asked for.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Scenario> {
        self.slots.iter().find(|slot| stem(&slot.path) == id)?.reading().scenario.as_ref()
    }

    /// Every scenario that is whole, in the order of topics and ids.
    pub fn all(&self) -> impl Iterator<Item = &Scenario> {
        self.slots.iter().filter_map(|slot| slot.reading().scenario.as_ref())
    }

    /// Every file with the scenario in it, if it is whole, and the mistakes of its own keys.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<Text>, Option<&Scenario>, &[Diagnostic])> {
        self.slots.iter().map(|slot| {
            let reading = slot.reading();
            (&reading.text, reading.scenario.as_ref(), reading.mistakes.as_slice())
        })
    }
}

impl Slot {
    fn reading(&self) -> &Reading {
        self.read.get_or_init(|| match &self.content {
            Content::Embedded(text, tree) => {
                let text = Arc::new(Text::new(format!("scenarios/{}", self.path), *text));
                self.of_tree(text, &files::restore(tree))
            }
            Content::File(text) => {
                let reading = source::read(text);
                let faults: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
                match reading.root {
                    Some(root) if faults.is_empty() => self.of_tree(Arc::clone(text), &root),
                    _ => Reading { text: Arc::clone(text), scenario: None, mistakes: faults },
                }
            }
        })
    }

    fn of_tree(&self, text: Arc<Text>, root: &Node) -> Reading {
        let topic = self.path.split_once('/').map_or("", |(topic, _)| topic);
        let (scenario, mut mistakes) = read::scenario(&text, root, topic);
        if let Some(misnamed) = scenario.as_ref().filter(|scenario| scenario.id != stem(&self.path)) {
            let label = Label::new(misnamed.id_span, "not the name of the file");
            let message = format!("the file of `{}` is named `{}.yaml`", misnamed.id, misnamed.id);
            mistakes.push(Diagnostic::new("scenario-id", label, message));
        }
        Reading { text, scenario, mistakes }
    }
}

/// The name of a file without folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name)
}
