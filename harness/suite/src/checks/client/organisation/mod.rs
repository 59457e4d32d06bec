//! The organisation as its members' clients see it: who belongs to it, what it asks, who stays outside.

pub(super) mod admission;
pub(super) mod channel;
pub(super) mod channel_order;
pub(super) mod directory;
pub(super) mod linked;
pub(super) mod outside;
pub(super) mod policy;
pub(super) mod reader;
pub(super) mod terms;

use harness_evidence::Claim;
use serde_json::{Value, json};

use crate::{
    check::Stop,
    checks::client::company::Company,
    evil::EvilPeer,
    scene::{Actor, Scene, Seen},
    target::Organisation,
};

/// After so long a client asks again what the organisation says.
const HOUR: u64 = 3_600_000;

/// The protective rules with this rule for outsiders and no undo window, so that what is sent leaves at once.
fn rules(external: Value) -> Value {
    let mut rules = Organisation::rules();
    for (place, value) in [
        ("/external", external),
        ("/warnings/undo_seconds", json!(0)),
    ] {
        if let Some(rule) = rules.pointer_mut(place) {
            *rule = value;
        }
    }
    rules
}

/// The organisation's admin publishes the next policy of the tenant.
fn publish(scene: &mut Scene, version: u64, issued: u64, rules: &Value) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let policy = organisation.policy(&organisation.admin, version, issued, rules);
    scene.publish_policy(policy)
}

/// The actor's client asks what the organisation says.
fn hear(scene: &mut Scene, actor: &Actor) -> Result<(), Stop> {
    scene.advance(HOUR);
    scene.sync(actor)
}

/// Alice, who is a member, in a room with Mallory, who has an account and no admission.
fn meet_stranger(scene: &mut Scene, alice: &Actor) -> Result<Company, Stop> {
    let mut mallory = EvilPeer::arrive(scene, "mallory")?;
    let room = scene.room(&[alice])?;
    scene.invite(alice, &room, &mallory.device.user)?;
    mallory.join(scene, &room.id)?;
    scene.sync_all(&[alice])?;
    scene.acknowledge(alice, &room)?;
    let target = mallory.target(scene, &alice.user, &alice.device)?;
    mallory.open_channel(scene, &target)?;
    Ok(Company {
        alice: alice.clone(),
        room,
        mallory,
        target,
    })
}

/// What stands at a place of what [`Scene::organisation_status`] saw.
fn is(place: &str, value: Value) -> Claim {
    Claim::Is {
        pointer: format!("/value/{place}"),
        value,
    }
}

/// Where the status says how a user stands.
fn standing(user: &str) -> String {
    format!("users/{user}/standing")
}

/// An attempt that was, or was not, carried out.
fn done(done: bool) -> Claim {
    Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(done),
    }
}

/// The version of the policy in force, as the client says it.
fn in_force(scene: &mut Scene, actor: &Actor, version: u64) -> Result<(Seen, Claim), Stop> {
    let seen = scene.organisation_status(actor)?;
    Ok((seen, is("policy", json!(version))))
}
