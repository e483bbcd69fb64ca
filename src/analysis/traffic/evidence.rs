//! The declared settings that a figure rests on.

use crate::analysis::traffic::load::{Contributor, Load, Measure};
use crate::design::Design;
use crate::design::settings::{Setting, SettingValue, Settings};
use crate::source::Span;

/// A declared setting that shaped a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Where its value stands.
    pub span: Span,
    /// What it says: `` `web` sends 5000/s ``.
    pub text: String,
}

const RATES: [&str; 3] = ["traffic.rate", "output.rate", "output.selectivity"];
const SIZES: [&str; 2] = ["traffic.record_size", "output.record_size"];
const KEYS: [&str; 4] = ["traffic.key", "traffic.keys", "output.key", "output.keys"];

impl Load {
    /// The declared settings that a figure of the load rests on, in the order of nodes and then flows.
    #[must_use]
    pub fn evidence(&self, design: &Design, measure: Measure) -> Vec<Declared> {
        let of_contributor = |contributor: &Contributor| match contributor {
            Contributor::Node(node) => of_node(design, *node, measure),
            Contributor::Flow(flow) => of_flow(design, *flow, measure),
        };
        self.contributors.iter().flat_map(of_contributor).collect()
    }
}

/// The settings of a node that can shape a measure.
fn paths(measure: Measure) -> Vec<&'static str> {
    match measure {
        Measure::Rate | Measure::Peak => RATES.to_vec(),
        Measure::Bytes | Measure::PeakBytes => [&RATES[..], &SIZES].concat(),
        Measure::RecordSize | Measure::LargestRecord => SIZES.to_vec(),
        Measure::Keys | Measure::Hottest => KEYS.to_vec(),
    }
}

fn of_node(design: &Design, node: usize, measure: Measure) -> Vec<Declared> {
    let node = &design.nodes[node];
    let said = |path: &&str| {
        let setting = node.settings.get(path)?;
        Some(Declared { span: setting.span, text: said_of(&node.id, path, setting, measure) })
    };
    paths(measure).iter().filter_map(said).collect()
}

fn of_flow(design: &Design, flow: usize, measure: Measure) -> Vec<Declared> {
    let shaped = !matches!(measure, Measure::RecordSize | Measure::LargestRecord);
    let setting = design.flows[flow].settings.get("selectivity").filter(|_| shaped);
    let said = |setting: &Setting| {
        let text = format!("{} of 1 take the flow", setting.value.to_value());
        Declared { span: setting.span, text }
    };
    setting.map(said).into_iter().collect()
}

fn said_of(id: &str, path: &str, setting: &Setting, measure: Measure) -> String {
    let peak = matches!(measure, Measure::Peak | Measure::PeakBytes);
    match (path, &setting.value) {
        (_, SettingValue::Profile(profile)) if peak => {
            format!("`{id}` sends {} at its peak", profile.peak())
        }
        (_, SettingValue::Profile(profile)) => format!("`{id}` sends {}", profile.average()),
        ("output.selectivity", value) => format!("`{id}` sends {} for each record", value.to_value()),
        ("traffic.record_size" | "output.record_size", value) => {
            format!("records of {}", value.to_value())
        }
        ("traffic.key" | "output.key", value) => format!("the key is `{}`", value.to_value()),
        (_, SettingValue::Mapping(keys)) => distribution(keys),
        (_, value) => value.to_value().to_string(),
    }
}

fn distribution(keys: &Settings) -> String {
    let number = |path| keys.get(path).map(|setting| setting.value.to_value().to_string());
    match (number("distinct"), number("skew")) {
        (Some(distinct), Some(skew)) => format!("{distinct} keys, skew {skew}"),
        (Some(distinct), None) => format!("{distinct} keys, all alike"),
        _ => "keys".to_owned(),
    }
}
