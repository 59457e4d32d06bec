use std::fs;
use std::io::ErrorKind;
use std::process::Command;

use super::*;
use crate::{
    Entry, Measured, Outcome, RunRecord, Salting, Tool, Witness, fixture, read_chain, sha256_hex,
};

fn plan(run: &str) -> Plan {
    fixture::plan(run, [])
}

fn results(run: &str, closed: bool) -> Results {
    Results::fold(RunRecord {
        plan: plan(run),
        tool: Tool {
            version: "0.1.0".to_owned(),
            judge: 1,
        },
        opened: Stamp::default().rfc3339(),
        closed: closed.then(|| Stamp::default().rfc3339()),
        cases: vec![],
        asked: BTreeMap::new(),
        requirements: vec![],
        deviations: vec![],
        measured: Measured::default(),
        command: String::new(),
    })
}

fn opening() -> Opening {
    Opening {
        key: SigningKey::ed25519(&[1; 32]),
        nonce: None,
        program: "22".repeat(32),
        components: String::new(),
    }
}

fn create(root: &Path, run: &str, secrets: &Arc<Secrets>) -> Result<RunFolder, FolderError> {
    let at = Stamp::default();
    RunFolder::create(root, &plan(run), opening(), Arc::clone(secrets), at)
}

fn create_in(root: &Path, run: &str, secrets: &Arc<Secrets>) -> RunFolder {
    create(root, run, secrets).unwrap()
}

fn report(text: &str) -> [(String, String); 1] {
    [("report.en.html".to_owned(), text.to_owned())]
}

fn case<'a>(check: &'a str, flaw: Option<&'a str>, transcript: &'a Transcript) -> FinishedCase<'a> {
    FinishedCase {
        check,
        flaw,
        transcript,
        verdict: crate::judge(transcript, Witness::Driver),
        milliseconds: 5,
    }
}

fn said(text: &str) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.push(Entry::Observation {
        what: text.to_owned(),
        witness: Witness::Wire,
        value: Value::Null,
    });
    transcript
}

#[test]
fn a_closed_run_has_every_file_in_the_manifest_and_latest_points_to_it() {
    let root = tempfile::tempdir().unwrap();
    for run in ["r1", "r2"] {
        let folder = create_in(root.path(), run, &Arc::default());
        let hello = said("hello");
        let record = folder
            .close_case(
                case("olm-01", Some("no-replay-index"), &hello),
                Stamp::default(),
            )
            .unwrap();
        assert_eq!(
            record.transcript,
            "cases/olm-01/no-replay-index/transcript.json"
        );
        let closed = folder.close(&results(run, true), Stamp::default()).unwrap();
        let path = closed.finish(&[], &report("<p>")).unwrap();
        assert_eq!(path, root.path().join(run));
        assert_eq!(
            fs::read_link(root.path().join("latest")).unwrap(),
            Path::new(run)
        );
    }
    let listed = |manifest: &str| {
        let text = fs::read_to_string(root.path().join("latest").join(manifest)).unwrap();
        text.lines()
            .filter_map(|line| Some(line.get(66..)?.to_owned()))
            .collect::<Vec<_>>()
    };
    let case = "data/cases/olm-01/no-replay-index/transcript.json";
    assert_eq!(listed(MANIFEST), [case, EVENTS, PLAN, REDACTIONS, RESULTS]);
    let tags = [
        "READ-ME-FIRST.txt",
        "bag-info.txt",
        "bagit.txt",
        MANIFEST,
        "report.en.html",
    ];
    assert_eq!(listed(bag::TAG_MANIFEST), tags);
    let checked = Command::new("sha256sum")
        .args([
            "--check",
            "--strict",
            "--quiet",
            MANIFEST,
            bag::TAG_MANIFEST,
        ])
        .current_dir(root.path().join("r2"))
        .status();
    match checked {
        Ok(status) => assert!(status.success()),
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound),
    }
}

#[test]
fn the_first_event_names_the_plan_and_the_last_the_results() {
    let root = tempfile::tempdir().unwrap();
    let folder = create_in(root.path(), "r1", &Arc::default());
    let closed = folder
        .close(&results("r1", true), Stamp::default())
        .unwrap();
    let path = closed.path();
    let log = fs::read(path.join(EVENTS)).unwrap();
    let events = read_chain(log.as_slice()).unwrap().events;
    let digest = |file| json!(sha256_hex(&fs::read(path.join(file)).unwrap()));
    assert_eq!(events[0].kind, OPENED);
    assert_eq!(events[0].body["plan"], digest(PLAN));
    assert_eq!(events[1].kind, CLOSED);
    assert_eq!(events[1].body["results"], digest(RESULTS));
}

#[test]
fn a_run_that_was_broken_off_never_ends_with_run_closed() {
    let root = tempfile::tempdir().unwrap();
    let folder = create_in(root.path(), "r1", &Arc::default());
    let closed = folder
        .close(&results("r1", false), Stamp::default())
        .unwrap();
    let path = closed.path();
    let log = fs::read(path.join(EVENTS)).unwrap();
    assert_eq!(
        read_chain(log.as_slice()).unwrap().events[1].kind,
        BROKEN_OFF
    );
}

