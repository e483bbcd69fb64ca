//! What differs between two designs, for people, for a comment at a pull request, and for machines.

mod human;
mod json;
mod markdown;

use std::collections::BTreeMap;

pub use crate::report::difference::human::render as human;
pub use crate::report::difference::json::render as json;
pub use crate::report::difference::markdown::render as markdown;

use crate::analysis::Analysis;
use crate::analysis::promises::cost;
use crate::analysis::promises::surroundings::Setup;
use crate::design::Design;
use crate::design::difference::{Change, Difference, SettingChange};
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::knowledge::fact::Confidence;
use crate::report::findings::Judged;
use crate::units::{Dimension, Quantity};

/// One of two designs that are compared.
#[derive(Debug)]
pub struct Side {
    /// How it is called.
    pub name: String,
    /// What was understood of it.
    pub design: Option<Design>,
    /// What was found in it.
    pub judged: Judged,
}

/// Two designs with everything that differs.
#[derive(Debug)]
pub struct Compared<'a> {
    before: &'a Side,
    after: &'a Side,
    graph: Difference,
    /// The nodes whose capacity, or whose use of it, differs.
    capacities: Vec<Pair<Use>>,
    /// What each costs in a month.
    cost: Pair<Cost>,
}

/// The same of both designs; nothing where one of them does not have it.
#[derive(Debug, Clone, PartialEq)]
struct Pair<T> {
    name: String,
    before: Option<T>,
    after: Option<T>,
}

/// What a node takes, and how much of that it uses at the peak.
#[derive(Debug, Clone, Default, PartialEq)]
struct Use {
    takes: Vec<Quantity>,
    peak: Option<f64>,
}

/// What a design costs in a month, and whether that is all of it.
#[derive(Debug, Clone, PartialEq)]
struct Cost {
    known: Quantity,
    is_all: bool,
}

impl<'a> Compared<'a> {
    /// Compares two designs by what is known of services.
    #[must_use]
    pub fn new(before: &'a Side, after: &'a Side, knowledge: &Knowledge) -> Self {
        let was = Figures::of(before.design.as_ref(), knowledge);
        let is = Figures::of(after.design.as_ref(), knowledge);
        Self {
            before,
            after,
            graph: Difference::between(before.design.as_ref(), after.design.as_ref()),
            capacities: differing(was.uses, is.uses),
            cost: Pair { name: "monthly cost".to_owned(), before: was.cost, after: is.cost },
        }
    }

    /// The findings of the second design that the first does not have, in the order of the file.
    pub fn new_findings(&self) -> impl Iterator<Item = &'a Diagnostic> {
        beyond(self.after, self.before)
    }

    fn gone_findings(&self) -> impl Iterator<Item = &'a Diagnostic> {
        beyond(self.before, self.after)
    }

    fn costs_differ(&self) -> bool {
        self.cost.before != self.cost.after
    }

    fn is_same(&self) -> bool {
        let no_findings = self.new_findings().next().is_none() && self.gone_findings().next().is_none();
        self.graph.is_empty() && self.capacities.is_empty() && !self.costs_differ() && no_findings
    }
}

/// The findings that one side has more of, by rule and by node or flow: places move.
fn beyond<'a>(side: &'a Side, other: &Side) -> impl Iterator<Item = &'a Diagnostic> {
    let key = |found: &Diagnostic| (found.rule.clone(), found.node.clone(), found.flow.clone());
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for found in &other.judged.findings {
        *known.entry(key(found)).or_default() += 1;
    }
    side.judged.findings.iter().filter(move |found| match known.get_mut(&key(found)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    })
}

/// The figures of one design.
#[derive(Default)]
struct Figures {
    uses: BTreeMap<String, Use>,
    cost: Option<Cost>,
}

impl Figures {
    fn of(design: Option<&Design>, knowledge: &Knowledge) -> Self {
        let Some(design) = design else { return Self::default() };
        let analysis = Analysis::of(design, knowledge);
        let of_node = |index: usize| {
            let capacity = analysis.capacity(design, knowledge, index);
            let quantity = |dimension, amount: Option<f64>| Some(Quantity::new(dimension, amount?));
            let takes =
                [quantity(Dimension::Rate, capacity.rate), quantity(Dimension::ByteRate, capacity.bytes)];
            let takes = takes.into_iter().flatten().collect();
            let peak = analysis.utilisation(capacity, index).peak;
            (design.nodes[index].id.clone(), Use { takes, peak })
        };
        let uses = (0..design.nodes.len()).map(of_node).filter(|(_, uses)| *uses != Use::default());
        let setup = Setup::new(design, knowledge, &analysis);
        let items = cost::all(setup);
        let is_all = items.iter().all(|item| item.units.is_some()) && cost::unpriced(setup).next().is_none();
        let known = cost::total(&items, Confidence::Unconfirmed).quantity();
        Self { uses: uses.collect(), cost: Some(Cost { known, is_all }) }
    }
}

fn differing(before: BTreeMap<String, Use>, mut after: BTreeMap<String, Use>) -> Vec<Pair<Use>> {
    let mut pairs: Vec<Pair<Use>> = before
        .into_iter()
        .map(|(name, was)| Pair { after: after.remove(&name), before: Some(was), name })
        .filter(|pair| pair.before != pair.after)
        .collect();
    pairs.extend(after.into_iter().map(|(name, is)| Pair { name, before: None, after: Some(is) }));
    pairs.sort_by(|left, right| left.name.cmp(&right.name));
    pairs
}

impl Use {
    /// `4000/s, 4 MB/s; 62 % at the peak`.
    fn shown(&self) -> String {
        let takes: Vec<String> = self.takes.iter().map(|takes| takes.approximate()).collect();
        match (takes.is_empty(), self.peak) {
            (true, None) => "-".to_owned(),
            (_, None) => takes.join(", "),
            (_, Some(peak)) => format!("{}; {:.0} % at the peak", takes.join(", "), peak * 100.0),
        }
    }
}

impl Cost {
    /// `210 USD`, or `210 USD and more` where not every price is known.
    fn shown(&self) -> String {
        let more = if self.is_all { "" } else { " and more" };
        format!("{}{more}", self.known.approximate())
    }
}

/// What is shown for one of a pair.
fn shown<T>(value: Option<&T>, show: fn(&T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), show)
}

/// `shards: 2 -> 4`; of what is new or gone the value alone.
fn setting(change: Change, setting: &SettingChange) -> String {
    let SettingChange { path, before, after } = setting;
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    match change {
        Change::Added => format!("{path}: {}", value(after)),
        Change::Removed => format!("{path}: {}", value(before)),
        Change::Changed => format!("{path}: {} -> {}", value(before), value(after)),
    }
}
