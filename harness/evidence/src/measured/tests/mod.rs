mod capacity;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{Demands, Overall, Recheck, Shortfall, fixture, recheck, sha256_hex};

type Edit = fn(&mut Value);

const INPUT: &[u8] = b"what makes it crash";

/// Two targets, one of which crashed.
fn campaign() -> Value {
    let corpus = |inputs| json!({"inputs": inputs, "bytes": 90, "sha256": sha256_hex(b"c")});
    let target = |name: &str, crashes: Vec<String>| {
        json!({
            "name": name, "verdict": if crashes.is_empty() { "clean" } else { "crashed" },
            "fault": "", "executions": 5000, "wall_ms": 2000, "cpu_ms": 1900,
            "start": {"edges": 10, "features": 20}, "end": {"edges": 30, "features": 60},
            "corpus_before": corpus(3), "corpus_after": corpus(9), "crashes": crashes,
        })
    };
    json!({
        "format": 1, "command": "pruefstand fuzz", "tool": "0.1.0", "toolchain": "rustc 1.95.0",
        "opened": "2026-11-23T03:00:00.000Z", "closed": "2026-11-23T03:00:04.000Z",
        "seconds": 4, "jobs": 1, "seed": 7,
        "build": {"sanitizer": "none", "profile": "fuzz", "flags": [], "cfg_fuzzing": false},
        "limits": {"max_len": 4096, "rss_mib": 2048, "timeout_s": 10},
        "targets": [target("driver_line", vec![]), target("wire", vec![sha256_hex(INPUT)])],
        "sum": {"executions": 10000, "cpu_ms": 3800, "crashes": 1},
    })
}

fn point(target: &str, executions: u64, edges: u64) -> Value {
    json!({"target": target, "executions": executions, "edges": edges, "features": edges, "second": 1})
}

/// The folder of the campaign, as the command writes it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("campaign.json", campaign().to_string());
        let points = [
            point("driver_line", 3, 10),
            point("wire", 3, 10),
            point("wire", 80, 30),
        ];
        folder.write(
            "coverage.jsonl",
            points.map(|one| format!("{one}\n")).concat(),
        );
        let crash = format!("crashes/wire/{}", sha256_hex(INPUT));
        folder.write(&format!("{crash}/input"), INPUT);
        let repro = json!({
            "target": "wire", "kind": "crash", "said": "panicked", "executions": 80,
            "minimised": true, "command": "cargo run",
        });
        folder.write(&format!("{crash}/repro.json"), repro.to_string());
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    fn edit(&self, edit: impl Fn(&mut Value)) {
        let mut value = campaign();
        edit(&mut value);
        self.write("campaign.json", value.to_string());
    }

    fn taken(&self) -> Result<Taken, String> {
        let mut taken = Taken::default();
        let added = taken.add(self.0.path());
        added.map_err(|error| error.to_string())?;
        Ok(taken)
    }

    /// Why it is not taken, without its place.
    #[track_caller]
    fn refused(&self) -> String {
        let told = self.taken().unwrap_err();
        let place = format!("{}: ", self.0.path().display());
        told.strip_prefix(&place).unwrap().to_owned()
    }
}

/// A closed run with the measurement in it.
fn run_with(taken: &Taken) -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let plan = fixture::plan("r1", ["olm-01".to_owned()]);
    let cases = [("olm-01", None, true), ("olm-01", Some("weak"), false)];
    let (_, closed) = fixture::closed_with(root.path(), plan, &cases, (0, true), taken);
    let path = closed.finish(&[], &[]).unwrap();
    (root, path)
}

fn checked(run: &Path) -> Recheck {
    recheck(&Bundle::open(run).unwrap(), &Demands::default())
}

