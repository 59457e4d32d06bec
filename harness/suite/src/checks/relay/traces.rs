//! What the relay keeps: in its store and in its log.

use harness_evidence::{Claim, Role, Severity, Witness};

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-keeps-no-plaintext",
    version: 1,
    subject: Subject::Relay,
    requirements: &["E2E-01", "LOG-02", "CLO-12"],
    attacks: &["ATK-SRV-10", "ATK-BAK-12"],
    severity: Severity::Must,
    witness: Witness::Store,
    purpose: "Neither texts nor files of encrypted conversations nor passwords stand in the relay's store or log.",
    precondition: "The manifest says where store and log lie; Anna and Bert exchanged a message and a file; the search finds what must be there.",
    expected: "Text, file name, content and passwords are found nowhere.",
    needs: &[Need::RelayStore],
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
    let seen = scene.scan_relay(&[
        ("the text of a message", &message.body),
        ("the name of a file", &name),
        ("the content of a file", &content),
    ])?;
    scene.expect(Role::Attack, "plaintext-kept", &[&seen], nowhere.clone());
    let seen = scene.scan_relay(&[("a password", guest.account.password.expose())])?;
    scene.expect(Role::Attack, "password-kept", &[&seen], nowhere);
    // Seen on the wire, for what a product says of itself is a weaker witness than its store.
    scene.must_work(Role::State, "session-lost", &guest)
}
