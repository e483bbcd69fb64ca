//! What a run asks of a function that is a program, and what it keeps of the answers.
//!
//! The run knows no processes: whoever starts it hands in a [`Program`] for each such function. Calls come one after the
//! other, in the order of virtual time.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::runtime::events::Surroundings;
use crate::runtime::outcome::ProgramOutcome;
use crate::runtime::random::Random;
use crate::runtime::services::answer::Answer;
use crate::units::Duration;

/// So many different troubles of a program are told.
const MOST_TROUBLES: usize = 5;

/// So many lines of what it wrote are told.
const MOST_LINES: usize = 12;

/// So long is what is told of a trouble, and a line.
const MOST_LETTERS: usize = 300;

/// A program that runs as a function.
pub trait Program: fmt::Debug + Send {
    /// Hands it a call and waits for the answer.
    ///
    /// # Errors
    /// If it did not answer, or said that the call failed.
    fn invoke(&mut self, invocation: &Invocation) -> Result<Vec<u8>, Trouble>;

    /// The run is over: ends the program, and gives what it wrote.
    fn end(&mut self) -> Words;
}

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The id of the call, which differs from that of every other.
    pub request_id: String,
    /// What `_X_AMZN_TRACE_ID` says.
    pub trace_id: String,
    /// The function's ARN.
    pub function_arn: String,
    /// The event as JSON.
    pub event: Vec<u8>,
    /// How long the function may take.
    pub timeout: Duration,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The function itself said so.
    #[error("failed with {kind}: {message}")]
    Raised {
        /// The type of the error.
        kind: String,
        /// Its message.
        message: String,
    },
    /// The function did not answer within its timeout.
    #[error("did not answer in time")]
    TimedOut,
    /// The process could not be started, or ended.
    #[error("{0}")]
    Died(String),
    /// It went on without an answer to the call.
    #[error("{0}")]
    Unanswered(String),
    /// Its answer has more bytes than an answer may have.
    #[error("answered with more than {0} bytes")]
    TooLarge(usize),
    /// Its answer is not what the caller understands.
    #[error("{0}")]
    Nonsense(String),
    /// It failed so often that it is not started any more.
    #[error("was not started again, after it failed too often")]
    GivenUp,
}

/// What a program wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// To its standard output.
    pub output: Vec<u8>,
    /// To its standard error.
    pub error: Vec<u8>,
}

/// A function that is a program, in a run.
#[derive(Debug)]
pub(super) struct Running {
    program: Box<dyn Program>,
    /// The id of the function's node.
    pub(super) id: String,
    arn: String,
    timeout: Duration,
    random: Random,
    /// The nodes that it can send to, by their ids.
    pub(super) flows: BTreeMap<String, usize>,
    calls: u64,
    failed: u64,
    troubles: Vec<(String, u64)>,
    /// Whether an answer has said what goes on.
    has_sent: bool,
}

impl Running {
    pub(super) fn new(program: Box<dyn Program>, id: &str, timeout: Duration, seed: u64) -> Self {
        Self {
            program,
            id: id.to_owned(),
            arn: Surroundings::arn("lambda", &format!("function:{id}")),
            timeout,
            random: Random::new(seed),
            flows: BTreeMap::new(),
            calls: 0,
            failed: 0,
            troubles: Vec::new(),
            has_sent: false,
        }
    }

    /// Calls it, and gives what its answer means to the caller. An answer that means nothing to it is a failure.
    pub(super) fn ask<T>(
        &mut self,
        event: &Value,
        meaning: impl FnOnce(Value, &Self) -> Result<T, String>,
    ) -> Result<T, Trouble> {
        let invocation = Invocation {
            request_id: self.random.uuid(),
            trace_id: self.trace_id(),
            function_arn: self.arn.clone(),
            event: serde_json::to_vec(event).expect("values can be written"),
            timeout: self.timeout,
        };
        self.calls += 1;
        let answer = self.program.invoke(&invocation).and_then(|answer| value(&answer));
        let meant = answer.and_then(|answer| meaning(answer, self).map_err(Trouble::Nonsense));
        if let Err(trouble) = &meant {
            self.failed += 1;
            self.note(trouble);
        }
        meant
    }

    fn trace_id(&mut self) -> String {
        let id = self.random.uuid().replace('-', "");
        let parent = self.random.uuid().replace('-', "");
        format!("Root=1-{}-{};Parent={};Sampled=0", &id[..8], &id[8..], &parent[..16])
    }

    fn note(&mut self, trouble: &Trouble) {
        let told = shortened(&trouble.to_string());
        if let Some((_, count)) = self.troubles.iter_mut().find(|(known, _)| *known == told) {
            *count += 1;
        } else if self.troubles.len() < MOST_TROUBLES {
            self.troubles.push((told, 1));
        }
    }

    /// Notes whether an answer said what goes on.
    pub(super) fn sends(&mut self, answer: &Answer) {
        self.has_sent |= answer.has_sends();
    }

    /// The run is over: what became of its calls, and what it wrote.
    pub(super) fn finish(&mut self) -> (ProgramOutcome, Words) {
        let words = self.program.end();
        let lines = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            text.lines().take(MOST_LINES).map(shortened).collect::<Vec<String>>()
        };
        let outcome = ProgramOutcome {
            calls: self.calls,
            failed: self.failed,
            troubles: self.troubles.clone(),
            wrote: if self.failed > 0 { lines(&words.error) } else { Vec::new() },
            is_silent: !self.has_sent && !self.flows.is_empty() && self.failed < self.calls,
        };
        (outcome, words)
    }
}

/// An answer as JSON; nothing at all is null, as Lambda takes it.
fn value(answer: &[u8]) -> Result<Value, Trouble> {
    if answer.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(answer)
        .map_err(|error| Trouble::Nonsense(format!("answered with what is no JSON: {error}")))
}

fn shortened(line: &str) -> String {
    line.chars().filter(|letter| !letter.is_control()).take(MOST_LETTERS).collect()
}
