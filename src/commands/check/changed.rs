//! Which designs have changed since a revision of git: their own files, their records, or what they are judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::commands::base::Refusal;
use crate::commands::check::governing::{Asked, Governing};
use crate::commands::check::inputs::Source;
use crate::commands::output::remark;
use crate::commands::revision;
use crate::import::terraform;

/// The sources that have changed; what comes from standard input always has. Says how many have not.
pub(super) fn since(revision: &str, sources: Vec<Source>, asked: Asked<'_>) -> Result<Vec<Source>, Refusal> {
    let texts: Vec<_> = sources.iter().map(|source| Arc::clone(&source.text)).collect();
    let governing = Governing::of(&texts, asked)?;
    let mut repositories = Repositories { revision, changed: BTreeMap::new() };
    let all = sources.len();
    let mut left = Vec::new();
    for source in sources {
        if repositories.has_changed(&source, &governing)? {
            left.push(source);
        }
    }
    let same = all - left.len();
    let noun = if same == 1 { "file has" } else { "files have" };
    if same > 0 {
        remark(format_args!("{same} {noun} not changed since {revision} and were not judged"));
    }
    Ok(left)
}

/// What has changed in the repository of each folder.
struct Repositories<'a> {
    revision: &'a str,
    changed: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Repositories<'_> {
    fn has_changed(&mut self, source: &Source, governing: &Governing) -> Result<bool, String> {
        let Some(path) = &source.path else { return Ok(true) };
        let governed = governing.get(source.text.name());
        let folder = resolved(path).parent().map(Path::to_owned).unwrap_or_default();
        let read = governing.given.lowered(&source.text, &governed.base.knowledge);
        let nodes = read.lowered.design.iter().flat_map(|design| &design.nodes);
        let records =
            nodes.filter_map(|node| node.settings.text("traffic.records")).map(|file| folder.join(file));
        let places = governed.places();
        let changed = self.of(&folder)?;
        let brought_in: Vec<PathBuf> = read.files().map(|file| resolved(Path::new(file))).collect();
        let mut beside: Vec<PathBuf> = records.chain(places).map(|place| resolved(&place)).collect();
        if brought_in.iter().any(|file| is_of_terraform(file)) {
            // A file that is gone was a part of the configuration too.
            let folders: BTreeSet<&Path> = brought_in.iter().filter_map(|file| file.parent()).collect();
            let gone =
                changed.iter().filter(|file| file.parent().is_some_and(|folder| folders.contains(folder)));
            beside.extend(gone.filter(|file| is_of_terraform(file)).cloned());
        }
        beside.extend(brought_in);
        let is_new = |place: &PathBuf| changed.iter().any(|file| file.starts_with(place));
        Ok(is_new(&resolved(path)) || beside.iter().any(is_new))
    }

    fn of(&mut self, folder: &Path) -> Result<&BTreeSet<PathBuf>, String> {
        if !self.changed.contains_key(folder) {
            let changed = revision::changed_since(self.revision, folder)?;
            self.changed.insert(folder.to_owned(), changed);
        }
        Ok(&self.changed[folder])
    }
}

fn is_of_terraform(file: &Path) -> bool {
    file.file_name().and_then(|name| name.to_str()).is_some_and(terraform::is_part)
}

/// The path with all links followed, as git tells it; that of a file that is gone, from its folder.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
        folder.zip(path.file_name()).map_or_else(|| path.to_owned(), |(folder, name)| folder.join(name))
    })
}
