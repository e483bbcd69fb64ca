//! What is kept beside the answers: exams that are going on, designs of labs, and the day of the exam.
//!
//! Each is a file of its own that is replaced whole. An exam belongs to one session at a time, which holds its lock.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::commands::output::replace_file;
use crate::study::sitting::Sitting;
use crate::units::Date;

/// What a learner told once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    /// The exam's code.
    #[serde(default)]
    pub(super) exam: Option<String>,
    /// Its day.
    #[serde(default)]
    pub(super) exam_date: Option<Date>,
}

/// The folder, and the locks of the exams that are this session's.
#[derive(Debug)]
pub(super) struct Keeper {
    folder: PathBuf,
    locks: BTreeMap<String, fs::File>,
}

impl Keeper {
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), locks: BTreeMap::new() }
    }

    /// What the learner told once; what cannot be read counts as not told.
    pub(super) fn settings(&self) -> Settings {
        let text = fs::read_to_string(self.folder.join("settings.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(super) fn keep_settings(&self, settings: &Settings) -> Result<(), io::Error> {
        let text = serde_json::to_string(settings).expect("settings are plain data");
        replace_file(&self.folder.join("settings.json"), &(text + "\n"))
    }

    /// The exams that were begun, but for those that another session sits.
    pub(super) fn sittings(&mut self) -> Vec<Sitting> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.exams())
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        files.sort();
        let read = |path: &PathBuf| serde_json::from_str::<Sitting>(&fs::read_to_string(path).ok()?).ok();
        let found: Vec<Sitting> = files.iter().filter_map(read).collect();
        found.into_iter().filter(|sitting| self.lock(&sitting.id).unwrap_or(false)).collect()
    }

    fn exams(&self) -> PathBuf {
        self.folder.join("exams")
    }

    /// Whether the exam is this session's now.
    fn lock(&mut self, id: &str) -> Result<bool, io::Error> {
        if self.locks.contains_key(id) {
            return Ok(true);
        }
        fs::create_dir_all(self.exams())?;
        let path = self.exams().join(format!("{id}.lock"));
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(false),
            Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
        self.locks.insert(id.to_owned(), file);
        Ok(true)
    }

    pub(super) fn keep_sitting(&mut self, sitting: &Sitting) -> Result<(), io::Error> {
        self.lock(&sitting.id)?;
        let text = serde_json::to_string(sitting).expect("an exam is plain data");
        replace_file(&self.exams().join(format!("{}.json", sitting.id)), &(text + "\n"))
    }

    /// Forgets an exam. That it is gone already is no failure.
    pub(super) fn drop_sitting(&mut self, id: &str) -> Result<(), io::Error> {
        gone(fs::remove_file(self.exams().join(format!("{id}.json"))))?;
        self.locks.remove(id);
        gone(fs::remove_file(self.exams().join(format!("{id}.lock"))))
    }

    /// The file of a lab's design.
    pub(super) fn lab(&self, scenario: &str) -> PathBuf {
        self.folder.join("labs").join(format!("{scenario}.thalweg.yaml"))
    }

    /// The designs of labs, by the scenario's id.
    pub(super) fn labs(&self) -> BTreeMap<String, String> {
        let mut labs = BTreeMap::new();
        for path in
            fs::read_dir(self.folder.join("labs")).into_iter().flatten().flatten().map(|entry| entry.path())
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let (Some(id), Ok(text)) = (name.strip_suffix(".thalweg.yaml"), fs::read_to_string(&path)) {
                labs.insert(id.to_owned(), text);
            }
        }
        labs
    }

    /// Keeps the design of a lab; without a text it is forgotten.
    pub(super) fn keep_lab(&self, scenario: &str, text: Option<&str>) -> Result<(), io::Error> {
        let path = self.lab(scenario);
        match text {
            Some(text) => {
                fs::create_dir_all(self.folder.join("labs"))?;
                replace_file(&path, text)
            }
            None => gone(fs::remove_file(path)),
        }
    }
}

fn gone(removed: Result<(), io::Error>) -> Result<(), io::Error> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