#[test]
fn a_folder_is_never_written_twice() {
    let root = tempfile::tempdir().unwrap();
    let _first = create_in(root.path(), "r1", &Arc::default());
    let again = create(root.path(), "r1", &Arc::default());
    let told = again.unwrap_err().to_string();
    assert!(told.contains("r1: "), "{told}");
}

#[test]
fn an_id_that_is_no_safe_file_name_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let folder = create_in(root.path(), "r1", &Arc::default());
    let long = "x".repeat(101);
    let nothing = said("");
    for id in [
        "", ".", "..", "../r2", "a/b", "A", "a b", ".hidden", "end.", "ä", &long,
    ] {
        for (check, flaw) in [(id, None), ("olm", Some(id))] {
            let refused = folder.close_case(case(check, flaw, &nothing), Stamp::default());
            assert!(matches!(refused, Err(FolderError::NotAnId { .. })), "{id}");
        }
        let run = create(root.path(), id, &Arc::default());
        assert!(matches!(run, Err(FolderError::NotAnId { .. })), "{id}");
    }
    let taken = case("olm", Some("target"), &nothing);
    assert!(folder.close_case(taken, Stamp::default()).is_err());
}

#[test]
fn a_file_with_a_known_secret_is_not_written() {
    let root = tempfile::tempdir().unwrap();
    let secrets = Arc::new(Secrets::default());
    let folder = create_in(root.path(), "r1", &secrets);
    secrets.add("password", "correct-horse").unwrap();
    let leaking = said("it is correct-horse");
    let refused = folder
        .close_case(case("olm", None, &leaking), Stamp::default())
        .unwrap_err();
    let told = refused.to_string();
    assert!(told.ends_with("transcript.json not written: it holds a secret of kind password"));
    assert!(!told.contains("correct-horse"));
    assert!(!root.path().join("r1/data/cases").exists());

    let event = folder.record("note", json!("correct-horse"), Stamp::default());
    assert!(matches!(event, Err(FolderError::SecretFound { .. })));
    let closed = folder
        .close(&results("r1", true), Stamp::default())
        .unwrap();
    let finished = closed.finish(&[], &report("<p>correct-horse</p>"));
    assert!(matches!(finished, Err(FolderError::SecretFound { .. })));
    assert!(!root.path().join("latest").exists());
    assert!(!root.path().join("r1/report.en.html").exists());
}

#[test]
fn a_redacted_value_stands_as_commitment_in_the_record_and_its_salt_stays_with_the_owner() {
    let root = tempfile::tempdir().unwrap();
    let secrets = Arc::new(Secrets::new(Salting::new([1; 32])));
    let folder = create_in(root.path(), "r1", &secrets);
    let named = secrets.commit("token", "correct-horse");
    let closed = folder
        .close(&results("r1", true), Stamp::default())
        .unwrap();
    let listed = fs::read_to_string(closed.path().join(REDACTIONS)).unwrap();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let commitment = listed[0]["commitment"].as_str().unwrap();
    let beginning = commitment.get(..16).unwrap();
    assert_eq!(named, format!("«redacted:token:{beginning}»"));
    assert_eq!(listed[0].get("salt"), None);

    let salts = root.path().join("r1.salts.json");
    let salts: Value = serde_json::from_str(&fs::read_to_string(salts).unwrap()).unwrap();
    let salt = salts[0]["salt"].as_str().unwrap();
    let byte = |n: usize| u8::from_str_radix(salt.get(2 * n..2 * n + 2)?, 16).ok();
    let salt = (0..32).map(|n| byte(n).unwrap());
    let opened: Vec<u8> = salt.chain(*b"correct-horse").collect();
    assert_eq!(sha256_hex(&opened), commitment);
}

#[test]
fn a_full_disk_is_told_with_the_file() {
    // the Linux device on which every write fails for lack of space
    let full = Path::new("/dev/full");
    if full.exists() {
        let log = OpenOptions::new().write(true).open(full).unwrap();
        let mut log = EventLog::new(log);
        let error = log.append("note", json!(1), Stamp::default()).unwrap_err();
        assert!(error.to_string().contains("No space left"), "{error}");
    }
    let root = tempfile::tempdir().unwrap();
    let blocked = root.path().join("reports");
    fs::write(&blocked, "a file where the folder should be").unwrap();
    let error = create(&blocked, "r1", &Arc::default());
    assert!(error.unwrap_err().to_string().contains("reports"));
}

#[test]
fn workers_close_cases_at_once_into_one_chain() {
    let root = tempfile::tempdir().unwrap();
    let folder = create_in(root.path(), "r1", &Arc::default());
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                for n in 0..20 {
                    let check = format!("check-{worker}-{n}");
                    let transcript = said(&check);
                    let closed = folder
                        .close_case(case(&check, None, &transcript), Stamp::default())
                        .unwrap();
                    assert_eq!(closed.verdict.outcome, Outcome::Inconclusive);
                }
            });
        }
    });
    let closed = folder
        .close(&results("r1", true), Stamp::default())
        .unwrap();
    let path = closed.path();
    let log = fs::read(path.join(EVENTS)).unwrap();
    assert_eq!(read_chain(log.as_slice()).unwrap().events.len(), 162);
}
