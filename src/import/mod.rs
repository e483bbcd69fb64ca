//! Infrastructure code, read as a design: the same graph, the same findings, at the lines of the original files.
//!
//! ```text
//! files ─reader→ Files + Model (resources as value trees) ─tables→ Graph (nodes, flows) ─build→ Lowered ─lint→ [Diagnostic] ─Files::apart→ per file
//! ```
//!
//! # How a reader plugs in
//!
//! 1. Put every text that is read into a [`Files`]: it gives the offset to add to the spans of that text, so that all
//!    files of a stack or module live in one space of bytes and a finding can be handed back to its own file.
//! 2. Lower the syntax of the language to [`Resource`]s: logical id, type, and the properties as a [`Value`] tree in
//!    which references are resolved as far as they can be. What cannot be said is [`What::Unknown`], never left out
//!    and never guessed; where a condition is open both branches are kept as [`What::Either`].
//! 3. Make a [`Graph`] of them: a node for each resource that a catalogue service stands for, with the id of the
//!    service, its settings and its places; a [`Flow`] for each edge with its kind, the resource that carries it and
//!    how sure it is. A setting that names a node ([`Given::Node`]) is a flow by itself.
//! 4. [`build::lowered`] makes a `Lowered` design of the graph, which the linter judges as any other. Fixes are dropped
//!    there: nothing ever edits a file that is not a design.
//!
//! [`Graph`]: graph::Graph
//! [`Flow`]: graph::Flow
//! [`Given::Node`]: graph::Given
//! [`Files`]: files::Files
//! [`Resource`]: value::Resource
//! [`Value`]: value::Value
//! [`What::Unknown`]: value::What
//! [`What::Either`]: value::What

pub mod build;
pub mod files;
pub mod graph;
pub mod value;
