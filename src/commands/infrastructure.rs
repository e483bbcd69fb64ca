//! Reads what people name as a design, whatever it is: a design file, infrastructure code with the files that it brings
//! in, or what is said of such code in a file of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::commands::base::Refusal;
use crate::commands::input;
use crate::commands::revision;
use crate::design::vocabulary::TOP;
use crate::design::{self, Lowered};
use crate::diagnostic::{Diagnostic, InFile, Label};
use crate::import::files::Files;
use crate::import::intent;
use crate::import::local::Local;
use crate::import::{self, Exports, Reading, Surroundings, build, languages, parameters, terraform};
use crate::knowledge::Knowledge;
use crate::source::{self, Node, Text};

/// How files of intent are named.
const INTENT: [&str; 2] = ["thalweg.yaml", "thalweg.yml"];

/// A design out of a file of any kind.
pub(super) struct Read {
    pub(super) lowered: Lowered,
    /// The files, where it is no design file.
    files: Option<Files>,
    /// What nobody knows before the deployment.
    pub(super) open: Vec<Diagnostic>,
}

/// What infrastructure code is read with.
#[derive(Debug, Default)]
pub(super) struct Given {
    parameters: BTreeMap<String, String>,
    /// Files with the values of Terraform's variables.
    values: Vec<PathBuf>,
    exports: Exports,
}

impl Given {
    /// Reads a file of parameters, if one is named.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, Refusal> {
        let Some(file) = file else { return Ok(Self::default()) };
        if file.to_string_lossy().contains(".tfvars") && file.is_file() {
            return Ok(Self { values: vec![file.to_owned()], ..Self::default() });
        }
        let text = input::design(file).map_err(|error| error.to_string())?;
        let (parameters, mistakes) = parameters::read(&text);
        let mut refusal = Refusal::default();
        refusal.note(&text, mistakes);
        refusal.or(Self { parameters, ..Self::default() })
    }

    /// The same with what the texts export to each other, where any imports something.
    pub(super) fn with_exports(mut self, texts: &[Arc<Text>], knowledge: &Knowledge) -> Self {
        if texts.iter().any(|text| text.as_str().contains("ImportValue")) {
            let exporting = texts.iter().filter(|text| text.as_str().contains("Export"));
            let readings: Vec<Reading> = exporting.filter_map(|text| self.reading(text, knowledge)).collect();
            self.exports.0.extend(readings.into_iter().flat_map(|reading| reading.exports.0));
        }
        self
    }

    /// Infrastructure code; nothing where the text is none.
    pub(super) fn reading(&self, text: &Arc<Text>, knowledge: &Knowledge) -> Option<Reading> {
        let Self { parameters, values, exports } = self;
        let (load, list) = (&load, &list);
        let mut reading =
            import::read(text, Surroundings { parameters, values, load, list, exports, knowledge })?;
        if let Some(beside) = beside(text) {
            reading.add_said(&beside);
        }
        Some(reading)
    }

    /// The design of a text, whatever it is.
    pub(super) fn lowered(&self, text: &Arc<Text>, knowledge: &Knowledge) -> Read {
        if let Some(reading) = self.reading(text, knowledge) {
            return read(reading, knowledge);
        }
        if let Some(root) = said_of_another(text) {
            let target = intent::file_of(&root).unwrap_or_default();
            let reading = load(text.name(), target).and_then(|code| {
                let is_found = beside(&code).is_some_and(|beside| beside.name() == text.name());
                let mut reading = self.reading(&code, knowledge)?;
                if !is_found {
                    reading.add_said(text);
                }
                Some(reading)
            });
            return match reading {
                Some(reading) => read(reading, knowledge),
                None => Read { lowered: without_target(&root, target), files: None, open: Vec::new() },
            };
        }
        let mut lowered = design::lower(Arc::clone(text), knowledge);
        if let Some(mistake) = neither(text) {
            lowered = Lowered { design: None, diagnostics: vec![mistake] };
        }
        Read { lowered, files: None, open: Vec::new() }
    }
}

impl Read {
    /// Whether it is no design file.
    pub(super) fn is_infrastructure(&self) -> bool {
        self.files.is_some()
    }

    /// The names of the files that were read; none for a design file.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(Files::texts).map(|text| text.name())
    }

    /// The text in which all places lie: that of the design file, or all files together.
    pub(super) fn whole(&self, text: &Arc<Text>) -> Arc<Text> {
        self.files.as_ref().map_or_else(|| Arc::clone(text), Files::whole)
    }

    /// What was found, each in its own file; the main one comes first.
    pub(super) fn apart(&self, text: &Arc<Text>, found: Vec<Diagnostic>) -> Vec<InFile> {
        match &self.files {
            Some(files) => files.apart(found),
            None => vec![InFile { text: Arc::clone(text), found }],
        }
    }
}

