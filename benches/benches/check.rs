//! One whole check, with everything around it, against starting a process and talking to it once; a line of the driver protocol against
//! the same line through `cat`.
//!
//! The check runs as `pruefstand run --check megolm-replay --no-twins` would: plan, processes of relay and clients, probes, the
//! check, evidence on disk. This program plays the reference's processes itself, as `pruefstand` does.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize},
    time::Duration,
};

use harness_evidence::{CaseRecord, Opening, Outcome, Plan, Salting, SigningKey, Stamp, Taken};
use harness_suite::{Bench, Catalogue, Manifest, Options, Progress, Twins, audit};
use pruefstand_benches::{Clock, Round, Yard};
use tempfile::TempDir;

/// The manifest of the reference, as `pruefstand` has it built in.
const REFERENCE: &str = include_str!("../../targets/reference.toml");

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
        let (bench, outcome) = Clock::Wall.time(|| check(&folder, run));
        match outcome? {
            Outcome::Pass => Ok(Round { bench, yardstick }),
            other => Err(io::Error::other(format!("{CHECK}: {other:?}"))),
        }
    });
    echo(&mut yard)?;
    yard.finish()
}

const DRIVER: (&str, &str) = (
    "driver, a line and its answer, 200 times",
    "the same lines through cat",
);

/// How many lines one turn sends.
const LINES: usize = 200;

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

/// A process behind pipes that answers a line with a line.
struct Lines {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Lines {
    fn start(command: &mut Command) -> io::Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        let input = process.stdin.take().ok_or_else(closed)?;
        let output = BufReader::new(process.stdout.take().ok_or_else(closed)?);
        Ok(Self {
            process,
            input,
            output,
        })
    }

    /// The client of the reference behind the driver protocol.
    fn driver() -> io::Result<Self> {
        Self::start(Command::new(env::current_exe()?).args(["reference", "client"]))
    }

    fn answer(&mut self, line: &[u8]) -> io::Result<String> {
        self.input.write_all(line)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        Ok(answer)
    }

    /// So many times the same line, each after the answer to the one before.
    fn answer_all(&mut self, line: &[u8]) -> io::Result<()> {
        for _ in 0..LINES {
            if self.answer(line)?.is_empty() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        drop(self.input);
        self.process.wait().map(drop)
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

/// The same line through a driver and through `cat`.
fn echo(yard: &mut Yard) -> io::Result<()> {
    let (mut driver, mut cat) = (Lines::driver()?, Lines::start(&mut Command::new("cat"))?);
    yard.compare(DRIVER, || {
        let (yardstick, echoed) = Clock::Wall.time(|| cat.answer_all(HELLO));
        echoed?;
        let (bench, answered) = Clock::Wall.time(|| driver.answer_all(HELLO));
        answered?;
        Ok(Round { bench, yardstick })
    });
    driver.end()?;
    cat.end()
}

fn check(folder: &TempDir, run: u64) -> io::Result<Outcome> {
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
    let options = Options {
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
    };
    let finished = audit(&bench, &options, &Silent, &AtomicBool::new(false));
    let finished = finished.map_err(io::Error::other)?;
    let results = &finished.results;
    finished
        .folder
        .close(results, now())
        .and_then(|closed| closed.finish(&[], &[]))
        .map_err(io::Error::other)?;
    let case = results.cases.iter().find(|case| case.check == CHECK);
    let case = case.ok_or_else(|| io::Error::other("no case"))?;
    Ok(case.verdict.outcome)
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
