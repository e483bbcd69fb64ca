//! What people wrongly believe: of pairs of services that are joined or not, and of one service by itself.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, listed, text, wrong_type};
use crate::knowledge::embedded;
use crate::knowledge::fact::{Confidence, Reference};
use crate::source::Node;

/// A belief about two services, or about one, and what is true.
#[derive(Debug, Clone)]
pub struct Misconception {
    /// The id of the service that is believed to send, or of which something is believed.
    pub from: String,
    /// The id of the service that is believed to receive, where the belief is about two.
    pub to: Option<String>,
    /// What is believed, in a sentence, where it is about one service by itself.
    pub belief: Option<String>,
    /// Whether the belief is wrong, or right under conditions, in the file's words.
    pub verdict: String,
    /// Why it is so.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// Who says so.
    pub source: Arc<Reference>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// All misconceptions, in the order of the file.
///
/// # Panics
/// Where the embedded file cannot be read, which the tests of the base rule out.
#[must_use]
pub fn all() -> Vec<Misconception> {
    embedded::table("misconceptions.yaml", read)
}

/// The misconceptions that `node` lists, and every mistake in it.
#[must_use]
pub fn read(node: &Node) -> (Vec<Misconception>, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let found =
        fields::items(node).into_iter().filter_map(|item| misconception(item, &mut mistakes)).collect();
    (found, mistakes)
}

fn misconception(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Misconception> {
    let mut fields = Fields::of(node, "a misconception", mistakes)?;
    let mut needed = |key: &str| fields.needed(key, mistakes);
    let (from, verdict) = (needed("from"), needed("verdict"));
    let (why, instead) = (needed("why"), needed("instead"));
    let to = fields.text("to", mistakes);
    let belief = fields.text("belief", mistakes);
    if to.is_none() && belief.is_none() {
        mistakes.push(wrong_type(
            node,
            "a misconception names the service `to`, or what is believed in `belief`",
        ));
    }
    let source = fields.require("source", mistakes).and_then(|node| reference(node, mistakes));
    let confidence =
        fields.value("confidence").map_or(Some(Confidence::Confirmed), |node| confidence(node, mistakes));
    fields.finish(mistakes);
    Some(Misconception {
        from: from?,
        to,
        belief,
        verdict: verdict?,
        why: why?,
        instead: instead?,
        source: Arc::new(source?),
        confidence: confidence?,
    })
}

fn confidence(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Confidence> {
    let written = text(node, mistakes)?;
    let found = Confidence::ALL.into_iter().find(|confidence| confidence.as_str() == written);
    if found.is_none() {
        let words = Confidence::ALL.map(Confidence::as_str);
        mistakes.push(wrong_type(node, &format!("{} is expected here", listed(words.into_iter()))));
    }
    found
}

fn reference(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Reference> {
    let mut fields = Fields::of(node, "a source", mistakes)?;
    let url = fields.require("url", mistakes).and_then(|node| text(node, mistakes)).map(str::to_owned);
    let read = fields.text("read", mistakes);
    let checked = fields.require("checked", mistakes).and_then(|node| text(node, mistakes)?.parse().ok());
    fields.finish(mistakes);
    Some(Reference { url: url?, read, checked: checked? })
}
