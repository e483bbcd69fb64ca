//! Allowances in a design: what they cover, and what is left of a file when the useless ones are removed.

use std::sync::Arc;

use thalweg::design;
use thalweg::diagnostic::Diagnostic;
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Judgement, Rules};
use thalweg::source::Text;

fn judgement(design: &str) -> Judgement {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", design)), &knowledge);
    lint::judgement(&lowered, &knowledge, &Rules::embedded())
}

/// The rules of what was found, without those that these tests are not about.
fn rules(found: &[Diagnostic]) -> Vec<&str> {
    let about = ["unused-node", "kds-cannot-write-s3", "allow-"];
    let rules = found.iter().map(|diagnostic| diagnostic.rule.as_str());
    rules.filter(|rule| about.iter().any(|start| rule.starts_with(start))).collect()
}

/// What is left when the first fix of the file is applied, again and again.
fn fixed(design: &str) -> String {
    let mut design = design.to_owned();
    while let Some(fix) = judgement(&design)
        .found
        .into_iter()
        .filter(|found| found.rule.starts_with("allow-"))
        .find_map(|found| found.fix)
    {
        assert!(fix.safe, "{}", fix.title);
        for (span, new) in fix.edits.iter().rev() {
            design.replace_range(span.range(), new);
        }
    }
    design
}

/// A design with an unused node in block style and an impossible flow with settings.
fn design(node: &str, setting: &str, flow: &str) -> String {
    format!(
        "nodes:\n  spare:{node}\n    service: lambda{setting}\n  in: {{service: kds, shards: 2, encryption: aws-managed}}\n  out: {{service: s3}}\n\
         flows:\n  - from: in{flow}\n    to: out\n"
    )
}

#[test]
fn a_comment_covers_its_line_and_what_starts_there() {
    let both = ["unused-node", "kds-cannot-write-s3"];
    assert_eq!(rules(&judgement(&design("", "", "")).found), both);
    for (node, setting, flow, left) in [
        (" # thalweg: allow[unused-node] later", "", "", vec![both[1]]),
        ("", "", " # thalweg: allow[kds-cannot-write-s3] later", vec![both[0]]),
        (" # thalweg: allow[duplicate-flow, unused-node] a", "", "", vec!["allow-without-finding", both[1]]),
        ("", " # thalweg: allow[unused-node] a", "", vec![both[0], "allow-without-finding", both[1]]),
    ] {
        let judged = judgement(&design(node, setting, flow));
        assert_eq!(rules(&judged.found), left, "{node}{setting}{flow}");
    }
}

#[test]
fn a_comment_alone_covers_the_next_line_through_other_comments() {
    let above = |lines: &str| {
        format!(
            "nodes:\n  in: {{service: kds, shards: 2, encryption: aws-managed}}\n  out: {{service: consumer}}\n{lines}  spare: {{service: s3}}\nflows: [in -> out]\n"
        )
    };
    for (lines, left) in [
        ("  # thalweg: allow[unused-node] later\n", vec![]),
        ("  # thalweg: allow[unused-node] later\n  # more\n", vec![]),
        ("  # thalweg: allow[unused-node] later\n\n", vec!["allow-without-finding", "unused-node"]),
        ("  # allow[unused-node] not for us\n", vec!["unused-node"]),
    ] {
        let judged = judgement(&above(lines));
        assert_eq!(rules(&judged.found), left, "{lines}");
        assert_eq!(judged.allowed.len(), usize::from(left.is_empty()));
    }
}

#[test]
fn a_reason_is_required_and_the_finding_is_said_once() {
    let judged = judgement(&design(
        " # thalweg: allow[unused-node]",
        "",
        " # thalweg:allow [kds-cannot-write-s3]: ok",
    ));
    assert_eq!(rules(&judged.found), ["allow-without-reason"]);
    assert_eq!(judged.allowed.len(), 2);
}

#[test]
fn text_that_looks_like_a_comment_allows_nothing() {
    let text = "name: \"x # thalweg: allow[unused-node] no\"\nabout: |\n  # thalweg: allow-file[unused-node] no\nnodes:\n  spare: {service: s3}\n";
    assert_eq!(rules(&judgement(text).found), ["unused-node"]);
}

#[test]
fn a_file_that_cannot_be_read_whole_has_no_useless_allowances() {
    let text = "nodes:\n  in: {service: kds, shards: 2, encryption: aws-managed} # thalweg: allow[duplicate-flow] a\nflows: [in -> in\n";
    assert!(!rules(&judgement(text).found).contains(&"allow-without-finding"));
}

#[test]
fn removing_useless_allowances_leaves_the_rest_as_it_is() {
    let entry = |rule: &str| format!("  - rule: {rule}\n    at: out\n    because: b # c\n");
    let with = |allow: &str| {
        format!(
            "nodes: # n\n  in: {{service: kds, shards: 2, encryption: aws-managed}}\n  out: {{service: s3}}\n{allow}\nflows:\n  - in -> out # f\n"
        )
    };
    let used = entry("kds-cannot-write-s3");
    let useless = entry("unused-node");
    for (before, after) in [
        (format!("allow:\n{useless}{used}"), format!("allow:\n{used}")),
        (format!("allow:\n{used}{useless}"), format!("allow:\n{used}")),
        (format!("allow:\n{useless}{useless}"), String::new()),
        (format!("allow: # a\n{}", useless.replace("\n  ", "\n").trim_start()), String::new()),
        (
            "allow: [{rule: unused-node, because: b}, {rule: kds-cannot-write-s3, because: b}]\n".to_owned(),
            "allow: [{rule: kds-cannot-write-s3, because: b}]\n".to_owned(),
        ),
        (
            "allow: [{rule: kds-cannot-write-s3, because: b},\n  {rule: unused-node, because: b} ]\n"
                .to_owned(),
            "allow: [{rule: kds-cannot-write-s3, because: b} ]\n".to_owned(),
        ),
        ("  # thalweg: allow[unused-node] r\n".to_owned(), String::new()),
    ] {
        assert_eq!(fixed(&with(&before)), with(&after), "{before}");
    }
    let line = with("allow:\n")
        .replace("allow:\n", "")
        .replace("# f", "# thalweg: allow[unused-node, kds-cannot-write-s3] r");
    assert_eq!(fixed(&line), line.replace("unused-node, ", ""));
    let line = "nodes: {in: {service: kds, shards: 2, encryption: aws-managed}, out: {service: consumer}}   # thalweg: allow-file[unused-node] r\nflows: [in -> out]";
    assert_eq!(fixed(line), line.replace("   # thalweg: allow-file[unused-node] r", ""));
    let json = "{\"nodes\": {\"in\": {\"service\": \"kds\", \"shards\": 2}, \"out\": {\"service\": \"lambda\"}}, \"flows\": [\"in -> out\"], \"allow\": [{\"rule\": \"unused-node\", \"because\": \"b\"}]}";
    assert_eq!(
        fixed(json),
        json.replace(", \"allow\": [{\"rule\": \"unused-node\", \"because\": \"b\"}]", "")
    );
}
