//! Baselines: findings that are known, read from a file and written back to it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::commands::base::Refusal;
use crate::commands::check::governing::Governing;
use crate::commands::check::paths::{absolute, from_folder};
use crate::commands::input;
use crate::commands::output::{remark, replace_file};
use crate::diagnostic::{Diagnostic, InFile};
use crate::lint::baseline::{Baseline, Form, Key};
use crate::report::findings::Judged;
use crate::source::Text;

/// A baseline and its file.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) path: PathBuf,
    text: Arc<Text>,
    baseline: Baseline,
}

impl Known {
    /// Reads a baseline; one that is to be written may be missing.
    pub(super) fn read(path: &Path, may_be_missing: bool) -> Result<Self, Refusal> {
        let name = path.display().to_string();
        let bytes = match input::read_short(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && may_be_missing => {
                let text = Arc::new(Text::new(name, ""));
                return Ok(Self { path: path.to_owned(), text, baseline: Baseline::default() });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(format!("{name}: there is no such file; `--update-baseline` writes it").into());
            }
            Err(error) => return Err(format!("{name}: {error}").into()),
        };
        let text = input::text(name, bytes).map_err(|error| error.to_string())?;
        let (baseline, found) = Baseline::read(&text);
        if found.is_empty() {
            Ok(Self { path: path.to_owned(), text, baseline })
        } else {
            Err(Refusal { complaints: Vec::new(), mistakes: vec![InFile { text, found }] })
        }
    }

    /// For each finding of a file whether it is known.
    pub(super) fn knows(&self, name: &str, found: &[Diagnostic]) -> Vec<bool> {
        self.baseline.known(&self.file(name), found)
    }

    /// A file as the baseline names it.
    fn file(&self, name: &str) -> String {
        from_folder(&absolute(Path::new(name)), &self.folder())
    }

    fn folder(&self) -> PathBuf {
        absolute(&self.path).parent().map(Path::to_owned).unwrap_or_default()
    }

    /// The files that are listed and were not judged, with whether they are gone.
    fn others(&self, judged: &[&Judged]) -> Vec<(String, bool)> {
        let judged: Vec<String> = judged.iter().map(|file| self.file(file.text.name())).collect();
        let others = self.baseline.files().filter(|file| !judged.iter().any(|known| known == file));
        others.map(|file| (file.to_owned(), !self.folder().join(file).exists())).collect()
    }

    /// What is listed in vain.
    fn stale(&self, judged: &[&Judged]) -> Vec<Diagnostic> {
        let gone = self.others(judged).into_iter().filter(|(_, gone)| *gone);
        let mut stale: Vec<Diagnostic> =
            gone.flat_map(|(file, _)| self.baseline.stale(&file, None)).collect();
        for file in judged {
            let found: Vec<Diagnostic> = file.found().cloned().collect();
            stale.extend(self.baseline.stale(&self.file(file.text.name()), Some(&found)));
        }
        stale.sort_by_key(|stale| stale.primary.span);
        stale
    }

    /// Writes what was found, and tells of it.
    fn update(&self, judged: &[&Judged]) -> Result<(), String> {
        let mut baseline = self.baseline.clone();
        for (file, _) in self.others(judged).iter().filter(|(_, gone)| *gone) {
            baseline.remove(file);
        }
        for file in judged {
            let name = self.file(file.text.name());
            let keys = |found: &[Diagnostic]| -> Vec<Key> {
                found.iter().map(|diagnostic| Key::of(&name, diagnostic)).collect()
            };
            let seen = keys(&file.findings).into_iter().chain(keys(&file.set_aside.known));
            baseline.update(&name, seen, keys(&file.set_aside.unasked).into_iter());
        }
        let form = if self.path.extension().is_some_and(|ending| ending == "json") {
            Form::Json
        } else {
            Form::Yaml
        };
        replace_file(&self.path, &baseline.write(form))
            .map_err(|error| format!("{}: {error}", self.path.display()))?;
        let findings = if baseline.len() == 1 { "finding" } else { "findings" };
        remark(format_args!("{}: {} {findings} written", self.path.display(), baseline.len()));
        Ok(())
    }
}

/// Adds what baselines list in vain, as findings in their files; or writes them anew, so that nothing is new.
pub(super) fn settle(judged: &mut Vec<Judged>, governing: &Governing, update: bool) -> Result<(), String> {
    let mut of_baselines = Vec::new();
    let mut done: Vec<&Path> = Vec::new();
    for governed in &governing.all {
        let Some(known) = governed.known.as_ref().filter(|known| !done.contains(&known.path.as_path()))
        else {
            continue;
        };
        done.push(&known.path);
        let has_it = |file: &&Judged| {
            governing.get(file.text.name()).known.as_ref().is_some_and(|other| other.path == known.path)
        };
        let files: Vec<&Judged> = judged.iter().filter(has_it).collect();
        if update {
            known.update(&files)?;
        } else {
            let stale = known.stale(&files);
            if !stale.is_empty() {
                of_baselines.push(Judged::new(Arc::clone(&known.text), stale));
            }
        }
    }
    if update {
        for file in judged.iter_mut().filter(|file| governing.get(file.text.name()).known.is_some()) {
            file.set_aside.known.append(&mut file.findings);
        }
    }
    judged.extend(of_baselines);
    Ok(())
}
