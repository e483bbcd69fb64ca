//! What governs each design: the config above it, the packs that it names, and the command line.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::{Basis, Check, Policy};
use crate::commands::base::{Base, Refusal};
use crate::commands::check::known::Known;
use crate::commands::check::paths::{absolute, from_folder};
use crate::commands::infrastructure::Given;
use crate::commands::input::{self, InputError};
use crate::config::selection::{Layer, Selection};
use crate::config::{self, Config, Set};
use crate::diagnostic::Severity;
use crate::knowledge::pack::Level;
use crate::lint::Rules;
use crate::source::{Span, Text};

/// What is asked beside what configs say.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Asked<'a> {
    pub(in crate::commands) policy: &'a Policy,
    pub(in crate::commands) advice: bool,
    pub(in crate::commands) pedantic: bool,
    pub(in crate::commands) fail_on: Option<Severity>,
}

impl<'a> From<&'a Check> for Asked<'a> {
    fn from(arguments: &'a Check) -> Self {
        let Check { policy, advice, pedantic, fail_on, .. } = arguments;
        Self { policy, advice: *advice, pedantic: *pedantic, fail_on: fail_on.map(Severity::from) }
    }
}

/// What governs the designs of one run.
pub(super) struct Governing {
    /// What the command line says of rules.
    typed: Layer,
    /// Each config once, the absence of one too.
    pub(super) all: Vec<Governed>,
    /// Which of them governs a design, by the name of its text.
    by_name: BTreeMap<String, usize>,
    /// What templates are read with.
    pub(super) given: Given,
}

/// A config and what follows from it.
pub(in crate::commands) struct Governed {
    pub(super) config: Option<Config>,
    /// The folder from which its paths start; the current one without a config.
    folder: PathBuf,
    /// The folders of its packs.
    packs: Vec<PathBuf>,
    pub(in crate::commands) base: Base,
    /// The baseline.
    pub(super) known: Option<Known>,
    /// Whether advice is shown, and also where rules stay silent.
    pub(super) advice: bool,
    pub(super) pedantic: bool,
    /// The least severity that makes the exit code 1.
    pub(in crate::commands) fail_on: Severity,
}

impl Governing {
    /// Finds and reads the configs of all designs, with everything that they name; or tells all their mistakes.
    pub(super) fn of(texts: &[Arc<Text>], asked: Asked<'_>) -> Result<Self, Refusal> {
        let mut refusal = Refusal::default();
        let mut search = Search::new(asked.policy);
        let mut places: Vec<Option<PathBuf>> = Vec::new();
        let mut by_name = BTreeMap::new();
        for text in texts {
            let place = search.config_of(text.name());
            let index = places.iter().position(|known| *known == place).unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            });
            by_name.insert(text.name().to_owned(), index);
        }
        let mut all = Vec::new();
        for place in places {
            match Governed::read(place.as_deref(), asked) {
                Ok(governed) => all.push(governed),
                Err(wrong) => refusal.add(wrong),
            }
        }
        let typed = typed(asked.policy);
        if !all.is_empty() {
            refusal.complaints.extend(unknown_typed(&typed, &all));
        }
        refusal.or(Self { typed, all, by_name, given: Given::default() })
    }

    /// What governs a design, by the name of its text; the first config for a file that a template brought in.
    pub(super) fn get(&self, name: &str) -> &Governed {
        &self.all[self.by_name.get(name).copied().unwrap_or_default()]
    }

    /// The least severity of a finding in a file that makes the exit code 1; the strictest for a file that is no design.
    pub(super) fn fail_on(&self, name: &str) -> Severity {
        match self.by_name.get(name) {
            Some(index) => self.all[*index].fail_on,
            None => self.all.iter().map(|governed| governed.fail_on).min().unwrap_or(Severity::Error),
        }
    }

    /// How bad the findings of each rule are in a design; what counts more comes later.
    pub(super) fn selection(&self, name: &str) -> Selection<'_> {
        self.get(name).selection(name, Some(&self.typed))
    }

    /// The names of the designs that one of the configs governs, in alphabetical order.
    pub(super) fn governed_by(&self, index: usize) -> impl Iterator<Item = &str> {
        self.by_name.iter().filter(move |(_, by)| **by == index).map(|(name, _)| name.as_str())
    }

    /// What the command line says of rules.
    pub(super) fn typed(&self) -> &Layer {
        &self.typed
    }

    /// The rules of all configs, each set once.
    pub(super) fn rules(&self) -> Vec<&Rules> {
        self.all.iter().map(|governed| &governed.base.rules).collect()
    }
}

impl Governed {
    /// What governs one design by what stands around it, for commands that show no list of findings. Without a design, what
    /// would govern one in the current folder.
    pub(in crate::commands) fn around(design: Option<&Text>, basis: &Basis) -> Result<Self, Refusal> {
        let policy = Policy { basis: basis.clone(), ..Policy::default() };
        let place = Search::new(&policy).config_of(design.map_or(config::NAME, Text::name));
        let asked = Asked { policy: &policy, advice: false, pedantic: false, fail_on: None };
        Self::read(place.as_deref(), asked)
    }

