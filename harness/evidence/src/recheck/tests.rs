use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::fixture;

struct Run {
    _root: tempfile::TempDir,
    path: PathBuf,
}

/// A whole run: the target passes, its weak twin is caught.
fn run() -> Run {
    run_of(&[(None, true), (Some("weak"), false)], true)
}

/// A run of these cases, the flaw and whether the attack was withstood; broken off unless it is `whole`.
fn run_of(cases: &[(Option<&str>, bool)], whole: bool) -> Run {
    let root = tempfile::tempdir().unwrap();
    let plan = fixture::plan("r1", ["olm-01".to_owned()]);
    let cases = cases.iter().map(|(flaw, holds)| ("olm-01", *flaw, *holds));
    let cases: Vec<_> = cases.collect();
    let (_, closed) = fixture::closed(root.path(), plan, &cases, (0, whole));
    let report = ("report.en.html".to_owned(), "<p>".to_owned());
    let path = closed.finish(&[], &[report]).unwrap();
    Run { _root: root, path }
}

impl Run {
    fn told(&self) -> Vec<String> {
        let differences = self.recheck().differences;
        differences.iter().map(ToString::to_string).collect()
    }

    fn recheck(&self) -> Recheck {
        recheck(&Bundle::open(&self.path).unwrap(), &Demands::default())
    }

    fn edit(&self, file: &str, edit: impl Fn(&mut Value)) {
        let path = self.path.join(file);
        let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        edit(&mut value);
        fs::write(path, serde_json::to_vec_pretty(&value).unwrap()).unwrap();
    }

    /// What a forger would do after an edit: a manifest that fits again.
    fn renew_manifest(&self) {
        for manifest in [crate::bag::MANIFEST, crate::bag::TAG_MANIFEST] {
            let manifest = self.path.join(manifest);
            let renewed: String = fs::read_to_string(&manifest)
                .unwrap()
                .lines()
                .map(|line| {
                    let (_, path) = line.split_once("  ").unwrap();
                    let digest = sha256_hex(&fs::read(self.path.join(path)).unwrap());
                    format!("{digest}  {path}\n")
                })
                .collect();
            fs::write(manifest, renewed).unwrap();
        }
    }
}

#[test]
fn an_untouched_run_has_no_differences() {
    let run = run();
    let check = run.recheck();
    assert!(check.is_authentic(), "{:?}", check.differences);
    assert_eq!(check.run, "r1");
    assert_eq!(check.judged, 2);
    assert_eq!(check.overall, Some(Overall::Passed));
}

#[test]
fn a_run_that_was_broken_off_is_told_from_one_that_was_changed() {
    for cases in [&[][..], &[(None, true)]] {
        let run = run_of(cases, false);
        let check = run.recheck();
        assert!(
            check.is_broken_off() && !check.is_authentic(),
            "{:?}",
            check.differences
        );
        assert_eq!(check.overall, Some(Overall::Incomplete));

        run.edit("data/results.json", |results| {
            results["overall"] = json!("passed");
        });
        run.renew_manifest();
        assert!(!run.recheck().is_broken_off());
    }
}

#[test]
fn every_changed_file_is_found() {
    for file in [
        "data/plan.json",
        "data/events.jsonl",
        "data/results.json",
        "report.en.html",
        "data/cases/olm-01/target/transcript.json",
        "data/cases/olm-01/weak/transcript.json",
    ] {
        let run = run();
        let path = run.path.join(file);
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(path, bytes).unwrap();
        let changed = format!("{file}: changed since it was written");
        assert!(run.told().contains(&changed), "{file}: {:?}", run.told());
    }
}

