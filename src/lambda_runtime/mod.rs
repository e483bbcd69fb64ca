//! Functions that are programs: processes that speak the Lambda Runtime API.
//!
//! Takes the calls of a run one after the other, gives what the program answered, or what went wrong. One process does
//! all calls of a function, in the order of virtual time, so that a program that always answers alike gives the same run.
//! A process that ends, hangs or loses its place is replaced before the next call; one that fails again and again is given
//! up, so that no run waits for ever.

mod http;
mod process;
mod server;
mod wall_clock;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::lambda_runtime::process::Process;
pub use crate::lambda_runtime::process::Processes;
use crate::lambda_runtime::server::{Offer, Reply, Stage};
use crate::runtime::program::{Invocation, Program, Trouble, Words};

/// After so many failures in a row that cost a process, the program is given up.
const MOST_IN_A_ROW: u32 = 20;

/// And after so many calls that were waited for in vain.
const MOST_IN_VAIN: u32 = 20;

/// Between two looks at whether a process still runs.
const LOOK: Duration = Duration::from_millis(20);

/// So long is waited for what a process sent before it ended.
const SETTLE: Duration = Duration::from_millis(500);

/// How a program is started, and what its environment says.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The function's name.
    pub name: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where it is started; a program that is given by a path is found from here.
    pub folder: PathBuf,
    /// The memory that the function has, in MiB.
    pub memory_mib: u64,
    /// The Region that it believes to be in.
    pub region: String,
    /// The identifier of its runtime, such as `python3.13`.
    pub runtime: Option<String>,
    /// The largest answer, in bytes.
    pub most_answer: usize,
    /// The longest time on the wall clock that anything is waited for.
    pub patience: Duration,
}

/// A function that is a program.
pub struct Function {
    setup: Setup,
    processes: Processes,
    process: Option<Process>,
    /// What processes wrote, those that ended first.
    written: [Vec<u8>; 2],
    /// Failures in a row that cost a process.
    in_a_row: u32,
    in_vain: u32,
}

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Function").field("setup", &self.setup).finish_non_exhaustive()
    }
}

impl Function {
    /// A program that is not started yet. Its processes are among those that the caller can end.
    #[must_use]
    pub fn new(setup: Setup, processes: &Processes) -> Self {
        let written = [Vec::new(), Vec::new()];
        Self { setup, processes: processes.clone(), process: None, written, in_a_row: 0, in_vain: 0 }
    }

    fn call(&mut self, invocation: &Invocation) -> Result<Vec<u8>, Trouble> {
        let limit = Duration::from_micros(invocation.timeout.0).min(self.setup.patience);
        let offer = Offer {
            request_id: invocation.request_id.clone(),
            trace_id: invocation.trace_id.clone(),
            function_arn: invocation.function_arn.clone(),
            event: invocation.event.clone(),
            limit,
        };
        let reply = loop {
            self.running()?.server.offer(offer.clone());
            // A process may end once it has answered; the call that follows then gets a new one.
            if let Some(reply) = self.reply(limit)? {
                break reply;
            }
        };
        match reply {
            Reply::Answered(answer) => Ok(answer),
            Reply::Failed { kind, message } => Err(Trouble::Raised { kind, message }),
            Reply::CannotStart { kind, message } => {
                self.let_go();
                Err(Trouble::Died(format!("said that it cannot start: {kind}: {message}")))
            }
            Reply::TooLarge => Err(Trouble::TooLarge(self.setup.most_answer)),
            Reply::Skipped => {
                Err(Trouble::Unanswered("asked for the next call without answering".to_owned()))
            }
            Reply::WrongId(id) => {
                Err(Trouble::Unanswered(format!("answered `{id}`, which is not this call")))
            }
        }
    }

    /// The process, started anew where it has ended.
    fn running(&mut self) -> Result<&mut Process, Trouble> {
        if self.process.as_mut().is_some_and(|process| process.ended().is_some()) {
            self.let_go();
        }
        if self.process.is_none() {
            let started = Process::start(&self.setup, &self.processes);
            let started = started.map_err(|error| Trouble::Died(format!("cannot be started: {error}")))?;
            self.process = Some(started);
        }
        Ok(self.process.as_mut().expect("it was started"))
    }

    /// Waits for what the process does with a call: so long for its start, and so long again once it has the call. Nothing
    /// where it ended after an earlier call, without this one.
    fn reply(&mut self, limit: Duration) -> Result<Option<Reply>, Trouble> {
        let mut stage = Stage::Starting;
        let mut ends = wall_clock::now() + self.setup.patience;
        loop {
            let Some(process) = &mut self.process else {
                return Err(Trouble::Died("is not there".to_owned()));
            };
            match process.server.wait(LOOK) {
                Ok(reply) => return Ok(Some(reply)),
                Err(now) if now != stage && now == Stage::Taken => {
                    ends = wall_clock::now() + limit;
                    stage = now;
                }
                Err(now) => stage = now,
            }
            if let Some(status) = process.ended() {
                process.server.settle(SETTLE);
                if let Ok(reply) = process.server.wait(Duration::ZERO) {
                    return Ok(Some(reply));
                }
                self.let_go();
                if stage == Stage::Offered {
                    return Ok(None);
                }
                let place = if stage == Stage::Taken { "in a call" } else { "before it took a call" };
                return Err(Trouble::Died(format!("ended {place}, with {status}")));
            }
            if wall_clock::now() >= ends {
                let wrong = process.server.wrong_id();
                self.let_go();
                return Err(match wrong {
                    Some(id) => Trouble::Unanswered(format!("answered `{id}`, which is not this call")),
                    None if stage == Stage::Taken => Trouble::TimedOut,
                    None => Trouble::Died("did not ask for a call in time".to_owned()),
                });
            }
        }
    }

    /// Ends the process and keeps what it wrote.
    fn let_go(&mut self) {
        let Some(process) = self.process.take() else { return };
        for (kept, written) in self.written.iter_mut().zip(process.end()) {
            kept.extend(written);
        }
    }

    fn is_given_up(&self) -> bool {
        self.in_a_row >= MOST_IN_A_ROW || self.in_vain >= MOST_IN_VAIN
    }
}

impl Program for Function {
    fn invoke(&mut self, invocation: &Invocation) -> Result<Vec<u8>, Trouble> {
        if self.is_given_up() {
            return Err(Trouble::GivenUp);
        }
        let answer = self.call(invocation);
        match &answer {
            Err(Trouble::TimedOut | Trouble::Unanswered(_)) => {
                self.in_vain += 1;
                self.in_a_row += 1;
            }
            Err(Trouble::Died(_)) => self.in_a_row += 1,
            _ => self.in_a_row = 0,
        }
        answer
    }

    fn end(&mut self) -> Words {
        self.let_go();
        let [output, error] = std::mem::take(&mut self.written);
        Words { output, error }
    }
}