    /// Reads a config with the packs and the baseline that it or the command line names; without a place, as if it were empty.
    pub(in crate::commands) fn read(place: Option<&Path>, asked: Asked<'_>) -> Result<Self, Refusal> {
        let mut refusal = Refusal::default();
        let config = place.and_then(|place| config_at(place, &mut refusal));
        let folder = place.and_then(Path::parent).map_or_else(|| absolute(Path::new(".")), Path::to_owned);
        let of_config = config.as_ref();
        let packs = packs(of_config, &folder, asked.policy);
        let as_of = of_config.and_then(|config| config.as_of).map(|day| day.value);
        let base = match Base::with_packs(&packs, as_of) {
            Ok(base) => base,
            Err(wrong) => {
                refusal.add(wrong);
                return Err(refusal);
            }
        };
        if let Some(config) = of_config {
            refusal.note(&config.text, config.unknown_rules(&base.rules));
        }
        let listed = of_config.and_then(|config| Some(shown(&folder.join(&config.baseline.as_ref()?.value))));
        let baseline = asked.policy.baseline.clone().or(listed);
        let known = baseline.map(|path| Known::read(&path, asked.policy.update_baseline)).transpose();
        let known = known.unwrap_or_else(|wrong| {
            refusal.add(wrong);
            None
        });
        let is_set =
            |flag: fn(&Config) -> Option<Set<bool>>| of_config.and_then(flag).is_some_and(|flag| flag.value);
        let pedantic = asked.pedantic || is_set(|config| config.pedantic);
        let advice = pedantic || asked.advice || is_set(|config| config.advice);
        let configured = of_config.and_then(|config| config.fail_on).map(|level| level.value);
        let fail_on = asked.fail_on.or(configured).unwrap_or(Severity::Error);
        refusal.or(Self { config, folder, packs, base, known, advice, pedantic, fail_on })
    }

    /// How bad the findings of each rule are in a design, by the name of its text; what is typed counts most.
    pub(in crate::commands) fn selection<'a>(
        &'a self,
        name: &str,
        typed: Option<&'a Layer>,
    ) -> Selection<'a> {
        let path = from_folder(&absolute(Path::new(name)), &self.folder);
        let config = self.config.as_ref();
        let per_path =
            config.into_iter().flat_map(|config| &config.per_path).filter(|each| each.is_for(&path));
        let layers = config.map(|config| &config.layer).into_iter().chain(per_path.map(|each| &each.layer));
        Selection::new(layers.chain(typed).collect())
    }

    /// The files and folders that it was read from.
    pub(in crate::commands) fn places(&self) -> Vec<PathBuf> {
        let config = self.config.iter().map(|config| PathBuf::from(config.text.name()));
        let known = self.known.iter().map(|known| known.path.clone());
        config.chain(known).chain(self.packs.iter().cloned()).collect()
    }
}

/// The folders of the packs that the config and the command line name.
fn packs(config: Option<&Config>, folder: &Path, policy: &Policy) -> Vec<PathBuf> {
    let named =
        config.into_iter().flat_map(|config| &config.packs).map(|pack| shown(&folder.join(&pack.value)));
    named.chain(policy.basis.packs.iter().cloned()).collect()
}

/// Looks for configs, at each folder once.
pub(in crate::commands) struct Search<'a> {
    known: BTreeMap<PathBuf, Option<PathBuf>>,
    policy: &'a Policy,
}

impl<'a> Search<'a> {
    pub(in crate::commands) fn new(policy: &'a Policy) -> Self {
        Self { known: BTreeMap::new(), policy }
    }

    /// The config of a design: the one that is named, or the nearest above.
    pub(in crate::commands) fn config_of(&mut self, name: &str) -> Option<PathBuf> {
        if self.policy.basis.no_config {
            return None;
        }
        if let Some(named) = &self.policy.basis.config {
            return Some(absolute(named));
        }
        let folder = absolute(Path::new(name)).parent().map(Path::to_owned)?;
        self.above(&folder)
    }

    /// The nearest config at or above a folder, up to the root of a repository.
    fn above(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let here = folder.join(config::NAME);
        let found = if here.is_file() {
            Some(here)
        } else if folder.join(".git").exists() {
            None
        } else {
            folder.parent().and_then(|parent| self.above(parent))
        };
        self.known.insert(folder.to_owned(), found.clone());
        found
    }
}

/// The config at a path, as far as it could be read; an empty one says nothing, which is no mistake.
fn config_at(path: &Path, refusal: &mut Refusal) -> Option<Config> {
    let name = shown(path).display().to_string();
    let text = match input::read_short(path) {
        Ok(bytes) => input::text(name, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            refusal.complaints.push(format!("{name}: there is no such file"));
            return None;
        }
        Err(error) => {
            refusal.complaints.push(format!("{name}: {error}"));
            return None;
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(InputError::Empty { path }) => Arc::new(Text::new(path, "")),
        Err(error) => {
            refusal.complaints.push(error.to_string());
            return None;
        }
    };
    let (config, mistakes) = config::read(&text);
    refusal.note(&text, mistakes);
    Some(config)
}

/// A path as it is shown: from the current folder where it lies below that.
fn shown(path: &Path) -> PathBuf {
    let here = absolute(Path::new("."));
    let path = absolute(path);
    path.strip_prefix(&here).map_or_else(|_| path.clone(), Path::to_owned)
}

fn typed(policy: &Policy) -> Layer {
    let set = |name: &String| Set { value: name.trim().to_owned(), span: Span::at(0) };
    let select = (!policy.select.is_empty()).then(|| policy.select.iter().map(set).collect());
    let severity =
        policy.severities.iter().map(|typed| (set(&typed.rule), typed.level)).collect::<Vec<(_, Level)>>();
    Layer { select, ignore: policy.ignore.iter().map(set).collect(), severity }
}

/// What is typed and no rule of any config, with the nearest name.
fn unknown_typed(typed: &Layer, all: &[Governed]) -> Vec<String> {
    let unknown = typed.names().filter_map(|name| {
        let told = all.iter().map(|governed| governed.base.rules.unknown(&name.value, name.span));
        told.collect::<Option<Vec<_>>>()?.pop()
    });
    unknown
        .map(|mistake| match mistake.help.first() {
            Some(help) => format!("{}; {help}", mistake.message),
            None => mistake.message,
        })
        .collect()
}
