//! One-time keys on the relay.

use std::{collections::BTreeMap, ops::Range};

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{path, status};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Scene, Seen, Session, request},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-claims-limited",
        version: 1,
        subject: Subject::Relay,
        requirements: &["KEY-09"],
        attacks: &["ATK-OLM-06"],
        severity: Severity::Should,
        witness: Witness::Wire,
        purpose: "Nobody alone takes all one-time keys of a device, nor sees by trying when it has filled them up.",
        precondition: "Anna's device has uploaded fifty one-time keys; Bert claims one of them.",
        expected: "After sixty claims of Mallory's, Bert still gets a key of his own; Mallory's next claim is answered the same before and after Anna uploads again.",
        needs: &[Need::Offer("claim-limit")],
        twins: &[Seeded::relay(
            "relay-no-claim-limit",
            "supply-drained-by-one",
        )],
        run: claims_limited,
    },
    Check {
        id: "relay-one-time-key-once",
        version: 1,
        subject: Subject::Relay,
        requirements: &["KEY-09"],
        attacks: &["ATK-OLM-08"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A one-time key is handed out once, also when many ask in the same moment.",
        precondition: "Anna's device has uploaded twelve one-time keys and no fallback key.",
        expected: "Of twenty claims, eight of them at once, no two get the same key, and all twelve keys are handed out.",
        needs: &[],
        twins: &[Seeded::relay("relay-otk-reissue", "key-handed-out-twice")],
        run: handed_out_once,
    },
];

/// As many as clients keep at the relay, and more claims than that.
const SUPPLY: u64 = 50;
const DRAINING: usize = 60;

fn claims_limited(scene: &mut Scene) -> Result<(), Stop> {
    let [anna, bert, mallory] = [
        scene.session("anna")?,
        scene.session("bert")?,
        scene.session("mallory")?,
    ];
    upload(scene, &anna, 0..SUPPLY)?;
    let before = claimed(scene, &bert, &anna)?;
    scene.expect(Role::Control, "control-lost", &[&before], one_key(1));
    for _ in 0..DRAINING {
        claimed(scene, &mallory, &anna)?;
    }
    let after = claimed(scene, &bert, &anna)?;
    scene.expect(Role::Attack, "supply-drained-by-one", &[&after], one_key(1));
    let empty = claimed(scene, &mallory, &anna)?;
    upload(scene, &anna, SUPPLY..2 * SUPPLY)?;
    let refilled = claimed(scene, &mallory, &anna)?;
    let same = Claim::Same {};
    scene.expect(Role::Attack, "refill-told", &[&empty, &refilled], same);
    scene.must_work(Role::State, "session-lost", &mallory)
}

fn upload(scene: &mut Scene, owner: &Session, numbers: Range<u64>) -> Result<Seen, Stop> {
    let body = Payload::Json(keys(owner, numbers));
    scene.ask(Some(owner), "POST", &path(&["keys", "upload"]), body)
}

/// How many keys a claim of one gets, and with which status: `{"keys": n, "status": …}`.
fn claimed(scene: &mut Scene, by: &Session, of: &Session) -> Result<Seen, Stop> {
    let body = json!({ "one_time_keys": { &of.user: { &of.device: "signed_curve25519" } } });
    let at = path(&["keys", "claim"]);
    let answer = scene.ask(Some(by), "POST", &at, Payload::Json(body))?;
    let keys = usize::from(handed_key(&answer, of).is_some());
    let value = json!({ "keys": keys, "status": answer.value.get("status") });
    Ok(scene.note_seen("what a claim of a key gets", Witness::Wire, value))
}

fn one_key(keys: u64) -> Claim {
    Claim::Within {
        pointer: "/keys".to_owned(),
        least: keys,
        most: keys,
    }
}

const KEYS: u64 = 12;
const CLAIMS_AT_ONCE: usize = 8;
const CLAIMS_AFTERWARDS: usize = 12;

fn handed_out_once(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.session("bert")?);
    let uploaded = upload(scene, &anna, 0..KEYS)?;
    let counted = Claim::Is {
        pointer: "/body/one_time_key_counts/signed_curve25519".to_owned(),
        value: json!(KEYS),
    };
    scene.expect(Role::Control, "control-lost", &[&uploaded], counted);
    let body = json!({ "one_time_keys": { &anna.user: { &anna.device: "signed_curve25519" } } });
    let claim = request(
        Some(&bert),
        "POST",
        &path(&["keys", "claim"]),
        Payload::Json(body),
    );
    let mut answers = scene.ask_all(&vec![claim.clone(); CLAIMS_AT_ONCE])?;
    for _ in 0..CLAIMS_AFTERWARDS {
        answers.push(scene.ask(Some(&bert), "POST", &claim.path, claim.body.clone())?);
    }
    let about: Vec<_> = answers.iter().collect();
    scene.expect(Role::Control, "claim-refused", &about, status(&[200]));
    let handed: Vec<_> = answers
        .iter()
        .filter_map(|answer| handed_key(answer, &anna))
        .collect();
    let handed: Vec<_> = handed
        .into_iter()
        .map(|key| {
            scene.note_seen(
                "a one-time key that was handed out",
                Witness::Wire,
                json!({ "key": key }),
            )
        })
        .collect();
    let about: Vec<_> = handed.iter().collect();
    scene.expect(
        Role::Attack,
        "key-handed-out-twice",
        &about,
        Claim::Different {},
    );
    let count = scene.note_seen(
        "how many keys were handed out",
        Witness::Wire,
        json!({ "keys": handed.len() }),
    );
    let all = Claim::Within {
        pointer: "/keys".to_owned(),
        least: KEYS,
        most: KEYS,
    };
    scene.expect(Role::State, "key-lost-or-invented", &[&count], all);
    Ok(())
}

/// The upload of one-time keys. The relay cannot check their signatures, so none is valid.
fn keys(session: &Session, numbers: Range<u64>) -> Value {
    let keys: BTreeMap<_, _> = numbers
        .map(|number| {
            let key = format!("{number:042}A");
            let signature = format!("{}w", "A".repeat(85));
            let signatures =
                json!({ &session.user: { format!("ed25519:{}", session.device): signature } });
            (
                format!("signed_curve25519:AAAA{number:03}"),
                json!({ "key": key, "signatures": signatures }),
            )
        })
        .collect();
    json!({ "one_time_keys": keys })
}

/// The id and value of the key in the answer to a claim.
fn handed_key(answer: &Seen, owner: &Session) -> Option<Value> {
    let keys = answer
        .value
        .get("body")?
        .get("one_time_keys")?
        .get(&owner.user)?
        .get(&owner.device)?;
    keys.as_object()
        .filter(|keys| !keys.is_empty())
        .map(|_| keys.clone())
}
