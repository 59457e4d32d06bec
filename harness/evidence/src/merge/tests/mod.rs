use std::fs;
use std::path::PathBuf;

use super::*;
use crate::fixture;
use crate::{Applicability, Edition, Overall, Sealing, SigningKey, seal};

const CHECKS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Whether the target withstands what a check does; its twin never does.
type Withstands = fn(&str) -> bool;

/// What another run has otherwise.
type Change = fn(&mut Plan);

fn shard_plan(run: &str, shard: &str) -> Plan {
    let mut plan = fixture::plan(run, CHECKS.map(str::to_owned));
    let shard: Shard = shard.parse().unwrap();
    plan.shard = Some(shard);
    for (place, check) in plan.checks.iter_mut().enumerate() {
        if !shard.takes(place) {
            check.applicability = Applicability::Deselected {};
        }
    }
    plan
}

fn carried_out(root: &Path, plan: Plan, withstands: Withstands, whole: bool) -> (String, Bundle) {
    let planned = plan
        .checks
        .iter()
        .filter(|check| check.applicability == Applicability::Planned);
    let ids: Vec<_> = planned.map(|check| check.id.clone()).collect();
    let cases: Vec<_> = ids
        .iter()
        .flat_map(|id| {
            [
                (id.as_str(), None, withstands(id)),
                (id.as_str(), Some("weak"), false),
            ]
        })
        .collect();
    let name = plan.run.clone();
    let (_results, closed) = fixture::closed(root, plan, &cases, (2, whole));
    let path = closed.finish(&[], &[]).unwrap();
    (name, Bundle::open(&path).unwrap())
}

fn parts(root: &Path, withstands: Withstands) -> Vec<(String, Bundle)> {
    ["3/3", "1/3", "2/3"]
        .map(|shard| {
            let run = format!("part-{}", shard.replace('/', "-of-"));
            carried_out(root, shard_plan(&run, shard), withstands, true)
        })
        .into()
}

fn opening(seed: u8) -> Opening {
    Opening {
        key: SigningKey::ed25519(&[seed; 32]),
        nonce: None,
        program: "33".repeat(32),
        components: String::new(),
    }
}

fn merged(root: &Path, parts: &[(String, Bundle)]) -> Result<PathBuf, MergeError> {
    let merging = Merging {
        run: "merged",
        root,
        opening: opening(9),
        command: "pruefstand merge".to_owned(),
        at: Stamp::default(),
    };
    let (results, folder) = merge(parts, merging)?;
    let closed = folder.close(&results, Stamp::default())?;
    Ok(closed.finish(&[], &[])?)
}

fn told(root: &Path, parts: &[(String, Bundle)]) -> String {
    merged(root, parts).unwrap_err().to_string()
}

#[test]
fn parts_in_any_order_come_to_one_run_that_verifies() {
    let root = tempfile::tempdir().unwrap();
    let path = merged(root.path(), &parts(root.path(), |_| true)).unwrap();
    let check = recheck(&Bundle::open(&path).unwrap(), &Demands::default());
    assert_eq!(
        check
            .differences
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [""; 0]
    );
    assert_eq!((check.judged, check.overall), (10, Some(Overall::Passed)));
    let merged = check.results.unwrap().plan.merged;
    let order: Vec<_> = merged.iter().map(|part| part.shard.to_string()).collect();
    assert_eq!(order, ["1/3", "2/3", "3/3"]);
}

#[test]
fn a_part_alone_is_not_passed_and_a_failure_in_one_part_is_one_of_the_whole() {
    let root = tempfile::tempdir().unwrap();
    let parts = parts(root.path(), |check| check != "d");
    for (_name, bundle) in &parts {
        let check = recheck(bundle, &Demands::default());
        assert!(check.is_authentic());
        assert_ne!(check.overall, Some(Overall::Passed));
    }
    let path = merged(root.path(), &parts).unwrap();
    let check = recheck(&Bundle::open(&path).unwrap(), &Demands::default());
    assert!(check.is_authentic());
    assert_eq!(check.overall, Some(Overall::Failed));
}

