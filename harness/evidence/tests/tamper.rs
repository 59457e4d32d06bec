//! Everything that somebody could do to evidence after the fact, and the exit code that tells of it.
//!
//! Two small runs are closed and sealed; then every byte is flipped, every line deleted, every pair of files swapped.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use harness_evidence::{
    Bundle, Demands, Difference, Edition, Overall, PublicKey, Sealing, SigningKey, recheck, seal,
    sha256_hex,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const SIGNATURES: &str = "signatures/evidence.intoto.jsonl";

fn lab() -> SigningKey {
    SigningKey::ed25519(&[9; 32])
}

struct Run {
    root: TempDir,
    path: PathBuf,
}

/// A whole run of two checks; its target withstands the attack or not.
fn run(name: &str, withstands: bool) -> Run {
    let root = tempfile::tempdir().unwrap();
    let plan = fixture::plan(name, ["megolm-01", "olm-01"].map(str::to_owned));
    let cases = [
        ("megolm-01", None, withstands),
        ("megolm-01", Some("weak"), false),
        ("olm-01", None, withstands),
        ("olm-01", Some("weak"), false),
    ];
    let (_, closed) = fixture::closed(root.path(), plan, &cases, (0, true));
    let reports = [("report.en.html".to_owned(), format!("<p>{name}"))];
    let path = closed.finish(&[], &reports).unwrap();
    Run { root, path }
}

impl Run {
    /// The same run sealed by the laboratory and unpacked, so that single files can be touched.
    fn sealed(&self, edition: Edition) -> PathBuf {
        let bytes = self.archive(edition);
        let folder = self.root.path().join(format!("{edition:?}"));
        zip::ZipArchive::new(Cursor::new(bytes))
            .unwrap()
            .extract(&folder)
            .unwrap();
        folder
    }

    fn archive(&self, edition: Edition) -> Vec<u8> {
        let key = lab();
        let sealing = Sealing {
            edition,
            key: Some(&key),
            at: "2026-11-27T00:00:00.000Z",
        };
        let reports = [("report.en.html".to_owned(), "<p>a report".to_owned())];
        let mut out = Cursor::new(Vec::new());
        seal(&self.path, sealing, &reports, &mut out).unwrap();
        out.into_inner()
    }
}

/// The codes of everything that is not as it must be, for a reader who trusts the laboratory.
fn codes(folder: &Path) -> BTreeSet<u8> {
    let demands = Demands {
        trust: vec![lab().public()],
        ..Demands::default()
    };
    let bundle = Bundle::open(folder).unwrap();
    recheck(&bundle, &demands)
        .differences
        .iter()
        .map(Difference::code)
        .collect()
}

fn files(folder: &Path) -> Vec<String> {
    Bundle::open(folder).unwrap().files().unwrap()
}

/// Which code a change of a file must have among others.
fn expected(file: &str) -> u8 {
    if file.starts_with("signatures/") {
        10
    } else {
        11
    }
}

/// Puts other bytes in a file's place for one verification.
fn with(folder: &Path, file: &str, bytes: &[u8], then: impl FnOnce(BTreeSet<u8>)) {
    let path = folder.join(file);
    let before = fs::read(&path).unwrap();
    if before != bytes {
        fs::write(&path, bytes).unwrap();
        then(codes(folder));
        fs::write(&path, before).unwrap();
    }
}

#[test]
fn sealed_evidence_is_authentic_in_every_edition() {
    let run = run("one", true);
    for (edition, judged) in [
        (Edition::Full, 4),
        (Edition::Small, 2),
        (Edition::Public, 0),
    ] {
        let folder = run.sealed(edition);
        assert_eq!(codes(&folder), BTreeSet::new(), "{edition:?}");
        let bundle = Bundle::open(&folder).unwrap();
        let checked = recheck(&bundle, &Demands::default());
        assert_eq!((checked.judged, checked.withheld), (judged, 4 - judged));
        assert_eq!(checked.overall, Some(Overall::Passed));
        assert_eq!(checked.signed_by.len(), 2);
    }
}

#[test]
fn every_flipped_byte_is_found() {
    for edition in [Edition::Full, Edition::Public] {
        let run = run("one", true);
        let folder = run.sealed(edition);
        for file in files(&folder) {
            let bytes = fs::read(folder.join(&file)).unwrap();
            // All of a small file, and a sample of a large one.
            let step = bytes.len().div_ceil(80).max(1);
            for at in (0..bytes.len()).step_by(step) {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                with(&folder, &file, &changed, |codes| {
                    assert!(
                        codes.contains(&expected(&file)),
                        "{file}, byte {at}: {codes:?}"
                    );
                });
            }
        }
    }
}

