//! The figures of two runs in pairs, in the order in which they are shown.

use indexmap::IndexMap;

use crate::report::comparison::figures::{Figures, Latency, Node, Sink};
use crate::units::{Dimension, Quantity};

/// What a figure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Requirements,
    Latency,
    Sinks,
    Nodes,
    Cost,
}

impl Section {
    pub(super) const ALL: [Self; 5] =
        [Self::Requirements, Self::Latency, Self::Sinks, Self::Nodes, Self::Cost];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Requirements => "Requirements",
            Self::Latency => "Latency",
            Self::Sinks => "Sinks",
            Self::Nodes => "Nodes",
            Self::Cost => "Cost",
        }
    }
}

/// A figure of one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Amount(Quantity),
    /// What became of a requirement.
    Verdict(Option<bool>, String),
}

/// Whether the lesser of two amounts is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Less,
    Neither,
}

/// What the second run makes of a figure; the order is that in which figures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Worse,
    Better,
    /// Neither of the two is better, or one of them has no such figure.
    Differs,
    Same,
}

/// A figure of both runs; nothing where one of them does not have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) section: Section,
    /// The requirement, path, sink or node.
    pub(super) subject: String,
    /// What is counted of it; nothing for a requirement.
    pub(super) figure: &'static str,
    pub(super) before: Option<Cell>,
    pub(super) after: Option<Cell>,
    wanted: Wanted,
}

impl Row {
    pub(super) fn change(&self) -> Change {
        let (Some(before), Some(after)) = (&self.before, &self.after) else { return Change::Differs };
        let order = match (before, after) {
            _ if before == after => return Change::Same,
            (Cell::Verdict(before, _), Cell::Verdict(after, _)) => rank(*after).cmp(&rank(*before)),
            (Cell::Amount(before), Cell::Amount(after)) => match self.wanted {
                Wanted::Less => before.amount.total_cmp(&after.amount),
                Wanted::Neither => return Change::Differs,
            },
            _ => return Change::Differs,
        };
        match order {
            std::cmp::Ordering::Less => Change::Worse,
            std::cmp::Ordering::Equal => Change::Differs,
            std::cmp::Ordering::Greater => Change::Better,
        }
    }

    /// Whether it is a requirement that only the second run breaks.
    pub(super) fn is_newly_broken(&self) -> bool {
        let breaks = |cell: &Option<Cell>| matches!(cell, Some(Cell::Verdict(Some(false), _)));
        breaks(&self.after) && !breaks(&self.before)
    }

    /// The change in words: `worse, +12 %`.
    pub(super) fn words(&self) -> String {
        let word = match self.change() {
            Change::Worse => "worse",
            Change::Better => "better",
            Change::Differs => "differs",
            Change::Same => return "same".to_owned(),
        };
        match self.ratio() {
            Some(ratio) if ratio >= 9.0 => format!("{word}, {:.0} times as much", ratio + 1.0),
            Some(ratio) => format!("{word}, {:+.1} %", ratio * 100.0),
            None => word.to_owned(),
        }
    }

    /// By how much the second amount exceeds the first, as a share of that.
    pub(super) fn ratio(&self) -> Option<f64> {
        match (&self.before, &self.after) {
            (Some(Cell::Amount(before)), Some(Cell::Amount(after))) if before.amount > 0.0 => {
                Some(after.amount / before.amount - 1.0)
            }
            _ => None,
        }
    }
}

impl Cell {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Amount(quantity) if quantity.dimension == Dimension::Count => quantity.to_string(),
            Self::Amount(quantity) => quantity.approximate(),
            Self::Verdict(met, measured) => format!("{}: {measured}", word(*met)),
        }
    }
}

/// What became of a requirement, in a word.
pub(super) fn word(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "broken",
        None => "unknown",
    }
}

fn rank(met: Option<bool>) -> u8 {
    match met {
        Some(true) => 2,
        None => 1,
        Some(false) => 0,
    }
}

/// All figures of two runs.
pub(super) fn all(before: &Figures, after: &Figures) -> Vec<Row> {
    let mut rows = requirements(before, after);
    rows.extend(amounts(Section::Latency, &LATENCIES, &paths(before), &paths(after)));
    rows.extend(amounts(Section::Sinks, &SINKS, &before.sinks, &after.sinks));
    rows.extend(amounts(Section::Nodes, &NODES, &before.nodes, &after.nodes));
    let (was, is) = (costs(before), costs(after));
    rows.extend(amounts(Section::Cost, &COSTS, &was, &is));
    // Figures that neither run ever counted say nothing.
    rows.retain(|row| [&row.before, &row.after].iter().any(|cell| cell.as_ref().is_some_and(says_something)));
    rows.sort_by_key(|row| (row.section, row.change()));
    rows
}

