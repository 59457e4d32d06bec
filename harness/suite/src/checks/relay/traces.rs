//! What the relay keeps: in its store and in its log.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use harness_evidence::{Claim, Role, Severity, Witness};

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-keeps-no-plaintext",
    version: 1,
    subject: Subject::Relay,
    requirements: &["LOG-02"],
    attacks: &["ATK-SRV-10", "ATK-SRV-11"],
    severity: Severity::Must,
    witness: Witness::Store,
    purpose: "Neither texts nor files of encrypted conversations nor passwords stand in the relay's store or log.",
    precondition: "The manifest says where store and log lie; Anna and Bert exchanged a message and a file; the search finds what must be there.",
    expected: "Text, file name, content and passwords are found nowhere, neither as they are nor in hex or base64.",
    // One of its own: what it searches is what this case left there.
    needs: &[Need::RelayStore, Need::OwnRelay],
    twins: &[
        Seeded::relay("relay-logs-bodies", "password-kept"),
        Seeded::relay("relay-stores-password", "password-kept"),
    ],
    run: no_plaintext,
}];

fn no_plaintext(scene: &mut Scene) -> Result<(), Stop> {
    let guest = scene.session("guest")?;
    let (anna, bert) = (scene.client("anna")?, scene.client("bert")?);
    let room = scene.room(&[&anna, &bert])?;
    let message = scene.must_get_through(Role::Control, "control-lost", &anna, &bert, &room)?;
    let (name, content) = (scene.text("name"), scene.text("content"));
    scene.send_file(&anna, &room, &name, content.as_bytes())?;
    scene.sync(&bert)?;
    // The search must find what any relay keeps in clear, or it looks in the wrong place.
    let known = scene.scan_relay(&[("the name of a user", &guest.account.localpart)])?;
    let found = Claim::Within {
        pointer: "/hits".to_owned(),
        least: 1,
        most: 1_000_000,
    };
    scene.expect(Role::Control, "store-not-found", &[&known], found);
    let nowhere = Claim::Within {
        pointer: "/hits".to_owned(),
        least: 0,
        most: 0,
    };
    let private = [
        ("the text of a message", message.body.as_str()),
        ("the name of a file", &name),
        ("the content of a file", &content),
    ];
    let seen = search(scene, &private)?;
    scene.expect(Role::Attack, "plaintext-kept", &[&seen], nowhere.clone());
    let seen = search(scene, &[("a password", guest.account.password.expose())])?;
    scene.expect(Role::Attack, "password-kept", &[&seen], nowhere);
    // Seen on the wire, for what a product says of itself is a weaker witness than its store.
    scene.must_work(Role::State, "session-lost", &guest)
}

/// Looks for texts in every spelling in which programs keep bytes.
fn search(scene: &mut Scene, texts: &[(&str, &str)]) -> Result<Seen, Stop> {
    let spelled: Vec<_> = texts
        .iter()
        .flat_map(|(name, text)| spellings(text).map(|spelling| (*name, spelling)))
        .collect();
    let needles: Vec<_> = spelled
        .iter()
        .map(|(name, spelling)| (*name, spelling.as_str()))
        .collect();
    scene.scan_relay(&needles)
}

/// The text as it is, in hex, and in base64 at each of the three places at which it can begin inside a longer text.
pub(in crate::checks) fn spellings(text: &str) -> [String; 5] {
    let hex = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let [first, second, third] = [0, 1, 2].map(|before| base64_inside(text, before));
    [text.to_owned(), hex, first, second, third]
}

/// The characters of base64 that depend on the text alone when `before` bytes stand before it.
fn base64_inside(text: &str, before: usize) -> String {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
    let (begin, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    STANDARD_NO_PAD
        .encode(&bytes)
        .chars()
        .take(end)
        .skip(begin)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_in_base64() {
        for before in ["", "a", "ab", "abc", "abcd"] {
            for after in ["", "x", "xy"] {
                let kept = STANDARD_NO_PAD.encode(format!("{before}canary{after}"));
                let found = spellings("canary")
                    .iter()
                    .any(|spelling| kept.contains(spelling));
                assert!(found, "{before}canary{after}");
            }
        }
        assert!(
            !STANDARD_NO_PAD
                .encode("canari")
                .contains(&base64_inside("canary", 0))
        );
    }
}