#[test]
fn every_deleted_line_and_file_is_found() {
    let run = run("one", true);
    let folder = run.sealed(Edition::Small);
    for file in files(&folder) {
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        for without in 0..lines.len() {
            let kept: String = [&lines[..without], &lines[without + 1..]].concat().concat();
            with(&folder, &file, kept.as_bytes(), |codes| {
                let wanted = expected(&file);
                assert!(codes.contains(&wanted), "{file}, line {without}: {codes:?}");
            });
        }
        let path = folder.join(&file);
        let before = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        // A key that signed is missed by its signature.
        assert!(!codes(&folder).is_empty(), "{file} deleted");
        fs::write(path, before).unwrap();
    }
}

#[test]
fn every_pair_of_files_swapped_between_two_bundles_is_found() {
    let (one, other) = (run("one", true), run("three", false));
    let (one, other) = (one.sealed(Edition::Full), other.sealed(Edition::Full));
    for file in files(&one) {
        for from in files(&other) {
            let bytes = fs::read(other.join(&from)).unwrap();
            with(&one, &file, &bytes, |codes| {
                assert!(
                    codes.contains(&expected(&file)),
                    "{from} as {file}: {codes:?}"
                );
            });
        }
    }
}

#[test]
fn every_envelope_swapped_dropped_or_doubled_is_found() {
    let (one, other) = (run("one", true), run("three", false));
    let (one, other) = (one.sealed(Edition::Full), other.sealed(Edition::Full));
    let lines = |folder: &Path| {
        let text = fs::read_to_string(folder.join(SIGNATURES)).unwrap();
        text.lines()
            .map(|line| format!("{line}\n"))
            .collect::<Vec<_>>()
    };
    let (own, foreign) = (lines(&one), lines(&other));
    assert_eq!((own.len(), foreign.len()), (2, 2));
    let mut forgeries = vec![
        own[..1].concat(),
        own[1..].concat(),
        [own[1].clone(), own[0].clone()].concat(),
    ];
    for (at, line) in foreign.iter().enumerate() {
        let mut swapped = own.clone();
        swapped[at].clone_from(line);
        forgeries.push(swapped.concat());
        forgeries.push([own.concat(), line.clone()].concat());
    }
    forgeries.push([own.concat(), own[0].clone()].concat());
    for forgery in forgeries {
        with(&one, SIGNATURES, forgery.as_bytes(), |codes| {
            assert!(codes.contains(&10), "{codes:?}: {forgery}");
        });
    }
}

/// A forger who renews every manifest after an edit, but has no key.
fn renew(folder: &Path) {
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let text = fs::read_to_string(folder.join(manifest)).unwrap();
        let lines = text.lines().map(|line| {
            let path = line.split_once("  ").unwrap().1;
            format!(
                "{}  {path}\n",
                sha256_hex(&fs::read(folder.join(path)).unwrap())
            )
        });
        fs::write(folder.join(manifest), lines.collect::<String>()).unwrap();
    }
}

fn edit(folder: &Path, file: &str, edit: impl Fn(&mut Value)) {
    let path = folder.join(file);
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut value);
    fs::write(path, serde_json::to_string_pretty(&value).unwrap() + "\n").unwrap();
}

#[test]
fn a_failure_edited_into_a_pass_is_found_behind_renewed_manifests() {
    let run = run("three", false);
    for deeper in 0..3 {
        let folder = run.sealed(Edition::Full);
        edit(&folder, "data/results.json", |results| {
            results["overall"] = json!("passed");
        });
        if deeper > 0 {
            edit(
                &folder,
                "data/cases/olm-01/target/transcript.json",
                |transcript| {
                    transcript["entries"][2]["value"]["ok"] = json!(true);
                },
            );
        }
        if deeper > 1 {
            edit(&folder, "data/plan.json", |plan| plan["seed"] = json!(8));
        }
        renew(&folder);
        let codes = codes(&folder);
        assert!(codes.contains(&10) && codes.contains(&14), "{codes:?}");
        fs::remove_dir_all(folder).unwrap();
    }
}

/// A forger who makes a whole run anew, with a key of his own, from an edited transcript.
#[test]
fn a_run_made_anew_is_only_told_by_the_key_that_a_reader_trusts() {
    let forged = run("three", true);
    let bundle = Bundle::open(&forged.path).unwrap();
    assert!(recheck(&bundle, &Demands::default()).is_authentic());
    let demands = Demands {
        trust: vec![lab().public()],
        ..Demands::default()
    };
    let told = recheck(&bundle, &demands);
    assert!(
        matches!(told.differences[..], [Difference::NotTrusted]),
        "{:?}",
        told.differences
    );
}

