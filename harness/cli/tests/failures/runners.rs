//! Test vectors beside other implementations: each difference is named, and what is broken costs one line and nothing else.

use std::process::Stdio;

use pruefstand_vectors::OPTIONAL;
use serde_json::Value;

use crate::bench::{Bench, Ended};

/// Two vectors of a foreign file: a key, and the same key with bit 255 set.
const FILE: &str = r#"{"algorithm":"X25519","schema":"schema.json","source":"a test","numberOfTests":2,
"notes":{"Alias":{"bugType":"MALLEABILITY","description":"another text of a key","source":"RFC 7748, 5"}},
"testGroups":[{"class":"ALIAS","operation":"curve25519-key","tests":[
{"tcId":1,"comment":"honest","flags":[],"input":{"public":"78c74cf26d73c57db8bdf1a3041cc9e7344a66a9eff9fbb512eef631e8699c7a"},"result":"valid","measured":{}},
{"tcId":2,"comment":"bit 255 set","flags":["Alias"],"input":{"public":"78c74cf26d73c57db8bdf1a3041cc9e7344a66a9eff9fbb512eef631e8699cfa"},"result":"invalid","stage":"key","twin":1,"measured":{}}
]}]}"#;

/// A runner in the folder that does this with a case, which stands in `$line`.
fn runner(bench: &Bench, name: &str, script: &str) -> String {
    let path = bench.write(name, &format!("read -r line\n{script}\n"));
    format!("sh {path}")
}

