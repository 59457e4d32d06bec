//! What is seen of a campaign while it runs: a line a fuzzer on a terminal, a line a finished target elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use harness_evidence::{FuzzVerdict, visible};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    fuzzer::Session,
    target::{Done, Subject},
};
use crate::clock;

/// Progress on standard error.
pub(super) struct Shown {
    all: MultiProgress,
    bars: Vec<ProgressBar>,
    is_terminal: bool,
}

/// The line of one fuzzer.
pub(super) struct Bar<'a> {
    shown: &'a Shown,
    bar: ProgressBar,
    name: &'a str,
    begun: u64,
}

impl Shown {
    pub(super) fn new(jobs: usize) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{elapsed} {msg}");
        let style = style.unwrap_or_else(|_error| ProgressStyle::default_bar());
        let bars = (0..jobs).map(|_| all.add(ProgressBar::no_length().with_style(style.clone())));
        Self {
            bars: bars.collect(),
            all,
            is_terminal: io::stderr().is_terminal(),
        }
    }

    pub(super) fn begun(&self, seed: u32, subjects: &[Subject<'_>]) {
        let seconds = subjects.first().map_or(0, |one| one.seconds);
        let count = subjects.len();
        self.say(&format!("{count} targets · {seconds} s each · seed {seed}"));
    }

    pub(super) fn bar<'a>(&'a self, worker: usize, name: &'a str) -> Bar<'a> {
        let bar = self.bars.get(worker).cloned();
        Bar {
            shown: self,
            bar: bar.unwrap_or_else(ProgressBar::hidden),
            name,
            begun: clock::now().mono_ns,
        }
    }

    /// Takes the lines away.
    pub(super) fn finish(&self) {
        for bar in &self.bars {
            bar.finish_and_clear();
        }
    }

    fn say(&self, line: &str) {
        self.all.suspend(|| {
            // A closed standard error does not end a campaign.
            drop(writeln!(io::stderr(), "{}", visible(line)));
        });
    }
}

impl Bar<'_> {
    pub(super) fn see(&self, session: &Session, crashes: usize) {
        let begun = clock::now().mono_ns.saturating_sub(self.begun);
        let rate = per_second(session.executions, begun / 1_000_000);
        let edges = session.end.edges;
        let name = self.name;
        self.bar.set_message(format!(
            "{name}: {rate}/s, {edges} edges, {crashes} crashes"
        ));
        self.bar.tick();
    }

    pub(super) fn over(&self, done: Option<&Done>) {
        let Some(Done { target, .. }) = done else {
            return;
        };
        let bad = target.verdict != FuzzVerdict::Clean;
        if bad || !self.shown.is_terminal {
            let rate = per_second(target.executions, target.wall_ms);
            let fault = match target.fault.as_str() {
                "" => String::new(),
                fault => format!(" ({fault})"),
            };
            self.shown.say(&format!(
                "{:?} {}: {} executions, {rate}/s, {} edges, {} crashes{fault}",
                target.verdict,
                target.name,
                target.executions,
                target.end.edges,
                target.crashes.len(),
            ));
        }
    }
}

/// How many in a second.
pub(super) fn per_second(executions: u64, milliseconds: u64) -> u64 {
    executions.saturating_mul(1000) / milliseconds.max(1)
}