fn says_something(cell: &Cell) -> bool {
    !matches!(cell, Cell::Amount(quantity) if quantity.amount == 0.0)
}

fn requirements(before: &Figures, after: &Figures) -> Vec<Row> {
    let of = |figures: &Figures| -> IndexMap<String, Cell> {
        let cell = |verdict: &crate::report::comparison::figures::Requirement| {
            (verdict.require.clone(), Cell::Verdict(verdict.met, verdict.measured.clone()))
        };
        figures.requirements.iter().map(cell).collect()
    };
    let (was, is) = (of(before), of(after));
    names(&was, &is)
        .map(|name| Row {
            section: Section::Requirements,
            before: was.get(name).cloned(),
            after: is.get(name).cloned(),
            subject: name.clone(),
            figure: "",
            wanted: Wanted::Neither,
        })
        .collect()
}

/// A figure: its name, how to read it, in which unit, and which way is better.
type Figure<T> = (&'static str, fn(&T) -> Option<f64>, Dimension, Wanted);

const LATENCIES: [Figure<Latency>; 3] = [
    ("p50", |latency| Some(latency.p50 * 1e3), Dimension::Duration, Wanted::Less),
    ("p99", |latency| Some(latency.p99 * 1e3), Dimension::Duration, Wanted::Less),
    ("max", |latency| Some(latency.max * 1e3), Dimension::Duration, Wanted::Less),
];
const SINKS: [Figure<Sink>; 6] = [
    ("delivered", |sink| Some(sink.delivered as f64), Dimension::Count, Wanted::Neither),
    ("lost", |sink| Some(sink.lost as f64), Dimension::Count, Wanted::Less),
    ("repeated", |sink| Some(sink.duplicates as f64), Dimension::Count, Wanted::Less),
    ("out of order", |sink| Some(sink.out_of_order as f64), Dimension::Count, Wanted::Less),
    ("delayed by faults", |sink| Some(sink.delayed? as f64), Dimension::Count, Wanted::Less),
    ("recovered after", |sink| Some(sink.recovery_s? * 1e6), Dimension::Duration, Wanted::Less),
];
const NODES: [Figure<Node>; 7] = [
    ("in", |node| Some(node.came as f64), Dimension::Count, Wanted::Neither),
    ("out", |node| Some(node.out as f64), Dimension::Count, Wanted::Neither),
    ("throttled", |node| Some(node.throttled as f64), Dimension::Count, Wanted::Less),
    ("retried", |node| Some(node.retried as f64), Dimension::Count, Wanted::Less),
    ("lost", |node| Some(node.lost as f64), Dimension::Count, Wanted::Less),
    ("held at the end", |node| Some(node.held as f64), Dimension::Count, Wanted::Less),
    ("oldest read", |node| Some(node.iterator_age_ms * 1e3), Dimension::Duration, Wanted::Less),
];
const COSTS: [Figure<f64>; 1] = [("", |dollars| Some(*dollars), Dimension::Money, Wanted::Less)];

fn amounts<T>(
    section: Section,
    figures: &[Figure<T>],
    before: &IndexMap<String, T>,
    after: &IndexMap<String, T>,
) -> Vec<Row> {
    let row = |subject: &String, (figure, of, dimension, wanted): &Figure<T>| {
        let cell = |all: &IndexMap<String, T>| {
            let amount = all.get(subject).and_then(of)?;
            Some(Cell::Amount(Quantity::new(*dimension, amount)))
        };
        let (before, after) = (cell(before), cell(after));
        Row { section, subject: subject.clone(), figure, before, after, wanted: *wanted }
    };
    names(before, after).flat_map(|subject| figures.iter().map(move |figure| row(subject, figure))).collect()
}

/// The names of both, in the order of the first, then of the second.
fn names<'a, T>(
    before: &'a IndexMap<String, T>,
    after: &'a IndexMap<String, T>,
) -> impl Iterator<Item = &'a String> {
    before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)))
}

fn paths(figures: &Figures) -> IndexMap<String, Latency> {
    // A path that nothing took is not a fast one.
    let taken = figures.paths.iter().filter(|path| path.records > 0);
    taken.map(|path| (format!("{} -> {}", path.from, path.to), path.latency_ms)).collect()
}

fn costs(figures: &Figures) -> IndexMap<String, f64> {
    let Some(cost) = figures.cost else { return IndexMap::new() };
    let named = |what: &str| if cost.at_least { format!("{what}, at least") } else { what.to_owned() };
    [(named("of the run"), cost.run_usd), (named("a month at this load"), cost.month_usd)].into()
}
