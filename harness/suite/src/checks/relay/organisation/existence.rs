//! Who has an account: told to nobody who only tries names.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::{KEPT_OUT, path, status},
    scene::{Scene, Session},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "relay-existence-untold",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CON-05"],
    attacks: &["ATK-LNK-07"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "Whether a colleague has an account is told to members who have met him, and to nobody who tries names.",
    precondition: "Anna and Ben are members of one tenant and have never been in a room together.",
    expected: "Profile, admission and keys of Ben are those of a user who does not exist, until Anna invites him; after some names of nobody Anna invites nobody any longer, whether there is such a user or not, and Ben still does.",
    needs: &[Need::Organisation],
    twins: &[
        Seeded::relay("relay-existence-told", "existence-told"),
        Seeded::relay("relay-seeks-unlimited", "names-tried-without-end"),
    ],
    run: untold,
}];

/// Names that Anna tries; a relay that lets her try as many lets her try all.
const TRIES: usize = 100;

fn untold(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, ben) = (scene.session("anna")?, scene.session("ben")?);
    let carl = scene.session("carl")?;
    let organisation = scene.organisation()?;
    let nobody = organisation.user(&scene.fresh_name("nobody"));
    let at = path(&["profile", &ben.user, "displayname"]);
    let body = Payload::Json(json!({ "displayname": "Ben" }));
    scene.raw(Some(&ben), "PUT", &at, body)?;
    look_alike(scene, &anna, "existence-told", [&ben.user, &nobody])?;
    let room = scene.plain_room(&anna, &[])?;
    let invite = path(&["rooms", &room, "invite"]);
    let of = |user: &str| Payload::Json(json!({ "user_id": user }));
    let invited = scene.ask(Some(&anna), "POST", &invite, of(&ben.user))?;
    scene.expect(Role::Control, "control-lost", &[&invited], status(&[200]));
    let at = path(&["profile", &ben.user]);
    let seen = scene.ask(Some(&anna), "GET", &at, Payload::Empty)?;
    scene.expect(Role::Twin, "acquaintance-untold", &[&seen], status(&[200]));
    for _ in 0..TRIES {
        let user = organisation.user(&scene.fresh_name("nobody"));
        scene.raw(Some(&anna), "POST", &invite, of(&user))?;
    }
    for user in [&nobody, &carl.user] {
        let seen = scene.ask(Some(&anna), "POST", &invite, of(user))?;
        let code = "names-tried-without-end";
        scene.expect(Role::Attack, code, &[&seen], status(&[429]));
    }
    let room = scene.plain_room(&ben, &[])?;
    let invite = path(&["rooms", &room, "invite"]);
    let seen = scene.ask(Some(&ben), "POST", &invite, of(&carl.user))?;
    scene.expect(Role::Twin, "others-stopped-too", &[&seen], status(&[200]));
    scene.must_work(Role::State, "session-lost", &anna)
}

/// Looking `one` up gives what looking nobody up gives.
pub(super) fn look_alike(
    scene: &mut Scene,
    anna: &Session,
    code: &str,
    [one, nobody]: [&String; 2],
) -> Result<(), Stop> {
    for place in ["profile", "admission"] {
        let [of_one, of_nobody] = [one, nobody].map(|user| match place {
            "profile" => path(&["profile", user]),
            _ => format!("{}/{user}", super::own("admission")),
        });
        let of_one = scene.ask(Some(anna), "GET", &of_one, Payload::Empty)?;
        let of_nobody = scene.ask(Some(anna), "GET", &of_nobody, Payload::Empty)?;
        scene.expect(Role::Attack, code, &[&of_one], status(&KEPT_OUT));
        scene.expect(Role::Attack, code, &[&of_one, &of_nobody], Claim::Same {});
    }
    let mut answers = Vec::new();
    for user in [one, nobody] {
        let body = Payload::Json(json!({ "device_keys": { user.as_str(): [] } }));
        let found = scene.raw(Some(anna), "POST", &path(&["keys", "query"]), body)?;
        let found = found.body.json().cloned().unwrap_or_default();
        let found = found.to_string().replace(user.as_str(), "@somebody");
        let what = "an answer about keys, without the name";
        answers.push(scene.note_seen(what, Witness::Wire, json!({ "answer": found })));
    }
    let answers: Vec<_> = answers.iter().collect();
    scene.expect(Role::Attack, code, &answers, Claim::Same {});
    Ok(())
}
