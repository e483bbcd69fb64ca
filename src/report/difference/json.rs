//! The difference of two designs for machines.

use serde_json::{Value, json};

use crate::design::difference::Changed;
use crate::diagnostic::Diagnostic;
use crate::report::difference::{Compared, Cost, Use};
use crate::units::{Dimension, Quantity};

/// One JSON object, with the version of its form.
///
/// # Panics
/// Never: the object holds text and finite numbers.
#[must_use]
pub fn render(compared: &Compared<'_>) -> String {
    let capacities: Vec<Value> = compared
        .capacities
        .iter()
        .map(|pair| json!({"node": pair.name, "before": pair.before.as_ref().map(uses), "after": pair.after.as_ref().map(uses)}))
        .collect();
    let cost = |cost: &Option<Cost>| {
        cost.as_ref().map(|cost| json!({"usd": cost.known.amount, "complete": cost.is_all}))
    };
    let object = json!({
        "version": 1,
        "before": compared.before.name,
        "after": compared.after.name,
        "nodes": compared.graph.nodes.iter().map(|node| changed("node", node)).collect::<Vec<_>>(),
        "flows": compared.graph.flows.iter().map(|flow| changed("flow", flow)).collect::<Vec<_>>(),
        "capacity": capacities,
        "monthly_cost": {"before": cost(&compared.cost.before), "after": cost(&compared.cost.after)},
        "findings": {
            "new": compared.new_findings().map(finding).collect::<Vec<_>>(),
            "gone": compared.gone_findings().map(finding).collect::<Vec<_>>(),
        },
    });
    serde_json::to_string_pretty(&object).expect("text and finite numbers are JSON") + "\n"
}

fn changed(kind: &str, changed: &Changed) -> Value {
    let settings = changed
        .settings
        .iter()
        .map(|setting| json!({"path": setting.path, "before": setting.before, "after": setting.after}));
    json!({kind: changed.name, "change": changed.change.as_str(), "settings": settings.collect::<Vec<_>>()})
}

fn uses(uses: &Use) -> Value {
    let of = |dimension: Dimension| {
        uses.takes.iter().find(|takes| takes.dimension == dimension).map(|takes: &Quantity| takes.amount)
    };
    let (rate, bytes) = (of(Dimension::Rate), of(Dimension::ByteRate));
    json!({"records_per_second": rate, "bytes_per_second": bytes, "peak_utilisation": uses.peak})
}

fn finding(found: &Diagnostic) -> Value {
    json!({
        "rule": found.rule,
        "severity": found.severity.as_str(),
        "message": found.message,
        "node": found.node,
        "flow": found.flow.as_ref().map(|(from, to)| [from, to]),
    })
}
