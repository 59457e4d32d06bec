//! Asks the audit about one mutant after the other, in a drawn order, so that what is had when time is over is a fair sample.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{
    audit::Audit,
    error::Error,
    fate::Told,
    mutant::{Id, Mutant},
};

/// How much is judged, and in which order.
pub(crate) struct Wish {
    /// Only mutants of files whose path begins with one of these; all if empty.
    pub(crate) only: Vec<String>,
    /// No audit begins later than this.
    pub(crate) time: Duration,
    /// The clock.
    pub(crate) now: fn() -> Instant,
    /// Draws the order.
    pub(crate) seed: u64,
    /// How many audits run at once.
    pub(crate) jobs: usize,
}

/// Which checks come to which mutants, found with the honest reference, one check at a time.
pub(crate) fn reach(
    audit: &Audit,
    work: &Path,
    jobs: usize,
) -> Result<BTreeMap<Id, Vec<String>>, Error> {
    let folder = work.join("reached");
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let checks = audit.checks()?;
    let found = Mutex::new(BTreeMap::<Id, Vec<String>>::new());
    each(&checks, jobs, |check| {
        let reached = audit.reached(check, &folder.join(check))?;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        for id in reached {
            found.entry(id).or_default().push(check.clone());
        }
        Ok(())
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Judges what is not in `told` yet and appends each fate to `file`.
pub(crate) fn judge(
    audit: &Audit,
    mutants: &[Mutant],
    told: &[Told],
    reach: &BTreeMap<Id, Vec<String>>,
    wish: &Wish,
    file: &Path,
) -> Result<(), Error> {
    let known: BTreeSet<Id> = told.iter().map(|told| told.mutant).collect();
    let wanted = |mutant: &Mutant| {
        wish.only.is_empty() || wish.only.iter().any(|start| mutant.file.starts_with(start))
    };
    let mut open: Vec<Id> = (0..mutants.len())
        .filter(|id| !known.contains(id))
        .collect();
    open.retain(|id| mutants.get(*id).is_some_and(wanted));
    open.sort_by_key(|id| drawn(wish.seed, *id));
    let lines = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .map_err(Error::file(file))?;
    let lines = Mutex::new((lines, 0_usize));
    let begun = (wish.now)();
    each(&open, wish.jobs, |id| {
        if (wish.now)() - begun > wish.time {
            return Ok(());
        }
        let checks: Vec<&str> = reach
            .get(id)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let told = audit.judge(*id, &checks)?;
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.1 += 1;
        append(&mut lines.0, &told).map_err(Error::file(file))?;
        let name = mutants.get(*id).map_or("", |mutant| &mutant.name);
        eprintln!(
            "{} of {}: {:?} {} ({} checks) {name}",
            lines.1,
            open.len(),
            told.fate,
            told.check.as_deref().unwrap_or("-"),
            checks.len()
        );
        Ok(())
    })
}

/// A line of `fates.jsonl`.
pub(crate) fn append(file: &mut File, told: &Told) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Calls `work` for each, `jobs` at once; the first error ends it.
fn each<T: Sync>(
    all: &[T],
    jobs: usize,
    work: impl Fn(&T) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let next = Mutex::new(all.iter());
    let one = || {
        loop {
            let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(item) = taken else { return Ok(()) };
            if let Err(error) = work(item) {
                next.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .by_ref()
                    .for_each(drop);
                return Err(error);
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })
}

/// The place of `id` in the order that `seed` draws (the finaliser of SplitMix64).
fn drawn(seed: u64, id: Id) -> u64 {
    let mut mixed = seed
        ^ (id as u64)
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
