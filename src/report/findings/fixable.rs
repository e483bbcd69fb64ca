//! How many findings can be fixed, and how.

use crate::report::findings::Judged;

/// Which of the changes that findings propose can still be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// Those that leave the meaning of a design as it is.
    pub safe: bool,
    /// The others.
    pub others: bool,
}

/// `3 of them can be fixed with --fix, 2 more with --fix --unsafe-fixes`; nothing where none can.
#[must_use]
pub fn render(judged: &[Judged], offered: Offered) -> Option<String> {
    let count = |safe: bool| {
        let fixes = judged.iter().flat_map(|file| &file.findings).filter_map(|found| found.fix.as_ref());
        fixes.filter(|fix| fix.safe == safe).count()
    };
    let safe = if offered.safe { count(true) } else { 0 };
    let others = if offered.others { count(false) } else { 0 };
    let found: usize = judged.iter().map(|file| file.findings.len()).sum();
    let them = |count: usize| if found == 1 { "it".to_owned() } else { format!("{count} of them") };
    match (safe, others) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{} can be fixed with --fix", them(safe))),
        (0, others) => Some(format!("{} can be fixed with --fix --unsafe-fixes", them(others))),
        (safe, others) => {
            Some(format!("{} can be fixed with --fix, {others} more with --fix --unsafe-fixes", them(safe)))
        }
    }
}
