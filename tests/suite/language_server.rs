//! The language server as an editor meets it: raw messages in, raw messages out.

#![allow(clippy::needless_pass_by_value, reason = "messages are written in place, as `json!` gives them")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use lsp_server::Message;
use proptest::prelude::*;
use serde_json::{Value, json};
use thalweg::commands::lsp::server;
use thalweg::language_server::Server;

const URI: &str = "file:///d.thalweg.yaml";
/// The place of the cursor in the texts below.
const CURSOR: char = '¦';

const DESIGN: &str = "# 🚰 é\r
nodes:\r
  web: {service: producer, traffic: {rate: 5000/s}}\r
  in: {service: kds, shards: 2}  # 🚰 two\r
  count:\r
    service: managed-flink\r
    sql: SELECT k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE `in`, DESCRIPTOR(at), INTERVAL '1' HOUR)) GROUP BY k\r
  lake: {service: firehose, transform: clean}\r
  clean: {service: lambda}\r
  files: {service: s3}\r
flows:\r
  - web -> in -> count\r
  - {from: in, to: lake}\r
  - 🚰 -> in\r
  - lake -> files\r
  - in -> files\r
require:\r
  - latency: {from: in, to: files, p99: 10m}\r
allow:\r
  - {rule: kds-cannot-write-s3, at: in -> files, because: to be mended}\r
";

struct Editor {
    server: Server,
    next: i64,
}

impl Editor {
    fn new() -> Self {
        let mut editor = Self { server: server(), next: 0 };
        editor.ask("initialize", json!({"capabilities": {}}));
        editor.tell("initialized", json!({}));
        editor
    }

    /// An editor with a text open, and the place of the cursor in it.
    fn with(text: &str) -> (Self, Value, Vec<Value>) {
        let at = text.find(CURSOR);
        let mut editor = Self::new();
        let plain = text.replace(CURSOR, "");
        let told = editor.open(&plain);
        (editor, place(&plain, at.unwrap_or(0)), told)
    }

    fn open(&mut self, text: &str) -> Vec<Value> {
        let file = json!({"uri": URI, "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": file}))
    }

    fn send(&mut self, message: Value) -> Vec<Value> {
        let message: Message = serde_json::from_value(message).unwrap();
        self.server.receive(message).into_iter().map(|answer| serde_json::to_value(answer).unwrap()).collect()
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let answers = self.send(json!({"id": self.next, "method": method, "params": params}));
        assert_eq!((answers.len(), &answers[0]["id"]), (1, &json!(self.next)), "{method}");
        answers[0].clone()
    }

    fn tell(&mut self, method: &str, params: Value) -> Vec<Value> {
        self.send(json!({"method": method, "params": params}))
    }

    fn at(&mut self, method: &str, position: &Value, more: Value) -> Value {
        let mut params = json!({"textDocument": {"uri": URI}, "position": position});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask(method, params)
    }
}

fn place(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    json!({"line": line, "character": column})
}

/// The byte of a place; the tests' own reading of the protocol.
fn byte(text: &str, position: &Value) -> usize {
    let start: usize =
        text.split_inclusive('\n').take(position["line"].as_u64().unwrap() as usize).map(str::len).sum();
    let mut units = 0;
    let wanted = position["character"].as_u64().unwrap() as usize;
    let within = text[start..].char_indices().find(|(_, c)| {
        let found = units == wanted;
        units += c.len_utf16();
        found
    });
    start + within.map_or(text.len() - start, |(at, _)| at)
}

fn slice<'t>(text: &'t str, range: &Value) -> &'t str {
    &text[byte(text, &range["start"])..byte(text, &range["end"])]
}

fn edited(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, String)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let new = edit["newText"].as_str().unwrap().to_owned();
            (byte(text, &edit["range"]["start"]), byte(text, &edit["range"]["end"]), new)
        })
        .collect();
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, &new);
    }
    text
}

