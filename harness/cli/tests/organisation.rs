//! An organisation from its founding to the removal of an account, by the commands that its administrators have.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use reference_chat::Link;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A relay of the organisation, and the folder where everything lies.
struct Office {
    folder: TempDir,
    relay: Child,
    url: String,
}

impl Office {
    fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let founded = command(&["org", "new", "--name", "Example AG"], folder.path());
        assert!(founded.status.success(), "{founded:?}");
        let mut relay = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
            .args(["reference", "relay", "--store", "store", "--log", "log"])
            .args(["--organisation", "organisation/charter.json"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = relay.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening ").unwrap().to_owned();
        Self { folder, relay, url }
    }

    /// Runs a command that talks with the relay, and reads what it prints as JSON.
    fn json(&self, words: &[&str]) -> Value {
        let done = self.run(words);
        assert!(done.status.success(), "{words:?}: {done:?}");
        serde_json::from_slice(&done.stdout).unwrap()
    }

    fn run(&self, words: &[&str]) -> Output {
        let more = ["--relay", &self.url, "--format", "json"];
        command(&[words, &more].concat(), self.folder.path())
    }

    fn refused(&self, words: &[&str], reason: &str) {
        let done = self.run(words);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(69), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(reason), "{said}");
    }

    /// Invites and registers a user as a client does that knows Matrix only.
    fn enrol(&self, user: &str) -> u16 {
        let code = self.json(&["invite", "new", "--server", "localhost", "--as", "admin"]);
        let code = code["code"].as_str().unwrap();
        fs::write(self.folder.path().join("code"), code).unwrap();
        let redeem = ["invite", "redeem", "--user", user, "code"];
        let token = command(&redeem, self.folder.path());
        let token = String::from_utf8(token.stdout).unwrap();
        let name = user.trim_start_matches('@').split(':').next().unwrap();
        let auth = json!({ "type": "m.login.registration_token", "token": token.trim() });
        let body = json!({ "username": name, "password": "a long password", "auth": auth });
        let link = Link::new(&self.url, None).unwrap();
        link.send("POST", "/_matrix/client/v3/register", &body).0
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.relay.kill().unwrap();
        self.relay.wait().unwrap();
    }
}

fn command(words: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .arg("reference")
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn administrators_invite_list_and_remove_people() {
    let office = Office::found();
    let admin = [
        "org", "grant", "admin", "--role", "admin", "--tenant", "main",
    ];
    assert_eq!(office.json(&admin)["acts"], json!(1));
    assert_eq!(office.enrol("@anna:localhost"), 200);
    let users = office.json(&["user", "list", "--as", "admin"]);
    assert_eq!(users["users"][0]["user_id"], json!("@anna:localhost"));
    let of_anna = ["device", "list", "@anna:localhost", "--as", "admin"];
    let devices = office.json(&of_anna);
    let device = devices["devices"][0]["device_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let remove = ["device", "remove", "@anna:localhost", "--device", &device];
    office.json(&remove);
    assert_eq!(office.json(&of_anna)["devices"], json!([]));
    office.json(&["user", "remove", "@anna:localhost", "--as", "admin"]);
    let users = office.json(&["user", "list"]);
    assert_eq!(users["users"][0]["removed"], json!(true));
    let log = office.json(&["org", "log"]);
    assert_eq!(log["head"]["length"], json!(4));
    office.refused(&["user", "remove", "@nobody:localhost"], "no such user");
    // a relay that shows less than it showed is found out
    let head = office.folder.path().join("organisation/head.json");
    let longer = json!({ "digest": log["head"]["digest"], "length": 5 });
    fs::write(&head, longer.to_string()).unwrap();
    office.refused(&["org", "log"], "log has 4 entries, 5 were known");
}

#[test]
fn a_policy_is_written_signed_and_published_once() {
    let office = Office::found();
    let rules = office.folder.path().join("rules.toml");
    fs::write(
        &rules,
        "external = \"allow\"\n[leaving]\ndisableOpenIn = false\n",
    )
    .unwrap();
    let sign = ["policy", "sign", "rules.toml", "--number", "3"];
    let signed = command(&sign, office.folder.path());
    assert!(signed.status.success(), "{signed:?}");
    let file = office.folder.path().join("policy.json");
    fs::File::create(&file)
        .unwrap()
        .write_all(&signed.stdout)
        .unwrap();
    let published = office.json(&["policy", "publish", "policy.json"]);
    assert_eq!(published["version"], json!(3));
    office.refused(&["policy", "publish", "policy.json"], "version 3 was seen");
    fs::write(&rules, "[leaving]\ndisableOpenin = true\n").unwrap();
    let unknown = command(&["policy", "show", "rules.toml"], office.folder.path());
    assert_eq!(unknown.status.code(), Some(64));
}

#[test]
fn a_directory_is_sealed_before_the_relay_sees_it() {
    let office = Office::found();
    let people = office.folder.path().join("people.toml");
    let person = "[[person]]\nuser = \"@anna:localhost\"\nname = \"Anna Beispiel\"\n";
    fs::write(&people, person).unwrap();
    let publish = ["directory", "publish", "people.toml", "--number", "1"];
    let published = office.json(&publish);
    assert_eq!(published["listed"], json!(1));
    office.refused(&publish, "version 1 was seen");
    let stored = office.folder.path().join("store/relay.db");
    let mut bytes = fs::read(&stored).unwrap();
    bytes.extend(fs::read(stored.with_extension("db-wal")).unwrap_or_default());
    assert!(!bytes.windows(8).any(|part| part == b"Beispiel"));
    let key = office
        .folder
        .path()
        .join("organisation/directory-main.json");
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::write(&people, "[[person]]\nuser = \"anna\"\nname = \"A\"\n").unwrap();
    let wrong = ["directory", "publish", "people.toml", "--number", "2"];
    let wrong = office.run(&wrong);
    assert_eq!(wrong.status.code(), Some(64), "{wrong:?}");
}

#[test]
fn keys_are_their_owners_alone_and_never_shown() {
    let office = Office::found();
    let keys = office.folder.path().join("organisation/keys");
    let mut seeds = Vec::new();
    for name in ["root", "owner"] {
        let file = keys.join(format!("{name}.json"));
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let key: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        seeds.push(key["seed"].as_str().unwrap().to_owned());
    }
    let show = ["org", "show", "--format", "json"];
    let shown = command(&show, office.folder.path());
    let again = command(&["org", "new", "--name", "Another"], office.folder.path());
    assert_eq!(again.status.code(), Some(69));
    for output in [shown.stdout, again.stderr] {
        let text = String::from_utf8(output).unwrap();
        assert!(seeds.iter().all(|seed| !text.contains(seed)));
    }
    office.refused(&["user", "list", "--as", "nobody"], "nobody.json");
}
