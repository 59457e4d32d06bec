//! The cases of a run, in the order of its seed.

use harness_evidence::{Applicability, Plan};
use rand_chacha::ChaCha12Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::{
    check::{Check, Seeded},
    checks,
    run::{Options, Twins, flaws},
};

/// One case to carry out.
#[derive(Clone, Copy)]
pub(super) struct Job {
    pub(super) check: &'static Check,
    pub(super) twin: Option<Seeded>,
}

/// The cases of a plan in the order of the seed: each planned check on the target, then the twins.
pub(super) fn jobs(plan: &Plan, options: &Options) -> Vec<Job> {
    let planned = |check: &&Check| {
        plan.checks.iter().any(|planned| {
            planned.id == check.id && planned.applicability == Applicability::Planned
        })
    };
    let checks: Vec<_> = checks::all().into_iter().filter(planned).collect();
    let mut dice = ChaCha12Rng::seed_from_u64(options.seed);
    let mut honest: Vec<_> = checks
        .iter()
        .map(|check| Job { check, twin: None })
        .collect();
    shuffle(&mut honest, &mut dice);
    let mut twins: Vec<_> = match options.twins {
        Twins::None => Vec::new(),
        Twins::Own => checks
            .iter()
            .flat_map(|check| {
                check.twins.iter().map(|twin| Job {
                    check,
                    twin: Some(*twin),
                })
            })
            .collect(),
        Twins::Every => flaws()
            .into_iter()
            .flat_map(|twin| {
                checks.iter().map(move |check| Job {
                    check,
                    twin: Some(twin),
                })
            })
            .collect(),
    };
    if options.twins == Twins::Own {
        shuffle(&mut twins, &mut dice);
    }
    honest.extend(twins);
    honest
}

fn shuffle(jobs: &mut [Job], dice: &mut ChaCha12Rng) {
    for n in (1..jobs.len()).rev() {
        let other = usize::try_from(dice.next_u64() % (n as u64 + 1)).unwrap_or(0);
        jobs.swap(n, other);
    }
}
