//! What a project asks of the linter: which rules speak, how loud, and by what designs are judged.
//!
//! A [`Config`] is read from `thalweg.toml`, every mistake in one pass; a [`selection::Selection`] puts together what packs, the
//! file and the command line say of one design. Finding and opening files is left to the commands.

mod read;
pub mod selection;
mod toml;

use std::sync::Arc;

use globset::GlobMatcher;

use crate::config::selection::Layer;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rules;
use crate::source::{Span, Text};
use crate::units::Date;

/// The name of the file that is looked for.
pub const NAME: &str = "thalweg.toml";

/// What a `thalweg.toml` says; what it leaves out is not there.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file.
    pub text: Arc<Text>,
    /// What it says of rules, for every design.
    pub layer: Layer,
    /// What it says of rules for some designs, in the order of the file; later ones count more.
    pub per_path: Vec<PerPath>,
    /// The folders of packs, from the folder of the file.
    pub packs: Vec<Set<String>>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Option<Set<Severity>>,
    /// The day as of which designs are judged that give none.
    pub as_of: Option<Set<Date>>,
    /// Whether advice is shown.
    pub advice: Option<Set<bool>>,
    /// Whether advice is shown, and where rules stay silent.
    pub pedantic: Option<Set<bool>>,
    /// The file of findings that are known, from the folder of the file.
    pub baseline: Option<Set<String>>,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set<T> {
    /// What is set.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// What is said of rules for designs whose path matches.
#[derive(Debug, Clone)]
pub struct PerPath {
    /// The pattern, from the folder of the file, as it is written.
    pub glob: String,
    matcher: GlobMatcher,
    /// What is said of rules.
    pub layer: Layer,
}

impl PerPath {
    /// Whether a path is meant, given from the folder of the file with forward slashes.
    #[must_use]
    pub fn is_for(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

/// Reads a config; gives what could be understood, and every mistake. Whether the rules that it names exist is told by
/// [`Config::unknown_rules`], once the packs are there that may bring them.
///
/// ```
/// use std::sync::Arc;
/// use thalweg::{config, source::Text};
/// let text = "select = ['load']\nfail-on = 'warning'\nseverty = {}\n";
/// let (config, mistakes) = config::read(&Arc::new(Text::new("thalweg.toml", text)));
/// assert_eq!(config.fail_on.unwrap().value.as_str(), "warning");
/// assert_eq!(mistakes[0].help, ["write `severity`"]);
/// ```
#[must_use]
pub fn read(text: &Arc<Text>) -> (Config, Vec<Diagnostic>) {
    read::config(text)
}

impl Config {
    /// Every rule or group of rules that is named and does not exist.
    #[must_use]
    pub fn unknown_rules(&self, rules: &Rules) -> Vec<Diagnostic> {
        let layers = std::iter::once(&self.layer).chain(self.per_path.iter().map(|each| &each.layer));
        let names = layers.flat_map(Layer::names);
        let mut unknown: Vec<_> = names.filter_map(|name| rules.unknown(&name.value, name.span)).collect();
        unknown.sort_by_key(|mistake| mistake.primary.span);
        unknown
    }
}
