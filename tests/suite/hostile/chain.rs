//! The whole way of a file: read, judged, shown in every format, mended, drawn, and run for a moment.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use thalweg::analysis::Analysis;
use thalweg::analysis::promises::surroundings::Setup;
use thalweg::config;
use thalweg::design::{Design, lower};
use thalweg::diagnostic::{Diagnostic, Severity};
use thalweg::drawing::{Graph, dot, list, mermaid, svg};
use thalweg::import::{self, build, write};
use thalweg::knowledge::Knowledge;
use thalweg::knowledge::pack::{self, PackFile};
use thalweg::lint::baseline::{Baseline, Form};
use thalweg::lint::mend::mend;
use thalweg::lint::{Rules, judgement, undecided};
use thalweg::report::findings::{self, Judged, Surroundings};
use thalweg::report::look::Look;
use thalweg::report::{derived, diff, graph, infrastructure, loads, run, run_json};
use thalweg::runtime::{self, Inputs, Options};
use thalweg::source::Text;
use thalweg::units::Duration;

use crate::hostile::kind::Kind;

/// How many records a run may have at the most; one with more is planned and not run.
const MOST_RECORDS: u64 = 3_000;
/// Pictures of larger designs take too long for hundreds of them.
const MOST_DRAWN: usize = 100;

/// The embedded base, read once.
fn base() -> &'static (Knowledge, Rules) {
    static BASE: OnceLock<(Knowledge, Rules)> = OnceLock::new();
    BASE.get_or_init(|| (Knowledge::embedded(), Rules::embedded()))
}

/// Goes the whole way with a text; fails where a place lies outside of it, and panics as the chain does.
pub(crate) fn drive(kind: Kind, content: &str) {
    let text = Arc::new(Text::new("hostile.yaml", content));
    match kind {
        Kind::Design => design(&text),
        Kind::Card => packed("services/hostile.yaml", &text),
        Kind::Rule => packed("lints/load/hostile.yaml", &text),
        Kind::Manifest => packed("pack.yaml", &text),
        Kind::Misconceptions => packed("misconceptions.yaml", &text),
        Kind::Config => configured(&text),
        Kind::Baseline => known(&text),
        Kind::Template => template(&text),
    }
}

fn design(text: &Arc<Text>) {
    let (knowledge, rules) = base();
    let found = judged(text);
    shown(text, &found);
    let mended = mend(text, true, &|text| judged(text));
    in_the_text(&mended.text, &mended.findings);
    let _ = diff::render(text.name(), text.as_str(), mended.text.as_str(), Look::plain(80));
    let lowered = lower(Arc::clone(text), knowledge);
    let Some(design) = lowered.design else { return };
    drawn(&design, &found);
    let analysis = Analysis::of(&design, knowledge);
    let setup = Setup::new(&design, knowledge, &analysis);
    let _ = (derived::cost(setup), derived::latency(setup), derived::order(setup));
    let loaded = loads::Loaded { file: text.name(), design: &design, knowledge, analysis: &analysis };
    let _: serde_json::Value = serde_json::from_str(&loads::json(std::slice::from_ref(&loaded))).unwrap();
    let _ = loads::human(&loaded);
    in_the_text(text, &undecided::notes(&design, knowledge, rules));
    ran(text, &design);
}

/// A template, or what is left of one, and the design that is written out of it.
fn template(text: &Arc<Text>) {
    let (knowledge, rules) = base();
    let surroundings = import::Surroundings::alone(knowledge);
    let Some(reading) = import::cloudformation::read(text, surroundings) else { return };
    let lowered = build::lowered(&reading, knowledge);
    let found = judgement(&lowered, knowledge, rules).found;
    in_the_text(text, &found);
    in_the_text(text, &reading.mistakes);
    let _ = infrastructure::json(&reading, knowledge);
    let written = Arc::new(Text::new("made.yaml", write::design(&reading, knowledge)));
    in_the_text(&written, &judged(&written));
}

pub(crate) fn judged(text: &Arc<Text>) -> Vec<Diagnostic> {
    let (knowledge, rules) = base();
    judgement(&lower(Arc::clone(text), knowledge), knowledge, rules).found
}

/// Every place lies in the text and cuts no character in two.
fn in_the_text(text: &Text, found: &[Diagnostic]) {
    for diagnostic in found {
        let fixes = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|(span, _)| *span);
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related).map(|label| label.span);
        for span in labels.chain(fixes) {
            assert!(text.as_str().get(span.range()).is_some(), "{span:?} of {diagnostic:#?}");
        }
        assert!(!diagnostic.message.contains('\n'), "a message is one line: {diagnostic:#?}");
    }
}

