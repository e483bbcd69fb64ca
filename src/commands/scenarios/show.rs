//! `thalweg scenarios show`: one scenario with its proof, or the design of one of its options.

use crate::cli::ScenariosShow;
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal};
use crate::commands::output::print;
use crate::commands::scenarios::{catalog, known, scenario};
use crate::report::look::Look;
use crate::report::scenarios;
use crate::scenario::compose;
use crate::scenario::model::Scenario;
use crate::scenario::prove::{self, Judge};

pub(super) fn run(arguments: &ScenariosShow, look: Look) -> Result<Outcome, Refusal> {
    let catalog = catalog(arguments.from.dir.as_deref())?;
    let scenario = scenario(&catalog, &arguments.id)?;
    let page = match &arguments.design {
        Some(option) => design(scenario, option)?,
        None => {
            let base = Base::with_packs(&[], None)?;
            let judge = Judge { knowledge: &base.knowledge, rules: &base.rules };
            scenarios::shown(scenario, &prove::scenario(scenario, judge), judge, look)
        }
    };
    print(&page).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}

fn design(scenario: &Scenario, option: &str) -> Result<String, String> {
    let composed = match option {
        "base" => Some(compose::base(scenario)),
        "solution" => compose::solution(scenario),
        _ => scenario.choice(option).map(|choice| compose::choice(scenario, choice, None)),
    };
    let ids: Vec<&str> = scenario.choices.iter().map(|choice| choice.id.as_str()).collect();
    if composed.is_none() {
        known(Some(option), "option", ids.into_iter())?;
    }
    composed
        .map(|composed| composed.text.as_str().to_owned())
        .ok_or_else(|| format!("`{}` has no `{option}`", scenario.id))
}
