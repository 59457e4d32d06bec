//! One run with every outcome in it, and a transcript for its failures.

use harness_evidence::{
    Applicability, Artefact, CaseRecord, Claim, Deviation, Entry, Exchange, Expectation, Facets,
    Fault, Firing, JUDGE_VERSION, MakerClaim, Measured, Message, Plan, PlannedCheck, Requirement,
    Results, Role, RunRecord, Severity, TargetIdentity, Tool, Transcript, Twin, Witness, judge,
};
use serde_json::json;

/// The results of the run; `said` is everything that a target can say.
pub(crate) fn results(said: &str) -> Results {
    Results::fold(record(said))
}

/// The same run in which everything went well.
pub(crate) fn passed() -> Results {
    let mut record = record("fine");
    record
        .plan
        .checks
        .retain(|check| check.id == "megolm-01-replay");
    record.plan.checks[0].twins.truncate(1);
    record.cases = vec![
        case("megolm-01-replay", None, &good()),
        case("megolm-01-replay", Some("no-replay-index"), &bad("fine")),
    ];
    record.deviations.clear();
    record.requirements.truncate(1);
    Results::fold(record)
}

pub(crate) fn record(said: &str) -> RunRecord {
    let checks = checks(said);
    RunRecord {
        plan: Plan {
            run: "2026-11-23-7f3a".to_owned(),
            profile: None,
            catalogue: None,
            seed: 4711,
            variants: Vec::new(),
            shard: None,
            merged: Vec::new(),
            target: TargetIdentity {
                name: format!("example homeserver {said}"),
                manifest: "9c1e".repeat(16),
                relay: format!("example-relay 4.2.0 {said}"),
                client: String::new(),
                flaw: None,
                artefacts: vec![Artefact {
                    name: format!("server {said}"),
                    sha256: "5a".repeat(32),
                }],
                binding: "B3".to_owned(),
                claims: claims(said),
                ics: None,
            },
            checks,
        },
        tool: Tool {
            version: "0.1.0".to_owned(),
            judge: JUDGE_VERSION,
        },
        opened: "2026-11-23T03:00:00.000Z".to_owned(),
        closed: Some("2026-11-23T03:00:41.250Z".to_owned()),
        cases: cases(said),
        asked: std::collections::BTreeMap::new(),
        requirements: requirements(),
        deviations: vec![Deviation {
            check: "srv-02-throttle".to_owned(),
            reason: format!("throttled by the proxy in front {said}"),
            expires: "2027-05-01".to_owned(),
        }],
        measured: Measured::default(),
        command: "pruefstand run --relay targets/example.toml --seed 4711".to_owned(),
    }
}

pub(crate) fn transcript(path: &str, said: &str) -> Option<Transcript> {
    match path {
        "cases/megolm-01-replay/target/transcript.json" => Some(bad(said)),
        "cases/srv-02-throttle/target/transcript.json" => Some(bad(said)),
        _ => None,
    }
}

fn claims(said: &str) -> Vec<MakerClaim> {
    let claim = |text: String, requirements: &[&str]| MakerClaim {
        text,
        requirements: requirements.iter().map(|id| (*id).to_owned()).collect(),
    };
    vec![
        claim(format!("Nothing is shown twice. {said}"), &["E2E-08"]),
        claim("Nothing is lost.".to_owned(), &["AVL-04", "USE-99"]),
        claim("It is simply safe.".to_owned(), &[]),
    ]
}

fn checks(said: &str) -> Vec<PlannedCheck> {
    let planned = || Applicability::Planned;
    let unreachable = Applicability::NotTestable {
        missing: "verb verification.start".to_owned(),
    };
    let inapplicable = Applicability::NotApplicable {
        rule: format!("the manifest claims no media {said}"),
    };
    let replay = ["no-replay-index", "replay-key-is-ciphertext-hash"];
    let mut throttle = check("srv-02-throttle", planned(), &["no-login-throttle"]);
    throttle.severity = Severity::Should;
    throttle.requirements = vec!["CLO-07".to_owned()];
    let mut hash = check("att-01-hash", inapplicable, &["no-hash"]);
    hash.requirements = vec!["MED-01".to_owned()];
    vec![
        check("dir-01-swap", planned(), &["missing-signature-means-ok"]),
        check("megolm-01-replay", planned(), &replay),
        check("olm-02-prekey", planned(), &["prekey-replay-ok"]),
        check("srv-01-dead", planned(), &["logs-body"]),
        throttle,
        check("ver-01-sas", unreachable, &["sas-no-commitment"]),
        check("ver-02-sas", Applicability::Deselected {}, &["sas-short"]),
        hash,
    ]
}

fn check(id: &str, applicability: Applicability, twins: &[&str]) -> PlannedCheck {
    PlannedCheck {
        id: id.to_owned(),
        version: 1,
        purpose: "A message that the relay delivers twice is shown once.".to_owned(),
        precondition: "Alice and Bob talk in an encrypted room.".to_owned(),
        expected: "Bob sees the message once; the second delivery is not shown.".to_owned(),
        requirements: vec!["E2E-08".to_owned()],
        attacks: vec!["ATK-MEGOLM-01".to_owned()],
        severity: Severity::Must,
        witness: Witness::Driver,
        applicability,
        twins: twins
            .iter()
            .map(|flaw| Twin {
                flaw: (*flaw).to_owned(),
                code: "replay-shown".to_owned(),
            })
            .collect(),
    }
}

