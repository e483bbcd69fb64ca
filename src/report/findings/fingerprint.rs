//! A name for each finding by which tools know it again after the file has changed.
//!
//! It is made of the rule, the file, the node or flow, and the words that the finding points at, never of a line and
//! never of a number: a design that grows above it, or a limit that is still missed after a change, keeps it.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};

use crate::diagnostic::Diagnostic;
use crate::source::Text;

/// The fingerprints of one report, each different from the others.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<[u8; 16], u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in hexadecimal; `path` is how the report names the file.
    pub(super) fn of(&mut self, path: &str, text: &Text, found: &Diagnostic) -> String {
        let words: String =
            text.slice(found.primary.span).chars().filter(|character| !character.is_ascii_digit()).collect();
        let subject = match (&found.flow, &found.node) {
            (Some((from, to)), _) => format!("{from} -> {to}"),
            (None, Some(node)) => node.clone(),
            (None, None) => String::new(),
        };
        let key = Md5::digest([found.rule.as_str(), path, &subject, &words].join("\0"));
        let times = self.seen.entry(key.into()).or_default();
        *times += 1;
        let key =
            if *times == 1 { key } else { Md5::digest([key.as_slice(), &times.to_be_bytes()].concat()) };
        format!("{:032x}", u128::from_be_bytes(key.into()))
    }
}
