//! The lock of the app: what a finder of the device sees, and how often he may guess.

use harness_driver::{Act, Secret, VaultAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Actor, Room, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "lock-hides-content",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-03"],
        attacks: &["ATK-LNK-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A locked app shows and sends nothing, and it locks by itself when nobody uses it and after twelve hours.",
        precondition: "Alice has set a lock and closes it; later she opens it and leaves it alone, then she keeps using it for a day.",
        expected: "While it is locked nothing is shown or sent; what arrived meanwhile is there when she opens it; it closes itself in both cases.",
        needs: NEEDS,
        twins: &[
            Seeded::client("locked-shows-content", "shown-while-locked"),
            Seeded::client("lock-stays-open", "open-too-long"),
        ],
        run: hides,
    },
    Check {
        id: "lock-tries-limited",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-03"],
        attacks: &["ATK-LNK-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Who guesses at the lock has a few tries in all; restarts and older copies of the store give him no more.",
        precondition: "Alice's app is locked; a finder tries wrong PINs, restarts, and puts a copy of the store back that he took before.",
        expected: "After ten wrong tries at most the right PIN opens nothing either.",
        needs: NEEDS,
        twins: &[
            Seeded::client("lock-tries-unlimited", "guessing-goes-on"),
            Seeded::client("lock-tries-in-store", "guessing-goes-on"),
        ],
        run: tries,
    },
    Check {
        id: "lock-too-short",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A lock has six digits at least.",
        precondition: "Alice tries to set a lock of five digits, then one of six.",
        expected: "The first is refused and locks nothing; the second locks.",
        needs: NEEDS,
        twins: &[Seeded::client("lock-short-pin-ok", "short-pin-taken")],
        run: short,
    },
];

const NEEDS: &[Need] = &[
    Need::Verb("vault.set_lock"),
    Need::Verb("vault.lock"),
    Need::Verb("vault.unlock"),
    Need::Verb("actor.snapshot"),
    Need::Verb("actor.restore"),
    Need::Verb("actor.restart"),
];

/// The right PIN.
const PIN: &str = "481516";

/// The longest that an app may stay open (gematik `A_23114`).
const TWELVE_HOURS: u64 = 12 * 3_600_000;

/// More tries than any product may allow.
const ROUNDS: usize = 3;

/// Wrong tries in each round; ten tries are common.
const TRIES: usize = 4;

fn set_lock(pin: &str) -> Act {
    let pin = Secret::new(pin);
    Act::Vault(VaultAct::SetLock { pin, minutes: None })
}

fn unlock(pin: &str) -> Act {
    let pin = Secret::new(pin);
    Act::Vault(VaultAct::Unlock { pin })
}

fn pair(scene: &mut Scene) -> Result<(Actor, Actor, Room), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.act(&alice, set_lock(PIN))?;
    Ok((alice, bob, room))
}

fn done(is: bool) -> Claim {
    Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(is),
    }
}

fn hides(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let seen = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    scene.act(&alice, Act::Vault(VaultAct::Lock {}))?;
    must_show_nothing(scene, "shown-while-locked", &alice, &room, &seen.body)?;
    let attempt = scene.try_send(&alice, &room, "sent while locked")?;
    scene.must_be_refused(Role::Attack, "sent-while-locked", &attempt);
    let meanwhile = scene.send(&bob, &room, "meanwhile")?;
    scene.sync(&alice)?;
    scene.act(&alice, unlock(PIN))?;
    scene.must_show_once(Role::Twin, "lost-while-locked", &alice, &room, &meanwhile)?;

    scene.advance(TWELVE_HOURS);
    scene.sync(&alice)?;
    must_show_nothing(scene, "open-too-long", &alice, &room, &seen.body)?;
    scene.act(&alice, unlock(PIN))?;
    for _ in 0..13 {
        scene.advance(TWELVE_HOURS / 12);
        // Each is a use, as long as the lock is open.
        scene.try_send(&alice, &room, "still here")?;
    }
    let attempt = scene.try_send(&alice, &room, "after a day of use")?;
    scene.must_be_refused(Role::Attack, "open-too-long", &attempt);
    scene.act(&alice, unlock(PIN))?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn must_show_nothing(
    scene: &mut Scene,
    code: &str,
    actor: &Actor,
    room: &Room,
    body: &str,
) -> Result<(), Stop> {
    scene.must_not_show(Role::Attack, code, actor, room, body)?;
    let seen = scene.observe(actor, room)?;
    let nobody = Claim::Within {
        pointer: "/members".to_owned(),
        least: 0,
        most: 0,
    };
    scene.expect(Role::Attack, code, &[&seen], nobody);
    Ok(())
}

fn tries(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let carol = scene.client("carol")?;
    let other = scene.room(&[&bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    // One wrong try harms nobody.
    scene.act(&alice, Act::Vault(VaultAct::Lock {}))?;
    let seen = scene.try_act(&alice, unlock("000000"))?;
    scene.expect(Role::Attack, "wrong-pin-opens", &[&seen], done(false));
    let seen = scene.try_act(&alice, unlock(PIN))?;
    scene.expect(Role::Twin, "right-pin-refused", &[&seen], done(true));

    scene.act(&alice, Act::Vault(VaultAct::Lock {}))?;
    let copy = scene.snapshot(&alice)?;
    for _ in 0..ROUNDS {
        for _ in 0..TRIES {
            scene.try_act(&alice, unlock("000000"))?;
        }
        scene.restart(&alice)?;
        // After the last try no copy opens any more, which is as good.
        scene.try_restore(&alice, copy.clone())?;
    }
    let seen: Seen = scene.try_act(&alice, unlock(PIN))?;
    scene.expect(Role::Attack, "guessing-goes-on", &[&seen], done(false));
    scene.must_get_through(Role::State, "others-harmed", &bob, &carol, &other)?;
    Ok(())
}

fn short(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let seen = scene.try_act(&alice, set_lock("48151"))?;
    scene.expect(Role::Attack, "short-pin-taken", &[&seen], done(false));
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    let seen = scene.try_act(&alice, set_lock(PIN))?;
    scene.expect(Role::Twin, "long-pin-refused", &[&seen], done(true));
    Ok(())
}
