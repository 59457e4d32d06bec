//! `run` and `calibrate`: the audit, its report, its exit code.

use std::{
    fs::File,
    io::{IsTerminal as _, Write as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool, atomic::AtomicUsize, atomic::Ordering},
    thread,
};

use harness_evidence::{
    Bundle, Opening, Outcome, Overall, Profile, Results, Salting, Shard, SigningKey, Taken,
    sha256_of,
};
use harness_report::Language;
use harness_suite::{
    Bench, Catalogue, Finished, Manifest, Options, Twins, audit, end_all_processes,
};

use crate::{
    args::{Calibrate, Common, Format, Lang, Run},
    clock,
    failure::{FAILED, Failure, PASSED, UNDECIDED},
    progress::Shown,
    sbom,
    scratch::Scratch,
};

/// The manifest of the reference, built in.
const REFERENCE: &str = include_str!("../../../targets/reference.toml");

/// Audits a target.
pub(crate) fn run(run: &Run) -> Result<u8, Failure> {
    let twins = if run.no_twins || run.flaw.is_some() {
        Twins::None
    } else {
        Twins::Own
    };
    let target = target(run.target.as_deref())?;
    let mut taken = Taken::default();
    for folder in &run.with {
        taken.add(folder)?;
    }
    let wish = Wish {
        twins,
        only: &run.checks,
        profile: run.profile,
        flaw: run.flaw.as_deref(),
        fail_fast: run.fail_fast,
        nonce: run.nonce.as_deref(),
        shard: run.shard,
        taken,
        common: &run.common,
    };
    let results = carry_out(&target, wish)?;
    Ok(exit_code(&results))
}

/// The target of a manifest, or the reference.
pub(crate) fn target(path: Option<&Path>) -> Result<Manifest, Failure> {
    match path {
        Some(path) => Ok(Manifest::read(path)?),
        None => reference(),
    }
}

/// Runs every check against every weak twin.
pub(crate) fn calibrate(calibrate: &Calibrate) -> Result<u8, Failure> {
    let wish = Wish {
        twins: Twins::Every,
        only: &[],
        profile: None,
        flaw: None,
        fail_fast: false,
        nonce: None,
        shard: calibrate.shard,
        taken: Taken::default(),
        common: &calibrate.common,
    };
    let results = carry_out(&reference()?, wish)?;
    if calibrate.common.format == Format::Table {
        let matrix =
            harness_report::matrix_text(&results.instrument, language(calibrate.common.lang));
        write!(anstream::stdout(), "{matrix}")?;
    }
    Ok(exit_code(&results))
}

fn reference() -> Result<Manifest, Failure> {
    Ok(Manifest::parse(
        REFERENCE,
        Path::new("the built-in manifest of the reference"),
        PathBuf::from("."),
    )?)
}

/// What is wanted of a run.
pub(crate) struct Wish<'a> {
    pub(crate) twins: Twins,
    pub(crate) only: &'a [String],
    pub(crate) profile: Option<Profile>,
    pub(crate) flaw: Option<&'a str>,
    pub(crate) fail_fast: bool,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) shard: Option<Shard>,
    /// What was measured beside the checks.
    pub(crate) taken: Taken,
    pub(crate) common: &'a Common,
}

impl Wish<'_> {
    /// A key for this run only; it is gone with the process.
    fn opening(&self, program: &Path) -> Result<Opening, Failure> {
        opening(program, self.nonce.map(str::to_owned))
    }
}

/// How a run of this program is opened.
pub(crate) fn opening(program: &Path, nonce: Option<String>) -> Result<Opening, Failure> {
    Ok(Opening {
        key: SigningKey::ed25519(&drawn()?),
        nonce,
        program: File::open(program).and_then(sha256_of).unwrap_or_default(),
        components: sbom::text()?,
    })
}

/// 32 bytes that nobody can guess.
fn drawn() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Random(error.to_string()))?;
    Ok(bytes)
}

