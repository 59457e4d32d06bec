use serde_json::{Value, json};

use super::*;
use crate::{account::OwnIdentity, devices::statement::Slot};

struct Author {
    identity: OwnIdentity,
    user: UserId,
}

impl Author {
    fn new() -> Self {
        Self {
            identity: OwnIdentity::create(),
            user: UserId::new("@bob:x"),
        }
    }

    fn master(&self) -> String {
        self.identity.chain().unwrap().master
    }

    /// A statement about `device` in the place `seq`, after `previous`.
    fn say(&self, seq: u64, previous: Option<&Value>, act: Act, device: &str) -> Value {
        let previous = previous.map(|before| hash(before).unwrap());
        let slot = Slot {
            user: &self.user,
            identity: &self.master(),
            seq,
            previous: previous.as_deref(),
            now: 1,
        };
        Statement::sign(&slot, act, &DeviceId::new(device), &keys(), &self.identity).unwrap()
    }

    fn grown(&self, known: Option<&List>, served: &[Value]) -> Result<Option<List>, ListFault> {
        let chain = self.identity.chain().unwrap();
        let reader = Reader {
            user: &self.user,
            identity: &chain.master,
            signer: chain.self_signing.as_deref().unwrap(),
            conduct: &Conduct::honest(),
        };
        List::grown(known, served, reader)
    }
}

/// The keys of one device for all: what they are does not matter here.
fn keys() -> DevicePair {
    let account = vodozemac::olm::Account::new();
    DevicePair {
        curve25519: account.curve25519_key().to_base64(),
        ed25519: account.ed25519_key().to_base64(),
    }
}

#[test]
fn a_list_grows_from_its_last_known_statement() {
    let bob = Author::new();
    let first = bob.say(1, None, Act::Add, "A");
    let second = bob.say(2, Some(&first), Act::Add, "B");
    let third = bob.say(3, Some(&second), Act::Remove, "A");
    let list = bob.grown(None, &[first, second.clone()]).unwrap().unwrap();
    assert_eq!(list.seq(), 2);
    let list = bob.grown(Some(&list), &[second, third]).unwrap().unwrap();
    assert_eq!(
        list.devices.keys().collect::<Vec<_>>(),
        [&DeviceId::new("B")]
    );
    assert!(list.removed.contains_key(&DeviceId::new("A")));
}

#[test]
fn a_list_never_gets_shorter_nor_contradicts_itself() {
    let bob = Author::new();
    let first = bob.say(1, None, Act::Add, "A");
    let second = bob.say(2, Some(&first), Act::Add, "B");
    let third = bob.say(3, Some(&second), Act::Add, "C");
    let known = bob.grown(None, &[first.clone(), second.clone()]).unwrap();
    let grow = |served: &[Value]| bob.grown(known.as_ref(), served).unwrap_err();
    assert_eq!(grow(&[]), ListFault::RolledBack);
    assert_eq!(grow(std::slice::from_ref(&first)), ListFault::RolledBack);
    assert_eq!(grow(std::slice::from_ref(&third)), ListFault::Gap);
    let other = bob.say(2, Some(&first), Act::Add, "X");
    assert_eq!(grow(&[other]), ListFault::Forked);
    assert_eq!(
        bob.grown(None, &[first, third]).unwrap_err(),
        ListFault::Gap
    );
    assert_eq!(bob.grown(None, &[second]).unwrap_err(), ListFault::Gap);
}

#[test]
fn a_statement_counts_with_its_hash_its_signature_and_its_user_alone() {
    let bob = Author::new();
    let first = bob.say(1, None, Act::Add, "A");
    let stranger = Author::new();
    let unlinked = bob.say(2, None, Act::Add, "B");
    assert_eq!(
        bob.grown(None, &[first.clone(), unlinked]).unwrap_err(),
        ListFault::Forked
    );
    let mut forged = stranger.say(2, Some(&first), Act::Add, "B");
    forged["identity"] = json!(bob.master());
    assert_eq!(
        bob.grown(None, &[first.clone(), forged]).unwrap_err(),
        StatementFault::SignatureInvalid.into()
    );
    let mut of_other = bob.say(2, Some(&first), Act::Add, "B");
    of_other["user_id"] = json!("@carol:x");
    assert_eq!(
        bob.grown(None, &[first.clone(), of_other]).unwrap_err(),
        StatementFault::WrongUser.into()
    );
    for (field, value) in [
        ("domain", json!("dev.pruefstand.devices.v2")),
        ("more", json!(1)),
        ("seq", json!("2")),
        ("ed25519", json!("no key")),
    ] {
        let mut malformed = bob.say(2, Some(&first), Act::Add, "B");
        malformed[field] = value;
        assert_eq!(
            bob.grown(None, &[first.clone(), malformed]).unwrap_err(),
            StatementFault::Malformed.into(),
            "{field}"
        );
    }
}

#[test]
fn the_list_of_an_earlier_identity_says_nothing() {
    let (before, now) = (Author::new(), Author::new());
    let old = before.say(1, None, Act::Add, "A");
    assert_eq!(now.grown(None, std::slice::from_ref(&old)), Ok(None));
    let known = now.grown(None, &[now.say(1, None, Act::Add, "B")]).unwrap();
    assert_eq!(
        now.grown(known.as_ref(), &[old]).unwrap_err(),
        ListFault::RolledBack
    );
}

#[test]
fn a_device_is_on_the_list_with_its_own_keys_only() {
    let bob = Author::new();
    let first = bob.say(1, None, Act::Add, "A");
    let list = bob.grown(None, &[first]).unwrap().unwrap();
    let known = list.devices[&DeviceId::new("A")].clone();
    let honest = Conduct::honest();
    let holds = |device: &str, curve: &str, ed: &str| {
        list.holds(&DeviceId::new(device), (curve, ed), &honest)
    };
    assert!(holds("A", &known.curve25519, &known.ed25519));
    assert!(!holds("A", &known.ed25519, &known.ed25519));
    assert!(!holds("A", &known.curve25519, &known.curve25519));
    assert!(!holds("B", &known.curve25519, &known.ed25519));
}
