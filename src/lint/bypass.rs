//! Whether a node could be left out: everything that sends to it could send straight to its only target.

use crate::design::{Design, Role};
use crate::expression::Value;
use crate::knowledge::Knowledge;

/// AWS's name for the integration that would take the node's place, or unknown where something that sends to the node
/// has none with its target, or the node has several targets or none.
pub(super) fn of(design: &Design, knowledge: &Knowledge, node: usize) -> Value {
    let plain = |role: &Role| *role == Role::Flow;
    let mut targets = design.outgoing(node).filter(|(_, flow)| plain(&flow.role)).map(|(_, flow)| flow.to);
    let (Some(target), None) = (targets.next(), targets.next()) else { return Value::Unknown };
    let sources = design.incoming(node).filter(|(_, flow)| plain(&flow.role)).map(|(_, flow)| flow.from);
    let mut mechanism = Value::Unknown;
    for source in sources {
        let (from, to) = (&design.nodes[source].service, &design.nodes[target].service);
        let direct = knowledge.integrations(from, to).find(|integration| {
            integration.role == "flow" && !integration.only_if_named && integration.validity.on(design.as_of)
        });
        match direct {
            Some(integration) if integration.condition().is_none() => {
                mechanism = Value::Text(integration.mechanism.as_str().into());
            }
            _ => return Value::Unknown,
        }
    }
    mechanism
}
