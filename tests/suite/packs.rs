//! Packs of own services and rules: what they add, what is told of their mistakes, and how they are tested.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env_clear().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder with these files, at paths with forward slashes.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, contents) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

const MANIFEST: (&str, &str) = ("p/pack.yaml", "name: ours\nversion: 1.0.0\n");
const RELAY: (&str, &str) = (
    "p/services/relay.yaml",
    "id: relay\nname: Our relay\naliases: [Acme Relay]\nclass: processor\nabout: Carries records to partners.\n\
     settings:\n  lanes: {about: How many records it carries at once., type: count}\n",
);
const EXTENSION: (&str, &str) = (
    "p/services/kinesis-data-streams.yaml",
    "extends: kinesis-data-streams\naliases: [acme-stream]\n\
     sources:\n  wiki: {url: 'https://wiki.example.com', checked: 2026-11-01}\n\
     sends:\n  - {to: relay, via: subscription, mechanism: Our subscription, moved_by: target, source: wiki}\n",
);
const RULE: (&str, &str) = (
    "p/lints/lanes/relay-crowded.yaml",
    "id: relay-crowded\nsince: 1.0.0\nseverity: warning\ntitle: More lanes than partners\n\
     match: {node: {service: relay}}\nviolated: node.lanes > 3\nmessage: \"`{node.id}` has {node.lanes} lanes\"\n\
     why: Three partners listen.\nexamples:\n\
     \x20 - fires: |\n      nodes: {in: {service: kds, shards: 1}, to: {service: relay, lanes: 4}}\n      \
     #                                                                  ^\n      flows: [in -> to]\n\
     \x20 - passes: |\n      nodes: {in: {service: kds, shards: 1}, to: {service: relay, lanes: 3}}\n      flows: [in -> to]\n",
);
const DESIGN: (&str, &str) = (
    "d.yaml",
    "nodes:\n  in: {service: Acme Stream, shards: 1}\n  to: {service: acme_relay, lanes: 9}\nflows: [in -> to]\n",
);

