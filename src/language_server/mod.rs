//! The language server: what an editor asks about designs, and what it is told.
//!
//! [`Server::receive`] takes a message and gives those that answer it; nothing here reads or writes: by what a file is
//! judged is asked of [`Judges`]. Positions are in UTF-16, as the protocol counts by default. A design is read anew with
//! every change: that takes less time than a key needs to come up again.

mod completion;
mod cursor;
mod document;
mod findings;
mod hover;
mod judge;
mod names;
mod position;
mod sql;
mod tokens;

use std::collections::BTreeMap;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types as lsp;
use lsp_types::notification::Notification as _;
use lsp_types::request::Request as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::language_server::document::Document;
use crate::language_server::judge::path_of;

pub use crate::language_server::judge::{Judge, Judges};

/// The open files, and what they are judged by.
pub struct Server {
    judges: Box<dyn Judges>,
    documents: BTreeMap<String, Document>,
    advice: bool,
    /// Whether the editor tells of files that change, if it is asked to.
    watches: bool,
    state: State,
}

/// How far the conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
    ShutDown,
    /// Whether it ended as the protocol wants it.
    Ended(bool),
}

impl Server {
    /// A server without open files.
    #[must_use]
    pub fn new(judges: Box<dyn Judges>) -> Self {
        Self { judges, documents: BTreeMap::new(), advice: false, watches: false, state: State::New }
    }

