use harness_evidence::Switch;

use super::*;

const WHOLE: &str = r#"
name = "A messenger"
claims = ["end-to-end encrypted"]

[ics]
groups = true
channels = false
appointments = false
media = true
address_book = false
contacts = false
directory = false
push = false
backup = false
linked_devices = false
invitations = false
passwords = false
signals = false
tenants = false
federation = false
desktop_app = false
mobile_app = false
web_client = false
verification = false
expiry = false
post_quantum = false

[ics.limits]
group_members = 200

[relay]
start = ["{pruefstand}", "relay", "--store", "{dir}/store"]
ready = "stdout"
store = ["{dir}/store"]
log = ["{dir}/relay.log"]
accounts = { method = "registration_token", token = "many", single_use = ["once"] }

[client]
drive = ["{root}/shim.py"]

[[deviation]]
check = "relay.login-throttled"
reason = "throttled by the proxy in front"
expires = "2027-05-01"

[[claim]]
text = "nobody joins without an invitation"
requirements = ["CLO-01"]
"#;

fn parse(text: &str) -> Result<Manifest, TargetError> {
    Manifest::parse(text, Path::new("m.toml"), PathBuf::from("/targets"))
}

fn with_relay(relay: &str) -> String {
    format!(
        "name = \"x\"\n[relay]\n{relay}\naccounts = {{ method = \"static\", file = \"a.toml\" }}\n"
    )
}

fn problem(relay: &str) -> String {
    parse(&with_relay(relay)).unwrap_err().to_string()
}

#[test]
fn a_whole_manifest_is_understood() {
    let manifest = parse(WHOLE).unwrap();
    let places = Places {
        pruefstand: "/p".into(),
        dir: "/run".into(),
    };
    assert_eq!(manifest.drive(&places).unwrap(), ["/targets/shim.py"]);
    assert_eq!(
        manifest.kept(&places),
        [PathBuf::from("/run/store"), PathBuf::from("/run/relay.log")]
    );
    assert!(matches!(manifest.relay.reach, Reach::Announced { .. }));
    assert_eq!(
        manifest.deviations.first().unwrap().expires.to_string(),
        "2027-05-01"
    );
}

#[test]
fn claims_are_plain_sentences_or_name_what_must_hold() {
    let claims = parse(WHOLE).unwrap().claims;
    let [plain, mapped] = claims.as_slice() else {
        panic!("{claims:?}");
    };
    assert_eq!(plain.text, "end-to-end encrypted");
    assert!(plain.requirements.is_empty());
    assert_eq!(mapped.requirements, ["CLO-01"]);
    let unknown = WHOLE.replace("requirements = [", "proofs = [");
    assert!(parse(&unknown).unwrap_err().to_string().contains("proofs"));
}

#[test]
fn secrets_of_a_manifest_do_not_show() {
    let shown = format!("{:?}", parse(WHOLE).unwrap());
    assert!(
        !shown.contains("many") && !shown.contains("once"),
        "{shown}"
    );
}

