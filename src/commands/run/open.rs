//! What a run of infrastructure code rests on although nobody knows it before the deployment.

use crate::commands::output::remark;
use crate::design::settings::SettingValue;
use crate::design::{Design, Node};

/// How many flows are told by name.
const MOST_NAMED: usize = 4;

/// Says that nothing is sent, and which filters are open: what is only in the code, or a pattern in AWS's own language.
pub(super) fn tell(design: &Design) {
    let sends = |node: &Node| node.settings.get("traffic").is_some();
    if !design.nodes.iter().any(sends) {
        let first = design.nodes.iter().find(|node| !node.is_elsewhere).map_or("NODE", |node| &node.id);
        remark(format_args!(
            "note: nothing sends records; say the load in a file beside it (`for: FILE`, `traffic: {{{first}: {{rate: 100/s}}}}`)"
        ));
    }
    let is_open = |value: &SettingValue| matches!(value, SettingValue::Undetermined);
    let open: Vec<String> = design
        .flows
        .iter()
        .filter(|flow| flow.settings.get("filter").is_some_and(|filter| is_open(&filter.value)))
        .map(|flow| format!("`{} -> {}`", design.nodes[flow.from].id, design.nodes[flow.to].id))
        .collect();
    if open.is_empty() {
        return;
    }
    let more = open.len().saturating_sub(MOST_NAMED);
    let named = open[..open.len() - more].join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    remark(format_args!(
        "note: what the filter of {named}{more} lets through is not known, so everything passes; `flows` of the file beside it can say `filter`"
    ));
}
