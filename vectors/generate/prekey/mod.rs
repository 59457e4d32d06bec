//! Classes VEC-P: messages that open a channel, and the account that they use up.

mod claim;
mod form;
mod keys;
mod replay;

use ed25519_dalek::SigningKey;
use pruefstand_vectors::{
    BugType::{AuthBypass, Basic, Functionality, KnownBug, Malleability, ModifiedParameter},
    Stage,
};

use super::{
    draft::Draft,
    file::File,
    olm::{Opening, curve_public},
    pickle::{Account, PreKey},
    seal::fixed,
};

pub(super) fn file() -> File {
    let file = File::new(
        "Olm pre-key messages and one-time keys",
        "Prüfstand, Apache-2.0 OR MIT",
    );
    let file = NOTES.iter().fold(file, |file, (flag, bug, about, source)| {
        file.note(flag, *bug, about, source)
    });
    file.group("VEC-P-01", OPERATION, form::inner_mac())
        .group("VEC-P-01", OPERATION, form::inner_junk())
        .group("VEC-P-02", OPERATION, replay::one_time())
        .group("VEC-P-03", OPERATION, replay::fallback())
        .group("VEC-P-03", OPERATION, replay::rotated())
        .group("VEC-P-04", OPERATION, form::aliases())
        .group("VEC-P-05", OPERATION, form::other_identity())
        .group("VEC-P-06", OPERATION, form::versions())
        .group("VEC-P-07", OPERATION, form::fields())
        .group("VEC-P-07", OPERATION, form::header_junk())
        .group("VEC-P-08", OPERATION, keys::unknown())
        .group("VEC-P-09", OPERATION, keys::evicted())
        .group("VEC-P-10", OPERATION, keys::imported())
        .group("VEC-P-10", OPERATION, keys::wrapped())
        .group("VEC-P-11", "one-time-key", claim::signed())
        .group("VEC-P-11", "one-time-key", claim::fallback())
}

const OPERATION: &str = "olm-receive";

const NOTES: [(&str, pruefstand_vectors::BugType, &str, &str); 9] = [
    (
        "Valid",
        Basic,
        "must be taken: the honest twin of the refused ones",
        "Olm specification",
    ),
    (
        "Junk",
        AuthBypass,
        "a byte of the message was changed",
        "Olm specification, 'Pre-Key Messages'",
    ),
    (
        "KeySurvives",
        Functionality,
        "a message that was refused must not have used up its one-time key",
        "ATK-OLM-09; element-ios 7480",
    ),
    (
        "Replay",
        AuthBypass,
        "a message that opened a channel before, or whose key is gone",
        "Olm specification, 'Pre-Key Messages'; ATK-OLM-05",
    ),
    (
        "NonCanonical",
        Malleability,
        "other bytes that a lax parser reads as the same message or key",
        "ATK-OLM-16; ATK-OLM-17",
    ),
    (
        "Identity",
        AuthBypass,
        "the message names another identity key than the device that it is said to come from",
        "Matrix specification, 'm.olm.v1.curve25519-aes-sha2'; ATK-OLM-01",
    ),
    (
        "Version",
        ModifiedParameter,
        "outer and inner version are not the ones agreed on",
        "Olm specification, 'Message Format'",
    ),
    (
        "KeyId",
        KnownBug,
        "ids of one-time keys that meet again overwrite a key that was published",
        "vodozemac 0.11.0, pull request 382",
    ),
    (
        "Claim",
        AuthBypass,
        "a one-time key that its device has not signed as it is",
        "Matrix specification, 'One-time and fallback keys'; VEC-P-11",
    ),
];

/// What the messages hold.
const TEXT: &[u8] = b"a first message";

/// Bob's account: three one-time keys and a fallback key that was published.
fn account() -> Account {
    let key = |id: u32| PreKey {
        id,
        secret: one_time(id),
        published: true,
    };
    let fallback = PreKey {
        id: 1,
        secret: fixed("fallback key of Bob"),
        published: false,
    };
    Account {
        identity: fixed("identity key of Bob"),
        signing: SigningKey::from_bytes(&fixed("signing key of Bob")),
        one_time: [1, 2, 3].map(key).into(),
        fallback: vec![fallback],
        next_id: 3,
    }
}

fn one_time(id: u32) -> [u8; 32] {
    fixed(&format!("one-time key {id} of Bob"))
}

/// What Alice opens a channel with.
fn opening(base: &str, one_time: [u8; 32]) -> Opening {
    Opening {
        alice: fixed("identity key of Alice"),
        base: fixed(&format!("base key of Alice: {base}")),
        bob: fixed("identity key of Bob"),
        one_time,
    }
}

/// What she opens it with most often.
fn usual() -> Opening {
    opening("first", one_time(1))
}

/// A message to an account; if it must be refused, at a stage.
struct Case<'a> {
    stage: Option<Stage>,
    comment: &'a str,
    account: &'a Account,
    message: &'a [u8],
    before: &'a [String],
}

impl<'a> Case<'a> {
    fn new(stage: impl Into<Option<Stage>>, comment: &'a str, account: &'a Account) -> Self {
        Self {
            stage: stage.into(),
            comment,
            account,
            message: &[],
            before: &[],
        }
    }

    fn message(self, message: &'a [u8]) -> Self {
        Self { message, ..self }
    }

    fn before(self, before: &'a [String]) -> Self {
        Self { before, ..self }
    }

    fn draft(&self, flag: &str) -> Draft {
        let alice = vodozemac::base64_encode(curve_public(fixed("identity key of Alice")));
        self.draft_from(flag, &alice)
    }

    fn draft_from(&self, flag: &str, sender: &str) -> Draft {
        let (account, before) = (self.account.pickle(), self.before.join("\n"));
        let mut input: Vec<(&str, &[u8])> = vec![
            ("account", account.as_bytes()),
            ("sender", sender.as_bytes()),
            ("type", b"0"),
            ("message", self.message),
        ];
        if !before.is_empty() {
            input.push(("before", before.as_bytes()));
        }
        Draft::of(self.stage, self.comment, &input)
            .output(TEXT)
            .flag(flag)
    }
}

/// The honest message to an account that has its key.
pub(super) fn honest(comment: &str) -> Draft {
    let message = usual().message(TEXT);
    Case::new(None, comment, &account())
        .message(&message)
        .draft("Valid")
}

/// A line of `before`.
fn earlier(message: &[u8]) -> String {
    format!("message 0 {}", vodozemac::base64_encode(message))
}
