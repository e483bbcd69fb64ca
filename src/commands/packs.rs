//! Reads the folders of packs: plain files within bounds, in the order of their paths.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use crate::knowledge::pack::{MANIFEST, PackFile};
use crate::source::Text;

/// The most files that a pack may have.
const MOST_FILES: usize = 2_000;
/// The most bytes that a file of a pack may have.
const MOST_BYTES: u64 = 1 << 20;
/// How deep the folders of a pack may lie in each other.
const DEEPEST: usize = 8;

/// The YAML files of a pack; hidden ones and those of other kinds are left alone. Everything that is wrong with the
/// folder is told at once.
pub(super) fn files(folder: &Path) -> Result<Vec<PackFile>, Vec<String>> {
    let mut walk =
        Walk { root: folder, files: Vec::new(), complaints: Vec::new(), left: MOST_FILES, full: false };
    walk.folder(folder, 0);
    let Walk { mut files, mut complaints, .. } = walk;
    if complaints.is_empty() && !files.iter().any(|file| file.path == MANIFEST) {
        complaints.push(format!("{}: a pack has a `{MANIFEST}` with `name` and `version`", folder.display()));
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    if complaints.is_empty() { Ok(files) } else { Err(complaints) }
}

struct Walk<'a> {
    root: &'a Path,
    files: Vec<PackFile>,
    complaints: Vec<String>,
    /// How many more files may come.
    left: usize,
    /// Whether more came; it has been told.
    full: bool,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) {
        if depth > DEEPEST {
            return self.complain(folder, &format!("lies more than {DEEPEST} folders deep in a pack"));
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.complain(folder, &error.to_string()),
        };
        let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let ending = path.extension().and_then(|ending| ending.to_str());
            match ending {
                _ if hidden => {}
                _ if path.is_dir() => self.folder(&path, depth + 1),
                Some("yaml") if self.left == 0 => {
                    if !self.full {
                        self.complain(self.root, &format!("a pack has at most {MOST_FILES} files"));
                    }
                    self.full = true;
                }
                Some("yaml") => self.file(&path),
                Some("yml") => self.complain(&path, "the files of a pack end in `.yaml`"),
                _ => {}
            }
        }
    }

    fn file(&mut self, path: &Path) {
        self.left -= 1;
        let mut bytes = Vec::new();
        // Never more is read than may be there, whatever the file says of its size.
        let read = fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Err(error) => self.complain(path, &error.to_string()),
            Ok(count) if count as u64 > MOST_BYTES => {
                self.complain(path, &format!("a file of a pack has at most {MOST_BYTES} bytes"));
            }
            Ok(_) => match String::from_utf8(bytes) {
                Ok(content) => {
                    let within = path.strip_prefix(self.root).unwrap_or(path);
                    let text = Arc::new(Text::new(path.display().to_string(), content));
                    self.files.push(PackFile { path: within.to_string_lossy().replace('\\', "/"), text });
                }
                Err(_) => self.complain(path, "this is not UTF-8 text"),
            },
        }
    }

    fn complain(&mut self, path: &Path, what: &str) {
        self.complaints.push(format!("{}: {what}", path.display()));
    }
}
