//! A progress line on standard error, only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress of a run; nothing is shown where standard error is no terminal.
#[derive(Debug)]
pub struct ProgressLine(ProgressBar);

impl ProgressLine {
    /// A line for so many records.
    ///
    /// # Panics
    /// Never: the template is sound.
    #[must_use]
    pub fn new(total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let template = "{bar:30} {pos} of {len} records, {per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is sound"));
        Self(bar)
    }

    /// So many records have been sent.
    pub fn at(&self, sent: u64) {
        self.0.set_position(sent);
    }

    /// The run is over; the line goes away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
