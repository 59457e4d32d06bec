//! Group D: parts of a group message that only its owner can make.

use harness_evidence::{Role, Severity, Witness};
use vodozemac::megolm::MegolmMessage;

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        company::{Company, set},
        megolm::inject,
    },
    dialect::Class,
    evil::{EvilRoomKey, Fault, HandSeal, edit_olm_body, flip_mac},
    scene::{Actor, Scene, Sent},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "megolm-signed-by-another",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-MEGOLM-22"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A member who has another member's group key, as every member has, cannot write in the other one's name.",
        precondition: "Bob has spoken in a room with Alice and Mallory. Mallory seals a message with Bob's chain at his next index: signed by a key of her own, not signed, signed with garbage. The relay delivers each as Bob's.",
        expected: "Alice sees none of them; Bob's real message at that index is shown.",
        needs: &[],
        twins: &[Seeded::client(
            "megolm-skip-signature",
            "forged-message-shown",
        )],
        run: signed_by_another,
    },
    Check {
        id: "insecure-build",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07", "E2E-11"],
        attacks: &["ATK-LOC-07"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The client was not built with the checks of its cryptographic library switched off.",
        precondition: "Mallory, a member, sends under her own session: a message with a wrong MAC under her right signature, one with a wrong signature over a right MAC, and a room key in an Olm message with a wrong MAC.",
        expected: "Alice is shown neither message and takes no room key; the right message at the same index is shown.",
        needs: &[],
        twins: &[Seeded::client("checks-switched-off", "wrong-mac-shown")],
        run: insecure_build,
    },
];

fn signed_by_another(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    company.mallory.sync(scene)?;
    let (session, index) = last_place(scene, &bob)?;
    let victim = company.mallory.target(scene, &bob.user, &bob.device)?;
    let seal = company.mallory.device.impersonate(&room.id, &session)?;
    for fault in [Fault::None, Fault::NoSignature, Fault::Garbage] {
        let body = scene.text("signed, Bob");
        let names = (victim.curve25519.as_str(), victim.device.as_str());
        let event = seal.event(names, index + 1, &body, fault)?;
        inject(scene, &alice, &room, &bob.user, ("m.room.encrypted", event));
        scene.sync(&alice)?;
        scene.must_not_show(Role::Attack, "forged-message-shown", &alice, &room, &body)?;
    }
    scene.must_fire("inject");
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// The session and index of the last message that the actor sent.
fn last_place(scene: &Scene, actor: &Actor) -> Result<(String, u32), Stop> {
    let sent = scene.sent(actor, Class::RoomSend, 0);
    let last = sent.last().map(|one| &one.request.body);
    let field = |name: &str| last?.get(name)?.as_str();
    let message = field("ciphertext").and_then(|text| MegolmMessage::from_base64(text).ok());
    let place = field("session_id").zip(message);
    place
        .map(|(session, message)| (session.to_owned(), message.message_index()))
        .ok_or_else(|| Stop::target(format!("{} sent no group message", actor.name)))
}

fn insecure_build(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let seal = HandSeal::own(&company.room.id)?;
    give(scene, &mut company, &seal)?;
    let sent = say(scene, &mut company, &seal, 0, Fault::None)?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &sent)?;
    for (fault, code) in [
        (Fault::Mac, "wrong-mac-shown"),
        (Fault::NoSignature, "wrong-signature-shown"),
        (Fault::Garbage, "wrong-signature-shown"),
    ] {
        let sent = say(scene, &mut company, &seal, 1, fault)?;
        scene.must_not_show(Role::Attack, code, &alice, &room, &sent.body)?;
    }
    let mut key = EvilRoomKey::new(&room.id);
    let mut sealed = company.seal(&key, |_, _| {})?;
    edit_olm_body(&mut sealed, &company.target.curve25519, flip_mac)?;
    company.deliver(scene, "m.room.encrypted", &sealed)?;
    company.must_not_open(scene, "wrong-mac-taken", &mut key)?;
    let sent = say(scene, &mut company, &seal, 1, Fault::None)?;
    scene.must_show_once(Role::State, "next-message-lost", &alice, &room, &sent)
}

/// Gives Alice the key of a session that was made by hand.
fn give(scene: &mut Scene, company: &mut Company, seal: &HandSeal) -> Result<(), Stop> {
    let content = seal.room_key()?;
    let sealed = company.seal(&EvilRoomKey::new(&company.room.id), |payload, _| {
        set(payload, "/content", content);
    })?;
    company.deliver(scene, "m.room.encrypted", &sealed)
}

fn say(
    scene: &mut Scene,
    company: &mut Company,
    seal: &HandSeal,
    index: u32,
    fault: Fault,
) -> Result<Sent, Stop> {
    let body = scene.text("sealed by hand");
    let device = &company.mallory.device;
    let names = (device.curve25519(), device.device.clone());
    let event = seal.event((&names.0, &names.1), index, &body, fault)?;
    company.say_content(scene, &event, body)
}
