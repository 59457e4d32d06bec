//! Sealing, verifying and rendering a run of 1,000 cases with 100,000 recorded entries, against hashing the same record once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use harness_evidence::{
    Applicability, Bundle, Claim, Demands, Edition, Entry, Expectation, FinishedCase,
    JUDGE_VERSION, Opening, Plan, PlannedCheck, Results, Role, RunFolder, RunRecord, Sealing,
    Severity, SigningKey, Stamp, TargetIdentity, Tool, Transcript, Twin, Witness, judge, recheck,
    seal, sha256_hex,
};
use harness_report::Language;
use pruefstand_benches::{Clock, Round, Yard};
use serde_json::json;
use tempfile::TempDir;

/// Half of them on the target, half on a weak twin.
const CASES: usize = 1000;
/// What a case records, expectations included.
const ENTRIES: usize = 100;

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
    let at = Stamp::default();
    let opening = Opening {
        key: SigningKey::ed25519(&[1; 32]),
        nonce: None,
        program: String::new(),
    };
    let plan = plan()?;
    let folder = RunFolder::create(root.path(), &plan, opening, std::sync::Arc::default(), at);
    let folder = folder.map_err(io::Error::other)?;
    let mut cases = Vec::new();
    for check in &plan.checks {
        for (flaw, holds) in [(None, true), (Some("weak"), false)] {
            let transcript = transcript(&check.id, holds);
            let case = FinishedCase {
                check: &check.id,
                flaw,
                verdict: judge(&transcript, Witness::Driver),
                transcript: &transcript,
                milliseconds: 3,
            };
            cases.push(folder.close_case(case, at).map_err(io::Error::other)?);
        }
    }
    let results = Results::fold(RunRecord {
        plan,
        tool: Tool {
            version: "0.1.0".to_owned(),
            judge: JUDGE_VERSION,
        },
        opened: at.rfc3339(),
        closed: Some(at.rfc3339()),
        cases,
        asked: BTreeMap::new(),
        requirements: Vec::new(),
        deviations: Vec::new(),
        command: "pruefstand run".to_owned(),
    });
    let closed = folder.close(&results, at).map_err(io::Error::other)?;
    let path = closed.finish(&[], &[]).map_err(io::Error::other)?;
    Ok(Made {
        root,
        path,
        results,
    })
}

fn plan() -> io::Result<Plan> {
    let target = json!({
        "name": "a target", "manifest": "11".repeat(32), "relay": "relay 1", "client": "", "binding": "B3",
    });
    let check = |n| PlannedCheck {
        id: format!("check-{n:04}"),
        version: 1,
        purpose: "replays are refused".to_owned(),
        precondition: "two actors talk".to_owned(),
        expected: "shown once".to_owned(),
        requirements: vec!["E2E-08".to_owned()],
        attacks: Vec::new(),
        severity: Severity::Must,
        witness: Witness::Driver,
        applicability: Applicability::Planned,
        twins: vec![Twin {
            flaw: "weak".to_owned(),
            code: "attack-broken".to_owned(),
        }],
    };
    Ok(Plan {
        run: "bench".to_owned(),
        seed: 7,
        variants: Vec::new(),
        target: serde_json::from_value::<TargetIdentity>(target)?,
        checks: (0..CASES / 2).map(check).collect(),
    })
}

fn transcript(check: &str, attack_holds: bool) -> Transcript {
    let mut transcript = Transcript::default();
    let roles = [
        (Role::Control, "control-broken", true),
        (Role::Attack, "attack-broken", attack_holds),
        (Role::State, "state-broken", true),
    ];
    for n in 0..ENTRIES - roles.len() * 2 {
        transcript.push(Entry::Observation {
            what: format!("step {n} of {check}"),
            witness: Witness::Wire,
            value: json!({"event": "$0123456789abcdef", "body": "what somebody said to somebody", "n": n}),
        });
    }
    for (role, code, held) in roles {
        let n = transcript.push(Entry::Observation {
            what: "it".to_owned(),
            witness: Witness::Wire,
            value: json!({ "ok": held }),
        });
        transcript.push(Entry::Expectation(Expectation {
            code: code.to_owned(),
            role,
            about: vec![n],
            claim: Claim::Is {
                pointer: "/ok".to_owned(),
                value: json!(true),
            },
        }));
    }
    transcript
}
