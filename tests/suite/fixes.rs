//! Fixes remove their finding and nothing else: layout, order and comments stay.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use proptest::prelude::*;
use thalweg::design;
use thalweg::diagnostic::Diagnostic;
use thalweg::knowledge::pack::{Pack, RuleFile};
use thalweg::knowledge::{Knowledge, embedded};
use thalweg::lint::mend::{Mended, mend};
use thalweg::lint::{self, Rules};
use thalweg::source::{Setting, Text, apply_edits, read, remove_entry, set_entries};

/// What is found, but for practices that the designs of these tests do not mind about.
fn judge(text: &Arc<Text>) -> Vec<Diagnostic> {
    let mut found = judge_all(text);
    found.retain(|finding| {
        !["stream-unencrypted", "delivery-without-error-log"].contains(&finding.rule.as_str())
    });
    found
}

fn judge_all(text: &Arc<Text>) -> Vec<Diagnostic> {
    thread_local! {
        static BASE: (Knowledge, Rules) = (Knowledge::embedded(), Rules::embedded());
    }
    BASE.with(|(knowledge, rules)| {
        let lowered = design::lower(Arc::clone(text), knowledge);
        lint::judge(&lowered, knowledge, rules)
    })
}

fn mended(design: &str, unsafe_too: bool) -> Mended {
    mend(&Arc::new(Text::new("d.yaml", design)), unsafe_too, &judge)
}

/// What stands wrong, what it becomes, and whether the change is safe.
const CASES: [(&str, &str, bool); 9] = [
    ("  in: {service: kds, retenton: 2d}  # keep", "  in: {service: kds, retention: 2d}  # keep", false),
    (
        "  in:\n    service: kds\n    'retenton': 2d # keep",
        "  in:\n    service: kds\n    'retention': 2d # keep",
        false,
    ),
    ("  in: {service: \"kinesis-data-strems\"}", "  in: {service: \"kinesis-data-streams\"}", false),
    ("  in: kds # a stream", "  in: {service: kinesis-data-streams} # a stream", false),
    ("  in: {service: kds, mode: on-demnd}", "  in: {service: kds, mode: on-demand}", false),
    (
        "  in: {service: kds}\n  x: {service: s3}\nflows:\n  - in -> x\n  - in -> x # again\n  # last\n  - in -> out",
        "  in: {service: kds}\n  x: {service: s3}\nflows:\n  - in -> x\n  # last\n  - in -> out",
        true,
    ),
    (
        "  in: {service: kds}\n  x: {service: s3}\nflows: [in -> x, in -> x -> out]",
        "  in: {service: kds}\n  x: {service: s3}\nflows: [in -> x, x -> out]",
        true,
    ),
    (
        "  in: {service: Kinesis Data Firehose, buffer: {size: 5 MiB}}",
        "  in: {service: firehose, buffer: {size: 5 MiB}}",
        true,
    ),
    (
        "  in: {service: kds}\nflows: [in -> oout]\nallow:\n  # why\n  - {rule: unused-node, because: x}",
        "  in: {service: kds}\nflows: [in -> out]",
        false,
    ),
];

#[test]
fn every_mistake_that_has_one_right_form_gets_it() {
    for (wrong, right, safe) in CASES {
        let whole = |nodes: &str| {
            let flows = if nodes.contains("flows") { "" } else { "\nflows: [in -> out]" };
            format!("# head\nnodes:\n  out: {{service: lambda}} # first\n{nodes}{flows}\n")
        };
        let result = mended(&whole(wrong), !safe);
        assert_eq!(result.text.as_str(), whole(right), "{:?}", result.made);
        if !safe {
            assert!(
                mended(&whole(wrong), false).text.as_str().contains(wrong.lines().next().unwrap()),
                "{wrong}"
            );
        }
    }
}

/// What a rule proposes for its own examples parses, takes the finding away, and leaves every other line as it was.
#[test]
fn what_a_rule_proposes_removes_its_finding() {
    let mut tried = 0;
    for (path, bytes) in embedded::files("lints/").filter(|(path, _)| !path.starts_with("lints/file/")) {
        let (id, rule) = (embedded::stem(path), embedded::restore(bytes));
        let examples = rule.get("examples").and_then(|node| node.as_sequence().map(<[_]>::to_vec)).unwrap();
        for design in examples.iter().filter_map(|example| example.get("fires")?.as_text()) {
            let text = Arc::new(Text::new("d.yaml", design));
            let found = judge_all(&text);
            let own = |found: &[Diagnostic]| found.iter().filter(|one| one.rule == id).count();
            for fix in found.iter().filter(|one| one.rule == id).filter_map(|one| one.fix.as_ref()) {
                let after = Arc::new(Text::new("d.yaml", apply_edits(text.as_str(), &fix.edits)));
                assert!(read(&after).faults.is_empty(), "{id}: {}", after.as_str());
                let left = judge_all(&after);
                assert!(own(&left) < own(&found), "{id}: {}\n{left:#?}", after.as_str());
                let same =
                    text.as_str().lines().filter(|line| after.as_str().lines().any(|new| new == *line));
                let touched = text.as_str().lines().count() - same.count();
                assert!(touched <= fix.edits.len(), "{id}: {}", after.as_str());
                tried += 1;
            }
        }
    }
    assert!(tried > 15, "fixes are tried: {tried}");
}

