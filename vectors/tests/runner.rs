//! What a runner says is what is heard; whatever else it does is told apart, and ends in time.

use std::{collections::BTreeMap, time::Duration};

use pruefstand_vectors::{Answer, Case, MAX_HANGS, MAX_OUTPUT, Runner, RunnerFault, Vector, sets};

fn case(bytes: usize) -> Case {
    Case {
        operation: "ed25519-key".to_owned(),
        input: BTreeMap::from([("public".to_owned(), "00".repeat(bytes))]),
    }
}

fn runner(script: &str) -> Runner {
    Runner::new("sh", &["-c", script])
}

fn answer(script: &str) -> Result<Answer, RunnerFault> {
    runner(script).answer(&case(32))
}

#[test]
fn exit_codes_are_answers() {
    let taken = |output: Option<&str>| Answer::Taken {
        output: output.map(str::to_owned),
    };
    assert_eq!(answer("exit 0").unwrap(), taken(None));
    assert_eq!(answer("echo c0ffee").unwrap(), taken(Some("c0ffee")));
    assert_eq!(answer("exit 1").unwrap(), Answer::Refused);
    assert_eq!(answer("exit 89").unwrap(), Answer::Unsupported);
}

#[test]
fn the_case_is_one_line_on_standard_input() {
    let wanted =
        r#"read -r line; test "$line" = '{"operation":"ed25519-key","input":{"public":"00"}}'"#;
    let answer = runner(wanted).answer(&case(1)).unwrap();
    assert_eq!(answer, Answer::Taken { output: None });
}

/// More than a pipe holds.
#[test]
fn a_runner_need_not_read_its_input() {
    let answer = runner("exit 1").answer(&case(1 << 20)).unwrap();
    assert_eq!(answer, Answer::Refused);
    let answer = runner("wc -c >/dev/null").answer(&case(1 << 20)).unwrap();
    assert_eq!(answer, Answer::Taken { output: None });
}

#[test]
fn a_crash_is_no_refusal() {
    for script in [
        "kill -s SEGV $$",
        "exit 2",
        "exit 139",
        "exec /no/such/program",
    ] {
        let fault = answer(script).unwrap_err();
        assert!(
            matches!(fault, RunnerFault::Crashed(_)),
            "{script}: {fault}"
        );
    }
    let fault = Runner::new("/no/such/program", &[]).answer(&case(32));
    assert!(matches!(fault, Err(RunnerFault::NotStarted(_))));
}

#[test]
fn a_runner_that_hangs_is_ended_with_what_it_started() {
    // the second one has closed its output, the third one left a child that keeps it open
    for script in ["sleep 1000", "exec >&-; sleep 1000", "sleep 1000 & exit 0"] {
        let runner = runner(script).with_patience(Duration::from_millis(100));
        let fault = runner.answer(&case(32)).unwrap_err();
        assert!(matches!(fault, RunnerFault::Hung(_)), "{script}: {fault}");
    }
}

#[test]
fn a_runner_that_writes_without_end_is_ended() {
    let fault = answer("yes 00").unwrap_err();
    assert!(matches!(fault, RunnerFault::TooMuch(MAX_OUTPUT)), "{fault}");
}

#[test]
fn output_is_hex_or_an_error() {
    for script in ["echo 0", "echo no", "echo C0FFEE", r"printf '\377'"] {
        let fault = answer(script).unwrap_err();
        assert!(matches!(fault, RunnerFault::NotHex), "{script}: {fault}");
    }
}

#[test]
fn a_runner_has_the_name_that_it_says_or_that_of_its_program() {
    let named = runner("grep -q '\"name\"' && printf 6c69622031");
    assert_eq!(named.name().unwrap(), "lib 1");
    assert_eq!(runner("exit 89").name().unwrap(), "sh");
    assert_eq!(
        Runner::from_words(" sh -c true ").unwrap().name().unwrap(),
        "sh"
    );
    assert!(Runner::from_words(" ").is_none());
}

#[test]
fn answers_come_in_the_order_of_the_vectors_and_a_crash_is_one_of_them() {
    let sets = sets().unwrap();
    let is_key = |vector: &&Vector| vector.input.contains_key("public");
    let vectors: Vec<&Vector> = sets[0].vectors.iter().filter(is_key).take(12).collect();
    let script = "read -r line; case $line in *x25519*) kill $$;; *'0000\"'*) exit 1;; esac";
    let answers = runner(script).answers(&vectors, || ());
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(answers) {
        match (vector.operation.as_str(), answer) {
            ("x25519", Err(RunnerFault::Crashed(_))) => {}
            (_, Ok(answer)) => {
                let refused = vector.input["public"].ends_with("0000");
                assert_eq!(answer == Answer::Refused, refused, "{}", vector.id);
            }
            (_, other) => panic!("{}: {other:?}", vector.id),
        }
    }
}

#[test]
fn a_runner_that_always_hangs_is_given_up() {
    let sets = sets().unwrap();
    let vectors: Vec<&Vector> = sets[0].vectors.iter().take(4 * MAX_HANGS).collect();
    let runner = runner("sleep 1000").with_patience(Duration::from_millis(20));
    let answers = runner.answers(&vectors, || ());
    assert_eq!(answers.len(), vectors.len());
    assert!(matches!(answers[0], Err(RunnerFault::Hung(_))));
    assert!(matches!(
        answers[4 * MAX_HANGS - 1],
        Err(RunnerFault::GivenUp(MAX_HANGS))
    ));
}
