//! `--show-config`: what holds for the designs, and where it is said; in the words of `thalweg.toml`.

use std::fmt::Write as _;

use crate::cli::Check;
use crate::commands::check::governing::{Governed, Governing};
use crate::config::Config;
use crate::config::selection::Layer;
use crate::knowledge::pack::Level;
use crate::source::Span;

/// Where a value comes from.
const TYPED: &str = "command line";
const DEFAULT: &str = "default";

/// One part for every config, with the designs that it governs.
pub(super) fn of(governing: &Governing, arguments: &Check) -> String {
    let parts: Vec<String> = governing
        .all
        .iter()
        .enumerate()
        .map(|(index, governed)| {
            let mut page = Page { lines: Vec::new(), config: governed.config.as_ref() };
            page.governed(governed, governing.typed(), arguments);
            let config = governed.config.as_ref().map_or("no config", |config| config.text.name());
            let designs: Vec<&str> = governing.governed_by(index).collect();
            format!("# {config}, for {}\n{}", designs.join(", "), page.text())
        })
        .collect();
    parts.join("\n")
}

struct Page<'a> {
    /// Key with value, and where it is said.
    lines: Vec<(String, String)>,
    config: Option<&'a Config>,
}

impl Page<'_> {
    fn governed(&mut self, governed: &Governed, typed: &Layer, arguments: &Check) {
        let config = self.config;
        let layer = config.map(|config| &config.layer);
        self.layer("", typed, layer);
        let packs = config.into_iter().flat_map(|config| &config.packs);
        for pack in packs {
            self.line("packs", &format!("[{:?}]", pack.value), &self.at(pack.span));
        }
        for pack in &arguments.policy.basis.packs {
            self.line("packs", &format!("[{:?}]", pack.display().to_string()), TYPED);
        }
        for (rule, level) in governed.base.rules.levels() {
            self.line(&format!("severity.{rule}"), &format!("{:?}", level.as_str()), "a pack");
        }
        let set = |typed: bool, span: Option<Span>| match span {
            _ if typed => TYPED.to_owned(),
            Some(span) => self.at(span),
            None => DEFAULT.to_owned(),
        };
        let fail_on = set(arguments.fail_on.is_some(), config.and_then(|config| Some(config.fail_on?.span)));
        let as_of = set(false, config.and_then(|config| Some(config.as_of?.span)));
        let advice = set(
            arguments.advice || arguments.pedantic,
            config.and_then(|config| Some(config.advice.or(config.pedantic)?.span)),
        );
        let pedantic = set(arguments.pedantic, config.and_then(|config| Some(config.pedantic?.span)));
        let baseline = set(
            arguments.policy.baseline.is_some(),
            config.and_then(|config| Some(config.baseline.as_ref()?.span)),
        );
        self.line("fail-on", &format!("{:?}", governed.fail_on.as_str()), &fail_on);
        self.line("as_of", &governed.base.knowledge.as_of().to_string(), &as_of);
        self.line("advice", &governed.advice.to_string(), &advice);
        self.line("pedantic", &governed.pedantic.to_string(), &pedantic);
        if let Some(known) = &governed.known {
            self.line("baseline", &format!("{:?}", known.path.display().to_string()), &baseline);
        }
        for each in config.into_iter().flat_map(|config| &config.per_path) {
            self.layer(&format!("per-path.{:?}.", each.glob), &Layer::default(), Some(&each.layer));
        }
    }

    /// What is typed replaces what is selected in the file, and adds to what it ignores.
    fn layer(&mut self, prefix: &str, typed: &Layer, file: Option<&Layer>) {
        let names = |names: &[crate::config::Set<String>]| {
            let quoted: Vec<String> = names.iter().map(|name| format!("{:?}", name.value)).collect();
            format!("[{}]", quoted.join(", "))
        };
        let selected = file.and_then(|layer| layer.select.as_ref()).filter(|_| typed.select.is_none());
        let ignored =
            file.map(|layer| layer.ignore.as_slice()).filter(|_| typed.select.is_none()).unwrap_or_default();
        for (key, list, from_file) in [
            ("select", selected.map(Vec::as_slice).unwrap_or_default(), true),
            ("select", typed.select.as_deref().unwrap_or_default(), false),
            ("ignore", ignored, true),
            ("ignore", &typed.ignore, false),
        ] {
            if let Some(first) = list.first() {
                let place = if from_file { self.at(first.span) } else { TYPED.to_owned() };
                self.line(&format!("{prefix}{key}"), &names(list), &place);
            }
        }
        for (rule, level) in file.into_iter().flat_map(|layer| &layer.severity) {
            self.line(&level_key(prefix, &rule.value), &quoted(*level), &self.at(rule.span));
        }
        for (rule, level) in &typed.severity {
            self.line(&level_key(prefix, &rule.value), &quoted(*level), TYPED);
        }
    }

    fn at(&self, span: Span) -> String {
        self.config.map_or_else(String::new, |config| {
            format!("{}:{}", config.text.name(), config.text.position(span.start).line)
        })
    }

    fn line(&mut self, key: &str, value: &str, place: &str) {
        self.lines.push((format!("{key} = {value}"), place.to_owned()));
    }

    fn text(&self) -> String {
        let width = self.lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for (line, place) in &self.lines {
            writeln!(text, "{line:width$}  # {place}").expect("memory");
        }
        text
    }
}

fn level_key(prefix: &str, rule: &str) -> String {
    format!("{prefix}severity.{rule}")
}

fn quoted(level: Level) -> String {
    format!("{:?}", level.as_str())
}
