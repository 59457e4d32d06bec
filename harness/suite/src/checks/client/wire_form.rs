//! Group C: byte-different twins of authentic messages, made without any key.

use harness_evidence::{Role, Severity, Witness};

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::company::Company,
    evil::{EvilRoomKey, HeaderKey, Shape, Twist, edit_olm_body, set_high_bit, twist},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "olm-wire-canonical",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07"],
        attacks: &["ATK-OLM-16"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An Olm message in any other encoding than its own is refused.",
        precondition: "Mallory, a member of Alice's room, sends room keys in re-encoded pre-key and normal messages.",
        expected: "No re-encoded message is taken; the next message in its own encoding is.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-noncanonical-wire",
            "reencoded-olm-accepted",
        )],
        run: olm_wire,
    },
    Check {
        id: "megolm-wire-canonical",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07"],
        attacks: &["ATK-OLM-16"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A room message in any other encoding than its own is refused.",
        precondition: "Mallory, a member of Alice's room, sends re-encoded room messages under a room key that Alice has.",
        expected: "No re-encoded message is decrypted; the next message in its own encoding is.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-noncanonical-wire",
            "reencoded-message-accepted",
        )],
        run: megolm_wire,
    },
    Check {
        id: "olm-header-alias",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07"],
        attacks: &["ATK-DIR-12", "ATK-OLM-17"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A first message with an alias of a key in its header is refused: the two ends would disagree on their session.",
        precondition: "On the way of Mallory's first message to Alice bit 255 of a key in its header is set.",
        expected: "The changed message is not taken; the unchanged one is.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-noncanonical-curve-key",
            "alias-in-header-accepted",
        )],
        run: header_alias,
    },
];

fn olm_wire(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for kind in Twist::all_for(Shape::PreKey) {
        reencoded(scene, &mut company, Shape::PreKey, kind)?;
    }
    company.must_hear(scene, Role::Control, "control-lost")?;
    let room = company.room.clone();
    company.mallory_reads(scene, &room)?;
    // Alice has answered: from now on there are normal messages
    for kind in Twist::all_for(Shape::Olm) {
        reencoded(scene, &mut company, Shape::Olm, kind)?;
    }
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn reencoded(
    scene: &mut Scene,
    company: &mut Company,
    shape: Shape,
    kind: Twist,
) -> Result<(), Stop> {
    let mut key = EvilRoomKey::new(&company.room.id);
    let mut content = company.seal(&key, |_, _| {})?;
    edit_olm_body(&mut content, &company.target.curve25519, |is, body| {
        if is == shape {
            twist(is, body, kind)
        } else {
            Err(Stop::harness(format!(
                "a message of shape {is:?} instead of {shape:?}"
            )))
        }
    })?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    company.must_not_open(scene, "reencoded-olm-accepted", &mut key)
}

fn megolm_wire(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mut key = EvilRoomKey::new(&company.room.id);
    let content = company.seal(&key, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    for kind in Twist::all_for(Shape::Megolm) {
        let body = scene.text("re-encoded");
        let ciphertext = twist(Shape::Megolm, &key.encrypt_text(&body), kind)?;
        let sent = company.say_sealed(scene, &key, &ciphertext, body)?;
        company.must_stay_closed(scene, "reencoded-message-accepted", &sent)?;
    }
    let sent = company.say(scene, &mut key, "in its own encoding")?;
    scene.must_show_once(
        Role::State,
        "next-message-lost",
        &company.alice,
        &company.room,
        &sent,
    )
}

fn header_alias(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for header in [HeaderKey::OneTime, HeaderKey::Base, HeaderKey::Identity] {
        let mut key = EvilRoomKey::new(&company.room.id);
        let mut content = company.seal(&key, |_, _| {})?;
        edit_olm_body(&mut content, &company.target.curve25519, |_, body| {
            set_high_bit(body, header)
        })?;
        company.deliver(scene, "m.room.encrypted", &content)?;
        company.must_not_open(scene, "alias-in-header-accepted", &mut key)?;
    }
    company.must_hear(scene, Role::Control, "unchanged-message-refused")?;
    company.must_hear(scene, Role::State, "next-message-lost")
}