#[test]
fn a_campaign_is_bound_by_the_run_and_a_crash_keeps_it_from_passing() {
    let (_root, run) = run_with(&Folder::new().taken().unwrap());
    let check = checked(&run);
    assert!(check.is_authentic(), "{:?}", check.differences);
    assert_eq!(check.overall, Some(Overall::Undecided));
    let results = check.results.unwrap();
    let crashed = Shortfall::FuzzCrashed {
        target: "wire".to_owned(),
        crashes: 1,
    };
    assert_eq!(results.shortfalls, [crashed]);
    assert_eq!(results.counts.pass, 1, "no verdict of a check has changed");
    let fuzz = results.measured.fuzz.unwrap();
    assert_eq!((fuzz.coverage.len(), fuzz.crashes.len()), (3, 1));
}

#[test]
fn a_target_that_did_not_come_to_its_end_keeps_a_run_from_passing_too() {
    let folder = Folder::new();
    let mut campaign = campaign();
    campaign["targets"][0]["verdict"] = json!("incomplete");
    campaign["targets"][0]["fault"] = json!("a crash is not kept");
    folder.write("campaign.json", campaign.to_string());
    let (_root, run) = run_with(&folder.taken().unwrap());
    let results = checked(&run).results.unwrap();
    let faulted = Shortfall::FuzzFaulted {
        target: "driver_line".to_owned(),
    };
    assert!(
        results.shortfalls.contains(&faulted),
        "{:?}",
        results.shortfalls
    );
    assert_eq!(results.overall, Overall::Undecided);
}

#[test]
fn two_targets_may_crash_on_the_same_bytes() {
    let folder = Folder::new();
    let mut campaign = campaign();
    campaign["targets"][0]["verdict"] = json!("crashed");
    campaign["targets"][0]["crashes"] = json!([sha256_hex(INPUT)]);
    campaign["sum"]["crashes"] = json!(2);
    folder.write("campaign.json", campaign.to_string());
    let [wire, line] =
        ["wire", "driver_line"].map(|target| format!("crashes/{target}/{}", sha256_hex(INPUT)));
    folder.write(&format!("{line}/input"), INPUT);
    let repro = fs::read_to_string(folder.path(&format!("{wire}/repro.json"))).unwrap();
    let repro = repro.replace("\"wire\"", "\"driver_line\"");
    folder.write(&format!("{line}/repro.json"), repro);
    let fuzz = folder.taken().unwrap().measured.fuzz.unwrap();
    let targets: Vec<_> = fuzz
        .crashes
        .iter()
        .map(|crash| &*crash.repro.target)
        .collect();
    assert_eq!(targets, ["driver_line", "wire"]);
}

#[test]
fn a_run_without_a_measurement_has_none() {
    let (_root, run) = run_with(&Taken::default());
    let check = checked(&run);
    assert!(check.is_authentic(), "{:?}", check.differences);
    let results = fs::read_to_string(run.join("data/results.json")).unwrap();
    assert!(!results.contains("measured"));
}

