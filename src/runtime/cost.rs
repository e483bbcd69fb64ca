//! What a run costs: the prices of the cards for what it counted.
//!
//! The expressions of the cards say how many units of a price a month makes at a load; here that load is the one of the
//! run, so that a month of it is priced, and the run as its part of a month. Where a run counts nothing, as for a function
//! that acts within another service, the declared load stands in.

use crate::analysis::Analysis;
use crate::analysis::promises::cost;
use crate::analysis::promises::surroundings::{MONTH, Setup};
use crate::analysis::traffic::{Figure, Load};
use crate::design::requirement::RequirementKind;
use crate::design::{Design, Role};
use crate::knowledge::Knowledge;
use crate::runtime::outcome::{NodeOutcome, Outcome};
use crate::runtime::verdict::Verdict;
use crate::units::Money;

/// What a run costs, in the Region of the prices.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// The run itself.
    pub run: Money,
    /// A month at the load of the run.
    pub month: Money,
    /// Whether something has no price, or an amount that nobody knows, so that it costs more.
    pub is_least: bool,
    /// The run's cost by node, without those that cost nothing.
    pub nodes: Vec<(String, Money)>,
}

/// Prices an outcome, and judges by it what a month may cost. A run in which no time passed has no price.
pub fn measure(design: &Design, knowledge: &Knowledge, outcome: &mut Outcome) {
    if outcome.duration_us == 0 {
        return;
    }
    let seconds = outcome.duration_us as f64 / 1e6;
    let share = outcome.duration_us as f64 / MONTH.0 as f64;
    let mut analysis = Analysis::of(design, knowledge);
    for (node, counted) in outcome.nodes.iter().enumerate() {
        if design.incoming(node).any(|(_, flow)| flow.role == Role::Flow) {
            count(&mut analysis.traffic.nodes[node], counted, seconds);
        }
    }
    let setup = Setup::new(design, knowledge, &analysis);
    let items = cost::all(setup);
    let of_node = |node: usize| {
        let items = items.iter().filter(|item| item.node == node).filter_map(cost::Item::cost);
        Money(items.fold(0.0, |sum, cost| sum + cost.0) * share)
    };
    let nodes = design.nodes.iter().enumerate().map(|(node, named)| (named.id.clone(), of_node(node)));
    let nodes: Vec<(String, Money)> = nodes.filter(|(_, cost)| cost.0 > 0.0).collect();
    let month = Money(items.iter().filter_map(cost::Item::cost).fold(0.0, |sum, cost| sum + cost.0));
    let is_least = items.iter().any(|item| item.units.is_none()) || cost::unpriced(setup).next().is_some();
    let found = Cost { run: Money(month.0 * share), month, is_least, nodes };
    judge(design, &found, &mut outcome.verdicts);
    outcome.cost = Some(found);
}

/// The load that a run counted at a node.
fn count(load: &mut Load, counted: &NodeOutcome, seconds: f64) {
    let records = counted.records_in as f64;
    load.rate = Figure::Known(records / seconds);
    load.bytes = Figure::Known(counted.bytes_in as f64 / seconds);
    load.record_size = Figure::Known(if records > 0.0 { counted.bytes_in as f64 / records } else { 0.0 });
}

fn judge(design: &Design, cost: &Cost, verdicts: &mut [Verdict]) {
    for (requirement, verdict) in design.requirements.iter().zip(verdicts) {
        let RequirementKind::MonthlyCost { at_most } = requirement.kind else { continue };
        let least = if cost.is_least { "at least " } else { "" };
        let met = match cost.month.0 <= at_most.0 {
            true if cost.is_least => None,
            kept => Some(kept),
        };
        let require = format!("monthly cost of at most {}", at_most.quantity().approximate());
        let measured = format!("{least}{} a month at this load", cost.month.quantity().approximate());
        *verdict = Verdict { require, met, measured };
    }
}
