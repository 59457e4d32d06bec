//! Against a relay of a few lines: it answers from a list and keeps what it was asked.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::PathBuf,
    thread::{self, JoinHandle},
};

use super::*;

/// Answers one request after the other, each on a connection of its own; its end returns the bodies.
fn relay(answers: &'static [(u16, &'static str)]) -> (String, JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let answer_one = |(status, answer): &(u16, &str)| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            stream
                .get_mut()
                .write_all(format!("{head}{answer}").as_bytes())
                .unwrap();
            serde_json::from_slice(&body).unwrap_or_default()
        };
        answers.iter().map(answer_one).collect()
    });
    (base, thread)
}

fn accounts(base: &str, source: &str) -> Accounts {
    let text = format!("name = \"t\"\n[relay]\nurl = \"{base}\"\naccounts = {source}");
    let manifest = Manifest::parse(&text, Path::new("t.toml"), PathBuf::from("/")).unwrap();
    Accounts::of(&manifest, base).unwrap()
}

const TOKEN: &str =
    "{ method = \"registration_token\", token = \"many\", single_use = [\"a\", \"b\"] }";

#[test]
fn registration_goes_through_every_stage_of_a_known_flow() {
    let (base, served) = relay(&[
        (
            401,
            r#"{"session":"s","flows":[{"stages":["m.login.email"]},{"stages":["m.login.registration_token","m.login.dummy"]}]}"#,
        ),
        (
            401,
            r#"{"session":"s","completed":["m.login.registration_token"],"flows":[{"stages":["m.login.registration_token","m.login.dummy"]}]}"#,
        ),
        (200, r#"{"user_id":"@anna:x"}"#),
    ]);
    let account = accounts(&base, TOKEN).create("anna").unwrap();
    assert_eq!(
        (account.user.as_str(), account.localpart.as_str()),
        ("@anna:x", "anna")
    );
    let asked = served.join().unwrap();
    assert_eq!(
        asked[1]["auth"],
        serde_json::json!({ "type": "m.login.registration_token", "session": "s", "token": "many" })
    );
    assert_eq!(
        asked[2]["auth"],
        serde_json::json!({ "type": "m.login.dummy", "session": "s" })
    );
    assert!(asked.iter().all(|body| body["inhibit_login"] == true));
}

#[test]
fn a_refused_registration_says_status_and_code() {
    let (base, _served) = relay(&[(403, r#"{"errcode":"M_FORBIDDEN"}"#)]);
    let error = accounts(&base, TOKEN)
        .create("anna")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the relay made no account anna: status 403 M_FORBIDDEN"
    );
}

#[test]
fn a_refused_token_is_not_sent_again() {
    let (base, served) = relay(&[
        (
            401,
            r#"{"session":"s","flows":[{"stages":["m.login.registration_token"]}]}"#,
        ),
        (
            401,
            r#"{"session":"s","errcode":"M_UNAUTHORIZED","flows":[{"stages":["m.login.registration_token"]}]}"#,
        ),
    ]);
    assert!(matches!(
        accounts(&base, TOKEN).create("anna"),
        Err(TargetError::NotRegistered { status: 401, .. })
    ));
    assert_eq!(served.join().unwrap().len(), 2);
}

#[test]
fn an_invitation_is_given_out_once_across_copies() {
    let accounts = accounts("http://127.0.0.1:1", TOKEN);
    let copy = accounts.moved_to("http://127.0.0.1:2");
    assert_ne!(accounts.invitation().unwrap(), copy.invitation().unwrap());
    assert!(matches!(
        copy.invitation(),
        Err(TargetError::NoInvitationLeft { limit: 2 })
    ));
}

#[test]
fn accounts_of_a_file_are_used_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.toml"),
        "[[account]]\nuser = \"@anna:x\"\npassword = \"p\"\n",
    )
    .unwrap();
    let text = "name = \"t\"\n[relay]\nurl = \"http://127.0.0.1:1\"\naccounts = { method = \"static\", file = \"a.toml\" }";
    let manifest = Manifest::parse(text, Path::new("t.toml"), folder.path().to_owned()).unwrap();
    let accounts = Accounts::of(&manifest, "http://127.0.0.1:1").unwrap();
    assert_eq!(accounts.create("x").unwrap().localpart, "anna");
    assert!(matches!(
        accounts.create("y"),
        Err(TargetError::NoAccountLeft { limit: 1 })
    ));
}

#[test]
fn passwords_differ_between_users_and_between_targets() {
    let of = |secret: &str, name| password(&Secret::new(secret), name);
    assert_ne!(of("s", "anna"), of("s", "bert"));
    assert_ne!(of("s", "anna"), of("t", "anna"));
    assert_eq!(of("s", "anna"), of("s", "anna"));
}
