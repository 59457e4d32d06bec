//! The cases of a run, in the order of its seed.

use std::collections::{BTreeMap, BTreeSet};

use harness_evidence::{Applicability, Plan};
use rand_chacha::ChaCha12Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::{
    check::Check,
    checks,
    run::{
        Options, Twins, flaws,
        twin::{Twin, VARIANTS},
    },
};

/// The names of the flaws and variants that the reference was asked for while an honest case ran, by check.
pub(super) type Asked = BTreeMap<String, BTreeSet<String>>;

/// One case to carry out.
#[derive(Clone, Copy)]
pub(super) struct Job {
    pub(super) check: &'static Check,
    /// `None` for the target itself.
    pub(super) twin: Option<Twin>,
}

/// The cases on the target itself, each planned check once, in the order of the seed.
pub(super) fn honest(plan: &Plan, options: &Options) -> Vec<Job> {
    let mut jobs: Vec<_> = planned(plan)
        .map(|check| Job { check, twin: None })
        .collect();
    shuffle(&mut jobs, options.seed);
    jobs
}

/// The cases on each check's own weak twins, in the order of the seed.
pub(super) fn own(plan: &Plan, options: &Options) -> Vec<Job> {
    if options.twins != Twins::Own {
        return Vec::new();
    }
    let mut jobs: Vec<_> = planned(plan)
        .flat_map(|check| {
            check.twins.iter().map(move |twin| Job {
                check,
                twin: Some(Twin::Weak(*twin)),
            })
        })
        .collect();
    shuffle(&mut jobs, options.seed);
    jobs
}

/// The cases of the whole matrix: each check on each twin, weak or benign, that the honest case of the check asked for.
///
/// A twin that is never asked how it differs behaves as the reference did, so its verdict is known: a case would only repeat the
/// honest one. Where an honest case left no word of what it asked, all its cases run.
pub(super) fn matrix(plan: &Plan, options: &Options, asked: &Asked) -> Vec<Job> {
    if options.twins != Twins::Every {
        return Vec::new();
    }
    let weak = flaws().into_iter().map(Twin::Weak);
    let twins: Vec<_> = weak.chain(VARIANTS.map(Twin::Benign)).collect();
    let mut jobs: Vec<_> = planned(plan)
        .flat_map(|check| twins.iter().map(move |twin| (check, *twin)))
        .filter(|(check, twin)| {
            asked
                .get(check.id)
                .is_none_or(|asked| asked.contains(twin.name()))
        })
        .map(|(check, twin)| Job {
            check,
            twin: Some(twin),
        })
        .collect();
    shuffle(&mut jobs, options.seed);
    jobs
}

fn planned(plan: &Plan) -> impl Iterator<Item = &'static Check> {
    let planned = |check: &&Check| {
        plan.checks.iter().any(|planned| {
            planned.id == check.id && planned.applicability == Applicability::Planned
        })
    };
    checks::all().into_iter().filter(planned)
}

fn shuffle(jobs: &mut [Job], seed: u64) {
    let mut dice = ChaCha12Rng::seed_from_u64(seed);
    for n in (1..jobs.len()).rev() {
        let other = usize::try_from(dice.next_u64() % (n as u64 + 1)).unwrap_or(0);
        jobs.swap(n, other);
    }
}
