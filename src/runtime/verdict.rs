//! Holds requirements against what a run measured.

use crate::design::Design;
use crate::design::requirement::{Guarantee, Latency, OrderBy, RequirementKind};
use crate::runtime::outcome::{PathOutcome, SinkOutcome};
use crate::units::Duration;

/// What became of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The requirement in words.
    pub require: String,
    /// Whether it was kept; nothing where a run cannot tell.
    pub met: Option<bool>,
    /// What was measured, or why nothing was.
    pub measured: String,
}

/// The verdict on every requirement, in the order of the design.
pub(super) fn all(
    design: &Design,
    paths: &[PathOutcome],
    sinks: &[SinkOutcome],
    order: impl Fn(usize, &OrderBy) -> Result<u64, String>,
    retention: impl Fn(usize) -> Option<Duration>,
) -> Vec<Verdict> {
    let id = |node: usize| design.nodes[node].id.as_str();
    let sink = |node: usize| sinks.iter().find(|sink| sink.id == id(node));
    let verdict = |kind: &RequirementKind| match kind {
        RequirementKind::Latency(required) => {
            let path = paths.iter().find(|path| path.from == id(required.from) && path.to == id(required.to));
            latency(required, path, id(required.from), id(required.to))
        }
        RequirementKind::Order { by, at, .. } => {
            let words = match by {
                OrderBy::Key(key) => format!("by `{key}`"),
                OrderBy::Total => "of all records".to_owned(),
            };
            let require = format!("order {words} at `{}`", id(*at));
            match order(*at, by) {
                Ok(count) => counted(require, Some((count == 0, format!("{count} out of order")))),
                Err(reason) => Verdict { require, met: None, measured: reason },
            }
        }
        RequirementKind::Delivery { to, guarantee, .. } => {
            let found = sink(*to).map(|sink| {
                let once = *guarantee != Guarantee::ExactlyOnce || sink.duplicates == 0;
                (sink.lost == 0 && once, format!("{} lost, {} repeated", sink.lost, sink.duplicates))
            });
            counted(format!("delivery {} to `{}`", guarantee.as_str(), id(*to)), found)
        }
        RequirementKind::Replay { from, window } => {
            let found = retention(*from).map(|kept| (kept >= *window, format!("records stay for {kept}")));
            counted(format!("replay of `{}` for {window}", id(*from)), found)
        }
        RequirementKind::Readers { of, independent } => {
            let readers = design.outgoing(*of).count() as u64;
            let found = retention(*of).map(|_| (readers >= *independent, format!("{readers} readers")));
            counted(format!("{independent} independent readers of `{}`", id(*of)), found)
        }
        other => counted(other.keyword().to_owned(), None),
    };
    design.requirements.iter().map(|requirement| verdict(&requirement.kind)).collect()
}

fn counted(require: String, found: Option<(bool, String)>) -> Verdict {
    match found {
        Some((met, measured)) => Verdict { require, met: Some(met), measured },
        None => Verdict { require, met: None, measured: "a run does not measure this".to_owned() },
    }
}

fn latency(required: &Latency, path: Option<&PathOutcome>, from: &str, to: &str) -> Verdict {
    let measured = path.map(|path| path.latency).unwrap_or_default();
    let bounds = [
        ("p50", required.p50, measured.p50),
        ("p99", required.p99, measured.p99),
        ("max", required.max, measured.max),
    ];
    let given: Vec<_> =
        bounds.into_iter().filter_map(|(name, bound, found)| Some((name, bound?, found))).collect();
    let listed: Vec<String> = given.iter().map(|(name, bound, _)| format!("{name} {bound}")).collect();
    let require = format!("latency from `{from}` to `{to}`, {}", listed.join(", "));
    let found = path.filter(|path| path.records > 0).map(|_| {
        let shown = given
            .iter()
            .map(|(name, _, found)| format!("{name} {}", Duration(*found).quantity().approximate()));
        (given.iter().all(|(_, bound, found)| *found <= bound.0), shown.collect::<Vec<_>>().join(", "))
    });
    if path.is_some() && found.is_none() {
        return Verdict { require, met: Some(false), measured: "nothing arrived".to_owned() };
    }
    counted(require, found)
}
