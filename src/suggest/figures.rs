//! What a design comes to: latency, cost and what somebody has to look after.

use std::collections::BTreeSet;

use crate::analysis::Analysis;
use crate::analysis::promises::latency::{self, Percentile};
use crate::analysis::promises::surroundings::Setup;
use crate::analysis::promises::{cost, paths};
use crate::design::effective;
use crate::design::{Design, Role};
use crate::knowledge::Knowledge;
use crate::knowledge::effect::EffectKind;
use crate::knowledge::fact::Confidence;
use crate::knowledge::practice::Practice;
use crate::suggest::request::Request;
use crate::units::{Duration, Money};

/// What a design comes to.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// How long records take from each source to each sink.
    pub latency: Vec<Wait>,
    /// What it costs in a month.
    pub cost: Cost,
    /// What somebody has to look after or write, one entry a thing.
    pub upkeep: Vec<String>,
}

/// How long records take from one node to another, by the fastest way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The id of the node that sends.
    pub from: String,
    /// The id of the node that receives.
    pub to: String,
    /// What half of the records stay under.
    pub p50: Duration,
    /// What 99 of 100 stay under.
    pub p99: Duration,
    /// Whether every wait on the way is known; both figures are lower bounds where not.
    pub is_whole: bool,
}

/// What a month costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// The sum of what is known.
    pub monthly: Money,
    /// The ids of nodes of which not all is known; the sum is a lower bound where there is one.
    pub open: Vec<String>,
    /// How sure the least sure price is; nothing where none applies.
    pub confidence: Option<Confidence>,
}

impl Default for Cost {
    fn default() -> Self {
        Self { monthly: Money(0.0), open: Vec::new(), confidence: None }
    }
}

impl Figures {
    pub(super) fn of(request: &Request, design: &Design, knowledge: &Knowledge, analysis: &Analysis) -> Self {
        let setup = Setup::new(design, knowledge, analysis);
        Self { latency: waits(request, setup), cost: price(setup), upkeep: upkeep(setup) }
    }

    /// Cost and upkeep of a design; of the latencies nobody asks.
    #[must_use]
    pub fn of_design(setup: Setup<'_>) -> Self {
        Self { latency: Vec::new(), cost: price(setup), upkeep: upkeep(setup) }
    }

    /// The worst of the latencies, where all are known.
    pub(super) fn slowest(&self) -> Option<Duration> {
        let whole = self.latency.iter().all(|wait| wait.is_whole);
        self.latency.iter().map(|wait| wait.p99).max().filter(|_| whole)
    }

    /// The cost, where all of it is known.
    #[must_use]
    pub fn whole_cost(&self) -> Option<Money> {
        self.cost.open.is_empty().then_some(self.cost.monthly)
    }
}

fn waits(request: &Request, setup: Setup<'_>) -> Vec<Wait> {
    let sources = if request.fed { &request.between } else { &request.sources };
    let ends = sources.iter().flat_map(|from| request.sinks.iter().map(move |to| (*from, *to)));
    ends.filter_map(|(from, to)| {
        let (from, to) = (&request.nodes[from].id, &request.nodes[to].id);
        fastest(setup, (from, to))
    })
    .collect()
}

fn fastest(setup: Setup<'_>, (from, to): (&str, &str)) -> Option<Wait> {
    let (start, end) = (setup.design.index_of(from)?, setup.design.index_of(to)?);
    let ways = paths::possible(setup, paths::between(setup.design, start, end));
    let timed = ways.iter().map(|way| {
        let waits = latency::along(setup, way);
        let of = |percentile| latency::at_least(&waits, percentile, Confidence::Unconfirmed);
        Wait {
            from: from.to_owned(),
            to: to.to_owned(),
            p50: of(Percentile::P50),
            p99: of(Percentile::P99),
            is_whole: latency::is_known(&waits) && way.windows(2).all(|hop| is_timed(setup, hop)),
        }
    });
    timed.min_by_key(|wait| wait.p99)
}

/// Whether the base knows of waits at the node between two flows, or on one of them: where it says nothing, that means
/// not that there are none.
fn is_timed(setup: Setup<'_>, hop: &[usize]) -> bool {
    let node = setup.design.flows[hop[0]].to;
    let of_node = setup.design.card(setup.knowledge, node).map(|card| card.effects.as_slice());
    let of_flow = |flow: &usize| setup.design.integration(setup.knowledge, &setup.design.flows[*flow]);
    let of_flows = hop.iter().filter_map(of_flow).flat_map(|integration| &integration.effects);
    let mut effects = of_node.unwrap_or_default().iter().chain(of_flows);
    effects.any(|effect| matches!(effect.kind, EffectKind::Wait { .. }))
}

/// The price of a month. Nodes that only keep what failed count for nothing: nobody knows how much that is.
fn price(setup: Setup<'_>) -> Cost {
    let carries = |node: usize| {
        let mut flows = setup.design.incoming(node).chain(setup.design.outgoing(node));
        flows.any(|(_, flow)| flow.role == Role::Flow)
    };
    let items: Vec<cost::Item<'_>> = cost::all(setup).into_iter().filter(|item| carries(item.node)).collect();
    let unknown = items.iter().filter(|item| item.units.is_none()).map(|item| item.node);
    let open: BTreeSet<usize> = unknown.chain(cost::unpriced(setup).filter(|node| carries(*node))).collect();
    let known = items.iter().filter(|item| item.units.is_some());
    Cost {
        monthly: cost::total(&items, Confidence::Unconfirmed),
        open: open.into_iter().map(|node| setup.design.nodes[node].id.clone()).collect(),
        confidence: known.map(|item| item.confidence).min(),
    }
}

fn upkeep(setup: Setup<'_>) -> Vec<String> {
    let design = setup.design;
    let mut found = Vec::new();
    for (index, node) in design.nodes.iter().enumerate() {
        let Some(card) = setup.knowledge.card(&node.service) else { continue };
        let practice = Practice::embedded().services.get(&node.service);
        if matches!(card.class.as_str(), "source" | "sink") {
            continue;
        }
        let counted = practice.map(|practice| practice.counted.as_slice()).unwrap_or_default();
        let counts: Vec<String> = counted
            .iter()
            .filter_map(|setting| Some(format!("{} {setting}", count(setup, index, setting)?)))
            .collect();
        let sized = !card.serverless && counts.is_empty();
        found.extend(counts.into_iter().map(|count| format!("{count} at `{}`", node.id)));
        if let Some(code) = practice.and_then(|practice| practice.code.as_ref()) {
            found.push(format!("{code} (`{}`)", node.id));
        } else if sized {
            found.push(format!("servers of `{}`", node.id));
        }
    }
    found
}

fn count(setup: Setup<'_>, node: usize, setting: &str) -> Option<u64> {
    let found = effective::setting(setup.design, setup.knowledge, node, setting)?;
    found.value.quantity().map(|quantity| quantity.amount as u64)
}
