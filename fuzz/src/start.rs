//! What every target does before the first input.

use std::{env, fs, hint, path::Path, process::exit};

use reference_client::self_test;

/// With this argument a target is not fuzzed but measured, on the corpora among its arguments. libFuzzer leaves `--` alone.
const RATES: &str = "--rates";

/// Rounds of each, in turn, and the seconds of CPU that one takes.
const ROUNDS: usize = 5;
const ROUND: f64 = 0.4;

/// Ends a build whose cryptographic library does not check: `--cfg fuzzing` makes vodozemac take every MAC and every signature, and no
/// target here is meant for that. `bare` is what the target wraps, without what must hold around it.
pub(crate) fn start(run: fn(&[u8]), bare: fn(&[u8])) {
    if let Err(error) = self_test() {
        eprintln!("fuzz target not started: {error}; build it without `--cfg fuzzing`");
        exit(70);
    }
    if env::args().any(|argument| argument == RATES) {
        print_rates(run, bare);
        exit(0);
    }
}

fn print_rates(run: fn(&[u8]), bare: fn(&[u8])) {
    let folders = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let inputs: Vec<_> = folders
        .flat_map(|folder| inputs(Path::new(&folder)))
        .collect();
    assert!(!inputs.is_empty(), "no corpus among the arguments");
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, what) in rates.iter_mut().zip([run, bare]) {
            rates.push(per_second(what, &inputs));
        }
    }
    let [target, bare] = rates.map(median);
    println!(
        "{} inputs: target {target:.0}/s of CPU, bare {bare:.0}/s, {:.3} of it",
        inputs.len(),
        target / bare
    );
}

/// How often in a second of CPU, over whole passes of the inputs.
fn per_second(what: fn(&[u8]), inputs: &[Vec<u8>]) -> f64 {
    let (begun, mut count) = (cpu_seconds(), 0_u32);
    while cpu_seconds() - begun < ROUND {
        for input in inputs {
            what(hint::black_box(input));
            count += 1;
        }
    }
    f64::from(count) / (cpu_seconds() - begun)
}

/// CPU time of the process, with all its threads: other work on the machine does not count.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux tells the CPU time");
    // proc_pid_stat(5): utime and stime are fields 14 and 15, in hundredths; the name, field 2, ends with the last `)`.
    let (_, fields) = stat.rsplit_once(") ").expect("fields");
    let fields = fields.split(' ').skip(11).take(2);
    let ticks = fields.map(|field| field.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() / 100.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a corpus");
    let files = entries.map(|entry| fs::read(entry.expect("an input").path()));
    files.map(|file| file.expect("an input")).collect()
}