#[test]
fn a_key_that_only_countersigned_another_edition_is_not_enough() {
    let run = run("one", true);
    let small = run.sealed(Edition::Small);
    let full = run.sealed(Edition::Full);
    let seal = fs::read(full.join(SIGNATURES)).unwrap();
    with(&small, SIGNATURES, &seal, |codes| {
        assert!(codes.contains(&10), "{codes:?}")
    });
}

#[test]
fn what_a_reader_demands_is_compared() {
    let run = run("one", true);
    let bundle = Bundle::open(&run.path).unwrap();
    let nonce = sha256_hex(b"one");
    let good = Demands {
        trust: Vec::new(),
        target: Some("11".repeat(32)),
        artefact: Some("33".repeat(32)),
        nonce: Some(nonce),
        not_before: Some("1970-01-01T00:00:00.000Z".to_owned()),
    };
    assert!(recheck(&bundle, &good).is_authentic());
    let other = |demands: Demands| {
        let differences = recheck(&bundle, &demands).differences;
        differences.iter().map(Difference::code).collect::<Vec<_>>()
    };
    assert_eq!(
        other(Demands {
            target: Some("12".repeat(32)),
            ..good.clone()
        }),
        [13]
    );
    assert_eq!(
        other(Demands {
            artefact: Some("34".repeat(32)),
            ..good.clone()
        }),
        [13]
    );
    assert_eq!(
        other(Demands {
            nonce: Some("00".repeat(8)),
            ..good.clone()
        }),
        [13]
    );
    let later = Some("1970-01-02T00:00:00.000Z".to_owned());
    assert_eq!(
        other(Demands {
            not_before: later,
            ..good.clone()
        }),
        [13]
    );
    let stranger: Vec<PublicKey> = vec![SigningKey::ed25519(&[8; 32]).public()];
    assert_eq!(
        other(Demands {
            trust: stranger,
            ..good
        }),
        [10]
    );
}

#[test]
fn an_edition_may_leave_out_transcripts_only() {
    let run = run("one", true);
    let folder = run.sealed(Edition::Small);
    for file in ["data/plan.json", "data/results.json"] {
        let manifest = folder.join("manifest-sha256.txt");
        let text = fs::read_to_string(&manifest).unwrap();
        let kept: String = text
            .split_inclusive('\n')
            .filter(|line| !line.trim_end().ends_with(file))
            .collect();
        fs::write(&manifest, kept).unwrap();
        fs::rename(folder.join(file), folder.join("aside")).unwrap();
        assert!(codes(&folder).contains(&11), "{file}");
        fs::rename(folder.join("aside"), folder.join(file)).unwrap();
        fs::write(&manifest, text).unwrap();
    }
    assert_eq!(codes(&folder), BTreeSet::new());
}

#[test]
fn every_flipped_byte_of_an_archive_is_found() {
    let run = run("one", true);
    let good = run.archive(Edition::Public);
    let path = run.root.path().join("x.zip");
    let demands = Demands {
        trust: vec![lab().public()],
        ..Demands::default()
    };
    fs::write(&path, &good).unwrap();
    assert!(recheck(&Bundle::open(&path).unwrap(), &demands).is_authentic());
    let mut unseen = Vec::new();
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let opened = Bundle::open(&path);
        if opened.is_ok_and(|bundle| recheck(&bundle, &demands).is_authentic()) {
            unseen.push(at);
        }
    }
    // What no reader of an archive looks at: versions, times, and modes. The files in it are the same.
    let free = unseen.len();
    assert!(
        free <= 24 * files_in(&good),
        "{free} bytes change nothing: {unseen:?}"
    );
}

fn files_in(archive: &[u8]) -> usize {
    zip::ZipArchive::new(Cursor::new(archive)).unwrap().len()
}

/// Nothing in the record comes from a clock, a map's order or chance that was not handed in.
#[test]
fn two_runs_on_a_manual_clock_are_the_same_byte_for_byte() {
    let (one, other) = (run("one", true), run("one", true));
    assert_eq!(files(&one.path), files(&other.path));
    for file in files(&one.path) {
        let read = |run: &Run| fs::read(run.path.join(&file)).unwrap();
        assert_eq!(read(&one), read(&other), "{file}");
    }
    assert_eq!(one.archive(Edition::Full), other.archive(Edition::Full));
}

#[test]
fn sealing_twice_gives_the_same_bytes() {
    let run = run("one", true);
    assert_eq!(run.archive(Edition::Full), run.archive(Edition::Full));
}

#[test]
fn sealing_refuses_a_record_that_changed() {
    let run = run("one", true);
    fs::write(run.path.join("data/plan.json"), "{}").unwrap();
    let sealing = Sealing {
        edition: Edition::Full,
        key: None,
        at: "",
    };
    let refused = seal(&run.path, sealing, &[], &mut Cursor::new(Vec::new()));
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("data/plan.json: changed")
    );
}