/// Runs, writes the evidence and prints the result.
pub(crate) fn carry_out(target: &Manifest, wish: Wish<'_>) -> Result<Results, Failure> {
    let common = wish.common;
    let opened = clock::now();
    let seed = match common.seed {
        Some(seed) => seed,
        None => u64::from(getrandom::u32().map_err(|error| Failure::Random(error.to_string()))?),
    };
    let run = run_id(opened.wall_ms, seed);
    let scratch = Scratch::create(&run)?;
    let pruefstand = program()?;
    let (catalogue, reference) = (Catalogue::embedded()?, reference()?);
    let opening = wish.opening(&pruefstand)?;
    let bench = Bench {
        target,
        reference: &reference,
        catalogue: &catalogue,
        pruefstand,
        scratch: scratch.path.clone(),
        clock: clock::now,
        clients: AtomicUsize::new(0),
    };
    let options = Options {
        run,
        seed,
        only: wish.only.to_vec(),
        shard: wish.shard,
        profile: wish.profile,
        flaw: wish.flaw.map(str::to_owned),
        twins: wish.twins,
        fail_fast: wish.fail_fast,
        jobs: common.jobs.unwrap_or_else(jobs),
        out: common.out.clone(),
        command: command_line(),
        opening,
        salting: Salting::new(drawn()?),
        taken: wish.taken,
    };
    let shown = Shown::new();
    let finished = audit(&bench, &options, &shown, &stop_on_interrupt());
    shown.finish();
    report(finished?, common.format, common.lang)
}

/// The file of this program.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|reason| Failure::File {
        path: PathBuf::from("the program itself"),
        reason,
    })
}

/// A case waits for its relay's disk about as long as it computes, so that more of them than cores run at once.
fn jobs() -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    cores * 2 + 1
}

/// Closes the folder, writes the renderings, prints the table.
pub(crate) fn report(
    Finished { results, folder }: Finished,
    format: Format,
    lang: Lang,
) -> Result<Results, Failure> {
    let language = language(lang);
    let closed = folder.close(&results, clock::now())?;
    let bundle = Bundle::open(closed.path()).ok();
    let read = |path: &str| bundle.as_ref()?.transcript(path);
    let statements = [
        harness_report::test_result_statement(&results, closed.manifest_sha256()),
        harness_report::summary_statement(&results, closed.manifest_sha256()),
    ];
    let renderings = harness_report::renderings(&results, &read, &[])?;
    let path = closed.finish(&statements, &renderings)?;
    let mut output = anstream::stdout();
    match format {
        Format::Json => {
            writeln!(output, "{}", harness_report::json(&results)?)?;
        }
        Format::Table => {
            let colour = std::io::stdout().is_terminal();
            let table = harness_report::terminal(&results, language, colour);
            writeln!(output, "{table}")?;
            writeln!(output, "{}", path.join(language.report()).display())?;
        }
    }
    Ok(results)
}

pub(crate) fn exit_code(results: &Results) -> u8 {
    match results.overall {
        Overall::Passed | Overall::PassedWithDeviations => PASSED,
        Overall::Failed => FAILED,
        // A check that failed before the run was broken off has failed.
        Overall::Incomplete
            if results
                .cases
                .iter()
                .any(|case| case.verdict.outcome == Outcome::Fail) =>
        {
            FAILED
        }
        Overall::Undecided | Overall::Incomplete => UNDECIDED,
    }
}

pub(crate) fn language(lang: Lang) -> Language {
    match lang {
        Lang::De => Language::De,
        Lang::En => Language::En,
    }
}

/// `2026-11-23t05-40-12-1a2b3c4d`: sorts by time, and is a file name everywhere.
pub(crate) fn run_id(wall_ms: u64, seed: u64) -> String {
    let time = harness_evidence::rfc3339(wall_ms).to_lowercase();
    let time: String = time
        .chars()
        .take(19)
        .map(|character| if character == ':' { '-' } else { character })
        .collect();
    format!("{time}-{:08x}", (seed ^ wall_ms) & 0xffff_ffff)
}

/// The command line as it was typed, without the program's folder.
pub(crate) fn command_line() -> String {
    let words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once("pruefstand".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Set by the first interrupt; the second one ends the program at once.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&cancelled);
    // Where no handler can be set, an interrupt ends the program, and the folder reads as incomplete all the same.
    drop(ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            end_at_once();
        }
        let line =
            "interrupted: what runs comes to its end, the rest is left out; once more ends at once";
        // A closed standard error does not keep a run from ending.
        drop(writeln!(std::io::stderr(), "pruefstand: {line}"));
    }));
    cancelled
}

/// The folder has no closing event then, and reads as incomplete.
#[expect(clippy::exit, reason = "the user does not want to wait for main")]
fn end_at_once() -> ! {
    end_all_processes();
    std::process::exit(i32::from(UNDECIDED))
}
