//! Who reads from a node, and whether they share what it gives or have a part of their own.

use crate::analysis::Analysis;
use crate::design::{Design, Role};
use crate::knowledge::Knowledge;
use crate::knowledge::card::MovedBy;

/// The flows that read from a node, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readers {
    /// All plain flows that leave it.
    pub all: usize,
    /// Those that poll it, and share its read capacity.
    pub shared: usize,
    /// Those to which it pushes with read capacity of their own (enhanced fan-out).
    pub dedicated: usize,
}

/// The mechanisms by which a reader has capacity of its own, and by which it reads through a queue beside the log.
const DEDICATED: &str = "enhanced-fan-out";
const QUEUE: &str = "queue";

impl Analysis {
    /// Who reads from a node. Flows that are not possible read nothing.
    #[must_use]
    pub fn readers(&self, design: &Design, knowledge: &Knowledge, node: usize) -> Readers {
        let mut readers = Readers::default();
        for (_, flow) in design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow) {
            let Some(integration) = design.integration(knowledge, flow) else { continue };
            readers.all += 1;
            if integration.via == DEDICATED {
                readers.dedicated += 1;
            } else if integration.moved_by == MovedBy::Target && integration.via != QUEUE {
                readers.shared += 1;
            }
        }
        readers
    }
}