/// Compares on the vectors of one file.
fn on_file(bench: &Bench, text: &str, more: &[&str]) -> Ended {
    let file = bench.write("own.json", text);
    let arguments = ["vectors", "--file", &file];
    bench.run(&[&arguments, more].concat())
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn the_reference_is_right_about_every_vector() {
    let bench = Bench::new();
    let ended = bench.run(&["vectors", "--format", "json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let seen = json(&ended);
    assert_eq!(seen["differences"].as_array().unwrap().len(), 0);
    assert!(seen["vectors"].as_array().unwrap().len() > 1000);
    for vector in seen["vectors"].as_array().unwrap() {
        let (said, result) = (&vector["seen"]["reference 0.1.0"], &vector["result"]);
        let operation = vector["operation"].as_str().unwrap();
        let need_not = OPTIONAL.contains(&operation) && said == "unsupported";
        assert!(said == result || need_not, "{vector}");
    }
}

#[test]
fn the_library_below_stands_beside_it_and_its_gaps_are_named() {
    let bench = Bench::new();
    let ended = on_file(&bench, FILE, &["--against", "vodozemac"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut lines = ended.stdout.lines();
    let head = lines.next().unwrap();
    assert!(head.contains("reference 0.1.0  vodozemac "), "{ended:?}");
    let class = lines.next().unwrap();
    assert!(class.starts_with("ALIAS  1 + 1"), "{ended:?}");
    assert!(class.ends_with("takes 1"), "{ended:?}");
    let last = ended.stdout.lines().last().unwrap();
    assert!(last.contains("takes what is invalid: "), "{ended:?}");
    assert!(last.ends_with("own.json/2"), "{ended:?}");
}

#[test]
fn a_reference_that_differs_from_a_vector_is_a_failure() {
    let bench = Bench::new();
    let told_valid = FILE.replace(
        r#""result":"invalid","stage":"key","twin":1"#,
        r#""result":"valid""#,
    );
    let ended = on_file(&bench, &told_valid, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stdout
            .contains("ALIAS: reference 0.1.0 refuses what is valid: "),
        "{ended:?}"
    );
    // Refused at its key, which is later than its structure.
    let told_early = FILE.replace(r#""stage":"key""#, r#""stage":"parse""#);
    let ended = on_file(&bench, &told_early, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stdout.contains("refuses later than it must"),
        "{ended:?}"
    );
    let unknown = FILE.replace("curve25519-key", "no-such-operation");
    let ended = on_file(&bench, &unknown, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("unsupported 2"), "{ended:?}");
}

#[test]
fn a_runner_is_any_program_and_may_say_its_name() {
    let bench = Bench::new();
    let takes_all = runner(
        &bench,
        "lax",
        r#"case $line in *'"name"'*) printf 6c61782037 ;; esac"#,
    );
    let has_nothing = runner(&bench, "empty", "exit 89");
    let against = ["--against", &takes_all, "--against", &has_nothing];
    let ended = on_file(
        &bench,
        FILE,
        &[&against[..], &["--format", "json"]].concat(),
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let seen = json(&ended);
    assert_eq!(seen["vectors"][1]["seen"]["lax 7"], "valid");
    assert_eq!(seen["vectors"][1]["seen"]["sh"], "unsupported");
    let differences = seen["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!(differences[0]["implementation"], "lax 7");
}

#[test]
fn a_runner_that_crashes_or_hangs_costs_its_case_and_no_other() {
    for (trouble, said) in [
        ("kill -s SEGV $$", "signal: 11"),
        ("exit 3", "exit status: 3"),
        ("exec /no/such/program", "exit status: 127"),
        ("sleep 1000", "did not end within 1 s"),
        ("yes 00", "wrote more than"),
        ("echo what", "no lower-case hex"),
    ] {
        let bench = Bench::new();
        let script = format!("case $line in *9c7a*) {trouble} ;; *) exit 1 ;; esac");
        let bad = runner(&bench, "bad", &script);
        let more = ["--against", &bad, "--patience", "1", "--format", "json"];
        let ended = on_file(&bench, FILE, &more);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
        assert!(ended.stderr.contains("own.json/1: sh "), "{ended:?}");
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
        let seen = json(&ended);
        assert_eq!(seen["vectors"][0]["seen"]["sh"], Value::Null);
        assert_eq!(seen["vectors"][1]["seen"]["sh"], "invalid");
        assert_eq!(seen["vectors"][0]["seen"]["reference 0.1.0"], "valid");
    }
}

#[test]
fn a_runner_that_is_not_there_costs_one_line() {
    let bench = Bench::new();
    let ended = on_file(&bench, FILE, &["--against", "/no/such/runner"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("runner /no/such/runner cannot be started"),
        "{ended:?}"
    );
    assert!(ended.stdout.contains("2 right"), "{ended:?}");
}

#[test]
fn a_broken_file_is_named_with_its_case_and_the_others_still_run() {
    let bench = Bench::new();
    let whole = bench.write("whole.json", FILE);
    for (text, words) in [
        (
            FILE.get(..400).unwrap().to_owned(),
            ["broken.json is malformed", "EOF"],
        ),
        (
            FILE.replace(r#""tcId":2"#, r#""more":1,"tcId":2"#),
            ["broken.json/2 is malformed", "unknown field `more`"],
        ),
        (
            FILE.replace(r#""class""#, r#""more":1,"class""#),
            ["broken.json is malformed", "unknown field `more`"],
        ),
        (
            FILE.replace(r#""twin":1"#, r#""twin":2"#),
            ["broken.json/2", "twin 2"],
        ),
        (
            FILE.replace("cfa", "cfA"),
            ["broken.json/2", "no lower-case hex"],
        ),
        (
            FILE.replace(r#""invalid""#, r#""acceptable""#),
            ["broken.json/2", "acceptable"],
        ),
        (
            FILE.replace("s\":2,", "s\":3,"),
            ["broken.json", "holds 2 vectors and says 3"],
        ),
        (String::new(), ["broken.json is malformed", "EOF"]),
    ] {
        let broken = bench.write("broken.json", &text);
        let ended = bench.run(&["vectors", "--file", &broken, "--file", &whole]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
        for word in words {
            assert!(ended.stderr.contains(word), "{word}: {ended:?}");
        }
        assert!(ended.stdout.contains("2 right"), "{ended:?}");
    }
    let ended = bench.run(&["vectors", "--file", "no-such.json"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("no-such.json cannot be read"),
        "{ended:?}"
    );
}

#[test]
fn an_implementation_that_changed_since_it_was_measured_is_named() {
    let bench = Bench::new();
    let measured = FILE.replacen(
        r#""measured":{}"#,
        r#""measured":{"reference 0.1.0":"invalid"}"#,
        1,
    );
    let ended = on_file(&bench, &measured, &[]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let changed = "own.json/1: reference 0.1.0 was measured as invalid and is valid";
    assert!(ended.stdout.contains(changed), "{ended:?}");
}

#[test]
fn what_files_and_runners_say_reaches_no_terminal() {
    let bench = Bench::new();
    let hostile = FILE.replace("ALIAS", r"A\u001b]0;x\u0007\u202e");
    let named = r#"case $line in *'"name"'*) printf 1b5b33316d78 ;; esac"#;
    let loud = runner(&bench, "loud", named);
    let ended = on_file(&bench, &hostile, &["--against", &loud]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        !ended.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{ended:?}"
    );
}

#[test]
fn the_program_is_a_runner_itself() {
    let bench = Bench::new();
    let own = format!(
        "{} vectors --answer-as reference",
        env!("CARGO_BIN_EXE_pruefstand")
    );
    let ended = on_file(&bench, FILE, &["--against", &own, "--format", "json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(json(&ended)["differences"].as_array().unwrap().len(), 0);
    let answer = |case: &str| {
        let script = r#"printf '%s\n' "$1" | "$0" vectors --answer-as vodozemac"#;
        let output = bench.shell(script, &[case]).stderr(Stdio::piped()).output();
        Ended::of(&output.unwrap())
    };
    let ended = answer(r#"{"operation":"no-such-operation","input":{}}"#);
    assert_eq!(ended.code, Some(89), "{ended:?}");
    let ended = answer(r#"{"operation":"ed25519-key","input":{"public":"00"}}"#);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    answer("no case").is_refused(64, &["no case on standard input"]);
    answer(r#"{"operation":"x","input":{},"more":1}"#).is_refused(64, &["unknown field `more`"]);
}
