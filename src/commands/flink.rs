//! `thalweg flink`: a small Apache Flink cluster on this machine, and scripts as jobs on it.
//!
//! The work is done by the scripts in `flink/`, which the binary carries and lays into the cache; they ask for what they
//! need (a JDK, python3 with pip, curl, bash) and say what is missing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{Flink, FlinkAction};
use crate::commands::Outcome;
use crate::commands::output::complain;

/// What the scripts are.
const FILES: [(&str, &str); 4] = [
    ("cluster", include_str!("../../flink/cluster")),
    ("environment.sh", include_str!("../../flink/environment.sh")),
    ("SqlScript.java", include_str!("../../flink/SqlScript.java")),
    ("SqlOracle.java", include_str!("../../flink/SqlOracle.java")),
];

/// Does what is asked for, and ends as the scripts do.
#[must_use]
pub fn run(arguments: &Flink) -> Outcome {
    try_run(&arguments.action).unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}

fn try_run(action: &FlinkAction) -> Result<Outcome, String> {
    let place = place()?;
    lay_out(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    // Ctrl-C reaches the script too, which cancels its job and ends; this program waits for it.
    ctrlc::set_handler(|| {}).map_err(|error| format!("Ctrl-C cannot be watched for: {error}"))?;
    let status = Command::new("bash").arg(place.join("cluster")).args(words(action)).status();
    let status =
        status.map_err(|error| format!("bash, which runs the cluster's scripts, cannot be run: {error}"))?;
    Ok(match status.code() {
        Some(0) => Outcome::Clean,
        Some(1) => Outcome::Findings,
        Some(130) => Outcome::Interrupted,
        _ => Outcome::Failed,
    })
}

/// Where the scripts lie, by the version of this program.
fn place() -> Result<PathBuf, String> {
    use etcetera::BaseStrategy as _;
    let strategy =
        etcetera::choose_base_strategy().map_err(|error| format!("there is no home folder ({error})"))?;
    Ok(strategy.cache_dir().join("thalweg").join(concat!("flink-scripts-", env!("CARGO_PKG_VERSION"))))
}

/// Writes the scripts where they are not there as they should be; what is older is compiled no second time.
fn lay_out(place: &Path) -> Result<(), io::Error> {
    fs::create_dir_all(place)?;
    for (name, text) in FILES {
        let path = place.join(name);
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text)?;
        }
    }
    Ok(())
}

/// The words of the script's own command line.
fn words(action: &FlinkAction) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match action {
        FlinkAction::Up(up) => owned(&[
            "up",
            "--task-managers",
            &up.task_managers.to_string(),
            "--slots",
            &up.slots.to_string(),
            "--port",
            &up.port.to_string(),
        ]),
        FlinkAction::Status => owned(&["status"]),
        FlinkAction::Run(run) => {
            owned(&["run", &run.script.to_string_lossy(), "--parallelism", &run.parallelism.to_string()])
        }
        FlinkAction::Down => owned(&["down"]),
    }
}
