//! A progress line on standard error, only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::units::Duration;

/// The progress of a run; nothing is shown where standard error is no terminal.
#[derive(Debug)]
pub struct ProgressLine(ProgressBar);

impl ProgressLine {
    /// A line that shows nothing yet.
    ///
    /// # Panics
    /// Never: the template is sound.
    #[must_use]
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = "{bar:30} {human_pos} of {human_len} records, {per_sec}, {eta} left, {msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is sound"));
        Self(bar)
    }

    /// So many of so many records have been sent by a virtual time in microseconds.
    pub fn at(&self, sent: u64, total: u64, now_us: u64) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_length(total);
        self.0.set_position(sent);
        self.0.set_message(format!("virtual time {}", Duration(now_us).quantity().approximate()));
    }

    /// The run is over; the line goes away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Default for ProgressLine {
    fn default() -> Self {
        Self::new()
    }
}