/// The rule that sets these settings at every delivery stream, with all other rules.
fn rules_that_set(settings: &str, knowledge: &Knowledge) -> Rules {
    rules_that_fix(&format!("set: {settings}"), knowledge)
}

fn rules_that_fix(fix: &str, knowledge: &Knowledge) -> Rules {
    let rule = format!(
        "id: ours\nsince: 1.0.0\nseverity: warning\ntitle: t\nwhy: w\nmatch: {{node: {{service: firehose}}}}\n\
         violated: node.transform_retries != 5\nmessage: m\nfix: {{safety: safe, {fix}}}\n"
    );
    let text = Arc::new(Text::new("ours.yaml", rule));
    let root = read(&text).root.unwrap();
    let file = RuleFile { path: "lints/ours.yaml".to_owned(), group: "g".to_owned(), text, root };
    let mut pack = Pack::default();
    pack.rules.push(file);
    let (rules, mistakes) = Rules::with_packs(&[pack], knowledge);
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    rules
}

/// A setting that goes and one that comes at the same place are changed together or not at all; nothing panics.
#[test]
fn what_comes_and_what_goes_at_one_place_is_safe() {
    let knowledge = Knowledge::embedded();
    let rules = rules_that_fix("set: {transform_retries: '5'}, remove: [compression]", &knowledge);
    for node in [
        " {service: firehose, compression: gzip}",
        " {compression: gzip, service: firehose}",
        " {service: firehose, compression: gzip, }",
        " {service: firehose, compression: gzip # x\n  }",
        "\n    service: firehose\n    compression: gzip",
        "\n    service: firehose\n    compression: gzip # x",
        "\n    compression: gzip\n    service: firehose",
    ] {
        let design = format!("nodes:\n  in:{node}\n  out: {{service: s3}}\nflows: [in -> out]\n");
        let text = Arc::new(Text::new("d.yaml", design));
        let found = lint::judge(&design::lower(Arc::clone(&text), &knowledge), &knowledge, &rules);
        let own = found.iter().find(|finding| finding.rule == "ours").unwrap();
        let Some(fix) = &own.fix else { continue };
        let fixed = Arc::new(Text::new("d.yaml", apply_edits(text.as_str(), &fix.edits)));
        let node = read(&fixed).root.unwrap().get("nodes").unwrap().get("in").unwrap().clone();
        assert_eq!(
            node.get("transform_retries").and_then(thalweg::source::Node::as_integer),
            Some(5),
            "{}",
            fixed.as_str()
        );
        assert!(node.get("compression").is_none(), "{}", fixed.as_str());
    }
}

/// What several new settings share is added once, whether it is declared yet or not, and however that is laid out.
#[test]
fn settings_below_one_mapping_share_it() {
    let knowledge = Knowledge::embedded();
    let rules =
        rules_that_set("{buffer.size: 64 MiB, transform_retries: '5', buffer.interval: 45s}", &knowledge);
    for (before, after) in [
        (
            " {service: firehose} # x",
            " {service: firehose, buffer: {size: 64 MiB, interval: 45s}, transform_retries: 5} # x",
        ),
        (
            "\n    service: firehose # x",
            "\n    service: firehose # x\n    buffer: {size: 64 MiB, interval: 45s}\n    transform_retries: 5",
        ),
        (
            " {service: firehose, buffer: {interval: 9s}}",
            " {service: firehose, buffer: {interval: 45s, size: 64 MiB}, transform_retries: 5}",
        ),
        (
            "\n    service: firehose\n    buffer: {} # x",
            "\n    service: firehose\n    buffer: {size: 64 MiB, interval: 45s} # x\n    transform_retries: 5",
        ),
        (
            "\n    service: firehose\n    buffer:\n      size: 1 MiB",
            "\n    service: firehose\n    buffer:\n      size: 64 MiB\n      interval: 45s\n    transform_retries: 5",
        ),
    ] {
        let whole = |node: &str| format!("nodes:\n  in:{node}\n  out: {{service: s3}}\nflows: [in -> out]\n");
        let text = Arc::new(Text::new("d.yaml", whole(before)));
        let found = lint::judge(&design::lower(Arc::clone(&text), &knowledge), &knowledge, &rules);
        let own = found.iter().find(|finding| finding.rule == "ours").unwrap_or_else(|| panic!("{found:#?}"));
        let fix = own.fix.as_ref().unwrap();
        assert_eq!(
            fix.title,
            "set `buffer.size: 64 MiB` at `in` and set `transform_retries: 5` at `in` and set `buffer.interval: 45s` at `in`"
        );
        let fixed = Arc::new(Text::new("d.yaml", apply_edits(text.as_str(), &fix.edits)));
        assert_eq!(fixed.as_str(), whole(after));
        let left = lint::judge(&design::lower(fixed, &knowledge), &knowledge, &rules);
        assert!(
            left.iter().all(|finding| finding.rule != "ours" && !finding.rule.ends_with("-key")),
            "{left:#?}"
        );
    }
}