#[test]
fn what_a_campaign_says_must_follow_from_itself() {
    let edits: [(&str, Edit); 8] = [
        ("the sum is not the sum", |c| {
            c["sum"]["executions"] = json!(9999)
        }),
        ("verdict does not follow", |c| {
            c["targets"][1]["verdict"] = json!("clean")
        }),
        ("verdict does not follow", |c| {
            c["targets"][0]["fault"] = json!("it hung")
        }),
        ("less is covered", |c| {
            c["targets"][0]["end"]["edges"] = json!(9)
        }),
        ("no digest", |c| {
            c["targets"][1]["crashes"] = json!(["../x"])
        }),
        ("not sorted", |c| {
            c["targets"].as_array_mut().unwrap().reverse()
        }),
        ("not 1 to 64", |c| c["targets"] = json!([])),
        ("here is 1", |c| c["format"] = json!(2)),
    ];
    for (told, edit) in edits {
        let folder = Folder::new();
        folder.edit(edit);
        let refused = folder.refused();
        assert!(refused.starts_with("campaign.json: "), "{refused}");
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn nothing_that_was_not_executed_reads_as_clean() {
    let edits: [Edit; 4] = [
        |target| target["executions"] = json!(0),
        |target| target["executions"] = json!(1002),
        |target| target["end"] = json!({"edges": 0, "features": 0}),
        |target| target["fault"] = json!("it hung"),
    ];
    for edit in edits {
        let mut target = campaign()["targets"][0].take();
        edit(&mut target);
        let target: FuzzTarget = serde_json::from_value(target).unwrap();
        assert_eq!(target.judged(), FuzzVerdict::Incomplete);
    }
}

#[test]
fn every_file_of_a_campaign_is_read_strictly() {
    let crash = format!("crashes/wire/{}", sha256_hex(INPUT));
    for (name, content, told) in [
        ("campaign.json", "{\"x\": 1}".to_owned(), "unknown field"),
        ("coverage.jsonl", "{}\n".to_owned(), "line 1"),
        (
            "coverage.jsonl",
            format!("{}\n", point("other", 1, 1)),
            "no target of the campaign",
        ),
        (
            "coverage.jsonl",
            format!("{}\n", point("wire", 1, 31)),
            "more than the campaign",
        ),
        (
            "coverage.jsonl",
            format!("{}\n{}\n", point("wire", 2, 9), point("wire", 3, 8)),
            "line 2: less than before",
        ),
        (
            &format!("{crash}/input"),
            "another".to_owned(),
            "not the input that its folder",
        ),
        (&format!("{crash}/repro.json"), "[]".to_owned(), "invalid"),
        ("crashes/more", String::new(), "no file of a measurement"),
    ] {
        let folder = Folder::new();
        folder.write(name, &content);
        let refused = folder.refused();
        assert!(
            refused.contains(told) && refused.starts_with(name),
            "{refused}"
        );
    }
    let folder = Folder::new();
    let long = vec![0; usize::try_from(CRASH_INPUT_LIMIT).unwrap() + 1];
    folder.write(&format!("{crash}/input"), long);
    assert!(folder.refused().ends_with("longer than 1048576 bytes"));
}

#[test]
fn a_folder_without_a_measurement_and_a_second_campaign_are_refused() {
    let folder = Folder::new();
    let mut taken = folder.taken().unwrap();
    let again = taken.add(folder.0.path()).unwrap_err().to_string();
    assert!(
        again.ends_with("a second campaign; a run takes one"),
        "{again}"
    );
    fs::remove_file(folder.path("campaign.json")).unwrap();
    assert!(folder.refused().contains("it has no campaign.json"));
}

#[test]
fn a_record_with_a_contradictory_campaign_is_told_with_its_file_and_code() {
    let crash = format!("data/fuzz/crashes/wire/{}/input", sha256_hex(INPUT));
    for (file, content, code) in [
        ("data/fuzz/campaign.json", "{}", 20),
        ("data/fuzz/coverage.jsonl", "no line", 20),
        (crash.as_str(), "another", 14),
    ] {
        let (_root, run) = run_with(&Folder::new().taken().unwrap());
        fs::write(run.join(file), content).unwrap();
        let check = checked(&run);
        let about =
            |one: &&crate::Difference| one.code() == code && one.to_string().starts_with(file);
        assert!(
            check.differences.iter().any(|one| about(&one)),
            "{:?}",
            check.differences
        );
        let measured = "data/results.json: measured does not follow from the cases";
        assert!(
            check
                .differences
                .iter()
                .any(|one| one.to_string() == measured)
        );
    }
}

#[test]
fn a_line_keeps_its_first_and_last_point_however_long_it_is() {
    let folder = Folder::new();
    let points: String = (0..5000)
        .map(|n| format!("{}\n", point("wire", n, n.min(30))))
        .collect();
    folder.write("coverage.jsonl", points);
    let fuzz = folder.taken().unwrap().measured.fuzz.unwrap();
    let executions: Vec<_> = fuzz.coverage.iter().map(|one| one.executions).collect();
    assert!(executions.len() <= 65, "{}", executions.len());
    assert_eq!(
        (executions.first(), executions.last()),
        (Some(&0), Some(&4999))
    );
}
