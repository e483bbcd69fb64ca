//! Study: what a learner is asked and when, what became of it, and what is shown of it.
//!
//! ```text
//! answers ─progress→ what is known, what is due ─schedule→ the next scenario
//! (State, Event) ─update→ (State, [Effect])      the app, pure: no clock, no file, no terminal
//! State ─view→ Page ─lines→ lines of text        what terminals draw and what plain text prints
//! ```
//!
//! Whoever drives the app ([`commands`](crate::commands)) carries out the effects and tells what came of them as events.

pub mod keys;
pub mod lines;
pub mod page;
pub mod progress;
pub mod repetition;
pub mod review;
pub mod score;
pub mod shuffle;
