//! What learners are asked, and the proof that the answers are right.
//!
//! ```text
//! text ─source::read→ tree ─read::scenario→ Scenario ─compose→ one design per option
//!                                                    ─prove→ Proof: does every option hold or fall as it says?
//!                                                    ─grade(answer)→ Grade: right or wrong, with the reason per option
//! ```
//!
//! A scenario asserts nothing: each option carries a design, and linter and runtime say whether it holds. What the words
//! of the task ask for stands at those words: a cue carries its requirement, its fact of the load, or is marked noise.

pub mod catalog;
pub mod compose;
pub mod explain;
pub mod export;
pub mod generate;
pub mod grade;
pub mod model;
pub mod prose;
pub mod prove;
mod read;
mod verdicts;

pub use crate::scenario::model::{
    Choice, Counter, Cue, CueKind, ExamTask, Figure, Format, Lore, Scenario, Verdict,
};
pub use crate::scenario::read::scenario;
