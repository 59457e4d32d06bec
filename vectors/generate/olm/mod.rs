//! Classes VEC-O: messages of a channel that is open.

mod channel;
mod form;
mod numbers;
mod state;
mod weak;

use pruefstand_vectors::{
    BugType::{
        AuthBypass, Basic, Confidentiality, EdgeCase, Functionality, Malleability,
        ModifiedParameter,
    },
    Stage,
};

pub(super) use channel::{Chain, Opening, curve_public};
pub(super) use weak::drafts as weak_turns;

use self::channel::Channel;
use super::{draft::Draft, file::File, seal::Keys, wire::Wire};

pub(super) fn file() -> File {
    let file = File::new("Olm messages", "Prüfstand, Apache-2.0 OR MIT");
    let file = NOTES.iter().fold(file, |file, (flag, bug, about, source)| {
        file.note(flag, *bug, about, source)
    });
    file.group("VEC-O-01", OPERATION, form::versions())
        .group("VEC-O-02", OPERATION, form::cut())
        .group("VEC-O-03", OPERATION, form::macs())
        .group("VEC-O-04", OPERATION, form::unknown_fields())
        .group("VEC-O-05", OPERATION, form::unknown_bytes())
        .group("VEC-O-06", OPERATION, form::reordered())
        .group("VEC-O-07", OPERATION, form::repeated())
        .group("VEC-O-08", OPERATION, numbers::long())
        .group("VEC-O-09", OPERATION, numbers::overflowing())
        .group("VEC-O-10", OPERATION, numbers::huge())
        .group("VEC-O-11", OPERATION, state::gap_on_new_chain())
        .group("VEC-O-11", OPERATION, state::gap_on_known_chain())
        .group("VEC-O-12", OPERATION, state::skipped())
        .group("VEC-O-13", OPERATION, state::older_chains())
        .group("VEC-O-14", OPERATION, state::replayed())
        .group("VEC-O-15", OPERATION, form::blocks())
        .group("VEC-O-16", OPERATION, form::ratchet_keys())
        .group("VEC-O-17", OPERATION, form::types())
        .group("VEC-O-17", OPERATION, form::types_of_first())
        .group("VEC-O-18", OPERATION, state::after_junk())
}

const OPERATION: &str = "olm-receive";

const NOTES: [(&str, pruefstand_vectors::BugType, &str, &str); 9] = [
    (
        "Valid",
        Basic,
        "must be opened: the honest twin of the refused ones",
        "Olm specification",
    ),
    (
        "Version",
        ModifiedParameter,
        "another version than the one that was agreed on",
        "Olm specification, 'Message Format'; VEC-O-01",
    ),
    (
        "Framing",
        ModifiedParameter,
        "cut, extended, or with fields that are no fields of this message",
        "Olm specification, 'Message Format'",
    ),
    (
        "Mac",
        AuthBypass,
        "the MAC is wrong or has another length",
        "Olm specification, 'Authenticated Encryption'",
    ),
    (
        "NonCanonical",
        Malleability,
        "other bytes that a lax parser reads as the same message; with the MAC of the message that it takes them for, or with their own",
        "Olm specification, 'Message Format': the MAC covers all bytes before it; ATK-OLM-16",
    ),
    (
        "Number",
        EdgeCase,
        "a number at or beyond a limit",
        "Olm specification, 'Message Format'; VEC-O-09..11",
    ),
    (
        "Padding",
        Confidentiality,
        "the MAC is right, the ciphertext is no padded text",
        "PKCS #7 (RFC 5652, 6.3); VEC-O-15",
    ),
    (
        "Replay",
        AuthBypass,
        "a message that was opened before, or whose key is gone",
        "Double Ratchet, 2.6; VEC-O-12..14",
    ),
    (
        "State",
        Functionality,
        "what was refused must not have moved the channel",
        "ATK-OLM-19; RUSTSEC-2024-0011",
    ),
];

/// What most messages here hold.
const TEXT: &[u8] = b"a short message";

/// Bob's channel with Alice before her message.
struct Setting {
    session: String,
    sender: String,
    chain: Chain,
}

impl Setting {
    /// He has answered, and hears from her for the first time since.
    fn usual() -> Self {
        Self::after(1)
    }

    fn after(answers: usize) -> Self {
        let channel = Channel::after(answers);
        Self {
            session: Channel::bob_before_last(answers).pickle(),
            sender: vodozemac::base64_encode(channel.identity_of_alice()),
            chain: channel.alice[answers],
        }
    }

    fn keys(&self) -> Keys {
        self.chain.keys(0)
    }

    /// The fields of the honest message.
    fn fields(&self) -> Wire {
        self.chain.fields(0, self.keys().encrypt(TEXT))
    }

    fn honest(&self) -> Vec<u8> {
        self.keys().with_mac(&self.fields().bytes())
    }

    fn input<'a>(&'a self, message: &'a [u8]) -> [(&'static str, &'a [u8]); 4] {
        [
            ("session", self.session.as_bytes()),
            ("sender", self.sender.as_bytes()),
            ("type", b"1"),
            ("message", message),
        ]
    }

    fn opened(&self, comment: &str, message: &[u8], text: &[u8]) -> Draft {
        Draft::valid(comment, &self.input(message))
            .flag("Valid")
            .output(text)
    }

    fn honest_draft(&self) -> Draft {
        self.opened("honest message", &self.honest(), TEXT)
    }

    fn refused(&self, stage: Stage, comment: &str, message: &[u8]) -> Draft {
        Draft::invalid(stage, comment, &self.input(message))
    }

    /// Other bytes for the same message: with the MAC of the honest form, which a library has that writes anew what it has read, and
    /// with a MAC over themselves, which only the sender can make.
    fn forms(&self, comment: &str, wire: &Wire) -> [Draft; 2] {
        let (bytes, keys) = (wire.bytes(), self.keys());
        let honest = keys.mac(&self.fields().bytes());
        let with_honest = [&bytes[..], &honest[..super::seal::MAC]].concat();
        let refused = |comment: String, message: &[u8]| {
            self.refused(Stage::Parse, &comment, message)
                .flag("NonCanonical")
        };
        [
            refused(format!("{comment}, MAC of the honest form"), &with_honest),
            refused(
                format!("{comment}, MAC over these bytes"),
                &keys.with_mac(&bytes),
            ),
        ]
    }

    /// The honest message and other forms of it.
    fn all_forms(&self, forms: Vec<(String, Wire)>) -> Vec<Draft> {
        let forms = forms
            .iter()
            .flat_map(|(comment, wire)| self.forms(comment, wire));
        [self.honest_draft()].into_iter().chain(forms).collect()
    }
}

/// A line of `before`.
fn earlier(message: &[u8]) -> String {
    format!("message 1 {}", vodozemac::base64_encode(message))
}
