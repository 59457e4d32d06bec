//! The directory that the organisation keeps for its members: whom a client lists, and what the relay learns of it.

use harness_driver::{Act, OrganisationAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{hear, is};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::company::set,
    dialect::Class,
    scene::{Actor, Scene, Seen},
    target::TENANT,
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "organisation-directory",
        version: 1,
        subject: Subject::Client,
        requirements: &["CLO-10", "CON-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A client lists whom an admin of its tenant listed, and nobody whom the relay, a member or an older directory puts there.",
        precondition: "Alice knows version 2 of the directory: Ben has moved to the board.",
        expected: "A version 3 that no admin signed, version 1 again, and a page of version 3 that was exchanged for one under the key that every member has change nothing; the true version 3 is taken, also after a restart.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("organisation.search"),
            Need::Verb("organisation.status"),
            Need::Verb("actor.restart"),
        ],
        twins: &[
            Seeded::client("directory-unsigned", "unsigned-directory-taken"),
            Seeded::client("directory-rollback", "older-directory-taken"),
            Seeded::client("directory-page-unbound", "exchanged-page-taken"),
        ],
        run: authentic,
    },
    Check {
        id: "organisation-directory-search",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Whom a member looks for, and who is listed, stays between the device and the organisation: the relay sees neither.",
        precondition: "The directory lists Ben under a name that nothing else has; Alice has it.",
        expected: "Alice finds him by this name; no request of hers holds what she looked for, and no answer of the relay holds the name.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("organisation.search"),
        ],
        twins: &[Seeded::client("search-asks-relay", "search-told-to-relay")],
        run: search,
    },
];

fn authentic(scene: &mut Scene) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let (admin, issued) = (&organisation.admin, scene.now());
    let ben = organisation.user("ben");
    let version = |number: u64, unit: &str| {
        let page = organisation.page(TENANT, &[(&ben, "Ben Beispiel", unit)]);
        organisation.directory(TENANT, admin, (number, issued), &[page])
    };
    let (first, second, third) = (
        version(1, "sales"),
        version(2, "board"),
        version(3, "press"),
    );
    scene.publish_directory(first.clone())?;
    let alice = scene.member("alice")?;
    listed(scene, &alice, (Role::Control, "control-lost"), "sales")?;
    scene.publish_directory(second)?;
    hear(scene, &alice)?;
    listed(
        scene,
        &alice,
        (Role::Control, "directory-not-taken"),
        "board",
    )?;

    let page = organisation.page(TENANT, &[(&ben, "Ben Beispiel", "thief")]);
    let impostor = admin.impostor();
    let forged =
        organisation.directory(TENANT, &impostor, (3, issued), std::slice::from_ref(&page));
    let mut exchanged = third.clone();
    set(&mut exchanged, "/pages", json!([page]));
    for (rule, code, directory) in [
        ("forge", "unsigned-directory-taken", forged),
        ("roll-back", "older-directory-taken", first),
        ("exchange", "exchanged-page-taken", exchanged),
    ] {
        serve(scene, rule, &alice, directory);
        hear(scene, &alice)?;
        scene.must_fire(rule);
        listed(scene, &alice, (Role::Attack, code), "board")?;
        let status = scene.organisation_status(&alice)?;
        let told = Claim::IsNot {
            pointer: "/value/fault".to_owned(),
            values: vec![Value::Null],
        };
        scene.expect(Role::Attack, code, &[&status], told);
        scene.adversary().lift_all();
    }
    scene.publish_directory(third)?;
    hear(scene, &alice)?;
    scene.restart(&alice)?;
    listed(
        scene,
        &alice,
        (Role::Twin, "true-directory-refused"),
        "press",
    )
}

fn search(scene: &mut Scene) -> Result<(), Stop> {
    let (organisation, mark) = (scene.organisation()?, scene.mark());
    let name = scene.text("name").replace(' ', "-");
    let page = organisation.page(TENANT, &[(&organisation.user("ben"), &name, "sales")]);
    let directory = organisation.directory(TENANT, &organisation.admin, (1, scene.now()), &[page]);
    scene.publish_directory(directory)?;
    let alice = scene.member("alice")?;
    let nobody = scene.text("nobody");
    found(scene, &alice, Role::Control, (&name, 1))?;
    found(scene, &alice, Role::Control, (&nobody, 0))?;
    for word in [&name, &nobody] {
        let clear = scene.clear_on_wire(word, mark)?;
        let none = Claim::Is {
            pointer: "/clear".to_owned(),
            value: json!(0),
        };
        scene.expect(Role::Attack, "search-told-to-relay", &[&clear], none);
    }
    scene.sync(&alice)?;
    found(scene, &alice, Role::State, (&name, 1))
}

/// So many are found.
fn found(
    scene: &mut Scene,
    actor: &Actor,
    role: Role,
    (wanted, count): (&str, u64),
) -> Result<(), Stop> {
    let seen = find(scene, actor, wanted)?;
    let found = Claim::Within {
        pointer: "/value/entries".to_owned(),
        least: count,
        most: count,
    };
    scene.expect(role, "search-lost", &[&seen], found);
    Ok(())
}

fn find(scene: &mut Scene, actor: &Actor, text: &str) -> Result<Seen, Stop> {
    let text = text.to_owned();
    scene.try_act(actor, Act::Organisation(OrganisationAct::Search { text }))
}

/// Ben is listed, in this unit and no other.
fn listed(
    scene: &mut Scene,
    alice: &Actor,
    (role, code): (Role, &str),
    unit: &str,
) -> Result<(), Stop> {
    let seen = find(scene, alice, "beispiel")?;
    scene.expect(role, code, &[&seen], is("entries/0/unit", json!(unit)));
    Ok(())
}

/// From now on the relay shows Alice this directory and its pages.
fn serve(scene: &mut Scene, rule: &'static str, alice: &Actor, brought: Value) {
    let show = Action::rewrite(rule, move |answer| {
        let part = if answer.get("page").is_some() {
            json!({ "page": brought.pointer("/pages/0") })
        } else {
            brought.get("directory").cloned().unwrap_or_default()
        };
        *answer = part;
        true
    });
    scene.attack(Rule::new(
        rule,
        &alice.name,
        Point::Response(Class::Directory),
        show,
    ));
}
