//! Where a learner's answers are kept: one file of lines that only grows.
//!
//! A line is added whole, under a lock, so that sessions beside each other lose nothing. What a power cut tore off is
//! taken out before the next line is added; what is not understood, such as lines of a later version, stays.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::study::review::Review;

/// The file of the answers, in the data folder.
const REVIEWS: &str = "reviews.jsonl";
/// No line is longer than this; further back no end of a line is looked for.
const LONGEST_LINE: u64 = 1 << 16;

/// The folder of a learner's progress.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// What the file holds.
#[derive(Debug, Default)]
pub struct Kept {
    /// The answers, in the order of the file.
    pub reviews: Vec<Review>,
    /// Lines that are none.
    pub strange: usize,
}

/// What came of putting two files together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Answers that are new here.
    pub added: usize,
    /// Answers that were here already.
    pub known: usize,
    /// Lines that are no answers, and were left out.
    pub strange: usize,
}

impl Store {
    /// The store in a folder, which is made where there is none.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, io::Error> {
        fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The folder that a learner's data belong in by the conventions of the system.
    ///
    /// # Errors
    /// Where the system names no home folder.
    pub fn usual_folder() -> Result<PathBuf, String> {
        use etcetera::BaseStrategy as _;
        let strategy = etcetera::choose_base_strategy()
            .map_err(|error| format!("there is no home folder ({error}); name one with `--data-dir`"))?;
        Ok(strategy.data_dir().join("thalweg"))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All answers.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn read(&self) -> Result<Kept, io::Error> {
        let path = self.folder.join(REVIEWS);
        let mut bytes = Vec::new();
        match fs::File::open(&path) {
            Ok(mut file) => {
                tolerate(file.lock_shared()).map_err(|error| at(&path, &error))?;
                file.read_to_end(&mut bytes).map_err(|error| at(&path, &error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(&path, &error)),
        }
        Ok(kept(&bytes))
    }

    /// Adds answers; when this returns they are on the disk.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn append(&self, reviews: &[Review]) -> Result<(), io::Error> {
        let path = self.folder.join(REVIEWS);
        let lines = reviews.iter().map(Review::line);
        Journal::open(&path).and_then(|mut journal| journal.add(lines)).map_err(|error| at(&path, &error))
    }

    /// Adds the answers of another file that are not here yet.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn merge(&self, other: &Path) -> Result<Merged, io::Error> {
        let other = if other.is_dir() { other.join(REVIEWS) } else { other.to_owned() };
        let bytes = fs::read(&other).map_err(|error| at(&other, &error))?;
        let path = self.folder.join(REVIEWS);
        Journal::open(&path).and_then(|mut journal| journal.merge(&bytes)).map_err(|error| at(&path, &error))
    }
}

/// The file, while nobody else writes it.
struct Journal {
    file: fs::File,
}

impl Journal {
    fn open(path: &Path) -> Result<Self, io::Error> {
        let file = fs::OpenOptions::new().read(true).append(true).create(true).open(path)?;
        tolerate(file.lock())?;
        let mut journal = Self { file };
        journal.mend()?;
        Ok(journal)
    }

    /// Ends the file with a whole line. A tail without an end is what a crash left: it is ended where it is an answer,
    /// and taken out where it is a piece of one.
    fn mend(&mut self) -> Result<(), io::Error> {
        let length = self.file.seek(SeekFrom::End(0))?;
        let start = length.saturating_sub(LONGEST_LINE);
        self.file.seek(SeekFrom::Start(start))?;
        let mut end = Vec::new();
        self.file.read_to_end(&mut end)?;
        let tail = memchr::memrchr(b'\n', &end).map_or(0, |newline| newline + 1);
        if tail == end.len() {
            return Ok(());
        }
        let whole = std::str::from_utf8(&end[tail..]).ok().and_then(Review::parse).is_some();
        if whole { self.file.write_all(b"\n") } else { self.file.set_len(start + tail as u64) }
    }

    /// Adds lines in one piece, so that a reader who takes no lock sees no half of one.
    fn add(&mut self, lines: impl Iterator<Item = String>) -> Result<(), io::Error> {
        let mut piece = String::new();
        for line in lines {
            piece.push_str(&line);
            piece.push('\n');
        }
        self.file.write_all(piece.as_bytes())?;
        self.file.sync_data()
    }

    fn merge(&mut self, other: &[u8]) -> Result<Merged, io::Error> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut own = Vec::new();
        self.file.read_to_end(&mut own)?;
        let mut ids: BTreeSet<String> = kept(&own).reviews.into_iter().map(|review| review.id).collect();
        let (mut new, mut merged) = (Vec::new(), Merged { added: 0, known: 0, strange: 0 });
        for line in String::from_utf8_lossy(other).lines().filter(|line| !line.trim().is_empty()) {
            match Review::parse(line) {
                None => merged.strange += 1,
                // The line itself is kept: it may say more than this version knows.
                Some(review) if ids.insert(review.id.clone()) => new.push(line.to_owned()),
                Some(_) => merged.known += 1,
            }
        }
        merged.added = new.len();
        self.add(new.into_iter())?;
        Ok(merged)
    }
}

fn kept(bytes: &[u8]) -> Kept {
    let mut kept = Kept::default();
    for line in String::from_utf8_lossy(bytes).lines().filter(|line| !line.trim().is_empty()) {
        match Review::parse(line) {
            Some(review) => kept.reviews.push(review),
            None => kept.strange += 1,
        }
    }
    kept
}

/// Where a file system knows no locks, whole lines at the end of the file have to do.
fn tolerate(locked: Result<(), io::Error>) -> Result<(), io::Error> {
    match locked {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        other => other,
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
