//! What an actor's screen shows of an interactive verification.

use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Need, Stop},
    scene::{Actor, Ended, Scene, Seen},
};

/// The verbs of an interactive verification.
pub(super) const VERIFY: &[Need] = &[
    Need::Verb("verify.request"),
    Need::Verb("verify.accept"),
    Need::Verb("verify.start"),
    Need::Verb("verify.confirm"),
    Need::Verb("verify.flows"),
    Need::Verb("identity.show"),
];

/// The flow must not be shown as a success.
pub(super) fn must_not_succeed(
    scene: &mut Scene,
    code: &str,
    actor: &Actor,
    flow: &str,
) -> Result<(), Stop> {
    let seen = stage(scene, actor, flow)?;
    scene.expect(
        Role::Attack,
        code,
        &[&seen],
        Claim::IsNot {
            pointer: "/stage".to_owned(),
            values: vec![json!("verified")],
        },
    );
    Ok(())
}

/// The other user must not be shown as verified.
pub(super) fn must_not_be_verified(
    scene: &mut Scene,
    code: &str,
    actor: &Actor,
    user: &str,
) -> Result<(), Stop> {
    let identity = scene.identity(actor, user)?;
    scene.expect(
        Role::Attack,
        code,
        &[&identity],
        Claim::IsNot {
            pointer: "/state".to_owned(),
            values: vec![json!("verified")],
        },
    );
    Ok(())
}

/// The flow must be that far on the actor's screen.
pub(super) fn must_be_at(
    scene: &mut Scene,
    code: &str,
    actor: &Actor,
    flow: &str,
    at: &str,
) -> Result<(), Stop> {
    let stage = stage(scene, actor, flow)?;
    let there = Claim::Is {
        pointer: "/stage".to_owned(),
        value: json!(at),
    };
    scene.expect(Role::Attack, code, &[&stage], there);
    Ok(())
}

/// The other user must be shown as verified: the verification was an honest one.
pub(super) fn must_be_verified(
    scene: &mut Scene,
    role: Role,
    actor: &Actor,
    user: &str,
) -> Result<(), Stop> {
    let identity = scene.identity(actor, user)?;
    let verified = Claim::Is {
        pointer: "/state".to_owned(),
        value: json!("verified"),
    };
    scene.expect(role, "honest-verification-fails", &[&identity], verified);
    Ok(())
}

/// How far a flow is on the actor's screen: `{"stage": …}`.
pub(super) fn stage(scene: &mut Scene, actor: &Actor, flow: &str) -> Result<Seen, Stop> {
    let stage = field(scene, actor, flow, "stage")?;
    Ok(scene.note_seen(
        &format!("how far the verification is for {}", actor.name),
        Witness::Driver,
        json!({ "stage": stage }),
    ))
}

/// The seven emoji on the actor's screen; `null` if none are shown.
pub(super) fn strings(scene: &mut Scene, actor: &Actor, flow: &str) -> Result<Seen, Stop> {
    let emoji = field(scene, actor, flow, "emoji")?;
    Ok(scene.note_seen(
        &format!("the strings on the screen of {}", actor.name),
        Witness::Driver,
        emoji,
    ))
}

fn field(scene: &mut Scene, actor: &Actor, flow: &str, name: &str) -> Result<Value, Stop> {
    let all = scene.flows(actor)?;
    let flows = all.value.pointer("/flows").and_then(Value::as_array);
    let shown = flows.and_then(|flows| {
        flows
            .iter()
            .find(|one| one.get("flow").and_then(Value::as_str) == Some(flow))
    });
    Ok(shown
        .and_then(|shown| shown.get(name).cloned())
        .unwrap_or_default())
}

/// The product must take this step of an honest user.
pub(super) fn insist(ended: Ended) -> Result<(), Stop> {
    match ended {
        Ended::Done(_) => Ok(()),
        Ended::Refused { reason, .. } => Err(Stop::target(format!(
            "a step of a verification is refused: {reason}"
        ))),
    }
}
