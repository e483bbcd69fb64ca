//! What the targets share: the ways of files that `tests/suite/hostile` goes too.

/// The same modules as in the tests of the project, at the same path.
#[allow(dead_code, reason = "the tests use more of them than the targets")]
#[path = "../../tests/suite/hostile"]
mod hostile {
    pub(crate) mod chain;
    pub(crate) mod conversation;
    pub(crate) mod kind;
}

use hostile::kind::Kind;

/// Judges, shows, mends, draws and runs a design.
pub fn design(text: &str) {
    hostile::chain::drive(Kind::Design, text);
}

/// Reads a file of a pack; its first byte says which.
pub fn pack(text: &str) {
    let kinds = [Kind::Card, Kind::Rule, Kind::Manifest, Kind::Misconceptions];
    if let Some(first) = text.bytes().next().filter(u8::is_ascii) {
        hostile::chain::drive(kinds[usize::from(first) % kinds.len()], &text[1..]);
    }
}

/// Reads a config or a baseline; the first byte says which.
pub fn config(text: &str) {
    if let Some(first) = text.bytes().next().filter(u8::is_ascii) {
        let kind = if first % 2 == 0 { Kind::Config } else { Kind::Baseline };
        hostile::chain::drive(kind, &text[1..]);
    }
}

/// Edits a design in an editor; what follows the first zero byte says how.
pub fn editor(bytes: &[u8]) {
    let (text, script) = match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &bytes[bytes.len() / 2..]),
    };
    if let Ok(text) = std::str::from_utf8(text) {
        hostile::conversation::talk(text, script);
    }
}
