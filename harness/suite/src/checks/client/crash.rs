//! Group C: devices that die in the middle of an act, at every request of it, on either side of the relay.

use harness_driver::{Bytes, Call};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Actor, CUT, Room, Scene, Side},
};

const NEEDS: &[Need] = &[
    Need::Verb("actor.restart"),
    Need::Verb("actor.snapshot"),
    Need::Verb("actor.restore"),
];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "crash-while-sending",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-12", "AVL-04"],
        attacks: &["ATK-OLM-20"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A device that dies while it sends, and one that is put back to that moment later, uses no key twice.",
        precondition: "Alice sends a first and a second message to a new peer; she dies at every request of both in turn, before and after the relay has seen it, and comes back from her store and from the copy of that moment.",
        expected: "No ratchet key with its index, no one-time key and no index of a group session stands over two different ciphertexts; the interrupted message is shown once at most, every later one once.",
        needs: NEEDS,
        twins: &[
            Seeded::client("persist-after-send", "index-used-twice"),
            Seeded::client("channel-stored-late", "channel-key-used-twice"),
        ],
        run: while_sending,
    },
    Check {
        id: "crash-while-sending-file",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-12", "AVL-04"],
        attacks: &["ATK-OLM-20", "ATK-ATT-02"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A device that dies while it sends a file does not encrypt the next file with the same key stream.",
        precondition: "Alice sends files of known content to Bob; she dies at every request in turn, before and after the relay has seen it.",
        expected: "No two uploads have the same key stream; the interrupted file is shown once at most, the next message once.",
        needs: &[
            Need::Verb("actor.restart"),
            Need::Verb("actor.snapshot"),
            Need::Verb("actor.restore"),
            Need::Verb("file.send"),
        ],
        twins: &[Seeded::client("file-key-reused", "key-stream-used-twice")],
        run: while_sending_file,
    },
    Check {
        id: "crash-while-receiving",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-04", "E2E-08"],
        attacks: &["ATK-OLM-20"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A device that dies while it receives loses nothing of it and shows nothing twice.",
        precondition: "A new peer has sent Bob a first message; he dies at every request of the sync that brings it, before and after the relay has seen it.",
        expected: "After the restart the message is shown once, and so is the next one.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "received-stored-late",
            "message-lost-in-crash",
        )],
        run: while_receiving,
    },
    Check {
        id: "crash-while-sharing",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-04"],
        attacks: &["ATK-MEGOLM-25"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A device that dies between making a group session and giving it to the members leaves no member without the key.",
        precondition: "Alice has a room with Bob and a new Carol; she dies at every request of the first message in turn, before and after the relay has seen it.",
        expected: "Bob and Carol are shown the next message, and nothing that they cannot open.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client("share-not-resumed", "member-without-key")],
        run: while_sharing,
    },
];

/// No act of a messenger takes as many requests as this.
const MOST_REQUESTS: usize = 40;

/// Lets `story` happen with a death at every request in turn, on both sides of the relay, until no request is left; `story` tells whether
/// somebody died.
fn sweep(
    scene: &mut Scene,
    mut story: impl FnMut(&mut Scene, usize, Side) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    let mut deaths = 0;
    let mut is_complete = false;
    for at in 0..MOST_REQUESTS {
        let mut died = false;
        for side in Side::BOTH {
            let here = story(scene, at, side)?;
            deaths += usize::from(here);
            died |= here;
        }
        if !died {
            is_complete = true;
            break;
        }
    }
    let value = json!({ "deaths": deaths, "complete": is_complete });
    let seen = scene.note_seen("where the device died", Witness::Wire, value);
    scene.must_fire(CUT);
    let whole = Claim::Is {
        pointer: "/complete".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Applied, "sweep-not-complete", &[&seen], whole);
    Ok(())
}

fn while_sending(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let mark = scene.mark();
    sweep(scene, |scene, at, side| {
        let bob = scene.client(&format!("bob-{at}-{}", side.word()))?;
        let room = scene.room(&[&alice, &bob])?;
        let talk = Talk {
            alice: &alice,
            bob: &bob,
            room: &room,
            mark,
        };
        let (first, copy) = talk.die(scene, at, side)?;
        let (second, _) = talk.die(scene, at, side)?;
        scene.restore(&alice, copy)?;
        scene.sync(&alice)?;
        talk.go_on(scene, "message-after-restore-lost")?;
        Ok(first || second)
    })
}

/// Alice talks to Bob; what she has encrypted with since `mark` is looked at.
struct Talk<'a> {
    alice: &'a Actor,
    bob: &'a Actor,
    room: &'a Room,
    mark: usize,
}

