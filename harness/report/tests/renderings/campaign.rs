//! What a campaign of the fuzzers came to: a target that is clean, one that crashed, one that was hardly fuzzed.

use harness_evidence::{
    Build, Campaign, CorpusState, CoveragePoint, Covered, Crash, CrashKind, FuzzLimits, FuzzTarget,
    FuzzVerdict, Fuzzed, Measured, Repro,
};

/// `said` is everything that others can say in it.
pub(crate) fn fuzzed(said: &str) -> Measured {
    let crash = "5d".repeat(32);
    let targets = vec![
        target("bundle", 50_000, "", vec![]),
        target("relay_request", 400, &format!("it hung {said}"), vec![]),
        target("wire", 1_200_000, "", vec![crash.clone()]),
    ];
    let campaign = Campaign {
        format: Campaign::FORMAT,
        command: format!("pruefstand fuzz --seconds 60 {said}"),
        tool: "0.1.0".to_owned(),
        toolchain: format!("rustc 1.95.0 {said}"),
        opened: "2026-11-23T03:00:00.000Z".to_owned(),
        closed: "2026-11-23T03:01:00.000Z".to_owned(),
        seconds: 60,
        jobs: 2,
        seed: 7,
        build: Build {
            sanitizer: format!("none{said}"),
            profile: "fuzz".to_owned(),
            flags: vec![format!("-Cpasses=sancov-module{said}")],
            cfg_fuzzing: false,
        },
        limits: FuzzLimits {
            max_len: 4096,
            rss_mib: 2048,
            timeout_s: 10,
        },
        sum: Campaign::summed(&targets),
        targets,
    };
    let repro = Repro {
        target: "wire".to_owned(),
        kind: CrashKind::Crash,
        said: format!("src/wire.rs:7: not held {said}"),
        executions: 90_000,
        minimised: true,
        command: format!("cargo run {said}"),
    };
    let coverage = [
        ("bundle", 30, 900),
        ("wire", 3, 400),
        ("wire", 70_000, 1000),
    ];
    Measured {
        fuzz: Some(Fuzzed {
            campaign,
            coverage: coverage.map(point).into(),
            crashes: vec![Crash {
                sha256: crash,
                repro,
            }],
        }),
        ..Measured::default()
    }
}

fn target(name: &str, executions: u64, fault: &str, crashes: Vec<String>) -> FuzzTarget {
    let corpus = CorpusState {
        inputs: 12,
        bytes: 4000,
        sha256: "c0".repeat(32),
    };
    let covered = |edges| Covered {
        edges,
        features: edges * 2,
    };
    let mut target = FuzzTarget {
        name: name.to_owned(),
        verdict: FuzzVerdict::Incomplete,
        fault: fault.to_owned(),
        executions,
        wall_ms: 20_000,
        cpu_ms: 19_000,
        start: covered(400),
        end: covered(1000),
        corpus_before: corpus.clone(),
        corpus_after: corpus,
        crashes,
    };
    target.verdict = target.judged();
    target
}

fn point((target, executions, edges): (&str, u64, u64)) -> CoveragePoint {
    CoveragePoint {
        target: target.to_owned(),
        executions,
        edges,
        features: edges,
        second: 1,
    }
}
