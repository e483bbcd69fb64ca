//! What every format says of the same findings: several files, names and texts beyond ASCII, tabs, a finding that has no
//! place, a file without findings.

use std::path::Path;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use thalweg::design;
use thalweg::diagnostic::{Diagnostic, Label, Severity};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::report::findings::{self, Judged, Surroundings};
use thalweg::report::look::Look;
use thalweg::report::markdown;
use thalweg::source::{Span, Text};

const BROKEN: &str = "about: \"Zählt\tKlicks, 100% <genau> & \\\"schnell\\\"\"\t# tabs\t!
nodes:
  web: {service: producer, traffic: {rate: 5000/s}}
  größe: {service: kds, shards: 2, encryption: aws-managed}\t# zwei
  files: {service: s3, colour: blue, color: red}
flows: [web -> größe -> files]
";
const SOUND: &str = "nodes:\n  in: {service: kds, shards: 2, encryption: aws-managed}\n  out: {service: consumer}\nflows: [in -> out]\n";

/// The rules whose findings are shown here; others may come and go.
const SHOWN: [&str; 4] = ["shard-write-capacity", "unknown-key", "kds-cannot-write-s3", "unknown-node"];

fn judge(name: &str, design: &str, rules: &Rules) -> Judged {
    let knowledge = Knowledge::embedded();
    let text = Arc::new(Text::new(name, design));
    let lowered = design::lower(Arc::clone(&text), &knowledge);
    let mut findings = lint::judge(&lowered, &knowledge, rules);
    findings.retain(|found| SHOWN.contains(&found.rule.as_str()));
    Judged::new(text, findings)
}

fn placeless() -> Judged {
    let label = Label::new(Span::at(0), "");
    let found = Diagnostic::new("syntax", label, "nothing here: a,b\u{1}c").severity(Severity::Advice);
    Judged::new(Arc::new(Text::new("other/conf.yaml", "a: 1\n")), vec![found.help("write more")])
}

fn files(rules: &Rules) -> Vec<Judged> {
    vec![
        judge("/repo/./größen und/web#1.yaml", BROKEN, rules),
        judge("sound.yaml", SOUND, rules),
        placeless(),
    ]
}

fn shown(format: fn(&[Judged], &Surroundings<'_>) -> String) -> String {
    let rules = Rules::embedded();
    format(&files(&rules), &Surroundings { rules: &[&rules], folder: Path::new("/repo") })
}

#[test]
fn human_reads_well() {
    let files = files(&Rules::embedded());
    let pages: String =
        files.iter().map(|file| findings::render(&file.text, &file.findings, Look::plain(90))).collect();
    insta::assert_snapshot!(pages);
}

#[test]
fn markdown_is_ready_for_a_comment() {
    insta::assert_snapshot!(markdown::summary(&files(&Rules::embedded())));
}

#[test]
fn concise_is_one_line_a_finding() {
    insta::assert_snapshot!(findings::concise(&files(&Rules::embedded())));
}

#[test]
fn json_is_one_object() {
    insta::assert_snapshot!(findings::json(&files(&Rules::embedded())));
}

#[test]
fn sarif_has_rules_places_and_fixes() {
    insta::assert_snapshot!(shown(findings::sarif));
}

#[test]
fn github_commands_are_escaped() {
    insta::assert_snapshot!(shown(findings::github));
}

#[test]
fn gitlab_reports_code_quality() {
    insta::assert_snapshot!(shown(findings::gitlab));
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let xml = findings::junit(&files(&Rules::embedded()));
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().check_end_names = true;
    let (mut cases, mut failures) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    attribute.unwrap();
                }
                cases += usize::from(element.name().as_ref() == "testcase");
                failures += usize::from(element.name().as_ref() == "failure");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(
        xml.contains(&format!("<testsuites name=\"thalweg\" tests=\"{cases}\" failures=\"{failures}\">")),
        "{xml}"
    );
    assert!(!xml.contains('\u{1}'), "XML has no such character");
    insta::assert_snapshot!(xml);
}

/// A tool knows a finding again after lines were added above it, and after the number has become another wrong one.
#[test]
fn fingerprints_stay_when_lines_move() {
    let rules = Rules::embedded();
    let surroundings = Surroundings { rules: &[&rules], folder: Path::new("/repo") };
    let fingerprints = |design: &str| -> Vec<String> {
        let report = findings::gitlab(&[judge("d.yaml", design, &rules)], &surroundings);
        let entries: Vec<Value> = serde_json::from_str(&report).unwrap();
        entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let before = fingerprints(BROKEN);
    assert_eq!(before.len(), before.iter().collect::<std::collections::BTreeSet<_>>().len(), "all differ");
    assert_eq!(
        before,
        fingerprints(&format!("# one line\n# another\n{}", BROKEN.replace("shards: 2", "shards: 3")))
    );
    assert_ne!(before, fingerprints(&BROKEN.replace("colour", "hue")));
}

#[test]
fn github_says_that_it_shows_few() {
    let mut many = placeless();
    many.findings = vec![many.findings[0].clone(); 11];
    let rules = Rules::embedded();
    let commands = findings::github(&[many], &Surroundings { rules: &[&rules], folder: Path::new("/") });
    assert_eq!(
        commands.lines().last(),
        Some("11 pieces of advice in 1 file; GitHub shows 10 of a level, the log has all")
    );
}

/// A text in a design can hold escapes; a terminal must not obey them.
#[test]
fn nothing_in_a_design_reaches_the_terminal_as_a_command() {
    let rules = Rules::embedded();
    let design = "nodes: {a: {service: lambda}}\nflows: [\"a\\e]0;owned\\a\\x9b31m -> y\"]\n";
    let file = judge("d.yaml", design, &rules);
    assert!(file.findings.iter().any(|found| found.message.contains('\u{1b}')), "the test has what it tests");
    let shown = findings::render(&file.text, &file.findings, Look::plain(90)) + &findings::concise(&[file]);
    assert!(shown.contains("owned") && !shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
}

#[test]
fn names_of_rules_are_links_where_the_terminal_has_them() {
    let file = &files(&Rules::embedded())[0];
    let look = Look { links: true, ..Look::plain(90) };
    let shown = findings::render(&file.text, &file.findings[..1], look);
    let page = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";
    assert!(shown.starts_with(&format!("\u{1b}]8;;{page}\u{1b}\\error[shard-write-capacity]")), "{shown:?}");
}

#[test]
fn a_finding_about_a_whole_file_does_not_show_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.yaml"), "- entry\n".repeat(500)).unwrap();
    let output = assert_cmd::Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder.path())
        .args(["check", "other.yaml"])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("a design is a mapping") && shown.lines().count() < 40, "{shown}");
}
