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
