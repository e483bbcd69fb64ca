//! A module: what the files of one folder declare, by kind and name.
//!
//! Files are read in the order of their names. What another kind of block says (`terraform`, `provider`, `moved`, ...)
//! is no part of a design and is passed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::import::files::Files;
use crate::import::local::Local;
use crate::import::terraform::json;
use crate::import::terraform::native;
use crate::import::terraform::syntax::{Argument, Block, Body, Expression};
use crate::source::{Span, Text};

/// What the files of a folder declare.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Its folder.
    pub(super) folder: PathBuf,
    pub(super) variables: BTreeMap<String, Block>,
    pub(super) locals: BTreeMap<String, Expression>,
    pub(super) outputs: BTreeMap<String, Block>,
    /// Calls of other modules, in the order of the files.
    pub(super) calls: Vec<Block>,
    /// Resources, in the order of the files.
    pub(super) resources: Vec<Block>,
    /// Data sources, in the order of the files.
    pub(super) data: Vec<Block>,
    /// The values of variables that files in the folder give.
    pub(super) values: Vec<Argument>,
}

/// A file that is part of a module.
enum Syntax {
    Native,
    Json,
}

impl Module {
    /// Reads all files of a folder; nothing where there is none. Mistakes are noted and the rest is read.
    pub(super) fn read(
        folder: &Path,
        local: &dyn Local,
        files: &mut Files,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut module = Self { folder: folder.to_owned(), ..Self::default() };
        let mut names = local.list(folder);
        names.sort();
        let mut found = false;
        for name in &names {
            let Some(syntax) = syntax_of(name) else { continue };
            let Some(body) = read(&folder.join(name), &syntax, local, files, mistakes) else { continue };
            found = true;
            module.add(body, mistakes);
        }
        // `terraform.tfvars` comes first, so that what stands in the others counts.
        names.sort_by_key(|name| !name.starts_with("terraform.tfvars"));
        for name in names.iter().filter(|name| gives_values(name)) {
            let syntax = values_syntax(Path::new(name));
            let body = read(&folder.join(name), &syntax, local, files, mistakes);
            module.values.extend(body.into_iter().flat_map(|body| body.arguments));
        }
        found.then_some(module)
    }

    fn add(&mut self, body: Body, mistakes: &mut Vec<Diagnostic>) {
        for block in body.blocks {
            match (block.kind.as_str(), block.labels.len()) {
                ("variable", 1) => keep(&mut self.variables, block, mistakes),
                ("output", 1) => keep(&mut self.outputs, block, mistakes),
                ("module", 1) => self.calls.push(block),
                ("resource", 2) => self.resources.push(block),
                ("data", 2) => self.data.push(block),
                ("locals", 0) => {
                    self.locals.extend(
                        block.body.arguments.into_iter().map(|argument| (argument.key, argument.value)),
                    );
                }
                ("variable" | "output" | "module" | "resource" | "data" | "locals", _) => {
                    mistakes.push(labels(&block));
                }
                _ => {}
            }
        }
    }
}

/// Reads one file.
fn read(
    path: &Path,
    syntax: &Syntax,
    local: &dyn Local,
    files: &mut Files,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Body> {
    let content = local.read(path)?;
    let text = Arc::new(Text::new(path.display().to_string(), content));
    let start = files.add(Arc::clone(&text));
    match syntax {
        Syntax::Native => match native::body(text.as_str(), start) {
            Ok(body) => Some(body),
            Err(mistake) => {
                mistakes.push(*mistake);
                Some(Body::default())
            }
        },
        Syntax::Json => Some(json::body(&text, start, mistakes)),
    }
}

/// Values from a file that people name.
pub(super) fn values(
    path: &Path,
    local: &dyn Local,
    files: &mut Files,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Argument> {
    read(path, &values_syntax(path), local, files, mistakes).map(|body| body.arguments).unwrap_or_default()
}

/// Whether a file of this name belongs to a module.
pub(super) fn is_part(name: &str) -> bool {
    syntax_of(name).is_some()
}

fn syntax_of(name: &str) -> Option<Syntax> {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [_, .., "tf"] => Some(Syntax::Native),
        [_, .., "tf", "json"] => Some(Syntax::Json),
        _ => None,
    }
}

/// The syntax of a file with values of variables.
fn values_syntax(path: &Path) -> Syntax {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    if is_json { Syntax::Json } else { Syntax::Native }
}

/// Whether Terraform reads a file of this name for the values of variables without being told.
fn gives_values(name: &str) -> bool {
    let plain = name.strip_suffix(".json").unwrap_or(name);
    plain == "terraform.tfvars" || plain.ends_with(".auto.tfvars")
}

fn keep(known: &mut BTreeMap<String, Block>, block: Block, mistakes: &mut Vec<Diagnostic>) {
    let name = block.labels[0].text.clone();
    if let Some(first) = known.get(&name) {
        let label = Label::new(block.labels[0].span, "declared again here");
        let message = format!("the {} `{name}` is declared twice", block.kind);
        let first = Label::new(first.labels[0].span, "first here");
        mistakes.push(Diagnostic::new("duplicate-key", label, message).related(first).help("remove one"));
    } else {
        known.insert(name, block);
    }
}

fn labels(block: &Block) -> Diagnostic {
    let wanted = match block.kind.as_str() {
        "resource" | "data" => "a type and a name in quotes",
        "locals" => "no label",
        _ => "one name in quotes",
    };
    let span = block.labels.iter().fold(block.kind_span, |span, label| span.to(label.span));
    let message = format!("a `{}` block has {wanted}, and this one has {}", block.kind, block.labels.len());
    let label = Label::new(Span::new(span.start, span.end), "left out");
    Diagnostic::new("syntax", label, message).help(format!("write {wanted} behind `{}`", block.kind))
}
