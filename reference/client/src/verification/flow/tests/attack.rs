//! What a relay or a dishonest device tries, and the twins that fall for it.

use serde_json::{Value, json};

use super::{super::*, *};
use crate::{border::base64, verification::mac::Proof};

/// Runs two exchanges, one with each side, as a relay with own ephemeral keys would.
fn in_the_middle(conduct: &Conduct) -> (Flow, Flow) {
    let (mut alice, mut bob) = ready(conduct);
    let start = alice.start(NOW).unwrap();
    let towards_alice = Ephemeral::new();
    let towards_bob = Ephemeral::new();
    deliver(&mut bob, start.clone());
    let commitment = receive::commit(&towards_alice.public(), &start[0].content).unwrap();
    let accept = alice.message(event::ACCEPT, content::accept(&commitment));
    deliver(&mut alice, vec![accept]);
    for (side, ephemeral) in [(&mut bob, towards_bob), (&mut alice, towards_alice)] {
        let key = side.message(event::KEY, json!({"key": ephemeral.public()}));
        deliver(side, vec![key]);
    }
    (alice, bob)
}

#[test]
fn a_man_in_the_middle_shows_different_strings() {
    let (alice, bob) = in_the_middle(&Conduct::honest());
    assert_eq!(alice.stage(), Stage::Comparing);
    assert_ne!(alice.short_auth(), bob.short_auth());
    let (alice, bob) = in_the_middle(&Conduct::flawed(&[Flaw::SasInfoWithoutKeys]));
    assert_eq!(alice.short_auth(), bob.short_auth(), "the twin is blind");
}

#[test]
fn a_key_other_than_the_committed_one_ends_the_flow() {
    let attack = |conduct: &Conduct| {
        let (mut alice, mut bob) = ready(conduct);
        let start = alice.start(NOW).unwrap();
        let accept = deliver(&mut bob, start);
        deliver(&mut alice, accept);
        let key = alice.message(event::KEY, json!({"key": Ephemeral::new().public()}));
        deliver(&mut alice, vec![key]);
        alice
    };
    let alice = attack(&Conduct::honest());
    assert_eq!(ended(&alice), CancelCode::MismatchedCommitment);
    let alice = attack(&Conduct::flawed(&[Flaw::SasSkipCommitment]));
    assert_eq!(alice.stage(), Stage::Comparing);
}

#[test]
fn an_offer_changed_on_the_way_breaks_the_commitment() {
    let (mut alice, mut bob) = ready(&Conduct::honest());
    let mut start = alice.start(NOW).unwrap();
    start[0].content["hashes"] = json!(["sha256", "md5"]);
    let accept = deliver(&mut bob, start);
    let key = deliver(&mut alice, accept);
    let key = deliver(&mut bob, key);
    deliver(&mut alice, key);
    assert_eq!(ended(&alice), CancelCode::MismatchedCommitment);
}

#[test]
fn older_methods_are_refused_on_both_sides() {
    for (member, old) in [
        ("key_agreement_protocols", json!(["curve25519"])),
        ("message_authentication_codes", json!(["hkdf-hmac-sha256"])),
        ("hashes", json!([])),
        ("short_authentication_string", json!(["decimal"])),
        ("method", json!("m.sas.v0")),
    ] {
        let (mut alice, mut bob) = ready(&Conduct::honest());
        let mut start = alice.start(NOW).unwrap();
        start[0].content[member] = old;
        deliver(&mut bob, start);
        assert_eq!(ended(&bob), CancelCode::UnknownMethod, "{member}");
    }
    let (mut alice, mut bob) = ready(&Conduct::honest());
    let start = alice.start(NOW).unwrap();
    let mut accept = deliver(&mut bob, start);
    accept[0].content["message_authentication_code"] = json!("hkdf-hmac-sha256");
    deliver(&mut alice, accept);
    assert_eq!(ended(&alice), CancelCode::UnknownMethod);
}

/// What Alice's flow makes of Bob's MAC event after `change`.
fn after_mac(conduct: &Conduct, change: impl FnOnce(&Flow, &mut Value)) -> (Flow, Party) {
    let (mut alice, mut bob) = comparing(conduct);
    alice.confirm(NOW).unwrap();
    let mut mac = bob.confirm(NOW).unwrap();
    change(&alice, &mut mac[0].content);
    deliver(&mut alice, mac);
    (alice, bob.own)
}

