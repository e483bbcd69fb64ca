//! What a design costs in a month: for every price of a card how many units the traffic makes.
//!
//! Prices are those of one Region, without free tiers, discounts or data transfer. Where the traffic is unknown so is
//! the item, and the total is a lower bound.

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate};
use crate::knowledge::fact::{Confidence, Fact};
use crate::units::{Dimension, Money, Quantity};

/// What one price comes to at one node.
#[derive(Debug, Clone)]
pub struct Item<'k> {
    /// The node.
    pub node: usize,
    /// The name of the price in the card.
    pub name: &'k str,
    /// The price, with what it is for.
    pub fact: &'k Fact,
    /// What a unit costs.
    pub price: Money,
    /// How many units a month makes; nothing where nobody knows.
    pub units: Option<f64>,
    /// How sure the price is.
    pub confidence: Confidence,
}

impl Item<'_> {
    /// What it comes to in a month.
    #[must_use]
    pub fn cost(&self) -> Option<Money> {
        self.units.map(|units| Money(units * self.price.0))
    }
}

/// The items of a node whose price holds there and whose card says what makes a unit, in the card's order.
#[must_use]
pub fn of_node(setup: Setup<'_>, node: usize) -> Vec<Item<'_>> {
    let Some(card) = setup.design.card(setup.knowledge, node) else { return Vec::new() };
    card.prices.iter().filter_map(|(name, fact)| priced(setup, node, name, fact)).collect()
}

fn priced<'k>(setup: Setup<'k>, node: usize, name: &'k str, fact: &'k Fact) -> Option<Item<'k>> {
    let amount = fact.amount.as_ref()?;
    let value = setup.fact(node, name)?;
    let price = Money::of(value.value.quantity()?)?;
    let units = setup.evaluate(Place::Node(node), amount).quantity();
    let units = units.filter(|units| units.dimension == Dimension::Count).map(|units| units.amount);
    let units = units.filter(|units| units.is_finite()).map(|units| units.max(0.0));
    // What costs nothing here, such as storage beyond what is included, is no item.
    (units != Some(0.0)).then_some(Item {
        node,
        name,
        fact,
        price,
        units,
        confidence: value.validity.confidence,
    })
}

/// The items of all nodes, in the order of the file.
#[must_use]
pub fn all(setup: Setup<'_>) -> Vec<Item<'_>> {
    (0..setup.design.nodes.len()).flat_map(|node| of_node(setup, node)).collect()
}

/// The sum of what is known, by prices that are at least so sure.
#[must_use]
pub fn total(items: &[Item<'_>], confidence: Confidence) -> Money {
    let counted = items.iter().filter(|item| item.confidence >= confidence);
    Money(counted.filter_map(Item::cost).fold(0.0, |sum, cost| sum + cost.0))
}

/// The nodes of AWS that cost something which no price of their card accounts for.
pub fn unpriced(setup: Setup<'_>) -> impl Iterator<Item = usize> {
    unpriced_beside(setup, &all(setup))
}

/// The same, beside the items of all nodes.
fn unpriced_beside<'a>(setup: Setup<'a>, items: &[Item<'_>]) -> impl Iterator<Item = usize> + use<'a> {
    let mut priced = vec![false; setup.design.nodes.len()];
    for item in items {
        priced[item.node] = true;
    }
    (0..setup.design.nodes.len()).filter(move |node| {
        let card = setup.design.card(setup.knowledge, *node);
        let outside = |class: &str| matches!(class, "source" | "sink");
        card.is_none_or(|card| !outside(&card.class) && !priced[*node])
    })
}

/// Judges a bound by the prices that are at least likely: no page of AWS with prices can be cited word for word.
pub(super) fn judge(setup: Setup<'_>, at_most: Money) -> Verdict {
    let items = all(setup);
    let counted: Vec<&Item<'_>> = items.iter().filter(|item| item.confidence >= Confidence::Likely).collect();
    let least = total(&items, Confidence::Likely);
    let known =
        items.iter().all(|item| item.units.is_some()) && unpriced_beside(setup, &items).next().is_none();
    let verdict =
        Verdict { bound: Some(at_most.quantity()), value: Some(least.quantity()), ..Verdict::unknown() };
    if least.0 <= at_most.0 {
        let kept = known && total(&items, Confidence::Unconfirmed).0 <= at_most.0;
        return Verdict { kept: kept.then_some(true), ..verdict };
    }
    let confidence = counted.iter().map(|item| item.confidence).min().unwrap_or(Confidence::Unconfirmed);
    let dearest = dearest_node(&counted).map(|(node, cost)| {
        let (span, label) = locate(setup, Place::Node(node), None);
        let about = itemised(setup, &counted);
        let place = Some(Place::Node(node));
        let share = Some(Quantity::new(Dimension::Money, cost));
        Breach { place, span, label, name: setup.design.nodes[node].id.clone(), about, share, confidence }
    });
    let broken = Verdict::broken_by(dearest.into_iter().collect());
    Verdict { bound: verdict.bound, value: verdict.value, ..broken }
}

fn dearest_node(items: &[&Item<'_>]) -> Option<(usize, f64)> {
    let mut costs: Vec<(usize, f64)> = Vec::new();
    for item in items {
        let cost = item.cost().map_or(0.0, |cost| cost.0);
        match costs.last_mut() {
            Some((node, sum)) if *node == item.node => *sum += cost,
            _ => costs.push((item.node, cost)),
        }
    }
    costs.into_iter().max_by(|left, right| left.1.total_cmp(&right.1))
}

/// `131 USD shard-hour at ingest, 80.3 USD kpu-hour at count`.
fn itemised(setup: Setup<'_>, items: &[&Item<'_>]) -> String {
    let mut costed: Vec<(f64, &&Item<'_>)> =
        items.iter().filter_map(|item| Some((item.cost()?.0, item))).collect();
    costed.sort_by(|left, right| right.0.total_cmp(&left.0));
    let shown = costed.iter().map(|(cost, item)| {
        let cost = Quantity::new(Dimension::Money, *cost).approximate();
        format!("{cost} {} at `{}`", item.name, setup.design.nodes[item.node].id)
    });
    shown.collect::<Vec<_>>().join(", ")
}