#[test]
fn a_pack_adds_services_integrations_and_rules() {
    let folder = folder(&[MANIFEST, RELAY, EXTENSION, RULE, DESIGN]);
    let (code, out, _) = thalweg(folder.path(), &["check", "d.yaml", "--format", "concise"]);
    assert_eq!(code, 1, "without the pack nobody knows the services");
    assert!(out.contains("unknown-service"), "{out}");
    let (code, out, _) = thalweg(folder.path(), &["check", "d.yaml", "--format", "concise", "--rules", "p"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("d.yaml:3:36: warning[relay-crowded] `to` has 9 lanes"), "{out}");
    let (code, out, _) = thalweg(folder.path(), &["rules", "test", "p"]);
    assert_eq!((code, out.as_str()), (0, "1 rules, examples: 2 validated\n"));
    let (code, out, _) = thalweg(folder.path(), &["rules", "list", "--rules", "p", "--format", "json"]);
    assert_eq!(code, 0);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ours = listed["rules"].as_array().unwrap().last().unwrap();
    assert_eq!((&ours["id"], &ours["group"]), (&"relay-crowded".into(), &"lanes".into()));
}

#[test]
fn every_mistake_of_a_pack_is_told_at_once() {
    let folder = folder(&[
        (
            "p/pack.yaml",
            "name: ours\nversion: 1.0.0\nseverity: {flow-not-posible: off, limits: of}\nseverty: {}\n",
        ),
        (
            "p/services/relay.yaml",
            &RELAY.1.replace("type: count", "type: cuont").replace("Acme Relay", "kds"),
        ),
        ("p/services/kinesis-data-streams.yaml", &EXTENSION.1.replace("to: relay", "to: rellay")),
        (
            "p/lints/relay-crowded.yaml",
            &RULE.1.replace("node.lanes >", "node.lanse >").replace("warning", "warn"),
        ),
        ("p/lints/kds-cannot-push.yaml", &RULE.1.replace("relay-crowded", "kds-cannot-push")),
        ("p/misconceptions.yaml", "- {from: kinesis-data-streams\n"),
        ("p/notes/a.yaml", "a: 1\n"),
        DESIGN,
    ]);
    let (code, out, err) = thalweg(folder.path(), &["check", "d.yaml", "--rules", "p"]);
    assert_eq!((code, out.as_str()), (2, ""), "nothing is judged by half of a pack");
    insta::assert_snapshot!(err);
}

#[test]
fn a_pack_stays_within_bounds() {
    let big = format!("# {}\n", "x".repeat(1 << 20));
    let deep = format!("p/{}/x.yaml", ["a"; 10].join("/"));
    let folder =
        folder(&[("p/services/big.yaml", &big), (&deep, "a: 1\n"), ("p/x.yml", ""), ("empty/README.md", "")]);
    let (code, _, err) =
        thalweg(folder.path(), &["rules", "list", "--rules", "p", "--rules", "empty", "--rules", "gone"]);
    assert_eq!(code, 2);
    for told in [
        "p/services/big.yaml: a file of a pack has at most 1048576 bytes",
        "lies more than 8 folders deep in a pack",
        "p/x.yml: the files of a pack end in `.yaml`",
        "empty: a pack has a `pack.yaml` with `name` and `version`",
        "gone: No such file",
    ] {
        assert!(err.contains(told), "{told}: {err}");
    }
}

#[test]
fn examples_that_do_not_hold_are_told_with_their_place() {
    let broken = RULE.1.replace("kds, shards: 1", "producer").replacen("lanes: 4", "lanes: 2", 1).replacen(
        "lanes: 3}",
        "lanes: 5}",
        1,
    );
    let folder = folder(&[
        MANIFEST,
        RELAY,
        EXTENSION,
        ("p/lints/relay-crowded.yaml", &broken),
        ("p/lints/relay-full.yaml", &RULE.1.replace("relay-crowded", "relay-full").replace("#     ", "#")),
        (
            "p/lints/relay-over.yaml",
            RULE.1.replace("relay-crowded", "relay-over").split("examples").next().unwrap(),
        ),
    ]);
    let (code, out, _) = thalweg(folder.path(), &["rules", "test", "p"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn a_new_rule_works_and_is_never_written_over_another() {
    let folder = folder(&[]);
    let (code, out, err) = thalweg(folder.path(), &["rules", "new", "stream-forgetful", "--dir", "own"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, out, _) = thalweg(folder.path(), &["rules", "test", "own"]);
    assert_eq!((code, out.as_str()), (0, "1 rules, examples: 2 validated\n"));
    let rule = folder.path().join("own/lints/stream-forgetful.yaml");
    fs::write(&rule, "mine").unwrap();
    let (code, _, err) = thalweg(folder.path(), &["rules", "new", "stream-forgetful", "--dir", "own"]);
    assert_eq!(code, 2);
    assert!(err.contains("is already there and is left as it is"), "{err}");
    assert_eq!(fs::read_to_string(rule).unwrap(), "mine");
    for id in ["Stream", "a--b", "-a", "a/b", "../a", "kds-cannot-push"] {
        assert_eq!(thalweg(folder.path(), &["rules", "new", "--dir", "own", "--", id]).0, 2, "{id}");
    }
}

#[test]
fn the_examples_of_the_embedded_rules_hold_in_the_binary() {
    let (code, out, _) = thalweg(Path::new("."), &["rules", "test"]);
    assert_eq!(code, 0, "{out}");
}

/// A stream by the name of the house, so that all that happens in a run is what thalweg knows.
const RUNS: (&str, &str) = (
    "runs.yaml",
    "nodes:\n  web: {service: producer, traffic: {rate: 5/s, record_size: 1 KiB}}\n  in: {service: Acme Stream, shards: 2}\n\
     \x20 out: {service: firehose, buffer: {size: 1 MiB, interval: 60s}}\n  files: {service: s3}\nflows: [web -> in -> out -> files]\n",
);
const CONFIG: (&str, &str) = ("thalweg.toml", "packs = ['p']\n");
const STRICT: (&str, &str) = (
    "p/lints/lanes/stream-short.yaml",
    "id: stream-short\nsince: 1.0.0\nseverity: error\ntitle: Fewer shards than the house wants\n\
     match: {node: {service: kinesis-data-streams}}\nviolated: node.shards < 3\nmessage: \"`{node.id}` has {node.shards} shards\"\n\
     why: We want three.\nexamples:\n\
     \x20 - fires: |\n      nodes: {in: {service: kds, shards: 1}, to: {service: relay}}\n      \
     #                                     ^\n      flows: [in -> to]\n\
     \x20 - passes: |\n      nodes: {in: {service: kds, shards: 3}, to: {service: relay}}\n      flows: [in -> to]\n",
);

#[test]
fn a_design_with_services_of_a_pack_runs() {
    let folder = folder(&[MANIFEST, RELAY, EXTENSION, RUNS]);
    let run = |arguments: &[&str]| {
        thalweg(folder.path(), &[&["run", "runs.yaml", "--duration", "2min"], arguments].concat())
    };
    let (code, out, _) = run(&[]);
    assert_eq!(code, 1, "without the pack nobody knows the service");
    assert!(out.contains("unknown-service"), "{out}");
    let (code, with_option, err) = run(&["--rules", "p"]);
    assert_eq!((code, err.as_str()), (0, ""), "{with_option}");
    assert!(with_option.contains("files"), "{with_option}");
    fs::write(folder.path().join(CONFIG.0), CONFIG.1).unwrap();
    let (code, by_config, _) = run(&[]);
    assert_eq!((code, by_config), (0, with_option), "the config names the pack");
    assert_eq!(run(&["--no-config"]).0, 1);
}

#[test]
fn a_rule_of_a_pack_keeps_a_design_from_running() {
    let folder = folder(&[MANIFEST, RELAY, EXTENSION, STRICT, RUNS, CONFIG]);
    let run = &["run", "runs.yaml", "--duration", "2min"];
    let (code, out, err) = thalweg(folder.path(), run);
    assert_eq!(code, 1);
    assert!(out.contains("error[stream-short]") && err.contains("the design does not run"), "{out}{err}");
    fs::write(folder.path().join(CONFIG.0), "packs = ['p']\nignore = ['stream-short']\n").unwrap();
    assert_eq!(thalweg(folder.path(), run).0, 0, "what the config switches off does not count");
}

#[test]
fn a_design_with_services_of_a_pack_is_drawn() {
    let folder = folder(&[MANIFEST, RELAY, EXTENSION, RULE, DESIGN, CONFIG]);
    let graph =
        |arguments: &[&str]| thalweg(folder.path(), &[&["graph", "d.yaml", "--plain"], arguments].concat());
    let (code, out, err) = graph(&["--check"]);
    assert_eq!(code, 0);
    assert!(out.contains("relay") && err.contains("relay-crowded"), "{out}{err}");
    let (_, _, err) = graph(&["--no-config"]);
    assert!(err.contains("the file has mistakes"), "{err}");
}

#[test]
fn services_and_rules_of_a_pack_are_explained() {
    let folder = folder(&[MANIFEST, RELAY, EXTENSION, RULE, CONFIG]);
    for (subjects, told) in [
        (&["relay"][..], "Carries records to partners."),
        (&["relay-crowded"], "Three partners listen."),
        (&["acme-stream", "relay"], "Our subscription"),
        (&[], "relay-crowded"),
    ] {
        let (code, out, err) = thalweg(folder.path(), &[&["explain"], subjects].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{subjects:?}: {out}");
        assert!(out.contains(told), "{subjects:?}: {out}");
    }
    assert_eq!(thalweg(folder.path(), &["explain", "relay", "--no-config"]).0, 2);
    fs::write(folder.path().join(CONFIG.0), "packs = ['gone']\n").unwrap();
    let (code, out, err) = thalweg(folder.path(), &["explain", "sqs"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("gone: No such file"), "{err}");
}
