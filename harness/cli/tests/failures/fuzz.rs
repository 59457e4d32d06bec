//! A campaign of the fuzzers: where none can be made, and how a record takes one in.

use std::fs;

use harness_evidence::sha256_hex;
use serde_json::json;

use crate::bench::{Bench, CHECK};

/// The folder of a campaign with one crash, as `pruefstand fuzz` writes it.
fn campaign(bench: &Bench) {
    let input = b"what makes it crash";
    let corpus = json!({"inputs": 3, "bytes": 90, "sha256": sha256_hex(b"c")});
    let target = json!({
        "name": "wire", "verdict": "crashed", "fault": "", "executions": 5000,
        "wall_ms": 2000, "cpu_ms": 1900,
        "start": {"edges": 10, "features": 20}, "end": {"edges": 30, "features": 60},
        "corpus_before": corpus, "corpus_after": corpus, "crashes": [sha256_hex(input)],
    });
    let campaign = json!({
        "format": 1, "command": "pruefstand fuzz", "tool": "0.1.0", "toolchain": "rustc 1.95.0",
        "opened": "2026-11-23T03:00:00.000Z", "closed": "2026-11-23T03:00:04.000Z",
        "seconds": 4, "jobs": 1, "seed": 7,
        "build": {"sanitizer": "none", "profile": "fuzz", "flags": [], "cfg_fuzzing": false},
        "limits": {"max_len": 4096, "rss_mib": 2048, "timeout_s": 10},
        "targets": [target], "sum": {"executions": 5000, "cpu_ms": 1900, "crashes": 1},
    });
    let repro = json!({
        "target": "wire", "kind": "crash", "said": "not held", "executions": 80,
        "minimised": true, "command": "cargo run",
    });
    let crash = bench.path(&format!("campaign/crashes/wire/{}", sha256_hex(input)));
    fs::create_dir_all(&crash).unwrap();
    fs::write(crash.join("input"), input).unwrap();
    fs::write(crash.join("repro.json"), repro.to_string()).unwrap();
    fs::write(bench.path("campaign/campaign.json"), campaign.to_string()).unwrap();
    fs::write(bench.path("campaign/coverage.jsonl"), "").unwrap();
}

#[test]
fn outside_of_a_checkout_there_is_nothing_to_fuzz() {
    let bench = Bench::new();
    let ended = bench.run(&["fuzz", "--seconds", "1"]);
    assert_eq!(ended.code, Some(69), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    assert!(ended.stderr.contains("clone the repository"), "{ended:?}");
    assert_eq!(bench.run(&["fuzz", "--seconds", "0"]).code, Some(64));
}

#[test]
fn a_folder_without_a_measurement_is_refused_before_anything_runs() {
    let bench = Bench::new();
    campaign(&bench);
    fs::write(bench.path("campaign/coverage.jsonl"), "nonsense\n").unwrap();
    for (folder, told) in [
        ("nowhere", "nowhere: "),
        ("campaign", "coverage.jsonl: line 1: "),
    ] {
        let ended = bench.run(&["run", "--check", CHECK, "--with", folder]);
        assert_eq!(ended.code, Some(64), "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
        assert!(ended.stderr.contains(told), "{ended:?}");
    }
    assert!(!bench.path("reports").exists());
}

#[test]
fn a_campaign_stands_in_record_and_report_and_a_changed_one_is_told() {
    let bench = Bench::new();
    campaign(&bench);
    let ended = bench.run(&["run", "--no-twins", "--check", CHECK, "--with", "campaign"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let results = bench.results();
    assert_eq!(results["measured"]["fuzz"]["campaign"]["sum"]["crashes"], 1);
    assert_eq!(results["counts"]["pass"], 1);
    let crashed = json!({"shortfall": "fuzz_crashed", "target": "wire", "crashes": 1});
    assert!(results["shortfalls"].as_array().unwrap().contains(&crashed));
    let page = fs::read_to_string(bench.path("reports/latest/report.en.html")).unwrap();
    assert!(page.contains("<section id=\"fuzzing\""));
    let ended = bench.run(&["verify", "--rerender"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let manifest = fs::read_to_string(bench.path("reports/latest/manifest-sha256.txt")).unwrap();
    assert_eq!(manifest.matches("  data/fuzz/").count(), 4);

    let file = bench.path("reports/latest/data/fuzz/campaign.json");
    let changed = fs::read_to_string(&file).unwrap().replace("5000", "6000");
    fs::write(&file, changed.replacen("6000", "5000", 1)).unwrap();
    let ended = bench.run(&["verify"]);
    assert_eq!(ended.code, Some(11), "{ended:?}");
    let told = "data/fuzz/campaign.json: the sum is not the sum of the targets";
    assert!(
        ended.stdout.contains(told) || ended.stderr.contains(told),
        "{ended:?}"
    );
}
