//! The programs that the functions of a design are: shown before any is started, and handed to the run.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::Run;
use crate::design::Design;
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::knowledge::Knowledge;
use crate::lambda_runtime::{Function, Processes, Setup};
use crate::runtime::events::REGION;
use crate::runtime::program::Program;
use crate::units::Bytes;

/// The functions of a design that are programs, and how each is started.
///
/// # Errors
/// If there are some, and nobody has allowed to start them: which commands those are.
pub(super) fn setups(arguments: &Run, design: &Design, knowledge: &Knowledge) -> Result<Vec<Setup>, String> {
    let folder = arguments.design.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::path::absolute(folder.unwrap_or(Path::new(".")))
        .map_err(|error| format!("the folder of the design cannot be found: {error}"))?;
    let mut setups = Vec::new();
    for (node, this) in design.nodes.iter().enumerate().filter(|(_, this)| this.service == "lambda") {
        let Some(SettingValue::List(words)) = this.settings.get("handler").map(|found| &found.value) else {
            continue;
        };
        let amount = |path: &str| {
            let found = effective::setting(design, knowledge, node, path)?;
            found.value.quantity().map(|quantity| quantity.amount)
        };
        let limit = |name: &str| {
            effective::limit(design, knowledge, node, name).map_or(f64::MAX, |limit| limit.amount)
        };
        setups.push(Setup {
            name: this.id.clone(),
            command: words.iter().filter_map(|word| word.value.text().map(str::to_owned)).collect(),
            folder: folder.clone(),
            memory_mib: amount("memory").map_or(0, |bytes| Bytes(bytes as u64).0 >> 20),
            region: REGION.to_owned(),
            runtime: this.settings.text("runtime").map(str::to_owned),
            most_answer: limit("payload-synchronous") as usize,
            patience: std::time::Duration::from_micros(arguments.handlers.handler_timeout.0),
        });
    }
    if setups.is_empty() || arguments.handlers.allow_handlers { Ok(setups) } else { Err(refusal(&setups)) }
}

fn refusal(setups: &[Setup]) -> String {
    let command = |setup: &Setup| {
        format!("  `{}` runs `{}` in {}", setup.name, setup.command.join(" "), setup.folder.display())
    };
    let commands: Vec<String> = setups.iter().map(command).collect();
    format!("the design starts programs, and does so only with `--allow-handlers`:\n{}", commands.join("\n"))
}

/// The programs for one run.
pub(super) fn programs(setups: &[Setup], processes: &Processes) -> BTreeMap<String, Box<dyn Program>> {
    let program = |setup: &Setup| {
        let program: Box<dyn Program> = Box::new(Function::new(setup.clone(), processes));
        (setup.name.clone(), program)
    };
    setups.iter().map(program).collect()
}
