//! Invitations of the organisation: once, in time, for one user, in a tenant that their maker has a say in.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{enrol, registration};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::{KEPT_OUT, path, status},
    scene::{Scene, request},
    target::{OTHER_TENANT, Officer, Organisation, TENANT, Terms},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "relay-organisation-invitation-once",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-01", "GRP-06"],
        attacks: &["ATK-GRP-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "An invitation that the organisation signed makes one account, also when two use it at once.",
        precondition: "The relay serves an organisation; a fresh invitation makes an account.",
        expected: "A replay and a second name are refused; of two uses at the same moment exactly one succeeds, four times out of four.",
        needs: &[Need::Organisation],
        twins: &[Seeded::relay(
            "relay-invitation-reusable",
            "invitation-used-twice",
        )],
        run: once,
    },
    Check {
        id: "relay-organisation-invitation-bounds",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-01", "CLO-04"],
        attacks: &["ATK-GRP-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The relay lets nobody in whom the organisation did not invite: not late, not elsewhere, not under another name, not by itself.",
        precondition: "The relay serves an organisation; a fresh invitation makes an account.",
        expected: "Refused: an expired invitation, one into a tenant of another admin, one by a member, one changed after it was signed, one of another organisation, and an intercepted token under another name.",
        needs: &[Need::Organisation],
        twins: &[
            Seeded::relay("relay-invitation-never-expires", "expired-invitation-taken"),
            Seeded::relay(
                "relay-invitation-any-tenant",
                "invitation-of-another-tenants-admin-taken",
            ),
            Seeded::relay("relay-invitation-any-user", "token-redirected"),
            Seeded::relay("relay-invitation-unverified", "invitation-minted"),
        ],
        run: bounds,
    },
];

/// How often two use one invitation in the same moment.
const RACES: usize = 4;

const HOUR: u64 = 3_600_000;

fn once(scene: &mut Scene) -> Result<(), Stop> {
    let code = "invitation-used-twice";
    let organisation = scene.organisation()?;
    let now = scene.now();
    let invited = organisation.invite(&organisation.owner, Terms::usual(now));
    let [first, second] = [scene.fresh_name("first"), scene.fresh_name("second")];
    let token = invited.token(&organisation.user(&first), now);
    let made = enrol(scene, &first, &token)?;
    scene.expect(Role::Control, "control-lost", &[&made], status(&[200]));
    let token = invited.token(&organisation.user(&second), now);
    let again = enrol(scene, &second, &token)?;
    scene.expect(Role::Attack, code, &[&again], status(&KEPT_OUT));
    for _ in 0..RACES {
        let raced = race(scene, &organisation)?;
        let one = Claim::Within {
            pointer: "/accounts".to_owned(),
            least: 1,
            most: 1,
        };
        scene.expect(Role::Attack, code, &[&raced], one);
    }
    let later = scene.session("later")?;
    scene.must_work(Role::State, "enrolment-broken", &later)
}

/// Two names present one invitation in the same moment: `{"accounts": number}`.
fn race(scene: &mut Scene, organisation: &Organisation) -> Result<crate::scene::Seen, Stop> {
    let now = scene.now();
    let invited = organisation.invite(&organisation.owner, Terms::usual(now));
    let requests = [0, 1].map(|_| {
        let name = scene.fresh_name("racer");
        let token = invited.token(&organisation.user(&name), now);
        let body = Payload::Json(registration(&name, &token));
        request(None, "POST", &path(&["register"]), body)
    });
    let answers = scene.ask_all(&requests)?;
    let made = |seen: &&crate::scene::Seen| seen.value.get("status") == Some(&json!(200));
    let accounts = answers.iter().filter(made).count();
    let what = "two uses of one invitation at once";
    Ok(scene.note_seen(what, Witness::Wire, json!({ "accounts": accounts })))
}

fn bounds(scene: &mut Scene) -> Result<(), Stop> {
    let invited = scene.session("invited")?;
    scene.must_work(Role::Control, "control-lost", &invited)?;
    let organisation = scene.organisation()?;
    let now = scene.now();
    let (by, usual) = (&organisation.owner, Terms::usual(now));
    let over = Terms {
        issued: now - 2 * HOUR,
        expires: now - HOUR,
        ..usual
    };
    refuse(scene, by, over, "expired-invitation-taken")?;
    let minted = "invitation-minted";
    let member = by.grants(organisation.id(), "member", None);
    refuse(scene, &member, usual, minted)?;
    refuse(scene, &by.impostor(), usual, minted)?;
    refuse(scene, &Officer::root(), usual, minted)?;
    let admin = Terms {
        role: "admin",
        ..usual
    };
    refuse(scene, by, admin, minted)?;
    let elsewhere = "invitation-of-another-tenants-admin-taken";
    refuse(scene, &organisation.other_admin, usual, elsewhere)?;
    changed(scene, &organisation)?;
    redirected(scene, &organisation)?;
    for (officer, tenant) in [
        (&organisation.admin, TENANT),
        (&organisation.other_admin, OTHER_TENANT),
    ] {
        let name = scene.fresh_name("rightly");
        let invited = organisation.invite(officer, Terms::of(tenant, now));
        let token = invited.token(&organisation.user(&name), now);
        let seen = enrol(scene, &name, &token)?;
        scene.expect(Role::Twin, "invitation-refused", &[&seen], status(&[200]));
    }
    scene.must_work(Role::State, "session-lost", &invited)
}

/// An invitation of these terms by this officer makes no account.
fn refuse(scene: &mut Scene, by: &Officer, terms: Terms<'_>, code: &str) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let name = scene.fresh_name("stranger");
    let invited = organisation.invite(by, terms);
    let token = invited.token(&organisation.user(&name), scene.now());
    let seen = enrol(scene, &name, &token)?;
    scene.expect(Role::Attack, code, &[&seen], status(&KEPT_OUT));
    Ok(())
}

/// The relay, or whoever holds an invitation, prolongs it or moves it to another tenant.
fn changed(scene: &mut Scene, organisation: &Organisation) -> Result<(), Stop> {
    let now = scene.now();
    for (field, value) in [
        ("expires", json!(now + 2 * HOUR)),
        ("tenant", Value::from(OTHER_TENANT)),
    ] {
        let mut invited = organisation.invite(&organisation.owner, Terms::usual(now));
        let place = format!("/statement/body/{field}");
        if let Some(field) = invited.invitation.pointer_mut(&place) {
            *field = value;
        }
        let name = scene.fresh_name("changed");
        let token = invited.token(&organisation.user(&name), now);
        let seen = enrol(scene, &name, &token)?;
        scene.expect(
            Role::Attack,
            "invitation-changed",
            &[&seen],
            status(&KEPT_OUT),
        );
    }
    Ok(())
}

/// A token for one user is shown for another; afterwards it still works for the right one.
fn redirected(scene: &mut Scene, organisation: &Organisation) -> Result<(), Stop> {
    let now = scene.now();
    let [right, wrong] = [scene.fresh_name("right"), scene.fresh_name("wrong")];
    let invited = organisation.invite(&organisation.owner, Terms::usual(now));
    let token = invited.token(&organisation.user(&right), now);
    let seen = enrol(scene, &wrong, &token)?;
    scene.expect(
        Role::Attack,
        "token-redirected",
        &[&seen],
        status(&KEPT_OUT),
    );
    let seen = enrol(scene, &right, &token)?;
    scene.expect(Role::Twin, "token-refused", &[&seen], status(&[200]));
    Ok(())
}
