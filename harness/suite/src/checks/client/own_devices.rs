//! What only the user's own devices may say to each other, said by a device that nobody signed and by a stranger.

use harness_driver::{Act, ContactAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{contacts::add, directory::announce_change, megolm::pair};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::company::{Company, taken},
    evil::{EvilPeer, EvilRoomKey, Target, open_box},
    scene::{Actor, Scene},
};

/// The type of the address book in the account data.
const BOOK: &str = "dev.pruefstand.address_book";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "room-key-request",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-09", "KEY-04"],
        attacks: &["ATK-MEGOLM-05"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A room key is not handed to whoever asks for it, whatever account the asking device belongs to.",
        precondition: "The relay has made a device for Alice's account, with keys that she did not sign; Alice can read a session of Bob's.",
        expected: "When that device asks for the session's key, nothing goes to it.",
        needs: &[],
        twins: &[Seeded::client("answer-key-request-by-id", "key-handed-out")],
        run: requested,
    },
    Check {
        id: "room-key-forward",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08", "KEY-04"],
        attacks: &["ATK-MEGOLM-04"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A room key that is passed on counts only from the device that was asked, not from any of the account.",
        precondition: "Alice has a message of Mallory's whose key she does not have; the relay has made a device for Alice's account.",
        expected: "The key that this device passes on opens nothing; a key that Mallory gives opens her next message.",
        needs: &[],
        twins: &[Seeded::client(
            "forward-any-own-device",
            "forwarded-key-taken",
        )],
        run: forwarded,
    },
    Check {
        id: "own-device-messages",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03", "KEY-04"],
        attacks: &["ATK-BAK-03", "ATK-EVT-08"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "What a user's devices tell each other is not taken from a stranger, nor from a device of the account that the user did not sign.",
        precondition: "Mallory, and a device that the relay has made for Alice's account, tell Alice's device the key of her address book.",
        expected: "The book that Alice's device then gives to the relay does not open with that key; the contact is in her book.",
        needs: &[Need::Verb("contact.add"), Need::Verb("contact.list")],
        twins: &[Seeded::client(
            "book-key-from-anyone",
            "book-readable-to-stranger",
        )],
        run: messages,
    },
];

fn requested(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mark = scene.mark();
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let used = scene.sessions_used(&bob, mark);
    let session = used
        .value
        .pointer("/sessions/0")
        .cloned()
        .unwrap_or_default();
    let (mut ghost, target) = ghost_of(scene, &alice)?;
    let request = json!({
        "action": "request",
        "request_id": "1",
        "requesting_device_id": ghost.device.device,
        "body": {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": room.id,
            "session_id": session,
            "sender_key": "",
        },
    });
    let mark = scene.mark();
    let sent = ghost.send_to_device(scene, &target, "m.room_key_request", &request)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&sent], taken());
    scene.sync(&alice)?;
    let told = scene.recipients(&alice, mark);
    let lacks = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", alice.user, ghost.device.device)),
    };
    scene.expect(Role::Attack, "key-handed-out", &[&told], lacks);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn forwarded(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let alice = company.alice.clone();
    let mut key = EvilRoomKey::new(&company.room.id);
    let first = company.say(scene, &mut key, "without its key")?;
    let (mut ghost, target) = ghost_of(scene, &alice)?;
    ghost.open_channel(scene, &target)?;
    let mallory = &company.mallory.device;
    let content = key.forwarded(&mallory.curve25519(), &mallory.ed25519());
    whisper(
        scene,
        &mut ghost,
        &target,
        ("m.forwarded_room_key", &content),
    )?;
    scene.sync(&alice)?;
    company.must_stay_closed(scene, "forwarded-key-taken", &first)?;
    let second = company.say(scene, &mut key, "with a key passed on")?;
    company.must_stay_closed(scene, "forwarded-key-taken", &second)?;
    company.must_hear(scene, Role::State, "next-message-lost")
}

fn messages(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let alice = company.alice.clone();
    let (mut ghost, target) = ghost_of(scene, &alice)?;
    ghost.open_channel(scene, &target)?;
    // Two devices that began a book each agree on the smaller key; none is smaller than this.
    let content = json!({ "key": "A".repeat(43), "generation": 1 });
    let kind = "dev.pruefstand.address_book.key";
    let own = company.target.clone();
    whisper(scene, &mut company.mallory, &own, (kind, &content))?;
    whisper(scene, &mut ghost, &target, (kind, &content))?;
    scene.sync(&alice)?;
    let mark = scene.mark();
    add(scene, &alice)?;
    scene.sync(&alice)?;
    let list = scene.try_act(&alice, Act::Contact(ContactAct::List))?;
    let one = Claim::Within {
        pointer: "/value/contacts".to_owned(),
        least: 1,
        most: 1,
    };
    scene.expect(Role::Twin, "contact-lost", &[&list], one);
    let book = scene.account_data_of(&alice, BOOK, mark);
    let sealed = book.as_ref().and_then(|book| book.get("sealed")?.as_str());
    let context = format!("{BOOK}/{}", alice.user);
    let opened = sealed.map(|sealed| open_box(&[0; 32], context.as_bytes(), sealed).is_some());
    let seen = scene.note_seen(
        "whether the book opens with the stranger's key",
        Witness::Wire,
        json!({ "readable": opened }),
    );
    let closed = Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(false),
    };
    scene.expect(Role::Attack, "book-readable-to-stranger", &[&seen], closed);
    company.must_hear(scene, Role::State, "next-message-lost")
}

/// A device of the actor's account that the relay has made, and the actor's own as it sees it. The actor knows of it.
fn ghost_of(scene: &mut Scene, alice: &Actor) -> Result<(EvilPeer, Target), Stop> {
    let mut ghost = EvilPeer::log_in(scene, "ghost", alice.account.clone())?;
    ghost.publish_device(scene)?;
    let target = ghost.target(scene, &alice.user, &alice.device)?;
    announce_change(scene, alice, &alice.user);
    scene.sync(alice)?;
    scene.adversary().lift_all();
    Ok((ghost, target))
}

/// Sends something through the channel that the peer has opened.
fn whisper(
    scene: &mut Scene,
    peer: &mut EvilPeer,
    to: &Target,
    (kind, content): (&str, &Value),
) -> Result<(), Stop> {
    let payload = peer.device.olm_payload(to, kind, content);
    let sealed = peer.device.olm_encrypt(to, &payload)?;
    let sent = peer.send_to_device(scene, to, "m.room.encrypted", &sealed)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&sent], taken());
    Ok(())
}
