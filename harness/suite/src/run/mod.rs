//! A run: plan, probes, cases in parallel, twins, evidence.

mod bench;
mod case;
mod planned;
mod probe;
mod queue;
mod relays;
mod twin;
mod watch;
mod workers;

pub use bench::Bench;
pub use probe::ProbeError;
pub use twin::{VARIANTS, Variant};

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use harness_evidence::{
    CaseRecord, Deviation, FolderError, JUDGE_VERSION, Opening, Plan, Profile, Results, RunFolder,
    RunRecord, Salting, Secrets, Shard, Taken, Tool,
};
use thiserror::Error;

use crate::{
    check::Seeded,
    checks,
    run::workers::Running,
    target::{DriverFault, TargetError},
};

/// What the user wants of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The run's id: the name of its folder.
    pub run: String,
    /// The seed of orders and schedules.
    pub seed: u64,
    /// The ids of the checks to run; empty for all.
    pub only: Vec<String>,
    /// Which part of the run is carried out; the whole run if absent.
    pub shard: Option<Shard>,
    /// For which kind of examination; everything counts if absent.
    pub profile: Option<Profile>,
    /// Seeded flaws of the reference that the target itself gets: the target is a weak twin.
    pub flaw: Option<String>,
    /// Which weak twins run.
    pub twins: Twins,
    /// Whether the run ends at the first check that does not pass on the target; it is incomplete then.
    pub fail_fast: bool,
    /// How many cases run at once.
    pub jobs: usize,
    /// Where the run's folder is made.
    pub out: PathBuf,
    /// The command line, for the report.
    pub command: String,
    /// The run's key, the auditor's nonce and the program's digest, for its first event.
    pub opening: Opening,
    /// What salts the commitments to everything that is redacted.
    pub salting: Salting,
    /// What was measured beside the checks and goes into the record.
    pub taken: Taken,
}

impl Options {
    /// Whether the check at this place of the plan is to be carried out.
    fn selects(&self, place: usize, id: &str) -> bool {
        let named = self.only.is_empty() || self.only.iter().any(|only| only == id);
        named && self.shard.is_none_or(|shard| shard.takes(place))
    }
}

/// Which weak twins run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twins {
    /// None; the run cannot read as passed.
    None,
    /// Each check's own.
    Own,
    /// Every check on every twin.
    Every,
}

