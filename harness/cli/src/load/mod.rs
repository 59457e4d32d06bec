//! `load`: what a relay takes, beside another one in the same run if asked for; with `--out` as a folder that `run --with` takes into its
//! record.

mod statement;
mod table;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use harness_evidence::visible;
use harness_load::{Figures, Plan, measure};
use harness_suite::{Manifest, Places};

use crate::{
    args::Format,
    audit, clock,
    failure::{Failure, PASSED},
    measurement,
    scratch::Scratch,
};
use statement::Statement;

/// The reference without limits on how much one account may ask, and its settings.
const REFERENCE: &str = include_str!("../../../../targets/reference-load.toml");
const SETTINGS: &str = include_str!("../../../../targets/reference-load-relay.toml");

#[derive(Debug, Args)]
pub(crate) struct Load {
    /// Manifest of the relay (TOML), which it must start on this machine; the reference if absent
    #[arg(long, visible_alias = "target", value_name = "FILE")]
    relay: Option<PathBuf>,
    /// Manifest of a second relay that is measured in the same run, such as targets/synapse.toml
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Seconds for each step of sending; at most 600
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Seconds at half of the highest rate that was kept up with, so that a leak or a slowdown shows; 0 for none, at most 3600
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    soak: u64,
    /// Devices that wait for news at the same time; at most 5000
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=5_000))]
    devices: u64,
    /// Messages that a device misses; at most 100000
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    missed: u64,
    /// Members of the large group; at most 5000
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..=5_000))]
    members: u64,
    /// Writes a capacity statement into this folder, which is not there yet
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Measures what is asked for and prints it.
pub(crate) fn run(load: &Load) -> Result<u8, Failure> {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let plan = Plan {
        seconds: load.seconds,
        soak: load.soak,
        devices: count(load.devices),
        missed: count(load.missed),
        members: count(load.members),
    };
    if let Some(out) = &load.out {
        measurement::create(out)?;
    }
    let statement = Statement::open(load.seconds);
    let mut all = vec![of(load.relay.as_ref(), plan, 1)?];
    if let Some(other) = &load.compare {
        all.push(of(Some(other), plan, 2)?);
    }
    if let Some(out) = &load.out {
        statement.write(&all, out)?;
    }
    let mut output = anstream::stdout();
    match load.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&all).map_err(io::Error::from)?;
            writeln!(output, "{text}")?;
        }
        Format::Table => {
            for line in table::table(&all) {
                writeln!(output, "{}", visible(&line))?;
            }
        }
    }
    Ok(PASSED)
}

fn of(path: Option<&PathBuf>, plan: Plan, place: u8) -> Result<Figures, Failure> {
    let scratch = Scratch::create(&format!("load-{}-{place}", clock::now().wall_ms))?;
    let manifest = match path {
        Some(path) => Manifest::read(path)?,
        None => {
            let path = scratch.path.join("relay.toml");
            fs::write(&path, SETTINGS).map_err(|reason| Failure::File { path, reason })?;
            let built_in = Path::new("the built-in manifest of the reference under load");
            Manifest::parse(REFERENCE, built_in, PathBuf::from("."))?
        }
    };
    let places = Places {
        pruefstand: audit::program()?,
        dir: scratch.path.clone(),
    };
    let name = manifest.name.clone();
    let tell = |what: &str| {
        // A closed standard error does not end a run.
        drop(writeln!(
            io::stderr(),
            "{}: {}",
            visible(&name),
            visible(what)
        ));
    };
    Ok(measure(&manifest, &places, plan, &tell)?)
}
