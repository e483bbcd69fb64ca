//! The words of a design file and what they mean, but for those of the services: for editors and schemas.
//!
//! The settings of flows are what the reader itself goes by. The reader of `require` and `allow` spells its keys out; a
//! test of the suite holds the two together.

use std::sync::LazyLock;

use crate::design::faults::KINDS;
use crate::design::requirement::Guarantee;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};

/// A key of a design, what it is for, and whether it must be there.
pub const TOP: [(&str, &str, bool); 8] = [
    ("name", "What the design is called.", false),
    ("about", "What the design is for, in a sentence.", false),
    ("as_of", "Judge by AWS as it was that day; without it, by the day of the knowledge base.", false),
    ("nodes", "The parts of the design by their ids; each is one service with its settings.", true),
    (
        "flows",
        "Which node sends records to which: chains such as `a -> b -> c`, or mappings with settings.",
        false,
    ),
    ("require", "What the design is for: judged before it runs, and again by a run.", false),
    ("faults", "What goes wrong when it runs: which node, when, and for how long.", false),
    ("allow", "Findings that the authors accept, each with the reason.", false),
];

/// A requirement that a design may state.
#[derive(Debug)]
pub struct RequirementWord {
    /// The key that a design writes.
    pub keyword: &'static str,
    /// What it promises.
    pub about: &'static str,
    /// What it says in detail; empty for what is only there or not.
    pub settings: Schema,
}

/// The tag of a setting that nobody knows before it is deployed: `shards: !unknown Shards`.
pub const UNDETERMINED: &str = "!unknown";

/// The key of a node that is set up elsewhere: what the design does not say of it is unknown, and no default.
pub const ELSEWHERE: &str = "elsewhere";

/// What any flow may set; the integration that it uses adds its own.
#[must_use]
pub fn flow_settings() -> &'static Schema {
    static SETTINGS: LazyLock<Schema> = LazyLock::new(|| {
        [
            SettingSpec::plain(
                "via",
                "Which of several integrations between the two services is meant.",
                Kind::Text,
            ),
            SettingSpec::plain(
                "filter",
                "Only records for which this holds take the flow.",
                Kind::Expression,
            ),
            SettingSpec::plain(
                "selectivity",
                "What the load counts with: how many records take the flow for each that could, `0.2` where a fifth passes `filter`.",
                Kind::Number,
            ),
            SettingSpec::plain(
                "start",
                "Where reading starts: `latest`, `trim-horizon`, or so long after the start of the run.",
                Kind::Text,
            ),
        ]
        .into_iter()
        .collect()
    });
    &SETTINGS
}

/// What an entry of `allow` holds.
#[must_use]
pub fn allowance() -> &'static Schema {
    static SETTINGS: LazyLock<Schema> = LazyLock::new(|| {
        [
            needed("rule", "The id of the rule whose finding is accepted.", Kind::Text),
            SettingSpec::plain(
                "at",
                "The node's id, or `a -> b` for a flow; without it the whole design.",
                Kind::Text,
            ),
            needed("because", "Why the finding is accepted.", Kind::Text),
        ]
        .into_iter()
        .collect()
    });
    &SETTINGS
}

/// What an entry of `faults` holds.
#[must_use]
pub fn fault() -> &'static Schema {
    static SETTINGS: LazyLock<Schema> = LazyLock::new(|| {
        let kinds = KINDS.map(str::to_owned).to_vec();
        [
            needed(
                "kind",
                "What goes wrong: the node answers nothing, turns a share away, works slowly, fails, meets records that no call can take, or crashes; or nothing takes a flow.",
                Kind::Choice(kinds),
            ),
            needed("at", "The node that it befalls, or the ends of a flow as `a -> b`.", Kind::Text),
            needed("start", "How long after the start of the run it begins.", Kind::Duration),
            needed("duration", "How long it lasts.", Kind::Duration),
            SettingSpec::plain(
                "share",
                "The share that is turned away, fails, or is poison; all without it, and a thousandth of poison.",
                Kind::Number,
            ),
            SettingSpec::plain("factor", "How many times as long slow work takes; twice without it.", Kind::Number),
            SettingSpec::plain("records", "Which records are poison.", Kind::Expression),
        ]
        .into_iter()
        .collect()
    });
    &SETTINGS
}

/// Everything that a design may require.
#[must_use]
pub fn requirements() -> &'static [RequirementWord] {
    static WORDS: LazyLock<Vec<RequirementWord>> = LazyLock::new(|| {
        vec![
            word(
                "latency",
                "Records arrive in time; at least one of `p50`, `p99` and `max` is given.",
                latency(),
            ),
            word("order", "Records are handled in the order in which they were produced.", order()),
            word("replay", "Records can be read again.", replay()),
            word("delivery", "Records get there.", delivery()),
            word("readers", "So many readers each see every record.", readers()),
            word("monthly_cost", "It costs no more than this a month.", monthly_cost()),
            word("serverless", "Nothing has to be sized or patched.", Vec::new()),
            word("encryption", "All data at rest is encrypted.", Vec::new()),
        ]
    });
    &WORDS
}

fn word(keyword: &'static str, about: &'static str, settings: Vec<SettingSpec>) -> RequirementWord {
    RequirementWord { keyword, about, settings: settings.into_iter().collect() }
}

fn needed(name: &str, about: &str, kind: Kind) -> SettingSpec {
    SettingSpec { required: true, ..SettingSpec::plain(name, about, kind) }
}

/// The id of a node from which no flow follows.
fn node() -> Kind {
    Kind::Node { role: String::new(), accepts: Vec::new() }
}

fn latency() -> Vec<SettingSpec> {
    vec![
        needed("from", "The node from which it counts.", node()),
        needed("to", "The node at which it ends.", node()),
        SettingSpec::plain("p50", "Half of the records take no longer.", Kind::Duration),
        SettingSpec::plain("p99", "99 of 100 records take no longer.", Kind::Duration),
        SettingSpec::plain("max", "No record takes longer.", Kind::Duration),
    ]
}

fn order() -> Vec<SettingSpec> {
    vec![
        needed(
            "by",
            "The field whose equal values keep their order, or `total` for all records.",
            Kind::Text,
        ),
        SettingSpec::plain("from", "The node from which the order counts; else the producers.", node()),
        needed("at", "The node at which the order must hold.", node()),
    ]
}

fn replay() -> Vec<SettingSpec> {
    vec![
        needed("from", "The node that is read again.", node()),
        needed("window", "For how long after a record was written.", Kind::Duration),
    ]
}

fn delivery() -> Vec<SettingSpec> {
    let guarantees = [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce, Guarantee::NoLoss];
    let words = guarantees.into_iter().map(|guarantee| guarantee.as_str().to_owned()).collect();
    vec![
        SettingSpec::plain("from", "The node from which it counts; else the producers.", node()),
        needed("to", "The node that records must reach.", node()),
        needed("guarantee", "How often.", Kind::Choice(words)),
    ]
}

fn readers() -> Vec<SettingSpec> {
    vec![
        needed("of", "The node that is read.", node()),
        needed("independent", "How many readers at the least.", Kind::Count),
    ]
}

fn monthly_cost() -> Vec<SettingSpec> {
    vec![needed("at_most", "The most that it may cost.", Kind::Money)]
}