fn shown(text: &Arc<Text>, found: &[Diagnostic]) {
    in_the_text(text, found);
    let (_, rules) = base();
    for look in [Look::plain(100), Look { width: 40, color: true, unicode: false, links: true }] {
        let _ = findings::render(text, found, look);
    }
    let judged = [Judged::new(Arc::clone(text), found.to_vec())];
    let surroundings = Surroundings { rules: &[rules], folder: Path::new("/") };
    let json = [
        findings::json(&judged),
        findings::sarif(&judged, &surroundings),
        findings::gitlab(&judged, &surroundings),
    ];
    for json in json {
        let _: serde_json::Value = serde_json::from_str(&json).unwrap();
    }
    let concise = findings::concise(&judged);
    assert_eq!(concise.lines().count(), found.len(), "{concise}");
    let _ = (findings::github(&judged, &surroundings), findings::junit(&judged));
}

fn drawn(design: &Design, found: &[Diagnostic]) {
    let picture = Graph::of(design, found);
    let _ = (mermaid::render(&picture), dot::render(&picture), list::render(&picture));
    if design.nodes.len() + design.flows.len() <= MOST_DRAWN {
        for width in [20, usize::MAX] {
            let _ = graph::render(&picture, width, Look::plain(80));
        }
        let _ = svg::render(&picture, "hostile");
    }
}

/// Plans the design even where it has errors, as `--force` does, and runs it where that is short.
fn ran(text: &Text, design: &Design) {
    let (knowledge, _) = base();
    let options = Options { seed: 1, duration: Some(Duration::from_secs(2)) };
    let mut inputs = Inputs::new();
    for node in design.nodes.iter().filter(|node| node.settings.text("traffic.records").is_some()) {
        inputs.insert(node.id.clone(), bytes::Bytes::from_static(b"{\"at\": 1}\n{\"at\": \"x\"}\nnull\n"));
    }
    match runtime::plan(design, knowledge, &inputs, &options) {
        Err(refusals) => in_the_text(text, &refusals),
        Ok(topology) if topology.total().is_some_and(|total| total > MOST_RECORDS) => {}
        Ok(topology) => {
            let outcome = runtime::simulate(topology, &options, &mut |_| {});
            let _ = run::render(&outcome, Look::plain(80));
            let _: serde_json::Value = serde_json::from_str(&run_json::render(&outcome, None)).unwrap();
        }
    }
}

/// A file of a pack, merged into the base where it has no mistakes.
fn packed(path: &str, text: &Arc<Text>) {
    let file = |path: &str, text: Arc<Text>| PackFile { path: path.to_owned(), text };
    let manifest = Arc::new(Text::new("pack.yaml", "name: ours\nversion: 1.0.0\n"));
    let mut files = vec![file(path, Arc::clone(text))];
    if path != "pack.yaml" {
        files.push(file("pack.yaml", manifest));
    }
    let (pack, mistakes) = pack::read(&files);
    let (knowledge, of_knowledge) = Knowledge::embedded().with_packs(std::slice::from_ref(&pack));
    let (rules, of_rules) = Rules::with_packs(&[pack], &knowledge);
    for told in mistakes.into_iter().chain(of_knowledge).chain(of_rules) {
        in_the_text(&told.text, &told.found);
        let _ = findings::render(&told.text, &told.found, Look::plain(80));
    }
    if path.starts_with("lints")
        && let Some(rule) = rules.get("hostile")
    {
        let _ = thalweg::report::explanation::rule(rule, Look::plain(80));
    }
    // A rule is not called as its file is, so it is read once more by itself, and its examples run.
    if let (Some(root), true) = (thalweg::source::read(text).root, path.starts_with("lints")) {
        let (_, wrong) = thalweg::lint::read_rule(text, &root, "load", &knowledge);
        in_the_text(text, &wrong);
        let id = root.get("id").and_then(thalweg::source::Node::as_text).unwrap_or("hostile").to_owned();
        let _ = thalweg::lint::examples::run(&root, &id, &knowledge, &rules);
    }
}

fn configured(text: &Arc<Text>) {
    let (_, rules) = base();
    let (config, mut mistakes) = config::read(text);
    mistakes.extend(config.unknown_rules(rules));
    in_the_text(text, &mistakes);
    let _ = findings::render(text, &mistakes, Look::plain(80));
    for each in &config.per_path {
        let _ = each.is_for(&"deep/".repeat(200));
    }
}

fn known(text: &Arc<Text>) {
    let (baseline, mistakes) = Baseline::read(text);
    shown(text, &mistakes);
    let stale = baseline.stale("d.yaml", None);
    in_the_text(text, &stale);
    if mistakes.iter().any(|mistake| mistake.severity == Severity::Error) {
        return;
    }
    for form in [Form::Yaml, Form::Json] {
        let written = baseline.write(form);
        let (again, mistakes) = Baseline::read(&Arc::new(Text::new("again", written.clone())));
        assert!(mistakes.is_empty() && again.len() == baseline.len(), "{written}\n{mistakes:#?}");
    }
}
