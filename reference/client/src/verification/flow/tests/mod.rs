//! Two devices, honest or not, and a relay between them.

mod attack;

use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use super::*;
use crate::Flaw;

const NOW: u64 = 1_700_000_000_000;
const MINUTE: u64 = 60 * 1000;

fn party(user: &str, device: &str) -> Party {
    let key = || Ed25519SecretKey::new().public_key();
    Party::new(user, device, key(), Some(key()), &Conduct::honest()).unwrap()
}

/// Two flows after request and ready.
fn ready(conduct: &Conduct) -> (Flow, Flow) {
    let (alice, bob) = (party("@alice:x", "A"), party("@bob:x", "B"));
    let (mut asking, request) =
        Flow::request(alice.clone(), bob.clone(), "t1", NOW, conduct).unwrap();
    let mut asked = Flow::invited(bob, alice, &request.content, NOW, conduct).unwrap();
    let answer = asked.accept(NOW).unwrap();
    assert_eq!(deliver(&mut asking, answer), []);
    assert_eq!(
        (asking.stage(), asked.stage()),
        (Stage::Ready, Stage::Ready)
    );
    (asking, asked)
}

/// Hands messages of the peer over, one after another; returns the answers.
fn deliver(to: &mut Flow, messages: Vec<Message>) -> Vec<Message> {
    let from = to.peer().user().to_owned();
    let receive = |message: Message| to.receive(&from, message.kind, &message.content, NOW);
    messages.into_iter().flat_map(receive).collect()
}

/// Two flows that show their strings.
fn comparing(conduct: &Conduct) -> (Flow, Flow) {
    let (mut alice, mut bob) = ready(conduct);
    let start = alice.start(NOW).unwrap();
    let accept = deliver(&mut bob, start);
    let key = deliver(&mut alice, accept);
    let key = deliver(&mut bob, key);
    assert_eq!(deliver(&mut alice, key), []);
    assert_eq!(alice.stage(), Stage::Comparing);
    assert_eq!(bob.stage(), Stage::Comparing);
    (alice, bob)
}

fn keys_of(party: &Party) -> VerifiedKeys {
    VerifiedKeys {
        device: Some(party.device_key()),
        master: party.master_key(),
    }
}

/// The code with which `flow` has ended.
fn ended(flow: &Flow) -> CancelCode {
    match flow.stage() {
        Stage::Cancelled(code) => code,
        stage => panic!("flow is at {stage:?}"),
    }
}

#[test]
fn two_devices_verify_each_other() {
    let (mut alice, mut bob) = comparing(&Conduct::honest());
    assert_eq!(alice.short_auth(), bob.short_auth());
    let mac = alice.confirm(NOW).unwrap();
    assert_eq!(alice.stage(), Stage::Confirmed);
    assert_eq!(deliver(&mut bob, mac), []);
    assert_eq!(bob.stage(), Stage::Comparing, "bob's user has not compared");
    let mac_and_done = bob.confirm(NOW).unwrap();
    let done = deliver(&mut alice, mac_and_done);
    assert_eq!(done.len(), 1);
    deliver(&mut bob, done);
    assert_eq!(alice.verified(), Some(keys_of(&bob.own)));
    assert_eq!(bob.verified(), Some(keys_of(&alice.own)));
}

#[test]
fn every_weak_twin_still_verifies_honestly() {
    for flaw in Flaw::ALL {
        let (mut alice, mut bob) = comparing(&Conduct::flawed(&[flaw]));
        let mac = alice.confirm(NOW).unwrap();
        deliver(&mut bob, mac);
        let rest = bob.confirm(NOW).unwrap();
        deliver(&mut alice, rest);
        assert_eq!(alice.verified(), Some(keys_of(&bob.own)));
    }
}

#[test]
fn if_both_start_the_lower_id_wins() {
    let (mut alice, mut bob) = ready(&Conduct::honest());
    let (by_alice, by_bob) = (alice.start(NOW).unwrap(), bob.start(NOW).unwrap());
    assert_eq!(deliver(&mut alice, by_bob), []);
    let accept = deliver(&mut bob, by_alice);
    let key = deliver(&mut alice, accept);
    let key = deliver(&mut bob, key);
    deliver(&mut alice, key);
    assert_eq!(alice.short_auth(), bob.short_auth());
    assert!(alice.short_auth().is_some());

    let (mut alice, mut bob) = ready(&Conduct::flawed(&[Flaw::SasBothStartsAnswered]));
    let (by_alice, by_bob) = (alice.start(NOW).unwrap(), bob.start(NOW).unwrap());
    let by_alice = [by_alice, deliver(&mut alice, by_bob)].concat();
    deliver(&mut bob, by_alice);
    assert_eq!(ended(&bob), CancelCode::UnexpectedMessage);
}

#[test]
fn a_mismatch_reaches_both_sides_and_is_final() {
    let (mut alice, mut bob) = comparing(&Conduct::honest());
    let cancel = alice.mismatch().unwrap();
    deliver(&mut bob, cancel);
    assert_eq!(ended(&alice), CancelCode::MismatchedSas);
    assert_eq!(ended(&bob), CancelCode::MismatchedSas);
    assert!(bob.confirm(NOW).is_err());
    assert!(alice.cancel().is_err());
}

#[test]
fn a_flow_dies_after_ten_minutes() {
    let (mut alice, _) = comparing(&Conduct::honest());
    assert_eq!(alice.expire(NOW + 10 * MINUTE), None);
    let cancel = alice.confirm(NOW + 10 * MINUTE + 1).unwrap();
    assert_eq!(cancel[0].kind, event::CANCEL);
    assert_eq!(ended(&alice), CancelCode::Timeout);
}

#[test]
fn stale_foreign_and_malformed_requests_are_refused() {
    let (alice, bob) = (party("@alice:x", "A"), party("@bob:x", "B"));
    let honest = Conduct::honest();
    let (_, request) = Flow::request(alice.clone(), bob.clone(), "t1", NOW, &honest).unwrap();
    let invite = |change: (&str, Value)| {
        let mut content = request.content.clone();
        content[change.0] = change.1;
        Flow::invited(bob.clone(), alice.clone(), &content, NOW, &honest).err()
    };
    let (old, early) = (NOW - 10 * MINUTE - 1, NOW + 5 * MINUTE + 1);
    assert_eq!(
        invite(("timestamp", json!(old))),
        Some(FlowError::NotFresh { at: old })
    );
    assert_eq!(
        invite(("timestamp", json!(early))),
        Some(FlowError::NotFresh { at: early })
    );
    assert_eq!(
        invite(("from_device", json!("C"))),
        Some(FlowError::OtherDevice)
    );
    assert_eq!(
        invite(("methods", json!(["m.qr"]))),
        Some(FlowError::NoCommonMethod)
    );
    assert_eq!(invite(("methods", json!(null))), Some(FlowError::Malformed));
    assert_eq!(
        invite(("transaction_id", json!(""))),
        Some(FlowError::Malformed)
    );
    let with_itself = Flow::request(alice.clone(), alice, "t1", NOW, &honest);
    assert_eq!(with_itself.err(), Some(FlowError::SameDevice));
}
