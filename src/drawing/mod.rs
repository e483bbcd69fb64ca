//! Draws the graph of a design: who feeds whom.
//!
//! [`Graph`] is what is drawn, [`layout`] gives boxes and lines places on a grid of character cells, [`cells`] fills the
//! grid for terminals, [`svg`] takes the same places for browsers; [`list`] says the same as plain lines, and
//! [`mermaid`] and [`dot`] leave the layout to others. Everything is pure: no terminal, no width but the given one.
//!
//! A picture never says more than the graph: lines of different sources share no cell. Where two cross, the horizontal
//! one is cut.

pub mod cells;
mod columns;
pub mod dot;
pub mod graph;
mod layers;
pub mod layout;
pub mod list;
pub mod mermaid;
mod order;
mod place;
mod route;
pub mod svg;

pub use crate::drawing::cells::{Charset, Picture};
pub use crate::drawing::graph::{Edge, Graph, Mark, Vertex};