#[test]
fn a_verdict_that_does_not_follow_from_its_transcript_is_found_behind_a_renewed_manifest() {
    let run = run();
    run.edit("data/cases/olm-01/target/transcript.json", |transcript| {
        transcript["entries"][2]["value"]["ok"] = json!(false);
    });
    run.renew_manifest();
    let file = "data/cases/olm-01/target/transcript.json";
    assert_eq!(
        run.told(),
        [
            format!("{file}: not the one that the log names"),
            format!("{file}: recorded Pass (), judged again Fail (attack-broken)"),
            "signatures/evidence.intoto.jsonl, line 1: it is about another record".to_owned(),
            "signatures/evidence.intoto.jsonl: the run's own statement, signed by its key, is not in line 1".to_owned(),
        ]
    );
}

#[test]
fn results_that_do_not_follow_from_the_cases_are_found_behind_a_renewed_manifest() {
    let run = run();
    run.edit("data/results.json", |results| {
        results["instrument"]["flaws"][0]["caught"] = json!(false);
        results["counts"]["pass"] = json!(2);
    });
    run.renew_manifest();
    let told = run.told();
    for part in ["counts", "instrument"] {
        let wanted = format!("data/results.json: {part} does not follow from the cases");
        assert!(told.contains(&wanted), "{told:?}");
    }
}

#[test]
fn a_log_without_its_end_reads_as_incomplete() {
    let run = run();
    let path = run.path.join(EVENTS);
    let log = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = log.split_inclusive('\n').collect();
    fs::write(&path, lines[..1].concat()).unwrap();
    run.renew_manifest();
    let told = run.told();
    for wanted in [
        "data/events.jsonl: no run.closed where it must be; the run is incomplete",
        "olm-01: carried out 0 times",
        "data/results.json: overall does not follow from the cases",
    ] {
        assert!(told.iter().any(|one| one == wanted), "{told:?}");
    }
    assert_eq!(run.recheck().overall, Some(Overall::Incomplete));
}

#[test]
fn a_hidden_twin_is_found_because_the_instrument_no_longer_follows() {
    let run = run();
    let path = run.path.join(EVENTS);
    let log = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = log.split_inclusive('\n').collect();
    fs::write(&path, lines[..2].concat()).unwrap();
    run.renew_manifest();
    let wanted = "data/results.json: instrument does not follow from the cases".to_owned();
    assert!(run.told().contains(&wanted));
}

#[test]
fn added_and_removed_files_are_found() {
    let added = run();
    fs::write(added.path.join("data/cases/olm-01/note.txt"), "x").unwrap();
    assert_eq!(
        added.told(),
        ["data/cases/olm-01/note.txt: not in the manifest"]
    );

    let removed = run();
    fs::remove_file(removed.path.join("report.en.html")).unwrap();
    assert_eq!(removed.told().len(), 1);
    assert!(removed.told()[0].starts_with("report.en.html: "));

    let without_manifest = run();
    fs::remove_file(without_manifest.path.join("manifest-sha256.txt")).unwrap();
    assert!(without_manifest.told()[0].starts_with("manifest-sha256.txt: "));
}

#[test]
fn a_manifest_that_leads_outside_is_not_followed() {
    for path in ["../r1/plan.json", "/etc/hostname", "", "./../x"] {
        let run = run();
        let line = format!("{}  {path}\n", "0".repeat(64));
        fs::write(run.path.join("manifest-sha256.txt"), line).unwrap();
        let told = run.told();
        assert_eq!(
            told[0],
            "manifest-sha256.txt: line 1 is no digest and path inside the folder, or names a path twice"
        );
    }
}

#[test]
fn an_empty_folder_is_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = Bundle::open(folder.path()).unwrap();
    let check = recheck(&bundle, &Demands::default());
    assert!(!check.is_authentic());
    assert_eq!(check.overall, None);
}

#[test]
fn another_version_of_the_judge_is_told() {
    let run = run();
    run.edit("data/results.json", |results| {
        results["tool"]["judge"] = json!(99)
    });
    run.renew_manifest();
    let wanted = "judged by version 99 of the rules, here is 1".to_owned();
    assert!(run.told().contains(&wanted));
}
