//! `load`: what a relay takes, beside another one in the same run if asked for.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use harness_evidence::visible;
use harness_load::{Figures, Plan, Rate, Senders, measure};
use harness_suite::{Manifest, Places};

use crate::{
    args::Format,
    clock,
    failure::{Failure, PASSED},
    scratch::Scratch,
};

/// The reference without limits on how much one account may ask, and its settings.
const REFERENCE: &str = include_str!("../../../targets/reference-load.toml");
const SETTINGS: &str = include_str!("../../../targets/reference-load-relay.toml");

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
    /// Devices that wait for news at the same time; at most 5000
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=5_000))]
    devices: u64,
    /// Messages that a device misses; at most 100000
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    missed: u64,
    /// Members of the large group; at most 5000
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..=5_000))]
    members: u64,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Measures what is asked for and prints it.
pub(crate) fn run(load: &Load) -> Result<u8, Failure> {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let plan = Plan {
        seconds: load.seconds,
        devices: count(load.devices),
        missed: count(load.missed),
        members: count(load.members),
    };
    let mut all = vec![of(load.relay.as_ref(), plan, 1)?];
    if let Some(other) = &load.compare {
        all.push(of(Some(other), plan, 2)?);
    }
    let mut output = anstream::stdout();
    match load.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&all).map_err(io::Error::from)?;
            writeln!(output, "{text}")?;
        }
        Format::Table => {
            for line in table(&all) {
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
        pruefstand: std::env::current_exe().map_err(|reason| Failure::File {
            path: PathBuf::from("the program itself"),
            reason,
        })?,
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

/// One figure of the table: what it is, its digits, and where it stands.
type Row = (&'static str, usize, fn(&Figures) -> Option<f64>);

const ROWS: &[Row] = &[
    ("start, ms", 0, |one| Some(whole(one.started_ms))),
    ("memory at start, MiB", 1, |one| {
        Some(mib(one.memory_at_start))
    }),
    ("1 sender, messages/s", 0, |one| {
        sent(one, 0, |s| s.per_second)
    }),
    ("1 sender, CPU us/message", 0, |one| {
        sent(one, 0, |s| s.cpu_us_per_message)
    }),
    ("1 sender, p50 ms", 2, |one| sent(one, 0, |s| ms(s.p50_us))),
    ("1 sender, p99 ms", 2, |one| sent(one, 0, |s| ms(s.p99_us))),
    ("16 senders, messages/s", 0, |one| {
        sent(one, 1, |s| s.per_second)
    }),
    ("16 senders, CPU us/message", 0, |one| {
        sent(one, 1, |s| s.cpu_us_per_message)
    }),
    ("16 senders, p50 ms", 2, |one| {
        sent(one, 1, |s| ms(s.p50_us))
    }),
    ("16 senders, p99 ms", 2, |one| {
        sent(one, 1, |s| ms(s.p99_us))
    }),
    ("highest rate kept up with, messages/s", 0, |one| {
        kept(one, |rate| rate.reached_per_second)
    }),
    ("p99 at that rate, ms", 2, |one| {
        kept(one, |rate| ms(rate.p99_us))
    }),
    ("missed messages fetched", 0, |one| {
        Some(count(one.away.fetched))
    }),
    ("first sync after them, ms", 0, |one| {
        Some(whole(one.away.first_ms))
    }),
    ("all of them, ms", 0, |one| Some(whole(one.away.all_ms))),
    ("all of them, CPU ms", 0, |one| Some(whole(one.away.cpu_ms))),
    ("waiting devices", 0, |one| {
        Some(count(one.connected.devices))
    }),
    ("memory while they wait, MiB", 1, |one| {
        Some(mib(one.connected.memory))
    }),
    ("memory for 1,000 waiting more, MiB", 1, |one| {
        Some(mib(one.connected.memory_per_thousand))
    }),
    ("members of the group", 0, |one| {
        Some(count(one.group.members))
    }),
    ("join, ms", 2, |one| Some(one.group.join_us / 1e3)),
    ("join, CPU us", 0, |one| Some(one.group.join_cpu_us)),
    ("send to the group, ms", 2, |one| {
        Some(one.group.send_us / 1e3)
    }),
    ("send to the group, CPU us", 0, |one| {
        Some(one.group.send_cpu_us)
    }),
    ("removal, ms", 2, |one| Some(one.group.remove_us / 1e3)),
    ("removal, CPU us", 0, |one| Some(one.group.remove_cpu_us)),
];

/// A line for each figure: what it is, the relays, and how many times as much the second one is.
fn table(all: &[Figures]) -> Vec<String> {
    let mut lines = vec![line("", all.iter().map(|one| one.product.clone()), None)];
    for (what, digits, of) in ROWS {
        let values: Vec<Option<f64>> = all.iter().map(of).collect();
        let shown = values
            .iter()
            .map(|value| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}")));
        let ratio = match values.as_slice() {
            [Some(one), Some(other)] if *one > 0.0 => Some(other / one),
            _ => None,
        };
        lines.push(line(what, shown, ratio));
    }
    lines
}

fn sent(one: &Figures, step: usize, of: impl Fn(&Senders) -> f64) -> Option<f64> {
    one.senders.get(step).map(of)
}

/// Of the highest rate that the relay kept up with.
fn kept(one: &Figures, of: impl Fn(&Rate) -> f64) -> Option<f64> {
    one.rates.iter().rfind(|rate| rate.kept_up).map(of)
}

fn line(what: &str, values: impl Iterator<Item = String>, ratio: Option<f64>) -> String {
    let values: String = values.map(|value| format!("{value:>24}")).collect();
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:>10.1}x"));
    format!("{what:<38}{values}{ratio}").trim_end().to_owned()
}

fn ms(micros: u64) -> f64 {
    whole(micros) / 1e3
}

fn mib(bytes: u64) -> f64 {
    whole(bytes) / 1_048_576.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures of a run are far below 2^53"
)]
fn whole(number: u64) -> f64 {
    number as f64
}

fn count(number: usize) -> f64 {
    whole(u64::try_from(number).unwrap_or(u64::MAX))
}
