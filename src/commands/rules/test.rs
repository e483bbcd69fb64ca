//! `thalweg rules test`: runs the examples of a pack's rules, or of the embedded ones.

use std::path::{Path, PathBuf};

use crate::cli::RulesTest;
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal};
use crate::commands::packs;
use crate::commands::rules::shown;
use crate::knowledge::{embedded, pack};
use crate::lint::examples;
use crate::report::look::Look;
use crate::report::rules::{self, Tested};

/// Runs the examples and shows what became of them.
pub(super) fn run(arguments: &RulesTest, look: Look) -> Result<Outcome, Refusal> {
    let tested = match &arguments.pack {
        None => of_embedded(&Base::with_packs(&arguments.packs, None)?),
        Some(folder) => of_pack(folder, &arguments.packs)?,
    };
    let outcome = if tested.iter().any(Tested::has_failed) { Outcome::Findings } else { Outcome::Clean };
    Ok(shown(&rules::tested(&tested, look), outcome))
}

fn of_embedded(base: &Base) -> Vec<Tested> {
    let files = embedded::files("lints/");
    files
        .map(|(path, bytes)| {
            let (id, root) = (embedded::stem(path), embedded::restore(bytes));
            let outcomes = examples::run(&root, id, &base.knowledge, &base.rules);
            Tested { rule: id.to_owned(), file: None, outcomes }
        })
        .collect()
}

fn of_pack(folder: &Path, others: &[PathBuf]) -> Result<Vec<Tested>, Refusal> {
    let mut all = others.to_vec();
    all.push(folder.to_path_buf());
    let base = Base::with_packs(&all, None)?;
    let files = packs::files(folder).map_err(|complaints| Refusal { complaints, ..Refusal::default() })?;
    let (pack, _) = pack::read(&files);
    let of_rule = |file: &pack::RuleFile| {
        let id = embedded::stem(&file.path);
        let outcomes = examples::run(&file.root, id, &base.knowledge, &base.rules);
        Tested { rule: id.to_owned(), file: Some(file.text.clone()), outcomes }
    };
    Ok(pack.rules.iter().map(of_rule).collect())
}
