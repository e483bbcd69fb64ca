//! What is known of the services: cards, integrations, limits, guarantees and prices, each cited and dated.
//!
//! The data stands in `rules/` and is embedded as trees by the build script. A card is restored when it is
//! first asked for and kept; nothing here is parsed before it is needed, and nothing is changed after. Packs
//! of a user's own add services and integrations to it.

pub mod card;
pub mod checks;
pub mod deployment;
pub mod describe;
pub mod effect;
pub mod embedded;
pub mod fact;
pub mod flink_sql;
mod merge;
pub mod misconceptions;
mod names;
pub mod pack;
pub mod practice;
pub mod property;
mod read;
pub mod routes;
pub mod schema;
pub mod serverless;
pub mod terraform;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use foldhash::fast::FixedState;

use crate::diagnostic::Diagnostic;
use crate::fields;
use crate::knowledge::card::{Card, Integration};
use crate::knowledge::embedded::Spelling;
use crate::knowledge::misconceptions::Misconception;
use crate::source::Node;
use crate::units::Date;

/// The knowledge base: one card a service, in the order of their ids.
#[derive(Debug)]
pub struct Knowledge {
    cards: Vec<Slot>,
    /// Where each card stands, by id: cards are looked up for every node, again and again.
    places: HashMap<String, usize, FixedState>,
    /// What packs add: names of services, as they are compared, with the service's id; and misconceptions.
    names: BTreeMap<String, (String, Spelling)>,
    misconceptions: Vec<Misconception>,
    day: Option<Date>,
}

#[derive(Debug)]
struct Slot {
    id: String,
    /// The embedded tree; empty for a card that a pack brings, which is there from the start.
    bytes: &'static [u8],
    card: OnceLock<Card>,
}

/// Where a card stands in a base, to look it up again faster than by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPlace(usize);

/// What a name of a service turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceName<'k> {
    /// The catalogue's id.
    pub id: &'k str,
    /// Whether it is the id itself, another usual name, or a name from the past.
    pub spelling: Spelling,
}

impl Slot {
    fn card(&self) -> &Card {
        self.card.get_or_init(|| {
            let node = embedded::restore(self.bytes);
            let (card, mistakes) = read::card(&node);
            assert!(mistakes.is_empty(), "the embedded card `{}` has mistakes: {mistakes:#?}", self.id);
            card.expect("a card without mistakes is whole")
        })
    }
}

fn places_of(cards: &[Slot]) -> HashMap<String, usize, FixedState> {
    cards.iter().enumerate().map(|(index, slot)| (slot.id.clone(), index)).collect()
}

impl Knowledge {
    /// The base that is embedded in the binary. Cheap: no card is read yet.
    ///
    /// ```
    /// let knowledge = thalweg::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.resolve("AWS::Kinesis::Stream").unwrap().id, "kinesis-data-streams");
    /// ```
    #[must_use]
    pub fn embedded() -> Self {
        let mut cards: Vec<Slot> = embedded::files("services/")
            .map(|(path, bytes)| Slot { id: embedded::stem(path).to_owned(), bytes, card: OnceLock::new() })
            .collect();
        // The files are in the order of their paths, in which `msk-serverless.yaml` comes before `msk.yaml`.
        cards.sort_by(|left, right| left.id.cmp(&right.id));
        let places = places_of(&cards);
        Self { cards, places, names: BTreeMap::new(), misconceptions: Vec::new(), day: None }
    }

    /// The service that `name` means: its id, an alias or a former name; case, spaces, `_` and `-` do not count.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<ServiceName<'_>> {
        let name = names::normalise(name);
        embedded::resolve(&name).or_else(|| {
            let (id, spelling) = self.names.get(&name)?;
            Some(ServiceName { id, spelling: *spelling })
        })
    }

    /// The id of the service whose name is nearest to `name`, where one is near.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let name = names::normalise(name);
        let all = || embedded::names().chain(self.names.keys().map(String::as_str));
        let near = fields::nearest(&name, self.ids()).or_else(|| fields::nearest(&name, all()))?;
        self.resolve(near).map(|found| found.id)
    }

    /// The ids of all services, in alphabetical order.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.cards.iter().map(|slot| slot.id.as_str())
    }

    /// The card of the service with this id, or nothing.
    ///
    /// # Panics
    /// Where an embedded card cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn card(&self, id: &str) -> Option<&Card> {
        Some(self.cards[self.index(id)?].card())
    }

    /// The same card, from where it stood in the base that gave the place: in another base it may stand elsewhere.
    #[must_use]
    pub fn card_at(&self, place: CardPlace, id: &str) -> Option<&Card> {
        match self.cards.get(place.0).filter(|slot| slot.id == id) {
            Some(slot) => Some(slot.card()),
            None => self.card(id),
        }
    }

    /// Where the card of the service with this id stands, or nothing.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<CardPlace> {
        self.index(id).map(CardPlace)
    }

    fn index(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The ways in which records can go straight from one service to another, in the card's order.
    pub fn integrations<'a>(&'a self, from: &str, to: &'a str) -> impl Iterator<Item = &'a Integration> {
        self.card(from)
            .into_iter()
            .flat_map(|card| &card.sends)
            .filter(move |integration| integration.to == to)
    }

    /// All misconceptions: those of the base in the order of its file, then those of packs.
    #[must_use]
    pub fn misconceptions(&self) -> Vec<Misconception> {
        let mut all = misconceptions::all();
        all.extend_from_slice(&self.misconceptions);
        all
    }

    /// The same base, with another day for designs that give none.
    #[must_use]
    pub fn on(mut self, day: Option<Date>) -> Self {
        self.day = day;
        self
    }

    /// The day as of which designs are judged that give none: the day that was set, or the one that the base describes,
    /// which is the latest on which one of its facts was checked.
    ///
    /// # Panics
    /// Never: the build script writes a date.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.day.unwrap_or_else(|| embedded::as_of().parse().expect("the build script writes a date"))
    }
}

/// Reads a card from a tree and returns every mistake in it; the card is there if it is whole.
#[must_use]
pub fn read_card(node: &Node) -> (Option<Card>, Vec<Diagnostic>) {
    read::card(node)
}