/// Why there is no run.
#[derive(Debug, Error)]
pub enum RunError {
    /// The target cannot be started, reached or steered.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The client's driver does not start or does not say hello.
    #[error(transparent)]
    Driver(DriverFault),
    /// An honesty probe did not hold: nothing that this driver says can be believed.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The evidence cannot be written.
    #[error(transparent)]
    Evidence(#[from] FolderError),
    /// A scratch folder cannot be made.
    #[error("no scratch folder in {path}: {reason}")]
    Scratch {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The user broke the run off before the first case.
    #[error("interrupted before the first case; nothing was recorded")]
    Interrupted,
    /// The selection names a check that does not exist.
    #[error("no check {0:?}; `pruefstand list` shows all")]
    UnknownCheck(String),
    /// The selection names a flaw that does not exist.
    #[error("no flaw {0:?}; `pruefstand list --flaws` shows all")]
    UnknownFlaw(String),
}

/// How a run tells what it does, while it does it.
pub trait Progress: Sync {
    /// The plan stands; at least this many cases will run.
    fn planned(&self, plan: &Plan, cases: usize);
    /// So many more cases will run, as the first ones have shown.
    fn more(&self, cases: usize);
    /// A case is over.
    fn closed(&self, case: &CaseRecord);
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// Its results.
    pub results: Results,
    /// Its folder.
    pub folder: RunFolder,
}

/// Runs the checks on the target and on the weak twins, and records everything. The caller renders and closes the folder.
///
/// `cancelled` breaks the run off; what was carried out is kept, and the results say that they are incomplete.
///
/// # Errors
///
/// [`RunError`]; nothing that goes wrong inside a case ends the run, it is that case's verdict.
pub fn audit(
    bench: &Bench<'_>,
    options: &Options,
    progress: &dyn Progress,
    cancelled: &AtomicBool,
) -> Result<Finished, RunError> {
    let secrets = Arc::new(Secrets::new(options.salting.clone()));
    let opened = (bench.clock)();
    let (subject, plan) = prepare(bench, options, &secrets).map_err(|error| {
        // An interrupt ends the target's processes too; what they failed with then is not the reason.
        if cancelled.load(Ordering::SeqCst) {
            RunError::Interrupted
        } else {
            error
        }
    })?;
    let honest = queue::honest(&plan, options);
    let own = queue::own(&plan, options);
    let folder = RunFolder::create(
        &options.out,
        &plan,
        options.opening.clone(),
        secrets,
        opened,
    )?;
    folder.take(&options.taken)?;
    progress.planned(&plan, honest.len() + own.len());
    let running = Running {
        bench,
        options,
        subject: &subject,
        folder: &folder,
        cancelled,
    };
    let mut closed_cases = workers::carry_out(&running, &[honest, own].concat(), progress)?;
    let asked = asked_in(&closed_cases);
    let rest = match stops(options, &closed_cases) {
        true => Vec::new(),
        false => queue::matrix(&plan, options, &asked),
    };
    progress.more(rest.len());
    closed_cases.extend(workers::carry_out(&running, &rest, progress)?);
    let closed = (bench.clock)();
    let results = Results::fold(RunRecord {
        tool: Tool {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            judge: JUDGE_VERSION,
        },
        opened: opened.rfc3339(),
        closed: (!cancelled.load(Ordering::SeqCst)).then(|| closed.rfc3339()),
        cases: closed_cases.into_iter().map(|closed| closed.case).collect(),
        asked,
        requirements: bench.catalogue.reported(options.profile),
        deviations: bench.target.deviations.iter().map(declared).collect(),
        measured: options.taken.measured.clone(),
        command: options.command.clone(),
        plan,
    });
    Ok(Finished { results, folder })
}

/// Everything before the first case: a selection that exists, a target that runs, a plan, honest answers to the probes.
fn prepare(
    bench: &Bench<'_>,
    options: &Options,
    secrets: &Arc<Secrets>,
) -> Result<(bench::Subject, Plan), RunError> {
    if let Some(unknown) = options
        .only
        .iter()
        .find(|id| !checks::all().iter().any(|check| check.id == id.as_str()))
    {
        return Err(RunError::UnknownCheck(unknown.clone()));
    }
    let flaw = options.flaw.as_deref().map(find_flaw).transpose()?;
    let subject = bench.subject(flaw, secrets)?;
    let plan = planned::make_plan(bench, options, &subject);
    probe::all(bench, &subject)?;
    Ok((subject, plan))
}

/// Whether the user wants no more after these cases.
fn stops(options: &Options, cases: &[case::Closed]) -> bool {
    let ends_it = |closed: &case::Closed| workers::ends_run(options, &closed.case);
    cases.iter().any(ends_it)
}

/// What the watched cases asked for, by check.
fn asked_in(cases: &[case::Closed]) -> queue::Asked {
    let watched = cases.iter().filter_map(|closed| {
        let asked = closed.asked.clone()?;
        Some((closed.case.check.clone(), asked))
    });
    watched.collect()
}

fn declared(deviation: &crate::target::Deviation) -> Deviation {
    Deviation {
        check: deviation.check.clone(),
        reason: deviation.reason.clone(),
        expires: deviation.expires.to_string(),
    }
}

/// Every flaw that a check has a twin for, once, sorted by name.
#[must_use]
pub fn flaws() -> Vec<Seeded> {
    let mut flaws: Vec<_> = checks::all()
        .into_iter()
        .flat_map(|check| check.twins)
        .copied()
        .collect();
    flaws.sort_by_key(|seeded| (seeded.flaw, seeded.side));
    flaws.dedup_by_key(|seeded| (seeded.flaw, seeded.side));
    flaws
}

fn find_flaw(name: &str) -> Result<Seeded, RunError> {
    flaws()
        .into_iter()
        .find(|seeded| seeded.flaw == name)
        .ok_or_else(|| RunError::UnknownFlaw(name.to_owned()))
}
