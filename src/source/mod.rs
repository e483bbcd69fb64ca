//! Source text, spans and the spanned YAML tree.
//!
//! [`Text`] holds a file, [`read`] turns it into a tree of [`Node`]s in which every node knows its bytes and
//! notes every [`Fault`], and [`locate`] leads from a part of a scalar's value back to the file.
//!
//! The build script compiles this very folder to read `rules/`, so it uses nothing of the crate
//! but itself: only `crate::source::…` paths, granit-parser, serde and postcard.
//!
//! Left out on purpose: the file system, and any idea of what a key means.

mod builder;
mod edit;
mod embed;
mod fault;
mod line;
mod locate;
mod merge;
mod path;
mod read;
mod recover;
mod removal;
mod scalar;
mod span;
mod syntax;
mod text;
mod tree;

pub use crate::source::edit::{Edit, Setting, apply_edits, is_own, remove_entry, set_entries, written_like};
pub use crate::source::embed::{embed, restore};
pub use crate::source::fault::{Fault, FaultKind, Reading};
pub use crate::source::line::{line, quoted};
pub use crate::source::locate::locate;
pub use crate::source::path::{KeyPath, Step};
pub use crate::source::read::{MAX_BYTES, MAX_DEPTH, MAX_EXPANSION, read};
pub use crate::source::removal::{removal_of_comment, removal_of_entry};
pub use crate::source::scalar::{Scalar, Style};
pub use crate::source::span::Span;
pub use crate::source::text::{Position, Text};
pub use crate::source::tree::{Entry, Mapping, Node, Tag, Value};
