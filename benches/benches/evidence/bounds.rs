//! What a run of 1,000 cases and 100,000 entries may take, and whether it does.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use pruefstand_benches::Clock;

use crate::{packed, rendered, verified};

/// The first argument of a process that does one step.
pub(crate) const STEP: &str = "step";

/// Memory of each step, in MiB.
const MEMORY: u64 = 300;

/// The longer of two reports, in bytes.
const REPORT: u64 = 3_000_000;

/// The steps, and how many milliseconds each may take.
const STEPS: [(&str, u64); 3] = [("seal", 2_000), ("verify", 2_000), ("html", 1_000)];

/// Does one step on a run and its archive, and prints what that took: wall and CPU milliseconds, MiB at most, bytes of a report.
pub(crate) fn step(mut arguments: impl Iterator<Item = String>) -> io::Result<()> {
    let step = arguments.next().unwrap_or_default();
    let mut path = || PathBuf::from(arguments.next().unwrap_or_default());
    let (run, archive) = (path(), path());
    let (cpu, (wall, done)) = Clock::Process.time(|| {
        Clock::Wall.time(|| match step.as_str() {
            "seal" => packed(&run, &archive).map(|()| 0),
            "verify" => verified(&archive).map(|()| 0),
            _ => rendered(&run),
        })
    });
    let (cpu, wall, length) = (cpu.as_millis(), wall.as_millis(), done?);
    writeln!(io::stdout(), "{wall} {cpu} {} {length}", peak_mib()?)
}

/// Does every step in a process of its own, and prints each figure with its bound.
pub(crate) fn print(run: &Path, archive: &Path) -> io::Result<()> {
    fs::remove_file(archive).or_else(crate::absent)?;
    let mut output = io::stdout();
    for (step, most) in STEPS {
        let done = Command::new(env::current_exe()?)
            .args([STEP, step])
            .args([run, archive])
            .output()?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            return Err(io::Error::other(said));
        }
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        let mut told = told.split_whitespace().map(str::parse);
        let mut next = || told.next().and_then(Result::ok).unwrap_or(u64::MAX);
        let (wall, cpu, mib, length) = (next(), next(), next(), next());
        let report = match length {
            0 => String::new(),
            length => format!(", {length} of {REPORT} bytes"),
        };
        let holds = wall < most && mib < MEMORY && length < REPORT;
        let holds = if holds { "within" } else { "ABOVE" };
        writeln!(
            output,
            "{step}: {wall} of {most} ms ({cpu} ms of CPU), {mib} of {MEMORY} MiB{report}: {holds} its bounds"
        )?;
    }
    Ok(())
}

/// The most memory that this process ever held.
fn peak_mib() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let kib = kib.ok_or_else(|| io::Error::other("the system does not tell"))?;
    Ok(kib.div_ceil(1_024))
}
