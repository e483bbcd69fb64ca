//! Source text, spans and the spanned YAML tree: what people wrote, and where.
//!
//! [`read`] turns a [`Text`] into a tree of [`Node`]s in which every key and value has its [`Span`], together with
//! every [`Fault`] that it could find. Nothing here knows what a design or a rule is.

mod embed;
mod locate;
mod path;
mod read;
mod span;
mod text;
mod tree;

pub use crate::source::embed::{embed, restore};
pub use crate::source::locate::locate;
pub use crate::source::path::{KeyPath, Step};
pub use crate::source::read::{Fault, FaultKind, Reading, read};
pub use crate::source::span::Span;
pub use crate::source::text::{Position, Text};
pub use crate::source::tree::{Entry, Mapping, Node, Scalar, Style, Tag, Value};
