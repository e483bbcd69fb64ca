//! Trees as bytes: what the build script embeds and the binary restores.

use crate::source::Node;

/// The tree as bytes. An alias becomes a copy of what it stands for.
///
/// # Panics
/// Never: a tree holds nothing that cannot be written.
///
/// ```
/// use thalweg::source::{Text, embed, read, restore};
/// let root = read(&Text::new("d.yaml", "a: [x, y]")).root.unwrap();
/// assert_eq!(restore(&embed(&root)).unwrap(), *root);
/// ```
#[must_use]
pub fn embed(node: &Node) -> Vec<u8> {
    postcard::to_stdvec(node).expect("a tree can be written to memory")
}

/// The tree that [`embed`] turned into these bytes, or nothing for other bytes.
#[must_use]
pub fn restore(bytes: &[u8]) -> Option<Node> {
    postcard::from_bytes(bytes).ok()
}
