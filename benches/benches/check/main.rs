//! One whole check, with everything around it, against starting a process and talking to it once; its scene, against the same
//! requests alone; a line of the driver protocol, against the same line through `cat`.
//!
//! The check runs as `pruefstand run --check megolm-replay --no-twins` would: plan, processes of relay and clients, probes, the
//! check, evidence on disk. This program plays the reference's processes itself, as `pruefstand` does.

mod bare;
mod lines;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize},
    time::Duration,
};

use harness_evidence::{
    CaseRecord, Opening, Outcome, Plan, Salting, SigningKey, Stamp, Taken, Transcript,
};
use harness_suite::{Bench, Catalogue, Manifest, Options, Progress, Twins, audit};
use pruefstand_benches::{Clock, Round, Yard};
use tempfile::TempDir;

use bare::Bare;
use lines::Lines;

/// The manifest of the reference, as `pruefstand` has it built in.
const REFERENCE: &str = include_str!("../../../targets/reference.toml");

const CHECK: &str = "megolm-replay";

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() == Some("reference") {
        return play(arguments.next().as_deref(), arguments);
    }
    let mut yard = Yard::new(Duration::from_secs(4));
    let mut run = 0;
    yard.compare(WHOLE, || {
        run += 1;
        let folder = tempfile::tempdir()?;
        let (yardstick, hello) = Clock::Wall.time(say_hello);
        hello?;
        let (bench, done) = Clock::Wall.time(|| check(&folder, run));
        done.map(|_| Round { bench, yardstick })
    });
    let bare = Bare::start()?;
    yard.compare(SCENE, || {
        run += 1;
        let folder = tempfile::tempdir()?;
        let done = check(&folder, run)?;
        let (yardstick, asked) = Clock::Wall.time(|| bare.ask_all(&done.transcript, run));
        asked?;
        let bench = done.scene;
        Ok(Round { bench, yardstick })
    });
    lines::echo(&mut yard)?;
    yard.finish()
}

const SCENE: (&str, &str) = (
    "audit scene megolm-replay, its processes included",
    "its requests alone, over one connection",
);

const WHOLE: (&str, &str) = (
    "check megolm-replay, from nothing to its evidence",
    "start a client process and say hello",
);

/// The first line of the driver protocol.
const HELLO: &[u8] =
    b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{\"protocol\":{\"major\":1,\"minor\":0}}}\n";

/// Is a process of the reference until it is told to end.
fn play(part: Option<&str>, arguments: impl Iterator<Item = String>) -> io::Result<()> {
    match part {
        Some("relay") => {
            let options = reference_relay::Options::parse(arguments).map_err(io::Error::other)?;
            reference_relay::run(options, &mut io::stdout()).map_err(io::Error::other)
        }
        _ => reference_driver::run(
            reference_driver::Conduct::honest(),
            io::stdin().lock(),
            io::stdout().lock(),
        ),
    }
}

fn say_hello() -> io::Result<()> {
    let mut driver = Lines::driver()?;
    let answer = driver.answer(HELLO)?;
    driver.end()?;
    if answer.contains("reference") {
        return Ok(());
    }
    Err(io::Error::other(format!("no hello: {answer}")))
}

/// What came of the check.
struct Done {
    /// How long its case took.
    scene: Duration,
    transcript: Transcript,
}

fn check(folder: &TempDir, run: u64) -> io::Result<Done> {
    let name = Path::new("targets/reference.toml");
    let reference =
        Manifest::parse(REFERENCE, name, PathBuf::from(".")).map_err(io::Error::other)?;
    let catalogue = Catalogue::embedded().map_err(io::Error::other)?;
    let bench = Bench {
        target: &reference,
        reference: &reference,
        catalogue: &catalogue,
        pruefstand: env::current_exe()?,
        scratch: folder.path().join("scratch"),
        clock: now,
        clients: AtomicUsize::new(0),
    };
    let options = options(folder, run);
    let finished = audit(&bench, &options, &Silent, &AtomicBool::new(false));
    let finished = finished.map_err(io::Error::other)?;
    let results = &finished.results;
    let path = finished
        .folder
        .close(results, now())
        .and_then(|closed| closed.finish(&[], &[]))
        .map_err(io::Error::other)?;
    let case = results.cases.iter().find(|case| case.check == CHECK);
    let case = case.ok_or_else(|| io::Error::other("no case"))?;
    if case.verdict.outcome != Outcome::Pass {
        return Err(io::Error::other(format!("{CHECK}: {:?}", case.verdict)));
    }
    let transcript = fs::read(path.join("data").join(&case.transcript))?;
    Ok(Done {
        scene: Duration::from_millis(case.milliseconds),
        transcript: serde_json::from_slice(&transcript)?,
    })
}

fn options(folder: &TempDir, run: u64) -> Options {
    Options {
        shard: None,
        run: format!("bench-{run}"),
        seed: run,
        only: vec![CHECK.to_owned()],
        profile: None,
        flaw: None,
        twins: Twins::None,
        fail_fast: false,
        jobs: 1,
        out: folder.path().join("reports"),
        command: "cargo bench".to_owned(),
        opening: Opening {
            key: SigningKey::ed25519(&[1; 32]),
            nonce: None,
            program: String::new(),
            components: String::new(),
        },
        salting: Salting::default(),
        taken: Taken::default(),
    }
}

fn now() -> Stamp {
    Stamp {
        mono_ns: u64::try_from(Clock::Wall.now().as_nanos()).unwrap_or(u64::MAX),
        wall_ms: 1_800_000_000_000,
    }
}

/// Nobody watches.
struct Silent;

impl Progress for Silent {
    fn planned(&self, _plan: &Plan, _cases: usize) {}
    fn more(&self, _cases: usize) {}
    fn closed(&self, _case: &CaseRecord) {}
}