/// `DESIGN` with the cursor in front of the n-th place at which `word` stands.
fn before(word: &str, nth: usize) -> String {
    let (at, _) = DESIGN.match_indices(word).nth(nth).unwrap();
    format!("{}{CURSOR}{}", &DESIGN[..at], &DESIGN[at..])
}

#[test]
fn findings_are_told_at_their_place_as_one_types() {
    let (mut editor, _, told) = Editor::with(DESIGN);
    let found = &told[0]["params"]["diagnostics"];
    assert_eq!(told[0]["method"], "textDocument/publishDiagnostics");
    let of = |found: &Value, rule: &str| {
        found.as_array().unwrap().iter().find(|found| found["code"] == rule).cloned()
    };
    let name = of(found, "unknown-node").expect("there is no such node");
    assert_eq!(slice(DESIGN, &name["range"]), "🚰");
    let capacity = of(found, "shard-write-capacity").expect("two shards are too few");
    assert_eq!((slice(DESIGN, &capacity["range"]), &capacity["source"]), ("2", &json!("thalweg")));
    assert!(of(found, "kds-cannot-write-s3").is_none(), "it is allowed");
    let at = DESIGN.find("2}").unwrap();
    let (start, end) = (place(DESIGN, at), place(DESIGN, at + 1));
    let change = json!({"range": {"start": start, "end": end}, "text": "20"});
    let document = json!({"uri": URI, "version": 2});
    let told =
        editor.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    assert!(of(&told[0]["params"]["diagnostics"], "shard-write-capacity").is_none(), "{told:?}");
    assert_eq!(told[0]["params"]["version"], 2);
    let told = editor.tell("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(told[0]["params"]["diagnostics"], json!([]));
}

#[test]
fn the_word_under_the_pointer_is_explained() {
    for (word, nth, parts) in [
        ("shards", 0, vec!["**shards**", "a whole number", "CloudFormation"]),
        ("kds", 0, vec!["Amazon Kinesis Data Streams"]),
        ("lake", 1, vec!["**lake**", "feeds", "`files`"]),
        ("latency", 0, vec!["Records arrive in time"]),
        ("p99", 0, vec!["99 of 100"]),
        ("require", 0, vec!["What the design is for"]),
        ("kds-cannot", 0, vec!["**kds-cannot-write-s3** (error)"]),
        ("> count", 0, vec!["**in -> count**", "via:", "https://"]),
        ("> files\r\nrequire", 0, vec!["does not send to Amazon S3 directly", "firehose", "https://"]),
    ] {
        let (mut editor, position, _) = Editor::with(&before(word, nth));
        let shown =
            editor.at("textDocument/hover", &position, json!({}))["result"]["contents"]["value"].to_string();
        for part in parts {
            assert!(shown.contains(part), "{word}: {shown}");
        }
    }
    let (mut editor, position, _) = Editor::with(&before("# 🚰 é", 0));
    assert_eq!(editor.at("textDocument/hover", &position, json!({}))["result"], Value::Null);
}

#[test]
fn names_lead_to_their_node_and_back() {
    let places = [
        "in: {",
        "in`",
        "in -> count",
        "in, to: lake",
        "in -> files\r\nrequire",
        "in, to: files",
        "in -> files, because",
    ];
    for word in places {
        let (mut editor, position, _) = Editor::with(&before(word, 0));
        let found = editor.at("textDocument/definition", &position, json!({}));
        let range = &found["result"]["range"];
        assert_eq!((slice(DESIGN, range), &range["start"]["line"]), ("in", &json!(3)), "{word}");
        let context = json!({"context": {"includeDeclaration": true}});
        let found = editor.at("textDocument/references", &position, context);
        let found = found["result"].as_array().unwrap();
        assert!(found.len() >= places.len(), "{word}: {found:?}");
        assert!(found.iter().all(|found| slice(DESIGN, &found["range"]) == "in"), "{word}");
    }
}

#[test]
fn a_node_is_renamed_everywhere_and_nothing_else_changes() {
    let (mut editor, position, _) = Editor::with(&before("in -> count", 0));
    let prepared = editor.at("textDocument/prepareRename", &position, json!({}));
    assert_eq!(prepared["result"]["placeholder"], "in");
    let found = editor.at("textDocument/rename", &position, json!({"newName": "in-take"}));
    let renamed = edited(DESIGN, &found["result"]["changes"][URI]);
    let mut expected = DESIGN.to_owned();
    for (from, to) in [
        ("  in: {", "  in-take: {"),
        ("`in`", "`in-take`"),
        ("-> in -> count", "-> in-take -> count"),
        ("from: in,", "from: in-take,"),
        ("- in -> files", "- in-take -> files"),
        ("at: in ->", "at: in-take ->"),
    ] {
        expected = expected.replace(from, to);
    }
    expected = expected
        .replace("🚰 -> in\r", "🚰 -> in-take\r")
        .replace("from: in, to: files", "from: in-take, to: files");
    assert_eq!(renamed, expected);
    for (name, message) in [
        ("web", "there is a node `web` already"),
        ("a -> b", "would not read as one name"),
        ("true", "would not"),
        ("", "would not"),
    ] {
        let refused = editor.at("textDocument/rename", &position, json!({"newName": name}));
        assert!(refused["error"]["message"].as_str().unwrap().contains(message), "{refused}");
    }
    let (mut editor, position, _) = Editor::with(&before("shards", 0));
    assert!(editor.at("textDocument/rename", &position, json!({"newName": "x"}))["error"].is_object());
}

#[test]
fn a_table_that_was_a_plain_word_is_quoted_where_it_must_be() {
    let design = "nodes:\n  a: {service: kds, shards: 1}\n  f:\n    service: managed-flink\n    sql: |\n      -- FROM a\n      SELECT 'FROM a' FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(t), INTERVAL '1' HOUR)) WHERE a > 1\nflows: [¦a -> f]\n";
    let (mut editor, position, _) = Editor::with(design);
    let found = editor.at("textDocument/rename", &position, json!({"newName": "a-b"}));
    let renamed = edited(&design.replace(CURSOR, ""), &found["result"]["changes"][URI]);
    assert_eq!(
        renamed,
        design
            .replace(CURSOR, "")
            .replace("  a: {", "  a-b: {")
            .replace("TABLE a,", "TABLE `a-b`,")
            .replace("[a -> f]", "[a-b -> f]")
    );
}

/// The labels that are offered at the cursor, and the text with one of them taken.
fn offered(text: &str, taken: &str) -> (Vec<String>, String) {
    let (mut editor, position, _) = Editor::with(text);
    let found = editor.at("textDocument/completion", &position, json!({}));
    let items = found["result"].as_array().unwrap();
    let labels = items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect();
    let plain = text.replace(CURSOR, "");
    let item = items
        .iter()
        .find(|item| item["label"] == taken)
        .unwrap_or_else(|| panic!("{taken} is not in {found} for {text}"));
    (labels, edited(&plain, &json!([item["textEdit"]])))
}

/// Nodes for what comes below them.
const NODES: &str = "nodes:\n  web: {service: producer}\n  in: {service: kds, shards: 1}\n  lake: {service: firehose}\n  fn: {service: lambda}\n";

/// Takes what is offered at each cursor and compares what comes of it; `taken` stands where the cursor was.
#[track_caller]
fn offers(cases: &[(&str, &str, &str)]) {
    for (text, taken, becomes) in cases {
        let (_, found) = offered(text, taken);
        assert_eq!(found, *becomes, "{text}");
    }
}

#[test]
fn what_can_be_written_of_a_node_is_offered() {
    offers(&[
        ("no¦", "nodes", "nodes: "),
        ("nodes: {}\n¦", "flows", "nodes: {}\nflows: "),
        ("nodes:\n  a:\n    ¦", "service", "nodes:\n  a:\n    service: "),
        (
            "nodes:\n  a:\n    service: ki¦\n",
            "kinesis-data-streams",
            "nodes:\n  a:\n    service: kinesis-data-streams\n",
        ),
        ("nodes:\n  a: {service: ¦", "lambda", "nodes:\n  a: {service: lambda"),
        ("nodes:\n  a: {service: kds, sha¦}\n", "shards", "nodes:\n  a: {service: kds, shards: }\n"),
        ("nodes:\n  a: {service: kds, ¦", "retention", "nodes:\n  a: {service: kds, retention: "),
        (
            "nodes:\n  a:\n    service: kds\n    mo¦\n    shards: 1\n",
            "mode",
            "nodes:\n  a:\n    service: kds\n    mode: \n    shards: 1\n",
        ),
        (
            "nodes:\n  a: {service: kds, mode: ¦}\n",
            "on-demand",
            "nodes:\n  a: {service: kds, mode: on-demand}\n",
        ),
        (
            "nodes:\n  a: {service: firehose, buffer: {¦}}\n",
            "interval",
            "nodes:\n  a: {service: firehose, buffer: {interval: }}\n",
        ),
        (
            "nodes:\n  a: {service: s3} # thalweg: allow[unu¦",
            "unused-node",
            "nodes:\n  a: {service: s3} # thalweg: allow[unused-node",
        ),
    ]);
    let (labels, _) = offered(&format!("{NODES}  x: {{service: firehose, transform: ¦}}\n"), "fn");
    assert_eq!(labels, ["fn"], "only what the setting takes");
    let (labels, _) = offered("nodes:\n  a: {service: kds, shards: 1, ¦}\n", "retention");
    assert!(!labels.contains(&"shards".to_owned()), "what is there is not offered again");
}

#[test]
fn what_can_be_written_below_the_nodes_is_offered() {
    for (text, taken, becomes) in [
        ("flows:\n  - web -> ¦\n", "in", "flows:\n  - web -> in\n"),
        ("flows:\n  - web->i¦->lake\n", "in", "flows:\n  - web->in->lake\n"),
        ("flows: [¦", "web", "flows: [web"),
        ("flows:\n  - f¦\n", "from", "flows:\n  - from: \n"),
        ("flows:\n  - l¦\n", "lake", "flows:\n  - lake\n"),
        (
            "flows:\n  - {from: in, to: fn, batch¦}\n",
            "batch_size",
            "flows:\n  - {from: in, to: fn, batch_size: }\n",
        ),
        ("require:\n  - lat¦\n", "latency", "require:\n  - latency: \n"),
        (
            "require:\n  - delivery: {to: lake, guarantee: ¦}\n",
            "no-loss",
            "require:\n  - delivery: {to: lake, guarantee: no-loss}\n",
        ),
        ("allow:\n  - rule: unu¦\n", "unused-node", "allow:\n  - rule: unused-node\n"),
    ] {
        offers(&[(&format!("{NODES}{text}"), taken, &format!("{NODES}{becomes}"))]);
    }
}

#[test]
fn fixes_are_offered_where_their_finding_is() {
    let (mut editor, position, _) = Editor::with(&before("2}", 0));
    let range = json!({"start": position, "end": position});
    let params = json!({"textDocument": {"uri": URI}, "range": range, "context": {"diagnostics": []}});
    let found = editor.ask("textDocument/codeAction", params);
    let action = found["result"]
        .as_array()
        .unwrap()
        .iter()
        .find(|action| action["title"].as_str().unwrap().contains("shards"))
        .expect("a fix");
    let fixed = edited(DESIGN, &action["edit"]["changes"][URI]);
    assert_eq!(fixed, DESIGN.replace("shards: 2", "shards: 5"));
}

#[test]
fn the_outline_lists_nodes_with_their_services() {
    let (mut editor, ..) = Editor::with(DESIGN);
    let found = editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
    let symbols: Vec<_> = found["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| format!("{} {}", symbol["name"], symbol["detail"]))
        .collect();
    assert_eq!(symbols[1], "\"in\" \"kinesis-data-streams\"");
    assert_eq!(symbols.len(), 6);
}

#[test]
fn the_conversation_keeps_its_order() {
    let mut server = server();
    let mut send = |message: Value| -> Value {
        let answers = server.receive(serde_json::from_value(message).unwrap());
        serde_json::to_value(answers).unwrap()
    };
    assert_eq!(send(json!({"id": 1, "method": "shutdown"}))[0]["error"]["code"], -32002);
    let started = send(json!({"id": 2, "method": "initialize", "params": {"capabilities": {}}}));
    assert_eq!(started[0]["result"]["capabilities"]["hoverProvider"], true);
    assert_eq!(
        send(json!({"id": 3, "method": "textDocument/nonsense", "params": {}}))[0]["error"]["code"],
        -32601
    );
    assert_eq!(
        send(json!({"id": 4, "method": "textDocument/hover", "params": {"x": 1}}))[0]["error"]["code"],
        -32602
    );
    assert_eq!(send(json!({"method": "textDocument/didOpen", "params": []})), json!([]));
    assert_eq!(send(json!({"id": 5, "method": "shutdown"}))[0]["result"], Value::Null);
    assert_eq!(
        send(json!({"id": 6, "method": "textDocument/hover", "params": {}}))[0]["error"]["code"],
        -32600
    );
    send(json!({"method": "exit"}));
    assert_eq!(server.ended(), Some(true));
}

/// The binary, over its standard input and output.
#[test]
fn an_editor_can_start_it() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .arg("lsp")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut send = |message: Value| {
        let body = message.to_string();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    };
    let mut receive = || -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    };
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    assert_eq!(receive()["result"]["serverInfo"]["name"], "thalweg");
    let file =
        json!({"uri": URI, "languageId": "yaml", "version": 1, "text": "nodes:\n  a: {service: kdss}\n"});
    send(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": file}}));
    let told = receive();
    let found = told["params"]["diagnostics"].as_array().unwrap();
    assert!(found.iter().any(|found| found["code"] == "unknown-service"), "{told}");
    send(json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}));
    assert_eq!(receive()["id"], 2);
    send(json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Any part of a design, with anything put into it, asked about at any place.
    #[test]
    fn broken_text_is_never_its_end(from in 0usize..900, length in 0usize..900, at in 0usize..900, line in 0u32..30, column in 0u32..70,
            strange in prop::sample::select(vec!["", "{", "[", "\"", "- ", ": ", "🚰", "\t", "&a", "*a", "|", ">", "#", "'", "\u{feff}", "\u{0}", "->", "<<: ", "!x "])) {
        let floor = |at: usize| DESIGN.floor_char_boundary(at.min(DESIGN.len()));
        let mut text = DESIGN[floor(from)..floor(from + length)].to_owned();
        text.insert_str(text.floor_char_boundary(at.min(text.len())), strange);
        let mut editor = Editor::new();
        prop_assert_eq!(editor.open(&text).len(), 1);
        let position = json!({"line": line, "character": column});
        for method in ["hover", "completion", "definition", "prepareRename"] {
            editor.at(&format!("textDocument/{method}"), &position, json!({}));
        }
        editor.at("textDocument/rename", &position, json!({"newName": "other"}));
        editor.at("textDocument/references", &position, json!({"context": {"includeDeclaration": false}}));
        editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
        let range = json!({"start": position, "end": {"line": line + 3, "character": 0}});
        editor.ask("textDocument/codeAction", json!({"textDocument": {"uri": URI}, "range": range, "context": {"diagnostics": []}}));
        let change = json!({"range": range, "text": strange});
        let changed = editor.tell("textDocument/didChange", json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]}));
        prop_assert_eq!(changed.len(), 1);
    }
}
