//! Whom a client takes for one of the organisation.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{is, meet_stranger, publish, rules, standing};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::ForgedIdentity,
    scene::{Actor, Scene},
    target::{Organisation, Terms},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "organisation-admission",
        version: 1,
        subject: Subject::Client,
        requirements: &["CLO-01", "GRP-06"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An account that the relay made by itself does not pass for one of the organisation, whatever admission the relay shows for it.",
        precondition: "Alice and Bob are enrolled; Mallory has an account without an admission and meets Alice in a room.",
        expected: "Mallory is not admitted: not without an admission, not with one of another organisation, not with one over another identity than hers. Bob is.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("organisation.status"),
        ],
        twins: &[
            Seeded::client("unadmitted-is-colleague", "unadmitted-counts"),
            Seeded::client("admission-unverified", "minted-admission-counts"),
            Seeded::client("admission-key-not-bound", "admission-of-another-key-counts"),
        ],
        run: admission,
    },
    Check {
        id: "organisation-invitation-key",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-06", "STO-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The one-time key of the invitation does not outlive the enrolment.",
        precondition: "Alice enrolled with a code.",
        expected: "No record of her store holds the code, before and after a restart; she still belongs to the organisation.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("organisation.status"),
            Need::Verb("message.traces"),
            Need::Verb("actor.restart"),
        ],
        twins: &[Seeded::client(
            "keeps-invitation-key",
            "invitation-key-kept",
        )],
        run: invitation_key,
    },
];

fn admission(scene: &mut Scene) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let now = scene.now();
    publish(scene, 1, now, &rules(json!("deny")))?;
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    must_stand(
        scene,
        &alice,
        &bob.user,
        (Role::Twin, "member-refused"),
        "admitted",
    )?;

    let company = meet_stranger(scene, &alice)?;
    let mallory = company.mallory.device.user.clone();
    let outside = "not_admitted";
    must_stand(
        scene,
        &alice,
        &mallory,
        (Role::Attack, "unadmitted-counts"),
        outside,
    )?;

    let master = company.mallory.identity.master();
    let rogue = Organisation::new(organisation.server());
    let minted = rogue.invite(&rogue.owner, Terms::usual(now));
    let minted = minted.admission(&mallory, &master, now);
    serve(scene, "mint", &alice, &mallory, minted);
    scene.sync(&alice)?;
    scene.must_fire("mint");
    must_stand(
        scene,
        &alice,
        &mallory,
        (Role::Attack, "minted-admission-counts"),
        outside,
    )?;

    let other = ForgedIdentity::new(&mallory).master();
    let invited = organisation.invite(&organisation.owner, Terms::usual(now));
    let swapped = invited.admission(&mallory, &other, now);
    serve(scene, "swap", &alice, &mallory, swapped);
    scene.sync(&alice)?;
    scene.must_fire("swap");
    let code = "admission-of-another-key-counts";
    must_stand(scene, &alice, &mallory, (Role::Attack, code), outside)?;

    let right = invited.admission(&mallory, &master, now);
    serve(scene, "right", &alice, &mallory, right);
    scene.sync(&alice)?;
    must_stand(
        scene,
        &alice,
        &mallory,
        (Role::Twin, "admission-refused"),
        "admitted",
    )?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// From now on the relay shows Alice this admission of the user, and no other.
fn serve(scene: &mut Scene, rule: &'static str, alice: &Actor, user: &str, admission: Value) {
    scene.adversary().lift_all();
    let user = user.to_owned();
    let show = Action::rewrite(rule, move |answer| {
        let all = answer.get_mut("admissions").and_then(Value::as_object_mut);
        all.is_some_and(|all| {
            all.insert(user.clone(), admission.clone());
            true
        })
    });
    scene.attack(Rule::new(
        rule,
        &alice.name,
        Point::Response(Class::Admissions),
        show,
    ));
}

fn must_stand(
    scene: &mut Scene,
    alice: &Actor,
    user: &str,
    (role, code): (Role, &str),
    how: &str,
) -> Result<(), Stop> {
    let seen = scene.organisation_status(alice)?;
    scene.expect(role, code, &[&seen], is(&standing(user), json!(how)));
    Ok(())
}

fn invitation_key(scene: &mut Scene) -> Result<(), Stop> {
    let now = scene.now();
    publish(scene, 1, now, &rules(json!("deny")))?;
    let (alice, code) = scene.member_with_code("alice")?;
    let bob = scene.member("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let code = code.expose();
    let mark: String = code.chars().skip(code.len() / 2).take(40).collect();
    // What is looked for can be found: the text of a message is there.
    let text = sent.body.rsplit(' ').next().unwrap_or_default().to_owned();
    let found = records_with(scene, &alice, text)?;
    scene.expect(Role::Twin, "store-not-searched", &[&found], at_least_one());
    for restart in [false, true] {
        if restart {
            scene.restart(&alice)?;
        }
        let found = records_with(scene, &alice, mark.clone())?;
        let none = Claim::Is {
            pointer: "/records".to_owned(),
            value: json!(0),
        };
        scene.expect(Role::Attack, "invitation-key-kept", &[&found], none);
    }
    let seen = scene.organisation_status(&alice)?;
    let claim = is("organisation", json!(scene.organisation()?.id()));
    scene.expect(Role::State, "organisation-forgotten", &[&seen], claim);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// How many records of the actor's store hold a text, which may be a secret.
fn records_with(
    scene: &mut Scene,
    actor: &Actor,
    text: String,
) -> Result<crate::scene::Seen, Stop> {
    let traces = Act::Message(MessageAct::Traces { text });
    let found = scene.act_in_private(actor, traces)?;
    let records = found.get("records").cloned().unwrap_or_default();
    let what = format!("records of {}'s store with a text", actor.name);
    Ok(scene.note_seen(&what, Witness::Driver, json!({ "records": records })))
}

fn at_least_one() -> Claim {
    Claim::Within {
        pointer: "/records".to_owned(),
        least: 1,
        most: 1_000,
    }
}
