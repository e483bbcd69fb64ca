//! The files of `rules/` as the build script embedded them.

use crate::diagnostic::Diagnostic;
use crate::source;
use crate::source::Node;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// How a service was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// By the catalogue's id.
    Canonical,
    /// By another name in use today.
    Alias,
    /// By a name that AWS no longer uses.
    Former,
}

/// The embedded files whose path under `rules/` starts with `folder`, in the order of their paths.
pub fn files(folder: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}

/// What `read` makes of the embedded file of this name under `rules/`.
///
/// # Panics
/// Where the file has mistakes, which the tests of the base rule out.
#[must_use]
pub fn table<T>(name: &str, read: impl FnOnce(&Node) -> (T, Vec<Diagnostic>)) -> T {
    let (_, bytes) = files(name).next().expect("the build script embeds every file of rules/");
    let (table, mistakes) = read(&restore(bytes));
    assert!(mistakes.is_empty(), "rules/{name} has mistakes: {mistakes:#?}");
    table
}

/// The name of a file without folder and ending.
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name)
}

/// The tree of an embedded file.
///
/// # Panics
/// Where the bytes are not those of an embedded file.
#[must_use]
pub fn restore(bytes: &[u8]) -> Node {
    source::restore(bytes).expect("the build script wrote these bytes with the same code")
}

/// All names of services, as they are compared.
pub(super) fn names<'n>() -> impl Iterator<Item = &'n str> {
    NAMES.iter().map(|(name, _, _)| *name)
}

pub(super) fn resolve(normalised: &str) -> Option<super::ServiceName<'static>> {
    let found = NAMES.binary_search_by_key(&normalised, |(name, _, _)| name).ok()?;
    let (_, id, spelling) = NAMES[found];
    Some(super::ServiceName { id, spelling })
}

pub(super) fn as_of() -> &'static str {
    AS_OF
}