#[test]
fn mistakes_get_one_line_with_file_and_reason() {
    for (text, part) in [
        ("name = 1", "m.toml: line 1: "),
        (
            &with_relay("url = \"http://127.0.0.1:1\"\nflavour = 1"),
            "unknown field `flavour`",
        ),
        (
            &WHOLE.replace("2027-05-01", "soon"),
            "\"soon\" is not a day",
        ),
        (&WHOLE.replace("{root}", "{home}"), "{home} is not one of"),
        (
            &WHOLE.replace("\"{root}/shim.py\"", ""),
            "client.drive names no program",
        ),
        (
            &WHOLE.replace("registration_token", "magic"),
            "unknown variant `magic`",
        ),
        (&WHOLE.replace("A messenger", " "), "name is empty"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn a_relay_is_either_started_or_reached() {
    assert!(problem("").contains("needs start or url"));
    assert!(problem("start = []").contains("names no program"));
    assert!(problem("start = [\"x\"]\nready = \"http\"").contains("needs relay.url"));
    assert!(problem("start = [\"x\"]\nurl = \"http://127.0.0.1:1\"").contains("ready = \"http\""));
    assert!(problem("url = \"http://127.0.0.1:1\"\nready = \"http\"").contains("with start"));
}

#[test]
fn attacks_stay_on_this_machine_unless_the_manifest_says_otherwise() {
    for url in [
        "http://127.0.0.1:8008",
        "http://[::1]:8008",
        "http://localhost:1",
        "https://127.9.9.9",
    ] {
        assert!(
            parse(&with_relay(&format!("url = \"{url}\""))).is_ok(),
            "{url}"
        );
    }
    for url in [
        "http://192.0.2.1",
        "http://localhost.example",
        "http://0.0.0.0:1",
        "https://chat.example",
    ] {
        assert!(
            problem(&format!("url = \"{url}\"")).contains("not on this machine"),
            "{url}"
        );
        assert!(
            parse(&with_relay(&format!(
                "url = \"{url}\"\nallow_remote = true"
            )))
            .is_ok()
        );
    }
    for url in [
        "ftp://127.0.0.1",
        "http://a:b@127.0.0.1",
        "http://127.0.0.1/x",
        "http://127.0.0.1?x",
        "127.0.0.1:80",
    ] {
        assert!(
            problem(&format!("url = \"{url}\"")).contains("not the address"),
            "{url}"
        );
    }
}

#[test]
fn a_missing_or_endless_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.toml");
    assert!(
        Manifest::read(&path)
            .unwrap_err()
            .to_string()
            .contains("m.toml")
    );
    std::fs::write(&path, "#".repeat(300 << 10)).unwrap();
    assert!(matches!(
        Manifest::read(&path),
        Err(TargetError::TooLong { .. })
    ));
}

/// What is wrong with the whole manifest in which one line reads otherwise.
fn wrong(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    parse(&WHOLE.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn a_statement_says_of_everything_whether_it_is_there() {
    let ics = parse(WHOLE).unwrap().ics.unwrap();
    assert_eq!(ics.declares(Switch::Groups), Some(true));
    assert_eq!(ics.declares(Switch::Channels), Some(false));
    assert_eq!(ics.limits.group_members, Some(200));
    assert_eq!(ics.switches.len(), Switch::ALL.len());
    let error = wrong("push = false\nbackup = false\n", "");
    assert_eq!(
        error,
        "m.toml: [ics] is not complete: write true or false for push, backup"
    );
    for (from, to) in [("push =", "pull ="), ("push = false", "push = \"no\"")] {
        let error = wrong(from, to);
        assert!(
            error.starts_with("m.toml: ") && !error.contains('\n'),
            "{error}"
        );
    }
}

#[test]
fn whoever_claims_something_says_what_there_is() {
    let (before, rest) = WHOLE.split_once("[ics]").unwrap();
    let (_, after) = rest.split_once("[relay]").unwrap();
    let without = format!("{before}[relay]{after}");
    let error = parse(&without).unwrap_err().to_string();
    assert!(
        error.contains("write [ics] with true or false for groups, channels"),
        "{error}"
    );
    assert!(!error.contains('\n'));
    let silent = without.replace("claims = [\"end-to-end encrypted\"]", "");
    assert_eq!(parse(&silent).unwrap_err().to_string(), error);
    let (silent, _) = silent.split_once("[[claim]]").unwrap();
    assert_eq!(parse(silent).unwrap().ics, None);
    let empty = format!("{before}[ics]\n[relay]{after}");
    let error = parse(&empty).unwrap_err().to_string();
    assert!(error.contains("[ics] is not complete"), "{error}");
}

#[test]
fn a_limit_belongs_to_something_that_is_there() {
    for (from, to, part) in [
        ("group_members = 200", "group_members = 0", "is no limit"),
        (
            "groups = true",
            "groups = false",
            "group_members needs groups",
        ),
        ("expiry = false", "expiry = true", "needs retention_days"),
        ("group_members = 200", "group_members = -1", "invalid value"),
        (
            "group_members = 200",
            "members = 200",
            "unknown field `members`",
        ),
    ] {
        let error = wrong(from, to);
        assert!(error.contains(part) && !error.contains('\n'), "{error}");
    }
}
