//! The Lambda Runtime API on a port of its own: one server for one process.
//!
//! The run offers a call, the process takes it with `next` and answers it. A thread accepts connections, and each has a
//! thread; all of them share one state. They end with the process, when its connections close.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html`, read 2026-11-25.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::lambda_runtime::http::{Body, Connection, Request, failed_on_the_way};
use crate::lambda_runtime::wall_clock;

/// What every path of the API starts with.
const VERSION: &str = "/2018-06-01/runtime/";

/// A call that waits to be taken.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) request_id: String,
    pub(super) trace_id: String,
    pub(super) function_arn: String,
    pub(super) event: Vec<u8>,
    /// How long it may take from then on.
    pub(super) limit: Duration,
}

/// What a process did with a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Answered(Vec<u8>),
    /// It said that the call failed.
    Failed {
        kind: String,
        message: String,
    },
    /// It said that it cannot start.
    CannotStart {
        kind: String,
        message: String,
    },
    TooLarge,
    /// It asked for the next call without an answer to this one.
    Skipped,
    /// It answered, but a call that it was not given.
    WrongId(String),
}

/// A server that runs until it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    most_answer: usize,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the process has asked for a call.
    has_asked: bool,
    offer: Option<Offer>,
    /// The call that it works on.
    open: Option<String>,
    wrong_id: Option<String>,
    reply: Option<Reply>,
    connections: usize,
    is_closed: bool,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The process has not asked for any call yet.
    Starting,
    /// It has not taken this one yet.
    Offered,
    Taken,
}

impl Server {
    /// Listens on a free port of the loopback device.
    pub(super) fn start(most_answer: usize) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared =
            Arc::new(Shared { state: Mutex::new(State::default()), changed: Condvar::new(), most_answer });
        let accepting = Arc::clone(&shared);
        thread::Builder::new().name("runtime-api".to_owned()).spawn(move || accept(&listener, &accepting))?;
        Ok(Self { address, shared })
    }

    /// Where the process finds it, as `AWS_LAMBDA_RUNTIME_API` says it.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Offers a call.
    pub(super) fn offer(&self, offer: Offer) {
        let mut state = self.shared.lock();
        (state.offer, state.open, state.reply, state.wrong_id) = (Some(offer), None, None, None);
        self.shared.changed.notify_all();
    }

    /// What the process did with the call, if that is known within a time; else how far the call is.
    pub(super) fn wait(&self, time: Duration) -> Result<Reply, Stage> {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, time, |state| state.reply.is_none());
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.reply.take().ok_or(match (state.has_asked, &state.open) {
            (_, Some(_)) => Stage::Taken,
            (true, None) => Stage::Offered,
            (false, None) => Stage::Starting,
        })
    }

    /// A call that the process answered in the place of the one that it has.
    pub(super) fn wrong_id(&self) -> Option<String> {
        self.shared.lock().wrong_id.clone()
    }

    /// Waits until all that the process sent has been read, once it has ended.
    pub(super) fn settle(&self, time: Duration) {
        let state = self.shared.lock();
        let is_busy = |state: &mut State| state.connections > 0 && state.reply.is_none();
        drop(self.shared.changed.wait_timeout_while(state, time, is_busy));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_all();
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply(&self, reply: Reply) {
        let mut state = self.lock();
        state.open = None;
        state.reply = Some(reply);
        drop(state);
        self.changed.notify_all();
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.lock().is_closed {
            return;
        }
        let Ok(stream) = stream else { continue };
        let serving = Arc::clone(shared);
        shared.lock().connections += 1;
        let served = thread::Builder::new().name("runtime-api".to_owned()).spawn(move || {
            // A connection that breaks is one that ends.
            let _ = serve(&mut Connection::new(stream), &serving);
            serving.lock().connections -= 1;
            serving.changed.notify_all();
        });
        if served.is_err() {
            shared.lock().connections -= 1;
        }
    }
}

