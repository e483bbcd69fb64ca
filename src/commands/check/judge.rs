//! What is found in every text.

use std::sync::Arc;

use crate::commands::check::Base;
use crate::design;
use crate::lint;
use crate::report::findings::Judged;
use crate::source::Text;

/// Every text with all that is found in it, in the order of the texts.
pub(super) fn all(texts: &[Arc<Text>], base: &Base) -> Vec<Judged> {
    texts.iter().map(|text| one(text, base)).collect()
}

/// Mistakes of the file itself, then what the rules find in what was understood; in the order of the file.
fn one(text: &Arc<Text>, base: &Base) -> Judged {
    let lowered = design::lower(Arc::clone(text), &base.knowledge);
    Judged { text: Arc::clone(text), findings: lint::judge(&lowered, &base.knowledge, &base.rules) }
}
