//! When each fact of the base was last checked, and against what, so that people know what to read again.
//!
//! A fact is named by its place in the card: `limits.shard-write-bytes`, `settings.buffer.size`,
//! `sends.lambda.shared.batch_size`. One that cites several sources is listed once for each of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::knowledge::Knowledge;
use crate::knowledge::card::Card;
use crate::knowledge::fact::{Confidence, Fact, Reference, Validity};
use crate::knowledge::misconceptions::Misconception;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::units::Date;

/// One fact and one of its sources; ordered by the day of the check, oldest first, then by service and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Checked {
    /// The day of the last check.
    pub checked: Date,
    /// The id of the service whose card states it.
    pub service: String,
    /// Its place in the card.
    pub name: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// What was read.
    pub source: Source,
}

/// What was read, in an order of its own so that facts can be sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The page's address.
    pub url: String,
    /// The exact text that was read, where it was not the page itself.
    pub read: Option<String>,
}

/// Every fact of the base, oldest check first.
#[must_use]
pub fn all(knowledge: &Knowledge, misconceptions: &[Misconception]) -> Vec<Checked> {
    let mut list = List::default();
    for card in knowledge.ids().filter_map(|id| knowledge.card(id)) {
        list.card(card);
    }
    for known in misconceptions {
        let name = match (&known.to, &known.belief) {
            (Some(to), _) => format!("misconceptions.{to}"),
            (None, belief) => format!("misconceptions.{}", belief.as_deref().unwrap_or_default()),
        };
        list.add(&known.from, name, &known.source, known.confidence);
    }
    list.found.into_iter().collect()
}

#[derive(Default)]
struct List {
    found: BTreeSet<Checked>,
}

impl List {
    fn card(&mut self, card: &Card) {
        let id = &card.id;
        if let Some(status) = &card.status {
            self.add(id, "status".to_owned(), &status.source, Confidence::Confirmed);
        }
        self.settings(id, "settings", &card.settings);
        let sections = [
            ("limits", &card.limits),
            ("guarantees", &card.guarantees),
            ("behaviour", &card.behaviour),
            ("prices", &card.prices),
        ];
        for (section, facts) in sections {
            for (name, fact) in facts {
                self.fact(id, &format!("{section}.{name}"), fact);
            }
        }
        for integration in &card.sends {
            let name = format!("sends.{}.{}", integration.to, integration.via);
            self.validity(id, &name, &integration.validity);
            self.settings(id, &name, &integration.settings);
        }
    }

    fn settings(&mut self, service: &str, place: &str, schema: &Schema) {
        for (name, spec) in &schema.settings {
            self.setting(service, &format!("{place}.{name}"), spec);
        }
    }

    fn setting(&mut self, service: &str, name: &str, spec: &SettingSpec) {
        if let Some(source) = &spec.source {
            self.add(service, name.to_owned(), source, spec.confidence);
        }
        let of_defaults = spec.defaults.iter().map(|default| &default.validity);
        for validity in of_defaults.chain(spec.ranges.iter().map(|range| &range.validity)) {
            self.validity(service, name, validity);
        }
        if let Kind::Mapping(inner) = &spec.kind {
            self.settings(service, name, inner);
        }
    }

    fn fact(&mut self, service: &str, name: &str, fact: &Fact) {
        for value in &fact.values {
            self.validity(service, name, &value.validity);
        }
    }

    fn validity(&mut self, service: &str, name: &str, validity: &Validity) {
        if let Some(source) = &validity.source {
            self.add(service, name.to_owned(), source, validity.confidence);
        }
    }

    fn add(&mut self, service: &str, name: String, reference: &Arc<Reference>, confidence: Confidence) {
        let source = Source { url: reference.url.clone(), read: reference.read.clone() };
        let service = service.to_owned();
        self.found.insert(Checked { checked: reference.checked, service, name, confidence, source });
    }
}
