//! Study: what a learner is asked and when, what became of it, and what is shown of it.
//!
//! ```text
//! answers ─progress→ what is known, what is due ─schedule→ the next scenario
//! (State, Event) ─update→ (State, [Effect])      the app, pure: no clock, no file, no terminal
//! State ─view→ Page ─lines→ lines of text        what terminals draw and what plain text prints
//! ```
//!
//! Whoever drives the app ([`commands`](crate::commands)) carries out the effects and tells what came of them as events.

pub mod entries;
pub mod frame;
pub mod keys;
pub mod library;
pub mod lines;
pub mod page;
pub mod plain;
pub mod progress;
pub mod question;
pub mod recording;
pub mod repetition;
pub mod review;
pub mod schedule;
pub mod score;
pub mod shuffle;
pub mod sitting;
pub mod state;
mod update;
pub mod view;
pub mod work;

pub use crate::study::update::{TICK_MS, update};
