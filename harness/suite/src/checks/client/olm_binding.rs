//! Group C: an authentic Olm message whose plaintext lies about who speaks to whom, with which keys.

use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::company::{Company, set},
    dialect::Delivery,
    evil::{EvilPeer, EvilRoomKey, ForgedDevice},
    scene::Scene,
};

/// The code of every check of this file.
const ACCEPTED: &str = "room-key-accepted";

pub(super) const CHECKS: &[Check] = &[
    binding(
        "olm-sender",
        "An Olm message is refused if it names another sender than the event that carries it.",
        &[Seeded::client("olm-no-sender-check", ACCEPTED)],
        sender,
    ),
    binding(
        "olm-sender-key",
        "An Olm message is refused if it names another signing key than that of the device that sent it.",
        &[Seeded::client("olm-no-sender-key-check", ACCEPTED)],
        sender_key,
    ),
    binding(
        "olm-recipient",
        "An Olm message is refused if it names another user as its recipient.",
        &[Seeded::client("olm-no-recipient-check", ACCEPTED)],
        recipient,
    ),
    binding(
        "olm-recipient-key",
        "An Olm message is refused if it names another device's signing key as its recipient's.",
        &[Seeded::client("olm-no-recipient-key-check", ACCEPTED)],
        recipient_key,
    ),
    binding(
        "olm-device-user",
        "An Olm message is refused if the device keys inside belong to another user than the sender.",
        &[Seeded::client("sender-device-keys-no-userid", ACCEPTED)],
        device_user,
    ),
    binding(
        "olm-device-curve25519",
        "An Olm message is refused if the device keys inside have another Curve25519 key than the channel.",
        &[Seeded::client("sender-device-keys-no-curve25519", ACCEPTED)],
        device_curve,
    ),
    binding(
        "olm-device-ed25519",
        "An Olm message is refused if the device keys inside have another signing key than the device that sent it.",
        &[Seeded::client("sender-device-keys-no-ed25519", ACCEPTED)],
        device_ed25519,
    ),
    binding(
        "olm-device-signature",
        "An Olm message is refused if the device keys inside are not signed by their own key.",
        &[Seeded::client("sender-device-keys-no-signature", ACCEPTED)],
        device_signature,
    ),
    Check {
        id: "olm-sender-rewritten",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-OLM-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A member's messages that the relay puts under another member's name are not decrypted, although the member colludes.",
        precondition: "Alice, Bob and Mallory share an encrypted room; Mallory names Bob as sender inside, the relay outside.",
        expected: "Alice's client does not take the room key, and opens nothing under it as Bob's; Mallory's honest message arrives.",
        needs: &[],
        twins: &[Seeded::client("sender-device-keys-no-userid", ACCEPTED)],
        run: sender_rewritten,
    },
];

/// A check of one binding of the specification's list 'Validation of incoming decrypted events'.
const fn binding(
    id: &'static str,
    purpose: &'static str,
    twins: &'static [Seeded],
    run: fn(&mut Scene) -> Result<(), Stop>,
) -> Check {
    Check {
        id,
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-DIR-09", "ATK-OLM-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose,
        precondition: "Mallory, a member of Alice's room, has an Olm session with her and gives her a room key in a plaintext that is wrong in this one field.",
        expected: "The room key is not taken: a message under it is not decrypted; the next honest room key is taken.",
        needs: &[],
        twins,
        run,
    }
}

fn sender(scene: &mut Scene) -> Result<(), Stop> {
    let other = scene.account("bob")?.user;
    lie(scene, |payload, _| set(payload, "/sender", other))
}

fn sender_key(scene: &mut Scene) -> Result<(), Stop> {
    lie(scene, |payload, _| {
        set(payload, "/keys/ed25519", stranger().ed25519())
    })
}

fn recipient(scene: &mut Scene) -> Result<(), Stop> {
    let other = scene.account("bob")?.user;
    lie(scene, |payload, _| set(payload, "/recipient", other))
}

fn recipient_key(scene: &mut Scene) -> Result<(), Stop> {
    lie(scene, |payload, _| {
        set(payload, "/recipient_keys/ed25519", stranger().ed25519())
    })
}

fn device_user(scene: &mut Scene) -> Result<(), Stop> {
    let other = scene.account("bob")?.user;
    lie(scene, move |payload, mallory| {
        let mut keys = mallory.device.device_keys();
        set(&mut keys, "/user_id", other.as_str());
        set(&mut keys, "/signatures", json!({}));
        mallory.device.sign_as(&mut keys, &other);
        set(payload, "/sender_device_keys", keys);
    })
}

fn device_curve(scene: &mut Scene) -> Result<(), Stop> {
    lie(scene, |payload, mallory| {
        let keys = mallory.device.device_keys_with(&stranger().curve25519());
        set(payload, "/sender_device_keys", keys);
    })
}

fn device_ed25519(scene: &mut Scene) -> Result<(), Stop> {
    lie(scene, |payload, mallory| {
        let other = ForgedDevice::new(&mallory.device.user, &mallory.device.device);
        set(
            payload,
            "/sender_device_keys",
            other.device_keys_with(&mallory.device.curve25519()),
        );
    })
}

fn device_signature(scene: &mut Scene) -> Result<(), Stop> {
    lie(scene, |payload, mallory| {
        let mut keys = mallory.device.device_keys();
        let other = ForgedDevice::new(&mallory.device.user, &mallory.device.device);
        // right object, right key id, another key's signature
        set(&mut keys, "/signatures", json!({}));
        other.sign(&mut keys);
        set(payload, "/sender_device_keys", keys);
    })
}

fn lie(scene: &mut Scene, lie: impl FnOnce(&mut Value, &EvilPeer)) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mut key = EvilRoomKey::new(&company.room.id);
    let content = company.seal(&key, lie)?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    company.must_not_open(scene, ACCEPTED, &mut key)?;
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn sender_rewritten(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mallory = company.mallory.device.user.clone();
    let is_hers = move |delivery: &Delivery| {
        delivery.event_type() == "m.room.encrypted" && delivery.sender() == mallory
    };
    let swap = Action::SwapSender {
        sender: bob.user.clone(),
    };
    scene.attack(Rule::new(
        "rewrite-sender",
        &company.alice.name,
        Point::Delivery(Box::new(is_hers)),
        swap,
    ));

    let mut key = EvilRoomKey::new(&company.room.id);
    let content = company.seal(&key, |payload, _| {
        set(payload, "/sender", bob.user.as_str())
    })?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    company.must_not_open(scene, ACCEPTED, &mut key)?;
    scene.must_fire("rewrite-sender");
    scene.adversary().lift("rewrite-sender");
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn stranger() -> ForgedDevice {
    ForgedDevice::new("", "")
}
