//! How many cases are done, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error if that is a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(cases: usize) -> Self {
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
        Self(bar.with_style(style.unwrap_or_else(|_error| ProgressStyle::default_bar())))
    }

    /// Names the implementation whose turn it is.
    pub(super) fn turn(&self, implementation: &str) {
        self.0.set_message(implementation.to_owned());
    }

    pub(super) fn done(&self) {
        self.0.inc(1);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