fn cases(said: &str) -> Vec<CaseRecord> {
    vec![
        case("dir-01-swap", None, &good()),
        case("dir-01-swap", Some("missing-signature-means-ok"), &bad("")),
        case("megolm-01-replay", None, &bad(said)),
        case("megolm-01-replay", Some("no-replay-index"), &bad("")),
        case(
            "megolm-01-replay",
            Some("replay-key-is-ciphertext-hash"),
            &good(),
        ),
        case("olm-02-prekey", None, &stopped(Fault::Target, said)),
        case("olm-02-prekey", Some("prekey-replay-ok"), &bad("")),
        case("srv-01-dead", None, &stopped(Fault::Environment, said)),
        case("srv-01-dead", Some("logs-body"), &bad("")),
        case("srv-02-throttle", None, &bad(said)),
        case("srv-02-throttle", Some("no-login-throttle"), &bad("")),
    ]
}

fn case(check: &str, flaw: Option<&str>, transcript: &Transcript) -> CaseRecord {
    let folder = flaw.unwrap_or("target");
    CaseRecord {
        check: check.to_owned(),
        flaw: flaw.map(ToOwned::to_owned),
        verdict: judge(transcript, Witness::Driver),
        transcript: format!("cases/{check}/{folder}/transcript.json"),
        sha256: "5e0c".repeat(16),
        milliseconds: 137,
    }
}

fn requirements() -> Vec<Requirement> {
    let requirement = |id: &str, severity, text_en: &str, text_de: &str| Requirement {
        id: id.to_owned(),
        severity,
        text_en: text_en.to_owned(),
        text_de: text_de.to_owned(),
        sources: vec!["T1:Ntwk_6 (V)".to_owned(), "G+:DEV.3.1 (W)".to_owned()],
        facets: Facets::default(),
    };
    let (must, should) = (Severity::Must, Severity::Should);
    vec![
        requirement(
            "E2E-08",
            must,
            "Replays are refused.",
            "Wiedereinspielungen werden abgewiesen.",
        ),
        requirement(
            "CLO-07",
            should,
            "Guessing is slowed down.",
            "Raten wird gebremst.",
        ),
        requirement(
            "MED-01",
            must,
            "Attachments are encrypted.",
            "Anhänge sind verschlüsselt.",
        ),
        requirement(
            "AVL-04",
            must,
            "Nothing acknowledged is lost.",
            "Nichts Bestätigtes geht verloren.",
        ),
    ]
}

/// The honest control works, the replay is not shown.
fn good() -> Transcript {
    story(1, "")
}

/// The replay is shown.
fn bad(said: &str) -> Transcript {
    story(2, said)
}

fn story(shown: usize, said: &str) -> Transcript {
    let mut transcript = Transcript::default();
    for actor in ["alice", "bob"] {
        transcript.push(Entry::Call {
            actor: actor.to_owned(),
            method: "actor.login".to_owned(),
            params: json!({"password": "«redacted:password»"}),
            answer: json!({"user": format!("@{actor}:example")}),
        });
    }
    transcript.push(exchange("alice", "room_send", said, &[]));
    let control = observation(&mut transcript, 1, said);
    expect(&mut transcript, "control-shown", Role::Control, control);
    transcript.push(exchange("bob", "sync", said, &["replay"]));
    transcript.push(exchange("bob", "keys_query", said, &["drop"]));
    let seen = observation(&mut transcript, shown, said);
    expect(&mut transcript, "replay-shown", Role::Attack, seen);
    let after = observation(&mut transcript, shown.min(1), said);
    expect(&mut transcript, "next-shown", Role::State, after);
    transcript
}

fn observation(transcript: &mut Transcript, count: usize, said: &str) -> usize {
    let item = json!({
        "body": "canary", "sender": "@alice:example", "state": "decrypted", "trust": "verified", "note": said,
    });
    transcript.push(Entry::Observation {
        what: format!("what Bob sees {said}"),
        witness: Witness::Driver,
        value: json!({ "timeline": vec![item; count] }),
    })
}

fn expect(transcript: &mut Transcript, code: &str, role: Role, about: usize) {
    transcript.push(Entry::Expectation(Expectation {
        code: code.to_owned(),
        role,
        about: vec![about],
        claim: Claim::NotRepeated {
            body: "canary".to_owned(),
        },
    }));
}

fn exchange(actor: &str, class: &str, said: &str, actions: &[&str]) -> Entry {
    let message = |head: &str| Message {
        head: head.to_owned(),
        body: json!({"said": said, "events": [{"type": "m.room.encrypted"}]}),
    };
    let is_dropped = actions == ["drop"];
    Entry::Exchange(Exchange {
        actor: actor.to_owned(),
        class: class.to_owned(),
        request: message("GET /_matrix/client/v3/sync"),
        forwarded: None,
        answered: (!is_dropped).then(|| message("200")),
        response: message(if is_dropped { "504" } else { "200" }),
        firings: actions
            .iter()
            .map(|action| Firing {
                rule: format!("{action} the message"),
                action: (*action).to_owned(),
                before: "00".repeat(32),
                after: "11".repeat(32),
            })
            .collect(),
    })
}

fn stopped(fault: Fault, said: &str) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.push(Entry::Stopped {
        fault,
        reason: format!("the relay answered 500 {said}"),
    });
    transcript
}
