//! How well does the audit see? Every mutant of the reference in one build, each judged by the audit.
//!
//! `cargo mutants --list --json` says which places of the reference's code can be changed, and how; this program writes all changes
//! into one copy of the reference, builds it once, and asks the audit about one after the other. README.md has the commands.

mod audit;
mod error;
mod fate;
mod judge;
mod mutant;
mod place;
mod table;
mod text;
mod tree;
mod weave;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use lexopt::{Arg, Parser, ValueExt as _};

use crate::{audit::Audit, error::Error, fate::Told, judge::Wish, mutant::Mutant, tree::Tree};

const USAGE: &str = "pruefstand-mutants weave CHECKOUT WORK | judge WORK [--only PATH]... [--seconds N] [--seed N] [--jobs N] | table WORK";

fn main() -> ExitCode {
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<(), Error> {
    let mut wish = Wish {
        only: Vec::new(),
        time: Duration::from_secs(3_600),
        now,
        seed: 1,
        jobs: 2,
    };
    let mut words = Vec::new();
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("only") => wish.only.push(parser.value()?.string()?),
            Arg::Long("seconds") => wish.time = Duration::from_secs(parser.value()?.parse()?),
            Arg::Long("seed") => wish.seed = parser.value()?.parse()?,
            Arg::Long("jobs") => wish.jobs = parser.value()?.parse()?,
            Arg::Value(word) => words.push(PathBuf::from(word)),
            other => return Err(other.unexpected().into()),
        }
    }
    match words
        .iter()
        .map(PathBuf::as_path)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [verb, checkout, work] if *verb == Path::new("weave") => weave(checkout, work),
        [verb, work] if *verb == Path::new("judge") => judge(work, &wish),
        [verb, work] if *verb == Path::new("table") => {
            let table = table::table(&mutants(work)?, &told(work)?);
            io::stdout()
                .write_all(table.as_bytes())
                .map_err(Error::file("standard output"))
        }
        _ => Err(lexopt::Error::Custom(USAGE.into()).into()),
    }
}

/// Weaves every mutant of `WORK/mutants.json` into a copy of the checkout and builds it.
fn weave(checkout: &Path, work: &Path) -> Result<(), Error> {
    let mutants = mutants(work)?;
    let dropped = Tree::copy(checkout, work.join("tree"), &mutants)?.build()?;
    let path = fates(work);
    let mut file = fs::File::create(&path).map_err(Error::file(&path))?;
    dropped
        .iter()
        .try_for_each(|told| judge::append(&mut file, told))
        .map_err(Error::file(path))
}

/// Judges what was woven and is not judged yet.
fn judge(work: &Path, wish: &Wish) -> Result<(), Error> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| work.join("tree/target"), PathBuf::from);
    let audit = Audit::new(target.join("release/pruefstand"));
    let reach = judge::reach(&audit, work, wish.jobs)?;
    judge::judge(
        &audit,
        &mutants(work)?,
        &told(work)?,
        &reach,
        wish,
        &fates(work),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge of the program reads the clock"
)]
fn now() -> Instant {
    Instant::now()
}

fn fates(work: &Path) -> PathBuf {
    work.join("fates.jsonl")
}

fn mutants(work: &Path) -> Result<Vec<Mutant>, Error> {
    let path = work.join("mutants.json");
    let bytes = fs::read(&path).map_err(Error::file(&path))?;
    serde_json::from_slice(&bytes).map_err(Error::json(path))
}

fn told(work: &Path) -> Result<Vec<Told>, Error> {
    let path = fates(work);
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(Error::json(&path)))
        .collect()
}
