//! Sealing, verifying and rendering a run of 1,000 cases with 100,000 recorded entries, against hashing the same record once.

#[path = "../../harness/evidence/tests/fixture/mod.rs"]
#[expect(
    clippy::unwrap_used,
    reason = "a run that cannot be made has no figure"
)]
mod fixture;

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use harness_evidence::{
    Bundle, Demands, Edition, Results, Sealing, SigningKey, recheck, seal, sha256_hex,
};
use harness_report::Language;
use pruefstand_benches::{Clock, Round, Yard};
use tempfile::TempDir;

/// Half of them on the target, half on a weak twin.
const CASES: usize = 1000;
/// What a case records before the six entries of what is expected.
const STEPS: usize = 94;

fn main() -> io::Result<()> {
    let made = made()?;
    let mut yard = Yard::new(Duration::from_secs(4));
    let archive = made.root.path().join("x.zip");
    yard.compare(("evidence seal 1,000 cases", HASH), || {
        fs::remove_file(&archive).or_else(absent)?;
        made.round(|run| packed(run, &archive))
    });
    yard.compare(("evidence verify 1,000 cases", HASH), || {
        made.round(|_| verified(&archive))
    });
    yard.compare(("report html in two languages, 1,000 cases", HASH), || {
        made.round(rendered)
    });
    let mut output = io::stdout();
    writeln!(output, "memory at most {} MiB", peak_mib()?)?;
    yard.finish()
}

const HASH: &str = "hash the record once";

struct Made {
    root: TempDir,
    path: PathBuf,
    results: Results,
}

impl Made {
    fn round(&self, operation: impl FnOnce(&Self) -> io::Result<()>) -> io::Result<Round> {
        let (yardstick, hashed) = Clock::Wall.time(|| hash(&self.path.join("data")));
        hashed?;
        let (bench, done) = Clock::Wall.time(|| operation(self));
        done?;
        Ok(Round { bench, yardstick })
    }
}

fn packed(made: &Made, archive: &Path) -> io::Result<()> {
    let key = SigningKey::ed25519(&[2; 32]);
    let sealing = Sealing {
        edition: Edition::Full,
        key: Some(&key),
        at: "2026-11-27T00:00:00.000Z",
    };
    seal(&made.path, sealing, &[], File::create(archive)?).map_err(io::Error::other)
}

fn verified(archive: &Path) -> io::Result<()> {
    let bundle = Bundle::open(archive).map_err(io::Error::other)?;
    let checked = recheck(&bundle, &Demands::default());
    if checked.is_authentic() && checked.judged == CASES {
        return Ok(());
    }
    Err(io::Error::other(format!("{:?}", checked.differences)))
}

fn rendered(made: &Made) -> io::Result<()> {
    let read = |path: &str| {
        let bytes = fs::read(made.path.join("data").join(path)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    for language in [Language::De, Language::En] {
        let html = harness_report::html(&made.results, &read, language);
        let html = html.map_err(io::Error::other)?;
        if html.len() > 3 << 20 {
            return Err(io::Error::other(format!("{} bytes of report", html.len())));
        }
    }
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

/// The most memory that this process ever held.
fn peak_mib() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    Ok(kib.unwrap_or(0) / 1024)
}

/// A closed run: every target withstands, every twin is caught.
fn made() -> io::Result<Made> {
    let root = tempfile::tempdir()?;
    let checks: Vec<_> = (0..CASES / 2).map(|n| format!("check-{n:04}")).collect();
    let both = |id| [(id, None, true), (id, Some("weak"), false)];
    let cases: Vec<_> = checks.iter().map(String::as_str).flat_map(both).collect();
    let plan = fixture::plan("bench", checks.iter().cloned());
    let (results, closed) = fixture::closed(root.path(), plan, &cases, (STEPS, true));
    let path = closed.finish(&[], &[]).map_err(io::Error::other)?;
    Ok(Made {
        root,
        path,
        results,
    })
}