fn read(reading: Reading, knowledge: &Knowledge) -> Read {
    let mut lowered = build::lowered(&reading, knowledge);
    let Reading { files, graph, mistakes, .. } = reading;
    lowered.diagnostics.splice(0..0, mistakes);
    let open = graph.unresolved().into_iter().map(|open| {
        Diagnostic::new("unresolved", Label::new(open.span, "open until the deployment"), open.what)
    });
    Read { lowered, open: open.collect(), files: Some(files) }
}

/// The file beside infrastructure code that says more of it.
fn beside(text: &Text) -> Option<Arc<Text>> {
    let path = Path::new(text.name());
    let (name, stem) = (path.file_name()?.to_str()?, path.file_stem()?.to_str()?);
    let mut names = INTENT.iter().map(|ending| path.with_file_name(format!("{stem}.{ending}")));
    let found = names.find_map(|path| at(&path))?;
    let root = said_of_another(&found)?;
    let name = revision::of_name(name).map_or(name, |(_, name)| name);
    (intent::file_of(&root) == Some(name)).then_some(found)
}

/// The tree of a file that says more of another one. Files without the key are not parsed.
fn said_of_another(text: &Text) -> Option<Arc<Node>> {
    let has_key = text.as_str().lines().any(|line| line.trim_start_matches('\u{feff}').starts_with("for:"));
    let root = has_key.then(|| source::read(text).root).flatten()?;
    intent::file_of(&root).is_some().then_some(root)
}

fn without_target(root: &Node, target: &str) -> Lowered {
    let span = root.get(intent::FOR).map_or(root.span, |node| node.span);
    let message = format!("`for` names `{target}`, which is no infrastructure code beside this file");
    let mistake = Diagnostic::new("syntax", Label::new(span, "not found, or not read"), message)
        .help("name a template of CloudFormation or SAM in the same folder");
    Lowered { design: None, diagnostics: vec![mistake] }
}

/// The mistake of a mapping that has nothing of a design.
fn neither(text: &Text) -> Option<Diagnostic> {
    let is_like_a_design = |line: &str| {
        let line = line.trim_start_matches(['\u{feff}', '{', '"', ' ']);
        TOP.iter().any(|(key, _, _)| line.starts_with(key))
    };
    if text.as_str().lines().any(is_like_a_design) {
        return None;
    }
    let root = source::read(text).root?;
    let mapping = root.as_mapping().filter(|mapping| !mapping.entries.is_empty())?;
    let first = mapping.entries.first()?;
    let label = Label::new(first.key.span, "no key of a design or of a template");
    let message = "this is neither a design nor infrastructure code";
    Some(Diagnostic::new("syntax", label, message).help(
        "a design has `nodes` and `flows`; templates of CloudFormation and SAM have `Resources`, in YAML or JSON",
    ))
}

/// The file that a path stands for: the main one of a configuration of Terraform where it is the folder of one.
pub(super) fn main_file(path: &Path) -> PathBuf {
    let may_be_folder = path.is_dir() || path.to_str().is_some_and(|name| revision::of_name(name).is_some());
    let main = may_be_folder.then(|| languages::main_file(path, &list)).flatten();
    main.unwrap_or_else(|| path.to_owned())
}

/// The folders of modules that the configuration beside a file calls.
pub(super) fn called_from(file: &Path) -> Vec<PathBuf> {
    terraform::called(file.parent().unwrap_or(Path::new("")), &Disk)
}

/// Files as they lie on the disk.
struct Disk;

impl Local for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        load("", path.to_str()?).map(|text| text.as_str().to_owned())
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        list(folder)
    }
}

/// The names of the files in a folder, on the disk or of a revision of git.
fn list(folder: &Path) -> Vec<String> {
    if let Some((revision, folder)) = folder.to_str().and_then(revision::of_name) {
        return revision::names(revision, Path::new(folder)).unwrap_or_default();
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

/// A file beside another one. Addresses are none.
fn load(from: &str, location: &str) -> Option<Arc<Text>> {
    if location.is_empty() || location.contains("://") || location.starts_with("s3:") {
        return None;
    }
    at(&Path::new(from).parent().unwrap_or(Path::new("")).join(location))
}

/// The text at a path, on the disk or of a revision of git.
fn at(path: &Path) -> Option<Arc<Text>> {
    if path.is_file() {
        return input::design(path).ok();
    }
    let name = path.to_str()?;
    let (revision, file) = revision::of_name(name)?;
    let bytes = revision::contents(revision, file).ok()?;
    input::text(name.to_owned(), bytes).ok()
}