#[test]
fn what_is_not_the_parts_of_one_run_is_refused_and_nothing_written() {
    let root = tempfile::tempdir().unwrap();
    let mut three = parts(root.path(), |_| true);
    let second = three.pop().unwrap();
    assert!(told(root.path(), &three).ends_with("part 2/3 is missing"));
    let again = carried_out(root.path(), shard_plan("again", "3/3"), |_| true, true);
    three.push(again);
    assert!(told(root.path(), &three).ends_with("part 2/3 is missing"));
    three.push(second);
    assert!(told(root.path(), &three).ends_with("part 3/3 is there 2 times"));
    three.retain(|(name, _)| name != "again");

    let changes: [(&str, Change); 6] = [
        ("another seed", |plan| plan.seed += 1),
        ("another target", |plan| {
            plan.target.manifest = "44".repeat(32)
        }),
        ("another set of variants", |plan| {
            plan.variants = vec!["other".to_owned()]
        }),
        ("another suite", |plan| drop(plan.checks.pop())),
        ("another plan for b", |plan| plan.checks[1].version += 1),
        ("another number of parts", |plan| {
            plan.shard = "2/4".parse().ok()
        }),
    ];
    for (n, (what, change)) in changes.into_iter().enumerate() {
        let mut plan = shard_plan(&format!("other-{n}"), "2/3");
        change(&mut plan);
        let other = carried_out(root.path(), plan, |_| true, true);
        let with = [&three[0], &three[1], &other].map(|(name, _)| {
            let path = root.path().join(name);
            (name.clone(), Bundle::open(&path).unwrap())
        });
        let told = told(root.path(), &with);
        assert!(told.contains(what), "{what}: {told}");
    }
    assert!(!root.path().join("merged").exists());
}

#[test]
fn a_part_that_is_none_or_not_whole_is_named() {
    let root = tempfile::tempdir().unwrap();
    let whole = fixture::plan("whole", CHECKS.map(str::to_owned));
    let whole = carried_out(root.path(), whole, |_| true, true);
    assert!(told(root.path(), &[whole]).starts_with("whole: it is no part of a run"));

    let broken_off = carried_out(
        root.path(),
        shard_plan("broken-off", "1/1"),
        |_| true,
        false,
    );
    assert!(told(root.path(), &[broken_off]).starts_with("broken-off: "));

    let good = carried_out(root.path(), shard_plan("good", "1/1"), |_| true, true);
    let archive = root.path().join("small.zip");
    let sealing = Sealing {
        edition: Edition::Small,
        key: None,
        at: "",
    };
    seal(
        &root.path().join("good"),
        sealing,
        &[],
        fs::File::create(&archive).unwrap(),
    )
    .unwrap();
    let small = ("small".to_owned(), Bundle::open(&archive).unwrap());
    assert!(told(root.path(), &[small]).contains("5 of its transcripts; merge full records"));

    fs::write(
        root.path().join("good/data/cases/a/target/transcript.json"),
        "{}",
    )
    .unwrap();
    assert!(told(root.path(), &[good]).starts_with("good: data/cases/a/target/transcript.json"));
}

#[test]
fn a_part_whose_name_leads_elsewhere_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let good = carried_out(root.path(), shard_plan("good", "1/1"), |_| true, true);
    let folder = root.path().join("good");
    let renamed = root.path().join("renamed");
    fs::rename(&folder, &renamed).unwrap();
    drop(good);
    let plan = fs::read_to_string(renamed.join("data/plan.json")).unwrap();
    fs::write(
        renamed.join("data/plan.json"),
        plan.replace("\"good\"", "\"../../x\""),
    )
    .unwrap();
    let part = ("renamed".to_owned(), Bundle::open(&renamed).unwrap());
    assert!(merged(root.path(), &[part]).is_err());
    assert!(!root.path().join("merged").exists());
}

mod forged;
