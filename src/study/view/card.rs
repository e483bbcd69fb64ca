//! A service's card: what it is for, its settings, limits and promises with their sources, and what it is joined to.

use std::collections::BTreeMap;

use crate::knowledge::describe;
use crate::knowledge::fact::Fact;
use crate::study::page::{Block, Page, Piece, Tone, plain};
use crate::study::state::State;
use crate::study::view::listed;

/// The page of a service.
pub(super) fn page(state: &State, service: &str) -> Page {
    let Some(card) = state.library.knowledge.card(service) else {
        let blocks = vec![Block::words(format!("There is no card of `{service}`."))];
        return Page { title: service.to_owned(), blocks, ..Page::default() };
    };
    let mut blocks = vec![Block::words(&*card.about)];
    if !card.former_names.is_empty() {
        blocks.push(Block::faint(format!("Formerly {}.", card.former_names.join(", "))));
    }
    if let Some(ended) = card.status.as_ref().and_then(|status| status.ended) {
        blocks.push(Block::Words(vec![Piece::new(format!("Ended {ended}."), Tone::Bad)]));
    }
    blocks.extend([Block::Gap, Block::Heading("Joined to".to_owned())]);
    blocks.extend(listed(state));
    for (title, facts) in
        [("Limits", &card.limits), ("Promises", &card.guarantees), ("Prices (us-east-1)", &card.prices)]
    {
        if !facts.is_empty() {
            blocks.extend([Block::Gap, Block::Heading(title.to_owned())]);
            blocks.extend(self::facts(facts));
        }
    }
    if !card.settings.settings.is_empty() {
        blocks.extend([Block::Gap, Block::Heading("Settings".to_owned())]);
        let settings = card.settings.settings.values();
        blocks
            .push(Block::Facts(settings.map(|spec| (spec.name.clone(), plain(spec.described()))).collect()));
    }
    Page { title: format!("{} · {}", card.name, card.id), blocks, ..Page::default() }
}

fn facts(facts: &BTreeMap<String, Fact>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (name, fact) in facts {
        let values: Vec<String> =
            fact.values.iter().map(|value| describe::valued(value, fact.per.as_deref())).collect();
        blocks.push(Block::Words(vec![
            Piece::new(format!("{name}  "), Tone::Strong),
            Piece::new(format!("{}. {}", values.join("; "), fact.about), Tone::Plain),
        ]));
        let mut sources: Vec<String> = Vec::new();
        for source in fact.values.iter().filter_map(|value| value.validity.source.as_ref()) {
            let said = format!("{} (checked {})", source.url, source.checked);
            if !sources.contains(&said) {
                sources.push(said);
            }
        }
        blocks.extend(sources.into_iter().map(Block::faint));
    }
    blocks
}
