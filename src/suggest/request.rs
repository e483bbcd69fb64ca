//! What is asked for: ends, what flows between them, and what the design must keep.

mod file;
mod pair;

use crate::knowledge::Knowledge;
use crate::knowledge::practice::Practice;
pub use crate::suggest::request::file::of_design;
pub use crate::suggest::request::pair::{Pair, of_pair};
use crate::units::Date;

/// Stands in the text of a requirement for the node that keeps the records: the first stream on the way.
const KEPT_AT: &str = "{kept}";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// What suggested designs are called; each gets a number behind it.
    pub name: String,
    /// What the designs are for, where somebody said it.
    pub about: Option<String>,
    /// The day that the designs name, where one was given.
    pub as_of: Option<Date>,
    /// The day as of which everything is judged.
    pub day: Date,
    /// The nodes that every design has: sources, sinks, and what is to lie between them.
    pub nodes: Vec<Given>,
    /// Indices of the nodes that send.
    pub sources: Vec<usize>,
    /// Indices of the nodes that records must reach.
    pub sinks: Vec<usize>,
    /// Indices of the nodes that records must pass on their way.
    pub between: Vec<usize>,
    /// What must be kept, each on one line as `require` lists it.
    pub(super) requirements: Vec<String>,
    /// For how long records must be kept to be read again, with the index of the node where one was named.
    pub(super) replay: Option<(Option<usize>, String)>,
    /// The size of a record, where all sources say the same.
    pub(super) record_size: Option<String>,
    /// Whether the first source only feeds the end that was asked for.
    pub(super) fed: bool,
}

/// A node that was asked for.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its id.
    pub id: String,
    /// The id of its service.
    pub service: String,
    /// What it does there.
    pub because: String,
    /// Its settings, each value on one line; where somebody else wrote them they are kept as they are.
    pub settings: Vec<(String, String)>,
    /// Whether good practice may add settings.
    pub open: bool,
}

/// Why nothing can be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A name that no service has.
    #[error("no service is called `{name}`{}", near.as_ref().map_or_else(
        || "; `thalweg explain` lists what there is".to_owned(), |near| format!("; did you mean `{near}`?")))]
    UnknownService {
        /// The name.
        name: String,
        /// The nearest name that one has.
        near: Option<String>,
    },
    /// The same service at both ends.
    #[error("a design leads from one service to another; both ends are `{0}`")]
    SameEnds(String),
    /// Words after `--require` that mean nothing.
    #[error("`--require {written}`: {reason}")]
    Requirement {
        /// What was written.
        written: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// A file in which flows are there already.
    #[error("`{0}` is in a flow already; give only nodes, traffic and `require`, and the flows are found")]
    HasFlows(String),
    /// A file in which nothing sends.
    #[error("nothing sends: add a node of `service: producer` with its `traffic`")]
    NoSource,
    /// A file in which nothing receives.
    #[error("nothing receives: add a node for each place that records must reach, such as `service: s3`")]
    NoSink,
}

impl Request {
    /// What must be kept, each on one line, where records are kept at the node `kept`.
    pub(super) fn requirements(&self, kept: &str) -> impl Iterator<Item = String> {
        self.requirements.iter().map(move |text| text.replace(KEPT_AT, kept))
    }

    /// The same for people.
    pub fn requirement_lines(&self) -> impl Iterator<Item = String> {
        self.requirements("the stream")
    }
}

/// A node of a service, set up by good practice; named by the word, or by practice where there is none.
fn given(service: &str, word: &str, knowledge: &Knowledge) -> Given {
    let practice = Practice::embedded().services.get(service);
    let word = if word.is_empty() { practice.map_or(service, |practice| &practice.word) } else { word };
    let about = || knowledge.card(service).map_or("", |card| card.about.as_str());
    let because = practice.map_or_else(|| about().to_owned(), |practice| practice.because.clone());
    Given { id: word.to_owned(), service: service.to_owned(), because, settings: Vec::new(), open: true }
}
