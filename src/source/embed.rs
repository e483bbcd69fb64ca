//! Trees as bytes, so that a program can carry documents it read when it was built.

use crate::source::tree::Node;

/// Writes a tree as compact bytes; shared nodes are written once per use.
///
/// The format is for the build that wrote it: nothing promises that another version restores it.
///
/// # Panics
/// Never: writing to memory cannot fail.
///
/// ```
/// use thalweg::source::{Text, embed, read, restore};
///
/// let root = read(&Text::new("t", "a: &x [1, ~]\nb: *x")).root.unwrap();
/// assert_eq!(restore(&embed(&root)).as_ref(), Some(root.as_ref()));
/// assert_eq!(restore(b"?"), None);
/// ```
#[must_use]
pub fn embed(node: &Node) -> Vec<u8> {
    postcard::to_stdvec(node).expect("a tree of plain data always serializes")
}

/// Reads what [`embed`] wrote, `None` for any other bytes.
///
/// Only for bytes that this program embedded: the depth is not bounded here.
#[must_use]
pub fn restore(bytes: &[u8]) -> Option<Node> {
    postcard::from_bytes(bytes).ok()
}
