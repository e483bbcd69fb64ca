//! The difference of two designs as a comment at a pull request.

use crate::design::difference::Changed;
use crate::report::difference::{Compared, Cost, Use, setting, shown};
use crate::report::markdown::{code, findings, row, table};

/// Tables of what differs in the graph, in capacity and cost, and of findings that are new or gone.
#[must_use]
pub fn render(compared: &Compared<'_>) -> String {
    let title = format!("### Thalweg: {} → {}\n", code(&compared.before.name), code(&compared.after.name));
    if compared.is_same() {
        return format!("{title}\nNothing differs.\n");
    }
    let mut parts = vec![title];
    let changed = compared.graph.nodes.iter().map(|changed| ("node", changed));
    let rows: Vec<String> =
        changed.chain(compared.graph.flows.iter().map(|changed| ("flow", changed))).map(graph_row).collect();
    parts.extend(table(&["", "Graph", "Change", "Settings"], &rows));
    let cost = |cost: &Option<Cost>| shown(cost.as_ref(), Cost::shown);
    let rows: Vec<String> = compared
        .capacities
        .iter()
        .map(|pair| {
            let (was, is) = (pair.before.as_ref(), pair.after.as_ref());
            row(&[
                &format!("capacity of {}", code(&pair.name)),
                &shown(was, Use::shown),
                &shown(is, Use::shown),
            ])
        })
        .chain([row(&["monthly cost", &cost(&compared.cost.before), &cost(&compared.cost.after)])])
        .collect();
    parts.extend(table(&["", "Before", "After"], &rows));
    parts.extend(findings("New findings", compared.new_findings().map(|found| (None, found))));
    parts.extend(findings("Findings that are gone", compared.gone_findings().map(|found| (None, found))));
    parts.join("\n")
}

fn graph_row((kind, changed): (&str, &Changed)) -> String {
    let settings: Vec<String> =
        changed.settings.iter().map(|each| code(&setting(changed.change, each))).collect();
    row(&[kind, &code(&changed.name), changed.change.as_str(), &settings.join("<br>")])
}
