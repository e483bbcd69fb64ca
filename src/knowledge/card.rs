//! A service's card: names, purpose, settings, facts and integrations.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expression::Expression;
use crate::knowledge::effect::Effect;
use crate::knowledge::fact::{Confidence, Fact, Reference, Validity};
use crate::knowledge::property::Property;
use crate::knowledge::schema::Schema;
use crate::units::Date;

/// All that is known of one service.
#[derive(Debug, Clone)]
pub struct Card {
    /// The catalogue's id.
    pub id: String,
    /// Today's name.
    pub name: String,
    /// Names from the past.
    pub former_names: Vec<String>,
    /// Other names in use: abbreviations, CloudFormation and Terraform types.
    pub aliases: Vec<String>,
    /// What sort of service it is: `stream`, `delivery`, `processor`, `store`, ...
    pub class: String,
    /// What it is for.
    pub about: String,
    /// Whether there is nothing to size or patch.
    pub serverless: bool,
    /// Where its life has ended or will.
    pub status: Option<Status>,
    /// Who is cited, by the card's own keys.
    pub sources: BTreeMap<String, Arc<Reference>>,
    /// What a design may say of a node.
    pub settings: Schema,
    /// What flows into the service may not set unless their integration offers it; each names the rule that tells so.
    pub refuses: Schema,
    /// Bounds, by name.
    pub limits: BTreeMap<String, Fact>,
    /// Promises, by name: `order`, `delivery`, `retention`, `latency-typical`, ...
    pub guarantees: BTreeMap<String, Fact>,
    /// Parameters of its behaviour that a run needs, by name.
    pub behaviour: BTreeMap<String, Fact>,
    /// Prices in us-east-1, by name.
    pub prices: BTreeMap<String, Fact>,
    /// What happens to records at a node of this service.
    pub effects: Vec<Effect>,
    /// Where its records can go.
    pub sends: Vec<Integration>,
}

impl Card {
    /// The limit, parameter, guarantee or price of this name, looked for in that order.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        [&self.limits, &self.behaviour, &self.guarantees, &self.prices]
            .into_iter()
            .find_map(|facts| facts.get(name))
    }

    /// The names of everything that [`Card::fact`] finds.
    pub fn fact_names(&self) -> impl Iterator<Item = &str> + Clone {
        [&self.limits, &self.behaviour, &self.guarantees, &self.prices]
            .into_iter()
            .flat_map(|facts| facts.keys().map(String::as_str))
    }
}

/// The end of a service's life.
#[derive(Debug, Clone)]
pub struct Status {
    /// The first day on which new customers were turned away.
    pub closed_to_new: Option<Date>,
    /// The day on which it stopped.
    pub ended: Option<Date>,
    /// The id of the service that takes its place.
    pub successor: Option<String>,
    /// Who says so.
    pub source: Arc<Reference>,
}

/// Who moves the records along an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedBy {
    /// The service that the flow leaves pushes.
    Source,
    /// The service that the flow enters polls or subscribes.
    Target,
    /// Code of the design's authors calls an API.
    UserCode,
    /// AWS moves them in between.
    Service,
}

/// A way in which records go straight from one service to another.
#[derive(Debug, Clone)]
pub struct Integration {
    /// The id of the service that receives.
    pub to: String,
    /// The short name that a flow's `via` uses; unique between the two services.
    pub via: String,
    /// AWS's name for it.
    pub mechanism: String,
    /// Who moves the records.
    pub moved_by: MovedBy,
    /// What the flow is: `flow`, `request`, `transform`, `capture` or `query`.
    pub role: String,
    /// The properties in CloudFormation that make it.
    pub cloudformation: Vec<Property>,
    /// The IAM action that the code needs which moves the records.
    pub permission: Option<String>,
    /// Since when, on what condition, and who says so.
    pub validity: Validity,
    /// Whether a design must name it: it is never assumed and not offered first.
    pub only_if_named: bool,
    /// What else is worth knowing.
    pub note: Option<String>,
    /// What the flow itself may set, such as a batch size.
    pub settings: Schema,
    /// What happens to records on a flow that uses it.
    pub effects: Vec<Effect>,
}

impl Integration {
    /// The condition on the two ends, if there is one.
    #[must_use]
    pub fn condition(&self) -> Option<&Expression> {
        self.validity.when.as_ref()
    }

    /// How sure it is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.validity.confidence
    }
}
