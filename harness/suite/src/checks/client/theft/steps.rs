//! What is said before and after a theft, and what of it the thief opens.

use harness_driver::{Act, VaultAct};
use harness_evidence::{Claim, Role};
use serde_json::{Value, json};

use super::{CAP, MESSAGES};
use crate::{
    check::Stop,
    checks::client::company::Company,
    dialect::Class,
    evil::EvilRoomKey,
    scene::{Actor, Room, Scene},
};

/// Mallory's next messages to Alice's device, which opens each.
pub(super) fn speak(scene: &mut Scene, company: &mut Company) -> Result<Vec<Value>, Stop> {
    let mut said = Vec::new();
    for _ in 0..MESSAGES {
        let mut key = EvilRoomKey::new(&company.room.id);
        let content = company.seal(&key, |_, _| {})?;
        company.deliver(scene, "m.room.encrypted", &content)?;
        let sent = company.say(scene, &mut key, "through the channel")?;
        scene.must_show_once(
            Role::State,
            "message-lost",
            &company.alice,
            &company.room,
            &sent,
        )?;
        said.push(content);
    }
    Ok(said)
}

/// Alice speaks to Mallory's device through the channel: a new room needs a new key.
pub(super) fn turn(scene: &mut Scene, company: &mut Company) -> Result<(), Stop> {
    let room = scene.found(&company.alice, vec![company.mallory.device.user.clone()])?;
    company.mallory.join(scene, &room.id)?;
    scene.sync(&company.alice)?;
    scene.acknowledge(&company.alice, &room)?;
    let seen = company.mallory_reads(scene, &room)?;
    let readable = Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Control, "turn-not-made", &[&seen], readable);
    Ok(())
}

/// What Alice sends beyond the cap, while Carol reads.
pub(super) fn flood(
    scene: &mut Scene,
    (alice, carol): (&Actor, &Actor),
    room: &Room,
) -> Result<Vec<Value>, Stop> {
    let mark = scene.mark();
    for at in 0..CAP + 5 {
        scene.send(alice, room, "after the theft")?;
        // Who falls far behind is told that something is missing, and may end a session for that.
        if at % 8 == 0 {
            scene.sync(carol)?;
        }
    }
    Ok(ciphertexts(scene, alice, mark))
}

/// How many of these recorded contents the keys of a stolen machine open.
pub(super) fn opened(
    scene: &mut Scene,
    thief: &Actor,
    room: Option<&Room>,
    recorded: &[Value],
) -> Result<usize, Stop> {
    let mut opened = 0;
    for content in recorded {
        let tried = VaultAct::Opens {
            conv: room.map(|room| room.id.clone()),
            content: content.clone(),
        };
        let done = scene.act(thief, Act::Vault(tried))?;
        opened += usize::from(done.pointer("/value/opens") == Some(&json!(true)));
    }
    Ok(opened)
}

/// The encrypted contents that the actor sent into rooms since `mark`.
pub(super) fn ciphertexts(scene: &Scene, actor: &Actor, mark: usize) -> Vec<Value> {
    let sent = scene.sent(actor, Class::RoomSend, mark);
    sent.into_iter().map(|one| one.request.body).collect()
}
