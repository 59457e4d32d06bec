//! Signed device lists: what a relay can add to them, leave out of them, or contradict.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    company::Company,
    devices::{pointer, serve_list, status},
    directory::announce_change,
};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    evil::{EvilPeer, ForgedDevice, ForgedIdentity, StatementChain},
    scene::{Room, Scene},
};

/// What the four checks have in common.
const TEMPLATE: Check = Check {
    id: "",
    version: 1,
    subject: Subject::Client,
    requirements: &["KEY-04", "KEY-10"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "",
    precondition: "Alice shares a room with Mallory, who keeps a signed device list; Alice has read it.",
    expected: "The entry does not count and Alice's user is told; with the true continuation Alice writes again.",
    needs: &[Need::Verb("devices.status")],
    twins: &[],
    run: forged_entry,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "device-list-forged-entry",
        attacks: &["ATK-DIR-15"],
        purpose: "An entry of a device list that the owner's self-signing key did not sign is refused.",
        twins: &[Seeded::client(
            "list-signature-not-checked",
            "false-entry-taken",
        )],
        run: forged_entry,
        ..TEMPLATE
    },
    Check {
        id: "device-list-entry-of-other-user",
        attacks: &["ATK-DIR-10"],
        purpose: "An entry about another user does not count in a list, although its signature is good.",
        twins: &[Seeded::client("list-user-not-checked", "false-entry-taken")],
        run: other_user,
        ..TEMPLATE
    },
    Check {
        id: "device-list-gap",
        attacks: &["ATK-DIR-07"],
        purpose: "A device list from which the relay leaves an entry out is refused.",
        twins: &[Seeded::client("list-gap-accepted", "false-entry-taken")],
        run: gap,
        ..TEMPLATE
    },
    Check {
        id: "device-list-contradiction",
        attacks: &["ATK-DIR-06"],
        purpose: "A device list that contradicts what is known of it is refused, although every signature is good.",
        twins: &[Seeded::client("list-fork-accepted", "false-entry-taken")],
        run: contradiction,
        ..TEMPLATE
    },
];

fn forged_entry(scene: &mut Scene) -> Result<(), Stop> {
    refuses(scene, |known, ghost, mallory| {
        let stranger = ForgedIdentity::new(&mallory.device.user);
        let forged = known.chain.said("add", ghost, &stranger);
        vec![known.last.clone(), forged]
    })
}

fn other_user(scene: &mut Scene) -> Result<(), Stop> {
    refuses(scene, |known, ghost, mallory| {
        let mut of_other = known.chain.said("add", ghost, &mallory.identity);
        if let Some(fields) = of_other.as_object_mut() {
            fields.insert("user_id".to_owned(), json!("@somebody:else"));
            fields.remove("signatures");
        }
        mallory.identity.sign_device(&mut of_other);
        vec![known.last.clone(), of_other]
    })
}

fn gap(scene: &mut Scene) -> Result<(), Stop> {
    refuses(scene, |known, ghost, mallory| {
        let mut ahead = StatementChain::new(&mallory.device.user, &mallory.identity.master());
        ahead.previous = Some("A".repeat(43));
        ahead.seq = known.chain.seq + 1;
        let after_gap = ahead.said("add", ghost, &mallory.identity);
        vec![known.last.clone(), after_gap]
    })
}

fn contradiction(scene: &mut Scene) -> Result<(), Stop> {
    refuses(scene, |_, ghost, mallory| {
        let mut other = StatementChain::new(&mallory.device.user, &mallory.identity.master());
        let twin = ForgedDevice::new(&mallory.device.user, "TWIN");
        let first = other.say("add", &twin, &mallory.identity);
        vec![first, other.said("add", ghost, &mallory.identity)]
    })
}

/// What Alice knows of Mallory's list.
struct Known {
    chain: StatementChain,
    last: Value,
}

/// Alice knows Mallory's list of one entry; then the relay serves what `lie` makes of it.
fn refuses(
    scene: &mut Scene,
    lie: impl FnOnce(&Known, &ForgedDevice, &EvilPeer) -> Vec<Value>,
) -> Result<(), Stop> {
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let mut chain = StatementChain::new(&mallory.device.user, &mallory.identity.master());
    let first = chain.say("add", &mallory.device, &mallory.identity);
    let alice_to_be = "alice";
    serve_list(
        scene,
        "list",
        alice_to_be,
        &mallory.device.user,
        vec![first.clone()],
    );
    let mut company = Company::meet_with(scene, mallory, &[])?;
    let room = company.room.clone();
    let before = company.mallory_reads(scene, &room)?;
    scene.expect(Role::Control, "control-lost", &[&before], readable());
    must_know(scene, &company, 1)?;

    let known = Known { chain, last: first };
    let ghost = ForgedDevice::new(&company.mallory.device.user, "GHOST");
    let served = lie(&known, &ghost, &company.mallory);
    serve(scene, &company, "lie", served)?;
    scene.must_fire("lie");
    scene.try_send(&company.alice, &room, "to whom")?;
    let seen = status(scene, &company.alice)?;
    let lacks = Claim::Lacks {
        pointer: pointer(&company.mallory.device.user, "devices"),
        value: json!("GHOST"),
    };
    scene.expect(Role::Attack, "false-entry-taken", &[&seen], lacks);
    let told = Claim::IsNot {
        pointer: pointer(&company.mallory.device.user, "refused"),
        values: vec![Value::Null],
    };
    scene.expect(Role::Attack, "refusal-not-told", &[&seen], told);
    goes_on(scene, &mut company, known, &room)
}

/// The true continuation is taken, and Alice writes again.
fn goes_on(
    scene: &mut Scene,
    company: &mut Company,
    mut known: Known,
    room: &Room,
) -> Result<(), Stop> {
    let phone = ForgedDevice::new(&company.mallory.device.user, "PHONE");
    let second = known.chain.say("add", &phone, &company.mallory.identity);
    serve(scene, company, "list", vec![known.last, second])?;
    let after = company.mallory_reads(scene, room)?;
    scene.expect(Role::State, "next-message-lost", &[&after], readable());
    must_know(scene, company, 2)
}

fn serve(
    scene: &mut Scene,
    company: &Company,
    rule: &'static str,
    statements: Vec<Value>,
) -> Result<(), Stop> {
    let user = company.mallory.device.user.clone();
    scene.adversary().lift_all();
    serve_list(scene, rule, &company.alice.name, &user, statements);
    announce_change(scene, &company.alice, &user);
    scene.sync(&company.alice)
}

fn must_know(scene: &mut Scene, company: &Company, seq: u64) -> Result<(), Stop> {
    let seen = status(scene, &company.alice)?;
    let claim = Claim::Is {
        pointer: pointer(&company.mallory.device.user, "seq"),
        value: json!(seq),
    };
    scene.expect(Role::Twin, "true-entry-refused", &[&seen], claim);
    Ok(())
}

fn readable() -> Claim {
    Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    }
}
