//! Which target is fuzzed when: as many at once as there are cores, each for the same time.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
};

use super::{
    checkout::Checkout,
    progress::Shown,
    target::{Done, Subject},
};
use crate::{clock, failure::Failure, scratch::Scratch};

/// A campaign before it begins.
pub(super) struct Work<'a> {
    pub(super) checkout: &'a Checkout,
    /// The campaign's folder.
    pub(super) out: &'a Path,
    pub(super) seconds: u64,
    pub(super) jobs: usize,
    pub(super) seed: u32,
}

impl Work<'_> {
    /// Fuzzes every target; what came of each, sorted by name.
    pub(super) fn carry_out(
        &self,
        programs: &BTreeMap<String, PathBuf>,
    ) -> Result<Vec<Done>, Failure> {
        let scratch = Scratch::create(&format!("fuzz-{}", clock::now().wall_ms))?;
        let subjects = self.subjects(programs, &scratch.path);
        let shown = Shown::new(self.jobs);
        shown.begun(self.seed, &subjects);
        let waiting = Mutex::new(subjects.iter());
        let done = Mutex::new(Vec::new());
        let next = || lock(&waiting).next();
        thread::scope(|scope| {
            for worker in 0..self.jobs {
                let (next, shown, done) = (&next, &shown, &done);
                scope.spawn(move || {
                    while let Some(subject) = next() {
                        let bar = shown.bar(worker, subject.name);
                        let result = subject.fuzz(&|session, crashes| bar.see(session, crashes));
                        bar.over(result.as_ref().ok());
                        lock(done).push(result);
                    }
                });
            }
        });
        shown.finish();
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut done = done.into_iter().collect::<Result<Vec<Done>, _>>()?;
        done.sort_by(|one, other| one.target.name.cmp(&other.target.name));
        Ok(done)
    }

    fn subjects<'a>(
        &'a self,
        programs: &'a BTreeMap<String, PathBuf>,
        scratch: &Path,
    ) -> Vec<Subject<'a>> {
        let rounds = u64::try_from(programs.len().div_ceil(self.jobs.max(1))).unwrap_or(u64::MAX);
        let numbered = programs.iter().zip((0_u32..).step_by(16));
        let subjects = numbered.map(|((name, program), n)| Subject {
            name,
            program,
            corpus: self.checkout.corpus(name),
            working: self.checkout.working_corpus(name),
            folder: scratch.join(name),
            out: self.out,
            seconds: (self.seconds / rounds.max(1)).max(1),
            seed: self.seed.wrapping_add(n),
        });
        subjects.collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
