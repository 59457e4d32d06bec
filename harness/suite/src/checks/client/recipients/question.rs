//! Recipients who need a second look: external, new, replaced, very many, or others than were confirmed.

use harness_driver::{Ask, RecipientSettings};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, json};

use super::{
    NEEDS, asking, configure, confirm, must_ask, must_be_there, must_warn, review, send_confirmed,
    text,
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::{directory::announce_change, megolm::pair},
    dialect::Class,
    evil::ForgedIdentity,
    scene::{Actor, Room, Scene},
};

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "recipient-external",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01"],
        attacks: &["ATK-GRP-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nothing goes to somebody external without the user's word.",
        precondition: "Alice shares a room with Bob, and another with Bob and a guest of the organisation.",
        expected: "Text and file to the room with the guest are held up by a question, the text once and the file each time; confirmed, they arrive. The room without guest asks nothing.",
        needs: NEEDS,
        twins: &[Seeded::client("external-unnoticed", "external-not-asked")],
        run: external,
    },
    Check {
        id: "recipient-first-contact",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01"],
        attacks: &["ATK-GRP-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A first file to somebody needs the user's word.",
        precondition: "Alice and Bob share a room; Alice has never sent him anything and has the protective settings.",
        expected: "The file is held up by a question; after a first message it leaves without one.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "first-contact-unnoticed",
            "first-contact-not-asked",
        )],
        run: first_contact,
    },
    Check {
        id: "recipient-replaced-identity",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01", "KEY-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nothing goes to an identity that replaced a known one and was accepted in passing, without the user's word.",
        precondition: "Alice has talked with Bob; the relay serves another identity for him and Alice's user has clicked it away.",
        expected: "The next message is held up by a question.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "replaced-identity-unnoticed",
            "replaced-identity-not-asked",
        )],
        run: replaced_identity,
    },
    Check {
        id: "recipient-large-audience",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nothing goes to a very large audience without the user's word.",
        precondition: "Alice, Bob and Carol share a room; Alice has said that two others are many.",
        expected: "A message to the room is held up by a question; one to Bob alone is not.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "large-audience-unnoticed",
            "large-audience-not-asked",
        )],
        run: large,
    },
    Check {
        id: "recipient-audience-swapped",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01", "GRP-03"],
        attacks: &["ATK-GRP-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A confirmation holds for the audience that the user saw, and for no other.",
        precondition: "Alice has reviewed a message to a room; before she confirms it, Mallory joins.",
        expected: "The confirmation is void and nothing leaves; a new review and confirmation send it.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "confirmation-not-bound",
            "sent-to-swapped-audience",
        )],
        run: audience_swapped,
    },
];

fn external(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let guest = scene.client("guest")?;
    configure(scene, &alice, with_guest(&guest))?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let open = scene.room(&[&alice, &bob, &guest])?;
    must_be_there(scene, &alice, &open, &guest.user)?;
    let mark = scene.mark();
    let attempt = scene.try_send(&alice, &open, "for whom")?;
    must_ask(scene, "external-not-asked", &alice, &attempt.seen, mark);

    let sent = send_confirmed(scene, &alice, &open, "for the guest too")?;
    scene.sync(&guest)?;
    scene.must_show_once(Role::Twin, "confirmed-message-lost", &guest, &open, &sent)?;
    scene.must_get_through(Role::State, "asked-again", &alice, &guest, &open)?;
    let mark = scene.mark();
    let attempt = scene.try_send_file(&alice, &open, "plan.txt", b"the plan")?;
    must_ask(scene, "external-not-asked", &alice, &attempt.seen, mark);
    Ok(())
}

