//! Many cases at once.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{Answer, Case, Runner, RunnerFault};
use crate::Vector;

/// How often a runner may hang before it is not asked any more.
pub const MAX_HANGS: usize = 8;

impl Runner {
    /// Runs every vector in a process of its own, as many at once as there are cores, and tells
    /// the answers in the order of the vectors. `heard` is called after each of them.
    pub fn answers(
        &self,
        vectors: &[&Vector],
        heard: impl Fn() + Sync,
    ) -> Vec<Result<Answer, RunnerFault>> {
        let (next, hangs) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let answers = Mutex::new(Vec::new());
        let work = || loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(vector) = vectors.get(at) else { break };
            let answer = match hangs.load(Ordering::Relaxed) {
                MAX_HANGS.. => Err(RunnerFault::GivenUp(MAX_HANGS)),
                _ => self.answer(&Case::of(vector)),
            };
            if matches!(answer, Err(RunnerFault::Hung(_))) {
                hangs.fetch_add(1, Ordering::Relaxed);
            }
            heard();
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.push((at, answer));
        };
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(work);
            }
        });
        let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}