#[test]
fn entries_share_what_is_new_at_every_level() {
    let settings: [Setting<'_>; 4] =
        [(&["a", "b", "c"], "1"), (&["e"], "2"), (&["a", "b", "d"], "3"), (&["a", "f"], "4")];
    for (before, after) in [
        ("x: 0\n", "x: 0\na: {b: {c: 1, d: 3}, f: 4}\ne: 2\n"),
        ("x: 0\r\n", "x: 0\r\na: {b: {c: 1, d: 3}, f: 4}\r\ne: 2\r\n"),
        ("x: |-\n  0\n", "a: {b: {c: 1, d: 3}, f: 4}\ne: 2\nx: |-\n  0\n"),
        ("{}", "{a: {b: {c: 1, d: 3}, f: 4}, e: 2}"),
        ("{a: {}}", "{a: {b: {c: 1, d: 3}, f: 4}, e: 2}"),
        ("a:\n  x: 0\n", "a:\n  x: 0\n  b: {c: 1, d: 3}\n  f: 4\ne: 2\n"),
        ("a:\n  b:\n    x: 0\n", "a:\n  b:\n    x: 0\n    c: 1\n    d: 3\n  f: 4\ne: 2\n"),
        ("e: 0\na: {b: {d: 0}, f: 0}\n", "e: 2\na: {b: {d: 3, c: 1}, f: 4}\n"),
    ] {
        let text = Text::new("d", before);
        let edits = set_entries(&text, &read(&text).root.unwrap(), &settings).unwrap();
        assert_eq!(apply_edits(before, &edits), after);
    }
    for contradicting in [[(&["a"][..], "1"), (&["a", "b"], "2")], [(&["a"], "1"), (&["a"], "2")]] {
        let text = Text::new("d", "x: 0\n");
        assert_eq!(set_entries(&text, &read(&text).root.unwrap(), &contradicting), None);
    }
}

/// What an anchor shares, and what would make another mistake, is left alone.
#[test]
fn a_change_that_would_reach_further_is_not_made() {
    for design in [
        "nodes:\n  in: {service: kds, retention: 2d, retenton: 3d}\n  out: {service: lambda}\nflows: [in -> out]\n",
        "nodes:\n  in: &n {service: Kinesis Data Firehose}\n  two: *n\n  out: {service: s3}\nflows: [in -> out, two -> out]\n",
        "nodes:\n  in: {service: kds}\n  out: {service: lambda}\nflows:\n  - &f in -> out\n  - *f\n",
    ] {
        let result = mended(design, true);
        assert_eq!((result.text.as_str(), result.made.len()), (design, 0), "{:?}", result.made);
    }
}

fn check(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder)
        .args(["check", "--ignore", "stream-unencrypted", "--format", "concise", "d.yaml"])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn files_are_mended_or_only_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d.yaml");
    let wrong = "nodes:\n  in: {service: kds, retenton: 2d}\n  out: {service: lambda}\nflows:\n  - in -> out\n  - in -> out\n";
    fs::write(&file, wrong).unwrap();
    let (code, out, _) = check(folder.path(), &["--diff", "--unsafe-fixes"]);
    assert_eq!((code, fs::read_to_string(&file).unwrap().as_str()), (1, wrong));
    insta::assert_snapshot!(out);
    let (_, _, err) = check(folder.path(), &["--fix"]);
    assert!(err.starts_with("made 1 change in 1 file\n"), "{err}");
    let safe = wrong.replacen("  - in -> out\n", "", 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), safe);
    let (_, out, err) = check(folder.path(), &["--fix", "--unsafe-fixes"]);
    assert!(err.starts_with("made 1 change in 1 file\n") && !out.contains("unknown-key"), "{out}{err}");
    assert_eq!(fs::read_to_string(&file).unwrap(), safe.replace("retenton", "retention"));
    let (code, out, _) = check(folder.path(), &["--diff", "--unsafe-fixes"]);
    assert_eq!((code, out.as_str()), (0, ""), "nothing is left to change");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
    assert_eq!(check(folder.path(), &["--unsafe-fixes"]).0, 2, "it changes nothing by itself");
}

