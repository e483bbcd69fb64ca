//! SARIF 2.1.0, the interchange format of static analysers: one JSON object.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::lint::rule::Rule;
use crate::report::findings::fingerprint::Fingerprints;
use crate::report::findings::path::{relative, uri};
use crate::report::findings::place::Place;
use crate::report::findings::{Judged, Surroundings};
use crate::source::{Span, Text};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// All findings as a SARIF log with a line end; it describes the rules that found something.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn render(judged: &[Judged], surroundings: &Surroundings<'_>) -> String {
    let found = || judged.iter().flat_map(|file| &file.findings);
    let mut indices: BTreeMap<&str, usize> = found().map(|found| (found.rule.as_str(), 0)).collect();
    for (index, (_, slot)) in indices.iter_mut().enumerate() {
        *slot = index;
    }
    let rule = |id: &str| surroundings.rules.iter().find_map(|rules| rules.get(id));
    let rules: Vec<Value> = indices.keys().map(|id| of_rule(id, rule(id))).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "thalweg",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results(judged, surroundings, &indices),
        }],
    });
    let mut json = serde_json::to_string_pretty(&log).expect("plain data");
    json.push('\n');
    json
}

fn results(
    judged: &[Judged],
    surroundings: &Surroundings<'_>,
    indices: &BTreeMap<&str, usize>,
) -> Vec<Value> {
    let mut fingerprints = Fingerprints::default();
    let mut results = Vec::new();
    for file in judged {
        let path = relative(file.text.name(), surroundings.folder);
        let artifact = Artifact { text: &file.text, uri: uri(file.text.name(), surroundings.folder) };
        for found in &file.findings {
            let mut result = artifact.result(found, indices[found.rule.as_str()]);
            result["partialFingerprints"] = json!({"thalweg/v1": fingerprints.of(&path, &file.text, found)});
            results.push(result);
        }
    }
    results
}

fn of_rule(id: &str, rule: Option<&Rule>) -> Value {
    let Some(rule) = rule else { return json!({"id": id}) };
    let mut described = json!({
        "id": id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": help(rule)},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [rule.group]},
    });
    if let Some(source) = rule.sources.first() {
        described["helpUri"] = json!(source.url);
    }
    described
}

/// Why, and the ways out that are the same for every design: those with a number are told by each finding.
fn help(rule: &Rule) -> String {
    let mut help = rule.why.clone();
    for step in &rule.help {
        if !step.text().contains('{') {
            help.push_str("\n\nWay out: ");
            help.push_str(step.text());
        }
    }
    for source in &rule.sources {
        write!(help, "\n\nSource, checked on {}: {}", source.checked, source.url).expect("memory");
    }
    help
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// The file that results are about.
struct Artifact<'a> {
    text: &'a Text,
    uri: String,
}

impl Artifact<'_> {
    fn result(&self, found: &Diagnostic, rule: usize) -> Value {
        let place = found.has_place().then_some(found.primary.span);
        let mut result = json!({
            "ruleId": found.rule,
            "ruleIndex": rule,
            "level": level(found.severity),
            "message": {"text": message(found)},
            "locations": [{"physicalLocation": self.location(place)}],
        });
        if !found.related.is_empty() {
            result["relatedLocations"] =
                found.related.iter().enumerate().map(|(id, label)| self.related(id, label)).collect();
        }
        if let Some(fix) = &found.fix {
            result["fixes"] = json!([self.fix(fix)]);
        }
        result
    }

    fn location(&self, span: Option<Span>) -> Value {
        let mut location = json!({"artifactLocation": {"uri": self.uri}});
        if let Some(span) = span {
            location["region"] = self.region(span);
        }
        location
    }

    fn region(&self, span: Span) -> Value {
        let place = Place::new(self.text, span);
        json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        })
    }

    fn related(&self, id: usize, label: &Label) -> Value {
        let mut related = json!({"id": id, "physicalLocation": self.location(Some(label.span))});
        if !label.text.is_empty() {
            related["message"] = json!({"text": label.text});
        }
        related
    }

    fn fix(&self, fix: &Fix) -> Value {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .map(|(span, new)| json!({"deletedRegion": self.region(*span), "insertedContent": {"text": new}}))
            .collect();
        json!({
            "description": {"text": fix.title},
            "artifactChanges": [{"artifactLocation": {"uri": self.uri}, "replacements": replacements}],
        })
    }
}

/// Message, reason and ways out: viewers show nothing else beside the place.
fn message(found: &Diagnostic) -> String {
    let mut message = found.message.clone();
    for step in &found.help {
        message.push_str("\nhelp: ");
        message.push_str(step);
    }
    message
}
