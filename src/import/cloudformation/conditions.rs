//! Conditions of templates: true, false, or open where they hang on what nobody knows before the deployment.

use crate::import::cloudformation::intrinsics::{Resolver, function};
use crate::import::value::{Value, What};
use crate::source::Node;

/// How deep conditions may refer to each other.
const MOST_STEPS: usize = 64;

impl Resolver<'_> {
    /// Whether a condition of the template holds.
    pub(super) fn condition(&self, name: &str, depth: usize) -> Option<bool> {
        if let Some(known) = self.conditions.borrow().get(name) {
            return *known;
        }
        if depth > MOST_STEPS {
            return None;
        }
        let node = self.template.in_section("Conditions", name)?;
        let holds = self.holds(node, depth + 1);
        self.conditions.borrow_mut().insert(name.to_owned(), holds);
        holds
    }

    fn holds(&self, node: &Node, depth: usize) -> Option<bool> {
        if depth > MOST_STEPS {
            return None;
        }
        let (name, argument) = function(node)?;
        let all = |argument: &Node| -> Vec<Option<bool>> {
            crate::fields::items(argument).into_iter().map(|item| self.holds(item, depth + 1)).collect()
        };
        match name {
            "Condition" => self.condition(argument.as_text()?, depth),
            "Fn::Not" => all(&argument).first().copied().flatten().map(|holds| !holds),
            "Fn::And" => decided(&all(&argument), false),
            "Fn::Or" => decided(&all(&argument), true),
            "Fn::Equals" => match crate::fields::items(&argument).as_slice() {
                [left, right] => same(&self.value(left), &self.value(right)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `deciding` on any side decides; what is open on the way leaves it open.
fn decided(sides: &[Option<bool>], deciding: bool) -> Option<bool> {
    if sides.contains(&Some(deciding)) {
        return Some(deciding);
    }
    (!sides.contains(&None)).then_some(!deciding)
}

fn same(left: &Value, right: &Value) -> Option<bool> {
    match (&left.what, &right.what) {
        (What::Text(left), What::Text(right)) => Some(left == right),
        _ => None,
    }
}
