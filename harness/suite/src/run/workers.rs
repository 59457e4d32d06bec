//! Cases side by side: as many threads as the user wants, one queue.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use harness_evidence::{CaseRecord, Outcome, RunFolder, Stamp};

use crate::run::{
    Bench, Options, Progress, RunError,
    bench::Subject,
    case::{self, Closed},
    queue::Job,
};

/// A run under way: what all its cases share.
pub(super) struct Running<'a> {
    pub(super) bench: &'a Bench<'a>,
    pub(super) options: &'a Options,
    pub(super) subject: &'a Subject,
    pub(super) folder: &'a RunFolder,
    pub(super) cancelled: &'a AtomicBool,
}

impl Running<'_> {
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

/// Carries all cases out, or as many as there are until the run is broken off or its folder cannot be written.
pub(super) fn carry_out(
    run: &Running<'_>,
    jobs: &[Job],
    progress: &dyn Progress,
) -> Result<Vec<Closed>, RunError> {
    let next = AtomicUsize::new(0);
    let ended = AtomicBool::new(false);
    let (cases, error) = (Mutex::new(Vec::new()), Mutex::new(None));
    let work = || {
        while !run.is_cancelled() && !ended.load(Ordering::SeqCst) {
            let Some(job) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) else {
                break;
            };
            match case::carry_out(run, *job) {
                Ok(Some(closed)) => {
                    progress.closed(&closed.case);
                    if ends_run(run.options, &closed.case) {
                        ended.store(true, Ordering::SeqCst);
                    }
                    cases
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(closed);
                }
                Ok(None) => {}
                Err(reason) => {
                    ended.store(true, Ordering::SeqCst);
                    *error.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..run.options.jobs.max(1) {
            scope.spawn(work);
        }
    });
    match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(reason) => Err(reason),
        None => Ok(cases.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// Whether nothing runs after this case any more.
pub(super) fn ends_run(options: &Options, case: &CaseRecord) -> bool {
    options.fail_fast && case.flaw.is_none() && case.verdict.outcome != Outcome::Pass
}

/// How long something took, from two stamps.
pub(super) fn milliseconds(from: Stamp, to: Stamp) -> u64 {
    to.mono_ns.saturating_sub(from.mono_ns) / 1_000_000
}