fn first_contact(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    configure(scene, &alice, asking())?;
    must_be_there(scene, &alice, &room, &bob.user)?;
    let mark = scene.mark();
    let attempt = scene.try_send_file(&alice, &room, "plan.txt", b"the plan")?;
    must_ask(
        scene,
        "first-contact-not-asked",
        &alice,
        &attempt.seen,
        mark,
    );
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let file = scene.send_file(&alice, &room, "plan.txt", b"the plan")?;
    scene.sync(&bob)?;
    let opened = scene.open_file(&bob, &room, &file)?;
    let whole = Claim::Is {
        pointer: "/text".to_owned(),
        value: json!("the plan"),
    };
    scene.expect(Role::Twin, "known-contact-asked", &[&opened], whole);
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn replaced_identity(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    configure(scene, &alice, asking())?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let identity = ForgedIdentity::new(&bob.user);
    let substitute = Action::SubstituteKeys {
        user: bob.user.clone(),
        devices: Some(Map::new()),
        identity: identity.served(),
    };
    scene.attack(Rule::new(
        "replace",
        &alice.name,
        Point::Response(Class::KeysQuery),
        substitute,
    ));
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.accept_identity(&alice, &bob.user)?;
    scene.sync(&alice)?;
    scene.must_fire("replace");
    let mark = scene.mark();
    let attempt = scene.try_send(&alice, &room, "to whom")?;
    must_ask(
        scene,
        "replaced-identity-not-asked",
        &alice,
        &attempt.seen,
        mark,
    );

    scene.adversary().lift("replace");
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.accept_identity(&alice, &bob.user)?;
    scene.sync(&alice)?;
    let sent = send_confirmed(scene, &alice, &room, "to Bob, confirmed")?;
    scene.sync(&bob)?;
    scene.must_show_once(Role::State, "confirmed-message-lost", &bob, &room, &sent)
}

fn large(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let carol = scene.client("carol")?;
    let settings = RecipientSettings {
        large: 1,
        ..asking()
    };
    configure(scene, &alice, settings)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let all = scene.room(&[&alice, &bob, &carol])?;
    must_be_there(scene, &alice, &all, &carol.user)?;
    let mark = scene.mark();
    let attempt = scene.try_send(&alice, &all, "to everybody")?;
    must_ask(
        scene,
        "large-audience-not-asked",
        &alice,
        &attempt.seen,
        mark,
    );
    let sent = send_confirmed(scene, &alice, &all, "to everybody, confirmed")?;
    scene.sync(&carol)?;
    scene.must_show_once(Role::Twin, "confirmed-message-lost", &carol, &all, &sent)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn audience_swapped(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, guest) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("guest")?,
    );
    let room = scene.room(&[&alice, &bob, &guest])?;
    configure(scene, &alice, with_guest(&guest))?;
    let sent = send_confirmed(scene, &alice, &room, "to Bob and the guest")?;
    scene.sync(&guest)?;
    scene.must_show_once(Role::Control, "control-lost", &guest, &room, &sent)?;

    let (body, what) = text(scene, "still to Bob and the guest", None);
    let (reviewed, token) = review(scene, &alice, &room, what)?;
    must_warn(
        scene,
        Role::Control,
        "guest-not-named",
        &reviewed,
        "external",
    );
    let mallory = join_behind(scene, &alice, &bob, &room)?;
    must_be_there(scene, &alice, &room, &mallory.user)?;
    let mark = scene.mark();
    let confirmed = scene.try_act(&alice, confirm(token))?;
    let void = Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(false),
    };
    let code = "sent-to-swapped-audience";
    scene.expect(Role::Attack, code, &[&confirmed], void);
    let used = scene.sessions_used(&alice, mark);
    let nothing = Claim::Is {
        pointer: "/sessions".to_owned(),
        value: json!([]),
    };
    scene.expect(Role::Attack, code, &[&used], nothing);
    scene.sync(&mallory)?;
    scene.must_not_show(Role::Attack, code, &mallory, &room, &body)?;

    let sent = send_confirmed(scene, &alice, &room, "to all of them")?;
    scene.sync(&mallory)?;
    scene.must_show_once(
        Role::State,
        "confirmed-message-lost",
        &mallory,
        &room,
        &sent,
    )
}

/// Bob brings somebody in, and Alice's user has seen the new list of members.
fn join_behind(scene: &mut Scene, alice: &Actor, bob: &Actor, room: &Room) -> Result<Actor, Stop> {
    let mallory = scene.client("mallory")?;
    scene.invite(bob, room, &mallory.user)?;
    scene.sync(&mallory)?;
    scene.join(&mallory, room)?;
    scene.sync_all(&[&mallory, bob, alice])?;
    scene.acknowledge(alice, room)?;
    Ok(mallory)
}

fn with_guest(guest: &Actor) -> RecipientSettings {
    RecipientSettings {
        ask: Ask::ClearCut,
        guests: vec![guest.user.clone()],
        ..asking()
    }
}
