//! Paths as configs and baselines name them: from a folder, with forward slashes, on every system.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and `..`, from the root. Links are not followed; no file is looked at.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let from_root = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in from_root.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The way to a path from a folder, both from the root.
pub(super) fn from_folder(path: &Path, folder: &Path) -> String {
    let (path, folder): (Vec<_>, Vec<_>) = (path.components().collect(), folder.components().collect());
    let shared = path.iter().zip(&folder).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - shared);
    let down = path[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{absolute, from_folder};

    #[test]
    fn a_path_is_named_from_any_folder() {
        let way =
            |path: &str, folder: &str| from_folder(&absolute(Path::new(path)), &absolute(Path::new(folder)));
        assert_eq!(way("/a/b/../c/./d.yaml", "/a"), "c/d.yaml");
        assert_eq!(way("/a/d.yaml", "/a/b/c"), "../../d.yaml");
        assert_eq!(way("d.yaml", "."), "d.yaml");
    }
}
