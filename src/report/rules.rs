//! Lists of rules, and what became of their examples.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use crate::lint::examples::{Outcome, Verdict};
use crate::lint::rule::Rule;
use crate::report::look::Look;
use crate::report::table::Table;
use crate::source::Text;

/// A rule with what became of its examples.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Its id.
    pub rule: String,
    /// Its file; nothing for an embedded rule.
    pub file: Option<Arc<Text>>,
    /// What became of its examples.
    pub outcomes: Vec<Outcome>,
}

impl Tested {
    /// Whether an example is not validated.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.verdict != Verdict::Validated)
    }
}

/// One line a rule: severity, id, group and title.
#[must_use]
pub fn list(rules: &[Rule]) -> String {
    let mut table = Table::new(&["rule", "group", "severity", "title"], 4);
    for rule in rules {
        let cells = [&rule.id, &rule.group, rule.severity.as_str(), &rule.title];
        table.row(cells.map(str::to_owned).to_vec());
    }
    table.lines().join("\n") + "\n"
}

/// All rules as one JSON object with a line end.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(rules: &[Rule]) -> String {
    let rules = rules.iter().map(Listed::new).collect();
    let mut json = serde_json::to_string_pretty(&List { version: 1, rules }).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    rules: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    group: &'a str,
    severity: &'static str,
    title: &'a str,
    why: &'a str,
    since: &'a str,
    sources: Vec<&'a str>,
}

impl<'a> Listed<'a> {
    fn new(rule: &'a Rule) -> Self {
        Self {
            id: &rule.id,
            group: &rule.group,
            severity: rule.severity.as_str(),
            title: &rule.title,
            why: &rule.why,
            since: &rule.since,
            sources: rule.sources.iter().map(|source| source.url.as_str()).collect(),
        }
    }
}

/// A line for every example that is not validated, and how many there are of each sort.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn tested(tested: &[Tested], look: Look) -> String {
    let mut page = String::new();
    for rule in tested {
        for outcome in rule.outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Validated) {
            let verdict = look.styled(outcome.verdict.as_str(), "31");
            let example =
                if outcome.number == 0 { String::new() } else { format!(", example {}", outcome.number) };
            writeln!(page, "{verdict}: {}{}{example}: {}", place(rule, outcome), rule.rule, outcome.detail)
                .expect("memory");
        }
    }
    let outcomes = || tested.iter().flat_map(|rule| &rule.outcomes);
    let counted =
        [Verdict::Validated, Verdict::Missing, Verdict::Noisy, Verdict::WrongPlace, Verdict::Incomplete]
            .map(|verdict| (verdict, outcomes().filter(|outcome| outcome.verdict == verdict).count()));
    let counted: Vec<String> = counted
        .into_iter()
        .filter(|(verdict, count)| *count > 0 || *verdict == Verdict::Validated)
        .map(|(verdict, count)| format!("{count} {}", verdict.as_str()))
        .collect();
    writeln!(page, "{} rules, examples: {}", tested.len(), counted.join(", ")).expect("memory");
    page
}

fn place(rule: &Tested, outcome: &Outcome) -> String {
    let Some(text) = &rule.file else { return String::new() };
    format!("{}:{}: ", text.name(), text.position(outcome.span.start))
}