/// How a design is laid out.
#[derive(Debug, Clone)]
struct Layout {
    block: Vec<bool>,
    comments: Vec<bool>,
    quotes: Vec<u8>,
    indent: usize,
    block_flows: bool,
    carriage_returns: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    let flags = |length| prop::collection::vec(any::<bool>(), length);
    let rest = (prop::collection::vec(0..3_u8, 6), 1..5_usize, any::<bool>(), any::<bool>());
    (flags(6), flags(12), rest).prop_map(
        |(block, comments, (quotes, indent, block_flows, carriage_returns))| Layout {
            block,
            comments,
            quotes,
            indent,
            block_flows,
            carriage_returns,
        },
    )
}

/// The settings of each node: keys with values.
type Nodes<'a> = [(&'a str, &'a [(&'a str, &'a str)])];

impl Layout {
    fn comment(&self, number: usize) -> String {
        if self.comments[number % self.comments.len()] { format!("  # note {number}") } else { String::new() }
    }

    fn quoted(&self, number: usize, text: &str) -> String {
        match self.quotes[number % self.quotes.len()] {
            0 => text.to_owned(),
            1 => format!("'{text}'"),
            _ => format!("\"{text}\""),
        }
    }

    fn design(&self, nodes: &Nodes<'_>, flows: &[&str]) -> String {
        let indent = " ".repeat(self.indent);
        let mut text = format!("name: x{}\nnodes:\n", self.comment(0));
        for (number, (id, settings)) in nodes.iter().enumerate() {
            let entry = |(nth, (key, value)): (usize, &(&str, &str))| {
                format!(
                    "{}: {}",
                    self.quoted(number + nth, key),
                    if *key == "service" { self.quoted(nth + 1, value) } else { (*value).to_owned() }
                )
            };
            let entries: Vec<String> = settings.iter().enumerate().map(entry).collect();
            if self.block[number % self.block.len()] {
                writeln!(text, "{indent}{id}:{}", self.comment(number + 1)).unwrap();
                for (nth, entry) in entries.iter().enumerate() {
                    writeln!(text, "{indent}{indent}{entry}{}", self.comment(number + nth)).unwrap();
                }
            } else {
                writeln!(text, "{indent}{id}: {{{}}}{}", entries.join(", "), self.comment(number)).unwrap();
            }
        }
        if self.block_flows {
            text.push_str("flows:\n");
            for (number, flow) in flows.iter().enumerate() {
                writeln!(text, "{indent}- {}{}", self.quoted(number, flow), self.comment(number + 3))
                    .unwrap();
            }
        } else {
            writeln!(text, "flows: [{}]", flows.join(", ")).unwrap();
        }
        if self.carriage_returns { text.replace('\n', "\r\n") } else { text }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A design with mistakes becomes, byte for byte, the design without them, however it is laid out.
    #[test]
    fn mistakes_go_and_nothing_else_changes(layout in layouts(), wrong in prop::collection::vec(any::<bool>(), 6)) {
        let pick = |nth: usize, bad: &'static str, good: &'static str, with: bool| if with && wrong[nth] { bad } else { good };
        let design = |with: bool| {
            let ingest = [("service", pick(0, "kinesis-data-strems", "kinesis-data-streams", with)), (pick(1, "retenton", "retention", with), "2d")];
            let lake = [("service", pick(2, "Kinesis Data Firehose", "firehose", with)), ("buffer", "{size: 5 MiB, interval: 60s}")];
            let work = [("service", "lambda"), (pick(3, "memry", "memory", with), "512 MiB")];
            let nodes = [("ingest", &ingest[..]), ("lake", &lake[..]), ("work", &work[..]), ("archive", &[("service", "s3")][..])];
            let mut flows = vec!["ingest -> work", pick(4, "ingest -> laek -> archive", "ingest -> lake -> archive", with)];
            if with && wrong[5] {
                flows.push("ingest -> work");
            }
            layout.design(&nodes, &flows)
        };
        let result = mended(&design(true), true);
        prop_assert_eq!(result.text.as_str(), design(false), "{:?}", result.made);
        prop_assert_eq!(result.made.len(), wrong.iter().filter(|wrong| **wrong).count());
    }

    /// A setting that is added is there, every other stays, and so does every comment; taken out again nothing is left of it.
    #[test]
    fn settings_come_and_go(layout in layouts(), node in 0..3_usize, nested in any::<bool>()) {
        let nodes = [
            ("a", &[("service", "lambda")][..]),
            ("b", &[("service", "firehose"), ("buffer", "{size: 5 MiB}")][..]),
            ("c", &[("service", "kds"), ("about", "|-\n      two\n      lines")][..]),
        ];
        let block = Layout { block: vec![true, layout.block[1], true], indent: 2, ..layout };
        let design = block.design(&nodes, &["a -> b"]).replace("lines  # note", "lines\n  # note");
        let path: &[&str] = if nested { &["new", "inner"] } else { &["new"] };
        let text = Text::new("d", design.clone());
        let reading = read(&text);
        prop_assert!(reading.faults.is_empty(), "{:?} {design}", reading.faults);
        let root = reading.root.unwrap();
        let body = |root: &thalweg::source::Node| root.get("nodes").unwrap().get(nodes[node].0).unwrap().clone();
        let edits = set_entries(&text, &body(&root), &[(path, "5 MiB")]).unwrap();
        let with = Text::new("d", apply_edits(&design, &edits));
        let after = read(&with);
        prop_assert!(after.faults.is_empty(), "{:?} {}", after.faults, with.as_str());
        let new_body = body(after.root.as_ref().unwrap());
        prop_assert_eq!(path.iter().try_fold(&new_body, |node, key| node.get(key)).and_then(|node| node.as_text()), Some("5 MiB"));
        for (key, entry) in body(&root).as_mapping().unwrap().iter() {
            let kept = new_body.get(key).unwrap();
            prop_assert_eq!(with.slice(kept.span), text.slice(entry.value.span));
        }
        prop_assert_eq!(reading.comments.len(), after.comments.len());
        let removal = remove_entry(&with, &new_body, &["new"]).unwrap();
        prop_assert_eq!(apply_edits(with.as_str(), &[removal]), design);
    }
}

#[test]
fn the_summary_says_what_can_be_fixed() {
    let design = "nodes:\n  in: {service: kds, shards: 1, retenton: 2d}\n  x: {service: Kinesis Data Firehose}\n  y: {service: s3}\nflows:\n  - in -> x -> y\n  - in -> x\n  - x -> y\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.yaml"), design).unwrap();
    let mut seen = String::new();
    for arguments in [
        "d.yaml --select file",
        "d.yaml --select file --format concise",
        "d.yaml --select file --format json",
        "d.yaml --select unknown-key",
        "d.yaml --select file --fix",
        "d.yaml --select file",
        "d.yaml --select file --fix --unsafe-fixes",
        "--stdin-filename d.yaml",
    ] {
        let mut command = Command::cargo_bin("thalweg").unwrap();
        command.env_clear().current_dir(folder.path()).arg("check").args(arguments.split(' '));
        let told = String::from_utf8(command.write_stdin(design).output().unwrap().stderr).unwrap();
        write!(seen, "$ thalweg check {arguments}\n{told}").unwrap();
    }
    insta::assert_snapshot!(seen);
}

/// The design is where a link leads to, it may be private, and whoever names a pipe wants to read from it.
#[cfg(unix)]
#[test]
fn files_are_written_where_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.yaml"), "nodes:\n  in: {service: kds, retenton: 2d}\n").unwrap();
    fs::set_permissions(at("real.yaml"), fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("real.yaml", at("link.yaml")).unwrap();
    let thalweg = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("thalweg").unwrap();
        command.current_dir(folder.path()).args(arguments).output().unwrap()
    };
    thalweg(&["check", "--fix", "--unsafe-fixes", "link.yaml"]);
    assert!(fs::read_to_string(at("real.yaml")).unwrap().contains("retention: 2d"));
    assert!(fs::symlink_metadata(at("link.yaml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(at("real.yaml")).unwrap().permissions().mode() & 0o777, 0o600);

    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    let pipe = at("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    thalweg(&["check", "--format", "json=pipe", "real.yaml"]);
    assert!(!fs::metadata(at("pipe")).unwrap().is_file(), "the pipe was replaced");
    assert!(reader.join().unwrap().contains("\"findings\""));
}
