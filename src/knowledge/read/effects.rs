//! Effects of a card and of its integrations.

use crate::fields::{Fields, listed, text, wrong_type};
use crate::knowledge::effect::{Effect, EffectKind, OrderScope};
use crate::knowledge::read::Context;
use crate::source::{Node, Value};

const KINDS: [&str; 5] = ["wait", "loss", "repeat", "order", "idempotent"];

impl Context {
    /// A list of effects, each with the key that says what happens.
    pub(super) fn effects(&mut self, node: Option<&Node>) -> Vec<Effect> {
        let Some(node) = node else { return Vec::new() };
        let Value::Sequence(items) = &node.value else {
            self.mistakes.push(wrong_type(node, "`effects` is a list"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.effect(item)).collect()
    }

    fn effect(&mut self, node: &Node) -> Option<Effect> {
        let mut fields = Fields::of(node, "an effect", &mut self.mistakes)?;
        let validity = self.validity(&mut fields, true);
        let about = self.required_text(&mut fields, "about");
        let at = fields.text("at", &mut self.mistakes);
        let typical = fields.value("typical").and_then(|node| self.expression(node));
        let worst = fields.value("worst").and_then(|node| self.expression(node));
        let named: Vec<(&str, &Node)> =
            KINDS.into_iter().filter_map(|kind| Some((kind, fields.value(kind)?))).collect();
        fields.finish(&mut self.mistakes);
        let [(kind, named)] = named[..] else {
            let expected = format!("an effect has one of {}", listed(KINDS.into_iter()));
            self.mistakes.push(wrong_type(node, &expected));
            return None;
        };
        let name = text(named, &mut self.mistakes)?.to_owned();
        let kind = match kind {
            "wait" if typical.is_none() => {
                self.mistakes.push(wrong_type(node, "a wait has a `typical` time"));
                return None;
            }
            "wait" => EffectKind::Wait { typical: typical?, worst },
            "loss" => EffectKind::Loss,
            "repeat" => EffectKind::Repeat,
            "idempotent" => EffectKind::Idempotent,
            _ => EffectKind::Order(self.scope(named)?),
        };
        Some(Effect { kind, name, about: about?, at, validity })
    }

    fn scope(&mut self, node: &Node) -> Option<OrderScope> {
        let found = node.as_text().and_then(OrderScope::parse);
        if found.is_none() {
            self.mistakes.push(wrong_type(node, "`none`, `per-key` or `total` is expected here"));
        }
        found
    }
}
