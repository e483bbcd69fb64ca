//! What designs are judged by: the embedded base, and the packs that are added to it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::Outcome;
use crate::commands::output::{complain, remark};
use crate::commands::packs;
use crate::diagnostic::{Diagnostic, InFile};
use crate::knowledge::Knowledge;
use crate::knowledge::pack::{self, Pack};
use crate::lint::Rules;
use crate::report::findings::{self, Judged};
use crate::report::look::Look;
use crate::source::Text;
use crate::units::Date;

/// The services and the rules.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) knowledge: Knowledge,
    pub(super) rules: Rules,
}

/// Why there is nothing to judge by: every mistake of the files that say it.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// What is wrong with files as such.
    pub(super) complaints: Vec<String>,
    /// What is wrong in them.
    pub(super) mistakes: Vec<InFile>,
}

impl Base {
    /// What is embedded, with packs from folders; designs that give no day are judged as of `day`.
    /// Without packs nothing is read yet.
    pub(super) fn with_packs(folders: &[PathBuf], day: Option<Date>) -> Result<Self, Refusal> {
        if folders.is_empty() {
            return Ok(Self { knowledge: Knowledge::embedded().on(day), rules: Rules::embedded() });
        }
        let mut refusal = Refusal::default();
        let mut read: Vec<Pack> = Vec::new();
        for folder in folders {
            match packs::files(folder) {
                Ok(files) => {
                    let (pack, mistakes) = pack::read(&files);
                    refusal.mistakes.extend(mistakes);
                    read.push(pack);
                }
                Err(complaints) => refusal.complaints.extend(complaints),
            }
        }
        let (knowledge, mistakes) = Knowledge::embedded().with_packs(&read);
        refusal.mistakes.extend(mistakes);
        let (rules, mistakes) = Rules::with_packs(&read, &knowledge);
        refusal.mistakes.extend(mistakes);
        refusal.or(Self { knowledge: knowledge.on(day), rules })
    }
}

/// The outcome of a command; what kept it from its work is told.
pub(super) fn or_failed(outcome: Result<Outcome, Refusal>, look: Look) -> Outcome {
    outcome.unwrap_or_else(|refusal| {
        refusal.tell(look);
        Outcome::Failed
    })
}

impl From<String> for Refusal {
    fn from(complaint: String) -> Self {
        Self { complaints: vec![complaint], mistakes: Vec::new() }
    }
}

impl Refusal {
    /// Adds what else is wrong.
    pub(super) fn add(&mut self, other: Self) {
        self.complaints.extend(other.complaints);
        self.mistakes.extend(other.mistakes);
    }

    /// Adds what is wrong in a file, if anything is.
    pub(super) fn note(&mut self, text: &Arc<Text>, found: Vec<Diagnostic>) {
        if !found.is_empty() {
            self.mistakes.push(InFile { text: Arc::clone(text), found });
        }
    }

    /// `work`, if nothing is wrong.
    pub(super) fn or<T>(self, work: T) -> Result<T, Self> {
        if self.complaints.is_empty() && self.mistakes.is_empty() { Ok(work) } else { Err(self) }
    }

    /// Everything that is wrong, a line for each mistake.
    pub(super) fn lines(&self) -> String {
        let mistakes: Vec<Judged> = self
            .mistakes
            .iter()
            .map(|file| Judged::new(Arc::clone(&file.text), file.found.clone()))
            .collect();
        let mistakes = findings::concise(&mistakes);
        mistakes.lines().chain(self.complaints.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }

    /// Writes everything that is wrong to standard error.
    pub(super) fn tell(&self, look: Look) {
        for file in &self.mistakes {
            remark(findings::render(&file.text, &file.found, look).trim_end());
        }
        self.complaints.iter().for_each(complain);
        let mistakes: usize = self.mistakes.iter().map(|file| file.found.len()).sum();
        if mistakes > 0 {
            let noun = if mistakes == 1 { "mistake" } else { "mistakes" };
            complain(format_args!("{mistakes} {noun} in what designs are judged by; nothing was judged"));
        }
    }
}
