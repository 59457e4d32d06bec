use std::fs;

use harness_driver::RefusalClass;

use super::*;

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"protocol":{"major":1,"minor":0},"driver":{"name":"sh","version":"1"},"product":{"name":"none","version":"1"},"channel":"test","level":"engine","verbs":["observe"],"clock":"virtual"}}"#;

/// A driver that runs `script` after it said hello.
fn start(folder: &Path, script: &str, patience: Patience) -> Result<ClientDriver, DriverFault> {
    let script = format!("read line; echo '{HELLO}'; {script}");
    start_raw(folder, &script, patience)
}

fn start_raw(folder: &Path, script: &str, patience: Patience) -> Result<ClientDriver, DriverFault> {
    let command = ["sh", "-c", script].map(str::to_owned);
    ClientDriver::start(&command, &folder.join("stderr"), patience)
}

/// What comes of one call to a driver that answers it by `script`.
fn call(script: &str) -> Result<(u64, Reply), DriverFault> {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = start(folder.path(), script, Patience::DRIVER).unwrap();
    driver.call(&observe())
}

fn seconds(seconds: u16) -> Patience {
    Patience::try_from(seconds).unwrap()
}

fn observe() -> Call {
    Call::Observe {
        actor: "a".to_owned(),
        conv: "c".to_owned(),
    }
}

fn fault(script: &str) -> String {
    call(script).unwrap_err().to_string()
}

#[test]
fn an_answer_of_the_right_shape_is_a_reply() {
    let (id, reply) =
        call(r#"read line; echo '{"jsonrpc":"2.0","id":2,"result":{"timeline":[],"members":[]}}'"#)
            .unwrap();
    assert_eq!(id, 2);
    assert!(matches!(reply, Reply::Observation(_)));
}

#[test]
fn the_call_stands_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("line");
    let script = format!(
        "read -r line; printf '%s' \"$line\" > {}; exit 0",
        written.display()
    );
    assert!(
        start(folder.path(), &script, Patience::DRIVER)
            .unwrap()
            .call(&observe())
            .is_err()
    );
    let line: serde_json::Value = serde_json::from_slice(&fs::read(written).unwrap()).unwrap();
    assert_eq!(line["method"], "observe");
    assert_eq!(line["id"], 2);
}

#[test]
fn a_driver_that_dies_is_named_with_its_last_words() {
    let error = fault("read line; echo out of luck >&2; exit 7");
    assert!(
        error.contains("died") && error.contains('7') && error.contains("out of luck"),
        "{error}"
    );
    assert!(fault("exit 0").contains("died"));
}

#[test]
fn a_dead_driver_stays_dead() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = start(folder.path(), "exit 1", Patience::DRIVER).unwrap();
    for _ in 0..3 {
        assert!(matches!(
            driver.call(&observe()),
            Err(DriverFault::Died { .. })
        ));
    }
}

#[test]
fn a_driver_that_hangs_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    // Patience must be enough for the hello on a busy machine, and is then spent in full.
    let mut driver = start(folder.path(), "while read line; do :; done", seconds(3)).unwrap();
    assert_eq!(
        driver.call(&observe()),
        Err(DriverFault::Hung { seconds: 3 })
    );
    assert!(matches!(
        driver.call(&observe()),
        Err(DriverFault::Died { .. })
    ));
}

#[test]
fn a_driver_that_does_not_read_cannot_block_the_bench() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mkfifo \"$0\"; cat \"$0\""
        .replace("$0", &folder.path().join("never").display().to_string());
    let mut driver = start(folder.path(), &script, seconds(3)).unwrap();
    let long = Call::MsgSend {
        actor: "a".to_owned(),
        conv: "c".to_owned(),
        body: "x".repeat(1 << 20),
        now: 0,
    };
    assert_eq!(driver.call(&long), Err(DriverFault::Hung { seconds: 3 }));
}

#[test]
fn garbage_is_named() {
    for (script, part) in [
        ("read line; echo hello world", "no JSON-RPC answer"),
        (
            r#"read line; echo '{"jsonrpc":"2.0","id":2}'"#,
            "neither a result nor an error",
        ),
        (
            r#"read line; echo '{"jsonrpc":"2.0","id":9,"result":{}}'"#,
            "call 2 was answered as call 9",
        ),
        (
            r#"read line; echo '{"jsonrpc":"1.0","id":2,"result":{}}'"#,
            "not JSON-RPC 2.0",
        ),
        (
            r#"read line; echo '{"jsonrpc":"2.0","id":2,"result":{"timeline":7}}'"#,
            "does not fit the verb",
        ),
        (
            r#"read line; echo '{"jsonrpc":"2.0","id":2,"result":{},"more":1}'"#,
            "unknown field",
        ),
        (
            r#"read line; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32001,"message":"no","data":{"feature":"observe"}}}'"#,
            "lists observe",
        ),
    ] {
        let error = fault(script);
        assert!(
            error.contains("breaks the protocol") && error.contains(part),
            "{error}"
        );
    }
}

#[test]
fn an_endless_line_ends_the_driver() {
    assert_eq!(
        call("read line; yes | tr -d '\\n'"),
        Err(DriverFault::TooLong)
    );
}

#[test]
fn a_refusal_is_behaviour_of_the_product() {
    let answer = r#"read line; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32002,"message":"no","data":{"class":"policy"}}}'"#;
    let refusal = call(answer).unwrap_err().refusal();
    assert_eq!(refusal, Some((RefusalClass::Policy, "no".to_owned())));
    let answer = r#"read line; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32005,"message":"no","data":{"handle":"h"}}}'"#;
    assert_eq!(
        call(answer),
        Err(DriverFault::BadHandle {
            handle: "h".to_owned()
        })
    );
}

#[test]
fn a_driver_of_another_protocol_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "read line; echo '{}'; read line",
        HELLO.replace("\"major\":1", "\"major\":2")
    );
    let Err(fault) = start_raw(folder.path(), &script, Patience::DRIVER) else {
        panic!("it was taken")
    };
    assert!(
        fault.to_string().contains("version 2 of the protocol"),
        "{fault}"
    );
}

#[test]
fn a_driver_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Err(fault) = ClientDriver::start(
        &["/missing/shim".to_owned()],
        &folder.path().join("stderr"),
        Patience::DRIVER,
    ) else {
        panic!("it started")
    };
    assert!(fault.to_string().contains("/missing/shim"), "{fault}");
}
