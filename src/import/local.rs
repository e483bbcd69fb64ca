//! The files beside the one that is read: modules, included files, templates.
//!
//! Readers ask for them through this, so that they need no file system.

use std::path::Path;

/// Files by path.
pub trait Local {
    /// The content of a file, where there is one that is text and not too long.
    fn read(&self, path: &Path) -> Option<String>;

    /// The names of the files of a folder, in any order.
    fn list(&self, folder: &Path) -> Vec<String>;
}

/// No files.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Local for Nothing {
    fn read(&self, _: &Path) -> Option<String> {
        None
    }

    fn list(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }
}