#[test]
fn a_wrong_mac_ends_the_flow() {
    let zero = base64_of_zero();
    for id in ["ed25519:B", "keys"] {
        let corrupt = |_: &Flow, content: &mut Value| match id {
            "keys" => content["keys"] = json!(zero),
            id => content["mac"][id] = json!(zero),
        };
        let (alice, _) = after_mac(&Conduct::honest(), corrupt);
        assert_eq!(ended(&alice), CancelCode::KeyMismatch, "{id}");
        let lax = Conduct::flawed(&[Flaw::SasIgnoreMacResult]);
        let (alice, bob) = after_mac(&lax, corrupt);
        assert_eq!(alice.verified(), Some(keys_of(&bob)), "{id}");
    }
    let (alice, _) = after_mac(&Conduct::honest(), |_, content| {
        let padded = format!("{}=", content["keys"].as_str().unwrap());
        content["keys"] = json!(padded);
    });
    assert_eq!(ended(&alice), CancelCode::KeyMismatch);
}

fn base64_of_zero() -> String {
    base64::encode([0; 32])
}

#[test]
fn an_empty_or_unknown_mac_map_never_verifies() {
    for map in [json!({}), json!({"ed25519:OTHER": base64_of_zero()})] {
        let replace = |_: &Flow, content: &mut Value| content["mac"] = map.clone();
        let (alice, _) = after_mac(&Conduct::honest(), replace);
        assert_eq!(ended(&alice), CancelCode::KeyMismatch);
        let lax = Conduct::flawed(&[Flaw::SasEmptyMacOk]);
        let (alice, bob) = after_mac(&lax, replace);
        assert_eq!(alice.verified(), Some(keys_of(&bob)));
    }
}

#[test]
fn a_key_without_mac_is_not_verified() {
    let (alice, bob) = after_mac(&Conduct::honest(), |alice, content| {
        let bob = alice.peer();
        let without_master = Party::new(
            bob.user(),
            bob.device(),
            bob.device_key(),
            None,
            &Conduct::honest(),
        )
        .unwrap();
        let Phase::Agreed(agreed) = &alice.phase else {
            panic!("alice compares");
        };
        let proof = Proof {
            prover: &without_master,
            verifier: &alice.own,
            transaction: alice.transaction(),
        };
        let proof = proof.content(&agreed.agreement);
        content["mac"] = proof["mac"].clone();
        content["keys"] = proof["keys"].clone();
    });
    let only_device = VerifiedKeys {
        device: Some(bob.device_key()),
        master: None,
    };
    assert_eq!(alice.verified(), Some(only_device));
}

#[test]
fn a_reflected_or_small_order_key_ends_the_flow() {
    for (key, code) in [
        (None, CancelCode::KeyMismatch),
        (Some("A".repeat(43)), CancelCode::InvalidMessage),
    ] {
        let (mut alice, mut bob) = ready(&Conduct::flawed(&[Flaw::SasSkipCommitment]));
        let start = alice.start(NOW).unwrap();
        let accept = deliver(&mut bob, start);
        let mut own_key = deliver(&mut alice, accept);
        if let Some(key) = key {
            own_key[0].content["key"] = json!(key);
        }
        deliver(&mut alice, own_key);
        assert_eq!(ended(&alice), code);
    }
}

#[test]
fn events_of_others_change_nothing() {
    let (mut alice, mut bob) = comparing(&Conduct::honest());
    let mac = bob.confirm(NOW).unwrap();
    assert_eq!(
        alice.receive("@mallory:x", mac[0].kind, &mac[0].content, NOW),
        []
    );
    let other = json!({"transaction_id": "t2", "code": "m.user"});
    assert_eq!(alice.receive("@bob:x", event::CANCEL, &other, NOW), []);
    assert_eq!(alice.stage(), Stage::Comparing);
}

#[test]
fn an_event_out_of_order_ends_the_flow() {
    let done = json!({"transaction_id": "t1"});
    let (mut alice, _) = comparing(&Conduct::honest());
    alice.confirm(NOW).unwrap();
    alice.receive("@bob:x", event::DONE, &done, NOW);
    assert_eq!(ended(&alice), CancelCode::UnexpectedMessage);
    let (mut alice, mut bob) = comparing(&Conduct::honest());
    let mac = bob.confirm(NOW).unwrap();
    deliver(&mut alice, mac.clone());
    deliver(&mut alice, mac);
    assert_eq!(ended(&alice), CancelCode::UnexpectedMessage);
}
