//! Languages beside CloudFormation's own: Terraform and the Serverless Framework. Each becomes resources, or the template,
//! of CloudFormation's types, and is read on as one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::import::cloudformation;
use crate::import::files::Files;
use crate::import::graph::{Given, Unresolved};
use crate::import::local::Local;
use crate::import::serverless;
use crate::import::terraform::{self, Configuration};
use crate::import::{Exports, Reading, Surroundings};
use crate::source::{self, Node, Span, Text};

/// What comments that allow a finding begin with.
const CALL: &str = "# thalweg:";

/// A language that is none of CloudFormation's own.
enum Language {
    /// A file of a configuration; all files of its folder belong together.
    Terraform,
    Plan(Arc<Node>),
    Serverless,
}

/// Whether a text is written in one of the languages.
pub(super) fn is_one(text: &Text) -> bool {
    language(text).is_some()
}

/// Reads a text in one of the languages; nothing where it is in none.
pub(super) fn read(text: &Arc<Text>, surroundings: Surroundings<'_>) -> Option<Reading> {
    match language(text)? {
        Language::Terraform => {
            let folder = Path::new(text.name()).parent().unwrap_or(Path::new(""));
            let local = Beside { text, surroundings };
            let configuration =
                terraform::read(folder, surroundings.values, surroundings.parameters, &local)?;
            Some(of_configuration(configuration, surroundings))
        }
        Language::Plan(root) => Some(of_configuration(terraform::read_plan(text, &root), surroundings)),
        Language::Serverless => {
            let expanded = serverless::expanded(text, surroundings.parameters, surroundings.load)?;
            let mut reading =
                cloudformation::read_made(Arc::clone(text), expanded.root, expanded.files, surroundings);
            reading.mistakes.splice(0..0, expanded.mistakes);
            reading.comments = expanded.comments;
            reading.graph.rename(&|id| serverless::name(&expanded.functions, id));
            Some(reading)
        }
    }
}

fn language(text: &Text) -> Option<Language> {
    let name = Path::new(text.name()).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if terraform::is_part(name) {
        return Some(Language::Terraform);
    }
    let has = |word: &str| memchr::memmem::find(text.as_str().as_bytes(), word.as_bytes()).is_some();
    let may_be_plan = has("format_version") && has("root_module");
    let may_be_service = has("provider") && has("aws") && (has("functions") || has("resources"));
    if !may_be_plan && !may_be_service {
        return None;
    }
    let root = source::read(text).root?;
    if terraform::is_plan(&root) {
        Some(Language::Plan(root))
    } else {
        serverless::is_service(&root).then_some(Language::Serverless)
    }
}

fn of_configuration(configuration: Configuration, surroundings: Surroundings<'_>) -> Reading {
    let Configuration { files, resources, mistakes, unread, elsewhere } = configuration;
    let mut graph = cloudformation::graph_of(&resources, surroundings.knowledge);
    for node in graph.nodes.iter_mut().filter(|node| elsewhere.contains(&node.id)) {
        node.is_elsewhere = true;
        node.settings.retain(|setting| !matches!(setting.given, Given::Unknown(_)));
    }
    // What Terraform leaves open is named by the expression alone.
    graph.rename(&|id| id.strip_prefix("param:").map(str::to_owned));
    graph.unresolved.extend(unread.into_iter().map(|(span, what)| Unresolved { span, what }));
    graph.unresolved.sort();
    let comments = comments(&files);
    Reading { files, graph, comments, mistakes, said: Vec::new(), exports: Exports::default() }
}

/// The comments in which findings may be allowed.
fn comments(files: &Files) -> Vec<Span> {
    let whole = files.whole();
    let text = whole.as_str();
    let starts = memchr::memmem::find_iter(text.as_bytes(), CALL.as_bytes());
    starts
        .map(|start| {
            let end = text[start..].find(['\n', '\r']).map_or(text.len(), |length| start + length);
            Span::new(start as u32, end as u32)
        })
        .collect()
}

/// The files beside a text, and the text itself as it is given.
struct Beside<'a> {
    text: &'a Arc<Text>,
    surroundings: Surroundings<'a>,
}

impl Local for Beside<'_> {
    fn read(&self, path: &Path) -> Option<String> {
        if path == Path::new(self.text.name()) {
            return Some(self.text.as_str().to_owned());
        }
        let text = (self.surroundings.load)("", path.to_str()?)?;
        Some(text.as_str().to_owned())
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let mut names = (self.surroundings.list)(folder);
        let own = Path::new(self.text.name());
        let name = own.file_name().map(|name| name.to_string_lossy().into_owned());
        if own.parent() == Some(folder) {
            names.extend(name.filter(|name| !names.contains(name)));
        }
        names
    }
}

/// The file that stands for the configuration in a folder: `main.tf`, else the first by name.
#[must_use]
pub fn main_file(folder: &Path, list: &dyn Fn(&Path) -> Vec<String>) -> Option<PathBuf> {
    let mut names: Vec<String> = list(folder).into_iter().filter(|name| terraform::is_part(name)).collect();
    names.sort_by(|left, right| (left != "main.tf", left).cmp(&(right != "main.tf", right)));
    names.into_iter().next().map(|name| folder.join(name))
}
