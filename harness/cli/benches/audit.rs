//! What the default audit costs, and the whole matrix with `-- --matrix`: seconds, scenes a second, memory over all processes.
//!
//! `cargo bench -p pruefstand --bench audit`. Memory is the proportional set size of the bench and everything that it started, five times a
//! second, so that what processes share counts once.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// How often memory is looked at.
const EVERY: Duration = Duration::from_millis(200);

fn main() -> io::Result<()> {
    let matrix = std::env::args().any(|word| word == "--matrix");
    measure("audit", &["run", "--seed", "1"])?;
    if matrix {
        measure("matrix", &["calibrate", "--seed", "1"])?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, and looks at memory at intervals"
)]
fn measure(name: &str, words: &[&str]) -> io::Result<()> {
    let reports = tempfile::tempdir()?;
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(words)
        .arg("--out")
        .arg(reports.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = Memory::default();
    while child.try_wait()?.is_none() {
        peak = peak.max(memory(&child));
        std::thread::sleep(EVERY);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let code = child.wait()?;
    let events = fs::read_to_string(reports.path().join("latest/data/events.jsonl"))?;
    let closed = |line: &&str| {
        let event: Option<Value> = serde_json::from_str(line).ok();
        event.is_some_and(|event| event.get("type") == Some(&Value::from("case.closed")))
    };
    let scenes = u32::try_from(events.lines().filter(closed).count()).unwrap_or(u32::MAX);
    writeln!(
        io::stdout(),
        "{name}: {scenes} scenes in {seconds:.1} s, {:.1} scenes/s, at most {} MiB over {} processes, {code}",
        f64::from(scenes) / seconds,
        peak.kib / 1024,
        peak.processes,
    )
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Memory {
    kib: u64,
    processes: usize,
}

/// What a process and all that descend from it hold now. One that ends meanwhile counts nothing.
fn memory(child: &Child) -> Memory {
    let mut children = BTreeMap::<u32, Vec<u32>>::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The fields behind the name, which may hold anything: state, then the parent.
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        if let (Some(id), Some(parent)) = (id, parent) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut memory = Memory::default();
    let mut open = vec![child.id()];
    while let Some(id) = open.pop() {
        open.extend(children.remove(&id).unwrap_or_default());
        let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        let share = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        memory.kib += share
            .and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok())
            .unwrap_or(0);
        memory.processes += 1;
    }
    memory
}
