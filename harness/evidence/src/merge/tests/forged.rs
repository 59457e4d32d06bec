//! A merged record that somebody with a key of his own puts together otherwise.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::*;
use crate::folder::PLAN;
use crate::{Deviation, Difference, Transcript};

/// A merged record as somebody with a key of his own would write it.
struct Forged {
    plan: Plan,
    files: BTreeMap<String, Vec<u8>>,
    cases: Vec<(CaseRecord, Transcript)>,
    deviations: Vec<Deviation>,
}

/// The forged record of parts that withstand everything but `b`, and what a verifier says of it.
fn forged(change: impl FnOnce(&mut Forged)) -> Vec<Difference> {
    let root = tempfile::tempdir().unwrap();
    let path = merged(root.path(), &parts(root.path(), |check| check != "b")).unwrap();
    let bundle = Bundle::open(&path).unwrap();
    let check = recheck(&bundle, &Demands::default());
    assert!(check.is_authentic());
    let parts: Vec<_> = ["1/3", "2/3", "3/3"]
        .map(|n| format!("part-{}", n.replace('/', "-of-")))
        .into();
    let names = [
        "plan.json",
        "events.jsonl",
        "results.json",
        "redactions.json",
        "manifest-sha256.txt",
        "statement.intoto.jsonl",
    ];
    let files = parts
        .iter()
        .flat_map(|part| names.map(|name| format!("data/shards/{part}/{name}")));
    let mut made = Forged {
        plan: serde_json::from_slice(&bundle.read(PLAN).unwrap()).unwrap(),
        files: files
            .map(|file| (file.clone(), bundle.read(&file).unwrap()))
            .collect(),
        cases: cases_of(&bundle),
        deviations: Vec::new(),
    };
    change(&mut made);
    written(&root, made)
}

fn cases_of(bundle: &Bundle) -> Vec<(CaseRecord, Transcript)> {
    let log = bundle.read(crate::folder::EVENTS).unwrap();
    let events = crate::read_chain(log.as_slice()).unwrap().events;
    let closed = events
        .into_iter()
        .filter(|event| event.kind == crate::folder::CASE_CLOSED);
    closed
        .map(|event| {
            let case: CaseRecord = serde_json::from_value(event.body).unwrap();
            let transcript = bundle.transcript(&case.transcript).unwrap();
            (case, transcript)
        })
        .collect()
}

fn written(root: &TempDir, made: Forged) -> Vec<Difference> {
    let at = Stamp::default();
    let plan = made.plan;
    let root = root.path().join("forged");
    let folder = RunFolder::create(&root, &plan, opening(66), Arc::default(), at).unwrap();
    for (path, bytes) in &made.files {
        folder.write_text(path, bytes).unwrap();
    }
    let close = |(case, transcript): &(CaseRecord, Transcript)| {
        let finished = FinishedCase {
            check: &case.check,
            flaw: case.flaw.as_deref(),
            transcript,
            verdict: crate::judge(transcript, crate::Witness::Driver),
            milliseconds: case.milliseconds,
        };
        folder.close_case(finished, at).unwrap()
    };
    let results = Results::fold(RunRecord {
        cases: made.cases.iter().map(close).collect(),
        plan,
        tool: crate::Tool {
            version: "0.1.0".to_owned(),
            judge: crate::JUDGE_VERSION,
        },
        opened: at.rfc3339(),
        closed: Some(at.rfc3339()),
        asked: BTreeMap::new(),
        requirements: vec![],
        deviations: made.deviations,
        measured: Measured::default(),
        command: String::new(),
    });
    let path = folder
        .close(&results, at)
        .unwrap()
        .finish(&[], &[])
        .unwrap();
    recheck(&Bundle::open(&path).unwrap(), &Demands::default()).differences
}

fn is_parts(differences: &[Difference], words: &str) {
    let parts = |one: &Difference| matches!(one, Difference::PartsDiffer { reason } if reason.contains(words));
    let told: Vec<_> = differences.iter().map(ToString::to_string).collect();
    assert!(differences.iter().any(parts), "{words}: {told:?}");
    assert!(
        differences
            .iter()
            .all(|one| matches!(one, Difference::PartsDiffer { .. })),
        "{told:?}"
    );
    assert_eq!(differences[0].code(), 12);
}

#[test]
fn a_record_that_somebody_else_puts_together_alike_verifies_too() {
    let differences = forged(|_made| {});
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn a_transcript_that_no_part_carried_out_is_noticed() {
    // The failure of `b` gets the transcript of a check that passed.
    let passed = |made: &mut Forged| {
        let of = |check: &str| {
            made.cases
                .iter()
                .position(|(case, _)| case.check == check && case.flaw.is_none())
        };
        let (from, to) = (of("a").unwrap(), of("b").unwrap());
        made.cases[to].1 = made.cases[from].1.clone();
    };
    is_parts(&forged(passed), "another cases than the parts together");
}

#[test]
fn a_changed_missing_or_resigned_part_is_noticed() {
    const FILE: &str = "data/shards/part-2-of-3/";
    let edit = |name: &'static str, from: &'static str, to: &'static str| {
        move |made: &mut Forged| {
            let bytes = made.files.get_mut(&format!("{FILE}{name}")).unwrap();
            let text = String::from_utf8_lossy(bytes).replace(from, to);
            assert_ne!(text.as_bytes(), &bytes[..]);
            *bytes = text.into_bytes();
        }
    };
    is_parts(
        &forged(edit("results.json", "fail", "pass")),
        "not the file in its manifest",
    );
    is_parts(
        &forged(edit("plan.json", "\"seed\": 7", "\"seed\": 8")),
        "not the file in its manifest",
    );
    is_parts(
        &forged(edit("events.jsonl", "a", "b")),
        "not the file in its manifest",
    );
    is_parts(
        &forged(edit("manifest-sha256.txt", "0", "1")),
        "not the file in its manifest",
    );
    is_parts(
        &forged(edit("statement.intoto.jsonl", "sig\":\"", "sig\":\"A")),
        "did not sign it",
    );
    is_parts(
        &forged(|made| drop(made.files.remove(&format!("{FILE}plan.json")))),
        "plan.json: ",
    );
    is_parts(
        &forged(|made| made.plan.merged[1].manifest = "55".repeat(32)),
        "not the part that the plan names",
    );
    is_parts(
        &forged(|made| drop(made.plan.merged.remove(1))),
        "part 2/3 is missing",
    );
    is_parts(
        &forged(|made| made.plan.merged[1] = made.plan.merged[0].clone()),
        "part 1/3 is there 2 times",
    );
}

#[test]
fn a_failure_that_no_part_declared_is_not_declared_by_who_merges() {
    let declared = |made: &mut Forged| {
        made.deviations.push(Deviation {
            check: "b".to_owned(),
            reason: "known".to_owned(),
            expires: "2099-12-31".to_owned(),
        });
    };
    is_parts(
        &forged(declared),
        "another deviations than the parts together",
    );
}