    /// The messages that answer a message, in order; never panics, whatever the message holds.
    #[must_use]
    pub fn receive(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(request) => vec![Message::Response(self.request(request))],
            Message::Notification(notification) => self.notification(notification),
            Message::Response(_) => Vec::new(),
        }
    }

    /// Whether the conversation is over, and whether it ended in order.
    #[must_use]
    pub fn ended(&self) -> Option<bool> {
        if let State::Ended(in_order) = self.state { Some(in_order) } else { None }
    }

    fn request(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        match (self.state, request.method.as_str()) {
            (State::New, lsp::request::Initialize::METHOD) => {
                self.state = State::Ready;
                let is_set =
                    |option: &str| request.params.pointer(option).and_then(Value::as_bool).unwrap_or(false);
                self.advice = is_set("/initializationOptions/advice");
                self.watches = is_set("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
                Response::new_ok(id, capabilities())
            }
            (State::New, _) => Response::new_err(
                id,
                ErrorCode::ServerNotInitialized as i32,
                "send `initialize` first".to_owned(),
            ),
            (State::Ready, lsp::request::Shutdown::METHOD) => {
                self.state = State::ShutDown;
                Response::new_ok(id, Value::Null)
            }
            (State::Ready, _) => self
                .question(request)
                .unwrap_or_else(|(code, message)| Response::new_err(id, code as i32, message)),
            _ => {
                Response::new_err(id, ErrorCode::InvalidRequest as i32, "the server is shut down".to_owned())
            }
        }
    }

    /// One line for each question that is understood.
    fn question(&self, request: Request) -> Result<Response, (ErrorCode, String)> {
        use lsp::request as ask;
        let at = |place: &lsp::TextDocumentPositionParams| {
            (self.documents.get(place.text_document.uri.as_str()), place.position)
        };
        match request.method.as_str() {
            ask::HoverRequest::METHOD => answer(request, |params: lsp::HoverParams| {
                let (document, place) = at(&params.text_document_position_params);
                Ok(document.and_then(|document| hover::hover(document, place)))
            }),
            ask::Completion::METHOD => answer(request, |params: lsp::CompletionParams| {
                let (document, place) = at(&params.text_document_position);
                Ok(document.map(|document| completion::completion(document, place)))
            }),
            ask::GotoDefinition::METHOD => answer(request, |params: lsp::GotoDefinitionParams| {
                let (document, place) = at(&params.text_document_position_params);
                Ok(document.and_then(|document| names::definition(document, place)))
            }),
            ask::References::METHOD => answer(request, |params: lsp::ReferenceParams| {
                let (document, place) = at(&params.text_document_position);
                let all = params.context.include_declaration;
                Ok(document.and_then(|document| names::references(document, place, all)))
            }),
            ask::PrepareRenameRequest::METHOD => {
                answer(request, |params: lsp::TextDocumentPositionParams| {
                    let (document, place) = at(&params);
                    Ok(document.and_then(|document| names::prepare_rename(document, place)))
                })
            }
            ask::Rename::METHOD => answer(request, |params: lsp::RenameParams| {
                let (document, place) = at(&params.text_document_position);
                let document = document.ok_or("the file is not open")?;
                names::rename(document, place, &params.new_name)
            }),
            ask::CodeActionRequest::METHOD => answer(request, |params: lsp::CodeActionParams| {
                let document = self.documents.get(params.text_document.uri.as_str());
                Ok(document.map(|document| findings::actions(document, params.range)))
            }),
            ask::DocumentSymbolRequest::METHOD => answer(request, |params: lsp::DocumentSymbolParams| {
                let document = self.documents.get(params.text_document.uri.as_str());
                Ok(document.map(names::symbols))
            }),
            other => Err((ErrorCode::MethodNotFound, format!("`{other}` is not answered"))),
        }
    }

    /// What cannot be read of a notification goes unanswered, as the protocol wants it.
    fn notification(&mut self, notification: Notification) -> Vec<Message> {
        use lsp::notification as tell;
        let Notification { method, params } = notification;
        match method.as_str() {
            tell::Exit::METHOD => {
                self.state = State::Ended(self.state == State::ShutDown);
                Vec::new()
            }
            tell::Initialized::METHOD if self.watches => vec![watch()],
            tell::DidChangeWatchedFiles::METHOD | tell::DidSaveTextDocument::METHOD => self.judge_anew(),
            tell::DidOpenTextDocument::METHOD => {
                read(params).map_or_else(Vec::new, |params: lsp::DidOpenTextDocumentParams| {
                    let file = params.text_document;
                    self.open(file.uri, file.version, &file.text)
                })
            }
            tell::DidChangeTextDocument::METHOD => {
                read(params).map_or_else(Vec::new, |params: lsp::DidChangeTextDocumentParams| {
                    let lsp::VersionedTextDocumentIdentifier { uri, version } = params.text_document;
                    let Some(document) = self.documents.get(uri.as_str()) else { return Vec::new() };
                    let content = document.changed(params.content_changes);
                    self.open(uri, version, &content)
                })
            }
            tell::DidCloseTextDocument::METHOD => {
                read(params).map_or_else(Vec::new, |params: lsp::DidCloseTextDocumentParams| {
                    let uri = params.text_document.uri;
                    self.documents.remove(uri.as_str());
                    vec![publish(&lsp::PublishDiagnosticsParams {
                        uri,
                        diagnostics: Vec::new(),
                        version: None,
                    })]
                })
            }
            _ => Vec::new(),
        }
    }

    fn open(&mut self, uri: lsp::Uri, version: i32, content: &str) -> Vec<Message> {
        let (judge, wrong) = self.judges.judge_of(path_of(&uri).as_deref(), self.advice);
        // What is wrong with a config is told once, and again when it has been right.
        let is_told = self.documents.values().any(|document| document.wrong == wrong);
        let mut document = Document::new(uri, version, content, judge);
        let mut messages: Vec<Message> = wrong.iter().filter(|_| !is_told).map(|wrong| show(wrong)).collect();
        document.wrong = wrong;
        messages.push(publish(&findings::published(&document)));
        self.documents.insert(document.uri.as_str().to_owned(), document);
        messages
    }

    /// Judges all open files by what is on the disk now.
    fn judge_anew(&mut self) -> Vec<Message> {
        self.judges.forget();
        let open: Vec<(lsp::Uri, i32, String)> = self
            .documents
            .values()
            .map(|document| (document.uri.clone(), document.version, document.text.as_str().to_owned()))
            .collect();
        open.into_iter().flat_map(|(uri, version, content)| self.open(uri, version, &content)).collect()
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}

fn show(wrong: &str) -> Message {
    let params = lsp::ShowMessageParams { typ: lsp::MessageType::ERROR, message: wrong.to_owned() };
    Message::Notification(Notification::new(lsp::notification::ShowMessage::METHOD.to_owned(), params))
}

/// Asks to be told when configs, and the files that they may name, change.
fn watch() -> Message {
    let watchers = json!([{"globPattern": "**/thalweg.toml"}, {"globPattern": "**/*.{yaml,json}"}]);
    let registration = json!({
        "id": "configs",
        "method": lsp::notification::DidChangeWatchedFiles::METHOD,
        "registerOptions": {"watchers": watchers},
    });
    let method = lsp::request::RegisterCapability::METHOD.to_owned();
    let params = json!({"registrations": [registration]});
    Message::Request(Request::new("configs".to_owned().into(), method, params))
}

fn publish(params: &lsp::PublishDiagnosticsParams) -> Message {
    Message::Notification(Notification::new(lsp::notification::PublishDiagnostics::METHOD.to_owned(), params))
}

fn answer<P: DeserializeOwned, R: Serialize>(
    request: Request,
    found: impl FnOnce(P) -> Result<R, String>,
) -> Result<Response, (ErrorCode, String)> {
    let params = serde_json::from_value(request.params)
        .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
    let found = found(params).map_err(|message| (ErrorCode::RequestFailed, message))?;
    Ok(Response::new_ok(request.id, found))
}

fn capabilities() -> Value {
    json!({
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": {"openClose": true, "change": 2, "save": true},
            "hoverProvider": true,
            "completionProvider": {"triggerCharacters": [" ", ">", "[", "{", ":"]},
            "definitionProvider": true,
            "referencesProvider": true,
            "renameProvider": {"prepareProvider": true},
            "codeActionProvider": {"codeActionKinds": ["quickfix"]},
            "documentSymbolProvider": true,
        },
        "serverInfo": {"name": "thalweg", "version": env!("CARGO_PKG_VERSION")},
    })
}
