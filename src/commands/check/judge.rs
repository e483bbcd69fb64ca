//! What is found in every text.

use std::sync::Arc;

use crate::commands::check::Base;
use crate::commands::parallel;
use crate::design;
use crate::lint;
use crate::report::findings::Judged;
use crate::source::Text;

/// Every text with all that is found in it, in the order of the texts.
pub(super) fn all(texts: &[Arc<Text>], base: &Base, threads: usize) -> Vec<Judged> {
    parallel::map(texts, parallel::threads(threads), |text| one(text, base))
}

/// Mistakes of the file itself, then what the rules find in what was understood; in the order of the file.
fn one(text: &Arc<Text>, base: &Base) -> Judged {
    let lowered = design::lower(Arc::clone(text), &base.knowledge);
    Judged { text: Arc::clone(text), findings: lint::judge(&lowered, &base.knowledge, &base.rules) }
}
