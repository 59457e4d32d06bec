use vodozemac::{
    megolm::{GroupSession, InboundGroupSession, MegolmMessage, SessionConfig as MegolmConfig},
    olm::{Account, OlmMessage, SessionConfig},
};

use super::*;

fn megolm() -> (InboundGroupSession, String) {
    let mut sender = GroupSession::new(MegolmConfig::version_1());
    let receiver = InboundGroupSession::new(&sender.session_key(), MegolmConfig::version_1());
    sender.encrypt("first");
    (receiver, sender.encrypt("text").to_base64())
}

fn first_message() -> (Account, Account, String) {
    let (alice, mut bob) = (Account::new(), Account::new());
    bob.generate_one_time_keys(1);
    let one_time_key = *bob.one_time_keys().values().next().unwrap();
    let mut session = alice
        .create_outbound_session(
            SessionConfig::version_1(),
            bob.curve25519_key(),
            one_time_key,
        )
        .unwrap();
    let (kind, bytes) = session.encrypt("text").unwrap().to_parts();
    assert_eq!(kind, 0);
    (alice, bob, base64_encode(bytes))
}

#[test]
fn every_twist_is_other_bytes_that_the_library_still_decrypts() {
    let (mut receiver, body) = megolm();
    for kind in Twist::all_for(Shape::Megolm) {
        let twisted = twist(Shape::Megolm, &body, kind).unwrap();
        assert_ne!(twisted, body, "{kind:?}");
        let message = MegolmMessage::from_base64(&twisted).unwrap();
        assert_eq!(
            receiver.decrypt(&message).unwrap().plaintext,
            b"text",
            "{kind:?}"
        );
    }
    for kind in Twist::all_for(Shape::PreKey) {
        let (alice, mut bob, body) = first_message();
        let twisted = twist(Shape::PreKey, &body, kind).unwrap();
        assert_ne!(twisted, body, "{kind:?}");
        let OlmMessage::PreKey(message) =
            OlmMessage::from_parts(0, &base64_decode(&twisted).unwrap()).unwrap()
        else {
            panic!("not a pre-key message");
        };
        let opened = bob
            .create_inbound_session(SessionConfig::version_1(), alice.curve25519_key(), &message)
            .unwrap();
        assert_eq!(opened.plaintext, b"text", "{kind:?}");
    }
}

#[test]
fn a_flipped_mac_is_refused() {
    let (mut receiver, body) = megolm();
    let flipped = MegolmMessage::from_base64(&flip_mac(Shape::Megolm, &body).unwrap()).unwrap();
    assert!(receiver.decrypt(&flipped).is_err());
    let (alice, mut bob, body) = first_message();
    let flipped = base64_decode(flip_mac(Shape::PreKey, &body).unwrap()).unwrap();
    let OlmMessage::PreKey(message) = OlmMessage::from_parts(0, &flipped).unwrap() else {
        panic!("not a pre-key message");
    };
    assert!(
        bob.create_inbound_session(SessionConfig::version_1(), alice.curve25519_key(), &message)
            .is_err()
    );
}

#[test]
fn a_header_key_with_bit_255_splits_the_session_id() {
    for key in [HeaderKey::OneTime, HeaderKey::Base, HeaderKey::Identity] {
        let (alice, mut bob, body) = first_message();
        let changed = base64_decode(set_high_bit(&body, key).unwrap()).unwrap();
        let OlmMessage::PreKey(message) = OlmMessage::from_parts(0, &changed).unwrap() else {
            panic!("not a pre-key message");
        };
        let opened = bob
            .create_inbound_session(SessionConfig::version_1(), alice.curve25519_key(), &message)
            .unwrap();
        let OlmMessage::PreKey(honest) =
            OlmMessage::from_parts(0, &base64_decode(&body).unwrap()).unwrap()
        else {
            panic!("not a pre-key message");
        };
        assert_ne!(opened.session.session_id(), honest.session_id(), "{key:?}");
    }
}
