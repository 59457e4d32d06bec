//! Group C: the relay lies about the supply of one-time keys.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::company::Company,
    dialect::Class,
    scene::{Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[Check {
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
}];

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
    let (_, is_fallback) = company.mallory.claim_object(scene, &company.target)?;
    let value = json!({ "one_time": !is_fallback });
    Ok(scene.note_seen("what kind of key a claim gets", Witness::Peer, value))
}

fn one_time() -> Claim {
    Claim::Is {
        pointer: "/one_time".to_owned(),
        value: json!(true),
    }
}
