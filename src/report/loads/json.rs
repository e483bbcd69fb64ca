//! Loads for machines.

use serde_json::{Map, Value, json};

use crate::analysis::traffic::{Load, Measure};
use crate::report::loads::{Loaded, ends};
use crate::units::{Dimension, Quantity};

/// The version of the shape of this JSON.
const VERSION: u32 = 1;

/// One object with the loads of all files. A figure is `{"amount", "text"}`, in bytes, records a second or bytes a second,
/// or `{"unknown", "at_most"}` with the reason.
#[must_use]
pub fn render(files: &[Loaded<'_>]) -> String {
    let files: Vec<Value> = files.iter().map(file).collect();
    let mut text = format!("{:#}", json!({"version": VERSION, "files": files}));
    text.push('\n');
    text
}

fn file(loaded: &Loaded<'_>) -> Value {
    let nodes = (0..loaded.design.nodes.len()).map(|node| of_node(loaded, node));
    let flows = (0..loaded.design.flows.len()).map(|flow| of_flow(loaded, flow));
    json!({
        "file": loaded.file,
        "nodes": nodes.collect::<Vec<_>>(),
        "flows": flows.collect::<Vec<_>>(),
    })
}

fn of_node(loaded: &Loaded<'_>, index: usize) -> Value {
    let node = &loaded.design.nodes[index];
    let capacity = loaded.analysis.capacity(loaded.design, loaded.knowledge, index);
    let used = loaded.analysis.utilisation(capacity, index);
    json!({
        "id": node.id,
        "service": node.service,
        "load": figures(loaded, &loaded.analysis.traffic.nodes[index]),
        "capacity": {
            "rate": amount(Dimension::Rate, capacity.rate),
            "bytes": amount(Dimension::ByteRate, capacity.bytes),
        },
        "utilisation": {"average": used.average, "peak": used.peak},
    })
}

fn of_flow(loaded: &Loaded<'_>, index: usize) -> Value {
    let flow = &loaded.design.flows[index];
    let calls = loaded.analysis.calls(loaded.design, loaded.knowledge, index);
    json!({
        "flow": ends(loaded.design, index),
        "role": flow.role.as_str(),
        "load": figures(loaded, &loaded.analysis.traffic.flows[index]),
        "calls": {
            "batch": calls.batch,
            "rate": amount(Dimension::Rate, calls.rate),
            "concurrency": calls.concurrency,
        },
    })
}

fn figures(loaded: &Loaded<'_>, load: &Load) -> Value {
    let figure = |measure: Measure| match (load.quantity(measure), load.figure(measure).gap()) {
        (Some(quantity), _) => amount(measure.dimension(), Some(quantity.amount)),
        (None, gap) => json!({
            "unknown": gap.map(|gap| gap.explained(loaded.design)),
            "at_most": amount(measure.dimension(), load.figure(measure).at_most()),
        }),
    };
    let all = Measure::ALL.into_iter().map(|measure| (measure.name().to_owned(), figure(measure)));
    Value::Object(all.collect::<Map<_, _>>())
}

fn amount(dimension: Dimension, amount: Option<f64>) -> Value {
    amount.map_or(
        Value::Null,
        |amount| json!({"amount": amount, "text": Quantity::new(dimension, amount).approximate()}),
    )
}
