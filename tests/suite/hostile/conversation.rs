//! A conversation with the language server: edits and questions at any place of any text.
//!
//! A script is a list of steps of four bytes: what is done, the line, the column and a choice.

use lsp_server::{ErrorCode, Message, Notification, Request};
use serde_json::{Value, json};
use thalweg::commands::lsp;
use thalweg::language_server::Server;

/// No file lies there, so that no config is looked for.
const FILE: &str = "untitled:design";

/// So many steps are taken at the most.
const MOST_STEPS: usize = 48;

/// What is typed.
const TYPED: [&str; 16] = [
    "\n",
    " ",
    ":",
    "- ",
    "nodes:\n  ",
    "service: ",
    "a -> b",
    "{",
    "}",
    "'",
    "\"",
    "&x ",
    "*x",
    "\u{1F600}",
    "é\r\n",
    "flows: [",
];

/// Opens a text and does with it what the script says; every request must be answered, and none by an internal error.
pub(crate) fn talk(content: &str, script: &[u8]) {
    let mut talk = Talk { server: lsp::server(), asked: 0, version: 1 };
    talk.ask("initialize", json!({"capabilities": {}, "initializationOptions": {"advice": true}}));
    talk.tell("initialized", json!({}));
    let document = json!({"uri": FILE, "languageId": "yaml", "version": 1, "text": content});
    talk.tell("textDocument/didOpen", json!({"textDocument": document}));
    for step in script.chunks_exact(4).take(MOST_STEPS) {
        talk.step(step[0], (step[1], step[2]), step[3]);
    }
    talk.tell("textDocument/didClose", json!({"textDocument": {"uri": FILE}}));
    talk.ask("shutdown", Value::Null);
}

struct Talk {
    server: Server,
    asked: i32,
    version: i32,
}

impl Talk {
    fn step(&mut self, what: u8, (line, column): (u8, u8), choice: u8) {
        let document = json!({"uri": FILE});
        let place = json!({"line": line, "character": column});
        let at = json!({"textDocument": document, "position": place});
        let end = json!({"line": line.saturating_add(choice % 3), "character": column ^ choice});
        let range = json!({"start": place, "end": end});
        let typed = TYPED[usize::from(choice) % TYPED.len()];
        match what % 12 {
            0..=2 => {
                self.change(&json!({"start": place, "end": place}), typed);
            }
            3 => self.change(&range, ""),
            4 => self.change(&range, typed),
            5 => self.ask("textDocument/hover", at),
            6 => self.ask("textDocument/completion", at),
            7 => self.ask("textDocument/definition", at),
            8 => self.ask(
                "textDocument/references",
                with(at, "context", json!({"includeDeclaration": choice > 127})),
            ),
            9 => {
                self.ask("textDocument/prepareRename", at.clone());
                self.ask("textDocument/rename", with(at, "newName", json!(typed)));
            }
            10 => {
                let context = json!({"diagnostics": []});
                self.ask(
                    "textDocument/codeAction",
                    json!({"textDocument": document, "range": range, "context": context}),
                );
            }
            _ => self.ask("textDocument/documentSymbol", json!({"textDocument": document})),
        }
    }

    fn change(&mut self, range: &Value, text: &str) {
        self.version += 1;
        let document = json!({"uri": FILE, "version": self.version});
        let changes = json!([{"range": range, "text": text}]);
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    fn tell(&mut self, method: &str, params: Value) {
        let _ = self.server.receive(Message::Notification(Notification::new(method.to_owned(), params)));
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        let request = Request::new(self.asked.into(), method.to_owned(), params);
        let answers = self.server.receive(Message::Request(request));
        let [Message::Response(answer)] = answers.as_slice() else {
            panic!("{method} has no answer: {answers:?}")
        };
        let code = answer.response_result.as_ref().err().map(|error| error.code);
        assert!(
            code.is_none_or(|code| code == ErrorCode::RequestFailed as i32),
            "{method} failed: {answer:?}"
        );
    }
}

fn with(mut params: Value, key: &str, value: Value) -> Value {
    params[key] = value;
    params
}