impl Talk<'_> {
    /// Whether Alice died of sending a text, and her store of that moment. She is back and her next message gets through.
    fn die(&self, scene: &mut Scene, at: usize, side: Side) -> Result<(bool, Bytes), Stop> {
        let Self {
            alice, bob, room, ..
        } = self;
        // With a new life begins a new group session, so that every message is preceded by its key.
        scene.restart(alice)?;
        // What a new life asks for about everybody whom Alice knows is no part of the act.
        scene.sync(alice)?;
        let body = scene.text("interrupted");
        scene.advance(1_000);
        let died = scene.cut(&text(scene, alice, room, &body), at, side)?;
        let copy = scene.snapshot(alice)?;
        scene.restart(alice)?;
        self.go_on(scene, "next-message-lost")?;
        scene.must_not_repeat(Role::State, "interrupted-shown-twice", bob, room, &body)?;
        Ok((died, copy))
    }

    /// Alice's next message: under keys of its own, and it gets through.
    fn go_on(&self, scene: &mut Scene, lost: &str) -> Result<(), Stop> {
        let sent = scene.send(self.alice, self.room, "honest message")?;
        let seen = scene.keys_used(self.alice, self.mark)?;
        scene.must_use_keys_once(&seen);
        scene.sync(self.bob)?;
        scene.must_show_once(Role::State, lost, self.bob, self.room, &sent)
    }
}

fn text(scene: &Scene, actor: &Actor, room: &Room, body: &str) -> Call {
    Call::MsgSend {
        actor: actor.name.clone(),
        conv: room.id.clone(),
        body: body.to_owned(),
        now: scene.now(),
    }
}

fn while_sending_file(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let mut streams = Vec::new();
    sweep(scene, |scene, at, side| {
        let name = scene.text("plan.txt");
        let content = scene.text("what stands in the plan, and enough of it");
        let mark = scene.mark();
        let call = Call::FileSend {
            actor: alice.name.clone(),
            conv: room.id.clone(),
            name: name.clone(),
            content: content.clone().into_bytes().into(),
            now: scene.now(),
        };
        let died = scene.cut(&call, at, side)?;
        let copy = scene.snapshot(&alice)?;
        scene.restart(&alice)?;
        scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
        scene.must_not_repeat(Role::State, "interrupted-shown-twice", &bob, &room, &name)?;
        scene.restore(&alice, copy)?;
        scene.sync(&alice)?;
        scene.must_get_through(
            Role::State,
            "message-after-restore-lost",
            &alice,
            &bob,
            &room,
        )?;
        streams.extend(scene.key_streams(&alice, mark, content.as_bytes()));
        Ok(died)
    })?;
    let what = "the beginning of a file's key stream";
    let seen: Vec<_> = streams
        .into_iter()
        .map(|stream| scene.note_seen(what, Witness::Wire, json!(stream)))
        .collect();
    let seen: Vec<_> = seen.iter().collect();
    scene.expect(
        Role::Attack,
        "key-stream-used-twice",
        &seen,
        Claim::Different {},
    );
    Ok(())
}

fn while_receiving(scene: &mut Scene) -> Result<(), Stop> {
    let (bob, carol) = (scene.client("bob")?, scene.client("carol")?);
    let room = scene.room(&[&carol, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &carol, &bob, &room)?;
    sweep(scene, |scene, at, side| {
        let alice = scene.client(&format!("alice-{at}-{}", side.word()))?;
        let room = scene.room(&[&alice, &bob])?;
        let sent = scene.send(&alice, &room, "into the crash")?;
        scene.advance(1_000);
        let sync = Call::Sync {
            actor: bob.name.clone(),
            now: scene.now(),
        };
        let died = scene.cut(&sync, at, side)?;
        scene.restart(&bob)?;
        scene.sync(&bob)?;
        scene.must_show_once(Role::Attack, "message-lost-in-crash", &bob, &room, &sent)?;
        scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
        Ok(died)
    })
}

fn while_sharing(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    sweep(scene, |scene, at, side| {
        let carol = scene.client(&format!("carol-{at}-{}", side.word()))?;
        let room = scene.room(&[&alice, &bob, &carol])?;
        scene.must_get_through(Role::Control, "control-lost", &bob, &carol, &room)?;
        let body = scene.text("interrupted");
        scene.advance(1_000);
        let died = scene.cut(&text(scene, &alice, &room, &body), at, side)?;
        scene.restart(&alice)?;
        let sent = scene.send(&alice, &room, "after the crash")?;
        for member in [&bob, &carol] {
            scene.sync(member)?;
            scene.must_show_once(Role::Attack, "member-without-key", member, &room, &sent)?;
            must_open_all(scene, member, &room)?;
        }
        scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
        Ok(died)
    })
}

/// Nothing in the conversation is sealed under a key that the actor has not got.
fn must_open_all(scene: &mut Scene, actor: &Actor, room: &Room) -> Result<(), Stop> {
    let seen = scene.observe(actor, room)?;
    let items = seen.value.pointer("/timeline").and_then(Value::as_array);
    let closed = items.into_iter().flatten().filter(|item| {
        let state = item.get("state").and_then(Value::as_str);
        matches!(state, Some("undecryptable" | "rejected"))
    });
    let value = json!({ "closed": closed.count() });
    let what = format!("what {} cannot open", actor.name);
    let seen = scene.note_seen(&what, Witness::Driver, value);
    let none = Claim::Is {
        pointer: "/closed".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "message-without-key", &[&seen], none);
    Ok(())
}
