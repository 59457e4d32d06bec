//! Ctrl-C: what was carried out is kept, and the run reads as incomplete.

use std::{fs, os::unix::process::CommandExt as _, process::Command};

use crate::bench::{Bench, RELAY, Running, signal, toml_words};

/// Trouble: the driver of a case rings and waits until the gate opens.
const WAIT: &str = "echo > \"$1/bell\"; read -r open < \"$1/gate\"";

/// Makes bell and gate for [`WAIT`].
fn make_gate(bench: &Bench) {
    let made = Command::new("mkfifo")
        .args([bench.path("bell"), bench.path("gate")])
        .status();
    assert!(made.unwrap().success());
}

/// Waits until a driver stands at the gate.
fn hear_bell(bench: &Bench) {
    assert_eq!(fs::read_to_string(bench.path("bell")).unwrap(), "\n");
}

/// Opens the gate for the driver that stands there.
fn open_gate(bench: &Bench) {
    fs::write(bench.path("gate"), "go on\n").unwrap();
}

fn is_incomplete(bench: &Bench, carried_out: usize) {
    let results = bench.results();
    assert_eq!(results["complete"], false);
    assert_eq!(results["overall"], "incomplete");
    let cases = results["cases"].as_array().unwrap();
    let ran = cases.iter().filter(|case| case["sha256"] != "").count();
    assert_eq!(ran, carried_out);

    let verified = bench.run(&["verify"]);
    assert_eq!(verified.code, Some(12), "{verified:?}");
    assert!(verified.stdout.contains("incomplete"), "{verified:?}");
    assert!(!verified.stdout.contains("✓"), "{verified:?}");
}

#[test]
fn an_interrupt_keeps_the_case_that_runs_and_leaves_out_the_rest() {
    let bench = Bench::new();
    make_gate(&bench);
    let manifest = bench.manifest_with_trouble(RELAY, WAIT);
    let mut running = Running::start(bench.command(&bench.two_checks(&manifest)));
    hear_bell(&bench);
    signal("INT", &running.id().to_string());
    running.wait_for("interrupted: ");
    open_gate(&bench);
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stdout.contains("INCOMPLETE"), "{ended:?}");
    is_incomplete(&bench, 1);
}

#[test]
fn an_interrupt_from_a_terminal_does_not_reach_what_runs() {
    let bench = Bench::new();
    make_gate(&bench);
    let manifest = bench.manifest_with_trouble(RELAY, WAIT);
    let mut command = bench.command(&bench.two_checks(&manifest));
    command.process_group(0);
    let mut running = Running::start(command);
    hear_bell(&bench);
    signal("INT", &format!("-{}", running.id()));
    running.wait_for("interrupted: ");
    open_gate(&bench);
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    is_incomplete(&bench, 1);
}

#[test]
fn an_interrupt_before_the_first_case_leaves_nothing_behind() {
    let bench = Bench::new();
    make_gate(&bench);
    // At its very first call the driver interrupts the bench, and once that was seen it dies.
    let script = "kill -INT $PPID; read -r open < \"$0/gate\"; exit 7";
    let folder = bench.path("");
    let words = toml_words(&["sh", "-c", script, folder.to_str().unwrap()]);
    let manifest = bench.manifest(RELAY, &format!("drive = {words}"));
    let mut running = Running::start(bench.command(&["run", "--target", &manifest]));
    running.wait_for("interrupted: ");
    open_gate(&bench);
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("before the first case"), "{ended:?}");
    assert!(bench.runs().is_empty());
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let bench = Bench::new();
    make_gate(&bench);
    let manifest = bench.manifest_with_trouble(RELAY, WAIT);
    let mut command = bench.command(&bench.two_checks(&manifest));
    command.process_group(0);
    let mut running = Running::start(command);
    hear_bell(&bench);
    signal("INT", &running.id().to_string());
    running.wait_for("interrupted: ");
    // The gate stays shut; who stands there is ended too, so its end of the gate closes.
    signal("INT", &running.id().to_string());
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(ended.stdout, "");

    let run = bench.only_run();
    assert!(!run.join("data/results.json").exists());
    let verified = bench.run(&["verify", run.to_str().unwrap()]);
    assert_eq!(verified.code, Some(11), "{verified:?}");
    assert!(
        verified.stdout.contains("the run is incomplete"),
        "{verified:?}"
    );
    assert_eq!(left_behind(&bench), Vec::<String>::new());
}

/// The command lines of living processes that name the bench's folder.
fn left_behind(bench: &Bench) -> Vec<String> {
    let folder = bench.path("").to_string_lossy().into_owned();
    let processes = fs::read_dir("/proc").unwrap();
    processes
        .filter_map(|process| fs::read(process.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(&folder))
        .collect()
}
