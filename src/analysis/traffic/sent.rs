//! What a node sends because it is declared: the `traffic` of a source, the `output` of a processor.

use std::sync::Arc;

use crate::analysis::traffic::figure::{Figure, Reason};
use crate::analysis::traffic::keys::hottest_share;
use crate::analysis::traffic::load::{Contributor, Load};
use crate::design::Design;
use crate::design::settings::{SettingValue, Settings};

/// What a source sends.
pub(super) fn by_source(design: &Design, index: usize) -> Load {
    let settings = &design.nodes[index].settings;
    let (rate, peak) = rates(settings, "traffic.rate")
        .map_or_else(|| twice(Figure::unknown(Reason::Undeclared("traffic.rate"), index)), known);
    let size = amount(settings, "traffic.record_size")
        .map_or(Figure::unknown(Reason::Undeclared("traffic.record_size"), index), Figure::Known);
    let mut load = Load { rate, peak, ..Load::unknown(Reason::NothingArrives, index) }.resized(size);
    set_keys(&mut load, settings, "traffic", index);
    load.contribute(Contributor::Node(index));
    if settings.get("events").is_some() { load.bounded(Reason::Filter, index) } else { load }
}

/// What a processor that declares its `output` sends, of what it would send without.
pub(super) fn by_declared_output(design: &Design, index: usize, received: &Load, usual: Load) -> Load {
    let settings = &design.nodes[index].settings;
    if settings.get("output").is_none() {
        return usual;
    }
    let mut load = missing(usual, index);
    if let Some(rates) = rates(settings, "output.rate") {
        (load.rate, load.peak) = known(rates);
        load.contributors.clear();
    } else if let Some(selectivity) = amount(settings, "output.selectivity") {
        let scaled = received.clone().scaled(selectivity);
        (load.rate, load.peak) = (scaled.rate, scaled.peak);
        load.contributors = scaled.contributors;
    }
    let size = amount(settings, "output.record_size").map_or(load.record_size, Figure::Known);
    let mut load = load.resized(size);
    if settings.get("output.keys").is_some() || settings.get("output.key").is_some() {
        set_keys(&mut load, settings, "output", index);
    }
    load.contribute(Contributor::Node(index));
    load
}

/// Of an output that is declared in part, the setting that would make the rest known.
fn missing(mut load: Load, index: usize) -> Load {
    let settings = [
        (&mut load.rate, "output.rate"),
        (&mut load.peak, "output.rate"),
        (&mut load.record_size, "output.record_size"),
        (&mut load.keys, "output.keys"),
        (&mut load.hottest, "output.keys"),
    ];
    for (figure, setting) in settings {
        if figure.gap().is_some_and(|gap| gap.reason == Reason::Aggregated && gap.at == index) {
            *figure = Figure::unknown(Reason::Undeclared(setting), index);
        }
    }
    load
}

fn known((average, peak): (f64, f64)) -> (Figure, Figure) {
    (Figure::Known(average), Figure::Known(peak))
}

fn twice(figure: Figure) -> (Figure, Figure) {
    (figure, figure)
}

fn rates(settings: &Settings, path: &str) -> Option<(f64, f64)> {
    match &settings.get(path)?.value {
        SettingValue::Profile(profile) => Some((profile.average().0, profile.peak().0)),
        _ => None,
    }
}

fn amount(settings: &Settings, path: &str) -> Option<f64> {
    Some(settings.get(path)?.value.quantity()?.amount)
}

/// Keys as they are declared below `traffic` or `output`; where neither a key nor keys are, every record has its own.
fn set_keys(load: &mut Load, settings: &Settings, below: &str, index: usize) {
    let at = |path: &str| format!("{below}.{path}");
    load.key = settings.text(&at("key")).map(Arc::from);
    let distinct = amount(settings, &at("keys.distinct"));
    let skew = amount(settings, &at("keys.skew")).unwrap_or(0.0);
    (load.keys, load.hottest) = match distinct {
        Some(distinct) => (Figure::Known(distinct), Figure::Known(hottest_share(distinct, skew))),
        None if load.key.is_some() || settings.get(&at("keys")).is_some() => {
            twice(Figure::unknown(Reason::Undeclared("keys.distinct"), index))
        }
        None => (Figure::unknown(Reason::OwnKeys, index), Figure::Known(0.0)),
    };
}
