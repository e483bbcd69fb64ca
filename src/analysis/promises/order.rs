//! Which order survives a way: none, that of records with the same key, or that of all.

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate, paths};
use crate::design::Role;
use crate::design::requirement::OrderBy;
use crate::expression::Expression;
use crate::knowledge::effect::{EffectKind, OrderScope};
use crate::knowledge::fact::Confidence;

/// The guarantee of a card that bounds the order which a node keeps.
const GUARANTEE: &str = "order";

/// Something that bounds the order from there on.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// At which node or flow.
    pub place: Place,
    /// What it keeps at the best.
    pub scope: OrderScope,
    /// Why, in a sentence.
    pub about: String,
    /// The setting that it hangs on.
    pub at: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What bounds the order at a node or flow, the tightest first.
#[must_use]
pub fn at(setup: Setup<'_>, place: Place) -> Vec<Bound> {
    let mut bounds: Vec<Bound> = guaranteed(setup, place).into_iter().collect();
    bounds.extend(setup.effects(place).filter_map(|effect| match effect.kind {
        EffectKind::Order(scope) => Some(Bound {
            place,
            scope,
            about: effect.about.clone(),
            at: effect.at.clone(),
            confidence: effect.validity.confidence,
        }),
        _ => None,
    }));
    bounds.sort_by_key(|bound| bound.scope);
    bounds
}

/// The bounds along flows, in the order in which records meet them. The last node is left out: what arrives there has
/// its order already.
#[must_use]
pub fn along(setup: Setup<'_>, way: &[usize]) -> Vec<Bound> {
    let places =
        way.iter().flat_map(|flow| [Place::Node(setup.design.flows[*flow].from), Place::Flow(*flow)]);
    places.flat_map(|place| at(setup, place)).collect()
}

/// The order that is left at the end, by the bounds that are at least so sure.
#[must_use]
pub fn left(bounds: &[Bound], confidence: Confidence) -> OrderScope {
    let counted = bounds.iter().filter(|bound| bound.confidence >= confidence);
    counted.map(|bound| bound.scope).min().unwrap_or(OrderScope::Total)
}

/// Judges an order: it is lost where any way loses it, or keeps it by another key than the one that is asked for.
pub(super) fn judge(setup: Setup<'_>, by: &OrderBy, from: Option<usize>, at: usize) -> Verdict {
    let needed = match by {
        OrderBy::Key(_) => OrderScope::PerKey,
        OrderBy::Total => OrderScope::Total,
    };
    let found = paths::to(setup, from, at);
    let mut sure = found.complete;
    for (origin, way) in found.ways {
        let path = paths::shown(setup.design, origin, &way);
        let bounds = along(setup, &way);
        let breaks = |bound: &&Bound| bound.confidence == Confidence::Confirmed && bound.scope < needed;
        let lost = bounds.iter().find(breaks).map(|bound| lost_at(setup, bound));
        if let Some(breach) = lost.or_else(|| told_apart_otherwise(setup, by, (origin, &way), &bounds)) {
            return Verdict { path, ..Verdict::broken_by(vec![breach]) };
        }
        sure &= left(&bounds, Confidence::Unconfirmed) >= needed;
    }
    if sure { Verdict::kept() } else { Verdict::unknown() }
}

fn lost_at(setup: Setup<'_>, bound: &Bound) -> Breach {
    let (span, label) = locate(setup, bound.place, bound.at.as_deref());
    Breach {
        place: Some(bound.place),
        span,
        label,
        name: bound.scope.as_str().to_owned(),
        about: bound.about.clone(),
        share: None,
        confidence: bound.confidence,
    }
}

/// An order by key is an order by one key: that of the records, where nothing on the way keeps them all in order.
fn told_apart_otherwise(
    setup: Setup<'_>,
    by: &OrderBy,
    (origin, way): (usize, &[usize]),
    bounds: &[Bound],
) -> Option<Breach> {
    let OrderBy::Key(wanted) = by else { return None };
    let keyed =
        |bound: &&Bound| bound.confidence == Confidence::Confirmed && bound.scope == OrderScope::PerKey;
    let keyed = bounds.iter().find(keyed)?;
    let (setting, about) = match key(setup, origin, way)? {
        Ok(key) if key == wanted => return None,
        Ok(key) => ("traffic.key", format!("records are told apart by `{key}`, and not by `{wanted}`")),
        Err(()) => {
            ("traffic", format!("records have no `key`, and so no two of one `{wanted}` go the same way"))
        }
    };
    let (span, label) = locate(setup, Place::Node(origin), Some(setting));
    let name = keyed.scope.as_str().to_owned();
    let place = Some(Place::Node(origin));
    Some(Breach { place, span, label, name, about, share: None, confidence: keyed.confidence })
}

/// A word that is no scope, such as `as-received`, bounds nothing.
fn guaranteed(setup: Setup<'_>, place: Place) -> Option<Bound> {
    let Place::Node(node) = place else { return None };
    let value = setup.fact(node, GUARANTEE)?;
    let scope = OrderScope::parse(value.value.text()?)?;
    let about = match scope {
        OrderScope::None => "any record can overtake any other",
        OrderScope::PerKey => "only records of one key keep their order",
        OrderScope::Total => "all records keep their order",
    };
    let about = about.to_owned();
    let at = value.validity.when.as_ref().and_then(setting_of);
    Some(Bound { place, scope, about, at, confidence: value.validity.confidence })
}

/// The setting of the node that a condition reads first: on it the value hangs.
fn setting_of(condition: &Expression) -> Option<String> {
    let (root, setting) = condition.paths().iter().find_map(|path| path.split_first())?;
    (root == "node").then(|| setting.join("."))
}

/// The field by which records of a way are told apart, and where it is declared; `Err` where every record has a key
/// of its own. Nothing where the origin does not say what it sends, or something on the way may choose another key.
#[must_use]
pub fn key<'a>(setup: Setup<'a>, from: usize, way: &[usize]) -> Option<Result<&'a str, ()>> {
    let design = setup.design;
    let changes = |node: usize| {
        let card = design.card(setup.knowledge, node);
        card.is_none_or(|card| card.class == "processor")
    };
    if way.iter().skip(1).any(|flow| changes(design.flows[*flow].from)) {
        return None;
    }
    let is_fed = design.incoming(from).any(|(_, flow)| flow.role == Role::Flow);
    let settings = &design.nodes[from].settings;
    settings.get("traffic").filter(|_| !is_fed)?;
    Some(settings.text("traffic.key").ok_or(()))
}
