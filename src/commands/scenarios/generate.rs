//! `thalweg scenarios generate`: questions without end, by their seeds.

use std::fs;

use crate::cli::ScenariosGenerate;
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal};
use crate::commands::output::{print, write_new};
use crate::commands::scenarios::catalog;
use crate::scenario::generate;
use crate::scenario::model::Scenario;
use crate::scenario::prove::Judge;

pub(super) fn run(arguments: &ScenariosGenerate) -> Result<Outcome, Refusal> {
    let catalog = catalog(arguments.from.dir.as_deref())?;
    let bank: Vec<&Scenario> = catalog.all().collect();
    let base = Base::with_packs(&[], None)?;
    let judge = Judge { knowledge: &base.knowledge, rules: &base.rules };
    let mut outcome = Outcome::Clean;
    for (number, seed) in (0..arguments.count).map(|number| (number, arguments.seed.wrapping_add(number))) {
        let Some(generated) = generate::generate(&bank, seed, judge) else {
            crate::commands::output::remark(format_args!("seed {seed} makes no question"));
            outcome = Outcome::Findings;
            continue;
        };
        match &arguments.out {
            None => {
                let between = if number == 0 { "" } else { "---\n" };
                print(&format!("{between}{}", generated.text.as_str())).map_err(|error| error.to_string())?;
            }
            Some(dir) => {
                let topic = dir.join(&generated.scenario.topic);
                let file = topic.join(format!("{}.yaml", generated.scenario.id));
                fs::create_dir_all(&topic)
                    .and_then(|()| write_new(&file, generated.text.as_str()))
                    .map_err(|error| format!("{}: {error}", file.display()))?;
            }
        }
    }
    Ok(outcome)
}
