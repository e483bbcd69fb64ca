//! `thalweg scenarios verify`: proves scenarios and holds their prose against the rules for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cli::{Format, ScenariosVerify};
use crate::commands::base::{Base, Refusal};
use crate::commands::output::{print, remark};
use crate::commands::scenarios::{catalog, known};
use crate::commands::{Outcome, parallel};
use crate::diagnostic::Diagnostic;
use crate::report::findings::{self, Judged};
use crate::report::look::Look;
use crate::report::scenarios;
use crate::scenario::model::Scenario;
use crate::scenario::prose;
use crate::scenario::prove::{self, Judge};
use crate::source::Text;

/// A file with the scenario in it and the mistakes of its keys.
type File<'c> = (&'c Arc<Text>, Option<&'c Scenario>, &'c [Diagnostic]);

pub(super) fn run(arguments: &ScenariosVerify, look: Look) -> Result<Outcome, Refusal> {
    let catalog = catalog(arguments.from.dir.as_deref())?;
    for id in &arguments.ids {
        known(Some(id), "scenario", catalog.ids().collect::<Vec<_>>().into_iter())?;
    }
    let base = Base::with_packs(&[], None)?;
    let judge = Judge { knowledge: &base.knowledge, rules: &base.rules };
    let is_asked = |file: &File<'_>| {
        arguments.ids.is_empty() || file.1.is_none_or(|scenario| arguments.ids.contains(&scenario.id))
    };
    let files: Vec<File<'_>> = catalog.files().filter(is_asked).collect();
    let threads = parallel::threads(arguments.threads);
    let mut judged = parallel::map(&files, threads, |file| one(*file, judge));
    if arguments.ids.is_empty() {
        let mut of_bank: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for (file, finding) in prose::bank(&catalog) {
            of_bank.entry(file).or_default().push(finding);
        }
        for file in &mut judged {
            file.findings.extend(of_bank.remove(file.text.name()).unwrap_or_default());
        }
        let index = catalog.index_text.iter();
        judged.extend(
            index.filter_map(|text| Some(Judged::new(Arc::clone(text), of_bank.remove(text.name())?))),
        );
    }
    show(&judged, &files, arguments.format, look)?;
    let is_clean = judged.iter().all(|file| file.findings.is_empty());
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

fn one((text, scenario, mistakes): File<'_>, judge: Judge<'_>) -> Judged {
    let mut findings = mistakes.to_vec();
    if let Some(scenario) = scenario {
        findings.extend(prove::scenario(scenario, judge).found);
        findings.extend(prose::scenario(scenario, judge));
    }
    findings.sort_by_key(|finding| finding.primary.span);
    Judged::new(Arc::clone(text), findings)
}

fn show(judged: &[Judged], files: &[File<'_>], format: Format, look: Look) -> Result<(), String> {
    let page = match format {
        Format::Human => {
            judged.iter().map(|file| findings::render(&file.text, &file.findings, look)).collect()
        }
        Format::Json => findings::json(judged),
    };
    print(&page).map_err(|error| error.to_string())?;
    if format == Format::Human {
        let proved: Vec<&Scenario> = files.iter().filter_map(|file| file.1).collect();
        remark(scenarios::summary(&proved, judged));
    }
    Ok(())
}
