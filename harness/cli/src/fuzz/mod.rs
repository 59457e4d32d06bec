//! `fuzz`: a campaign over the fuzz targets of a source checkout, written as a folder that `run --with` takes into its record.
//!
//! Exit codes: 0 every target is clean; 1 one crashed; 2 none crashed, but one was not fuzzed to the end of its time or hardly.

mod checkout;
mod corpus;
mod crash;
mod fuzzer;
mod output;
mod print;
mod progress;
mod target;
mod work;
mod write;

use std::{num::NonZeroUsize, path::PathBuf, thread};

use clap::Args;
use harness_evidence::{Campaign, FuzzLimits, FuzzTarget, FuzzVerdict};

use crate::{
    args::Format,
    audit, clock,
    failure::{FAILED, Failure, PASSED, UNDECIDED},
    measurement,
};
use checkout::Checkout;
use work::Work;

/// What bounds each execution.
const LIMITS: FuzzLimits = FuzzLimits {
    max_len: 16_384,
    rss_mib: 2048,
    timeout_s: 10,
};

#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// Wall time of the campaign, shared fairly by the targets
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=604_800))]
    seconds: u64,
    /// Only this target; may be given more than once
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// The campaign's folder, which is not there yet; one below target/campaigns/ if absent
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What the seeds of the fuzzers follow from; drawn and printed if absent
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// How many fuzzers run at once; the number of cores if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    jobs: Option<u64>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Builds the targets, fuzzes them and writes what came of it.
pub(crate) fn fuzz(wish: &Fuzz) -> Result<u8, Failure> {
    let checkout = Checkout::find()?;
    let names = checkout.chosen(&wish.targets)?;
    let seed = match wish.seed {
        Some(seed) => seed,
        None => getrandom::u32().map_err(|error| Failure::Random(error.to_string()))?,
    };
    let id = audit::run_id(clock::now().wall_ms, u64::from(seed));
    let out = wish.out.clone();
    let out = out.unwrap_or_else(|| checkout.root.join("target/campaigns").join(&id));
    measurement::create(&out)?;
    let programs = checkout.build(&names)?;
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = wish.jobs.and_then(|jobs| usize::try_from(jobs).ok());
    let work = Work {
        checkout: &checkout,
        out: &out,
        seconds: wish.seconds,
        jobs: jobs.unwrap_or(cores).min(programs.len()),
        seed,
    };
    let opened = clock::now();
    let done = work.carry_out(&programs)?;
    let targets: Vec<FuzzTarget> = done.iter().map(|one| one.target.clone()).collect();
    let campaign = Campaign {
        format: Campaign::FORMAT,
        command: audit::command_line(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: checkout.toolchain()?,
        opened: opened.rfc3339(),
        closed: clock::now().rfc3339(),
        seconds: wish.seconds,
        jobs: u64::try_from(work.jobs).unwrap_or(u64::MAX),
        seed: u64::from(seed),
        build: checkout.settings()?,
        limits: LIMITS,
        sum: Campaign::summed(&targets),
        targets,
    };
    let points = done.into_iter().flat_map(|one| one.points);
    write::campaign(&out, &campaign, points)?;
    print::print(&campaign, &out, wish.format)?;
    Ok(exit_code(&campaign))
}

fn exit_code(campaign: &Campaign) -> u8 {
    let worst = campaign.targets.iter().map(|one| one.verdict).max();
    match worst {
        Some(FuzzVerdict::Clean) => PASSED,
        Some(FuzzVerdict::Crashed) => FAILED,
        Some(FuzzVerdict::Incomplete) | None => UNDECIDED,
    }
}
