//! Reads the files that people name.

use std::fs;
use std::io;
use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::fields::nearest;
use crate::source::{MAX_BYTES, Text};

/// What gzip files begin with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("{path}: there is no such file{hint}")]
    Missing { path: String, hint: String },
    #[error("{path}: this is a directory; name the design files in it")]
    Directory { path: String },
    #[error("{path}:{line}: this is not UTF-8 text (byte {byte} of the file)")]
    NotUtf8 { path: String, line: usize, byte: usize },
    #[error("{path}: the file is empty; a design has `nodes` and `flows`")]
    Empty { path: String },
    #[error("{path}: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error("{folder}: {reason}")]
    Unwalked { folder: String, reason: String },
    #[error("there is no design in {places}; a design is a YAML file with `nodes` and `flows`")]
    NoDesign { places: String },
}

/// The text of a design file; `-` is standard input.
pub(super) fn design(path: &Path) -> Result<Arc<Text>, InputError> {
    let name = if is_standard_input(path) { "<stdin>".to_owned() } else { path.display().to_string() };
    text(name, short(path)?)
}

/// The bytes of a file that is read as a text; `-` is standard input.
pub(super) fn short(path: &Path) -> Result<Vec<u8>, InputError> {
    bytes(path, MAX_BYTES)
}

/// All bytes of a file of this length at the most, so that what never ends, such as a device, takes no more memory.
pub(super) fn read_short(path: &Path) -> Result<Vec<u8>, io::Error> {
    whole(fs::File::open(path)?, MAX_BYTES)
}

fn whole(source: impl io::Read, most: usize) -> Result<Vec<u8>, io::Error> {
    let mut bytes = Vec::new();
    source.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let message = format!("the file is too long; at most {most} bytes are read");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The text that a file of this name holds.
pub(super) fn text(name: String, bytes: Vec<u8>) -> Result<Arc<Text>, InputError> {
    let content = String::from_utf8(bytes).map_err(|error| not_utf8(&name, &error))?;
    if content.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(InputError::Empty { path: name });
    }
    Ok(Arc::new(Text::new(name, content)))
}

/// The bytes of a file; `-` is standard input.
fn bytes(path: &Path, most: usize) -> Result<Vec<u8>, InputError> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(InputError::Directory { path: name });
    }
    let bytes = if is_standard_input(path) {
        whole(io::stdin().lock(), most)
    } else {
        fs::File::open(path).and_then(|file| whole(file, most))
    };
    bytes.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => InputError::Missing { hint: hint(path), path: name },
        _ => InputError::Unreadable { path: name, source },
    })
}

/// The bytes of a file of records, unpacked where it is gzip.
pub(super) fn records(path: &Path) -> Result<Vec<u8>, InputError> {
    let packed = bytes(path, usize::MAX)?;
    if !packed.starts_with(&GZIP) {
        return Ok(packed);
    }
    let mut unpacked = Vec::new();
    match MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked) {
        Ok(_) => Ok(unpacked),
        Err(source) => Err(InputError::Unreadable { path: path.display().to_string(), source }),
    }
}

/// A file of records that is read bit by bit.
pub(super) struct RecordStream {
    /// Its bytes, unpacked where it is gzip.
    pub(super) source: Box<dyn io::Read + Send>,
    /// How long the file is, where that is known.
    pub(super) length: Option<u64>,
    /// How much of it was read.
    pub(super) taken: Arc<AtomicU64>,
}

/// Opens a file of records.
pub(super) fn record_stream(path: &Path) -> Result<RecordStream, InputError> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(InputError::Directory { path: name });
    }
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => InputError::Missing { hint: hint(path), path: name.clone() },
        _ => InputError::Unreadable { path: name.clone(), source },
    };
    let taken = Arc::new(AtomicU64::new(0));
    let (file, length): (Box<dyn io::Read + Send>, _) = if is_standard_input(path) {
        (Box::new(io::stdin()), None)
    } else {
        let file = fs::File::open(path).map_err(failed)?;
        let length = file.metadata().ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
        (Box::new(file), length)
    };
    let mut packed =
        io::BufReader::with_capacity(1 << 18, Counting { source: file, taken: Arc::clone(&taken) });
    let is_gzip = packed.fill_buf().map_err(failed)?.starts_with(&GZIP);
    let source: Box<dyn io::Read + Send> =
        if is_gzip { Box::new(MultiGzDecoder::new(packed)) } else { Box::new(packed) };
    Ok(RecordStream { source, length, taken })
}

/// Counts the bytes that are read.
struct Counting {
    source: Box<dyn io::Read + Send>,
    taken: Arc<AtomicU64>,
}

impl io::Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> InputError {
    let byte = error.utf8_error().valid_up_to();
    let line = 1 + memchr::memchr_iter(b'\n', &error.as_bytes()[..byte]).count();
    InputError::NotUtf8 { path: name.to_owned(), line, byte: byte + 1 }
}

/// The nearest name in the same folder.
fn hint(path: &Path) -> String {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wanted = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => {
            let near: PathBuf = path.with_file_name(near);
            format!("; did you mean {}?", near.display())
        }
        None => String::new(),
    }
}
