//! Group C: the relay lies about the supply of one-time keys.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::company::Company,
    dialect::Class,
    evil::claim_as,
    scene::{Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "fallback-key-renewed",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-09"],
        attacks: &["ATK-OLM-06"],
        severity: Severity::Must,
        witness: Witness::Peer,
        purpose: "A fallback key that was handed out is renewed, so that what it protects does not depend on one key for long.",
        precondition: "Strangers have claimed all one-time keys of Alice's, so that Mallory gets the fallback key and talks under it.",
        expected: "Alice reads what came under the fallback key; after her next look at the relay there are one-time keys again, and behind them another fallback key.",
        needs: &[],
        twins: &[Seeded::client(
            "fallback-never-rotated",
            "fallback-key-kept",
        )],
        run: fallback_renewed,
    },
    Check {
        id: "one-time-key-count",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-09"],
        attacks: &["ATK-OLM-07"],
        severity: Severity::Must,
        witness: Witness::Peer,
        purpose: "A client whose one-time keys are used up supplies new ones although the relay hides or inflates their count.",
        precondition: "Mallory has claimed all one-time keys of Alice's; the relay then leaves the count out of its answers, or says a million.",
        expected: "After Alice's next look at the relay, another claim gets a one-time key and not the fallback key.",
        needs: &[],
        twins: &[Seeded::client(
            "otk-count-missing-means-ok",
            "stays-on-fallback-key",
        )],
        run: key_count,
    },
];

fn fallback_renewed(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let first = company.mallory.drain(scene, &company.target)?;
    company
        .mallory
        .device
        .open_channel(&company.target, &first)?;
    company.must_hear(scene, Role::Control, "lost-under-fallback-key")?;
    scene.sync(&company.alice)?;
    let seen = claim(scene, &company)?;
    scene.expect(Role::State, "stays-on-fallback-key", &[&seen], one_time());
    let second = company.mallory.drain(scene, &company.target)?;
    let keys = [first, second].map(|key| {
        let what = "the fallback key behind all one-time keys";
        scene.note_seen(what, Witness::Peer, json!({ "key": key }))
    });
    let [first, second] = &keys;
    let renewed = Claim::Different {};
    scene.expect(Role::Attack, "fallback-key-kept", &[first, second], renewed);
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn key_count(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let seen = claim(scene, &company)?;
    scene.expect(Role::Control, "no-one-time-key", &[&seen], one_time());
    for (rule, lie) in [
        ("hide-count", None),
        ("inflate-count", Some(json!(1_000_000))),
    ] {
        let rewrite = Action::rewrite("lie_about_count", move |sync| tell(sync, lie.as_ref()));
        scene.attack(Rule::new(
            rule,
            &company.alice.name,
            Point::Response(Class::Sync),
            rewrite,
        ));
        company.mallory.drain(scene, &company.target)?;
        scene.sync(&company.alice)?;
        scene.adversary().lift(rule);
        scene.must_fire(rule);
        let seen = claim(scene, &company)?;
        scene.expect(Role::Attack, "stays-on-fallback-key", &[&seen], one_time());
    }
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn tell(sync: &mut Value, count: Option<&Value>) -> bool {
    let Some(fields) = sync.as_object_mut() else {
        return false;
    };
    match count {
        None => fields.remove("device_one_time_keys_count").is_some(),
        Some(count) => {
            fields.insert(
                "device_one_time_keys_count".to_owned(),
                json!({ "signed_curve25519": count }),
            );
            true
        }
    }
}

fn claim(scene: &mut Scene, company: &Company) -> Result<Seen, Stop> {
    // Somebody who has not claimed yet: the relay may give nobody many keys of one device.
    let stranger = scene.session("stranger")?;
    let claimed = claim_as(scene, &stranger, &company.target)?;
    let one_time = claimed.is_some_and(|(_, is_fallback)| !is_fallback);
    let value = json!({ "one_time": one_time });
    Ok(scene.note_seen("what kind of key a claim gets", Witness::Peer, value))
}

fn one_time() -> Claim {
    Claim::Is {
        pointer: "/one_time".to_owned(),
        value: json!(true),
    }
}