/// Serves a connection until the other side closes it.
fn serve(connection: &mut Connection, shared: &Shared) -> io::Result<()> {
    while let Some(request) = connection.request(shared.most_answer)? {
        let goes_on = match (request.method.as_str(), request.path.strip_prefix(VERSION)) {
            ("GET", Some("invocation/next")) => next(connection, shared)?,
            ("POST", Some("init/error")) => {
                let (kind, message) = error_of(&request);
                shared.reply(Reply::CannotStart { kind, message });
                accepted(connection)?
            }
            ("POST", Some(path)) => {
                match path.strip_prefix("invocation/").and_then(|rest| rest.split_once('/')) {
                    Some((id, "response")) => response(connection, shared, id, &request)?,
                    Some((id, "error")) => {
                        let (kind, message) = error_of(&request);
                        take(connection, shared, id, Reply::Failed { kind, message })?
                    }
                    _ => unknown(connection)?,
                }
            }
            _ => unknown(connection)?,
        };
        let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !goes_on || closes {
            break;
        }
    }
    Ok(())
}

/// Gives the next call, once there is one.
fn next(connection: &mut Connection, shared: &Shared) -> io::Result<bool> {
    let mut state = shared.lock();
    state.has_asked = true;
    if state.open.take().is_some() {
        state.reply = Some(state.wrong_id.take().map_or(Reply::Skipped, Reply::WrongId));
    }
    shared.changed.notify_all();
    let offer = loop {
        let waited = shared.changed.wait_while(state, |state| state.offer.is_none() && !state.is_closed);
        state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_closed || connection.is_gone() {
            return Ok(false);
        }
        if let Some(offer) = state.offer.take() {
            state.open = Some(offer.request_id.clone());
            break offer;
        }
    };
    drop(state);
    shared.changed.notify_all();
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", offer.request_id),
        ("Lambda-Runtime-Deadline-Ms", wall_clock::deadline_ms(offer.limit).to_string()),
        ("Lambda-Runtime-Invoked-Function-Arn", offer.function_arn),
        ("Lambda-Runtime-Trace-Id", offer.trace_id),
    ];
    connection.answer("200 OK", &headers, &offer.event)?;
    Ok(true)
}

fn response(connection: &mut Connection, shared: &Shared, id: &str, request: &Request) -> io::Result<bool> {
    let reply = match (&request.body, failed_on_the_way(request)) {
        (Body::TooLarge, _) => {
            shared.reply(Reply::TooLarge);
            let body = br#"{"errorType":"RequestEntityTooLarge","errorMessage":"the answer is too large"}"#;
            connection.answer("413 Payload Too Large", &[("Connection", "close".to_owned())], body)?;
            return Ok(false);
        }
        (Body::Whole(_), Some(kind)) => {
            Reply::Failed { kind: kind.to_owned(), message: "the answer broke off".to_owned() }
        }
        (Body::Whole(body), None) => Reply::Answered(body.clone()),
    };
    take(connection, shared, id, reply)
}

/// Takes an answer to the call that is open. Any other call is refused.
fn take(connection: &mut Connection, shared: &Shared, id: &str, reply: Reply) -> io::Result<bool> {
    let mut state = shared.lock();
    if state.open.as_deref() == Some(id) {
        drop(state);
        shared.reply(reply);
        return accepted(connection);
    }
    state.wrong_id = Some(id.chars().take(80).collect());
    drop(state);
    let body = br#"{"errorType":"InvalidRequestID","errorMessage":"no call with this id is open"}"#;
    connection.answer("400 Bad Request", &[], body)?;
    Ok(true)
}

fn accepted(connection: &mut Connection) -> io::Result<bool> {
    connection.answer("202 Accepted", &[], br#"{"status":"OK"}"#)?;
    Ok(true)
}

fn unknown(connection: &mut Connection) -> io::Result<bool> {
    let body =
        br#"{"errorType":"ResourceNotFound","errorMessage":"the Lambda Runtime API has no such path"}"#;
    connection.answer("404 Not Found", &[], body)?;
    Ok(true)
}

/// The kind and the message of an error, from its body or else its header.
fn error_of(request: &Request) -> (String, String) {
    let body = match &request.body {
        Body::Whole(body) => serde_json::from_slice(body).unwrap_or(serde_json::Value::Null),
        Body::TooLarge => serde_json::Value::Null,
    };
    let said = |name: &str| body[name].as_str().map(str::to_owned);
    let of_header = || request.header("lambda-runtime-function-error-type").map(str::to_owned);
    let kind = said("errorType").or_else(of_header).unwrap_or_else(|| "an error".to_owned());
    (kind, said("errorMessage").unwrap_or_default())
}
