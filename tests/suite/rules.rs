//! Every rule reads, names only what exists, and behaves on its own examples: at the very place that is marked.

use std::fs;
use std::path::{Path, PathBuf};

use thalweg::diagnostic::{Diagnostic, Severity};
use thalweg::expression::Expression;
use thalweg::knowledge::Knowledge;
use thalweg::knowledge::fact::Confidence;
use thalweg::lint::examples::{self, Verdict};
use thalweg::lint::rule::Rule;
use thalweg::lint::{self, Rules};
use thalweg::report::findings;
use thalweg::report::look::Look;
use thalweg::source::{Node, Text, read};

/// The rule files with their groups, in alphabetical order.
fn files() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/lints");
    let mut found = Vec::new();
    for group in fs::read_dir(folder).unwrap() {
        let group = group.unwrap();
        for file in fs::read_dir(group.path()).unwrap() {
            found.push((group.file_name().into_string().unwrap(), file.unwrap().path()));
        }
    }
    found.sort();
    found
}

#[test]
fn every_rule_behaves_on_its_examples() {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let mut wrong = Vec::new();
    for (group, path) in files() {
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = Text::new(path.display().to_string(), fs::read_to_string(&path).unwrap());
        let reading = read(&text);
        assert!(reading.faults.is_empty(), "{id}: {:?}", reading.faults);
        let root = reading.root.unwrap();
        let (rule, mistakes) = lint::read_rule(&text, &root, &group, &knowledge);
        for mistake in mistakes {
            let line = text.position(mistake.primary.span.start).line;
            wrong.push(format!("{id}:{line}: {} {:?}", mistake.message, mistake.help));
        }
        if rule.is_some_and(|rule| rule.id != id) {
            wrong.push(format!("{id}: the id is not the name of the file"));
        }
        let outcomes = examples::run(&root, &id, &knowledge, &rules);
        let failed = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Validated);
        wrong.extend(failed.map(|outcome| {
            format!("{id}, example {}: {} {}", outcome.number, outcome.verdict.as_str(), outcome.detail)
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_reads_well() {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let mut pages = String::new();
    for (_, path) in files() {
        let text = Text::new("rule", fs::read_to_string(&path).unwrap());
        let root = read(&text).root.unwrap();
        let id = root.get("id").and_then(Node::as_text).unwrap().to_owned();
        let examples = root.get("examples").and_then(Node::as_sequence).unwrap();
        let fires = examples.iter().find_map(|example| example.get("fires")).and_then(Node::as_text).unwrap();
        let (text, found) = examples::judge(fires, "design.yaml", &knowledge, &rules);
        let of_rule: Vec<Diagnostic> = found.into_iter().filter(|found| found.rule == id).take(1).collect();
        pages.push_str(&findings::render(&text, &of_rule, Look::plain(90)));
    }
    insta::assert_snapshot!(pages);
}

#[test]
fn a_broken_rule_is_told_everything_at_once() {
    let knowledge = Knowledge::embedded();
    let text = Text::new(
        "broken.yaml",
        "id: broken\nsince: 0.1.0\nseverity: eror\ntitle: t\nwhy: w\nmatch: {node: {service: lamda}}\n\
         violated: node.timeot > 900\nmesage: x\nmessage: \"{limit('durations')}\"\nsources: [{url: 'https://x'}]\n",
    );
    let root = read(&text).root.unwrap();
    let (rule, mistakes) = lint::read_rule(&text, &root, "limits", &knowledge);
    assert!(rule.is_none());
    let told: Vec<String> = mistakes
        .iter()
        .map(|mistake| {
            let at = text.position(mistake.primary.span.start);
            format!("{}:{} {} {:?}", at.line, at.column, mistake.message, mistake.help)
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// A fix is edits of the file that remove the finding and leave the rest as it was.
#[test]
fn a_fix_removes_its_finding() {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let design = "nodes:\n  web: {service: producer, traffic: {rate: 5000/s}}\n  in: {service: kds, shards: 2, encryption: aws-managed} # two\n  \
        out: {service: consumer}\nflows: [web -> in -> out]\n";
    let (_, found) = examples::judge(design, "d.yaml", &knowledge, &rules);
    let fix = found[0].fix.clone().unwrap();
    assert_eq!((found.len(), fix.safe, fix.title.as_str()), (1, false, "set `shards: 5` at `in`"));
    let mut fixed = design.to_owned();
    for (span, new) in fix.edits.iter().rev() {
        fixed.replace_range(span.range(), new);
    }
    assert_eq!(fixed, design.replace("shards: 2", "shards: 5"));
    assert!(examples::judge(&fixed, "d.yaml", &knowledge, &rules).1.is_empty());
}

/// What is over a limit on average is an error; only at its peak, a warning with the figures of the peak.
#[test]
fn a_rule_can_have_a_milder_outcome() {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let found = |rate: &str| {
        let design = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: {rate}}}}}\n  in: {{service: kds, shards: 2}}\n  \
             out: {{service: consumer}}\nflows: [web -> in -> out]\n"
        );
        let (_, found) = examples::judge(&design, "d.yaml", &knowledge, &rules);
        let of_rule = found.into_iter().filter(|found| found.rule == "shard-write-capacity");
        of_rule.map(|found| (found.severity, found.message)).collect::<Vec<_>>()
    };
    let over = "`in` is written at 2001/s; 2 shards take 2000/s and 2 MB/s";
    assert_eq!(found("2001/s"), [(Severity::Error, over.to_owned())]);
    let at_peak = "at its peak `in` is written at 2001/s; 2 shards take 2000/s and 2 MB/s";
    let day = |peak: &str| format!("{{base: 1/s, peak: {peak}, period: 24h}}");
    assert_eq!(found(&day("2001/s")), [(Severity::Warning, at_peak.to_owned())]);
    assert_eq!(found(&day("2000/s")), []);
}

/// The conditions of a rule that make it speak at its full severity, with the definitions that they use.
fn what_decides(rule: &Rule) -> String {
    let Some(check) = &rule.check else { return String::new() };
    let conditions = [&check.given, &check.violated].into_iter().flatten();
    let mut text = conditions.map(Expression::text).collect::<Vec<_>>().join(" ");
    for (name, definition) in check.definitions.iter().rev() {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        if words.any(|word| word == name) {
            text = format!("{text} {}", definition.text());
        }
    }
    text
}

/// A fact that nobody confirmed makes no design wrong.
#[test]
fn errors_rest_on_confirmed_facts_only() {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let mut read_facts = 0;
    for (_, path) in files() {
        let id = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let services: Vec<&str> =
            knowledge.ids().filter(|id| text.contains(&format!("service: {id}}}"))).collect();
        if rules.get(id).unwrap().severity != Severity::Error {
            continue;
        }
        let decides = what_decides(rules.get(id).unwrap());
        for name in
            decides.split("limit('").skip(1).filter_map(|rest| rest.split_once('\'')).map(|(name, _)| name)
        {
            for card in services.iter().filter_map(|service| knowledge.card(service)) {
                let values = card.fact(name).into_iter().flat_map(|fact| &fact.values);
                for value in values.filter(|value| value.validity.on(knowledge.as_of())) {
                    read_facts += 1;
                    assert_eq!(
                        value.validity.confidence,
                        Confidence::Confirmed,
                        "{id} reads `{name}` of {}",
                        card.id
                    );
                }
            }
        }
    }
    assert!(read_facts >= 4, "the test finds what rules read: {read_facts}");
}
