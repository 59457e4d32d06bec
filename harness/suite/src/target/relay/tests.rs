use std::{fs, path::Path};

use super::*;

fn places(folder: &Path) -> Places {
    Places {
        pruefstand: "/nowhere".into(),
        dir: folder.to_owned(),
    }
}

fn start(folder: &Path, script: &str) -> Result<Relay, TargetError> {
    let script = serde_json::to_string(script).unwrap();
    let text = format!(
        "name = \"t\"\n[relay]\nstart = [\"sh\", \"-c\", {script}]\naccounts = {{ method = \"registration_token\", token = \"t\" }}"
    );
    let manifest = Manifest::parse(&text, Path::new("t.toml"), folder.to_owned()).unwrap();
    Relay::start(&manifest, &places(folder), &[])
}

#[test]
fn a_relay_is_ready_when_it_says_so_and_can_be_killed_and_restarted() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo start >> starts; echo hello; echo listening http://127.0.0.1:1; mkfifo never 2>/dev/null; exec cat never";
    let mut relay = start(folder.path(), script).unwrap();
    assert_eq!(relay.base(), "http://127.0.0.1:1");
    assert!(relay.is_alive() && relay.is_ours());
    relay.kill();
    assert!(!relay.is_alive());
    relay.restart().unwrap();
    assert!(relay.is_alive());
    assert_eq!(
        fs::read_to_string(folder.path().join("starts")).unwrap(),
        "start\nstart\n"
    );
}

#[test]
fn a_relay_that_ends_early_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let Err(TargetError::EndedEarly { status, last }) =
        start(folder.path(), "echo no port left >&2; exit 3")
    else {
        panic!("it started");
    };
    assert!(
        status.contains('3') && last == "no port left",
        "{status} {last}"
    );
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"t\"\n[relay]\nstart = [\"{dir}/missing\"]\naccounts = { method = \"registration_token\", token = \"t\" }";
    let manifest = Manifest::parse(text, Path::new("t.toml"), folder.path().to_owned()).unwrap();
    let Err(error) = Relay::start(&manifest, &places(folder.path()), &[]) else {
        panic!("it started")
    };
    assert!(error.to_string().contains("/missing"), "{error}");
}

#[test]
fn a_relay_may_not_announce_an_address_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo listening http://192.0.2.7:80; mkfifo never 2>/dev/null; exec cat never";
    assert!(matches!(
        start(folder.path(), script),
        Err(TargetError::NotLoopback { .. })
    ));
}
