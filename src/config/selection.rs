//! Which rules speak of a design, and with which severity.

use crate::config::Set;
use crate::diagnostic::Severity;
use crate::knowledge::pack::Level;
use crate::lint::Rules;

/// The group of rules on the file itself. What they call an error is not understood, and hides behind no selection.
const FILE: &str = "file";
/// The rule on what is no YAML at all, which nothing switches off: such a file is not judged.
const SYNTAX: &str = "syntax";

/// What one source (a file, a part of it, the command line) says of rules; names are ids of rules or groups of them.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Only these speak.
    pub select: Option<Vec<Set<String>>>,
    /// These are silent.
    pub ignore: Vec<Set<String>>,
    /// How bad the findings of these are.
    pub severity: Vec<(Set<String>, Level)>,
}

impl Layer {
    /// Everything that is named.
    pub fn names(&self) -> impl Iterator<Item = &Set<String>> {
        let selected = self.select.iter().flatten();
        selected.chain(&self.ignore).chain(self.severity.iter().map(|(name, _)| name))
    }
}

/// The layers that hold for one design; later ones count more.
#[derive(Debug, Clone, Default)]
pub struct Selection<'a> {
    layers: Vec<&'a Layer>,
}

impl<'a> Selection<'a> {
    /// A selection by layers, the one that counts least first.
    #[must_use]
    pub fn new(layers: Vec<&'a Layer>) -> Self {
        Self { layers }
    }

    /// How bad a finding of a rule is, whose severity it is by itself; off where it is not wanted.
    ///
    /// Within a layer what names the rule counts more than what names its group. A layer that selects begins anew; one that
    /// only ignores takes away from what is there.
    #[must_use]
    pub fn level(&self, rule: &str, severity: Severity, rules: &Rules) -> Level {
        let group = rules.get(rule).map_or("", |rule| rule.group.as_str());
        let own = rules.levels().iter().map(|(name, level)| (name.as_str(), *level));
        let mut level = strongest(own, rule, group).unwrap_or(Level::At(severity));
        let mut speaks = true;
        for layer in &self.layers {
            let ignored = nearness(&layer.ignore, rule, group);
            match &layer.select {
                Some(select) => {
                    let is_mistake = group == FILE && severity == Severity::Error;
                    let selected = nearness(select, rule, group).max(u8::from(is_mistake));
                    speaks = selected > ignored;
                }
                None => speaks &= ignored == 0,
            }
            let said = layer.severity.iter().map(|(name, level)| (name.value.as_str(), *level));
            level = strongest(said, rule, group).unwrap_or(level);
        }
        match level {
            _ if rule == SYNTAX => Level::At(severity),
            Level::At(severity) if speaks => Level::At(severity),
            _ => Level::Off,
        }
    }
}

/// 2 where the rule is named, 1 where its group is, 0 where neither is.
fn nearness(names: &[Set<String>], rule: &str, group: &str) -> u8 {
    names.iter().map(|name| near(&name.value, rule, group)).max().unwrap_or(0)
}

fn near(name: &str, rule: &str, group: &str) -> u8 {
    if name == rule { 2 } else { u8::from(name == group) }
}

/// The last level that names the rule, or else the last that names its group.
fn strongest<'n>(said: impl Iterator<Item = (&'n str, Level)>, rule: &str, group: &str) -> Option<Level> {
    let named = said.map(|(name, level)| (near(name, rule, group), level));
    named.filter(|(near, _)| *near > 0).max_by_key(|(near, _)| *near).map(|(_, level)| level)
}
