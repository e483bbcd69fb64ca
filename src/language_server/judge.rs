//! What open files are judged by, as the server asks for it. Finding and reading it is left to the commands, since nothing
//! here reads files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::Uri;

use crate::design::Lowered;
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::lint::Rules;
use crate::source::Text;

/// What a file is judged by.
pub trait Judge {
    /// The services.
    fn knowledge(&self) -> &Knowledge;
    /// The rules.
    fn rules(&self) -> &Rules;
    /// What is to be shown of a file, in the order of the file.
    fn findings(&self, text: &Arc<Text>, lowered: &Lowered) -> Vec<Diagnostic>;
}

/// Knows by what each file is judged.
pub trait Judges {
    /// By what a file is judged now, and what is wrong with that where something is; called whenever the file is judged.
    /// A file that is not on the disk has no path.
    fn judge_of(&mut self, file: Option<&Path>, advice: bool) -> (Arc<dyn Judge>, Option<String>);
    /// Lets go of what was read before: files have changed.
    fn forget(&mut self);
}

/// The path of a file on this machine.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().is_some_and(|scheme| scheme.as_str().eq_ignore_ascii_case("file"));
    let is_here = uri.authority().is_none_or(|authority| matches!(authority.as_str(), "" | "localhost"));
    if !is_file || !is_here {
        return None;
    }
    let path = uri.path().as_estr().decode().into_string().ok()?;
    // A drive of Windows stands behind a slash: `/c:/designs`.
    let has_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if has_drive { &path[1..] } else { &path }))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::path_of;

    #[test]
    fn files_of_this_machine_have_paths() {
        for (uri, path) in [
            ("file:///a/d.yaml", Some("/a/d.yaml")),
            ("file:///a%20b/%C3%A9.yaml", Some("/a b/é.yaml")),
            ("file://localhost/d.yaml", Some("/d.yaml")),
            ("file:///c%3A/d.yaml", Some("c:/d.yaml")),
            ("file://other/d.yaml", None),
            ("file:///%FF", None),
            ("untitled:Untitled-1", None),
        ] {
            assert_eq!(path_of(&uri.parse().unwrap()), path.map(PathBuf::from), "{uri}");
        }
    }
}
