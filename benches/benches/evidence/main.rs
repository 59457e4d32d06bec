//! Sealing, verifying and rendering a run of 1,000 cases with 100,000 recorded entries, against hashing the same record once; hashing,
//! against SHA-256 alone; and whether each stays within its bounds, in a process of its own.

mod bounds;
#[path = "../../../harness/evidence/tests/fixture/mod.rs"]
#[expect(
    clippy::unwrap_used,
    reason = "a run that cannot be made has no figure"
)]
mod fixture;

use std::{
    cell::Cell,
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use harness_evidence::{
    Bundle, Demands, Edition, Results, Sealing, SigningKey, recheck, seal, sha256_hex, sha256_of,
};
use harness_report::Language;
use pruefstand_benches::{Clock, Round, Yard};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// Half of them on the target, half on a weak twin.
const CASES: usize = 1000;
/// What a case records before the six entries of what is expected.
const STEPS: usize = 94;

/// Of so many targets one does not withstand its attack: a report shows failures at length.
const FAILING: usize = 10;
/// Bytes of a file that is only hashed.
const FILE: usize = 16 << 20;

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() == Some(bounds::STEP) {
        return bounds::step(arguments);
    }
    let made = made()?;
    let mut yard = Yard::new(Duration::from_secs(4));
    let archive = made.root.path().join("x.zip");
    yard.compare(("evidence seal 1,000 cases", HASH), || {
        fs::remove_file(&archive).or_else(absent)?;
        made.round(|| packed(&made.path, &archive))
    });
    yard.compare(("evidence verify 1,000 cases", HASH), || {
        made.round(|| verified(&archive))
    });
    yard.compare(("report html in two languages, 1,000 cases", HASH), || {
        made.round(|| rendered(&made.path).map(drop))
    });
    hashing(&mut yard, &made)?;
    bounds::print(&made.path, &archive)?;
    yard.finish()
}

const HASH: &str = "hash the record once";

const ALONE: (&str, &str) = ("evidence hash of a file of 16 MiB", "SHA-256 of its bytes");

struct Made {
    root: TempDir,
    path: PathBuf,
}

impl Made {
    fn round(&self, operation: impl FnOnce() -> io::Result<()>) -> io::Result<Round> {
        let (yardstick, hashed) = Clock::Wall.time(|| hash(&self.path.join("data")));
        hashed?;
        let (bench, done) = Clock::Wall.time(operation);
        done?;
        Ok(Round { bench, yardstick })
    }
}

fn packed(run: &Path, archive: &Path) -> io::Result<()> {
    let key = SigningKey::ed25519(&[2; 32]);
    let sealing = Sealing {
        edition: Edition::Full,
        key: Some(&key),
        at: "2026-11-27T00:00:00.000Z",
    };
    seal(run, sealing, &[], File::create(archive)?).map_err(io::Error::other)
}

fn verified(archive: &Path) -> io::Result<()> {
    let bundle = Bundle::open(archive).map_err(io::Error::other)?;
    let checked = recheck(&bundle, &Demands::default());
    if checked.is_authentic() && checked.judged == CASES {
        return Ok(());
    }
    Err(io::Error::other(format!("{:?}", checked.differences)))
}

/// The bytes of the longer report.
fn rendered(run: &Path) -> io::Result<usize> {
    let results = fs::read(run.join("data/results.json"))?;
    let results: Results = serde_json::from_slice(&results)?;
    let count = Cell::new(0);
    let read = |path: &str| {
        let bytes = fs::read(run.join("data").join(path)).ok()?;
        count.set(count.get() + 1);
        serde_json::from_slice(&bytes).ok()
    };
    let mut longest = 0;
    for language in [Language::De, Language::En] {
        let html = harness_report::html(&results, &read, language);
        longest = longest.max(html.map_err(io::Error::other)?.len());
    }
    if count.get() < CASES {
        return Err(io::Error::other(format!("{count:?} transcripts were read")));
    }
    Ok(longest)
}

/// The file is read as a record's files are; the yardstick has its bytes in memory.
fn hashing(yard: &mut Yard, made: &Made) -> io::Result<()> {
    let (path, bytes) = (made.root.path().join("file"), vec![b'x'; FILE]);
    fs::write(&path, &bytes)?;
    yard.compare(ALONE, || {
        let (yardstick, alone) = Clock::Cpu.time(|| Sha256::digest(&bytes));
        std::hint::black_box(alone);
        let (bench, hashed) = Clock::Cpu.time(|| File::open(&path).and_then(sha256_of));
        std::hint::black_box(hashed?);
        Ok(Round { bench, yardstick })
    });
    Ok(())
}

fn hash(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            hash(&path)?;
        } else {
            std::hint::black_box(sha256_hex(&fs::read(path)?));
        }
    }
    Ok(())
}

fn absent(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// A closed run: most targets withstand, every twin is caught.
fn made() -> io::Result<Made> {
    let root = tempfile::tempdir()?;
    let checks: Vec<_> = (0..CASES / 2).map(|n| format!("check-{n:04}")).collect();
    let cases = checks.iter().enumerate().flat_map(|(n, id)| {
        let withstands = n % FAILING != 0;
        [
            (id.as_str(), None, withstands),
            (id.as_str(), Some("weak"), false),
        ]
    });
    let cases: Vec<_> = cases.collect();
    let plan = fixture::plan("bench", checks.iter().cloned());
    let (_, closed) = fixture::closed(root.path(), plan, &cases, (STEPS, true));
    let path = closed.finish(&[], &[]).map_err(io::Error::other)?;
    Ok(Made { root, path })
}
