//! The machines behind the stages of a program, one a file.

mod group;
mod join;
mod over;
mod rank;
mod window;
mod windows;

use crate::runtime::sql::Value;
use crate::runtime::sql::graph::{Change, Downstream};
use crate::runtime::sql::machines::group::Groups;
use crate::runtime::sql::machines::join::Joined;
use crate::runtime::sql::machines::over::OverRows;
use crate::runtime::sql::machines::rank::Ranks;
use crate::runtime::sql::machines::window::WindowGroups;
use crate::runtime::sql::machines::windows::Expander;
use crate::runtime::sql::plan::{Operation, Program};

/// A stage's state.
#[derive(Debug)]
pub(super) enum Machine {
    Source,
    Union,
    Output(usize),
    Windows(Expander),
    WindowAggregate(Box<WindowGroups>),
    GroupAggregate(Box<Groups>),
    Over(Box<OverRows>),
    Rank(Box<Ranks>),
    Join(Box<Joined>),
}

impl Machine {
    pub(super) fn new(operation: &Operation, program: &Program) -> Self {
        match operation {
            Operation::Source(_) => Self::Source,
            Operation::Union => Self::Union,
            Operation::Output(output) => Self::Output(*output),
            Operation::Windows(plan) => Self::Windows(Expander::new(plan.clone())),
            Operation::WindowAggregate(plan) => {
                Self::WindowAggregate(Box::new(WindowGroups::new(plan.clone())))
            }
            Operation::Over(plan) => Self::Over(Box::new(OverRows::new(plan.clone()))),
            Operation::Rank(plan) => Self::Rank(Box::new(Ranks::new(plan.clone()))),
            Operation::Join(plan) => Self::Join(Box::new(Joined::new(plan.clone(), program.state_ttl_ms))),
            Operation::GroupAggregate(plan) => {
                Self::GroupAggregate(Box::new(Groups::new(plan.clone(), program.state_ttl_ms)))
            }
        }
    }

    pub(super) fn receive(&mut self, port: usize, change: Change<'_>, behind: &mut Downstream<'_>) {
        match self {
            Self::Source | Self::Union => behind.emit(change.kind, change.row, change.origins),
            Self::Output(output) => behind.shared.put_out(*output, change),
            Self::Windows(windows) => windows.receive(change, behind),
            Self::WindowAggregate(groups) => groups.receive(change, behind),
            Self::GroupAggregate(groups) => groups.receive(change, behind),
            Self::Over(rows) => rows.receive(change, behind),
            Self::Rank(ranks) => ranks.receive(change, behind),
            Self::Join(joined) => joined.receive(port, change, behind),
        }
    }

    pub(super) fn advance(&mut self, watermark: i64, behind: &mut Downstream<'_>) {
        match self {
            Self::WindowAggregate(groups) => groups.advance(watermark, behind),
            Self::Windows(windows) => windows.advance(watermark, behind),
            Self::Over(rows) => rows.advance(watermark, behind),
            Self::Rank(ranks) => ranks.advance(watermark, behind),
            Self::Join(joined) => joined.advance(watermark, behind),
            Self::Source | Self::Union | Self::Output(_) | Self::GroupAggregate(_) => {}
        }
    }

    /// About how many bytes the state takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::WindowAggregate(groups) => groups.size(),
            Self::GroupAggregate(groups) => groups.size(),
            Self::Windows(windows) => windows.size(),
            Self::Over(rows) => rows.size(),
            Self::Rank(ranks) => ranks.size(),
            Self::Join(joined) => joined.size(),
            Self::Source | Self::Union | Self::Output(_) => 0,
        }
    }
}

/// The bytes of keys, which sort as the keys do.
pub(super) fn encode(values: &[Value], key: &mut Vec<u8>) {
    key.clear();
    for value in values {
        value.encode(key);
    }
}
