//! Merges packs into the knowledge base, and tells what of them does not fit into it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostic, InFile, Label};
use crate::fields::{WRONG_TYPE, items};
use crate::knowledge::card::{Card, Integration};
use crate::knowledge::embedded::Spelling;
use crate::knowledge::pack::{Added, Extension, Pack};
use crate::knowledge::{Knowledge, Slot, names, places_of};
use crate::source::{Node, Text};

impl Knowledge {
    /// The base with what packs add to it, and every mistake in that: names that are taken, services that nobody knows.
    ///
    /// No embedded card is read but those that packs extend.
    #[must_use]
    pub fn with_packs(mut self, packs: &[Pack]) -> (Self, Vec<InFile>) {
        let mut mistakes = Vec::new();
        for card in packs.iter().flat_map(|pack| &pack.cards) {
            self.add_card(card, &mut mistakes);
        }
        for extension in packs.iter().flat_map(|pack| &pack.extensions) {
            self.extend(extension, &mut mistakes);
        }
        // Only now is every id known that may be named.
        for pack in packs {
            for added in &pack.cards {
                self.check_ids(&added.text, targets(&added.root), &mut mistakes);
            }
            for added in &pack.extensions {
                self.check_ids(&added.text, targets(&added.root), &mut mistakes);
            }
            for added in &pack.misconceptions {
                self.check_ids(&added.text, ends(&added.root), &mut mistakes);
                self.misconceptions.extend(added.what.iter().cloned());
            }
        }
        (self, mistakes)
    }

    fn add_card(&mut self, added: &Added<Card>, mistakes: &mut Vec<InFile>) {
        let mut wrong = Vec::new();
        let id = &added.what.id;
        let names = self.free_names(&added.root, id, &mut wrong);
        if let Err(index) = self.cards.binary_search_by(|slot| slot.id.cmp(id)) {
            let card = OnceLock::from(added.what.clone());
            self.cards.insert(index, Slot { id: id.clone(), bytes: &[], card });
            self.places = places_of(&self.cards);
            self.names.extend(names);
        }
        note(&added.text, wrong, mistakes);
    }

    fn extend(&mut self, added: &Added<Extension>, mistakes: &mut Vec<InFile>) {
        let mut wrong = Vec::new();
        let Extension { of, sends, .. } = &added.what;
        // Reading the card first leaves it in its slot, where it can grow.
        let Some(known) = self.card(of).map(|card| card.sends.clone()) else {
            wrong.extend(added.root.get("extends").map(|node| self.unknown(node, of)));
            return note(&added.text, wrong, mistakes);
        };
        let written = added.root.get("sends").map(items).unwrap_or_default();
        for (integration, node) in sends.iter().zip(written) {
            let same = |other: &Integration| (&other.to, &other.via) == (&integration.to, &integration.via);
            if known.iter().any(same) {
                let label = Label::new(node.get("via").unwrap_or(node).span, "already there");
                let message =
                    format!("`{of}` already sends to `{}` via `{}`", integration.to, integration.via);
                wrong.push(
                    Diagnostic::new(WRONG_TYPE, label, message).help("give the integration another `via`"),
                );
            }
        }
        let names = self.free_names(&added.root, of, &mut wrong);
        let index = self.index(of).expect("its card was found above");
        let card = self.cards[index].card.get_mut().expect("it was read above");
        card.sends.extend_from_slice(sends);
        card.aliases.extend_from_slice(&added.what.aliases);
        self.names.extend(names);
        note(&added.text, wrong, mistakes);
    }

    /// The names that a file gives to a service, as they are compared; a name that means another service is a mistake.
    fn free_names(
        &self,
        root: &Node,
        id: &str,
        wrong: &mut Vec<Diagnostic>,
    ) -> BTreeMap<String, (String, Spelling)> {
        let lists = [
            ("id", Spelling::Canonical),
            ("name", Spelling::Alias),
            ("aliases", Spelling::Alias),
            ("former_names", Spelling::Former),
        ];
        let mut names = BTreeMap::new();
        for (key, spelling) in lists {
            for node in root.get(key).map(items).unwrap_or_default() {
                let Some(name) = node.as_text() else { continue };
                if let Some(other) = self.resolve(name).filter(|other| other.id != id || key == "id") {
                    let label = Label::new(node.span, format!("means {}", other.id));
                    let message = format!("`{name}` is the name of another service");
                    let help = format!(
                        "choose another name, or write `extends: {}` to add to that service",
                        other.id
                    );
                    wrong.push(Diagnostic::new(WRONG_TYPE, label, message).help(help));
                }
                names.entry(names::normalise(name)).or_insert_with(|| (id.to_owned(), spelling));
            }
        }
        names
    }

    /// Notes every node that names no service.
    fn check_ids<'n>(
        &self,
        text: &Arc<Text>,
        nodes: impl Iterator<Item = &'n Node>,
        mistakes: &mut Vec<InFile>,
    ) {
        let unknown = nodes.filter_map(|node| {
            let id = node.as_text()?;
            self.index(id).is_none().then(|| self.unknown(node, id))
        });
        note(text, unknown.collect(), mistakes);
    }

    fn unknown(&self, node: &Node, id: &str) -> Diagnostic {
        let label = Label::new(node.span, "no card has this id");
        let mistake = Diagnostic::new("unknown-service", label, format!("there is no service `{id}`"));
        match self.resolve(id).map(|found| found.id).or_else(|| self.nearest(id)) {
            Some(near) => mistake.help(format!("write `{near}`")),
            None => mistake.help("run `thalweg explain` for the list of services"),
        }
    }
}

/// The two services of every misconception of a file.
fn ends(root: &Node) -> impl Iterator<Item = &Node> {
    items(root).into_iter().flat_map(|item| ["from", "to"].into_iter().filter_map(move |key| item.get(key)))
}

/// Where the integrations of a file lead to.
fn targets(root: &Node) -> impl Iterator<Item = &Node> {
    root.get("sends").map(items).unwrap_or_default().into_iter().filter_map(|item| item.get("to"))
}

fn note(text: &Arc<Text>, found: Vec<Diagnostic>, mistakes: &mut Vec<InFile>) {
    if !found.is_empty() {
        mistakes.push(InFile { text: Arc::clone(text), found });
    }
}
