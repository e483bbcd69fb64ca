//! Lists of scenarios, and how many of them are proved.

use std::fmt::Write as _;

use serde::Serialize;

use crate::report::findings::{Counts, Judged};
use crate::report::look::Look;
use crate::report::table::Table;
use crate::scenario::explain;
use crate::scenario::model::Scenario;
use crate::scenario::prove::{ChoiceProof, Judge, Proof};

/// One line a scenario: topic, id, format, exams and title.
#[must_use]
pub fn list(scenarios: &[&Scenario]) -> String {
    let mut table = Table::new(&["topic", "scenario", "format", "decision", "exams", "title"], 6);
    for scenario in scenarios {
        table.row(vec![
            scenario.topic.clone(),
            scenario.id.clone(),
            scenario.format.as_str().to_owned(),
            scenario.decision.clone(),
            exams(scenario).join(" "),
            scenario.title.clone(),
        ]);
    }
    table.lines().join("\n") + "\n"
}

/// The exams without the number of their edition: `SAA`.
fn exams(scenario: &Scenario) -> Vec<String> {
    let short = |code: &str| code.split('-').next().unwrap_or_default().to_owned();
    scenario.exams.iter().map(|task| short(&task.exam)).collect()
}

/// All scenarios as one JSON object with a line end.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(scenarios: &[&Scenario]) -> String {
    let scenarios = scenarios.iter().map(|scenario| Listed::new(scenario)).collect();
    let mut json = serde_json::to_string_pretty(&List { version: 1, scenarios }).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    scenarios: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    topic: &'a str,
    decision: &'a str,
    title: &'a str,
    format: &'a str,
    exams: Vec<Asked<'a>>,
    options: Vec<&'a str>,
    checked: String,
}

#[derive(Serialize)]
struct Asked<'a> {
    exam: &'a str,
    task: &'a str,
    domain: u32,
}

impl<'a> Listed<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let task = |task: &'a crate::scenario::model::ExamTask| Asked {
            exam: &task.exam,
            task: &task.task,
            domain: task.domain(),
        };
        Self {
            id: &scenario.id,
            topic: &scenario.topic,
            decision: &scenario.decision,
            title: &scenario.title,
            format: scenario.format.as_str(),
            exams: scenario.exams.iter().map(task).collect(),
            options: scenario.choices.iter().map(|choice| choice.id.as_str()).collect(),
            checked: scenario.checked.to_string(),
        }
    }
}

/// `105 scenarios with 398 options: no findings in 105 files`.
#[must_use]
pub fn summary(scenarios: &[&Scenario], judged: &[Judged]) -> String {
    let options: usize = scenarios.iter().map(|scenario| scenario.choices.len()).sum();
    let plural = |count: usize, one: &str| if count == 1 { one.to_owned() } else { format!("{one}s") };
    format!(
        "{} {} with {options} {}: {}",
        scenarios.len(),
        plural(scenarios.len(), "scenario"),
        plural(options, "option"),
        Counts::of(judged).summary()
    )
}

/// A scenario for people: the task, and for every option what was proved of it and why.
#[must_use]
pub fn shown(scenario: &Scenario, proof: &Proof, judge: Judge<'_>, look: Look) -> String {
    let width = look.width.min(WIDEST);
    let wrapped = |text: &str, indent: &str| {
        let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(indent);
        textwrap::fill(text, options) + "\n"
    };
    let mut page =
        format!("{} ({}, {})\n\n", look.styled(&scenario.title, "1"), scenario.id, scenario.format.as_str());
    for paragraph in scenario.prompt.split("\n\n") {
        page.push_str(&wrapped(paragraph, ""));
        page.push('\n');
    }
    for (choice, proof) in scenario.choices.iter().zip(&proof.choices) {
        writeln!(page, "{}: {}", look.styled(&choice.id, "1"), outcome(proof)).expect("memory");
        page.push_str(&wrapped(&choice.text, "  "));
        if let Some(with) = &choice.with {
            page.push_str(&wrapped(&format!("with: {with}"), "  "));
        }
        page.push_str(&wrapped(&choice.because, "  > "));
        if let Some(rule) = explain::choice(choice, judge.rules).rule {
            writeln!(page, "  {}: {} (checked {})", rule.id, rule.url, rule.checked).expect("memory");
        }
        page.push('\n');
    }
    if let Some(lore) = &scenario.lore {
        page.push_str(&wrapped(&format!("Exams taught: {}", lore.was), ""));
        page.push_str(&wrapped(&format!("Today: {}", lore.now), ""));
    }
    page
}

/// Lines of prose are no longer than this, however wide the terminal.
const WIDEST: usize = 100;

/// What was found of an option, in one line: what speaks against it, else what it comes to.
fn outcome(proof: &ChoiceProof) -> String {
    let mut parts: Vec<String> = Vec::new();
    let rules = &proof.against;
    if !rules.is_empty() {
        parts.push(format!("falls by {}", rules.join(", ")));
    }
    match &proof.broken_in_run {
        Some(broken) if !broken.is_empty() => parts.push(format!("a run breaks {}", broken.join(", "))),
        Some(_) => parts.push("a run keeps everything".to_owned()),
        None => {}
    }
    parts.extend(proof.counted.map(|count| format!("the run counts {count}")));
    if rules.is_empty() && parts.is_empty() {
        let kept = proof.judged.requirements.iter().map(|(keyword, kept)| match kept {
            Some(_) => (*keyword).to_owned(),
            None => format!("perhaps {keyword}"),
        });
        let kept: Vec<String> = kept.collect();
        parts.push(if kept.is_empty() { "holds".to_owned() } else { format!("keeps {}", kept.join(", ")) });
    }
    let cost = proof.judged.monthly_cost.map_or("at a cost that is not known".to_owned(), |cost| {
        format!("{} a month", crate::units::Money(cost))
    });
    parts.push(cost);
    parts.push(match proof.judged.upkeep.as_slice() {
        [] => "nothing to look after".to_owned(),
        things => format!("to look after: {}", things.join(", ")),
    });
    parts.join("; ")
}
