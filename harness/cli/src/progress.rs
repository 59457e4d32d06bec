//! What is seen of a run while it runs: a bar on a terminal, a line a case elsewhere. Always on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::OnceLock,
};

use harness_evidence::{CaseRecord, Outcome, Plan, visible};
use harness_suite::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock;

/// Of how many cases on twins one line tells where there is no bar.
const TOLD: u64 = 500;

/// Progress on standard error.
pub(crate) struct Shown {
    bar: ProgressBar,
    terminal: bool,
    /// When the first case began, in nanoseconds on the monotonic clock.
    begun: OnceLock<u64>,
}

impl Shown {
    /// Nothing is shown yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
        Self {
            bar: bar.with_style(style.unwrap_or_else(|_error| ProgressStyle::default_bar())),
            terminal: io::stderr().is_terminal(),
            begun: OnceLock::new(),
        }
    }

    /// Takes the bar away, and says how fast it went if anything was carried out.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
        let cases = self.bar.position();
        if let Some(begun) = self.begun.get().filter(|_| cases > 0) {
            let tenths = clock::now().mono_ns.saturating_sub(*begun) / 100_000_000;
            let rate = cases * 100 / tenths.max(1);
            self.say(&format!(
                "{cases} cases in {}.{} s, {}.{} a second",
                tenths / 10,
                tenths % 10,
                rate / 10,
                rate % 10
            ));
        }
    }

    fn say(&self, line: &str) {
        self.bar.suspend(|| {
            // A closed standard error does not end a run.
            drop(writeln!(io::stderr(), "{}", visible(line)));
        });
    }
}

impl Progress for Shown {
    fn planned(&self, plan: &Plan, cases: usize) {
        self.bar.set_length(cases as u64);
        // The plan of a run stands once.
        self.begun.get_or_init(|| clock::now().mono_ns);
        let target = &plan.target;
        let client = if target.client.is_empty() {
            String::new()
        } else {
            format!(", client {}", target.client)
        };
        self.say(&format!("{}: relay {}{client}", target.name, target.relay));
        for finding in target.ics.iter().flat_map(|ics| &ics.findings) {
            let (switch, seen) = (finding.switch.name(), &finding.seen);
            self.say(&match finding.declared {
                true => format!("ICS: {switch} is declared and not offered: {seen}"),
                false => format!("ICS: {switch} is declared absent and offered: {seen}"),
            });
        }
        self.say(&format!(
            "run {} · {cases} cases · seed {}",
            plan.run, plan.seed
        ));
    }

    fn more(&self, cases: usize) {
        self.bar.inc_length(cases as u64);
        if cases > 0 {
            self.say(&format!(
                "{cases} cases more: every check on every twin that it comes by"
            ));
        }
    }

    fn closed(&self, case: &CaseRecord) {
        self.bar.inc(1);
        self.bar.set_message(case.check.clone());
        let bad = case.flaw.is_none() && case.verdict.outcome != Outcome::Pass;
        if bad || (!self.terminal && case.flaw.is_none()) {
            let verdict = &case.verdict;
            let reason = match (verdict.reason.is_empty(), verdict.detail.is_empty()) {
                (true, _) => String::new(),
                (false, true) => format!(" ({})", verdict.reason),
                (false, false) => format!(" ({}: {})", verdict.reason, verdict.detail),
            };
            self.say(&format!("{:?} {}{reason}", verdict.outcome, case.check));
        }
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        if !self.terminal && case.flaw.is_some() && done.is_multiple_of(TOLD) {
            self.say(&format!("{done} of {all} cases"));
        }
    }
}
