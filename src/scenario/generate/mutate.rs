//! The changes of a design that make tempting options: another service, a node less, another number or choice.
//!
//! Which services and choices there are comes from the cards. Whether a change breaks anything is not known here.

use crate::knowledge::Knowledge;
use crate::knowledge::card::Card;
use crate::knowledge::schema::Kind;
use crate::scenario::generate::sketch::{Hop, Sketch};

/// Classes of services that are taken for each other.
const TEMPTING: [&str; 5] = ["stream", "queue", "topic", "bus", "delivery"];
/// Choices that people confuse.
const CHOICES: [&str; 3] = ["mode", "type", "distribution"];
/// Settings whose numbers are often chosen wrongly, or whose absence is not noticed.
const NUMBERS: [&str; 7] =
    ["shards", "retention", "visibility_timeout", "delay", "kpus", "timeout", "tumbling_window"];
/// By how much a number is changed.
const FACTOR: u64 = 10;

/// All changes, in the order of nodes and services.
pub(super) fn all(sketch: &Sketch, knowledge: &Knowledge) -> Vec<Sketch> {
    let mut found = Vec::new();
    let inner = |id: &String| sketch.is_inner(id);
    let ids: Vec<&String> = sketch.nodes.iter().map(|(id, _)| id).filter(|id| inner(id)).collect();
    for id in ids {
        found.extend(swaps(sketch, id, knowledge));
        found.extend(without(sketch, id));
        found.extend(choices(sketch, id, knowledge));
        found.extend(numbers(sketch, id));
    }
    found
}

/// The node as every other service of the tempting classes, without settings but for encryption where that is off.
fn swaps(sketch: &Sketch, id: &str, knowledge: &Knowledge) -> Vec<Sketch> {
    let own = sketch.service(id).unwrap_or_default();
    let is_tempting = |card: &&Card| TEMPTING.contains(&card.class.as_str()) && card.id != own;
    let cards = knowledge.ids().filter_map(|service| knowledge.card(service)).filter(is_tempting);
    cards
        .map(|card| {
            let mut swapped = sketch.clone();
            let mut settings = vec![("service".to_owned(), card.id.clone())];
            let encryption = card.settings.settings.get("encryption");
            if encryption.is_some_and(|spec| has_choice(&spec.kind, "none")) {
                settings.push(("encryption".to_owned(), "aws-managed".to_owned()));
            }
            for (known, old) in &mut swapped.nodes {
                if known == id {
                    old.clone_from(&settings);
                }
            }
            // Settings of a flow belong to the integration that is gone.
            for hop in swapped.flows.iter_mut().filter(|hop| hop.from == id || hop.to == id) {
                hop.settings.clear();
            }
            swapped
        })
        .collect()
}

fn has_choice(kind: &Kind, word: &str) -> bool {
    matches!(kind, Kind::Choice(words) if words.iter().any(|known| known == word))
}

/// The design without the node, its neighbours joined.
fn without(sketch: &Sketch, id: &str) -> Option<Sketch> {
    let into: Vec<&Hop> = sketch.flows.iter().filter(|hop| hop.to == id).collect();
    let out: Vec<&Hop> = sketch.flows.iter().filter(|hop| hop.from == id).collect();
    let ([before], [after]) = (into.as_slice(), out.as_slice()) else { return None };
    let joined = Hop { from: before.from.clone(), to: after.to.clone(), settings: Vec::new() };
    let mut shorter = sketch.clone();
    shorter.nodes.retain(|(known, _)| known != id);
    shorter.flows.retain(|hop| hop.from != id && hop.to != id);
    shorter.flows.push(joined);
    Some(shorter)
}

/// The node with each other word of its choices.
fn choices(sketch: &Sketch, id: &str, knowledge: &Knowledge) -> Vec<Sketch> {
    let Some(card) = sketch.service(id).and_then(|service| knowledge.card(service)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for name in CHOICES {
        let Some(Kind::Choice(words)) = card.settings.settings.get(name).map(|spec| &spec.kind) else {
            continue;
        };
        for word in words {
            let changed = with(sketch, id, name, Some(word));
            if changed != *sketch {
                found.push(changed);
            }
        }
    }
    found
}

/// The node with each of its numbers far smaller, far larger, and not said.
fn numbers(sketch: &Sketch, id: &str) -> Vec<Sketch> {
    let Some((_, settings)) = sketch.nodes.iter().find(|(known, _)| known == id) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in settings.iter().filter(|(name, _)| NUMBERS.contains(&name.as_str())) {
        let digits = value.chars().take_while(char::is_ascii_digit).count();
        let Ok(number) = value[..digits].parse::<u64>() else { continue };
        for other in [number / FACTOR, number.saturating_mul(FACTOR)].into_iter().filter(|other| *other > 0) {
            found.push(with(sketch, id, name, Some(&format!("{other}{}", &value[digits..]))));
        }
        if number / FACTOR == 0 && number > 1 {
            found.push(with(sketch, id, name, Some(&format!("1{}", &value[digits..]))));
        }
        // How many shards a stream has that says nothing of them is no question worth asking.
        if name != "shards" {
            found.push(with(sketch, id, name, None));
        }
    }
    found
}

/// The sketch with one setting of a node changed, or taken out.
fn with(sketch: &Sketch, id: &str, name: &str, value: Option<&str>) -> Sketch {
    let mut changed = sketch.clone();
    for (_, settings) in changed.nodes.iter_mut().filter(|(known, _)| known == id) {
        let place = settings.iter().position(|(key, _)| key == name);
        match (place, value) {
            (Some(place), Some(value)) => value.clone_into(&mut settings[place].1),
            (Some(place), None) => {
                settings.remove(place);
            }
            (None, Some(value)) => settings.push((name.to_owned(), value.to_owned())),
            (None, None) => {}
        }
        // A stream on demand has no counted shards, and the other way round.
        if name == "mode" && value.is_some_and(|mode| mode != "provisioned") {
            settings.retain(|(key, _)| key != "shards");
        }
    }
    changed
}
