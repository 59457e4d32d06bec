//! Group C: control events that reach the client past Olm.

use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::company::Company,
    evil::EvilRoomKey,
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "todevice-group-cipher",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-OLM-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A control event that comes to the device under the group cipher is not taken.",
        precondition: "Mallory, a member of Alice's room, has honestly given her a room key and sends a second one under the first.",
        expected: "The second room key is not taken, neither as a room key nor as a forwarded one; the next one through Olm is.",
        needs: &[],
        twins: &[Seeded::client(
            "todevice-accepts-megolm",
            "group-cipher-accepted",
        )],
        run: group_cipher,
    },
    Check {
        id: "todevice-clear-text",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-02", "E2E-06"],
        attacks: &["ATK-OLM-04"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A control event that comes to the device in clear, or under an unknown cipher, is not taken.",
        precondition: "Mallory, a member of Alice's room, sends room keys in clear.",
        expected: "No room key is taken; the next one through Olm is.",
        needs: &[],
        twins: &[Seeded::client(
            "todevice-accepts-plaintext",
            "clear-control-accepted",
        )],
        run: clear_text,
    },
];

fn group_cipher(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mut carrier = EvilRoomKey::new(&company.room.id);
    let content = company.seal(&carrier, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    let (curve25519, ed25519) = (
        company.mallory.device.curve25519(),
        company.mallory.device.ed25519(),
    );
    for kind in ["m.room_key", "m.forwarded_room_key"] {
        let mut key = EvilRoomKey::new(&company.room.id);
        let content = if kind == "m.room_key" {
            key.room_key()
        } else {
            key.forwarded(&curve25519, &ed25519)
        };
        let ciphertext = carrier.encrypt(kind, &content);
        let event = company.mallory.device.room_event(&carrier, &ciphertext);
        company.deliver(scene, "m.room.encrypted", &event)?;
        company.must_not_open(scene, "group-cipher-accepted", &mut key)?;
    }
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn clear_text(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let (curve25519, ed25519) = (
        company.mallory.device.curve25519(),
        company.mallory.device.ed25519(),
    );
    let wrapped = |content: &Value| json!({ "algorithm": "m.none", "sender_key": curve25519, "type": "m.room_key", "content": content, "plaintext": content });
    for kind in ["m.room_key", "m.forwarded_room_key", "m.room.encrypted"] {
        let mut key = EvilRoomKey::new(&company.room.id);
        let content = match kind {
            "m.room_key" => {
                let mut content = key.room_key();
                if let Some(fields) = content.as_object_mut() {
                    // what a careless client would take as the channel's key
                    fields.insert("sender_key".to_owned(), Value::from(curve25519.as_str()));
                }
                content
            }
            "m.forwarded_room_key" => key.forwarded(&curve25519, &ed25519),
            _ => wrapped(&key.room_key()),
        };
        company.deliver(scene, kind, &content)?;
        company.must_not_open(scene, "clear-control-accepted", &mut key)?;
    }
    company.must_hear(scene, Role::State, "next-key-lost")
}
